//! The accounts of README.md, one for each part that people play.

use super::people::People;
use demo::World;
use kernel::id::{AccountId, OfficialId};
use kernel::{Grant, Problem, Reach, Role};
use platform::Site;
use platform::identity::{NewAccount, open_account};
use store::Tx;

/// Who holds an account.
enum Holder {
    /// The first liaison of the first client.
    Liaison,
    /// This official.
    Official(usize),
    /// A group or an administrator, by this name.
    Named(&'static str),
}

/// Opens them, and lets their holders act under them.
pub(super) async fn open(tx: &Tx, site: &Site, world: &World, people: &mut People, hash: &str) -> Result<(), Problem> {
    for (login, role, reach, holder) in cast(site, world, people) {
        let (name, official): (String, Option<OfficialId>) = match holder {
            Holder::Liaison => (world.clients[0].liaisons[0].name.clone(), None),
            Holder::Official(place) => (world.officials[place].name.clone(), Some(people.officials[place].id)),
            Holder::Named(name) => (name.to_owned(), None),
        };
        let grants = vec![Grant { role, reach }];
        let (password_hash, from) = (hash.to_owned(), site.hours.day(tx.now()));
        let new = NewAccount { login: login.into(), name, password_hash, official, grants, from };
        let account: AccountId = open_account(tx, site.area, new).await?;
        match holder {
            Holder::Liaison => people.of_liaisons[0][0] = account,
            Holder::Official(place) => people.of_officials[place] = account,
            Holder::Named(_) => {}
        }
    }
    Ok(())
}

fn cast(site: &Site, world: &World, people: &People) -> Vec<(&'static str, Role, Reach, Holder)> {
    let cast = world.cast;
    let city = Reach::Area(site.path());
    let held = |unit: usize, place: usize| {
        let first = world.officials.iter().position(|official| official.unit == unit);
        Holder::Official(first.unwrap_or(0) + place)
    };
    let inside = |unit: usize| Reach::Area(people.units[unit].area_path.clone());
    let bureau = Reach::Unit(people.units[cast.bureau].id);
    let commissioner = world.clients[0].commissioners.last().map_or(0, |held| held.official);
    let client = Reach::Clients(vec![people.clients[0].id]);
    let mut accounts = vec![
        ("qiye", Role::Liaison, client, Holder::Liaison),
        ("zhuanyuan", Role::Commissioner, Reach::Clients(Vec::new()), Holder::Official(commissioner)),
        ("chengban", Role::Handler, bureau.clone(), held(cast.bureau, 1)),
        ("fuze", Role::UnitHead, bureau, held(cast.bureau, 0)),
        ("fuwutai", Role::AreaDesk, inside(cast.desk), held(cast.desk, 0)),
        ("bianban", Role::Arbiter, inside(cast.desk), Holder::Named("编办")),
        ("zonghe", Role::Coordination, city.clone(), Holder::Named("综合协调组")),
        ("jiejue", Role::Solving, city.clone(), Holder::Named("问题解决组")),
        ("duban", Role::Supervision, city.clone(), Holder::Named("督办考核组")),
        ("lingdao", Role::Leader, city.clone(), Holder::Named("市领导")),
        ("xitong", Role::SystemAdmin, city.clone(), Holder::Named("系统管理员")),
        ("anquan", Role::SecurityAdmin, city.clone(), Holder::Named("安全管理员")),
        ("shenji", Role::AuditAdmin, city.clone(), Holder::Named("审计管理员")),
    ];
    accounts.extend(cast.city_desk.map(|desk| ("shifuwutai", Role::AreaDesk, city, held(desk, 0))));
    accounts.extend(cast.other_desk.map(|desk| ("zhucheng", Role::AreaDesk, inside(desk), held(desk, 0))));
    accounts
}
