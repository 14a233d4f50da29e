//! In touch: a commissioner plans, the liaison answers, both see what came of it, and nobody else does.

use crate::bars::{Served, read_as};
use crate::town::{Answer, PASSWORD, Person, enterprise, monday};
use chrono::Duration;
use kernel::id::{ClientId, OfficialId};
use kernel::{Reach, Role};
use serde_json::{Value, json};

pub fn visit(client: &str, day: &str) -> Value {
    json!({ "client": client, "kind": "onsite", "day": day, "hour": "9:30", "purpose": "了解技改项目进展" })
}

/// Does an act on the version that stands.
pub async fn does(who: &Person, contact: &str, act: &str, body: Value) -> Answer {
    let seen = who.get(&format!("/api/v1/contacts/{contact}")).await;
    let version = seen.json()["version"].as_i64().unwrap_or(1);
    read_as(who, version).post(&format!("/api/v1/contacts/{contact}/acts/{act}"), body).await
}

async fn seen(who: &Person, contact: &str) -> Value {
    let answer = who.get(&format!("/api/v1/contacts/{contact}")).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    answer.json()
}

async fn inbox(who: &Person) -> Vec<String> {
    let items = who.get("/api/v1/notifications").await.json()["items"].clone();
    items.as_array().unwrap().iter().map(|item| item["title"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn a_visit_is_planned_turned_into_a_call_held_written_down_confirmed_and_a_demand_comes_of_it() {
    let served = Served::new().await;
    let (street, town, li) = (&served.street, &served.street.town, &served.commissioner);
    let contact = li.makes("/api/v1/contacts", visit(&street.client, "2026-11-26")).await;
    town.hears().await;
    assert_eq!(inbox(&street.liaison).await, ["李明想在11月26日（周四）09:30联系您（现场办公），请答复"]);
    assert_eq!(does(li, &contact, "agree", json!({})).await.status, 409, "it is the client's turn");
    let call = json!({ "kind": "phone", "day": "2026-11-24", "hour": "10:00", "reason": "这周在赶订单" });
    assert_eq!(does(&street.liaison, &contact, "propose", call).await.status, 200);
    town.hears().await;
    let told = "“寿光绿源蔬菜有限公司”提议改为明天（周二）10:00电话，请答复".to_owned();
    assert!(inbox(li).await.contains(&told));
    assert_eq!(does(li, &contact, "agree", json!({})).await.status, 200);
    let early = does(li, &contact, "record", json!({ "note": "通话十分钟" })).await;
    assert_eq!(early.status, 409, "what has not been is not written down: {}", early.text);
    town.app.clock().set(monday() + Duration::days(1));
    let li = town.stranger().signs_in("liming", PASSWORD).await;
    let record = json!({ "note": "通话十分钟，十二月投产，用电不够。", "with": [served.zhao] });
    let recorded = does(&li, &contact, "record", record).await;
    assert_eq!((recorded.status, recorded.json()["counts"].clone()), (200, json!(false)), "{}", recorded.text);
    let there = seen(&li, &contact).await["participants"].clone();
    let names: Vec<_> = there.as_array().unwrap().iter().map(|one| (&one["name"], &one["unit_name"])).collect();
    assert_eq!(names, [(&json!("李明"), &json!("寿光市供电公司")), (&json!("赵刚"), &json!("寿光市供电公司"))]);
    let liaison = town.stranger().signs_in("qiye", PASSWORD).await;
    let confirmed = does(&liaison, &contact, "confirm", json!({})).await;
    assert_eq!(confirmed.json()["counts"], json!(true), "one tap: {}", confirmed.text);
    let wish = json!({ "category": "0301", "title": "新车间用电增容", "text": "十二月投产，变压器容量不足。" });
    let raised = li.post(&format!("/api/v1/contacts/{contact}/demands"), wish).await;
    assert_eq!(raised.status, 201, "{}", raised.text);
    let demand = raised.json()["id"].as_str().unwrap().to_owned();
    for who in [&li, &liaison] {
        let shown = seen(who, &contact).await;
        assert_eq!(shown["yielded"][0]["demand_id"], json!(demand), "both see what came of it");
        assert_eq!(who.get(&format!("/api/v1/demands/{demand}")).await.json()["channel"], json!("commissioner"));
    }
    let page = street.browser("qiye").await.get(&format!("/demands/{demand}")).await.text;
    assert!(page.contains(&format!("/contacts/{contact}")), "the demand leads back to the contact");
}

#[tokio::test]
async fn a_liaison_asks_for_a_visit_and_the_commissioner_answers() {
    let served = Served::new().await;
    let (street, town, li) = (&served.street, &served.street.town, &served.commissioner);
    let asked = json!({ "client": street.client, "kind": "onsite", "day": "2026-11-25" });
    let contact = street.liaison.makes("/api/v1/contacts", asked).await;
    town.hears().await;
    assert!(inbox(li).await[0].contains("希望您后天（周三）联系（现场办公）"), "{:?}", inbox(li).await);
    assert_eq!(does(li, &contact, "decline", json!({})).await.status, 422, "a reason is owed to who asks");
    assert_eq!(does(li, &contact, "agree", json!({})).await.json()["state"], json!("agreed"));
    assert_eq!(does(&street.liaison, &contact, "decline", json!({})).await.json()["state"], json!("declined"));
    let elsewhere = served.other_client(2).await;
    let wish = json!({ "client": elsewhere, "kind": "phone", "day": "2026-11-25" });
    assert_eq!(street.liaison.post("/api/v1/contacts", wish).await.status, 422, "not one's own");
}

#[tokio::test]
async fn what_the_client_says_never_was_does_not_count_and_what_produced_something_counts_by_itself() {
    let served = Served::new().await;
    let (street, town, li) = (&served.street, &served.street.town, &served.commissioner);
    let call = |notes: Value| json!({ "client": street.client, "kind": "phone", "day": "2026-11-23", "record": notes });
    let idle = li.makes("/api/v1/contacts", call(json!({}))).await;
    assert!(seen(li, &idle).await["counted_on"].is_null());
    let useful =
        li.makes("/api/v1/contacts", call(json!({ "policy": "技改补贴", "correction": "地址已迁到侯镇" }))).await;
    assert_eq!(seen(li, &useful).await["counted_on"], json!("2026-11-23"));
    assert_eq!(does(&street.liaison, &useful, "deny", json!({})).await.json()["counts"], json!(false));
    town.hears().await;
    let desk = town.stranger().signs_in("fuwutai", PASSWORD).await;
    assert!(inbox(&desk).await.contains(&"“寿光绿源蔬菜有限公司”的登记信息请核对更正".to_owned()));
    assert!(inbox(li).await.iter().any(|title| title.contains("表示没有今天（周一）的电话")));
    let liaison_records = street.liaison.post("/api/v1/contacts", call(json!({}))).await;
    assert_eq!(liaison_records.status, 422, "{}", liaison_records.text);
    let late = json!({ "client": street.client, "kind": "phone", "day": "2026-10-01", "record": {} });
    assert_eq!(li.post("/api/v1/contacts", late).await.status, 422, "too long ago");
    let unexplained = json!({ "client": street.client, "kind": "onsite", "day": "2026-11-26" });
    assert_eq!(li.post("/api/v1/contacts", unexplained).await.status, 422, "a client is told what for");
    for (field, wrong) in [("hour", json!("25:99")), ("day", json!("2026-11-01")), ("purpose", json!("长".repeat(201)))]
    {
        let mut wish = visit(&street.client, "2026-11-26");
        wish[field] = wrong;
        let refused = li.post("/api/v1/contacts", wish).await;
        assert_eq!((refused.status, refused.json()["errors"][0]["field"].clone()), (422, json!(field)));
    }
}

#[tokio::test]
async fn whoever_is_not_concerned_sees_no_contact_in_any_list_page_or_count() {
    let served = Served::new().await;
    let (street, town, li) = (&served.street, &served.street.town, &served.commissioner);
    let contact = li.makes("/api/v1/contacts", visit(&street.client, "2026-11-26")).await;
    let salt = street.desk.makes("/api/v1/enterprises", enterprise("寿光海韵盐业有限公司", 2)).await;
    town.opens_account_for("yanye", Role::Liaison, Reach::Clients(vec![salt.parse::<ClientId>().unwrap()])).await;
    let zhao = served.zhao.parse::<OfficialId>().unwrap();
    town.opens_account_of("zhaogang", Role::Commissioner, Reach::Clients(Vec::new()), Some(zhao)).await;
    let next_door = town.signed_in_at("zhucheng", Role::AreaDesk, "/3707/370782/").await;
    let salt = town.stranger().signs_in("yanye", PASSWORD).await;
    let zhao = town.stranger().signs_in("zhaogang", PASSWORD).await;
    for outsider in [&salt, &zhao, &next_door] {
        assert_eq!(outsider.get("/api/v1/contacts").await.json()["items"], json!([]));
        let narrowed = format!("/api/v1/contacts?client={}", street.client);
        assert_eq!(outsider.get(&narrowed).await.json()["items"], json!([]));
        assert_eq!(outsider.get("/api/v1/contacts?waiting=true").await.json()["items"], json!([]));
        assert_eq!(outsider.get(&format!("/api/v1/contacts/{contact}")).await.status, 404);
        assert_eq!(does(outsider, &contact, "cancel", json!({})).await.status, 404);
        let raise = json!({ "category": "0301", "title": "用电", "text": "增容" });
        let raised = outsider.post(&format!("/api/v1/contacts/{contact}/demands"), raise).await.status;
        assert_eq!(raised, 404);
    }
    assert_eq!(street.power.get("/api/v1/contacts").await.status, 404, "a handler has no part in contacts");
    for (reader, count) in [(&street.liaison, 1), (&street.desk, 1), (li, 1)] {
        assert_eq!(reader.get("/api/v1/contacts").await.json()["items"].as_array().unwrap().len(), count);
    }
    assert_eq!(
        does(&street.desk, &contact, "agree", json!({})).await.status,
        404,
        "a desk reads and does not speak for either"
    );
    let nav = |page: &str| page.contains(r#"data-live-count="/contacts">1"#);
    assert!(nav(&street.browser("qiye").await.get("/").await.text));
    assert!(!nav(&street.browser("yanye").await.get("/").await.text));
}

#[tokio::test]
async fn a_contact_goes_its_whole_way_on_pages_with_nothing_asked_twice() {
    let served = Served::new().await;
    let (street, town) = (&served.street, &served.street.town);
    let li = street.browser("liming").await;
    let form = li.get(&format!("/contacts/new?client={}", street.client)).await.text;
    assert!(form.contains("寿光绿源蔬菜有限公司") && !form.contains("经度") && !form.contains("type=\"file\""));
    let wish = format!("client={}&kind=onsite&day=2026-11-26&hour=09:30&purpose=", street.client);
    let refused = li.submits("/contacts", &wish).await;
    assert!(refused.status == 422 && refused.text.contains("请写明来意") && refused.text.contains("2026-11-26"));
    let planned = li.submits("/contacts", &format!("{wish}技改")).await;
    assert_eq!(planned.status, 303, "{}", planned.text);
    let path = planned.place();
    let liaison = street.browser("qiye").await;
    let page = liaison.get(&path).await.text;
    assert!(page.contains("方便，同意") && page.contains("请改打电话") && page.contains("谢绝"), "{page}");
    assert!(liaison.get(&format!("{path}/propose?call=true")).await.text.contains("捎句话"));
    let stale = liaison.submits(&format!("{path}/agree"), "version=9").await;
    assert_eq!(stale.status, 412);
    assert_eq!(liaison.submits(&format!("{path}/agree"), "version=1").await.status, 303);
    assert!(li.get(&format!("{path}/record")).await.status == 303, "not before the day");
    town.app.clock().set(monday() + Duration::days(3));
    let li = street.browser("liming").await;
    assert!(li.get(&path).await.text.contains("不用拍照、定位"));
    let record = li.get(&format!("{path}/record")).await.text;
    assert!(record.contains("谈了什么"), "{record}");
    let done = li.submits(&format!("{path}/record"), "version=2&kind=onsite&day=2026-11-26&note=看了车间").await;
    assert_eq!(done.status, 303, "{}", done.text);
    let liaison = street.browser("qiye").await;
    assert!(liaison.get(&path).await.text.contains("确认有这次联系"));
    assert_eq!(liaison.submits(&format!("{path}/confirm"), "version=3").await.status, 303);
    assert!(li.get(&path).await.text.contains("企业已确认"));
    let raise = format!("{path}/demand");
    assert!(li.get(&raise).await.text.contains("问题类别"));
    let raised = li.submits(&raise, "category=0301&title=用电增容&text=变压器容量不足").await;
    assert_eq!(raised.status, 303, "{}", raised.text);
    assert!(liaison.get(&path).await.text.contains("用电增容"));
    assert!(liaison.get(&format!("/enterprises/{}", street.client)).await.text.contains("企业已确认"));
    let logged = li
        .submits("/contacts/log", &format!("client={}&kind=wechat&day=2026-11-26&note=发了政策", street.client))
        .await;
    assert_eq!(logged.status, 303, "{}", logged.text);
    assert!(li.get("/contacts?view=waiting").await.status == 200);
    assert!(li.get("/contacts?kind=wechat").await.text.contains("待企业确认"));
}
