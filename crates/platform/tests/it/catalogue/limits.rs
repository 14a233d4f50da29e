//! Limits: a new version holds from its day on, and never for what was raised before.

use super::{county_group, group};
use crate::demands::Street;
use crate::town::monday;
use chrono::Duration;
use kernel::Instant;
use kernel::words::{Channel, Urgency};
use platform::catalogue::limits_for;
use serde_json::{Value, json};

const LIMITS: &str = "/api/v1/limits";

async fn solve_days(street: &Street, category: &str, urgency: Urgency, at: Instant) -> u32 {
    let app = &street.town.app;
    limits_for(&app.store, &app.site, category, urgency, Channel::Enterprise, at).await.unwrap().solve_days
}

/// The table in force, with rows for electricity and for what is urgent.
fn wish(from: &str) -> Value {
    let all =
        json!({ "contact_minutes": 120, "opinion_days": 1, "solve_days": 15, "complex_days": 30, "confirm_days": 5 });
    let with = |field: &str, value: &str, days: u32| {
        let mut row = all.clone();
        (row[field], row["solve_days"]) = (json!(value), json!(days));
        row
    };
    json!({ "base": 1, "from": from, "reason": "用电提速", "table": { "rows": [all, with("category", "03", 10), with("urgency", "urgent", 5)] } })
}

#[tokio::test]
async fn a_new_version_holds_from_its_day_on_and_the_nearest_row_of_it_decides() {
    let street = Street::new().await;
    let group = group(&street).await;
    assert_eq!(group.get(LIMITS).await.json()["current"]["table"]["rows"][0]["solve_days"], 15);
    let adopted = group.post(LIMITS, wish("2026-12-01")).await;
    assert_eq!((adopted.status, &adopted.json()["number"]), (200, &json!(2)), "{}", adopted.text);
    let later = monday() + Duration::days(9);
    for (category, urgency, at, days) in [
        ("0301", Urgency::Ordinary, monday(), 15),
        ("0301", Urgency::Ordinary, monday() + Duration::days(7), 15),
        ("0301", Urgency::Ordinary, later, 10),
        ("0301", Urgency::Urgent, later, 10),
        ("06", Urgency::Urgent, later, 5),
        ("06", Urgency::Critical, later, 15),
    ] {
        assert_eq!(solve_days(&street, category, urgency, at).await, days, "{category} {urgency} {at}");
    }
    let again = group.post(LIMITS, wish("2026-12-02")).await;
    assert!(again.status == 412 && again.text.contains("办理时限刚被别人修改过"), "{}", again.text);
    let versions = street.desk.get(LIMITS).await.json();
    assert_eq!((versions["current"]["number"].as_i64(), versions["items"].as_array().unwrap().len()), (Some(1), 2));
    assert_eq!(street.desk.get(&format!("{LIMITS}/2")).await.json()["reason"], "用电提速");
    assert_eq!(street.desk.get(&format!("{LIMITS}/3")).await.status, 404);
}

#[tokio::test]
async fn limits_that_cannot_be_meant_or_would_change_the_past_are_refused() {
    let street = Street::new().await;
    let group = group(&street).await;
    let with = |pointer: &str, value: Value| {
        let mut wish = wish("2026-12-01");
        *wish.pointer_mut(pointer).unwrap() = value;
        wish
    };
    for (wish, told) in [
        (wish("2026-11-23"), "启用日期最早是明天"),
        (with("/reason", json!(" ")), "请填写调整的原因"),
        (with("/table/rows/1/solve_days", json!(0)), "办结时限应为 1 至 60 个工作日"),
        (with("/table/rows/1/complex_days", json!(3)), "不能短于一般诉求"),
        (with("/table/rows/1/category", json!("99")), "没有这个问题类别"),
        (with("/table/rows", json!([])), "第一行应是适用于全部诉求的一般规定"),
    ] {
        let refused = group.post(LIMITS, wish).await;
        assert!(refused.status == 422 && refused.text.contains(told), "{told}: {}", refused.text);
    }
    for who in [&county_group(&street).await, &street.desk, &street.liaison] {
        assert_eq!(who.post(LIMITS, wish("2026-12-01")).await.status, 404);
        assert_eq!(who.post(&format!("{LIMITS}/dry-run"), wish("2026-12-01")).await.status, 404);
    }
}

#[tokio::test]
async fn new_limits_are_tried_on_what_is_open_and_change_none_of_it() {
    let street = Street::new().await;
    let demand = street.raised().await;
    let due = street.shown(&street.desk, &demand).await["due_at"].clone();
    let group = group(&street).await;
    let told = group.post(&format!("{LIMITS}/dry-run"), wish("2026-12-01")).await;
    assert_eq!(told.status, 200, "{}", told.text);
    let told = told.json();
    let counts = [&told["tried"], &told["affected"], &told["untouched"]].map(|count| count.as_i64().unwrap());
    assert_eq!(counts, [1, 1, 1]);
    let shift = &told["shifts"][0];
    assert_eq!((&shift["unit"], &shift["from"]), (&json!("尚未交办"), &json!("办结 15 个工作日")));
    assert_eq!(shift["to"], "办结 10 个工作日");
    assert_eq!(group.get(LIMITS).await.json()["items"].as_array().unwrap().len(), 1);
    assert_eq!(group.post(LIMITS, wish("2026-12-01")).await.status, 200);
    assert_eq!(street.shown(&street.desk, &demand).await["due_at"], due);
}
