//! Reading and writing pairings by the hundred.

use super::super::Pairing;
use super::super::rows::PAIRING;
use crate::many::among;
use kernel::Problem;
use kernel::id::ClientId;
use kernel::words::ClientKind;
use sea_orm::FromQueryResult;
use std::collections::HashMap;
use store::Db;

/// Everything that these clients' pairings are and were.
pub async fn of_clients(db: &impl Db, clients: &[ClientId]) -> Result<Vec<Pairing>, Problem> {
    among(db, clients, |list| format!("{PAIRING} WHERE pairing.client_id IN ({list}) ORDER BY pairing.from_day")).await
}

/// What these clients are.
pub async fn kinds(db: &impl Db, clients: &[ClientId]) -> Result<HashMap<ClientId, ClientKind>, Problem> {
    #[derive(FromQueryResult)]
    struct Kind {
        id: ClientId,
        kind: ClientKind,
    }
    let kinds: Vec<Kind> =
        among(db, clients, |list| format!("SELECT id, kind FROM client WHERE id IN ({list})")).await?;
    Ok(kinds.into_iter().map(|kind| (kind.id, kind.kind)).collect())
}
