//! What the index keeps of a demand, and what it must hold for a question.
//!
//! A term is a pair of neighbouring characters of the text, the last one of a run with the end for a neighbour: so a word of
//! any length is found by its pairs, and a single character by the pairs that begin with it. The client's name has its
//! pairs under a mark of their own, so that who may not know the name cannot find by it. Number, category and areas are
//! terms as a whole. The index finds too much rather than too little; every row is looked at before it is shown.

use super::places::{both, either};
use super::words::{GAP, Words, folded};
use crate::demands::{Category, Demand};
use kernel::AreaPath;
use std::collections::{HashMap, HashSet};

/// Marks of terms that are no pairs of the text. None of them is a letter or digit.
const NAME: &str = "@";
const NUMBER: &str = "#";
const CATEGORY: &str = "=";
const AREA: &str = "/";
/// Stands after the last character of a run.
const END: char = '$';
/// Longer words are looked for by every second pair: those cover it just as well.
const LONG: usize = 8;

/// What is kept of a demand.
#[derive(Debug, sea_orm::FromQueryResult)]
pub(super) struct Text {
    pub number: String,
    pub client_name: String,
    pub area_path: AreaPath,
    pub category_id: String,
    pub title: String,
    pub body: String,
    /// What it was answered, as far as everybody may read it who reads the demand.
    #[sea_orm(skip)]
    pub answers: Vec<String>,
}

impl Text {
    /// Its terms, each once.
    pub fn terms(&self) -> HashSet<String> {
        let mut terms = HashSet::with_capacity(self.body.len() / 2);
        for text in [&self.title, &self.body].into_iter().chain(&self.answers) {
            all_pairs(text, "", &mut terms);
        }
        all_pairs(&self.client_name, NAME, &mut terms);
        terms.extend(self.number.split('-').map(|part| format!("{NUMBER}{part}")));
        terms.insert(format!("{CATEGORY}{}", self.category_id));
        terms.extend(self.area_path.0.split('/').filter(|code| !code.is_empty()).map(|code| format!("{AREA}{code}")));
        terms
    }
}

fn all_pairs(text: &str, mark: &str, terms: &mut HashSet<String>) {
    for run in folded(text).split(GAP) {
        let next = run.chars().skip(1).chain([END]);
        for (letter, next) in run.chars().zip(next) {
            let mut term = String::with_capacity(8);
            term.push_str(mark);
            term.push(letter);
            term.push(next);
            terms.insert(term);
        }
    }
}

/// A term that is asked for.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Need {
    /// This very one.
    Term(String),
    /// Any that begins so.
    Beginning(String),
}

/// What a question asks of the index: each of its parts, by one way or another.
#[derive(Debug, Default)]
pub(super) struct Needs(pub Vec<Vec<Way>>);

/// A way to be found: all of these must stand at the same place.
pub(super) type Way = Vec<Need>;

impl Needs {
    /// What the words ask, where these are the categories.
    pub fn of(words: &Words, categories: &[Category]) -> Self {
        let ways = |word: &str| {
            let mut ways = vec![pairs(word, ""), pairs(word, NAME)];
            if word.bytes().all(|byte| byte.is_ascii_digit()) {
                ways.push(vec![Need::Term(format!("{NUMBER}{word}"))]);
            }
            let named = categories.iter().filter(|category| folded(&category.name).contains(word));
            ways.extend(named.map(|category| vec![Need::Term(format!("{CATEGORY}{}", category.id))]));
            ways
        };
        Self(words.each().map(ways).collect())
    }

    /// Besides, it must lie in one of these areas.
    pub fn within<'a>(&mut self, areas: impl IntoIterator<Item = &'a AreaPath>) {
        let codes = areas.into_iter().filter_map(AreaPath::code);
        self.0.push(codes.map(|code| vec![Need::Term(format!("{AREA}{code}"))]).collect());
    }

    /// The terms that are needed as they are.
    pub fn terms(&self) -> impl Iterator<Item = &str> {
        self.each().filter_map(|need| if let Need::Term(term) = need { Some(term.as_str()) } else { None })
    }

    /// The beginnings of terms that are needed.
    pub fn beginnings(&self) -> impl Iterator<Item = &str> {
        self.each().filter_map(|need| if let Need::Beginning(start) = need { Some(start.as_str()) } else { None })
    }

    fn each(&self) -> impl Iterator<Item = &Need> {
        self.0.iter().flatten().flatten()
    }

    /// Where in a slice everything is met that is needed, given what the index keeps there.
    pub fn met(&self, kept: Option<&HashMap<Need, Vec<u32>>>) -> Vec<u32> {
        let Some(kept) = kept else { return Vec::new() };
        let mut met: Option<Vec<u32>> = None;
        for ways in &self.0 {
            let part = either(ways.iter().map(|way| stand(way, kept)));
            let all = match met {
                Some(met) => both(&met, &part),
                None => part,
            };
            if all.is_empty() {
                return all;
            }
            met = Some(all);
        }
        met.unwrap_or_default()
    }
}

/// Where all that a way needs stands: from the rarest on.
fn stand(way: &Way, kept: &HashMap<Need, Vec<u32>>) -> Vec<u32> {
    let Some(mut lists) = way.iter().map(|need| kept.get(need)).collect::<Option<Vec<_>>>() else { return Vec::new() };
    lists.sort_by_key(|list| list.len());
    let mut lists = lists.into_iter();
    let first = lists.next().cloned().unwrap_or_default();
    lists.fold(first, |shared, list| both(&shared, list))
}

/// The pairs by which a word is looked for.
fn pairs(word: &str, mark: &str) -> Way {
    let letters: Vec<char> = word.chars().collect();
    if let [letter] = letters.as_slice() {
        return vec![Need::Beginning(format!("{mark}{letter}"))];
    }
    let last = letters.len() - 2;
    let needed = (0..=last).filter(|place| letters.len() <= LONG || place % 2 == 0 || *place == last);
    let mut way: Way =
        needed.map(|place| Need::Term(format!("{mark}{}{}", letters[place], letters[place + 1]))).collect();
    way.dedup();
    way
}

impl Words {
    /// Those that stand nowhere in the demand itself: in its title, text, client, number or category.
    pub(in crate::demands) fn missing_in(&self, demand: &Demand) -> Self {
        let texts = [&demand.title, &demand.body, &demand.client_name, &demand.category_name].map(|text| folded(text));
        let stands = |word: &str| {
            texts.iter().any(|text| text.contains(word)) || demand.number.split('-').any(|part| part == word)
        };
        self.but(stands)
    }

    /// Those that stand in none of its answers either.
    pub(super) fn missing_among(&self, answers: &[String]) -> Self {
        if self.is_empty() || answers.is_empty() {
            return self.clone();
        }
        let answers: Vec<String> = answers.iter().map(|answer| folded(answer)).collect();
        self.but(|word| answers.iter().any(|answer| answer.contains(word)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(title: &str) -> Text {
        Text {
            number: "370783-20261124-003".into(),
            client_name: "绿源".into(),
            area_path: AreaPath("/3707/370783/370783001/".into()),
            category_id: "0301".into(),
            title: title.into(),
            body: String::new(),
            answers: vec!["已接通，十二月五日送气。".into()],
        }
    }

    fn met(text: &Text, typed: &str) -> bool {
        let category = Category::new("0301", None, "用水");
        let terms = text.terms();
        let holds = |need: &Need| match need {
            Need::Term(term) => terms.contains(term),
            Need::Beginning(start) => terms.iter().any(|term| term.starts_with(start)),
        };
        Needs::of(&Words::of(typed), &[category]).0.iter().all(|ways| ways.iter().any(|way| way.iter().all(holds)))
    }

    #[test]
    fn a_demand_is_met_by_every_part_of_it_and_by_nothing_else() {
        let demand = text("新车间用电增容（ERP 二期）");
        for found in [
            "用电",
            "新车间用电增容",
            "容",
            "新",
            "erp",
            "Ｅ",
            "二期 增容",
            "绿源",
            "源",
            "003",
            "20261124",
            "用水",
            "水",
            "送气",
            "用电 接通",
        ] {
            assert!(met(&demand, found), "{found}");
        }
        for missed in ["用气", "电用", "容二", "新 煤", "二九", "006", "erq", "增容源"] {
            assert!(!met(&demand, missed), "{missed}");
        }
    }

    #[test]
    fn every_piece_of_a_long_title_is_met() {
        let title: Vec<char> = "关于协调解决化工园区外部蒸汽管网临时停供期间生产安排的请示".chars().collect();
        let demand = text(&title.iter().collect::<String>());
        for from in 0..title.len() {
            for to in from + 1..=title.len() {
                let piece: String = title[from..to].iter().collect();
                assert!(met(&demand, &piece), "{piece}");
            }
        }
    }

    #[test]
    fn the_name_of_the_client_is_kept_apart() {
        let (with, without) = (text("用电").terms(), Text { client_name: String::new(), ..text("用电") }.terms());
        assert!(with.difference(&without).all(|term| term.starts_with(NAME)));
    }
}
