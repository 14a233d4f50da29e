//! Time by the clock on the wall and by what the processor did for us, and the peak of memory.

use std::fs;
use std::time::Instant;

/// Seconds.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Taken {
    pub(crate) wall: f64,
    pub(crate) cpu: f64,
}

/// Does something, and says how long it took.
pub(crate) fn timed<T>(work: impl FnOnce() -> T) -> (T, Taken) {
    let (start, cpu) = (Instant::now(), cpu());
    let done = work();
    (done, Taken { wall: start.elapsed().as_secs_f64(), cpu: self::cpu() - cpu })
}

/// The middle one by processor time, which others on the machine disturb least.
pub(crate) fn median(mut taken: Vec<Taken>) -> Taken {
    taken.sort_by(|a, b| a.cpu.total_cmp(&b.cpu));
    taken[taken.len() / 2]
}

/// The peak of memory counts from here.
pub(crate) fn reset_peak() {
    fs::write("/proc/self/clear_refs", "5").expect("Linux counts memory");
}

/// The peak since then, in megabytes.
pub(crate) fn peak() -> u64 {
    let status = fs::read_to_string("/proc/self/status").expect("Linux counts memory");
    let kilobytes =
        status.lines().find_map(|line| line.strip_prefix("VmHWM:")?.split_whitespace().next()?.parse().ok());
    kilobytes.map(|kilobytes: u64| kilobytes / 1024).expect("a peak")
}

/// Seconds this process has been running on a processor.
fn cpu() -> f64 {
    let stat = fs::read_to_string("/proc/self/schedstat").expect("Linux counts time");
    let nanoseconds: f64 = stat.split_whitespace().next().and_then(|word| word.parse().ok()).expect("nanoseconds");
    nanoseconds / 1e9
}
