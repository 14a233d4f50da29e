//! Whose duty a matter is: the list of duties (职责清单) and the precedents (判例) in, proposals with their reasons out. A
//! person decides; this says what speaks for whom.
//!
//! A ruling on the very same category routes the next matter of its area, the newest first. After that the list: what it says
//! of the category itself goes before what it says of the one above (a category's code begins with that of the one above),
//! and the inner area before the outer. What a department must do is never proposed to a town, nor dispatched to one
//! (国办函〔2025〕66号: what is a department's is not passed down).

use kernel::id::UnitId;
use kernel::words::UnitKind;
use kernel::{AreaPath, Instant};
use serde::{Deserialize, Serialize};

/// How many units are proposed at most.
pub const MOST: usize = 4;
/// How many characters of a ruling's reasoning a proposal repeats.
const GIST: usize = 40;

/// A unit that may be asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// Which unit.
    pub id: UnitId,
    /// Its name.
    pub name: String,
    /// What it is.
    pub kind: UnitKind,
    /// Whether it still exists.
    pub open: bool,
}

/// A line of the list of duties that is in force.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Duty {
    /// The category it is about, with all below.
    pub category: String,
    /// That category's name.
    pub category_name: String,
    /// Where it holds.
    pub area: AreaPath,
    /// That area's name.
    pub area_name: String,
    /// Whose duty it is.
    pub unit: Candidate,
    /// Whether it is a department's and cannot be passed down to a town (不得下交镇街).
    pub reserved: bool,
    /// The number of the document that says so.
    pub basis: String,
}

/// A ruling that is in use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Precedent {
    /// What people call it by, such as `2026-13`.
    pub number: String,
    /// The category it is about, and none below.
    pub category: String,
    /// Where it holds.
    pub area: AreaPath,
    /// Who was found responsible.
    pub unit: Candidate,
    /// Why.
    pub reasoning: String,
    /// When.
    pub ruled_at: Instant,
}

/// What somebody must be found for.
#[derive(Debug, Clone, Copy)]
pub struct Matter<'a> {
    /// Its category's code.
    pub category: &'a str,
    /// Where it arose.
    pub area: &'a AreaPath,
}

/// A unit that may be meant, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proposal {
    /// Which unit.
    pub unit: UnitId,
    /// Its name.
    pub name: String,
    /// What speaks for it, in Chinese.
    pub reason: String,
    /// The number of the ruling that speaks for it, if one does.
    pub precedent: Option<String>,
}

/// A category's code and those of all that may lie above it, the innermost first.
pub fn lineage(category: &str) -> impl Iterator<Item = &str> {
    category.char_indices().rev().map(|(at, last)| &category[..at + last.len_utf8()])
}

impl Matter<'_> {
    fn concerns(&self, duty: &Duty) -> bool {
        self.category.starts_with(&duty.category) && duty.area.contains(self.area)
    }

    /// What the list says of the category itself, or else of the nearest one above of which it says anything.
    fn own<'d>(&self, duties: &'d [Duty]) -> Vec<&'d Duty> {
        let concerned = || duties.iter().filter(|duty| self.concerns(duty));
        let nearest = concerned().map(|duty| duty.category.len()).max();
        concerned().filter(|duty| Some(duty.category.len()) == nearest).collect()
    }
}

/// The units that may be meant, the likeliest first, each once, at most [`MOST`].
#[must_use]
pub fn propose(matter: Matter<'_>, duties: &[Duty], precedents: &[Precedent]) -> Vec<Proposal> {
    let allowed = |unit: &Candidate| unit.open && may_be_dispatched(matter, unit.kind, duties).is_ok();
    let mut ruled: Vec<&Precedent> = precedents
        .iter()
        .filter(|ruling| ruling.category == matter.category && ruling.area.contains(matter.area))
        .filter(|ruling| allowed(&ruling.unit))
        .collect();
    ruled.sort_by(|one, other| (other.ruled_at, &other.number).cmp(&(one.ruled_at, &one.number)));
    let mut listed: Vec<&Duty> = duties.iter().filter(|duty| matter.concerns(duty) && allowed(&duty.unit)).collect();
    listed.sort_by(|one, other| {
        let nearness = |duty: &Duty| (duty.category.len(), duty.area.0.len());
        nearness(other)
            .cmp(&nearness(one))
            .then_with(|| (&one.unit.name, one.unit.id).cmp(&(&other.unit.name, other.unit.id)))
    });
    let mut proposals: Vec<Proposal> = Vec::new();
    for proposal in ruled.into_iter().map(of_ruling).chain(listed.into_iter().map(of_duty)) {
        if proposals.len() < MOST && proposals.iter().all(|other| other.unit != proposal.unit) {
            proposals.push(proposal);
        }
    }
    proposals
}

fn of_ruling(ruling: &Precedent) -> Proposal {
    let gist: String = ruling.reasoning.chars().take(GIST).collect();
    let more = if ruling.reasoning.chars().count() > GIST { "……" } else { "" };
    Proposal {
        unit: ruling.unit.id,
        name: ruling.unit.name.clone(),
        reason: format!("判例 {}：同类诉求已裁定由{}办理。{gist}{more}", ruling.number, ruling.unit.name),
        precedent: Some(ruling.number.clone()),
    }
}

fn of_duty(duty: &Duty) -> Proposal {
    let (area, category, unit) = (&duty.area_name, &duty.category_name, &duty.unit.name);
    Proposal {
        unit: duty.unit.id,
        name: unit.clone(),
        reason: format!("职责清单：{area} · {category} → {unit}（依据：{}）", duty.basis),
        precedent: None,
    }
}

/// Whether a unit of this kind may be given the matter: what the list reserves to departments, at home or in any area above,
/// is not passed down to a town.
///
/// # Errors
/// A Chinese sentence that says why not, and to whom instead.
pub fn may_be_dispatched(matter: Matter<'_>, kind: UnitKind, duties: &[Duty]) -> Result<(), String> {
    if kind != UnitKind::TownOffice {
        return Ok(());
    }
    let own = matter.own(duties);
    let reserved = own.iter().filter(|duty| duty.reserved);
    match reserved.max_by_key(|duty| (duty.area.0.len(), duty.unit.open, &duty.unit.name)) {
        None => Ok(()),
        Some(Duty { category_name, unit, basis, .. }) => Err(format!(
            "“{category_name}”是部门职责，不得下交镇街（依据：{basis}）。请交办{}，需要属地配合的可请镇街协助。",
            unit.name
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::{DateTime, Duration};
    use proptest::prelude::*;

    const AREAS: [(&str, &str); 4] = [
        ("/3707/", "潍坊市"),
        ("/3707/370783/", "寿光市"),
        ("/3707/370783/370783109/", "侯镇"),
        ("/3707/370782/", "诸城市"),
    ];
    const CATEGORIES: [(&str, &str); 4] =
        [("03", "用电用水用气"), ("0301", "用电"), ("0302", "用水"), ("06", "物流运输")];

    fn at(minutes: i64) -> Instant {
        DateTime::from_timestamp_millis(1_790_000_000_000).unwrap() + Duration::minutes(minutes)
    }

    /// One of eight units, the last two of them towns' offices; the same number is the same unit.
    fn unit(number: u8) -> Candidate {
        let id = UnitId(format!("01938f00-0000-7000-8000-00000000000{number}").parse().unwrap());
        let kind = if number >= 6 { UnitKind::TownOffice } else { UnitKind::Department };
        Candidate { id, name: format!("第{number}单位"), kind, open: true }
    }

    fn duty(category: usize, area: usize, number: u8, reserved: bool) -> Duty {
        Duty {
            category: CATEGORIES[category].0.into(),
            category_name: CATEGORIES[category].1.into(),
            area: AreaPath(AREAS[area].0.into()),
            area_name: AREAS[area].1.into(),
            unit: unit(number),
            reserved,
            basis: "潍编〔2024〕6号".into(),
        }
    }

    fn ruling(serial: i64, category: usize, area: usize, number: u8) -> Precedent {
        Precedent {
            number: format!("2026-{serial:02}"),
            category: CATEGORIES[category].0.into(),
            area: AreaPath(AREAS[area].0.into()),
            unit: unit(number),
            reasoning: "变压器属用户资产以外的公用设施。".into(),
            ruled_at: at(serial),
        }
    }

    #[track_caller]
    fn check((category, area): (usize, usize), duties: &[Duty], rulings: &[Precedent], expected: &[u8]) {
        let area = AreaPath(AREAS[area].0.into());
        let matter = Matter { category: CATEGORIES[category].0, area: &area };
        let found: Vec<UnitId> = propose(matter, duties, rulings).iter().map(|proposal| proposal.unit).collect();
        assert_eq!(found, expected.iter().map(|number| unit(*number).id).collect::<Vec<_>>());
    }

    #[test]
    fn the_list_is_read_from_the_inside_out_and_a_child_inherits() {
        let duties = [duty(0, 0, 1, false), duty(0, 1, 2, false), duty(1, 0, 3, false), duty(3, 1, 4, false)];
        check((1, 2), &duties, &[], &[3, 2, 1]);
        check((2, 2), &duties, &[], &[2, 1]);
        check((2, 3), &duties, &[], &[1]);
        check((0, 0), &duties, &[], &[1]);
    }

    #[test]
    fn the_newest_ruling_of_the_same_category_goes_before_the_list() {
        let duties = [duty(0, 1, 2, false)];
        let rulings = [ruling(7, 1, 1, 3), ruling(9, 1, 1, 4), ruling(8, 2, 1, 5), ruling(10, 0, 1, 1)];
        check((1, 2), &duties, &rulings, &[4, 3, 2]);
        check((2, 1), &duties, &rulings, &[5, 2]);
        check((1, 3), &duties, &rulings, &[]);
    }

    #[test]
    fn each_proposal_says_why() {
        let area = AreaPath(AREAS[1].0.into());
        let matter = Matter { category: "0301", area: &area };
        let told = propose(matter, &[duty(0, 1, 2, true)], &[ruling(13, 1, 1, 3)]);
        assert_eq!(told[0].reason, "判例 2026-13：同类诉求已裁定由第3单位办理。变压器属用户资产以外的公用设施。");
        assert_eq!(told[0].precedent.as_deref(), Some("2026-13"));
        assert_eq!(told[1].reason, "职责清单：寿光市 · 用电用水用气 → 第2单位（依据：潍编〔2024〕6号）");
    }

    #[test]
    fn what_a_department_must_do_is_not_passed_down_and_a_closed_unit_is_not_proposed() {
        let town = AreaPath(AREAS[2].0.into());
        let matter = Matter { category: "0301", area: &town };
        let mut duties = vec![duty(0, 0, 1, true), duty(0, 2, 6, false)];
        let refused = may_be_dispatched(matter, UnitKind::TownOffice, &duties).unwrap_err();
        assert!(refused.contains("不得下交镇街（依据：潍编〔2024〕6号）") && refused.contains("第1单位"), "{refused}");
        assert!(may_be_dispatched(matter, UnitKind::Department, &duties).is_ok());
        check((1, 2), &duties, &[ruling(1, 1, 2, 7)], &[1]);
        // What the list says of the category itself is what counts.
        duties.push(duty(1, 2, 6, false));
        assert!(may_be_dispatched(matter, UnitKind::TownOffice, &duties).is_ok());
        duties[0].unit.open = false;
        check((1, 2), &duties, &[], &[6]);
    }

    prop_compose! {
        fn duties()(lines in prop::collection::vec((0..4_usize, 0..4_usize, 0..8_u8, any::<bool>()), 0..12)) -> Vec<Duty> {
            lines.into_iter().map(|(category, area, number, reserved)| duty(category, area, number, reserved)).collect()
        }
    }
    prop_compose! {
        fn rulings()(lines in prop::collection::vec((0..4_usize, 0..4_usize, 0..8_u8), 0..8)) -> Vec<Precedent> {
            let made = |(serial, (category, area, number))| ruling(serial, category, area, number);
            (0..).zip(lines).map(made).collect()
        }
    }

    proptest! {
        #[test]
        fn proposals_are_few_distinct_reasoned_and_lawful(
            duties in duties(), rulings in rulings(), category in 0..4_usize, area in 0..4_usize,
        ) {
            let area = AreaPath(AREAS[area].0.into());
            let matter = Matter { category: CATEGORIES[category].0, area: &area };
            let found = propose(matter, &duties, &rulings);
            prop_assert!(found.len() <= MOST);
            for (place, proposal) in found.iter().enumerate() {
                prop_assert!(found[..place].iter().all(|other| other.unit != proposal.unit));
                prop_assert!(proposal.reason.contains(&proposal.name));
                let kind = (0..8).map(unit).find(|unit| unit.id == proposal.unit).unwrap().kind;
                prop_assert!(may_be_dispatched(matter, kind, &duties).is_ok());
            }
            let of_rulings = found.iter().take_while(|proposal| proposal.precedent.is_some()).count();
            prop_assert!(found[of_rulings..].iter().all(|proposal| proposal.precedent.is_none()));
        }

        #[test]
        fn the_order_in_which_the_lines_are_read_does_not_matter(
            duties in duties(), rulings in rulings(), category in 0..4_usize, area in 0..4_usize,
        ) {
            let area = AreaPath(AREAS[area].0.into());
            let matter = Matter { category: CATEGORIES[category].0, area: &area };
            let units = |duties: &[Duty], rulings: &[Precedent]| {
                propose(matter, duties, rulings).into_iter().map(|proposal| proposal.unit).collect::<Vec<_>>()
            };
            let backwards: (Vec<Duty>, Vec<Precedent>) =
                (duties.iter().rev().cloned().collect(), rulings.iter().rev().cloned().collect());
            prop_assert_eq!(units(&duties, &rulings), units(&backwards.0, &backwards.1));
        }

        #[test]
        fn no_line_further_out_frees_what_is_reserved_further_in(
            duties in duties(), more in duties(), category in 0..4_usize, area in 0..4_usize,
        ) {
            let area = AreaPath(AREAS[area].0.into());
            let matter = Matter { category: CATEGORIES[category].0, area: &area };
            let refused = may_be_dispatched(matter, UnitKind::TownOffice, &duties).is_err();
            let nearest = matter.own(&duties).first().map_or(0, |duty| duty.category.len());
            let no_nearer = more.into_iter().filter(|duty| duty.category.len() <= nearest);
            let all: Vec<Duty> = duties.iter().cloned().chain(no_nearer).collect();
            prop_assert!(!refused || may_be_dispatched(matter, UnitKind::TownOffice, &all).is_err());
        }
    }
}
