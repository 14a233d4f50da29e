//! A liaison: whom to call, what waits for their word, and who has the rest.

use super::{Board, Viewer};
use crate::demands::{DemandFilter, DemandSort};
use crate::org::many::units;
use crate::{org, pairing};
use kernel::authz::ReadPairings;
use kernel::words::{DemandState, Part};
use kernel::{Problem, Reach, Role};

/// The commissioner as a card: whom the liaison calls.
pub(super) struct Helper {
    pub name: String,
    pub post: String,
    /// The number of their unit, which is public.
    pub phone: String,
    /// Where their own number is asked for.
    pub page: String,
}

/// Who looks after the liaison's own.
async fn helpers(viewer: &Viewer<'_>) -> Result<Vec<Helper>, Problem> {
    let (app, actor) = (viewer.app, viewer.actor);
    let Some(scope) = actor.scope::<ReadPairings>() else { return Ok(Vec::new()) };
    let spoken_for = actor.grants.iter().filter(|grant| grant.role == Role::Liaison);
    let own =
        spoken_for.flat_map(|grant| if let Reach::Clients(ids) = &grant.reach { ids.clone() } else { Vec::new() });
    let serving = pairing::commissioners(&app.store, &scope, &own.collect::<Vec<_>>(), app.today()).await?;
    let mut helpers = Vec::new();
    for one in serving {
        let official = org::official_of(&app.store, (one.official_id, one.official_county_id)).await?;
        let unit = match official {
            Some(official) => units(&app.store, &[official.unit_id]).await?.remove(&official.unit_id),
            None => None,
        };
        helpers.push(Helper {
            name: one.name,
            post: format!("{} {}", one.unit_name, one.title.unwrap_or_default()).trim().to_owned(),
            phone: unit.and_then(|unit| unit.phone).map(|phone| phone.to_string()).unwrap_or_default(),
            page: format!("/clients/{}", one.client_id),
        });
    }
    Ok(helpers)
}

pub(super) async fn fill(viewer: &Viewer<'_>, board: &mut Board) -> Result<(), Problem> {
    board.count("等您确认", viewer.in_states(&[DemandState::Replied]), "waiting=client", "yellow");
    board.count("未办结", viewer.open(), "open=true", "blue");
    board.helpers = helpers(viewer).await?;
    board.contacts_ahead(viewer).await?;
    let waiting = DemandFilter { waiting: Some(Part::Client), ..DemandFilter::default() };
    let empty = ("没有等您确认的答复", "有了答复，会在这里请您确认是否解决。");
    board.list(viewer, "等您确认", ("waiting=client", waiting), 10, empty).await?;
    let open = DemandFilter { open: Some(true), sort: Some(DemandSort::Newest), ..DemandFilter::default() };
    let empty = ("没有未办结的诉求", "需要政府帮助时，随时提交。");
    board.list(viewer, "未办结的诉求", ("open=true", open), 10, empty).await
}
