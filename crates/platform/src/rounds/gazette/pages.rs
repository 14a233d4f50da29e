//! The public list as a page, to be read and to be printed.

use super::rows::{self, County, Line, Wanted};
use crate::App;
use crate::app::say_day;
use crate::rounds::{Round, rows as rounds};
use askama::Template;
use axum::extract::State;
use kernel::authz::ReadPairings;
use kernel::id::RoundId;
use kernel::words::{PairingPart, RoundState};
use kernel::{AreaCode, Problem, Reach};
use serde::Deserialize;
use shell::{Choice, Errors, Guard, Html, Kit, Path, Public, Query, Refusal, Routes};

/// More than any county has: a page is printed as a whole.
const MOST: i64 = 5000;

pub(super) fn routes() -> Routes<App> {
    Routes::new().get("/public/pairing-rounds/{id}", public).get("/pairing-rounds/{id}/gazette", gazette)
}

impl Round {
    /// Where everybody reads it, while it is the published one.
    pub(in super::super) fn public_path(&self) -> String {
        format!("/public/pairing-rounds/{}", self.id)
    }
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Asked {
    county: String,
    unit: String,
    q: String,
}

#[derive(Template)]
#[template(path = "rounds/gazette/list.html")]
struct GazettePage {
    kit: Kit,
    errors: Errors,
    action: String,
    asked: Asked,
    /// Whether everybody reads it, or who works with it alone.
    preview: bool,
    /// Where the document is, for who works with it.
    document: Option<String>,
    first: String,
    counties: Vec<Choice>,
    heading: String,
    lines: Vec<Line>,
}

async fn public(
    _: Public,
    State(app): State<App>,
    kit: Kit,
    Path(id): Path<RoundId>,
    Query(asked): Query<Asked>,
) -> Result<Html<GazettePage>, Refusal> {
    let round = rounds::round(&app.store, id).await?.filter(|round| round.state == RoundState::Published);
    let round = round.ok_or(Problem::NotFound)?;
    let counties = rows::counties(&app.store, &round).await?;
    let kit = kit.titled(format!("{}公示", round.name));
    let action = round.public_path();
    Ok(Html(page(&app, kit, (&round, counties), asked, action).await?))
}

async fn gazette(
    guard: Guard<ReadPairings>,
    State(app): State<App>,
    kit: Kit,
    Path(id): Path<RoundId>,
    Query(asked): Query<Asked>,
) -> Result<Html<GazettePage>, Refusal> {
    let round = super::super::round(&app, &app.store, &guard.scope, id).await?;
    if !round.planned() {
        return Err(Problem::NotFound.into());
    }
    let mut counties = rows::counties(&app.store, &round).await?;
    counties.retain(|county| {
        guard.scope.covers(&Reach::Area(app.site.path().child(county.id))) || round.within(&guard.scope)
    });
    let kit = kit.titled(format!("{}公示", round.name)).under(round.path(), round.name.as_str());
    let action = format!("{}/gazette", round.path());
    let preview = round.state != RoundState::Published;
    let page = page(&app, kit, (&round, counties), asked, action).await?;
    let document = Some(format!("{}/gazette.docx", round.path()));
    Ok(Html(GazettePage { preview, document, ..page }))
}

async fn page(
    app: &App,
    kit: Kit,
    (round, counties): (&Round, Vec<County>),
    asked: Asked,
    action: String,
) -> Result<GazettePage, Problem> {
    let chosen = AreaCode::parse(&asked.county).ok();
    let unit = asked.unit.parse().ok();
    let everywhere = unit.is_some() && chosen.is_none();
    let county = counties.iter().find(|county| Some(county.id) == chosen).or(counties.first());
    let wanted = Wanted { county: county.map(|county| county.id).filter(|_| !everywhere), unit, q: asked.q.clone() };
    let lines = match county {
        // Whoever may read of no county reads of none.
        None => Vec::new(),
        Some(_) => rows::lines(&app.store, round, &wanted, MOST).await?,
    };
    let place = if everywhere { String::new() } else { county.map(|county| county.name.clone()).unwrap_or_default() };
    let choice = |county: &County| Choice::new(county.id.to_string(), format!("{}（{}）", county.name, county.clients));
    Ok(GazettePage {
        kit,
        errors: Errors::none(),
        action,
        preview: false,
        document: None,
        first: say_day(round.first_day),
        counties: counties.iter().map(choice).collect(),
        heading: format!("{place}服务专员名单"),
        lines,
        asked: Asked {
            county: if everywhere {
                String::new()
            } else {
                wanted.county.map(|code| code.to_string()).unwrap_or_default()
            },
            ..asked
        },
    })
}

impl GazettePage {
    /// What the entry is called that chooses no county: only the list of one unit goes over all.
    fn all(&self) -> &'static str {
        if self.asked.unit.is_empty() { "" } else { "全部" }
    }
}
