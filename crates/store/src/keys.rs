//! The keys at hand: one ring for the whole process, read again when a value turns up that was sealed with a newer key.

use kernel::Problem;
use sea_orm::DbErr;
use seal::Ring;
use std::cell::{Cell, RefCell};
use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};

/// Reads the ring again from where it is kept.
type Reading = Box<dyn Fn() -> Result<Ring, String> + Send + Sync>;

struct Inner {
    ring: RwLock<Option<Arc<Ring>>>,
    reading: Option<Reading>,
}

/// The keys of a store. Cheap to clone: all clones see a ring that is read again.
#[derive(Clone)]
pub struct Keys(Arc<Inner>);

thread_local! {
    /// The ring in whose light the rows of one query are read on this thread, and whether a key was missing.
    static LIGHT: RefCell<Option<Arc<Ring>>> = const { RefCell::new(None) };
    static MISSED: Cell<bool> = const { Cell::new(false) };
}

impl Keys {
    /// No keys: personal values can be neither written nor read.
    #[must_use]
    pub fn none() -> Self {
        Self(Arc::new(Inner { ring: RwLock::new(None), reading: None }))
    }

    /// Keys that stay as they are.
    #[must_use]
    pub fn of(ring: Ring) -> Self {
        Self(Arc::new(Inner { ring: RwLock::new(Some(Arc::new(ring))), reading: None }))
    }

    /// Keys that are read from somewhere, now and whenever one is missing.
    ///
    /// # Errors
    /// What the reading says.
    pub fn kept(reading: impl Fn() -> Result<Ring, String> + Send + Sync + 'static) -> Result<Self, String> {
        let ring = RwLock::new(Some(Arc::new(reading()?)));
        Ok(Self(Arc::new(Inner { ring, reading: Some(Box::new(reading)) })))
    }

    /// The ring as it is now.
    ///
    /// # Errors
    /// [`Problem::Unavailable`] when there is none.
    pub fn ring(&self) -> Result<Arc<Ring>, Problem> {
        self.held()
            .ok_or_else(|| Problem::Unavailable("没有加密密钥，无法读写个人信息。请检查 keys.file 设置。".into()))
    }

    fn held(&self) -> Option<Arc<Ring>> {
        self.0.ring.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Reads the ring again; whether there was something to read. What cannot be read leaves the ring as it was.
    pub fn refresh(&self) -> bool {
        let Some(reading) = &self.0.reading else { return false };
        match reading() {
            Ok(ring) => {
                *self.0.ring.write().unwrap_or_else(PoisonError::into_inner) = Some(Arc::new(ring));
                true
            }
            Err(told) => {
                tracing::error!(told, "reading the keys again");
                false
            }
        }
    }

    /// Reads rows in the light of the ring; once more with a newer one when a key was missing.
    pub(crate) fn light<T>(&self, read: impl Fn() -> Result<T, DbErr>) -> Result<T, DbErr> {
        let once = || {
            MISSED.set(false);
            let before = LIGHT.replace(self.held());
            let result = read();
            LIGHT.replace(before);
            result
        };
        let result = once();
        if result.is_err() && MISSED.get() && self.refresh() { once() } else { result }
    }
}

/// What `open` makes of the ring in whose light this thread reads.
pub(crate) fn in_light<T>(open: impl FnOnce(&Ring) -> Result<T, seal::Refusal>) -> Result<T, String> {
    LIGHT.with_borrow(|ring| {
        let ring = ring.as_deref().ok_or("no keys at hand")?;
        open(ring).map_err(|refusal| {
            MISSED.set(matches!(refusal, seal::Refusal::UnknownKey(_)));
            refusal.to_string()
        })
    })
}

impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.held() {
            Some(ring) => ring.fmt(f),
            None => f.write_str("no keys"),
        }
    }
}
