//! Demands for people: the list, the form, and one demand with what its reader may do.

use super::show::{ActForm, Line, ShowPage};
use super::{ActWish, Demand, DemandFilter, NewDemand, turn_of};
use crate::files::{self, Kept, Sent};
use crate::{App, notify, registry};
use askama::Template;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use kernel::authz::{RaiseDemands, ReadDemands, ReadRegistry, TriageDemands};
use kernel::id::DemandId;
use kernel::words::{Channel, DemandAct, DemandState, Part};
use kernel::{Cursor, Limit, Problem, Right};
use serde::Deserialize;
use shell::{Choice, Errors, Flash, Guard, Html, Kit, Path, Query, Refusal, Routes, see_other};

pub(super) fn routes() -> Routes<App> {
    Routes::new()
        .post("/demands", raise)
        .post("/demands/{id}/{act}", act)
        .body_limit(files::FORM_LIMIT)
        .get("/demands", list)
        .get("/demands/new", form)
        .get("/demands/{id}", show)
}

#[derive(Template)]
#[template(path = "demands/list.html")]
struct ListPage {
    kit: Kit,
    errors: Errors,
    may_raise: bool,
    /// The part whose turn the reader may ask for, and what that is called.
    turn: Option<(&'static str, &'static str)>,
    waiting: bool,
    states: Vec<Choice>,
    state: String,
    categories: Vec<Choice>,
    category: String,
    q: String,
    lines: Vec<Line>,
    next: Option<Cursor>,
}

/// The filters as a form sends them: what is not chosen is empty.
#[derive(Deserialize, Default)]
#[serde(default)]
struct Asked {
    waiting: String,
    state: String,
    category: String,
    q: String,
    cursor: Option<String>,
}

async fn list(
    guard: Guard<ReadDemands>,
    State(app): State<App>,
    kit: Kit,
    Query(asked): Query<Asked>,
) -> Result<Html<ListPage>, Refusal> {
    let filter = DemandFilter {
        state: DemandState::parse(&asked.state),
        waiting: Part::parse(&asked.waiting),
        category: Some(asked.category.clone()).filter(|category| !category.is_empty()),
        q: Some(asked.q.clone()).filter(|q| !q.trim().is_empty()),
        cursor: asked.cursor,
        ..DemandFilter::default()
    };
    let found = super::demands(&app.store, &guard.actor, &guard.scope, &filter, Limit::USUAL).await?;
    let now = app.now();
    Ok(Html(ListPage {
        kit: kit.titled("企业诉求"),
        errors: Errors::none(),
        may_raise: guard.actor.holds(RaiseDemands::NAME),
        turn: turn_of(&guard.actor).map(|part| (part.code(), "只看等我处理的")),
        waiting: filter.waiting.is_some(),
        states: DemandState::ALL.iter().map(|state| Choice::new(state.code(), state.label())).collect(),
        state: asked.state,
        categories: categories(&app).await?,
        category: asked.category,
        q: asked.q,
        lines: found.items.iter().map(|demand| Line::of(&app.site, demand, now)).collect(),
        next: found.next,
    }))
}

/// The tree of categories as choices, children set in.
async fn categories(app: &App) -> Result<Vec<Choice>, Problem> {
    let all = super::categories(&app.store, &app.site).await?;
    let named = |category: &super::Category| {
        let inset = if category.parent_id.is_some() { "　" } else { "" };
        Choice::new(category.id.as_str(), format!("{inset}{}", category.name))
    };
    Ok(all.iter().map(named).collect())
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Typed {
    client: String,
    category: String,
    channel: String,
    title: String,
    text: String,
}

#[derive(Template)]
#[template(path = "demands/form.html")]
struct FormPage {
    kit: Kit,
    errors: Errors,
    clients: Vec<Choice>,
    categories: Vec<Choice>,
    channels: Vec<Choice>,
    from_desk: bool,
    typed: Typed,
    kept: Vec<Kept>,
}

impl FormPage {
    async fn new(
        app: &App,
        guard: &Guard<RaiseDemands>,
        kit: Kit,
        (typed, kept): (Typed, Vec<Kept>),
        errors: Errors,
    ) -> Result<Self, Problem> {
        let clients = match guard.actor.scope::<ReadRegistry>() {
            Some(scope) => {
                let most = Limit::parse(Some(200))?;
                registry::clients(&app.store, &scope, &registry::ClientFilter::default(), most).await?.items
            }
            None => Vec::new(),
        };
        Ok(Self {
            kit: kit.titled("提交诉求").under("/demands", "企业诉求"),
            errors,
            clients: clients.iter().map(|client| Choice::new(client.id.to_string(), client.name.as_str())).collect(),
            categories: categories(app).await?,
            channels: Channel::ALL.iter().map(|channel| Choice::new(channel.code(), channel.label())).collect(),
            from_desk: guard.actor.holds(TriageDemands::NAME),
            typed,
            kept,
        })
    }
}

async fn form(guard: Guard<RaiseDemands>, State(app): State<App>, kit: Kit) -> Result<Html<FormPage>, Refusal> {
    Ok(Html(FormPage::new(&app, &guard, kit, Default::default(), Errors::none()).await?))
}

async fn raise(
    guard: Guard<RaiseDemands>,
    State(app): State<App>,
    kit: Kit,
    request: Request,
) -> Result<Response, Refusal> {
    let sent = files::receive::<Typed>(&app, &guard.actor, request).await?;
    match raised(&app, &guard, &sent).await {
        Ok(demand) => {
            let told = format!("诉求已提交，编号 {}。服务台会在 2 个工作小时内与您联系。", demand.number);
            Ok(see_other(&format!("/demands/{}", demand.id), Flash::success(told)))
        }
        Err(problem) => {
            let errors = Errors::take(problem)?;
            let page = FormPage::new(&app, &guard, kit, (sent.typed, sent.files), errors).await?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, Html(page)).into_response())
        }
    }
}

async fn raised(app: &App, guard: &Guard<RaiseDemands>, sent: &Sent<Typed>) -> Result<Demand, Problem> {
    sent.whole()?;
    let typed = &sent.typed;
    let client = typed.client.parse().map_err(|_| Problem::field("client", "请选择企业（项目）。"))?;
    let new = NewDemand {
        client,
        category: typed.category.clone(),
        title: typed.title.clone(),
        text: typed.text.clone(),
        channel: Channel::parse(&typed.channel),
        files: sent.ids(),
    };
    let tx = app.store.begin().await?;
    let demand = super::raise(&tx, &app.site, &guard.actor, &guard.scope, new).await?;
    tx.commit().await?;
    Ok(demand)
}

async fn show(
    guard: Guard<ReadDemands>,
    State(app): State<App>,
    kit: Kit,
    Path(id): Path<DemandId>,
) -> Result<Html<ShowPage>, Refusal> {
    let demand = super::demand(&app.store, &guard.scope, id).await?;
    notify::seen(&app.store, &guard.actor, &demand.path()).await?;
    Ok(Html(ShowPage::new(&app, &guard.actor, kit, demand, None).await?))
}

async fn act(
    guard: Guard<ReadDemands>,
    State(app): State<App>,
    kit: Kit,
    Path((id, act)): Path<(DemandId, DemandAct)>,
    request: Request,
) -> Result<Response, Refusal> {
    let demand = super::demand(&app.store, &guard.scope, id).await?;
    let sent = files::receive::<ActForm>(&app, &guard.actor, request).await?;
    match acted(&app, &guard, demand.clone(), act, &sent).await {
        Ok(after) => {
            let told = format!("已{}，诉求现在是“{}”。", act.label(), after.state.label());
            // Whoever gave a demand away may not see it any more.
            let seen = super::demand(&app.store, &guard.scope, id).await.is_ok();
            let place = if seen { format!("/demands/{id}") } else { "/demands".to_owned() };
            Ok(see_other(&place, Flash::success(told)))
        }
        Err(problem) => {
            let (status, errors) = match problem {
                Problem::Conflict(detail) => (StatusCode::CONFLICT, Errors { detail, items: Vec::new() }),
                Problem::Stale(detail) => (StatusCode::PRECONDITION_FAILED, Errors { detail, items: Vec::new() }),
                other => (StatusCode::UNPROCESSABLE_ENTITY, Errors::take(other)?),
            };
            let page = ShowPage::new(&app, &guard.actor, kit, demand, Some((act, sent, errors))).await?;
            Ok((status, Html(page)).into_response())
        }
    }
}

async fn acted(
    app: &App,
    guard: &Guard<ReadDemands>,
    demand: Demand,
    act: DemandAct,
    sent: &Sent<ActForm>,
) -> Result<Demand, Problem> {
    sent.whole()?;
    let act = ActWish::from(&sent.typed).parse(act)?;
    let tx = app.store.begin().await?;
    let demand = super::demand(&tx, &guard.scope, demand.id).await?;
    if demand.version != sent.typed.version {
        return Err(demand.gone_on());
    }
    let demand = super::act(&tx, &app.site, &guard.actor, demand, &act, &sent.ids()).await?;
    tx.commit().await?;
    Ok(demand)
}
