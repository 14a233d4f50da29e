//! The establishment office (编办): whose duty it is when three units have said that it is not theirs.

use super::{Board, Viewer};
use crate::demands::DemandFilter;
use kernel::Problem;
use kernel::words::{DemandState, Part};

pub(super) async fn fill(viewer: &Viewer<'_>, board: &mut Board) -> Result<(), Problem> {
    board.count("等您裁定", viewer.in_states(&[DemandState::Arbitration]), "waiting=arbiter", "yellow");
    let waiting = DemandFilter { waiting: Some(Part::Arbiter), ..DemandFilter::default() };
    let empty = ("没有等您裁定的诉求", "同一件诉求有三个单位提出异议时，由您裁定归谁办。");
    board.list(viewer, "等您裁定", ("waiting=arbiter", waiting), 20, empty).await
}
