//! A round of pairings as its people live it: the coordination group of the city, the desks of two counties.

mod adjusted;
mod adjustment;
mod planned;
mod published;

use crate::town::{Person, Town, enterprise};
use kernel::Role;
use serde_json::{Value, json};

const SHOUGUANG: &str = "/3707/370783/";
const ZHUCHENG: &str = "/3707/370782/";

fn wish(area: &str) -> Value {
    json!({ "name": "2026年12月联系包靠", "kind": "full", "area": area, "first_day": "2026-12-01" })
}

/// The person, having read this version.
fn read_as(who: &Person, version: i64) -> Person {
    who.clone().with("if-match", &format!("\"{version}\""))
}

/// Two counties: in Shouguang two section heads and seven enterprises, one of them with a commissioner; in Zhucheng one
/// section head and two enterprises.
struct World {
    town: Town,
    city: Person,
    desk: Person,
    next_door: Person,
    /// 王军 and 刘洋 of Shouguang, 赵刚 of Zhucheng.
    officials: [String; 3],
    /// Those of Shouguang, then those of Zhucheng.
    clients: Vec<String>,
}

impl World {
    async fn new() -> Self {
        let town = Town::new().await;
        let city = town.signed_in("zonghe", Role::Coordination).await;
        let desk = town.signed_in_at("fuwutai", Role::AreaDesk, SHOUGUANG).await;
        let next_door = town.signed_in_at("zhucheng", Role::AreaDesk, ZHUCHENG).await;
        let unit = async |area: &str, name: &str| {
            let new = json!({ "area": area, "kind": "economic_department", "name": name });
            city.makes("/api/v1/units", new).await
        };
        let official = async |unit: &str, name: &str| {
            let new = json!({ "unit": unit, "name": name, "rank": "section_head", "title": "局长", "since": "2025-03-01",
                    "mobile": "13805361234" });
            city.makes("/api/v1/officials", new).await
        };
        let (here, there) =
            (unit("370783", "寿光市工业和信息化局").await, unit("370782", "诸城市工业和信息化局").await);
        let officials = [official(&here, "王军").await, official(&here, "刘洋").await, official(&there, "赵刚").await];
        let mut clients = Vec::new();
        for n in 1..=7 {
            let mut new = enterprise(&format!("寿光绿源{n}号蔬菜有限公司"), n);
            if n == 7 {
                // Where places run short, the smallest goes without.
                new["scale"] = json!("small");
            }
            clients.push(desk.makes("/api/v1/enterprises", new).await);
        }
        for n in 1..=2 {
            let mut new = enterprise(&format!("诸城舜{n}号机械有限公司"), 20 + n);
            new["area"] = json!("370782");
            clients.push(next_door.makes("/api/v1/enterprises", new).await);
        }
        let pairing = json!({ "client": clients[0], "official": officials[0], "from": "2026-01-01" });
        desk.makes("/api/v1/pairings", pairing).await;
        Self { town, city, desk, next_door, officials, clients }
    }

    /// A round of the area, planned by whom it belongs to.
    async fn planned(&self, area: &str) -> String {
        let who = if area == "3707" { &self.city } else { &self.desk };
        let round = who.makes("/api/v1/pairing-rounds", wish(area)).await;
        let answer = read_as(who, 1).post(&format!("/api/v1/pairing-rounds/{round}/acts/plan"), json!({})).await;
        assert!(answer.status == 200 && answer.json()["state"] == "review", "{}", answer.text);
        round
    }
}

/// The names in a list, in the order of the alphabet: all that is made in a test is made at one moment.
async fn names(who: &Person, path: &str) -> Vec<String> {
    let items = who.get(path).await.json()["items"].as_array().cloned().unwrap_or_default();
    let mut names: Vec<String> = items.iter().map(|item| item["name"].as_str().unwrap().to_owned()).collect();
    names.sort();
    names
}

#[tokio::test]
async fn a_round_is_drafted_changed_and_dropped_by_who_has_the_whole_of_its_area() {
    let town = Town::new().await;
    let city = town.signed_in("zonghe", Role::Coordination).await;
    let desk = town.signed_in_at("fuwutai", Role::AreaDesk, SHOUGUANG).await;
    let next_door = town.signed_in_at("zhucheng", Role::AreaDesk, ZHUCHENG).await;
    let of_city = city.makes("/api/v1/pairing-rounds", wish("3707")).await;
    let mut of_county = wish("370783");
    of_county["name"] = json!("寿光市局部调整");
    of_county["kind"] = json!("adjustment");
    let of_county = desk.makes("/api/v1/pairing-rounds", of_county).await;
    assert_eq!(names(&city, "/api/v1/pairing-rounds").await, ["2026年12月联系包靠", "寿光市局部调整"]);
    assert_eq!(names(&desk, "/api/v1/pairing-rounds").await, ["2026年12月联系包靠", "寿光市局部调整"]);
    assert_eq!(names(&next_door, "/api/v1/pairing-rounds").await, ["2026年12月联系包靠"]);
    let path = format!("/api/v1/pairing-rounds/{of_county}");
    assert_eq!(next_door.get(&path).await.status, 404);
    let later = json!({ "first_day": "2026-12-15" });
    assert_eq!(desk.send("PATCH", &path, Some(later.clone())).await.status, 428);
    assert_eq!(read_as(&next_door, 1).send("PATCH", &path, Some(later.clone())).await.status, 404);
    assert_eq!(read_as(&desk, 1).send("PATCH", &path, Some(later.clone())).await.status, 204);
    assert_eq!(read_as(&desk, 1).send("PATCH", &path, Some(later)).await.status, 412);
    assert_eq!(desk.get(&path).await.json()["first_day"], "2026-12-15");
    assert_eq!(desk.get(&path).await.json()["number"], 2, "by which people call it");
    let city_path = format!("/api/v1/pairing-rounds/{of_city}");
    assert_eq!(desk.get(&city_path).await.status, 200, "a part of it is theirs to read");
    let drop = |path: &str| format!("{path}/acts/drop");
    assert_eq!(read_as(&desk, 1).post(&drop(&city_path), json!({})).await.status, 404, "and not theirs to change");
    assert_eq!(read_as(&desk, 2).post(&drop(&path), json!({})).await.status, 204);
    let dropped = read_as(&desk, 3).post(&drop(&path), json!({})).await;
    assert!(dropped.status == 409 && dropped.detail().contains("已作废"), "{}", dropped.text);
}

#[tokio::test]
async fn a_round_begins_today_or_later_in_a_city_or_a_county() {
    let town = Town::new().await;
    let desk = town.signed_in_at("fuwutai", Role::AreaDesk, SHOUGUANG).await;
    for (field, value) in [
        ("first_day", json!("2026-11-22")),
        ("area", json!("370783001")),
        ("area", json!("370782")),
        ("area", json!("3707")),
        ("name", json!(" ")),
    ] {
        let mut wish = wish("370783");
        wish[field] = value;
        let refused = desk.post("/api/v1/pairing-rounds", wish).await;
        assert_eq!((refused.status, &refused.json()["errors"][0]["field"]), (422, &json!(field)), "{}", refused.text);
    }
    let mut today = wish("370783");
    today["first_day"] = json!("2026-11-23");
    desk.makes("/api/v1/pairing-rounds", today).await;
}

#[tokio::test]
async fn a_form_keeps_what_was_typed_and_a_county_desk_is_offered_its_own_county_alone() {
    let town = Town::new().await;
    town.opens_account_for("fuwutai", Role::AreaDesk, kernel::Reach::Area(kernel::AreaPath(SHOUGUANG.into()))).await;
    let desk = Person::opens_a_browser(town.router.clone(), "fuwutai").await;
    let form = desk.get("/pairing-rounds/new").await.text;
    assert!(form.contains("寿光市") && !form.contains("诸城市") && !form.contains("潍坊市"), "{form}");
    let typed = "name=%E5%AF%BF%E5%85%89&kind=full&area=370783&first_day=2026-01-01";
    let refused = desk.submits("/pairing-rounds", typed).await;
    assert!(refused.status == 422 && refused.text.contains("value=\"寿光\"") && refused.text.contains("不能早于今天"));
    let made = desk.submits("/pairing-rounds", &typed.replace("2026-01-01", "2026-12-01")).await;
    assert_eq!(made.status, 303);
    let shown = desk.get(&made.place()).await.text;
    assert!(shown.contains("2026年12月1日") && shown.contains("草稿"), "{shown}");
}
