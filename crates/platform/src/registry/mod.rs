//! Enterprises and projects: who is looked after, where, and who speaks for them.
//!
//! What the platform knows of a client it knows from somewhere: every field has a source and the day it was true
//! (政务数据共享条例: what can be shared is not asked again). A change adds a fact and takes none away.

mod api;
mod change;
mod liaisons;
pub mod many;
mod money;
mod pick;
mod rows;

pub use change::{Change, ClientClosed, ClientMoved, ClientReopened, change, close, reopen};
pub use liaisons::{
    Liaison, NewLiaison, end_liaison, liaison, liaison_history, liaisons, liaisons_of, load_liaisons, may_look,
    name_liaison, replace_liaison, serves,
};
pub use money::{spoken, yuan};
pub use pick::{choice, client_near, few, industry, picked, picks, picks_near};
pub use rows::{Client, ClientFilter, ClientSort, Fact};

use crate::App;
use crate::audit::{self, Deed};
use crate::org;
use kernel::authz::{ReadRegistry, WriteRegistry};
use kernel::id::ClientId;
use kernel::words::{ClientKind, ProjectLevel, ScaleClass, StatutoryList};
use kernel::{Actor, AreaCode, CreditCode, Day, Industry, Limit, Page, Problem, Right, Scope};
use schemars::JsonSchema;
use serde::Deserialize;
use shell::Routes;
use store::{Db, Tx};

/// The resources of this feature.
#[must_use]
pub fn routes() -> Routes<App> {
    api::routes().merge(pick::routes())
}

/// Whence a client's fields are known.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub struct Source {
    /// The register, document or person, such as `市场监管局企业登记库`.
    pub source: String,
    /// The day on which it was so.
    pub as_of: Day,
}

/// By what a client is named in an address: its id, or an enterprise's credit code.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(try_from = "String")]
#[schemars(with = "String")]
pub enum ClientKey {
    /// Its id.
    Id(ClientId),
    /// Its unified social credit code.
    Code(CreditCode),
}

impl TryFrom<String> for ClientKey {
    type Error = String;
    fn try_from(text: String) -> Result<Self, String> {
        match text.parse() {
            Ok(id) => Ok(Self::Id(id)),
            Err(_) => CreditCode::parse(&text).map(Self::Code),
        }
    }
}

/// What enterprises and projects have in common.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub struct Common {
    /// The name.
    pub name: String,
    /// The area it lies in.
    pub area: AreaCode,
    /// Street and number.
    #[serde(default)]
    pub address: String,
    /// Whence all this is known.
    #[serde(flatten)]
    pub known: Source,
}

/// An enterprise to be entered.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub struct NewEnterprise {
    /// Name, place and source.
    #[serde(flatten)]
    pub common: Common,
    /// Its unified social credit code, unique in the site.
    pub credit_code: CreditCode,
    /// Its class by GB/T 4754-2017, four digits.
    pub industry: String,
    /// Its size.
    pub scale: ScaleClass,
    /// The statutory list it is on.
    pub list: Option<StatutoryList>,
}

/// A project to be entered.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub struct NewProject {
    /// Name, place and source.
    #[serde(flatten)]
    pub common: Common,
    /// Its code in the national project register (投资项目代码), unique in the site.
    pub code: String,
    /// The level at which it is major.
    pub level: ProjectLevel,
    /// Who builds it.
    pub builder: String,
    /// The planned investment, in yuan, as a decimal text.
    pub investment: String,
}

/// Clients, those of `filter` in its order.
///
/// # Errors
/// [`Problem::Invalid`] for an area or section that is none; when the database fails or the cursor is forged.
pub async fn clients(
    db: &impl Db,
    scope: &Scope<ReadRegistry>,
    filter: &ClientFilter,
    limit: Limit,
) -> Result<Page<Client>, Problem> {
    let rows = rows::clients(db, scope, filter, limit).await?;
    Ok(match filter.sort {
        ClientSort::Name => Page::cut(rows, limit, |client| (client.name.clone(), client.id)),
        ClientSort::Newest => Page::cut(rows, limit, |client| client.id),
    })
}

/// How many clients there are of `filter`; counted up to `most`.
///
/// # Errors
/// As [`clients`].
pub async fn count(
    db: &impl Db,
    scope: &Scope<ReadRegistry>,
    filter: &ClientFilter,
    most: i64,
) -> Result<i64, Problem> {
    rows::count(db, scope, filter, most).await
}

/// One client.
///
/// # Errors
/// [`Problem::NotFound`] when there is none within the scope.
pub async fn client<R: Right>(db: &impl Db, scope: &Scope<R>, id: ClientId) -> Result<Client, Problem> {
    rows::client(db, scope, id).await?.ok_or(Problem::NotFound)
}

/// The enterprise with this credit code.
///
/// # Errors
/// [`Problem::NotFound`] when there is none within the scope.
pub async fn enterprise<R: Right>(db: &impl Db, scope: &Scope<R>, code: &CreditCode) -> Result<Client, Problem> {
    rows::by_code(db, scope, code).await?.ok_or(Problem::NotFound)
}

/// All that was ever learnt of a client, the latest first.
///
/// # Errors
/// When the database fails.
pub async fn history(db: &impl Db, client: &Client) -> Result<Vec<Fact>, Problem> {
    rows::history(db, client).await
}

/// What is known of a client now: for every field the latest fact.
///
/// # Errors
/// When the database fails.
pub async fn facts(db: &impl Db, client: &Client) -> Result<Vec<Fact>, Problem> {
    rows::facts(db, client).await
}

/// The client of this kind that a program names by id, or an enterprise by its credit code.
///
/// # Errors
/// [`Problem::NotFound`] when there is none within the scope.
pub async fn named<R: Right>(
    db: &impl Db,
    scope: &Scope<R>,
    kind: ClientKind,
    key: &ClientKey,
) -> Result<Client, Problem> {
    let client = match key {
        ClientKey::Id(id) => client(db, scope, *id).await?,
        ClientKey::Code(code) => enterprise(db, scope, code).await?,
    };
    if client.kind == kind { Ok(client) } else { Err(Problem::NotFound) }
}

/// Enters an enterprise.
///
/// # Errors
/// [`Problem::Invalid`] for an area out of reach, an industry that is no class, or a credit code that is entered already.
pub async fn enter_enterprise(
    tx: &Tx,
    actor: &Actor,
    scope: &Scope<WriteRegistry>,
    new: NewEnterprise,
) -> Result<ClientId, Problem> {
    let mut client = place(tx, scope, ClientKind::Enterprise, &new.common).await?;
    let industry = Industry::parse(&new.industry).map_err(|told| Problem::field("industry", told))?;
    free(tx, scope, "credit_code", new.credit_code.as_str()).await?;
    client.credit_code = Some(new.credit_code);
    client.industry = Some(industry.code().to_owned());
    client.scale = Some(new.scale);
    client.list = new.list;
    enter(tx, actor, client, &new.common.known).await
}

/// Enters a project.
///
/// # Errors
/// [`Problem::Invalid`] for an area out of reach, an empty code or builder, or an investment that is no amount.
pub async fn enter_project(
    tx: &Tx,
    actor: &Actor,
    scope: &Scope<WriteRegistry>,
    new: NewProject,
) -> Result<ClientId, Problem> {
    let mut client = place(tx, scope, ClientKind::Project, &new.common).await?;
    let code = org::named(&new.code.to_uppercase(), "code", "项目代码")?;
    free(tx, scope, "code", &code).await?;
    client.project_code = Some(code);
    client.builder = Some(org::named(&new.builder, "builder", "建设单位")?);
    client.project_level = Some(new.level);
    client.investment = Some(money::cents(&new.investment)?);
    enter(tx, actor, client, &new.common.known).await
}

/// Takes the client for this transaction, so that what is counted of it next cannot change under it.
///
/// # Errors
/// When the database fails.
pub async fn hold(tx: &Tx, client: &Client) -> Result<(), Problem> {
    rows::touch(tx, client).await
}

/// Refuses a code that is entered already. Whose it is learns only who may see them.
async fn free(tx: &Tx, scope: &Scope<WriteRegistry>, field: &str, code: &str) -> Result<(), Problem> {
    if !rows::code_taken(tx, code).await? {
        return Ok(());
    }
    let holder = rows::picks(tx, scope, code, 1).await?.pop();
    let told = match holder {
        Some(holder) => format!("这个代码已登记为“{}”。", holder.name),
        None => "这个代码已在别处登记，请核对；确属本区域的，请联系综合协调组。".to_owned(),
    };
    Err(Problem::field(field, told))
}

fn address(text: &str) -> Result<String, Problem> {
    match text.trim() {
        long if long.chars().count() > 200 => Err(Problem::field("address", "地址不能超过 200 个字。")),
        address => Ok(address.to_owned()),
    }
}

/// Whence something is known, checked: a named source, and no day that is still to come (the site is at most a day ahead
/// of UTC).
fn known(tx: &Tx, told: &Source) -> Result<Source, Problem> {
    if tx.now().date_naive().succ_opt().is_some_and(|latest| told.as_of > latest) {
        return Err(Problem::field("as_of", "数据日期不能晚于今天。"));
    }
    Ok(Source { source: org::named(&told.source, "source", "数据来源")?, as_of: told.as_of })
}

/// The place of a new client, checked, with nothing else known yet.
async fn place(tx: &Tx, scope: &Scope<WriteRegistry>, kind: ClientKind, common: &Common) -> Result<Client, Problem> {
    let area = org::area_within(tx, scope, common.area).await?;
    Ok(Client {
        name: org::named(&common.name, "name", "名称")?,
        area_path: area.path,
        area_name: area.name,
        address: address(&common.address)?,
        ..Client::unknown(ClientId::mint(tx.now()), kind, area.county_id, area.id)
    })
}

/// Enters clients with their facts as a whole and without an audit line each: for who loads a world and records that in
/// one line. They are taken as they are.
///
/// # Errors
/// As [`store::trouble`] says.
pub async fn load(tx: &Tx, clients: &[Client], known: &Source, by: &str) -> Result<(), Problem> {
    rows::insert_clients(tx, clients).await?;
    let fields = |client| Client::fields(client).into_iter().map(move |(field, value)| (client, field, value));
    let facts = clients.iter().flat_map(fields).collect();
    rows::insert_facts(tx, facts, known, by).await
}

async fn enter(tx: &Tx, actor: &Actor, client: Client, known: &Source) -> Result<ClientId, Problem> {
    let known = self::known(tx, known)?;
    load(tx, std::slice::from_ref(&client), &known, &actor.name).await?;
    audit::record(tx, &Deed::of(actor, "client.enter", "client", client.id.0, client.county_id), &client).await?;
    Ok(client.id)
}
