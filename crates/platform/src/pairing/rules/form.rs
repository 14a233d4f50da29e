//! The rules as a form sends them: every line under a name such as `pools.3.total`. What was typed stays what it was, so that
//! a refused form comes back as it was sent; [`Sent::of`] and [`Sent::read`] are each other's reverse.

use ::pairing::city::{Enforcer, Places, Pool, Rules, Size, Team, Trade, Wanted, Weights};
use kernel::problem::FieldError;
use kernel::words::{AreaLevel, ProjectLevel, Rank, UnitKind};

/// Names and values, a name as often as it has values.
#[derive(Debug, Clone, Default)]
pub struct Sent(pub Vec<(String, String)>);

impl Sent {
    /// The form that says what these rules say.
    pub fn of(rules: &Rules) -> Self {
        let mut sent = Self::default();
        for (place, pool) in rules.pools.iter().enumerate() {
            sent.add_pool(place, pool);
        }
        for weight in Weights::ALL {
            sent.add(format!("weights.{}", weight.key), (weight.get)(&rules.weights));
        }
        sent.add("weights.load", listed(rules.weights.load.iter().map(u32::to_string)));
        for (place, size) in Size::ALL.into_iter().enumerate() {
            if let Some(wanted) = rules.wanted.iter().find(|wanted| wanted.size == size) {
                sent.add(format!("wanted.{place}.lowest"), wanted.lowest.code());
                sent.add(format!("wanted.{place}.highest"), wanted.highest.code());
            }
            let extra = rules.teams.iter().find(|team| team.size == size).map_or(0, |team| team.extra);
            sent.add(format!("teams.{place}.extra"), extra);
        }
        for (place, trade) in rules.trades.iter().enumerate() {
            sent.add(format!("trades.{place}.word"), &trade.word);
            sent.add(format!("trades.{place}.core"), trade.core.join(""));
            sent.add(format!("trades.{place}.related"), trade.related.join(""));
        }
        for (place, enforcer) in rules.enforcers.iter().enumerate() {
            sent.add(format!("enforcers.{place}.word"), &enforcer.word);
            sent.add(format!("enforcers.{place}.sections"), enforcer.sections.join(""));
        }
        sent.add("general", listed(rules.general.iter().cloned()));
        sent
    }

    fn add(&mut self, name: impl Into<String>, value: impl ToString) {
        self.0.push((name.into(), value.to_string()));
    }

    fn add_pool(&mut self, place: usize, pool: &Pool) {
        let at = |field: &str| format!("pools.{place}.{field}");
        self.add(at("order"), place + 1);
        self.add(at("key"), &pool.key);
        self.add(at("name"), &pool.name);
        pool.levels.iter().for_each(|word| self.add(at("levels"), word.code()));
        pool.unit_kinds.iter().for_each(|word| self.add(at("unit_kinds"), word.code()));
        pool.ranks.iter().for_each(|word| self.add(at("ranks"), word.code()));
        self.add(at("enterprises.target"), pool.enterprises.target);
        self.add(at("enterprises.max"), pool.enterprises.max);
        self.add(at("projects.target"), pool.projects.target);
        self.add(at("projects.max"), pool.projects.max);
        self.add(at("total"), pool.total);
        if pool.several {
            self.add(at("several"), true);
        }
        pool.project_levels.iter().for_each(|word| self.add(at("project_levels"), word.code()));
    }

    /// The value under a name; empty when there is none.
    pub fn one(&self, name: &str) -> &str {
        self.0.iter().find(|(other, _)| other == name).map_or("", |(_, value)| value.trim())
    }

    /// Every value under a name.
    pub fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        self.0.iter().filter(move |(other, _)| other == name).map(|(_, value)| value.trim())
    }

    /// How many lines there are under a name: one more than the highest number that was sent.
    pub fn lines(&self, of: &str) -> usize {
        let place = |(name, _): &(String, String)| {
            name.strip_prefix(of)?.strip_prefix('.')?.split('.').next()?.parse::<usize>().ok()
        };
        self.0.iter().filter_map(place).max().map_or(0, |last| (last + 1).min(MOST_LINES))
    }

    /// The rules that the form says. A line without name or word is left out.
    ///
    /// # Errors
    /// Whatever is no number or no word of the list.
    pub fn read(&self) -> Result<Rules, Vec<FieldError>> {
        let mut reader = Reader { sent: self, wrong: Vec::new() };
        let rules = reader.rules();
        if reader.wrong.is_empty() { Ok(rules) } else { Err(reader.wrong) }
    }
}

/// Nobody has so many pools or trades.
const MOST_LINES: usize = 200;

/// Several words in one field.
fn listed(words: impl Iterator<Item = String>) -> String {
    words.collect::<Vec<_>>().join("、")
}

struct Reader<'a> {
    sent: &'a Sent,
    wrong: Vec<FieldError>,
}

impl Reader<'_> {
    fn rules(&mut self) -> Rules {
        let sent = self.sent;
        let mut pools: Vec<(u32, Pool)> = Vec::new();
        for place in 0..sent.lines("pools") {
            if !sent.one(&format!("pools.{place}.name")).is_empty() {
                let order = self.number(&format!("pools.{place}.order"), "次序");
                pools.push((order, self.pool(place)));
            }
        }
        pools.sort_by_key(|(order, _)| *order);
        let mut weights = Weights::shipped();
        for weight in Weights::ALL {
            *(weight.at)(&mut weights) = self.number(&format!("weights.{}", weight.key), weight.label);
        }
        weights.load = self.numbers("weights.load", Weights::LOAD.1);
        let (mut wanted, mut teams) = (Vec::new(), Vec::new());
        for (place, size) in Size::ALL.into_iter().enumerate() {
            let rank = |field: &str| Rank::parse(sent.one(&format!("wanted.{place}.{field}")));
            match (rank("lowest"), rank("highest")) {
                (None, None) => {}
                (lowest, highest) => {
                    if let Some(either) = lowest.or(highest) {
                        let (lowest, highest) = (lowest.unwrap_or(either), highest.unwrap_or(either));
                        wanted.push(Wanted { size, lowest, highest });
                    }
                }
            }
            let field = format!("teams.{place}.extra");
            let extra = self.number(&field, &format!("{}的协助专员", size.label()));
            if extra > 0 {
                teams.push(Team { size, extra });
            }
        }
        let mut trades = Vec::new();
        for place in 0..sent.lines("trades") {
            let field = |field: &str| sent.one(&format!("trades.{place}.{field}"));
            if !field("word").is_empty() {
                let (core, related) = (letters(field("core")), letters(field("related")));
                trades.push(Trade { word: field("word").to_owned(), core, related });
            }
        }
        let mut enforcers = Vec::new();
        for place in 0..sent.lines("enforcers") {
            let field = |field: &str| sent.one(&format!("enforcers.{place}.{field}"));
            if !field("word").is_empty() {
                enforcers.push(Enforcer { word: field("word").to_owned(), sections: letters(field("sections")) });
            }
        }
        let general = split(sent.one("general")).map(str::to_owned).collect();
        let pools = pools.into_iter().map(|(_, pool)| pool).collect();
        Rules { pools, weights, wanted, trades, general, enforcers, teams }
    }

    fn pool(&mut self, place: usize) -> Pool {
        let sent = self.sent;
        let at = |field: &str| format!("pools.{place}.{field}");
        let name = sent.one(&at("name")).to_owned();
        let mut number = |field: &str, what: &str| self.number(&at(field), &format!("{name}：{what}"));
        let enterprises = Places {
            target: number("enterprises.target", "企业目标数"),
            max: number("enterprises.max", "企业上限"),
        };
        let projects = Places {
            target: number("projects.target", "项目目标数"),
            max: number("projects.max", "项目上限"),
        };
        let total = number("total", "合计上限");
        let key = match sent.one(&at("key")) {
            "" => format!("added_{}", ('a'..='z').nth(place % 26).unwrap_or('a')),
            key => key.to_owned(),
        };
        Pool {
            key,
            levels: sent.all(&at("levels")).filter_map(AreaLevel::parse).collect(),
            unit_kinds: sent.all(&at("unit_kinds")).filter_map(UnitKind::parse).collect(),
            ranks: sent.all(&at("ranks")).filter_map(Rank::parse).collect(),
            enterprises,
            projects,
            total,
            several: sent.one(&at("several")) == "true",
            project_levels: sent.all(&at("project_levels")).filter_map(ProjectLevel::parse).collect(),
            name,
        }
    }

    fn number(&mut self, field: &str, what: &str) -> u32 {
        let typed = self.sent.one(field);
        typed.parse().unwrap_or_else(|_| {
            let detail = format!("{what}请填写 0 或正整数{}。", said(typed));
            self.wrong.push(FieldError { field: field.to_owned(), detail });
            0
        })
    }

    fn numbers(&mut self, field: &str, what: &str) -> Vec<u32> {
        let read: Result<Vec<u32>, _> = split(self.sent.one(field)).map(str::parse).collect();
        read.unwrap_or_else(|_| {
            let detail = format!("{what}请填写用顿号分开的整数，如 0、25、60。");
            self.wrong.push(FieldError { field: field.to_owned(), detail });
            Vec::new()
        })
    }
}

fn said(typed: &str) -> String {
    if typed.is_empty() { String::new() } else { format!("，收到的是“{typed}”") }
}

/// The words of a list, however they were parted.
fn split(text: &str) -> impl Iterator<Item = &str> {
    text.split([',', '，', '、', ' ', '\n', '\t', '\r']).map(str::trim).filter(|word| !word.is_empty())
}

/// The letters of a field, each a section of the standard.
fn letters(text: &str) -> Vec<String> {
    let signs = text.chars().filter(|sign| !sign.is_whitespace() && !matches!(sign, ',' | '，' | '、'));
    signs.map(|sign| sign.to_ascii_uppercase().to_string()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_form_shows_is_read_back_as_the_same_rules() {
        let mut rules = Rules::shipped();
        rules.teams.push(Team { size: Size::ALL[0], extra: 2 });
        assert_eq!(Sent::of(&rules).read(), Ok(rules));
    }

    #[test]
    fn a_slip_is_named_by_its_field() {
        let mut sent = Sent::of(&Rules::shipped());
        for (name, value) in &mut sent.0 {
            if name == "weights.change" || name == "pools.1.total" {
                *value = "很多".to_owned();
            }
        }
        let wrong = sent.read().unwrap_err();
        let fields: Vec<&str> = wrong.iter().map(|wrong| wrong.field.as_str()).collect();
        assert_eq!(fields, ["pools.1.total", "weights.change"]);
        assert_eq!(wrong[1].detail, "换人请填写 0 或正整数，收到的是“很多”。");
    }

    #[test]
    fn a_line_without_its_word_is_gone_and_the_order_is_as_it_was_typed() {
        let mut sent = Sent::of(&Rules::shipped());
        for (name, value) in &mut sent.0 {
            match name.as_str() {
                "trades.0.word" => value.clear(),
                "pools.2.order" => *value = "0".to_owned(),
                _ => {}
            }
        }
        let (shipped, read) = (Rules::shipped(), sent.read().unwrap());
        assert_eq!(read.trades, shipped.trades[1..]);
        assert_eq!(read.pools[0].key, shipped.pools[2].key);
    }
}
