//! A commissioner is away and somebody stands in: from the first day to the last, and not a day longer.

use crate::bars::{Served, read_as};
use crate::town::{PASSWORD, Person, monday};
use chrono::Duration;
use kernel::id::OfficialId;
use kernel::{Reach, Role};
use serde_json::{Value, json};

async fn with_account(served: &Served) -> Person {
    let id = served.zhao.parse::<OfficialId>().unwrap();
    let town = &served.street.town;
    town.opens_account_of("zhaogang", Role::Commissioner, Reach::Clients(Vec::new()), Some(id)).await;
    town.stranger().signs_in("zhaogang", PASSWORD).await
}

fn away(served: &Served, from: &str, until: Option<&str>) -> Value {
    json!({ "official": served.li, "substitute": served.zhao, "reason": "training", "from": from, "until": until })
}

async fn inbox(who: &Person) -> Vec<String> {
    let items = who.get("/api/v1/notifications").await.json()["items"].clone();
    items.as_array().unwrap().iter().map(|item| item["title"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn who_stands_in_sees_and_acts_as_a_commissioner_on_those_days_and_on_no_other() {
    let served = Served::new().await;
    let (street, town) = (&served.street, &served.street.town);
    let zhao = with_account(&served).await;
    let demand = street.raised().await;
    let path = format!("/api/v1/demands/{demand}");
    let absence = street.desk.makes("/api/v1/absences", away(&served, "2026-11-24", Some("2026-11-26"))).await;
    town.hears().await;
    assert_eq!(inbox(&zhao).await, ["2026年11月24日起至2026年11月26日，请您代管李明服务的 1 家企业（项目）"]);
    let told = "2026年11月24日起至2026年11月26日，您的服务专员李明外出，由赵刚代管".to_owned();
    assert!(inbox(&street.liaison).await.contains(&told));
    assert_eq!(zhao.get(&path).await.status, 404, "not before");
    assert!(zhao.get("/api/v1/enterprises").await.json()["items"].as_array().unwrap().is_empty());
    let wish = json!({ "client": street.client, "category": "0301", "title": "用电", "text": "增容" });
    assert_eq!(zhao.post("/api/v1/demands", wish.clone()).await.status, 422);
    town.app.clock().set(monday() + Duration::days(1));
    let zhao = town.stranger().signs_in("zhaogang", PASSWORD).await;
    assert_eq!(zhao.get(&path).await.status, 200);
    zhao.makes("/api/v1/demands", wish.clone()).await;
    town.hears().await;
    assert!(
        inbox(&town.stranger().signs_in("liming", PASSWORD).await).await.len() > 1,
        "the commissioner hears as before"
    );
    let liaison = street.browser("qiye").await;
    let page = liaison.get(&format!("/enterprises/{}", street.client)).await.text;
    assert!(page.contains("李明") && page.contains("代管：赵刚（寿光市供电公司，至2026年11月26日）"), "{page}");
    assert!(street.browser("zhaogang").await.get("/my-clients").await.text.contains("代管：李明请假"));
    let raised = town.stranger().signs_in("qiye", PASSWORD).await.makes("/api/v1/demands", street.wish()).await;
    town.hears().await;
    assert!(inbox(&zhao).await.contains(&"您服务的企业提交了诉求".to_owned()));
    town.app.clock().set(monday() + Duration::days(4));
    let zhao = town.stranger().signs_in("zhaogang", PASSWORD).await;
    for gone in [&path, &format!("/api/v1/demands/{raised}"), &format!("/api/v1/enterprises/{}", street.client)] {
        assert_eq!(zhao.get(gone).await.status, 404, "not after: {gone}");
    }
    assert_eq!(zhao.post("/api/v1/demands", wish).await.status, 422);
    let page = street.browser("qiye").await.get(&format!("/enterprises/{}", street.client)).await.text;
    assert!(!page.contains("代管：赵刚"), "{page}");
    let desk = town.stranger().signs_in("fuwutai", PASSWORD).await;
    let end = format!("/api/v1/absences/{absence}/acts/end");
    assert_eq!(read_as(&desk, 1).post(&end, json!({ "last_day": "2026-11-27" })).await.status, 409);
}

#[tokio::test]
async fn only_somebody_near_in_office_and_free_of_conflict_stands_in() {
    let served = Served::new().await;
    let (street, town) = (&served.street, &served.street.town);
    let group = town.stranger().signs_in("zonghe", PASSWORD).await;
    let unit =
        group.makes("/api/v1/units", json!({ "area": "370782", "kind": "department", "name": "诸城市供电公司" })).await;
    let far = json!({ "unit": unit, "name": "孙亮", "rank": "section_head", "title": "科长", "since": "2025-03-01" });
    let far = group.makes("/api/v1/officials", far).await;
    let desk = &street.desk;
    let refused = async |wish: Value, field: &str, told: &str| {
        let answer = desk.post("/api/v1/absences", wish).await;
        let error = answer.json()["errors"][0].clone();
        assert_eq!((answer.status, &error["field"]), (422, &json!(field)), "{}", answer.text);
        assert!(error["detail"].as_str().unwrap().contains(told), "{}", answer.text);
    };
    let mut wish = away(&served, "2026-11-24", None);
    wish["substitute"] = json!(far);
    refused(wish.clone(), "substitute", "本单位或本县").await;
    wish["substitute"] = json!(served.li);
    refused(wish.clone(), "substitute", "不能是本人").await;
    refused(away(&served, "2026-11-24", Some("2026-11-23")), "until", "截止日期").await;
    let bar = json!({ "kind": "recusal", "client": street.client, "official": served.zhao, "ground": "shareholding", "from": "2026-11-01" });
    let bar = desk.makes("/api/v1/pairing-bars", bar).await;
    refused(away(&served, "2026-11-24", None), "substitute", "寿光绿源蔬菜有限公司").await;
    let end = format!("/api/v1/pairing-bars/{bar}/acts/end");
    assert_eq!(read_as(desk, 1).post(&end, json!({ "last_day": "2026-11-23" })).await.status, 204);
    let absence = desk.makes("/api/v1/absences", away(&served, "2026-11-24", None)).await;
    refused(away(&served, "2026-12-24", None), "from", "由赵刚代管").await;
    let turned =
        json!({ "official": served.zhao, "substitute": served.li, "reason": "sickness", "from": "2026-12-01" });
    refused(turned, "substitute", "也不在岗").await;
    let next_door = town.signed_in_at("zhucheng", Role::AreaDesk, "/3707/370782/").await;
    assert!(next_door.get("/api/v1/absences").await.json()["items"].as_array().unwrap().is_empty());
    assert_eq!(next_door.get(&format!("/api/v1/absences/{absence}")).await.status, 404);
    assert_eq!(next_door.post("/api/v1/absences", away(&served, "2027-01-01", None)).await.status, 422);
    for outsider in [&served.commissioner, &street.liaison, &street.power] {
        assert_eq!(outsider.get("/api/v1/absences").await.status, 404);
    }
    let leave = format!("/api/v1/officials/{}/acts/leave", served.zhao);
    assert_eq!(read_as(&group, 1).post(&leave, json!({ "last_day": "2026-11-23" })).await.status, 204);
    town.hears().await;
    let ended = desk.get(&format!("/api/v1/absences/{absence}")).await.json();
    assert_eq!(ended["until_day"], json!("2026-11-24"), "who has left stands in for nobody: {ended}");
}

#[tokio::test]
async fn a_desk_enters_an_absence_and_ends_it_early_on_pages() {
    let served = Served::new().await;
    let zhao = with_account(&served).await;
    let desk = served.street.browser("fuwutai").await;
    let form = desk.get(&format!("/absences/new?official={}", served.li)).await.text;
    assert!(form.contains("李明") && form.contains("进修培训"), "{form}");
    let typed = format!("official={}&substitute={}&note=keep-me&from=2026-11-23", served.li, served.zhao);
    let refused = desk.submits("/absences", &typed).await;
    assert!(refused.status == 422 && refused.text.contains("keep-me") && refused.text.contains("请选择请假事由"));
    assert_eq!(desk.submits("/absences", &format!("{typed}&reason=sickness")).await.status, 303);
    let list = desk.get("/absences").await.text;
    assert!(
        list.contains("代管中") && list.contains("病假：keep-me") && !list.contains("还没有服务专员账号"),
        "{list}"
    );
    assert_eq!(zhao.get(&format!("/api/v1/enterprises/{}", served.street.client)).await.status, 200);
    let id = served.street.desk.get("/api/v1/absences").await.json()["items"][0]["id"].as_str().unwrap().to_owned();
    assert!(desk.get(&format!("/absences/{id}/end")).await.text.contains("结束代管"));
    assert_eq!(desk.submits(&format!("/absences/{id}/end"), "version=1&last_day=2026-11-23").await.status, 303);
    assert_eq!(desk.submits(&format!("/absences/{id}/end"), "version=2&last_day=2026-11-23").await.status, 409);
}
