//! The table of invitations.

use super::Invitation;
use crate::registry::{Client, Liaison};
use kernel::id::{AccountId, InvitationId, LiaisonId};
use kernel::{Instant, Problem, Right, Scope};
use sea_orm::FromQueryResult;
use store::private::LiaisonPhone;
use store::{Columns, Db, Private, Sql, Tx};

/// An invitation as its link opens it, with whom it is for.
#[derive(Debug, Clone, FromQueryResult)]
pub struct Opened {
    #[sea_orm(nested)]
    pub invitation: Invitation,
    pub client_name: String,
    pub client_path: kernel::AreaPath,
    pub phone: Private<LiaisonPhone>,
    pub until_day: Option<kernel::Day>,
}

const INVITATION: &str =
    "SELECT invitation.id, invitation.county_id, invitation.client_id, invitation.liaison_id,
            liaison.name AS liaison_name, invitation.made_by, invitation.made_at, invitation.expires_at, invitation.used_at,
            invitation.revoked_at
     FROM invitation
     JOIN liaison ON liaison.id = invitation.liaison_id AND liaison.county_id = invitation.county_id
     JOIN client ON client.id = invitation.client_id AND client.county_id = invitation.county_id";
const PLACE: Columns = Columns {
    area: Some("client.area_path"),
    county: Some("invitation.county_id"),
    client: Some("invitation.client_id"),
    ..Columns::NONE
};

pub async fn of_client(db: &impl Db, client: &Client) -> Result<Vec<Invitation>, Problem> {
    let sql = format!(
        "{INVITATION} WHERE invitation.client_id = $1 AND invitation.county_id = $2
         ORDER BY invitation.made_at DESC, invitation.id DESC LIMIT 50"
    );
    db.all(Sql::text(sql).bind(client.id).bind(client.county_id)).await
}

pub async fn one<R: Right>(db: &impl Db, scope: &Scope<R>, id: InvitationId) -> Result<Option<Invitation>, Problem> {
    db.one(Sql::text(format!("{INVITATION} WHERE invitation.id = $1 AND /*scope*/")).bind(id).scoped(scope, PLACE))
        .await
}

pub async fn opened(db: &impl Db, secret_hash: &str) -> Result<Option<Opened>, Problem> {
    let sql = INVITATION.replace(
        "invitation.revoked_at",
        "invitation.revoked_at, client.name AS client_name, client.area_path AS client_path, liaison.phone,
         liaison.id AS phone_of, liaison.until_day",
    );
    db.one(Sql::text(format!("{sql} WHERE invitation.secret_hash = $1")).bind(secret_hash)).await
}

/// Whether an account is this liaison today.
pub async fn has_joined(db: &impl Db, liaison: LiaisonId) -> Result<bool, Problem> {
    let sql = "SELECT EXISTS (SELECT 1 FROM role_grant
               JOIN account ON account.id = role_grant.account_id AND account.county_id = role_grant.county_id
               WHERE role_grant.liaison_id = $1 AND role_grant.until_day IS NULL AND account.closed_at IS NULL)";
    Ok(db.value(Sql::text(sql).bind(liaison)).await?.unwrap_or(false))
}

pub async fn insert(
    tx: &Tx,
    client: &Client,
    liaison: &Liaison,
    secret_hash: &str,
    by: &str,
    expires_at: Instant,
) -> Result<InvitationId, Problem> {
    let id = InvitationId::mint(tx.now());
    let insert =
        "INSERT INTO invitation (id, county_id, client_id, liaison_id, secret_hash, made_by, made_at, expires_at)
                  VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    let insert = Sql::text(insert).bind(id).bind(client.county_id).bind(client.id).bind(liaison.id);
    tx.run(insert.bind(secret_hash).bind(by).bind(tx.now()).bind(expires_at)).await?;
    Ok(id)
}

/// Revokes what a liaison was sent and has not used.
pub async fn revoke_open(tx: &Tx, liaison: LiaisonId) -> Result<u64, Problem> {
    let revoke = "UPDATE invitation SET revoked_at = $2
                  WHERE liaison_id = $1 AND used_at IS NULL AND revoked_at IS NULL AND expires_at > $2";
    tx.run(Sql::text(revoke).bind(liaison).bind(tx.now())).await
}

pub async fn revoke(tx: &Tx, invitation: &Invitation) -> Result<u64, Problem> {
    let revoke = "UPDATE invitation SET revoked_at = $3
                  WHERE id = $1 AND county_id = $2 AND used_at IS NULL AND revoked_at IS NULL";
    tx.run(Sql::text(revoke).bind(invitation.id).bind(invitation.county_id).bind(tx.now())).await
}

/// Uses an invitation up. Touches no row when it was used, revoked or ran out.
pub async fn set_used(tx: &Tx, invitation: &Invitation, account: AccountId) -> Result<u64, Problem> {
    let used = "UPDATE invitation SET used_at = $3, account_id = $4
                WHERE id = $1 AND county_id = $2 AND used_at IS NULL AND revoked_at IS NULL AND expires_at > $3";
    let used = Sql::text(used).bind(invitation.id).bind(invitation.county_id).bind(tx.now());
    tx.run(used.bind(account)).await
}
