//! The list of duties: whom it proposes and why, who changes it, and what a change would come to.

use super::{county_group, duty, group, proposed, text, told, town_office};
use crate::demands::Street;
use kernel::words::UnitKind;
use kernel::{AreaPath, Role};
use platform::catalogue::may_be_dispatched;
use serde_json::{Value, json};

const DUTIES: &str = "/api/v1/duties";

#[tokio::test]
async fn whom_a_desk_may_ask_comes_with_the_reason_and_a_child_inherits() {
    let street = Street::new().await;
    assert!(proposed(&street.desk).await.is_empty());
    county_group(&street).await.makes(DUTIES, duty(&street.power_unit)).await;
    let city = json!({ "category": "0301", "area": "3707", "unit": street.tax_unit, "basis": "潍编〔2023〕9号", "from": "2026-11-23" });
    group(&street).await.makes(DUTIES, city).await;
    let told = proposed(&street.desk).await;
    assert_eq!(told[0].0, "寿光市税务局", "what is said of the category itself goes first");
    assert_eq!(told[1].1, "职责清单：寿光市 · 用电用水用气 → 寿光市供电公司（依据：寿编〔2024〕6号）");
    assert_eq!(proposed(&street.power).await, told, "a handler reads the same");
}

#[tokio::test]
async fn a_change_keeps_what_was_said_before_and_begins_on_its_day() {
    let street = Street::new().await;
    let group = county_group(&street).await;
    let line = group.makes(DUTIES, duty(&street.power_unit)).await;
    let change = |from: &str| json!({ "unit": street.tax_unit, "from": from, "reason": "机构改革" });
    let read = group.clone().with("if-match", "\"1\"");
    let early = read.post(&format!("{DUTIES}/{line}/acts/change"), change("2026-11-22")).await;
    assert!(early.status == 422 && early.text.contains("不能早于今天"), "{}", early.text);
    let changed = read.post(&format!("{DUTIES}/{line}/acts/change"), change("2026-12-01")).await;
    assert_eq!(changed.status, 200, "{}", changed.text);
    assert_eq!(proposed(&group).await[0].0, "寿光市供电公司", "until the day comes");
    let again = read.post(&format!("{DUTIES}/{line}/acts/change"), change("2026-12-01")).await;
    assert_eq!(again.status, 412, "{}", again.text);
    let next = changed.json()["id"].as_str().unwrap().to_owned();
    let shown = group.get(&format!("{DUTIES}/{next}")).await.json();
    let history: Vec<&Value> = shown["history"].as_array().unwrap().iter().collect();
    assert_eq!(
        (history[0]["unit_name"].as_str(), history[1]["until_day"].as_str()),
        (Some("寿光市税务局"), Some("2026-11-30"))
    );
    assert_eq!(
        (text(&history[1]["end_reason"]), text(&history[1]["ended_by"])),
        ("机构改革".into(), "xianzonghe".into())
    );
    let listed = group.get(&format!("{DUTIES}?on=2026-12-01")).await.json();
    assert_eq!(listed["items"].as_array().unwrap().len(), 1);
    let end = json!({ "last_day": "2026-12-31", "reason": "另行规定" });
    let ended = read.post(&format!("{DUTIES}/{next}/acts/end"), end).await;
    assert_eq!(ended.status, 204, "{}", ended.text);
    let none = group.get(&format!("{DUTIES}?on=2027-01-01")).await.json();
    assert!(none["items"].as_array().unwrap().is_empty(), "{none}");
}

#[tokio::test]
async fn what_a_department_must_do_is_not_passed_down_to_a_town() {
    let street = Street::new().await;
    let group = group(&street).await;
    let town = town_office(&street).await;
    group.makes(DUTIES, duty(&street.power_unit)).await;
    let mut own = duty(&town);
    (own["area"], own["reserved"]) = (json!("370783109"), json!(false));
    group.makes(DUTIES, own).await;
    let app = &street.town.app;
    let place = AreaPath("/3707/370783/370783109/".into());
    let today = app.today();
    let may = async |kind| may_be_dispatched(&app.store, &app.site, ("0301", &place), kind, today).await;
    let refused = told(may(UnitKind::TownOffice).await.unwrap_err());
    assert!(refused.contains("不得下交镇街") && refused.contains("寿光市供电公司"), "{refused}");
    assert!(may(UnitKind::Department).await.is_ok());
    let found = group.get(&format!("{DUTIES}/proposals?category=0301&area=370783109")).await.json();
    let names: Vec<String> = found["items"].as_array().unwrap().iter().map(|item| text(&item["name"])).collect();
    assert_eq!(names, ["寿光市供电公司"], "nor is the town proposed");
}

#[tokio::test]
async fn each_coordination_group_rules_its_own_area_and_nobody_else_any() {
    let street = Street::new().await;
    let county = county_group(&street).await;
    let mut elsewhere = duty(&street.power_unit);
    elsewhere["area"] = json!("370782");
    let mut above = duty(&street.power_unit);
    above["area"] = json!("3707");
    for wish in [elsewhere, above.clone()] {
        let refused = county.post(DUTIES, wish).await;
        assert!(refused.status == 422 && refused.text.contains("不在您的管理范围内"), "{}", refused.text);
    }
    let line = group(&street).await.makes(DUTIES, above).await;
    let end = json!({ "last_day": "2026-12-31", "reason": "另行规定" });
    let read = county.clone().with("if-match", "\"1\"");
    assert_eq!(read.post(&format!("{DUTIES}/{line}/acts/end"), end).await.status, 404);
    for who in [&street.desk, &street.power] {
        assert_eq!(who.post(DUTIES, duty(&street.power_unit)).await.status, 404);
        assert_eq!(who.get(&format!("{DUTIES}/{line}")).await.status, 200);
    }
    for path in [DUTIES.to_owned(), format!("{DUTIES}/{line}"), format!("{DUTIES}/proposals?category=03&area=370783")] {
        assert_eq!(street.liaison.get(&path).await.status, 404, "{path}");
    }
}

#[tokio::test]
async fn a_line_that_cannot_be_meant_is_refused_in_a_sentence() {
    let street = Street::new().await;
    let group = group(&street).await;
    let town = town_office(&street).await;
    group.makes(DUTIES, duty(&street.power_unit)).await;
    let with = |field: &str, value: Value| {
        let mut wish = duty(&street.tax_unit);
        wish[field] = value;
        wish
    };
    for (wish, told) in [
        (duty(&street.power_unit), "清单中已有寿光市 · 用电用水用气 → 寿光市供电公司"),
        (with("category", json!("99")), "没有这个问题类别"),
        (with("area", json!("370782")), "寿光市税务局不在诸城市"),
        (with("basis", json!(" ")), "请填写依据文号"),
        (with("from", json!("2026-11-22")), "不能早于今天"),
        (with("unit", json!(town)), "不能标为“不得下交镇街”"),
    ] {
        let refused = group.post(DUTIES, wish).await;
        assert!(refused.status == 422 && refused.text.contains(told), "{told}: {}", refused.text);
    }
}

#[tokio::test]
async fn a_change_is_tried_on_what_waits_for_dispatch_and_leaves_alone_what_a_unit_has() {
    let street = Street::new().await;
    let group = county_group(&street).await;
    let line = group.makes(DUTIES, duty(&street.power_unit)).await;
    street.raised().await;
    let accepted = street.raised().await;
    street.goes(&street.desk, &accepted, "accept", json!({})).await;
    let dispatched = street.raised().await;
    street.goes(&street.desk, &dispatched, "accept", json!({})).await;
    street.goes(&street.desk, &dispatched, "dispatch", json!({ "unit": street.power_unit, "days": 5 })).await;
    let change = json!({ "unit": street.tax_unit, "from": "2026-12-01", "reason": "机构改革" });
    let tried = group.post(&format!("{DUTIES}/dry-run"), json!({ "duty": line, "change": change })).await;
    assert_eq!(tried.status, 200, "{}", tried.text);
    let told = tried.json();
    let counts = [&told["tried"], &told["affected"], &told["untouched"]].map(|count| count.as_i64().unwrap());
    assert_eq!(counts, [2, 2, 1]);
    assert_eq!(
        (text(&told["shifts"][0]["from"]), text(&told["shifts"][0]["to"]), &told["shifts"][0]["count"]),
        ("寿光市供电公司".into(), "寿光市税务局".into(), &json!(2))
    );
    assert_eq!(told["demands"][0]["number"], "370783-20261123-001");
    assert_eq!(proposed(&group).await[0].0, "寿光市供电公司", "trying changes nothing");
    let end = json!({ "last_day": "2026-12-31", "reason": "另行规定" });
    let told = group.post(&format!("{DUTIES}/dry-run"), json!({ "duty": line, "end": end })).await.json();
    assert_eq!(told["shifts"][0]["to"], "（没有建议单位）");
    let neighbour = street.town.signed_in_at("zhucheng", Role::Coordination, "/3707/370782/").await;
    let refused = neighbour.post(&format!("{DUTIES}/dry-run"), json!({ "duty": line, "end": end })).await;
    assert_eq!(refused.status, 404);
}
