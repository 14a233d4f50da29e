//! Roles: bundles of rights, as a table.

use crate::authz::Reach;
use crate::id::AccountId;

crate::words::word! {
    /// What a person or a peer is to the platform.
    Role {
        Liaison = "liaison" "企业联络员",
        Commissioner = "commissioner" "服务专员",
        Handler = "handler" "承办人",
        UnitHead = "unit_head" "单位负责人",
        AreaDesk = "area_desk" "企业服务台",
        Arbiter = "arbiter" "机构编制部门",
        Coordination = "coordination" "综合协调组",
        Solving = "solving" "问题解决组",
        Supervision = "supervision" "督办考核组",
        Leader = "leader" "领导",
        Peer = "peer" "对接平台",
        SystemAdmin = "system_admin" "系统管理员",
        SecurityAdmin = "security_admin" "安全管理员",
        AuditAdmin = "audit_admin" "审计管理员",
    }
}

/// How far a role carries a right.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Carry {
    /// As far as the grant reaches.
    Granted,
    /// Everywhere: what every colleague may consult.
    Everywhere,
    /// To what is the person's own.
    Own,
}

impl Role {
    /// How far this role carries the right; `None` when it does not give it.
    ///
    /// The three administrators (三员分立, GB/T 22239) share nothing but their own accounts: none can do another's
    /// work, and none reads the business. What speaks of retaliation or of a tie is for the audit administrator to look into,
    /// and reaches nobody who handles the business.
    #[must_use]
    pub fn allows(self, right: &str) -> Option<Carry> {
        use Carry::{Everywhere, Granted, Own};
        if right == "account.own" {
            return (self != Self::Peer).then_some(Own);
        }
        let admin = matches!(self, Self::SystemAdmin | Self::SecurityAdmin | Self::AuditAdmin);
        if right == "org.read" {
            return (!admin && self != Self::Liaison && self != Self::Peer).then_some(Everywhere);
        }
        if right == "looks.read" {
            return match self {
                Self::Liaison => Some(Granted),
                _ => (!admin && self != Self::Peer).then_some(Own),
            };
        }
        let granted: &[&str] = match self {
            Self::Liaison => &[
                "registry.read",
                "pairings.read",
                "pairings.ask",
                "contacts.read",
                "entries.read",
                "contacts.answer",
                "demands.read",
                "demands.raise",
                "demands.rate",
            ],
            Self::Commissioner => &[
                "registry.read",
                "pairings.read",
                "contacts.read",
                "visits.read",
                "entries.read",
                "contacts.plan",
                "silence.call",
                "liaisons.invite",
                "demands.read",
                "demands.raise",
            ],
            Self::Handler => &["demands.read", "demands.handle", "entries.read", "entries.announce"],
            Self::UnitHead => &[
                "demands.read",
                "demands.handle",
                "demands.approve",
                "visits.read",
                "entries.read",
                "entries.announce",
            ],
            Self::Arbiter => &["demands.read", "demands.arbitrate"],
            Self::AreaDesk => &[
                "registry.read",
                "registry.write",
                "pairings.read",
                "pairings.write",
                "contacts.read",
                "visits.read",
                "entries.read",
                "entries.announce",
                "quiet.declare",
                "silence.call",
                "silence.read",
                "liaisons.invite",
                "demands.read",
                "demands.raise",
                "demands.triage",
            ],
            Self::Coordination => &[
                "org.write",
                "registry.read",
                "registry.write",
                "pairings.read",
                "pairings.write",
                "pairings.rule",
                "contacts.read",
                "visits.read",
                "entries.read",
                "entries.announce",
                "quiet.declare",
                "silence.read",
                "catalogue.rule",
                "liaisons.invite",
                "demands.read",
            ],
            Self::Solving => &[
                "registry.read",
                "pairings.read",
                "contacts.read",
                "entries.read",
                "silence.read",
                "demands.read",
                "demands.triage",
            ],
            Self::Supervision | Self::Leader => &[
                "registry.read",
                "pairings.read",
                "contacts.read",
                "visits.read",
                "entries.read",
                "silence.read",
                "demands.read",
            ],
            Self::Peer => &["demands.read", "demands.raise"],
            Self::SystemAdmin => &["accounts.manage"],
            Self::SecurityAdmin => &["grants.manage"],
            Self::AuditAdmin => &["audit.read", "signals.read"],
        };
        granted.contains(&right).then_some(Granted)
    }

    /// The reach of the right under a grant that reaches `granted`.
    pub(crate) fn reach_of(self, right: &str, granted: &Reach, account: AccountId) -> Option<Reach> {
        Some(match self.allows(right)? {
            Carry::Granted => match (self, right, granted) {
                // A demand of a sealed identity is not for who looks after the client.
                (Self::Commissioner, "demands.read", Reach::Clients(clients)) => {
                    Reach::Openly(clients.clone(), account)
                }
                _ => granted.clone(),
            },
            Carry::Everywhere => Reach::Everything,
            Carry::Own => Reach::Own(account),
        })
    }
}
