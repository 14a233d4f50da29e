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
#[error("第 {line} 行：{why}")]
pub struct Refused {
    /// The line, from 1: where it is wrong, or where the number stands that the whole contradicts.
    pub line: usize,
    /// What to mend.
    pub why: String,
}

/// Reads a network.
///
/// # Errors
/// With the first line that is wrong, or what is wrong with the whole.
pub fn read(text: &[u8]) -> Result<Problem, Refused> {
    let mut reader = Reader { words: Words { text, at: 0 }, ..Reader::default() };
    let mut line = 0;
    while reader.words.at < text.len() {
        line += 1;
        reader.line(line).map_err(|why| Refused { line, why })?;
    }
    reader.finish(line)
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
struct Reader<'a> {
    words: Words<'a>,
    supplies: Vec<i64>,
    given: Vec<bool>,
    arcs: Vec<Arc>,
    /// From the `p` line, once it is there.
    announced: Option<usize>,
    /// Where that was, and where the last supply was given.
    size_line: usize,
    supply_line: usize,
}

impl Reader<'_> {
    fn line(&mut self, line: usize) -> Result<(), String> {
        match self.words.next() {
            None => {}
            Some(b"c") => self.words.skip(),
            Some(b"a") => self.arc()?,
            Some(b"n") => {
                self.supply_line = line;
                self.node()?;
            }
            Some(b"p") => {
                if self.announced.is_some() {
                    return Err("p 行只能有一行".to_owned());
                }
                self.size_line = line;
                self.size()?;
            }
            Some(word) => return Err(format!("行首应为 c、p、n 或 a，收到“{}”", shown(word))),
        }
        if let Some(word) = self.words.next() {
            return Err(format!("行末多出“{}”", shown(word)));
        }
        self.words.at += 1;
        Ok(())
    }

    fn size(&mut self) -> Result<(), String> {
        let kind = self.words.next().unwrap_or(b"");
        if kind != b"min" {
            return Err(format!("p 行应为“p min 节点数 弧数”，收到的类型是“{}”", shown(kind)));
        }
        let most = (1_i64 << 31) - 1;
        let count = |name: &str, number: i64| {
            let fits = usize::try_from(number).ok().filter(|_| number <= most);
            fits.ok_or_else(|| format!("{name} {number} 应在 0 到 {most} 之间"))
        };
        let nodes = count("节点数", self.words.number("节点数")?)?;
        let arcs = count("弧数", self.words.number("弧数")?)?;
        // Memory is taken on the strength of what is there, not on a stranger's word: every node that matters is named.
        if nodes > self.words.text.len().max(FEW) {
            return Err(format!("节点数 {nodes} 与文件大小不符"));
        }
        self.announced = Some(arcs);
        self.arcs.reserve(arcs.min(self.words.text.len() / SHORTEST));
        self.supplies = vec![0; nodes];
        self.given = vec![false; nodes];
        Ok(())
    }

    fn node(&mut self) -> Result<(), String> {
        let node = self.id("节点")? as usize;
        let supply = self.words.number("供应")?;
        if std::mem::replace(&mut self.given[node], true) {
            return Err(format!("节点 {} 的供应已经给过", node + 1));
        }
        self.supplies[node] = supply;
        Ok(())
    }

    fn arc(&mut self) -> Result<(), String> {
        let (from, to) = (self.id("起点")?, self.id("终点")?);
        let (low, cap) = (self.words.number("流量下限")?, self.words.number("容量")?);
        let cost = self.words.number("费用")?;
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

    fn id(&mut self, name: &str) -> Result<u32, String> {
        let id = self.words.number(name)?;
        if self.announced.is_none() {
            return Err("p 行应在节点和弧之前".to_owned());
        }
        let nodes = self.supplies.len();
        match u32::try_from(id) {
            Ok(id) if (1..=nodes).contains(&(id as usize)) => Ok(id - 1),
            _ => Err(format!("{name} {id} 超出节点范围 1..{nodes}")),
        }
    }

    fn finish(self, last: usize) -> Result<Problem, Refused> {
        let Some(announced) = self.announced else {
            return Err(Refused { line: last.max(1), why: "缺少“p min 节点数 弧数”行".to_owned() });
        };
        let found = self.arcs.len();
        if found != announced {
            let why = format!("p 行说有 {announced} 条弧，实际只有 {found} 条");
            return Err(Refused { line: self.size_line, why });
        }
        let (text, supplies) = (self.words.text, self.supply_line.max(self.size_line));
        Problem::new(self.supplies, self.arcs).map_err(|malformed| Refused {
            line: match &malformed {
                Malformed::TooLarge { arc: Some(arc), .. } => line_of_arc(text, *arc).unwrap_or(last),
                _ => supplies,
            },
            why: malformed.to_string(),
        })
    }
}

/// So many nodes may be announced whatever the size of the text.
const FEW: usize = 1 << 16;
/// The shortest line of an arc, in bytes.
const SHORTEST: usize = 12;

/// Where the arc of this number, from 1, stands.
fn line_of_arc(text: &[u8], number: usize) -> Option<usize> {
    let is_arc = |line: &[u8]| line.trim_ascii_start().first() == Some(&b'a');
    let lines = text.split(|byte| *byte == b'\n').enumerate().filter(|(_, line)| is_arc(line));
    lines.map(|(index, _)| index + 1).nth(number - 1)
}

/// The words of the line that is being read.
#[derive(Default)]
struct Words<'a> {
    text: &'a [u8],
    at: usize,
}

impl<'a> Words<'a> {
    /// The next word, if the line has another.
    fn next(&mut self) -> Option<&'a [u8]> {
        let rest = &self.text[self.at..];
        let start = rest.iter().position(|byte| *byte == b'\n' || !byte.is_ascii_whitespace()).unwrap_or(rest.len());
        let rest = &rest[start..];
        let length = rest.iter().position(u8::is_ascii_whitespace).unwrap_or(rest.len());
        self.at += start + length;
        Some(&rest[..length]).filter(|word| !word.is_empty())
    }

    /// Leaves the rest of the line out.
    fn skip(&mut self) {
        let rest = &self.text[self.at..];
        self.at += rest.iter().position(|byte| *byte == b'\n').unwrap_or(rest.len());
    }

    /// The next word as a whole number.
    fn number(&mut self, name: &str) -> Result<i64, String> {
        let word = self.next().ok_or_else(|| format!("缺少{name}"))?;
        let (negative, digits) = match word {
            [b'-', digits @ ..] => (true, digits),
            digits => (false, digits),
        };
        if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
            return Err(format!("{name}应为整数，收到“{}”", shown(word)));
        }
        let value = digits.iter().try_fold(0_i64, |value, digit| {
            value.checked_mul(10).and_then(|value| value.checked_add(i64::from(digit - b'0')))
        });
        let value = value.ok_or_else(|| format!("{name}“{}”超出 64 位整数的范围", shown(word)))?;
        Ok(if negative { -value } else { value })
    }
}

/// A word as it can be repeated to a person: short, and readable whatever was in it.
fn shown(word: &[u8]) -> String {
    let text = String::from_utf8_lossy(word);
    if text.chars().count() > 20 { text.chars().take(20).chain(['…']).collect() } else { text.into_owned() }
}
