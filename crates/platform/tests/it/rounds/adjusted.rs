//! A planned round is adjusted by hand: with its effect shown beforehand, within everybody's quota, by two people at once.

use super::{World, read_as};
use crate::town::Person;
use serde_json::{Value, json};

/// The place of a client in a round.
async fn place(world: &World, round: &str, client: &str) -> Value {
    world.desk.get(&format!("/api/v1/pairing-rounds/{round}/places?client={client}")).await.json()["items"][0].clone()
}

fn path(round: &str, place: &Value) -> String {
    format!("/api/v1/pairing-rounds/{round}/places/{}", place["id"].as_str().unwrap())
}

async fn choose(who: &Person, round: &str, place: &Value, official: &Value) -> crate::town::Answer {
    let who = read_as(who, place["version"].as_i64().unwrap());
    who.post(&format!("{}/acts/choose", path(round, place)), json!({ "official": official })).await
}

#[tokio::test]
async fn whoever_reviews_sees_what_a_choice_costs_before_it_and_may_undo_it_after() {
    let world = World::new().await;
    // One enterprise fewer than places, so that there is room to choose.
    let close = json!({ "last_day": "2026-11-22", "source": "市场监管局", "as_of": "2026-11-22" });
    for client in [5, 6] {
        let path = format!("/api/v1/enterprises/{}/acts/close", world.clients[client]);
        assert_eq!(read_as(&world.desk, 1).post(&path, close.clone()).await.status, 204);
    }
    let round = world.planned("370783").await;
    let before = world.desk.get(&format!("/api/v1/pairing-rounds/{round}")).await.json();
    let one = place(&world, &round, &world.clients[0]).await;
    assert_eq!(one["official_name"], "王军", "{one}");
    let offers = world.desk.get(&format!("{}/candidates", path(&round, &one))).await.json();
    let liu = offers["items"].as_array().unwrap().iter().find(|offer| offer["name"] == "刘洋").unwrap().clone();
    assert!(liu["refused"].is_null() && liu["rise"].as_i64().unwrap() >= 60, "somebody else than now costs: {liu}");
    let chosen = choose(&world.desk, &round, &one, &liu["official"]).await;
    assert_eq!(chosen.status, 200, "{}", chosen.text);
    let now = chosen.json();
    assert_eq!(
        (&now["official_name"], &now["origin"], &now["change"]),
        (&json!("刘洋"), &json!("hand"), &json!("changed"))
    );
    let after = world.desk.get(&format!("/api/v1/pairing-rounds/{round}")).await.json();
    assert_eq!(after["cost"].as_i64().unwrap() - before["cost"].as_i64().unwrap(), liu["rise"].as_i64().unwrap());
    let figures = world.desk.get(&format!("/api/v1/pairing-rounds/{round}/figures")).await.json();
    assert_eq!((&figures["kept"], &figures["changed"], &figures["by_hand"]), (&json!(0), &json!(1), &json!(1)));
    let stale = choose(&world.desk, &round, &one, &one["official_id"]).await;
    assert_eq!(stale.status, 412, "decided on what was there before: {}", stale.text);
    let undo = read_as(&world.desk, 2).post(&format!("{}/acts/undo", path(&round, &one)), json!({})).await;
    assert_eq!((undo.status, &undo.json()["official_name"]), (200, &json!("王军")), "{}", undo.text);
    let undone = world.desk.get(&format!("/api/v1/pairing-rounds/{round}")).await.json();
    assert_eq!(undone["cost"], before["cost"]);
    let figures = world.desk.get(&format!("/api/v1/pairing-rounds/{round}/figures")).await.json();
    assert_eq!((&figures["kept"], &figures["changed"], &figures["by_hand"]), (&json!(1), &json!(0), &json!(0)));
}

#[tokio::test]
async fn two_who_give_away_the_last_place_of_an_official_at_once_cannot_both() {
    let world = World::new().await;
    let close = json!({ "last_day": "2026-11-22", "source": "市场监管局", "as_of": "2026-11-22" });
    for client in [5, 6] {
        let path = format!("/api/v1/enterprises/{}/acts/close", world.clients[client]);
        assert_eq!(read_as(&world.desk, 1).post(&path, close.clone()).await.status, 204);
    }
    let round = world.planned("370783").await;
    // Five enterprises, places for three each: one of the two has room for one more.
    let all = world.desk.get(&format!("/api/v1/pairing-rounds/{round}/places")).await.json()["items"].clone();
    let all = all.as_array().unwrap();
    let of = |name: &str| all.iter().filter(|place| place["official_name"] == name).cloned().collect::<Vec<_>>();
    let (wang, liu) = (of("王军"), of("刘洋"));
    assert_eq!(wang.len() + liu.len(), 5, "{all:?}");
    let (full, room) = if wang.len() == 3 { (&wang, &liu) } else { (&liu, &wang) };
    let to = &room[0]["official_id"];
    let (first, second) =
        tokio::join!(choose(&world.desk, &round, &full[0], to), choose(&world.city, &round, &full[1], to));
    let mut statuses = [first.status, second.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 422], "{} {}", first.text, second.text);
    let refused = if first.status == 422 { first } else { second };
    assert!(refused.json()["errors"][0]["detail"].as_str().unwrap().contains("已达上限 3 个"), "{}", refused.text);
}

#[tokio::test]
async fn a_round_planned_anew_keeps_what_was_chosen_by_hand_if_that_is_wished() {
    let world = World::new().await;
    let round = world.planned("370783").await;
    let (one, seven) = (place(&world, &round, &world.clients[0]).await, place(&world, &round, &world.clients[6]).await);
    let full = choose(&world.desk, &round, &seven, &one["official_id"]).await;
    assert_eq!(full.status, 422, "both have as many as they may: {}", full.text);
    let shown = world.desk.get(&format!("/api/v1/pairing-rounds/{round}")).await.json();
    assert_eq!(choose(&world.next_door, &round, &seven, &one["official_id"]).await.status, 404);
    let page = format!("/pairing-rounds/{round}/places/{}/adjust", seven["id"].as_str().unwrap());
    let browser = Person::opens_a_browser(world.town.router.clone(), "fuwutai").await;
    let looked_up = browser.get(&format!("{page}?official_text=%E7%8E%8B%E5%86%9B")).await.text;
    assert!(looked_up.contains("不能选") && looked_up.contains("已达上限 3 个"), "{looked_up}");
    let next_door = Person::opens_a_browser(world.town.router.clone(), "zhucheng").await;
    assert_eq!(next_door.get(&page).await.status, 404);
    // Somebody with room comes, and is chosen; then the round is planned anew.
    let unit = world.city.get(&format!("/api/v1/officials/{}", world.officials[0])).await.json()["unit_id"].clone();
    let new = json!({ "unit": unit, "name": "孙丽", "rank": "section_head", "title": "副局长", "since": "2026-11-01" });
    let new = json!(world.city.makes("/api/v1/officials", new).await);
    let unknown = choose(&world.desk, &round, &seven, &new).await;
    assert!(unknown.status == 422 && unknown.text.contains("重新规划"), "{}", unknown.text);
    let version = shown["version"].as_i64().unwrap();
    let plan = format!("/api/v1/pairing-rounds/{round}/acts/plan");
    let planned = read_as(&world.desk, version).post(&plan, json!({ "hand": "kept" })).await.json();
    assert_eq!(planned["state"], "review", "{planned}");
    let two = place(&world, &round, &world.clients[1]).await;
    let offers = world.desk.get(&format!("{}/candidates", path(&round, &two))).await.json()["items"].clone();
    let free = |offer: &&Value| offer["chosen"] == false && offer["refused"].is_null();
    let other = &offers.as_array().unwrap().iter().find(free).unwrap()["official"];
    let chosen = choose(&world.desk, &round, &two, other).await;
    assert_eq!(chosen.status, 200, "{}", chosen.text);
    let version = world.desk.get(&format!("/api/v1/pairing-rounds/{round}")).await.json()["version"].as_i64().unwrap();
    let planned = read_as(&world.desk, version).post(&plan, json!({ "hand": "kept" })).await.json();
    assert_eq!(planned["state"], "review", "{planned}");
    let two = place(&world, &round, &world.clients[1]).await;
    assert_eq!((&two["official_id"], &two["origin"]), (other, &json!("hand")), "{two}");
}

#[tokio::test]
async fn a_plan_is_taken_home_as_a_workbook_and_the_public_list_as_a_document_each_within_ones_reach() {
    let world = World::new().await;
    let round = world.planned("3707").await;
    let (plan, paper) =
        (format!("/api/v1/pairing-rounds/{round}/plan.xlsx"), format!("/api/v1/pairing-rounds/{round}/gazette.docx"));
    for (path, part) in [(&plan, "xl/sharedStrings.xml"), (&paper, "word/document.xml")] {
        let unpacked = async |who: &Person| {
            let answer = who.get(path).await;
            assert_eq!(answer.status, 200, "{}", answer.text);
            unpack(answer.bytes, part)
        };
        let (all, theirs) = (unpacked(&world.city).await, unpacked(&world.next_door).await);
        assert!(all.contains("寿光绿源1号") && all.contains("诸城舜1号"), "{path}");
        assert!(!theirs.contains("寿光绿源") && theirs.contains("诸城舜1号"), "{path}: {theirs}");
    }
}

/// The text of a part of a packed file.
fn unpack(bytes: Vec<u8>, part: &str) -> String {
    let mut zip = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
    std::io::read_to_string(zip.by_name(part).unwrap()).unwrap()
}
