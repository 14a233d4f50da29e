//! Whether an official may look after one more client: what the rules in force say of the two, and whether there is room in
//! the official's quota (M2). Whoever writes holds the official's row first, so that two who pair at the same moment cannot
//! both take the last place.

use super::rows::{self, Load};
use super::rules::{self, RulesVersion};
use crate::Site;
use crate::org::many as org;
use crate::org::{Official, Unit};
use crate::registry::Client;
use ::pairing::city::{self, City, Fit, Place, Reason, Size};
use kernel::id::{OfficialId, UnitId};
use kernel::words::{ClientKind, ProjectLevel, ScaleClass};
use kernel::{BugExt, Day, Problem};
use std::collections::HashMap;
use store::Db;

/// What some officials hold, and the rules by which they may take more.
pub struct Ledger {
    rules: RulesVersion,
    units: HashMap<UnitId, Unit>,
    held: HashMap<OfficialId, [u32; 2]>,
}

impl Ledger {
    /// What these officials hold on `from` or will later.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn open(db: &impl Db, site: &Site, officials: &[&Official], from: Day) -> Result<Self, Problem> {
        let mut ids: Vec<OfficialId> = officials.iter().map(|official| official.id).collect();
        let mut units: Vec<UnitId> = officials.iter().map(|official| official.unit_id).collect();
        ids.sort_unstable();
        ids.dedup();
        units.sort_unstable();
        units.dedup();
        let mut held: HashMap<OfficialId, [u32; 2]> = HashMap::new();
        for Load { official_id, kind, clients } in rows::loads_from(db, &ids, from).await? {
            held.entry(official_id).or_default()[kind as usize] = u32::try_from(clients).unwrap_or(u32::MAX);
        }
        Ok(Self { rules: rules::current(db, site).await?, units: org::units(db, &units).await?, held })
    }

    /// Takes a client of this kind from the official.
    pub fn give_back(&mut self, official: OfficialId, kind: ClientKind) {
        if let Some(held) = self.held.get_mut(&official) {
            held[kind as usize] = held[kind as usize].saturating_sub(1);
        }
    }

    /// Gives the official one more client, if they may look after it and have room.
    ///
    /// # Errors
    /// A sentence that says why not.
    pub fn take(&mut self, client: &Client, official: &Official) -> Result<(), Problem> {
        let unit = self.units.get(&official.unit_id).ok_or("an official without unit").bug("looking up a quota")?;
        let held = self.held.entry(official.id).or_default();
        match refusal(&self.rules, client, official, unit, *held)? {
            None => {
                held[client.kind as usize] += 1;
                Ok(())
            }
            Some(reason) => {
                let told = format!("不能由{}联系“{}”：{reason}。请另选一名干部。", official.name, client.name);
                Err(Problem::field("official", told))
            }
        }
    }
}

fn refusal(
    rules: &RulesVersion,
    client: &Client,
    official: &Official,
    unit: &Unit,
    held: [u32; 2],
) -> Result<Option<Reason>, Problem> {
    let kind = client.kind;
    let city = City {
        rules: rules.rules.clone(),
        officials: vec![official_of(official, unit, held)?],
        clients: vec![client_of(client)?],
        bars: Vec::new(),
    };
    if let Fit::Not(reason) = city::fit(&city, 0, 0) {
        return Ok(Some(reason));
    }
    let Some(pool) = city::quota(&city.rules, &city.officials[0]) else { return Ok(Some(Reason::NoPool)) };
    let max = pool.places(kind).max;
    if held[kind as usize] >= max {
        return Ok(Some(Reason::Full { kind, max }));
    }
    Ok((held[0] + held[1] >= pool.total).then_some(Reason::FullInAll { max: pool.total }))
}

/// An official as the rules see them, with the enterprises and projects they hold besides.
///
/// # Errors
/// A bug when the unit's path is none.
pub fn official_of(official: &Official, unit: &Unit, held: [u32; 2]) -> Result<city::Official, Problem> {
    Ok(city::Official {
        place: Place::of(&unit.area_path).ok_or("a unit without place").bug("reading an official")?,
        rank: official.rank,
        unit_kind: unit.kind,
        unit_name: unit.name.clone(),
        held_enterprises: held[ClientKind::Enterprise as usize],
        held_projects: held[ClientKind::Project as usize],
        left_out: false,
    })
}

/// A client as the rules see it. One whose size is not known counts as the smallest.
///
/// # Errors
/// A bug when its path is none.
pub fn client_of(client: &Client) -> Result<city::Client, Problem> {
    Ok(city::Client {
        size: match client.kind {
            ClientKind::Enterprise => Size::Enterprise(client.scale.unwrap_or(ScaleClass::Micro)),
            ClientKind::Project => Size::Project(client.project_level.unwrap_or(ProjectLevel::County)),
        },
        place: Place::of(&client.area_path).ok_or("a client without place").bug("reading a client")?,
        industry: client.industry.clone(),
        now: Vec::new(),
        fixed: None,
        places: 1,
    })
}
