//! Columns of personal values. In the database such a value is sealed; in a row that was read it is open, but prints, logs
//! and travels masked, and is had in full only where the code says so ([`Private::in_full`]).
//!
//! A query that reads column `x` of this kind also gives `x_of`, the id of the row where it lies: without that it does not
//! open. Writing goes through [`crate::Tx::seal`]: the plain types are no values that could be bound.

use crate::keys::in_light;
use crate::sql::Db;
use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use kernel::{BugExt, Email, Login, Phone, Problem};
use schemars::JsonSchema;
use sea_orm::{ColIdx, DbErr, QueryResult, TryGetError, TryGetable};
use seal::Place;
use serde::{Serialize, Serializer};
use std::borrow::Cow;
use std::fmt;
use uuid::Uuid;

/// A personal value.
pub trait Personal: Sized {
    /// Its one written form.
    fn text(&self) -> &str;

    /// Reads the written form back.
    ///
    /// # Errors
    /// When it is none.
    fn read(text: &str) -> Result<Self, String>;

    /// What anybody may see of it.
    fn masked(&self) -> String;
}

impl Personal for Phone {
    fn text(&self) -> &str {
        self.as_str()
    }

    fn read(text: &str) -> Result<Self, String> {
        Self::parse(text)
    }

    fn masked(&self) -> String {
        Self::masked(self)
    }
}

impl Personal for Login {
    fn text(&self) -> &str {
        self.in_full()
    }

    fn read(text: &str) -> Result<Self, String> {
        Ok(Self::typed(text))
    }

    fn masked(&self) -> String {
        self.shown()
    }
}

impl Personal for Email {
    fn text(&self) -> &str {
        self.as_str()
    }

    fn read(text: &str) -> Result<Self, String> {
        Self::parse(text)
    }

    fn masked(&self) -> String {
        Self::masked(self)
    }
}

/// A secret that a person holds too, such as that of a second factor.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(pub String);

impl Personal for Secret {
    fn text(&self) -> &str {
        &self.0
    }

    fn read(text: &str) -> Result<Self, String> {
        Ok(Self(text.to_owned()))
    }

    fn masked(&self) -> String {
        "******".into()
    }
}

/// A file that holds personal values, such as a sheet of liaisons; as text, since sealing is of text.
#[derive(Clone, PartialEq, Eq)]
pub struct Document(String);

impl Document {
    /// The file of these bytes.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        Self(STANDARD_NO_PAD.encode(bytes))
    }

    /// Its bytes.
    ///
    /// # Errors
    /// A bug when it is not as [`Self::of`] made it.
    pub fn bytes(&self) -> Result<Vec<u8>, Problem> {
        STANDARD_NO_PAD.decode(&self.0).bug("reading a sealed file")
    }
}

impl Personal for Document {
    fn text(&self) -> &str {
        &self.0
    }

    fn read(text: &str) -> Result<Self, String> {
        Ok(Self(text.to_owned()))
    }

    fn masked(&self) -> String {
        "******".into()
    }
}

/// Where values of one kind lie.
#[derive(Debug, Clone, Copy)]
pub struct Column {
    /// The table.
    pub table: &'static str,
    /// The column of the sealed text.
    pub column: &'static str,
    /// The column of the blind index, where the value is looked for.
    pub index: Option<&'static str>,
    /// The column of what anybody may see of it, where that is looked through.
    pub shown: Option<&'static str>,
    /// How many rows are sealed anew in one transaction: few where they are large.
    pub at_once: u32,
    /// What lay there before it was sealed, in the one written form of its kind, and what anybody may see of it.
    pub(crate) form: fn(String) -> (String, String),
}

/// The one written form of a value of this kind and its masked one; what is none stays as it is, unseen.
fn form<V: Personal>(text: String) -> (String, String) {
    match V::read(&text) {
        Ok(value) => (value.text().to_owned(), value.masked()),
        Err(_) => (text, "******".into()),
    }
}

impl Column {
    pub(crate) fn place(&self, row: Uuid) -> Place<'static> {
        Place { table: self.table, column: self.column, row: row.into_bytes() }
    }

    pub(crate) fn field(&self) -> String {
        format!("{}.{}", self.table, self.column)
    }
}

/// A column of personal values, as a type.
pub trait Field: 'static {
    /// What it holds.
    type Value: Personal;
    /// Where it lies.
    const COLUMN: Column;
}

macro_rules! fields {
    ($($(#[$doc:meta])* $name:ident: $value:ty = $table:literal, $column:literal, $index:expr, $shown:expr, $at_once:expr;)*) => {
        $($(#[$doc])* #[derive(Debug, Clone, Copy)] pub struct $name;
        impl Field for $name {
            type Value = $value;
            const COLUMN: Column = Column {
                table: $table, column: $column, index: $index, shown: $shown, at_once: $at_once, form: form::<$value>,
            };
        })*
        /// Every column of personal values: what is sealed anew when keys change.
        pub(crate) const COLUMNS: &[Column] = &[$($name::COLUMN),*];
    };
}

fields! {
    /// The mobile of an official.
    OfficialMobile: Phone = "official", "mobile", Some("mobile_index"), None, 500;
    /// The telephone of a liaison.
    LiaisonPhone: Phone = "liaison", "phone", Some("phone_index"), None, 500;
    /// What somebody signs in with.
    AccountLogin: Login = "account", "login", Some("login_index"), Some("login_shown"), 500;
    /// The secret of an account's second factor.
    AccountFactor: Secret = "account", "second_factor", None, None, 500;
    /// The secret that an account's holder is about to confirm.
    AccountFactorWish: Secret = "account", "factor_wish", None, None, 500;
    /// The address to which somebody wants messages.
    MessageEmail: Email = "message_wish", "email", None, None, 500;
    /// The address that somebody is about to confirm.
    MessageEmailWish: Email = "message_wish", "email_wish", None, None, 500;
    /// A sheet that waits for its import.
    ImportSheet: Document = "import_file", "sheet", None, None, 4;
}

/// A personal value that was read, or is about to be written.
pub struct Private<F: Field>(F::Value);

impl<F: Field> Private<F> {
    /// A value for this column.
    pub fn new(value: F::Value) -> Self {
        Self(value)
    }

    /// What anybody may see of it, such as `138****1234`.
    #[must_use]
    pub fn masked(&self) -> String {
        self.0.masked()
    }

    /// The value itself. Whoever shows it to a person has recorded that they look, or shows a person their own.
    #[must_use]
    pub fn in_full(&self) -> &F::Value {
        &self.0
    }
}

impl<F: Field<Value: Clone>> Clone for Private<F> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<F: Field<Value: PartialEq>> PartialEq for Private<F> {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}

impl<F: Field> fmt::Debug for Private<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.masked())
    }
}

impl<F: Field> Serialize for Private<F> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.masked())
    }
}

impl<F: Field> JsonSchema for Private<F> {
    fn schema_name() -> Cow<'static, str> {
        "Masked".into()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        String::json_schema(generator)
    }

    fn inline_schema() -> bool {
        true
    }
}

impl<F: Field> TryGetable for Private<F> {
    fn try_get_by<I: ColIdx>(row: &QueryResult, column: I) -> Result<Self, TryGetError> {
        let sealed = String::try_get_by(row, column)?;
        let refused = |told: String| {
            let Column { table, column, .. } = F::COLUMN;
            TryGetError::DbErr(DbErr::Type(format!("opening {table}.{column}: {told}")))
        };
        let name = column.as_str().ok_or_else(|| refused("read by its number".into()))?;
        let of = Uuid::try_get_by(row, format!("{name}_of").as_str())?;
        let opened = in_light(|ring| ring.open(&sealed, F::COLUMN.place(of)));
        let opened = opened.map_err(|told| refused(format!("row {of}: {told}")))?;
        F::Value::read(&opened).map(Self).map_err(|_| refused(format!("row {of}: not of its form")))
    }
}

/// A value as its columns keep it.
#[derive(Debug, Clone, Default)]
pub struct Sealed {
    /// The sealed text.
    pub text: Option<String>,
    /// The blind index, where the column has one.
    pub index: Option<String>,
}

/// What only a place that knows the keys can do.
pub trait Sealing: Db {
    /// Seals the value of a row.
    ///
    /// # Errors
    /// [`Problem::Unavailable`] without keys.
    fn seal<F: Field>(&self, row: Uuid, value: Option<&F::Value>) -> Result<Sealed, Problem> {
        let Some(value) = value else { return Ok(Sealed::default()) };
        seal_text(&*self.keys().ring()?, &F::COLUMN, row, value.text())
    }

    /// The blind index of a value, to look for.
    ///
    /// # Errors
    /// [`Problem::Unavailable`] without keys.
    fn index<F: Field>(&self, value: &F::Value) -> Result<String, Problem> {
        Ok(self.keys().ring()?.index(&F::COLUMN.field(), value.text()))
    }
}

impl<D: Db> Sealing for D {}

pub(crate) fn seal_text(ring: &seal::Ring, column: &Column, row: Uuid, text: &str) -> Result<Sealed, Problem> {
    let sealed = ring.seal(text, column.place(row)).map_err(|refusal| Problem::bug("sealing", refusal.to_string()))?;
    let index = column.index.map(|_| ring.index(&column.field(), text));
    Ok(Sealed { text: Some(sealed), index })
}
