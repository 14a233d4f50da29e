//! A small city to think about: Shouguang with two towns, and the city above it.

mod laws;
mod people;
mod words;

use super::*;
use kernel::AreaCode;
use kernel::words::{ProjectLevel, Rank, ScaleClass, UnitKind};

pub(super) const CITY: Place = Place { area: AreaCode(3707), county: AreaCode(3707) };
pub(super) const COUNTY: Place = Place { area: AreaCode(370_783), county: AreaCode(370_783) };
pub(super) const TOWN: Place = Place { area: AreaCode(370_783_001), county: AreaCode(370_783) };
pub(super) const OTHER_TOWN: Place = Place { area: AreaCode(370_783_002), county: AreaCode(370_783) };
pub(super) const OTHER_COUNTY: Place = Place { area: AreaCode(370_781), county: AreaCode(370_781) };

/// An official of a unit.
pub(super) fn official(place: Place, rank: Rank, unit_kind: UnitKind, unit_name: &str) -> Official {
    let unit_name = unit_name.to_owned();
    Official { place, rank, unit_kind, unit_name, held_enterprises: 0, held_projects: 0, left_out: false }
}

/// Somebody of a town: two enterprises, no project.
pub(super) fn clerk(place: Place) -> Official {
    official(place, Rank::Staff, UnitKind::TownOffice, "洛城街道办事处")
}

/// A head of section of the county's bureau of industry: may work beside others.
pub(super) fn section_head() -> Official {
    official(COUNTY, Rank::SectionHead, UnitKind::EconomicDepartment, "寿光市工业和信息化局")
}

/// Somebody of the county who may look after the projects of the city.
pub(super) fn deputy_mayor() -> Official {
    official(COUNTY, Rank::CountyDeputy, UnitKind::Government, "寿光市人民政府")
}

/// A small factory.
pub(super) fn factory(place: Place) -> Client {
    enterprise(place, ScaleClass::Small)
}

/// A factory of some size.
pub(super) fn enterprise(place: Place, scale: ScaleClass) -> Client {
    let industry = Some("3033".to_owned());
    Client { size: Size::Enterprise(scale), place, industry, now: Vec::new(), fixed: None, places: 1 }
}

/// A project of some level.
pub(super) fn project(place: Place, level: ProjectLevel) -> Client {
    Client { size: Size::Project(level), ..factory(place) }
}

/// A city of these people under the shipped rules.
pub(super) fn city(officials: Vec<Official>, clients: Vec<Client>) -> City {
    City { rules: Rules::shipped(), officials, clients, bars: Vec::new() }
}

/// Client and official of every pair.
pub(super) fn pairs(plan: &CityPlan) -> Vec<(usize, usize)> {
    plan.pairs.iter().map(|pair| (pair.client, pair.official)).collect()
}

/// Names as in a story: officials 甲 乙 丙, firms by number.
pub(super) struct Story;

impl Names for Story {
    fn client(&self, client: usize) -> String {
        format!("{}号企业", client + 1)
    }

    fn official(&self, official: usize) -> String {
        "甲乙丙丁戊己庚辛".chars().nth(official).map_or_else(|| official.to_string(), String::from)
    }

    fn area(&self, area: AreaCode) -> String {
        match area.0 {
            370_783_001 => "洛城街道".to_owned(),
            370_783_002 => "圣城街道".to_owned(),
            370_783 => "寿光市".to_owned(),
            370_781 => "青州市".to_owned(),
            _ => "潍坊市".to_owned(),
        }
    }
}
