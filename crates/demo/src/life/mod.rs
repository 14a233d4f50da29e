//! One demand: what is asked, by whom, and what happened until now. What people do they do in business hours; only raising
//! happens at all hours.

mod ending;
mod helping;
mod requests;
mod stage;
mod telling;

pub(crate) use stage::Stage;

use crate::chance::Chance;
use crate::matters::{Ask, Matter};
use crate::places::county_of;
use crate::sayings::{CLOSINGS, OPENINGS};
use crate::wording::{Setting, Slots};
use crate::{Time, World};
use chrono::Datelike;
use kernel::words::{
    Channel, ClientKind, Complexity, DemandAct, DemandState, Outcome, Rating, ScaleClass, SuspensionGround,
};
use kernel::{Day, Instant};
use telling::Telling;

/// Who did something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    /// This one of the client's liaisons.
    Liaison(usize),
    /// This official, who looked after the client then.
    Commissioner(usize),
    /// This official, at the desk of the client's county.
    Desk(usize),
    /// This official, of a unit that has a part in the demand.
    Handler(usize),
    /// This official, who heads the unit that holds the demand.
    Head(usize),
}

/// A demand, with all that happened to it.
#[derive(Debug, Clone)]
pub struct Demand {
    /// Whose it is.
    pub client: usize,
    /// What it is about.
    pub category: &'static str,
    /// In one line.
    pub title: String,
    /// In full.
    pub text: String,
    /// Whether whose it is is kept from those who serve.
    pub sealed: bool,
    /// Whence a desk had it.
    pub channel: Option<Channel>,
    /// Who raised it.
    pub raised_by: By,
    /// When it was raised.
    pub raised_at: Instant,
    /// Whether an answer waits for the unit's head.
    pub for_head: bool,
    /// What came after, in order.
    pub history: Vec<Done>,
}

/// Something that was done to a demand.
#[derive(Debug, Clone)]
pub struct Done {
    /// When.
    pub at: Instant,
    /// By whom.
    pub by: By,
    /// What.
    pub act: DemandAct,
    /// What was said.
    pub text: String,
    /// The unit that a dispatch goes to, or whose objection or request is decided.
    pub unit: Option<usize>,
    /// The unit's limit in working days, for a dispatch; how many more, for a request.
    pub days: u32,
    /// The units that help, each with its own limit in working days, for a dispatch.
    pub helpers: Vec<(usize, u32)>,
    /// Why a unit's clock is to pause, for such a request.
    pub pause: SuspensionGround,
    /// Whether what was asked for is given.
    pub granted: bool,
    /// How complex it was found.
    pub complexity: Complexity,
    /// What became of it.
    pub outcome: Outcome,
    /// How the result was rated.
    pub rating: Rating,
    /// How the way there was rated.
    pub process: Rating,
    /// When what is shelved is looked at again.
    pub review_on: Option<Day>,
    /// What has to happen before what is shelved can be solved.
    pub wake_event: &'static str,
    /// The official who keeps an eye on what is shelved.
    pub owner: Option<usize>,
}

impl Demand {
    /// Where it stands now.
    #[must_use]
    pub fn state(&self) -> DemandState {
        match self.history.last().map(|done| done.act) {
            None | Some(DemandAct::Raise) => DemandState::Raised,
            Some(DemandAct::Accept | DemandAct::Rule | DemandAct::Reopen) => DemandState::Accepted,
            Some(DemandAct::Object) => DemandState::Objected,
            Some(DemandAct::Reject) => DemandState::Rejected,
            Some(DemandAct::Dispatch) => DemandState::Dispatched,
            Some(DemandAct::Reply) if self.for_head => DemandState::Proposed,
            Some(DemandAct::Reply | DemandAct::Approve) => DemandState::Replied,
            Some(DemandAct::DecideExtension) if self.pauses() => DemandState::Suspended,
            Some(DemandAct::Shelve) => DemandState::Shelved,
            Some(DemandAct::Withdraw) => DemandState::Withdrawing,
            Some(DemandAct::CheckWithdrawal) => DemandState::Withdrawn,
            Some(DemandAct::Confirm | DemandAct::Close | DemandAct::Rate | DemandAct::Recheck) => DemandState::Closed,
            Some(_) => DemandState::Handling,
        }
    }

    /// Whether what was decided last lets the unit's clock pause.
    fn pauses(&self) -> bool {
        let mut last = self.history.iter().rev();
        last.next().is_some_and(|decided| decided.granted)
            && last.next().is_some_and(|asked| asked.act == DemandAct::RequestSuspension)
    }

    /// The unit it was dispatched to last.
    #[must_use]
    pub fn unit(&self) -> Option<usize> {
        self.history.iter().rev().find_map(|done| done.unit)
    }
}

/// A demand before it is told: everything else follows from the seed.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Planned {
    pub at: Instant,
    pub client: u32,
    pub seed: u64,
    /// Of this category, and with its bureau in the client's county, when that matters.
    pub matter: Option<usize>,
}

/// Tells the demand.
pub(crate) fn live(world: &World, time: &Time<'_>, planned: &Planned) -> Demand {
    let (stage, mut chance) = (&world.stage, Chance::new(planned.seed));
    let client = &world.clients[planned.client as usize];
    let (county, day) = (county_of(client.area), time.hours.day(planned.at));
    let fits = |ask: &&Ask| ask.fits(client.kind, (client.list, client.industry), day.month());
    let weight = |matter: &Matter| if matter.asks.iter().any(|ask| fits(&ask)) { matter.weight } else { 0 };
    let matter = planned.matter.unwrap_or_else(|| chance.weighted(stage.matters.iter().map(weight)));
    let asks: Vec<&Ask> = stage.matters[matter].asks.iter().filter(fits).collect();
    let ask = *chance.one(&asks);
    let desk = stage.desks[&county];
    let at_desk = stage.person(&mut chance, desk);
    let liaison = By::Liaison(chance.below(client.liaisons.len()));
    let commissioner = client.commissioner_on(day).map_or(liaison, By::Commissioner);
    let often = if client.kind == ClientKind::Project { 62 } else { 25 };
    let (raised_by, channel, we, opening) = match chance.between(1, 100) {
        drawn if drawn <= often => {
            (commissioner, None, "该企业", *chance.one(&["走访时企业反映：", "电话联系时企业反映：", "企业反映："]))
        }
        drawn if drawn <= often + 14 => (By::Desk(at_desk), Some(Channel::Hotline), "我公司", "来电反映："),
        drawn if drawn <= often + 15 => (By::Desk(at_desk), Some(Channel::Emergency), "我公司", "应急指挥中心转办："),
        _ => (liaison, None, *chance.one(&["我公司", "我公司", "我司", "我单位"]), ""),
    };
    // Whoever fears for it keeps its name to itself, and writes so that nothing tells it.
    let sealed = channel.is_none() && raised_by == liaison && planned.matter.is_none() && chance.happens(2);
    let we = if opening.is_empty() || raised_by != commissioner { we } else { "该企业" };
    let area = stage.names.get(&client.area).map_or("", String::as_str);
    let setting = Setting {
        trade: &stage.trades[client.trade],
        firm: if sealed { "这家企业" } else { &client.short },
        we,
        town: if sealed || client.area == county { stage.shorts[&county] } else { area },
        county: stage.shorts[&county],
        road: None,
        size: match client.scale {
            ScaleClass::Large => 9,
            ScaleClass::Medium => 4,
            ScaleClass::Small => 2,
            ScaleClass::Micro => 1,
        },
        day,
    };
    let mut slots = Slots::draw(&mut chance, setting);
    let mut title = slots.ask(ask.title);
    // What says little of whose it is would soon repeat.
    let telling = ["{product}", "{equipment}", "{material}", "{town}", "{road}", "{wan}", "{kva}", "{tons}", "{mu}"];
    let often = if telling.iter().filter(|slot| ask.title.contains(**slot)).count() < 2 { 100 } else { 20 };
    if !sealed && chance.happens(often) && !title.contains(client.short.as_str()) {
        title = format!("{}：{title}", client.short);
    }
    let mut text = opening.to_owned();
    if !sealed && chance.happens(34) {
        let told = *chance.one(OPENINGS);
        text.push_str(&slots.fill(&mut chance, told));
    }
    text.push_str(&slots.ask(ask.text));
    if chance.happens(55) {
        let told = *chance.one(CLOSINGS);
        text.push_str(&slots.fill(&mut chance, told));
    }
    let unit = if sealed { stage.bureau(county, matter) } else { stage.holder(&mut chance, client, planned, matter) };
    let wrong = stage.some_bureau(&mut chance, county);
    let caller = stage.another(&mut chance, desk, at_desk);
    let done = Vec::with_capacity(8);
    let mut told = Telling { time, at: planned.at, done, chance, stage, at_desk, caller, liaison, county };
    told.tell(ask, &mut slots, (unit, &world.units[unit].name), wrong);
    let (category, history) = (ask.category, told.done);
    Demand {
        client: planned.client as usize,
        category,
        title,
        text,
        sealed,
        channel,
        raised_by,
        raised_at: planned.at,
        for_head: time.approval,
        history,
    }
}
