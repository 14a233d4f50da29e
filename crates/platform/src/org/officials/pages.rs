//! Officials for people: the list, and one official with their posts and places in groups.

use super::{Official, OfficialFilter, Post, forms};
use crate::App;
use crate::app::say_day;
use crate::org::form::{may_change, period};
use crate::org::{areas, seats, unit};
use askama::Template;
use axum::extract::State;
use kernel::authz::{ReadOrg, ReadPairings, WriteOrg};
use kernel::id::OfficialId;
use kernel::words::Rank;
use kernel::{AreaCode, AreaPath, Cursor, Limit, Right};
use serde::Deserialize;
use shell::{Choice, Errors, Guard, Html, Kit, Path, Query, Refusal, Routes};
use store::Private;

pub(super) fn routes() -> Routes<App> {
    Routes::new().get("/org/officials", list).get("/org/officials/{id}", show).merge(forms::routes())
}

/// An official as a line of a list.
#[derive(Debug, Clone)]
pub struct Line {
    /// Their page.
    pub href: String,
    /// Their name.
    pub name: String,
    /// Their unit's page.
    pub unit_href: String,
    /// Their unit.
    pub unit: String,
    /// The title of the post they hold, or when they left.
    pub title: String,
    /// Their rank.
    pub rank: &'static str,
}

impl Line {
    /// The line of an official.
    pub(in crate::org) fn of(official: &Official) -> Self {
        let left = || official.left_on.map_or_else(|| "—".to_owned(), |day| format!("{}离任", say_day(day)));
        Self {
            href: format!("/org/officials/{}", official.id),
            name: official.name.clone(),
            unit_href: format!("/org/units/{}", official.unit_id),
            unit: official.unit_name.clone(),
            title: official.title.clone().unwrap_or_else(left),
            rank: official.rank.label(),
        }
    }
}

/// The ranks, to choose from.
pub(super) fn ranks() -> Vec<Choice> {
    Rank::ALL.iter().map(|rank| Choice::new(rank.code(), rank.label())).collect()
}

#[derive(Template)]
#[template(path = "org/officials/list.html")]
struct ListPage {
    kit: Kit,
    errors: Errors,
    may_enter: bool,
    areas: Vec<Choice>,
    ranks: Vec<Choice>,
    asked: Asked,
    /// The unit whose officials these are, when only one is asked for.
    unit: Option<String>,
    lines: Vec<Line>,
    next: Option<Cursor>,
}

/// The filters as a form sends them: what is not chosen is empty.
#[derive(Deserialize, Default)]
#[serde(default)]
struct Asked {
    area: String,
    unit: String,
    rank: String,
    q: String,
    left: String,
    cursor: Option<String>,
}

async fn list(
    guard: Guard<ReadOrg>,
    State(app): State<App>,
    kit: Kit,
    Query(asked): Query<Asked>,
) -> Result<Html<ListPage>, Refusal> {
    let filter = OfficialFilter {
        unit: asked.unit.parse().ok(),
        area: asked.area.parse().ok().map(AreaCode),
        rank: Rank::parse(&asked.rank),
        q: Some(asked.q.clone()),
        left: asked.left == "true",
        cursor: asked.cursor.clone(),
        limit: None,
    };
    let found = super::officials(&app.store, &guard.scope, &filter, Limit::USUAL).await?;
    let unit = match filter.unit {
        Some(id) => Some(unit(&app.store, &guard.scope, id).await?.name),
        None => None,
    };
    Ok(Html(ListPage {
        kit: kit.titled("干部"),
        errors: Errors::none(),
        may_enter: guard.actor.holds(WriteOrg::NAME),
        areas: areas::choices(&app.store, &guard.scope).await?,
        ranks: ranks(),
        asked,
        unit,
        lines: found.items.iter().map(Line::of).collect(),
        next: found.next,
    }))
}

/// A post as a line of an official's page.
struct Held {
    href: String,
    unit: String,
    title: String,
    rank: &'static str,
    period: String,
    now: bool,
}

impl Held {
    fn of(post: Post) -> Self {
        Self {
            href: format!("/org/units/{}", post.unit_id),
            unit: post.unit_name,
            title: post.title,
            rank: post.rank.map_or("—", |rank| rank.label()),
            period: period(post.from_day, post.until_day),
            now: post.until_day.is_none(),
        }
    }
}

/// Whoever keeps the official, and they themselves, may look at their number.
fn look(guard: &Guard<ReadOrg>, official: &Official, place: &AreaPath) -> String {
    let own = guard.actor.official == Some(official.id);
    if own || may_change(&guard.actor, place) { format!("/officials/{}/look", official.id) } else { String::new() }
}

/// A place in a group as a line of an official's page.
struct Sat {
    href: String,
    group: String,
    position: &'static str,
    period: String,
}

#[derive(Template)]
#[template(path = "org/officials/official.html")]
struct OfficialPage {
    kit: Kit,
    official: Official,
    mobile: Option<String>,
    left: Option<String>,
    posts: Vec<Held>,
    seats: Vec<Sat>,
    may_change: bool,
    /// Whether the reader may see whom the official looks after.
    reads_pairings: bool,
    /// Where their mobile is asked for; empty for who may not look.
    look: String,
}

async fn show(
    guard: Guard<ReadOrg>,
    State(app): State<App>,
    kit: Kit,
    Path(id): Path<OfficialId>,
) -> Result<Html<OfficialPage>, Refusal> {
    let official = super::official(&app.store, &guard.scope, id).await?;
    let unit = unit(&app.store, &guard.scope, official.unit_id).await?;
    let posts = super::posts(&app.store, &official).await?;
    let seats = seats(&app.store, &official).await?;
    Ok(Html(OfficialPage {
        kit: kit.titled(official.name.as_str()).under("/org/officials", "干部"),
        mobile: official.mobile.as_ref().map(Private::masked),
        left: official.left_on.map(say_day),
        posts: posts.into_iter().map(Held::of).collect(),
        seats: seats
            .into_iter()
            .map(|seat| Sat {
                href: format!("/org/groups?area={}", seat.area_id),
                group: format!("{}{}", seat.area_name, seat.kind.label()),
                position: seat.position.label(),
                period: period(seat.from_day, seat.until_day),
            })
            .collect(),
        look: look(&guard, &official, &unit.area_path),
        reads_pairings: guard.actor.holds(ReadPairings::NAME),
        may_change: official.left_on.is_none() && may_change(&guard.actor, &unit.area_path),
        official,
    }))
}
