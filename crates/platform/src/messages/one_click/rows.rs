//! The table of links.

use kernel::id::{AccountId, ContactId, OneClickId};
use kernel::{AreaCode, Instant, Problem};
use sea_orm::FromQueryResult;
use store::{Db, Sql, Tx};

/// What a link does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deed {
    /// Confirms that a contact was.
    ConfirmContact,
    /// Stops mail.
    StopEmail,
}

impl Deed {
    fn code(self) -> &'static str {
        match self {
            Self::ConfirmContact => "confirm_contact",
            Self::StopEmail => "stop_email",
        }
    }
}

/// A link that holds.
#[derive(Debug, Clone)]
pub struct Link {
    pub account_id: AccountId,
    pub deed: Deed,
    contact: Option<ContactId>,
}

impl Link {
    /// The contact it is about.
    pub fn contact(&self) -> Result<ContactId, Problem> {
        self.contact.ok_or(Problem::NotFound)
    }
}

#[derive(FromQueryResult)]
struct Row {
    account_id: AccountId,
    deed: String,
    subject_id: Option<ContactId>,
}

impl From<Row> for Link {
    fn from(row: Row) -> Self {
        let deed = if row.deed == Deed::StopEmail.code() { Deed::StopEmail } else { Deed::ConfirmContact };
        Self { account_id: row.account_id, deed, contact: row.subject_id }
    }
}

pub async fn insert(
    tx: &Tx,
    (account, county): (AccountId, AreaCode),
    (deed, contact): (Deed, Option<ContactId>),
    (hash, until): (&str, Instant),
) -> Result<(), Problem> {
    let insert = "INSERT INTO one_click (id, county_id, account_id, deed, subject_id, secret_hash, made_at, expires_at)
                  VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    let insert = Sql::text(insert).bind(OneClickId::mint(tx.now())).bind(county).bind(account).bind(deed.code());
    tx.run(insert.bind(contact).bind(hash).bind(tx.now()).bind(until)).await.map(drop)
}

/// A link that was not used and has not run out.
pub async fn open(db: &impl Db, hash: &str, now: Instant) -> Result<Option<Link>, Problem> {
    let sql = "SELECT account_id, deed, subject_id FROM one_click WHERE secret_hash = $1 AND used_at IS NULL AND expires_at > $2";
    Ok(db.one::<Row>(Sql::text(sql).bind(hash).bind(now)).await?.map(Link::from))
}

/// The same, used with this: of two who press at once, one has it.
pub async fn take(tx: &Tx, hash: &str) -> Result<Option<Link>, Problem> {
    let take = "UPDATE one_click SET used_at = $2 WHERE secret_hash = $1 AND used_at IS NULL AND expires_at > $2
                RETURNING account_id, deed, subject_id";
    Ok(tx.one::<Row>(Sql::text(take).bind(hash).bind(tx.now())).await?.map(Link::from))
}

pub async fn forget(tx: &Tx) -> Result<(), Problem> {
    tx.run(Sql::text("DELETE FROM one_click WHERE expires_at < $1").bind(tx.now())).await.map(drop)
}
