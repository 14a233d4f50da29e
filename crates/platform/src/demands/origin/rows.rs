//! The column of demands that names the contact.

use crate::demands::Demand;
use kernel::Problem;
use kernel::id::ContactId;
use sea_orm::FromQueryResult;
use store::{Db, Sql, Tx};

pub async fn came_of(tx: &Tx, demand: &Demand, contact: ContactId) -> Result<(), Problem> {
    let sql = "UPDATE demand SET contact_id = $3 WHERE id = $1 AND county_id = $2";
    tx.run(Sql::text(sql).bind(demand.id).bind(demand.county_id).bind(contact)).await.map(drop)
}

pub async fn contact_of(db: &impl Db, demand: &Demand) -> Result<Option<ContactId>, Problem> {
    #[derive(FromQueryResult)]
    struct Row {
        contact_id: Option<ContactId>,
    }
    let sql = "SELECT contact_id FROM demand WHERE id = $1 AND county_id = $2";
    let row: Option<Row> = db.one(Sql::text(sql).bind(demand.id).bind(demand.county_id)).await?;
    Ok(row.and_then(|row| row.contact_id))
}
