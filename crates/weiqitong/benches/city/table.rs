//! The figures of one run, as the table that docs/benchmarks.md holds.

use std::fmt;

pub struct Table {
    scale: String,
    lines: Vec<[String; 5]>,
}

pub fn median(values: &[f64]) -> f64 {
    percentile(values, 50)
}

fn percentile(values: &[f64], percent: usize) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted[(sorted.len() * percent / 100).min(sorted.len() - 1)]
}

fn verdict(good: bool) -> &'static str {
    if good { "met" } else { "**missed**" }
}

impl Table {
    pub fn new(scale: &str) -> Self {
        Self { scale: scale.into(), lines: Vec::new() }
    }

    fn line(&mut self, database: &str, what: &str, figure: String, goal: String, kept: &str) {
        eprintln!("{database}: {what}: {figure} (goal {goal}) {kept}");
        self.lines.push([database.into(), what.into(), figure, goal, kept.into()]);
    }

    /// A figure without a goal.
    pub fn say(&mut self, database: &str, what: &str, figure: String) {
        self.line(database, what, figure, "—".into(), "");
    }

    /// Ours per second against a reference in the same minutes.
    pub fn against(&mut self, database: &str, what: &str, ours: f64, reference: f64, least: f64) {
        let ratio = ours / reference;
        let figure = format!("{ratio:.2} × ({ours:.0} / {reference:.0} per s)");
        self.line(database, what, figure, format!("≥ {least} ×"), verdict(ratio >= least));
    }

    /// Ours per second against the faster of Request Tracker and Redmine, as measured apart.
    pub fn peers(&mut self, database: &str, what: &str, ours: f64, peer: f64) {
        let times = ours / peer;
        let figure = format!("{times:.0} × ({ours:.0} / {peer:.0} per s)");
        self.line(
            database,
            &format!("{what}, against the faster peer"),
            figure,
            "≥ 50 ×".into(),
            verdict(times >= 50.0),
        );
    }

    pub fn spread(&mut self, database: &str, what: &str, ms: &[f64]) {
        let (half, most) = (median(ms), percentile(ms, 99));
        let figure = format!("p50 {half:.2} ms, p99 {most:.2} ms: {:.1} ×", most / half);
        self.line(database, what, figure, "p99 < 3 × p50".into(), verdict(most < 3.0 * half));
    }

    /// A spread without a goal.
    pub fn spread_of(&mut self, database: &str, what: &str, ms: &[f64]) {
        let (half, most) = (median(ms), percentile(ms, 99));
        self.say(database, what, format!("p50 {half:.2} ms, p99 {most:.2} ms"));
    }

    pub fn flat(&mut self, database: &str, what: &str, large: &[f64], small: &[f64]) {
        let ratio = median(large) / median(small);
        self.line(database, what, format!("{ratio:.2} ×"), "≤ 1.5 ×".into(), verdict(ratio <= 1.5));
    }

    pub fn at_most(&mut self, database: &str, what: &str, value: f64, most: f64, unit: &str) {
        self.line(database, what, format!("{value:.0} {unit}"), format!("< {most} {unit}"), verdict(value < most));
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "Scale: {}. Two connections; ours and the reference in turn, medians of three rounds.\n",
            self.scale
        )?;
        writeln!(f, "| database | what | figure | goal | |\n|---|---|---|---|---|")?;
        for [database, what, figure, goal, kept] in &self.lines {
            writeln!(f, "| {database} | {what} | {figure} | {goal} | {kept} |")?;
        }
        Ok(())
    }
}
