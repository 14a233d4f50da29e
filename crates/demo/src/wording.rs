//! Texts in which slots such as `{town}` are filled and one of `[several/wordings]` is taken.

use crate::chance::Chance;
use crate::clients::Trade;
use chrono::{Datelike, Days};
use kernel::Day;
use std::fmt::Write;

const BANKS: &[&str] =
    &["农商银行", "一家国有大行", "一家股份制银行", "城商行", "村镇银行", "开户行", "政策性银行", "本地一家银行"];
const MARKETS: &[&str] =
    &["日本", "韩国", "东南亚", "欧盟", "北美", "俄罗斯", "中东", "非洲", "南美", "澳大利亚", "中亚", "印度"];
const PORTS: &[&str] = &["青岛港", "烟台港", "潍坊港", "天津港", "日照港", "上海港"];
const ROADS: &[&str] = &[
    "工业一路",
    "工业二路",
    "兴业路",
    "创业街",
    "金光街",
    "文圣街",
    "渤海路",
    "北海路",
    "宝通街",
    "健康东街",
    "民主街",
    "富康路",
    "长江路",
    "黄海路",
    "昌盛街",
    "龙泉路",
    "东环路",
    "西外环",
    "新城大道",
    "科技路",
    "园区中路",
    "物流大道",
    "永安路",
    "凤凰街",
];
const OWNERS: &[&str] = &[
    "一所学校扩建",
    "一处安置区",
    "一处产业园",
    "一条市政道路",
    "一家化工企业技改",
    "一处冷链园",
    "一家医院病房楼",
    "一处污水处理厂",
];
const TRANSFORMERS: &[u32] = &[250, 315, 400, 500, 630, 800, 1000, 1250, 1600, 2000, 2500, 3150, 4000];

/// Where the words of one demand come from.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Setting<'a> {
    pub trade: &'a Trade,
    pub firm: &'a str,
    pub we: &'static str,
    pub town: &'a str,
    pub county: &'static str,
    pub road: Option<&'a str>,
    pub size: u32,
    pub day: Day,
}

/// What the slots of one demand hold: the same in its question and in its answers.
#[derive(Debug)]
pub(crate) struct Slots<'a> {
    setting: Setting<'a>,
    product: &'static str,
    equipment: &'static str,
    material: &'static str,
    bank: &'static str,
    market: &'static str,
    port: &'static str,
    road: &'a str,
    owner: &'static str,
    wan: u32,
    wan2: u32,
    days: u32,
    n: u32,
    n2: u32,
    mu: u32,
    mu2: u32,
    kva: u32,
    tons: u32,
    yuan: u32,
    staff: u32,
    before: u64,
    after: u64,
    months: u32,
    turn: usize,
    /// The day of the answer, once there is one.
    pub answered: Option<Day>,
}

impl<'a> Slots<'a> {
    pub fn draw(chance: &mut Chance, setting: Setting<'a>) -> Self {
        let trade = setting.trade;
        let wan = chance.between(3, 40 * setting.size) * 10;
        let (n, mu) = (chance.between(2, 28), chance.between(4, 60) * 2 + chance.between(0, 1));
        Self {
            setting,
            product: chance.one::<&str>(&trade.products),
            equipment: chance.one::<&str>(&trade.equipment),
            material: chance.one::<&str>(&trade.materials),
            bank: chance.one::<&str>(BANKS),
            market: chance.one::<&str>(MARKETS),
            port: chance.one::<&str>(PORTS),
            road: setting.road.unwrap_or_else(|| chance.one::<&str>(ROADS)),
            owner: chance.one::<&str>(OWNERS),
            wan,
            wan2: (wan / chance.between(3, 9)).max(2),
            days: chance.between(3, 28),
            n,
            n2: chance.between(1, n.min(6)),
            mu,
            mu2: (mu * chance.between(4, 8) / 10).max(1),
            kva: *chance.one(TRANSFORMERS),
            tons: chance.between(2, 90) * if chance.happens(60) { 10 } else { 50 },
            yuan: chance.between(45, 90) * 100,
            staff: chance.between(8, 120) * setting.size + chance.between(0, 9),
            before: u64::from(chance.between(3, 24)),
            after: u64::from(chance.between(5, 12)),
            months: chance.between(1, 3),
            turn: chance.below(12),
            answered: None,
        }
    }

    /// The text with its slots filled and its wordings chosen.
    pub fn fill(&self, chance: &mut Chance, text: &str) -> String {
        let mut filled = String::with_capacity(text.len() + 48);
        self.fill_into(&mut filled, &mut |count| chance.below(count), text);
        filled
    }

    /// The same for a title and its question, which choose alike, so that they speak of the same.
    pub fn ask(&self, text: &str) -> String {
        let mut filled = String::with_capacity(text.len() + 48);
        self.fill_into(&mut filled, &mut |count| self.turn % count, text);
        filled
    }

    fn fill_into(&self, filled: &mut String, choose: &mut impl FnMut(usize) -> usize, mut text: &str) {
        while let Some(place) = text.find(['{', '[']) {
            filled.push_str(&text[..place]);
            let (close, inner) = (if text[place..].starts_with('{') { '}' } else { ']' }, &text[place + 1..]);
            let Some((inside, rest)) = inner.split_once(close) else { break };
            if close == '}' {
                self.slot(filled, inside);
            } else {
                let wordings: Vec<&str> = inside.split('/').collect();
                self.slots_into(filled, wordings[choose(wordings.len())]);
            }
            text = rest;
        }
        filled.push_str(text);
    }

    /// A wording, in which slots may stand but no further wordings.
    fn slots_into(&self, filled: &mut String, mut text: &str) {
        while let Some((before, rest)) = text.split_once('{') {
            filled.push_str(before);
            let Some((name, rest)) = rest.split_once('}') else { break };
            self.slot(filled, name);
            text = rest;
        }
        filled.push_str(text);
    }

    fn slot(&self, filled: &mut String, name: &str) {
        let setting = &self.setting;
        let number = |filled: &mut String, number: u32| write!(filled, "{number}").unwrap_or(());
        let month = |filled: &mut String, later: u32| number(filled, (setting.day.month0() + later) % 12 + 1);
        match name {
            "we" => filled.push_str(setting.we),
            "firm" => filled.push_str(setting.firm),
            "town" => filled.push_str(setting.town),
            "county" => filled.push_str(setting.county),
            "product" => filled.push_str(self.product),
            "equipment" => filled.push_str(self.equipment),
            "material" => filled.push_str(self.material),
            "measure" => filled.push_str(setting.trade.unit),
            "bank" => filled.push_str(self.bank),
            "market" => filled.push_str(self.market),
            "port" => filled.push_str(self.port),
            "road" => filled.push_str(self.road),
            "owner" => filled.push_str(self.owner),
            "wan" => number(filled, self.wan),
            "wan2" => number(filled, self.wan2),
            "days" => number(filled, self.days),
            "n" => number(filled, self.n),
            "n2" => number(filled, self.n2),
            "mu" => number(filled, self.mu),
            "mu2" => number(filled, self.mu2),
            "kva" => number(filled, self.kva),
            "tons" => number(filled, self.tons),
            "yuan" => number(filled, self.yuan),
            "staff" => number(filled, self.staff),
            "month" => {
                month(filled, 12 - self.months);
                filled.push('月');
            }
            "month2" => month(filled, self.months + 1),
            "next" => {
                month(filled, self.months.min(2));
                filled.push('月');
            }
            "year" => write!(filled, "{}", setting.day.year() - 1).unwrap_or(()),
            "date" => said(filled, setting.day - Days::new(self.before)),
            // In a question a day to come, in an answer the day before it.
            "date2" => {
                said(filled, self.answered.map_or(setting.day + Days::new(self.after), |day| day - Days::new(1)))
            }
            other => {
                write!(filled, "{{{other}}}").unwrap_or(());
            }
        }
    }
}

fn said(filled: &mut String, day: Day) {
    write!(filled, "{}月{}日", day.month(), day.day()).unwrap_or(());
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clients::trades;
    use crate::matters::matters;

    #[test]
    fn no_slot_stays_open_and_no_title_is_too_long() {
        let trades = trades();
        let mut chance = Chance::new(9);
        for matter in matters().unwrap() {
            for ask in &matter.asks {
                for trade in &trades {
                    let setting = Setting {
                        trade,
                        firm: "宏盛高分子材料",
                        we: "我公司",
                        town: "潍城经济开发区",
                        county: "综合保税区",
                        road: None,
                        size: 4,
                        day: Day::from_ymd_opt(2026, 11, 24).unwrap(),
                    };
                    let slots = Slots::draw(&mut chance, setting);
                    let answers = ask.answers.iter().map(|(_, text)| slots.fill(&mut chance, text));
                    for filled in answers.chain([slots.ask(ask.title), slots.ask(ask.text)]) {
                        assert!(!filled.contains(['{', '}', '[', ']']), "{filled}");
                    }
                    let title = slots.ask(ask.title);
                    assert!(title.chars().count() <= 60, "{title}");
                }
            }
        }
    }
}
