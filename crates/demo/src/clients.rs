//! Enterprises and projects with their liaisons.

use crate::chance::Chance;
use crate::names::{Names, mobile};
use crate::places::{CITY, COUNTY, County, county_of};
use crate::{Area, Client, Liaison};
use kernel::words::{AreaLevel, ClientKind, ProjectLevel, ScaleClass, StatutoryList};
use kernel::{AreaCode, CreditCode};
use std::collections::BTreeSet;

const INDUSTRIES: &str = include_str!("../data/industries.txt");
const ROADS: &[&str] = &[
    "文圣街",
    "金光街",
    "圣城街",
    "渤海路",
    "建新街",
    "农圣街",
    "工业二路",
    "兴业路",
    "创业街",
    "北海路",
    "宝通街",
    "健康东街",
    "长江路",
    "龙泉路",
    "科技路",
    "昌盛街",
];

/// One class of industry with the words of its trade.
#[derive(Debug)]
pub(crate) struct Trade {
    pub code: &'static str,
    list: Option<StatutoryList>,
    weight: u32,
    words: Vec<&'static str>,
    pub unit: &'static str,
    pub products: Vec<&'static str>,
    pub equipment: Vec<&'static str>,
    pub materials: Vec<&'static str>,
}

/// Every class there is.
pub(crate) fn trades() -> Vec<Trade> {
    let read = INDUSTRIES.lines().filter(|line| !line.starts_with('#')).filter_map(|line| {
        let fields: Vec<&'static str> = line.split('|').collect();
        let [code, list, weight, words, unit, products, equipment, materials] = fields.try_into().ok()?;
        let all = |text: &'static str| text.split(',').collect();
        Some(Trade {
            code,
            list: StatutoryList::parse(list),
            weight: weight.parse().unwrap_or(1),
            words: all(words),
            unit,
            products: all(products),
            equipment: all(equipment),
            materials: all(materials),
        })
    });
    read.collect()
}

/// How many enterprises and projects.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Wanted {
    pub enterprises: u32,
    pub projects: u32,
}

/// Enterprises, then projects, spread over counties by their shares and over a county's towns by chance. The first
/// enterprise is the one whose liaison has the demo account: it lies in [`COUNTY`].
pub(crate) fn clients(
    chance: &mut Chance,
    names: &Names,
    trades: &[Trade],
    (areas, counties): (&[Area], &[County]),
    wanted: Wanted,
) -> Result<Vec<Client>, String> {
    let mut taken = BTreeSet::new();
    let mut clients: Vec<Client> = Vec::new();
    let home = counties.iter().position(|county| county.code == COUNTY).ok_or("no county")?;
    for number in 0..wanted.enterprises {
        let drawn = chance.weighted(counties.iter().map(|county| county.share));
        let county = if number < 3 { home } else { drawn };
        let county = &counties[county];
        let place = if number < 3 { 0 } else { chance.weighted(trades.iter().map(|trade| trade.weight)) };
        let place = if number < 3 {
            trades.iter().position(|trade| trade.code == "3033").unwrap_or(0) + number as usize
        } else {
            place
        };
        let trade = &trades[place];
        let area = seat(chance, areas, county.code);
        let scale = match chance.between(1, 100) {
            _ if number == 0 => ScaleClass::Medium,
            1..=3 => ScaleClass::Large,
            4..=18 => ScaleClass::Medium,
            19..=84 => ScaleClass::Small,
            _ => ScaleClass::Micro,
        };
        let (name, short) = firm(chance, names, trade, county, &mut taken);
        clients.push(Client {
            kind: ClientKind::Enterprise,
            credit_code: Some(code(county, number)?),
            name,
            short,
            area: area.code,
            address: address(chance, area),
            industry: trade.code,
            trade: place,
            scale,
            list: trade.list,
            investment: 0,
            project_code: String::new(),
            level: ProjectLevel::County,
            builder: String::new(),
            liaisons: liaisons(chance, names)?,
            commissioners: Vec::new(),
        });
    }
    for number in 0..wanted.projects {
        let drawn = chance.weighted(counties.iter().map(|county| county.share));
        let county = if number < 2 { COUNTY } else { counties[drawn].code };
        let own: Vec<usize> = (0..40).map(|_| chance.below(wanted.enterprises as usize)).collect();
        let near = own.iter().find(|place| county_of(clients[**place].area) == county).or(own.first());
        let builder = clients[near.copied().unwrap_or(0)].clone();
        clients.push(project(chance, names, trades, areas, number, builder)?);
    }
    Ok(clients)
}

fn project(
    chance: &mut Chance,
    names: &Names,
    trades: &[Trade],
    areas: &[Area],
    number: u32,
    builder: Client,
) -> Result<Client, String> {
    let trade = &trades[builder.trade];
    let product = *chance.one(&trade.products);
    let what = match trade.list {
        Some(StatutoryList::Industry) => {
            format!(
                "年产{}万{}{product}{}项目",
                chance.between(1, 80),
                trade.unit,
                *chance.one(&["", "扩建", "智能化改造", "绿色化提升"])
            )
        }
        Some(StatutoryList::Construction) => format!("{}期装配式构件基地项目", chance.one(&["一", "二", "三"])),
        Some(StatutoryList::Trade) => format!("{}平方米{product}仓储配送中心项目", chance.between(10, 90) * 1000),
        _ => format!("{}{product}园区项目", chance.one(&["智慧", "区域", "现代", "综合"])),
    };
    let level = match chance.between(1, 100) {
        1..=6 => ProjectLevel::Province,
        7..=30 => ProjectLevel::City,
        _ => ProjectLevel::County,
    };
    let area = areas.iter().find(|area| area.code == builder.area).ok_or("a client without area")?;
    let code_area = official_code(county_of(builder.area));
    Ok(Client {
        kind: ClientKind::Project,
        name: format!("{}{what}", builder.short),
        credit_code: None,
        address: address(chance, area),
        investment: u64::from(chance.between(20, 900)) * 1_000_000,
        project_code: format!(
            "2{}{:02}-{code_area}-04-01-{:06}",
            chance.between(4, 6),
            chance.between(1, 12),
            100_000 + number * 37
        ),
        level,
        builder: builder.name.clone(),
        liaisons: liaisons(chance, names)?,
        ..builder
    })
}

/// The code of GB/T 2260 under which a county's firms are registered: a zone has none and uses the city's.
fn official_code(county: AreaCode) -> AreaCode {
    if county.0 >= 370_790 { AreaCode(370_700) } else { county }
}

/// A credit code of its own: nearly all of the newer kind that begins with MA, some of the older of digits alone. Each
/// number gives another.
fn code(county: &County, number: u32) -> Result<CreditCode, String> {
    const SIGNS: &[u8] = b"0123456789ABCDEFGHJKLMNPQRTUWXY";
    let organisation = if number % 10 < 7 {
        // A product modulo a prime is another for every number below it.
        let mut left = (u64::from(number) + 1) * 7_368_787 % 887_503_679;
        let signs = (0..6).map(|_| {
            let sign = char::from(SIGNS[(left % 31) as usize]);
            left /= 31;
            sign
        });
        format!("MA{}", signs.collect::<String>())
    } else {
        format!("{:08}", (u64::from(number) + 1) * 3_267_511 % 99_999_989)
    };
    CreditCode::compose('9', '1', &official_code(county.code).to_string(), &organisation)
}

/// The area a client of a county lies in: one of its towns, or the county where there are none.
fn seat<'a>(chance: &mut Chance, areas: &'a [Area], county: AreaCode) -> &'a Area {
    let towns = areas.iter().filter(|area| area.parent == Some(county) && area.code.level() == AreaLevel::Town);
    let count = towns.clone().count();
    let found = if count == 0 { None } else { towns.clone().nth(chance.below(count)) };
    found.or_else(|| areas.iter().find(|area| area.code == county)).unwrap_or(&areas[0])
}

/// A firm's name, never given before, and what people call it.
fn firm(
    chance: &mut Chance,
    names: &Names,
    trade: &Trade,
    county: &County,
    taken: &mut BTreeSet<String>,
) -> (String, String) {
    loop {
        let place = *chance.one(&[county.mark, county.mark, county.mark, "潍坊", "山东"]);
        let short = format!("{}{}", names.mark(chance), chance.one(&trade.words));
        let form = *chance.one(&["有限公司", "有限公司", "有限公司", "有限公司", "有限责任公司", "股份有限公司"]);
        let name = format!("{place}{short}{form}");
        if taken.insert(name.clone()) {
            return (name, short);
        }
    }
}

fn address(chance: &mut Chance, area: &Area) -> String {
    let area_name = if area.code == CITY { "" } else { area.name.as_str() };
    format!("{area_name}{}{}号", chance.one(ROADS), chance.between(1, 3999))
}

fn liaisons(chance: &mut Chance, names: &Names) -> Result<Vec<Liaison>, String> {
    const POSITIONS: &[&str] =
        &["办公室主任", "财务经理", "生产副总", "行政经理", "总经理助理", "综合部部长", "安环部部长", "人事主管"];
    let count = chance.between(1, 2);
    let mut people = Vec::new();
    for _ in 0..count {
        people.push(Liaison {
            name: names.person(chance),
            position: chance.one::<&str>(POSITIONS),
            phone: mobile(chance)?,
        });
    }
    Ok(people)
}
