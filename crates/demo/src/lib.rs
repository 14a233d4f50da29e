//! A believable city to try the platform in: areas, units, people, enterprises, and two years of demands that end today.
//!
//! Pure: the same scale, seed and moment give the same world. Names of people and firms are put together by chance; whoever
//! bears one is not meant. Areas are real (National Bureau of Statistics 2023, by way of modood's table, WTFPL); development
//! zones without a code of GB/T 2260 bear codes of the site's own.
//!
//! The people are planned at once; demands one by one ([`World::demands`]), because a city has more of them than memory
//! should hold.

mod bodies;
mod chance;
mod clients;
mod duties;
mod groups;
mod life;
mod matters;
mod names;
mod pairings;
mod places;
mod sayings;
mod schedule;
#[cfg(test)]
mod tests;
mod touch;
mod wording;

pub use duties::Duty;
pub use life::{By, Demand, Done};
pub use touch::{Course, Touch, touches};

use chance::Chance;
use kernel::words::{ClientKind, GroupKind, GroupPosition, ProjectLevel, Rank, ScaleClass, StatutoryList, UnitKind};
use kernel::{AreaCode, BusinessHours, CreditCode, Day, Instant, Phone, WorkCalendar};

/// How much of a world is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scale {
    /// A county with two towns and 60 enterprises.
    Tiny,
    /// A whole county: 15 towns, 2,600 enterprises.
    County,
    /// A city: 16 counties, 122 towns, 21,000 enterprises, 200,000 demands.
    City,
}

impl Scale {
    fn sizes(self) -> Sizes {
        match self {
            Self::Tiny => Sizes { officials: 96, enterprises: 60, projects: 6, demands: 300, fresh: 16 },
            Self::County => Sizes { officials: 1_700, enterprises: 2_600, projects: 120, demands: 24_000, fresh: 4 },
            Self::City => Sizes { officials: 17_800, enterprises: 21_000, projects: 1_000, demands: 200_000, fresh: 0 },
        }
    }
}

struct Sizes {
    officials: u32,
    enterprises: u32,
    projects: u32,
    demands: u32,
    /// How many more demands than chance brings lie on the desk of the demo county.
    fresh: u32,
}

/// How time is counted, and what it is now.
#[derive(Debug, Clone, Copy)]
pub struct Time<'a> {
    /// The working days.
    pub calendar: &'a WorkCalendar,
    /// The business hours.
    pub hours: &'a BusinessHours,
    /// This moment: nothing happened later.
    pub now: Instant,
    /// Whether the heads of units approve answers.
    pub approval: bool,
}

/// Everything there is at the start, and the plan of what happens. Members name each other by their place in the lists.
#[derive(Debug)]
pub struct World {
    /// Areas, each after the one above.
    pub areas: Vec<Area>,
    /// Categories of demands, each after the one above.
    pub categories: Vec<Category>,
    /// Whose duty what is.
    pub duties: Vec<Duty>,
    /// Units.
    pub units: Vec<Unit>,
    /// Officials, unit by unit, the highest first.
    pub officials: Vec<Official>,
    /// Who is or was in the leading and working groups.
    pub groups: Vec<GroupMember>,
    /// Enterprises, then projects.
    pub clients: Vec<Client>,
    /// Who has a demo account.
    pub cast: Cast,
    stage: life::Stage,
    plan: Vec<life::Planned>,
}

/// Who has a demo account. The liaison is one of the first client, the commissioner the one of that client.
#[derive(Debug, Clone, Copy)]
pub struct Cast {
    /// The unit of the handler and the head.
    pub bureau: usize,
    /// The desk of the same county.
    pub desk: usize,
    /// The desk of the city, when the world has one.
    pub city_desk: Option<usize>,
    /// The desk of another county, when there is one.
    pub other_desk: Option<usize>,
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
    /// Its number, of a range that no network gives out.
    pub phone: Phone,
}

/// An official's place in a leading or working group.
#[derive(Debug, Clone, Copy)]
pub struct GroupMember {
    /// The area whose group it is.
    pub area: AreaCode,
    /// Which group.
    pub kind: GroupKind,
    /// As what.
    pub position: GroupPosition,
    /// Who.
    pub official: usize,
    /// The first day.
    pub from: Day,
    /// The last day, when it has ended.
    pub until: Option<Day>,
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
    /// What people call it.
    pub short: String,
    /// Its town, or its county where that has no towns.
    pub area: AreaCode,
    /// Street and number.
    pub address: String,
    /// An enterprise's code.
    pub credit_code: Option<CreditCode>,
    /// An enterprise's class by GB/T 4754-2017.
    pub industry: &'static str,
    trade: usize,
    /// Its size.
    pub scale: ScaleClass,
    /// The statutory list it is on.
    pub list: Option<StatutoryList>,
    /// A project's investment, in yuan.
    pub investment: u64,
    /// A project's code, empty for an enterprise.
    pub project_code: String,
    /// The level at which a project is major.
    pub level: ProjectLevel,
    /// A project's builder, empty for an enterprise.
    pub builder: String,
    /// Its people, one or two.
    pub liaisons: Vec<Liaison>,
    /// The officials who looked after it, one after the other; the last does so now.
    pub commissioners: Vec<Commissioner>,
}

/// A client's person.
#[derive(Debug, Clone)]
pub struct Liaison {
    /// Their name.
    pub name: String,
    /// What they are there.
    pub position: &'static str,
    /// Where they are reached.
    pub phone: Phone,
}

/// Who looks after a client, from which day to which.
#[derive(Debug, Clone, Copy)]
pub struct Commissioner {
    /// Who.
    pub official: usize,
    /// The first day.
    pub from: Day,
    /// The last day; none while it holds.
    pub until: Option<Day>,
}

impl Client {
    /// Who looked after it on a day.
    #[must_use]
    pub fn commissioner_on(&self, day: Day) -> Option<usize> {
        let held = |held: &&Commissioner| held.from <= day && held.until.is_none_or(|until| until >= day);
        self.commissioners.iter().find(held).map(|held| held.official)
    }
}

impl World {
    /// The world of this scale and seed, as it is now.
    ///
    /// # Errors
    /// A text when the files shipped with this crate are damaged.
    pub fn plan(scale: Scale, seed: u64, time: &Time<'_>) -> Result<Self, String> {
        let mut chance = Chance::new(seed);
        let sizes = scale.sizes();
        let today = time.hours.day(time.now);
        let (matters, names, trades) = (matters::matters()?, names::Names::read(), clients::trades());
        let (areas, counties) = (places::areas(scale), places::counties(scale));
        let units = bodies::units(&areas, &counties, &matters, scale == Scale::City)?;
        let officials = bodies::officials(&mut chance, &names, &units, &counties, sizes.officials, today)?;
        let wanted = clients::Wanted { enterprises: sizes.enterprises, projects: sizes.projects };
        let mut clients = clients::clients(&mut chance, &names, &trades, (&areas, &counties), wanted)?;
        let unit_of =
            |area: AreaCode, end: &str| units.iter().position(|unit| unit.area == area && unit.name.ends_with(end));
        let commissioned = unit_of(places::COUNTY, "工业和信息化局").ok_or("no bureau")?;
        pairings::pair(&mut chance, &mut clients, (&units, &officials), commissioned, today)?;
        let cast = Cast {
            bureau: unit_of(places::COUNTY, "发展和改革局").ok_or("no bureau")?,
            desk: unit_of(places::COUNTY, "企业服务中心").ok_or("no desk")?,
            city_desk: unit_of(places::CITY, "企业服务中心"),
            other_desk: unit_of(AreaCode(370_782), "企业服务中心"),
        };
        let categories = categories(&matters);
        let duties = duties::plan(&areas, &counties, &units, &matters);
        let stage = life::Stage::set(&areas, &counties, &units, &officials, (matters, trades))?;
        let groups = groups::plan(&units, &officials, today);
        let mut world =
            Self { areas, categories, duties, units, officials, groups, clients, cast, stage, plan: Vec::new() };
        world.plan = schedule::plan(&mut chance, &world, time, &counties, (sizes.demands, sizes.fresh))?;
        Ok(world)
    }

    /// Every demand with all that happened to it until now, in order of raising.
    pub fn demands<'a>(&'a self, time: &'a Time<'a>) -> impl ExactSizeIterator<Item = Demand> + 'a {
        self.plan.iter().map(|planned| life::live(self, time, planned))
    }
}

fn categories(matters: &[matters::Matter]) -> Vec<Category> {
    let mut categories = Vec::new();
    for matter in matters {
        categories.push(Category { code: matter.code, parent: None, name: matter.name });
        let below = matter.children.iter();
        categories.extend(below.map(|(code, name)| Category { code, parent: Some(matter.code), name }));
    }
    categories
}
