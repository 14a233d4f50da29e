//! How long the demo's county and city take to be planned: as they are paired by chance, and with nobody paired yet.
//!
//! `choices` is the number of pairs that the rules allow; the optimum is proved over all of them.

mod world;

use kernel::AreaCode;
use pairing::city::{City, Names, curve, explain, mend, plan};
use std::time::Instant;

fn main() {
    println!(
        "{:>12} {:>9} {:>8} {:>10} {:>8} {:>9} {:>8} {:>8}",
        "scale", "officials", "clients", "choices", "plan s", "cost", "changed", "unpaired"
    );
    for (name, scale) in [("county", demo::Scale::County), ("city", demo::Scale::City)] {
        let paired = world::city(scale);
        let mut fresh = paired.clone();
        fresh.clients.iter_mut().for_each(|client| client.now.clear());
        one(name, &paired);
        if name == "county" {
            points(&paired);
        }
        one(&format!("{name}, new"), &fresh);
        left(&paired);
        words(&paired);
    }
}

fn one(name: &str, city: &City) {
    let start = Instant::now();
    let plan = plan(city).expect("every city can be planned");
    let seconds = start.elapsed().as_secs_f64();
    let changed = plan.pairs.iter().filter(|pair| pair.parts.change > 0).count();
    println!(
        "{name:>12} {:>9} {:>8} {:>10} {seconds:>8.3} {:>9} {changed:>8} {:>8}",
        city.officials.len(),
        city.clients.len(),
        plan.choices,
        plan.cost.total(),
        plan.unpaired.len()
    );
}

/// The curve after three officials left.
fn points(city: &City) {
    let mut city = city.clone();
    // First everybody is paired as planned: then only who leaves is upset.
    for pair in plan(&city).expect("every city can be planned").pairs {
        city.clients[pair.client].now = vec![pair.official];
    }
    let leaving: Vec<usize> =
        [3, 700, 1400].into_iter().filter_map(|client| city.clients[client].now.first().copied()).collect();
    leaving.into_iter().for_each(|official| city.officials[official].left_out = true);
    let start = Instant::now();
    let points = curve(&city, &[]).expect("every county can be planned");
    let seconds = start.elapsed().as_secs_f64();
    let told: Vec<String> = points.iter().map(|point| format!("{}:{}", point.changed, point.fit)).collect();
    println!("three left: {} points in {seconds:.3} s (pairs changed : points): {}", points.len(), told.join(" "));
}

struct Numbers;

impl Names for Numbers {
    fn client(&self, client: usize) -> String {
        client.to_string()
    }

    fn official(&self, official: usize) -> String {
        official.to_string()
    }

    fn area(&self, area: AreaCode) -> String {
        area.to_string()
    }
}

/// One official leaves a planned city.
fn left(city: &City) {
    let mut city = city.clone();
    for pair in plan(&city).expect("every city can be planned").pairs {
        city.clients[pair.client].now = vec![pair.official];
    }
    let leaving = city.clients[7].now[0];
    city.officials[leaving].left_out = true;
    let start = Instant::now();
    let mended = mend(&city, &[]).expect("every city can be planned");
    let milliseconds = start.elapsed().as_secs_f64() * 1000.0;
    println!("{:>12} one left: {} pairs anew in {milliseconds:.1} ms", "", mended.pairs.len());
}

/// All explanations of a plan.
fn words(city: &City) {
    let plan = plan(city).expect("every city can be planned");
    let start = Instant::now();
    let explained = explain(city, &plan, &Numbers);
    let exact =
        explained.pairs.iter().filter(|why| why.next.as_ref().is_some_and(|next| next.rise == next.most)).count();
    let seconds = start.elapsed().as_secs_f64();
    println!(
        "{:>12} {} pairs explained in {seconds:.3} s, the next best exactly for {exact}",
        "",
        explained.pairs.len()
    );
}
