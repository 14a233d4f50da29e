//! A commissioner: how the demands of the clients they look after stand, which answers are worth a call, what lies ahead and
//! whom it is time to visit.

use super::{Board, Viewer};
use crate::demands::{DemandFilter, DemandSort};
use kernel::Problem;
use kernel::words::DemandState;

pub(super) async fn fill(viewer: &Viewer<'_>, board: &mut Board) -> Result<(), Problem> {
    board.count("未办结", viewer.open(), "open=true", "blue");
    board.count("已答复，待企业确认", viewer.in_states(&[DemandState::Replied]), "state=replied", "yellow");
    board.count("已超时", viewer.late(), "late=true", "red");
    board.visits(viewer).await?;
    board.calls(viewer).await?;
    board.contacts_ahead(viewer).await?;
    let replied = DemandFilter { state: Some(DemandState::Replied), ..DemandFilter::default() };
    let empty = ("没有待企业确认的答复", "承办单位答复后，可在这里看到，便于回访企业。");
    board.list(viewer, "已答复，可以回访企业", ("state=replied", replied), 5, empty).await?;
    let open = DemandFilter { open: Some(true), sort: Some(DemandSort::DueSoonest), ..DemandFilter::default() };
    let empty = ("所服务企业没有未办结的诉求", "企业有困难时，可以替企业提交诉求。");
    board.list(viewer, "所服务企业未办结的诉求", ("open=true&sort=due_at", open), 10, empty).await
}
