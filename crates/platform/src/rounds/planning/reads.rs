//! All that a plan is made from, as it stood at one moment, and the city that the optimiser is given of it.

use super::super::rows::Round;
use super::rows::{self, ClientRow, OfficialRow, PairingRow};
use crate::App;
use crate::org;
use crate::pairing::{absences, bars, quota, rules};
use ::pairing::city::{Bar, City, Client, Ground, Official, Rules};
use kernel::authz::WritePairings;
use kernel::id::{ClientId, OfficialId, UnitId};
use kernel::words::{AreaLevel, BarGround, ClientKind};
use kernel::{Problem, Scope};
use std::collections::{HashMap, HashSet};
use store::Db;

/// What was read.
#[derive(Debug, Clone)]
pub struct Reads {
    /// The number of the rules in force.
    pub rules: i64,
    /// The clients of the area that are to be looked after.
    pub clients: Vec<ClientRow>,
    /// The officials who may be asked.
    pub officials: Vec<OfficialRow>,
    /// The pairings of these clients on the first day; who leads comes first.
    pub pairings: Vec<PairingRow>,
    /// How many enterprises and projects an official looks after outside the area.
    pub held: HashMap<OfficialId, [u32; 2]>,
    /// What speaks against pairings: who stands back from whom, clients that want nobody, units that are left out.
    pub against: bars::InForce,
    /// Who is away for long.
    pub away: HashSet<OfficialId>,
}

impl Reads {
    /// Reads everything.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn of(app: &App, db: &impl Db, scope: &Scope<WritePairings>, round: &Round) -> Result<Self, Problem> {
        let rules = rules::current(db, &app.site).await?.line.number;
        let area = org::area(db, round.area_id).await?;
        let against = bars::in_force(db, scope, area.as_ref(), round.first_day).await?;
        let unwanted: HashSet<ClientId> = against.clients.iter().map(|(_, client)| *client).collect();
        let mut clients = rows::clients(db, round).await?;
        clients.retain(|client| !unwanted.contains(&client.id));
        let mut officials = rows::officials(db, round).await?;
        let all = rows::pairings(db, round).await?;
        let ours: HashSet<ClientId> = clients.iter().map(|client| client.id).collect();
        let mut held: HashMap<OfficialId, [u32; 2]> = HashMap::new();
        let mut pairings = Vec::new();
        for row in all {
            if ours.contains(&row.client_id) {
                pairings.push(row);
            } else {
                let counts = held.entry(row.official_id).or_default();
                counts[usize::from(row.kind == ClientKind::Project)] += 1;
            }
        }
        // A county asks its own officials; those of the city it keeps where they look after somebody there already.
        let there: HashSet<OfficialId> = pairings.iter().map(|row| row.official_id).collect();
        let of_city = round.area_id.level() == AreaLevel::City;
        officials.retain(|official| {
            of_city || round.area_path.contains(&official.area_path) || there.contains(&official.id)
        });
        let away = absences::long_away(db, round.first_day).await?;
        Ok(Self { rules, clients, officials, pairings, held, against, away })
    }

    /// Where each official stands in the list.
    pub fn places(&self) -> HashMap<OfficialId, usize> {
        self.officials.iter().enumerate().map(|(place, official)| (official.id, place)).collect()
    }

    /// The city for the optimiser; `fixed` are the leads that were chosen by hand.
    ///
    /// # Errors
    /// A bug when a place is no place.
    pub fn city(&self, rules: Rules, fixed: &HashMap<ClientId, OfficialId>) -> Result<City, Problem> {
        let officials = self.places();
        let mut now: HashMap<ClientId, Vec<usize>> = HashMap::new();
        for row in &self.pairings {
            if let Some(official) = officials.get(&row.official_id) {
                now.entry(row.client_id).or_default().push(*official);
            }
        }
        let mut city = City { rules, ..City::default() };
        let out: HashSet<UnitId> = self.against.units.iter().map(|(_, unit)| *unit).collect();
        for official in &self.officials {
            let [enterprises, projects] = self.held.get(&official.id).copied().unwrap_or_default();
            city.officials.push(Official {
                place: quota::place_of(&official.area_path)?,
                rank: official.rank,
                unit_kind: official.unit_kind,
                unit_name: official.unit_name.clone(),
                held_enterprises: enterprises,
                held_projects: projects,
                left_out: out.contains(&official.unit_id) || self.away.contains(&official.id),
            });
        }
        for client in &self.clients {
            city.clients.push(Client {
                size: quota::size_of(client.kind, client.scale, client.level),
                place: quota::place_of(&client.area_path)?,
                industry: client.industry.clone(),
                now: now.remove(&client.id).unwrap_or_default(),
                fixed: fixed.get(&client.id).and_then(|official| officials.get(official)).copied(),
                places: 1,
            });
        }
        let clients: HashMap<ClientId, usize> =
            self.clients.iter().enumerate().map(|(place, client)| (client.id, place)).collect();
        let bar = |pair: &bars::BarredPair| {
            let (client, official) = (*clients.get(&pair.client)?, *officials.get(&pair.official)?);
            Some(Bar { client, official, ground: ground(pair.ground) })
        };
        city.bars = self.against.pairs.iter().filter_map(bar).collect();
        Ok(city)
    }
}

/// Why two are not to be paired; a client that asked for somebody else gives no ground.
pub fn ground(ground: Option<BarGround>) -> Ground {
    match ground {
        Some(BarGround::Family) => Ground::Family,
        Some(BarGround::Shareholding) => Ground::Shareholding,
        Some(BarGround::Enforcement) => Ground::Enforcement,
        Some(BarGround::Other) => Ground::Other,
        None => Ground::Asked,
    }
}
