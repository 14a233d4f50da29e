//! Who looks after whom: every client has one commissioner, within what their rank may carry (M2) and the area they serve,
//! and some had another before.

use crate::chance::Chance;
use crate::places::{CITY, COUNTY, county_of};
use crate::{Client, Commissioner, Official, Unit};
use chrono::Days;
use kernel::words::{AreaLevel, ClientKind, ProjectLevel, Rank, ScaleClass, UnitKind};
use kernel::{AreaCode, Day};
use std::collections::BTreeMap;

/// Words in the names of units that inspect and punish: they look after nobody (亲清回避).
const INSPECTING: &[&str] = &["市场监督管理", "税务", "生态环境", "应急管理", "综合行政执法", "城市管理", "消防救援"];

/// How many enterprises and how many projects an official looks after at most. M2 says it for the city; counties and towns
/// follow the same pattern.
#[must_use]
pub(crate) fn quota(unit: &Unit, rank: Rank) -> (u32, u32) {
    match (unit.area.level(), rank) {
        _ if unit.kind == UnitKind::DemandDesk => (0, 0),
        _ if INSPECTING.iter().any(|word| unit.name.contains(word)) => (0, 0),
        (_, Rank::Departmental) => (4, 3),
        (AreaLevel::City, Rank::CountyHead) => (3, 2),
        (AreaLevel::City, Rank::CountyDeputy) => (2, 1),
        (AreaLevel::City, Rank::SectionHead) if unit.kind == UnitKind::EconomicDepartment => (2, 0),
        (AreaLevel::City | AreaLevel::Province, _) => (0, 0),
        (AreaLevel::County, Rank::CountyHead) => (4, 3),
        (AreaLevel::County, Rank::CountyDeputy | Rank::SectionHead) => (3, 2),
        (AreaLevel::Town, Rank::SectionHead) => (3, 2),
        (_, Rank::SectionDeputy) => (2, 1),
        _ => (2, 0),
    }
}

/// Officials of one area, taken in turn so that nobody has two clients before all have one.
#[derive(Debug, Default)]
struct Circle {
    officials: Vec<usize>,
    next: usize,
    turns: u32,
}

struct Load<'a> {
    officials: &'a [Official],
    units: &'a [Unit],
    held: Vec<(u32, u32)>,
}

impl Load<'_> {
    fn free(&self, official: usize, kind: ClientKind) -> bool {
        let (enterprises, projects) = quota(&self.units[self.officials[official].unit], self.officials[official].rank);
        let held = self.held[official];
        match kind {
            ClientKind::Enterprise => held.0 < enterprises,
            ClientKind::Project => held.1 < projects,
        }
    }

    fn take(&mut self, official: usize, kind: ClientKind) {
        match kind {
            ClientKind::Enterprise => self.held[official].0 += 1,
            ClientKind::Project => self.held[official].1 += 1,
        }
    }
}

impl Circle {
    fn next(&mut self, load: &mut Load<'_>, kind: ClientKind) -> Option<usize> {
        for _ in 0..self.officials.len() {
            let official = self.officials[self.next];
            self.next = (self.next + 1) % self.officials.len();
            self.turns += u32::from(self.next == 0);
            if load.free(official, kind) {
                load.take(official, kind);
                return Some(official);
            }
        }
        None
    }
}

/// Pairs every client. `bureau` is the unit whose head looks after the first enterprise, two more and two projects of the
/// same county: the commissioner with the demo account.
pub(crate) fn pair(
    chance: &mut Chance,
    clients: &mut [Client],
    (units, officials): (&[Unit], &[Official]),
    bureau: usize,
    today: Day,
) -> Result<(), String> {
    let mut circles: BTreeMap<AreaCode, (Circle, Circle)> = BTreeMap::new();
    let mut of_unit: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (place, official) in officials.iter().enumerate() {
        let (enterprises, projects) = quota(&units[official.unit], official.rank);
        let (for_enterprises, for_projects) = circles.entry(units[official.unit].area).or_default();
        if enterprises > 0 {
            for_enterprises.officials.push(place);
        }
        if projects > 0 {
            for_projects.officials.push(place);
        }
        of_unit.entry(official.unit).or_default().push(place);
    }
    let mut load = Load { officials, units, held: vec![(0, 0); officials.len()] };
    let head = *of_unit.get(&bureau).and_then(|officials| officials.first()).ok_or("a bureau without head")?;
    for (first, second) in circles.values_mut() {
        chance.shuffle(&mut first.officials);
        chance.shuffle(&mut second.officials);
    }
    for (place, client) in clients.iter_mut().enumerate() {
        let kind = client.kind;
        let special = county_of(client.area) == COUNTY && (place < 3 || kind == ClientKind::Project);
        let chosen = if special && load.free(head, kind) {
            load.take(head, kind);
            head
        } else {
            let mut asked = vec![client.area, county_of(client.area)];
            let city_first = match kind {
                ClientKind::Enterprise => matches!(client.scale, ScaleClass::Large | ScaleClass::Medium),
                ClientKind::Project => client.level != ProjectLevel::County,
            };
            if city_first && chance.happens(60) {
                asked.insert(0, CITY);
            } else if chance.happens(30) {
                asked.swap(0, 1);
                asked.push(CITY);
            } else {
                asked.push(CITY);
            }
            let found = asked.iter().find_map(|area| {
                let (enterprises, projects) = circles.get_mut(area)?;
                let circle = if kind == ClientKind::Enterprise { enterprises } else { projects };
                circle.next(&mut load, kind)
            });
            found.ok_or("more clients than the officials may carry")?
        };
        client.commissioners = dated(chance, (officials, &of_unit), chosen, today);
    }
    Ok(())
}

/// The commissioner since when, and for some clients who it was before: a colleague of the same unit.
fn dated(
    chance: &mut Chance,
    (officials, of_unit): (&[Official], &BTreeMap<usize, Vec<usize>>),
    chosen: usize,
    today: Day,
) -> Vec<Commissioner> {
    let begun = today - Days::new(u64::from(chance.between(740, 790)));
    let colleagues = of_unit.get(&officials[chosen].unit).map_or(&[][..], Vec::as_slice);
    let before = if chance.happens(26) && colleagues.len() > 1 { Some(*chance.one(colleagues)) } else { None };
    match before.filter(|before| *before != chosen) {
        Some(before) => {
            let change = today - Days::new(u64::from(*chance.one(&[96_u32, 278, 461, 627])));
            vec![
                Commissioner { official: before, from: begun, until: change.pred_opt() },
                Commissioner { official: chosen, from: change, until: None },
            ]
        }
        None => vec![Commissioner { official: chosen, from: begun, until: None }],
    }
}
