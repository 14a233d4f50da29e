//! Units and their officials: the city's bodies, universities, every county's bodies and desk, and the towns' offices.

use crate::chance::Chance;
use crate::matters::Matter;
use crate::names::{Names, landline, mobile};
use crate::places::{CITY, County};
use crate::{Area, Official, Unit};
use chrono::Days;
use kernel::words::{AreaLevel, Rank, UnitKind};
use kernel::{AreaCode, Day};

/// What a county has besides its desk, its government and the bureaus that lead a category.
const COUNTY_BODIES: &[&str] = &[
    "住房和城乡建设局",
    "水利局",
    "教育和体育局",
    "卫生健康局",
    "文化和旅游局",
    "统计局",
    "综合行政执法局",
    "投资促进发展中心",
];
/// What the city has besides.
const CITY_BODIES: &[&str] = &[
    "住房和城乡建设局",
    "水利局",
    "教育局",
    "卫生健康委员会",
    "文化和旅游局",
    "统计局",
    "城市管理局",
    "科学技术局",
    "民政局",
    "公安局",
    "审计局",
    "大数据局",
    "海洋发展局",
    "体育局",
    "退役军人事务局",
    "医疗保障局",
    "国有资产监督管理委员会",
    "投资促进局",
    "地方金融管理局",
    "畜牧业发展中心",
];
const PARTY_BODIES: &[&str] = &["组织部", "宣传部", "统战部", "政策研究室", "总工会", "工商业联合会"];
const UNIVERSITIES: &[&str] = &[
    "潍坊学院",
    "山东第二医科大学",
    "潍坊科技学院",
    "潍坊理工学院",
    "潍坊职业学院",
    "山东科技职业学院",
    "山东畜牧兽医职业学院",
    "潍坊护理职业学院",
];
const ECONOMIC: &[&str] = &["工业和信息化局", "发展和改革局", "财政局", "商务局", "投资促进", "科学技术局", "国有资产"];

/// The name of a body of `place`.
fn named(place: &str, body: &str) -> String {
    // The ecological bureau is one body of the city, with branches.
    match (body, place) {
        ("生态环境局", "潍坊市") => "潍坊市生态环境局".to_owned(),
        ("生态环境局", place) => format!("潍坊市生态环境局{}分局", place.trim_end_matches(['市', '县'])),
        _ => format!("{place}{body}"),
    }
}

fn kind(body: &str) -> UnitKind {
    if ECONOMIC.iter().any(|economic| body.starts_with(economic)) {
        UnitKind::EconomicDepartment
    } else {
        UnitKind::Department
    }
}

/// All units.
pub(crate) fn units(
    areas: &[Area],
    counties: &[County],
    matters: &[Matter],
    whole_city: bool,
) -> Result<Vec<Unit>, String> {
    let mut units: Vec<(AreaCode, UnitKind, String)> = Vec::new();
    let mut found = |area: AreaCode, kind: UnitKind, name: String| {
        if !units.iter().rev().take(80).any(|unit| unit.2 == name && unit.0 == area) {
            units.push((area, kind, name));
        }
    };
    if whole_city {
        found(CITY, UnitKind::DemandDesk, "潍坊市企业服务中心".into());
        found(CITY, UnitKind::Government, "潍坊市人民政府".into());
        for matter in matters {
            found(CITY, kind(matter.city_bureau), named("潍坊市", matter.city_bureau));
        }
        CITY_BODIES.iter().for_each(|body| found(CITY, kind(body), named("潍坊市", body)));
        PARTY_BODIES.iter().for_each(|body| {
            found(
                CITY,
                UnitKind::PartyBody,
                format!("潍坊市委{body}").replace("市委总", "市总").replace("市委工商", "市工商"),
            )
        });
        UNIVERSITIES.iter().for_each(|name| found(CITY, UnitKind::University, (*name).to_owned()));
    }
    for county in counties {
        let place = county.short;
        found(county.code, UnitKind::DemandDesk, format!("{place}企业服务中心"));
        let government = if place.ends_with("市") || place.ends_with("县") || county.code.0 < 370_770 {
            "人民政府"
        } else {
            "管理委员会"
        };
        found(county.code, UnitKind::Government, format!("{place}{government}"));
        for matter in matters {
            found(county.code, kind(matter.bureau), named(place, matter.bureau));
        }
        COUNTY_BODIES.iter().for_each(|body| found(county.code, kind(body), named(place, body)));
    }
    for town in areas.iter().filter(|area| area.code.level() == AreaLevel::Town) {
        let office = if town.name.ends_with("街道") {
            "办事处"
        } else if town.name.ends_with(['镇', '乡']) {
            "人民政府"
        } else {
            "管理委员会"
        };
        found(town.code, UnitKind::TownOffice, format!("{}{office}", town.name));
    }
    let unit = |(place, (area, kind, name))| Ok(Unit { area, kind, name, phone: landline(place)? });
    units.into_iter().enumerate().map(unit).collect()
}

/// The posts of a unit by place, the first the highest; the last is held by all others.
fn posts(unit: &Unit) -> &'static [(Rank, &'static str)] {
    match (unit.area.level(), unit.kind) {
        (AreaLevel::City, UnitKind::Government) => &[(Rank::Departmental, "领导成员")],
        (AreaLevel::City, UnitKind::University) => {
            &[(Rank::CountyHead, "党委副书记"), (Rank::CountyDeputy, "学院院长"), (Rank::CountyDeputy, "处长")]
        }
        (AreaLevel::City, UnitKind::EconomicDepartment) => &[
            (Rank::CountyHead, "局长"),
            (Rank::CountyDeputy, "副局长"),
            (Rank::CountyDeputy, "副局长"),
            (Rank::CountyDeputy, "总工程师"),
            (Rank::SectionHead, "科长"),
        ],
        (AreaLevel::City, UnitKind::PartyBody) => &[
            (Rank::CountyHead, "部长（主任、主席）"),
            (Rank::CountyDeputy, "副部长（副主任、副主席）"),
            (Rank::SectionHead, "科长"),
        ],
        (AreaLevel::City, UnitKind::DemandDesk) => {
            &[(Rank::CountyDeputy, "主任"), (Rank::SectionHead, "科长"), (Rank::Staff, "坐席")]
        }
        (AreaLevel::City, _) => &[
            (Rank::CountyHead, "局长（主任）"),
            (Rank::CountyDeputy, "副局长（副主任）"),
            (Rank::CountyDeputy, "副局长（副主任）"),
            (Rank::CountyDeputy, "四级调研员"),
            (Rank::SectionHead, "科长"),
            (Rank::SectionHead, "科长"),
            (Rank::Staff, "科员"),
        ],
        (AreaLevel::Town, _) => &[
            (Rank::SectionHead, "党委书记"),
            (Rank::SectionHead, "镇长（主任）"),
            (Rank::SectionDeputy, "副镇长（副主任）"),
            (Rank::SectionDeputy, "党委委员"),
            (Rank::Staff, "经济发展办公室工作人员"),
        ],
        (_, UnitKind::Government) => &[
            (Rank::CountyHead, "主要领导"),
            (Rank::CountyDeputy, "领导成员"),
            (Rank::CountyDeputy, "领导成员"),
            (Rank::CountyDeputy, "领导成员"),
            (Rank::SectionHead, "办公室主任"),
            (Rank::Staff, "科员"),
        ],
        (_, UnitKind::DemandDesk) => {
            &[(Rank::SectionHead, "主任"), (Rank::SectionDeputy, "副主任"), (Rank::Staff, "坐席")]
        }
        _ => &[
            (Rank::SectionHead, "局长"),
            (Rank::SectionDeputy, "副局长"),
            (Rank::SectionDeputy, "副局长"),
            (Rank::Staff, "科长"),
            (Rank::Staff, "科员"),
        ],
    }
}

/// How many officials each unit has, about `all` together: as many below county level as there are enterprises.
fn strengths(units: &[Unit], counties: &[County], all: u32) -> Vec<u32> {
    let of_city = |unit: &Unit| unit.area == CITY;
    let fixed = |unit: &Unit| match unit.kind {
        UnitKind::Government => 12,
        UnitKind::University => 28,
        UnitKind::EconomicDepartment => 26,
        UnitKind::DemandDesk => 8,
        _ => 10,
    };
    let above: u32 = units.iter().filter(|unit| of_city(unit)).map(fixed).sum();
    let below = all.saturating_sub(above);
    let shares: u32 = counties.iter().map(|county| county.share).sum();
    let town = |unit: &Unit| unit.area.level() == AreaLevel::Town;
    let strength = |unit: &Unit| {
        if of_city(unit) {
            return fixed(unit);
        }
        let county = crate::places::county_of(unit.area);
        let share = counties.iter().find(|found| found.code == county).map_or(0, |county| county.share);
        let of_county = u64::from(below) * u64::from(share) / u64::from(shares.max(1));
        let inside = units.iter().filter(|other| crate::places::county_of(other.area) == county);
        let towns = inside.clone().filter(|other| town(other)).count() as u64;
        let bodies = inside.count() as u64 - towns;
        let for_towns = if towns == 0 { 0 } else { of_county * 42 / 100 };
        let (part, among) = if town(unit) { (for_towns, towns) } else { (of_county - for_towns, bodies) };
        u32::try_from(part.div_ceil(among.max(1))).unwrap_or(2).max(2)
    };
    units.iter().map(strength).collect()
}

/// The officials of all units, unit by unit, the highest first.
pub(crate) fn officials(
    chance: &mut Chance,
    names: &Names,
    units: &[Unit],
    counties: &[County],
    all: u32,
    today: Day,
) -> Result<Vec<Official>, String> {
    let mut officials = Vec::new();
    for (place, (unit, strength)) in units.iter().zip(strengths(units, counties, all)).enumerate() {
        let posts = posts(unit);
        for held in 0..strength as usize {
            let (rank, title) = posts[held.min(posts.len() - 1)];
            let since = today - Days::new(u64::from(chance.between(800, 2_000)));
            let name = names.person(chance);
            officials.push(Official { unit: place, name, rank, title, since, mobile: mobile(chance)? });
        }
    }
    Ok(officials)
}
