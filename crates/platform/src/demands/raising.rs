//! The form by which a demand is raised: the client known or picked, the category in groups, files along, and a word of
//! warning when the same may have been asked already.

use super::alike::{self, Alike, AlikeLine};
use super::{Category, NewDemand};
use crate::files::{self, Kept, Sent};
use crate::{App, Once, catalogue, registry};
use askama::Template;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use kernel::authz::{RaiseDemands, TriageDemands};
use kernel::words::{Channel, Urgency};
use kernel::{Problem, Right};
use serde::Deserialize;
use shell::{Choice, Errors, Flash, Guard, Html, Kit, Picker, Query, Refusal, Routes};

pub(super) fn routes() -> Routes<App> {
    Routes::new().post("/demands", raise).body_limit(files::FORM_LIMIT).get("/demands/new", form)
}

/// The tree of categories as choices, children set in.
pub(super) async fn categories(app: &App) -> Result<Vec<Choice>, Problem> {
    Ok(catalogue::category_choices(&catalogue::remembered(app).await?))
}

/// A category of the first level with those below it.
pub(super) struct Group {
    pub label: String,
    pub choices: Vec<Choice>,
}

/// The categories in use, in groups: below each of the first level its own, and it itself for whatever fits none of them.
pub(super) fn groups(all: &[Category]) -> Vec<Group> {
    let open = || all.iter().filter(|category| category.closed_on.is_none());
    let tops = open().filter(|category| category.parent_id.is_none());
    let group = |top: &Category| {
        let below = open().filter(|category| category.parent_id.as_ref() == Some(&top.id));
        let mut choices: Vec<_> = below.map(|child| Choice::new(child.id.as_str(), child.name.as_str())).collect();
        let other = if choices.is_empty() { top.name.clone() } else { format!("{}（其他）", top.name) };
        choices.push(Choice::new(top.id.as_str(), other));
        Group { label: top.name.clone(), choices }
    };
    tops.map(group).collect()
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Typed {
    client: String,
    client_text: String,
    category: String,
    channel: String,
    title: String,
    text: String,
    /// `true` when who raised it is to be kept from those who serve.
    sealed: String,
    urgency: String,
    /// `true` when it is another matter than the open ones that were shown.
    again: String,
    /// The key under which a telephone keeps what was typed.
    once: String,
}

#[derive(Template)]
#[template(path = "demands/form.html")]
struct FormPage {
    kit: Kit,
    errors: Errors,
    /// The only client there is to choose.
    only: Option<Choice>,
    /// A handful to choose from, without typing.
    few: Vec<Choice>,
    client: Picker,
    groups: Vec<Group>,
    channels: Vec<Choice>,
    urgencies: Vec<Choice>,
    from_desk: bool,
    typed: Typed,
    kept: Vec<Kept>,
    /// Open demands that may be the same matter.
    alike: Vec<AlikeLine>,
}

impl FormPage {
    async fn new(app: &App, guard: &Guard<RaiseDemands>, kit: Kit, typed: Typed) -> Result<Self, Problem> {
        let few = registry::few(&app.store, &guard.scope).await?;
        let only = if let [only] = few.as_slice() { Some(only.clone()) } else { None };
        let mut client = Picker::sent(&typed.client, &typed.client_text);
        if only.is_none() && !client.is_empty() {
            // What it means was told already, when the form was read.
            match registry::picked(&app.store, &guard.scope, &mut client, "client").await {
                Ok(_) | Err(Problem::Invalid { .. }) => {}
                Err(other) => return Err(other),
            }
        }
        Ok(Self {
            kit: kit.titled("提交诉求").under("/demands", "企业诉求"),
            errors: Errors::none(),
            only,
            few,
            client,
            groups: groups(&catalogue::remembered(app).await?),
            channels: Channel::ALL.iter().map(|channel| Choice::new(channel.code(), channel.label())).collect(),
            urgencies: Urgency::ALL.iter().map(|word| Choice::new(word.code(), word.label())).collect(),
            from_desk: guard.actor.holds(TriageDemands::NAME),
            typed,
            kept: Vec::new(),
            alike: Vec::new(),
        })
    }
}

#[derive(Deserialize)]
struct For {
    #[serde(default)]
    client: String,
}

async fn form(
    guard: Guard<RaiseDemands>,
    State(app): State<App>,
    kit: Kit,
    Query(For { client }): Query<For>,
) -> Result<Html<FormPage>, Refusal> {
    Ok(Html(FormPage::new(&app, &guard, kit, Typed { client, ..Typed::default() }).await?))
}

async fn raise(
    guard: Guard<RaiseDemands>,
    State(app): State<App>,
    kit: Kit,
    request: Request,
) -> Result<Response, Refusal> {
    let mut sent = files::receive::<Typed>(&app, &guard.actor, request).await?;
    let once = std::mem::take(&mut sent.once);
    once.not_before(&app, &guard.actor).await?;
    let by_telephone = once.by_telephone();
    let (errors, alike) = match raised(&app, &guard, &sent, once).await {
        Ok(Outcome::Raised(answer)) => return Ok(answer),
        Ok(Outcome::Alike(_)) if by_telephone => {
            return Err(Problem::Conflict("可能有同类诉求正在办理，请打开看一看再提交。".into()).into());
        }
        Ok(Outcome::Alike(alike)) => (Errors::none(), alike.iter().map(|alike| AlikeLine::of(&app, alike)).collect()),
        Err(Refusal::Problem(problem)) if !by_telephone => (Errors::take(problem)?, Vec::new()),
        Err(refusal) => return Err(refusal),
    };
    let page = FormPage::new(&app, &guard, kit, sent.typed).await?;
    let page = FormPage { errors, alike, kept: sent.files, ..page };
    Ok((StatusCode::UNPROCESSABLE_ENTITY, Html(page)).into_response())
}

/// What comes of a form.
enum Outcome {
    /// The demand, and the way to it.
    Raised(Response),
    /// A question first: are these the same matter?
    Alike(Vec<Alike>),
}

async fn raised(app: &App, guard: &Guard<RaiseDemands>, sent: &Sent<Typed>, once: Once) -> Result<Outcome, Refusal> {
    sent.whole()?;
    let typed = &sent.typed;
    let mut client = Picker::sent(&typed.client, &typed.client_text);
    let client = registry::picked(&app.store, &guard.scope, &mut client, "client").await?;
    let alike = if typed.again == "true" {
        Vec::new()
    } else {
        alike::before_raising(app, &guard.actor, (client, &typed.category), (&typed.title, &typed.text)).await?
    };
    if !alike.is_empty() {
        return Ok(Outcome::Alike(alike));
    }
    let new = NewDemand {
        client,
        category: typed.category.clone(),
        title: typed.title.clone(),
        text: typed.text.clone(),
        channel: Channel::parse(&typed.channel),
        sealed: typed.sealed == "true",
        urgency: Urgency::parse(&typed.urgency).filter(|_| guard.actor.holds(TriageDemands::NAME)),
        files: sent.ids(),
    };
    let tx = once.begin(app, &guard.actor).await?;
    let demand = super::raise(&tx, &app.site, &guard.actor, &guard.scope, new).await?;
    let told = format!("诉求已提交，编号 {}。服务台会在 2 个工作小时内与您联系。", demand.number);
    Ok(Outcome::Raised(once.land(tx, app, &guard.actor, &demand.path(), Flash::success(told)).await?))
}
