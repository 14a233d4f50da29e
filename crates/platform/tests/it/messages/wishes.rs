//! How somebody wants to be told: roads, pace, quiet hours; caps and the digest.

use super::Office;
use crate::bars::read_as;
use crate::messages::roads::{Gate, roads};
use crate::town::monday;
use chrono::Duration;
use kernel::words::NewsKind;
use serde_json::json;

#[tokio::test]
async fn what_is_too_much_and_what_may_wait_comes_as_one_message_in_the_morning() {
    let gate = Gate::opens().await;
    let office = Office::new(roads(None, Some(&gate))).await;
    for _ in 0..7 {
        office.tells(NewsKind::Task, "/account").await;
    }
    office.tells(NewsKind::Other, "/account").await;
    office.works().await;
    assert_eq!(gate.taken().len(), 5, "five an hour");
    let clock = office.street.town.app.clock();
    clock.set(monday() + Duration::hours(22));
    office.works().await;
    assert_eq!(gate.taken().len(), 5, "eight in the morning is too early for the digest");
    clock.set(monday() + Duration::minutes(22 * 60 + 30));
    let worked = office.works().await;
    assert_eq!((worked.gathered, worked.tried), (1, 1));
    let digest = gate.texts().pop().unwrap();
    assert!(digest.contains("您有 3 条未读消息（要我办理的事 2 条，包靠、替岗等其他消息 1 条）"), "{digest}");
    super::tells_nothing(&digest);
    office.works().await;
    assert_eq!(gate.taken().len(), 6, "once");
}

#[tokio::test]
async fn a_digest_of_what_was_read_meanwhile_is_not_sent() {
    let gate = Gate::opens().await;
    let office = Office::new(roads(None, Some(&gate))).await;
    office.tells(NewsKind::Progress, "/account").await;
    office.works().await;
    office.zhou.post("/api/v1/notifications/acts/read", json!({})).await;
    office.street.town.app.clock().set(monday() + Duration::hours(24));
    office.works().await;
    assert!(gate.taken().is_empty(), "{:?}", gate.texts());
}

#[tokio::test]
async fn what_is_late_is_told_by_night_and_all_else_waits_for_the_morning() {
    let gate = Gate::opens().await;
    let office = Office::new(roads(None, Some(&gate))).await;
    let clock = office.street.town.app.clock();
    clock.set(monday() + Duration::hours(12));
    office.tells(NewsKind::Task, "/account").await;
    office.tells(NewsKind::Deadline, "/account").await;
    office.works().await;
    assert_eq!(gate.taken().len(), 1);
    assert!(gate.texts()[0].contains("快到期或已超时"), "{:?}", gate.texts());
    clock.set(monday() + Duration::hours(22));
    office.works().await;
    assert!(gate.texts()[1].contains("有一件事等您办理"), "{:?}", gate.texts());
}

#[tokio::test]
async fn a_person_chooses_on_a_page_without_scripts_and_what_was_typed_survives_a_refusal() {
    let gate = Gate::opens().await;
    let office = Office::new(roads(None, Some(&gate))).await;
    let browser = office.street.browser("zhouqiang").await;
    let page = browser.get("/account/messages").await.text;
    assert!(page.contains("短信") && !page.contains("政务微信</span>") && page.contains("139****1111"), "{page}");
    let form = "version=0&sms=true&task=inbox&deadline=at_once&progress=at_once&visit=digest&other=inbox&own_hours=true&off_days=true";
    let refused = browser.submits("/account/messages", &format!("{form}&from=99:00&until=06:00")).await;
    assert!(refused.status == 422 && refused.text.contains("21:00-08:00"), "{}", refused.text);
    assert!(refused.text.contains(r#"value="99:00""#) && refused.text.contains(r#"<option value="inbox" selected>"#));
    let saved = browser.submits("/account/messages", &format!("{form}&from=23:00&until=06:00")).await;
    assert_eq!(saved.status, 303, "{}", saved.text);
    let stale = browser.submits("/account/messages", &format!("{form}&from=23:00&until=06:00")).await;
    assert_eq!(stale.status, 412, "decided on what has changed");
    office.tells(NewsKind::Task, "/account").await;
    office.tells(NewsKind::Progress, "/account").await;
    office.later(690);
    office.works().await;
    assert_eq!(
        gate.taken().len(),
        1,
        "progress at once, at half past nine at night; what is to be done in the inbox alone"
    );
    assert!(gate.texts()[0].contains("有了进展"));
    let none = browser.submits("/account/messages", "version=1&progress=at_once").await;
    assert_eq!(none.status, 303, "{}", none.text);
    office.tells(NewsKind::Progress, "/account").await;
    office.works().await;
    assert_eq!(gate.taken().len(), 1, "no road, no message");
}

#[tokio::test]
async fn a_program_reads_and_changes_ones_own_wishes() {
    let gate = Gate::opens().await;
    let office = Office::new(roads(None, Some(&gate))).await;
    let shown = office.zhou.get("/api/v1/account/messages").await.json();
    assert_eq!((&shown["offered"], &shown["version"]), (&json!(["sms"]), &json!(0)), "{shown}");
    assert_eq!((&shown["mobile"], &shown["paces"]["other"]), (&json!("139****1111"), &json!("digest")));
    let wish =
        json!({ "channels": ["sms"], "paces": { "other": "at_once" }, "quiet": "22:00-07:00", "off_days": false });
    let zhou = &office.zhou;
    let chosen = read_as(zhou, 0).send("PATCH", "/api/v1/account/messages", Some(wish.clone())).await;
    assert_eq!(chosen.status, 204, "{}", chosen.text);
    assert_eq!(read_as(zhou, 0).send("PATCH", "/api/v1/account/messages", Some(wish)).await.status, 412);
    let shown = zhou.get("/api/v1/account/messages").await.json();
    assert_eq!((&shown["quiet"], &shown["paces"]["other"]), (&json!("22:00-07:00"), &json!("at_once")));
    let wrong = json!({ "quiet": "nights" });
    assert_eq!(read_as(zhou, 1).send("PATCH", "/api/v1/account/messages", Some(wrong)).await.status, 422);
}
