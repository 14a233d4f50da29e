//! Ids: UUIDv7 newtypes, so that an id sorts by the time it was made and cannot be taken for another kind.

use crate::clock::Instant;
use uuid::Uuid;

/// Makes the 128 bits of a fresh id: 48 bits of `now` in milliseconds, the rest by chance.
#[must_use]
pub fn mint(now: Instant) -> Uuid {
    let millis = u64::try_from(now.timestamp_millis()).unwrap_or(0);
    Uuid::new_v7(uuid::Timestamp::from_unix(uuid::NoContext, millis / 1000, (millis % 1000) as u32 * 1_000_000))
}

/// Declares id types. Each is a UUIDv7 with `mint`, serialised as the usual hyphenated text.
macro_rules! id {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
        #[cfg_attr(feature = "rows", derive(sea_orm::DeriveValueType))]
        #[serde(transparent)]
        pub struct $name(pub Uuid);
        impl $name {
            /// A fresh id for something that comes into being at `now`.
            #[must_use]
            pub fn mint(now: Instant) -> Self { Self(mint(now)) }
        }
        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result { self.0.fmt(f) }
        }
        impl std::str::FromStr for $name {
            type Err = uuid::Error;
            fn from_str(text: &str) -> Result<Self, uuid::Error> { text.parse().map(Self) }
        }
    )+};
}

id! {
    /// A login of one person or one peer system.
    AccountId,
    /// A browser session or an API token.
    SessionId,
    /// A body that employs officials and handles demands.
    UnitId,
    /// A person of a unit.
    OfficialId,
    /// One official's holding of one post, dated.
    PostId,
    /// One official's place in a leading or working group, dated.
    GroupMemberId,
    /// An enterprise or a project: what is looked after.
    ClientId,
    /// An enterprise's person, for as long as they are that.
    LiaisonId,
    /// A link by which a liaison gets an account, once.
    InvitationId,
    /// One role given to one account, dated.
    GrantId,
    /// One commissioner paired with one client, dated.
    PairingId,
    /// One planned and published set of pairings.
    RoundId,
    /// One version of the rules by which pairings are made.
    RulesId,
    /// One place in a round: a client, and who is to look after it.
    PlaceId,
    /// What speaks against a pairing, dated.
    BarId,
    /// A client's way from one commissioner to the next.
    HandoverId,
    /// A commissioner's absence, with who stands in.
    AbsenceId,
    /// One time somebody was or will be in touch with a client.
    ContactId,
    /// Somebody's coming to a client: a visit, a survey, an inspection.
    EntryId,
    /// Days on which nobody comes uninvited.
    QuietId,
    /// A call to a client from whom nothing was heard.
    SilenceId,
    /// One line of the list of duties, dated.
    DutyId,
    /// A ruling on whose duty a matter is, which routes the next one.
    PrecedentId,
    /// One version of the limits.
    LimitsId,
    /// Words that somebody writes often.
    PhraseId,
    /// A demand, through all its rounds.
    DemandId,
    /// A line of a timeline, an outbox or the audit trail.
    EventId,
    /// A stored file.
    FileId,
    /// A message in somebody's inbox.
    NoticeId,
    /// A message on its way out of the platform.
    DeliveryId,
    /// A message that the platform kept because nothing is set up to carry it.
    KeptId,
    /// A version of the wording of a message.
    WordingId,
    /// A link that does one thing, once.
    OneClickId,
    /// Somebody's look at what is masked.
    LookId,
    /// A file of rows on its way into the registers.
    ImportId,
    /// A background job.
    JobId,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_made_later_sorts_later() {
        let early = chrono::DateTime::from_timestamp_millis(1_790_000_000_000).unwrap();
        let late = early + chrono::Duration::milliseconds(1);
        assert!(UnitId::mint(early) < UnitId::mint(late));
        assert_eq!(UnitId::mint(early).to_string().parse::<UnitId>().unwrap().0.get_version_num(), 7);
    }
}
