//! The first page after signing in: what waits for this person, and where they may go.

mod admins;
mod live;

use crate::demands::{self, DemandFilter, Line};
use crate::{App, notify};
use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use kernel::authz::{OwnAccount, RaiseDemands, ReadDemands, ReadOrg};
use kernel::words::Part;
use kernel::{Actor, Limit, Problem, Right};
use shell::{Desk, Guard, Html, Kit, NavItem, Person, Refusal, Routes};

/// The page `/`.
#[must_use]
pub fn routes() -> Routes<App> {
    Routes::new().get("/", home).merge(live::routes())
}

/// What the frame shows this person.
///
/// # Errors
/// When the database fails.
pub async fn desk(app: &App, actor: &Actor) -> Result<Desk, Problem> {
    let role = actor.grants.first().map_or("", |grant| grant.role.label());
    let mut nav = vec![NavItem::new("/", "home", "工作台")];
    if actor.holds(ReadDemands::NAME) {
        let waiting = demands::waiting_count(&app.store, actor).await?;
        nav.push(NavItem::new("/demands", "message-circle", "企业诉求").count(waiting));
    }
    if actor.holds(ReadOrg::NAME) {
        nav.push(NavItem::new("/org", "address-book", "通讯录"));
    }
    admins::nav(app, actor, &mut nav).await?;
    nav.push(NavItem::new("/notices", "bell", "消息").count(notify::unread(&app.store, actor).await?));
    let person = Person { name: actor.name.clone(), role: role.to_owned(), unit: String::new() };
    Ok(Desk { person, nav, live: true })
}

#[derive(Template)]
#[template(path = "home/home.html")]
struct HomePage {
    kit: Kit,
    /// Whether this person has to do with demands at all.
    reads: bool,
    may_raise: bool,
    /// What the list below holds.
    heading: &'static str,
    lines: Vec<Line>,
    more: Option<String>,
}

async fn home(guard: Guard<OwnAccount>, State(app): State<App>, kit: Kit) -> Result<Response, Refusal> {
    let actor = &guard.actor;
    if admins::is_for(actor) {
        return Ok(admins::page(&app, actor, kit).await?.into_response());
    }
    let turn = demands::turn_of(actor);
    let mut page = HomePage {
        kit: kit.titled(format!("{}，您好", actor.name)),
        reads: false,
        may_raise: actor.holds(RaiseDemands::NAME),
        heading: match turn {
            Some(Part::Desk) => "等待受理和交办",
            Some(Part::Unit) => "等待签收和答复",
            Some(Part::Client) => "等待您确认",
            Some(Part::Commissioner) | None => "最近的诉求",
        },
        lines: Vec::new(),
        more: None,
    };
    if let Some(scope) = actor.scope::<ReadDemands>() {
        let filter = DemandFilter { waiting: turn, ..DemandFilter::default() };
        let found = demands::demands(&app.store, actor, &scope, &filter, Limit::parse(Some(10))?).await?;
        let now = app.now();
        page.reads = true;
        page.lines = found.items.iter().map(|demand| Line::of(&app.site, demand, now)).collect();
        page.more = found.next.map(|_| match turn {
            Some(part) => format!("/demands?waiting={}", part.code()),
            None => "/demands".to_owned(),
        });
    }
    Ok(Html(page).into_response())
}
