//! `weiqitong demo`: fills an empty database with the world that crate `demo` plans, by the roads that people take: every
//! demand is raised and handled through the rules, at the moment it happened.

use crate::config::Config;
use crate::serve::{open, site, told};
use anyhow::{Context, Result, anyhow, ensure};
use clap::ValueEnum;
use demo::{Done, Scale, Time, Turn, World};
use kernel::authz::{RaiseDemands, WriteOrg, WritePairings, WriteRegistry};
use kernel::id::{AccountId, ClientId, OfficialId, UnitId};
use kernel::words::{ClientKind, DemandAct, ProjectLevel};
use kernel::{Actor, AreaPath, Day, Grant, Instant, Problem, Reach, Role};
use platform::demands::{self, ActWish, Category, Demand, NewDemand};
use platform::files::Files;
use platform::identity::{NewAccount, Password, open_account};
use platform::org::{self, NewOfficial, NewUnit};
use platform::pairing::{self, NewPairing};
use platform::registry::{self, Common, NewEnterprise, NewLiaison, NewProject, Source};
use platform::{App, Site};
use store::Tx;

/// The password of every demo account.
pub(crate) const PASSWORD: &str = "Weifang-2026";
/// How many acts go into one transaction.
const BATCH: usize = 500;

/// How much of a world.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum Size {
    /// 一个县、两个镇街、60 家企业、300 件诉求
    Tiny,
    /// 寿光市全境、1500 家企业、4000 件诉求
    County,
}

/// Fills the database.
///
/// # Errors
/// When it is not empty, or cannot be written.
pub(crate) async fn fill(config: &Config, size: Size, seed: u64) -> Result<()> {
    let store = open(config).await?;
    store.migrate().await.map_err(told)?;
    let app = App::new(store, site(config)?, Files::folder(config.files.as_ref()).map_err(told)?);
    ensure!(
        empty(&app).await.map_err(told)?,
        "数据库中已有数据，演示数据只能装入空库。请换一个数据库地址，或删除后重试。"
    );
    let scale = match size {
        Size::Tiny => Scale::Tiny,
        Size::County => Scale::County,
    };
    let time = Time { calendar: &app.site.calendar, hours: &app.site.hours, now: app.now() };
    let world = World::plan(scale, seed, &time).map_err(|error| anyhow!(error))?;
    let hash = Password::parse(PASSWORD, "").map_err(|error| anyhow!(error))?.hash().await.map_err(told)?;
    let count = world.demands.len();
    eprintln!(
        "正在装入：{} 个单位，{} 名干部，{} 家企业和项目，{count} 件诉求……",
        world.units.len(),
        world.officials.len(),
        world.clients.len()
    );
    let mut loader = Loader { app, world, hash, units: Vec::new(), officials: Vec::new(), clients: Vec::new() };
    loader.people().await.map_err(told)?;
    loader.lives().await.map_err(told)?;
    let app = loader.app;
    platform::audit::seal(&app.store).await.map_err(told).context("sealing the audit trail")?;
    app.store.close().await;
    println!("演示数据已装入。");
    Ok(())
}

async fn empty(app: &App) -> Result<bool, Problem> {
    let actor = actor("演示数据", Role::Leader, Reach::Everything, app.now());
    match actor.scope() {
        Some(scope) => Ok(org::areas(&app.store, &scope).await?.is_empty()),
        None => Ok(false),
    }
}

/// Somebody of the world, with an account of their own that nobody signs in to.
fn actor(name: &str, role: Role, reach: Reach, now: Instant) -> Actor {
    Actor { account: AccountId::mint(now), name: name.to_owned(), official: None, grants: vec![Grant { role, reach }] }
}

struct Loader {
    app: App,
    world: World,
    hash: String,
    units: Vec<UnitId>,
    officials: Vec<OfficialId>,
    clients: Vec<ClientId>,
}

impl Loader {
    fn site(&self) -> &Site {
        &self.app.site
    }

    /// Areas, units, officials, clients and accounts: there since the first day of the world.
    async fn people(&mut self) -> Result<(), Problem> {
        let now = self.app.now();
        let today = self.site().hours.day(now);
        let group = actor("综合协调组", Role::Coordination, Reach::Everything, now);
        let (Some(org), Some(write)) = (group.scope::<WriteOrg>(), group.scope::<WriteRegistry>()) else {
            return Ok(());
        };
        let tx = self.app.store.begin().await?;
        for area in &self.world.areas {
            org::add_area(&tx, area.code, area.parent, &area.name).await?;
        }
        for category in &self.world.categories {
            let parent_id = category.parent.map(str::to_owned);
            let category = Category { id: category.code.into(), parent_id, name: category.name.into() };
            demands::add_category(&tx, self.site(), &category).await?;
        }
        for unit in &self.world.units {
            let new = NewUnit { area: unit.area, kind: unit.kind, name: unit.name.clone(), phone: None };
            self.units.push(org::found_unit(&tx, &group, &org, new).await?);
        }
        for official in &self.world.officials {
            let new = NewOfficial {
                unit: self.units[official.unit],
                name: official.name.clone(),
                rank: official.rank,
                title: official.title.into(),
                since: official.since,
                mobile: Some(official.mobile.clone()),
            };
            self.officials.push(org::enter_official(&tx, &group, &org, new).await?);
        }
        for client in &self.world.clients {
            let source = match client.kind {
                ClientKind::Enterprise => "市场监管局企业登记库",
                ClientKind::Project => "发展改革局重点项目名单",
            };
            let common = Common {
                name: client.name.clone(),
                area: client.area,
                address: client.address.clone(),
                known: Source { source: source.into(), as_of: today },
            };
            let id = match (client.kind, client.credit_code.clone()) {
                (ClientKind::Enterprise, Some(credit_code)) => {
                    let (industry, scale, list) = (client.industry.into(), client.scale, client.list);
                    let new = NewEnterprise { common, credit_code, industry, scale, list };
                    registry::enter_enterprise(&tx, &group, &write, new).await?
                }
                _ => {
                    let (code, builder) = (client.project_code.clone(), client.builder.clone());
                    let investment = client.investment.to_string();
                    let new = NewProject { common, code, level: ProjectLevel::County, builder, investment };
                    registry::enter_project(&tx, &group, &write, new).await?
                }
            };
            let row = registry::client(&tx, &write, id).await?;
            for (name, position, phone) in &client.liaisons {
                let new = NewLiaison { name: name.clone(), position: (*position).into(), phone: phone.clone() };
                registry::name_liaison(&tx, &group, &row, new, today).await?;
            }
            if let Some(pairings) = group.scope::<WritePairings>() {
                let official = self.officials[client.commissioner];
                let from = self.world.officials[client.commissioner].since;
                pairing::pair(&tx, &group, &pairings, NewPairing { client: id, official, from }).await?;
            }
            self.clients.push(id);
        }
        self.accounts(&tx, today).await?;
        tx.commit().await
    }

    /// The accounts of README.md. The liaison's enterprise is the world's first.
    async fn accounts(&self, tx: &Tx, today: Day) -> Result<(), Problem> {
        let first = &self.world.clients[0];
        let county = Reach::Area(AreaPath(format!("/{}/370783/", self.site().area)));
        let city = Reach::Area(self.site().path());
        let bureau = self.busiest();
        let unit = Reach::Unit(self.units[bureau]);
        let official = |unit: usize, place: usize| {
            let mut held = self.world.officials.iter().enumerate().filter(|(_, official)| official.unit == unit);
            held.nth(place).map(|(place, official)| (Some(self.officials[place]), official.name.clone()))
        };
        let liaison = first.liaisons.first().map_or("联络员", |(name, ..)| name).to_owned();
        let commissioner =
            (Some(self.officials[first.commissioner]), self.world.officials[first.commissioner].name.clone());
        let of = |unit, place, other: &str| official(unit, place).unwrap_or((None, other.to_owned()));
        let client = Reach::Clients(vec![self.clients[0]]);
        let accounts = [
            ("qiye", Role::Liaison, client, (None, liaison)),
            ("zhuanyuan", Role::Commissioner, Reach::Clients(Vec::new()), commissioner),
            ("chengban", Role::Handler, unit.clone(), of(bureau, 1, "承办人")),
            ("fuze", Role::UnitHead, unit, of(bureau, 0, "负责人")),
            ("fuwutai", Role::AreaDesk, county, of(self.world.desk, 0, "服务台")),
            ("zonghe", Role::Coordination, city.clone(), (None, "综合协调组".into())),
            ("jiejue", Role::Solving, city.clone(), (None, "问题解决组".into())),
            ("duban", Role::Supervision, city.clone(), (None, "督办考核组".into())),
            ("lingdao", Role::Leader, city.clone(), (None, "市领导".into())),
            ("xitong", Role::SystemAdmin, city.clone(), (None, "系统管理员".into())),
            ("anquan", Role::SecurityAdmin, city.clone(), (None, "安全管理员".into())),
            ("shenji", Role::AuditAdmin, city, (None, "审计管理员".into())),
        ];
        for (login, role, reach, (official, name)) in accounts {
            let grants = vec![Grant { role, reach }];
            let password_hash = self.hash.clone();
            let new = NewAccount { login: login.into(), name, password_hash, official, grants, from: today };
            open_account(tx, self.site().area, new).await?;
        }
        Ok(())
    }

    /// The unit with the most to do now.
    fn busiest(&self) -> usize {
        let holds = |demand: &&demo::Demand| {
            let last = demand.history.last();
            last.is_some_and(|done| matches!(done.act, DemandAct::Dispatch | DemandAct::Sign))
        };
        let open: Vec<usize> = self.world.demands.iter().filter(holds).map(|demand| demand.unit).collect();
        let load = |unit: &usize| open.iter().filter(|held| *held == unit).count();
        (0..self.units.len()).max_by_key(load).unwrap_or(0)
    }

    /// Every demand, and what happened to it.
    async fn lives(&self) -> Result<(), Problem> {
        let mut tx = self.app.store.begin().await?;
        for (number, planned) in self.world.demands.iter().enumerate() {
            self.life(&mut tx, planned).await?;
            if (number + 1) % BATCH == 0 {
                tx.commit().await?;
                eprintln!("  {} / {}", number + 1, self.world.demands.len());
                tx = self.app.store.begin().await?;
            }
        }
        tx.commit().await
    }

    async fn life(&self, tx: &mut Tx, planned: &demo::Demand) -> Result<(), Problem> {
        let (client, told) = (self.clients[planned.client], &self.world.clients[planned.client]);
        let at = planned.raised_at;
        let mine = Reach::Clients(vec![client]);
        let liaison = told.liaisons.first().map_or("联络员", |(name, ..)| name);
        let liaison = actor(liaison, Role::Liaison, mine.clone(), at);
        let commissioner = &self.world.officials[told.commissioner].name;
        let commissioner = actor(commissioner, Role::Commissioner, mine, at);
        let desk = self.official(self.world.desk, "服务台", Role::AreaDesk, Reach::Everything, at);
        let unit = Reach::Unit(self.units[planned.unit]);
        let handler = self.official(planned.unit, "承办人", Role::Handler, unit, at);
        let raiser = if planned.by_commissioner { &commissioner } else { &liaison };
        let Some(scope) = raiser.scope::<RaiseDemands>() else { return Ok(()) };
        tx.turn_to(at);
        let (category, title, text) = (planned.category.into(), planned.title.clone(), planned.text.clone());
        let new = NewDemand { client, category, title, text, channel: None, files: Vec::new() };
        let mut demand: Demand = demands::raise(tx, self.site(), raiser, &scope, new).await?;
        for done in &planned.history {
            let by = match done.by {
                Turn::Client => &liaison,
                Turn::Desk => &desk,
                Turn::Unit => &handler,
            };
            tx.turn_to(done.at);
            let act = self.wish(planned, done).parse(done.act)?;
            demand = demands::act(tx, self.site(), by, demand, &act, &[]).await?;
        }
        Ok(())
    }

    fn official(&self, unit: usize, other: &str, role: Role, reach: Reach, at: Instant) -> Actor {
        let found = self.world.officials.iter().find(|official| official.unit == unit);
        actor(found.map_or(other, |official| &official.name), role, reach, at)
    }

    fn wish(&self, planned: &demo::Demand, done: &Done) -> ActWish {
        ActWish {
            text: done.text.clone(),
            unit: Some(self.units[planned.unit]),
            days: Some(done.days),
            complexity: Some(done.complexity),
            outcome: Some(done.outcome),
            rating: Some(done.rating),
            files: Vec::new(),
        }
    }
}
