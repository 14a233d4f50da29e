//! Leading and working groups for people: who is in them today or was on a past day, joining and ending.

use super::{Member, NewMember, group_members};
use crate::App;
use crate::app::say_day;
use crate::org::areas::area_in;
use crate::org::form::{day, may_change, on_day, period};
use crate::org::{Area, areas, picked_official};
use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use kernel::authz::{ReadOrg, WriteOrg};
use kernel::id::GroupMemberId;
use kernel::words::{AreaLevel, GroupKind, GroupPosition};
use kernel::{AreaCode, Day, Problem};
use serde::Deserialize;
use shell::{Choice, Errors, Flash, Form, Guard, Html, Kit, Path, Picker, Query, Refusal, Routes, see_other};
use store::Store;

pub(super) fn routes() -> Routes<App> {
    Routes::new()
        .get("/org/groups", show)
        .get("/org/areas/{code}/groups/{kind}/join", joining)
        .post("/org/areas/{code}/groups/{kind}/join", join)
        .get("/org/group-members/{id}/end", ending)
        .post("/org/group-members/{id}/end", end)
}

/// Who leads a group and whom to call, in a line.
#[derive(Debug, Clone)]
pub struct GroupLine {
    /// Which group.
    pub label: &'static str,
    /// Who leads it.
    pub leaders: String,
    /// Whom to call.
    pub contacts: String,
}

/// The groups of an area on a day, in a line each.
pub(in crate::org) async fn composed(store: &Store, area: &Area, day: Day) -> Result<Vec<GroupLine>, Problem> {
    let members = group_members(store, area.id, day).await?;
    let names = |kind: GroupKind, position: GroupPosition| {
        let held = members.iter().filter(|member| member.kind == kind && member.position == position);
        let names: Vec<&str> = held.map(|member| member.official_name.as_str()).collect();
        if names.is_empty() { "—".to_owned() } else { names.join("、") }
    };
    let line = |kind: &GroupKind| GroupLine {
        label: kind.label(),
        leaders: names(*kind, GroupPosition::Leader),
        contacts: names(*kind, GroupPosition::Contact),
    };
    Ok(GroupKind::ALL.iter().map(line).collect())
}

/// A member as a line of a group.
struct MemberLine {
    href: String,
    end_href: String,
    name: String,
    position: &'static str,
    posts: String,
    period: String,
    /// Whether the place is held with no end in sight.
    open: bool,
}

struct Group {
    label: &'static str,
    join_href: String,
    members: Vec<MemberLine>,
}

#[derive(Template)]
#[template(path = "org/groups/groups.html")]
struct GroupsPage {
    kit: Kit,
    errors: Errors,
    areas: Vec<Choice>,
    area: String,
    area_name: String,
    on: String,
    then: Option<String>,
    groups: Vec<Group>,
    may_change: bool,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Asked {
    area: String,
    on: String,
}

async fn show(
    guard: Guard<ReadOrg>,
    State(app): State<App>,
    kit: Kit,
    Query(asked): Query<Asked>,
) -> Result<Html<GroupsPage>, Refusal> {
    let code = asked.area.parse().map(AreaCode).unwrap_or(app.site.area);
    let area = area_in(&app.store, &guard.scope, code).await?;
    let today = app.today();
    let (day, errors) = on_day(&asked.on, today);
    let members = group_members(&app.store, area.id, day).await?;
    let line = |member: &Member| MemberLine {
        href: format!("/org/officials/{}", member.official_id),
        end_href: format!("/org/group-members/{}/end", member.id),
        name: member.official_name.clone(),
        position: member.position.label(),
        posts: member.posts.clone().unwrap_or_else(|| "—".into()),
        period: period(member.from_day, member.until_day),
        open: member.until_day.is_none(),
    };
    let group = |kind: &GroupKind| Group {
        label: kind.label(),
        join_href: format!("/org/areas/{}/groups/{}/join", area.id, kind.code()),
        members: members.iter().filter(|member| member.kind == *kind).map(line).collect(),
    };
    let areas = areas::areas(&app.store, &guard.scope).await?;
    let seats = areas.iter().filter(|area| area.level != AreaLevel::Town);
    Ok(Html(GroupsPage {
        kit: kit.titled("领导小组和工作组"),
        errors,
        areas: seats.map(|area| Choice::new(area.id.to_string(), area.name.as_str())).collect(),
        area: area.id.to_string(),
        area_name: area.name.clone(),
        on: asked.on,
        then: (day != today).then(|| say_day(day)),
        groups: GroupKind::ALL.iter().map(group).collect(),
        may_change: area.level != AreaLevel::Town && may_change(&guard.actor, &area.path),
    }))
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Typed {
    official: String,
    official_text: String,
    position: String,
    from: String,
    last_day: String,
    version: i64,
}

#[derive(Template)]
#[template(path = "org/groups/join.html")]
struct JoinPage {
    kit: Kit,
    errors: Errors,
    action: String,
    back: String,
    official: Picker,
    positions: Vec<Choice>,
    typed: Typed,
}

impl JoinPage {
    async fn new(
        app: &App,
        guard: &Guard<WriteOrg>,
        kit: Kit,
        (code, kind): (AreaCode, GroupKind),
        typed: Typed,
        official: Picker,
    ) -> Result<Self, Problem> {
        let area = area_in(&app.store, &guard.scope, code).await?;
        let back = format!("/org/groups?area={code}");
        let group = format!("{}{}", area.name, kind.label());
        Ok(Self {
            kit: kit.titled(format!("{group}：添加成员")).under(back.as_str(), "领导小组和工作组"),
            errors: Errors::none(),
            action: format!("/org/areas/{code}/groups/{}/join", kind.code()),
            back,
            official,
            positions: GroupPosition::ALL.iter().map(|word| Choice::new(word.code(), word.label())).collect(),
            typed,
        })
    }
}

async fn joining(
    guard: Guard<WriteOrg>,
    State(app): State<App>,
    kit: Kit,
    Path(group): Path<(AreaCode, GroupKind)>,
) -> Result<Html<JoinPage>, Refusal> {
    let typed = Typed { from: app.today().to_string(), ..Typed::default() };
    Ok(Html(JoinPage::new(&app, &guard, kit, group, typed, Picker::default()).await?))
}

async fn join(
    guard: Guard<WriteOrg>,
    State(app): State<App>,
    kit: Kit,
    Path(group): Path<(AreaCode, GroupKind)>,
    Form(typed): Form<Typed>,
) -> Result<Response, Refusal> {
    let mut picker = Picker::sent(typed.official.as_str(), &typed.official_text);
    match joined(&app, &guard, group, &typed, &mut picker).await {
        Ok(()) => {
            let told = format!("{}已加入{}。", picker.typed, group.1.label());
            Ok(see_other(&format!("/org/groups?area={}", group.0), Flash::success(told)))
        }
        Err(problem) => {
            let (status, errors) = Errors::refused(problem)?;
            let page = JoinPage::new(&app, &guard, kit, group, typed, picker).await?;
            Ok((status, Html(JoinPage { errors, ..page })).into_response())
        }
    }
}

async fn joined(
    app: &App,
    guard: &Guard<WriteOrg>,
    group: (AreaCode, GroupKind),
    typed: &Typed,
    picker: &mut Picker,
) -> Result<(), Problem> {
    let consulted = guard.actor.scope::<ReadOrg>().ok_or(Problem::NotFound)?;
    let tx = app.store.begin().await?;
    let new = NewMember {
        official: picked_official(&tx, &consulted, picker, "official").await?,
        position: GroupPosition::parse(&typed.position)
            .ok_or_else(|| Problem::field("position", "请选择组内职务。"))?,
        from: day(&typed.from, "from", "开始日期")?,
    };
    super::join_group(&tx, &guard.actor, &guard.scope, group, new).await?;
    tx.commit().await
}

#[derive(Template)]
#[template(path = "org/groups/end.html")]
struct EndPage {
    kit: Kit,
    errors: Errors,
    member: Member,
    back: String,
    typed: Typed,
}

impl EndPage {
    fn new(kit: Kit, member: Member, typed: Typed, errors: Errors) -> Self {
        let back = format!("/org/groups?area={}", member.area_id);
        let kit = kit.titled("不再担任").under(back.as_str(), "领导小组和工作组");
        Self { kit, errors, member, back, typed }
    }
}

async fn ending(
    guard: Guard<WriteOrg>,
    State(app): State<App>,
    kit: Kit,
    Path(id): Path<GroupMemberId>,
) -> Result<Html<EndPage>, Refusal> {
    let member = super::member(&app.store, &guard.scope, id).await?;
    let typed = Typed { last_day: app.today().to_string(), version: member.version, ..Typed::default() };
    Ok(Html(EndPage::new(kit, member, typed, Errors::none())))
}

async fn end(
    guard: Guard<WriteOrg>,
    State(app): State<App>,
    kit: Kit,
    Path(id): Path<GroupMemberId>,
    Form(typed): Form<Typed>,
) -> Result<Response, Refusal> {
    let member = super::member(&app.store, &guard.scope, id).await?;
    match ended(&app, &guard, id, &typed).await {
        Ok(()) => {
            let told = format!("{}在{}的任职已截止。", member.official_name, member.kind.label());
            Ok(see_other(&format!("/org/groups?area={}", member.area_id), Flash::success(told)))
        }
        Err(problem) => {
            let (status, errors) = Errors::refused(problem)?;
            Ok((status, Html(EndPage::new(kit, member, typed, errors))).into_response())
        }
    }
}

async fn ended(app: &App, guard: &Guard<WriteOrg>, id: GroupMemberId, typed: &Typed) -> Result<(), Problem> {
    let last = day(&typed.last_day, "last_day", "截止日期")?;
    let tx = app.store.begin().await?;
    let member = super::member(&tx, &guard.scope, id).await?.unchanged_since(typed.version)?;
    super::end_membership(&tx, &guard.actor, member, last).await?;
    tx.commit().await
}
