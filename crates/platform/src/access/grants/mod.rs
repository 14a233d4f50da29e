//! The security administrator's first work: who holds which role, how far, from which day to which.

mod api;
mod pages;

pub(super) use pages::{Refused, show_page};

use crate::identity::accounts::Listed;
use crate::identity::grants::{ReachKind, reach_kind};
use crate::{App, org, registry};
use kernel::authz::ManageGrants;
use kernel::id::{ClientId, UnitId};
use kernel::{Actor, AreaCode, AreaPath, Day, Grant, Problem, Reach, Role, Scope};
use schemars::JsonSchema;
use serde::Deserialize;
use shell::Routes;
use store::Tx;

pub(super) fn routes() -> Routes<App> {
    api::routes().merge(pages::routes())
}

/// A role to be given. Which of `area`, `unit` and `client` is needed follows from the role.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[schemars(rename = "NewGrant")]
struct Wish {
    /// The role.
    role: Role,
    /// The whole site, for a role that reaches areas.
    #[serde(default)]
    everything: bool,
    /// The area it reaches, with all below.
    area: Option<AreaCode>,
    /// The unit it reaches, for handlers and heads.
    unit: Option<UnitId>,
    /// The client it reaches, for liaisons.
    client: Option<ClientId>,
    /// The first day; without one, today.
    from: Option<Day>,
    /// The last day, when it is known.
    until: Option<Day>,
}

/// The reach that is wished, found within the giver's own, and where it lies.
async fn reach(
    tx: &Tx,
    scope: &Scope<ManageGrants>,
    account: &Listed,
    wish: &Wish,
) -> Result<(Reach, AreaPath), Problem> {
    Ok(match reach_kind(wish.role) {
        ReachKind::Area if wish.everything => (Reach::Everything, AreaPath("/".into())),
        ReachKind::Area => {
            let area = wish.area.ok_or_else(|| Problem::field("area", "请选择区域。"))?;
            let area = org::area_within(tx, scope, area).await?;
            (Reach::Area(area.path.clone()), area.path)
        }
        ReachKind::Unit => {
            let unit = wish.unit.ok_or_else(|| Problem::field("unit", "请选择单位。"))?;
            let unit = org::open_unit(tx, scope, unit).await?;
            (Reach::Unit(unit.id), unit.area_path)
        }
        ReachKind::Client => {
            let client = wish.client.ok_or_else(|| Problem::field("client", "请选择企业（项目）。"))?;
            match registry::client(tx, scope, client).await {
                Ok(client) => (Reach::Clients(vec![client.id]), client.area_path),
                Err(Problem::NotFound) => {
                    let told = "没有这家企业（项目），或者不在您的管理范围内。";
                    return Err(Problem::field("client", told));
                }
                Err(problem) => return Err(problem),
            }
        }
        ReachKind::Paired if account.official_id.is_none() => {
            let told = "服务专员必须是名册里的干部。请系统管理员先给这名干部开通账号。";
            return Err(Problem::field("role", told));
        }
        ReachKind::Paired => (Reach::Own(account.id), account.area_path.clone()),
    })
}

/// Gives the role that is wished.
async fn give(
    tx: &Tx,
    actor: &Actor,
    scope: &Scope<ManageGrants>,
    account: &Listed,
    wish: &Wish,
    today: Day,
) -> Result<kernel::id::GrantId, Problem> {
    let (reach, lies) = reach(tx, scope, account, wish).await?;
    let from = wish.from.unwrap_or(today);
    if from < today {
        return Err(Problem::field("from", "起始日期不能早于今天：授权从今天或以后开始。"));
    }
    let grant = Grant { role: wish.role, reach };
    crate::identity::grants::give(tx, actor, account, (&grant, &lies), (from, wish.until)).await
}
