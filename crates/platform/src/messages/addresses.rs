//! Where a person is written to. Nobody is asked for what the registers hold: an official's mobile and a liaison's telephone are
//! read where they lie sealed; only an address for mail is the person's own to give and confirm.

use super::post::Addressed;
use super::wishes::Wishes;
use kernel::id::AccountId;
use kernel::words::MessageChannel;
use kernel::{Day, Phone, Problem};
use sea_orm::FromQueryResult;
use store::private::{LiaisonPhone, OfficialMobile};
use store::{Db, Private, Sql};

/// The mobile of an account's holder: as an official, else as the liaison they are today. The tables are those of other features;
/// they are read here because here alone an account is a person with a number.
///
/// # Errors
/// When the database fails.
pub async fn mobile(db: &impl Db, account: AccountId, today: Day) -> Result<Option<Phone>, Problem> {
    #[derive(FromQueryResult)]
    struct Official {
        mobile: Private<OfficialMobile>,
    }
    #[derive(FromQueryResult)]
    struct Liaison {
        phone: Private<LiaisonPhone>,
    }
    let sql = "SELECT official.mobile, official.id AS mobile_of FROM account
               JOIN official ON official.id = account.official_id
               WHERE account.id = $1 AND official.mobile IS NOT NULL AND official.left_on IS NULL";
    if let Some(official) = db.one::<Official>(Sql::text(sql).bind(account)).await? {
        return Ok(Some(official.mobile.in_full().clone()).filter(Phone::is_mobile));
    }
    let sql = "SELECT liaison.phone, liaison.id AS phone_of FROM role_grant
               JOIN liaison ON liaison.id = role_grant.liaison_id
               WHERE role_grant.account_id = $1 AND role_grant.from_day <= $2
                 AND (role_grant.until_day IS NULL OR role_grant.until_day >= $2)
                 AND (liaison.until_day IS NULL OR liaison.until_day >= $2)
               ORDER BY liaison.id DESC";
    let liaisons: Vec<Liaison> = db.all(Sql::text(sql).bind(account).bind(today)).await?;
    Ok(liaisons.into_iter().map(|liaison| liaison.phone.in_full().clone()).find(Phone::is_mobile))
}

/// Where a message to an account goes by a road; nowhere without a number.
///
/// # Errors
/// When the database fails.
pub async fn address(
    db: &impl Db,
    account: AccountId,
    channel: MessageChannel,
    (wishes, today): (&Wishes, Day),
) -> Result<Option<Addressed>, Problem> {
    Ok(match channel {
        MessageChannel::Email => wishes.email.as_ref().map(|email| Addressed::Email(email.in_full().clone())),
        MessageChannel::Sms | MessageChannel::Work => mobile(db, account, today).await?.map(Addressed::Mobile),
    })
}
