//! The columns and tables of the second factor: secret, recovery codes, sign-ins that wait for their code.

use crate::identity::accounts::rows::Account;
use kernel::id::AccountId;
use kernel::{AreaCode, Instant, Problem};
use store::private::{AccountFactor, AccountFactorWish, Secret};
use store::{Db, Sealing, Sql, Tx};

/// Keeps the secret that a person is about to confirm.
pub async fn set_wish(tx: &Tx, account: &Account, secret: &str) -> Result<(), Problem> {
    let set = "UPDATE account SET factor_wish = $3 WHERE id = $1 AND county_id = $2";
    let sealed = tx.seal::<AccountFactorWish>(account.id.0, Some(&Secret(secret.to_owned())))?;
    tx.run(Sql::text(set).bind(account.id).bind(account.county_id).bind(sealed.text)).await.map(drop)
}

/// Turns the second factor on, with the step of the code that confirmed it, or off.
pub async fn set(tx: &Tx, account: &Account, secret: Option<&str>, step: i64) -> Result<(), Problem> {
    let set =
        "UPDATE account SET second_factor = $4, second_factor_step = $5, factor_wish = NULL, version = version + 1
               WHERE id = $1 AND county_id = $2 AND version = $3";
    let set = Sql::text(set).bind(account.id).bind(account.county_id).bind(account.version);
    let sealed = tx.seal::<AccountFactor>(account.id.0, secret.map(|secret| Secret(secret.to_owned())).as_ref())?;
    tx.run_versioned(set.bind(sealed.text).bind(step)).await
}

/// Uses up a step. Touches no row when it, or a later one, was used before.
pub async fn use_step(tx: &Tx, account: &Account, step: i64) -> Result<bool, Problem> {
    let used =
        "UPDATE account SET second_factor_step = $3 WHERE id = $1 AND county_id = $2 AND second_factor_step < $3";
    Ok(tx.run(Sql::text(used).bind(account.id).bind(account.county_id).bind(step)).await? > 0)
}

/// The codes held until now are void; these take their place.
pub async fn set_codes(tx: &Tx, account: &Account, hashes: &[String]) -> Result<(), Problem> {
    let forget = "DELETE FROM recovery_code WHERE account_id = $1 AND county_id = $2";
    tx.run(Sql::text(forget).bind(account.id).bind(account.county_id)).await?;
    let insert = "INSERT INTO recovery_code (id, county_id, account_id, code_hash) VALUES ($1, $2, $3, $4)";
    for hash in hashes {
        let id = kernel::id::mint(tx.now());
        tx.run(Sql::text(insert).bind(id).bind(account.county_id).bind(account.id).bind(hash.as_str())).await?;
    }
    Ok(())
}

/// Uses a recovery code up. Touches no row when there is none such left.
pub async fn use_code(tx: &Tx, account: &Account, hash: &str) -> Result<bool, Problem> {
    let used = "UPDATE recovery_code SET used_at = $4
                WHERE account_id = $1 AND county_id = $2 AND code_hash = $3 AND used_at IS NULL";
    let used = Sql::text(used).bind(account.id).bind(account.county_id).bind(hash).bind(tx.now());
    Ok(tx.run(used).await? > 0)
}

/// How many recovery codes are left.
pub async fn codes_left(db: &impl Db, account: AccountId) -> Result<i64, Problem> {
    let left = "SELECT CAST(COUNT(*) AS BIGINT) FROM recovery_code WHERE account_id = $1 AND used_at IS NULL";
    Ok(db.value(Sql::text(left).bind(account)).await?.unwrap_or(0))
}

pub async fn insert_half(tx: &Tx, account: &Account, secret_hash: &str, expires_at: Instant) -> Result<(), Problem> {
    let insert =
        "INSERT INTO half_sign_in (id, county_id, account_id, secret_hash, expires_at) VALUES ($1, $2, $3, $4, $5)";
    let insert = Sql::text(insert).bind(kernel::id::mint(tx.now())).bind(account.county_id).bind(account.id);
    tx.run(insert.bind(secret_hash).bind(expires_at)).await.map(drop)
}

/// Whose sign-in waits for its code under this secret.
pub async fn half(db: &impl Db, site: AreaCode, hash: &str, now: Instant) -> Result<Option<AccountId>, Problem> {
    let waits = "SELECT account_id FROM half_sign_in
                 WHERE secret_hash = $1 AND county_id = $2 AND ended_at IS NULL AND expires_at > $3";
    db.value(Sql::text(waits).bind(hash).bind(site).bind(now)).await
}

pub async fn end_half(tx: &Tx, hash: &str) -> Result<(), Problem> {
    let end = "UPDATE half_sign_in SET ended_at = $2 WHERE secret_hash = $1 AND ended_at IS NULL";
    tx.run(Sql::text(end).bind(hash).bind(tx.now())).await.map(drop)
}
