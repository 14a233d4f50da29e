//! Two connections that ask as fast as they are answered, and what they ask.

use crate::wire::{Answer, Wire};
use kernel::AreaCode;
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::sync::Mutex;
use std::time::{Duration, Instant};

const PASSWORD: &str = "Weifang-2026";
const CONNECTIONS: usize = 2;

/// How long each round lasts, and how many rounds there are.
#[derive(Clone, Copy)]
pub struct Load {
    pub round: Duration,
    pub rounds: usize,
}

/// The demo world's people, signed in, and what they work on.
pub struct Site {
    pub client: String,
    pub category: String,
    pub unit: String,
    pub client_name: String,
    /// The county whose desk it is.
    pub county: AreaCode,
    liaison: String,
    pub handler: String,
    pub desk: String,
    pub group: String,
    handler_cookie: String,
    group_cookie: String,
}

/// Ids of the demands raised by this run, in order.
static RAISED: Mutex<Vec<String>> = Mutex::new(Vec::new());

impl Site {
    pub fn found(server: SocketAddr) -> Self {
        let person = |login| Wire::open(server).unwrap().signed_in(login, PASSWORD).unwrap();
        let (mut liaison, mut handler, mut desk) = (person("qiye"), person("chengban"), person("fuwutai"));
        let first = |who: &mut Wire| who.get("/api/v1/demands?limit=1").unwrap().json()["items"][0].clone();
        let led = |who: &mut Wire| who.get("/api/v1/demands?role=lead&limit=1").unwrap().json()["items"][0].clone();
        let (mine, held) = (first(&mut liaison), led(&mut handler));
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let county = &first(&mut desk)["county_id"];
        Self {
            client: text(&mine["client_id"]),
            category: text(&mine["category_id"]),
            unit: text(&held["lead_unit_id"]),
            client_name: text(&mine["client_name"]),
            county: AreaCode::parse(county.as_str().unwrap()).unwrap(),
            group: person("zonghe").bearer().unwrap().into(),
            liaison: liaison.bearer().unwrap().into(),
            handler: handler.bearer().unwrap().into(),
            desk: desk.bearer().unwrap().into(),
            handler_cookie: cookie(server, "chengban"),
            group_cookie: cookie(server, "zonghe"),
        }
    }

    pub fn liaison(&self, server: SocketAddr) -> impl Fn() -> Wire {
        program(server, &self.liaison)
    }

    pub fn handler(&self, server: SocketAddr) -> impl Fn() -> Wire {
        program(server, &self.handler)
    }

    pub fn handler_page(&self, server: SocketAddr) -> impl Fn() -> Wire {
        browser(server, &self.handler_cookie)
    }

    /// The ids of the handler's to-do list.
    pub fn listed(&self, server: SocketAddr) -> Vec<String> {
        let said = list(&mut self.handler(server)()).json();
        said["items"].as_array().unwrap().iter().map(|item| item["id"].as_str().unwrap().to_owned()).collect()
    }
}

pub fn program(server: SocketAddr, token: &str) -> impl Fn() -> Wire {
    let bearer = format!("Bearer {token}");
    move || Wire::open(server).unwrap().with("authorization", &bearer)
}

fn browser(server: SocketAddr, cookie: &str) -> impl Fn() -> Wire {
    let cookie = cookie.to_owned();
    move || Wire::open(server).unwrap().with("accept", "text/html").with("cookie", &cookie)
}

fn cookie(server: SocketAddr, login: &str) -> String {
    let mut wire = Wire::open(server).unwrap().with("accept", "text/html").with("sec-fetch-site", "same-origin");
    let form = format!("login={login}&password={PASSWORD}&next=/");
    let kind = "content-type: application/x-www-form-urlencoded\r\n";
    let answer = wire.exchange("POST", "/login", kind, &form).unwrap();
    assert_eq!(answer.status, 303, "{}", answer.text());
    answer.header("set-cookie").unwrap().split(';').next().unwrap().to_owned()
}

/// Asks at all connections for one round; gives answers per second.
pub fn each<T>(open: &(impl Fn() -> Wire + Sync), round: Duration, ask: impl Fn(&mut Wire) -> T + Sync) -> f64 {
    let began = Instant::now();
    let count: usize = std::thread::scope(|scope| {
        let work = || {
            let mut wire = open();
            let mut count = 0;
            while began.elapsed() < round {
                ask(&mut wire);
                count += 1;
            }
            count
        };
        let clients: Vec<_> = (0..CONNECTIONS).map(|_| scope.spawn(work)).collect();
        clients.into_iter().map(|client| client.join().unwrap()).sum()
    });
    per_second(count, began.elapsed())
}

pub fn per_second(count: usize, took: Duration) -> f64 {
    f64::from(u32::try_from(count).unwrap()) / took.as_secs_f64()
}

/// Ours and the reference in turn, so that both have the same weather; the median of each.
pub fn pair(load: Load, ours: impl Fn() -> f64, reference: impl Fn() -> f64) -> (f64, f64) {
    let rounds: Vec<(f64, f64)> = (0..load.rounds).map(|_| (ours(), reference())).collect();
    let (ours, reference): (Vec<f64>, Vec<f64>) = rounds.into_iter().unzip();
    (crate::table::median(&ours), crate::table::median(&reference))
}

/// The to-do list. What it holds was proved before; reading it anew each time would measure the reader.
pub fn list(wire: &mut Wire) -> Answer {
    let answer = wire.get("/api/v1/demands?waiting=unit&sort=-raised_at&limit=50").unwrap();
    assert!(answer.status == 200 && answer.body.len() > 5_000, "{}", answer.text());
    answer
}

pub fn page(wire: &mut Wire) {
    let answer = wire.get("/demands?waiting=unit&sort=-raised_at").unwrap();
    assert!(answer.status == 200 && answer.body.len() > 5_000, "{}", answer.text());
}

pub fn raise(wire: &mut Wire, site: &Site) {
    let text = "新车间十二月投产，现有变压器容量不足，请协调增容。";
    let body = json!({ "client": site.client, "category": site.category, "title": "新车间用电增容", "text": text });
    let answer = wire.send("POST", "/api/v1/demands", "", Some(&body.to_string())).unwrap();
    assert_eq!(answer.status, 201, "{}", answer.text());
    RAISED.lock().unwrap().push(answer.json()["id"].as_str().unwrap().to_owned());
}

/// How many demands were raised over HTTP since the last call of [`fresh`].
pub fn raised() -> usize {
    RAISED.lock().unwrap().len()
}

/// Takes the demands raised so far, at most 2000 of them.
pub fn fresh() -> Vec<String> {
    let mut raised = std::mem::take(&mut *RAISED.lock().unwrap());
    raised.truncate(2000);
    raised
}

/// Accepts each; gives acts per second.
pub fn accept(site: &Site, server: SocketAddr, demands: &[String]) -> f64 {
    let open = program(server, &site.desk);
    let began = Instant::now();
    std::thread::scope(|scope| {
        for half in demands.chunks(demands.len().div_ceil(CONNECTIONS)) {
            let open = &open;
            scope.spawn(move || {
                let mut wire = open();
                for demand in half {
                    let path = format!("/api/v1/demands/{demand}/acts/accept");
                    let answer = wire.send("POST", &path, "if-match: \"1\"\r\n", Some("{}")).unwrap();
                    assert_eq!(answer.json()["state"], "accepted", "{}", answer.text());
                }
            });
        }
    });
    per_second(demands.len(), began.elapsed())
}

/// The time each page of these demands took, in milliseconds.
pub fn details(site: &Site, server: SocketAddr, demands: &[(String, String)]) -> Vec<f64> {
    let open = browser(server, &site.group_cookie);
    let times = |part: &[(String, String)]| -> Vec<f64> {
        let mut wire = open();
        let time = |(id, number): &(String, String)| {
            let began = Instant::now();
            let answer = wire.get(&format!("/demands/{id}")).unwrap();
            let took = began.elapsed();
            assert!(answer.status == 200 && answer.text().contains(number), "{}", answer.text());
            took.as_secs_f64() * 1000.0
        };
        part.iter().map(time).collect()
    };
    // The first pages find cold caches: they are shown, not measured.
    times(&demands[..demands.len().min(100)]);
    std::thread::scope(|scope| {
        let parts = demands.chunks(demands.len().div_ceil(CONNECTIONS));
        let readers: Vec<_> = parts.map(|part| scope.spawn(|| times(part))).collect();
        readers.into_iter().flat_map(|reader| reader.join().unwrap()).collect()
    })
}

/// Answers per second when each of all connections took these times one after another.
pub fn rate(count: usize, times: &[f64]) -> f64 {
    let busy = times.iter().sum::<f64>() / 1000.0 / f64::from(u32::try_from(CONNECTIONS).unwrap());
    f64::from(u32::try_from(count).unwrap()) / busy
}

/// Megabytes in use, as the program tells its operators.
pub fn memory(admin: SocketAddr) -> f64 {
    let told = Wire::open(admin).unwrap().get("/metrics").unwrap().text();
    let line = told.lines().find_map(|line| line.strip_prefix("process_resident_memory_bytes "));
    line.unwrap().trim().parse::<f64>().unwrap() / 1e6
}
