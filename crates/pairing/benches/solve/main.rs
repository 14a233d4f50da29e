//! proto
mod town;
use std::time::Instant;
fn main() {
    let a: Vec<String> = std::env::args().filter(|a| a != "--bench").collect();
    let t = Instant::now();
    let p = town::problem(a[1].parse().unwrap(), a[2].parse().unwrap(), 1);
    println!("gen {:?} n {} m {}", t.elapsed(), p.supplies().len(), p.arcs().len());
    for _ in 0..2 {
        println!("cost {}", pairing::solver::proto(&p));
    }
}
