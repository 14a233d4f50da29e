//! docs/demand-lifecycle.md, printed from the table; `WQT_UPDATE_DOCS=1 cargo test -p rules` rewrites it.

use crate::clock::days;
use crate::standing::{ARBITER_FROM, total};
use crate::table::OPEN;
use crate::table::{To, When};
use crate::{Limits, TRANSITIONS, Text, Title, Transition, WorkDays, is_internal, waiting_on};
use kernel::words::{ClockKind, DemandAct, DemandState, TaskState};
use std::fmt::Write;

const PLACE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/demand-lifecycle.md");

#[test]
fn whoever_reads_the_document_reads_the_table_that_decides() {
    let printed = print().unwrap();
    if std::env::var_os("WQT_UPDATE_DOCS").is_some() {
        std::fs::write(PLACE, &printed).unwrap();
    }
    let kept = std::fs::read_to_string(PLACE).unwrap_or_default();
    assert_eq!(kept, printed, "run `WQT_UPDATE_DOCS=1 cargo test -p rules`");
}

fn print() -> Result<String, std::fmt::Error> {
    let mut page = String::from(INTRODUCTION);
    page.push_str("\n## States\n\n```mermaid\nstateDiagram-v2\n");
    for state in DemandState::ALL {
        writeln!(page, "    state \"{state}\" as {}", state.code())?;
    }
    let mut drawn = Vec::new();
    for line in TRANSITIONS.iter().filter(|line| line.to != To::Stay) {
        for from in from_codes(line) {
            for to in leads_to(line, from) {
                let arrow = format!("    {from} --> {to}: {}", line.act);
                if from != to && !drawn.contains(&arrow) {
                    writeln!(page, "{arrow}")?;
                    drawn.push(arrow);
                }
            }
        }
    }
    writeln!(page, "    {} --> [*]", DemandState::Archived.code())?;
    page.push_str("```\n\n## Whose turn it is\n\n| 状态 | 轮到 |\n|---|---|\n");
    for state in DemandState::ALL {
        writeln!(page, "| {state} | {} |", waiting_on(*state).map_or("—", |part| part.label()))?;
    }
    page.push_str("\n## Acts\n\n| 操作 | 结论 | 谁可以 | 从哪些状态 | 单位的任务 | 需要 | 之后 | 开始计时 | 完成计时 | 终止计时 |\n");
    page.push_str("|---|---|---|---|---|---|---|---|---|---|\n");
    for line in TRANSITIONS {
        row(&mut page, line)?;
    }
    units(&mut page)?;
    clocks(&mut page)?;
    writeln!(page, "\n## What the client reads\n")?;
    let internal: Vec<_> = DemandAct::ALL.iter().filter(|act| is_internal(**act)).map(|act| act.label()).collect();
    writeln!(page, "{}", READ.replace("ACTS", &internal.join("、")))?;
    writeln!(page, "\n## Texts\n")?;
    writeln!(
        page,
        "A title has at most {} characters, any other text at most {}; neither is empty.",
        Title::MOST,
        Text::MOST
    )?;
    Ok(page)
}

fn row(page: &mut String, line: &Transition) -> std::fmt::Result {
    let open = OPEN.iter().filter(|state| line.from.contains(state)).count();
    let from = if open >= OPEN.len() - 1 {
        "未结束的各状态".into()
    } else {
        join(line.from.iter().map(|it| it.label()))
    };
    let named = |clocks: &[ClockKind]| {
        if clocks.len() == ClockKind::ALL.len() {
            "全部".to_owned()
        } else {
            join(clocks.iter().map(|clock| clock.label()))
        }
    };
    writeln!(
        page,
        "| {} | {} | {} | {from} | {} | {} | {} | {} | {} | {} |",
        line.act,
        match (line.when, line.act) {
            (When::Always, _) => "—",
            (When::Yes, DemandAct::Reply) => "不须审批",
            (When::No, DemandAct::Reply) => "须单位负责人审批",
            (When::Yes, _) => "是",
            (When::No, _) => "否",
        },
        join(line.who.iter().map(|part| part.label())),
        join(line.task.iter().map(|task| task.label())),
        join(line.needs.iter().map(|need| need.label())),
        match line.to {
            To::State(state) => state.label().to_owned(),
            To::Task(TaskState::Dispatched) => "待签收".to_owned(),
            To::Task(task) => format!("该单位{task}"),
            To::TaskBefore => "该单位照原样办理".into(),
            To::Asked => "照单位所申请".into(),
            To::Before => "撤回前的状态".into(),
            To::NextRound(state) => format!("{state}，下一轮"),
            To::Stay => "不变".into(),
        },
        named(line.starts),
        named(line.meets),
        named(line.ends),
    )
}

/// Where the line may lead from a state.
fn leads_to(line: &Transition, from: &str) -> Vec<&'static str> {
    match line.to {
        To::State(state) | To::NextRound(state) => vec![state.code()],
        // The drawing shows what the lead unit brings about; helpers are in the table below.
        To::Task(task) => vec![total(Some(task), &[], false).code()],
        To::TaskBefore if from == DemandState::Objected.code() => {
            vec![DemandState::Dispatched.code(), DemandState::Handling.code()]
        }
        To::TaskBefore if from == DemandState::Arbitration.code() => vec![DemandState::Handling.code()],
        To::Asked if from == DemandState::Handling.code() => {
            vec![DemandState::Suspended.code(), DemandState::Shelved.code()]
        }
        To::Before => vec![DemandState::Handling.code()],
        To::TaskBefore | To::Asked | To::Stay => Vec::new(),
    }
}

/// The truth table of several units.
fn units(page: &mut String) -> std::fmt::Result {
    page.push_str(UNITS);
    page.push_str("| 主办单位 | 协办都未开始 | 有协办已开始 |\n|---|---|---|\n");
    for lead in [None].into_iter().chain(TaskState::ALL.iter().copied().map(Some)) {
        let quiet = total(lead, &[TaskState::Dispatched], false);
        let begun = total(lead, &[TaskState::Handling], false);
        writeln!(page, "| {} | {quiet} | {begun} |", lead.map_or("没有", TaskState::label))?;
    }
    writeln!(
        page,
        "\nFrom the {ARBITER_FROM}rd objection on, {} instead of {}.",
        DemandState::Arbitration,
        DemandState::Objected
    )
}

fn clocks(page: &mut String) -> std::fmt::Result {
    let limits = Limits::SHANDONG_2115;
    page.push_str("\n## Clocks\n\n| 计时 | 期限 | 开始 | 完成 |\n|---|---|---|---|\n");
    for kind in ClockKind::ALL {
        let limit = match kind {
            ClockKind::Contact => format!("{} 分钟（办公时间内）", limits.contact_minutes),
            ClockKind::Opinion => format!("{} 个工作日", limits.opinion_days),
            ClockKind::Solve => format!("{} 个工作日，复杂的 {} 个", limits.solve_days, limits.complex_days),
            ClockKind::Handling => format!("交办时定，1 至 {} 个工作日", WorkDays::MOST),
            ClockKind::Confirm => format!("{} 个工作日", limits.confirm_days),
            ClockKind::Assist => format!("交办时定，1 至 {} 个工作日", WorkDays::MOST),
            ClockKind::Ruling => "当日下班前".into(),
            ClockKind::Decision => format!("{} 个工作日", days::DECIDE),
            ClockKind::Pause => "批准的工作日数".into(),
            ClockKind::Review => "复核日期".into(),
            ClockKind::Check => format!("{} 个工作日，第 {} 个起才可以核实", days::CHECK, days::COOL),
            ClockKind::Recheck => format!("办结后 {} 天、{} 天", days::RECHECKS[0], days::RECHECKS[1]),
        };
        let acts = |of: fn(&Transition) -> &'static [ClockKind]| {
            let mut acts: Vec<&str> = Vec::new();
            for line in TRANSITIONS.iter().filter(|line| of(line).contains(kind)) {
                if !acts.contains(&line.act.label()) {
                    acts.push(line.act.label());
                }
            }
            join(acts.into_iter())
        };
        writeln!(page, "| {kind} | {limit} | {} | {} |", acts(|line| line.starts), acts(|line| line.meets))?;
    }
    page.push_str(CLOCKS);
    Ok(())
}

fn from_codes(line: &Transition) -> Vec<&'static str> {
    if line.from.is_empty() { vec!["[*]"] } else { line.from.iter().map(|state| state.code()).collect() }
}

fn join<'a>(words: impl Iterator<Item = &'a str>) -> String {
    let words: Vec<&str> = words.collect();
    if words.is_empty() { "—".into() } else { words.join("、") }
}

const INTRODUCTION: &str = "\
# The life of a demand

Printed from `TRANSITIONS` in `crates/rules/src/table.rs`, which alone decides; a test keeps the two equal, and
`WQT_UPDATE_DOCS=1 cargo test -p rules` rewrites this page. Words as in `kernel::words`.

An open demand always has somebody whose turn it is and a clock that runs. What became of a demand (解决, 部分解决, 解释说明,
依法不能办, 挂账) is kept apart from its state. Only the client withdraws, and each withdrawal cools off and is checked with the
client; only the client judges the answer, and whoever handled the demand never asks it how it went. When it is not content,
or the result did not hold, the next numbered round begins, with clocks of its own.
";

const UNITS: &str = "
## Several units

Each unit has a part of its own in a demand, with its own state and its own clock; one of them leads. The state of the
demand is a total function of all parts. The lead answers the client when all who help have answered or are late; a unit that
takes the matter on silences nobody.

";

const READ: &str = "\
The client always sees where its demand stands, who holds it and until when, and reads every word of the timeline and
every file on it but what is said with these acts, which is settled between those who serve: ACTS. That they happened,
and by whom, the client sees.";

const CLOCKS: &str = "
The first three limits are Shandong's 2115 (since May 2023), unless the site's table of limits says otherwise for the category,
the urgency and the channel; they count against all who serve the client. The limits of units are their own and start anew
with each dispatch; a second unit never inherits what the first has spent. How long a client has to answer, 2115 does not
say. Taking a demand on means that the desk has spoken with the client. A day limit is due at close of business of the Nth
working day after the day of start; an hour limit counts open minutes.

The client's clocks never pause. A unit's own pauses while its part is suspended or shelved and while the client takes the
demand back; each pause is an interval that moves its limit by the working days in it, and is counted in again whenever the
limit changes. What is late already is not made up for by a pause. A limit that reaches into a year whose holidays are
not announced is unknown: the clock runs without a due moment until they are.

A clock stops on time (按时), late (超时), or, when it ends before its limit without having been met, void (未到期终止).
The verdict is written at that moment and never computed again. A running clock shows a yellow card (黄牌) from one
working day before its limit, though never on the day it started, and a red one (红牌) from the first working day after
it. The client's own time to answer, suspensions and rechecks show none.
";
