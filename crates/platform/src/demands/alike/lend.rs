//! What one demand lends to another: its answer, the unit that has it, its number. Whoever may read both may carry it over;
//! what the other's client will read says nothing of whose the first one was. What no head has approved is lent to nobody.

use super::nameless::Whose;
use super::{Alike, answered, rows};
use crate::demands::Demand;
use crate::demands::answers::open_to_all;
use crate::demands::rows::numbered;
use crate::{App, org, registry};
use kernel::authz::ReadDemands;
use kernel::id::UnitId;
use kernel::words::{DemandAct, DemandState, Outcome, Part};
use kernel::{Problem, Scope};

/// What is lent.
#[derive(Debug, Clone)]
pub(in crate::demands) struct Lent {
    /// By which demand: its number.
    pub number: String,
    /// What became of it, once it was answered.
    pub outcome: Option<Outcome>,
    /// The answer without its client; empty while there is none.
    pub text: String,
    /// The unit that has it.
    pub unit: Option<UnitId>,
}

/// Whether the answer has gone out to its client.
pub(super) fn is_answered(demand: &Demand) -> bool {
    demand.outcome.is_some_and(|outcome| outcome != Outcome::Shelved)
        && matches!(demand.state, DemandState::Replied | DemandState::Closed | DemandState::Archived)
}

impl Lent {
    /// What the demand of this number lends to `to`; nothing when its reader may not read it, or when whose it is must not be
    /// known.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn by(
        app: &App,
        scope: &Scope<ReadDemands>,
        number: &str,
        to: Option<&Demand>,
    ) -> Result<Option<Self>, Problem> {
        if number.trim().is_empty() {
            return Ok(None);
        }
        let lender = numbered(&app.store, scope, number).await?.filter(|lender| !lender.sealed);
        let Some(lender) = lender.filter(|lender| to.is_none_or(|to| to.id != lender.id)) else { return Ok(None) };
        Ok(Self::of(app, &[&lender]).await?.pop())
    }

    /// What each of these lends, in their order.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn of(app: &App, lenders: &[&Demand]) -> Result<Vec<Self>, Problem> {
        let Some(first) = lenders.first() else { return Ok(Vec::new()) };
        let mut places = Vec::new();
        for code in [first.county_id, app.site.area] {
            places.extend(org::area(&app.store, code).await?.map(|area| area.name));
        }
        let clients: Vec<_> = lenders.iter().map(|lender| lender.client_id).collect();
        let liaisons = registry::liaisons_of(&app.store, &clients, app.today()).await?;
        let said = rows::said(&app.store, lenders).await?;
        let lent = |lender: &&Demand| {
            let own = || liaisons.iter().filter(|liaison| liaison.client_id == lender.client_id);
            let said = || said.iter().filter(|said| said.demand_id == lender.id);
            let spoke = said().filter(|said| said.part == Part::Client).map(|said| said.name.clone());
            let whose = Whose {
                client: lender.client_name.clone(),
                places: places.clone(),
                people: own().map(|liaison| liaison.name.clone()).chain(spoke).collect(),
                phones: own().map(|liaison| liaison.phone.in_full().to_string()).collect(),
                number: lender.number.clone(),
            };
            let open = open_to_all(said().map(|said| (said.act, said.state, said.outcome)));
            let answers = said().zip(open).filter(|(said, open)| *open && said.act == DemandAct::Reply);
            let answer = answers.last().filter(|_| is_answered(lender));
            Self {
                number: lender.number.clone(),
                outcome: lender.outcome.filter(|_| is_answered(lender)),
                text: answer.map_or_else(String::new, |(answer, _)| whose.hidden(&answer.text)),
                unit: lender.lead_unit_id,
            }
        };
        Ok(lenders.iter().map(lent).collect())
    }

    /// The words of an act that another demand's being solved is the reason for.
    pub fn reason(act: DemandAct) -> &'static str {
        match act {
            DemandAct::Wake => "同样的问题已有办法解决，重新启动办理。",
            DemandAct::Reopen => "同样的问题已有办法解决，重新办理这件诉求。",
            _ => "",
        }
    }

    /// What the person before a filled form is told.
    pub fn notice(&self, act: DemandAct) -> String {
        let number = &self.number;
        match act {
            DemandAct::Reply | DemandAct::InterimReply | DemandAct::AssistReply if !self.text.is_empty() => {
                format!("已填入 {number} 的答复，其中的企业名称、人员和编号已经换掉。请核对内容后再提交。")
            }
            DemandAct::Dispatch if self.unit.is_some() => format!("已选好办理 {number} 的单位，请填写期限。"),
            DemandAct::Merge => format!("已选好 {number} 作为主件。"),
            DemandAct::Wake | DemandAct::Reopen if self.outcome == Some(Outcome::Solved) => {
                format!("{number} 已经解决，这件说的可能是同一件事。请核对后再提交。")
            }
            _ => String::new(),
        }
    }
}

/// Answered demands that are like this one, each with the answer it was given, for whoever writes the next one.
///
/// # Errors
/// When the database fails.
pub(in crate::demands) async fn answers(
    app: &App,
    scope: &Scope<ReadDemands>,
    demand: &Demand,
) -> Result<Vec<(Alike, Lent)>, Problem> {
    let found = answered(app, scope, demand, &[]).await?;
    lent_with(app, found).await
}

/// Each with what it lends; those without an answer left out.
pub(super) async fn lent_with(app: &App, found: Vec<Alike>) -> Result<Vec<(Alike, Lent)>, Problem> {
    let lenders: Vec<&Demand> = found.iter().map(|found| &found.demand).collect();
    let lent = Lent::of(app, &lenders).await?;
    Ok(found.into_iter().zip(lent).filter(|(_, lent)| !lent.text.is_empty()).collect())
}
