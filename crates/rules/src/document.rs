//! docs/demand-lifecycle.md, printed from the table; `WQT_UPDATE_DOCS=1 cargo test -p rules` rewrites it.

use crate::table::OPEN;
use crate::{Limits, TRANSITIONS, Text, Title, Transition, WorkDays, is_internal, waiting_on};
use kernel::words::{ClockKind, DemandAct, DemandState};
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
    for line in TRANSITIONS {
        for from in from_codes(line) {
            writeln!(page, "    {from} --> {}: {}", line.to.code(), line.act)?;
        }
    }
    for ended in DemandState::ALL.iter().filter(|state| !OPEN.contains(state)) {
        writeln!(page, "    {} --> [*]", ended.code())?;
    }
    page.push_str("```\n\n## Acts\n\n| 状态 | 轮到 | 操作 | 谁可以 | 需要 | 之后 | 开始计时 | 停止计时 |\n");
    page.push_str("|---|---|---|---|---|---|---|---|\n");
    for state in [None].into_iter().chain(DemandState::ALL.iter().copied().map(Some)) {
        for line in TRANSITIONS.iter().filter(|line| line.leads_from(state)) {
            row(&mut page, state, line)?;
        }
    }
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

fn row(page: &mut String, state: Option<DemandState>, line: &Transition) -> std::fmt::Result {
    let stops: Vec<_> = line.meets.iter().map(|clock| clock.label()).collect();
    let ends = line.ends.iter().filter(|clock| state.is_some_and(|state| runs_in(state).contains(clock)));
    let ends: Vec<_> = ends.map(|clock| format!("{clock}（未完成）")).collect();
    let stops: Vec<_> = stops.into_iter().map(str::to_owned).chain(ends).collect();
    writeln!(
        page,
        "| {} | {} | {} | {} | {} | {} | {} | {} |",
        state.map_or("—", |state| state.label()),
        state.and_then(waiting_on).map_or("—", |part| part.label()),
        line.act,
        join(line.who.iter().map(|part| part.label())),
        join(line.needs.iter().map(|need| need.label())),
        if line.opens_round() { format!("{}，下一轮", line.to) } else { line.to.to_string() },
        join(line.starts.iter().map(|clock| clock.label())),
        join(stops.iter().map(String::as_str)),
    )
}

/// The clocks that run in a state, told from the lines that lead into it.
fn runs_in(state: DemandState) -> Vec<ClockKind> {
    let mut running: Vec<(DemandState, Vec<ClockKind>)> = Vec::new();
    let mut waiting: Vec<(DemandState, Vec<ClockKind>)> =
        TRANSITIONS.iter().filter(|line| line.from.is_empty()).map(|line| (line.to, line.starts.to_vec())).collect();
    while let Some((at, clocks)) = waiting.pop() {
        if running.contains(&(at, clocks.clone())) {
            continue;
        }
        for line in TRANSITIONS.iter().filter(|line| line.leads_from(Some(at))) {
            let mut next = clocks.clone();
            next.retain(|clock| !line.meets.contains(clock) && !line.ends.contains(clock));
            next.extend(line.starts);
            next.sort();
            waiting.push((line.to, next));
        }
        running.push((at, clocks));
    }
    running.into_iter().filter(|(at, _)| *at == state).flat_map(|(_, clocks)| clocks).collect()
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
        };
        let acts = |of: fn(&Transition) -> &'static [ClockKind]| {
            join(TRANSITIONS.iter().filter(|line| of(line).contains(kind)).map(|line| line.act.label()))
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

An open demand always has somebody whose turn it is and a clock that runs. An ended one admits nothing more. What
became of a demand (解决, 部分解决, 解释说明, 依法不能办, 挂账) is kept apart from its state. Only the client withdraws, and
only the client judges the answer; when it is not content, the next numbered round begins, with a solving clock and
unit clocks of its own.
";

const READ: &str = "\
The client always sees where its demand stands, who holds it and until when, and reads every word of the timeline and
every file on it but one kind: what is said with 「ACTS」 is settled between those who serve. That it happened, and
by whom, the client sees.";

const CLOCKS: &str = "
The first three limits are Shandong's 2115 (since May 2023) and count against all who serve the client; the fourth is
the lead unit's own and starts anew with each dispatch; how long a client has to answer, 2115 does not say. Taking a
demand on means that the desk has spoken with the client. A day limit is due at close of business of the Nth working day
after the day of start; an hour limit counts open minutes. The client's clocks never pause. A limit that
reaches into a year whose holidays are not announced is unknown: the clock runs without a due moment until they are.

A clock stops on time (按时), late (超时), or, when it ends before its limit without having been met, void (未到期终止).
The verdict is written at that moment and never computed again. A running clock shows a yellow card (黄牌) from one
working day before its limit, though never on the day it started, and a red one (红牌) from the first working day after
it. The client's own time to answer shows none.
";
