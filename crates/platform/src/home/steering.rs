//! Working groups and leaders: how their area stands, what is late in it, and what came and went last week.

use super::{Board, Viewer};
use crate::demands::{self, DemandFilter, DemandSort};
use chrono::{Datelike, Days};
use kernel::Problem;
use kernel::words::DemandState;

pub(super) async fn fill(viewer: &Viewer<'_>, board: &mut Board) -> Result<(), Problem> {
    for state in DemandState::ALL.iter().copied().filter(|state| rules::waiting_on(*state).is_some()) {
        board.count(state.label(), viewer.in_states(&[state]), &format!("state={}", state.code()), "blue");
    }
    board.count("黄牌", viewer.yellow(), "card=yellow", "yellow");
    board.count("已超时", viewer.late(), "late=true", "red");
    let today = viewer.app.site.hours.day(viewer.app.now());
    let back = |days: u32| today.checked_sub_days(Days::new(u64::from(days))).unwrap_or(today);
    let (monday, sunday) =
        (back(today.weekday().num_days_from_monday() + 7), back(today.weekday().num_days_from_monday() + 1));
    let (raised, closed) = demands::within(viewer.app, viewer.scope, (monday, sunday)).await?;
    board.count("上周新提交", raised, &format!("from={monday}&to={sunday}"), "grey");
    board.count("上周办结", closed, &format!("state=closed&ended_from={monday}&ended_to={sunday}"), "green");
    if viewer.late() > 0 {
        let late = DemandFilter { late: true, sort: Some(DemandSort::DueSoonest), ..DemandFilter::default() };
        let empty = ("没有超时的诉求", "所辖区域的诉求都在时限之内。");
        board.list(viewer, "已超时", ("late=true&sort=due_at", late), 10, empty).await?;
    }
    let empty = ("还没有诉求", "企业提交诉求后，会出现在这里。");
    board.list(viewer, "最近提交", ("sort=-raised_at", DemandFilter::default()), 10, empty).await
}
