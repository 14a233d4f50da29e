//! A world that is loaded and a world that is lived are the same, row for row.

use super::history::Teller;
use super::load;
use super::people::People;
use super::progress::Progress;
use chrono::DateTime;
use demo::{Scale, Time, World};
use kernel::authz::RaiseDemands;
use kernel::{Actor, BusinessHours, Clock, Instant, WorkCalendar};
use platform::demands::{self, Demand, NewDemand};
use platform::files::Files;
use platform::{App, Site};
use serde_json::Value;
use std::collections::BTreeMap;
use store::fresh::Fresh;
use store::{Db, Sql};

fn now() -> Instant {
    "2026-11-24T10:20:00+08:00".parse::<DateTime<chrono::Utc>>().unwrap()
}

fn app(fresh: &Fresh) -> App {
    let site = Site {
        name: "潍坊市".into(),
        area: kernel::AreaCode(3707),
        hours: BusinessHours::parse("09:00-12:00,13:30-17:00", "+08:00").unwrap(),
        calendar: WorkCalendar::state_council().unwrap(),
        limits: rules::Limits::SHANDONG_2115,
        touch: rules::contact::Terms::USUAL,
        approval: false,
        archive_days: Some(180),
        secure_cookies: false,
    };
    App::new(fresh.store.clone(), site, Files::fleeting())
}

/// Every row of a table in an order of its own, without ids: they are minted by chance.
async fn rows(app: &App, table: &str, by: &str) -> Vec<Value> {
    let sql = match table {
        "demand_event" | "demand_clock" => format!(
            "SELECT demand.number AS number_, {table}.* FROM {table} JOIN demand ON demand.id = {table}.demand_id ORDER BY {by}"
        ),
        _ => format!("SELECT * FROM {table} ORDER BY {by}"),
    };
    let mut rows: Vec<Value> = app.store.all(Sql::text(sql)).await.unwrap();
    for row in &mut rows {
        let minted = |name: &str| {
            name == "id"
                || name == "raised_by"
                || name.ends_with("_id") && !["county_id", "category_id", "area_id", "parent_id"].contains(&name)
        };
        let row = row.as_object_mut().unwrap();
        row.retain(|name, _| !minted(name));
        for name in ["standing", "taken"] {
            if let Some(Value::String(text)) = row.get_mut(name) {
                *text = without_ids(text);
            }
        }
    }
    rows
}

/// The text with every id in it written the same.
fn without_ids(text: &str) -> String {
    let is_id = |part: &str| part.len() == 36 && part.bytes().all(|byte| byte == b'-' || byte.is_ascii_hexdigit());
    text.split('"').map(|part| if is_id(part) { "id" } else { part }).collect::<Vec<_>>().join("\"")
}

/// Lives the world through what people call: one act after the other, each at its moment.
async fn live(app: &App, world: &World) {
    let people = People::settle(app, world, "x", now()).await.unwrap();
    let time = Time { calendar: &app.site.calendar, hours: &app.site.hours, now: now(), approval: false };
    let teller = Teller { site: &app.site, world, people: &people, numbers: BTreeMap::new(), now: now() };
    let mut tx = app.store.begin().await.unwrap();
    for planned in world.demands(&time) {
        tx.turn_to(planned.raised_at);
        let raiser: Actor = teller.actor(&planned, planned.raised_by);
        let new = NewDemand {
            client: people.clients[planned.client].id,
            category: planned.category.into(),
            title: planned.title.clone(),
            text: planned.text.clone(),
            channel: planned.channel,
            sealed: planned.sealed,
            urgency: None,
            files: Vec::new(),
        };
        let scope = raiser.scope::<RaiseDemands>().unwrap();
        let mut demand: Demand = demands::raise(&tx, &app.site, &raiser, &scope, new).await.unwrap();
        for done in &planned.history {
            tx.turn_to(done.at);
            let by = teller.actor(&planned, done.by);
            demand = demands::act(&tx, &app.site, &by, demand, &teller.act(done).unwrap(), &[]).await.unwrap();
        }
    }
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn a_loaded_world_has_the_rows_of_a_lived_one() {
    let (loaded, lived) =
        (Fresh::open(Clock::standing(now())).await.unwrap(), Fresh::open(Clock::standing(now())).await.unwrap());
    let (loaded, lived) = (app(&loaded), app(&lived));
    load(&loaded, Scale::Tiny, 1, "x", Progress::Silent).await.unwrap();
    let time = Time { calendar: &lived.site.calendar, hours: &lived.site.hours, now: now(), approval: false };
    let world = World::plan(Scale::Tiny, 1, &time).unwrap();
    live(&lived, &world).await;
    for (table, by, least) in [
        ("demand", "number", 300),
        (
            "demand_clock",
            "demand.number, demand_clock.started_at, demand_clock.kind, demand_clock.round, demand_clock.unit_name",
            1_500,
        ),
        ("demand_event", "demand.number, demand_event.place", 1_800),
        ("counter", "county_id, day", 200),
    ] {
        let (written, expected) = (rows(&loaded, table, by).await, rows(&lived, table, by).await);
        assert!(written.len() >= least, "{table}: {}", written.len());
        assert_eq!(written.len(), expected.len(), "{table}");
        for (written, expected) in written.iter().zip(&expected) {
            assert_eq!(written, expected, "{table}");
        }
    }
    let audited: Option<i64> =
        loaded.store.value(Sql::text("SELECT COUNT(*) FROM audit WHERE act = 'demo.load'")).await.unwrap();
    assert_eq!(audited, Some(1), "the audit trail says once what was loaded");
}
