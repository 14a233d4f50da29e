//! The tables of clients and facts.

use super::{Source, money};
use crate::org;
use kernel::authz::ReadRegistry;
use kernel::id::{ClientId, EventId};
use kernel::industry::Section;
use kernel::words::{AreaLevel, ClientKind, ProjectLevel, ScaleClass, StatutoryList};
use kernel::{AreaCode, AreaPath, CreditCode, Cursor, Day, Instant, Limit, Problem, Right, Scope, still_as_read};
use schemars::JsonSchema;
use sea_orm::FromQueryResult;
use serde::{Deserialize, Serialize, Serializer};
use store::{Columns, Db, Row, Sql, Tx, beginning, containing};

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
    cents.map(money::yuan).serialize(serializer)
}

impl Client {
    /// A client of which nothing is known but what it is and where it lies.
    pub(super) fn unknown(id: ClientId, kind: ClientKind, county_id: AreaCode, area_id: AreaCode) -> Self {
        Self {
            id,
            county_id,
            kind,
            name: String::new(),
            area_id,
            area_path: AreaPath(String::new()),
            area_name: String::new(),
            address: String::new(),
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
        }
    }

    /// Refuses a change that was decided on another version than this one.
    ///
    /// # Errors
    /// [`Problem::Stale`] when somebody changed it since.
    pub fn read_as(&self, version: i64) -> Result<(), Problem> {
        still_as_read(self.version, version, format_args!("“{}”的信息", self.name))
    }

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
        add("investment", self.investment.map(money::yuan));
        add("closed_on", self.closed_on.map(|day| day.to_string()));
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

/// Which clients to list.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
pub struct ClientFilter {
    /// Enterprises or projects.
    pub kind: Option<ClientKind>,
    /// In this area or below: a city, a county or a town.
    #[serde(alias = "county")]
    pub area: Option<AreaCode>,
    /// Enterprises on this statutory list.
    pub list: Option<StatutoryList>,
    /// Enterprises of this section of GB/T 4754: a letter, such as `C`.
    pub section: Option<String>,
    /// Enterprises of this size.
    pub scale: Option<ScaleClass>,
    /// The enterprise with this code.
    pub credit_code: Option<CreditCode>,
    /// Projects that are major at this level.
    pub level: Option<ProjectLevel>,
    /// Those that somebody looks after, or those that nobody does.
    pub paired: Option<bool>,
    /// On which day somebody does or does not; today, unless said.
    pub on: Option<Day>,
    /// Those that are gone, instead of those that are there.
    #[serde(default)]
    pub closed: bool,
    /// With this text in the name, or with this code.
    pub q: Option<String>,
    /// In this order.
    #[serde(default)]
    pub sort: ClientSort,
    /// After this place.
    pub cursor: Option<String>,
    /// How many.
    pub limit: Option<u32>,
}

/// In which order clients are listed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, JsonSchema)]
pub enum ClientSort {
    /// By name.
    #[default]
    #[serde(rename = "name")]
    Name,
    /// The latest entered first.
    #[serde(rename = "-created_at")]
    Newest,
}

pub(super) const CLIENT: &str =
    "SELECT client.id, client.county_id, client.kind, client.name, client.area_id, client.area_path,
           area.name AS area_name, client.address, client.closed_on, client.version,
           enterprise.credit_code, enterprise.industry, enterprise.scale, enterprise.list,
           project.code AS project_code, project.level AS project_level, project.builder, project.investment
    FROM client
    JOIN area ON area.id = client.area_id AND area.county_id = client.county_id
    LEFT JOIN enterprise ON enterprise.id = client.id AND enterprise.county_id = client.county_id
    LEFT JOIN project ON project.id = client.id AND project.county_id = client.county_id";
const PLACE: Columns = Columns {
    area: Some("client.area_path"),
    county: Some("client.county_id"),
    client: Some("client.id"),
    ..Columns::NONE
};

/// The first rows of an index on area, kind and name (or id); what else is asked for is looked up row by row, so that a
/// rare wish walks at most the clients of the area. A text is looked for in each name: a county has a few thousand.
pub async fn clients(
    db: &impl Db,
    scope: &Scope<ReadRegistry>,
    filter: &ClientFilter,
    limit: Limit,
) -> Result<Vec<Client>, Problem> {
    let mut sql = Sql::text("");
    let mut wanted = wanted(db, &mut sql, filter).await?;
    let order = match filter.sort {
        ClientSort::Name => "client.name, client.id",
        ClientSort::Newest => "client.id DESC",
    };
    match (filter.cursor.as_deref(), filter.sort) {
        (None, _) => {}
        (Some(cursor), ClientSort::Name) => {
            let (name, id) = Cursor::key::<(String, ClientId)>(cursor)?;
            wanted.push(format!("(client.name, client.id) > ({}, {})", sql.place(name), sql.place(id)));
        }
        (Some(cursor), ClientSort::Newest) => {
            // A newer id is a later one.
            let id = Cursor::key::<ClientId>(cursor)?;
            wanted.push(format!("client.id < {}", sql.place(id)));
        }
    }
    let most = sql.place(limit.probe());
    let text = format!("{CLIENT} WHERE {} ORDER BY {order} LIMIT {most}", wanted.join(" AND "));
    db.all(sql.say(text).scoped(scope, PLACE)).await
}

/// How many there are of `filter`, counted up to `most`.
pub async fn count(
    db: &impl Db,
    scope: &Scope<ReadRegistry>,
    filter: &ClientFilter,
    most: i64,
) -> Result<i64, Problem> {
    let mut sql = Sql::text("");
    let wanted = wanted(db, &mut sql, filter).await?.join(" AND ");
    let most = sql.place(most);
    let text = format!(
        "SELECT COUNT(*) FROM (SELECT 1 FROM client
           LEFT JOIN enterprise ON enterprise.id = client.id AND enterprise.county_id = client.county_id
           LEFT JOIN project ON project.id = client.id AND project.county_id = client.county_id
         WHERE {wanted} LIMIT {most}) counted"
    );
    Ok(db.value(sql.say(text).scoped(scope, PLACE)).await?.unwrap_or(0))
}

/// The conditions of a filter. The table of pairings is read here, since a list of clients without commissioner is cut
/// and counted where the clients are.
async fn wanted(db: &impl Db, sql: &mut Sql, filter: &ClientFilter) -> Result<Vec<String>, Problem> {
    let mut wanted = vec!["/*scope*/".to_owned()];
    if let Some(kind) = filter.kind {
        wanted.push(format!("client.kind = {}", sql.place(kind)));
    }
    if let Some(code) = filter.area {
        let area = org::area(db, code).await?.ok_or_else(|| Problem::field("area", "没有这个区域。"))?;
        wanted.push(match area.level {
            AreaLevel::Town => format!("client.area_path = {}", sql.place(area.path)),
            AreaLevel::County => format!("client.county_id = {}", sql.place(code)),
            AreaLevel::City | AreaLevel::Province => {
                let (from, end) = (sql.place(area.path.clone()), sql.place(area.path.end()));
                format!("client.area_path >= {from} AND client.area_path < {end}")
            }
        });
    }
    if let Some(list) = filter.list {
        wanted.push(format!("enterprise.list = {}", sql.place(list)));
    }
    if let Some(section) = filter.section.as_deref() {
        let section = Section::parse(section).ok_or_else(|| Problem::field("section", "没有这个行业门类。"))?;
        let (from, below) = section.range();
        wanted.push(format!(
            "enterprise.industry >= {} AND enterprise.industry < {}",
            sql.place(from),
            sql.place(below)
        ));
    }
    if let Some(scale) = filter.scale {
        wanted.push(format!("enterprise.scale = {}", sql.place(scale)));
    }
    if let Some(code) = filter.credit_code.clone() {
        let code = sql.place(code);
        wanted.push(format!("client.id IN (SELECT id FROM enterprise WHERE credit_code = {code})"));
    }
    if let Some(level) = filter.level {
        wanted.push(format!("project.level = {}", sql.place(level)));
    }
    if let Some((paired, day)) = filter.paired.zip(filter.on) {
        // The county is said so that SQLite, as long as it has counted nothing, does not read a whole county for each client.
        let (not, day) = (if paired { "" } else { "NOT " }, sql.place(day));
        wanted.push(format!(
            "{not}EXISTS (SELECT 1 FROM pairing WHERE pairing.client_id = client.id AND NOT (pairing.county_id <> client.county_id)
               AND pairing.from_day <= {day} AND (pairing.until_day IS NULL OR pairing.until_day >= {day}))"
        ));
    }
    wanted.push(format!("client.closed_on IS {}NULL", if filter.closed { "NOT " } else { "" }));
    if let Some(q) = filter.q.as_deref().map(str::trim).filter(|q| !q.is_empty()) {
        let (name, code) = (sql.place(containing(q)), sql.place(beginning(&q.to_uppercase())));
        wanted.push(format!(
            "(client.name LIKE {name} OR enterprise.credit_code LIKE {code} OR project.code LIKE {code} OR project.builder LIKE {name})"
        ));
    }
    Ok(wanted)
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

/// The open client with this id within an area.
pub async fn client_near(db: &impl Db, area: &AreaPath, id: ClientId) -> Result<Option<Client>, Problem> {
    let sql = format!("{CLIENT} WHERE client.id = $1 AND client.area_path >= $2 AND client.area_path < $3");
    db.one(Sql::text(sql).bind(id).bind(area.clone()).bind(area.end())).await
}

/// The open clients within an area that `text` may mean: by a part of the name, or the beginning of the code.
pub async fn picks_near(db: &impl Db, area: &AreaPath, text: &str, most: usize) -> Result<Vec<Client>, Problem> {
    let sql = format!(
        "{CLIENT} WHERE (client.name LIKE $1 OR enterprise.credit_code LIKE $2 OR project.code LIKE $2)
           AND client.closed_on IS NULL AND client.area_path >= $3 AND client.area_path < $4
         ORDER BY client.name, client.id LIMIT $5"
    );
    let sql = Sql::text(sql).bind(containing(text)).bind(beginning(&text.to_uppercase()));
    db.all(sql.bind(area.clone()).bind(area.end()).bind(most as i64)).await
}

/// The client with this credit code.
pub async fn by_code<R: Right>(db: &impl Db, scope: &Scope<R>, code: &CreditCode) -> Result<Option<Client>, Problem> {
    let sql = format!("{CLIENT} WHERE enterprise.credit_code = $1 AND /*scope*/");
    db.one(Sql::text(sql).bind(code.clone()).scoped(scope, PLACE)).await
}

/// Whether a credit code or a project's code is taken, by whomever.
pub async fn code_taken(db: &impl Db, code: &str) -> Result<bool, Problem> {
    let sql = "SELECT EXISTS (SELECT 1 FROM enterprise WHERE credit_code = $1) OR EXISTS (SELECT 1 FROM project WHERE code = $1)";
    Ok(db.value(Sql::text(sql).bind(code)).await?.unwrap_or(false))
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

/// Keeps what may change of a client.
pub async fn save(tx: &Tx, client: &Client) -> Result<(), Problem> {
    let save =
        "UPDATE client SET name = $4, address = $5, area_id = $6, area_path = $7, closed_on = $8, version = version + 1
                WHERE id = $1 AND county_id = $2 AND version = $3";
    let save = Sql::text(save).bind(client.id).bind(client.county_id).bind(client.version).bind(client.name.as_str());
    let save = save.bind(client.address.as_str()).bind(client.area_id).bind(client.area_path.clone());
    tx.run_versioned(save.bind(client.closed_on)).await?;
    let detail = match client.kind {
        ClientKind::Enterprise => {
            let save = "UPDATE enterprise SET industry = $3, scale = $4, list = $5 WHERE id = $1 AND county_id = $2";
            let save = Sql::text(save).bind(client.id).bind(client.county_id);
            save.bind(client.industry.clone()).bind(client.scale).bind(client.list)
        }
        ClientKind::Project => {
            let save = "UPDATE project SET level = $3, builder = $4, investment = $5 WHERE id = $1 AND county_id = $2";
            let save = Sql::text(save).bind(client.id).bind(client.county_id);
            save.bind(client.project_level).bind(client.builder.clone()).bind(client.investment)
        }
    };
    tx.run(detail).await.map(drop)
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

/// All that was ever learnt of a client, the latest first.
pub async fn history(db: &impl Db, client: &Client) -> Result<Vec<Fact>, Problem> {
    let sql = "SELECT field, value, source, as_of, recorded_at, recorded_by FROM fact
               WHERE client_id = $1 AND county_id = $2 ORDER BY recorded_at DESC, id DESC";
    db.all(Sql::text(sql).bind(client.id).bind(client.county_id)).await
}

pub async fn facts(db: &impl Db, client: &Client) -> Result<Vec<Fact>, Problem> {
    let sql = "SELECT field, value, source, as_of, recorded_at, recorded_by FROM (
                 SELECT fact.*, ROW_NUMBER() OVER (PARTITION BY field ORDER BY recorded_at DESC, id DESC) AS age
                 FROM fact WHERE client_id = $1 AND county_id = $2) latest
               WHERE age = 1 ORDER BY field";
    db.all(Sql::text(sql).bind(client.id).bind(client.county_id)).await
}
