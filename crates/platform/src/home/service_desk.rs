//! A service desk: what is to be accepted and dispatched, what came back, and what is late anywhere in its area.

use super::{Board, Viewer};
use crate::demands::{self, DemandFilter, DemandSort, Queue};
use kernel::Problem;
use kernel::words::{DemandState, Part};

pub(super) async fn fill(viewer: &Viewer<'_>, board: &mut Board) -> Result<(), Problem> {
    board.count("待受理", viewer.in_states(&[DemandState::Raised]), "state=raised", "yellow");
    board.count("待交办", viewer.in_states(&[DemandState::Accepted]), "state=accepted", "yellow");
    board.count("重新交办", demands::returned(viewer.app, viewer.scope).await?, "returned=true", "yellow");
    let waits = [Queue::Objections, Queue::Requests, Queue::Withdrawals, Queue::Callbacks, Queue::Rechecks];
    let counts = demands::queued(viewer.app, viewer.actor, &waits).await?;
    for (queue, count) in counts.into_iter().filter(|(_, count)| *count > 0) {
        board.count(queue.label(), count, &format!("queue={}", queue.code()), "yellow");
    }
    board.calls(viewer).await?;
    board.count("黄牌", viewer.yellow(), "card=yellow", "yellow");
    board.count("已超时", viewer.late(), "late=true", "red");
    let waiting = DemandFilter { waiting: Some(Part::Desk), ..DemandFilter::default() };
    let empty = ("都处理完了", "现在没有等待受理或交办的诉求。");
    board.list(viewer, "等待受理和交办", ("waiting=desk", waiting), 20, empty).await?;
    if viewer.late() == 0 {
        return Ok(());
    }
    let late = DemandFilter { late: true, sort: Some(DemandSort::DueSoonest), ..DemandFilter::default() };
    let empty = ("没有超时的诉求", "本区域的诉求都在时限之内。");
    board.list(viewer, "已超时", ("late=true&sort=due_at", late), 5, empty).await
}
