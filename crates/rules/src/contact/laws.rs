//! What always holds of contacts, their rhythm and the budget.

use super::*;
use chrono::Days;
use kernel::words::{ContactAct, ContactKind, ContactSide, ContactState};
use kernel::{Day, WorkCalendar};
use proptest::prelude::*;

fn day(text: &str) -> Day {
    text.parse().unwrap()
}

fn monday() -> Day {
    day("2026-11-23")
}

fn visit(wants_consent: bool) -> Standing {
    Standing::planned(ContactSide::Commissioner, ContactKind::Onsite, day("2026-11-26"), wants_consent, monday())
        .unwrap()
}

#[test]
fn a_visit_is_agreed_held_recorded_and_counts_once_the_liaison_confirms() {
    let planned = visit(false);
    assert_eq!(decide(&planned, ContactSide::Commissioner, Deed::Agree, monday()), Err(No::NotYourTurn));
    let agreed = decide(&planned, ContactSide::Client, Deed::Agree, monday()).unwrap();
    let record = Deed::Record { kind: ContactKind::Onsite, day: planned.day, yields: 0 };
    assert_eq!(decide(&agreed, ContactSide::Commissioner, record, monday()), Err(No::NotYet(planned.day)));
    let recorded = decide(&agreed, ContactSide::Commissioner, record, planned.day).unwrap();
    assert!(recorded.state == ContactState::Recorded && !counts(&recorded));
    let confirmed = decide(&recorded, ContactSide::Client, Deed::Confirm, planned.day).unwrap();
    assert!(counts(&confirmed));
    assert_eq!(acts_now(&confirmed, ContactSide::Client, planned.day), []);
}

#[test]
fn what_produced_something_counts_unless_the_client_says_it_never_was() {
    let call = Standing::recorded(ContactKind::Phone, monday(), 1, monday()).unwrap();
    assert!(counts(&call));
    let denied = decide(&call, ContactSide::Client, Deed::Deny, monday()).unwrap();
    assert!(!counts(&denied));
    assert!(counts(&decide(&denied, ContactSide::Client, Deed::Confirm, monday()).unwrap()));
    let idle = Standing::recorded(ContactKind::Phone, monday(), 0, monday()).unwrap();
    assert!(!counts(&idle));
    assert!(counts(&decide(&idle, ContactSide::Commissioner, Deed::Yield, monday()).unwrap()));
}

#[test]
fn a_liaison_asks_for_a_call_instead_and_needs_no_consent_of_its_own() {
    let planned = visit(true);
    let record = Deed::Record { kind: ContactKind::Onsite, day: planned.day, yields: 3 };
    assert_eq!(decide(&planned, ContactSide::Commissioner, record, planned.day), Err(No::NoConsent));
    assert_eq!(decide(&planned, ContactSide::Commissioner, Deed::Hold, planned.day), Err(No::NoConsent));
    let call = Deed::Propose { kind: ContactKind::Phone, day: monday(), wants_consent: true };
    let called = decide(&planned, ContactSide::Client, call, monday()).unwrap();
    assert!(called.turn == Some(ContactSide::Commissioner) && !called.wants_consent);
    assert_eq!(decide(&called, ContactSide::Commissioner, Deed::Agree, monday()).unwrap().state, ContactState::Agreed);
    assert!(!decide(&planned, ContactSide::Client, Deed::Agree, monday()).unwrap().wants_consent);
}

#[test]
fn a_client_declines_whenever_it_likes_and_a_commissioner_answers_an_invitation() {
    let agreed = decide(&visit(false), ContactSide::Client, Deed::Agree, monday()).unwrap();
    assert_eq!(decide(&agreed, ContactSide::Client, Deed::Decline, monday()).unwrap().state, ContactState::Declined);
    let refused = decide(&agreed, ContactSide::Commissioner, Deed::Decline, monday());
    assert_eq!(refused, Err(No::NotYours(ContactAct::Decline)));
    let asked = Standing::planned(ContactSide::Client, ContactKind::Onsite, monday(), true, monday()).unwrap();
    assert!(!asked.wants_consent, "who invites consents");
    assert!(decide(&asked, ContactSide::Commissioner, Deed::Decline, monday()).is_ok());
    assert!(decide(&asked, ContactSide::Client, Deed::Cancel, monday()).is_ok());
}

#[test]
fn days_long_gone_and_days_far_ahead_are_refused() {
    let plan = |text| Standing::planned(ContactSide::Client, ContactKind::Phone, day(text), false, monday());
    assert_eq!(plan("2026-11-22"), Err(No::Past));
    assert_eq!(plan("2027-11-23"), Err(No::TooFar));
    let record = |text| Standing::recorded(ContactKind::Phone, day(text), 0, monday());
    assert_eq!(record("2026-11-24"), Err(No::NotYet(day("2026-11-24"))));
    assert_eq!(record("2026-10-23"), Err(No::TooLong));
}

fn calendar() -> WorkCalendar {
    WorkCalendar::state_council().unwrap()
}

fn rhythm(since: &str, last: Option<&str>) -> Rhythm {
    Rhythm { since: day(since), last: last.map(day), months: 2, excused: None }
}

#[test]
fn what_falls_into_the_spring_festival_is_due_on_the_first_working_day_after_it() {
    // 2026: 15 to 23 February are off.
    let due = due(&calendar(), &rhythm("2025-01-01", Some("2025-12-18")), &[]);
    assert_eq!(due, Due { day: day("2026-02-24"), sure: true });
}

#[test]
fn a_new_commissioner_starts_the_count_and_the_visits_of_the_former_one_do_not_shorten_it() {
    assert_eq!(due(&calendar(), &rhythm("2026-09-01", Some("2026-08-30")), &[]).day, day("2026-11-02"));
    assert_eq!(due(&calendar(), &rhythm("2026-09-01", None), &[]).day, day("2026-11-02"));
    assert_eq!(due(&calendar(), &rhythm("2026-09-01", Some("2026-09-10")), &[]).day, day("2026-11-10"));
}

#[test]
fn a_year_whose_holidays_are_not_announced_is_not_guessed() {
    let due = due(&calendar(), &rhythm("2026-12-06", None), &[]);
    assert_eq!(due, Due { day: day("2027-02-06"), sure: false });
}

#[test]
fn a_reason_and_quiet_days_move_the_day() {
    let excused = Rhythm { excused: Some(day("2026-06-30")), ..rhythm("2026-01-05", None) };
    assert_eq!(due(&calendar(), &excused, &[]).day, day("2026-07-01"));
    let quiet = [Quiet { from: day("2026-06-29"), until: day("2026-07-03"), reason: "审计".into() }];
    assert_eq!(due(&calendar(), &excused, &quiet).day, day("2026-07-06"));
}

#[test]
fn who_comes_together_comes_once_and_over_the_budget_the_client_is_asked() {
    let terms = Terms { budget: 2, month_end: 3, ..Terms::USUAL };
    let others = [day("2026-10-12"), day("2026-11-24"), day("2026-11-24")];
    assert_eq!(used(&others), 2);
    assert_eq!(weigh(day("2026-11-24"), &others, &terms, &[]), Verdict::Free { left: 0 }, "together with others");
    assert_eq!(
        weigh(day("2026-11-25"), &others, &terms, &[]),
        Verdict::Consent(vec![Why::Over { used: 2, budget: 2 }])
    );
    assert_eq!(weigh(day("2026-11-27"), &others[..1], &terms, &[]), Verdict::Free { left: 0 });
    assert_eq!(weigh(day("2026-11-28"), &[], &terms, &[]), Verdict::Consent(vec![Why::MonthEnd { days: 3 }]));
    assert_eq!(weigh(day("2026-11-28"), &[], &Terms { month_end: 0, ..terms }, &[]), Verdict::Free { left: 1 });
    let quiet = Quiet { from: day("2026-11-20"), until: day("2026-11-25"), reason: "会展".into() };
    assert_eq!(
        weigh(day("2026-11-25"), &[], &terms, std::slice::from_ref(&quiet)),
        Verdict::Consent(vec![Why::Quiet(quiet.clone())])
    );
    assert_eq!(Quarter::of(day("2026-11-25")), Quarter { first: day("2026-10-01"), last: day("2026-12-31") });
    assert_eq!(Quarter::of(day("2026-11-25")).said(), "2026年第四季度");
}

fn some_deed() -> impl Strategy<Value = Deed> {
    let kind = proptest::sample::select(ContactKind::ALL);
    (0..9, kind, 0u64..20, proptest::bool::ANY, 0u32..3).prop_map(|(which, kind, ahead, wants_consent, yields)| {
        let day = monday() + Days::new(ahead);
        match which {
            0 => Deed::Agree,
            1 => Deed::Propose { kind, day, wants_consent },
            2 => Deed::Decline,
            3 => Deed::Cancel,
            4 => Deed::Hold,
            5 => Deed::Record { kind, day, yields },
            6 => Deed::Confirm,
            7 => Deed::Deny,
            _ => Deed::Yield,
        }
    })
}

proptest! {
    #[test]
    fn whatever_happens_nothing_counts_that_was_not_and_nothing_was_to_which_the_client_did_not_consent(
        deeds in proptest::collection::vec((some_deed(), proptest::bool::ANY, 0u64..4), 0..12), over in proptest::bool::ANY
    ) {
        let (mut standing, mut today) = (visit(over), monday());
        for (deed, client, ahead) in deeds {
            let side = if client { ContactSide::Client } else { ContactSide::Commissioner };
            today = today + Days::new(ahead);
            let allowed = acts_now(&standing, side, today).contains(&deed.act());
            let Ok(next) = decide(&standing, side, deed, today) else { continue };
            let other_day = matches!(deed, Deed::Record { .. });
            prop_assert!(allowed || other_day);
            let was = matches!(next.state, ContactState::Held | ContactState::Recorded);
            prop_assert!(!was || (!next.wants_consent && next.day <= today));
            prop_assert!(!counts(&next) || (was && (next.confirmed || next.yields > 0)));
            prop_assert_eq!(next.turn.is_some(), next.state == ContactState::Planned);
            prop_assert!(!(next.confirmed && next.denied));
            standing = next;
        }
    }

    #[test]
    fn a_due_day_is_worked_and_never_before_its_months(since in 0u64..1500, gap in 0u64..90, months in 1u32..7, quiet in 0u64..120) {
        let since = day("2021-01-01") + Days::new(since);
        let from = since + Days::new(quiet);
        let quiet = [Quiet { from, until: from + Days::new(6), reason: String::new() }];
        let rhythm = Rhythm { since, last: Some(since + Days::new(gap)), months, excused: None };
        let found = due(&calendar(), &rhythm, &quiet);
        prop_assert!(found.sure);
        prop_assert!(calendar().is_workday(found.day).unwrap());
        prop_assert!(!(quiet[0].from <= found.day && found.day <= quiet[0].until));
        let earliest = (since + Days::new(gap)).checked_add_months(chrono::Months::new(months)).unwrap();
        prop_assert!(found.day >= earliest);
    }

    #[test]
    fn another_visit_on_a_day_that_is_taken_never_uses_more(days in proptest::collection::vec(0u64..90, 0..12), which in 0usize..12) {
        let days: Vec<Day> = days.into_iter().map(|n| day("2026-10-01") + Days::new(n)).collect();
        if let Some(again) = days.get(which) {
            let mut more = days.clone();
            more.push(*again);
            prop_assert_eq!(used(&more), used(&days));
        }
    }
}
