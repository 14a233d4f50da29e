//! A believable county to try the platform in: areas, units, officials, enterprises, liaisons and two years of demands.
//!
//! Pure: the same scale, seed and day give the same world. Names of people and firms are put together by chance; whoever
//! bears one is not meant. Areas are real (National Bureau of Statistics 2023, by way of modood's table, WTFPL).

mod chance;
mod clients;
mod life;
mod matters;
mod places;

pub use life::{Done, Turn};

use chance::Chance;
use kernel::words::{ClientKind, Rank, ScaleClass, StatutoryList, UnitKind};
use kernel::{AreaCode, CreditCode, Day, Instant, Phone};

/// How much of a world is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scale {
    /// A county with two towns and 60 enterprises.
    Tiny,
    /// A whole county: 15 towns, 1,500 enterprises.
    County,
}

impl Scale {
    fn sizes(self) -> Sizes {
        match self {
            Self::Tiny => Sizes { towns: 2, enterprises: 60, projects: 6, demands: 300 },
            Self::County => Sizes { towns: 15, enterprises: 1_500, projects: 70, demands: 4_000 },
        }
    }
}

struct Sizes {
    towns: usize,
    enterprises: u32,
    projects: u32,
    demands: u32,
}

/// Everything there is at the start. Members name each other by their place in the lists.
#[derive(Debug)]
pub struct World {
    /// Areas, each after the one above.
    pub areas: Vec<Area>,
    /// Categories of demands, each after the one above.
    pub categories: Vec<Category>,
    /// Units.
    pub units: Vec<Unit>,
    /// Officials.
    pub officials: Vec<Official>,
    /// Enterprises, then projects.
    pub clients: Vec<Client>,
    /// Demands with all that happened to them, in order of raising.
    pub demands: Vec<Demand>,
    /// The unit of the desk that serves the county.
    pub desk: usize,
}

/// An area.
#[derive(Debug, Clone)]
pub struct Area {
    /// Its code.
    pub code: AreaCode,
    /// The area above.
    pub parent: Option<AreaCode>,
    /// Its name.
    pub name: String,
}

/// A category of demands.
#[derive(Debug, Clone)]
pub struct Category {
    /// Its code.
    pub code: &'static str,
    /// The category above.
    pub parent: Option<&'static str>,
    /// Its name.
    pub name: &'static str,
}

/// A unit.
#[derive(Debug, Clone)]
pub struct Unit {
    /// The area it serves.
    pub area: AreaCode,
    /// What it is.
    pub kind: UnitKind,
    /// Its name.
    pub name: String,
}

/// An official with the post held.
#[derive(Debug, Clone)]
pub struct Official {
    /// Who employs them.
    pub unit: usize,
    /// Their name.
    pub name: String,
    /// Their rank.
    pub rank: Rank,
    /// Their post.
    pub title: &'static str,
    /// Since when.
    pub since: Day,
    /// Their mobile.
    pub mobile: Phone,
}

/// An enterprise or a project.
#[derive(Debug, Clone)]
pub struct Client {
    /// Which of the two.
    pub kind: ClientKind,
    /// Its name.
    pub name: String,
    /// Its town.
    pub area: AreaCode,
    /// Street and number.
    pub address: String,
    /// An enterprise's code.
    pub credit_code: Option<CreditCode>,
    /// An enterprise's class by GB/T 4754-2017.
    pub industry: &'static str,
    /// Its size.
    pub scale: ScaleClass,
    /// The statutory list it is on.
    pub list: Option<StatutoryList>,
    /// A project's investment, in yuan.
    pub investment: u64,
    /// A project's code, empty for an enterprise.
    pub project_code: String,
    /// A project's builder, empty for an enterprise.
    pub builder: String,
    /// Its people, one or two: name, position and telephone.
    pub liaisons: Vec<(String, &'static str, Phone)>,
    /// The official who looks after it.
    pub commissioner: usize,
}

/// A demand, with all that happened to it.
#[derive(Debug, Clone)]
pub struct Demand {
    /// Whose it is.
    pub client: usize,
    /// What it is about.
    pub category: &'static str,
    /// In one line.
    pub title: String,
    /// In full.
    pub text: String,
    /// The unit whose duty it is.
    pub unit: usize,
    /// When it was raised.
    pub raised_at: Instant,
    /// Whether its commissioner raised it.
    pub by_commissioner: bool,
    /// What came after, in order.
    pub history: Vec<Done>,
}

impl World {
    /// The world of this scale and seed, as it is at `now`.
    ///
    /// # Errors
    /// A text when the files shipped with this crate are damaged.
    pub fn plan(scale: Scale, seed: u64, time: &life::Time<'_>) -> Result<Self, String> {
        let mut chance = Chance::new(seed);
        let sizes = scale.sizes();
        let matters = matters::matters();
        let areas = places::areas(sizes.towns);
        let (units, desk) = places::units(&areas, &matters);
        let officials = places::officials(&mut chance, &units, sizes.enterprises)?;
        let clients = clients::clients(&mut chance, &areas, &units, &officials, sizes.enterprises, sizes.projects)?;
        let demands = life::demands(&mut chance, time, &matters, &areas, &units, &clients, sizes.demands)?;
        let categories = matters
            .iter()
            .flat_map(|matter| {
                let top = Category { code: matter.code, parent: None, name: matter.name };
                let below = matter.children.iter();
                let below = below.map(|(code, name)| Category { code, parent: Some(matter.code), name });
                std::iter::once(top).chain(below).collect::<Vec<_>>()
            })
            .collect();
        Ok(Self { areas, categories, units, officials, clients, demands, desk })
    }
}

pub use life::Time;
