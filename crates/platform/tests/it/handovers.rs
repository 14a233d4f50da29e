//! From one commissioner to the next: what was promised, who receives it, and that the enterprise has met them.

use crate::bars::{Served, read_as};
use crate::town::{PASSWORD, Person, monday};
use chrono::Duration;
use kernel::id::OfficialId;
use kernel::{Reach, Role};
use serde_json::{Value, json};

/// The client has gone over from 李明 to 赵刚, who has an account; the handover is open.
struct Over {
    served: Served,
    zhao: Person,
    id: String,
}

impl Over {
    async fn new() -> Self {
        let served = Served::new().await;
        let id = served.zhao.parse::<OfficialId>().unwrap();
        let town = &served.street.town;
        town.opens_account_of("zhaogang", Role::Commissioner, Reach::Clients(Vec::new()), Some(id)).await;
        let path = format!("/api/v1/pairings/{}/acts/hand-over", served.pairing);
        let to = json!({ "official": served.zhao, "from": "2026-11-23" });
        read_as(&served.street.desk, 1).makes(&path, to).await;
        town.hears().await;
        let zhao = town.stranger().signs_in("zhaogang", PASSWORD).await;
        let all = served.street.desk.get("/api/v1/handovers").await.json();
        let id = all["items"][0]["id"].as_str().unwrap().to_owned();
        Self { served, zhao, id }
    }

    fn path(&self, act: &str) -> String {
        format!("/api/v1/handovers/{}{act}", self.id)
    }
}

async fn inbox(who: &Person) -> Vec<String> {
    let items = who.get("/api/v1/notifications").await.json()["items"].clone();
    items.as_array().unwrap().iter().map(|item| item["title"].as_str().unwrap().to_owned()).collect()
}

fn notes() -> Value {
    json!({ "note": "找办公室陈主任最方便", "promises": [
        { "text": "12 月底前协调变压器增容", "due": "2026-12-31" }, { "text": "送政策汇编", "done": true }] })
}

#[tokio::test]
async fn a_client_goes_over_in_three_steps_each_told_to_whoever_takes_the_next() {
    let over = Over::new().await;
    let (street, li, zhao) = (&over.served.street, &over.served.commissioner, &over.zhao);
    let demand = street.raised().await;
    assert!(inbox(li).await.contains(&"“寿光绿源蔬菜有限公司”将由赵刚接手，请准备交接".to_owned()));
    assert!(inbox(zhao).await.contains(&"您将服务“寿光绿源蔬菜有限公司”（原由李明服务）".to_owned()));
    assert_eq!(
        read_as(zhao, 1).post(&over.path("/acts/receive"), json!({})).await.status,
        409,
        "nothing to receive yet"
    );
    assert_eq!(
        read_as(zhao, 1).post(&over.path("/acts/prepare"), notes()).await.status,
        403,
        "that is the former one's"
    );
    assert_eq!(read_as(li, 1).post(&over.path("/acts/write"), notes()).await.status, 204);
    assert_eq!(read_as(li, 1).post(&over.path("/acts/prepare"), notes()).await.status, 412);
    assert_eq!(read_as(li, 2).post(&over.path("/acts/prepare"), notes()).await.status, 204);
    street.town.hears().await;
    assert!(inbox(zhao).await.contains(&"“寿光绿源蔬菜有限公司”的交接已准备好，请接收".to_owned()));
    // The former one reads the pack, and only the pack: nothing of the client itself.
    let pack = street.browser("liming").await.get(&format!("/handovers/{}", over.id)).await;
    assert!(pack.text.contains("新车间用电增容") && pack.text.contains("12 月底前协调变压器增容"), "{}", pack.text);
    assert!(!pack.text.contains(&format!("/demands/{demand}")), "a line, not a way in");
    for closed in [format!("/api/v1/demands/{demand}"), format!("/api/v1/enterprises/{}", street.client)] {
        assert_eq!(li.get(&closed).await.status, 404, "{closed}");
    }
    assert!(li.get("/api/v1/demands").await.json()["items"].as_array().unwrap().is_empty());
    assert_eq!(read_as(zhao, 3).post(&over.path("/acts/receive"), json!({})).await.status, 204);
    assert_eq!(li.get(&over.path("")).await.status, 404, "received: the former one is done with it");
    assert!(li.get("/api/v1/handovers").await.json()["items"].as_array().unwrap().is_empty());
    assert_eq!(read_as(li, 4).post(&over.path("/acts/write"), notes()).await.status, 404);
    street.town.hears().await;
    assert!(inbox(&street.liaison).await.contains(&"赵刚已接手为您服务，见到后请确认".to_owned()));
    let mut kept = notes();
    kept["promises"][0]["done"] = json!(true);
    assert_eq!(read_as(zhao, 4).post(&over.path("/acts/write"), kept).await.status, 204, "the next one ticks off");
    // The enterprise says in one tap, without any script, first that nobody came, then that they have met.
    let browser = street.browser("qiye").await;
    let page = browser.get(&format!("/enterprises/{}", street.client)).await.text;
    assert!(page.contains("李明已把您的企业交接给赵刚"), "{page}");
    let confirm = format!("/handovers/{}/confirm", over.id);
    assert_eq!(browser.submits(&confirm, "version=5&met=no").await.status, 303);
    street.town.hears().await;
    assert!(inbox(zhao).await.contains(&"“寿光绿源蔬菜有限公司”还没有见到新专员赵刚".to_owned()));
    assert!(inbox(&street.desk).await.contains(&"“寿光绿源蔬菜有限公司”还没有见到新专员赵刚".to_owned()));
    assert_eq!(browser.submits(&confirm, "version=6&met=yes").await.status, 303);
    let done = zhao.get(&over.path("")).await.json();
    assert_eq!((&done["state"], &done["confirmed_by"]), (&json!("confirmed"), &json!("qiye")));
    assert!(!browser.get(&format!("/enterprises/{}", street.client)).await.text.contains("您见到新专员了吗"));
}

#[tokio::test]
async fn nobody_but_those_who_take_part_finds_a_handover() {
    let over = Over::new().await;
    let street = &over.served.street;
    let next_door = street.town.signed_in_at("zhucheng", Role::AreaDesk, "/3707/370782/").await;
    let leader = street.town.signed_in("lingdao", Role::Leader).await;
    for outsider in [&next_door, &leader, &street.liaison, &street.power] {
        assert_eq!(outsider.get(&over.path("")).await.status, 404);
        let all = outsider.get("/api/v1/handovers").await;
        assert!(all.status == 404 || all.json()["items"].as_array().unwrap().is_empty(), "{}", all.text);
    }
    assert_eq!(read_as(&next_door, 1).post(&over.path("/acts/prepare"), notes()).await.status, 404);
    let other = over.served.other_client(2).await;
    let reach = Reach::Clients(vec![other.parse().unwrap()]);
    street.town.opens_account_for("qiye2", Role::Liaison, reach).await;
    let stranger = street.town.stranger().signs_in("qiye2", PASSWORD).await;
    assert_eq!(read_as(&stranger, 1).post(&over.path("/acts/confirm"), json!({ "met": true })).await.status, 404);
    // Once the client has gone on to somebody else, the next one is done with it too.
    let held = street.desk.get(&format!("/api/v1/pairings?client={}&on=2026-11-23", street.client)).await.json();
    let end = format!("/api/v1/pairings/{}/acts/end", held["items"][0]["id"].as_str().unwrap());
    assert_eq!(read_as(&street.desk, 1).post(&end, json!({ "last_day": "2026-11-23" })).await.status, 204);
    assert_eq!(over.zhao.get(&over.path("")).await.status, 200);
    street.town.app.clock().set(monday() + Duration::days(1));
    let zhao = street.town.stranger().signs_in("zhaogang", PASSWORD).await;
    assert_eq!(zhao.get(&over.path("")).await.status, 404);
}

#[tokio::test]
async fn a_pairing_within_ninety_days_takes_over_from_the_last_and_a_later_one_does_not() {
    let served = Served::new().await;
    let (street, desk) = (&served.street, &served.street.desk);
    let end = format!("/api/v1/pairings/{}/acts/end", served.pairing);
    assert_eq!(read_as(desk, 1).post(&end, json!({ "last_day": "2026-11-23" })).await.status, 204);
    let all = async || desk.get("/api/v1/handovers").await.json()["items"].clone();
    assert_eq!(all().await, json!([]));
    let late = json!({ "client": street.client, "official": served.zhao, "from": "2027-02-22" });
    let pairing = desk.makes("/api/v1/pairings", late).await;
    assert_eq!(all().await, json!([]), "ninety-one days later nobody hands anything over");
    let end = format!("/api/v1/pairings/{pairing}/acts/end");
    assert_eq!(read_as(desk, 1).post(&end, json!({ "last_day": "2027-02-28" })).await.status, 204);
    desk.makes("/api/v1/pairings", json!({ "client": street.client, "official": served.zhao, "from": "2027-03-05" }))
        .await;
    assert_eq!(all().await, json!([]), "whoever comes back hands over to nobody");
    let held = desk.get(&format!("/api/v1/pairings?client={}&on=2027-03-05", street.client)).await.json();
    let path = format!("/api/v1/pairings/{}/acts/hand-over", held["items"][0]["id"].as_str().unwrap());
    read_as(desk, 1).makes(&path, json!({ "official": served.li, "from": "2027-04-01" })).await;
    let opened = all().await;
    assert_eq!((opened.as_array().unwrap().len(), &opened[0]["former_name"]), (1, &json!("赵刚")));
}

#[tokio::test]
async fn a_desk_writes_the_pack_of_who_has_left_on_a_form_that_keeps_what_was_typed() {
    let over = Over::new().await;
    let street = &over.served.street;
    let desk = street.browser("fuwutai").await;
    let form = format!("/handovers/{}/write", over.id);
    assert!(desk.get(&form).await.text.contains("保存并移交"));
    let wrong = desk.submits(&form, "version=1&text-0=abc&due-0=soon&note=keep-me&ready=yes").await;
    assert!(wrong.status == 422 && wrong.text.contains("keep-me") && wrong.text.contains("abc"), "{}", wrong.text);
    let saved = desk.submits(&form, "version=1&text-0=abc&due-0=2026-12-01&done-0=true&note=keep-me&ready=yes").await;
    assert_eq!(saved.status, 303, "{}", saved.text);
    let page = desk.get(&format!("/handovers/{}", over.id)).await.text;
    assert!(page.contains("已兑现") && page.contains("2026年12月1日") && page.contains("keep-me"), "{page}");
    let list = desk.get("/handovers").await.text;
    assert!(list.contains("待接收") && list.contains("2026年12月7日"), "ten working days from 23 November: {list}");
    street.town.app.clock().set(monday() + Duration::days(20));
    assert!(street.browser("fuwutai").await.get("/handovers").await.text.contains("超期"));
    assert!(street.browser("zhaogang").await.get("/").await.text.contains("/handovers"), "it waits on the first page");
}
