//! What all demands need to know: who leads what, who works where, what places are called.

use super::Planned;
use crate::chance::Chance;
use crate::clients::Trade;
use crate::matters::Matter;
use crate::places::{CITY, County, county_of};
use crate::{Area, Client, Official, Unit};
use kernel::AreaCode;
use kernel::words::{ClientKind, ProjectLevel, UnitKind};
use std::collections::BTreeMap;
use std::ops::Range;

/// All of it, found once.
#[derive(Debug)]
pub(crate) struct Stage {
    pub matters: Vec<Matter>,
    pub(super) trades: Vec<Trade>,
    /// The bureau that leads each category, by county, and by the city itself.
    bureaus: BTreeMap<AreaCode, Vec<usize>>,
    pub(super) desks: BTreeMap<AreaCode, usize>,
    offices: BTreeMap<AreaCode, usize>,
    staff: Vec<Range<usize>>,
    pub(super) names: BTreeMap<AreaCode, String>,
    pub(super) shorts: BTreeMap<AreaCode, &'static str>,
}

impl Stage {
    pub fn set(
        areas: &[Area],
        counties: &[County],
        units: &[Unit],
        officials: &[Official],
        (matters, trades): (Vec<Matter>, Vec<Trade>),
    ) -> Result<Self, String> {
        let mut bureaus = BTreeMap::new();
        let mut desks = BTreeMap::new();
        for area in counties.iter().map(|county| county.code).chain([CITY]) {
            let led = matters.iter().map(|matter| {
                let name = if area == CITY { matter.city_bureau } else { matter.bureau };
                let ends = |unit: &Unit| unit.name.ends_with(name) || name == "生态环境局" && unit.name.contains(name);
                units.iter().position(|unit| unit.area == area && ends(unit))
            });
            if let Some(led) = led.collect::<Option<Vec<usize>>>() {
                bureaus.insert(area, led);
            } else if area != CITY {
                return Err(format!("a bureau of {area} without unit"));
            }
            let desk = units.iter().position(|unit| unit.area == area && unit.kind == UnitKind::DemandDesk);
            desks.extend(desk.map(|desk| (area, desk)));
        }
        let offices = units.iter().enumerate().filter(|(_, unit)| unit.kind == UnitKind::TownOffice);
        let mut staff = vec![0..0; units.len()];
        for (place, official) in officials.iter().enumerate() {
            let held: &mut Range<usize> = &mut staff[official.unit];
            let first = if held.end == 0 { place } else { held.start };
            *held = first..place + 1;
        }
        Ok(Self {
            matters,
            trades,
            bureaus,
            desks,
            offices: offices.map(|(place, unit)| (unit.area, place)).collect(),
            staff,
            names: areas.iter().map(|area| (area.code, area.name.clone())).collect(),
            shorts: counties.iter().map(|county| (county.code, county.short)).collect(),
        })
    }

    /// One of the few people of a unit who work on demands.
    pub(super) fn person(&self, chance: &mut Chance, unit: usize) -> usize {
        let staff = &self.staff[unit];
        staff.start + chance.below(staff.len().clamp(1, 5))
    }

    /// Another of them, where there is one.
    pub(super) fn another(&self, chance: &mut Chance, unit: usize, but: usize) -> usize {
        let staff = &self.staff[unit];
        let count = staff.len().clamp(1, 5);
        staff.start + (but - staff.start + 1 + chance.below(count.saturating_sub(1).max(1))) % count
    }

    /// Who heads a unit.
    pub(super) fn head(&self, unit: usize) -> usize {
        self.staff[unit].start
    }

    /// The bureau of a county that leads a category.
    pub(super) fn bureau(&self, county: AreaCode, matter: usize) -> usize {
        self.bureaus[&county][matter]
    }

    /// One of the bureaus of a county.
    pub(super) fn some_bureau(&self, chance: &mut Chance, county: AreaCode) -> usize {
        *chance.one(&self.bureaus[&county])
    }

    /// The categories that this unit leads.
    pub fn led_by(&self, county: AreaCode, unit: usize) -> Vec<usize> {
        let led = self.bureaus.get(&county).map_or(&[][..], Vec::as_slice);
        led.iter().enumerate().filter(|(_, bureau)| **bureau == unit).map(|(matter, _)| matter).collect()
    }

    /// Whose duty a matter of this client is.
    pub(super) fn holder(&self, chance: &mut Chance, client: &Client, planned: &Planned, matter: usize) -> usize {
        let county = county_of(client.area);
        let bureau = self.bureaus[&county][matter];
        if planned.matter.is_some() {
            return bureau;
        }
        if let Some(office) = self.offices.get(&client.area)
            && chance.happens(self.matters[matter].town)
        {
            return *office;
        }
        let above = if client.kind == ClientKind::Project && client.level != ProjectLevel::County { 25 } else { 3 };
        match self.bureaus.get(&CITY) {
            Some(city) if chance.happens(above) => city[matter],
            _ => bureau,
        }
    }
}
