//! The ways to the enterprises, projects and pairings that a person has to do with.

use kernel::authz::ReadRegistry;
use kernel::{Actor, Reach, Role, Scope};
use shell::NavItem;

fn plays(actor: &Actor, role: Role) -> bool {
    actor.grants.iter().any(|grant| grant.role == role)
}

/// The way of a commissioner to those they look after.
pub(super) fn served(actor: &Actor) -> Option<NavItem> {
    plays(actor, Role::Commissioner).then(|| NavItem::new("/my-clients", "heart-handshake", "我服务的企业"))
}

/// What stands in the frame: one's own enterprise, or the registers of an area.
pub(super) fn nav(actor: &Actor) -> Vec<NavItem> {
    let mut nav = Vec::new();
    if plays(actor, Role::Liaison) {
        nav.push(NavItem::new("/enterprises", "building-factory-2", "我的企业"));
    }
    let wide = |scope: &Scope<ReadRegistry>| scope.reaches().iter().any(|reach| !matches!(reach, Reach::Clients(_)));
    if actor.scope().is_some_and(|scope| wide(&scope)) {
        nav.push(NavItem::new("/enterprises", "building-factory-2", "企业"));
        nav.push(NavItem::new("/projects", "building-community", "项目"));
        nav.push(NavItem::new("/pairings", "affiliate", "联系包靠"));
        nav.push(NavItem::new("/pairing-rounds", "clipboard-list", "包靠批次"));
    }
    nav
}
