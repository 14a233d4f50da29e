//! A unit: to its handlers what is to be signed and answered, the soonest due first; to its head the whole, the late ones first.

use super::{Board, Viewer};
use crate::demands::{self, DemandFilter, DemandSort, Queue};
use kernel::Problem;
use kernel::words::{DemandState, Part, TaskRole};

fn figures(viewer: &Viewer<'_>, board: &mut Board) {
    board.count("待签收", viewer.in_states(&[DemandState::Dispatched]), "state=dispatched&role=lead", "yellow");
    board.count("办理中", viewer.in_states(&[DemandState::Handling]), "state=handling&role=lead", "blue");
    board.count("黄牌", viewer.yellow(), "card=yellow&role=lead", "yellow");
    board.count("已超时", viewer.late(), "late=true&role=lead", "red");
}

/// What the unit helps with, and what its head has to approve: where there is any.
async fn queues(viewer: &Viewer<'_>, board: &mut Board, queues: &[Queue]) -> Result<(), Problem> {
    for (queue, count) in demands::queued(viewer.app, viewer.actor, queues).await?.into_iter().filter(|(_, n)| *n > 0) {
        board.count(queue.label(), count, &format!("queue={}", queue.code()), "yellow");
    }
    Ok(())
}

pub(super) async fn fill_for_handler(viewer: &Viewer<'_>, board: &mut Board) -> Result<(), Problem> {
    figures(viewer, board);
    queues(viewer, board, &[Queue::Helping]).await?;
    let waiting = DemandFilter { waiting: Some(Part::Unit), ..DemandFilter::default() };
    let empty = ("都办完了", "现在没有等您签收或答复的诉求。");
    board.list(viewer, "等您签收和答复", ("waiting=unit", waiting), 20, empty).await
}

pub(super) async fn fill_for_head(viewer: &Viewer<'_>, board: &mut Board) -> Result<(), Problem> {
    figures(viewer, board);
    queues(viewer, board, Queue::OF_UNIT).await?;
    board.count("待企业确认", viewer.in_states(&[DemandState::Replied]), "state=replied&role=lead", "blue");
    board.visits(viewer).await?;
    let role = Some(TaskRole::Lead);
    let late = DemandFilter { role, late: true, sort: Some(DemandSort::DueSoonest), ..DemandFilter::default() };
    let empty = ("没有超时的诉求", "本单位承办的诉求都在时限之内。");
    board.list(viewer, "已超时", ("late=true&sort=due_at&role=lead", late), 10, empty).await?;
    let open = DemandFilter { role, open: Some(true), sort: Some(DemandSort::DueSoonest), ..DemandFilter::default() };
    let empty = ("本单位没有未办结的诉求", "交办到本单位的诉求会出现在这里。");
    board.list(viewer, "本单位未办结的诉求", ("open=true&sort=due_at&role=lead", open), 15, empty).await
}
