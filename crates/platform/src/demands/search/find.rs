//! From a question to rows: slice after slice of time from the newest on, the index proposes seconds, the rows raised then
//! are read through scope and filter, and each is looked at.
//!
//! Where the reader sees little of what is proposed, as a unit among the demands of a city, the seconds of what they do see
//! are read off the list's own index first, and only what is in both is looked at. However rare a find, one question looks
//! at [`MOST`] rows; then it tells where it got to, and the reader may let it go on.

use super::places::{self, SLICE};
use super::rows::{self, Span};
use super::terms::{Need, Needs};
use super::words::Words;
use crate::App;
use crate::demands::listing::{DemandSort, Wanted, place, rows as list};
use crate::demands::{Demand, answers, categories};
use chrono::DateTime;
use kernel::id::DemandId;
use kernel::{AreaPath, Cursor, Instant, Limit, Page, Problem, Reach, Right, Scope};
use std::collections::{BTreeSet, HashMap, HashSet};
use std::ops::RangeInclusive;
use store::Store;

/// How many rows (or seconds in which nothing was found) one question looks at.
const MOST: usize = 20_000;
/// How many slices are asked for at once, first and at most.
const FIRST: i64 = 2;
const WIDEST: i64 = 64;
/// How many proposed seconds are read at once, first and later.
const FEW: usize = 64;
const MANY: usize = 256;
/// How many rows one read brings.
const ROWS: i64 = 300;
/// Of so many proposed, one must be within what the reader sees; else their own list is asked first.
const POOR: usize = 6;

/// Which rows a question has been through: it goes on below this place of the list.
type After = (Instant, DemandId);

/// The demands of a filter in which the words stand, in the filter's order.
///
/// # Errors
/// When the database fails or the cursor is forged.
pub async fn find<R: Right>(
    app: &App,
    scope: &Scope<R>,
    wanted: &Wanted<'_>,
    words: &Words,
    limit: Limit,
) -> Result<Page<Demand>, Problem> {
    if words.is_empty() {
        return Ok(Page { items: Vec::new(), next: None });
    }
    match wanted.filter.order() {
        DemandSort::DueSoonest => by_due(app, scope, wanted, words, limit).await,
        DemandSort::Newest => {
            let after = wanted.filter.cursor.as_deref().map(Cursor::key::<After>).transpose()?;
            Search { app, scope, wanted, words, after, found: Vec::new(), looked: 0 }.newest(limit).await
        }
    }
}

/// What is open comes by its limits: the list itself is walked, and every row looked at.
async fn by_due<R: Right>(
    app: &App,
    scope: &Scope<R>,
    wanted: &Wanted<'_>,
    words: &Words,
    limit: Limit,
) -> Result<Page<Demand>, Problem> {
    let (mut cursor, mut looked) = (wanted.filter.cursor.clone(), 0);
    let (mut found, most) = (Vec::new(), limit.probe());
    loop {
        let rows = list::demands(&app.store, scope, wanted, cursor.as_deref(), ROWS).await?;
        looked += rows.len();
        let last = rows.last().map(|last| place(last, DemandSort::DueSoonest));
        let whole = rows.len() as i64 == ROWS;
        let need = most - found.len() as i64;
        found.extend(holding(&app.store, words, rows, need).await?);
        if found.len() as i64 == most {
            return Ok(wanted.page(found, limit));
        }
        if !whole || looked >= MOST {
            return Ok(Page { items: found, next: last.filter(|_| whole) });
        }
        cursor = last.map(|last| last.0);
    }
}

struct Search<'a, R: Right> {
    app: &'a App,
    scope: &'a Scope<R>,
    wanted: &'a Wanted<'a>,
    words: &'a Words,
    after: Option<After>,
    found: Vec<Demand>,
    looked: usize,
}

/// Whether a question goes on.
#[derive(PartialEq, Eq)]
enum Going {
    On,
    /// A page is full.
    Full,
    /// So much was looked at that the reader is asked first.
    Tired,
}

impl<R: Right> Search<'_, R> {
    async fn newest(mut self, limit: Limit) -> Result<Page<Demand>, Problem> {
        let (site, store) = (self.app.site.area, &self.app.store);
        let mut needs = Needs::of(self.words, &categories(store, &self.app.site).await?);
        self.confine(&mut needs);
        // Read before the index: what moves from the one to the other meanwhile is seen in both.
        let span = rows::span(store, site).await?;
        let Some((oldest, mut upper)) = self.slices(&span) else { return Ok(Page { items: Vec::new(), next: None }) };
        let mut width = FIRST;
        while upper >= oldest {
            let slices = oldest.max(upper - width + 1)..=upper;
            let proposed = self.proposed(&needs, &span, slices.clone()).await?;
            match self.look_at(proposed, limit).await? {
                Going::On => {}
                Going::Full => return Ok(self.wanted.page(self.found, limit)),
                Going::Tired => {
                    let next = self.after.map(|after| Cursor::of(&after));
                    return Ok(Page { items: self.found, next });
                }
            }
            upper = slices.start() - 1;
            width = (2 * width).min(WIDEST);
        }
        Ok(Page { items: self.found, next: None })
    }

    /// What scope and filter tell of the area in which a row must lie.
    fn confine(&self, needs: &mut Needs) {
        let site = self.app.site.path();
        let part = |reach: &'_ Reach| match reach {
            Reach::Area(path) => Some(path.clone()).filter(|path| !path.contains(&site)),
            _ => None,
        };
        if let Some(areas) = self.scope.reaches().iter().map(part).collect::<Option<Vec<AreaPath>>>() {
            needs.within(&areas);
        }
        if let Some(area) = self.wanted.area.as_ref().filter(|area| !area.contains(&site)) {
            needs.within([area]);
        }
    }

    /// The slices in which something may be found: the first and the last.
    fn slices(&self, span: &Span) -> Option<(i64, i64)> {
        let slice = |at: Instant| places::place(at.timestamp()).0;
        let ends = |index: Option<i64>, fresh: Option<Instant>| index.into_iter().chain(fresh.map(slice));
        let oldest = ends(span.oldest, span.fresh_from).min()?;
        let newest = ends(span.newest, span.fresh_to).max()?;
        let (from, end) = self.wanted.raised();
        let oldest = from.map_or(oldest, |from| oldest.max(slice(from)));
        let newest = end.map_or(newest, |end| newest.min(slice(end)));
        Some((oldest, self.after.map_or(newest, |(at, _)| newest.min(slice(at)))))
    }

    /// The seconds in which something may be found, the latest first.
    async fn proposed(&self, needs: &Needs, span: &Span, slices: RangeInclusive<i64>) -> Result<Vec<i64>, Problem> {
        let store = &self.app.store;
        let bounds = (moment(slices.start() * SLICE), moment((slices.end() + 1) * SLICE));
        let mut fresh: HashMap<i64, Vec<u32>> = HashMap::new();
        if span.fresh_from.zip(span.fresh_to).is_some_and(|(from, to)| from < bounds.1 && to >= bounds.0) {
            for at in rows::fresh_between(store, bounds.0, bounds.1).await? {
                let (slice, place) = places::place(at.timestamp());
                fresh.entry(slice).or_default().push(place);
            }
        }
        let kept = self.kept(needs, slices.clone()).await?;
        let mut seconds = Vec::new();
        for slice in slices.rev() {
            let index = needs.met(kept.get(&slice));
            let fresh = fresh.remove(&slice).map(|mut fresh| {
                fresh.sort_unstable();
                fresh
            });
            let all = places::either([index, fresh.unwrap_or_default()]);
            seconds.extend(all.iter().rev().map(|place| places::second(slice, *place)));
        }
        let last = self.after.map_or(i64::MAX, |(at, _)| at.timestamp());
        seconds.drain(..seconds.partition_point(|second| *second > last));
        seconds.dedup();
        Ok(seconds)
    }

    /// What the index keeps of the terms that are needed, by slice.
    async fn kept(
        &self,
        needs: &Needs,
        slices: RangeInclusive<i64>,
    ) -> Result<HashMap<i64, HashMap<Need, Vec<u32>>>, Problem> {
        let (site, store) = (self.app.site.area, &self.app.store);
        let mut there: HashMap<i64, HashMap<Need, Vec<u32>>> = HashMap::new();
        let terms: BTreeSet<&str> = needs.terms().collect();
        let terms: Vec<&str> = terms.into_iter().collect();
        for kept in rows::kept(store, site, slices.clone(), &terms).await? {
            let places = kept.places();
            there.entry(kept.slice).or_default().insert(Need::Term(kept.term), places);
        }
        let starts: HashSet<&str> = needs.beginnings().collect();
        for start in starts {
            let mut lists: HashMap<i64, Vec<Vec<u32>>> = HashMap::new();
            for kept in rows::kept_beginning(store, site, slices.clone(), start).await? {
                lists.entry(kept.slice).or_default().push(kept.places());
            }
            for (slice, lists) in lists {
                there.entry(slice).or_default().insert(Need::Beginning(start.to_owned()), places::either(lists));
            }
        }
        Ok(there)
    }

    /// Reads the rows of these seconds and keeps those in which the words stand.
    async fn look_at(&mut self, mut seconds: Vec<i64>, limit: Limit) -> Result<Going, Problem> {
        let mut few = FEW;
        let mut narrowed = false;
        let mut poor = !self.scope.reaches().iter().all(|reach| matches!(reach, Reach::Everything | Reach::Area(_)));
        while !seconds.is_empty() {
            if poor && !narrowed && seconds.len() > FEW {
                seconds = self.seen(&seconds).await?;
                narrowed = true;
                continue;
            }
            let rest = seconds.split_off(few.min(seconds.len()));
            let looked = self.looked;
            let going = self.read(&seconds, limit).await?;
            if going != Going::On {
                return Ok(going);
            }
            poor |= (self.looked - looked) * POOR < seconds.len();
            // What nobody sees costs a key each.
            self.looked = self.looked.max(looked + seconds.len());
            if let Some(last) = seconds.last() {
                self.after = Some((moment(*last), DemandId(uuid::Uuid::nil())));
            }
            if self.looked >= MOST && !rest.is_empty() {
                return Ok(Going::Tired);
            }
            seconds = rest;
            few = MANY;
        }
        Ok(Going::On)
    }

    async fn read(&mut self, seconds: &[i64], limit: Limit) -> Result<Going, Problem> {
        loop {
            let spans = seconds.iter().map(|second| (moment(*second), moment(second + 1)));
            let rows = list::among(&self.app.store, self.scope, self.wanted, spans, self.after, ROWS).await?;
            self.looked += rows.len();
            let whole = rows.len() as i64 == ROWS;
            if let Some(last) = rows.last() {
                self.after = Some((last.raised_at, last.id));
            }
            let need = limit.probe() - self.found.len() as i64;
            self.found.extend(holding(&self.app.store, self.words, rows, need).await?);
            if self.found.len() as i64 == limit.probe() {
                return Ok(Going::Full);
            }
            if !whole {
                return Ok(Going::On);
            }
            if self.looked >= MOST {
                return Ok(Going::Tired);
            }
        }
    }

    /// Those of the seconds, the latest first, in which something was raised that the reader sees and the filter lets through.
    async fn seen(&self, seconds: &[i64]) -> Result<Vec<i64>, Problem> {
        let (Some(last), Some(first)) = (seconds.first(), seconds.last()) else { return Ok(Vec::new()) };
        let bounds = (moment(*first), moment(last + 1));
        let seen = list::moments(&self.app.store, self.scope, self.wanted, bounds).await?;
        let seen: HashSet<i64> = seen.into_iter().map(|at| at.timestamp()).collect();
        Ok(seconds.iter().copied().filter(|second| seen.contains(second)).collect())
    }
}

/// The first rows, so many at most, in which every word stands: in the demand itself or in one of its answers. Answers are read
/// of those rows alone that need them.
async fn holding(store: &Store, words: &Words, mut rows: Vec<Demand>, most: i64) -> Result<Vec<Demand>, Problem> {
    let mut missing: Vec<Words> = Vec::with_capacity(rows.len());
    let mut sure = 0;
    for row in &rows {
        missing.push(words.missing_in(row));
        sure += i64::from(missing.last().is_some_and(Words::is_empty));
        if sure == most {
            break;
        }
    }
    rows.truncate(missing.len());
    let unsure = rows.iter().zip(&missing).filter(|(_, missing)| !missing.is_empty());
    let unsure: Vec<DemandId> = unsure.map(|(row, _)| row.id).collect();
    let said = answers::of(store, &unsure).await?;
    let stands = |demand: &Demand, missing: &Words| {
        missing.missing_among(said.get(&demand.id).map_or(&[], Vec::as_slice)).is_empty()
    };
    let held = rows.into_iter().zip(missing).filter(|(row, missing)| stands(row, missing)).map(|(row, _)| row);
    Ok(held.take(usize::try_from(most).unwrap_or(usize::MAX)).collect())
}

/// The beginning of a second.
fn moment(second: i64) -> Instant {
    DateTime::from_timestamp(second, 0).unwrap_or_default()
}
