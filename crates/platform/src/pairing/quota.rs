//! Whether an official may look after one more client: what the rules in force say of the two, and whether there is room in
//! the official's quota (M2). Whoever writes holds the official's row first, so that two who pair at the same moment cannot
//! both take the last place.

use super::rows::{self, Load};
use super::rules;
use crate::Site;
use crate::org::many as org;
use crate::org::{Official, Unit};
use crate::registry::Client;
use ::pairing::city::{self, City, Place, Size};
use kernel::id::{OfficialId, UnitId};
use kernel::words::{ClientKind, ProjectLevel, ScaleClass};
use kernel::{AreaPath, BugExt, Day, Problem};
use std::collections::HashMap;
use store::Db;

/// What some officials hold, and the rules by which they may take more.
pub struct Ledger {
    /// The rules, and whoever is weighed at the moment: one official, one client.
    city: City,
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
        let city = City { rules: rules::current(db, site).await?.rules, ..City::default() };
        Ok(Self { city, units: org::units(db, &units).await?, held })
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
        self.city.officials = vec![official_of(official, unit, *held)?];
        self.city.clients = vec![client_of(client)?];
        match city::move_effect(&self.city, &[], 0, Some(0)).refused {
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

/// How big a client is; one whose size is not known counts as the smallest.
#[must_use]
pub fn size_of(kind: ClientKind, scale: Option<ScaleClass>, level: Option<ProjectLevel>) -> Size {
    match kind {
        ClientKind::Enterprise => Size::Enterprise(scale.unwrap_or(ScaleClass::Micro)),
        ClientKind::Project => Size::Project(level.unwrap_or(ProjectLevel::County)),
    }
}

/// Where somebody or something is, for the rules.
///
/// # Errors
/// A bug when the path leads nowhere.
pub fn place_of(path: &AreaPath) -> Result<Place, Problem> {
    Place::of(path).ok_or_else(|| Problem::bug("placing", path.0.clone()))
}

/// An official as the rules see them, with the enterprises and projects they hold.
fn official_of(official: &Official, unit: &Unit, held: [u32; 2]) -> Result<city::Official, Problem> {
    Ok(city::Official {
        place: place_of(&unit.area_path)?,
        rank: official.rank,
        unit_kind: unit.kind,
        unit_name: unit.name.clone(),
        held_enterprises: held[ClientKind::Enterprise as usize],
        held_projects: held[ClientKind::Project as usize],
        left_out: false,
    })
}

/// A client as the rules see it.
fn client_of(client: &Client) -> Result<city::Client, Problem> {
    Ok(city::Client {
        size: size_of(client.kind, client.scale, client.project_level),
        place: place_of(&client.area_path)?,
        industry: client.industry.clone(),
        now: Vec::new(),
        fixed: None,
        places: 1,
    })
}
