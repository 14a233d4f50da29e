//! Who hears of a step, and in which words. A subscriber of the outbox: after the step is durable, it writes notices to
//! just the people whom the step concerns, never to who took it, and never about what the reader may not open now.

use super::{Demand, DemandMoved, discreet, rows};
use crate::Site;
use crate::identity::holders::{self, Addressee};
use crate::notify::{self, News};
use chrono::Duration;
use kernel::words::{DemandAct, DemandState, NewsKind, Part, Rating, TaskRole, TaskState};
use kernel::{Day, Problem};
use store::{Envelope, Subscriber, Tx};

/// What happened longer ago is no news: after a long pause nobody finds an inbox full of the past.
const FRESH: Duration = Duration::days(7);

/// Carries what happened to demands into the inboxes.
#[derive(Debug)]
pub struct Herald<'a>(pub &'a Site);

impl Subscriber for Herald<'_> {
    const NAME: &'static str = "demands.news";

    async fn hear(&self, tx: &Tx, event: &Envelope) -> Result<(), Problem> {
        let Some(moved) = event.open::<DemandMoved>()? else { return Ok(()) };
        if event.at + FRESH < tx.now() {
            return Ok(());
        }
        let Some(demand) = rows::demand_of(tx, event.county_id, moved.demand).await? else { return Ok(()) };
        let today = self.0.hours.day(tx.now());
        let mut told = vec![moved.by];
        for part in Part::ALL.iter().copied() {
            let Some(title) = title(&moved, part) else { continue };
            let text = match part {
                Part::Client => format!("{}（{}）", demand.title, demand.number),
                _ if demand.sealed => format!("{} · {}（{}）", discreet::SOMEBODY, demand.title, demand.number),
                _ => format!("{} · {}（{}）", demand.client_name, demand.title, demand.number),
            };
            let (kind, number) = (kind(&moved, part), demand.number.clone());
            let news = News { title, text, link: demand.path(), at: event.at, kind, number };
            for reader in players(tx, part, &moved, &demand, today).await? {
                if !told.contains(&reader.id) {
                    notify::tell(tx, reader.id, reader.county_id, &news).await?;
                    told.push(reader.id);
                }
            }
        }
        Ok(())
    }
}

/// Those who play a part towards the demand today. A unit that has lost it since then is not told of it.
async fn players(
    tx: &Tx,
    part: Part,
    moved: &DemandMoved,
    demand: &Demand,
    today: Day,
) -> Result<Vec<Addressee>, Problem> {
    match part {
        Part::Client => holders::liaisons_of(tx, demand.client_id, today).await,
        Part::Commissioner if demand.sealed => Ok(Vec::new()),
        Part::Commissioner => holders::commissioners_of(tx, demand.client_id, today).await,
        Part::Desk => holders::desks_near(tx, &demand.area_path, today).await,
        Part::Arbiter => holders::arbiters_near(tx, &demand.area_path, today).await,
        Part::Unit => match demand.lead_unit_id {
            Some(unit) => holders::workers_of(tx, unit, today).await,
            None => Ok(Vec::new()),
        },
        Part::Head => match demand.lead_unit_id {
            Some(unit) => holders::heads_of(tx, unit, today).await,
            None => Ok(Vec::new()),
        },
        Part::Co => {
            let shares = rows::shares(tx, demand).await?;
            let concerned =
                shares.into_iter().filter(|share| share.role == TaskRole::Co && Some(share.unit_id) == moved.unit);
            match concerned.into_iter().next().filter(|share| share.state != TaskState::Relieved) {
                Some(share) => holders::workers_of(tx, share.unit_id, today).await,
                None => Ok(Vec::new()),
            }
        }
        Part::Platform => Ok(Vec::new()),
    }
}

/// What a step is to those of a part: something to be done, or how it goes on.
fn kind(moved: &DemandMoved, part: Part) -> NewsKind {
    let done = matches!(moved.act, DemandAct::Confirm | DemandAct::Rate) && part != Part::Desk;
    match part {
        Part::Commissioner | Part::Platform => NewsKind::Progress,
        Part::Client => match moved.act {
            DemandAct::Reply | DemandAct::Approve | DemandAct::Reject => NewsKind::Task,
            _ => NewsKind::Progress,
        },
        _ if done || moved.state == DemandState::Withdrawn || moved.act == DemandAct::Close => NewsKind::Progress,
        _ => NewsKind::Task,
    }
}

/// What those of a part are told of a step; nothing when it does not concern them. What passes between units and desk is not
/// brought before the client: it disturbs without cause.
fn title(moved: &DemandMoved, part: Part) -> Option<String> {
    use DemandAct::{
        Accept, Approve, AssistReply, CheckWithdrawal, Close, Confirm, Contest, DecideExtension, Dispatch, Escalate,
        InterimReply, Involve, KeepOn, Merge, Note, Object, Raise, Rate, Recheck, Reject, Reopen, Reply,
        RequestExtension, RequestShelving, RequestSuspension, Resume, Rule, Shelve, Suspend, Unmerge, Wake, Withdraw,
    };
    let unit = moved.unit_name.as_deref().unwrap_or("承办单位");
    let rating = moved.rating.map_or("", Rating::label);
    let answered = moved.state == DemandState::Replied;
    Some(match (moved.act, part) {
        (Raise, Part::Desk) => "新诉求，等您受理".into(),
        (Raise, Part::Client) => "已代您提交诉求".into(),
        (Raise, Part::Commissioner) => "您服务的企业提交了诉求".into(),
        (Accept, Part::Client | Part::Commissioner) => "诉求已受理".into(),
        (Reject, Part::Client | Part::Commissioner) => "诉求不予受理，请看理由".into(),
        (Contest, Part::Desk) => "企业对不予受理申请复核，请重新研究".into(),
        (Merge, Part::Client) => "诉求已与同类诉求一并办理".into(),
        (Unmerge, Part::Client) => "诉求恢复单独办理".into(),
        (Unmerge, Part::Desk) => "诉求恢复单独办理，等您交办".into(),
        (Dispatch, Part::Unit) => "新交办的诉求，等您签收".into(),
        (Dispatch, Part::Client | Part::Commissioner) => format!("诉求已交{unit}办理"),
        (Involve, Part::Co) => "请您单位协办，等您签收".into(),
        (Object, Part::Desk) if moved.state != DemandState::Arbitration => format!("{unit}提出派单异议，请当日裁定"),
        (Object, Part::Arbiter) if moved.state == DemandState::Arbitration => format!("{unit}提出派单异议，请当日裁定"),
        (Rule, Part::Unit | Part::Co) => "派单异议已裁定，请看结果".into(),
        (RequestExtension | RequestSuspension | RequestShelving, Part::Desk) => {
            format!("{unit}{}，请批复", moved.act.label())
        }
        (DecideExtension, Part::Unit | Part::Co) => "您的申请已批复，请看结果".into(),
        (Suspend, Part::Unit | Part::Client) => "诉求已挂起".into(),
        (Resume, Part::Unit | Part::Client) => "诉求恢复办理".into(),
        (Shelve, Part::Unit | Part::Client | Part::Commissioner) => "诉求已挂账，条件成熟时重新启动".into(),
        (Wake, Part::Unit | Part::Client | Part::Commissioner) => "挂账的诉求重新启动".into(),
        (AssistReply, Part::Unit) => format!("{unit}已答复协办意见"),
        (InterimReply, Part::Client | Part::Commissioner) => "承办单位作了阶段答复".into(),
        (Reply, Part::Head) if !answered => "有答复等您审批".into(),
        (Approve, Part::Unit) if !answered => "答复被退回，请修改".into(),
        (Reply | Approve, Part::Client) if answered => "诉求已有答复，请您确认".into(),
        (Reply | Approve, Part::Commissioner) if answered => "诉求已有答复，等企业确认".into(),
        (Note, Part::Client) => "有一次联系记在您的诉求上".into(),
        (Escalate, Part::Client | Part::Commissioner) => "诉求已上报，由专项小组或会议研究".into(),
        (Confirm | Rate, Part::Unit | Part::Commissioner) => format!("企业已评价：{rating}"),
        (Confirm | Rate, Part::Desk) if moved.rating == Some(Rating::Dissatisfied) => "企业对办理结果不满意".into(),
        (Reopen | Recheck, Part::Desk) if moved.state == DemandState::Accepted => "诉求需要重办，等您重新交办".into(),
        (Reopen | Recheck, Part::Commissioner | Part::Client) if moved.state == DemandState::Accepted => {
            "诉求重新办理".into()
        }
        (Withdraw, Part::Desk) => "企业要撤回诉求，请向企业核实".into(),
        (Withdraw, Part::Commissioner) => "企业要撤回诉求".into(),
        (KeepOn, Part::Desk | Part::Unit) => "企业不撤回了，继续办理".into(),
        (CheckWithdrawal, Part::Client | Part::Commissioner | Part::Unit) if moved.state == DemandState::Withdrawn => {
            "诉求已撤回，不再办理".into()
        }
        (CheckWithdrawal, Part::Client | Part::Unit) => "撤回经核实不是企业本意，继续办理".into(),
        (Close, Part::Client | Part::Commissioner | Part::Unit) => "诉求已办结（逾期未确认）".into(),
        _ => return None,
    })
}
