//! Words that are written often: one's own, a unit's, a desk's; nobody finds those of others.

use super::{acting, group, text};
use crate::demands::Street;
use crate::town::Person;
use kernel::words::DemandAct;
use kernel::{Reach, Role};
use platform::catalogue::{Blanks, phrases_for};
use serde_json::{Value, json};

const PHRASES: &str = "/api/v1/phrases";

fn words(title: &str) -> Value {
    json!({ "act": "reply", "title": title, "body": "{企业}：您反映的事项（{编号}）已办结。{单位} {日期}" })
}

async fn titles(who: &Person) -> Vec<String> {
    let found = who.get(&format!("{PHRASES}?act=reply")).await;
    assert_eq!(found.status, 200, "{}", found.text);
    found.json()["items"].as_array().unwrap().iter().map(|phrase| text(&phrase["title"])).collect()
}

#[tokio::test]
async fn a_unit_shares_its_words_a_desk_its_own_and_a_person_keeps_theirs() {
    let street = Street::new().await;
    let mut of_unit = words("已送电");
    of_unit["unit"] = json!(street.power_unit);
    street.power.makes(PHRASES, of_unit.clone()).await;
    street.power.makes(PHRASES, words("我的开头")).await;
    let mut of_desk = words("已转办");
    of_desk["area"] = json!("370783");
    street.desk.makes(PHRASES, of_desk.clone()).await;
    let unit = Reach::Unit(street.power_unit.parse().unwrap());
    street.town.opens_account_for("gongdian2", Role::Handler, unit).await;
    let colleague = street.town.stranger().signs_in("gongdian2", crate::town::PASSWORD).await;
    assert_eq!(titles(&street.power).await, ["我的开头", "已送电"]);
    assert_eq!(titles(&colleague).await, ["已送电"]);
    assert_eq!(titles(&street.desk).await, ["已转办"]);
    assert!(titles(&street.tax).await.is_empty());
    let neighbour = street.town.signed_in_at("zhuchengtai", Role::AreaDesk, "/3707/370782/").await;
    assert!(titles(&neighbour).await.is_empty());
    for who in [&street.liaison, &group(&street).await] {
        assert_eq!(who.get(PHRASES).await.status, 404);
        assert_eq!(who.post(PHRASES, words("不该有")).await.status, 404);
    }
    let of_others = [(&street.tax, of_unit), (&neighbour, of_desk)];
    for (who, wish) in of_others {
        let refused = who.post(PHRASES, wish).await;
        assert!(refused.status == 422 && refused.text.contains("只能为自己的"), "{}", refused.text);
    }
}

#[tokio::test]
async fn what_others_keep_is_found_changed_and_removed_by_nobody_else() {
    let street = Street::new().await;
    let own = street.power.makes(PHRASES, words("我的开头")).await;
    let path = format!("{PHRASES}/{own}");
    for who in [&street.tax, &street.desk] {
        let read = who.clone().with("if-match", "\"1\"");
        assert_eq!(read.get(&path).await.status, 404);
        assert_eq!(read.send("PATCH", &path, Some(json!({ "title": "改了" }))).await.status, 404);
        assert_eq!(read.send("DELETE", &path, None).await.status, 404);
    }
    let read = street.power.clone().with("if-match", "\"1\"");
    assert_eq!(read.send("PATCH", &path, Some(json!({ "title": "结尾" }))).await.status, 204);
    assert_eq!(read.send("PATCH", &path, Some(json!({ "title": "又改" }))).await.status, 412);
    assert_eq!(titles(&street.power).await, ["结尾"]);
    let read = street.power.clone().with("if-match", "\"2\"");
    assert_eq!(read.send("DELETE", &path, None).await.status, 204);
    assert!(titles(&street.power).await.is_empty());
    assert_eq!(street.power.get(&path).await.status, 404);
}

#[tokio::test]
async fn words_with_a_blank_that_is_none_or_for_an_act_without_words_are_refused() {
    let street = Street::new().await;
    for (field, value, told) in [
        ("body", json!("尊敬的{联系人}："), "没有“{联系人}”这个空格"),
        ("body", json!(" "), "请填写内容"),
        ("title", json!("很".repeat(31)), "最多 30 个字"),
        ("act", json!("sign"), "不需要常用语"),
        ("act", json!("smile"), ""),
    ] {
        let mut wish = words("开头");
        wish[field] = value;
        let refused = street.power.post(PHRASES, wish).await;
        assert!((400..500).contains(&refused.status) && refused.text.contains(told), "{told}: {}", refused.text);
    }
}

#[tokio::test]
async fn the_blanks_are_filled_from_the_demand_before_the_words_are_offered() {
    let street = Street::new().await;
    let mut of_desk = words("已转办");
    of_desk["area"] = json!("370783");
    street.desk.makes(PHRASES, of_desk).await;
    let app = &street.town.app;
    let desk = acting(Role::AreaDesk, "/3707/370783/");
    let offered = phrases_for(&app.store, &app.site, &desk, DemandAct::Reply).await.unwrap();
    let blanks = Blanks { client: "绿源公司", number: "370783-001", unit: "企业服务中心", day: app.today() };
    assert_eq!(offered[0].filled(blanks), "绿源公司：您反映的事项（370783-001）已办结。企业服务中心 2026年11月23日");
    assert!(phrases_for(&app.store, &app.site, &desk, DemandAct::Reject).await.unwrap().is_empty());
}
