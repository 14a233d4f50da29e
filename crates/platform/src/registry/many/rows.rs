//! Reading and writing clients and liaisons by the hundred.

use super::super::rows::CLIENT;
use super::super::{Client, Liaison, NewLiaison};
use crate::many::among;
use kernel::Problem;
use kernel::id::ClientId;
use kernel::words::ClientKind;
use std::collections::HashMap;
use store::private::LiaisonPhone;
use store::{Db, Sealed, Sealing, Sql, Tx};

/// The clients that bear one of these codes, wherever they lie.
pub async fn by_code(db: &impl Db, kind: ClientKind, codes: &[String]) -> Result<HashMap<String, Client>, Problem> {
    let (table, column) = match kind {
        ClientKind::Enterprise => ("enterprise", "credit_code"),
        ClientKind::Project => ("project", "code"),
    };
    let found: Vec<Client> = among(db, codes, |list| format!("{CLIENT} WHERE {table}.{column} IN ({list})")).await?;
    Ok(found.into_iter().filter_map(|client| Some((code(&client)?, client))).collect())
}

/// The code that a client bears.
pub fn code(client: &Client) -> Option<String> {
    client.credit_code.clone().map(String::from).or_else(|| client.project_code.clone())
}

pub async fn by_id(db: &impl Db, ids: &[ClientId]) -> Result<HashMap<ClientId, Client>, Problem> {
    let found: Vec<Client> = among(db, ids, |list| format!("{CLIENT} WHERE client.id IN ({list})")).await?;
    Ok(found.into_iter().map(|client| (client.id, client)).collect())
}

/// Takes clients for this transaction; always in the same order, so that two who take many do not wait for each other.
pub async fn touch(tx: &Tx, clients: &mut Vec<ClientId>) -> Result<(), Problem> {
    clients.sort();
    clients.dedup();
    for some in clients.chunks(500) {
        let mut sql = Sql::text("");
        let places: Vec<String> = some.iter().map(|client| sql.place(*client)).collect();
        tx.run(sql.say(format!("UPDATE client SET version = version WHERE id IN ({})", places.join(", ")))).await?;
    }
    Ok(())
}

/// Changes a liaison's position and number, on the version they were read with.
pub async fn change_liaison(tx: &Tx, client: &Client, old: &Liaison, new: &NewLiaison) -> Result<(), Problem> {
    let Sealed { text, index } = tx.seal::<LiaisonPhone>(old.id.0, Some(&new.phone))?;
    let change = "UPDATE liaison SET position = $4, phone = $5, phone_index = $6, version = version + 1
                  WHERE id = $1 AND county_id = $2 AND version = $3";
    let change = Sql::text(change).bind(old.id).bind(client.county_id).bind(old.version);
    tx.run_versioned(change.bind(new.position.as_str()).bind(text).bind(index)).await
}
