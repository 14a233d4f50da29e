//! A demand on paper, and the end of it in the archive.

use crate::demands::Street;
use crate::town::PASSWORD;
use chrono::DateTime;
use platform::demands::keep_time;
use serde_json::json;

impl Street {
    fn comes_to_moment(&self, text: &str) {
        let at = DateTime::parse_from_rfc3339(&format!("{text}+08:00")).unwrap();
        self.town.app.clock().set(at.to_utc());
    }
}

#[tokio::test]
async fn a_demand_is_printed_as_a_sheet_for_those_who_read_it_and_says_no_more_than_its_page() {
    let street = Street::new().await;
    let demand = street.raised().await;
    street.goes(&street.desk, &demand, "accept", json!({})).await;
    street.goes(&street.desk, &demand, "dispatch", json!({ "unit": street.power_unit, "days": 5 })).await;
    street.goes(&street.power, &demand, "sign", json!({})).await;
    let ask = json!({ "days": 3, "text": "需要现场勘查。" });
    street.goes(&street.power, &demand, "request-extension", ask).await;
    let path = format!("/demands/{demand}/print");
    let sheet = street.browser("gongdian").await.get(&path).await;
    assert_eq!(sheet.status, 200, "{}", sheet.text);
    for told in [
        "承办单",
        "370783-20261123-001",
        "寿光绿源蔬菜有限公司",
        "寿光市供电公司",
        "主办",
        "2026-11-23 12:00",
        "需要现场勘查",
        "签字",
    ] {
        assert!(sheet.text.contains(told), "{told}: {}", sheet.text);
    }
    let own = street.browser("qiye").await.get(&path).await;
    assert!(own.status == 200 && !own.text.contains("需要现场勘查"), "what passes between unit and desk");
    assert_eq!(street.browser("shuiwu").await.get(&path).await.status, 404);
    let page = street.browser("gongdian").await.get(&format!("/demands/{demand}")).await.text;
    assert!(page.contains(&path), "the page leads there");
}

#[tokio::test]
async fn what_ended_long_ago_is_archived_by_night_once_it_was_looked_at_again() {
    let street = Street::new().await;
    let (seen, open) = (street.replied().await, street.replied().await);
    for demand in [&seen, &open] {
        let rating = json!({ "rating": "satisfied", "text": "谢谢。" });
        assert_eq!(street.goes(&street.liaison, demand, "confirm", rating).await, "closed");
    }
    let app = &street.town.app;
    for day in ["2026-12-23", "2027-02-21"] {
        street.comes_to_moment(&format!("{day}T10:00:00"));
        let desk = street.town.stranger().signs_in("fuwutai", PASSWORD).await;
        street.goes(&desk, &seen, "recheck", json!({ "granted": true, "text": "用电正常。" })).await;
    }
    street.comes_to_moment("2027-05-21T23:00:00");
    assert_eq!(keep_time(app).await.unwrap().archived, 0, "not before its day");
    street.comes_to_moment("2027-05-24T23:00:00");
    assert_eq!(keep_time(app).await.unwrap().archived, 1);
    assert_eq!(keep_time(app).await.unwrap().archived, 0, "once");
    let desk = street.town.stranger().signs_in("fuwutai", PASSWORD).await;
    assert_eq!(street.shown(&desk, &seen).await["state"], "archived");
    assert_eq!(street.shown(&desk, &open).await["state"], "closed", "nobody has looked at it again");
    let told = desk.get(&format!("/api/v1/demands/{seen}/timeline")).await.json();
    let last = told["items"].as_array().unwrap().last().unwrap().clone();
    assert_eq!((&last["act"], &last["part"]), (&json!("archive"), &json!("platform")));
}
