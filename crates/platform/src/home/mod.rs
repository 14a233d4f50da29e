//! The first page after signing in: what waits for this person, with its numbers and the list itself, and where they may
//! go. Each role has a file; who holds several roles finds the parts of each, one under the other.

mod admins;
mod arbiter;
mod commissioner;
mod liaison;
mod live;
mod registers;
mod service_desk;
mod steering;
mod unit;

use crate::contacts::{ContactFilter, cadence, silence};
use crate::demands::{self, DemandFilter, Line, Tally};
use crate::pairing::handovers;
use crate::{App, contacts, drafts, notify};
use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use kernel::authz::{
    OwnAccount, RaiseDemands, ReadContacts, ReadDemands, ReadEntries, ReadOrg, WriteOrg, WritePairings, WriteRegistry,
};
use kernel::words::DemandState;
use kernel::{Actor, Limit, Problem, Right, Role, Scope};
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
    let reads = actor.holds(ReadDemands::NAME);
    let asked = [
        if reads { demands::waiting_count(actor) } else { None },
        notify::unread(actor),
        handovers::waiting(actor, app.today()),
        contacts::waiting_count(actor, app.today()),
    ];
    let [waiting, unread, to_hand_over, in_touch] = store::counts(&app.store, asked).await?;
    if reads {
        nav.push(NavItem::new("/demands", "message-circle", "企业诉求").count(waiting));
    }
    nav.push(NavItem::new("/notices", "bell", "消息").count(unread));
    // A telephone shows the first four: for a commissioner, the enterprises are among them.
    nav.extend(registers::served(actor));
    if actor.holds(ReadContacts::NAME) {
        nav.push(NavItem::new("/contacts", "calendar-event", "联系").count(in_touch));
    }
    if actor.holds(ReadEntries::NAME) {
        nav.push(NavItem::new("/entries", "calendar", "入企安排"));
    }
    nav.extend(registers::nav(actor));
    if to_hand_over > 0 {
        nav.push(NavItem::new("/handovers", "arrows-exchange", "交接").count(to_hand_over));
    }
    if actor.holds(ReadOrg::NAME) {
        nav.push(NavItem::new("/duties", "book", "办理依据"));
        nav.push(NavItem::new("/org", "address-book", "通讯录"));
    }
    if [WriteOrg::NAME, WriteRegistry::NAME, WritePairings::NAME].iter().any(|right| actor.holds(right)) {
        nav.push(NavItem::new("/console/imports", "arrows-exchange", "导入导出"));
    }
    admins::nav(app, actor, &mut nav).await?;
    let person = Person { name: actor.name.clone(), role: role.to_owned(), unit: String::new() };
    Ok(Desk { person, nav, live: true, whose: actor.account.to_string(), keep: drafts::pages_to_keep(actor) })
}

/// A number, and the list that it counts.
struct Figure {
    label: String,
    value: u64,
    unit: &'static str,
    href: String,
    tone: &'static str,
}

/// The first lines of a list, and the way to the whole.
struct Section {
    heading: &'static str,
    lines: Vec<Line>,
    /// What is said when there are none: a heading and a sentence.
    empty: (&'static str, &'static str),
    more: Option<String>,
}

/// What a role finds on its first page.
#[derive(Default)]
struct Board {
    figures: Vec<Figure>,
    sections: Vec<Section>,
    /// The contacts that lie ahead, the soonest first; none for who has no part in any.
    ahead: Option<Vec<contacts::Line>>,
    /// Who looks after the reader's own.
    helpers: Vec<liaison::Helper>,
}

/// Who looks at the board, with all that its parts are made from.
struct Viewer<'a> {
    app: &'a App,
    actor: &'a Actor,
    scope: &'a Scope<ReadDemands>,
    tallies: Vec<Tally>,
}

#[derive(Template)]
#[template(path = "home/home.html")]
struct HomePage {
    kit: Kit,
    /// Whether this person has to do with demands at all.
    reads: bool,
    may_raise: bool,
    /// Whether raising a demand is the first thing this person comes for.
    raises_first: bool,
    board: Board,
}

async fn home(guard: Guard<OwnAccount>, State(app): State<App>, kit: Kit) -> Result<Response, Refusal> {
    let actor = &guard.actor;
    if admins::is_for(actor) {
        return Ok(admins::page(&app, actor, kit).await?.into_response());
    }
    let has = |role: Role| actor.grants.iter().any(|grant| grant.role == role);
    let mut page = HomePage {
        kit: kit.titled(format!("{}，您好", actor.name)),
        reads: false,
        may_raise: actor.holds(RaiseDemands::NAME),
        raises_first: has(Role::Liaison),
        board: Board::default(),
    };
    let Some(scope) = actor.scope::<ReadDemands>() else { return Ok(Html(page).into_response()) };
    page.reads = true;
    let tallies = demands::per_state(&app, &scope).await?;
    let viewer = Viewer { app: &app, actor, scope: &scope, tallies };
    let board = &mut page.board;
    if has(Role::AreaDesk) {
        service_desk::fill(&viewer, board).await?;
    }
    if has(Role::Arbiter) {
        arbiter::fill(&viewer, board).await?;
    }
    if has(Role::UnitHead) {
        unit::fill_for_head(&viewer, board).await?;
    } else if has(Role::Handler) {
        unit::fill_for_handler(&viewer, board).await?;
    }
    if has(Role::Liaison) {
        liaison::fill(&viewer, board).await?;
    }
    if has(Role::Commissioner) {
        commissioner::fill(&viewer, board).await?;
    }
    if [Role::Coordination, Role::Solving, Role::Supervision, Role::Leader].into_iter().any(has) {
        steering::fill(&viewer, board).await?;
    }
    Ok(Html(page).into_response())
}

impl Board {
    /// Adds a number, once.
    fn count(&mut self, label: impl Into<String>, value: u64, query: &str, tone: &'static str) {
        let href = format!("/demands?{query}");
        if self.figures.iter().all(|figure| figure.href != href) {
            let tone = if value == 0 { "grey" } else { tone };
            self.figures.push(Figure { label: label.into(), value, unit: "件", href, tone });
        }
    }

    /// Adds how many clients it is time to visit, and that nobody has arranged to.
    async fn visits(&mut self, viewer: &Viewer<'_>) -> Result<(), Problem> {
        let [value] = store::counts(&viewer.app.store, [cadence::due_count(viewer.actor, viewer.app.today())]).await?;
        let href = "/contacts/due?view=due".to_owned();
        if self.figures.iter().all(|figure| figure.href != href) {
            let tone = if value == 0 { "grey" } else { "yellow" };
            self.figures.push(Figure { label: "该走访、还没约".into(), value, unit: "家", href, tone });
        }
        Ok(())
    }

    /// Adds how many clients to call from whom nothing was heard, where there are any.
    async fn calls(&mut self, viewer: &Viewer<'_>) -> Result<(), Problem> {
        let [value] =
            store::counts(&viewer.app.store, [silence::waiting_count(viewer.actor, viewer.app.today())]).await?;
        let href = "/silence".to_owned();
        if value > 0 && self.figures.iter().all(|figure| figure.href != href) {
            self.figures
                .push(Figure { label: "该打电话问候的".into(), value, unit: "家", href, tone: "yellow" });
        }
        Ok(())
    }

    /// Adds the contacts that lie ahead.
    async fn contacts_ahead(&mut self, viewer: &Viewer<'_>) -> Result<(), Problem> {
        let Some(scope) = viewer.actor.scope::<ReadContacts>() else { return Ok(()) };
        let (today, filter) = (viewer.app.today(), ContactFilter { ahead: true, ..ContactFilter::default() });
        let limit = Limit::parse(Some(5))?;
        let found = contacts::contacts(&viewer.app.store, viewer.actor, &scope, &filter, today, limit).await?;
        self.ahead = Some(found.items.iter().map(|contact| contacts::Line::of(contact, today)).collect());
        Ok(())
    }

    /// Adds the first lines of the list at `query`, once.
    async fn list(
        &mut self,
        viewer: &Viewer<'_>,
        heading: &'static str,
        (query, filter): (&str, DemandFilter),
        most: u32,
        empty: (&'static str, &'static str),
    ) -> Result<(), Problem> {
        if self.sections.iter().any(|section| section.heading == heading) {
            return Ok(());
        }
        let (app, now) = (viewer.app, viewer.app.now());
        let limit = Limit::parse(Some(most))?;
        let found = demands::demands(app, viewer.actor, viewer.scope, &filter, limit).await?;
        let lines = found.items.iter().map(|demand| Line::of(&app.site, demand, now)).collect();
        let more = found.next.map(|_| format!("/demands?{query}"));
        self.sections.push(Section { heading, lines, empty, more });
        Ok(())
    }
}

impl Viewer<'_> {
    /// How many open demands stand in these states.
    fn in_states(&self, states: &[DemandState]) -> u64 {
        self.sum(|tally| if states.contains(&tally.state) { tally.total } else { 0 })
    }

    fn open(&self) -> u64 {
        self.sum(|tally| tally.total)
    }

    fn late(&self) -> u64 {
        self.sum(|tally| tally.late)
    }

    fn yellow(&self) -> u64 {
        self.sum(|tally| tally.yellow)
    }

    fn sum(&self, of: impl Fn(&Tally) -> i64) -> u64 {
        self.tallies.iter().map(|tally| u64::try_from(of(tally)).unwrap_or(0)).sum()
    }
}
