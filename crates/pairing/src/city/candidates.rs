//! Whom the optimiser looks at first for each client: the cheapest of all, and of equals others for each neighbour; always
//! whoever looks after it now. Others are added when prices say that they could make a plan cheaper.

use super::sight::{Group, Sight, kind_index};
use std::collections::{HashMap, HashSet};

/// Pairs that are looked at, client by client; those added later come last, so that a plan can go on from the one before.
#[derive(Debug, Clone, Default)]
pub(crate) struct Candidates {
    /// Client, official, and what the pair costs apart from a change.
    pub pairs: Vec<(u32, u32, i64)>,
    /// Where the pairs of each client begin, among those that are not added later.
    starts: Vec<usize>,
    added: HashSet<(u32, u32)>,
}

impl Candidates {
    /// The first candidates of every client that has seats to fill.
    pub(crate) fn first(sight: &Sight<'_>) -> Self {
        let most = sight.city.rules.candidates.max(1) as usize;
        let mut orders: HashMap<_, Vec<(i64, u32)>> = HashMap::new();
        let mut found = Self::default();
        for (client, view) in sight.views.iter().enumerate() {
            found.starts.push(found.pairs.len());
            let seats = sight.seats[client];
            if !seats.lead && seats.extra == 0 {
                continue;
            }
            let order = orders.entry(*view).or_insert_with(|| {
                let cost = |group: &u32| Some((sight.cost(client, *group)?, *group));
                let mut order: Vec<_> = sight.visible(client).iter().filter_map(cost).collect();
                order.sort_unstable();
                order
            });
            found.of_client(sight, client, order, most);
        }
        found.starts.push(found.pairs.len());
        found
    }

    fn of_client(&mut self, sight: &Sight<'_>, client: usize, order: &[(i64, u32)], most: usize) {
        let kind = kind_index(sight.views[client].size.kind());
        let now = &sight.city.clients[client].now;
        let fixed = sight.city.clients[client].fixed.map(|fixed| fixed as u32);
        let may = |official: u32| {
            sight.rooms[official as usize].open[kind] > 0 && fixed != Some(official) && !sight.barred(client, official)
        };
        let first = self.pairs.len();
        for official in now {
            if may(*official as u32)
                && !self.pairs[first..].iter().any(|pair| pair.1 as usize == *official)
                && let Some(cost) = sight.pair(client, *official)
            {
                self.pairs.push((client as u32, *official as u32, cost));
            }
        }
        let lasts = self.pairs.len() + most;
        for (cost, group) in order {
            let Group { members, several, .. } = &sight.groups[*group as usize];
            if !sight.seat(client, *several) {
                continue;
            }
            // Neighbours begin elsewhere among equals, so that they do not all ask the same few.
            let begin = scattered(client) % members.len();
            for official in members[begin..].iter().chain(&members[..begin]) {
                if self.pairs.len() == lasts {
                    return;
                }
                if may(*official) && !now.contains(&(*official as usize)) {
                    self.pairs.push((client as u32, *official, *cost));
                }
            }
        }
    }

    pub(crate) fn holds(&self, client: u32, official: u32) -> bool {
        let range = self.starts[client as usize]..self.starts[client as usize + 1];
        self.pairs[range].iter().any(|pair| pair.1 == official) || self.added.contains(&(client, official))
    }

    /// Looks at one more pair, which it did not hold.
    pub(crate) fn add(&mut self, client: u32, official: u32, cost: i64) {
        self.pairs.push((client, official, cost));
        self.added.insert((client, official));
    }
}

/// A number for each client, far from its neighbour's.
fn scattered(client: usize) -> usize {
    (client as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15).rotate_left(20) as usize >> 8
}
