//! The chain: sealing what was committed, and finding the first place where it no longer holds.

use super::rows;
use kernel::{BugExt, Problem};
use sha2::{Digest, Sha256};
use store::Store;

/// Rows sealed or checked at a time.
const BATCH: i64 = 500;

/// The first place where the chain does not hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Broken {
    /// The number of the row in the chain.
    pub seq: i64,
    /// What is wrong there, in Chinese.
    pub what: String,
}

/// Seals everything committed so far. Returns how many rows. Safe to run on several nodes: the number in the chain is
/// unique, so only one of them gets to write it.
///
/// # Errors
/// When the database fails, or another node sealed at the same moment ([`Problem::Conflict`]; nothing is lost).
pub async fn seal(store: &Store) -> Result<usize, Problem> {
    let mut total = 0;
    loop {
        let tx = store.begin().await?;
        let (mut seq, mut seal) = rows::last_seal(&tx).await?.unwrap_or_default();
        let waiting = rows::unsealed(&tx, BATCH).await?;
        for row in &waiting {
            seq += 1;
            seal = link(&seal, row)?;
            if rows::set_seal(&tx, row, seq, &seal).await? == 0 {
                return Err(Problem::Conflict("审计记录正由另一个节点封存。".into()));
            }
        }
        tx.commit().await?;
        total += waiting.len();
        if waiting.is_empty() {
            return Ok(total);
        }
    }
}

/// Computes the whole chain again. Returns how many rows hold, or the first that does not.
///
/// # Errors
/// When the database fails.
pub async fn verify(store: &Store) -> Result<Result<i64, Broken>, Problem> {
    let (mut seq, mut seal) = (0, String::new());
    loop {
        let sealed = rows::sealed_after(store, seq, BATCH).await?;
        if sealed.is_empty() {
            return Ok(Ok(seq));
        }
        for row in sealed {
            if row.seal_seq != seq + 1 {
                let what = format!("第 {} 条之后缺少记录（下一条编号为 {}）", seq, row.seal_seq);
                return Ok(Err(Broken { seq: seq + 1, what }));
            }
            seq = row.seal_seq;
            seal = link(&seal, &row.recorded)?;
            if seal != row.seal {
                let at = row.recorded.at.format("%Y-%m-%d %H:%M:%S UTC");
                return Ok(Err(Broken {
                    seq, what: format!("第 {seq} 条（{at}，{}）与封存时不符", row.recorded.act)
                }));
            }
        }
    }
}

fn link(before: &str, row: &super::Recorded) -> Result<String, Problem> {
    let row = serde_json::to_vec(row).bug("hashing an audit row")?;
    Ok(hex::encode(Sha256::new_with_prefix(before.as_bytes()).chain_update(row).finalize()))
}
