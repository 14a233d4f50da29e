//! The month's calls to clients from whom nothing was heard: drawn as the platform draws them, most of them called by now.

use super::actor;
use kernel::authz::{CallSilent, RaiseDemands};
use kernel::id::AccountId;
use kernel::words::SilenceResult;
use kernel::{Limit, Problem, Reach, Role, Scope};
use platform::App;
use platform::contacts::RaisedThere;
use platform::contacts::silence::{self, Call, CallFilter, Word};

/// What came of ten calls, one after the other, and a sentence more; none: nobody has called yet.
const COURSE: [Option<(SilenceResult, &str)>; 10] = [
    Some((SilenceResult::Well, "订单平稳，没有要协调的事。")),
    None,
    Some((SilenceResult::Well, "")),
    Some((SilenceResult::Need, "")),
    Some((SilenceResult::Missed, "")),
    Some((SilenceResult::Well, "正在年底盘点，节后再联系。")),
    None,
    Some((SilenceResult::Well, "")),
    Some((SilenceResult::Unwanted, "说有事会自己找服务专员。")),
    Some((SilenceResult::Gone, "电话转到房东，厂房已出租。")),
];

/// Draws the month and tells what came of the calls.
///
/// # Errors
/// When the database fails.
pub(super) async fn write(app: &App) -> Result<(), Problem> {
    silence::draw_month(app).await?;
    let desk = actor(AccountId::mint(app.now()), "企业服务台", Role::AreaDesk, Reach::Everything);
    let scope: Scope<CallSilent> = desk.scope().ok_or(Problem::NotFound)?;
    let raises: Scope<RaiseDemands> = desk.scope().ok_or(Problem::NotFound)?;
    let mut calls: Vec<Call> = Vec::new();
    let mut cursor = None;
    loop {
        let filter = CallFilter { cursor, ..CallFilter::default() };
        let mut page = silence::calls(&app.store, &scope, &filter, app.today(), Limit::MOST).await?;
        calls.append(&mut page.items);
        let Some(next) = page.next else { break };
        cursor = Some(next.0);
    }
    let tx = app.store.begin().await?;
    for (call, course) in calls.into_iter().zip(COURSE.iter().cycle()) {
        match course {
            None => {}
            Some((SilenceResult::Need, _)) => {
                let new = RaisedThere {
                    category: "03".to_owned(),
                    title: "冬季用电负荷不足".to_owned(),
                    text: "电话回访时反映：冬季取暖后用电负荷紧张，希望协调增容。".to_owned(),
                };
                silence::raise(&tx, &app.site, (&desk, &raises), call, new).await?;
            }
            Some((result, note)) => {
                let word = Word { note: (*note).to_owned() };
                silence::tell(&tx, &app.site, &desk, call, (*result, &word)).await?;
            }
        }
    }
    tx.commit().await
}
