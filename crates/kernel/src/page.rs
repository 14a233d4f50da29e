//! Lists by keyset: a page holds its items and the place where the next one starts.

use crate::problem::Problem;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use schemars::JsonSchema;
use serde::{Serialize, de::DeserializeOwned};

/// One page of a list.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[schemars(rename = "PageOf{T}")]
pub struct Page<T> {
    /// The rows, in the order asked for.
    pub items: Vec<T>,
    /// Where the next page starts; `None` on the last.
    pub next: Option<Cursor>,
}

impl<T> Page<T> {
    /// Cuts rows fetched with [`Limit::probe`] to a page: one row too many means there is more, and the
    /// last row kept tells, through `key`, where to go on.
    pub fn cut<K: Serialize>(mut rows: Vec<T>, limit: Limit, key: impl Fn(&T) -> K) -> Self {
        let more = rows.len() > limit.0;
        rows.truncate(limit.0);
        let next = if more { rows.last().map(|row| Cursor::of(&key(row))) } else { None };
        Self { items: rows, next }
    }
}

/// The sort key of the last row seen, opaque to callers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(transparent)]
pub struct Cursor(pub String);

impl Cursor {
    /// Packs a key (a tuple of plain values).
    pub fn of(key: &impl Serialize) -> Self {
        Self(URL_SAFE_NO_PAD.encode(serde_json::to_vec(key).unwrap_or_default()))
    }

    /// Unpacks the key again.
    ///
    /// # Errors
    /// [`Problem::Malformed`] when the text was not made by [`Cursor::of`] for this list.
    pub fn key<K: DeserializeOwned>(text: &str) -> Result<K, Problem> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok();
        bytes
            .and_then(|bytes| serde_json::from_slice(&bytes).ok())
            .ok_or_else(|| Problem::Malformed("翻页位置（cursor）无效，请从第一页重新开始。".into()))
    }
}

/// How many rows a page may hold: 1 to 200.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limit(usize);

impl Limit {
    /// The usual page of 50.
    pub const USUAL: Self = Self(50);
    /// As much as one may ask for.
    pub const MOST: Self = Self(200);

    /// A caller's wish; none means 50.
    ///
    /// # Errors
    /// [`Problem::Malformed`] outside 1–200.
    pub fn parse(wish: Option<u32>) -> Result<Self, Problem> {
        match wish {
            None => Ok(Self::USUAL),
            Some(rows @ 1..=200) => Ok(Self(rows as usize)),
            Some(rows) => Err(Problem::Malformed(format!("每页条数（limit）应在 1 到 200 之间，收到 {rows}。"))),
        }
    }

    /// What to ask the database for: one more than the page, to learn whether there is a next one.
    #[must_use]
    pub fn probe(self) -> i64 {
        self.0 as i64 + 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_page_has_no_next_and_a_full_one_says_where_to_go_on() {
        let limit = Limit::parse(Some(2)).unwrap();
        assert!(Page::cut(vec![1, 2], limit, |n| *n).next.is_none());
        let page = Page::cut(vec![1, 2, 3], limit, |n| *n);
        assert_eq!(page.items, [1, 2]);
        assert_eq!(Cursor::key::<i32>(&page.next.unwrap().0).unwrap(), 2);
    }

    #[test]
    fn a_forged_cursor_and_a_greedy_limit_are_refused() {
        assert!(matches!(Cursor::key::<i32>("%%"), Err(Problem::Malformed(_))));
        assert!(Limit::parse(Some(0)).is_err() && Limit::parse(Some(201)).is_err());
    }
}
