//! Many rows at once: what an import brings and what a history holds, in as few statements as the database takes.

use crate::dialect::Dialect;
use crate::sql::Sql;
use crate::tx::Tx;
use kernel::Problem;
use sea_orm::Value;

/// The most rows that one statement carries: beyond this it grows no faster, only larger.
const MOST_ROWS: usize = 500;

/// One row to be inserted: its values in the order of the columns.
#[derive(Debug, Clone, Default)]
pub struct Row(Vec<Value>);

impl Row {
    /// A row without values.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The value of the next column.
    #[must_use]
    pub fn bind(mut self, value: impl Into<Value>) -> Self {
        self.0.push(value.into());
        self
    }
}

impl Tx {
    /// Inserts rows into `table`, whose values stand in the order of `columns`, and counts them. Rows are taken as they
    /// are needed: a caller who makes them on the way holds one statement's worth.
    ///
    /// # Errors
    /// As [`crate::trouble`] says, and a bug for a row of another length; then this transaction is to be dropped, as it may
    /// hold a part of the rows.
    pub async fn insert_many<I>(&self, table: &str, columns: &[&str], rows: I) -> Result<u64, Problem>
    where
        I: IntoIterator<Item = Row>,
        I::IntoIter: Send,
    {
        self.write_many(table, columns, "", rows).await
    }

    /// Inserts rows as [`Self::insert_many`] does; one whose `key` is there already takes that row's place. No key may stand
    /// twice among the rows. Writers who put the same keys do best to put them in the same order.
    ///
    /// # Errors
    /// As [`Self::insert_many`].
    pub async fn put_many<I>(&self, table: &str, columns: &[&str], key: &[&str], rows: I) -> Result<u64, Problem>
    where
        I: IntoIterator<Item = Row>,
        I::IntoIter: Send,
    {
        let others = columns.iter().filter(|column| !key.contains(column));
        let others: Vec<String> = others.map(|column| format!("{column} = excluded.{column}")).collect();
        let else_put = format!(" ON CONFLICT ({}) DO UPDATE SET {}", key.join(", "), others.join(", "));
        self.write_many(table, columns, &else_put, rows).await
    }

    async fn write_many<I>(&self, table: &str, columns: &[&str], tail: &str, rows: I) -> Result<u64, Problem>
    where
        I: IntoIterator<Item = Row>,
        I::IntoIter: Send,
    {
        let most = (self.dialect.most_values() / columns.len().max(1)).clamp(1, MOST_ROWS);
        let mut full: Option<String> = None;
        let mut rows = rows.into_iter();
        let mut count = 0;
        loop {
            let mut values = Vec::new();
            let mut taken = 0;
            for row in rows.by_ref().take(most) {
                if row.0.len() != columns.len() {
                    return Err(Problem::bug("inserting many", format!("{} values for {columns:?}", row.0.len())));
                }
                values.extend(row.0);
                taken += 1;
            }
            if taken > 0 {
                let text = if taken == most {
                    full.get_or_insert_with(|| statement(self.dialect, table, columns, most) + tail).clone()
                } else {
                    statement(self.dialect, table, columns, taken) + tail
                };
                count += self.run(Sql::with(text, values)).await?;
            }
            if taken < most {
                return Ok(count);
            }
        }
    }
}

/// The text that inserts so many rows.
fn statement(dialect: Dialect, table: &str, columns: &[&str], rows: usize) -> String {
    let mut text = format!("INSERT INTO {table} ({}) VALUES ", columns.join(", "));
    let mut place = 0;
    for row in 0..rows {
        text.push_str(if row == 0 { "(" } else { ", (" });
        for column in 0..columns.len() {
            place += 1;
            text.push_str(if column == 0 { "" } else { ", " });
            dialect.mark(&mut text, place);
        }
        text.push(')');
    }
    text
}
