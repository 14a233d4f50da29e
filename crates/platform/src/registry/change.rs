//! Changing what is known of a client, and closing one. Every changed field becomes a fact with its source; nothing is lost.

use super::{Client, Source, known, money, rows};
use crate::audit::{self, Deed};
use crate::org;
use kernel::authz::WriteRegistry;
use kernel::id::ClientId;
use kernel::words::{ClientKind, ProjectLevel, ScaleClass, StatutoryList};
use kernel::{Actor, AreaCode, CreditCode, Day, Industry, Problem, Scope};
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize};
use store::{Topic, Tx};

/// What is to be changed of a client; what is absent stays as it is.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub struct Change {
    /// A new name.
    pub name: Option<String>,
    /// A new address.
    pub address: Option<String>,
    /// Another area of the same county.
    pub area: Option<AreaCode>,
    /// An enterprise's class by GB/T 4754-2017, four digits.
    pub industry: Option<String>,
    /// An enterprise's size.
    pub scale: Option<ScaleClass>,
    /// The statutory list an enterprise is on; null when it is on none.
    #[serde(default, deserialize_with = "given")]
    pub list: Option<Option<StatutoryList>>,
    /// The level at which a project is major.
    pub level: Option<ProjectLevel>,
    /// Who builds a project.
    pub builder: Option<String>,
    /// A project's planned investment, in yuan, as a decimal text.
    pub investment: Option<String>,
    /// Whence this is known.
    #[serde(flatten)]
    pub known: Source,
}

/// A client is gone: deregistered, moved away, done or merged. Told through the outbox, in its county.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct ClientClosed {
    /// Which.
    pub client: ClientId,
    /// Its last day.
    pub last: Day,
}

impl Topic for ClientClosed {
    const NAME: &'static str = "client.closed";
}

/// A client lies in another area of its county now. Told through the outbox, in its county.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct ClientMoved {
    /// Which.
    pub client: ClientId,
}

impl Topic for ClientMoved {
    const NAME: &'static str = "client.moved";
}

/// A closing was taken back. Told through the outbox, in the client's county.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct ClientReopened {
    /// Which.
    pub client: ClientId,
}

impl Topic for ClientReopened {
    const NAME: &'static str = "client.reopened";
}

/// A field that is there, be it null.
fn given<'de, D: Deserializer<'de>>(value: D) -> Result<Option<Option<StatutoryList>>, D::Error> {
    Option::deserialize(value).map(Some)
}

/// Changes what is known of a client.
///
/// # Errors
/// [`Problem::Stale`] when somebody changed it since it was read; [`Problem::Invalid`] for what does not fit the field, or
/// a field that this kind of client does not have; [`Problem::Conflict`] when it is closed.
pub async fn change(
    tx: &Tx,
    actor: &Actor,
    scope: &Scope<WriteRegistry>,
    client: Client,
    change: Change,
) -> Result<(), Problem> {
    if client.closed_on.is_some() {
        return Err(Problem::Conflict(format!("“{}”已注销或退出，信息不再更改。", client.name)));
    }
    let known = known(tx, &change.known)?;
    let mut after = client.clone();
    if let Some(name) = change.name.as_deref() {
        after.name = org::named(name, "name", "名称")?;
    }
    if let Some(address) = change.address.as_deref() {
        after.address = super::address(address)?;
    }
    if let Some(code) = change.area.filter(|code| *code != client.area_id) {
        let area = org::area_within(tx, scope, code).await?;
        if area.county_id != client.county_id {
            let told = "只能在本县（市、区）内变更；迁往外县的，请在原属地办理退出，再到新属地录入。";
            return Err(Problem::field("area", told));
        }
        (after.area_id, after.area_path, after.area_name) = (area.id, area.path, area.name);
    }
    match client.kind {
        ClientKind::Enterprise => change_enterprise(&mut after, &change)?,
        ClientKind::Project => change_project(&mut after, &change)?,
    }
    save(tx, actor, &client, &after, &known, "client.change").await
}

fn change_enterprise(after: &mut Client, change: &Change) -> Result<(), Problem> {
    absent(&change.level, "level")?;
    absent(&change.builder, "builder")?;
    absent(&change.investment, "investment")?;
    if let Some(code) = change.industry.as_deref() {
        let industry = Industry::parse(code).map_err(|told| Problem::field("industry", told))?;
        after.industry = Some(industry.code().to_owned());
    }
    after.scale = change.scale.or(after.scale);
    after.list = change.list.unwrap_or(after.list);
    Ok(())
}

fn change_project(after: &mut Client, change: &Change) -> Result<(), Problem> {
    absent(&change.industry, "industry")?;
    absent(&change.scale, "scale")?;
    absent(&change.list, "list")?;
    after.project_level = change.level.or(after.project_level);
    if let Some(builder) = change.builder.as_deref() {
        after.builder = Some(org::named(builder, "builder", "建设单位")?);
    }
    if let Some(investment) = change.investment.as_deref() {
        after.investment = Some(money::cents(investment)?);
    }
    Ok(())
}

fn absent<T>(given: &Option<T>, field: &str) -> Result<(), Problem> {
    match given {
        Some(_) => Err(Problem::field(field, "这一类对象没有这项信息。")),
        None => Ok(()),
    }
}

/// Closes a client: an enterprise that is deregistered, merged or moves away, a project that is done or given up. `last` is
/// its last day, `into` the one it was merged into.
///
/// # Errors
/// As [`change`]; [`Problem::Invalid`] for a successor that is the client itself, or gone.
pub async fn close(
    tx: &Tx,
    actor: &Actor,
    client: &Client,
    (last, into): (Day, Option<&Client>),
    told: &Source,
) -> Result<(), Problem> {
    if client.closed_on.is_some() {
        return Err(Problem::Conflict(format!("“{}”已经注销或退出。", client.name)));
    }
    let known = known(tx, told)?;
    if into.is_some_and(|into| into.id == client.id || into.closed_on.is_some()) {
        return Err(Problem::field("into", "请选择另一家仍在册的企业（项目）。"));
    }
    let after = Client { closed_on: Some(last), ..client.clone() };
    save(tx, actor, client, &after, &known, "client.close").await?;
    let Some(into) = into else { return Ok(()) };
    let code = into.credit_code.as_ref().map(CreditCode::as_str).or(into.project_code.as_deref()).unwrap_or_default();
    let successor = format!("{}（{code}）", into.name);
    rows::insert_facts(tx, vec![(&after, "successor", successor)], &known, &actor.name).await
}

/// Takes a closing back that was a mistake.
///
/// # Errors
/// As [`change`]; [`Problem::Conflict`] when the client is not closed.
pub async fn reopen(tx: &Tx, actor: &Actor, client: &Client, told: &Source) -> Result<(), Problem> {
    if client.closed_on.is_none() {
        return Err(Problem::Conflict(format!("“{}”没有注销或退出，不需要恢复。", client.name)));
    }
    let known = known(tx, told)?;
    let after = Client { closed_on: None, ..client.clone() };
    save(tx, actor, client, &after, &known, "client.reopen").await
}

/// Keeps what is different, as row and as facts. A field that holds nothing any more is known to be empty.
pub(super) async fn save(
    tx: &Tx,
    actor: &Actor,
    before: &Client,
    after: &Client,
    known: &Source,
    deed: &str,
) -> Result<(), Problem> {
    let (was, is) = (before.fields(), after.fields());
    let gone = was.iter().filter(|(field, _)| is.iter().all(|(other, _)| other != field));
    let gone = gone.map(|(field, _)| (*field, String::new()));
    let changed: Vec<_> = is.iter().filter(|field| !was.contains(field)).cloned().chain(gone).collect();
    if changed.is_empty() {
        return Ok(());
    }
    rows::save(tx, after).await?;
    let facts = changed.iter().map(|(field, value)| (after, *field, value.clone())).collect();
    rows::insert_facts(tx, facts, known, &actor.name).await?;
    let detail = serde_json::json!({ "changed": changed, "source": known.source });
    audit::record(tx, &Deed::of(actor, deed, "client", after.id.0, after.county_id), &detail).await?;
    let (client, county) = (after.id, after.county_id);
    if before.area_id != after.area_id {
        tx.emit(county, &ClientMoved { client }).await?;
    }
    match (before.closed_on, after.closed_on) {
        (None, Some(last)) => tx.emit(county, &ClientClosed { client, last }).await.map(drop),
        (Some(_), None) => tx.emit(county, &ClientReopened { client }).await.map(drop),
        _ => Ok(()),
    }
}
