//! Areas, units and officials.

use crate::chance::Chance;
use crate::matters::Matter;
use crate::{Area, Official, Unit};
use kernel::words::{AreaLevel, Rank, UnitKind};
use kernel::{AreaCode, Day, Phone};

const DIVISIONS: &str = include_str!("../data/weifang_divisions.csv");
const NAMES: &str = include_str!("../data/names.txt");

/// The city and the county whose world this is.
pub(crate) const CITY: AreaCode = AreaCode(3707);
pub(crate) const COUNTY: AreaCode = AreaCode(370_783);

/// The city, the county, and so many of its towns.
pub(crate) fn areas(towns: usize) -> Vec<Area> {
    let read = DIVISIONS.lines().skip(1).filter_map(|line| {
        let mut fields = line.split(',');
        let code = AreaCode::parse(fields.next()?).ok()?;
        let name = fields.next()?.to_owned();
        let parent = AreaCode::parse(fields.nth(1)?).ok().filter(|_| code != CITY);
        Some(Area { code, parent, name })
    });
    let (above, below): (Vec<_>, Vec<_>) = read
        .filter(|area| area.code == CITY || area.code == COUNTY || area.parent == Some(COUNTY))
        .partition(|area| area.parent != Some(COUNTY));
    above.into_iter().chain(below.into_iter().take(towns)).collect()
}

/// The county's bodies, one per bureau that leads a category, its desk, and the towns' offices; and which is the desk.
pub(crate) fn units(areas: &[Area], matters: &[Matter]) -> (Vec<Unit>, usize) {
    let county = |kind, name: &str| Unit { area: COUNTY, kind, name: format!("寿光市{name}") };
    let mut units = vec![county(UnitKind::DemandDesk, "企业服务中心"), county(UnitKind::Government, "人民政府")];
    for matter in matters {
        let kind = if matter.bureau.starts_with("工业") || matter.bureau.starts_with("发展") {
            UnitKind::EconomicDepartment
        } else {
            UnitKind::Department
        };
        units.push(county(kind, matter.bureau));
    }
    for name in ["商务局", "农业农村局", "市场监督管理局", "住房和城乡建设局", "应急管理局", "统计局"]
    {
        units.push(county(UnitKind::Department, name));
    }
    let towns = areas.iter().filter(|area| area.code.level() == AreaLevel::Town);
    units.extend(towns.map(|town| {
        let office = if town.name.ends_with("街道") { "办事处" } else { "人民政府" };
        Unit { area: town.code, kind: UnitKind::TownOffice, name: format!("{}{office}", town.name) }
    }));
    (units, 0)
}

/// Enough officials that each has at most four enterprises, spread over all units.
pub(crate) fn officials(chance: &mut Chance, units: &[Unit], enterprises: u32) -> Result<Vec<Official>, String> {
    let since = Day::from_ymd_opt(2024, 3, 1).ok_or("no such day")?;
    let per_unit = (enterprises as usize).div_ceil(3 * units.len()).max(2);
    let posts = [
        (Rank::CountyDeputy, "局长"),
        (Rank::SectionHead, "副局长"),
        (Rank::SectionHead, "科长"),
        (Rank::SectionDeputy, "副科长"),
        (Rank::Staff, "科员"),
    ];
    let mut officials = Vec::new();
    for (place, unit) in units.iter().enumerate() {
        for held in 0..per_unit {
            let (rank, title) = posts[held.min(posts.len() - 1)];
            let title = match (unit.kind, held) {
                (UnitKind::TownOffice, 0) => "镇长（主任）",
                (UnitKind::Government, 0) => "副市长",
                (UnitKind::DemandDesk, 0) => "主任",
                _ => title,
            };
            officials.push(Official { unit: place, name: person(chance), rank, title, since, mobile: mobile(chance)? });
        }
    }
    Ok(officials)
}

/// The lines of one part of the file of names.
pub(crate) fn part(name: &str) -> Vec<&'static str> {
    let lines = NAMES.lines().skip_while(|line| *line != format!("[{name}]")).skip(1);
    lines.take_while(|line| !line.starts_with('[')).filter(|line| !line.is_empty()).collect()
}

/// The characters of one part of the file of names.
pub(crate) fn characters(name: &str) -> Vec<char> {
    part(name).concat().chars().collect()
}

/// A person's name.
pub(crate) fn person(chance: &mut Chance) -> String {
    let surnames: Vec<&str> = part("surname").into_iter().flat_map(str::split_whitespace).collect();
    let weights = surnames.iter().flat_map(|entry| {
        let name: String = entry.chars().filter(|c| !c.is_ascii_digit()).collect();
        let weight: usize = entry.trim_start_matches(|c: char| !c.is_ascii_digit()).parse().unwrap_or(1);
        std::iter::repeat_n(name, weight)
    });
    let surname = chance.one(&weights.collect::<Vec<_>>()).clone();
    let (first, second) = (characters("first"), characters("second"));
    if chance.happens(20) {
        return format!("{surname}{}", chance.one(&second));
    }
    format!("{surname}{}{}", chance.one(&first), chance.one(&second))
}

/// A mobile of a range that no network gives out to the public.
pub(crate) fn mobile(chance: &mut Chance) -> Result<Phone, String> {
    Phone::parse(&format!("1380000{:04}", chance.between(0, 9999)))
}
