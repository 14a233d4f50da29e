//! Choosing somebody else for a client, with what that does shown beforehand; and undoing it.

use super::Offer;
use crate::rounds::pages::Read;
use crate::rounds::result::{self, Place};
use crate::rounds::{Round, own_round};
use crate::{App, org};
use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use kernel::Problem;
use kernel::authz::{ReadOrg, WritePairings};
use kernel::id::{OfficialId, PlaceId, RoundId};
use kernel::words::RoundState;
use serde::Deserialize;
use shell::{Errors, Flash, Form, Guard, Html, Kit, Path, Picker, Query, Refusal, Routes, see_other};

pub(super) fn routes() -> Routes<App> {
    Routes::new()
        .get("/pairing-rounds/{id}/places/{place}/adjust", adjusting)
        .post("/pairing-rounds/{id}/places/{place}/adjust", adjust)
        .post("/pairing-rounds/{id}/places/{place}/undo", undo)
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Asked {
    official: String,
    official_text: String,
}

#[derive(Template)]
#[template(path = "rounds/hand/adjust.html")]
struct AdjustPage {
    kit: Kit,
    errors: Errors,
    action: String,
    place: Place,
    official: Picker,
    /// Whoever was looked up.
    found: Option<Offer>,
    offers: Vec<Offer>,
}

impl AdjustPage {
    async fn of(
        app: &App,
        guard: &Guard<WritePairings>,
        kit: Kit,
        (round, place): (&Round, Place),
    ) -> Result<Self, Problem> {
        let path = format!("{}/places/{}", round.path(), place.id);
        let offers = super::offers(app, &app.store, &guard.scope, (round, &place)).await?;
        Ok(Self {
            kit: kit.titled("改由他人联系").under(path.as_str(), place.client_name.as_str()),
            errors: Errors::none(),
            action: format!("{path}/adjust"),
            official: Picker::default(),
            found: None,
            offers,
            place,
        })
    }

    /// Looks up who was typed.
    async fn look_up(
        &mut self,
        app: &App,
        guard: &Guard<WritePairings>,
        round: &Round,
        asked: &Asked,
    ) -> Result<(), Problem> {
        self.official = Picker::sent(asked.official.as_str(), &asked.official_text);
        let consulted = guard.actor.scope::<ReadOrg>().ok_or(Problem::NotFound)?;
        let official = org::picked_official(&app.store, &consulted, &mut self.official, "official").await?;
        let of = (round, &self.place);
        self.found = Some(super::offer(app, &app.store, &guard.scope, of, official).await?);
        Ok(())
    }
}

impl Offer {
    /// What it does to the whole plan, in words.
    fn told(&self) -> String {
        match self.rise {
            0 => "总分不变".into(),
            more @ 1.. => format!("总分增加 {more} 分"),
            less => format!("总分减少 {} 分", -less),
        }
    }

    fn tone(&self) -> &'static str {
        match self.rise {
            ..=0 => "green",
            1..=60 => "blue",
            _ => "yellow",
        }
    }

    /// How many they would have of how many.
    fn room(&self) -> String {
        let Self { enterprises, most_enterprises, projects, most_projects, .. } = self;
        format!("企业 {enterprises}/{most_enterprises}，项目 {projects}/{most_projects}")
    }
}

async fn adjusting(
    guard: Guard<WritePairings>,
    State(app): State<App>,
    kit: Kit,
    Path((id, place)): Path<(RoundId, PlaceId)>,
    Query(asked): Query<Asked>,
) -> Result<Response, Refusal> {
    let round = own_round(&app, &app.store, &guard.scope, id).await?;
    let place = result::place(&app.store, &guard.scope, &round, place).await?;
    if round.state != RoundState::Review {
        let told = format!("这个批次的状态是“{}”，不能调整。", round.state.label());
        return Ok(see_other(&format!("{}/places/{}", round.path(), place.id), Flash::warning(told)));
    }
    let mut page = AdjustPage::of(&app, &guard, kit, (&round, place)).await?;
    if (!asked.official.is_empty() || !asked.official_text.trim().is_empty())
        && let Err(problem) = page.look_up(&app, &guard, &round, &asked).await
    {
        page.errors = Errors::take(problem)?;
    }
    Ok(Html(page).into_response())
}

#[derive(Deserialize)]
struct Chosen {
    official: String,
    version: i64,
}

async fn adjust(
    guard: Guard<WritePairings>,
    State(app): State<App>,
    kit: Kit,
    Path((id, place)): Path<(RoundId, PlaceId)>,
    Form(chosen): Form<Chosen>,
) -> Result<Response, Refusal> {
    let done = adjusted(&app, &guard, (id, place), &chosen).await;
    match done {
        Ok((path, told)) => Ok(see_other(&path, Flash::success(told))),
        Err(problem) => {
            let (status, errors) = Errors::refused(problem)?;
            let round = own_round(&app, &app.store, &guard.scope, id).await?;
            let place = result::place(&app.store, &guard.scope, &round, place).await?;
            let page = AdjustPage::of(&app, &guard, kit, (&round, place)).await?;
            Ok((status, Html(AdjustPage { errors, ..page })).into_response())
        }
    }
}

async fn adjusted(
    app: &App,
    guard: &Guard<WritePairings>,
    (id, place): (RoundId, PlaceId),
    chosen: &Chosen,
) -> Result<(String, String), Problem> {
    let official: OfficialId = chosen.official.parse().map_err(|_| Problem::field("official", "请选择一名干部。"))?;
    let tx = app.store.begin().await?;
    let round = own_round(app, &tx, &guard.scope, id).await?;
    let by = (&*guard.actor, &guard.scope);
    let place = super::choose(app, &tx, by, &round, (place, chosen.version), official).await?;
    tx.commit().await?;
    let told = format!("“{}”改由{}联系。", place.client_name, place.official_name);
    Ok((format!("{}/places/{}", round.path(), place.id), told))
}

async fn undo(
    guard: Guard<WritePairings>,
    State(app): State<App>,
    Path((id, place)): Path<(RoundId, PlaceId)>,
    Form(read): Form<Read>,
) -> Result<Response, Refusal> {
    let tx = app.store.begin().await?;
    let round = own_round(&app, &tx, &guard.scope, id).await?;
    let path = format!("{}/places/{place}", round.path());
    let by = (&*guard.actor, &guard.scope);
    let flash = match super::undo(&app, &tx, by, &round, (place, read.version)).await {
        Ok(_) => {
            tx.commit().await?;
            Flash::success("已撤销手工调整，恢复规划的结果。")
        }
        Err(problem @ (Problem::Conflict(_) | Problem::Stale(_))) => Flash::error(problem.detail()),
        Err(problem) => return Err(problem.into()),
    };
    Ok(see_other(&path, flash))
}

impl AdjustPage {
    /// Who has the place now.
    fn holder(&self) -> String {
        match self.place.official_id {
            Some(_) => format!("{}（{}）", self.place.official_name, self.place.unit_name),
            None => "无".into(),
        }
    }
}
