//! Which roles one account may hold together, and how far a role reaches (三员分立, GB/T 22239-2019, 8.1.5).

use kernel::Role;

/// What a role's reach is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReachKind {
    /// An area and what lies inside it.
    Area,
    /// One unit.
    Unit,
    /// One client.
    Client,
    /// The clients that the official is paired with: nothing is chosen.
    Paired,
}

/// What must be chosen when a role is given.
#[must_use]
pub fn reach_kind(role: Role) -> ReachKind {
    match role {
        Role::Liaison => ReachKind::Client,
        Role::Commissioner => ReachKind::Paired,
        Role::Handler | Role::UnitHead => ReachKind::Unit,
        Role::AreaDesk
        | Role::Arbiter
        | Role::Coordination
        | Role::Solving
        | Role::Supervision
        | Role::Leader
        | Role::Peer
        | Role::SystemAdmin
        | Role::SecurityAdmin
        | Role::AuditAdmin => ReachKind::Area,
    }
}

/// Whether the role is one of the three administrators.
#[must_use]
pub fn is_admin(role: Role) -> bool {
    matches!(role, Role::SystemAdmin | Role::SecurityAdmin | Role::AuditAdmin)
}

/// Whether an account that holds `held` may be given `wanted` as well.
///
/// # Errors
/// A Chinese sentence that says which roles do not go together, and what to do.
pub fn goes_with(wanted: Role, held: &[Role]) -> Result<(), String> {
    for &other in held.iter().filter(|other| **other != wanted) {
        let (new, old) = (wanted.label(), other.label());
        if is_admin(wanted) || is_admin(other) {
            return Err(format!(
                "按三员分立的要求，{new}与{old}不能由同一账号担任。请先收回“{old}”，或为这位同志另开一个账号。"
            ));
        }
        if matches!(wanted, Role::Liaison | Role::Peer) || matches!(other, Role::Liaison | Role::Peer) {
            return Err(format!("{new}与{old}不能由同一账号担任，请另开一个账号。"));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_administrator_goes_with_no_other_role() {
        for &admin in Role::ALL.iter().filter(|role| is_admin(**role)) {
            for &other in Role::ALL.iter().filter(|other| **other != admin) {
                assert!(goes_with(admin, &[other]).unwrap_err().contains("三员分立"), "{admin} and {other}");
                assert!(goes_with(other, &[admin]).is_err(), "{other} and {admin}");
            }
            assert_eq!(goes_with(admin, &[admin]), Ok(()), "the same role in a second area");
        }
    }

    #[test]
    fn an_official_may_be_handler_and_commissioner_but_nobody_sits_on_both_sides() {
        assert_eq!(goes_with(Role::Handler, &[Role::Commissioner, Role::UnitHead]), Ok(()));
        assert!(goes_with(Role::Liaison, &[Role::Handler]).is_err());
        assert!(goes_with(Role::AreaDesk, &[Role::Peer]).is_err());
    }
}
