//! A round is planned, read, and told what changed while it was being planned.

use super::{SHOUGUANG, World, names, read_as, wish};
use crate::town::Person;
use kernel::Role;
use kernel::authz::WritePairings;
use kernel::id::RoundId;
use platform::rounds::{Hand, How, Step, Watcher};
use serde_json::{Value, json};

#[tokio::test]
async fn a_planned_round_gives_every_enterprise_the_commissioner_that_fits_and_says_who_finds_nobody() {
    let world = World::new().await;
    let round = world.planned("3707").await;
    let path = format!("/api/v1/pairing-rounds/{round}");
    let shown = world.city.get(&path).await.json();
    assert_eq!((&shown["state"], &shown["planned"]["clients"]), (&json!("review"), &json!(9)), "{shown}");
    let figures = world.city.get(&format!("{path}/figures")).await.json();
    // Two section heads of Shouguang have three places each, and one of Zhucheng.
    assert_eq!((&figures["clients"], &figures["unpaired"], &figures["kept"]), (&json!(9), &json!(1), &json!(1)));
    assert_eq!(figures["counties"].as_array().unwrap().len(), 2);
    let kept = world.city.get(&format!("{path}/places?change=kept")).await.json();
    assert_eq!(kept["items"][0]["client_name"], "寿光绿源1号蔬菜有限公司");
    assert_eq!((&kept["items"][0]["official_name"], &kept["items"][0]["now_name"]), (&json!("王军"), &json!("王军")));
    let alone = world.city.get(&format!("{path}/places?change=unpaired")).await.json();
    let alone = alone["items"].as_array().unwrap();
    assert_eq!((alone.len(), &alone[0]["client_name"]), (1, &json!("寿光绿源7号蔬菜有限公司")));
    let one = kept["items"][0]["id"].as_str().unwrap();
    let place = world.city.get(&format!("{path}/places/{one}")).await.json();
    assert!(place["parts"]["place"].is_number(), "{place}");
}

#[tokio::test]
async fn the_desk_of_a_county_reads_of_the_citys_round_what_concerns_its_own_clients_alone() {
    let world = World::new().await;
    let round = world.planned("3707").await;
    let path = format!("/api/v1/pairing-rounds/{round}");
    let figures = world.next_door.get(&format!("{path}/figures")).await.json();
    assert_eq!((&figures["clients"], &figures["unpaired"]), (&json!(2), &json!(0)));
    assert_eq!(figures["counties"].as_array().unwrap().len(), 1);
    let loads = figures["loads"].as_array().unwrap();
    assert_eq!(loads.iter().map(|load| load["officials"].as_i64().unwrap()).sum::<i64>(), 1, "{figures}");
    let shown = world.next_door.get(&path).await.json();
    assert!(shown["planned"].is_null(), "the figures of the whole are not theirs: {shown}");
    let all = world.next_door.get(&format!("{path}/places")).await.json();
    let of = |all: &Value| -> Vec<String> {
        all["items"].as_array().unwrap().iter().map(|item| item["client_name"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(of(&all), ["诸城舜1号机械有限公司", "诸城舜2号机械有限公司"]);
    assert!(of(&world.next_door.get(&format!("{path}/places?area=370783")).await.json()).is_empty());
    let units = world.next_door.get(&format!("{path}/units")).await.json();
    assert_eq!(units["items"].as_array().unwrap().len(), 1, "{units}");
    let theirs = world.desk.get(&format!("{path}/places")).await.json();
    let theirs = theirs["items"][0]["id"].as_str().unwrap();
    assert_eq!(world.next_door.get(&format!("{path}/places/{theirs}")).await.status, 404);
    let unit = world.desk.get(&format!("{path}/units")).await.json()["items"][0]["unit_id"].clone();
    let browser = Person::opens_a_browser(world.town.router.clone(), "zhucheng").await;
    let page = |rest: &str| format!("/pairing-rounds/{round}{rest}");
    assert_eq!(browser.get(&page(&format!("/units/{}", unit.as_str().unwrap()))).await.status, 404);
    for rest in ["", "/places", "/units", "/unpaired"] {
        let answer = browser.get(&page(rest)).await;
        assert!(answer.status == 200 && !answer.text.contains("寿光"), "{rest}: {}", answer.text);
    }
}

#[tokio::test]
async fn who_has_nobody_sees_it_on_a_page_that_says_why() {
    let world = World::new().await;
    let round = world.planned("370783").await;
    let browser = Person::opens_a_browser(world.town.router.clone(), "fuwutai").await;
    let unpaired = browser.get(&format!("/pairing-rounds/{round}/unpaired")).await;
    assert!(unpaired.text.contains("1 个"), "{}", unpaired.text);
    let overview = browser.get(&format!("/pairing-rounds/{round}")).await.text;
    assert!(overview.contains("已证明为最优") && overview.contains("圣城街道"), "{overview}");
}

#[tokio::test]
async fn a_round_that_is_planned_already_or_by_somebody_without_the_whole_area_is_not_planned() {
    let world = World::new().await;
    let round = world.city.makes("/api/v1/pairing-rounds", wish("3707")).await;
    let plan = format!("/api/v1/pairing-rounds/{round}/acts/plan");
    assert_eq!(world.city.post(&plan, json!({})).await.status, 428);
    assert_eq!(read_as(&world.desk, 1).post(&plan, json!({})).await.status, 404);
    assert_eq!(read_as(&world.city, 1).post(&plan, json!({})).await.status, 200);
    assert_eq!(read_as(&world.city, 1).post(&plan, json!({})).await.status, 412);
    let commissioner = world.town.signed_in_at("gongdian", Role::Commissioner, SHOUGUANG).await;
    assert_eq!(names(&commissioner, "/api/v1/pairing-rounds").await.len(), 1, "an area was given them");
}

/// Lets something happen just before the plan is saved.
struct Meddler<'a> {
    world: &'a World,
}

impl Watcher for Meddler<'_> {
    async fn turns(&self, step: Step) {
        if step != Step::Save {
            return;
        }
        for n in 31..=32 {
            let new = crate::town::enterprise(&format!("寿光新来{n}号食品有限公司"), n);
            self.world.desk.makes("/api/v1/enterprises", new).await;
        }
        let path = format!("/api/v1/officials/{}/acts/leave", self.world.officials[2]);
        let left = read_as(&self.world.city, 1).post(&path, json!({ "last_day": "2026-11-22" })).await;
        assert_eq!(left.status, 204, "{}", left.text);
    }
}

#[tokio::test]
async fn a_round_that_changed_while_it_was_planned_is_refused_with_what_changed_and_nothing_is_saved() {
    let world = World::new().await;
    let round = world.city.makes("/api/v1/pairing-rounds", wish("3707")).await;
    let app = &world.town.app;
    let operator = platform::console::operator(app.now());
    let scope = operator.scope::<WritePairings>().unwrap();
    let asked = (round.parse::<RoundId>().unwrap(), None);
    let meddler = Meddler { world: &world };
    let refused =
        platform::rounds::plan(app, &operator, &scope, asked, How { hand: Hand::Dropped, point: None }, &meddler)
            .await
            .unwrap_err();
    assert_eq!(refused.status(), 409);
    let told = refused.detail();
    assert!(told.contains("新增企业 2 家") && told.contains("赵刚离任") && told.contains("请重新规划"), "{told}");
    let path = format!("/api/v1/pairing-rounds/{round}");
    let shown = world.city.get(&path).await.json();
    assert_eq!((&shown["state"], &shown["message"]), (&json!("draft"), &json!(told)));
    assert!(world.city.get(&format!("{path}/places")).await.json()["items"].as_array().unwrap().is_empty());
    let again = read_as(&world.city, 3).post(&format!("{path}/acts/plan"), json!({})).await;
    assert_eq!((again.status, &again.json()["state"]), (200, &json!("review")), "{}", again.text);
}

#[tokio::test]
async fn a_plan_keeps_to_who_stands_back_who_wants_nobody_and_which_unit_is_left_out() {
    let world = World::new().await;
    let bar = json!({ "kind": "recusal", "client": world.clients[0], "official": world.officials[0], "ground": "family",
        "note": "配偶任财务负责人", "from": "2026-11-01" });
    let barred = world.desk.post("/api/v1/pairing-bars", bar).await;
    assert_eq!(barred.status, 201, "{}", barred.text);
    let unwanted = json!({ "kind": "unwanted", "client": world.clients[1], "note": "暂不需要", "from": "2026-11-01" });
    assert_eq!(world.desk.post("/api/v1/pairing-bars", unwanted).await.status, 201);
    let round = world.planned("370783").await;
    let path = format!("/api/v1/pairing-rounds/{round}");
    let one = world.desk.get(&format!("{path}/places?client={}", world.clients[0])).await.json();
    assert_eq!(one["items"][0]["official_name"], "刘洋", "{one}");
    let two = world.desk.get(&format!("{path}/places?client={}", world.clients[1])).await.json();
    assert!(two["items"].as_array().unwrap().is_empty(), "{two}");
}
