//! Who stands back from whom in the demo county, as its coordination group entered it: so that the pages about that, and the
//! next round of pairings, have something to show.

use super::actor;
use super::people::People;
use demo::World;
use kernel::id::AccountId;
use kernel::words::{BarGround, BarKind};
use kernel::{Day, Problem, Reach, Role};
use platform::pairing::bars::{self, NewBar};
use store::Tx;

/// Every so many clients of the county, an official of another place in its lists stands back from one.
const EVERY: usize = 17;
const GROUNDS: &[(BarGround, &str)] = &[
    (BarGround::Family, "配偶在该企业任财务负责人。"),
    (BarGround::Shareholding, "本人亲属持有该企业股份。"),
    (BarGround::Other, "本人到任前曾在该企业任职，离职未满三年。"),
];

/// Enters a recusal for each of [`GROUNDS`], and the unit that asked to be left out.
///
/// # Errors
/// When the database fails.
pub(super) async fn enter(tx: &Tx, world: &World, people: &People, from: Day) -> Result<(), Problem> {
    let actor = actor(AccountId::mint(tx.now()), "综合协调组", Role::Coordination, Reach::Everything);
    let scope = actor.scope().ok_or(Problem::NotFound)?;
    let county = people.units[world.cast.bureau].county_id;
    let clients = people.clients.iter().zip(&world.clients).filter(|(client, _)| client.county_id == county);
    let officials: Vec<usize> =
        (0..people.officials.len()).filter(|place| people.officials[*place].county_id == county).collect();
    for ((place, (client, planned)), (ground, note)) in clients.enumerate().step_by(EVERY).skip(1).zip(GROUNDS) {
        // Somebody who does not look after it now.
        let held = |official: &&usize| planned.commissioners.iter().all(|held| held.official != **official);
        let Some(official) = officials.iter().cycle().skip(place).take(officials.len()).find(held) else { continue };
        let new = NewBar {
            kind: BarKind::Recusal,
            client: Some(client.id),
            official: Some(people.officials[*official].id),
            unit: None,
            ground: Some(*ground),
            note: (*note).to_owned(),
            from,
            until: None,
        };
        bars::enter(tx, &actor, &scope, new).await?;
    }
    let Some(unit) = people.units.iter().find(|unit| unit.county_id == county && unit.name.ends_with("统计局"))
    else {
        return Ok(());
    };
    let new = NewBar {
        kind: BarKind::UnitOut,
        client: None,
        official: None,
        unit: Some(unit.id),
        ground: None,
        note: "承担经济普查登记，抽不出人手，申请本年度不参加包靠。".to_owned(),
        from,
        until: None,
    };
    bars::enter(tx, &actor, &scope, new).await.map(drop)
}
