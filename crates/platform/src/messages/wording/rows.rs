//! The table of wordings: every version, the highest holds.

use super::{Key, Wording};
use kernel::id::WordingId;
use kernel::words::NewsKind;
use kernel::{AreaCode, Instant, Problem};
use sea_orm::FromQueryResult;
use store::{Db, Sql, Tx};

/// A version of a wording.
#[derive(Debug, Clone, FromQueryResult)]
pub struct Version {
    /// None for a return to the built-in one.
    title: Option<String>,
    text: Option<String>,
    /// Who wrote it.
    pub made_by: String,
    /// When.
    pub made_at: Instant,
    /// Which one, counted from 1.
    pub version: i64,
}

impl Version {
    /// What was written; none for a return to the built-in one.
    #[must_use]
    pub fn wording(&self) -> Option<Wording> {
        let text = self.text.clone()?;
        Some(Wording { title: self.title.clone().unwrap_or_default(), text })
    }
}

fn code(kind: Option<NewsKind>) -> &'static str {
    kind.map_or("digest", NewsKind::code)
}

pub async fn versions(db: &impl Db, site: AreaCode, (kind, channel): Key, most: i64) -> Result<Vec<Version>, Problem> {
    let sql = "SELECT title, text, made_by, made_at, version FROM wording
               WHERE county_id = $1 AND kind = $2 AND channel = $3 ORDER BY version DESC LIMIT $4";
    db.all(Sql::text(sql).bind(site).bind(code(kind)).bind(channel).bind(most)).await
}

pub async fn insert(
    tx: &Tx,
    site: AreaCode,
    (kind, channel): Key,
    (version, wording): (i64, Option<&Wording>),
    by: &str,
) -> Result<WordingId, Problem> {
    let id = WordingId::mint(tx.now());
    let insert = "INSERT INTO wording (id, county_id, kind, channel, title, text, made_by, made_at, version)
                  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    let insert = Sql::text(insert).bind(id).bind(site).bind(code(kind)).bind(channel);
    let insert = insert.bind(wording.map(|told| told.title.clone())).bind(wording.map(|told| told.text.clone()));
    tx.run(insert.bind(by).bind(tx.now()).bind(version)).await?;
    Ok(id)
}
