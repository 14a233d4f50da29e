//! Whose duty what is: every county's bureau for each category, the city's behind it, and the towns' offices for the two things
//! that towns see to themselves.

use crate::matters::Matter;
use crate::places::{CITY, County};
use crate::{Area, Unit};
use kernel::AreaCode;
use kernel::words::{AreaLevel, UnitKind};

/// A line of the list of duties.
#[derive(Debug, Clone)]
pub struct Duty {
    /// The category, with all below.
    pub category: &'static str,
    /// Where it holds.
    pub area: AreaCode,
    /// Whose duty it is.
    pub unit: usize,
    /// Whether it is a department's and cannot be passed down to a town.
    pub reserved: bool,
    /// The number of the document that says so.
    pub basis: String,
}

/// What a town's office sees to.
const OF_TOWNS: &[&str] = &["0602", "1503"];

/// Whether it is this bureau; the ecological one is a body of the city, with branches.
fn leads(unit: &Unit, bureau: &str) -> bool {
    unit.name.ends_with(bureau) || bureau == "生态环境局" && unit.name.contains(bureau)
}

/// The list of the whole world.
pub(crate) fn plan(areas: &[Area], counties: &[County], units: &[Unit], matters: &[Matter]) -> Vec<Duty> {
    let mut duties = Vec::new();
    let places = counties.iter().map(|county| (county.code, county.short));
    for (area, short) in places.chain([(CITY, "潍坊市")]) {
        // Counties number their documents on their own: a digit or two apart from one another.
        let number = 3 + area.0 % 7;
        for (place, matter) in matters.iter().enumerate() {
            let bureau = if area == CITY { matter.city_bureau } else { matter.bureau };
            let Some(unit) = units.iter().position(|unit| unit.area == area && leads(unit, bureau)) else { continue };
            let mark = short.chars().next().unwrap_or('潍');
            let basis = if area == CITY {
                format!("潍编〔2023〕{}号", number + place as i64)
            } else {
                format!("{mark}编〔2024〕{}号", number + place as i64)
            };
            duties.push(Duty { category: matter.code, area, unit, reserved: matter.town == 0, basis });
        }
    }
    let towns = areas.iter().filter(|area| area.code.level() == AreaLevel::Town);
    for town in towns {
        let office = |unit: &Unit| unit.area == town.code && unit.kind == UnitKind::TownOffice;
        let Some(unit) = units.iter().position(office) else { continue };
        let basis = "鲁委编办〔2023〕镇街履行职责事项清单";
        let of_town =
            |category: &&'static str| Duty { category, area: town.code, unit, reserved: false, basis: basis.into() };
        duties.extend(OF_TOWNS.iter().map(of_town));
    }
    duties
}
