//! Everything a program can send, sensible or not, made from the API's own document: never an answer of 500, every refusal
//! says in Chinese what to do, and every success is what the document promises.

mod chance;
mod promise;
mod wish;

use crate::demands::Street;
use crate::town::PASSWORD;
use axum::Router;
use axum::body::Body;
use axum::http::Request;
use chance::Chance;
use http_body_util::BodyExt;
use kernel::Role;
use promise::Promise;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use tower::ServiceExt;
use wish::{Known, Wish};

/// How many requests are sent, shared among the operations.
const REQUESTS: usize = 4_000;
const SEED: u64 = 20_261_124;

/// Who sends: nobody in particular when without a login.
struct Caller {
    login: String,
    token: String,
}

struct Heard {
    status: u16,
    kind: String,
    body: Vec<u8>,
}

/// An operation of the document.
struct Operation {
    method: String,
    path: String,
    told: Value,
}

fn operations(document: &Value) -> Vec<Operation> {
    let paths = document["paths"].as_object().unwrap();
    let each = paths.iter().flat_map(|(path, methods)| {
        let methods = methods.as_object().unwrap().iter();
        methods.map(|(method, told)| Operation {
            method: method.to_uppercase(),
            path: path.clone(),
            told: told.clone(),
        })
    });
    each.collect()
}

async fn hear(router: &Router, wish: &Wish, token: &str) -> Option<Heard> {
    let mut request = Request::builder().method(wish.method.as_str()).uri(&wish.uri).header("host", "qiye.example");
    if !token.is_empty() {
        request = request.header("authorization", format!("Bearer {token}"));
    }
    for (name, value) in &wish.headers {
        request = request.header(name, value.as_slice());
    }
    // What is no HTTP at all never reaches us.
    let request = request.body(Body::from(wish.body.clone())).ok()?;
    let (parts, body) = router.clone().oneshot(request).await.unwrap().into_parts();
    let kind = parts.headers.get("content-type").and_then(|kind| kind.to_str().ok()).unwrap_or_default().to_owned();
    Some(Heard { status: parts.status.as_u16(), kind, body: body.collect().await.unwrap().to_bytes().to_vec() })
}

async fn sign_in(router: &Router, login: &str, from: usize) -> String {
    let body = serde_json::json!({ "login": login, "password": PASSWORD }).to_string().into_bytes();
    let headers = vec![
        ("content-type".into(), b"application/json".to_vec()),
        // Each from an address of its own, so that nobody has tried too often.
        ("x-forwarded-for".into(), format!("10.1.{}.{}", from / 250, from % 250).into_bytes()),
    ];
    let wish = Wish { method: "POST".into(), uri: "/api/v1/sessions".into(), headers, body };
    let heard = hear(router, &wish, "").await.unwrap();
    let said: Value = serde_json::from_slice(&heard.body).unwrap_or_default();
    said["token"].as_str().unwrap_or_default().to_owned()
}

#[tokio::test]
async fn no_request_whatever_breaks_the_api_and_every_answer_keeps_its_promise() {
    let street = Street::new().await;
    let (town, router) = (&street.town, &street.town.router);
    let document = platform::manual::openapi();
    let mut chance = Chance::new(SEED);
    let stranger = |token: &str| Caller { login: String::new(), token: token.to_owned() };
    let mut callers = vec![stranger(""), stranger("no such token")];
    // The people of the street, who have to do with its enterprise, and one of each role for the whole city.
    let mut logins: Vec<String> = ["qiye", "gongdian", "shuiwu", "fuwutai"].map(str::to_owned).into();
    for role in Role::ALL {
        let login = format!("fuzz-{}", role.code());
        town.opens_account(&login, *role).await;
        logins.push(login);
    }
    for login in logins {
        let token = sign_in(router, &login, 0).await;
        callers.push(Caller { login, token });
    }
    let mut known = Known::of(&street.client, &street.power_unit);
    let operations = operations(document);
    for operation in operations.iter().filter(|operation| operation.method == "GET" && !operation.path.contains('{')) {
        for caller in &callers {
            let (method, uri) = (operation.method.clone(), operation.path.clone());
            let wish = Wish { method, uri, headers: Vec::new(), body: Vec::new() };
            let heard = hear(router, &wish, &caller.token).await.unwrap();
            if heard.status == 200 {
                known.learn(&operation.path, &heard.body);
            }
        }
    }
    // Who got through to an operation once is asked to send half of its requests.
    let mut open: BTreeMap<usize, BTreeSet<usize>> = BTreeMap::new();
    let (mut granted, mut asked, mut broken) = (BTreeSet::new(), 0, Vec::new());
    for round in 0..REQUESTS / operations.len() {
        for (place, operation) in operations.iter().enumerate() {
            let through: Vec<_> = open.get(&place).into_iter().flatten().copied().collect();
            let who = if through.is_empty() || chance.happens(20) {
                chance.below(callers.len())
            } else {
                *chance.one(&through)
            };
            let wish = Wish::draw(&mut chance, document, operation, &known);
            let Some(heard) = hear(router, &wish, &callers[who].token).await else { continue };
            asked += 1;
            let promise = Promise { document, operation: &operation.told };
            if let Err(why) = promise.kept(heard.status, &heard.kind, &heard.body) {
                let said: String = String::from_utf8_lossy(&heard.body).chars().take(300).collect();
                broken
                    .push(format!("{why}\n  {} sent {wish}\n  and heard {} {said}", callers[who].login, heard.status));
            }
            // A refusal of what was sent, not of who sent it.
            if !matches!(heard.status, 401 | 403 | 404) {
                open.entry(place).or_default().insert(who);
            }
            if heard.status < 300 {
                granted.insert(place);
                known.learn(&operation.path, &heard.body);
                if operation.path.contains("sessions") || operation.path.contains("password") {
                    // Whoever signed out in this round comes back.
                    if !callers[who].login.is_empty() {
                        callers[who].token = sign_in(router, &callers[who].login, 1 + round * 100 + place).await;
                    }
                }
            }
        }
    }
    broken.truncate(12);
    assert!(broken.is_empty(), "{}", broken.join("\n\n"));
    assert!(asked > 1_000, "only {asked} requests");
    let name = |place: &usize| format!("{} {}", operations[*place].method, operations[*place].path);
    let never: Vec<_> =
        (0..operations.len()).filter(|place| !granted.contains(place)).map(|place| name(&place)).collect();
    assert!(never.len() * 3 < operations.len(), "these never succeeded, so their answers were not seen: {never:?}");
}
