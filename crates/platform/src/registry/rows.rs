//! The tables of clients, facts and liaisons.

use super::{NewLiaison, Source};
use kernel::authz::ReadRegistry;
use kernel::id::{ClientId, EventId, LiaisonId};
use kernel::words::{ClientKind, ProjectLevel, ScaleClass, StatutoryList};
use kernel::{AreaCode, AreaPath, CreditCode, Cursor, Day, Instant, Limit, Phone, Problem, Right, Scope};
use schemars::JsonSchema;
use sea_orm::FromQueryResult;
use serde::{Deserialize, Serialize, Serializer};
use store::{Columns, Db, Row, Sql, Store, Tx, beginning, containing};

/// A client: an enterprise or a project. What the other kind has is absent.
#[derive(Debug, Clone, Serialize, FromQueryResult, JsonSchema)]
pub struct Client {
    /// Which client.
    pub id: ClientId,
    /// The county it belongs to.
    pub county_id: AreaCode,
    /// What it is.
    pub kind: ClientKind,
    /// Its name.
    pub name: String,
    /// The area it lies in.
    pub area_id: AreaCode,
    /// The path of that area.
    pub area_path: AreaPath,
    /// The name of that area.
    pub area_name: String,
    /// Street and number.
    pub address: String,
    /// Its last day, once it is closed.
    pub closed_on: Option<Day>,
    /// For `If-Match`.
    pub version: i64,
    /// An enterprise's code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub credit_code: Option<CreditCode>,
    /// An enterprise's class by GB/T 4754.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub industry: Option<String>,
    /// An enterprise's size.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scale: Option<ScaleClass>,
    /// The statutory list an enterprise is on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub list: Option<StatutoryList>,
    /// A project's code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub project_code: Option<String>,
    /// The level at which a project is major.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub project_level: Option<ProjectLevel>,
    /// Who builds a project.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub builder: Option<String>,
    /// A project's planned investment, in 分; outside, in yuan.
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "yuan")]
    #[schemars(with = "Option<String>")]
    pub investment: Option<i64>,
}

fn yuan<S: Serializer>(cents: &Option<i64>, serializer: S) -> Result<S::Ok, S::Error> {
    cents.map(super::yuan).serialize(serializer)
}

impl Client {
    /// Every field that is known, as facts hold them.
    pub(super) fn fields(&self) -> Vec<(&'static str, String)> {
        let mut fields = vec![("name", self.name.clone()), ("area", self.area_id.to_string())];
        let mut add = |field, value: Option<String>| fields.extend(value.map(|value| (field, value)));
        add("address", Some(self.address.clone()).filter(|address| !address.is_empty()));
        add("credit_code", self.credit_code.clone().map(String::from));
        add("industry", self.industry.clone());
        add("scale", self.scale.map(|word| word.code().into()));
        add("list", self.list.map(|word| word.code().into()));
        add("project_code", self.project_code.clone());
        add("project_level", self.project_level.map(|word| word.code().into()));
        add("builder", self.builder.clone());
        add("investment", self.investment.map(super::yuan));
        fields
    }
}

/// One thing that was learnt of a client.
#[derive(Debug, Clone, Serialize, FromQueryResult, JsonSchema)]
pub struct Fact {
    /// The field.
    pub field: String,
    /// Its value.
    pub value: String,
    /// Whence it is known.
    pub source: String,
    /// The day on which it was so.
    pub as_of: Day,
    /// When it was entered.
    pub recorded_at: Instant,
    /// By whom.
    pub recorded_by: String,
}

/// An enterprise's person.
#[derive(Debug, Clone, Serialize, FromQueryResult, JsonSchema)]
pub struct Liaison {
    /// Which liaison.
    pub id: LiaisonId,
    /// Their name.
    pub name: String,
    /// What they are in the enterprise.
    pub position: String,
    /// Where they are reached; on the way out it is masked.
    #[serde(serialize_with = "masked")]
    #[schemars(with = "String")]
    pub phone: Phone,
    /// Since when.
    pub from_day: Day,
}

fn masked<S: Serializer>(phone: &Phone, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&phone.masked())
}

/// Which clients to list.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
pub struct ClientFilter {
    /// Enterprises or projects.
    pub kind: Option<ClientKind>,
    /// Of this county.
    pub county: Option<AreaCode>,
    /// On this statutory list.
    pub list: Option<StatutoryList>,
    /// With this text in the name, or with this credit code.
    pub q: Option<String>,
    /// After this place.
    pub cursor: Option<String>,
    /// How many.
    pub limit: Option<u32>,
}

const CLIENT: &str = "SELECT client.id, client.county_id, client.kind, client.name, client.area_id, client.area_path,
           area.name AS area_name, client.address, client.closed_on, client.version,
           enterprise.credit_code, enterprise.industry, enterprise.scale, enterprise.list,
           project.code AS project_code, project.level AS project_level, project.builder, project.investment
    FROM client
    JOIN area ON area.id = client.area_id AND area.county_id = client.county_id
    LEFT JOIN enterprise ON enterprise.id = client.id AND enterprise.county_id = client.county_id
    LEFT JOIN project ON project.id = client.id AND project.county_id = client.county_id";
const PLACE: Columns = Columns { area: Some("client.area_path"), client: Some("client.id"), ..Columns::NONE };

pub async fn clients(
    store: &Store,
    scope: &Scope<ReadRegistry>,
    filter: &ClientFilter,
    limit: Limit,
) -> Result<Vec<Client>, Problem> {
    let (name, id) = match filter.cursor.as_deref().map(Cursor::key::<(String, ClientId)>).transpose()? {
        Some((name, id)) => (Some(name), Some(id)),
        None => (None, None),
    };
    let sql = format!(
        "{CLIENT} WHERE /*scope*/ AND ($1 IS NULL OR (client.name, client.id) > ($1, $2))
           AND ($3 IS NULL OR client.kind = $3) AND ($4 IS NULL OR client.county_id = $4)
           AND ($5 IS NULL OR enterprise.list = $5)
           AND ($6 IS NULL OR client.name LIKE $6 OR enterprise.credit_code = $7) AND client.closed_on IS NULL
         ORDER BY client.name, client.id LIMIT $8"
    );
    let code = filter.q.as_deref().and_then(|q| CreditCode::parse(q).ok());
    let sql = Sql::text(sql).bind(name).bind(id).bind(filter.kind).bind(filter.county).bind(filter.list);
    let sql = sql.bind(filter.q.as_deref().map(containing)).bind(code).bind(limit.probe());
    store.all(sql.scoped(scope, PLACE)).await
}

pub async fn client<R: Right>(db: &impl Db, scope: &Scope<R>, id: ClientId) -> Result<Option<Client>, Problem> {
    db.one(Sql::text(format!("{CLIENT} WHERE client.id = $1 AND /*scope*/")).bind(id).scoped(scope, PLACE)).await
}

/// Open clients whose name or code is `text`, then those that have it in their name, or their code begins with it. The
/// second query walks names in order and stops at the tenth hit; a text that few have is looked for in every name of the
/// scope: a county's few thousand.
pub async fn picks<R: Right>(db: &impl Db, scope: &Scope<R>, text: &str, most: usize) -> Result<Vec<Client>, Problem> {
    let code = text.to_uppercase();
    let exact = format!(
        "{CLIENT} WHERE (client.name = $1 OR client.id IN (SELECT id FROM enterprise WHERE credit_code = $2)
           OR client.id IN (SELECT id FROM project WHERE code = $2)) AND client.closed_on IS NULL AND /*scope*/
         ORDER BY client.name, client.id LIMIT $3"
    );
    let exact = Sql::text(exact).bind(text).bind(code.as_str()).bind(most as i64);
    let mut found: Vec<Client> = if text.is_empty() { Vec::new() } else { db.all(exact.scoped(scope, PLACE)).await? };
    let holding = format!(
        "{CLIENT} WHERE (client.name LIKE $1 OR enterprise.credit_code LIKE $2 OR project.code LIKE $2)
           AND client.closed_on IS NULL AND /*scope*/ ORDER BY client.name, client.id LIMIT $3"
    );
    let holding = Sql::text(holding).bind(containing(text)).bind(beginning(&code)).bind(most as i64);
    let more: Vec<Client> = db.all(holding.scoped(scope, PLACE)).await?;
    let new: Vec<Client> = more.into_iter().filter(|client| found.iter().all(|there| there.id != client.id)).collect();
    found.extend(new);
    found.truncate(most);
    Ok(found)
}

pub async fn holder_of_code(db: &impl Db, code: &CreditCode) -> Result<Option<String>, Problem> {
    let sql = "SELECT client.name FROM enterprise
               JOIN client ON client.id = enterprise.id AND client.county_id = enterprise.county_id
               WHERE enterprise.credit_code = $1";
    db.value(Sql::text(sql).bind(code.clone())).await
}

pub async fn insert_clients(tx: &Tx, clients: &[Client]) -> Result<(), Problem> {
    let columns = &["id", "county_id", "kind", "name", "area_id", "area_path", "address", "made_at"];
    let row = |client: &Client| {
        let row = Row::new().bind(client.id).bind(client.county_id).bind(client.kind).bind(client.name.as_str());
        let row = row.bind(client.area_id).bind(client.area_path.clone()).bind(client.address.as_str());
        row.bind(tx.now())
    };
    let rows: Vec<Row> = clients.iter().map(row).collect();
    tx.insert_many("client", columns, rows).await?;
    let of_kind = |kind| clients.iter().filter(move |client| client.kind == kind);
    let columns = &["id", "county_id", "credit_code", "industry", "scale", "list"];
    let row = |client: &Client| {
        let row = Row::new().bind(client.id).bind(client.county_id).bind(client.credit_code.clone());
        row.bind(client.industry.clone()).bind(client.scale).bind(client.list)
    };
    let rows: Vec<Row> = of_kind(ClientKind::Enterprise).map(row).collect();
    tx.insert_many("enterprise", columns, rows).await?;
    let columns = &["id", "county_id", "code", "level", "builder", "investment"];
    let row = |client: &Client| {
        let row = Row::new().bind(client.id).bind(client.county_id).bind(client.project_code.clone());
        row.bind(client.project_level).bind(client.builder.clone()).bind(client.investment)
    };
    let rows: Vec<Row> = of_kind(ClientKind::Project).map(row).collect();
    tx.insert_many("project", columns, rows).await.map(drop)
}

pub async fn rename(tx: &Tx, client: &Client, name: Option<&str>, address: Option<&str>) -> Result<(), Problem> {
    let rename = "UPDATE client SET name = COALESCE($4, name), address = COALESCE($5, address), version = version + 1
                  WHERE id = $1 AND county_id = $2 AND version = $3";
    let rename = Sql::text(rename).bind(client.id).bind(client.county_id).bind(client.version);
    tx.run_versioned(rename.bind(name.map(str::to_owned)).bind(address.map(str::to_owned))).await
}

/// Takes the client's row for this transaction, so that what is counted next cannot change under it.
pub async fn touch(tx: &Tx, client: &Client) -> Result<(), Problem> {
    let touch = "UPDATE client SET version = version WHERE id = $1 AND county_id = $2";
    tx.run(Sql::text(touch).bind(client.id).bind(client.county_id)).await.map(drop)
}

/// What was learnt of clients: whose it is, the field, its value.
pub async fn insert_facts(
    tx: &Tx,
    facts: Vec<(&Client, &str, String)>,
    known: &Source,
    by: &str,
) -> Result<(), Problem> {
    let columns = &["id", "county_id", "client_id", "field", "value", "source", "as_of", "recorded_at", "recorded_by"];
    let row = |(client, field, value): (&Client, &str, String)| {
        let row = Row::new().bind(EventId::mint(tx.now())).bind(client.county_id).bind(client.id).bind(field);
        row.bind(value).bind(known.source.as_str()).bind(known.as_of).bind(tx.now()).bind(by)
    };
    let rows: Vec<Row> = facts.into_iter().map(row).collect();
    tx.insert_many("fact", columns, rows).await.map(drop)
}

pub async fn facts(db: &impl Db, client: &Client) -> Result<Vec<Fact>, Problem> {
    let sql = "SELECT field, value, source, as_of, recorded_at, recorded_by FROM (
                 SELECT fact.*, ROW_NUMBER() OVER (PARTITION BY field ORDER BY recorded_at DESC, id DESC) AS age
                 FROM fact WHERE client_id = $1 AND county_id = $2) latest
               WHERE age = 1 ORDER BY field";
    db.all(Sql::text(sql).bind(client.id).bind(client.county_id)).await
}

pub async fn liaisons(db: &impl Db, client: &Client) -> Result<Vec<Liaison>, Problem> {
    let sql = "SELECT id, name, position, phone, from_day FROM liaison
               WHERE client_id = $1 AND county_id = $2 AND until_day IS NULL ORDER BY from_day, id";
    db.all(Sql::text(sql).bind(client.id).bind(client.county_id)).await
}

/// Liaisons: whose, who, from which day on.
pub async fn insert_liaisons(tx: &Tx, liaisons: &[(&Client, &NewLiaison, LiaisonId, Day)]) -> Result<(), Problem> {
    let columns = &["id", "county_id", "client_id", "name", "position", "phone", "from_day"];
    let row = |(client, liaison, id, from): &(&Client, &NewLiaison, LiaisonId, Day)| {
        let row = Row::new().bind(*id).bind(client.county_id).bind(client.id).bind(liaison.name.trim());
        row.bind(liaison.position.trim()).bind(liaison.phone.clone()).bind(*from)
    };
    let rows: Vec<Row> = liaisons.iter().map(row).collect();
    tx.insert_many("liaison", columns, rows).await.map(drop)
}
