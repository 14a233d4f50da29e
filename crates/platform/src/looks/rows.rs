//! The table of looks.

use super::{Seen, Why};
use kernel::authz::ReadLooks;
use kernel::id::{AccountId, ClientId, LookId};
use kernel::words::{LookField, LookReason, LookSubject, LookWay};
use kernel::{Actor, Cursor, Instant, Limit, Problem, Scope};
use schemars::JsonSchema;
use sea_orm::FromQueryResult;
use serde::{Deserialize, Serialize};
use store::{Columns, Db, Row, Sql, Tx};
use uuid::Uuid;

/// Somebody looked.
#[derive(Debug, Clone, Serialize, JsonSchema, FromQueryResult)]
pub struct Look {
    /// Which look.
    pub id: LookId,
    /// When.
    pub at: Instant,
    /// Who, with their role.
    pub looker: String,
    /// At what kind of thing.
    pub subject: LookSubject,
    /// Its name.
    pub subject_name: String,
    /// At which part of it.
    pub field: LookField,
    /// The client whose it is.
    pub client_id: Option<ClientId>,
    /// The client's name.
    pub client_name: Option<String>,
    /// Why.
    pub reason: LookReason,
    /// In words.
    pub note: String,
    /// How.
    pub way: LookWay,
}

/// Which looks to list.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
pub struct LookFilter {
    /// At what is this client's.
    pub client: Option<ClientId>,
    /// After this place.
    pub cursor: Option<String>,
    /// How many.
    pub limit: Option<u32>,
}

/// An official reads what is their own; an enterprise, by its liaisons, what is the enterprise's.
const PLACE: Columns = Columns { client: Some("look.client_id"), owner: Some("account.id"), ..Columns::NONE };

pub async fn looks(
    db: &impl Db,
    own: &Scope<ReadLooks>,
    filter: &LookFilter,
    limit: Limit,
) -> Result<Vec<Look>, Problem> {
    let mut sql = Sql::text("");
    let mut wanted = vec!["/*scope*/".to_owned()];
    if let Some(client) = filter.client {
        wanted.push(format!("look.client_id = {}", sql.place(client)));
    }
    if let Some(cursor) = filter.cursor.as_deref() {
        wanted.push(format!("look.id < {}", sql.place(Cursor::key::<LookId>(cursor)?)));
    }
    let most = sql.place(limit.probe());
    let text = format!(
        "SELECT look.*, client.name AS client_name FROM look
         LEFT JOIN account ON account.official_id = look.official_id AND account.closed_at IS NULL
         LEFT JOIN client ON client.id = look.client_id AND client.county_id = look.county_id
         WHERE {} ORDER BY look.id DESC LIMIT {most}",
        wanted.join(" AND ")
    );
    db.all(sql.say(text).scoped(own, PLACE)).await
}

#[derive(FromQueryResult)]
struct Opened {
    field: LookField,
}

pub async fn opened(db: &impl Db, account: AccountId, subject: Uuid) -> Result<Vec<LookField>, Problem> {
    let sql = "SELECT DISTINCT field FROM look WHERE subject_id = $1 AND account_id = $2";
    let found: Vec<Opened> = db.all(Sql::text(sql).bind(subject).bind(account)).await?;
    Ok(found.into_iter().map(|opened| opened.field).collect())
}

pub async fn insert(tx: &Tx, actor: &Actor, seen: &[Seen], why: &Why, way: LookWay) -> Result<(), Problem> {
    let columns = &[
        "id",
        "county_id",
        "at",
        "account_id",
        "looker",
        "subject",
        "subject_id",
        "subject_name",
        "field",
        "client_id",
        "official_id",
        "reason",
        "note",
        "way",
    ];
    let role = actor.grants.first().map(|grant| format!("（{}）", grant.role.label())).unwrap_or_default();
    let looker = format!("{}{role}", actor.name);
    let row = |seen: &Seen| {
        let row = Row::new().bind(LookId::mint(tx.now())).bind(seen.county).bind(tx.now()).bind(actor.account);
        let row = row.bind(looker.as_str()).bind(seen.subject).bind(seen.id).bind(seen.name.as_str()).bind(seen.field);
        let row = row.bind(seen.client).bind(seen.official).bind(why.reason);
        row.bind(why.note.as_str()).bind(way)
    };
    let rows: Vec<Row> = seen.iter().map(row).collect();
    tx.insert_many("look", columns, rows).await.map(drop)
}
