//! The rules of pairing as data: who may look after how many (M2, M3), what makes a pair good, who is kept out. They are kept
//! in versions, edited by the coordination group, and every plan is made by one version.

use super::people::Size;
use super::weights::Weights;
use kernel::words::{AreaLevel, ClientKind, ProjectLevel, Rank, UnitKind};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// One version of the rules. [`Rules::shipped`] is the version that comes with the platform.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Rules {
    /// Who may look after how many, the first that fits decides. Whoever fits none looks after nobody.
    pub pools: Vec<Pool>,
    /// What costs how much.
    pub weights: Weights,
    /// Which rank a client of each size should have; a size that is missing asks for none.
    pub wanted: Vec<Wanted>,
    /// Which industries a department knows, by a word of its name; the first word that fits decides.
    pub trades: Vec<Trade>,
    /// Words in the names of units that deal with every industry alike.
    pub general: Vec<String>,
    /// Which departments must not look after those they inspect and punish.
    pub enforcers: Vec<Enforcer>,
    /// Which clients have more than one commissioner.
    pub teams: Vec<Team>,
}

impl Default for Rules {
    fn default() -> Self {
        Self::shipped()
    }
}

/// How many places somebody has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Places {
    /// How many they should have; each above costs [`Weights::above_target`].
    pub target: u32,
    /// How many they may have.
    pub max: u32,
}

/// Officials who may look after equally many.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Pool {
    /// A short name of its own, in Latin letters.
    pub key: String,
    /// The name on the screen.
    pub name: String,
    /// Levels of their units; none means every level.
    pub levels: Vec<AreaLevel>,
    /// What their units are; none means whatever.
    pub unit_kinds: Vec<UnitKind>,
    /// Their ranks; none means every rank.
    pub ranks: Vec<Rank>,
    /// Their enterprises.
    pub enterprises: Places,
    /// Their projects.
    pub projects: Places,
    /// Enterprises and projects together, at most.
    pub total: u32,
    /// Whether several of them may look after the same client (M3, many-to-one).
    pub several: bool,
    /// Projects of which levels they may look after.
    pub project_levels: Vec<ProjectLevel>,
}

impl Pool {
    /// Their places for one kind of client.
    #[must_use]
    pub const fn places(&self, kind: ClientKind) -> Places {
        match kind {
            ClientKind::Enterprise => self.enterprises,
            ClientKind::Project => self.projects,
        }
    }

    pub(crate) fn takes(&self, level: AreaLevel, unit: UnitKind, rank: Rank) -> bool {
        let fits = |empty: bool, holds: bool| empty || holds;
        fits(self.levels.is_empty(), self.levels.contains(&level))
            && fits(self.unit_kinds.is_empty(), self.unit_kinds.contains(&unit))
            && fits(self.ranks.is_empty(), self.ranks.contains(&rank))
    }
}

/// Which rank a client of some size should have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Wanted {
    /// The size.
    pub size: Size,
    /// The lowest rank that is right.
    pub lowest: Rank,
    /// The highest rank that is right.
    pub highest: Rank,
}

/// Which industries a department knows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Trade {
    /// A word of the unit's name.
    pub word: String,
    /// Sections of GB/T 4754 that are its own.
    pub core: Vec<String>,
    /// Sections that it often deals with.
    pub related: Vec<String>,
}

/// A department that inspects and punishes. A client whose industry is not known counts as one of those it inspects.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Enforcer {
    /// A word of the unit's name.
    pub word: String,
    /// Over which sections of GB/T 4754; none means all.
    pub sections: Vec<String>,
}

/// Clients that have more than one commissioner.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Team {
    /// Clients of this size.
    pub size: Size,
    /// How many beside the lead.
    pub extra: u32,
}
