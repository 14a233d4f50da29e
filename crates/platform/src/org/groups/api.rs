//! Leading and working groups for programs.

use super::{Member, NewMember};
use crate::org::areas::area_in;
use crate::{App, Command};
use axum::extract::State;
use kernel::authz::{ReadOrg, WriteOrg};
use kernel::id::GroupMemberId;
use kernel::words::GroupKind;
use kernel::{AreaCode, Day, Page};
use schemars::JsonSchema;
use serde::Deserialize;
use shell::{Guard, Id, IfMatch, Json, Made, NoContent, Path, Query, Refusal, Routes};

pub(super) fn routes() -> Routes<App> {
    Routes::new()
        .api_get("/api/v1/areas/{code}/group-members", "领导小组和工作组在某日的组成", members)
        .api_post("/api/v1/areas/{code}/groups/{kind}/members", "加入领导小组或工作组", join)
        .api_post("/api/v1/group-members/{id}/acts/end", "不再担任", end)
}

#[derive(Deserialize, JsonSchema)]
struct OnDay {
    /// A day that people want to look back to; today when left out.
    on: Option<Day>,
}

async fn members(
    guard: Guard<ReadOrg>,
    State(app): State<App>,
    Path(code): Path<AreaCode>,
    Query(day): Query<OnDay>,
) -> Result<Json<Page<Member>>, Refusal> {
    let area = area_in(&app.store, &guard.scope, code).await?;
    let items = super::group_members(&app.store, area.id, day.on.unwrap_or_else(|| app.today())).await?;
    Ok(Json(Page { items, next: None }))
}

async fn join(
    guard: Guard<WriteOrg>,
    State(app): State<App>,
    Path(group): Path<(AreaCode, GroupKind)>,
    Command(new, once): Command<NewMember>,
) -> Result<Made<Id<GroupMemberId>>, Refusal> {
    let tx = once.begin(&app, &guard.actor).await?;
    let id = super::join_group(&tx, &guard.actor, &guard.scope, group, new).await?;
    once.end(tx, &app, &guard.actor, Made::under(id)).await
}

#[derive(Deserialize, JsonSchema)]
#[schemars(rename = "EndMembership")]
struct End {
    last_day: Day,
}

async fn end(
    guard: Guard<WriteOrg>,
    State(app): State<App>,
    Path(id): Path<GroupMemberId>,
    IfMatch(version): IfMatch,
    Command(wish, once): Command<End>,
) -> Result<NoContent, Refusal> {
    let tx = once.begin(&app, &guard.actor).await?;
    let member = super::member(&tx, &guard.scope, id).await?.unchanged_since(version)?;
    super::end_membership(&tx, &guard.actor, member, wish.last_day).await?;
    once.end(tx, &app, &guard.actor, NoContent { version: Some(version + 1) }).await
}
