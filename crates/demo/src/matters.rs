//! What enterprises ask and what they are told, by category: read from data/matters.txt, with slots filled in.

use crate::chance::Chance;

const MATTERS: &str = include_str!("../data/matters.txt");

/// A top category with its bureau, children and texts.
#[derive(Debug, Default)]
pub(crate) struct Matter {
    pub code: &'static str,
    pub name: &'static str,
    pub bureau: &'static str,
    pub children: Vec<(&'static str, &'static str)>,
    pub asks: Vec<(&'static str, &'static str)>,
    pub solved: Vec<&'static str>,
    pub explained: Vec<&'static str>,
}

/// All of them, in order of code.
pub(crate) fn matters() -> Vec<Matter> {
    let mut all: Vec<Matter> = Vec::new();
    for line in MATTERS.lines() {
        let Some((mark, rest)) = line.split_once(' ') else { continue };
        if mark == "=" {
            let (head, bureau) = rest.split_once(" | ").unwrap_or((rest, ""));
            let (code, name) = head.split_once(' ').unwrap_or((head, ""));
            all.push(Matter { code, name, bureau, ..Matter::default() });
        }
        let Some(matter) = all.last_mut() else { continue };
        match mark {
            "-" => matter.children.extend(rest.split_once(' ')),
            "?" => matter.asks.extend(rest.split_once(" | ")),
            "!" => matter.solved.push(rest),
            "~" => matter.explained.push(rest),
            _ => {}
        }
    }
    all
}

/// What the slots of one demand hold: the same in its question and in its answers.
#[derive(Debug)]
pub(crate) struct Slots(Vec<(&'static str, String)>);

impl Slots {
    pub fn draw(chance: &mut Chance, product: &str, equipment: &str, material: &str, town: &str) -> Self {
        Self(vec![
            ("{product}", product.to_owned()),
            ("{equipment}", equipment.to_owned()),
            ("{material}", material.to_owned()),
            ("{town}", town.to_owned()),
            ("{wan}", (chance.between(6, 160) * 5).to_string()),
            ("{days}", chance.between(3, 25).to_string()),
            ("{month}", chance.between(1, 12).to_string()),
            ("{n}", chance.between(2, 30).to_string()),
            ("{mu}", (chance.between(3, 40) * 5).to_string()),
        ])
    }

    pub fn fill(&self, text: &str) -> String {
        self.0.iter().fold(text.to_owned(), |text, (slot, value)| text.replace(slot, value))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_category_has_children_questions_and_answers_and_no_slot_stays_open() {
        let slots = Slots::draw(&mut Chance::new(1), "轮胎", "硫化机", "炭黑", "侯镇");
        for matter in matters() {
            assert!(
                !matter.bureau.is_empty() && matter.children.len() >= 2 && matter.asks.len() >= 2,
                "{}",
                matter.name
            );
            assert!(!matter.solved.is_empty(), "{}", matter.name);
            let asked = matter.asks.iter().flat_map(|(title, text)| [*title, *text]);
            for text in asked.chain(matter.solved.iter().copied()).chain(matter.explained.iter().copied()) {
                let filled = slots.fill(text);
                assert!(!filled.contains('{'), "{filled}");
            }
        }
    }
}
