//! Messages that nobody takes: tried again, later each time, then before the administrator.

use super::{Office, Person};
use crate::messages::roads::{Gate, Sink, roads};
use kernel::words::NewsKind;
use kernel::{AreaPath, Reach, Role};
use serde_json::{Value, json};

async fn listed(admin: &Person, state: &str) -> Vec<Value> {
    let answer = admin.get(&format!("/api/v1/deliveries?state={state}")).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    answer.json()["items"].as_array().unwrap().clone()
}

#[tokio::test]
async fn a_gateway_that_fails_is_tried_later_each_time_and_what_is_stuck_goes_out_when_the_administrator_says() {
    let gate = Gate::opens().await;
    let office = Office::new(roads(None, Some(&gate))).await;
    let admin = office.street.town.signed_in("xitong", Role::SystemAdmin).await;
    gate.answers(502, json!({}));
    gate.answers(200, json!({ "errcode": 45009, "errmsg": "api freq out of limit" }));
    gate.sleeps();
    office.tells(NewsKind::Task, "/account").await;
    office.works().await;
    let waiting = listed(&admin, "waiting").await;
    assert_eq!((&waiting[0]["tries"], &waiting[0]["reason"]), (&json!(1), &json!("网关答复 HTTP 502")), "{waiting:?}");
    assert_eq!(office.works().await.tried, 0, "not before a minute has passed");
    office.later(1);
    office.works().await;
    let told = "网关答复的 /errcode 是“45009”，不是“0”";
    assert_eq!(listed(&admin, "waiting").await[0]["reason"], json!(told));
    office.later(1);
    assert_eq!(office.works().await.tried, 0, "the second pause is longer");
    office.later(1);
    office.works().await;
    let dead = listed(&admin, "dead").await;
    assert_eq!((dead.len(), &dead[0]["tries"], &dead[0]["reason"]), (1, &json!(3), &json!("没有及时答复")));
    office.later(600);
    assert_eq!(office.works().await.tried, 0, "it waits for the administrator");

    let browser = Person::opens_a_browser(office.street.town.router.clone(), "xitong").await;
    let page = browser.get("/deliveries").await.text;
    assert!(page.contains("周强") || page.contains("zhouqiang"), "{page}");
    assert!(page.contains("没有及时答复") && page.contains("全部重发") && !page.contains("绿源"), "{page}");
    let id = dead[0]["id"].as_str().unwrap();
    assert_eq!(browser.submits(&format!("/deliveries/{id}/retry"), "").await.status, 303);
    office.works().await;
    let sent = listed(&browser, "sent").await;
    assert_eq!((sent.len(), gate.taken().len()), (1, 4), "{sent:?}");
    let ids: std::collections::BTreeSet<_> = gate.taken().iter().map(|message| message["id"].to_string()).collect();
    assert_eq!(ids.len(), 1, "every try under the same id");
    let twice = browser.post(&format!("/api/v1/deliveries/{id}/acts/retry"), json!({})).await;
    assert_eq!(twice.status, 409, "what was sent is not sent again");
}

#[tokio::test]
async fn what_is_wrong_with_the_message_itself_is_not_tried_again_and_may_be_given_up() {
    let (sink, gate) = (Sink::opens().await, Gate::opens().await);
    let office = Office::new(roads(Some(&sink), Some(&gate))).await;
    let admin = office.street.town.signed_in("xitong", Role::SystemAdmin).await;
    gate.answers(400, json!({}));
    office.tells(NewsKind::Task, "/account").await;
    office.works().await;
    let dead = listed(&admin, "dead").await;
    assert_eq!((dead.len(), &dead[0]["reason"]), (1, &json!("网关答复 HTTP 400")));
    let id = dead[0]["id"].as_str().unwrap();
    let given_up = admin.post(&format!("/api/v1/deliveries/{id}/acts/give-up"), json!({})).await;
    assert_eq!(given_up.status, 204, "{}", given_up.text);
    assert_eq!(listed(&admin, "dropped").await[0]["reason"], json!("管理员放弃"));
    assert!(listed(&admin, "dead").await.is_empty());
    let items = office.zhou.get("/api/v1/notifications").await.json()["items"].clone();
    assert_eq!(items.as_array().unwrap().len(), 1, "the notice stays");
}

#[tokio::test]
async fn all_that_is_stuck_goes_out_with_one_press_and_a_countys_administrator_sees_only_their_own() {
    let gate = Gate::opens().await;
    let office = Office::new(roads(None, Some(&gate))).await;
    for _ in 0..3 {
        gate.answers(422, json!({}));
        office.tells(NewsKind::Task, "/account").await;
    }
    office.works().await;
    let town = &office.street.town;
    let elsewhere = Reach::Area(AreaPath("/3707/370782/".into()));
    town.opens_account_for("zhucheng-xt", Role::SystemAdmin, elsewhere).await;
    let next_door = town.stranger().signs_in("zhucheng-xt", crate::town::PASSWORD).await;
    assert!(listed(&next_door, "dead").await.is_empty());
    let tried = next_door.post("/api/v1/deliveries/acts/retry", json!({})).await;
    assert_eq!(tried.json()["retried"], json!(0), "{}", tried.text);
    let admin = town.signed_in("xitong", Role::SystemAdmin).await;
    let dead = listed(&admin, "dead").await;
    assert_eq!(dead.len(), 3);
    let id = dead[0]["id"].as_str().unwrap();
    assert_eq!(next_door.post(&format!("/api/v1/deliveries/{id}/acts/give-up"), json!({})).await.status, 404);
    assert_eq!(office.zhou.get("/api/v1/deliveries").await.status, 404);
    let home = Person::opens_a_browser(town.router.clone(), "xitong").await.get("/").await.text;
    assert!(home.contains(r#"data-live-count="/deliveries">3<"#), "the count stands in the frame");
    assert_eq!(admin.post("/api/v1/deliveries/acts/retry", json!({})).await.json()["retried"], json!(3));
    office.works().await;
    assert_eq!(listed(&admin, "sent").await.len(), 3);
}

#[tokio::test]
async fn a_mail_server_that_refuses_is_tried_again_or_not_as_it_says() {
    let sink = Sink::opens().await;
    let office = Office::new(roads(Some(&sink), None)).await;
    let admin = office.street.town.signed_in("xitong", Role::SystemAdmin).await;
    let browser = office.street.browser("zhouqiang").await;
    browser.submits("/account/messages/email", "email=zhou%40power.example").await;
    let code = sink.mails()[0].split("确认码：").nth(1).unwrap()[..6].to_owned();
    browser.submits("/account/messages/email/confirm", &format!("code={code}")).await;
    sink.refuses("451 busy with zhou@power.example");
    office.tells(NewsKind::Task, "/account").await;
    office.works().await;
    let waiting = listed(&admin, "waiting").await;
    assert_eq!(waiting[0]["reason"], json!("邮件服务器答复 451"), "without the address: {waiting:?}");
    office.later(1);
    office.works().await;
    assert_eq!(sink.mails().len(), 2);
    sink.refuses("550 no such user");
    office.tells(NewsKind::Task, "/account").await;
    office.works().await;
    assert_eq!(listed(&admin, "dead").await[0]["reason"], json!("邮件服务器答复 550"));
}
