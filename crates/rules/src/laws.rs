//! What holds for every demand, whatever anybody tries: random acts by random people at random times.

use crate::clock::tests::China;
use crate::lifecycle::Doer;
use crate::{Act, Helper, Refusal, Running, Shelf, Standing, Step, Stopped, Taken, Task, Terms, Text, Title, WorkDays};
use crate::{acts_now, decide, replay, waiting_on};
use chrono::Duration;
use kernel::Instant;
use kernel::id::{AccountId, DemandId, UnitId};
use kernel::words::{
    ClockKind, Complexity, DemandAct, DemandState, ObjectionGround, Outcome, Part, Rating, RejectGround, Rung,
    SuspensionGround, TaskRole, TaskState, Urgency, Verdict,
};
use proptest::prelude::*;

/// One thing somebody tries.
#[derive(Debug, Clone)]
struct Attempt {
    /// Which act, among all.
    act: DemandAct,
    /// When set, the act is taken instead from those that somebody could take now and that do not cut a life
    /// short: else few demands would get far.
    sensible: Option<prop::sample::Index>,
    parts: Vec<Part>,
    /// Which of the units the person works for, one bit each.
    units: usize,
    person: usize,
    content: Content,
    /// How long after the attempt before it, in minutes.
    later: i64,
}

/// What an act says, as far as it may differ.
#[derive(Debug, Clone, Copy)]
struct Content {
    complexity: Complexity,
    days: u32,
    yes: bool,
    unit: usize,
    helpers: usize,
    solved: bool,
    approval: bool,
}

fn content() -> impl Strategy<Value = Content> {
    let words = (prop::sample::select(Complexity::ALL), 1..=9u32, prop::bool::weighted(0.6));
    (words, 0..UNITS, 0..UNITS, any::<bool>(), any::<bool>()).prop_map(
        |((complexity, days, yes), unit, helpers, solved, approval)| Content {
            complexity,
            days,
            yes,
            unit,
            helpers,
            solved,
            approval,
        },
    )
}

fn attempt() -> impl Strategy<Value = Attempt> {
    (
        prop::sample::select(DemandAct::ALL),
        prop::option::weighted(0.8, any::<prop::sample::Index>()),
        prop::sample::subsequence(Part::ALL, 0..=Part::ALL.len()),
        (1..(1usize << UNITS), 0..4usize),
        content(),
        prop_oneof![30 => 0i64..200, 10 => 0i64..9_000, 1 => 0i64..150_000],
    )
        .prop_map(|(act, sensible, parts, (units, person), content, later)| Attempt {
            act,
            sensible,
            parts,
            units,
            person,
            content,
            later,
        })
}

const UNITS: usize = 5;

fn unit(place: usize) -> UnitId {
    id(place)
}

fn id<Id: std::str::FromStr<Err: std::fmt::Debug>>(place: usize) -> Id {
    format!("00000000-0000-7000-8000-{place:012}").parse().unwrap()
}

fn doer(attempt: &Attempt) -> Doer {
    let units = (0..UNITS).filter(|place| attempt.units & (1 << place) != 0).map(unit);
    Doer { account: id(attempt.person), parts: attempt.parts.clone(), units: units.collect() }
}

fn well_formed(act: DemandAct, said: Content, now: Instant) -> Act {
    let text = || Text::parse("有话说").unwrap();
    let title = || Title::parse("用电").unwrap();
    let days = WorkDays::parse(said.days).unwrap();
    let (reason, category) = (text(), "01".to_owned());
    let terms = Terms { approval: said.approval, ..Terms::USUAL };
    let review_on = (now + Duration::days(40)).date_naive();
    let shelf = || Shelf { owner: title(), review_on, event: title() };
    let ground = SuspensionGround::Material;
    match act {
        DemandAct::Raise => Act::Raise { title: title(), text: text(), since: None, terms },
        DemandAct::Accept => Act::Accept { complexity: said.complexity },
        DemandAct::Reject => Act::Reject { ground: RejectGround::OutOfScope, reason },
        DemandAct::Contest => Act::Contest { reason },
        DemandAct::Reclassify => Act::Reclassify { category, urgency: Urgency::Urgent, terms },
        DemandAct::Split => Act::Split { title: title(), text: text(), category },
        DemandAct::Merge => Act::Merge { into: id::<DemandId>(99), number: "370783-20260101-001".into() },
        DemandAct::Unmerge => Act::Unmerge { reason },
        DemandAct::Dispatch => {
            let helpers = (0..UNITS).filter(|place| *place != said.unit && (place ^ said.helpers).is_multiple_of(3));
            let helpers = helpers.map(|place| Helper { unit: unit(place), days }).collect();
            Act::Dispatch { unit: unit(said.unit), days, helpers }
        }
        DemandAct::Involve => Act::Involve { helper: Helper { unit: unit(said.unit), days } },
        DemandAct::Sign => Act::Sign,
        DemandAct::Object => {
            Act::Object { ground: ObjectionGround::NotDuty, reason, suggested: Some(unit(said.helpers)) }
        }
        DemandAct::Rule => Act::Rule { unit: unit(said.unit), upheld: said.yes, reason, duty_of: None },
        DemandAct::RequestExtension => Act::RequestExtension { days, reason },
        DemandAct::RequestSuspension => Act::RequestSuspension { ground, days, reason },
        DemandAct::RequestShelving => Act::RequestShelving { shelf: shelf(), reason },
        DemandAct::DecideExtension => Act::DecideExtension { unit: unit(said.unit), granted: said.yes, reason },
        DemandAct::Suspend => Act::Suspend { ground, days, reason },
        DemandAct::Resume => Act::Resume,
        DemandAct::AssistReply => Act::AssistReply { text: text() },
        DemandAct::InterimReply => Act::InterimReply { text: text() },
        DemandAct::Reply => {
            Act::Reply { outcome: if said.solved { Outcome::Solved } else { Outcome::Explained }, text: text() }
        }
        DemandAct::Approve => Act::Approve { granted: said.yes, reason: Some(reason) },
        DemandAct::Shelve => Act::Shelve { shelf: shelf(), reason },
        DemandAct::Wake => Act::Wake { reason },
        DemandAct::Escalate => Act::Escalate { to: Rung::ALL[1 + said.unit % 3], reason },
        DemandAct::Note => Act::Note { text: text() },
        DemandAct::Withdraw => Act::Withdraw { reason },
        DemandAct::KeepOn => Act::KeepOn,
        DemandAct::CheckWithdrawal => Act::CheckWithdrawal { genuine: said.yes, reason },
        DemandAct::Confirm => Act::Confirm { rating: Rating::Satisfied, process: None, comment: None },
        DemandAct::Rate => Act::Rate { rating: Rating::Dissatisfied, process: None, comment: Some(text()) },
        DemandAct::Reopen => Act::Reopen { reason },
        DemandAct::Close => Act::Close { reason },
        DemandAct::Recheck => Act::Recheck { holds: said.yes, text: text() },
        DemandAct::Archive => Act::Archive,
    }
}

/// Everything that happened to one demand.
#[derive(Default)]
struct Life {
    standings: Vec<Standing>,
    history: Vec<Taken>,
    started: Vec<Running>,
    moved: Vec<Running>,
    stopped: Vec<Stopped>,
}

impl Life {
    fn last(&self) -> Option<&Standing> {
        self.standings.last()
    }

    fn keep(&mut self, step: Step, by: AccountId, act: Act, at: Instant) {
        self.history.push(Taken { act, by, acted_as: step.acted_as, of: step.unit, at });
        self.started.extend(step.started);
        self.moved.extend(step.moved);
        self.stopped.extend(step.stopped);
        self.standings.push(step.standing);
    }

    /// Lives through the attempts; `seen` looks at each before it is kept.
    fn live(
        attempts: &[Attempt],
        mut seen: impl FnMut(&Self, &Doer, &Act, Instant, &Result<Step, Refusal>) -> Result<(), TestCaseError>,
    ) -> Result<Self, TestCaseError> {
        let china = China::new();
        let site = china.site();
        let mut life = Self::default();
        let mut now = China::at("2024-01-02T08:00");
        for attempt in attempts {
            now += Duration::minutes(attempt.later);
            let mut attempt = attempt.clone();
            let everybody = Doer { parts: Part::ALL.to_vec(), units: (0..UNITS).map(unit).collect(), ..doer(&attempt) };
            let mut possible = acts_now(&site, life.last(), &everybody, now);
            possible.retain(|act| !CUTS_SHORT.contains(act));
            if let Some(index) = &attempt.sensible
                && !possible.is_empty()
            {
                attempt.act = *index.get(&possible);
                (attempt.parts, attempt.units) = (Part::ALL.to_vec(), (1 << UNITS) - 1);
                if let Some(means) = life.last().and_then(|it| it.tasks.iter().position(|it| meant(it, attempt.act))) {
                    let means = life.last().unwrap().tasks[means].unit;
                    attempt.content.unit = (0..UNITS).find(|place| unit(*place) == means).unwrap();
                }
            }
            let act = well_formed(attempt.act, attempt.content, now);
            let doer = doer(&attempt);
            let result = decide(&site, life.last(), &doer, &act, now);
            seen(&life, &doer, &act, now, &result)?;
            if let Ok(step) = result {
                life.keep(step, doer.account, act, now);
            }
        }
        Ok(life)
    }
}

/// What ends a life early, or leads nowhere.
const CUTS_SHORT: &[DemandAct] = &[
    DemandAct::Reject,
    DemandAct::Merge,
    DemandAct::Withdraw,
    DemandAct::Archive,
    DemandAct::Note,
    DemandAct::Split,
    DemandAct::Reclassify,
    DemandAct::Escalate,
    DemandAct::InterimReply,
];

fn meant(task: &Task, act: DemandAct) -> bool {
    task.is_live()
        && match act {
            DemandAct::Rule => task.state == TaskState::Objected,
            DemandAct::DecideExtension => task.asked.is_some(),
            _ => false,
        }
}

fn attempts() -> impl Strategy<Value = Vec<Attempt>> {
    prop::collection::vec(attempt(), 1..60)
}

/// A unit's clocks may run once for each unit.
const fn of_a_unit(kind: ClockKind) -> bool {
    use ClockKind::{Assist, Decision, Handling, Pause, Review, Ruling};
    matches!(kind, Handling | Assist | Ruling | Decision | Pause | Review)
}

proptest! {
    #[test]
    fn an_open_demand_has_somebody_whose_turn_it_is_and_a_clock_that_runs_or_waits(attempts in attempts()) {
        let china = China::new();
        let life = Life::live(&attempts, |_, _, _, _, _| Ok(()))?;
        for standing in &life.standings {
            let turn = waiting_on(standing.state);
            prop_assert_eq!(turn.is_some(), crate::table::OPEN.contains(&standing.state));
            prop_assert_eq!(turn.is_none(), standing.ended_at.is_some());
            if let Some(part) = turn {
                let runs = standing.clocks.iter().any(|clock| !clock.paused());
                prop_assert!(runs, "no clock runs: {:?}", standing);
                // Much later than any cooling off, and by somebody who has not handled it.
                let units = standing.tasks.iter().map(|task| task.unit).collect();
                let fresh = Doer { account: id::<AccountId>(77), parts: vec![part], units };
                let late = China::at("2026-06-01T08:00");
                prop_assert!(!acts_now(&china.site(), Some(standing), &fresh, late).is_empty(), "{} can move on", part);
            }
            for clock in &standing.clocks {
                prop_assert_eq!(of_a_unit(clock.kind), clock.unit.is_some(), "{:?}", clock);
                let twins = standing.clocks.iter().filter(|other| other.kind == clock.kind && other.unit == clock.unit);
                prop_assert_eq!(twins.count(), 1, "{:?}", standing);
                prop_assert!(!clock.paused() || matches!(clock.kind, ClockKind::Handling | ClockKind::Assist));
                prop_assert_eq!(clock.due, clock.reckon(&china.site()), "one function computes every deadline");
            }
        }
    }

    #[test]
    fn a_unit_that_has_work_has_a_clock_and_the_clock_has_the_unit(attempts in attempts()) {
        let life = Life::live(&attempts, |_, _, _, _, _| Ok(()))?;
        for standing in &life.standings {
            let leads = standing.tasks.iter().filter(|task| task.role == TaskRole::Lead && task.is_live());
            prop_assert!(leads.count() <= 1);
            for task in &standing.tasks {
                let parts = standing.tasks.iter().filter(|other| other.unit == task.unit && other.is_live());
                prop_assert!(parts.count() <= 1, "{:?}", standing);
                let kind = if task.role == TaskRole::Lead { ClockKind::Handling } else { ClockKind::Assist };
                let runs = standing.clocks.iter().any(|clock| clock.kind == kind && clock.unit == Some(task.unit));
                let works = task.is_live() && task.state != TaskState::Answered && waiting_on(standing.state).is_some();
                prop_assert!(runs || !works, "{:?} in {:?}", task, standing);
            }
            for clock in standing.clocks.iter().filter(|clock| of_a_unit(clock.kind)) {
                let task = standing.task(clock.unit.unwrap());
                prop_assert!(task.is_some_and(|task| task.state != TaskState::Answered), "{:?} in {:?}", clock, standing);
            }
            prop_assert_eq!(standing.tasks.iter().any(|task| task.asked.is_some() && task.is_live()),
                standing.clock(ClockKind::Decision).is_some(), "{:?}", standing);
        }
    }

    #[test]
    fn nobody_acts_out_of_turn(attempts in attempts()) {
        Life::live(&attempts, |life, doer, act, _, result| {
            let Ok(step) = result else { return Ok(()) };
            prop_assert!(doer.plays(step.acted_as));
            let Some(before) = life.last() else {
                prop_assert_eq!(act.kind(), DemandAct::Raise);
                return Ok(());
            };
            match (act.kind(), step.acted_as) {
                (DemandAct::Withdraw | DemandAct::Confirm | DemandAct::Contest | DemandAct::KeepOn, part) => {
                    prop_assert_eq!(part, Part::Client);
                }
                (DemandAct::Rate | DemandAct::Recheck | DemandAct::CheckWithdrawal | DemandAct::Close, Part::Desk) => {
                    prop_assert!(!before.hands.contains(&doer.account), "who handled it asks the client");
                }
                (_, Part::Unit | Part::Co | Part::Head) => {
                    let free = act.kind() == DemandAct::Note || act.kind() == DemandAct::Escalate;
                    prop_assert!(free || step.unit.is_some_and(|unit| doer.units.contains(&unit)));
                }
                _ => {}
            }
            Ok(())
        })?;
    }

    #[test]
    fn an_archived_demand_stays_as_it_is_and_an_ended_one_goes_on_only_by_a_new_round(attempts in attempts()) {
        Life::live(&attempts, |life, _, act, _, result| {
            let Some(before) = life.last().filter(|before| waiting_on(before.state).is_none()) else { return Ok(()) };
            prop_assert!(before.state != DemandState::Archived || result.is_err());
            if let Ok(step) = result
                && waiting_on(step.standing.state).is_some()
            {
                prop_assert_eq!(step.standing.round, before.round + 1, "{:?}", act);
            }
            Ok(())
        })?;
    }

    #[test]
    fn rounds_only_grow_and_a_second_objection_of_a_unit_is_never_heard(attempts in attempts()) {
        Life::live(&attempts, |life, _, act, _, result| {
            let Ok(step) = result else { return Ok(()) };
            let before = life.last().map_or(1, |standing| standing.round);
            let opens = matches!(act, Act::Reopen { .. } | Act::Contest { .. } | Act::Recheck { holds: false, .. });
            prop_assert_eq!(step.standing.round, before + u32::from(opens));
            let mut objected = step.standing.objected.clone();
            objected.sort();
            objected.dedup();
            prop_assert_eq!(objected.len(), step.standing.objected.len());
            if let (Act::Rule { .. }, Some(before)) = (act, life.last()) {
                prop_assert_eq!(step.acted_as == Part::Arbiter, before.objected.len() >= 3);
            }
            Ok(())
        })?;
    }

    #[test]
    fn a_person_is_offered_exactly_what_would_be_granted(attempts in attempts()) {
        let china = China::new();
        Life::live(&attempts, |life, doer, _, now, _| {
            if life.standings.len() % 8 != 3 {
                return Ok(());
            }
            let site = china.site();
            let said = Content { complexity: Complexity::Ordinary, days: 1, yes: true, unit: 0, helpers: 0, solved: true, approval: false };
            let granted = |act: &DemandAct, said: Content| {
                decide(&site, life.last(), doer, &well_formed(*act, said, now), now)
            };
            for act in DemandAct::ALL {
                let offered = acts_now(&site, life.last(), doer, now).contains(act);
                // What an act says may speak against it in one form; some form must be granted.
                let forms = (0..UNITS).flat_map(|unit| (0..UNITS).map(move |helpers| Content { unit, helpers, ..said }));
                let results: Vec<_> = forms.map(|said| granted(act, said)).collect();
                let fits = |result: &Result<Step, Refusal>| !matches!(result, Err(Refusal::NotYours { .. } | Refusal::NotNow { .. }
                    | Refusal::OwnWork { .. } | Refusal::StillTheirs { .. } | Refusal::Once { .. } | Refusal::TooLate { .. }
                    | Refusal::NotYet { .. } | Refusal::RuledBy { .. } | Refusal::NotAhead { .. } | Refusal::HelpersOwe { .. }
                    | Refusal::NotCooled { .. } | Refusal::Highest));
                prop_assert_eq!(offered, results.iter().any(fits), "{} at {:?}", act, life.last());
            }
            Ok(())
        })?;
    }

    #[test]
    fn the_history_alone_tells_where_a_demand_stands(attempts in attempts()) {
        let china = China::new();
        let life = Life::live(&attempts, |_, _, _, _, _| Ok(()))?;
        let kept = serde_json::to_string(&life.history).unwrap();
        let read: Vec<Taken> = serde_json::from_str(&kept).unwrap();
        for length in 0..=read.len() {
            let expected = length.checked_sub(1).map(|last| life.standings[last].clone());
            prop_assert_eq!(replay(&china.site(), &read[..length]).unwrap(), expected.clone());
            let written = serde_json::to_string(&expected).unwrap();
            prop_assert_eq!(serde_json::from_str::<Option<Standing>>(&written).unwrap(), expected, "kept as it is");
        }
    }

    #[test]
    fn no_clock_is_lost_and_a_verdict_is_what_the_moment_said(attempts in attempts()) {
        let life = Life::live(&attempts, |_, _, _, _, _| Ok(()))?;
        let running = life.last().map_or(&[][..], |standing| &standing.clocks);
        prop_assert_eq!(life.started.len(), life.stopped.len() + running.len());
        for stop in &life.stopped {
            prop_assert!(!running.iter().any(|clock| clock == &stop.clock && clock.started_at != stop.stopped_at));
            prop_assert!(stop.clock.started_at <= stop.stopped_at);
            prop_assert_eq!(stop.verdict == Verdict::Late, stop.clock.is_over(stop.stopped_at));
            let known = life.started.iter().chain(&life.moved).any(|clock| clock == &stop.clock);
            prop_assert!(known, "{:?} is as it was told to whoever kept it", stop);
        }
    }

    #[test]
    fn the_clients_own_clock_never_pauses_and_runs_from_raising_to_answer(attempts in attempts()) {
        let life = Life::live(&attempts, |_, _, _, _, _| Ok(()))?;
        for standing in &life.standings {
            let served = !matches!(standing.state, DemandState::Replied) && waiting_on(standing.state).is_some();
            let answered = standing.withdrawing.is_some_and(|it| it.from == DemandState::Replied);
            if served && !answered {
                let solve = standing.clock(ClockKind::Solve);
                prop_assert!(solve.is_some_and(|clock| clock.pauses.is_empty()), "{:?}", standing);
            }
        }
    }
}

#[test]
fn random_people_do_reach_every_state_and_a_third_round() {
    use proptest::strategy::ValueTree;
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let mut reached = std::collections::BTreeSet::new();
    let mut acts = std::collections::BTreeSet::new();
    let mut rounds = 1;
    for _ in 0..2500 {
        let attempts = attempts().new_tree(&mut runner).unwrap().current();
        let life = Life::live(&attempts, |_, _, _, _, _| Ok(())).unwrap();
        reached.extend(life.standings.iter().map(|standing| standing.state));
        acts.extend(life.history.iter().map(|taken| taken.act.kind()));
        rounds = rounds.max(life.last().map_or(1, |standing| standing.round));
    }
    assert_eq!(acts.len(), DemandAct::ALL.len(), "{acts:?}");
    assert_eq!(reached.len(), DemandState::ALL.len(), "{reached:?}");
    assert!(rounds >= 3, "only {rounds} rounds");
}
