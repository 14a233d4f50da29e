//! Why some clients have nobody: the smallest set of clients that compete for too few places, and what would have to give.
//!
//! A client without commissioner wants any of some places; all are taken by clients that want no others, and so on: these
//! clients together are more than the places that any of them may have. Each remedy is tried: those clients are planned again
//! under the changed rules, all others left as they are.

use super::explain::{Explainer, Names};
use super::fit::quota;
use super::mend::part;
use super::network::NONE;
use super::people::{City, Size};
use super::plan::plan;
use super::rules::Rules;
use super::sight::Sight;
use kernel::AreaCode;
use kernel::words::{ClientKind, PairingPart};
use std::collections::{BTreeMap, BTreeSet};

/// For so many gaps remedies are tried; the largest come first.
const TRIED: usize = 12;
/// So many exclusions of one gap are tried.
const BARS: usize = 10;
/// So many remedies are told.
const TOLD: usize = 6;

/// Clients that compete for too few places.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gap {
    /// Those who have nobody and find their smallest reason here.
    pub clients: Vec<usize>,
    /// How many compete.
    pub among: usize,
    /// How many places there are for all of them.
    pub places: usize,
    /// How many have nobody: these clients, and those whose smaller reason is part of this one.
    pub lacks: usize,
    /// The gap as a sentence.
    pub text: String,
    /// What would help, the most helpful first.
    pub remedies: Vec<Remedy>,
}

/// Something that would help, tried and found true.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remedy {
    /// What to do, as a sentence.
    pub text: String,
    /// How many more would have somebody.
    pub helps: usize,
}

/// All gaps of a plan.
pub(super) fn gaps(explainer: &mut Explainer<'_>, names: &dyn Names) -> Vec<Gap> {
    let network = &explainer.plan.proof.network;
    let alone = explainer.plan.unpaired.iter().filter(|unpaired| unpaired.part == PairingPart::Lead);
    let mut left: Vec<usize> = alone.map(|unpaired| unpaired.client).collect();
    // Whoever has the fewest choices has the smallest reason; whoever is found in it shares it.
    left.sort_by_cached_key(|client| (explainer.sight.choices_of(*client), *client));
    let all: BTreeSet<usize> = left.iter().copied().collect();
    let mut found: Vec<(Vec<usize>, Vec<usize>)> = Vec::new();
    while let Some(first) = left.first().copied() {
        let own = network.own[first];
        let start = if own == NONE { network.classes[network.class_of[first] as usize].node } else { own };
        let nodes: BTreeSet<u32> = explainer.residual.wanted(start).into_iter().collect();
        let holds = |client: &usize| {
            let own = network.own[*client];
            let class = network.class_of[*client];
            class != NONE && nodes.contains(&if own == NONE { network.classes[class as usize].node } else { own })
        };
        let among: Vec<usize> = (0..explainer.sight.views.len()).filter(holds).collect();
        let (here, others) = left.into_iter().partition(holds);
        left = others;
        found.push((here, among));
    }
    found.sort_by_key(|(clients, among)| (std::cmp::Reverse(clients.len()), among.first().copied()));
    let gap = |(place, (mut clients, among)): (usize, (Vec<usize>, Vec<usize>))| {
        clients.sort_unstable();
        let lacks = among.iter().filter(|client| all.contains(client)).count();
        let text = sentence(explainer.sight.city, &among, lacks, names);
        let remedies = if place < TRIED { remedies(explainer, &among, names) } else { Vec::new() };
        Gap { places: among.len() - lacks, among: among.len(), lacks, clients, text, remedies }
    };
    found.into_iter().enumerate().map(gap).collect()
}

/// Who competes, for how many places, and how many are missing.
fn sentence(city: &City, among: &[usize], lacks: usize, names: &dyn Names) -> String {
    let mut kinds: BTreeMap<(AreaCode, Size), usize> = BTreeMap::new();
    for client in among {
        let of = &city.clients[*client];
        *kinds.entry((of.place.county, of.size)).or_default() += 1;
    }
    let mut kinds: Vec<((AreaCode, Size), usize)> = kinds.into_iter().collect();
    kinds.sort_by_key(|(kind, count)| (std::cmp::Reverse(*count), *kind));
    let told = |((area, size), count): &((AreaCode, Size), usize)| {
        let measure = if size.kind() == ClientKind::Enterprise { "家" } else { "个" };
        format!("{}的 {count} {measure}{}", names.area(*area), size.label())
    };
    let (shown, more) = kinds.split_at(kinds.len().min(3));
    let who = shown.iter().map(told).collect::<Vec<_>>().join("、");
    let rest: usize = more.iter().map(|(_, count)| count).sum();
    let who = if rest > 0 { format!("{who}等 {} 个", among.len()) } else { who };
    let together = if kinds.len() > 1 { "一共" } else { "" };
    match among.len() - lacks {
        0 => format!("{who}{together}没有一个可用的名额"),
        places => format!("{who}{together}只有 {places} 个名额，还差 {lacks} 个"),
    }
}

/// What would help these clients, all others left as they are.
fn remedies(explainer: &Explainer<'_>, among: &[usize], names: &dyn Names) -> Vec<Remedy> {
    let others = explainer.plan.pairs.iter().filter(|pair| among.binary_search(&pair.client).is_err());
    let alone = part(explainer.sight.city, among, others.map(|pair| (pair.client, pair.official)));
    let lacks = |city: &City| {
        plan(city).map(|plan| plan.unpaired.iter().filter(|empty| empty.part == PairingPart::Lead).count())
    };
    let Ok(before) = lacks(&alone) else { return Vec::new() };
    let mut found = Vec::new();
    let mut look = |text: String, city: &City| {
        let after = lacks(city).unwrap_or(before);
        if after < before {
            found.push(Remedy { text, helps: before - after });
        }
    };
    for (text, rules) in other_rules(&alone) {
        look(text, &City { rules, ..alone.clone() });
    }
    for bar in 0..alone.bars.len().min(BARS) {
        let mut city = alone.clone();
        let bar = city.bars.remove(bar);
        let (client, official) = (names.client(among[bar.client]), names.official(bar.official));
        look(format!("解除“{client}”与{official}的回避（{}）", bar.ground.label()), &city);
    }
    found.sort_by(|one, other| other.helps.cmp(&one.helps).then_with(|| one.text.cmp(&other.text)));
    found.truncate(TOLD);
    found
}

/// Changes of one rule each that could give these clients more places.
fn other_rules(city: &City) -> Vec<(String, Rules)> {
    let kinds: BTreeSet<ClientKind> = city.clients.iter().map(super::people::Client::kind).collect();
    let sizes: BTreeSet<Size> = city.clients.iter().map(|client| client.size).collect();
    let here = |place: usize| {
        let pool = &city.rules.pools[place];
        city.officials.iter().any(|official| {
            !official.left_out && quota(&city.rules, official).is_some_and(|found| found.key == pool.key)
        })
    };
    let mut found = Vec::new();
    for place in (0..city.rules.pools.len()).filter(|place| here(*place)) {
        for kind in &kinds {
            let mut rules = city.rules.clone();
            let pool = &mut rules.pools[place];
            let places = match kind {
                ClientKind::Enterprise => &mut pool.enterprises,
                ClientKind::Project => &mut pool.projects,
            };
            let max = places.max;
            places.max += 1;
            pool.total += 1;
            if *kind == ClientKind::Project && pool.project_levels.is_empty() {
                continue;
            }
            found.push((format!("把“{}”的{kind}上限由 {max} 提高到 {}", pool.name, max + 1), rules));
        }
        for size in &sizes {
            let Size::Project(level) = *size else { continue };
            let mut rules = city.rules.clone();
            let pool = &mut rules.pools[place];
            if !pool.project_levels.contains(&level) && pool.projects.max > 0 {
                pool.project_levels.push(level);
                found.push((format!("允许“{}”联系{}", pool.name, size.label()), rules));
            }
        }
    }
    for (place, enforcer) in city.rules.enforcers.iter().enumerate() {
        let mut rules = city.rules.clone();
        rules.enforcers.remove(place);
        found.push((format!("不再要求“{}”单位回避被监管企业", enforcer.word), rules));
    }
    found
}

impl Sight<'_> {
    /// How many officials the rules allow for one client.
    fn choices_of(&self, client: usize) -> usize {
        let may = |group: &&u32| self.cost(client, **group).is_some();
        let groups = self.visible(client).iter().filter(may);
        groups.map(|group| self.groups[*group as usize].members.len()).sum()
    }
}
