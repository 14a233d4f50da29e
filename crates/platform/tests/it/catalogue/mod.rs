//! What a desk works by: who changes it, who reads it, and what follows for the next demand.

mod categories;
mod duties;
mod limits;
mod pages;
mod phrases;
mod precedents;

use crate::demands::Street;
use crate::town::{PASSWORD, Person, monday};
use kernel::authz::ReadOrg;
use kernel::id::{AccountId, DemandId, UnitId};
use kernel::{Actor, AreaCode, AreaPath, Grant, Problem, Reach, Role};
use platform::catalogue::{NewPrecedent, record_precedent};
use serde_json::{Value, json};

/// The coordination group of the whole city.
pub async fn group(street: &Street) -> Person {
    street.town.stranger().signs_in("zonghe", PASSWORD).await
}

/// The coordination group of the enterprise's county.
pub async fn county_group(street: &Street) -> Person {
    street.town.signed_in_at("xianzonghe", Role::Coordination, "/3707/370783/").await
}

/// A town's office in the county.
pub async fn town_office(street: &Street) -> String {
    let new = json!({ "area": "370783109", "kind": "town_office", "name": "侯镇人民政府" });
    group(street).await.makes("/api/v1/units", new).await
}

/// A line of the county's list, for electricity, water and gas.
pub fn duty(unit: &str) -> Value {
    json!({ "category": "03", "area": "370783", "unit": unit, "reserved": true, "basis": "寿编〔2024〕6号", "from": "2026-11-23" })
}

/// Whom a demand about electricity in the county would be proposed to: names with reasons.
pub async fn proposed(who: &Person) -> Vec<(String, String)> {
    let found = who.get("/api/v1/duties/proposals?category=0301&area=370783001").await;
    assert_eq!(found.status, 200, "{}", found.text);
    let told = |item: &Value| (text(&item["name"]), text(&item["reason"]));
    found.json()["items"].as_array().unwrap().iter().map(told).collect()
}

pub fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// What a refusal says of the first field.
pub fn told(problem: Problem) -> String {
    match problem {
        Problem::Invalid { errors, .. } => errors.into_iter().next().map(|error| error.detail).unwrap_or_default(),
        other => other.to_string(),
    }
}

/// Somebody with a role in an area, as the features know them.
pub fn acting(role: Role, area: &str) -> Actor {
    let grants = vec![Grant { role, reach: Reach::Area(AreaPath(area.into())) }];
    Actor {
        account: AccountId::mint(monday()), name: "李建国".into(), official: None, grants, stands_in: Vec::new()
    }
}

/// A ruling on a demand of the street's enterprise, as whoever decides an objection makes it. Gives its number, or what was
/// told of the refusal.
pub async fn ruling(street: &Street, demand: &str, unit: &str, reasoning: &str) -> Result<String, String> {
    let app = &street.town.app;
    let tx = app.store.begin().await.unwrap();
    let desk = acting(Role::AreaDesk, "/3707/370783/");
    let consulted = desk.scope::<ReadOrg>().unwrap();
    let unit = platform::org::unit(&tx, &consulted, unit.parse::<UnitId>().unwrap()).await.unwrap();
    let area = AreaPath("/3707/370783/370783001/".into());
    let keywords = ["变压器".to_owned(), "增容".to_owned()];
    let new = NewPrecedent {
        county: AreaCode(370_783),
        category: "0301",
        area: &area,
        demand: demand.parse::<DemandId>().unwrap(),
        demand_number: "370783-20261123-001",
        client_name: "寿光绿源蔬菜有限公司",
        objector: street.tax_unit.parse::<UnitId>().unwrap(),
        objector_name: "寿光市税务局",
        ground: "不属于本单位职责",
        unit: &unit,
        reasoning,
        keywords: &keywords,
    };
    let number = record_precedent(&tx, &app.site, &desk, new).await;
    match number {
        Ok(number) => {
            tx.commit().await.unwrap();
            Ok(number)
        }
        Err(problem) => Err(told(problem)),
    }
}
