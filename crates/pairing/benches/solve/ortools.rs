//! Google OR-Tools beside us: a Python process that solves the same network whenever it is told to.

use pairing::Problem;
use std::io::{BufRead, BufReader, BufWriter, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

/// The process, with the network read and waiting.
pub(crate) struct OrTools {
    child: Child,
    ask: ChildStdin,
    answers: BufReader<ChildStdout>,
}

/// One answer.
pub(crate) struct Answer {
    pub(crate) cost: i64,
    pub(crate) seconds: f64,
    pub(crate) megabytes: u64,
}

impl OrTools {
    /// Starts it with the interpreter that `WQT_ORTOOLS_PYTHON` names; without that there is nobody to compare with.
    pub(crate) fn start(problem: &Problem) -> Option<OrTools> {
        let python = std::env::var("WQT_ORTOOLS_PYTHON").ok()?;
        let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join("solve.min");
        write(problem, &file).expect("the network can be written");
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/solve/beside.py");
        let mut child = Command::new(python)
            .args([&script, &file])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("WQT_ORTOOLS_PYTHON names an interpreter");
        let ask = child.stdin.take().expect("it was piped");
        let mut answers = BufReader::new(child.stdout.take().expect("it was piped"));
        let mut ready = String::new();
        answers.read_line(&mut ready).expect("it can be heard");
        assert_eq!(ready, "ready\n", "OR-Tools did not start: is `ortools` installed for WQT_ORTOOLS_PYTHON?");
        Some(OrTools { child, ask, answers })
    }

    /// Has it solve the network once.
    pub(crate) fn solve(&mut self) -> Answer {
        writeln!(self.ask, "solve").expect("it listens");
        let mut line = String::new();
        self.answers.read_line(&mut line).expect("it answers");
        let mut words = line.split_whitespace();
        let mut word = || words.next().expect("cost, seconds, megabytes");
        Answer {
            cost: word().parse().expect("a cost"),
            seconds: word().parse().expect("seconds"),
            megabytes: word().parse().expect("megabytes"),
        }
    }
}

impl Drop for OrTools {
    fn drop(&mut self) {
        _ = self.child.kill();
        _ = self.child.wait();
    }
}

fn write(problem: &Problem, file: &Path) -> std::io::Result<()> {
    let mut out = BufWriter::new(std::fs::File::create(file)?);
    writeln!(out, "p min {} {}", problem.supplies().len(), problem.arcs().len())?;
    for (node, supply) in problem.supplies().iter().enumerate().filter(|(_, supply)| **supply != 0) {
        writeln!(out, "n {} {supply}", node + 1)?;
    }
    for arc in problem.arcs() {
        writeln!(out, "a {} {} {} {} {}", arc.from + 1, arc.to + 1, arc.low, arc.cap, arc.cost)?;
    }
    out.flush()
}
