//! The reference: the statements that the platform needs, straight through the driver, with the same commit guarantees.
//!
//! They are the platform's own statements without people, rights, rules, forms and HTTP.

use crate::load::{Site, per_second};
use kernel::id::{AccountId, ClientId, DemandId, EventId, UnitId};
use kernel::{AreaCode, Clock};
use platform::demands::Demand;
use serde_json::json;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant};
use store::{Db, Dialect, Sql, Store};

const TASKS: usize = 2;
const LIST: &str = "SELECT demand.*, COALESCE(category.name, demand.category_id) AS category_name FROM demand
    LEFT JOIN category ON category.id = demand.category_id
    WHERE demand.lead_unit_id = $1 AND demand.ended_at IS NULL AND demand.state IN ('dispatched', 'handling')
    ORDER BY demand.raised_at DESC, demand.id DESC LIMIT 51";

pub struct Bare {
    store: Store,
    unit: UnitId,
    client: ClientId,
    category: String,
    county: AreaCode,
    made: AtomicI64,
}

impl Bare {
    pub async fn open(url: &str, site: &Site) -> Self {
        let store = Store::open(url, Clock::machine()).await.unwrap();
        let (unit, client) = (site.unit.parse().unwrap(), site.client.parse().unwrap());
        Self { store, unit, client, category: site.category.clone(), county: site.county, made: AtomicI64::new(0) }
    }

    pub async fn close(self) {
        self.store.close().await;
    }

    /// How many demands were made by [`Self::many_raised`].
    pub fn made(&self) -> i64 {
        self.made.load(Ordering::Relaxed)
    }

    pub async fn demands(&self) -> i64 {
        self.store.value(Sql::text("SELECT COUNT(*) FROM demand")).await.unwrap().unwrap()
    }

    /// Ids and numbers of demands from all over the city.
    pub async fn some_demands(&self, most: i64) -> Vec<(String, String)> {
        let some = "SELECT demand.*, '' AS category_name FROM demand ORDER BY client_id, raised_at, id LIMIT $1";
        let some: Vec<Demand> = self.store.all(Sql::text(some).bind(most)).await.unwrap();
        some.into_iter().map(|demand| (demand.id.to_string(), demand.number)).collect()
    }

    pub async fn accepted(&self, demands: &[String]) -> i64 {
        let mut count = 0;
        for demand in demands {
            let one = "SELECT COUNT(*) FROM demand WHERE id = $1 AND state = 'accepted' AND version = 2";
            let one = Sql::text(one).bind(demand.parse::<DemandId>().unwrap());
            count += self.store.value::<i64>(one).await.unwrap().unwrap();
        }
        count
    }

    pub async fn to_do(&self) -> Vec<String> {
        let rows: Vec<Demand> = self.store.all(Sql::text(LIST).bind(self.unit)).await.unwrap();
        rows.into_iter().take(50).map(|demand| demand.id.to_string()).collect()
    }

    /// The list again and again, by two tasks; lists per second.
    pub async fn many_to_do(&self, round: Duration) -> f64 {
        let began = Instant::now();
        let tasks = (0..TASKS).map(|_| {
            let (store, unit) = (self.store.clone(), self.unit);
            tokio::spawn(async move {
                let mut count = 0;
                while began.elapsed() < round {
                    let rows: Vec<Demand> = store.all(Sql::text(LIST).bind(unit)).await.unwrap();
                    assert!(!rows.is_empty());
                    count += 1;
                }
                count
            })
        });
        let mut count = 0;
        for task in tasks.collect::<Vec<_>>() {
            count += task.await.unwrap();
        }
        per_second(count, began.elapsed())
    }

    /// Demands again and again, by two tasks; demands per second.
    pub async fn many_raised(&self, round: Duration) -> f64 {
        let began = Instant::now();
        let tasks = (0..TASKS).map(|_| {
            let (store, client, category) = (self.store.clone(), self.client, self.category.clone());
            tokio::spawn(async move {
                let mut count = 0;
                while began.elapsed() < round {
                    raise(&store, client, &category).await;
                    count += 1;
                }
                count
            })
        });
        let mut count = 0;
        for task in tasks.collect::<Vec<_>>() {
            count += task.await.unwrap();
        }
        self.made.fetch_add(i64::try_from(count).unwrap(), Ordering::Relaxed);
        per_second(count, began.elapsed())
    }

    /// The ids of the newest demands that hold each of the words, found by looking at every row that somebody sees.
    pub async fn holding(&self, who: &str, words: &str, most: usize) -> Vec<String> {
        let mut sql = Sql::text("");
        let mut wanted = vec![match who {
            "city" => "TRUE".to_owned(),
            "county" => format!("demand.county_id = {}", sql.place(self.county)),
            _ => {
                let unit = sql.place(self.unit);
                format!(
                    "(demand.lead_unit_id = {unit} OR EXISTS (SELECT 1 FROM demand_task task
                       WHERE task.demand_id = demand.id AND task.round = demand.round AND task.unit_id = {unit}
                         AND task.role = 'co' AND task.state <> 'relieved'))"
                )
            }
        }];
        for word in words.split(' ') {
            let word = sql.place(format!("%{word}%"));
            let columns = ["demand.title", "demand.body", "category.name"];
            let own = columns.map(|column| format!("{column} LIKE {word}")).join(" OR ");
            // Whoever asks not to be named is not found by name.
            wanted.push(format!(
                "({own} OR (demand.client_name LIKE {word} AND NOT demand.sealed) OR EXISTS (SELECT 1 FROM demand_event said WHERE said.demand_id = demand.id
                   AND said.act IN ('interim-reply', 'reply') AND said.text LIKE {word}))"
            ));
        }
        let text = format!(
            "SELECT demand.*, COALESCE(category.name, demand.category_id) AS category_name FROM demand
             LEFT JOIN category ON category.id = demand.category_id
             WHERE {} ORDER BY demand.raised_at DESC, demand.id DESC LIMIT {most}",
            wanted.join(" AND ")
        );
        let rows: Vec<Demand> = self.store.all(sql.say(text)).await.unwrap();
        rows.into_iter().map(|demand| demand.id.to_string()).collect()
    }

    /// What the index of words takes: bytes of terms and places, and rows.
    pub async fn index(&self) -> (i64, i64) {
        let bytes =
            "SELECT CAST(COALESCE(SUM(LENGTH(places) + LENGTH(CAST(term AS {bytes}))), 0) AS BIGINT) FROM search_term";
        let bytes = match self.store.dialect() {
            Dialect::Sqlite => bytes.replace("{bytes}", "BLOB"),
            Dialect::Postgres => bytes.replace("{bytes}", "BYTEA"),
        };
        let rows = "SELECT COUNT(*) FROM search_term";
        let bytes = self.store.value(Sql::text(bytes)).await.unwrap().unwrap();
        (bytes, self.store.value(Sql::text(rows)).await.unwrap().unwrap())
    }
}

/// What makes one more of every demand of before: a little earlier each time, so that they do not all fall together.
pub fn copied(dialect: Dialect, copy: i64) -> [String; 2] {
    let (fresh, raised) = match dialect {
        Dialect::Sqlite => {
            ("randomblob(16)", format!("strftime('%Y-%m-%dT%H:%M:%f+00:00', raised_at, '-{} seconds')", copy * 37))
        }
        Dialect::Postgres => ("gen_random_uuid()", format!("raised_at - make_interval(secs => {})", copy * 37)),
    };
    let others =
        "county_id, client_id, client_name, area_path, category_id, channel, title, body, state, round, complexity,
                  lead_unit_id, lead_unit_name, outcome, rating, raised_by, due_at, due_since, ended_at, version";
    [
        format!(
            "INSERT INTO demand (id, number, raised_at, {others})
             SELECT {fresh}, number || '-{copy}', {raised}, {others} FROM demand WHERE number NOT LIKE '%-%-%-%'"
        ),
        format!(
            "INSERT INTO search_fresh (demand_id, county_id, raised_at, version)
             SELECT id, county_id, raised_at, version FROM demand WHERE number LIKE '%-%-%-{copy}'"
        ),
    ]
}

/// What raising a demand says to the database: read the client and the category, draw a number, write the demand, three
/// clocks, a line of the timeline, a line of the audit trail and an event.
async fn raise(store: &Store, client: ClientId, category: &str) {
    let tx = store.begin().await.unwrap();
    let now = tx.now();
    let county = "SELECT county_id FROM client WHERE id = $1";
    let county: AreaCode = AreaCode(tx.value::<i64>(Sql::text(county).bind(client)).await.unwrap().unwrap());
    let named = "SELECT name FROM category WHERE id = $1";
    let _: Option<String> = tx.value(Sql::text(named).bind(category)).await.unwrap();
    let draw = "INSERT INTO counter (county_id, day, last) VALUES ($1, $2, 1)
                ON CONFLICT (county_id, day) DO UPDATE SET last = counter.last + 1 RETURNING CAST(last AS BIGINT)";
    let last: i64 = tx.value(Sql::text(draw).bind(county).bind(now.date_naive())).await.unwrap().unwrap();
    let (demand, account) = (DemandId::mint(now), AccountId::mint(now));
    let insert = "INSERT INTO demand (id, county_id, number, client_id, client_name, area_path, category_id, channel, title, body, state,
                    raised_at, raised_by, due_at)
                  SELECT $1, county_id, $2, id, name, area_path, $3, 'enterprise', $4, $5, 'raised', $6, $7, $6 FROM client WHERE id = $8";
    let insert = Sql::text(insert).bind(demand).bind(format!("{county}-bare-{last}")).bind(category);
    let insert = insert.bind("新车间用电增容").bind("新车间十二月投产，现有变压器容量不足，请协调增容。");
    tx.run(insert.bind(now).bind(account).bind(client)).await.unwrap();
    let clocks = "INSERT INTO demand_clock (id, county_id, demand_id, kind, round, started_at, due_at)
                  VALUES ($1, $4, $5, 'contact', 1, $6, $6), ($2, $4, $5, 'opinion', 1, $6, $6), ($3, $4, $5, 'solve', 1, $6, $6)";
    let id = || EventId::mint(now);
    let clocks = Sql::text(clocks).bind(id()).bind(id()).bind(id());
    tx.run(clocks.bind(county).bind(demand).bind(now)).await.unwrap();
    let event = "INSERT INTO demand_event (id, county_id, demand_id, place, round, act, part, account_id, name, at)
                 VALUES ($1, $2, $3, 1, 1, 'raise', 'client', $4, '王芳', $5)";
    tx.run(Sql::text(event).bind(id()).bind(county).bind(demand).bind(account).bind(now)).await.unwrap();
    let audit = "INSERT INTO audit (id, county_id, at, account_id, name, act, subject, subject_id, detail)
                 VALUES ($1, $2, $3, $4, '王芳', 'demand.raise', 'demand', $5, $6)";
    let told =
        json!({ "raise": { "title": "新车间用电增容", "text": "新车间十二月投产，现有变压器容量不足，请协调增容。" } });
    let audit = Sql::text(audit).bind(id()).bind(county).bind(now).bind(account).bind(demand);
    tx.run(audit.bind(told)).await.unwrap();
    let outbox = "INSERT INTO outbox (id, county_id, topic, body, at) VALUES ($1, $2, 'demand.moved', $3, $4)";
    let told = json!({ "demand": demand, "act": "raise", "by": account });
    tx.run(Sql::text(outbox).bind(id()).bind(county).bind(told).bind(now)).await.unwrap();
    tx.commit().await.unwrap();
}
