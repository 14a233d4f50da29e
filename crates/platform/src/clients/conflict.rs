//! Two people change one client: whoever comes second is shown what the first changed, and keeps what they typed.

use crate::registry::Fact;
use kernel::Instant;

/// A field that somebody else changed since a form was opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Changed {
    pub field: String,
    /// What it was when the form was opened.
    pub before: String,
    /// What it is now.
    pub now: String,
    /// By whom, and when.
    pub by: String,
    pub at: Instant,
}

/// What the last `changes` changes of a client did to it. `history` holds all facts, the latest first; those of one change
/// were recorded at one moment.
pub(super) fn since(history: &[Fact], changes: i64) -> Vec<Changed> {
    let mut moments: Vec<Instant> = history.iter().map(|fact| fact.recorded_at).collect();
    moments.dedup();
    let recent = usize::try_from(changes).unwrap_or(0).min(moments.len().saturating_sub(1));
    let first = moments[..recent].last();
    let later = |fact: &&Fact| first.is_some_and(|first| fact.recorded_at >= *first);
    let mut found: Vec<Changed> = Vec::new();
    for fact in history.iter().filter(later) {
        if found.iter().any(|other| other.field == fact.field) {
            continue;
        }
        let before = history.iter().find(|other| other.field == fact.field && !later(other));
        found.push(Changed {
            field: fact.field.clone(),
            before: before.map(|fact| fact.value.clone()).unwrap_or_default(),
            now: fact.value.clone(),
            by: fact.recorded_by.clone(),
            at: fact.recorded_at,
        });
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::{DateTime, Duration, NaiveDate};

    fn fact(minute: i64, field: &str, value: &str) -> Fact {
        Fact {
            field: field.into(),
            value: value.into(),
            source: "电话".into(),
            as_of: NaiveDate::from_ymd_opt(2026, 11, 23).unwrap(),
            recorded_at: DateTime::UNIX_EPOCH + Duration::minutes(minute),
            recorded_by: "王敏".into(),
        }
    }

    fn told(changes: i64) -> Vec<(String, String, String)> {
        let history = [
            fact(3, "address", "丙路"),
            fact(2, "address", "乙路"),
            fact(2, "scale", "large"),
            fact(1, "address", "甲路"),
            fact(1, "scale", "small"),
            fact(1, "name", "绿源"),
        ];
        let found = since(&history, changes).into_iter();
        found.map(|changed| (changed.field, changed.before, changed.now)).collect()
    }

    #[test]
    fn whoever_read_an_older_version_is_told_what_came_after_it() {
        let changed = |field: &str, before: &str, now: &str| (field.to_owned(), before.to_owned(), now.to_owned());
        assert_eq!(told(0), []);
        assert_eq!(told(1), [changed("address", "乙路", "丙路")]);
        assert_eq!(told(2), [changed("address", "甲路", "丙路"), changed("scale", "small", "large")]);
        assert_eq!(told(9).len(), 2, "its entry is no change");
    }
}
