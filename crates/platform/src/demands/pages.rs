//! Demands for people: the list, the form, and one demand with what its reader may do.

use super::show::{ActForm, ShowPage};
use super::{ActWish, Demand, NewDemand};
use crate::files::{self, Kept, Sent};
use crate::{App, notify, org, registry};
use askama::Template;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use kernel::authz::{RaiseDemands, ReadDemands, ReadOrg, ReadRegistry, TriageDemands};
use kernel::id::{DemandId, UnitId};
use kernel::words::{Channel, DemandAct};
use kernel::{Limit, Problem, Right};
use serde::Deserialize;
use shell::{Choice, Errors, Flash, Guard, Html, Kit, Path, Picker, Refusal, Routes, see_other};

pub(super) fn routes() -> Routes<App> {
    Routes::new()
        .post("/demands", raise)
        .post("/demands/{id}/{act}", act)
        .body_limit(files::FORM_LIMIT)
        .get("/demands/new", form)
        .get("/demands/{id}", show)
}

/// The tree of categories as choices, children set in.
pub(super) async fn categories(app: &App) -> Result<Vec<Choice>, Problem> {
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
    Ok(Html(ShowPage::new(&app, &guard, kit, demand, None).await?))
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
            let page = ShowPage::new(&app, &guard, kit, demand, Some((act, sent, errors))).await?;
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
    let mut wish = ActWish::from(&sent.typed);
    if act == DemandAct::Dispatch {
        wish.unit = Some(unit_meant(app, guard, &sent.typed).await?);
    }
    let act = wish.parse(act)?;
    let tx = app.store.begin().await?;
    let demand = super::demand(&tx, &guard.scope, demand.id).await?;
    if demand.version != sent.typed.version {
        return Err(super::gone_on(&tx, &guard.actor, &demand).await?);
    }
    let demand = super::act(&tx, &app.site, &guard.actor, demand, &act, &sent.ids()).await?;
    tx.commit().await?;
    Ok(demand)
}

/// The unit that a dispatch means: what was picked, else the suggestion that was chosen.
async fn unit_meant(app: &App, guard: &Guard<ReadDemands>, typed: &ActForm) -> Result<UnitId, Problem> {
    let consulted = guard.actor.scope::<ReadOrg>().ok_or(Problem::NotFound)?;
    let mut picker = Picker::sent(&typed.unit, &typed.unit_text);
    if picker.is_empty() {
        picker.chosen.clone_from(&typed.suggested);
    }
    org::picked_unit(&app.store, &consulted, &mut picker, "unit").await
}
