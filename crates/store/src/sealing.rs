//! Sealing what lies there: rows from before there were keys, and rows of an older key. In batches, beside people at work,
//! to be broken off and begun again at any time.

use crate::private::{COLUMNS, Column, seal_text};
use crate::sql::{Db, Sql};
use crate::{Sealed, Store};
use kernel::{AreaCode, BugExt, Problem};
use sea_orm::FromQueryResult;
use std::collections::BTreeMap;
use uuid::Uuid;

/// A row whose value is looked at.
#[derive(FromQueryResult)]
struct Lying {
    id: Uuid,
    county_id: AreaCode,
    text: String,
}

#[derive(FromQueryResult)]
struct Counted {
    start: String,
    count: i64,
}

/// How many values each key sealed, and how many lie there plain.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Usage {
    /// By key id.
    pub sealed: BTreeMap<String, i64>,
    /// Not sealed yet.
    pub plain: i64,
}

impl Store {
    /// What lies sealed with which key.
    ///
    /// # Errors
    /// As [`crate::trouble`] says.
    pub async fn key_usage(&self) -> Result<Usage, Problem> {
        let mut usage = Usage::default();
        for Column { table, column, .. } in COLUMNS {
            // The version, and an id of nine signs with its dot.
            let text = format!(
                "SELECT CASE WHEN {column} LIKE 'v1.%' THEN SUBSTR({column}, 1, 13) ELSE '' END AS start,
                   CAST(COUNT(*) AS BIGINT) AS count
                 FROM {table} WHERE {column} IS NOT NULL GROUP BY start"
            );
            for Counted { start, count } in self.all::<Counted>(Sql::text(text)).await? {
                match seal::key_of(&start) {
                    Some(id) => *usage.sealed.entry(id.to_owned()).or_default() += count,
                    None => usage.plain += count,
                }
            }
        }
        Ok(usage)
    }

    /// Seals with the current key whatever is plain or sealed with another one, and counts. `told` hears the count after
    /// every batch. Whoever changes a row meanwhile is not disturbed: a row that is no longer as it was read is left to them.
    ///
    /// # Errors
    /// When a key is missing, a sealed value was tampered with, or the database fails; what was sealed until then stays so.
    pub async fn seal_anew(&self, told: impl FnMut(u64)) -> Result<u64, Problem> {
        let current = format!("v1.{}.%", self.keys().ring()?.current());
        self.seal_but(&current, told).await
    }

    /// The same for what is plain alone.
    ///
    /// # Errors
    /// As [`Self::seal_anew`].
    pub async fn seal_plain(&self, told: impl FnMut(u64)) -> Result<u64, Problem> {
        self.seal_but("v1.%", told).await
    }

    /// Seals what is not like `done`.
    async fn seal_but(&self, done: &str, mut told: impl FnMut(u64)) -> Result<u64, Problem> {
        let mut sealed = 0;
        for column in COLUMNS {
            let mut after = Uuid::nil();
            loop {
                let batch = self.lying(column, done, after).await?;
                let Some(last) = batch.last() else { break };
                after = last.id;
                sealed += self.seal_batch(column, batch).await?;
                told(sealed);
            }
        }
        Ok(sealed)
    }

    /// The next rows whose value is not like `done`.
    async fn lying(&self, column: &Column, done: &str, after: Uuid) -> Result<Vec<Lying>, Problem> {
        let Column { table, column, at_once, .. } = column;
        let text = format!(
            "SELECT id, county_id, {column} AS text FROM {table}
             WHERE id > $1 AND {column} IS NOT NULL AND {column} NOT LIKE $2 ORDER BY id LIMIT {at_once}"
        );
        self.all(Sql::text(text).bind(after).bind(done)).await
    }

    async fn seal_batch(&self, column: &Column, batch: Vec<Lying>) -> Result<u64, Problem> {
        let ring = self.keys().ring()?;
        let Column { table, column: name, index, shown, form, .. } = column;
        let tx = self.begin().await?;
        let mut sealed = 0;
        for Lying { id, county_id, text } in batch {
            let plain = match seal::is_sealed(&text) {
                true => ring.open(&text, column.place(id)).bug("opening a sealed value")?.to_string(),
                false => text.clone(),
            };
            // What is looked for is kept in the one form in which it is looked for.
            let (plain, masked) = form(plain);
            let Sealed { text: anew, index: found } = seal_text(&ring, column, id, &plain)?;
            let mut change = Sql::text("").bind(id).bind(county_id).bind(text).bind(anew);
            let index = index.map(|index| format!(", {index} = {}", change.place(found)));
            let shown = shown.map(|shown| format!(", {shown} = {}", change.place(masked)));
            let beside = index.unwrap_or_default() + &shown.unwrap_or_default();
            sealed += tx
                .run(change.say(format!(
                    "UPDATE {table} SET {name} = $4{beside} WHERE id = $1 AND county_id = $2 AND {name} = $3"
                )))
                .await?;
        }
        tx.commit().await?;
        Ok(sealed)
    }
}
