//! The life of a contact: planned, agreed, held, recorded; or declined, or cancelled. Two sides take turns until they agree, and
//! either may propose another way. No photograph, place or clock has a part in it: it counts when the client's liaison confirms
//! it, or when it produced something (国办函〔2026〕12号).

use chrono::Days;
use kernel::words::{ContactAct, ContactKind, ContactSide, ContactState};
use kernel::{Day, Problem};

/// So far ahead something may be planned, and so long ago it may have been that is written down. In days.
const AHEAD: u64 = 180;
/// How long after a contact it may still be written down, in days.
const BACK: u64 = 30;

/// Where a contact stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// By which way.
    pub kind: ContactKind,
    /// How far it has come.
    pub state: ContactState,
    /// Who has to answer, while it is planned.
    pub turn: Option<ContactSide>,
    /// The day it is planned for, or was held on.
    pub day: Day,
    /// Whether the client must consent first and has not yet.
    pub wants_consent: bool,
    /// Whether the client's liaison has confirmed it.
    pub confirmed: bool,
    /// Whether the client's liaison has said that it was not.
    pub denied: bool,
    /// How many things it produced: demands, answers, policies explained, corrections.
    pub yields: u32,
}

/// What somebody does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deed {
    /// Agrees to what the other side proposed.
    Agree,
    /// Proposes another day, or another way: a call instead of a visit.
    Propose {
        /// By which way.
        kind: ContactKind,
        /// On which day.
        day: Day,
        /// Whether the client must consent to it first; never to its own wish.
        wants_consent: bool,
    },
    /// Declines.
    Decline,
    /// Takes back what was planned.
    Cancel,
    /// Says that it was, without writing more yet.
    Hold,
    /// Writes down how it was.
    Record {
        /// By which way it was, in the end.
        kind: ContactKind,
        /// On which day.
        day: Day,
        /// How many things it produced.
        yields: u32,
    },
    /// Confirms that it was: one tap.
    Confirm,
    /// Says that it was not.
    Deny,
    /// Something more came of it.
    Yield,
}

impl Deed {
    /// Its kind, as people know it.
    #[must_use]
    pub const fn act(&self) -> ContactAct {
        match self {
            Self::Agree => ContactAct::Agree,
            Self::Propose { .. } => ContactAct::Propose,
            Self::Decline => ContactAct::Decline,
            Self::Cancel => ContactAct::Cancel,
            Self::Hold => ContactAct::Hold,
            Self::Record { .. } => ContactAct::Record,
            Self::Confirm => ContactAct::Confirm,
            Self::Deny => ContactAct::Deny,
            Self::Yield => ContactAct::Yield,
        }
    }
}

/// Why not, as a sentence that says what to do instead.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum No {
    /// It belongs to the other side.
    NotYours(ContactAct),
    /// It has come too far, or not far enough.
    NotNow(ContactAct, ContactState),
    /// The other side answers now.
    NotYourTurn,
    /// The day has passed.
    Past,
    /// The day has not come.
    NotYet(Day),
    /// Too far ahead.
    TooFar,
    /// Too long ago.
    TooLong,
    /// The client has not consented.
    NoConsent,
}

impl No {
    /// The sentence.
    #[must_use]
    pub fn told(&self) -> String {
        match self {
            Self::NotYours(act) => format!("“{}”由对方来做。", act.label()),
            Self::NotNow(act, state) => format!("这次联系{}，不能再“{}”。", state.label(), act.label()),
            Self::NotYourTurn => "正在等对方答复。您也可以另提时间或方式。".into(),
            Self::Past => "日期已经过去，请改选今天或以后的日期。".into(),
            Self::NotYet(day) => format!("约定的日期是 {day}，到那天才能记录。"),
            Self::TooFar => format!("请选择 {AHEAD} 天以内的日期。"),
            Self::TooLong => format!("只能补记 {BACK} 天以内的联系。"),
            Self::NoConsent => "这次入企要先征得企业同意，企业还没有同意。可以改用电话或另约时间。".into(),
        }
    }
}

impl From<No> for Problem {
    fn from(no: No) -> Self {
        match no {
            No::NotYours(_) => Self::Forbidden(no.told()),
            No::Past | No::TooFar | No::TooLong => Self::field("day", no.told()),
            No::NotNow(..) | No::NotYourTurn | No::NotYet(_) | No::NoConsent => Self::Conflict(no.told()),
        }
    }
}

impl Standing {
    /// A contact that `side` proposes. Whether the client must consent first is asked of a commissioner's plan alone.
    ///
    /// # Errors
    /// For a day that has passed, or lies too far ahead.
    pub fn planned(
        side: ContactSide,
        kind: ContactKind,
        day: Day,
        wants_consent: bool,
        today: Day,
    ) -> Result<Self, No> {
        ahead(day, today)?;
        let wants_consent = wants_consent && side == ContactSide::Commissioner;
        let turn = Some(side.other());
        Ok(Self { turn, wants_consent, ..Self::bare(ContactState::Planned, kind, day) })
    }

    /// A contact that was, without having been planned: a call, a word in passing.
    ///
    /// # Errors
    /// For a day that has not come, or is too long ago.
    pub fn recorded(kind: ContactKind, day: Day, yields: u32, today: Day) -> Result<Self, No> {
        back(day, today)?;
        Ok(Self { yields, ..Self::bare(ContactState::Recorded, kind, day) })
    }

    fn bare(state: ContactState, kind: ContactKind, day: Day) -> Self {
        Self { kind, state, turn: None, day, wants_consent: false, confirmed: false, denied: false, yields: 0 }
    }
}

fn ahead(day: Day, today: Day) -> Result<(), No> {
    match day {
        day if day < today => Err(No::Past),
        day if today.checked_add_days(Days::new(AHEAD)).is_some_and(|last| day > last) => Err(No::TooFar),
        _ => Ok(()),
    }
}

fn back(day: Day, today: Day) -> Result<(), No> {
    match day {
        day if day > today => Err(No::NotYet(day)),
        day if today.checked_sub_days(Days::new(BACK)).is_some_and(|first| day < first) => Err(No::TooLong),
        _ => Ok(()),
    }
}

/// Decides one deed of one side.
///
/// # Errors
/// Why it may not be done.
pub fn decide(before: &Standing, side: ContactSide, deed: Deed, today: Day) -> Result<Standing, No> {
    use ContactSide::{Client, Commissioner};
    use ContactState::{Agreed, Declined, Held, Planned, Recorded};
    let mut next = *before;
    let not_now = Err(No::NotNow(deed.act(), before.state));
    let open = matches!(before.state, Planned | Agreed);
    match deed {
        Deed::Agree => {
            if before.state != Planned {
                return not_now;
            }
            if before.turn != Some(side) {
                return Err(No::NotYourTurn);
            }
            ahead(before.day, today)?;
            // Only the client has something to consent to: its word is the consent.
            next.wants_consent = before.wants_consent && side != Client;
            (next.state, next.turn) = (Agreed, None);
        }
        Deed::Propose { kind, day, wants_consent } => {
            if !open {
                return not_now;
            }
            ahead(day, today)?;
            (next.kind, next.day, next.state, next.turn) = (kind, day, Planned, Some(side.other()));
            next.wants_consent = wants_consent && side == Commissioner;
        }
        Deed::Decline => {
            if !open {
                return not_now;
            }
            if side == Commissioner && before.turn != Some(Commissioner) {
                return Err(No::NotYours(ContactAct::Decline));
            }
            (next.state, next.turn) = (Declined, None);
        }
        Deed::Cancel => {
            if !open {
                return not_now;
            }
            if side == Client && before.turn != Some(Commissioner) {
                return Err(No::NotYours(ContactAct::Cancel));
            }
            (next.state, next.turn) = (ContactState::Cancelled, None);
        }
        Deed::Hold => {
            commissioner(side, ContactAct::Hold)?;
            if !open {
                return not_now;
            }
            consented(before)?;
            back(before.day, today)?;
            (next.state, next.turn) = (Held, None);
        }
        Deed::Record { kind, day, yields } => {
            commissioner(side, ContactAct::Record)?;
            if !open && before.state != Held {
                return not_now;
            }
            consented(before)?;
            back(day, today)?;
            (next.kind, next.day, next.state, next.turn) = (kind, day, Recorded, None);
            next.yields += yields;
        }
        Deed::Confirm => {
            client(side, ContactAct::Confirm)?;
            let was = matches!(before.state, Held | Recorded);
            if before.confirmed || !(was || before.state == Agreed) {
                return not_now;
            }
            if !was {
                back(before.day, today)?;
                next.state = Held;
            }
            (next.confirmed, next.denied) = (true, false);
        }
        Deed::Deny => {
            client(side, ContactAct::Deny)?;
            if before.confirmed || before.denied || !matches!(before.state, Held | Recorded) {
                return not_now;
            }
            next.denied = true;
        }
        Deed::Yield => {
            commissioner(side, ContactAct::Yield)?;
            if !matches!(before.state, Held | Recorded) {
                return not_now;
            }
            next.yields += 1;
        }
    }
    Ok(next)
}

fn commissioner(side: ContactSide, act: ContactAct) -> Result<(), No> {
    if side == ContactSide::Commissioner { Ok(()) } else { Err(No::NotYours(act)) }
}

fn client(side: ContactSide, act: ContactAct) -> Result<(), No> {
    if side == ContactSide::Client { Ok(()) } else { Err(No::NotYours(act)) }
}

fn consented(standing: &Standing) -> Result<(), No> {
    if standing.wants_consent { Err(No::NoConsent) } else { Ok(()) }
}

/// What a side may do now.
#[must_use]
pub fn acts_now(standing: &Standing, side: ContactSide, today: Day) -> Vec<ContactAct> {
    let (kind, day) = (standing.kind, standing.day);
    let deeds = [
        Deed::Agree,
        Deed::Confirm,
        Deed::Record { kind, day: day.min(today), yields: 0 },
        Deed::Hold,
        Deed::Propose { kind, day: day.max(today), wants_consent: false },
        Deed::Decline,
        Deed::Cancel,
        Deed::Deny,
        Deed::Yield,
    ];
    let may = |deed: &Deed| decide(standing, side, *deed, today).is_ok();
    // What has not come yet is not written down, though another day might be named.
    let due = |deed: &Deed| !matches!(deed, Deed::Record { .. }) || day <= today;
    deeds.iter().filter(|deed| due(deed) && may(deed)).map(Deed::act).collect()
}

/// Whether it counts: it was, and the client confirmed it, or something came of it and the client did not say otherwise.
#[must_use]
pub fn counts(standing: &Standing) -> bool {
    matches!(standing.state, ContactState::Held | ContactState::Recorded)
        && (standing.confirmed || (standing.yields > 0 && !standing.denied))
}
