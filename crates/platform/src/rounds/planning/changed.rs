//! What changed while a round was being planned, in the words of who planned it.

use super::reads::Reads;
use kernel::words::ClientKind;
use std::collections::{BTreeMap, BTreeSet};

/// How many are named before they are only counted.
const NAMED: usize = 3;

/// What is otherwise now than it was read; empty when nothing is.
pub fn changes(before: &Reads, now: &Reads) -> Vec<String> {
    let mut told = Vec::new();
    if before.rules != now.rules {
        told.push(format!("规则由第 {} 版改为第 {} 版", before.rules, now.rules));
    }
    for (kind, unit) in [(ClientKind::Enterprise, "家"), (ClientKind::Project, "个")] {
        let of = |reads: &Reads| -> BTreeMap<_, _> {
            let rows = reads.clients.iter().filter(|client| client.kind == kind);
            rows.map(|client| (client.id, (client.version, client.name.clone()))).collect()
        };
        let words = Words { new: "新增", gone: "注销或退出", changed: "信息变更", what: kind.label(), unit };
        compare(&of(before), &of(now), &words, &mut told);
    }
    let officials = |reads: &Reads| -> BTreeMap<_, _> {
        reads.officials.iter().map(|official| (official.id, (official.version, official.name.clone()))).collect()
    };
    let words = Words { new: "新任", gone: "离任", changed: "调动或变更", what: "干部", unit: "名" };
    compare(&officials(before), &officials(now), &words, &mut told);
    let pairings = |reads: &Reads| -> BTreeSet<_> { reads.pairings.iter().map(|row| (row.id, row.version)).collect() };
    let moved = pairings(before).symmetric_difference(&pairings(now)).map(|(id, _)| id).collect::<BTreeSet<_>>().len();
    if moved > 0 {
        told.push(format!("联系包靠变动 {moved} 条"));
    }
    let against = |reads: &Reads| -> BTreeSet<_> {
        let force = &reads.against;
        let pairs = force.pairs.iter().map(|pair| pair.bar);
        let wholes = force.clients.iter().map(|(bar, _)| *bar).chain(force.units.iter().map(|(bar, _)| *bar));
        pairs.chain(wholes).collect()
    };
    let moved = against(before).symmetric_difference(&against(now)).count();
    if moved > 0 {
        told.push(format!("回避与意愿登记变动 {moved} 条"));
    }
    told
}

struct Words {
    new: &'static str,
    gone: &'static str,
    changed: &'static str,
    what: &'static str,
    unit: &'static str,
}

type Marks<K> = BTreeMap<K, (i64, String)>;

fn compare<K: Ord>(before: &Marks<K>, now: &Marks<K>, words: &Words, told: &mut Vec<String>) {
    let new = now.keys().filter(|id| !before.contains_key(id)).count();
    let gone: Vec<&str> =
        before.iter().filter(|(id, _)| !now.contains_key(id)).map(|(_, (_, name))| name.as_str()).collect();
    let same = before.iter().filter(|(id, mark)| now.get(id).is_some_and(|other| other.0 != mark.0));
    let changed: Vec<&str> = same.map(|(_, (_, name))| name.as_str()).collect();
    let counted = |act: &str, many: usize| format!("{act}{} {many} {}", words.what, words.unit);
    if new > 0 {
        told.push(counted(words.new, new));
    }
    for (act, names) in [(words.gone, gone), (words.changed, changed)] {
        match names.len() {
            0 => {}
            few if few <= NAMED => told.push(format!("{}{act}", names.join("、"))),
            many => told.push(counted(act, many)),
        }
    }
}
