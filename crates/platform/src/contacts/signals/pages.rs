//! What speaks of retaliation or of a tie, for the audit administrator.

use super::api::Asked;
use super::{Return, Tie};
use crate::App;
use crate::app::say_day;
use askama::Template;
use axum::extract::State;
use kernel::authz::ReadSignals;
use kernel::words::InspectionGround;
use rules::contact::Month;
use shell::{Guard, Html, Kit, Query, Refusal, Routes};

pub(super) fn routes() -> Routes<App> {
    Routes::new().get("/signals", show)
}

/// A coming after a complaint, as a line.
struct Line {
    client: String,
    unit: String,
    what: String,
    day: String,
    announced: String,
    complaint: String,
    /// How many days lie between.
    apart: String,
}

impl Line {
    fn of(app: &App, one: &Return) -> Self {
        let kind = if one.ground == InspectionGround::Clue { one.ground.label() } else { one.kind.label() };
        let off = if one.dropped { "，未成行" } else { "" };
        let days = (app.site.hours.day(one.made_at) - app.site.hours.day(one.complained_at)).num_days();
        Self {
            client: one.client_name.clone(),
            unit: one.unit_name.clone(),
            what: format!("{kind}{off}"),
            day: say_day(one.day),
            announced: say_day(app.site.hours.day(one.made_at)),
            complaint: format!("{}，{}", say_day(app.site.hours.day(one.complained_at)), one.complaint.label()),
            apart: if days == 0 { "当天".to_owned() } else { format!("{days} 天后") },
        }
    }
}

struct TieLine {
    client: String,
    official: String,
    since: String,
    tie: &'static str,
}

impl TieLine {
    fn of(tie: &Tie) -> Self {
        Self {
            client: tie.client_name.clone(),
            official: format!("{}（{}）", tie.official_name, tie.unit_name),
            since: say_day(tie.from_day),
            tie: tie.tie.label(),
        }
    }
}

#[derive(Template)]
#[template(path = "contacts/signals/show.html")]
struct SignalsPage {
    kit: Kit,
    said: String,
    previous: String,
    next: String,
    days: u32,
    lines: Vec<Line>,
    more: bool,
    ties: Vec<TieLine>,
    more_ties: bool,
}

async fn show(
    guard: Guard<ReadSignals>,
    State(app): State<App>,
    kit: Kit,
    Query(asked): Query<Asked>,
) -> Result<Html<SignalsPage>, Refusal> {
    let today = app.today();
    let month = asked.month(today)?;
    let found = super::signals(&app.store, &app.site, &guard.scope, (month, today)).await?;
    let href = |month: Month| format!("/signals?month={}", month.code());
    Ok(Html(SignalsPage {
        kit: kit.titled("核查线索"),
        said: month.said(),
        previous: href(month.previous()),
        next: href(month.next()),
        days: found.days,
        lines: found.returns.iter().map(|one| Line::of(&app, one)).collect(),
        more: found.more,
        ties: found.ties.iter().map(TieLine::of).collect(),
        more_ties: found.more_ties,
    }))
}
