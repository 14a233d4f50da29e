//! A draft of the limits as a form sends it: each row under names such as `rows.2.solve_days`. What was typed stays what it was,
//! so that a refused form comes back as it was sent.

use super::table::{LimitRow, LimitTable, MOST_ROWS};
use super::{LimitVersion, NewLimits};
use crate::catalogue::Category;
use kernel::problem::FieldError;
use kernel::words::{Channel, Urgency};
use kernel::{Day, Problem};
use shell::typed_day;

/// How many empty rows wait at the end of the form.
const FREE: usize = 3;

/// What stands in the form.
#[derive(Debug, Clone, Default)]
pub struct Typed {
    /// The number of the version that is changed.
    pub base: i64,
    /// The first day.
    pub from: String,
    /// Why.
    pub reason: String,
    /// `adopt` once what it comes to was shown.
    pub step: String,
    sent: Vec<(String, String)>,
}

/// A row of the form.
#[derive(Debug)]
pub struct FormRow {
    pub place: usize,
    pub title: String,
    pub short: String,
    pub category: String,
    pub urgency: String,
    pub channel: String,
    pub contact_minutes: String,
    pub opinion_days: String,
    pub solve_days: String,
    pub complex_days: String,
    pub confirm_days: String,
}

impl Typed {
    /// The form that says what a version says.
    pub fn of(version: &LimitVersion, from: Day) -> Self {
        let mut sent = Vec::new();
        for (place, row) in version.table.rows.iter().enumerate() {
            let mut add = |field: &str, value: String| sent.push((format!("rows.{place}.{field}"), value));
            add("category", row.category.clone().unwrap_or_default());
            add("urgency", row.urgency.map(|word| word.code().to_owned()).unwrap_or_default());
            add("channel", row.channel.map(|word| word.code().to_owned()).unwrap_or_default());
            add("contact_minutes", row.contact_minutes.to_string());
            add("opinion_days", row.opinion_days.to_string());
            add("solve_days", row.solve_days.to_string());
            add("complex_days", row.complex_days.to_string());
            add("confirm_days", row.confirm_days.to_string());
        }
        Self { base: version.number, from: from.to_string(), sent, ..Self::default() }
    }

    /// What a browser sent.
    pub fn sent(sent: Vec<(String, String)>) -> Self {
        let mut typed = Self { sent, ..Self::default() };
        typed.base = typed.one("base").parse().unwrap_or(0);
        typed.from = typed.one("from").to_owned();
        typed.reason = typed.one("reason").to_owned();
        typed.step = typed.one("step").to_owned();
        typed
    }

    fn one(&self, name: &str) -> &str {
        self.sent.iter().find(|(other, _)| other == name).map_or("", |(_, value)| value.trim())
    }

    fn at(&self, place: usize, field: &str) -> &str {
        self.one(&format!("rows.{place}.{field}"))
    }

    /// How many rows were sent.
    fn lines(&self) -> usize {
        let place = |(name, _): &(String, String)| name.strip_prefix("rows.")?.split('.').next()?.parse::<usize>().ok();
        self.sent.iter().filter_map(place).max().map_or(0, |last| (last + 1).min(MOST_ROWS + FREE))
    }

    fn is_about(&self, place: usize) -> bool {
        ["category", "urgency", "channel"].iter().any(|field| !self.at(place, field).is_empty())
    }

    /// The rows as the form shows them: those that say something, then a few empty ones with the numbers of the first.
    pub fn rows(&self, categories: &[Category]) -> Vec<FormRow> {
        let said = (0..self.lines()).filter(|place| *place == 0 || self.is_about(*place));
        let last = (0..self.lines()).rev().find(|place| self.is_about(*place)).unwrap_or(0);
        let free = (last + 1)..=(last + FREE);
        let places = said.filter(|place| *place <= last).chain(free);
        places.map(|place| self.row(place, categories)).collect()
    }

    fn row(&self, place: usize, categories: &[Category]) -> FormRow {
        let number = |field: &str| {
            let typed = self.at(place, field);
            if typed.is_empty() { self.at(0, field) } else { typed }.to_owned()
        };
        let category = categories.iter().find(|category| category.id == self.at(place, "category"));
        let about = [
            category.map(|category| category.name.clone()),
            Urgency::parse(self.at(place, "urgency")).map(|word| word.to_string()),
            Channel::parse(self.at(place, "channel")).map(|word| word.to_string()),
        ];
        let about: Vec<String> = about.into_iter().flatten().collect();
        let (title, short) = if about.is_empty() {
            ("增加一行".to_owned(), String::new())
        } else {
            (about.join(" · "), format!("{} 个工作日办结，复杂 {} 个", number("solve_days"), number("complex_days")))
        };
        FormRow {
            place,
            title,
            short,
            category: self.at(place, "category").to_owned(),
            urgency: self.at(place, "urgency").to_owned(),
            channel: self.at(place, "channel").to_owned(),
            contact_minutes: number("contact_minutes"),
            opinion_days: number("opinion_days"),
            solve_days: number("solve_days"),
            complex_days: number("complex_days"),
            confirm_days: number("confirm_days"),
        }
    }

    /// The draft, and the place in the form of each of its rows.
    ///
    /// # Errors
    /// [`Problem::Invalid`] for a day or a number that is none.
    pub fn read(&self) -> Result<(NewLimits, Vec<usize>), Problem> {
        let mut mistakes = Vec::new();
        let (mut rows, mut places) = (Vec::new(), Vec::new());
        for place in (0..self.lines().max(1)).filter(|place| *place == 0 || self.is_about(*place)) {
            let mut number = |field: &str| {
                self.at(place, field).parse::<u32>().unwrap_or_else(|_| {
                    let detail = "请填写数字。".to_owned();
                    mistakes.push(FieldError { field: format!("rows.{place}.{field}"), detail });
                    0
                })
            };
            let category = Some(self.at(place, "category").to_owned()).filter(|code| !code.is_empty());
            rows.push(LimitRow {
                category,
                urgency: Urgency::parse(self.at(place, "urgency")),
                channel: Channel::parse(self.at(place, "channel")),
                contact_minutes: number("contact_minutes"),
                opinion_days: number("opinion_days"),
                solve_days: number("solve_days"),
                complex_days: number("complex_days"),
                confirm_days: number("confirm_days"),
            });
            places.push(place);
        }
        if !mistakes.is_empty() {
            let detail = format!("有 {} 处没有填写数字。", mistakes.len());
            return Err(Problem::Invalid { detail, errors: mistakes });
        }
        let from = typed_day(&self.from, "from")?;
        let new = NewLimits { base: self.base, from, reason: self.reason.clone(), table: LimitTable { rows } };
        Ok((new, places))
    }

    /// A refusal with its fields named as the form names them.
    pub fn placed(problem: Problem, places: &[usize]) -> Problem {
        let Problem::Invalid { detail, mut errors } = problem else { return problem };
        for error in &mut errors {
            let row = error.field.strip_prefix("rows.").and_then(|rest| rest.split_once('.'));
            let row = row.and_then(|(place, field)| Some((places.get(place.parse::<usize>().ok()?)?, field)));
            if let Some((place, field)) = row {
                error.field = format!("rows.{place}.{field}");
            }
        }
        Problem::Invalid { detail, errors }
    }
}
