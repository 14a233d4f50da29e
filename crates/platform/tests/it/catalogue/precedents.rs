//! Rulings: the next demand follows the newest, everybody who works reads them, nobody learns from them whose demand it was.

use super::{county_group, duty, group, proposed, ruling, text};
use crate::demands::Street;
use kernel::Role;
use serde_json::{Value, json};

const PRECEDENTS: &str = "/api/v1/precedents";

#[tokio::test]
async fn a_ruling_routes_the_next_demand_of_the_kind_until_it_is_taken_out_of_use() {
    let street = Street::new().await;
    let group = county_group(&street).await;
    group.makes("/api/v1/duties", duty(&street.power_unit)).await;
    let demand = street.raised().await;
    assert_eq!(ruling(&street, &demand, &street.tax_unit, "退税发票由税务局开具。").await.unwrap(), "2026-01");
    let told = proposed(&street.desk).await;
    assert_eq!(told[0].1, "判例 2026-01：同类诉求已裁定由寿光市税务局办理。退税发票由税务局开具。");
    assert_eq!(told[1].0, "寿光市供电公司");
    assert_eq!(ruling(&street, &demand, &street.power_unit, "公用变压器由供电公司增容。").await.unwrap(), "2026-02");
    assert_eq!(proposed(&street.desk).await[0].0, "寿光市供电公司", "the newest first");
    let newest = group.get(PRECEDENTS).await.json()["items"][0].clone();
    assert_eq!((text(&newest["number"]), text(&newest["area_name"])), ("2026-02".into(), "寿光市".into()));
    let path = format!("{PRECEDENTS}/{}/acts/withdraw", text(&newest["id"]));
    let read = group.clone().with("if-match", "\"1\"");
    let silent = read.post(&path, json!({ "reason": " " })).await;
    assert!(silent.status == 422 && silent.text.contains("请填写停用的原因"), "{}", silent.text);
    let wish = json!({ "reason": "供电体制已改革" });
    assert_eq!(read.post(&path, wish.clone()).await.status, 204);
    assert!(proposed(&street.desk).await[0].1.contains("2026-01"));
    let again = group.clone().with("if-match", "\"2\"").post(&path, wish).await;
    assert!(again.status == 409 && again.text.contains("已经停用"), "{}", again.text);
    let (used, all) = (group.get(PRECEDENTS).await, group.get(&format!("{PRECEDENTS}?withdrawn=true")).await);
    let lengths = [used, all].map(|found| found.json()["items"].as_array().unwrap().len());
    assert_eq!(lengths, [1, 2], "it stays readable");
}

#[tokio::test]
async fn a_ruling_that_names_the_enterprise_is_not_kept() {
    let street = Street::new().await;
    let demand = street.raised().await;
    let refused =
        ruling(&street, &demand, &street.power_unit, "寿光绿源蔬菜有限公司的变压器归供电公司。").await.unwrap_err();
    assert!(refused.contains("请不要写企业名称"), "{refused}");
    assert!(ruling(&street, &demand, &street.power_unit, " ").await.is_err());
    let found = group(&street).await.get(PRECEDENTS).await;
    assert!(found.json()["items"].as_array().unwrap().is_empty());
}

#[tokio::test]
async fn every_official_reads_rulings_and_only_who_sees_the_demand_is_told_which_it_was() {
    let street = Street::new().await;
    let demand = street.raised().await;
    ruling(&street, &demand, &street.power_unit, "公用变压器由供电公司增容。").await.unwrap();
    let seen = street.desk.get(&format!("{PRECEDENTS}?q=变压器&category=03&area=370783")).await;
    let line = seen.json()["items"][0].clone();
    assert_eq!(line["demand_number"], "370783-20261123-001", "{}", seen.text);
    let path = format!("{PRECEDENTS}/{}", text(&line["id"]));
    let neighbour = street.town.signed_in_at("zhuchengtai", Role::AreaDesk, "/3707/370782/").await;
    for who in [&street.tax, &neighbour] {
        for answer in [who.get(&path).await, who.get(PRECEDENTS).await] {
            let whole = answer.text.contains("370783-20261123-001") || answer.text.contains(&demand);
            assert!(answer.status == 200 && !whole && answer.text.contains("2026-01"), "{}", answer.text);
            assert!(!answer.text.contains("绿源"), "{}", answer.text);
        }
    }
    for path in [PRECEDENTS, &path] {
        assert_eq!(street.liaison.get(path).await.status, 404);
    }
    let other = street.town.signed_in_at("zhuchengzu", Role::Coordination, "/3707/370782/").await;
    let read = other.with("if-match", "\"1\"");
    assert_eq!(read.post(&format!("{path}/acts/withdraw"), json!({ "reason": "不合适" })).await.status, 404);
    let elsewhere: Value = neighbour.get(&format!("{PRECEDENTS}?area=370782")).await.json();
    assert!(elsewhere["items"].as_array().unwrap().is_empty(), "{elsewhere}");
}
