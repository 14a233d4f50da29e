//! The queues of a desk: what waits for one kind of act. Each is read off the clocks and parts that run, and from nowhere else.

use kernel::Instant;
use kernel::words::Part;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use store::Sql;

/// What waits for one kind of act.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Queue {
    /// 待受理.
    Intake,
    /// 待交办.
    Dispatch,
    /// 异议待裁.
    Objections,
    /// 申请待批: extensions, suspensions, shelving.
    Requests,
    /// 撤回待核.
    Withdrawals,
    /// 待回访: the client has not answered in time.
    Callbacks,
    /// 待复查: thirty or ninety days have passed.
    Rechecks,
    /// 挂账.
    Shelved,
    /// 协办: what a unit helps with.
    Helping,
    /// 待审批: answers that wait for the head of the unit.
    Approvals,
}

impl Queue {
    /// The queues of a desk, in the order of its day.
    pub const OF_DESK: &'static [Self] = &[
        Self::Intake,
        Self::Dispatch,
        Self::Objections,
        Self::Requests,
        Self::Withdrawals,
        Self::Callbacks,
        Self::Rechecks,
        Self::Shelved,
    ];
    /// The queues of a unit beside what waits for it to sign and answer.
    pub const OF_UNIT: &'static [Self] = &[Self::Helping, Self::Approvals];

    /// The stored and exchanged form.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Intake => "intake",
            Self::Dispatch => "dispatch",
            Self::Objections => "objections",
            Self::Requests => "requests",
            Self::Withdrawals => "withdrawals",
            Self::Callbacks => "callbacks",
            Self::Rechecks => "rechecks",
            Self::Shelved => "shelved",
            Self::Helping => "helping",
            Self::Approvals => "approvals",
        }
    }

    /// The form on screen.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Intake => "待受理",
            Self::Dispatch => "待交办",
            Self::Objections => "异议待裁",
            Self::Requests => "申请待批",
            Self::Withdrawals => "撤回待核",
            Self::Callbacks => "待回访",
            Self::Rechecks => "待复查",
            Self::Shelved => "挂账",
            Self::Helping => "协办",
            Self::Approvals => "待审批",
        }
    }

    /// Reads a code.
    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        Self::OF_DESK.iter().chain(Self::OF_UNIT).copied().find(|queue| queue.code() == code)
    }

    /// Whose queue it is.
    #[must_use]
    pub const fn whose(self) -> Part {
        match self {
            Self::Helping => Part::Co,
            Self::Approvals => Part::Head,
            _ => Part::Desk,
        }
    }

    /// The state that alone makes the queue, where one does.
    pub(super) const fn state(self) -> Option<&'static str> {
        match self {
            Self::Intake => Some("raised"),
            Self::Dispatch => Some("accepted"),
            Self::Withdrawals => Some("withdrawing"),
            Self::Shelved => Some("shelved"),
            Self::Approvals => Some("proposed"),
            Self::Objections | Self::Requests | Self::Callbacks | Self::Rechecks | Self::Helping => None,
        }
    }

    /// The rows that bring a demand into the queue, as a query of `demand_id`, `county_id` and `unit_id`, where no state alone
    /// does.
    pub(super) fn source(self, sql: &mut Sql, now: Instant) -> Option<String> {
        let clocks = |kind: &str, due: String| {
            format!(
                "(SELECT DISTINCT clock.demand_id, clock.county_id FROM demand_clock clock
                  WHERE clock.kind = '{kind}' AND clock.stopped_at IS NULL{due})"
            )
        };
        Some(match self {
            Self::Objections => clocks("ruling", String::new()),
            Self::Requests => clocks("decision", String::new()),
            Self::Callbacks => clocks("confirm", format!(" AND clock.due_at < {}", sql.place(now))),
            Self::Rechecks => {
                let soon = now + chrono::Duration::days(2);
                clocks("recheck", format!(" AND clock.due_at < {}", sql.place(soon)))
            }
            Self::Helping => "(SELECT task.demand_id, task.county_id, task.unit_id FROM demand_task task
                JOIN demand whole ON whole.id = task.demand_id AND whole.county_id = task.county_id AND whole.round = task.round
                WHERE task.role = 'co' AND task.state IN ('dispatched', 'handling', 'objected', 'suspended'))"
                .into(),
            Self::Intake | Self::Dispatch | Self::Withdrawals | Self::Shelved | Self::Approvals => return None,
        })
    }
}
