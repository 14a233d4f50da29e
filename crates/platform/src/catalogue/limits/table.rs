//! A table of limits: a row for everything, and rows for what a category, an urgency or a channel makes different. Pure.

use crate::catalogue::Category;
use kernel::problem::FieldError;
use kernel::words::{Channel, Urgency};
use rules::Limits;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The most rows a table has.
pub const MOST_ROWS: usize = 60;

/// How long things may take for what a row is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct LimitRow {
    /// Of this category or below; of every one when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub category: Option<String>,
    /// Of this urgency; of every one when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub urgency: Option<Urgency>,
    /// Come by this channel; by every one when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub channel: Option<Channel>,
    /// To contact the client, in open minutes: 5 to 2,400.
    pub contact_minutes: u32,
    /// To give an opinion, in working days: 1 to 10.
    pub opinion_days: u32,
    /// To solve an ordinary demand, in working days: 1 to 60.
    pub solve_days: u32,
    /// To solve a complex demand, in working days: not less than an ordinary one, to 90.
    pub complex_days: u32,
    /// For the client to answer a reply, in working days: 1 to 30.
    pub confirm_days: u32,
}

/// What a version says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct LimitTable {
    /// The first is for everything; the others are about something.
    pub rows: Vec<LimitRow>,
}

/// What a demand is, as far as its limits follow from it.
#[derive(Debug, Clone, Copy)]
pub struct Case<'a> {
    /// Its category's code.
    pub category: &'a str,
    /// How soon it wants help.
    pub urgency: Urgency,
    /// Whence it came.
    pub channel: Channel,
}

/// One thing that two tables say differently.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "LimitDifference")]
pub struct Difference {
    /// What it is about.
    pub label: String,
    /// What the first says; empty when it says nothing of it.
    pub old: String,
    /// What the second says; empty when it says nothing of it.
    pub new: String,
}

impl LimitRow {
    /// The row for everything.
    #[must_use]
    pub fn for_all(limits: Limits) -> Self {
        Self {
            category: None,
            urgency: None,
            channel: None,
            contact_minutes: limits.contact_minutes,
            opinion_days: limits.opinion_days,
            solve_days: limits.solve_days,
            complex_days: limits.complex_days,
            confirm_days: limits.confirm_days,
        }
    }

    /// Its limits, for the rules.
    #[must_use]
    pub fn limits(&self) -> Limits {
        Limits {
            contact_minutes: self.contact_minutes,
            opinion_days: self.opinion_days,
            solve_days: self.solve_days,
            complex_days: self.complex_days,
            confirm_days: self.confirm_days,
        }
    }

    fn fits(&self, case: Case<'_>) -> bool {
        self.category.as_deref().is_none_or(|category| case.category.starts_with(category))
            && self.urgency.is_none_or(|urgency| urgency == case.urgency)
            && self.channel.is_none_or(|channel| channel == case.channel)
    }

    /// How much it says of what it is about: the nearer category first, then the urgency, then the channel.
    fn nearness(&self) -> (usize, bool, bool) {
        (self.category.as_ref().map_or(0, String::len), self.urgency.is_some(), self.channel.is_some())
    }

    fn about(&self) -> (Option<&str>, Option<Urgency>, Option<Channel>) {
        (self.category.as_deref(), self.urgency, self.channel)
    }

    /// Whether it is the row for everything.
    #[must_use]
    pub fn is_for_all(&self) -> bool {
        self.about() == (None, None, None)
    }

    /// What it is about, in words.
    #[must_use]
    pub fn label(&self, categories: &[Category]) -> String {
        let named = |code: &String| {
            let category = categories.iter().find(|category| category.id == *code);
            category.map_or_else(|| code.clone(), |category| category.name.clone())
        };
        let category = self.category.as_ref().map(named);
        let parts = [category, self.urgency.map(|word| word.to_string()), self.channel.map(|word| word.to_string())];
        let parts: Vec<String> = parts.into_iter().flatten().collect();
        if parts.is_empty() {
            "一般规定（适用于未另作规定的全部诉求）".to_owned()
        } else {
            parts.join(" · ")
        }
    }

    /// What this row and another say differently, each in words; none when they say the same.
    #[must_use]
    pub fn differences(&self, other: &Self) -> Option<(String, String)> {
        let days = |label: &str, count: u32| format!("{label} {count} 个工作日");
        let told = |row: &Self| {
            [
                format!("联系 {}", minutes(row.contact_minutes)),
                days("提出意见", row.opinion_days),
                days("办结", row.solve_days),
                days("复杂诉求办结", row.complex_days),
                days("企业确认", row.confirm_days),
            ]
        };
        let differing = told(self).into_iter().zip(told(other)).filter(|(old, new)| old != new);
        let (old, new): (Vec<String>, Vec<String>) = differing.unzip();
        (!old.is_empty()).then(|| (old.join("，"), new.join("，")))
    }

    /// What it says, in one line.
    #[must_use]
    pub fn say(&self) -> String {
        let Self { opinion_days, solve_days, complex_days, confirm_days, .. } = self;
        format!(
            "{}联系，{opinion_days} 个工作日提出意见，{solve_days} 个工作日办结（复杂 {complex_days} 个），企业确认 {confirm_days} 个工作日",
            minutes(self.contact_minutes)
        )
    }
}

/// Open minutes as people say them: `2 个工作小时`, `90 分钟（工作时间）`.
#[must_use]
pub fn minutes(count: u32) -> String {
    if count.is_multiple_of(60) {
        format!("{} 个工作小时", count / 60)
    } else {
        format!("{count} 分钟（工作时间）")
    }
}

impl LimitTable {
    /// The table that says these limits of everything.
    #[must_use]
    pub fn of(limits: Limits) -> Self {
        Self { rows: vec![LimitRow::for_all(limits)] }
    }

    /// What holds for a case: the row that says most of what it is about.
    #[must_use]
    pub fn row_for(&self, case: Case<'_>) -> Option<&LimitRow> {
        self.rows.iter().filter(|row| row.fits(case)).max_by_key(|row| row.nearness())
    }

    /// What cannot be meant, row by row; the fields are `rows.N.…`.
    #[must_use]
    pub fn check(&self, categories: &[Category]) -> Vec<FieldError> {
        let mut mistakes = Vec::new();
        let mut say = |field: String, detail: String| mistakes.push(FieldError { field, detail });
        if !self.rows.first().is_some_and(LimitRow::is_for_all) {
            say("rows".into(), "第一行应是适用于全部诉求的一般规定。".into());
        }
        if self.rows.len() > MOST_ROWS {
            say("rows".into(), format!("最多 {MOST_ROWS} 行规定，请合并。"));
        }
        for (place, row) in self.rows.iter().enumerate().take(MOST_ROWS) {
            let at = |field: &str| format!("rows.{place}.{field}");
            if let Some(code) = &row.category
                && !categories.iter().any(|category| category.id == *code)
            {
                say(at("category"), "没有这个问题类别，请从列表中选择。".into());
            }
            if self.rows[..place].iter().any(|other| other.about() == row.about()) {
                say(at("category"), format!("“{}”已有一行规定，请合并。", row.label(categories)));
            }
            let ranges = [
                ("contact_minutes", row.contact_minutes, 5, 2_400, "联系企业的时限应为 5 至 2400 分钟"),
                ("opinion_days", row.opinion_days, 1, 10, "提出意见的时限应为 1 至 10 个工作日"),
                ("solve_days", row.solve_days, 1, 60, "办结时限应为 1 至 60 个工作日"),
                (
                    "complex_days",
                    row.complex_days,
                    row.solve_days,
                    90,
                    "复杂诉求的办结时限不能短于一般诉求，最多 90 个工作日",
                ),
                ("confirm_days", row.confirm_days, 1, 30, "企业确认的时限应为 1 至 30 个工作日"),
            ];
            for (field, value, least, most, told) in ranges {
                if !(least..=most).contains(&value) {
                    say(at(field), format!("{told}，收到 {value}。"));
                }
            }
        }
        mistakes
    }

    /// What `new` says otherwise than `old`.
    #[must_use]
    pub fn differences(old: &Self, new: &Self, categories: &[Category]) -> Vec<Difference> {
        let mut differences = Vec::new();
        for row in &new.rows {
            let before = old.rows.iter().find(|before| before.about() == row.about());
            if before != Some(row) {
                let old = before.map(LimitRow::say).unwrap_or_default();
                differences.push(Difference { label: row.label(categories), old, new: row.say() });
            }
        }
        for row in old.rows.iter().filter(|row| new.rows.iter().all(|other| other.about() != row.about())) {
            differences.push(Difference { label: row.label(categories), old: row.say(), new: String::new() });
        }
        differences
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(category: Option<&str>, urgency: Option<Urgency>, channel: Option<Channel>, solve_days: u32) -> LimitRow {
        let category = category.map(str::to_owned);
        LimitRow { category, urgency, channel, solve_days, ..LimitRow::for_all(Limits::SHANDONG_2115) }
    }

    #[test]
    fn the_row_that_says_most_of_a_case_holds() {
        let table = LimitTable {
            rows: vec![
                row(None, None, None, 15),
                row(None, None, Some(Channel::Hotline), 12),
                row(None, Some(Urgency::Urgent), None, 5),
                row(Some("03"), None, None, 10),
                row(Some("03"), Some(Urgency::Urgent), None, 3),
                row(Some("0301"), None, None, 8),
            ],
        };
        for (category, urgency, channel, days) in [
            ("06", Urgency::Ordinary, Channel::Enterprise, 15),
            ("06", Urgency::Ordinary, Channel::Hotline, 12),
            ("06", Urgency::Urgent, Channel::Hotline, 5),
            ("0302", Urgency::Ordinary, Channel::Hotline, 10),
            ("0302", Urgency::Urgent, Channel::Enterprise, 3),
            ("0301", Urgency::Urgent, Channel::Enterprise, 8),
        ] {
            let found = table.row_for(Case { category, urgency, channel }).unwrap();
            assert_eq!(found.solve_days, days, "{category} {urgency} {channel}");
        }
    }

    #[test]
    fn a_table_that_cannot_be_meant_is_told_row_by_row() {
        let mut table = LimitTable { rows: vec![row(None, None, None, 15), row(Some("99"), None, None, 0)] };
        table.rows.push(row(None, None, None, 40));
        let told = table.check(&[]);
        let fields: Vec<&str> = told.iter().map(|mistake| mistake.field.as_str()).collect();
        assert_eq!(
            fields,
            ["rows.1.category", "rows.1.solve_days", "rows.2.category", "rows.2.complex_days"],
            "{told:?}"
        );
        assert!(LimitTable::of(Limits::SHANDONG_2115).check(&[]).is_empty());
        assert_eq!(LimitTable { rows: Vec::new() }.check(&[])[0].field, "rows");
    }

    #[test]
    fn what_two_tables_say_differently_is_told_in_sentences() {
        let old = LimitTable { rows: vec![row(None, None, None, 15), row(Some("03"), None, None, 10)] };
        let new = LimitTable { rows: vec![row(None, None, None, 15), row(None, Some(Urgency::Critical), None, 3)] };
        let told = LimitTable::differences(&old, &new, &[]);
        assert_eq!((told[0].label.as_str(), told[0].old.as_str()), ("特急", ""));
        assert!(told[0].new.starts_with("2 个工作小时联系") && told[0].new.contains("3 个工作日办结"), "{told:?}");
        assert_eq!((told[1].label.as_str(), told[1].new.as_str(), told.len()), ("03", "", 2));
    }
}
