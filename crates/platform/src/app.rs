//! What every handler and job is given: the store, and through it the clock; the site.

use crate::catalogue::Remembered;
use crate::demands::Learnt;
use crate::files::Files;
use crate::identity::Known;
use crate::messages::Post;
use crate::pulse::Pulse;
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use chrono::Datelike;
use kernel::{Actor, AreaCode, AreaPath, BusinessHours, Clock, Day, Instant, Problem, WorkCalendar};
use rules::Limits;
use shell::{Desk, Identify};
use std::sync::Arc;
use store::Store;

/// The running platform. Cheap to clone: everything in it is shared.
#[derive(Debug, Clone)]
pub struct App {
    /// The database.
    pub store: Store,
    /// The site it serves.
    pub site: Arc<Site>,
    /// What keeps this node's open pages up to date.
    pub pulse: Pulse,
    /// Where files lie.
    pub files: Files,
    /// Whom this node knows.
    pub known: Known,
    /// The tree of categories as this node remembers it.
    pub categories: Remembered,
    /// What this node has in mind of what was learnt from demands.
    pub learnt: Learnt,
    /// How messages leave.
    pub post: Arc<Post>,
}

/// What is fixed for a site.
#[derive(Debug, Clone)]
pub struct Site {
    /// Its name on every page.
    pub name: String,
    /// The top of its area tree. Rows that belong to the whole site carry it as their county.
    pub area: AreaCode,
    /// When it is open on a working day, and in which zone.
    pub hours: BusinessHours,
    /// Its working days.
    pub calendar: WorkCalendar,
    /// How long things may take.
    pub limits: Limits,
    /// How it keeps in touch with clients: how often somebody visits, on how many days anybody may come.
    pub touch: rules::contact::Terms,
    /// Whether an answer goes out only when the head of the unit has approved it.
    pub approval: bool,
    /// How many days after its end a demand is archived, once it was looked at again; none when people do so by hand.
    pub archive_days: Option<u32>,
    /// Whether cookies travel over TLS only: so wherever people reach the site by https.
    pub secure_cookies: bool,
}

impl Site {
    /// The path of the top area.
    #[must_use]
    pub fn path(&self) -> AreaPath {
        AreaPath::root(self.area)
    }

    /// The site's address, under the name by which it was asked: `https://host`.
    #[must_use]
    pub fn address(&self, host: &str) -> String {
        let scheme = if self.secure_cookies { "https" } else { "http" };
        format!("{scheme}://{host}")
    }

    /// How the site counts time, for the rules.
    #[must_use]
    pub fn time(&self) -> rules::Site<'_> {
        rules::Site { calendar: &self.calendar, hours: &self.hours }
    }
}

impl Site {
    /// A moment as people say it where the site is: `今天 10:00`, `11月20日 16:30`, `2025年3月1日 09:12`.
    #[must_use]
    pub fn say(&self, at: Instant, now: Instant) -> String {
        let (local, today) = (at.with_timezone(&self.hours.zone()), self.hours.day(now));
        let (day, time) = (local.date_naive(), local.format("%H:%M"));
        match (today - day).num_days() {
            0 => format!("今天 {time}"),
            1 => format!("昨天 {time}"),
            -1 => format!("明天 {time}"),
            _ if day.year() == today.year() => format!("{}月{}日 {time}", day.month(), day.day()),
            _ => format!("{}年{}月{}日 {time}", day.year(), day.month(), day.day()),
        }
    }

    /// A moment written out, for paper that is read on other days: `2026-11-23 10:00`.
    #[must_use]
    pub fn write_out(&self, at: Instant) -> String {
        at.with_timezone(&self.hours.zone()).format("%Y-%m-%d %H:%M").to_string()
    }
}

/// The name by which a request asks for the site.
pub(crate) fn asked_host(headers: &HeaderMap) -> &str {
    headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or("localhost")
}

/// A day as people say it: `2025年3月1日`.
#[must_use]
pub fn say_day(day: Day) -> String {
    format!("{}年{}月{}日", day.year(), day.month(), day.day())
}

impl App {
    /// The platform of a site on a database, with its files.
    #[must_use]
    pub fn new(store: Store, site: Site, files: Files) -> Self {
        Self {
            store,
            site: Arc::new(site),
            pulse: Pulse::default(),
            files,
            known: Known::default(),
            categories: Remembered::default(),
            learnt: Learnt::default(),
            post: Arc::new(Post::kept("http://127.0.0.1:8080", rules::message::Terms::USUAL)),
        }
    }

    /// The platform with these roads for messages; without, they are kept.
    #[must_use]
    pub fn with_post(self, post: Post) -> Self {
        Self { post: Arc::new(post), ..self }
    }

    /// This moment, for a request that reads; a write takes its transaction's.
    #[must_use]
    pub fn now(&self) -> Instant {
        self.clock().now()
    }

    /// Today, where the site is.
    #[must_use]
    pub fn today(&self) -> Day {
        self.site.hours.day(self.now())
    }

    /// The clock.
    #[must_use]
    pub fn clock(&self) -> &Clock {
        self.store.clock()
    }
}

impl Identify for App {
    async fn actor(&self, parts: &Parts) -> Result<Option<Arc<Actor>>, Problem> {
        let acting = crate::identity::acting(self, parts).await?;
        Ok(acting.filter(|actor| crate::drafts::speaks_for(parts, actor.account)))
    }

    fn site(&self) -> &str {
        &self.site.name
    }

    async fn desk(&self, actor: &Arc<Actor>) -> Result<Desk, Problem> {
        crate::home::desk(self, actor).await
    }
}
