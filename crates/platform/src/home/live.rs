//! `/live`: the counts of the frame, sent again when something happened. A page that does not listen only shows what was
//! true when it was drawn.

use crate::pulse::Seat;
use crate::{App, identity};
use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use kernel::Problem;
use kernel::authz::OwnAccount;
use shell::{Guard, Refusal, Routes};
use std::collections::BTreeMap;
use std::convert::Infallible;
use std::time::Duration;
use tokio::sync::mpsc::{Sender, channel};
use tokio::time::{MissedTickBehavior, interval};
use tokio_stream::StreamExt;
use tokio_stream::wrappers::ReceiverStream;

/// A page is told no oftener: a busy hour costs each open page a count now and then.
const NO_OFTENER: Duration = Duration::from_secs(5);

pub(super) fn routes() -> Routes<App> {
    Routes::new().get("/live", live)
}

async fn live(guard: Guard<OwnAccount>, State(app): State<App>, headers: HeaderMap) -> Result<Response, Refusal> {
    let seat = app.pulse.seat(guard.actor.account).ok_or(Problem::TooOften(60))?;
    let (sender, receiver) = channel(1);
    tokio::spawn(async move {
        if let Err(problem) = keep_telling(&app, &headers, seat, &sender).await {
            tracing::warn!(%problem, "telling a page its counts");
        }
    });
    let events = ReceiverStream::new(receiver).map(Ok::<Event, Infallible>);
    let through = [(HeaderName::from_static("x-accel-buffering"), HeaderValue::from_static("no"))];
    Ok((through, Sse::new(events).keep_alive(KeepAlive::default())).into_response())
}

/// Tells the counts now and after every change, for as long as somebody listens, is still signed in, and this node serves.
async fn keep_telling(app: &App, headers: &HeaderMap, mut seat: Seat, listener: &Sender<Event>) -> Result<(), Problem> {
    let mut rhythm = interval(NO_OFTENER);
    rhythm.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut last = String::new();
    loop {
        seat.beats.borrow_and_update();
        let Some(counts) = counts(app, headers).await? else { return Ok(()) };
        if counts != last {
            last.clone_from(&counts);
            if listener.send(Event::default().data(counts)).await.is_err() {
                return Ok(());
            }
        }
        tokio::select! {
            () = listener.closed() => return Ok(()),
            changed = seat.beats.changed() => if changed.is_err() { return Ok(()) },
        }
        tokio::select! {
            () = listener.closed() => return Ok(()),
            _ = seat.beats.wait_for(|beat| beat.stopping) => return Ok(()),
            _ = rhythm.tick() => {}
        }
    }
}

/// What waits at each place of the frame, as JSON; none once the person has signed out.
async fn counts(app: &App, headers: &HeaderMap) -> Result<Option<String>, Problem> {
    let Some(actor) = identity::actor(app, headers).await? else { return Ok(None) };
    let desk = super::desk(app, &actor).await?;
    let counts: BTreeMap<_, _> = desk.nav.iter().map(|item| (item.href.as_str(), item.count)).collect();
    Ok(Some(serde_json::json!(counts).to_string()))
}
