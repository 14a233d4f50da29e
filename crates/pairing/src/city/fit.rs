//! How well an official and a client fit, in points with their reasons; or why they must not be paired.
//!
//! [`fit`] answers for one pair; a plan weighs millions through the same [`Profile`], which knows everything about an official
//! that does not depend on the client.

use super::people::{City, Client, Ground, Official, Place, Size};
use super::rules::{Enforcer, Places, Pool, Rules};
use super::sections::{self, SectionNumber};
use kernel::words::{AreaLevel, ClientKind, ProjectLevel, Rank};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fmt;

/// What a pair costs in points, by reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
pub struct Parts {
    /// How far apart they are.
    pub place: i64,
    /// How well the department knows the industry.
    pub trade: i64,
    /// How far the rank is from the one that is right.
    pub level: i64,
    /// That it is somebody else than now.
    pub change: i64,
}

impl Parts {
    /// All points together.
    #[must_use]
    pub const fn sum(self) -> i64 {
        self.place + self.trade + self.level + self.change
    }
}

/// Whether somebody may look after a client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fit {
    /// They may, at this cost.
    May(Parts),
    /// They must not.
    Not(Reason),
}

/// Why an official must not look after a client. Displays as a Chinese sentence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// Absent, or the unit asked to be left out.
    LeftOut,
    /// The rules give nobody of this kind a place.
    NoPool,
    /// The rules give them no place for such a client.
    NoPlaces {
        /// The pool's name.
        pool: String,
        /// Enterprises or projects.
        kind: ClientKind,
    },
    /// They work in another county.
    Elsewhere,
    /// Projects of this level are not theirs.
    ProjectLevel {
        /// The pool's name.
        pool: String,
        /// The project's level.
        level: ProjectLevel,
    },
    /// Their unit inspects and punishes the client.
    Enforcement {
        /// The word of the unit's name.
        word: String,
    },
    /// An exclusion was declared.
    Barred(Ground),
    /// All their places for such clients are taken.
    Full {
        /// Enterprises or projects.
        kind: ClientKind,
        /// How many they may have.
        max: u32,
    },
    /// All their places together are taken.
    FullInAll {
        /// How many they may have.
        max: u32,
    },
    /// They look after it already.
    Already,
    /// The client has another commissioner, and they may not work beside another (M3).
    NotSeveral {
        /// The pool's name.
        pool: String,
    },
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::LeftOut => write!(f, "本人暂时不能参加，或者所在单位申请不参与包靠"),
            Self::NoPool => write!(f, "按现行规则，这类单位和职级的干部不参与包靠"),
            Self::NoPlaces { pool, kind } => write!(f, "按现行规则，{pool}不联系{kind}"),
            Self::Elsewhere => write!(f, "不在本县（市、区），县、镇干部只联系本辖区的企业和项目"),
            Self::ProjectLevel { pool, level } => write!(f, "按现行规则，{pool}不联系{level}项目"),
            Self::Enforcement { word } => write!(f, "所在单位（{word}）对企业有监管执法权，按亲清回避要求不能联系"),
            Self::Barred(ground) => write!(f, "已登记回避：{}", ground.label()),
            Self::Full { kind, max } => write!(f, "联系的{kind}已达上限 {max} 个"),
            Self::FullInAll { max } => write!(f, "联系的企业和项目合计已达上限 {max} 个"),
            Self::Already => write!(f, "已经在联系这家企业（项目）"),
            Self::NotSeveral { pool } => {
                write!(f, "按现行规则，{pool}只能一对一联系，这家企业（项目）已有一名这样的专员")
            }
        }
    }
}

/// The pool whose quota an official has; `None` for whoever looks after nobody.
#[must_use]
pub fn quota<'a>(rules: &'a Rules, official: &Official) -> Option<&'a Pool> {
    let pool = pool_of(rules, official).map(|pool| &rules.pools[pool]);
    pool.filter(|pool| pool.total > 0)
}

/// Whether this official may look after this client, at what cost. Places that are taken by other clients of the plan are not
/// looked at: see [`super::moves::move_effect`].
#[must_use]
pub fn fit(city: &City, client: usize, official: usize) -> Fit {
    let (one, other) = (&city.clients[client], &city.officials[official]);
    if let Some(bar) = city.bars.iter().find(|bar| bar.client == client && bar.official == official) {
        return Fit::Not(Reason::Barred(bar.ground));
    }
    if other.left_out {
        return Fit::Not(Reason::LeftOut);
    }
    let profile = Profile::of(&city.rules, other);
    let view = View::of(one);
    match profile.judge(&city.rules, &view, other) {
        Err(reason) => Fit::Not(reason),
        Ok(parts) => Fit::May(Parts { change: change(&city.rules, one, official), ..parts }),
    }
}

/// What it costs that this official looks after the client and not who does now.
pub(crate) fn change(rules: &Rules, client: &Client, official: usize) -> i64 {
    let new = !client.now.is_empty() && !client.now.contains(&official);
    if new { i64::from(rules.weights.change) } else { 0 }
}

/// How near an official works to a client.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Nearness {
    OwnTown,
    OtherTown,
    County,
    City,
}

/// How well a unit knows an industry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Knows {
    Core,
    Related,
    General,
    Outside,
    Other,
    /// The client's industry is not known.
    Unknown,
}

/// What matters of a client.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct View {
    pub size: Size,
    pub place: Place,
    pub section: SectionNumber,
}

impl View {
    pub(crate) fn of(client: &Client) -> Self {
        Self { size: client.size, place: client.place, section: sections::of_class(client.industry.as_deref()) }
    }
}

/// What matters of an official whoever the client is. Officials of equal unit and rank have the same.
#[derive(Debug, Clone)]
pub(crate) struct Profile {
    pub pool: Option<usize>,
    pub place: Place,
    rank: Rank,
    trades: [Knows; sections::COUNT],
    /// Bit n is set when the unit has powers of enforcement over section n.
    enforces: u32,
}

impl Profile {
    pub(crate) fn of(rules: &Rules, official: &Official) -> Self {
        let name = &official.unit_name;
        let trade = rules.trades.iter().find(|trade| name.contains(&trade.word));
        let general = rules.general.iter().any(|word| name.contains(word));
        let knows = |section: SectionNumber| match trade {
            _ if section == sections::UNKNOWN => Knows::Unknown,
            Some(trade) if sections::holds(&trade.core, section) => Knows::Core,
            Some(trade) if sections::holds(&trade.related, section) => Knows::Related,
            _ if general => Knows::General,
            Some(_) => Knows::Other,
            None => Knows::Outside,
        };
        let over = |section: SectionNumber| rules.enforcers.iter().any(|found| enforces(found, official, section));
        let enforces = all_sections().filter(|section| over(*section)).fold(0, |mask, section| mask | 1 << section);
        let mut trades = [Knows::Unknown; sections::COUNT];
        all_sections().for_each(|section| trades[usize::from(section)] = knows(section));
        Self { pool: pool_of(rules, official), place: official.place, rank: official.rank, trades, enforces }
    }

    pub(crate) fn nearness(&self, view: &View) -> Option<Nearness> {
        match self.place.level() {
            AreaLevel::Province | AreaLevel::City => Some(Nearness::City),
            _ if self.place.county != view.place.county => None,
            AreaLevel::County => Some(Nearness::County),
            AreaLevel::Town if self.place.area == view.place.area => Some(Nearness::OwnTown),
            AreaLevel::Town => Some(Nearness::OtherTown),
        }
    }

    pub(crate) fn knows(&self, view: &View) -> Knows {
        self.trades[usize::from(view.section)]
    }

    /// The points of a pair, without those for a change; `None` when it must not be.
    pub(crate) fn weigh(&self, rules: &Rules, view: &View) -> Option<Parts> {
        let pool = &rules.pools[self.pool?];
        let nearness = self.nearness(view)?;
        let level = match view.size {
            Size::Project(level) => pool.project_levels.contains(&level),
            Size::Enterprise(_) => true,
        };
        if pool.places(view.size.kind()).max == 0 || !level || self.enforces >> view.section & 1 == 1 {
            return None;
        }
        let weights = &rules.weights;
        let place = match nearness {
            Nearness::OwnTown => weights.own_town,
            Nearness::OtherTown => weights.other_town,
            Nearness::County => weights.county,
            Nearness::City => weights.city,
        };
        let trade = match self.knows(view) {
            Knows::Core => weights.trade_core,
            Knows::Related => weights.trade_related,
            Knows::General => weights.trade_general,
            Knows::Outside => weights.trade_outside,
            Knows::Other => weights.trade_other,
            Knows::Unknown => 0,
        };
        let step = match view.size {
            Size::Enterprise(_) => weights.step_enterprise,
            Size::Project(_) => weights.step_project,
        };
        let level = i64::from(steps(rules, view.size, self.rank).unsigned_abs()) * i64::from(step);
        Some(Parts { place: i64::from(place), trade: i64::from(trade), level, change: 0 })
    }

    fn judge(&self, rules: &Rules, view: &View, official: &Official) -> Result<Parts, Reason> {
        let kind = view.size.kind();
        let pool = self.pool.map(|pool| &rules.pools[pool]).filter(|pool| pool.total > 0).ok_or(Reason::NoPool)?;
        if let Some(parts) = self.weigh(rules, view) {
            return Ok(parts);
        }
        Err(match view.size {
            _ if self.nearness(view).is_none() => Reason::Elsewhere,
            _ if pool.places(kind) == Places::default() => Reason::NoPlaces { pool: pool.name.clone(), kind },
            Size::Project(level) if !pool.project_levels.contains(&level) => {
                Reason::ProjectLevel { pool: pool.name.clone(), level }
            }
            _ => {
                let found = rules.enforcers.iter().find(|enforcer| enforces(enforcer, official, view.section));
                Reason::Enforcement { word: found.map(|enforcer| enforcer.word.clone()).unwrap_or_default() }
            }
        })
    }
}

/// By how many steps a rank is above (positive) or below what a client of this size should have.
pub(crate) fn steps(rules: &Rules, size: Size, rank: Rank) -> i32 {
    // The highest rank is the first word.
    let height = |rank: Rank| -(rank as i32);
    match rules.wanted.iter().find(|wanted| wanted.size == size) {
        Some(wanted) if height(rank) > height(wanted.highest) => height(rank) - height(wanted.highest),
        Some(wanted) if height(rank) < height(wanted.lowest) => height(rank) - height(wanted.lowest),
        _ => 0,
    }
}

/// Whether the unit inspects and punishes those of a section. Whose industry is not known, as of projects, may be one of them.
fn enforces(enforcer: &Enforcer, official: &Official, section: SectionNumber) -> bool {
    official.unit_name.contains(&enforcer.word)
        && (enforcer.sections.is_empty()
            || section == sections::UNKNOWN
            || sections::holds(&enforcer.sections, section))
}

fn pool_of(rules: &Rules, official: &Official) -> Option<usize> {
    rules.pools.iter().position(|pool| pool.takes(official.place.level(), official.unit_kind, official.rank))
}

fn all_sections() -> impl Iterator<Item = SectionNumber> {
    0..sections::COUNT as SectionNumber
}
