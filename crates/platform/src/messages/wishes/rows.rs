//! The table of wishes. A row's id is its account's.

use kernel::id::AccountId;
use kernel::words::{MessageChannel, NewsKind, Pace};
use kernel::{AreaCode, BugExt, Instant, Problem};
use sea_orm::FromQueryResult;
use std::collections::BTreeMap;
use store::private::{MessageEmail, MessageEmailWish, Sealed, Sealing};
use store::{Db, Private, Sql, Tx};

/// What somebody wants.
#[derive(Debug, Clone)]
pub struct Wishes {
    /// Whose.
    pub account: AccountId,
    /// The county it is kept in.
    pub county_id: AreaCode,
    /// The address for mail that they confirmed.
    pub email: Option<Private<MessageEmail>>,
    /// The address that they are about to confirm.
    pub email_wish: Option<Private<MessageEmailWish>>,
    /// The roads they chose; none when they chose nothing.
    pub channels: Option<Vec<MessageChannel>>,
    /// What differs from the usual.
    pub paces: BTreeMap<NewsKind, Pace>,
    /// Quiet hours of their own.
    pub quiet: Option<String>,
    /// Whether days off are quiet, where they said so.
    pub off_days: Option<bool>,
    /// For `If-Match`; 0 before anything was chosen.
    pub version: i64,
    pub(super) code: Code,
}

/// A code that was sent to confirm an address.
#[derive(Debug, Clone, Default)]
pub(super) struct Code {
    pub hash: Option<String>,
    pub until: Option<Instant>,
    pub tries: i64,
}

impl Wishes {
    pub(super) fn none(account: AccountId, county_id: AreaCode) -> Self {
        Self {
            account,
            county_id,
            email: None,
            email_wish: None,
            channels: None,
            paces: BTreeMap::new(),
            quiet: None,
            off_days: None,
            version: 0,
            code: Code::default(),
        }
    }
}

#[derive(FromQueryResult)]
struct Row {
    id: AccountId,
    county_id: AreaCode,
    email: Option<Private<MessageEmail>>,
    email_wish: Option<Private<MessageEmailWish>>,
    code_hash: Option<String>,
    code_until: Option<Instant>,
    code_tries: i64,
    channels: Option<String>,
    paces: Option<serde_json::Value>,
    quiet: Option<String>,
    off_days: Option<bool>,
    version: i64,
}

pub async fn wishes(db: &impl Db, account: AccountId) -> Result<Option<Wishes>, Problem> {
    let sql = "SELECT id, county_id, email, id AS email_of, email_wish, id AS email_wish_of, code_hash, code_until, code_tries,
                 channels, paces, quiet, off_days, version
               FROM message_wish WHERE id = $1";
    let row: Option<Row> = db.one(Sql::text(sql).bind(account)).await?;
    let Some(row) = row else { return Ok(None) };
    let channels = row.channels.map(|told| told.split(',').filter_map(MessageChannel::parse).collect());
    let paces = row.paces.map(serde_json::from_value).transpose().bug("reading how soon somebody is told")?;
    Ok(Some(Wishes {
        account: row.id,
        county_id: row.county_id,
        email: row.email,
        email_wish: row.email_wish,
        channels,
        paces: paces.unwrap_or_default(),
        quiet: row.quiet,
        off_days: row.off_days,
        version: row.version,
        code: Code { hash: row.code_hash, until: row.code_until, tries: row.code_tries },
    }))
}

/// Writes all of it over the version that was read.
pub async fn save(tx: &Tx, wishes: &Wishes) -> Result<(), Problem> {
    let id = wishes.account;
    let Sealed { text: email, .. } = tx.seal::<MessageEmail>(id.0, wishes.email.as_ref().map(Private::in_full))?;
    let wish = wishes.email_wish.as_ref().map(Private::in_full);
    let Sealed { text: email_wish, .. } = tx.seal::<MessageEmailWish>(id.0, wish)?;
    let channels: Option<Vec<&str>> =
        wishes.channels.as_ref().map(|all| all.iter().map(|channel| channel.code()).collect());
    let paces = serde_json::to_value(&wishes.paces).bug("writing how soon somebody is told")?;
    let bound = |text: &str| {
        let sql = Sql::text(text).bind(id).bind(wishes.county_id).bind(email.clone()).bind(email_wish.clone());
        let sql = sql.bind(wishes.code.hash.clone()).bind(wishes.code.until).bind(wishes.code.tries);
        let sql = sql.bind(channels.as_ref().map(|all| all.join(","))).bind(paces.clone());
        sql.bind(wishes.quiet.clone()).bind(wishes.off_days)
    };
    if wishes.version == 0 {
        let insert = "INSERT INTO message_wish (id, county_id, email, email_wish, code_hash, code_until, code_tries, channels, paces, quiet, off_days)
                      VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
        return tx.run(bound(insert)).await.map(drop);
    }
    let update =
        "UPDATE message_wish SET email = $3, email_wish = $4, code_hash = $5, code_until = $6, code_tries = $7,
                    channels = $8, paces = $9, quiet = $10, off_days = $11, version = version + 1
                  WHERE id = $1 AND county_id = $2 AND version = $12";
    tx.run_versioned(bound(update).bind(wishes.version)).await
}
