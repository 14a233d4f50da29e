//! Every demand with what happened to it: planned and decided on one thread, written on another, a chunk at a time.

use super::actor;
use super::people::People;
use super::progress::Progress;
use demo::{By, Demand, Done, World};
use kernel::id::AccountId;
use kernel::words::{DemandAct, ObjectionGround, RejectGround};
use kernel::{Actor, AreaCode, AreaPath, BugExt, Day, Instant, Problem, Reach, Role};
use platform::demands::{self, ActWish, DemandMoved, HelperWish, History};
use platform::{App, Site};
use rules::act::{Act, Text, Title};
use std::collections::BTreeMap;
use std::sync::Arc;
use tokio::sync::mpsc;

/// How many demands are made ready at once: what memory holds, a few times over.
const CHUNK: usize = 500;
/// How many chunks go into one transaction.
const CHUNKS: usize = 40;
/// What happened longer ago is no news to anybody.
const NEWS: chrono::Duration = chrono::Duration::days(2);

/// Some demands, ready to be written, with what is news in them.
struct Chunk {
    histories: Vec<History>,
    news: Vec<(Instant, AreaCode, DemandMoved)>,
}

/// Writes all demands of the world, and the counters after them.
pub(super) async fn write(
    app: &App,
    world: &Arc<World>,
    people: Arc<People>,
    now: Instant,
    progress: Progress,
) -> Result<(), Problem> {
    let (give, mut take) = mpsc::channel(2);
    let (site, planned) = (app.site.clone(), world.clone());
    let teller = tokio::task::spawn_blocking(move || {
        let time = super::time(&site, now);
        let mut teller = Teller { site: &site, world: &planned, people: &people, numbers: BTreeMap::new(), now };
        let mut demands = planned.demands(&time);
        while demands.len() > 0 {
            let mut chunk = Chunk { histories: Vec::with_capacity(CHUNK), news: Vec::new() };
            for demand in demands.by_ref().take(CHUNK) {
                let history = teller.tell(&demand, &mut chunk.news)?;
                chunk.histories.push(history);
            }
            if give.blocking_send(chunk).is_err() {
                break;
            }
        }
        Ok::<_, Problem>(teller.numbers)
    });
    let all = world.demands(&super::time(&app.site, now)).len();
    let (mut written, mut chunks) = (0, 0);
    let mut tx = app.store.begin().await?;
    while let Some(Chunk { histories, news }) = take.recv().await {
        written += histories.len();
        chunks += 1;
        demands::write_down(&tx, histories).await?;
        for (at, county, moved) in news {
            tx.turn_to(at);
            tx.emit(county, &moved).await?;
        }
        if chunks % CHUNKS == 0 {
            tx.commit().await?;
            progress.written(written, all);
            tx = app.store.begin().await?;
        }
    }
    let numbers = teller.await.bug("telling the demands")??;
    demands::count_on(&tx, &numbers).await?;
    tx.commit().await?;
    progress.written(written, all);
    Ok(())
}

/// Turns planned demands into rows.
pub(super) struct Teller<'a> {
    pub site: &'a Site,
    pub world: &'a World,
    pub people: &'a People,
    /// The last number of each county's day.
    pub numbers: BTreeMap<(AreaCode, Day), i64>,
    pub now: Instant,
}

impl Teller<'_> {
    fn tell(&mut self, planned: &Demand, news: &mut Vec<(Instant, AreaCode, DemandMoved)>) -> Result<History, Problem> {
        let client = &self.people.clients[planned.client];
        let day = self.site.hours.day(planned.raised_at);
        let last = self.numbers.entry((client.county_id, day)).or_insert(0);
        *last += 1;
        let number = demands::number(client.county_id, day, *last);
        let category = self.people.categories.get(planned.category).ok_or(Problem::NotFound)?;
        let title = Title::parse(&planned.title).map_err(|told| Problem::field("title", told))?;
        let text = Text::parse(&planned.text).map_err(|told| Problem::field("text", told))?;
        let raiser = self.actor(planned, planned.raised_by);
        let mut history = History::begin(
            self.site,
            &raiser,
            (client, category),
            (number, planned.channel),
            (title, text),
            planned.raised_at,
        )?;
        if planned.sealed {
            history = history.sealed();
        }
        let mut holder = None;
        for done in &planned.history {
            holder = done.unit.or(holder);
            let by = self.actor(planned, done.by);
            let act = self.act(done)?;
            let units = done.unit.into_iter().chain(done.helpers.iter().map(|(unit, _)| *unit));
            let units = units.map(|unit| &self.people.units[unit]);
            let named: Vec<_> = units.map(|unit| (unit.id, unit.name.as_str())).collect();
            let moved = history.go_on(self.site, &by, &act, &named, done.at)?;
            if done.at + NEWS > self.now && self.in_sight(planned, holder) {
                news.push((done.at, client.county_id, moved));
            }
        }
        Ok(history)
    }

    /// Whether somebody with a demo account has to do with it.
    fn in_sight(&self, planned: &Demand, holder: Option<usize>) -> bool {
        let commissioner = |client: usize| self.world.clients[client].commissioners.last().map(|held| held.official);
        commissioner(planned.client) == commissioner(0) || holder == Some(self.world.cast.bureau)
    }

    /// Who did something, in the part that they played.
    pub fn actor(&self, planned: &Demand, by: By) -> Actor {
        let (world, people) = (self.world, self.people);
        let client = || Reach::Clients(vec![people.clients[planned.client].id]);
        let official =
            |place: usize| -> (AccountId, &str) { (people.of_officials[place], world.officials[place].name.as_str()) };
        match by {
            By::Liaison(place) => {
                let name = &world.clients[planned.client].liaisons[place].name;
                actor(people.of_liaisons[planned.client][place], name, Role::Liaison, client())
            }
            By::Commissioner(place) => {
                let (account, name) = official(place);
                actor(account, name, Role::Commissioner, client())
            }
            By::Desk(place) => {
                let (account, name) = official(place);
                let desk = &people.units[world.officials[place].unit];
                actor(account, name, Role::AreaDesk, Reach::Area(AreaPath(desk.area_path.0.clone())))
            }
            By::Handler(place) => {
                let (account, name) = official(place);
                actor(account, name, Role::Handler, Reach::Unit(people.units[world.officials[place].unit].id))
            }
            By::Head(place) => {
                let (account, name) = official(place);
                actor(account, name, Role::UnitHead, Reach::Unit(people.units[world.officials[place].unit].id))
            }
        }
    }

    /// What was done, with all that it needs.
    pub fn act(&self, done: &Done) -> Result<Act, Problem> {
        let wish = ActWish {
            text: done.text.clone(),
            unit: done.unit.map(|unit| self.people.units[unit].id),
            days: Some(done.days),
            helpers: done.helpers.iter().map(|(unit, days)| self.helper(*unit, *days)).collect(),
            complexity: Some(done.complexity),
            outcome: Some(done.outcome),
            rating: Some(done.rating),
            process: Some(done.process),
            ground: match done.act {
                DemandAct::Reject => RejectGround::Unclear.code().to_owned(),
                DemandAct::RequestSuspension => done.pause.code().to_owned(),
                _ => ObjectionGround::NotDuty.code().to_owned(),
            },
            granted: Some(done.granted),
            owner: done.owner.map(|place| self.keeper(place)).unwrap_or_default(),
            review_on: done.review_on,
            wake_event: done.wake_event.to_owned(),
            ..ActWish::default()
        };
        wish.parse(done.act)
    }

    fn helper(&self, unit: usize, days: u32) -> HelperWish {
        HelperWish { unit: self.people.units[unit].id, days }
    }

    /// Who keeps an eye on what is shelved.
    fn keeper(&self, place: usize) -> String {
        let official = &self.world.officials[place];
        format!("{}{}{}", self.world.units[official.unit].name, official.title, official.name)
    }
}
