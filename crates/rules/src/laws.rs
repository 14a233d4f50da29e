//! What holds for every demand, whatever anybody tries: random acts by random people at random times.

use crate::clock::tests::China;
use crate::{Act, Refusal, Running, Standing, Step, Stopped, TRANSITIONS, Taken, Text, Title, WorkDays};
use crate::{acts_now, decide, replay, waiting_on};
use chrono::Duration;
use kernel::Instant;
use kernel::id::UnitId;
use kernel::words::{ClockKind, Complexity, DemandAct, DemandState, Outcome, Part, Rating, Verdict};
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
    complexity: Complexity,
    days: u32,
    /// How long after the attempt before it, in minutes.
    later: i64,
}

fn attempt() -> impl Strategy<Value = Attempt> {
    (
        prop::sample::select(DemandAct::ALL),
        prop::option::weighted(0.7, any::<prop::sample::Index>()),
        prop::sample::subsequence(Part::ALL, 0..=Part::ALL.len()),
        prop::sample::select(Complexity::ALL),
        1..=WorkDays::MOST,
        prop_oneof![0i64..200, 0i64..20_000],
    )
        .prop_map(|(act, sensible, parts, complexity, days, later)| Attempt {
            act,
            sensible,
            parts,
            complexity,
            days,
            later,
        })
}

fn well_formed(act: DemandAct, complexity: Complexity, days: u32) -> Act {
    let text = || Text::parse("有话说").unwrap();
    match act {
        DemandAct::Raise => Act::Raise { title: Title::parse("用电").unwrap(), text: text() },
        DemandAct::Accept => Act::Accept { complexity },
        DemandAct::Reject => Act::Reject { reason: text() },
        DemandAct::Dispatch => {
            Act::Dispatch { unit: UnitId::mint(China::at("2024-01-02T08:00")), days: WorkDays::parse(days).unwrap() }
        }
        DemandAct::Sign => Act::Sign,
        DemandAct::Return => Act::Return { reason: text() },
        DemandAct::Reply => Act::Reply { outcome: Outcome::Solved, text: text() },
        DemandAct::Confirm => Act::Confirm { rating: Rating::Satisfied, comment: None },
        DemandAct::Reopen => Act::Reopen { reason: text() },
        DemandAct::Withdraw => Act::Withdraw { reason: text() },
        DemandAct::Close => Act::Close { reason: text() },
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

    fn keep(&mut self, step: Step, act: Act, at: Instant) {
        self.history.push(Taken { act, acted_as: step.acted_as, at });
        self.started.extend(step.started);
        self.moved.extend(step.moved);
        self.stopped.extend(step.stopped);
        self.standings.push(step.standing);
    }

    /// Lives through the attempts; `seen` looks at each before it is kept.
    fn live(
        attempts: &[Attempt],
        mut seen: impl FnMut(&Self, &Attempt, &Act, Instant, &Result<Step, Refusal>) -> Result<(), TestCaseError>,
    ) -> Result<Self, TestCaseError> {
        let china = China::new();
        let site = china.site();
        let mut life = Self::default();
        let mut now = China::at("2024-01-02T08:00");
        for attempt in attempts {
            now += Duration::minutes(attempt.later);
            let mut attempt = attempt.clone();
            let mut possible = acts_now(life.last(), Part::ALL, now);
            possible.retain(|act| !matches!(act, DemandAct::Withdraw | DemandAct::Reject));
            if let Some(index) = &attempt.sensible
                && !possible.is_empty()
            {
                attempt.act = *index.get(&possible);
                attempt.parts.push(TRANSITIONS.iter().find(|line| line.act == attempt.act).unwrap().who[0]);
            }
            let act = well_formed(attempt.act, attempt.complexity, attempt.days);
            let result = decide(&site, life.last(), &attempt.parts, &act, now);
            seen(&life, &attempt, &act, now, &result)?;
            if let Ok(step) = result {
                life.keep(step, act, now);
            }
        }
        Ok(life)
    }
}

fn attempts() -> impl Strategy<Value = Vec<Attempt>> {
    prop::collection::vec(attempt(), 1..40)
}

proptest! {
    #[test]
    fn an_open_demand_has_somebody_whose_turn_it_is_and_a_running_clock(attempts in attempts()) {
        let life = Life::live(&attempts, |_, _, _, _, _| Ok(()))?;
        for standing in &life.standings {
            let turn = waiting_on(standing.state);
            prop_assert_eq!(turn.is_some(), crate::table::OPEN.contains(&standing.state));
            prop_assert_eq!(turn.is_some(), !standing.clocks.is_empty(), "{:?}", standing);
            if let Some(part) = turn {
                let early = China::at("2024-01-01T08:00");
                prop_assert!(!acts_now(Some(standing), &[part], early).is_empty(), "{} can move on", part);
            }
            for kind in ClockKind::ALL {
                prop_assert!(standing.clocks.iter().filter(|clock| clock.kind == *kind).count() <= 1);
            }
        }
    }

    #[test]
    fn nobody_acts_out_of_turn(attempts in attempts()) {
        Life::live(&attempts, |life, attempt, act, now, result| {
            let Ok(step) = result else { return Ok(()) };
            prop_assert!(attempt.parts.contains(&step.acted_as));
            let Some(before) = life.last() else {
                prop_assert_eq!(act.kind(), DemandAct::Raise);
                return Ok(());
            };
            match act.kind() {
                DemandAct::Withdraw => prop_assert_eq!(step.acted_as, Part::Client),
                DemandAct::Close => {
                    prop_assert_eq!(step.acted_as, Part::Desk);
                    prop_assert!(before.clock(ClockKind::Confirm).unwrap().is_over(now));
                }
                _ => prop_assert_eq!(Some(step.acted_as), waiting_on(before.state)),
            }
            Ok(())
        })?;
    }

    #[test]
    fn an_ended_demand_stays_as_it_is(attempts in attempts()) {
        Life::live(&attempts, |life, attempt, _, now, result| {
            if let Some(before) = life.last() && waiting_on(before.state).is_none() {
                prop_assert!(result.is_err());
                prop_assert!(acts_now(life.last(), &attempt.parts, now).is_empty());
            }
            Ok(())
        })?;
    }

    #[test]
    fn rounds_only_grow_and_only_when_the_client_reopens(attempts in attempts()) {
        Life::live(&attempts, |life, _, act, _, result| {
            let Ok(step) = result else { return Ok(()) };
            let before = life.last().map_or(1, |standing| standing.round);
            prop_assert_eq!(step.standing.round, before + u32::from(act.kind() == DemandAct::Reopen));
            Ok(())
        })?;
    }

    #[test]
    fn a_person_is_offered_exactly_what_would_be_granted(attempts in attempts()) {
        let china = China::new();
        Life::live(&attempts, |life, attempt, _, now, _| {
            let granted: Vec<DemandAct> = DemandAct::ALL
                .iter()
                .copied()
                .filter(|act| {
                    let act = well_formed(*act, attempt.complexity, attempt.days);
                    decide(&china.site(), life.last(), &attempt.parts, &act, now).is_ok()
                })
                .collect();
            prop_assert_eq!(acts_now(life.last(), &attempt.parts, now), granted);
            Ok(())
        })?;
    }

    #[test]
    fn the_history_alone_tells_where_a_demand_stands(attempts in attempts()) {
        let china = China::new();
        let life = Life::live(&attempts, |_, _, _, _, _| Ok(()))?;
        for length in 0..=life.history.len() {
            let kept = serde_json::to_string(&life.history[..length]).unwrap();
            let read: Vec<Taken> = serde_json::from_str(&kept).unwrap();
            let expected = length.checked_sub(1).map(|last| life.standings[last].clone());
            prop_assert_eq!(replay(&china.site(), &read).unwrap(), expected);
        }
    }

    #[test]
    fn a_clock_stops_once_and_its_verdict_is_what_the_moment_said(attempts in attempts()) {
        let life = Life::live(&attempts, |_, _, _, _, _| Ok(()))?;
        let same = |one: &Running, other: &Running| {
            (one.kind, one.round, one.started_at) == (other.kind, other.round, other.started_at)
        };
        let running = life.last().map_or(&[][..], |standing| &standing.clocks);
        prop_assert_eq!(life.started.len(), life.stopped.len() + running.len());
        for (index, stop) in life.stopped.iter().enumerate() {
            prop_assert!(!running.iter().any(|clock| clock == &stop.clock));
            // A unit that is dispatched to and returns within the same minute may do so twice.
            let twice = life.stopped[..index].iter().any(|before| same(&before.clock, &stop.clock));
            prop_assert!(!twice || stop.clock.kind == ClockKind::Handling);
            prop_assert!(stop.clock.started_at <= stop.stopped_at);
            prop_assert_eq!(stop.verdict == Verdict::Late, stop.clock.is_over(stop.stopped_at));
            let known = life.started.iter().chain(&life.moved).any(|clock| clock == &stop.clock);
            prop_assert!(known, "{:?} is as it was told to whoever kept it", stop);
        }
    }
}

#[test]
fn random_people_do_reach_every_state_and_a_third_round() {
    use proptest::strategy::ValueTree;
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let mut reached = std::collections::BTreeSet::new();
    let mut rounds = 1;
    for _ in 0..400 {
        let attempts = attempts().new_tree(&mut runner).unwrap().current();
        let life = Life::live(&attempts, |_, _, _, _, _| Ok(())).unwrap();
        reached.extend(life.standings.iter().map(|standing| standing.state));
        rounds = rounds.max(life.last().map_or(1, |standing| standing.round));
    }
    assert_eq!(reached.len(), DemandState::ALL.len(), "{reached:?}");
    assert!(rounds >= 3, "only {rounds} rounds");
}
