//! Opening what is masked of a demand's people, by those who take part in it. Each part is opened apart, for a reason, and the
//! enterprise reads who did. What was opened stays open to them.

use super::{Demand, discreet, registry, steps};
use crate::App;
use crate::looks::{self, AskPage, Seen, Typed, Why};
use axum::extract::State;
use axum::response::Response;
use kernel::authz::ReadDemands;
use kernel::id::DemandId;
use kernel::words::{LookField, LookSubject, Part};
use kernel::{Actor, Problem};
use rules::Standing;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use shell::{Form, Guard, Html, Json, Kit, Path, Query, Refusal, Routes};
use store::Db;

pub(super) fn routes() -> Routes<App> {
    Routes::new().get("/demands/{id}/look", ask).post("/demands/{id}/look", open_page).api_post(
        "/api/v1/demands/{id}/look",
        "查看诉求联络员的完整电话；身份不公开的，逐项查看企业名称、联系人、电话。须说明理由，留下记录",
        look,
    )
}

/// Where something of a demand is asked for.
pub(super) fn href(demand: &Demand, field: LookField) -> String {
    format!("{}/look?field={}", demand.path(), field.code())
}

/// Which part of a demand's people is asked for.
#[derive(Debug, Clone, Copy, Deserialize, JsonSchema)]
struct Asked {
    /// The part; the numbers when nothing is said.
    field: Option<LookField>,
}

impl Asked {
    fn field(self) -> LookField {
        self.field.unwrap_or(LookField::Phone)
    }
}

#[derive(Debug, Deserialize, JsonSchema)]
#[schemars(rename = "LookAtDemand")]
struct Wish {
    /// Which part of its people.
    field: LookField,
    #[serde(flatten)]
    why: Why,
}

/// What was opened.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "OpenedOfDemand")]
struct Opened {
    /// Which part.
    field: LookField,
    /// What it says: of each of the client's people one.
    values: Vec<String>,
}

/// What the actor has opened of a demand's people.
pub(super) async fn opened(db: &impl Db, actor: &Actor, demand: &Demand) -> Result<Vec<LookField>, Problem> {
    looks::opened(db, actor.account, demand.id.0).await
}

/// In place of a number of which not even a part is told.
pub(super) const HIDDEN: &str = "***";

/// What of a demand's people is hidden at first: of a sealed identity all, each part to be opened apart.
pub(super) fn fields(demand: &Demand) -> &'static [LookField] {
    if demand.sealed { &[LookField::Client, LookField::Contact, LookField::Phone] } else { &[LookField::Phone] }
}

/// Whether the actor takes part in the demand on the side of who answers, and may look; where its identity is sealed, desk and
/// lead unit alone.
pub(super) fn may_look(actor: &Actor, demand: &Demand, standing: &Standing) -> bool {
    let parts = steps::doer(actor, demand, Some(standing)).parts;
    parts.iter().any(|part| match demand.sealed {
        true => matches!(part, Part::Desk | Part::Unit),
        false => *part != Part::Client,
    })
}

/// What a field says: hidden, and in full; of people, of each liaison of today.
async fn values(app: &App, demand: &Demand, field: LookField) -> Result<Vec<(String, String)>, Problem> {
    if !fields(demand).contains(&field) {
        return Err(Problem::NotFound);
    }
    if field == LookField::Client {
        return Ok(vec![(discreet::SOMEBODY.into(), demand.client_name.clone())]);
    }
    let liaisons = registry::liaisons_of(&app.store, &[demand.client_id], app.today()).await?;
    let of = |one: registry::Liaison| match field {
        LookField::Phone if demand.sealed => (HIDDEN.into(), one.phone.in_full().to_string()),
        LookField::Phone => (one.phone.masked(), one.phone.in_full().to_string()),
        LookField::Contact | LookField::Client => {
            (HIDDEN.into(), format!("{} {}", one.name, one.position).trim().to_owned())
        }
    };
    Ok(liaisons.into_iter().map(of).collect())
}

async fn found(app: &App, guard: &Guard<ReadDemands>, id: DemandId) -> Result<Demand, Problem> {
    let demand = super::demand(&app.store, &guard.scope, id).await?;
    let standing = super::standing(&app.store, &demand).await?;
    if may_look(&guard.actor, &demand, &standing) { Ok(demand) } else { Err(Problem::NotFound) }
}

async fn open(app: &App, actor: &Actor, demand: &Demand, field: LookField, why: Why) -> Result<Vec<String>, Problem> {
    let full = values(app, demand, field).await?.into_iter().map(|(_, full)| full).collect();
    let seen = Seen {
        county: demand.county_id,
        subject: LookSubject::Demand,
        id: demand.id.0,
        name: demand.title.clone(),
        field,
        client: Some(demand.client_id),
        official: None,
    };
    let tx = app.store.begin().await?;
    looks::record(&tx, actor, seen, why).await?;
    tx.commit().await?;
    Ok(full)
}

async fn page(app: &App, kit: Kit, demand: &Demand, field: LookField) -> Result<AskPage, Problem> {
    let masked: Vec<String> = values(app, demand, field).await?.into_iter().map(|(masked, _)| masked).collect();
    let whose = format!("诉求“{}”的{}", demand.title, field.label());
    let kit = kit.under(demand.path(), demand.title.as_str());
    Ok(AskPage::new(kit, href(demand, field), whose, masked.join("，")))
}

async fn ask(
    guard: Guard<ReadDemands>,
    State(app): State<App>,
    kit: Kit,
    Path(id): Path<DemandId>,
    Query(asked): Query<Asked>,
) -> Result<Html<AskPage>, Refusal> {
    let demand = found(&app, &guard, id).await?;
    Ok(Html(page(&app, kit, &demand, asked.field()).await?))
}

async fn open_page(
    guard: Guard<ReadDemands>,
    State(app): State<App>,
    kit: Kit,
    Path(id): Path<DemandId>,
    Query(asked): Query<Asked>,
    Form(typed): Form<Typed>,
) -> Result<Response, Refusal> {
    let demand = found(&app, &guard, id).await?;
    let page = page(&app, kit, &demand, asked.field()).await?;
    match typed.why() {
        Ok(why) => Ok(page.opened(open(&app, &guard.actor, &demand, asked.field(), why).await?.join("，"))),
        Err(problem) => page.refused(typed, problem),
    }
}

async fn look(
    guard: Guard<ReadDemands>,
    State(app): State<App>,
    Path(id): Path<DemandId>,
    Json(wish): Json<Wish>,
) -> Result<Json<Opened>, Refusal> {
    let demand = found(&app, &guard, id).await?;
    let values = open(&app, &guard.actor, &demand, wish.field, wish.why).await?;
    Ok(Json(Opened { field: wish.field, values }))
}
