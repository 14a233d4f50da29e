//! The trail for the audit administrator.

use super::{Line, Pair, TrailFilter, words};
use crate::App;
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use kernel::authz::ReadAudit;
use kernel::{Cursor, Day, Limit, Problem, Scope};
use serde::Deserialize;
use shell::{Choice, Errors, Flash, Guard, Html, Kit, Query, Refusal, Routes, see_other};

pub(super) fn routes() -> Routes<App> {
    Routes::new().get("/audit", list).post("/audit/verify", verify)
}

/// The filters as a form sends them: what is not chosen is empty.
#[derive(Deserialize, Default)]
#[serde(default)]
struct Asked {
    person: String,
    act: String,
    subject: String,
    from: String,
    until: String,
    cursor: Option<String>,
}

/// A deed on the page.
pub struct DeedLine {
    /// When.
    pub when: String,
    /// By whom.
    pub who: String,
    /// What was done.
    pub act: String,
    /// The particulars.
    pub detail: Vec<Pair>,
    /// The county, when it is not the whole site.
    pub county: String,
    /// Whether it is sealed.
    pub sealed: bool,
}

/// How the chain stands, in sentences.
pub struct ChainWords {
    /// Whether the last check found it whole; none before the first.
    pub holds: Option<bool>,
    /// What is sealed.
    pub sealed: String,
    /// What the last check found.
    pub checked: String,
}

#[derive(Template)]
#[template(path = "audit/list.html")]
struct ListPage {
    kit: Kit,
    errors: Errors,
    chain: ChainWords,
    acts: Vec<Choice>,
    subjects: Vec<Choice>,
    asked: Asked,
    lines: Vec<DeedLine>,
    next: Option<Cursor>,
}

async fn list(
    guard: Guard<ReadAudit>,
    State(app): State<App>,
    kit: Kit,
    Query(asked): Query<Asked>,
) -> Result<Html<ListPage>, Refusal> {
    let (mut errors, mut days) = (Errors::none(), [None, None]);
    for (place, (field, typed)) in [("from", &asked.from), ("until", &asked.until)].into_iter().enumerate() {
        match typed.trim().parse::<Day>() {
            Ok(day) => days[place] = Some(day),
            Err(_) if typed.trim().is_empty() => {}
            Err(_) => errors = Errors::take(Problem::field(field, "请按 2026-11-23 的格式填写日期。"))?,
        }
    }
    let text = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
    let filter = TrailFilter {
        person: text(&asked.person),
        act: text(&asked.act),
        subject: text(&asked.subject),
        from: days[0],
        until: days[1],
        cursor: asked.cursor.clone(),
        limit: None,
    };
    let found = super::trail(&app, &guard.scope, &filter, Limit::USUAL).await?;
    Ok(Html(ListPage {
        kit: kit.titled("审计记录"),
        errors,
        chain: chain_words(&app, &guard.scope).await?,
        acts: words::acts().into_iter().map(|(code, label)| Choice::new(code, label)).collect(),
        subjects: words::subjects().iter().map(|(code, label)| Choice::new(*code, *label)).collect(),
        asked,
        lines: found.items.into_iter().map(|line| DeedLine::of(line, &app)).collect(),
        next: found.next,
    }))
}

impl DeedLine {
    /// A deed as the page shows it.
    #[must_use]
    pub fn of(line: Line, app: &App) -> Self {
        Self {
            when: app.site.say(line.at, app.now()),
            who: match (line.name.as_str(), line.act.as_str()) {
                ("", "session.refuse") => "未登录".into(),
                ("", _) => "系统".into(),
                (name, _) => name.to_owned(),
            },
            act: line.act_label,
            detail: line.detail,
            county: if line.county == app.site.area { String::new() } else { line.county_name },
            sealed: line.sealed,
        }
    }
}

/// How the chain stands, in sentences.
///
/// # Errors
/// When the database fails.
pub async fn chain_words(app: &App, scope: &Scope<ReadAudit>) -> Result<ChainWords, Problem> {
    let chain = super::chain(app, scope).await?;
    let now = app.now();
    let sealed = match chain.last_at {
        Some(at) => format!("已封存 {} 条，最近封存到 {} 的记录", chain.sealed, app.site.say(at, now)),
        None => "还没有封存的记录".to_owned(),
    };
    let sealed = match chain.waiting {
        0 => format!("{sealed}。"),
        waiting => format!("{sealed}；{waiting} 条等待封存（系统每隔几秒自动封存）。"),
    };
    let by = chain.checked_by.unwrap_or_default();
    let (holds, checked) = match (chain.checked_at, chain.broken) {
        (None, _) => (None, "还没有核验过。".to_owned()),
        (Some(at), None) => (Some(true), format!("{} 由{by}核验：封存链完整。", app.site.say(at, now))),
        (Some(at), Some(broken)) => (Some(false), format!("{} 由{by}核验：{broken}。", app.site.say(at, now))),
    };
    Ok(ChainWords { holds, sealed, checked })
}

async fn verify(guard: Guard<ReadAudit>, State(app): State<App>) -> Result<Response, Refusal> {
    let flash = match super::check(&app, &guard.actor, &guard.scope).await? {
        Ok(rows) => Flash::success(format!("核验完成：封存链完整，共 {rows} 条，没有缺失或改动。")),
        Err(broken) => {
            let told = "请立即保护现场，并报告单位网络安全负责人。";
            Flash::error(format!("核验发现问题：{}。{told}", broken.what))
        }
    };
    Ok(see_other("/audit", flash))
}
