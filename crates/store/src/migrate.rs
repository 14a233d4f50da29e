//! The schema, step by step. Steps are written once with type tokens and never changed after release.

use crate::sql::{Db, Sql};
use crate::{Dialect, Store, Tx};
use kernel::Problem;
use sea_orm::{ConnectionTrait, FromQueryResult};
use sha2::{Digest, Sha256};

/// The steps in order: name and text.
const STEPS: &[(&str, &str)] = &[
    ("0001_house", include_str!("../migrations/0001_house.sql")),
    ("0002_jobs", include_str!("../migrations/0002_jobs.sql")),
    ("0003_people", include_str!("../migrations/0003_people.sql")),
    ("0004_registry", include_str!("../migrations/0004_registry.sql")),
    ("0005_demands", include_str!("../migrations/0005_demands.sql")),
    ("0006_notices", include_str!("../migrations/0006_notices.sql")),
    ("0007_done_once", include_str!("../migrations/0007_done_once.sql")),
    ("0008_accounts", include_str!("../migrations/0008_accounts.sql")),
    ("0009_groups", include_str!("../migrations/0009_groups.sql")),
    ("0010_registry_lists", include_str!("../migrations/0010_registry_lists.sql")),
    ("0011_imports", include_str!("../migrations/0011_imports.sql")),
    ("0012_files", include_str!("../migrations/0012_files.sql")),
    ("0014_live_sessions", include_str!("../migrations/0014_live_sessions.sql")),
    ("0015_pairing_rules", include_str!("../migrations/0015_pairing_rules.sql")),
    ("0016_pairing_rounds", include_str!("../migrations/0016_pairing_rounds.sql")),
    ("0017_pairing_bars", include_str!("../migrations/0017_pairing_bars.sql")),
    ("0018_pairing_life", include_str!("../migrations/0018_pairing_life.sql")),
    ("0019_pairing_since", include_str!("../migrations/0019_pairing_since.sql")),
    ("0020_round_numbers", include_str!("../migrations/0020_round_numbers.sql")),
    ("0021_catalogue", include_str!("../migrations/0021_catalogue.sql")),
    ("0022_demand_text", include_str!("../migrations/0022_demand_text.sql")),
    ("0023_search_and_stamps", include_str!("../migrations/0023_search_and_stamps.sql")),
    ("0024_looks", include_str!("../migrations/0024_looks.sql")),
    ("0025_demand_life", include_str!("../migrations/0025_demand_life.sql")),
    ("0026_cards", include_str!("../migrations/0026_cards.sql")),
    ("0027_saved_filters", include_str!("../migrations/0027_saved_filters.sql")),
    ("0028_one_answer_many", include_str!("../migrations/0028_one_answer_many.sql")),
    ("0029_answers_and_helped", include_str!("../migrations/0029_answers_and_helped.sql")),
    ("0030_stand_ins", include_str!("../migrations/0030_stand_ins.sql")),
    ("0032_contacts", include_str!("../migrations/0032_contacts.sql")),
    ("0033_entries", include_str!("../migrations/0033_entries.sql")),
    ("0034_visit_rhythm", include_str!("../migrations/0034_visit_rhythm.sql")),
    ("0035_calendar_link", include_str!("../migrations/0035_calendar_link.sql")),
    ("0036_sealed_logins", include_str!("../migrations/0036_sealed_logins.sql")),
    ("0037_sealed_sheets", include_str!("../migrations/0037_sealed_sheets.sql")),
    ("0038_messages", include_str!("../migrations/0038_messages.sql")),
    ("0040_silence", include_str!("../migrations/0040_silence.sql")),
    ("0041_signals", include_str!("../migrations/0041_signals.sql")),
    ("0042_answers_to_forms", include_str!("../migrations/0042_answers_to_forms.sql")),
];

#[derive(FromQueryResult)]
struct Applied {
    name: String,
    hash: String,
}

fn hash(text: &str) -> String {
    hex::encode(Sha256::digest(text.as_bytes()))
}

fn spell(text: &str, dialect: Dialect) -> String {
    dialect.tokens().iter().fold(text.to_owned(), |text, (token, spelt)| text.replace(token, spelt))
}

pub(crate) async fn apply(store: &Store) -> Result<usize, Problem> {
    // Two nodes may both find the table missing; the loser of that race only has to look again.
    let table = "CREATE TABLE IF NOT EXISTS migration (name TEXT PRIMARY KEY, hash TEXT NOT NULL, applied_at {instant} NOT NULL)";
    let table = spell(table, store.dialect());
    if store.writer.execute_unprepared(&table).await.is_err() {
        store.writer.execute_unprepared(&table).await.map_err(|error| crate::trouble(&table, error))?;
    }
    let tx = store.begin().await?;
    if let Some(lock) = tx.dialect.lock_migrations() {
        tx.run(Sql::text(lock)).await?;
    }
    let applied: Vec<Applied> = tx.all(Sql::text("SELECT name, hash FROM migration ORDER BY name")).await?;
    let mut taken = 0;
    for (name, text) in STEPS {
        match applied.iter().find(|step| step.name == *name) {
            Some(step) if step.hash == hash(text) => {}
            Some(_) => {
                let told = format!("数据库里的升级步骤 {name} 与程序不一致，请使用匹配的程序版本。");
                return Err(Problem::Conflict(told));
            }
            None => {
                for statement in spell(text, tx.dialect).split(";\n").filter(|text| !text.trim().is_empty()) {
                    match statement.trim().strip_prefix("DROP CHECK ").and_then(|named| named.split_once('.')) {
                        Some((table, check)) => drop_check(&tx, table, check).await?,
                        None => tx.run(Sql::text(statement)).await.map(drop)?,
                    }
                }
                let note = "INSERT INTO migration (name, hash, applied_at) VALUES ($1, $2, $3)";
                tx.run(Sql::text(note).bind(*name).bind(hash(text)).bind(tx.now())).await?;
                taken += 1;
            }
        }
    }
    tx.commit().await?;
    Ok(taken)
}

/// `DROP CHECK table.constraint`: a list of words that has grown. SQLite cannot alter a table so; its manual (ALTER TABLE,
/// section 7) lets the text of the schema be changed instead, since no row looks otherwise for it.
async fn drop_check(tx: &Tx, table: &str, check: &str) -> Result<(), Problem> {
    match tx.dialect {
        Dialect::Postgres => {
            tx.run(Sql::text(format!("ALTER TABLE {table} DROP CONSTRAINT {check}"))).await?;
        }
        Dialect::Sqlite => {
            let found = Sql::text("SELECT sql FROM sqlite_schema WHERE type = 'table' AND name = $1").bind(table);
            let text: String = tx.value(found).await?.unwrap_or_default();
            let text = without_check(&text, check)
                .ok_or_else(|| Problem::bug("migrating", format!("no check {check} on {table}")))?;
            tx.run(Sql::text("PRAGMA writable_schema = ON")).await?;
            let change = "UPDATE sqlite_schema SET sql = $2 WHERE type = 'table' AND name = $1";
            tx.run(Sql::text(change).bind(table).bind(text)).await?;
            tx.run(Sql::text("PRAGMA writable_schema = RESET")).await?;
        }
    }
    Ok(())
}

/// The text of a table without one of its named checks.
fn without_check(table: &str, check: &str) -> Option<String> {
    let start = table.find(&format!("CONSTRAINT {check} CHECK ("))?;
    let open = start + table[start..].find('(')?;
    let mut depth = 0;
    let close = table[open..].char_indices().find_map(|(at, sign)| {
        depth += match sign {
            '(' => 1,
            ')' => -1,
            _ => 0,
        };
        (depth == 0).then_some(open + at)
    })?;
    Some(format!("{}{}", table[..start].trim_end(), &table[close + 1..]))
}

pub(crate) async fn current(store: &Store) -> Result<(), Problem> {
    let steps: Result<Option<i64>, Problem> = store.value(Sql::text("SELECT COUNT(*) FROM migration")).await;
    match steps {
        Ok(Some(steps)) if steps == STEPS.len() as i64 => Ok(()),
        Ok(_) => Err(Problem::Unavailable("数据库结构不是最新，请先运行 weiqitong migrate。".into())),
        Err(error) => {
            tracing::warn!(%error, "looking at the schema");
            Err(Problem::Unavailable("数据库不可用，或者尚未初始化：请检查连接后运行 weiqitong migrate。".into()))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_check_goes_and_all_else_of_the_table_stays() {
        let table = "CREATE TABLE t (\n  a TEXT NOT NULL CONSTRAINT t_a CHECK (a IN ('x', (('y')))),\n  b TEXT CONSTRAINT t_b CHECK (b = 'z')\n)";
        let told = without_check(table, "t_a").unwrap();
        assert_eq!(told, "CREATE TABLE t (\n  a TEXT NOT NULL,\n  b TEXT CONSTRAINT t_b CHECK (b = 'z')\n)");
        assert!(without_check(table, "t_c").is_none());
    }
}
