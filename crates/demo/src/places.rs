//! Areas: a city with its counties and towns, and how much goes on in each county.

use crate::{Area, Scale};
use kernel::AreaCode;
use kernel::words::AreaLevel;

const DIVISIONS: &str = include_str!("../data/weifang_divisions.csv");

/// The city.
pub(crate) const CITY: AreaCode = AreaCode(3707);
/// The county whose people have the demo accounts.
pub(crate) const COUNTY: AreaCode = AreaCode(370_783);

/// A county with what people call it, what firms call it, and its share of the city's enterprises in ten thousand.
#[derive(Debug, Clone, Copy)]
pub(crate) struct County {
    pub code: AreaCode,
    pub short: &'static str,
    pub mark: &'static str,
    pub share: u32,
}

const fn county(code: i64, short: &'static str, mark: &'static str, share: u32) -> County {
    County { code: AreaCode(code), short, mark, share }
}

/// All counties, development zones with a code of the site's own among them.
pub(crate) const COUNTIES: &[County] = &[
    county(370_702, "潍城区", "潍坊", 480),
    county(370_703, "寒亭区", "潍坊", 420),
    county(370_704, "坊子区", "潍坊", 440),
    county(370_705, "奎文区", "潍坊", 760),
    county(370_724, "临朐县", "临朐", 620),
    county(370_725, "昌乐县", "昌乐", 600),
    county(370_772, "滨海区", "滨海", 380),
    county(370_781, "青州市", "青州", 1060),
    county(370_782, "诸城市", "诸城", 1260),
    county(370_783, "寿光市", "寿光", 1240),
    county(370_784, "安丘市", "安丘", 620),
    county(370_785, "高密市", "高密", 820),
    county(370_786, "昌邑市", "昌邑", 640),
    county(370_791, "高新区", "潍坊", 500),
    county(370_792, "综合保税区", "潍坊", 80),
    county(370_793, "峡山区", "峡山", 80),
];

/// The counties of a world of this scale.
pub(crate) fn counties(scale: Scale) -> Vec<County> {
    COUNTIES.iter().copied().filter(|county| scale == Scale::City || county.code == COUNTY).collect()
}

/// The areas of a world of this scale, each after the one above.
pub(crate) fn areas(scale: Scale) -> Vec<Area> {
    let read = DIVISIONS.lines().skip(1).filter_map(|line| {
        let mut fields = line.split(',');
        let code = AreaCode::parse(fields.next()?).ok()?;
        let name = fields.next()?.to_owned();
        let parent = AreaCode::parse(fields.nth(1)?).ok().filter(|_| code != CITY);
        Some(Area { code, parent, name })
    });
    let mut areas: Vec<Area> = read.filter(|area| scale == Scale::City || within(area, COUNTY)).collect();
    areas.sort_by_key(|area| (area.code.level(), area.code));
    if scale == Scale::Tiny {
        areas.truncate(4);
    }
    areas
}

/// Whether it is the city, this county, or a town of it.
fn within(area: &Area, county: AreaCode) -> bool {
    area.code == CITY || area.code == county || area.parent == Some(county)
}

/// The county that an area lies in or is; the city when it lies in none.
pub(crate) fn county_of(area: AreaCode) -> AreaCode {
    if area.level() == AreaLevel::Town { area.parent().unwrap_or(CITY) } else { area }
}
