//! The rules of pairing as the coordination group reads and changes them, and the quotas that hold for everybody.

use crate::demands::Street;
use crate::town::{PASSWORD, Person, enterprise};
use kernel::Role;
use serde_json::{Value, json};

const RULES: &str = "/api/v1/pairing-rules";

async fn group(street: &Street) -> Person {
    street.town.stranger().signs_in("zonghe", PASSWORD).await
}

async fn desk(street: &Street) -> Person {
    street.town.stranger().signs_in("fuwutai", PASSWORD).await
}

/// An official of a unit, 正科级.
async fn official(street: &Street, unit: &str, name: &str) -> String {
    let new = json!({ "unit": unit, "name": name, "rank": "section_head", "title": "科长", "since": "2025-03-01" });
    group(street).await.makes("/api/v1/officials", new).await
}

async fn clients(street: &Street, count: u32) -> Vec<String> {
    let desk = desk(street).await;
    let mut made = Vec::new();
    for number in 0..count {
        let new = enterprise(&format!("寿光第{number}蔬菜有限公司"), 100 + number);
        made.push(desk.makes("/api/v1/enterprises", new).await);
    }
    made
}

fn wish(client: &str, official: &str) -> Value {
    json!({ "client": client, "official": official, "from": "2026-11-24" })
}

/// The rules in force, with one number changed.
async fn changed(who: &Person, pointer: &str, value: Value) -> Value {
    let mut rules = who.get(RULES).await.json()["current"]["rules"].clone();
    *rules.pointer_mut(pointer).unwrap() = value;
    rules
}

#[tokio::test]
async fn the_coordination_group_adopts_a_version_with_its_reason_and_the_old_ones_stay_readable() {
    let street = Street::new().await;
    let group = group(&street).await;
    assert_eq!(group.get(RULES).await.json()["current"]["number"], 1);
    let rules = changed(&group, "/weights/change", json!(80)).await;
    let new = json!({ "base": 1, "reason": "少换人", "rules": rules });
    let adopted = group.post(RULES, new.clone()).await;
    assert_eq!((adopted.status, &adopted.json()["number"]), (200, &json!(2)), "{}", adopted.text);
    let again = group.post(RULES, new).await;
    assert!(again.status == 412 && again.detail().contains("包靠规则刚被别人修改过"), "{}", again.text);
    let same = group.post(RULES, json!({ "base": 2, "reason": "再来", "rules": rules })).await;
    assert!(same.status == 422 && same.text.contains("完全相同"), "{}", same.text);
    let versions = group.get(RULES).await.json();
    let reasons: Vec<&Value> = versions["items"].as_array().unwrap().iter().map(|line| &line["reason"]).collect();
    assert_eq!((versions["current"]["number"].as_i64(), reasons[0], reasons.len()), (Some(2), &json!("少换人"), 2));
    assert_eq!(group.get(&format!("{RULES}/1")).await.json()["rules"]["weights"]["change"], 60);
    assert_eq!(group.get(&format!("{RULES}/3")).await.status, 404);
}

#[tokio::test]
async fn rules_that_cannot_be_meant_are_refused_field_by_field() {
    let street = Street::new().await;
    let group = group(&street).await;
    for (pointer, value, told) in [
        ("/pools/2/enterprises/target", json!(9), "目标数 9 不能大于上限 3"),
        ("/weights/load", json!([60, 25]), "后一个数不能小于前一个数"),
        ("/trades/0/core", json!(["Z"]), "“Z”不是 GB/T 4754 的门类"),
        ("/pools", json!([]), "请至少保留一类"),
    ] {
        let rules = changed(&group, pointer, value).await;
        let refused = group.post(RULES, json!({ "base": 1, "reason": "试一试", "rules": rules })).await;
        assert!(refused.status == 422 && refused.text.contains(told), "{told}: {}", refused.text);
    }
    let rules = changed(&group, "/weights/change", json!(80)).await;
    let silent = group.post(RULES, json!({ "base": 1, "reason": " ", "rules": rules })).await;
    assert!(silent.status == 422 && silent.text.contains("写明为什么调整"), "{}", silent.text);
}

#[tokio::test]
async fn a_desk_reads_the_rules_and_only_the_whole_citys_group_changes_them() {
    let street = Street::new().await;
    let desk = desk(&street).await;
    let rules = changed(&desk, "/weights/change", json!(80)).await;
    let new = json!({ "base": 1, "reason": "少换人", "rules": rules });
    assert_eq!(desk.post(RULES, new.clone()).await.status, 404);
    let of_county = street.town.signed_in_at("xianzonghe", Role::Coordination, "/3707/370783/").await;
    assert_eq!(of_county.post(RULES, new).await.status, 404, "the rules are the whole city's");
    let (browser, county) = (street.browser("zonghe").await, street.browser("xianzonghe").await);
    let page = browser.get("/pairing-rules").await.text;
    assert!(page.contains("调整规则") && page.contains("换人") && page.contains("厅级干部"), "{page}");
    let page = county.get("/pairing-rules").await;
    assert!(page.status == 200 && !page.text.contains("调整规则"), "{}", page.text);
    assert_eq!(county.get("/pairing-rules/edit").await.status, 404);
}

#[tokio::test]
async fn the_form_shows_what_will_change_before_it_does() {
    let street = Street::new().await;
    let browser = street.browser("zonghe").await;
    let shown = browser.get("/pairing-rules/edit").await.text;
    // What a browser would send of this form: each field with its value, each tick that is set.
    let mut fields: Vec<(String, String)> = Vec::new();
    for input in shown.split("<input ").skip(1).map(|rest| rest.split('>').next().unwrap()) {
        let of = |name: &str| input.split(&format!(" {name}=\"")).nth(1).map(|rest| rest.split('"').next().unwrap());
        let name = input.strip_prefix("name=\"").map(|rest| rest.split('"').next().unwrap()).or_else(|| of("name"));
        if let Some(name) = name
            && (!input.contains("type=\"checkbox\"") || input.contains(" checked"))
        {
            fields.push((name.to_owned(), of("value").unwrap_or_default().to_owned()));
        }
    }
    for select in shown.split("<select ").skip(1).map(|rest| rest.split("</select>").next().unwrap()) {
        let name = select.split("name=\"").nth(1).unwrap().split('"').next().unwrap();
        let chosen = select.split("<option value=\"").find(|option| option.contains(" selected"));
        fields.push((name.to_owned(), chosen.map_or("", |option| option.split('"').next().unwrap()).to_owned()));
    }
    let general = shown.split("name=\"general\"").nth(1).unwrap().split('>').nth(1).unwrap();
    fields.push(("general".into(), general.split('<').next().unwrap().to_owned()));
    let send = |fields: &[(String, String)], step: &str| {
        let encode = |text: &str| text.bytes().map(|byte| format!("%{byte:02X}")).collect::<String>();
        let pairs = fields.iter().map(|(name, value)| format!("{}={}", encode(name), encode(value)));
        format!("{}&step={step}", pairs.collect::<Vec<_>>().join("&"))
    };
    let unchanged = browser.submits("/pairing-rules/edit", &send(&fields, "check")).await;
    assert!(unchanged.status == 200 && unchanged.text.contains("没有变化"), "{}", unchanged.text);
    for (name, value) in &mut fields {
        if name == "weights.change" {
            *value = "90".into();
        }
    }
    let checked = browser.submits("/pairing-rules/edit", &send(&fields, "check")).await.text;
    assert!(checked.contains("60 分") && checked.contains("90 分") && checked.contains("启用新版本"), "{checked}");
    fields.push(("reason".into(), "减少变动".into()));
    let adopted = browser.submits("/pairing-rules/edit", &send(&fields, "adopt")).await;
    assert_eq!((adopted.status, adopted.place().as_str()), (303, "/pairing-rules"), "{}", adopted.text);
    let page = browser.get("/pairing-rules").await.text;
    assert!(page.contains("第 2 版，现行") && page.contains("减少变动"), "{page}");
}

#[tokio::test]
async fn two_clerks_who_pair_at_once_never_exceed_a_quota() {
    let street = Street::new().await;
    let li = official(&street, &street.power_unit, "李明").await;
    let clients = clients(&street, 6).await;
    let clerks = [desk(&street).await, group(&street).await];
    let tries = clients.iter().enumerate().map(|(place, client)| {
        let (clerk, wish) = (clerks[place % 2].clone(), wish(client, &li));
        tokio::spawn(async move { clerk.post("/api/v1/pairings", wish).await })
    });
    let mut statuses = Vec::new();
    for tried in tries.collect::<Vec<_>>() {
        let answer = tried.await.unwrap();
        assert!(answer.status == 201 || answer.text.contains("联系的企业已达上限 3 个"), "{}", answer.text);
        statuses.push(answer.status);
    }
    assert_eq!(statuses.iter().filter(|status| **status == 201).count(), 3, "{statuses:?}");
    let held = clerks[0].get(&format!("/api/v1/pairings?official={li}")).await.json();
    assert_eq!(held["items"].as_array().unwrap().len(), 3);
}

#[tokio::test]
async fn whom_the_rules_keep_apart_nobody_pairs_by_hand() {
    let street = Street::new().await;
    let inspector = official(&street, &street.tax_unit, "赵刚").await;
    let refused = desk(&street).await.post("/api/v1/pairings", wish(&street.client, &inspector)).await;
    assert!(refused.status == 422 && refused.text.contains("监管执法权"), "{}", refused.text);
    let group = group(&street).await;
    let unit = json!({ "area": "370782", "kind": "department", "name": "诸城市水利局" });
    let unit = group.makes("/api/v1/units", unit).await;
    let neighbour = official(&street, &unit, "孙伟").await;
    let refused = group.post("/api/v1/pairings", wish(&street.client, &neighbour)).await;
    assert!(refused.status == 422 && refused.text.contains("只联系本辖区"), "{}", refused.text);
}
