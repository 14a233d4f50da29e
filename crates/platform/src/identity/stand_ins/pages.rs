//! Standing in, for people: a card on one's own account, and the form behind it.

use super::{NewStandIn, ROLES, StoodFor, headed, rows};
use crate::App;
use crate::app::say_day;
use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use kernel::authz::OwnAccount;
use kernel::id::{AccountId, GrantId};
use kernel::{Actor, Day, Problem};
use serde::Deserialize;
use shell::{Choice, Errors, Flash, Form, Guard, Html, Kit, Path, Query, Refusal, Routes, see_other};

pub(super) fn routes() -> Routes<App> {
    Routes::new()
        .get("/account/stand-ins/new", form)
        .post("/account/stand-ins", enter)
        .post("/account/stand-ins/{id}/end", end)
}

/// What a person's own account tells of standing in.
pub(in crate::identity) struct Card {
    pub lines: Vec<Line>,
    /// Whether they have a role that somebody can stand in with.
    pub own: bool,
    /// The handlers of a unit that they head: for each, where it is entered.
    pub people: Vec<(String, String)>,
}

/// Somebody stands in for somebody, as a line.
pub(in crate::identity) struct Line {
    pub said: String,
    pub roles: String,
    pub days: String,
    pub later: bool,
    /// Where it is ended; empty for who only stands in.
    pub end: String,
}

impl Line {
    fn of(stood: &StoodFor, actor: &Actor, today: Day) -> Self {
        let mine = stood.substitute_id == actor.account;
        let said = match (mine, stood.away_id == actor.account) {
            (true, _) => format!("您代{}办理", stood.away_name),
            (_, true) => format!("{}代您办理", stood.substitute_name),
            _ => format!("{}代{}办理", stood.substitute_name, stood.away_name),
        };
        Self {
            said,
            roles: format!("{} · {}", stood.role.label(), stood.place.as_deref().unwrap_or("全部")),
            days: format!("{}至{}，由{}登记", say_day(stood.from_day), say_day(stood.until_day), stood.given_by),
            later: stood.from_day > today,
            end: if mine { String::new() } else { format!("/account/stand-ins/{}/end", stood.id) },
        }
    }
}

/// The card of an account; none for who has nothing to do with it.
pub(in crate::identity) async fn card(app: &App, actor: &Actor) -> Result<Option<Card>, Problem> {
    let today = app.today();
    let stood = super::stand_ins(&app.store, actor, today).await?;
    let own = actor.grants.iter().filter(|grant| ROLES.contains(&grant.role)).count();
    let lent = actor.stands_in.len();
    let people = rows::handlers(&app.store, &headed(actor), today).await?.into_iter();
    let people = people.filter(|handler| handler.id != actor.account);
    let card = Card {
        lines: stood.iter().map(|stood| Line::of(stood, actor, today)).collect(),
        own: own > lent,
        people: people.map(|handler| (handler.name, format!("/account/stand-ins/new?away={}", handler.id))).collect(),
    };
    Ok(Some(card).filter(|card| card.own || !card.lines.is_empty() || !card.people.is_empty()))
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Typed {
    away: String,
    substitute: String,
    from: String,
    until: String,
}

impl Typed {
    /// Whose place it is about: the actor's own when nobody is named.
    fn away(&self, actor: &Actor) -> Result<AccountId, Problem> {
        let named = self.away.trim();
        if named.is_empty() { Ok(actor.account) } else { named.parse().map_err(|_| Problem::NotFound) }
    }

    fn wish(&self, away: AccountId) -> Result<NewStandIn, Problem> {
        let day = |name: &str, text: &str| text.trim().parse().map_err(|_| Problem::field(name, "请选择日期。"));
        let substitute = self.substitute.parse().map_err(|_| Problem::field("substitute", "请选择由谁代办。"))?;
        Ok(NewStandIn {
            away: Some(away),
            substitute,
            from: day("from", &self.from)?,
            until: day("until", &self.until)?,
        })
    }
}

#[derive(Template)]
#[template(path = "identity/stand_ins/form.html")]
struct FormPage {
    kit: Kit,
    errors: Errors,
    /// Who is away, when it is not the reader.
    name: Option<String>,
    /// What is stood in with.
    roles: Vec<String>,
    colleagues: Vec<Choice>,
    typed: Typed,
}

async fn page(app: &App, actor: &Actor, kit: Kit, typed: Typed, errors: Errors) -> Result<FormPage, Problem> {
    let today = app.today();
    let (person, held) = super::away(&app.store, actor, typed.away(actor)?, today).await?;
    let colleagues = super::colleagues(&app.store, &person, today).await?;
    let choice = |colleague: &super::Colleague| {
        let choice = Choice::new(colleague.id.to_string(), &colleague.name);
        colleague.unit_name.iter().fold(choice, |choice, unit| choice.hint(unit))
    };
    Ok(FormPage {
        kit: kit.titled("登记替岗"),
        errors,
        name: (person.id != actor.account).then_some(person.name),
        roles: held.iter().map(|held| format!("{} · {}", held.role.label(), held.reach_words())).collect(),
        colleagues: colleagues.iter().map(choice).collect(),
        typed,
    })
}

async fn form(
    guard: Guard<OwnAccount>,
    State(app): State<App>,
    kit: Kit,
    Query(mut typed): Query<Typed>,
) -> Result<Html<FormPage>, Refusal> {
    if typed.from.is_empty() {
        typed.from = app.today().to_string();
    }
    Ok(Html(page(&app, &guard.actor, kit, typed, Errors::none()).await?))
}

async fn enter(
    guard: Guard<OwnAccount>,
    State(app): State<App>,
    kit: Kit,
    Form(typed): Form<Typed>,
) -> Result<Response, Refusal> {
    let tx = app.store.begin().await?;
    let away = typed.away(&guard.actor)?;
    let done = match typed.wish(away) {
        Ok(wish) => super::enter(&tx, &app.site, &guard.actor, &wish).await,
        Err(problem) => Err(problem),
    };
    match done {
        Ok(()) => {
            tx.commit().await?;
            Ok(see_other("/account", Flash::success("已登记。到期自动结束，提前回来请在这里结束替岗。")))
        }
        Err(problem) => {
            drop(tx);
            let page = page(&app, &guard.actor, kit, typed, Errors::take(problem)?).await?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, Html(page)).into_response())
        }
    }
}

async fn end(guard: Guard<OwnAccount>, State(app): State<App>, Path(id): Path<GrantId>) -> Result<Response, Refusal> {
    let tx = app.store.begin().await?;
    super::end(&tx, &app.site, &guard.actor, id).await?;
    tx.commit().await?;
    Ok(see_other("/account", Flash::success("替岗已结束。")))
}
