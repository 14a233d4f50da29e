//! The page that tells what was learnt, from how much and how well; from there it is learnt anew.

use super::{Learn, Purpose, rows};
use crate::App;
use crate::audit::{self, Deed};
use askama::Template;
use axum::extract::State;
use axum::response::Response;
use kernel::authz::TriageDemands;
use kernel::{Actor, Problem};
use shell::{Flash, Guard, Html, Kit, Refusal, Routes, see_other};
use store::Tx;

pub(super) fn routes() -> Routes<App> {
    Routes::new().get("/demands/learnt", show).post("/demands/learnt/anew", anew)
}

/// Something that was learnt, in words.
struct KnownLine {
    what: &'static str,
    from: String,
    right: String,
    when: String,
}

#[derive(Template)]
#[template(path = "demands/suggest/learnt.html")]
struct LearntPage {
    kit: Kit,
    known: Vec<KnownLine>,
}

async fn show(_: Guard<TriageDemands>, State(app): State<App>, kit: Kit) -> Result<Html<LearntPage>, Refusal> {
    let now = app.now();
    let line = |known: rows::Known| KnownLine {
        what: if known.purpose == Purpose::Unit.code() { "承办单位" } else { "问题类别" },
        from: format!("{} 件办结诉求", known.demands),
        right: format!("试判 {} 件，{} 件与实际一致", known.checked, known.hit),
        when: app.site.say(known.learnt_at, now),
    };
    let known = rows::known(&app.store, app.site.area).await?;
    let kit = kit.titled("办理建议的学习情况").under("/demands", "企业诉求");
    Ok(Html(LearntPage { kit, known: known.into_iter().map(line).collect() }))
}

async fn anew(guard: Guard<TriageDemands>, State(app): State<App>) -> Result<Response, Refusal> {
    let tx = app.store.begin().await?;
    ask(&app, &tx, &guard.actor).await?;
    tx.commit().await?;
    Ok(see_other("/demands/learnt", Flash::success("已开始重新学习，在后台进行，几分钟后刷新本页查看。")))
}

/// Asks for learning anew, on behalf of somebody.
pub(super) async fn ask(app: &App, tx: &Tx, actor: &Actor) -> Result<(), Problem> {
    let asked = Learn { asked_at: tx.now() };
    tx.enqueue(app.site.area, &asked).await?;
    let deed = Deed {
        account: Some(actor.account),
        name: &actor.name,
        act: "demand.learn",
        subject: "site",
        subject_id: None,
        county: app.site.area,
    };
    audit::record(tx, &deed, &serde_json::json!({})).await
}
