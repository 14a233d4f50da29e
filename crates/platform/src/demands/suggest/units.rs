//! Units by their duty instead of their place: 寿光市税务局 and 诸城市税务局 have one. So what every county answered teaches all
//! of them, and what is learnt fits a county that has answered nothing yet.

use crate::org::Unit;
use kernel::AreaPath;
use kernel::words::{AreaLevel, UnitKind};

/// The offices of towns: which one it is follows from where the client is.
const TOWN: &str = "town";

/// The duty of a unit: its level, and its name without the names of places. `area` is the name of the area that it serves,
/// `city` that of the site.
pub(super) fn duty(name: &str, (level, kind): (AreaLevel, UnitKind), area: &str, city: &str) -> String {
    if level == AreaLevel::Town && kind == UnitKind::TownOffice {
        return TOWN.to_owned();
    }
    let mut bare = name.to_owned();
    for place in [area, city] {
        for place in [place, short(place)] {
            if place.chars().count() > 1 {
                bare = bare.replace(place, "");
            }
        }
    }
    format!("{}/{}", level.code(), if bare.is_empty() { name } else { &bare })
}

/// A place as it is called in a name: 寿光 for 寿光市.
fn short(place: &str) -> &str {
    place.strip_suffix(['市', '县', '区', '镇', '乡']).unwrap_or(place)
}

/// Who has which duty towards a client.
pub(super) struct Duties<'a>(Vec<(String, &'a Unit)>);

impl<'a> Duties<'a> {
    /// The units of the client's county and of the site, for a client of this area.
    pub fn of(units: &'a [Unit], client: &AreaPath, city: &str) -> Self {
        let serves = |unit: &&Unit| unit.level != AreaLevel::Town || unit.area_path == *client;
        let named = |unit: &'a Unit| (duty(&unit.name, (unit.level, unit.kind), &unit.area_name, city), unit);
        Self(units.iter().filter(serves).map(named).collect())
    }

    /// The one unit with this duty; none when there are several, as then the name alone does not say.
    pub fn unit(&self, duty: &str) -> Option<&'a Unit> {
        let mut with = self.0.iter().filter(|(own, _)| own == duty).map(|(_, unit)| *unit);
        with.next().filter(|_| with.next().is_none())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn of_county(name: &str, area: &str) -> String {
        duty(name, (AreaLevel::County, UnitKind::Department), area, "潍坊市")
    }

    #[test]
    fn the_same_bureau_of_two_counties_has_one_duty() {
        assert_eq!(of_county("寿光市税务局", "寿光市"), "county/税务局");
        assert_eq!(of_county("寿光市税务局", "寿光市"), of_county("诸城市税务局", "诸城市"));
        assert_eq!(of_county("潍坊市生态环境局寿光分局", "寿光市"), of_county("潍坊市生态环境局昌乐分局", "昌乐县"));
        let city = duty("潍坊市税务局", (AreaLevel::City, UnitKind::Department), "潍坊市", "潍坊市");
        assert_eq!(city, "city/税务局", "the city's own is another");
    }

    #[test]
    fn a_town_answers_for_its_own_whatever_its_office_is_called() {
        let office = |name: &str, area: &str| duty(name, (AreaLevel::Town, UnitKind::TownOffice), area, "潍坊市");
        assert_eq!(office("侯镇人民政府", "侯镇"), office("圣城街道办事处", "圣城街道"));
    }
}
