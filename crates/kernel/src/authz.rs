//! Who may do what, and to which rows. A [`Scope`] is the proof; nothing reads rows without one.
//!
//! A [`Role`] bundles rights; a [`Grant`] gives a role within a [`Reach`]; an [`Actor`] is an account with its
//! grants. Only [`Actor::scope`] makes a scope. Nobody grants beyond their own reach ([`Actor::may_grant`]).

use crate::Day;
use crate::area::AreaPath;
use crate::id::{AccountId, ClientId, OfficialId, UnitId};
use crate::role::Role;
use std::marker::PhantomData;

/// Something an actor may be allowed to do.
pub trait Right: Send + Sync + 'static {
    /// The right's name, unique; also what audit records.
    const NAME: &'static str;
}

/// Declares the rights, and [`RIGHTS`]: the list that the golden matrix walks.
macro_rules! rights {
    ($($(#[$doc:meta])* $name:ident = $text:literal),+ $(,)?) => {
        $(
            $(#[$doc])*
            #[derive(Debug, Clone, Copy)]
            pub struct $name;
            impl Right for $name { const NAME: &'static str = $text; }
        )+
        /// Every right there is, in this order.
        pub const RIGHTS: &[&str] = &[$($text),+];
    };
}

rights! {
    /// See one's own account, and change its password and second factor.
    OwnAccount = "account.own",
    /// Make accounts, close them, and run the system's jobs and settings.
    ManageAccounts = "accounts.manage",
    /// Give and take roles.
    ManageGrants = "grants.manage",
    /// Read the audit trail.
    ReadAudit = "audit.read",
    /// See areas, units, officials and their posts.
    ReadOrg = "org.read",
    /// Change areas, units, officials and their posts.
    WriteOrg = "org.write",
    /// See enterprises and projects.
    ReadRegistry = "registry.read",
    /// Change enterprises and projects.
    WriteRegistry = "registry.write",
    /// See who looks after whom.
    ReadPairings = "pairings.read",
    /// Pair and part.
    WritePairings = "pairings.write",
    /// Ask for another commissioner, or for none; say that the new one has come: the client alone.
    AskPairings = "pairings.ask",
    /// See who was in touch with clients, and who comes.
    ReadContacts = "contacts.read",
    /// Plan contacts with clients, and write down how they were.
    PlanContacts = "contacts.plan",
    /// Answer a planned contact, ask for one, confirm one: the client alone.
    AnswerContacts = "contacts.answer",
    /// See when visits to clients are due, and why nobody goes.
    ReadVisits = "visits.read",
    /// See who comes to clients: visits, surveys, inspections.
    ReadEntries = "entries.read",
    /// Announce that one's unit comes to a client: a survey, an inspection.
    AnnounceEntries = "entries.announce",
    /// Call clients from whom nothing was heard, and say what came of it.
    CallSilent = "silence.call",
    /// See what came of the calls to silent clients, county by county.
    ReadSilence = "silence.read",
    /// See who comes to a client soon after it complained about them, and who has a tie to whom they look after: the audit side
    /// alone.
    ReadSignals = "signals.read",
    /// Declare days on which nobody comes uninvited.
    DeclareQuiet = "quiet.declare",
    /// Change the rules by which pairings are made.
    RulePairings = "pairings.rule",
    /// Read who looked at what is one's own, or one's client's.
    ReadLooks = "looks.read",
    /// Invite a client's liaison to get an account.
    InviteLiaisons = "liaisons.invite",
    /// Change what a desk works by: categories, duties, limits; take a precedent out of use.
    RuleCatalogue = "catalogue.rule",
    /// See demands.
    ReadDemands = "demands.read",
    /// Raise a demand.
    RaiseDemands = "demands.raise",
    /// Accept, reject, dispatch.
    TriageDemands = "demands.triage",
    /// Sign, reply.
    HandleDemands = "demands.handle",
    /// Let a unit's answer go out: its head.
    ApproveAnswers = "demands.approve",
    /// Say whose duty a demand is when units do not agree: the establishment office (编办).
    ArbitrateDemands = "demands.arbitrate",
    /// Confirm and rate an answer: the client alone.
    RateDemands = "demands.rate",
}

/// Which rows a grant covers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reach {
    /// The whole site.
    Everything,
    /// An area and what lies inside it.
    Area(AreaPath),
    /// One unit.
    Unit(UnitId),
    /// The clients a person speaks for (liaison) or looks after (commissioner).
    Clients(Vec<ClientId>),
    /// The clients a person looks after, but not what these keep from them unless the person wrote it down themself.
    Openly(Vec<ClientId>, AccountId),
    /// What belongs to oneself.
    Own(AccountId),
}

impl Reach {
    /// Whether everything `other` covers is covered here too.
    #[must_use]
    pub fn covers(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Everything, _) => true,
            (Self::Area(outer), Self::Area(inner)) => outer.contains(inner),
            (Self::Unit(mine), Self::Unit(theirs)) => mine == theirs,
            (Self::Clients(mine), Self::Clients(theirs)) => theirs.iter().all(|client| mine.contains(client)),
            (Self::Openly(mine, _), Self::Clients(theirs)) => theirs.iter().all(|client| mine.contains(client)),
            (Self::Own(mine), Self::Own(theirs)) => mine == theirs,
            _ => false,
        }
    }
}

/// A role held within a reach.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    /// The bundle of rights.
    pub role: Role,
    /// Where they hold.
    pub reach: Reach,
}

/// Who acts: an account with what it may do today.
#[derive(Debug, Clone)]
pub struct Actor {
    /// The login.
    pub account: AccountId,
    /// The name shown beside what the person did.
    pub name: String,
    /// The official behind the account, if one.
    pub official: Option<OfficialId>,
    /// What the account may do, where.
    pub grants: Vec<Grant>,
    /// Which of these are held for a while for somebody who is away.
    pub stands_in: Vec<StandIn>,
}

/// A grant that is held for somebody who is away.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StandIn {
    /// The grant.
    pub grant: Grant,
    /// The name of who is away.
    pub name: String,
    /// The last day of it.
    pub until: Day,
}

/// The rows one actor may touch, for one right: any of its reaches will do. Only [`Actor::scope`] makes one.
#[derive(Debug, Clone)]
pub struct Scope<R: Right> {
    reaches: Vec<Reach>,
    right: PhantomData<R>,
}

impl<R: Right> Scope<R> {
    /// The reaches, never empty.
    #[must_use]
    pub fn reaches(&self) -> &[Reach] {
        &self.reaches
    }

    /// Whether a row that lies at `place` is inside: for rows that do not exist yet.
    #[must_use]
    pub fn covers(&self, place: &Reach) -> bool {
        self.reaches.iter().any(|reach| reach.covers(place))
    }
}

impl Actor {
    /// The proof that this actor holds right `R`, and where; `None` when they do not hold it.
    #[must_use]
    pub fn scope<R: Right>(&self) -> Option<Scope<R>> {
        let held = self.grants.iter().filter_map(|grant| grant.role.reach_of(R::NAME, &grant.reach, self.account));
        let mut reaches: Vec<Reach> = held.collect();
        if self.waits_for_a_role() && R::NAME == OwnAccount::NAME {
            reaches.push(Reach::Own(self.account));
        }
        (!reaches.is_empty()).then_some(Scope { reaches, right: PhantomData })
    }

    /// Whether this actor holds the right anywhere.
    #[must_use]
    pub fn holds(&self, right: &str) -> bool {
        self.grants.iter().any(|grant| grant.role.reach_of(right, &grant.reach, self.account).is_some())
            || (self.waits_for_a_role() && right == OwnAccount::NAME)
    }

    /// In whose place this actor does something: nobody's when they may (`may`) do it by a grant of their own.
    pub fn in_place_of(&self, may: impl Fn(&Self) -> bool) -> Option<&str> {
        if self.stands_in.is_empty() {
            return None;
        }
        let mut alone = Self { stands_in: Vec::new(), ..self.clone() };
        for lent in &self.stands_in {
            // One of them, should the same be held twice.
            if let Some(place) = alone.grants.iter().rposition(|grant| *grant == lent.grant) {
                alone.grants.remove(place);
            }
        }
        if may(&alone) {
            return None;
        }
        let with = |lent: &&StandIn| {
            let mut with = alone.clone();
            with.grants.push(lent.grant.clone());
            may(&with)
        };
        self.stands_in.iter().find(with).map(|lent| lent.name.as_str())
    }

    /// Whether the account has no role today: it was opened and not yet given one, or its last one ended. Its holder
    /// may still sign in, and change the password.
    #[must_use]
    pub fn waits_for_a_role(&self) -> bool {
        self.grants.is_empty()
    }

    /// Whether this actor may hand out `grant`: only with the right to, and never beyond their own reach. `lies` is where
    /// what the grant reaches lies: the area itself, that of the unit or client, that of the account for its own.
    #[must_use]
    pub fn may_grant(&self, grant: &Grant, lies: &AreaPath) -> bool {
        let place = match &grant.reach {
            wide @ (Reach::Everything | Reach::Area(_)) => wide.clone(),
            Reach::Unit(_) | Reach::Clients(_) | Reach::Openly(..) | Reach::Own(_) => Reach::Area(lies.clone()),
        };
        self.scope::<ManageGrants>().is_some_and(|scope| scope.covers(&place))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::area::AreaCode;
    use chrono::DateTime;

    fn actor(role: Role, reach: Reach) -> Actor {
        let account = AccountId::mint(DateTime::from_timestamp_millis(1_790_000_000_000).unwrap());
        Actor {
            account, name: "甲".into(), official: None, grants: vec![Grant { role, reach }], stands_in: Vec::new()
        }
    }

    fn city() -> AreaPath {
        AreaPath::root(AreaCode(3707))
    }

    #[test]
    fn a_county_desk_reaches_its_towns_but_neither_its_city_nor_its_sibling() {
        let county = city().child(AreaCode(370_783));
        let desk = actor(Role::AreaDesk, Reach::Area(county.clone()));
        let scope = desk.scope::<TriageDemands>().unwrap();
        assert!(scope.covers(&Reach::Area(county.child(AreaCode(370_783_001)))));
        assert!(!scope.covers(&Reach::Area(city())));
        assert!(!scope.covers(&Reach::Area(city().child(AreaCode(370_782)))));
    }

    #[test]
    fn the_three_administrators_cannot_do_each_others_work_nor_read_a_demand() {
        let duties = [
            (Role::SystemAdmin, ManageAccounts::NAME),
            (Role::SecurityAdmin, ManageGrants::NAME),
            (Role::AuditAdmin, ReadAudit::NAME),
        ];
        for (role, _) in duties {
            let admin = actor(role, Reach::Everything);
            for (other, duty) in duties {
                assert_eq!(admin.holds(duty), role == other, "{role} and {duty}");
            }
            assert!(!admin.holds(ReadDemands::NAME), "{role}");
        }
    }

    #[test]
    fn an_account_without_a_role_reaches_itself_and_nothing_else() {
        let newcomer = Actor { grants: Vec::new(), ..actor(Role::Leader, Reach::Everything) };
        assert_eq!(newcomer.scope::<OwnAccount>().unwrap().reaches(), [Reach::Own(newcomer.account)]);
        let held: Vec<_> = RIGHTS.iter().filter(|right| newcomer.holds(right)).collect();
        assert_eq!(held, [&OwnAccount::NAME]);
    }

    #[test]
    fn nobody_grants_beyond_their_own_reach() {
        let path = city().child(AreaCode(370_783));
        let county = Reach::Area(path.clone());
        let admin = actor(Role::SecurityAdmin, county.clone());
        let grant = |role, reach| Grant { role, reach };
        assert!(admin.may_grant(&grant(Role::AreaDesk, county.clone()), &path));
        assert!(!admin.may_grant(&grant(Role::AreaDesk, Reach::Area(city())), &path));
        assert!(!admin.may_grant(&grant(Role::Leader, Reach::Everything), &path));
        let unit = Reach::Unit(UnitId::mint(DateTime::from_timestamp_millis(1_790_000_000_000).unwrap()));
        assert!(admin.may_grant(&grant(Role::Handler, unit.clone()), &path.child(AreaCode(370_783_001))));
        assert!(!admin.may_grant(&grant(Role::Handler, unit), &city().child(AreaCode(370_782))));
        let desk = actor(Role::AreaDesk, Reach::Everything);
        assert!(!desk.may_grant(&grant(Role::Leader, Reach::Everything), &path));
    }

    /// Role × right on one page, for a reader who does not program.
    #[test]
    fn every_role_holds_just_the_rights_of_the_table() {
        let mut table = String::new();
        for right in RIGHTS {
            let holders = Role::ALL.iter().filter(|role| role.allows(right).is_some());
            let holders: Vec<_> = holders.map(|role| role.label()).collect();
            table += &format!("{right}: {}\n", holders.join(" "));
        }
        assert_eq!(table, include_str!("../data/roles.txt"), "mend data/roles.txt if the change is meant");
    }
}
