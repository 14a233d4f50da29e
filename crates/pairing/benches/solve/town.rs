//! A city to pair, by seed: officials, enterprises and projects of the proportions found in a real one, as a flow problem.
//!
//! `crates/pairing/data/README.md` describes the network. Scale 1 is a city of 15,000 officials and 22,000 tasks; 20 is a
//! province, whose officials of the highest level may still be sent anywhere, so that it does not fall apart into cities.

use pairing::{Arc, Problem};

/// Marginal cost of the first, second … place that one official fills: an even load is cheaper than a heap.
const LOAD: [i64; 7] = [0, 25, 60, 105, 160, 225, 300];
const NO_LEAD: i64 = 100_000;
const INDUSTRIES: u64 = 20;
/// Candidates among whom the cheapest are sought in one level: beyond that a task looks at a sample.
const SAMPLE: usize = 1_200;

#[derive(Clone, Copy, PartialEq)]
enum Level {
    City,
    County,
    Town,
}

struct Official {
    level: Level,
    county: usize,
    town: usize,
    rank: i64,
    department: u64,
    enterprises: i64,
    projects: i64,
    total: i64,
}

struct Task {
    project: bool,
    town: usize,
    industry: u64,
    size: i64,
    wanted: i64,
    last_year: Option<usize>,
}

struct Town {
    county: usize,
    at: (f64, f64),
}

struct Place {
    towns: Vec<Town>,
    seats: Vec<(f64, f64)>,
    officials: Vec<Official>,
}

/// Splitmix64: the same numbers on every machine.
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        mix(self.0)
    }

    fn below(&mut self, bound: usize) -> usize {
        (self.next() % bound as u64) as usize
    }

    fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1u64 << 53) as f64
    }

    /// An index, by weights in percent.
    fn weighted(&mut self, percents: &[u64]) -> usize {
        let mut thrown = self.next() % percents.iter().sum::<u64>();
        for (index, percent) in percents.iter().enumerate() {
            if thrown < *percent {
                return index;
            }
            thrown -= percent;
        }
        0
    }
}

fn mix(mut word: u64) -> u64 {
    word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    word ^ (word >> 31)
}

fn distance(a: (f64, f64), b: (f64, f64)) -> i64 {
    (a.0 - b.0).hypot(a.1 - b.1).round() as i64
}

/// The flow problem of a city of this scale, with so many candidates a task.
pub(crate) fn problem(scale: f64, candidates: usize, seed: u64) -> Problem {
    let of = |count: f64| ((count * scale).round() as usize).max(1);
    let mut dice = Dice(seed);
    let place = place(&mut dice, of(16.0), of(122.0), of(15_000.0));
    let tasks = tasks(&mut dice, &place, of(21_000.0), of(1_000.0));

    // Nodes: tasks, officials, then for the higher ranks a node per kind of task, then the sink.
    let first_official = tasks.len();
    let leaders: Vec<usize> = (0..place.officials.len()).filter(|index| place.officials[*index].rank >= 3).collect();
    let first_kind = first_official + place.officials.len();
    let mut kind_node = vec![0; place.officials.len()];
    for (index, official) in leaders.iter().enumerate() {
        kind_node[*official] = first_kind + index;
    }
    let sink = first_kind + 2 * leaders.len();
    let mut supplies = vec![0; sink + 1];
    supplies[..tasks.len()].fill(1);
    supplies[sink] = -(tasks.len() as i64);

    let mut arcs = Vec::with_capacity(tasks.len() * (candidates + 1) + place.officials.len() * 2 + leaders.len() * 2);
    let mut arc = |from: usize, to: usize, cap: i64, cost: i64| {
        arcs.push(Arc { from: from as u32, to: to as u32, low: 0, cap, cost });
    };
    let by_county = by_county(&place);
    let city: Vec<usize> =
        (0..place.officials.len()).filter(|index| place.officials[*index].level == Level::City).collect();
    for (node, task) in tasks.iter().enumerate() {
        for (official, cost) in
            choose(&mut dice, &place, &by_county[place.towns[task.town].county], &city, task, candidates)
        {
            let to = match place.officials[official].rank {
                3.. if task.project => kind_node[official] + leaders.len(),
                3.. => kind_node[official],
                _ => first_official + official,
            };
            arc(node, to, 1, cost);
        }
    }
    for official in &leaders {
        arc(kind_node[*official], first_official + official, place.officials[*official].enterprises, 0);
    }
    for official in &leaders {
        arc(kind_node[*official] + leaders.len(), first_official + official, place.officials[*official].projects, 0);
    }
    for (index, official) in place.officials.iter().enumerate() {
        for marginal in &LOAD[..official.total as usize] {
            arc(first_official + index, sink, 1, *marginal);
        }
    }
    for node in 0..tasks.len() {
        arc(node, sink, 1, NO_LEAD);
    }
    Problem::new(supplies, arcs).expect("the city is well-formed")
}

fn place(dice: &mut Dice, counties: usize, towns: usize, officials: usize) -> Place {
    let seats: Vec<(f64, f64)> = (0..counties).map(|_| (dice.unit() * 120.0, dice.unit() * 120.0)).collect();
    let towns = (0..towns.max(counties))
        .map(|index| {
            let county = index % counties;
            let near = |seat: f64, unit: f64| seat + (unit - 0.5) * 40.0;
            Town { county, at: (near(seats[county].0, dice.unit()), near(seats[county].1, dice.unit())) }
        })
        .collect::<Vec<_>>();
    let officials = (0..officials)
        .map(|_| {
            let (level, ranks) = match dice.weighted(&[8, 40, 52]) {
                0 => (Level::City, [0, 66, 24, 6, 4]),
                1 => (Level::County, [51, 41, 8, 0, 0]),
                _ => (Level::Town, [95, 5, 0, 0, 0]),
            };
            let town = dice.below(towns.len());
            let rank = dice.weighted(&ranks) as i64 + 1;
            let few = 1 + i64::from(dice.weighted(&[30, 70]) == 1);
            let (enterprises, projects) = [(few, few), (few, few), (2, 1), (3, 2), (4, 3)][rank as usize - 1];
            let total = if rank >= 3 { enterprises + projects } else { few };
            let department = dice.next() % 24;
            Official { level, county: towns[town].county, town, rank, department, enterprises, projects, total }
        })
        .collect();
    Place { towns, seats, officials }
}

fn tasks(dice: &mut Dice, place: &Place, enterprises: usize, projects: usize) -> Vec<Task> {
    let by_county = by_county(place);
    (0..enterprises + projects)
        .map(|index| {
            let project = index >= enterprises;
            // Towns differ in size: the lesser of two throws makes early towns the large ones.
            let town = dice.below(place.towns.len()).min(dice.below(place.towns.len()));
            let size = dice.weighted(if project { &[55, 31, 14] } else { &[46, 38, 12, 4] }) as i64 + 1;
            let wanted = if project { size + 1 } else { (size - 1).max(1) };
            let near = &by_county[place.towns[town].county];
            let last_year = (dice.unit() < 0.83 && !near.is_empty()).then(|| near[dice.below(near.len())]);
            Task { project, town, industry: dice.next() % INDUSTRIES, size, wanted, last_year }
        })
        .collect()
}

fn by_county(place: &Place) -> Vec<Vec<usize>> {
    let mut lists = vec![Vec::new(); place.seats.len()];
    for (index, official) in place.officials.iter().enumerate() {
        if official.level != Level::City {
            lists[official.county].push(index);
        }
    }
    lists
}

/// Three in five from the cheapest (with a spread, so that neighbours differ), the others at random, last year's always.
fn choose(
    dice: &mut Dice,
    place: &Place,
    near: &[usize],
    city: &[usize],
    task: &Task,
    candidates: usize,
) -> Vec<(usize, i64)> {
    let mut allowed: Vec<(i64, usize, i64)> = Vec::new();
    for list in [near, city] {
        let start = if list.len() > SAMPLE { dice.below(list.len()) } else { 0 };
        for official in list.iter().cycle().skip(start).take(list.len().min(SAMPLE)) {
            if may_lead(&place.officials[*official], task) {
                let cost = cost(place, *official, task);
                allowed.push((cost + dice.below(40) as i64, *official, cost));
            }
        }
    }
    let cheapest = (candidates * 3 / 5).min(allowed.len());
    if cheapest < allowed.len() {
        allowed.select_nth_unstable(cheapest);
    }
    for place in cheapest..candidates.min(allowed.len()) {
        let other = place + dice.below(allowed.len() - place);
        allowed.swap(place, other);
    }
    let mut chosen: Vec<(usize, i64)> =
        allowed[..candidates.min(allowed.len())].iter().map(|(_, official, cost)| (*official, *cost)).collect();
    if let Some(lead) = task.last_year
        && may_lead(&place.officials[lead], task)
        && chosen.iter().all(|(official, _)| *official != lead)
    {
        chosen.pop();
        chosen.push((lead, cost(place, lead, task)));
    }
    chosen.sort_unstable();
    chosen
}

fn may_lead(official: &Official, task: &Task) -> bool {
    match (task.project, task.size) {
        (false, _) => true,
        (true, 3) => official.rank >= 3,
        (true, 2) => official.level == Level::City || official.level == Level::County && official.rank >= 2,
        (true, _) => official.level == Level::County || official.rank >= 2,
    }
}

fn cost(place: &Place, index: usize, task: &Task) -> i64 {
    let official = &place.officials[index];
    let town = &place.towns[task.town];
    let locality = match official.level {
        Level::City => 40 + distance(town.at, (60.0, 60.0)),
        Level::County => 20 + distance(town.at, place.seats[official.county]),
        Level::Town if official.town == task.town => 0,
        Level::Town => 120 + distance(town.at, place.towns[official.town].at),
    };
    let noise = (mix((index as u64) << 20 | task.town as u64) % 10) as i64;
    let mismatch = match official.department {
        0..14 => match (official.department + INDUSTRIES - task.industry) % INDUSTRIES {
            0 | 7 => 0,
            1 | 5 | 11 | 16 => 30,
            _ => 80,
        },
        14..18 => 25,
        _ => 60,
    };
    let level = if task.project { 60 } else { 25 } * (task.wanted - official.rank).abs();
    let moved = if task.last_year.is_some_and(|lead| lead != index) { 60 } else { 0 };
    locality + noise + mismatch + level + moved
}
