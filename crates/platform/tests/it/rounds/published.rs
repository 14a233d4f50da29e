//! A round is published, or refused because something changed; who hears of it, and what everybody may read.

use super::{World, read_as, wish};
use crate::town::{PASSWORD, Person};
use kernel::id::{ClientId, OfficialId, UnitId};
use kernel::{Reach, Role};
use serde_json::{Value, json};

async fn publish(who: &Person, round: &str, version: i64) -> crate::town::Answer {
    read_as(who, version).post(&format!("/api/v1/pairing-rounds/{round}/acts/publish"), json!({})).await
}

/// Who looks after a client on a day, with the day that is told as the first.
async fn holder(world: &World, client: &str, day: &str) -> (Value, Value) {
    let held = world.city.get(&format!("/api/v1/pairings?client={client}&on={day}")).await.json();
    (held["items"][0]["official_name"].clone(), held["items"][0]["round_id"].clone())
}

#[tokio::test]
async fn a_published_round_begins_on_its_first_day_and_what_was_before_ends_the_day_before() {
    let world = World::new().await;
    let round = world.planned("3707").await;
    assert_eq!(publish(&world.desk, &round, 3).await.status, 404, "the whole of the area is not theirs");
    assert_eq!(publish(&world.city, &round, 2).await.status, 412);
    let done = publish(&world.city, &round, 3).await;
    assert_eq!(done.status, 200, "{}", done.text);
    assert_eq!(
        (&done.json()["begun"], &done.json()["kept"], &done.json()["unpaired"]),
        (&json!(7), &json!(1), &json!(1))
    );
    assert_eq!(publish(&world.city, &round, 4).await.status, 409, "once");
    assert_eq!(holder(&world, &world.clients[0], "2026-11-30").await, (json!("王军"), Value::Null));
    assert_eq!(holder(&world, &world.clients[0], "2026-12-01").await, (json!("王军"), json!(round)));
    assert_eq!(holder(&world, &world.clients[1], "2026-11-30").await.0, Value::Null);
    assert_eq!(holder(&world, &world.clients[1], "2026-12-01").await.1, json!(round));
    let all = world.city.get(&format!("/api/v1/pairings?client={}", world.clients[0])).await.json();
    assert_eq!(all["items"][1]["until_day"], "2026-11-30", "{all}");
    world.town.app.clock().set(crate::town::monday() + chrono::Duration::days(10));
    let browser = Person::opens_a_browser(world.town.router.clone(), "zonghe").await;
    let card = browser.get(&format!("/enterprises/{}", world.clients[0])).await.text;
    assert!(card.contains("2026年1月1日起联系包靠"), "who goes on has been there since then: {card}");
}

#[tokio::test]
async fn the_next_full_round_of_the_area_archives_the_one_before() {
    let world = World::new().await;
    let county = world.planned("370783").await;
    assert_eq!(publish(&world.desk, &county, 3).await.status, 200);
    let mut next = wish("3707");
    next["first_day"] = json!("2026-12-15");
    let next = world.city.makes("/api/v1/pairing-rounds", next).await;
    let path = format!("/api/v1/pairing-rounds/{next}");
    assert_eq!(read_as(&world.city, 1).post(&format!("{path}/acts/plan"), json!({})).await.status, 200);
    let done = publish(&world.city, &next, 3).await;
    assert_eq!((done.status, &done.json()["kept"]), (200, &json!(6)), "{}", done.text);
    let state =
        async |round: &str| world.city.get(&format!("/api/v1/pairing-rounds/{round}")).await.json()["state"].clone();
    assert_eq!((state(&county).await, state(&next).await), (json!("archived"), json!("published")));
    assert_eq!(read_as(&world.city, 4).post(&format!("{path}/acts/archive"), json!({})).await.status, 204);
}

#[tokio::test]
async fn a_round_is_not_published_when_somebody_left_closed_or_was_paired_otherwise_since() {
    let world = World::new().await;
    let round = world.planned("3707").await;
    let places = world.city.get(&format!("/api/v1/pairing-rounds/{round}/places")).await.json();
    let of = |name: &str| {
        let all = places["items"].as_array().unwrap();
        all.iter().find(|place| place["client_name"] == name).unwrap().clone()
    };
    let other = of("寿光绿源2号蔬菜有限公司")["official_id"].clone();
    let other = if other == json!(world.officials[0]) { &world.officials[1] } else { &world.officials[0] };
    let pair =
        |client: &str, official: &str, from: &str| json!({ "client": client, "official": official, "from": from });
    world.desk.makes("/api/v1/pairings", pair(&world.clients[1], other, "2026-11-20")).await;
    let refused = publish(&world.city, &round, 3).await;
    assert!(refused.status == 409 && refused.detail().contains("“寿光绿源2号蔬菜有限公司”现在由"), "{}", refused.text);
    let later = of("寿光绿源3号蔬菜有限公司")["official_id"].as_str().unwrap().to_owned();
    world.desk.makes("/api/v1/pairings", pair(&world.clients[2], &later, "2026-12-05")).await;
    let refused = publish(&world.city, &round, 3).await;
    assert!(refused.detail().contains("从2026年12月5日起由"), "{}", refused.text);
    let close = json!({ "last_day": "2026-11-23", "source": "市场监管局", "as_of": "2026-11-23" });
    let path = format!("/api/v1/enterprises/{}/acts/close", world.clients[3]);
    let closed = read_as(&world.desk, 1).post(&path, close).await;
    assert_eq!(closed.status, 204, "{}", closed.text);
    let path = format!("/api/v1/officials/{}/acts/leave", world.officials[2]);
    let left = read_as(&world.city, 1).post(&path, json!({ "last_day": "2026-11-22" })).await;
    assert_eq!(left.status, 204, "{}", left.text);
    let refused = publish(&world.city, &round, 3).await.detail();
    assert!(refused.contains("赵刚已离任") && refused.contains("4号蔬菜有限公司”已注销"), "{refused}");
    let browser = Person::opens_a_browser(world.town.router.clone(), "zonghe").await;
    let page = browser.get(&format!("/pairing-rounds/{round}/publish")).await.text;
    assert!(page.contains("现在不能公布") && page.contains("重新规划") && !page.contains("确定公布"), "{page}");
    let pressed = browser.submits(&format!("/pairing-rounds/{round}/publish"), "version=3").await;
    assert!(pressed.status == 409 && pressed.text.contains("现在由"), "{}", pressed.text);
    assert_eq!(world.city.get(&format!("/api/v1/pairing-rounds/{round}")).await.json()["state"], "review");
}

#[tokio::test]
async fn those_whom_a_round_concerns_are_told_once_and_those_who_keep_theirs_are_left_in_peace() {
    let world = World::new().await;
    let town = &world.town;
    let official = |n: usize| Some(world.officials[n].parse::<OfficialId>().unwrap());
    let signed_in = async |login: &str| town.stranger().signs_in(login, PASSWORD).await;
    town.opens_account_of("wangjun", Role::Commissioner, Reach::Clients(Vec::new()), official(0)).await;
    town.opens_account_of("zhaogang", Role::Commissioner, Reach::Clients(Vec::new()), official(2)).await;
    let unit = world.city.get(&format!("/api/v1/officials/{}", world.officials[0])).await.json()["unit_id"].clone();
    let unit = Reach::Unit(unit.as_str().unwrap().parse::<UnitId>().unwrap());
    town.opens_account_for("juzhang", Role::UnitHead, unit.clone()).await;
    town.opens_account_for("banshi", Role::Handler, unit).await;
    for (login, n) in [("qiye1", 0), ("qiye2", 1), ("qiye7", 6)] {
        let client = Reach::Clients(vec![world.clients[n].parse::<ClientId>().unwrap()]);
        town.opens_account_for(login, Role::Liaison, client).await;
    }
    let round = world.planned("370783").await;
    assert_eq!(publish(&world.desk, &round, 3).await.status, 200);
    town.hears().await;
    let inbox = async |login: &str| {
        let items = signed_in(login).await.get("/api/v1/notifications").await.json()["items"].clone();
        items.as_array().unwrap().clone()
    };
    let wang = inbox("wangjun").await;
    assert!(wang.len() == 1 && wang[0]["title"].as_str().unwrap().contains("2026年12月1日"), "{wang:?}");
    assert!(wang[0]["text"].as_str().unwrap().starts_with("新联系 2 家，共联系 3 家"), "{wang:?}");
    let head = inbox("juzhang").await;
    assert!(head.len() == 1 && head[0]["text"].as_str().unwrap().contains("2 名干部联系 6 家"), "{head:?}");
    let link = head[0]["link"].as_str().unwrap().to_owned();
    assert_eq!(signed_in("juzhang").await.get(&link).await.status, 200, "the link leads somewhere: {link}");
    let two = inbox("qiye2").await;
    assert!(two.len() == 1 && two[0]["link"] == json!(format!("/clients/{}", world.clients[1])), "{two:?}");
    for nobody in ["qiye1", "qiye7", "zhaogang", "banshi", "fuwutai", "zhucheng"] {
        assert!(inbox(nobody).await.is_empty(), "{nobody}");
    }
}

#[tokio::test]
async fn everybody_reads_who_looks_after_whom_while_the_round_is_the_published_one_and_no_telephone_number() {
    let world = World::new().await;
    let round = world.planned("370783").await;
    let (path, stranger) =
        (format!("/public/pairing-rounds/{round}"), world.town.stranger().with("accept", "text/html"));
    assert_eq!(stranger.get(&path).await.status, 404, "not before it is published");
    let desk = Person::opens_a_browser(world.town.router.clone(), "fuwutai").await;
    let preview = desk.get(&format!("/pairing-rounds/{round}/gazette")).await;
    assert!(preview.status == 200 && preview.text.contains("公布以后才对外公开"), "{}", preview.text);
    let next_door = Person::opens_a_browser(world.town.router.clone(), "zhucheng").await;
    assert_eq!(next_door.get(&format!("/pairing-rounds/{round}/gazette")).await.status, 404);
    assert_eq!(publish(&world.desk, &round, 3).await.status, 200);
    let list = stranger.get(&path).await;
    assert!(
        list.status == 200 && list.text.contains("寿光绿源2号蔬菜有限公司") && list.text.contains("王军"),
        "{}",
        list.text
    );
    assert!(!list.text.contains("寿光绿源7号") && !list.text.contains("1380536"), "who has nobody is not listed");
    let found = stranger.get(&format!("{path}?q=3%E5%8F%B7")).await.text;
    assert!(found.contains("3号蔬菜") && !found.contains("2号蔬菜"));
    let archive =
        read_as(&world.desk, 4).post(&format!("/api/v1/pairing-rounds/{round}/acts/archive"), json!({})).await;
    assert_eq!(archive.status, 204, "{}", archive.text);
    assert_eq!(stranger.get(&path).await.status, 404);
}

#[tokio::test]
async fn a_recusal_that_was_entered_after_planning_keeps_the_round_from_being_published() {
    let world = World::new().await;
    let round = world.planned("370783").await;
    let bar = json!({ "kind": "recusal", "client": world.clients[0], "official": world.officials[0], "ground": "family",
        "from": "2026-11-20" });
    world.desk.makes("/api/v1/pairing-bars", bar).await;
    let refused = publish(&world.desk, &round, 3).await;
    assert!(refused.status == 409 && refused.detail().contains("与王军之间已登记回避"), "{}", refused.text);
    let path = format!("/api/v1/pairing-rounds/{round}/acts/plan");
    assert_eq!(read_as(&world.desk, 3).post(&path, json!({})).await.status, 200);
    assert_eq!(publish(&world.desk, &round, 5).await.status, 200);
    assert_ne!(holder(&world, &world.clients[0], "2026-12-01").await.0, json!("王军"));
}

#[tokio::test]
async fn who_is_away_for_long_is_given_nobody() {
    let world = World::new().await;
    let away = json!({ "official": world.officials[0], "substitute": world.officials[1], "reason": "secondment",
        "from": "2026-11-24" });
    world.desk.makes("/api/v1/absences", away).await;
    let round = world.planned("370783").await;
    let places = world.desk.get(&format!("/api/v1/pairing-rounds/{round}/places")).await.json();
    let names: Vec<&str> =
        places["items"].as_array().unwrap().iter().filter_map(|place| place["official_name"].as_str()).collect();
    assert!(names.contains(&"刘洋") && !names.contains(&"王军"), "{places}");
}

#[tokio::test]
async fn a_round_gives_an_enterprise_that_asked_for_another_commissioner_somebody_else_and_says_so() {
    let world = World::new().await;
    let client = Reach::Clients(vec![world.clients[0].parse::<ClientId>().unwrap()]);
    world.town.opens_account_for("qiye1", Role::Liaison, client).await;
    let liaison = world.town.stranger().signs_in("qiye1", PASSWORD).await;
    let ask = json!({ "client": world.clients[0], "kind": "change", "reason": "联系不便，希望换一名" });
    let asked = liaison.makes("/api/v1/pairing-requests", ask).await;
    let state = async || world.desk.get(&format!("/api/v1/pairing-bars/{asked}")).await.json()["state"].clone();
    assert_eq!(state().await, "pending");
    let round = world.planned("370783").await;
    assert_eq!(publish(&world.desk, &round, 3).await.status, 200);
    assert_eq!(state().await, "held", "the request is settled");
    assert_eq!(holder(&world, &world.clients[0], "2026-12-01").await.0, json!("刘洋"));
}
