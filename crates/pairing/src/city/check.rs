//! Whether rules make sense, and in what two versions differ: for whoever edits them.

use super::people::Size;
use super::rules::{Places, Pool, Rules};
use super::weights::Weights;
use kernel::industry::Section;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Something in the rules that cannot be meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mistake {
    /// Where: `pools.3.total`, counted from 0.
    pub field: String,
    /// What is to be done about it.
    pub detail: String,
}

/// What one version says and another says otherwise.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Difference {
    /// Of what.
    pub label: String,
    /// In the older version; empty when it was not there.
    pub old: String,
    /// In the newer version; empty when it is gone.
    pub new: String,
}

/// No more than this for a weight: sums stay far from what a number can hold.
const MOST_POINTS: u32 = 1_000_000;
/// Nobody looks after more.
const MOST_PLACES: u32 = 100;

impl Rules {
    /// Everything that cannot be meant; nothing when the rules may come into force.
    #[must_use]
    pub fn check(&self) -> Vec<Mistake> {
        let mut found = Vec::new();
        let mut wrong = |field: String, detail: String| found.push(Mistake { field, detail });
        if self.pools.is_empty() {
            wrong("pools".to_owned(), "请至少保留一类可以包靠的人员。".to_owned());
        }
        for (place, pool) in self.pools.iter().enumerate() {
            let twice = self.pools[..place].iter().any(|other| other.key == pool.key);
            check_pool(pool, twice, |field, detail| wrong(format!("pools.{place}.{field}"), detail));
        }
        check_weights(&self.weights, |field, detail| wrong(format!("weights.{field}"), detail));
        for (place, wanted) in self.wanted.iter().enumerate() {
            if wanted.lowest < wanted.highest {
                let told = format!("{}：最低职级不能高于最高职级。", wanted.size.label());
                wrong(format!("wanted.{place}.lowest"), told);
            }
            if self.wanted[..place].iter().any(|other| other.size == wanted.size) {
                wrong(format!("wanted.{place}.size"), format!("{}写了两次，请删去一条。", wanted.size.label()));
            }
        }
        let sections = |list: &[String]| list.iter().find(|code| Section::parse(code).is_none()).cloned();
        let unknown = |code: String| format!("“{code}”不是 GB/T 4754 的门类，请填写 A 至 T 的一个字母。");
        for (place, trade) in self.trades.iter().enumerate() {
            if trade.word.trim().is_empty() {
                wrong(format!("trades.{place}.word"), "请填写单位名称中的关键词。".to_owned());
            }
            for (field, list) in [("core", &trade.core), ("related", &trade.related)] {
                if let Some(code) = sections(list) {
                    wrong(format!("trades.{place}.{field}"), unknown(code));
                }
            }
        }
        for (place, enforcer) in self.enforcers.iter().enumerate() {
            if enforcer.word.trim().is_empty() {
                wrong(format!("enforcers.{place}.word"), "请填写执法单位名称中的关键词。".to_owned());
            }
            if let Some(code) = sections(&enforcer.sections) {
                wrong(format!("enforcers.{place}.sections"), unknown(code));
            }
        }
        if let Some(place) = self.general.iter().position(|word| word.trim().is_empty()) {
            wrong(format!("general.{place}"), "关键词不能为空。".to_owned());
        }
        for (place, team) in self.teams.iter().enumerate() {
            if team.extra > 5 {
                wrong(format!("teams.{place}.extra"), "主责专员以外最多再安排 5 名协助专员。".to_owned());
            }
        }
        found
    }

    /// What `new` says otherwise than `old`, in the order of the page.
    #[must_use]
    pub fn differences(old: &Self, new: &Self) -> Vec<Difference> {
        let mut found = Vec::new();
        compare(&told_of(old), &told_of(new), &mut found);
        found
    }
}

fn check_pool(pool: &Pool, twice: bool, mut wrong: impl FnMut(&str, String)) {
    let named = |what: &str| format!("{}：{what}", pool.name);
    if pool.key.is_empty() || !pool.key.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_') {
        wrong("key", named("代码只能用小写字母和下划线。"));
    }
    if twice {
        wrong("key", named("代码与前面的一类相同，请换一个。"));
    }
    if pool.name.trim().is_empty() {
        wrong("name", "请填写这类人员的名称。".to_owned());
    }
    for (field, Places { target, max }) in [("enterprises", pool.enterprises), ("projects", pool.projects)] {
        if target > max {
            wrong(field, named(&format!("目标数 {target} 不能大于上限 {max}。")));
        }
        if max > MOST_PLACES {
            wrong(field, named(&format!("上限不能大于 {MOST_PLACES}。")));
        }
    }
    if pool.total > pool.enterprises.max.saturating_add(pool.projects.max) {
        wrong("total", named("企业和项目合计的上限不能大于两个上限之和。"));
    }
    if pool.total < pool.enterprises.max.max(pool.projects.max) {
        wrong("total", named("企业和项目合计的上限不能小于其中任何一个上限。"));
    }
    if pool.projects.max > 0 && pool.project_levels.is_empty() {
        wrong("project_levels", named("请选择可以联系哪一级项目，或者把项目上限改为 0。"));
    }
}

fn check_weights(weights: &Weights, mut wrong: impl FnMut(&str, String)) {
    for weight in Weights::ALL {
        if (weight.get)(weights) > MOST_POINTS {
            wrong(weight.key, format!("{}：不能大于 {MOST_POINTS} 分。", weight.label));
        }
    }
    if weights.load.is_empty() || weights.load.len() > MOST_PLACES as usize {
        wrong("load", format!("工作量：请填写 1 至 {MOST_PLACES} 个数，用逗号分开。"));
    }
    if weights.load.iter().any(|cost| *cost > MOST_POINTS) {
        wrong("load", format!("工作量：不能大于 {MOST_POINTS} 分。"));
    }
    if weights.load.windows(2).any(|pair| pair[1] < pair[0]) {
        wrong("load", "工作量：后一个数不能小于前一个数，否则任务会集中到少数人身上。".to_owned());
    }
    if weights.assist_missing > weights.unpaired {
        wrong("assist_missing", "协助名额空缺的分不能大于无人联系的分，否则协助会与主责争人。".to_owned());
    }
}

/// Every line of the rules as a label and a value.
fn told_of(rules: &Rules) -> Vec<(String, String)> {
    let mut told = Vec::new();
    for (place, pool) in rules.pools.iter().enumerate() {
        let label = |what: &str| format!("{}：{what}", pool.name);
        let places = |places: Places| format!("目标 {}，上限 {}", places.target, places.max);
        told.push((label("次序"), format!("第 {} 类", place + 1)));
        told.push((label("单位层级"), or_any(pool.levels.iter().map(|level| level.label()))));
        told.push((label("单位性质"), or_any(pool.unit_kinds.iter().map(|kind| kind.label()))));
        told.push((label("职级"), or_any(pool.ranks.iter().map(|rank| rank.label()))));
        told.push((label("企业"), places(pool.enterprises)));
        told.push((label("项目"), places(pool.projects)));
        told.push((label("合计上限"), pool.total.to_string()));
        told.push((label("多对一"), if pool.several { "可以" } else { "不可以" }.to_owned()));
        told.push((label("可联系的项目"), join(pool.project_levels.iter().map(|level| level.label()))));
    }
    for weight in Weights::ALL {
        told.push((weight.label.to_owned(), format!("{} 分", (weight.get)(&rules.weights))));
    }
    told.push((Weights::LOAD.1.to_owned(), join(rules.weights.load.iter().map(u32::to_string))));
    for wanted in &rules.wanted {
        let label = format!("{}适宜的职级", wanted.size.label());
        told.push((label, format!("{}至{}", wanted.lowest.label(), wanted.highest.label())));
    }
    for trade in &rules.trades {
        told.push((
            format!("对口行业：{}", trade.word),
            format!("对口 {}，相关 {}", trade.core.join(""), trade.related.join("")),
        ));
    }
    told.push(("综合部门的关键词".to_owned(), rules.general.join("、")));
    for enforcer in &rules.enforcers {
        let sections =
            if enforcer.sections.is_empty() { "全部行业".to_owned() } else { enforcer.sections.join("") };
        told.push((format!("执法回避：{}", enforcer.word), sections));
    }
    for size in Size::ALL {
        if let Some(team) = rules.teams.iter().find(|team| team.size == size) {
            told.push((format!("{}的协助专员", size.label()), format!("{} 名", team.extra)));
        }
    }
    told
}

fn join<T: AsRef<str>>(words: impl Iterator<Item = T>) -> String {
    words.map(|word| word.as_ref().to_owned()).collect::<Vec<_>>().join("、")
}

fn or_any<'a>(words: impl Iterator<Item = &'a str>) -> String {
    let told = join(words);
    if told.is_empty() { "不限".to_owned() } else { told }
}

fn compare(old: &[(String, String)], new: &[(String, String)], found: &mut Vec<Difference>) {
    let value = |list: &[(String, String)], label: &str| {
        list.iter().find(|(other, _)| other == label).map(|(_, value)| value.clone()).unwrap_or_default()
    };
    let gone = old.iter().filter(|(label, _)| !new.iter().any(|(other, _)| other == label));
    for (label, _) in new.iter().chain(gone) {
        let (old, new) = (value(old, label), value(new, label));
        if old != new {
            found.push(Difference { label: label.clone(), old, new });
        }
    }
}
