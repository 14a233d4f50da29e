//! What speaks of retaliation or of a tie, for the programs of the audit side.

use super::Signals;
use crate::App;
use axum::extract::State;
use kernel::authz::ReadSignals;
use kernel::{Day, Problem};
use rules::contact::Month;
use schemars::JsonSchema;
use serde::Deserialize;
use shell::{Guard, Json, Query, Refusal, Routes};

pub(super) fn routes() -> Routes<App> {
    Routes::new().api_get("/api/v1/signals", "核查线索：诉求之后的入企、专员与企业的关联（仅审计）", signals)
}

/// Which month.
#[derive(Deserialize, Default, JsonSchema)]
#[serde(default)]
#[schemars(rename = "SignalMonth")]
pub(super) struct Asked {
    /// Such as `2026-11`; this month unless said.
    pub month: String,
}

impl Asked {
    /// The month that is asked for.
    ///
    /// # Errors
    /// [`Problem::Invalid`] for what is no month.
    pub fn month(&self, today: Day) -> Result<Month, Problem> {
        if self.month.trim().is_empty() {
            return Ok(Month::of(today));
        }
        Month::parse(&self.month).ok_or_else(|| Problem::field("month", "月份请写成 2026-11 这样。"))
    }
}

async fn signals(
    guard: Guard<ReadSignals>,
    State(app): State<App>,
    Query(asked): Query<Asked>,
) -> Result<Json<Signals>, Refusal> {
    let today = app.today();
    Ok(Json(super::signals(&app.store, &app.site, &guard.scope, (asked.month(today)?, today)).await?))
}
