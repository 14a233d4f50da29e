//! Areas, units, officials, clients and who looks after whom: there since before the first demand.

use super::{accounts, beginning, catalogue, standing_back};
use demo::World;
use kernel::id::{AccountId, ClientId, OfficialId, UnitId};
use kernel::words::ClientKind;
use kernel::{AreaCode, AreaPath, Day, Instant, Problem};
use platform::demands::{self, Category};
use platform::org::{self, Official, Unit};
use platform::pairing;
use platform::registry::{self, Client, NewLiaison, Source};
use platform::{App, Site};
use std::collections::BTreeMap;
use store::{Private, Tx};

/// The rows of the world's members, in the order of the world's lists, with the account of everybody who acts. Those with
/// a demo account act under it; of the others none can sign in.
#[derive(Debug)]
pub(super) struct People {
    pub units: Vec<Unit>,
    pub officials: Vec<Official>,
    pub clients: Vec<Client>,
    pub categories: BTreeMap<&'static str, Category>,
    pub of_officials: Vec<AccountId>,
    pub of_liaisons: Vec<Vec<AccountId>>,
}

impl People {
    /// Writes them down, and opens the demo accounts.
    pub async fn settle(app: &App, world: &World, hash: &str, now: Instant) -> Result<Self, Problem> {
        let mut tx = app.store.begin().await?;
        tx.turn_to(beginning(now));
        let areas = areas(&tx, world).await?;
        let categories = categories(&tx, &app.site, world).await?;
        let mut people = Self::of(world, &areas, categories, tx.now());
        let posts: Vec<(Official, &str, Day)> = world
            .officials
            .iter()
            .zip(&people.officials)
            .map(|(planned, official)| (official.clone(), planned.title, planned.since))
            .collect();
        org::load(&tx, &people.units, &posts).await?;
        drop(posts);
        people.enter_groups(&tx, world).await?;
        catalogue::enter_duties(&tx, world, &people, app.site.hours.day(tx.now())).await?;
        people.enter_clients(&tx, world, app.site.hours.day(tx.now())).await?;
        accounts::open(&tx, &app.site, world, &mut people, hash).await?;
        tx.turn_to(now - chrono::Duration::days(20));
        standing_back::enter(&tx, world, &people, app.site.hours.day(tx.now())).await?;
        tx.commit().await?;
        Ok(people)
    }

    fn of(
        world: &World,
        areas: &BTreeMap<AreaCode, (AreaPath, String)>,
        categories: BTreeMap<&'static str, Category>,
        at: Instant,
    ) -> Self {
        let place = |code: AreaCode| areas.get(&code).cloned().unwrap_or_else(|| (AreaPath::root(code), String::new()));
        let county = |path: &AreaPath, code: AreaCode| path.county().unwrap_or(code);
        let unit = |planned: &demo::Unit| {
            let (area_path, area_name) = place(planned.area);
            Unit {
                id: UnitId::mint(at),
                county_id: county(&area_path, planned.area),
                area_id: planned.area,
                area_path,
                area_name,
                level: planned.area.level(),
                kind: planned.kind,
                name: planned.name.clone(),
                phone: Some(planned.phone.clone().into()),
                closed_on: None,
                version: 1,
            }
        };
        let units: Vec<Unit> = world.units.iter().map(unit).collect();
        let official = |planned: &demo::Official| Official {
            id: OfficialId::mint(at),
            county_id: units[planned.unit].county_id,
            unit_id: units[planned.unit].id,
            unit_name: units[planned.unit].name.clone(),
            name: planned.name.clone(),
            rank: planned.rank,
            title: Some(planned.title.to_owned()),
            mobile: Some(Private::new(planned.mobile.clone())),
            left_on: None,
            version: 1,
        };
        let client = |planned: &demo::Client| {
            let (area_path, area_name) = place(planned.area);
            let enterprise = planned.kind == ClientKind::Enterprise;
            let cents = i64::try_from(planned.investment * 100).unwrap_or(0);
            Client {
                id: ClientId::mint(at),
                county_id: county(&area_path, planned.area),
                kind: planned.kind,
                name: planned.name.clone(),
                area_id: planned.area,
                area_path,
                area_name,
                address: planned.address.clone(),
                closed_on: None,
                version: 1,
                credit_code: planned.credit_code.clone(),
                industry: enterprise.then(|| planned.industry.to_owned()),
                scale: enterprise.then_some(planned.scale),
                list: planned.list.filter(|_| enterprise),
                project_code: (!enterprise).then(|| planned.project_code.clone()),
                project_level: (!enterprise).then_some(planned.level),
                builder: (!enterprise).then(|| planned.builder.clone()),
                investment: (!enterprise).then_some(cents),
            }
        };
        Self {
            officials: world.officials.iter().map(official).collect(),
            clients: world.clients.iter().map(client).collect(),
            of_officials: world.officials.iter().map(|_| AccountId::mint(at)).collect(),
            of_liaisons: world
                .clients
                .iter()
                .map(|client| client.liaisons.iter().map(|_| AccountId::mint(at)).collect())
                .collect(),
            units,
            categories,
        }
    }

    async fn enter_groups(&self, tx: &Tx, world: &World) -> Result<(), Problem> {
        for of_area in world.groups.chunk_by(|one, next| one.area == next.area) {
            let Some(area) = org::area(tx, of_area[0].area).await? else { continue };
            let member = |planned: &demo::GroupMember| {
                let official = &self.officials[planned.official];
                (planned.kind, planned.position, official, planned.from, planned.until)
            };
            let members: Vec<_> = of_area.iter().map(member).collect();
            org::load_members(tx, &area, &members).await?;
        }
        Ok(())
    }

    async fn enter_clients(&self, tx: &Tx, world: &World, as_of: Day) -> Result<(), Problem> {
        let kinds = [(ClientKind::Enterprise, "市场监管局企业登记库"), (ClientKind::Project, "发展改革局重点项目名单")];
        for (kind, source) in kinds {
            let of_kind = self.clients.iter().filter(|client| client.kind == kind).cloned();
            let clients: Vec<Client> = of_kind.collect();
            registry::load(tx, &clients, &Source { source: source.into(), as_of }, "综合协调组").await?;
        }
        let (mut liaisons, mut pairings) = (Vec::new(), Vec::new());
        for (client, planned) in self.clients.iter().zip(&world.clients) {
            for liaison in &planned.liaisons {
                let (name, position, phone) =
                    (liaison.name.clone(), liaison.position.to_owned(), liaison.phone.clone());
                liaisons.push((client, NewLiaison { name, position, phone }, as_of));
            }
            for held in &planned.commissioners {
                pairings.push((client, &self.officials[held.official], held.from, held.until));
            }
        }
        registry::load_liaisons(tx, &liaisons).await?;
        pairing::load(tx, &pairings).await
    }
}

async fn areas(tx: &Tx, world: &World) -> Result<BTreeMap<AreaCode, (AreaPath, String)>, Problem> {
    let mut areas = BTreeMap::new();
    for area in &world.areas {
        let path = org::add_area(tx, area.code, area.parent, &area.name).await?;
        areas.insert(area.code, (path, area.name.clone()));
    }
    Ok(areas)
}

async fn categories(tx: &Tx, site: &Site, world: &World) -> Result<BTreeMap<&'static str, Category>, Problem> {
    let mut categories = BTreeMap::new();
    for planned in &world.categories {
        let parent_id = planned.parent.map(str::to_owned);
        let category = Category::new(planned.code, parent_id, planned.name);
        demands::add_category(tx, site, &category).await?;
        categories.insert(planned.code, category);
    }
    Ok(categories)
}
