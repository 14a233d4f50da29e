//! Why this pair and no other, in words a clerk uses: what each reason counts, who would be next and what that would cost, and
//! which rule keeps better ones away.

use super::fit::{Fit, Parts};
use super::fit::{Knows, Nearness, Profile, View, fit, quota, steps};
use super::gaps::{Gap, gaps};
use super::people::{City, Ground, Size};
use super::plan::{CityPlan, Pair};
use super::residual::Residual;
use super::sections;
use super::sight::{Sight, kind_index};
use kernel::AreaCode;
use kernel::words::{ClientKind, PairingPart};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Who is called what.
pub trait Names {
    /// A client's name.
    fn client(&self, client: usize) -> String;
    /// An official's name, with the unit where that helps.
    fn official(&self, official: usize) -> String;
    /// An area's name.
    fn area(&self, area: AreaCode) -> String;
}

/// A sentence with the points that it stands for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Said {
    /// The sentence, without points.
    pub text: String,
    /// The points.
    pub points: i64,
}

/// Who would look after a client if the chosen official must not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Next {
    /// Who; nobody when the client would be left alone, or only a way longer than the search looked could help.
    pub official: Option<usize>,
    /// By how many points the whole plan would become dearer, at least.
    pub rise: i64,
    /// And at most: with this official. The same as `rise` when it is known exactly, as it nearly always is.
    pub most: i64,
    /// How many other clients would have to move too.
    pub others: usize,
    /// All that as a sentence.
    pub text: String,
}

/// Why a pair is as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Why {
    /// Whom.
    pub client: usize,
    /// Who.
    pub official: usize,
    /// As what.
    pub part: PairingPart,
    /// What speaks for and against it, place first.
    pub reasons: Vec<Said>,
    /// The next best; none for a pair chosen by hand.
    pub next: Option<Next>,
    /// Which rules keep those away who would fit better; one sentence each.
    pub binding: Vec<String>,
}

/// All explanations of a plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explained {
    /// For each pair of the plan, in its order.
    pub pairs: Vec<Why>,
    /// Why some have nobody, and what would have to give.
    pub gaps: Vec<Gap>,
}

/// Explains a whole plan of this city.
#[must_use]
pub fn explain(city: &City, plan: &CityPlan, names: &dyn Names) -> Explained {
    let mut explainer = Explainer::of(city, plan);
    let pairs = plan.pairs.iter().map(|pair| explainer.pair(pair, names)).collect();
    Explained { pairs, gaps: explainer.gaps(names) }
}

/// The sentences for a pair that the rules allow, with their points; none for one that they do not.
#[must_use]
pub fn told(city: &City, client: usize, official: usize, names: &dyn Names) -> Vec<Said> {
    match fit(city, client, official) {
        Fit::May(parts) => sentences(city, client, official, parts, names),
        Fit::Not(_) => Vec::new(),
    }
}

/// A plan, ready to be asked about.
pub struct Explainer<'a> {
    pub(super) plan: &'a CityPlan,
    pub(super) sight: Sight<'a>,
    pub(super) residual: Residual<'a>,
    /// What each official has in the plan and outside it.
    held: Vec<[u32; 2]>,
}

impl<'a> Explainer<'a> {
    /// Prepares to explain a plan of this city.
    #[must_use]
    pub fn of(city: &'a City, plan: &'a CityPlan) -> Self {
        let before = |official: &super::people::Official| [official.held_enterprises, official.held_projects];
        let mut held: Vec<[u32; 2]> = city.officials.iter().map(before).collect();
        for pair in &plan.pairs {
            held[pair.official][kind_index(city.clients[pair.client].kind())] += 1;
        }
        let sight = Sight::of(city);
        let residual = Residual::of(&plan.proof, &sight.group_of);
        Self { plan, sight, residual, held }
    }

    /// Why this pair.
    #[must_use]
    pub fn pair(&mut self, pair: &Pair, names: &dyn Names) -> Why {
        let Pair { client, official, part, parts } = *pair;
        let city = self.sight.city;
        let mut reasons = sentences(city, client, official, parts, names);
        reasons.push(self.duty(official));
        let next = self.next(client, official, names);
        Why { client, official, part, reasons, next, binding: self.binding(pair, names) }
    }

    /// Why some have nobody, and what would have to give.
    #[must_use]
    pub fn gaps(&mut self, names: &dyn Names) -> Vec<Gap> {
        gaps(self, names)
    }

    /// What an official has to do, with the points of the last client.
    fn duty(&self, official: usize) -> Said {
        let all: u32 = self.held[official].iter().sum();
        let points = self.sight.city.rules.weights.load(all.saturating_sub(1));
        Said { text: format!("本人共联系 {all} 个"), points }
    }

    fn next(&mut self, client: usize, official: usize, names: &dyn Names) -> Option<Next> {
        if self.sight.city.clients[client].fixed == Some(official) {
            return None;
        }
        let group = self.sight.group_of[official]?;
        let kind = kind_index(self.sight.views[client].size.kind());
        let other = self.residual.without(client as u32, official as u32, group, kind)?;
        // Points of the rules, rounded up from those of the network.
        let scale = self.plan.proof.scale;
        let points = |points: i64| (points + scale - 1).div_euclid(scale);
        let (rise, most) = (points(other.rise), points(other.most));
        let official = other.official.map(|official| official as usize);
        let others =
            if other.others > 0 { format!("，另有 {} 对要跟着调整", other.others) } else { String::new() };
        let text = match official {
            Some(next) if most == 0 => format!("{}同样合适，总分不变{others}", names.official(next)),
            Some(next) if rise == most => format!("其次是{}，总分增加 {rise} 分{others}", names.official(next)),
            Some(next) => format!("其次可由{}联系，总分增加不超过 {most} 分", names.official(next)),
            None if rise < most => format!("换人要连带调整其他包靠关系，总分至少增加 {rise} 分"),
            None => format!("没有其他干部可以接替，换掉后将无人联系{others}"),
        };
        Some(Next { official, rise, most, others: other.others, text })
    }

    /// Why those who would fit better are not chosen.
    fn binding(&self, pair: &Pair, names: &dyn Names) -> Vec<String> {
        let (city, sight) = (self.sight.city, &self.sight);
        let client = &city.clients[pair.client];
        if client.fixed == Some(pair.official) {
            return vec!["由管理员手工指定，计算时不调整".to_owned()];
        }
        let kind = client.kind();
        let mut full = Better::default();
        let mut busy = Better::default();
        let mut barred: Vec<(usize, Ground)> = Vec::new();
        for (official, group) in sight.better(pair.client, pair.official, pair.parts.sum()) {
            if self.plan.proof.pairs.binary_search(&(pair.client as u32, official)).is_ok() {
                continue;
            }
            let official = official as usize;
            let bar = city.bars.iter().find(|bar| bar.client == pair.client && bar.official == official);
            if let Some(bar) = bar.filter(|_| sight.barred(pair.client, official as u32)) {
                barred.push((official, bar.ground));
                continue;
            }
            let Some(pool) = quota(&city.rules, &city.officials[official]) else { continue };
            let held = self.held[official];
            let taken = held[kind_index(kind)] >= pool.places(kind).max || held[0] + held[1] >= pool.total;
            (if taken { &mut full } else { &mut busy }).add(official, group);
        }
        let mut told = Vec::new();
        if let Some(first) = full.first {
            let (count, held) = (full.count, self.held[first]);
            let what = match kind {
                ClientKind::Enterprise => format!("企业 {} 家", held[0]),
                ClientKind::Project => format!("项目 {} 个", held[1]),
            };
            told.push(format!("{count} 名更合适的干部名额已满，例如{}已联系{what}", names.official(first)));
        }
        for (official, ground) in barred.iter().take(3) {
            told.push(format!("{}更合适，但已登记回避（{}）", names.official(*official), ground.label()));
        }
        if let Some(first) = busy.first {
            let all: u32 = self.held[first].iter().sum();
            let name = names.official(first);
            told.push(format!(
                "{} 名更合适的干部还有名额，但任务已较多，例如{name}已联系 {all} 个，再加会不均衡",
                busy.count
            ));
        }
        if told.is_empty() {
            told.push("在可以联系的干部中最合适".to_owned());
        }
        told
    }
}

/// Officials who would fit better, and the best of them.
#[derive(Default)]
struct Better {
    count: usize,
    first: Option<usize>,
    cost: i64,
}

impl Better {
    fn add(&mut self, official: usize, cost: i64) {
        self.count += 1;
        if self.first.is_none() || cost < self.cost {
            (self.first, self.cost) = (Some(official), cost);
        }
    }
}

/// The sentences of a pair's parts.
fn sentences(city: &City, client: usize, official: usize, parts: Parts, names: &dyn Names) -> Vec<Said> {
    let (of, who) = (&city.clients[client], &city.officials[official]);
    let (view, profile) = (View::of(of), Profile::of(&city.rules, who));
    let place = match profile.nearness(&view) {
        Some(Nearness::OwnTown) => format!("同在{}", names.area(of.place.area)),
        Some(Nearness::OtherTown) => format!("在{}的另一个镇街", names.area(of.place.county)),
        Some(Nearness::County) => format!("同在{}", names.area(of.place.county)),
        Some(Nearness::City) | None => "市直单位干部".to_owned(),
    };
    let (unit, section) = (&who.unit_name, sections::name(view.section));
    let trade = match profile.knows(&view) {
        Knows::Core => format!("{unit}对口{section}"),
        Knows::Related => format!("{unit}经常服务{section}"),
        Knows::General => format!("{unit}面向各行业"),
        Knows::Outside => format!("{unit}没有对口行业"),
        Knows::Other => format!("{unit}与{section}不对口"),
        Knows::Unknown => "行业未登记，不计行业分".to_owned(),
    };
    let size = match of.size {
        Size::Enterprise(scale) => format!("{}企业", scale.label()),
        Size::Project(level) => format!("{}项目", level.label()),
    };
    let level = match steps(&city.rules, of.size, who.rank) {
        0 => format!("{}联系{size}，职级合适", who.rank.label()),
        above @ 1.. => format!("{}联系{size}，高 {above} 级", who.rank.label()),
        below => format!("{}联系{size}，低 {} 级", who.rank.label(), -below),
    };
    let change = match of.now.as_slice() {
        [] => "现在没有服务专员".to_owned(),
        now if now.contains(&official) => "继续由现在的专员联系".to_owned(),
        [now, ..] => format!("由{}换人", names.official(*now)),
    };
    let said = |text, points| Said { text, points };
    vec![said(place, parts.place), said(trade, parts.trade), said(level, parts.level), said(change, parts.change)]
}
