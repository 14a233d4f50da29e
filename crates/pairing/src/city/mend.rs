//! A few clients planned anew while everybody else stays: when somebody moves, retires, is ill, or an enterprise joins. The
//! rest of the city is only places that are taken, so this costs hardly anything.

use super::cost::Cost;
use super::people::{Bar, City};
use super::plan::{CityPlan, Pair, Refused, Unpaired, plan};
use super::sight::kind_index;
use kernel::AreaCode;
use kernel::words::AreaLevel;
use std::collections::BTreeSet;

/// What was found for the clients that were looked at.
#[derive(Debug, Clone)]
pub struct Mended {
    /// Their pairs: no others fit better while everybody else stays.
    pub pairs: Vec<Pair>,
    /// Whose seats stay empty.
    pub unpaired: Vec<Unpaired>,
    /// What these pairs and empty seats cost.
    pub cost: Cost,
}

/// Finds somebody for these clients, and for whose pair must not be any more ([`super::upset`]). All others stay, those who
/// have nobody included.
///
/// # Errors
/// As [`super::plan()`].
pub fn mend(city: &City, touched: &[usize]) -> Result<Mended, Refused> {
    super::plan::check(city)?;
    if let Some(stranger) = touched.iter().find(|client| **client >= city.clients.len()) {
        return Err(Refused::Unknown(*stranger));
    }
    let upset = super::moves::upset(city).into_iter().map(|(client, _)| client);
    let among: Vec<usize> = touched.iter().copied().chain(upset).collect::<BTreeSet<_>>().into_iter().collect();
    let others = city.clients.iter().enumerate().filter(|(client, _)| among.binary_search(client).is_err());
    let kept = others.flat_map(|(client, of)| {
        let officials = of.fixed.as_ref().map_or(of.now.as_slice(), std::slice::from_ref);
        officials.iter().map(move |official| (client, *official))
    });
    let CityPlan { mut pairs, mut unpaired, cost, .. } = plan(&part(city, &among, kept))?;
    pairs.iter_mut().for_each(|pair| pair.client = among[pair.client]);
    unpaired.iter_mut().for_each(|empty| empty.client = among[empty.client]);
    Ok(Mended { pairs, unpaired, cost })
}

/// A city of some clients alone, in this order: whoever is paired with others has so many places less, and whoever is out of
/// their reach is left out.
pub(crate) fn part(city: &City, among: &[usize], kept: impl Iterator<Item = (usize, usize)>) -> City {
    let counties: BTreeSet<AreaCode> = among.iter().map(|client| city.clients[*client].place.county).collect();
    let mut officials = city.officials.clone();
    for (client, official) in kept {
        let official = &mut officials[official];
        let held = [&mut official.held_enterprises, &mut official.held_projects];
        *held[kind_index(city.clients[client].kind())] += 1;
    }
    for official in &mut officials {
        let near = official.place.level() < AreaLevel::County || counties.contains(&official.place.county);
        official.left_out |= !near;
    }
    let clients = among.iter().map(|client| city.clients[*client].clone()).collect();
    let bars = city.bars.iter().filter_map(|bar| Some(Bar { client: among.binary_search(&bar.client).ok()?, ..*bar }));
    City { rules: city.rules.clone(), officials, clients, bars: bars.collect() }
}
