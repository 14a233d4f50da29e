//! Enterprises and projects: who is looked after, where, and who speaks for them.
//!
//! What the platform knows of a client it knows from somewhere: every field has a source and the day it was true
//! (政务数据共享条例: what can be shared is not asked again). A change adds a fact and takes none away.

mod api;
mod pick;
mod rows;

pub use pick::{choice, picked, picks};
pub use rows::{Client, ClientFilter, Fact, Liaison};

use crate::App;
use crate::audit::{self, Deed};
use crate::org;
use kernel::authz::{ReadRegistry, WriteRegistry};
use kernel::id::{ClientId, LiaisonId};
use kernel::words::{ClientKind, ProjectLevel, ScaleClass, StatutoryList};
use kernel::{Actor, AreaCode, CreditCode, Day, Limit, Page, Phone, Problem, Right, Scope};
use schemars::JsonSchema;
use serde::Deserialize;
use shell::Routes;
use store::{Db, Store, Tx};

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

/// An enterprise's person to be named.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub struct NewLiaison {
    /// Their name.
    pub name: String,
    /// What they are in the enterprise.
    #[serde(default)]
    pub position: String,
    /// Where they are reached.
    pub phone: Phone,
}

/// What is to be changed of a client.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub struct Change {
    /// A new name.
    pub name: Option<String>,
    /// A new address.
    pub address: Option<String>,
    /// Whence this is known.
    #[serde(flatten)]
    pub known: Source,
}

/// Clients by name, those of `filter`.
///
/// # Errors
/// When the database fails or the cursor is forged.
pub async fn clients(
    store: &Store,
    scope: &Scope<ReadRegistry>,
    filter: &ClientFilter,
    limit: Limit,
) -> Result<Page<Client>, Problem> {
    let rows = rows::clients(store, scope, filter, limit).await?;
    Ok(Page::cut(rows, limit, |client| (client.name.clone(), client.id)))
}

/// One client.
///
/// # Errors
/// [`Problem::NotFound`] when there is none within the scope.
pub async fn client<R: Right>(db: &impl Db, scope: &Scope<R>, id: ClientId) -> Result<Client, Problem> {
    rows::client(db, scope, id).await?.ok_or(Problem::NotFound)
}

/// What is known of a client now: for every field the latest fact.
///
/// # Errors
/// When the database fails.
pub async fn facts(db: &impl Db, client: &Client) -> Result<Vec<Fact>, Problem> {
    rows::facts(db, client).await
}

/// Who speaks for a client today.
///
/// # Errors
/// When the database fails.
pub async fn liaisons(db: &impl Db, client: &Client) -> Result<Vec<Liaison>, Problem> {
    rows::liaisons(db, client).await
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
    if new.industry.len() != 4 || !new.industry.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(Problem::field("industry", "行业代码应为 4 位数字（GB/T 4754—2017 小类）。"));
    }
    if let Some(name) = rows::holder_of_code(tx, &new.credit_code).await? {
        return Err(Problem::field("credit_code", format!("这个信用代码已登记为“{name}”。")));
    }
    client.credit_code = Some(new.credit_code);
    client.industry = Some(new.industry);
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
    client.project_code = Some(org::named(&new.code, "code", "项目代码")?);
    client.builder = Some(org::named(&new.builder, "builder", "建设单位")?);
    client.project_level = Some(new.level);
    client.investment = Some(cents(&new.investment)?);
    enter(tx, actor, client, &new.common.known).await
}

/// Changes a client's name or address.
///
/// # Errors
/// [`Problem::Stale`] when somebody changed it since it was read; [`Problem::Invalid`] for an empty name.
pub async fn change(tx: &Tx, actor: &Actor, client: Client, change: Change) -> Result<(), Problem> {
    let source = org::named(&change.known.source, "source", "数据来源")?;
    let name = change.name.as_deref().map(|name| org::named(name, "name", "名称")).transpose()?;
    let address = change.address.map(|address| address.trim().to_owned());
    let changed: Vec<_> = [("name", &name, &client.name), ("address", &address, &client.address)]
        .into_iter()
        .filter_map(|(field, new, old)| new.as_ref().filter(|new| *new != old).map(|new| (field, new.clone())))
        .collect();
    if changed.is_empty() {
        return Ok(());
    }
    rows::rename(tx, &client, name.as_deref(), address.as_deref()).await?;
    let known = Source { source: source.clone(), as_of: change.known.as_of };
    let facts = changed.iter().map(|(field, value)| (&client, *field, value.clone())).collect();
    rows::insert_facts(tx, facts, &known, &actor.name).await?;
    let detail = serde_json::json!({ "changed": changed, "source": source });
    audit::record(tx, &Deed::of(actor, "client.change", "client", client.id.0, client.county_id), &detail).await
}

/// Takes the client for this transaction, so that what is counted of it next cannot change under it.
///
/// # Errors
/// When the database fails.
pub async fn hold(tx: &Tx, client: &Client) -> Result<(), Problem> {
    rows::touch(tx, client).await
}

/// Names a liaison. A client has one or two at a time (M5).
///
/// # Errors
/// [`Problem::Conflict`] when it has two already.
pub async fn name_liaison(
    tx: &Tx,
    actor: &Actor,
    client: &Client,
    new: NewLiaison,
    today: Day,
) -> Result<LiaisonId, Problem> {
    let name = org::named(&new.name, "name", "联络员姓名")?;
    rows::touch(tx, client).await?;
    if rows::liaisons(tx, client).await?.len() >= 2 {
        return Err(Problem::Conflict("每家企业（项目）最多两名联络员，请先停用一名再添加。".into()));
    }
    let id = LiaisonId::mint(tx.now());
    rows::insert_liaisons(tx, &[(client, &new, id, today)]).await?;
    let detail = serde_json::json!({ "client": client.name, "name": name });
    audit::record(tx, &Deed::of(actor, "liaison.name", "liaison", id.0, client.county_id), &detail).await?;
    Ok(id)
}

/// The place of a new client, checked, with nothing else known yet.
async fn place(tx: &Tx, scope: &Scope<WriteRegistry>, kind: ClientKind, common: &Common) -> Result<Client, Problem> {
    let area = org::area_within(tx, scope, common.area).await?;
    Ok(Client {
        id: ClientId::mint(tx.now()),
        county_id: area.county_id,
        kind,
        name: org::named(&common.name, "name", "名称")?,
        area_id: area.id,
        area_path: area.path,
        area_name: area.name,
        address: common.address.trim().to_owned(),
        closed_on: None,
        version: 1,
        credit_code: None,
        industry: None,
        scale: None,
        list: None,
        project_code: None,
        project_level: None,
        builder: None,
        investment: None,
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

/// Names liaisons as a whole, as [`load`] enters clients: whose, who, from which day on. At most two a client.
///
/// # Errors
/// As [`store::trouble`] says.
pub async fn load_liaisons(tx: &Tx, liaisons: &[(&Client, NewLiaison, Day)]) -> Result<(), Problem> {
    let minted = liaisons.iter().map(|(client, liaison, from)| (*client, liaison, LiaisonId::mint(tx.now()), *from));
    let minted: Vec<_> = minted.collect();
    rows::insert_liaisons(tx, &minted).await
}

async fn enter(tx: &Tx, actor: &Actor, client: Client, known: &Source) -> Result<ClientId, Problem> {
    let known = Source { source: org::named(&known.source, "source", "数据来源")?, as_of: known.as_of };
    load(tx, std::slice::from_ref(&client), &known, &actor.name).await?;
    audit::record(tx, &Deed::of(actor, "client.enter", "client", client.id.0, client.county_id), &client).await?;
    Ok(client.id)
}

/// Yuan as people write them, in 分.
fn cents(yuan: &str) -> Result<i64, Problem> {
    let told = || Problem::field("investment", "金额应为以元为单位的数字，最多两位小数，如 120000000.00。");
    let (whole, part) = yuan.trim().split_once('.').unwrap_or((yuan.trim(), ""));
    if whole.is_empty() || part.len() > 2 || !whole.bytes().chain(part.bytes()).all(|byte| byte.is_ascii_digit()) {
        return Err(told());
    }
    let cents: i64 = format!("{part:0<2}").parse().map_err(|_| told())?;
    let whole: i64 = whole.parse().map_err(|_| told())?;
    whole.checked_mul(100).and_then(|yuan| yuan.checked_add(cents)).ok_or_else(told)
}

/// 分 as yuan with two decimals.
fn yuan(cents: i64) -> String {
    format!("{}.{:02}", cents / 100, cents % 100)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn money_goes_in_and_comes_out_as_written() {
        for (typed, written) in [("120000000", "120000000.00"), ("0.5", "0.50"), (" 12.34 ", "12.34")] {
            assert_eq!(yuan(cents(typed).unwrap()), written);
        }
        for typed in ["", "-1", "1.234", "1e5", "一亿", ".", "99999999999999999999"] {
            assert!(cents(typed).is_err(), "{typed}");
        }
    }
}
