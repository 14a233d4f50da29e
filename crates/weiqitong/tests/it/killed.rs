//! The server is killed while people work, again and again; what they were told is there, once, and nothing is half there.

use crate::program::{Server, run};
use crate::wire::{Answer, Wire};
use kernel::id::DemandId;
use kernel::{Clock, Instant};
use platform::demands::DemandMoved;
use serde_json::{Value, json};
use std::io;
use std::net::SocketAddr;
use std::sync::Mutex;
use std::time::Duration;
use store::fresh::Fresh;
use store::{Db, Envelope, Sql, Store};

const PASSWORD: &str = "Weifang-2026";
const KILLS: u64 = 5;
const PEOPLE: u64 = 4;
/// So much is done at least before a kill.
const ENOUGH: usize = 10;

/// What carries a demand through its life, and the place of each step in its timeline.
const LIFE: [(&str, Who); 5] = [
    ("accept", Who::Desk),
    ("dispatch", Who::Desk),
    ("sign", Who::Unit),
    ("reply", Who::Unit),
    ("confirm", Who::Liaison),
];

#[derive(Clone, Copy)]
enum Who {
    Liaison,
    Desk,
    Unit,
}

/// The town as its people know it: their sessions outlive the server.
struct Town {
    tokens: [String; 3],
    client: String,
    category: String,
    unit: String,
}

/// Something that somebody wants done, under a key of its own.
#[derive(Clone)]
struct Wish {
    key: String,
    who: Who,
    path: String,
    version: Option<i64>,
    body: Value,
    act: &'static str,
}

/// What somebody was told: this demand has come to this version by this act.
#[derive(Debug, Clone, PartialEq)]
struct Told {
    key: String,
    demand: DemandId,
    version: i64,
    act: &'static str,
}

/// Everything the clients know.
#[derive(Default)]
struct Notes {
    told: Vec<Told>,
    /// Wishes that were sent and never answered.
    open: Vec<Wish>,
}

impl Town {
    fn found(server: SocketAddr) -> Self {
        let person = |login| Wire::open(server).unwrap().signed_in(login, PASSWORD).unwrap();
        let mut people = [person("qiye"), person("fuwutai"), person("chengban")];
        let first = |answer: Answer| answer.json()["items"][0].clone();
        let held = first(people[2].get("/api/v1/demands?role=lead&limit=1").unwrap());
        let mine = first(people[0].get("/api/v1/demands?limit=1").unwrap());
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        Self {
            client: text(&mine["client_id"]),
            category: text(&mine["category_id"]),
            unit: text(&held["lead_unit_id"]),
            tokens: people.map(|person| person.bearer().unwrap().to_owned()),
        }
    }

    fn wires(&self, server: SocketAddr) -> io::Result<[Wire; 3]> {
        let wire = |token: &String| -> io::Result<Wire> {
            Ok(Wire::open(server)?.with("authorization", &format!("Bearer {token}")))
        };
        Ok([wire(&self.tokens[0])?, wire(&self.tokens[1])?, wire(&self.tokens[2])?])
    }

    fn raise(&self, key: String) -> Wish {
        let text = "新车间十二月投产，现有变压器容量不足，请协调增容。";
        let body = json!({ "client": self.client, "category": self.category, "title": "新车间用电增容", "text": text });
        Wish { key, who: Who::Liaison, path: "/api/v1/demands".into(), version: None, body, act: "raise" }
    }

    fn step(&self, told: &Told) -> Option<Wish> {
        let (act, who) = *LIFE.get(usize::try_from(told.version).unwrap() - 1)?;
        let body = match act {
            "dispatch" => json!({ "unit": self.unit, "days": 5 }),
            "reply" => json!({ "outcome": "solved", "text": "已安排增容，12 月 5 日前送电。" }),
            "confirm" => json!({ "rating": "satisfied" }),
            _ => json!({}),
        };
        let path = format!("/api/v1/demands/{}/acts/{act}", told.demand);
        Some(Wish { key: format!("{}-{act}", told.key), who, path, version: Some(told.version), body, act })
    }
}

impl Wish {
    fn send(&self, wires: &mut [Wire; 3]) -> io::Result<Told> {
        let version = self.version.map_or(String::new(), |version| format!("if-match: \"{version}\"\r\n"));
        let more = format!("idempotency-key: {}\r\n{version}", self.key);
        let answer = wires[self.who as usize].send("POST", &self.path, &more, Some(&self.body.to_string()))?;
        assert!(matches!(answer.status, 200 | 201), "{} {}: {}", self.act, answer.status, answer.text());
        let said = answer.json();
        let demand = said["id"].as_str().unwrap().parse().unwrap();
        Ok(Told { key: self.key.clone(), demand, version: said["version"].as_i64().unwrap(), act: self.act })
    }
}

/// One person after another is carried through a life, until the server is gone.
fn work(town: &Town, server: SocketAddr, notes: &Mutex<Notes>, name: &str) {
    let Ok(mut wires) = town.wires(server) else { return };
    for number in 0.. {
        let mut next = Some(town.raise(format!("{name}-{number}")));
        while let Some(wish) = next {
            match wish.send(&mut wires) {
                Ok(told) => {
                    next = town.step(&told);
                    notes.lock().unwrap().told.push(told);
                }
                Err(_) => return notes.lock().unwrap().open.push(wish),
            }
        }
    }
}

/// Moments that differ and are the same in every run.
fn moment(seed: u64) -> Duration {
    let mixed = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(23) ^ seed.wrapping_mul(0x2545_f491_4f6c_dd1d);
    Duration::from_millis(250 + mixed % 650)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_is_killed_at_work_loses_nothing_it_told_and_leaves_nothing_half_done() {
    let fresh = Fresh::bare(Clock::machine()).await.unwrap();
    run(&fresh.url, &["demo", "--scale", "tiny"]);
    let began = Clock::machine().now();
    // Nobody but the server holds the database while it dies.
    fresh.store.clone().close().await;
    let mut server = Server::start(&fresh.url, &[]);
    let town = Town::found(server.public);
    let notes = Mutex::new(Notes::default());
    let (mut sent_again, mut seen) = (0, 0);
    for kill in 0..KILLS {
        let public = server.public;
        std::thread::scope(|people| {
            for person in 0..PEOPLE {
                let (town, notes) = (&town, &notes);
                people.spawn(move || work(town, public, notes, &format!("k{kill}-p{person}")));
            }
            // On a machine that has much else to do, the first answers take their time.
            let little = || notes.lock().unwrap().told.len() <= seen + ENOUGH;
            for _ in (0..3000).take_while(|_| little()) {
                std::thread::sleep(Duration::from_millis(10));
            }
            std::thread::sleep(moment(kill));
            server.kill();
        });
        server = Server::start(&fresh.url, &[]);
        // Who got no answer asks again under the same key, and now it is done once.
        let open = std::mem::take(&mut notes.lock().unwrap().open);
        sent_again += open.len();
        let mut wires = town.wires(server.public).unwrap();
        for wish in open {
            let told = wish.send(&mut wires).unwrap();
            assert_eq!(wish.send(&mut wires).unwrap(), told, "the same key, the same answer");
            notes.lock().unwrap().told.push(told);
        }
        let told = notes.lock().unwrap().told.clone();
        assert!(told.len() > seen + ENOUGH, "too little was done before the {kill}th kill");
        let store = Store::open(&fresh.url, Clock::machine()).await.unwrap();
        all_is_there(&store, &told[seen..]).await;
        nothing_is_half_there(&store, began, &told).await;
        store.close().await;
        seen = told.len();
    }
    assert!(sent_again > 0, "nobody was interrupted");
    drop(server);
    assert!(run(&fresh.url, &["audit", "verify"]).contains("审计链完整"));
}

async fn all_is_there(store: &Store, told: &[Told]) {
    for told in told {
        let there = "SELECT COUNT(*) FROM demand_event JOIN demand ON demand.id = demand_event.demand_id
                     WHERE demand.id = $1 AND place = $2 AND act = $3 AND demand.version >= $2";
        let there = Sql::text(there).bind(told.demand).bind(told.version).bind(told.act);
        assert_eq!(store.value::<i64>(there).await.unwrap(), Some(1), "{told:?}");
        let kept = "SELECT COUNT(*) FROM done_once WHERE key = $1";
        assert_eq!(store.value::<i64>(Sql::text(kept).bind(told.key.as_str())).await.unwrap(), Some(1), "{told:?}");
    }
}

/// Each of these finds nothing.
const HALF_DONE: [(&str, &str); 5] = [
    (
        "a demand whose timeline is not its versions",
        "(SELECT COUNT(DISTINCT place) * 1000000 + COUNT(*) * 1000 + MAX(place) FROM demand_event
          WHERE demand_id = demand.id AND county_id = demand.county_id) <> version * 1001001",
    ),
    (
        "a demand whose steps are not all in the audit trail",
        "(SELECT COUNT(*) FROM audit WHERE subject = 'demand' AND subject_id = demand.id) <> version",
    ),
    (
        "a demand without a number of its own",
        "(SELECT COUNT(*) FROM demand other WHERE other.number = demand.number) <> 1",
    ),
    (
        "a demand at work that nobody's clock measures",
        "ended_at IS NULL AND NOT EXISTS (SELECT 1 FROM demand_clock WHERE demand_id = demand.id AND stopped_at IS NULL)",
    ),
    (
        "a demand that ended and whose clocks go on, but for the one that asks whether it holds",
        "ended_at IS NOT NULL AND EXISTS (
           SELECT 1 FROM demand_clock WHERE demand_id = demand.id AND stopped_at IS NULL AND kind <> 'recheck')",
    ),
];

async fn nothing_is_half_there(store: &Store, began: Instant, told: &[Told]) {
    let count = async |sql: String| store.value::<i64>(Sql::text(sql).bind(began)).await.unwrap().unwrap_or(0);
    for (what, condition) in HALF_DONE {
        let found = count(format!("SELECT COUNT(*) FROM demand WHERE raised_at >= $1 AND ({condition})")).await;
        assert_eq!(found, 0, "{what}");
    }
    let steps = count("SELECT CAST(SUM(version) AS BIGINT) FROM demand WHERE raised_at >= $1".into()).await;
    // What time itself does to older demands meanwhile is in the outbox too.
    let moved = Sql::text("SELECT * FROM outbox WHERE topic = 'demand.moved' AND at >= $1").bind(began);
    let moved: Vec<Envelope> = store.all(moved).await.unwrap();
    let moved = moved.iter().map(|envelope| envelope.open::<DemandMoved>().unwrap().unwrap().demand);
    let heard = moved.filter(|demand| told.iter().any(|told| told.demand == *demand)).count();
    assert_eq!(heard, told.len(), "every step is in the outbox once");
    // Whoever was interrupted asked again, so that in the end everything done was also told.
    assert_eq!(steps, i64::try_from(told.len()).unwrap(), "nothing was done twice and nothing unasked");
    let drawn = "SELECT CAST(SUM(last) AS BIGINT) - (SELECT COUNT(*) FROM demand) FROM counter WHERE $1 IS NOT NULL";
    assert_eq!(count(drawn.into()).await, 0, "a number that was drawn is a demand's");
}
