//! Whom a plan is about: officials, clients, and who must not look after whom. They name each other by their place in the
//! lists of a [`City`].

use super::rules::Rules;
use kernel::words::{AreaLevel, ClientKind, ProjectLevel, Rank, ScaleClass, UnitKind};
use kernel::{AreaCode, AreaPath};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// All that a plan is made of. One city: whoever works for the city may look after clients everywhere in it.
#[derive(Debug, Clone, Default)]
pub struct City {
    /// The rules in force.
    pub rules: Rules,
    /// Everybody who may be asked.
    pub officials: Vec<Official>,
    /// Everybody who is to be looked after.
    pub clients: Vec<Client>,
    /// Who must not look after whom.
    pub bars: Vec<Bar>,
}

/// An area with the county it lies in (itself, for a county; the city, for the city).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Place {
    /// The area.
    pub area: AreaCode,
    /// The county-level area that it is or lies in; the area itself above county level.
    pub county: AreaCode,
}

impl Place {
    /// The place that a path leads to; `None` when the text is no path.
    #[must_use]
    pub fn of(path: &AreaPath) -> Option<Self> {
        Some(Self { area: path.code()?, county: path.county()? })
    }

    /// Its level.
    #[must_use]
    pub fn level(self) -> AreaLevel {
        self.area.level()
    }
}

/// An official with the unit that employs them.
#[derive(Debug, Clone)]
pub struct Official {
    /// The area that the unit serves.
    pub place: Place,
    /// Their rank.
    pub rank: Rank,
    /// What the unit is.
    pub unit_kind: UnitKind,
    /// The unit's full name: its trade and its powers of enforcement are read from it.
    pub unit_name: String,
    /// Enterprises they look after outside this plan.
    pub held_enterprises: u32,
    /// Projects they look after outside this plan.
    pub held_projects: u32,
    /// Whether they are not to be asked: absent, or their unit asked to be left out.
    pub left_out: bool,
}

/// How big a client is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Size {
    /// An enterprise of this scale.
    Enterprise(ScaleClass),
    /// A project of this level.
    Project(ProjectLevel),
}

impl Size {
    /// Every size, enterprises first, the biggest first.
    pub const ALL: [Self; 7] = [
        Self::Enterprise(ScaleClass::Large),
        Self::Enterprise(ScaleClass::Medium),
        Self::Enterprise(ScaleClass::Small),
        Self::Enterprise(ScaleClass::Micro),
        Self::Project(ProjectLevel::Province),
        Self::Project(ProjectLevel::City),
        Self::Project(ProjectLevel::County),
    ];

    /// Enterprise or project.
    #[must_use]
    pub const fn kind(self) -> ClientKind {
        match self {
            Self::Enterprise(_) => ClientKind::Enterprise,
            Self::Project(_) => ClientKind::Project,
        }
    }

    /// As people say it: 大型企业, 省重点项目.
    #[must_use]
    pub fn label(self) -> String {
        match self {
            Self::Enterprise(scale) => format!("{}企业", scale.label()),
            Self::Project(level) => format!("{}项目", level.label()),
        }
    }

    /// How much it matters that it is not left without anybody: 0 for the smallest.
    pub(crate) const fn importance(self) -> i64 {
        match self {
            Self::Enterprise(ScaleClass::Micro) => 0,
            Self::Enterprise(ScaleClass::Small) => 1,
            Self::Enterprise(ScaleClass::Medium) | Self::Project(ProjectLevel::County) => 2,
            Self::Enterprise(ScaleClass::Large) | Self::Project(ProjectLevel::City) => 3,
            Self::Project(ProjectLevel::Province) => 4,
        }
    }
}

/// An enterprise or a project.
#[derive(Debug, Clone)]
pub struct Client {
    /// How big it is.
    pub size: Size,
    /// Where it lies.
    pub place: Place,
    /// Its class by GB/T 4754-2017, four digits, when it is known.
    pub industry: Option<String>,
    /// Who looks after it now, the lead first.
    pub now: Vec<usize>,
    /// Who was chosen by hand as its lead: the plan keeps to that.
    pub fixed: Option<usize>,
    /// How many commissioners it should have at least; the rules may give it more. 0 counts as 1.
    pub places: u32,
}

impl Client {
    /// Enterprise or project.
    #[must_use]
    pub const fn kind(&self) -> ClientKind {
        self.size.kind()
    }
}

/// Somebody must not look after a client (亲清回避).
#[derive(Debug, Clone, Copy)]
pub struct Bar {
    /// Whom not.
    pub client: usize,
    /// Who not.
    pub official: usize,
    /// Why.
    pub ground: Ground,
}

/// Why somebody must not look after a client.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Ground {
    /// A relative works or decides there.
    Family,
    /// They or their family hold shares.
    Shareholding,
    /// They inspect or punish it.
    Enforcement,
    /// The client asked for somebody else.
    Asked,
    /// Another reason that was written down.
    Other,
}

impl Ground {
    /// Every ground.
    pub const ALL: [Self; 5] = [Self::Family, Self::Shareholding, Self::Enforcement, Self::Asked, Self::Other];

    /// As the screen says it.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Family => "亲属任职或经营",
            Self::Shareholding => "本人或亲属持股",
            Self::Enforcement => "负责该企业的监管执法",
            Self::Asked => "企业要求更换专员",
            Self::Other => "其他回避情形",
        }
    }
}
