//! Enterprises and projects, their liaisons, and who looks after whom.

use crate::chance::Chance;
use crate::places::{COUNTY, characters, mobile, person};
use crate::{Area, Client, Official, Unit};
use kernel::CreditCode;
use kernel::words::{AreaLevel, ClientKind, Rank, ScaleClass, StatutoryList};
use std::collections::BTreeSet;

const INDUSTRIES: &str = include_str!("../data/industries.txt");

/// One class of industry with the words of its trade.
#[derive(Debug)]
pub(crate) struct Trade {
    pub code: &'static str,
    list: Option<StatutoryList>,
    weight: u32,
    words: Vec<&'static str>,
    unit: &'static str,
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

/// The class of this code.
pub(crate) fn trade<'a>(trades: &'a [Trade], code: &str) -> Option<&'a Trade> {
    trades.iter().find(|trade| trade.code == code)
}

/// Enterprises, then projects. The first enterprise is the one whose liaison has the demo account.
pub(crate) fn clients(
    chance: &mut Chance,
    areas: &[Area],
    units: &[Unit],
    officials: &[Official],
    enterprises: u32,
    projects: u32,
) -> Result<Vec<Client>, String> {
    let trades = trades();
    let weighted: Vec<&Trade> =
        trades.iter().flat_map(|trade| std::iter::repeat_n(trade, trade.weight as usize)).collect();
    let towns: Vec<&Area> = areas.iter().filter(|area| area.code.level() == AreaLevel::Town).collect();
    let mut taken = BTreeSet::new();
    let mut clients: Vec<Client> = Vec::new();
    for number in 1..=enterprises {
        let (trade, town) = (*chance.one(&weighted), *chance.one(&towns));
        let name = firm(chance, trade, &mut taken);
        let scale = match chance.between(1, 100) {
            1..=4 => ScaleClass::Large,
            5..=22 => ScaleClass::Medium,
            23..=80 => ScaleClass::Small,
            _ => ScaleClass::Micro,
        };
        clients.push(Client {
            kind: ClientKind::Enterprise,
            credit_code: Some(CreditCode::compose('9', '1', &COUNTY.to_string(), &format!("MA{number:06}"))?),
            name,
            area: town.code,
            address: address(chance, town),
            industry: trade.code,
            scale,
            list: trade.list,
            investment: 0,
            project_code: String::new(),
            builder: String::new(),
            liaisons: liaisons(chance)?,
            commissioner: 0,
        });
    }
    for number in 1..=projects {
        let builder = chance.one(&clients[..enterprises as usize]).clone();
        let trade = trade(&trades, builder.industry).ok_or("an industry without a line")?;
        let output = format!("年产{}万{}{}项目", chance.between(1, 60), trade.unit, chance.one(&trade.products));
        clients.push(Client {
            kind: ClientKind::Project,
            name: format!("{}{output}", short(&builder.name)),
            credit_code: None,
            address: address(
                chance,
                areas.iter().find(|area| area.code == builder.area).ok_or("a client without area")?,
            ),
            investment: u64::from(chance.between(20, 900)) * 1_000_000,
            project_code: format!("26{:02}-370783-04-01-{:06}", chance.between(1, 11), 100_000 + number),
            builder: builder.name.clone(),
            liaisons: liaisons(chance)?,
            ..builder
        });
    }
    pair(&mut clients, units, officials);
    Ok(clients)
}

/// Town officials look after clients of their own town first, those of the county after them; nobody after more than
/// four. The first enterprise has the first official of a bureau.
fn pair(clients: &mut [Client], units: &[Unit], officials: &[Official]) {
    let mut held = vec![0u32; officials.len()];
    for client in clients.iter_mut() {
        let home = |official: &Official| units[official.unit].area == client.area;
        let free = |place: usize| held[place] < if officials[place].rank == Rank::Staff { 3 } else { 4 };
        let near = (0..officials.len())
            .filter(|place| free(*place) && home(&officials[*place]))
            .min_by_key(|place| held[*place]);
        let county = |place: &usize| free(*place) && units[officials[*place].unit].area == COUNTY;
        let chosen = near.or_else(|| (0..officials.len()).filter(county).min_by_key(|place| held[*place]));
        let chosen = chosen.or_else(|| (0..officials.len()).min_by_key(|place| held[*place])).unwrap_or(0);
        held[chosen] += 1;
        client.commissioner = chosen;
    }
}

fn firm(chance: &mut Chance, trade: &Trade, taken: &mut BTreeSet<String>) -> String {
    let marks = characters("trade");
    loop {
        let place = *chance.one(&["寿光", "寿光", "潍坊", "山东"]);
        let form = *chance.one(&["有限公司", "有限公司", "有限公司", "股份有限公司"]);
        let name = format!("{place}{}{}{}{form}", chance.one(&marks), chance.one(&marks), chance.one(&trade.words));
        if taken.insert(name.clone()) {
            return name;
        }
    }
}

/// A firm's name without its legal form.
fn short(name: &str) -> &str {
    name.trim_end_matches("股份有限公司").trim_end_matches("有限公司")
}

fn address(chance: &mut Chance, town: &Area) -> String {
    let road = *chance.one(&["文圣街", "金光街", "圣城街", "渤海路", "建新街", "农圣街", "工业二路", "兴业路"]);
    format!("{}{road}{}号", town.name, chance.between(1, 399))
}

fn liaisons(chance: &mut Chance) -> Result<Vec<(String, &'static str, kernel::Phone)>, String> {
    let count = chance.between(1, 2);
    let mut people = Vec::new();
    for _ in 0..count {
        let position = *chance.one(&["办公室主任", "财务经理", "生产副总", "行政经理", "总经理助理"]);
        people.push((person(chance), position, mobile(chance)?));
    }
    Ok(people)
}
