//! A city's plan: who looks after whom, at the least total cost, proved against every pair that the rules allow.

use super::cost::{Cost, counted};
use super::fit::{Parts, Reason};
use super::network::Terms;
use super::optimum::{Optimum, optimum};
use super::people::City;
use super::sight::Sight;
use crate::flow::{Malformed, Violation};
use kernel::words::PairingPart;
use thiserror::Error;

/// Somebody looks after a client.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pair {
    /// Whom.
    pub client: usize,
    /// Who.
    pub official: usize,
    /// As what.
    pub part: PairingPart,
    /// What it costs, by reason.
    pub parts: Parts,
}

/// Seats of a client that stay empty.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unpaired {
    /// Whose.
    pub client: usize,
    /// [`PairingPart::Lead`]: it has nobody at all.
    pub part: PairingPart,
    /// How many.
    pub seats: u32,
}

/// A plan and its proof.
#[derive(Debug)]
pub struct CityPlan {
    /// Who looks after whom, client by client, the lead first.
    pub pairs: Vec<Pair>,
    /// Who has nobody, and who has fewer than should be; client by client.
    pub unpaired: Vec<Unpaired>,
    /// What it costs.
    pub cost: Cost,
    /// How many pairs the rules allow. Prices, checked apart from the solver, prove that no plan over all of them is cheaper.
    pub choices: u64,
    /// The network with its flow and prices: what explanations are read from.
    pub(crate) proof: Optimum,
}

/// Why there is no plan.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Refused {
    /// Pairs chosen by hand that must not be: the client and why.
    #[error("有 {} 对手工指定的包靠关系不符合规则，请先取消指定或另选他人", .0.len())]
    Fixed(Vec<(usize, Reason)>),
    /// Somebody is named who is not in the lists.
    #[error("名单中没有第 {0} 名干部或企业（项目）")]
    Unknown(usize),
    /// The rules cannot be used as they are.
    #[error("规则有误：{0}")]
    Rules(String),
    /// Numbers too large for exact sums.
    #[error(transparent)]
    TooLarge(#[from] Malformed),
    /// The plan could not be proved: a defect of the optimiser.
    #[error("方案未通过最优性验证：{0}")]
    Unproved(String),
}

impl From<Violation> for Refused {
    fn from(violation: Violation) -> Self {
        Self::Unproved(violation.to_string())
    }
}

/// Plans a city. The same city always has the same plan.
///
/// # Errors
/// When somebody was chosen by hand against the rules, or the input makes no sense. Too few places are no error: whoever finds
/// none is in [`CityPlan::unpaired`].
pub fn plan(city: &City) -> Result<CityPlan, Refused> {
    check(city)?;
    let sight = Sight::of(city);
    let terms = Terms { scale: 1, change: i64::from(city.rules.weights.change), free: None, counts_empty: false };
    let optimum = optimum(&sight, &terms, None)?;
    Ok(read(&sight, optimum))
}

pub(crate) fn check(city: &City) -> Result<(), Refused> {
    if let Some(mistake) = city.rules.check().into_iter().next() {
        return Err(Refused::Rules(mistake.detail));
    }
    let (clients, officials) = (city.clients.len(), city.officials.len());
    let named = city.clients.iter().flat_map(|client| client.now.iter().chain(&client.fixed));
    if let Some(stranger) = named.chain(city.bars.iter().map(|bar| &bar.official)).find(|named| **named >= officials) {
        return Err(Refused::Unknown(*stranger));
    }
    if let Some(bar) = city.bars.iter().find(|bar| bar.client >= clients) {
        return Err(Refused::Unknown(bar.client));
    }
    let fixed = city.clients.iter().enumerate().filter_map(|(client, of)| Some((client, of.fixed?)));
    if fixed.clone().next().is_none() {
        return Ok(());
    }
    let wrong = super::moves::not_allowed(city, fixed);
    if wrong.is_empty() { Ok(()) } else { Err(Refused::Fixed(wrong)) }
}

/// Reads the pairs off a flow.
pub(crate) fn read(sight: &Sight<'_>, proof: Optimum) -> CityPlan {
    let city = sight.city;
    let mut of_client: Vec<Vec<usize>> = city.clients.iter().map(|client| client.fixed.into_iter().collect()).collect();
    for (client, official) in &proof.pairs {
        of_client[*client as usize].push(*official as usize);
    }
    let mut pairs = Vec::new();
    let mut unpaired = Vec::new();
    for (client, mut officials) in of_client.into_iter().enumerate() {
        let of = &city.clients[client];
        let several =
            |official: usize| sight.group_of[official].is_some_and(|group| sight.groups[group as usize].several);
        // Whoever was chosen by hand leads, then whoever may not work beside others, then whoever leads now, then by rank.
        officials.sort_by_key(|official| {
            (
                of.fixed != Some(*official),
                several(*official),
                of.now.first() != Some(official),
                city.officials[*official].rank,
                *official,
            )
        });
        let extra = super::sight::extra(&city.rules, of);
        let found = officials.len() as u32;
        if found == 0 {
            unpaired.push(Unpaired { client, part: PairingPart::Lead, seats: 1 });
        }
        if found.max(1) <= extra {
            unpaired.push(Unpaired { client, part: PairingPart::Assist, seats: extra + 1 - found.max(1) });
        }
        for (place, official) in officials.into_iter().enumerate() {
            let Some(parts) = sight.parts(client, official) else { continue };
            let part = if place == 0 { PairingPart::Lead } else { PairingPart::Assist };
            pairs.push(Pair { client, official, part, parts });
        }
    }
    let cost = counted(city, &pairs);
    CityPlan { pairs, unpaired, cost, choices: sight.choices(), proof }
}
