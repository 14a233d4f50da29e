//! Names of people and firms, put together by chance; whoever bears one is not meant.

use crate::chance::Chance;
use kernel::Phone;

const NAMES: &str = include_str!("../data/names.txt");

/// The parts that names are made of.
#[derive(Debug)]
pub(crate) struct Names {
    surnames: Vec<(String, u32)>,
    first: Vec<char>,
    second: Vec<char>,
    marks: Vec<char>,
}

impl Names {
    pub fn read() -> Self {
        let surnames = part("surname").into_iter().flat_map(str::split_whitespace).map(|entry| {
            let name: String = entry.chars().filter(|c| !c.is_ascii_digit()).collect();
            let weight = entry.trim_start_matches(|c: char| !c.is_ascii_digit()).parse().unwrap_or(1);
            (name, weight)
        });
        Self {
            surnames: surnames.collect(),
            first: characters("first"),
            second: characters("second"),
            marks: characters("trade"),
        }
    }

    /// A person's name.
    pub fn person(&self, chance: &mut Chance) -> String {
        let (surname, _) = &self.surnames[chance.weighted(self.surnames.iter().map(|(_, weight)| *weight))];
        if chance.happens(20) {
            return format!("{surname}{}", chance.one(&self.second));
        }
        format!("{surname}{}{}", chance.one(&self.first), chance.one(&self.second))
    }

    /// The two characters by which a firm is known.
    pub fn mark(&self, chance: &mut Chance) -> String {
        format!("{}{}", chance.one(&self.marks), chance.one(&self.marks))
    }
}

/// A mobile of a range that no network gives out to the public.
pub(crate) fn mobile(chance: &mut Chance) -> Result<Phone, String> {
    Phone::parse(&format!("1380000{:04}", chance.between(0, 9999)))
}

/// The lines of one part of the file of names.
fn part(name: &str) -> Vec<&'static str> {
    let lines = NAMES.lines().skip_while(|line| *line != format!("[{name}]")).skip(1);
    lines.take_while(|line| !line.starts_with('[')).filter(|line| !line.is_empty()).collect()
}

fn characters(name: &str) -> Vec<char> {
    part(name).concat().chars().collect()
}

/// The number of the office in this place: landlines of seven digits do not begin with a nine.
pub(crate) fn landline(place: usize) -> Result<Phone, String> {
    Phone::parse(&format!("0536-9{place:06}"))
}
