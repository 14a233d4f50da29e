//! Google OR-Tools beside us: a Python process that solves the same network whenever it is told to.

use crate::clock::Taken;
use pairing::Problem;
use std::io::{BufRead, BufReader, BufWriter, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

/// The process, with the network on disk for it.
pub(crate) struct OrTools {
    child: Child,
    ask: ChildStdin,
    answers: BufReader<ChildStdout>,
}

/// One answer.
pub(crate) struct Answer {
    pub(crate) cost: i64,
    pub(crate) taken: Taken,
    pub(crate) megabytes: u64,
}

impl OrTools {
    /// Starts it with the interpreter that `WQT_ORTOOLS_PYTHON` names; without that there is nobody to compare with.
    pub(crate) fn start(problem: &Problem) -> Option<OrTools> {
        let python = std::env::var("WQT_ORTOOLS_PYTHON").ok().filter(|python| !python.is_empty())?;
        let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join("solve.numbers");
        write(problem, &file).expect("the network can be written");
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/solve/beside.py");
        let mut child = Command::new(python)
            .args([&script, &file])
            .args([problem.supplies().len().to_string(), problem.arcs().len().to_string()])
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
        let mut word = || words.next().expect("cost, seconds twice, megabytes");
        Answer {
            cost: word().parse().expect("a cost"),
            taken: Taken { wall: word().parse().expect("seconds"), cpu: word().parse().expect("seconds") },
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

/// Supplies, tails, heads, capacities, costs: column after column.
fn write(problem: &Problem, file: &Path) -> std::io::Result<()> {
    let mut out = BufWriter::new(std::fs::File::create(file)?);
    let arcs = problem.arcs();
    problem.supplies().iter().try_for_each(|supply| out.write_all(&supply.to_le_bytes()))?;
    arcs.iter().try_for_each(|arc| out.write_all(&arc.from.to_le_bytes()))?;
    arcs.iter().try_for_each(|arc| out.write_all(&arc.to.to_le_bytes()))?;
    arcs.iter().try_for_each(|arc| out.write_all(&arc.cap.to_le_bytes()))?;
    arcs.iter().try_for_each(|arc| out.write_all(&arc.cost.to_le_bytes()))?;
    out.flush()
}
