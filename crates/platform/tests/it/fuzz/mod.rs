//! Everything a program can send, sensible or not, made from the API's own document: never an answer of 500, every refusal
//! says in Chinese what to do, and every success is what the document promises.

mod chance;
mod promise;
mod wish;

use crate::bars::Served;
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
use std::collections::BTreeSet;
use tower::ServiceExt;
use wish::{Known, Wish};

/// How many requests are sent, shared among the operations.
const REQUESTS: usize = 5_000;
const SEED: u64 = 20_261_124;

/// Who sends: nobody in particular when without a login.
struct Caller {
    login: String,
    role: Option<Role>,
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

/// Nobody, somebody with a made-up token, the people of the street, and one of each role for the whole city.
async fn callers(street: &Street) -> Vec<Caller> {
    let stranger = |token: &str| Caller { login: String::new(), role: None, token: token.to_owned() };
    let mut callers = vec![stranger(""), stranger("no such token")];
    let street_people = [
        ("qiye", Role::Liaison),
        ("liming", Role::Commissioner),
        ("gongdian", Role::Handler),
        ("fuwutai", Role::AreaDesk),
    ];
    let mut people: Vec<(String, Role)> = street_people.map(|(login, role)| (login.to_owned(), role)).into();
    for role in Role::ALL {
        let login = format!("fuzz-{}", role.code());
        street.town.opens_account(&login, *role).await;
        people.push((login, *role));
    }
    for (login, role) in people {
        let token = sign_in(&street.town.router, &login, 0).await;
        callers.push(Caller { login, role: Some(role), token });
    }
    callers
}

#[tokio::test]
async fn no_request_whatever_breaks_the_api_and_every_answer_keeps_its_promise() {
    let served = Served::new().await;
    let street = &served.street;
    // Something for both sides to speak of.
    served.commissioner.makes("/api/v1/contacts", crate::contacts::visit(&street.client, "2026-11-26")).await;
    let router = &street.town.router;
    let document = platform::manual::openapi();
    let mut chance = Chance::new(SEED);
    let mut callers = callers(street).await;
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
    let (mut granted, mut asked, mut broken) = (BTreeSet::new(), 0, Vec::new());
    for _ in 0..REQUESTS / operations.len() {
        for operation in &operations {
            // Mostly somebody who holds the right; the others are to be refused.
            let right = operation.told["x-right"].as_str().unwrap();
            let holds = |who: &usize| callers[*who].role.is_some_and(|role| role.allows(right).is_some());
            let holders: Vec<_> = (0..callers.len()).filter(holds).collect();
            let strange = holders.is_empty() || chance.happens(20);
            let who = if strange { chance.below(callers.len()) } else { *chance.one(&holders) };
            // What may shut its caller out is tried by one alone.
            let own = operation.method != "GET" && operation.path.starts_with("/api/v1/account/");
            let who = if own { callers.len() - 1 } else { who };
            let wish = Wish::draw(&mut chance, document, operation, &known);
            let Some(heard) = hear(router, &wish, &callers[who].token).await else { continue };
            asked += 1;
            let promise = Promise { document, operation: &operation.told };
            if let Err(why) = promise.kept(heard.status, &heard.kind, &heard.body) {
                let said: String = String::from_utf8_lossy(&heard.body).chars().take(300).collect();
                let login = &callers[who].login;
                broken.push(format!("{why}\n  {login} sent {wish}\n  and heard {} {said}", heard.status));
            }
            if heard.status < 300 {
                granted.insert((&operation.method, &operation.path));
                known.learn(&operation.path, &heard.body);
            }
            if heard.status == 401 && !callers[who].login.is_empty() {
                // Whoever was signed out comes back, unless they changed their own password.
                let token = sign_in(router, &callers[who].login, asked).await;
                if token.is_empty() {
                    callers[who].login.clear();
                }
                callers[who].token = token;
            }
        }
    }
    broken.truncate(12);
    assert!(broken.is_empty(), "{}", broken.join("\n\n"));
    assert!(asked > REQUESTS / 2, "only {asked} requests");
    let each = operations.iter().map(|operation| (&operation.method, &operation.path));
    let never: Vec<_> = each.filter(|name| !granted.contains(name)).collect();
    assert!(never.len() * 2 < operations.len(), "these never succeeded, so their answers were not seen: {never:?}");
}
