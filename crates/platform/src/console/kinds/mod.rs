//! What each kind of sheet is: its table, how a line is read, weighed and written by the feature it belongs to, and how it comes
//! out again.

mod org;
mod pairing;
mod registry;

pub use self::org::{AREAS, OFFICIALS, UNITS};
pub use self::pairing::PAIRINGS;
pub use self::registry::{ENTERPRISES, LIAISONS, PROJECTS};

use super::sheet::Record;
use crate::App;
use crate::looks::Seen;
use crate::many::{Lined, Verdict};
use crate::registry::Source;
use axum::extract::Query;
use axum::http::Uri;
use kernel::authz::{ReadPairings, ReadRegistry, WriteOrg, WritePairings, WriteRegistry};
use kernel::words::{PairingPart, ProjectLevel, ScaleClass, SheetKind, StatutoryList};
use kernel::{Actor, Cursor, Day, Instant, Phone, Problem, Right};
use serde::de::DeserializeOwned;
use store::private::Field;
use store::{Db, Private, Tx};

/// Who brings a sheet, when, and whence it is known.
#[derive(Debug)]
pub struct Batch<'a> {
    /// The platform.
    pub app: &'a App,
    /// Who brings it.
    pub actor: &'a Actor,
    /// Whence its lines are known, and of which day.
    pub known: Source,
    /// When it is weighed, or written.
    pub now: Instant,
}

impl Batch<'_> {
    /// The day on which it is weighed, or written.
    pub fn today(&self) -> Day {
        self.app.site.hours.day(self.now)
    }
}

/// What a line of a sheet is.
pub trait Rows: Send + Sync + Sized + 'static {
    /// What has to be written for it.
    type Write: Send + Sync;

    /// Reads a line. Whatever is wrong with it is noted in the record.
    fn read(record: &mut Record<'_>) -> Option<Self>;

    /// Takes what the lines are about for this transaction, where something is counted before it is written.
    fn hold(_: &Tx, _: &[Lined<Self>]) -> impl Future<Output = Result<(), Problem>> + Send {
        std::future::ready(Ok(()))
    }

    /// Weighs lines by the rules of their feature.
    fn weigh(
        db: &impl Db,
        batch: &Batch<'_>,
        wishes: &[Lined<Self>],
    ) -> impl Future<Output = Result<Vec<Verdict<Self::Write>>, Problem>> + Send;

    /// Writes what was weighed.
    fn write(tx: &Tx, batch: &Batch<'_>, writes: Vec<Self::Write>) -> impl Future<Output = Result<(), Problem>> + Send;
}

/// Calls something with the type of line that a kind of sheet holds.
macro_rules! of_kind {
    ($kind:expr, $rows:ident => $body:expr) => {
        match $kind {
            kernel::words::SheetKind::Areas => {
                type $rows = crate::org::many::AreaWish;
                $body
            }
            kernel::words::SheetKind::Units => {
                type $rows = crate::org::NewUnit;
                $body
            }
            kernel::words::SheetKind::Officials => {
                type $rows = crate::org::many::OfficialWish;
                $body
            }
            kernel::words::SheetKind::Enterprises => {
                type $rows = crate::console::kinds::Enterprise;
                $body
            }
            kernel::words::SheetKind::Projects => {
                type $rows = crate::console::kinds::Project;
                $body
            }
            kernel::words::SheetKind::Liaisons => {
                type $rows = crate::registry::many::LiaisonWish;
                $body
            }
            kernel::words::SheetKind::Pairings => {
                type $rows = crate::pairing::many::PairingWish;
                $body
            }
        }
    };
}
pub use self::registry::{Enterprise, Project};
pub(super) use of_kind;

/// The right that lets somebody import a kind of sheet.
#[must_use]
pub fn import_right(kind: SheetKind) -> &'static str {
    match kind {
        SheetKind::Areas | SheetKind::Units | SheetKind::Officials => WriteOrg::NAME,
        SheetKind::Enterprises | SheetKind::Projects | SheetKind::Liaisons => WriteRegistry::NAME,
        SheetKind::Pairings => WritePairings::NAME,
    }
}

/// The right that lets somebody export it. Numbers of people leave only for those who keep them.
#[must_use]
pub fn export_right(kind: SheetKind) -> &'static str {
    match kind {
        SheetKind::Areas | SheetKind::Units | SheetKind::Officials => WriteOrg::NAME,
        SheetKind::Enterprises | SheetKind::Projects => ReadRegistry::NAME,
        SheetKind::Liaisons => WriteRegistry::NAME,
        SheetKind::Pairings => ReadPairings::NAME,
    }
}

/// The label of a word that stands in a field.
pub fn label_of(field: &str, value: &str) -> Option<&'static str> {
    match field {
        "scale" => ScaleClass::parse(value).map(ScaleClass::label),
        "part" => PairingPart::parse(value).map(PairingPart::label),
        "list" => StatutoryList::parse(value).map(StatutoryList::label),
        "project_level" => ProjectLevel::parse(value).map(ProjectLevel::label),
        _ => None,
    }
}

/// How an export writes the numbers of people.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Numbers {
    /// With their middle hidden.
    Masked,
    /// In full, to who gave a reason.
    Full,
}

impl Numbers {
    /// A number so written.
    fn write<F: Field<Value = Phone>>(self, number: &Private<F>) -> String {
        match self {
            Self::Masked => number.masked(),
            Self::Full => number.in_full().to_string(),
        }
    }
}

/// Some lines of an export, and where it goes on.
#[derive(Debug, Default)]
pub struct Portion {
    /// The lines, their cells in the order of the table.
    pub lines: Vec<Vec<String>>,
    /// Whose numbers they show in full.
    pub seen: Vec<Seen>,
    /// Where the next portion starts.
    pub next: Option<Cursor>,
}

/// The filters of a list, as its address holds them.
#[derive(Debug, Clone, Default)]
pub struct Filters(String);

impl Filters {
    /// The filters of an address, also as the forms of lists send them: what is empty was not asked for, `yes` and `no` are
    /// true and false; in which order and from where the page began does not matter.
    #[must_use]
    pub fn of(query: Option<&str>) -> Self {
        let kept = query.unwrap_or_default().split('&').filter_map(|part| {
            let (name, value) = part.split_once('=').unwrap_or((part, ""));
            match (name, value) {
                (_, "") | ("cursor" | "limit" | "sort", _) => None,
                ("paired" | "closed", "yes") => Some(format!("{name}=true")),
                ("paired" | "closed", "no") => Some(format!("{name}=false")),
                _ => Some(part.to_owned()),
            }
        });
        Self(kept.collect::<Vec<_>>().join("&"))
    }

    /// As they were asked for, to be kept beside what was done.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.0
    }

    fn read<T: DeserializeOwned>(&self) -> Result<T, Problem> {
        let told = || Problem::Malformed("导出的筛选条件无法识别，请从清单页面重新导出。".into());
        let uri: Uri = format!("/?{}", self.0).parse().map_err(|_| told())?;
        let Query(filter) = Query::try_from_uri(&uri).map_err(|_| told())?;
        Ok(filter)
    }
}

/// The next lines of an export.
///
/// # Errors
/// [`Problem::NotFound`] for who may not export this, [`Problem::Malformed`] for filters that cannot be read.
pub async fn portion(
    kind: SheetKind,
    app: &App,
    actor: &Actor,
    (filters, numbers): (&Filters, Numbers),
    after: Option<Cursor>,
) -> Result<Portion, Problem> {
    match kind {
        SheetKind::Areas => org::areas(app, actor).await,
        SheetKind::Units => org::units(app, actor, filters, after).await,
        SheetKind::Officials => org::officials(app, actor, (filters, numbers), after).await,
        SheetKind::Enterprises => registry::enterprises(app, actor, filters, after).await,
        SheetKind::Projects => registry::projects(app, actor, filters, after).await,
        SheetKind::Liaisons => registry::liaisons(app, actor, (filters, numbers), after).await,
        SheetKind::Pairings => pairing::pairings(app, actor, filters, after).await,
    }
}
