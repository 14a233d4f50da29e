//! The leading group and the working groups of the city and of every county: the government leads, bodies take part, the desk
//! is whom to call.

use crate::{GroupMember, Official, Unit};
use chrono::Days;
use kernel::words::{GroupKind, GroupPosition, UnitKind};
use kernel::{AreaCode, Day};

/// How many days ago the groups were set up.
const SET_UP: u64 = 760;
/// How many days ago each desk handed the calls over to another colleague.
const HANDED_OVER: u64 = 400;

/// Who is or was in the groups of every area that has a government of its own.
pub(crate) fn plan(units: &[Unit], officials: &[Official], today: Day) -> Vec<GroupMember> {
    let mut staff: Vec<Vec<usize>> = vec![Vec::new(); units.len()];
    for (place, official) in officials.iter().enumerate() {
        staff[official.unit].push(place);
    }
    let governments = units.iter().enumerate().filter(|(_, unit)| unit.kind == UnitKind::Government);
    governments.flat_map(|(place, unit)| of_area(unit.area, &staff[place], units, &staff, today)).collect()
}

fn of_area(area: AreaCode, government: &[usize], units: &[Unit], staff: &[Vec<usize>], today: Day) -> Vec<GroupMember> {
    let of_kind = |wanted: &dyn Fn(UnitKind) -> bool| {
        let here = units.iter().zip(staff).filter(|(unit, _)| unit.area == area && wanted(unit.kind));
        here.map(|(_, staff)| staff.as_slice()).collect::<Vec<_>>()
    };
    let desk = of_kind(&|kind| kind == UnitKind::DemandDesk).first().copied().unwrap_or_default();
    let bodies = of_kind(&|kind| matches!(kind, UnitKind::Department | UnitKind::EconomicDepartment));
    let heads: Vec<usize> = bodies.iter().filter_map(|staff| staff.first().copied()).collect();
    let seconds: Vec<usize> = bodies.iter().filter_map(|staff| staff.get(1).copied()).collect();
    let (set_up, handed_over) = (today - Days::new(SET_UP), today - Days::new(HANDED_OVER));
    let mut members: Vec<GroupMember> = Vec::new();
    let mut sits = |kind, position, official: Option<&usize>, from, until| {
        let Some(&official) = official else { return };
        if !members.iter().any(|member| member.kind == kind && member.official == official) {
            members.push(GroupMember { area, kind, position, official, from, until });
        }
    };
    for (number, kind) in GroupKind::ALL.iter().copied().enumerate() {
        let leader = government.get(number).or(government.last());
        sits(kind, GroupPosition::Leader, leader, set_up, None);
        sits(kind, GroupPosition::Deputy, government.get(number + 1).or(heads.first()), set_up, None);
        let bodies = if kind == GroupKind::Leading { 10 } else { 5 };
        heads
            .iter()
            .skip(number * 2)
            .take(bodies)
            .for_each(|head| sits(kind, GroupPosition::Member, Some(head), set_up, None));
        if kind == GroupKind::Leading {
            sits(kind, GroupPosition::Contact, desk.get(1), set_up, handed_over.pred_opt());
            sits(kind, GroupPosition::Contact, desk.first(), handed_over, None);
        } else {
            sits(kind, GroupPosition::Contact, seconds.get(number), set_up, None);
        }
    }
    members
}
