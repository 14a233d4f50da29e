//! The rules for people: what they say and why, the versions, and the form of the coordination group.

use super::form::Sent;
use super::{NewRules, RulesLine, RulesVersion, may_adopt};
use crate::App;
use ::pairing::city::{Difference, Places, Pool, Rules, Size, Weight, Weights};
use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use kernel::authz::{ReadPairings, RulePairings};
use kernel::industry::Section;
use kernel::words::{AreaLevel, ProjectLevel, Rank, UnitKind};
use kernel::{Actor, Problem};
use serde::Deserialize;
use shell::{Choice, Errors, Flash, Form, Guard, Html, Kit, Path, Query, Refusal, Routes, see_other};

pub(super) fn routes() -> Routes<App> {
    Routes::new()
        .get("/pairing-rules", current)
        .get("/pairing-rules/{number}", version)
        .get("/pairing-rules/edit", editing)
        .post("/pairing-rules/edit", edit)
}

/// A version of the history.
struct Line {
    href: String,
    number: i64,
    reason: String,
    by: String,
    at: String,
    shown: bool,
}

#[derive(Template)]
#[template(path = "pairing/rules/show.html")]
struct ShowPage {
    kit: Kit,
    number: i64,
    latest: bool,
    reason: String,
    pools: Vec<PoolRow>,
    weights: Vec<(&'static Weight, u32)>,
    sizes: Vec<SizeRow>,
    rules: Rules,
    differences: Vec<Difference>,
    lines: Vec<Line>,
    may_edit: bool,
}

/// A class of officials as a row.
struct PoolRow {
    name: String,
    who: String,
    enterprises: String,
    projects: String,
    total: u32,
    project_levels: String,
    form: &'static str,
}

impl PoolRow {
    fn of(pool: &Pool) -> Self {
        let places = |places: Places| format!("{} / {}", places.target, places.max);
        let levels = words(pool.levels.iter().map(|word| word.label()), "各级");
        let kinds = words(pool.unit_kinds.iter().map(|word| word.label()), "不限性质");
        let ranks = words(pool.ranks.iter().map(|word| word.label()), "不限职级");
        Self {
            name: pool.name.clone(),
            who: format!("{levels}单位 · {kinds} · {ranks}"),
            enterprises: places(pool.enterprises),
            projects: places(pool.projects),
            total: pool.total,
            project_levels: words(pool.project_levels.iter().map(|word| word.label()), "—"),
            form: if pool.several { "一对一、多对一" } else { "一对一" },
        }
    }
}

/// What clients of a size should have.
struct SizeRow {
    label: String,
    ranks: String,
    extra: String,
}

impl SizeRow {
    fn of(rules: &Rules, size: Size) -> Self {
        let ranks = rules.wanted.iter().find(|wanted| wanted.size == size).map(|wanted| {
            let (lowest, highest) = (wanted.lowest.label(), wanted.highest.label());
            if lowest == highest { lowest.to_owned() } else { format!("{lowest}至{highest}") }
        });
        let extra = rules.teams.iter().find(|team| team.size == size).map(|team| format!("{} 名", team.extra));
        let (ranks, extra) = (ranks.unwrap_or_else(|| "不限".into()), extra.unwrap_or_else(|| "—".into()));
        Self { label: size.label(), ranks, extra }
    }
}

impl ShowPage {
    fn load_says(&self) -> (&'static str, &'static str) {
        (Weights::LOAD.1, Weights::LOAD.2)
    }

    fn load(&self) -> String {
        let load = self.rules.weights.load.iter().map(|points| format!("{points} 分"));
        load.collect::<Vec<_>>().join("、")
    }
}

/// Sections by their names, or every trade.
fn sections(codes: &[String]) -> String {
    let named = |code: &String| Section::parse(code).map_or(code.clone(), |section| section.name.to_owned());
    if codes.is_empty() { "全部行业".to_owned() } else { codes.iter().map(named).collect::<Vec<_>>().join("、") }
}

/// The words of a list; `none` when it is empty.
fn words(words: impl Iterator<Item = &'static str>, none: &str) -> String {
    let said = words.collect::<Vec<_>>().join("、");
    if said.is_empty() { none.to_owned() } else { said }
}

async fn current(guard: Guard<ReadPairings>, State(app): State<App>, kit: Kit) -> Result<Html<ShowPage>, Refusal> {
    let now = super::current(&app.store, &app.site).await?;
    Ok(Html(page(&app, &guard.actor, kit, now).await?))
}

async fn version(
    guard: Guard<ReadPairings>,
    State(app): State<App>,
    kit: Kit,
    Path(number): Path<i64>,
) -> Result<Html<ShowPage>, Refusal> {
    let asked = super::version(&app.store, &app.site, number).await?;
    let kit = kit.under("/pairing-rules", "包靠规则");
    Ok(Html(page(&app, &guard.actor, kit, asked).await?))
}

async fn page(app: &App, actor: &Actor, kit: Kit, shown: RulesVersion) -> Result<ShowPage, Problem> {
    let RulesVersion { line: RulesLine { number, reason, .. }, rules } = shown;
    let lines = super::versions(&app.store, &app.site).await?;
    let before = if number > 1 { Some(super::version(&app.store, &app.site, number - 1).await?) } else { None };
    let now = app.now();
    let line = |line: &RulesLine| Line {
        href: format!("/pairing-rules/{}", line.number),
        number: line.number,
        reason: line.reason.clone(),
        by: line.made_by.clone(),
        at: line.made_at.map(|at| app.site.say(at, now)).unwrap_or_default(),
        shown: line.number == number,
    };
    let latest = lines.first().is_some_and(|line| line.number == number);
    Ok(ShowPage {
        kit: kit.titled(if latest { "包靠规则".to_owned() } else { format!("包靠规则（第 {number} 版）") }),
        number,
        latest,
        reason,
        pools: rules.pools.iter().map(PoolRow::of).collect(),
        weights: Weights::ALL.iter().map(|weight| (weight, (weight.get)(&rules.weights))).collect(),
        sizes: Size::ALL.into_iter().map(|size| SizeRow::of(&rules, size)).collect(),
        differences: before.map(|before| Rules::differences(&before.rules, &rules)).unwrap_or_default(),
        rules,
        lines: lines.iter().map(line).collect(),
        may_edit: latest && actor.scope::<RulePairings>().is_some_and(|scope| may_adopt(&scope, &app.site)),
    })
}

/// A word that can be ticked.
struct Tick {
    code: &'static str,
    label: &'static str,
    on: bool,
}

/// The lines of one class of officials in the form.
struct PoolLines {
    place: usize,
    title: String,
    fresh: bool,
    levels: Vec<Tick>,
    unit_kinds: Vec<Tick>,
    ranks: Vec<Tick>,
    project_levels: Vec<Tick>,
}

#[derive(Template)]
#[template(path = "pairing/rules/edit.html")]
struct EditPage {
    kit: Kit,
    errors: Errors,
    sent: Sent,
    base: i64,
    reason: String,
    pools: Vec<PoolLines>,
    trades: usize,
    enforcers: usize,
    ranks: Vec<Choice>,
    sections: Vec<(&'static str, &'static str)>,
    /// What would change; none until it was looked at.
    differences: Option<Vec<Difference>>,
}

impl EditPage {
    fn new(kit: Kit, sent: Sent, base: i64, reason: String) -> Self {
        let lines = sent.lines("pools");
        Self {
            kit: kit.titled("调整包靠规则").under("/pairing-rules", "包靠规则"),
            errors: Errors::none(),
            pools: (0..=lines).map(|place| pool_lines(&sent, place, place == lines)).collect(),
            trades: sent.lines("trades") + 3,
            enforcers: sent.lines("enforcers") + 2,
            ranks: Rank::ALL.iter().rev().map(|word| Choice::new(word.code(), word.label())).collect(),
            sections: Section::all().iter().map(|section| (section.code, section.name)).collect(),
            sent,
            base,
            reason,
            differences: None,
        }
    }

    fn at(&self, of: &str, place: &usize, field: &str) -> String {
        self.sent.one(&format!("{of}.{place}.{field}")).to_owned()
    }

    fn load_says(&self) -> (&'static str, &'static str) {
        (Weights::LOAD.1, Weights::LOAD.2)
    }

    fn all_weights(&self) -> &'static [Weight] {
        Weights::ALL
    }

    fn all_sizes(&self) -> impl Iterator<Item = (usize, Size)> {
        Size::ALL.into_iter().enumerate()
    }

    /// Whether something of a class is to be mended.
    fn wrong(&self, place: &usize) -> bool {
        let of = format!("pools.{place}.");
        self.errors.items.iter().any(|error| error.field.starts_with(&of))
    }

    /// A number of a class; of one that is to be added, 0.
    fn number(&self, place: &usize, field: &str) -> String {
        let typed = self.at("pools", place, field);
        if typed.is_empty() && self.pools.get(*place).is_some_and(|pool| pool.fresh) { "0".to_owned() } else { typed }
    }

    /// The place of a class in the order; of one that is to be added, the last.
    fn order(&self, place: &usize) -> String {
        let typed = self.at("pools", place, "order");
        if typed.is_empty() { (place + 1).to_string() } else { typed }
    }
}

fn pool_lines(sent: &Sent, place: usize, fresh: bool) -> PoolLines {
    let title = sent.one(&format!("pools.{place}.name"));
    let ticked = |field: &str, code: &str| sent.all(&format!("pools.{place}.{field}")).any(|sent| sent == code);
    let tick = |field: &str, code: &'static str, label| Tick { code, label, on: ticked(field, code) };
    PoolLines {
        place,
        title: if fresh { "增加一类人员".to_owned() } else { title.to_owned() },
        fresh,
        levels: AreaLevel::ALL.iter().map(|word| tick("levels", word.code(), word.label())).collect(),
        unit_kinds: UnitKind::ALL.iter().map(|word| tick("unit_kinds", word.code(), word.label())).collect(),
        ranks: Rank::ALL.iter().map(|word| tick("ranks", word.code(), word.label())).collect(),
        project_levels: ProjectLevel::ALL
            .iter()
            .map(|word| tick("project_levels", word.code(), word.label()))
            .collect(),
    }
}

/// From which version to start; without it, the latest.
#[derive(Deserialize)]
struct From {
    from: Option<i64>,
}

async fn editing(
    guard: Guard<RulePairings>,
    State(app): State<App>,
    kit: Kit,
    Query(asked): Query<From>,
) -> Result<Html<EditPage>, Refusal> {
    if !may_adopt(&guard.scope, &app.site) {
        return Err(Problem::NotFound.into());
    }
    let base = super::current(&app.store, &app.site).await?;
    let from = match asked.from {
        Some(number) => super::version(&app.store, &app.site, number).await?,
        None => base.clone(),
    };
    let reason = asked.from.map(|number| format!("恢复第 {number} 版的规定。")).unwrap_or_default();
    Ok(Html(EditPage::new(kit, Sent::of(&from.rules), base.line.number, reason)))
}

async fn edit(
    guard: Guard<RulePairings>,
    State(app): State<App>,
    kit: Kit,
    Form(sent): Form<Vec<(String, String)>>,
) -> Result<Response, Refusal> {
    if !may_adopt(&guard.scope, &app.site) {
        return Err(Problem::NotFound.into());
    }
    let sent = Sent(sent);
    let (base, adopts) = (sent.one("base").parse().unwrap_or(0), sent.one("step") == "adopt");
    let mut page = EditPage::new(kit, sent.clone(), base, sent.one("reason").to_owned());
    match looked_at(&app, &guard, &sent, &mut page, adopts).await {
        Ok(Some(number)) => Ok(see_other(
            "/pairing-rules",
            Flash::success(format!("第 {number} 版包靠规则已启用，今后的批次按此规划。")),
        )),
        Ok(None) => Ok(Html(page).into_response()),
        Err(problem) => {
            let (status, errors) = Errors::refused(problem)?;
            page.errors = errors;
            Ok((status, Html(page)).into_response())
        }
    }
}

/// Shows what would change, or adopts it.
async fn looked_at(
    app: &App,
    guard: &Guard<RulePairings>,
    sent: &Sent,
    page: &mut EditPage,
    adopts: bool,
) -> Result<Option<i64>, Problem> {
    let rules = sent.read().map_err(super::wrong)?;
    if !adopts {
        let mistakes: Vec<_> = rules.check().into_iter().map(super::told).collect();
        if !mistakes.is_empty() {
            return Err(super::wrong(mistakes));
        }
        let base = super::version(&app.store, &app.site, page.base).await?;
        page.differences = Some(Rules::differences(&base.rules, &rules));
        return Ok(None);
    }
    let tx = app.store.begin().await?;
    let new = NewRules { base: page.base, reason: page.reason.clone(), rules };
    let number = super::adopt(&tx, &guard.actor, &guard.scope, &app.site, new).await?;
    tx.commit().await?;
    Ok(Some(number))
}
