//! The leading group and the working groups: who has which place on which day.

use crate::town::{Answer, Person, Town};
use kernel::Role;
use serde_json::{Value, json};

const SHOUGUANG: &str = "/3707/370783/";

/// A county with its coordination group and two officials of one bureau.
struct County {
    town: Town,
    group: Person,
    mayor: String,
    chief: String,
}

impl County {
    async fn new() -> Self {
        let town = Town::new().await;
        let group = town.signed_in_at("shouguang", Role::Coordination, SHOUGUANG).await;
        let government = json!({ "area": "370783", "kind": "government", "name": "寿光市人民政府" });
        let government = group.makes("/api/v1/units", government).await;
        let enters = async |name: &str, title: &str| {
            let new = json!({ "unit": government, "name": name, "rank": "county_head", "title": title, "since": "2024-01-10" });
            group.makes("/api/v1/officials", new).await
        };
        let (mayor, chief) = (enters("赵建国", "市长").await, enters("孙立", "办公室主任").await);
        Self { mayor, chief, group, town }
    }

    async fn joins(&self, official: &str, kind: &str, position: &str, from: &str) -> Answer {
        let new = json!({ "official": official, "position": position, "from": from });
        self.group.post(&format!("/api/v1/areas/370783/groups/{kind}/members"), new).await
    }

    /// Who is in the groups of the county on a day: group, position, name, posts.
    async fn composed(&self, day: &str) -> Vec<[String; 4]> {
        let path = format!("/api/v1/areas/370783/group-members?on={day}");
        let members = self.group.get(&path).await.json();
        let text = |member: &Value, field: &str| member[field].as_str().unwrap_or_default().to_owned();
        let told = |member: &Value| ["kind", "position", "official_name", "posts"].map(|field| text(member, field));
        members["items"].as_array().unwrap().iter().map(told).collect()
    }

    async fn ends(&self, member: &str, version: i64, last: &str) -> Answer {
        let reader = self.group.clone().with("if-match", &format!("\"{version}\""));
        reader.post(&format!("/api/v1/group-members/{member}/acts/end"), json!({ "last_day": last })).await
    }
}

#[tokio::test]
async fn who_sat_in_a_group_on_a_day_is_found_with_the_post_of_that_day() {
    let county = County::new().await;
    let joined = county.joins(&county.chief, "leading", "contact", "2024-03-01").await;
    let seat = joined.json()["id"].as_str().unwrap().to_owned();
    assert_eq!(county.joins(&county.mayor, "leading", "leader", "2024-03-01").await.status, 201);
    let to = json!({ "unit": county.group.get("/api/v1/units").await.json()["items"][0]["id"], "title": "副市长", "rank": "county_deputy", "since": "2026-01-01" });
    let reader = county.group.clone().with("if-match", "\"1\"");
    assert_eq!(reader.post(&format!("/api/v1/officials/{}/acts/move", county.chief), to).await.status, 204);
    assert_eq!(county.ends(&seat, 1, "2026-06-30").await.status, 204);

    let told = |list: &[[&str; 4]]| list.iter().map(|row| row.map(str::to_owned)).collect::<Vec<_>>();
    let mayor = ["leading", "leader", "赵建国", "寿光市人民政府市长"];
    assert_eq!(county.composed("2024-02-29").await, told(&[]));
    assert_eq!(
        county.composed("2025-05-05").await,
        told(&[mayor, ["leading", "contact", "孙立", "寿光市人民政府办公室主任"]])
    );
    assert_eq!(
        county.composed("2026-06-30").await,
        told(&[mayor, ["leading", "contact", "孙立", "寿光市人民政府副市长"]])
    );
    assert_eq!(county.composed("2026-07-01").await, told(&[mayor]));
    let file = county.group.get(&format!("/api/v1/officials/{}", county.chief)).await.json();
    assert_eq!(
        (file["seats"][0]["area_name"].as_str(), file["seats"][0]["until_day"].as_str()),
        (Some("寿光市"), Some("2026-06-30"))
    );
}

#[tokio::test]
async fn an_official_has_one_place_in_a_group_at_a_time() {
    let county = County::new().await;
    let joined = county.joins(&county.mayor, "solving", "member", "2026-03-01").await;
    let seat = joined.json()["id"].as_str().unwrap().to_owned();
    let again = county.joins(&county.mayor, "solving", "leader", "2026-08-01").await;
    assert_eq!((again.status, again.json()["errors"][0]["field"].as_str()), (422, Some("official")), "{}", again.text);
    assert_eq!(county.joins(&county.mayor, "supervision", "leader", "2026-08-01").await.status, 201, "in another, yes");
    assert_eq!(county.ends(&seat, 1, "2026-02-01").await.status, 422, "before the first day");
    assert_eq!(county.ends(&seat, 1, "2026-07-31").await.status, 204);
    assert_eq!(county.ends(&seat, 1, "2026-07-31").await.status, 412);
    assert_eq!(county.ends(&seat, 2, "2026-07-31").await.status, 409, "it has ended");
    assert_eq!(county.joins(&county.mayor, "solving", "leader", "2026-08-01").await.status, 201);
}

#[tokio::test]
async fn who_leaves_office_is_in_no_group_from_the_next_day_on() {
    let county = County::new().await;
    assert_eq!(county.joins(&county.mayor, "leading", "leader", "2024-03-01").await.status, 201);
    let reader = county.group.clone().with("if-match", "\"1\"");
    let leave = format!("/api/v1/officials/{}/acts/leave", county.mayor);
    assert_eq!(reader.post(&leave, json!({ "last_day": "2026-10-31" })).await.status, 204);
    assert_eq!((county.composed("2026-10-31").await.len(), county.composed("2026-11-01").await.len()), (1, 0));
    assert_eq!(county.joins(&county.mayor, "leading", "leader", "2026-11-01").await.status, 422, "and joins none");
}

#[tokio::test]
async fn a_group_is_composed_by_the_coordination_group_of_its_area_alone_and_read_by_colleagues() {
    let county = County::new().await;
    let seat =
        county.joins(&county.mayor, "leading", "leader", "2024-03-01").await.json()["id"].as_str().unwrap().to_owned();
    let new = json!({ "official": county.mayor, "position": "leader", "from": "2024-03-01" });
    let path = |area: &str| format!("/api/v1/areas/{area}/groups/leading/members");
    for (area, status) in [("3707", 404), ("370782", 404), ("370783001", 409), ("999999", 404)] {
        let refused = county.group.post(&path(area), new.clone()).await;
        assert_eq!(refused.status, status, "{area}: {}", refused.text);
    }
    let neighbour = county.town.signed_in_at("zhucheng", Role::Coordination, "/3707/370782/").await;
    let reader = neighbour.clone().with("if-match", "\"1\"");
    let end = format!("/api/v1/group-members/{seat}/acts/end");
    assert_eq!(reader.post(&end, json!({ "last_day": "2026-01-01" })).await.status, 404);
    let desk = county.town.signed_in_at("fuwutai", Role::AreaDesk, SHOUGUANG).await;
    assert_eq!(desk.post(&path("370783"), new).await.status, 404);
    assert_eq!(desk.get("/api/v1/areas/370783/group-members").await.json()["items"].as_array().unwrap().len(), 1);
}
