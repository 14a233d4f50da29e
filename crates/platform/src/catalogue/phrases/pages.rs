//! Phrases for people: those that one finds, and the forms by which they are kept.

use super::{Keeper, NewPhrase, Phrase, PhraseChange, is_written_with};
use crate::{App, org};
use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use kernel::authz::{ReadDemands, ReadOrg};
use kernel::id::PhraseId;
use kernel::words::DemandAct;
use kernel::{Actor, AreaCode, Problem};
use serde::Deserialize;
use shell::{Choice, Errors, Flash, Form, Guard, Html, Kit, Path, Refusal, Routes, see_other};

pub(in super::super) fn routes() -> Routes<App> {
    Routes::new()
        .get("/phrases", list)
        .get("/phrases/new", new)
        .post("/phrases", keep)
        .get("/phrases/{id}", show)
        .post("/phrases/{id}", change)
        .post("/phrases/{id}/remove", remove)
}

fn keeper(app: &App, guard: &Guard<ReadDemands>) -> Result<Keeper, Problem> {
    Keeper::of(&app.site, &guard.actor).ok_or(Problem::NotFound)
}

/// Whose they are, in words.
fn owner(phrase: &Phrase) -> String {
    match (&phrase.unit_name, &phrase.area_name) {
        (Some(unit), _) => format!("{unit}共用"),
        (None, Some(area)) => format!("{area}服务台共用"),
        (None, None) => "我自己的".to_owned(),
    }
}

/// Those of one owner.
struct Group {
    owner: String,
    phrases: Vec<Phrase>,
}

#[derive(Template)]
#[template(path = "catalogue/phrases/list.html")]
struct ListPage {
    kit: Kit,
    groups: Vec<Group>,
}

async fn list(guard: Guard<ReadDemands>, State(app): State<App>, kit: Kit) -> Result<Html<ListPage>, Refusal> {
    let mut groups: Vec<Group> = Vec::new();
    for phrase in super::phrases(&app.store, &keeper(&app, &guard)?).await? {
        let owner = owner(&phrase);
        match groups.iter_mut().find(|group| group.owner == owner) {
            Some(group) => group.phrases.push(phrase),
            None => groups.push(Group { owner, phrases: vec![phrase] }),
        }
    }
    Ok(Html(ListPage { kit: kit.titled("常用语"), groups }))
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Typed {
    version: i64,
    /// `me`, `unit:…` or `area:…`.
    owner: String,
    act: String,
    title: String,
    body: String,
}

#[derive(Template)]
#[template(path = "catalogue/phrases/form.html")]
struct FormPage {
    kit: Kit,
    errors: Errors,
    action: String,
    /// Whose it is, once that is settled.
    owner: Option<String>,
    owners: Vec<Choice>,
    acts: Vec<Choice>,
    remove: Option<String>,
    typed: Typed,
}

impl FormPage {
    async fn to_keep(app: &App, actor: &Actor, keeper: &Keeper, kit: Kit, typed: Typed) -> Result<Self, Problem> {
        let mut owners = vec![Choice::new("me", "我自己用")];
        if let Some(consulted) = actor.scope::<ReadOrg>() {
            for unit in &keeper.units {
                let unit = org::unit(&app.store, &consulted, *unit).await?;
                owners.push(Choice::new(format!("unit:{}", unit.id), format!("{}共用", unit.name)));
            }
        }
        for code in keeper.areas.iter().filter_map(kernel::AreaPath::code) {
            if let Some(area) = org::area(&app.store, code).await? {
                owners.push(Choice::new(format!("area:{code}"), format!("{}服务台共用", area.name)));
            }
        }
        Ok(Self {
            kit: kit.titled("新增常用语").under("/phrases", "常用语"),
            errors: Errors::none(),
            action: "/phrases".into(),
            owner: None,
            owners,
            acts: acts(),
            remove: None,
            typed,
        })
    }

    fn to_change(kit: Kit, phrase: &Phrase, typed: Typed) -> Self {
        let action = format!("/phrases/{}", phrase.id);
        Self {
            kit: kit.titled(phrase.title.as_str()).under("/phrases", "常用语"),
            errors: Errors::none(),
            owner: Some(owner(phrase)),
            owners: Vec::new(),
            acts: acts(),
            remove: Some(format!("{action}/remove")),
            action,
            typed,
        }
    }
}

/// The acts with which something is written.
fn acts() -> Vec<Choice> {
    let written = DemandAct::ALL.iter().filter(|act| is_written_with(**act));
    written.map(|act| Choice::new(act.code(), act.label())).collect()
}

async fn new(guard: Guard<ReadDemands>, State(app): State<App>, kit: Kit) -> Result<Html<FormPage>, Refusal> {
    let keeper = keeper(&app, &guard)?;
    let typed = Typed { owner: "me".into(), act: DemandAct::Reply.code().into(), ..Typed::default() };
    Ok(Html(FormPage::to_keep(&app, &guard.actor, &keeper, kit, typed).await?))
}

async fn keep(
    guard: Guard<ReadDemands>,
    State(app): State<App>,
    kit: Kit,
    Form(typed): Form<Typed>,
) -> Result<Response, Refusal> {
    let keeper = keeper(&app, &guard)?;
    match kept(&app, &guard.actor, &keeper, &typed).await {
        Ok(()) => Ok(see_other("/phrases", Flash::success("已保存，办理诉求时可以挑选。"))),
        Err(problem) => {
            let (status, errors) = Errors::refused(problem)?;
            let page = FormPage::to_keep(&app, &guard.actor, &keeper, kit, typed).await?;
            Ok((status, Html(FormPage { errors, ..page })).into_response())
        }
    }
}

fn typed_act(typed: &Typed) -> Result<DemandAct, Problem> {
    DemandAct::parse(&typed.act).ok_or_else(|| Problem::field("act", "请选择用于哪一步。"))
}

async fn kept(app: &App, actor: &Actor, keeper: &Keeper, typed: &Typed) -> Result<(), Problem> {
    let nobody = || Problem::field("owner", "请选择谁来用。");
    let (unit, area) = match typed.owner.split_once(':') {
        Some(("unit", id)) => (Some(id.parse().map_err(|_| nobody())?), None),
        Some(("area", code)) => (None, Some(AreaCode::parse(code).map_err(|_| nobody())?)),
        _ if typed.owner == "me" => (None, None),
        _ => return Err(nobody()),
    };
    let (act, title, body) = (typed_act(typed)?, typed.title.clone(), typed.body.clone());
    let tx = app.store.begin().await?;
    let new = NewPhrase { act, title, body, unit, area };
    super::keep_phrase(&tx, &app.site, actor, keeper, new).await.map_err(of_owner)?;
    tx.commit().await
}

/// What is told of unit or desk stands at the one field that chooses between them.
fn of_owner(problem: Problem) -> Problem {
    let Problem::Invalid { detail, mut errors } = problem else { return problem };
    for error in errors.iter_mut().filter(|error| ["unit", "area"].contains(&error.field.as_str())) {
        error.field = "owner".into();
    }
    Problem::Invalid { detail, errors }
}

async fn show(
    guard: Guard<ReadDemands>,
    State(app): State<App>,
    kit: Kit,
    Path(id): Path<PhraseId>,
) -> Result<Html<FormPage>, Refusal> {
    let phrase = super::phrase(&app.store, &keeper(&app, &guard)?, id).await?;
    let typed = Typed {
        version: phrase.version,
        owner: String::new(),
        act: phrase.act.code().into(),
        title: phrase.title.clone(),
        body: phrase.body.clone(),
    };
    Ok(Html(FormPage::to_change(kit, &phrase, typed)))
}

async fn change(
    guard: Guard<ReadDemands>,
    State(app): State<App>,
    kit: Kit,
    Path(id): Path<PhraseId>,
    Form(typed): Form<Typed>,
) -> Result<Response, Refusal> {
    let phrase = super::phrase(&app.store, &keeper(&app, &guard)?, id).await?;
    match changed(&app, &guard.actor, phrase.clone(), &typed).await {
        Ok(()) => Ok(see_other("/phrases", Flash::success("已保存。"))),
        Err(problem) => {
            let (status, errors) = Errors::refused(problem)?;
            let page = FormPage { errors, ..FormPage::to_change(kit, &phrase, typed) };
            Ok((status, Html(page)).into_response())
        }
    }
}

async fn changed(app: &App, actor: &Actor, phrase: Phrase, typed: &Typed) -> Result<(), Problem> {
    phrase.read_as(typed.version)?;
    let (act, title, body) = (Some(typed_act(typed)?), Some(typed.title.clone()), Some(typed.body.clone()));
    let tx = app.store.begin().await?;
    super::change_phrase(&tx, actor, phrase, PhraseChange { act, title, body }).await?;
    tx.commit().await
}

async fn remove(
    guard: Guard<ReadDemands>,
    State(app): State<App>,
    Path(id): Path<PhraseId>,
    Form(typed): Form<Typed>,
) -> Result<Response, Refusal> {
    let phrase = super::phrase(&app.store, &keeper(&app, &guard)?, id).await?;
    phrase.read_as(typed.version)?;
    let tx = app.store.begin().await?;
    super::remove_phrase(&tx, &guard.actor, &phrase).await?;
    tx.commit().await?;
    Ok(see_other("/phrases", Flash::success(format!("已删去“{}”。", phrase.title))))
}
