//! The disturbance budget: who comes to a client, of whatever unit, and the client's word on it.

use crate::bars::{Served, read_as};
use crate::contacts::{does, visit};
use crate::town::{Answer, Person};
use kernel::Role;
use serde_json::{Value, json};

fn survey(served: &Served, day: &str) -> Value {
    json!({ "client": served.street.client, "unit": served.street.tax_unit, "kind": "survey", "day": day, "title": "税源调研" })
}

fn refused_for(answer: &Answer) -> (u16, String, String) {
    let error = answer.json()["errors"][0].clone();
    let text = |key: &str| error[key].as_str().unwrap_or_default().to_owned();
    (answer.status, text("field"), text("detail"))
}

async fn inbox(who: &Person) -> Vec<String> {
    let items = who.get("/api/v1/notifications").await.json()["items"].clone();
    items.as_array().unwrap().iter().map(|item| item["title"].as_str().unwrap().to_owned()).collect()
}

/// The three days of the quarter are taken by others.
async fn used_up(served: &Served) {
    for day in ["2026-11-24", "2026-12-01", "2026-12-08"] {
        served.street.tax.makes("/api/v1/entries", survey(served, day)).await;
    }
}

#[tokio::test]
async fn a_visit_over_the_budget_is_refused_without_consent_and_goes_ahead_with_it() {
    let served = Served::new().await;
    let (street, li) = (&served.street, &served.commissioner);
    used_up(&served).await;
    let (status, field, told) = refused_for(&li.post("/api/v1/contacts", visit(&street.client, "2026-12-15")).await);
    assert_eq!((status, field.as_str()), (422, "consent"), "{told}");
    assert!(told.contains("本季度各单位入企已有 3 天") && told.contains("先征得企业同意"), "{told}");
    let call = json!({ "client": street.client, "kind": "phone", "day": "2026-12-15", "purpose": "技改" });
    li.makes("/api/v1/contacts", call).await;
    li.makes("/api/v1/contacts", visit(&street.client, "2026-12-08")).await;
    let mut asking = visit(&street.client, "2026-12-15");
    asking["consent"] = json!(true);
    let asked = li.makes("/api/v1/contacts", asking.clone()).await;
    let seen = li.get(&format!("/api/v1/contacts/{asked}")).await.json();
    assert_eq!(seen["wants_consent"], json!(true));
    let date = json!({ "day": "2026-11-23" });
    assert_eq!(does(li, &asked, "record", date).await.status, 409, "nobody goes before the client has agreed");
    assert_eq!(does(&street.liaison, &asked, "agree", json!({})).await.status, 200);
    let entries = street.liaison.get("/api/v1/entries?from=2026-12-15").await.json();
    assert_eq!(entries["items"][0]["consented_by"], json!("qiye"), "{entries}");
    let declined = li.makes("/api/v1/contacts", asking).await;
    assert_eq!(does(&street.liaison, &declined, "decline", json!({})).await.status, 200);
    let gone = street.liaison.get("/api/v1/entries?from=2026-12-15").await.json();
    let dropped = |entry: &&Value| !entry["dropped_at"].is_null();
    assert_eq!(gone["items"].as_array().unwrap().iter().filter(dropped).count(), 1, "{gone}");
}

#[tokio::test]
async fn who_comes_together_comes_once_and_sees_so_while_planning() {
    let served = Served::new().await;
    let street = &served.street;
    used_up(&served).await;
    let li = street.browser("liming").await;
    let check = |day: &str| format!("/contacts/check?client={}&kind=onsite&day={day}", street.client);
    let part = li.get(&check("2026-12-03")).await.text;
    assert!(
        part.contains("先征得企业同意") && part.contains("寿光市税务局（调研）") && part.contains("同一天去</a>"),
        "{part}"
    );
    let together = li.get(&check("2026-12-08")).await.text;
    assert!(together.contains("同一天</span>") && !together.contains("先征得企业同意"), "{together}");
    let wish = format!("client={}&kind=onsite&day=2026-12-03&purpose=技改", street.client);
    let refused = li.submits("/contacts", &wish).await;
    assert!(refused.status == 422 && refused.text.contains("确有必要，先征得企业同意"), "{}", refused.text);
    let planned = li.submits("/contacts", &format!("{wish}&consent=true")).await;
    assert_eq!(planned.status, 303, "{}", planned.text);
    let other = served.other_client(2).await;
    assert_eq!(li.get(&check("2026-12-03").replace(&street.client, &other)).await.status, 404, "not one's own");
}

#[tokio::test]
async fn a_client_is_told_who_comes_and_its_word_reaches_the_unit() {
    let served = Served::new().await;
    let (street, town) = (&served.street, &served.street.town);
    used_up(&served).await;
    town.hears().await;
    assert!(inbox(&street.liaison).await.contains(&"寿光市税务局将在明天（周二）入企调研".to_owned()));
    let (status, field, _) = refused_for(&street.tax.post("/api/v1/entries", survey(&served, "2026-12-15")).await);
    assert_eq!((status, field.as_str()), (422, "consent"));
    let mut asking = survey(&served, "2026-12-15");
    asking["consent"] = json!(true);
    let asked = street.tax.makes("/api/v1/entries", asking.clone()).await;
    let path = format!("/api/v1/entries/{asked}");
    assert_eq!(
        read_as(&street.tax, 1).post(&format!("{path}/acts/consent"), json!({})).await.status,
        409,
        "not the unit's word"
    );
    assert_eq!(read_as(&street.liaison, 1).post(&format!("{path}/acts/consent"), json!({})).await.status, 204);
    asking["day"] = json!("2026-12-16");
    let other = street.tax.makes("/api/v1/entries", asking).await;
    let refuse = format!("/api/v1/entries/{other}/acts/refuse");
    assert_eq!(read_as(&street.liaison, 1).post(&refuse, json!({ "reason": "年底盘点" })).await.status, 204);
    town.hears().await;
    let heard = inbox(&street.tax).await;
    assert!(
        heard.iter().any(|title| title.contains("同意12月15日"))
            && heard.iter().any(|title| title.contains("谢绝了12月16日"))
    );
    let clue = json!({ "client": street.client, "unit": street.tax_unit, "kind": "inspection", "ground": "clue",
        "day": "2026-12-17", "title": "举报线索核查" });
    let clue = street.tax.makes("/api/v1/entries", clue).await;
    let clue = street.tax.get(&format!("/api/v1/entries/{clue}")).await.json();
    assert!(clue["wants_consent"] == json!(false) && clue["why"].as_str().unwrap().contains("上限"), "{clue}");
}

#[tokio::test]
async fn on_quiet_days_and_at_month_end_the_client_is_asked() {
    let served = Served::new().await;
    let (street, li) = (&served.street, &served.commissioner);
    let fair = json!({ "area": "370783", "from": "2026-12-07", "until": "2026-12-09", "reason": "菜博会" });
    let quiet = street.desk.makes("/api/v1/quiet-periods", fair.clone()).await;
    let next_door = street.town.signed_in_at("zhucheng", Role::AreaDesk, "/3707/370782/").await;
    assert_eq!(next_door.post("/api/v1/quiet-periods", fair).await.status, 422);
    assert_eq!(next_door.get("/api/v1/quiet-periods").await.json()["items"], json!([]));
    for (day, why) in [("2026-12-08", "菜博会"), ("2026-12-30", "月末 3 天")] {
        let (status, _, told) = refused_for(&li.post("/api/v1/contacts", visit(&street.client, day)).await);
        assert!(status == 422 && told.contains(why), "{told}");
    }
    let invited = json!({ "client": street.client, "kind": "onsite", "day": "2026-12-08" });
    street.liaison.makes("/api/v1/contacts", invited).await;
    let end = format!("/api/v1/quiet-periods/{quiet}/acts/end");
    assert_eq!(read_as(&street.desk, 1).post(&end, json!({ "last_day": "2026-12-07" })).await.status, 204);
    let visit = visit(&street.client, "2026-12-09");
    li.makes("/api/v1/contacts", visit).await;
    let desk = street.browser("fuwutai").await;
    assert!(desk.get("/quiet-periods").await.text.contains("菜博会"));
    let typed = "area=370783109&from=2026-12-20&until=2026-12-21&reason=检修";
    assert_eq!(desk.submits("/quiet-periods", typed).await.status, 303);
    assert_eq!(
        desk.submits("/quiet-periods", "area=370783&from=2026-12-20&until=2026-12-01&reason=x").await.status,
        422
    );
}

#[tokio::test]
async fn a_ledger_is_the_clients_own_and_a_unit_sees_only_where_it_goes_itself() {
    let served = Served::new().await;
    let (street, li) = (&served.street, &served.commissioner);
    let entry = street.tax.makes("/api/v1/entries", survey(&served, "2026-12-01")).await;
    li.makes("/api/v1/contacts", visit(&street.client, "2026-11-26")).await;
    let count = async |who: &Person| who.get("/api/v1/entries").await.json()["items"].as_array().unwrap().len();
    assert_eq!(count(&street.liaison).await, 2);
    assert_eq!(count(li).await, 2, "who plans sees who else comes");
    assert_eq!(count(&street.tax).await, 1);
    assert_eq!(count(&street.power).await, 1, "the visit is of its own official");
    assert_eq!(street.power.get(&format!("/api/v1/entries/{entry}")).await.status, 404);
    let other = json!({ "client": street.client, "unit": street.power_unit, "kind": "survey", "day": "2026-12-02", "title": "x" });
    assert_eq!(street.tax.post("/api/v1/entries", other).await.status, 422, "nobody announces for another unit");
    let next_door = street.town.signed_in_at("zhucheng", Role::AreaDesk, "/3707/370782/").await;
    assert_eq!((count(&next_door).await, next_door.get(&format!("/api/v1/entries/{entry}")).await.status), (0, 404));
    let liaison = street.browser("qiye").await;
    let ledger = format!("/clients/{}/ledger", street.client);
    let page = liaison.get(&ledger).await.text;
    assert!(page.contains("已安排入企 2 天") && page.contains("税源调研") && page.contains("导出台账"), "{page}");
    let file = liaison.get(&format!("{ledger}.xlsx")).await;
    assert!(file.status == 200 && file.bytes.starts_with(b"PK"));
    let page = street.browser("zhucheng").await.get(&ledger).await;
    assert_eq!(page.status, 404);
    assert_eq!(street.browser("gongdian").await.get(&ledger).await.status, 404);
    let tax = street.browser("shuiwu").await;
    assert!(tax.get("/entries/new").await.text.contains("寿光市税务局"));
    let offered = tax.get("/pick/nearby-clients?q=绿源").await.text;
    assert!(
        offered.contains("寿光绿源蔬菜有限公司") && !tax.get("/pick/nearby-clients?q=").await.text.contains("绿源")
    );
    let typed = format!("client={}&kind=inspection&ground=planned&day=2026-12-10&title=年度检查计划", street.client);
    assert_eq!(tax.submits("/entries", &typed).await.status, 303);
    let list = tax.get("/entries").await.text;
    assert!(list.contains("年度检查计划") && list.contains("取消") && !list.contains("技改"), "{list}");
}
