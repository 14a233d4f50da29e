//! What enterprises ask and what they are told: read from data/matters.txt. A question stands with its own answers below its
//! own category, so the three always fit each other.

use kernel::words::{ClientKind, Outcome, StatutoryList};

const MATTERS: &str = include_str!("../data/matters.txt");

/// A top category with the bureaus that lead it.
#[derive(Debug)]
pub(crate) struct Matter {
    pub code: &'static str,
    pub name: &'static str,
    pub bureau: &'static str,
    pub city_bureau: &'static str,
    pub weight: u32,
    /// In how many of a hundred the town's office handles it.
    pub town: u32,
    pub children: Vec<(&'static str, &'static str)>,
    pub asks: Vec<Ask>,
}

/// A question with its answers.
#[derive(Debug)]
pub(crate) struct Ask {
    /// The category below.
    pub category: &'static str,
    /// Only for these (the letters of the file: lists, f for food, x for goods that are sold far); for everybody when empty.
    lists: &'static str,
    /// Only in these months; in all when empty.
    months: Vec<u32>,
    pub title: &'static str,
    pub text: &'static str,
    pub answers: Vec<(Outcome, &'static str)>,
}

impl Ask {
    /// Whether a client of this kind and list asks it in this month.
    pub fn fits(&self, kind: ClientKind, (list, industry): (Option<StatutoryList>, &str), month: u32) -> bool {
        let makes = matches!(list, Some(StatutoryList::Industry) | None);
        let is = |letter: char| match letter {
            'f' => FOOD.iter().any(|food| industry.starts_with(food)),
            'x' => makes && !industry.starts_with('4') || industry.starts_with("51"),
            other => other == letter_of(kind, list),
        };
        (self.lists.is_empty() || self.lists.chars().any(is))
            && (self.months.is_empty() || self.months.contains(&month))
    }
}

/// The classes of industry that deal in food.
const FOOD: &[&str] = &["13", "14", "151", "5111", "5124", "5212", "62", "5432", "593"];

fn letter_of(kind: ClientKind, list: Option<StatutoryList>) -> char {
    match (kind, list) {
        (ClientKind::Project, _) => 'p',
        (_, Some(StatutoryList::Construction)) => 'c',
        (_, Some(StatutoryList::Trade)) => 't',
        (_, Some(StatutoryList::Service)) => 's',
        _ => 'i',
    }
}

/// All of them, in order of code.
pub(crate) fn matters() -> Result<Vec<Matter>, String> {
    let mut all: Vec<Matter> = Vec::new();
    for line in MATTERS.lines().filter(|line| !line.starts_with('#') && !line.is_empty()) {
        read(&mut all, line).ok_or_else(|| format!("data/matters.txt: {line}"))?;
    }
    Ok(all)
}

fn read(all: &mut Vec<Matter>, line: &'static str) -> Option<()> {
    let (mark, rest) = line.split_once(' ')?;
    if mark == "=" {
        let fields: Vec<&'static str> = rest.split(" | ").collect();
        let [head, bureau, city_bureau, weight, town] = fields.try_into().ok()?;
        let (code, name) = head.split_once(' ')?;
        let (weight, town) = (weight.parse().ok()?, town.parse().ok()?);
        all.push(Matter { code, name, bureau, city_bureau, weight, town, children: Vec::new(), asks: Vec::new() });
        return Some(());
    }
    let matter = all.last_mut()?;
    let mut answer = |outcome| matter.asks.last_mut().map(|ask| ask.answers.push((outcome, rest)));
    match mark {
        "-" => matter.children.push(rest.split_once(' ')?),
        "!" => answer(Outcome::Solved)?,
        "~" => answer(Outcome::Explained)?,
        "%" => answer(Outcome::Partly)?,
        "x" => answer(Outcome::Unlawful)?,
        "^" => answer(Outcome::Shelved)?,
        _ => {
            let (lists, months) = mark.strip_prefix('?')?.split_once('@').unwrap_or((mark.get(1..)?, ""));
            let months = months.split(',').filter_map(|month| month.parse().ok()).collect();
            let (title, text) = rest.split_once(" | ")?;
            let (category, _) = matter.children.last()?;
            matter.asks.push(Ask { category, lists, months, title, text, answers: Vec::new() });
        }
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_category_has_questions_and_every_question_answers_and_askers() {
        let matters = matters().unwrap();
        assert_eq!(matters.len(), 15);
        for matter in &matters {
            let asked: BTreeSet<&str> = matter.asks.iter().map(|ask| ask.category).collect();
            let children: BTreeSet<&str> = matter.children.iter().map(|(code, _)| *code).collect();
            assert_eq!(asked, children, "{}", matter.name);
            for ask in &matter.asks {
                assert!(!ask.answers.is_empty(), "{}", ask.title);
                assert!(ask.category.starts_with(matter.code), "{}", ask.title);
                assert!(ask.lists.chars().all(|list| "ictspfx".contains(list)), "{}", ask.title);
            }
        }
    }

    #[test]
    fn whoever_asks_in_any_month_finds_most_categories_and_always_that_of_the_demo_bureau() {
        let lists =
            [StatutoryList::Industry, StatutoryList::Construction, StatutoryList::Trade, StatutoryList::Service];
        let enterprises = lists.map(|list| (ClientKind::Enterprise, Some(list)));
        let matters = matters().unwrap();
        for (kind, list) in enterprises.into_iter().chain([(ClientKind::Project, None)]) {
            for month in 1..=12 {
                let asked = |matter: &&Matter| matter.asks.iter().any(|ask| ask.fits(kind, (list, "7211"), month));
                assert!(matters.iter().filter(asked).count() >= 9, "{kind:?} {list:?} {month}");
                let led = matters.iter().filter(|matter| matter.bureau == "发展和改革局");
                assert_eq!(led.filter(asked).count(), 1, "{kind:?} {list:?} {month}");
            }
        }
    }
}
