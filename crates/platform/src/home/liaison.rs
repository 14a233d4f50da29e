//! A liaison: what waits for their word, and who has the rest.

use super::{Board, Viewer};
use crate::demands::{DemandFilter, DemandSort};
use kernel::Problem;
use kernel::words::{DemandState, Part};

pub(super) async fn fill(viewer: &Viewer<'_>, board: &mut Board) -> Result<(), Problem> {
    board.count("等您确认", viewer.in_states(&[DemandState::Replied]), "waiting=client", "yellow");
    board.count("未办结", viewer.open(), "open=true", "blue");
    board.contacts_ahead(viewer).await?;
    let waiting = DemandFilter { waiting: Some(Part::Client), ..DemandFilter::default() };
    let empty = ("没有等您确认的答复", "有了答复，会在这里请您确认是否解决。");
    board.list(viewer, "等您确认", ("waiting=client", waiting), 10, empty).await?;
    let open = DemandFilter { open: Some(true), sort: Some(DemandSort::Newest), ..DemandFilter::default() };
    let empty = ("没有未办结的诉求", "需要政府帮助时，随时提交。");
    board.list(viewer, "未办结的诉求", ("open=true", open), 10, empty).await
}
