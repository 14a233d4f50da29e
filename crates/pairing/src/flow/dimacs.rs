//! Networks as text, in the DIMACS form for minimum-cost flow: strict, with the line number in every refusal.
//!
//! `p min NODES ARCS`, then `n ID SUPPLY` for nodes that send or take, then `a FROM TO LOW CAP COST`; `c` begins a remark.
//! Nodes count from 1. A flow is written as `s COST` and a line `f FROM TO FLOW` for each arc that carries something.

use crate::flow::problem::{Arc, Malformed, Problem};
use crate::flow::solver::Plan;
use std::fmt::Write;
use thiserror::Error;

/// Why a text is no network.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Refused {
    /// Something is wrong with one line.
    #[error("第 {line} 行：{why}")]
    Line {
        /// The line, from 1.
        line: usize,
        /// What to mend.
        why: String,
    },
    /// Something is wrong with the whole.
    #[error("{0}")]
    Whole(String),
}

/// Reads a network.
///
/// # Errors
/// With the first line that is wrong, or what is wrong with the whole.
pub fn read(text: &[u8]) -> Result<Problem, Refused> {
    let mut reader = Reader::default();
    for (index, line) in text.split(|byte| *byte == b'\n').enumerate() {
        reader.line(line).map_err(|why| Refused::Line { line: index + 1, why })?;
    }
    reader.finish()
}

/// The flow of a plan, one line for each arc that carries something, after its cost.
#[must_use]
pub fn write(problem: &Problem, plan: &Plan) -> String {
    let mut text = format!("s {}\n", plan.cost);
    for (arc, flow) in problem.arcs().iter().zip(&plan.flow) {
        if *flow != 0 {
            // Writing into a String cannot fail.
            _ = writeln!(text, "f {} {} {flow}", arc.from + 1, arc.to + 1);
        }
    }
    text
}

#[derive(Default)]
struct Reader {
    /// From the `p` line, once it is there.
    announced: Option<usize>,
    supplies: Vec<i64>,
    given: Vec<bool>,
    arcs: Vec<Arc>,
}

impl Reader {
    fn line(&mut self, line: &[u8]) -> Result<(), String> {
        let mut words = line.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty());
        match words.next() {
            None | Some(b"c") => return Ok(()),
            Some(b"p") => self.size(&mut words)?,
            Some(b"n") => self.node(&mut words)?,
            Some(b"a") => self.arc(&mut words)?,
            Some(word) => return Err(format!("行首应为 c、p、n 或 a，收到“{}”", shown(word))),
        }
        match words.next() {
            Some(word) => Err(format!("行末多出“{}”", shown(word))),
            None => Ok(()),
        }
    }

    fn size<'a>(&mut self, words: &mut impl Iterator<Item = &'a [u8]>) -> Result<(), String> {
        if self.announced.is_some() {
            return Err("p 行只能有一行".to_owned());
        }
        let kind = words.next().unwrap_or(b"");
        if kind != b"min" {
            return Err(format!("p 行应为“p min 节点数 弧数”，收到的类型是“{}”", shown(kind)));
        }
        let count = |name: &str, number: i64| {
            usize::try_from(number)
                .ok()
                .filter(|count| *count < 1 << 31)
                .ok_or_else(|| format!("{name} {number} 应在 0 到 {} 之间", (1_u32 << 31) - 1))
        };
        let nodes = count("节点数", number(words, "节点数")?)?;
        let arcs = count("弧数", number(words, "弧数")?)?;
        self.announced = Some(arcs);
        // The counts are only announced: memory for arcs is taken as they come, not on a stranger's word.
        self.arcs.reserve(arcs.min(1 << 20));
        self.supplies = vec![0; nodes];
        self.given = vec![false; nodes];
        Ok(())
    }

    fn node<'a>(&mut self, words: &mut impl Iterator<Item = &'a [u8]>) -> Result<(), String> {
        let node = self.id(words, "节点")?;
        let supply = number(words, "供应")?;
        if std::mem::replace(&mut self.given[node], true) {
            return Err(format!("节点 {} 的供应已经给过", node + 1));
        }
        self.supplies[node] = supply;
        Ok(())
    }

    fn arc<'a>(&mut self, words: &mut impl Iterator<Item = &'a [u8]>) -> Result<(), String> {
        let from = self.id(words, "起点")? as u32;
        let to = self.id(words, "终点")? as u32;
        let (low, cap, cost) = (number(words, "流量下限")?, number(words, "容量")?, number(words, "费用")?);
        if low < 0 || cap < 0 {
            return Err(format!("流量下限 {low} 和容量 {cap} 不能为负"));
        }
        if low > cap {
            return Err(format!("流量下限 {low} 大于容量 {cap}"));
        }
        if self.announced == Some(self.arcs.len()) {
            return Err(format!("弧多于 p 行所说的 {} 条", self.arcs.len()));
        }
        self.arcs.push(Arc { from, to, low, cap, cost });
        Ok(())
    }

    fn id<'a>(&self, words: &mut impl Iterator<Item = &'a [u8]>, name: &str) -> Result<usize, String> {
        let id = number(words, name)?;
        if self.announced.is_none() {
            return Err("p 行应在节点和弧之前".to_owned());
        }
        match usize::try_from(id) {
            Ok(id) if (1..=self.supplies.len()).contains(&id) => Ok(id - 1),
            _ => Err(format!("{name} {id} 超出节点范围 1..{}", self.supplies.len())),
        }
    }

    fn finish(self) -> Result<Problem, Refused> {
        let Some(announced) = self.announced else {
            return Err(Refused::Whole("缺少“p min 节点数 弧数”行".to_owned()));
        };
        if self.arcs.len() != announced {
            let found = self.arcs.len();
            return Err(Refused::Whole(format!("p 行说有 {announced} 条弧，实际只有 {found} 条")));
        }
        Problem::new(self.supplies, self.arcs).map_err(|malformed: Malformed| Refused::Whole(malformed.to_string()))
    }
}

/// The next word as a whole number.
fn number<'a>(words: &mut impl Iterator<Item = &'a [u8]>, name: &str) -> Result<i64, String> {
    let word = words.next().ok_or_else(|| format!("缺少{name}"))?;
    let (negative, digits) = match word {
        [b'-', digits @ ..] => (true, digits),
        digits => (false, digits),
    };
    let mut value = 0_i64;
    for digit in digits {
        if !digit.is_ascii_digit() {
            return Err(format!("{name}应为整数，收到“{}”", shown(word)));
        }
        let digit = i64::from(digit - b'0');
        value = value
            .checked_mul(10)
            .and_then(|value| value.checked_add(digit))
            .ok_or_else(|| format!("{name}“{}”超出 64 位整数的范围", shown(word)))?;
    }
    if digits.is_empty() {
        return Err(format!("{name}应为整数，收到“{}”", shown(word)));
    }
    Ok(if negative { -value } else { value })
}

/// A word as it can be repeated to a person: short, and readable whatever was in it.
fn shown(word: &[u8]) -> String {
    let text = String::from_utf8_lossy(word);
    if text.chars().count() > 20 { text.chars().take(20).chain(['…']).collect() } else { text.into_owned() }
}
