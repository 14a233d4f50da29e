//! What always holds, on many small cities: no plan is cheaper, no quota is exceeded, nobody barred is paired.

use super::*;
use kernel::words::{ClientKind, PairingPart};
use proptest::prelude::*;

fn officials() -> impl Strategy<Value = Official> {
    let who = prop::sample::select(vec![
        clerk(TOWN),
        clerk(OTHER_TOWN),
        section_head(),
        deputy_mayor(),
        official(COUNTY, Rank::SectionDeputy, UnitKind::Department, "寿光市应急管理局"),
        official(CITY, Rank::SectionHead, UnitKind::EconomicDepartment, "潍坊市商务局"),
        official(CITY, Rank::CountyHead, UnitKind::Department, "潍坊市教育局"),
    ]);
    (who, 0_u32..3, 0_u32..2, prop::bool::weighted(0.1)).prop_map(
        |(official, held_enterprises, held_projects, left_out)| Official {
            held_enterprises,
            held_projects,
            left_out,
            ..official
        },
    )
}

fn clients(officials: usize) -> impl Strategy<Value = Client> {
    let size = prop::sample::select(Size::ALL.to_vec());
    let place = prop::sample::select(vec![TOWN, OTHER_TOWN, COUNTY, OTHER_COUNTY]);
    let industry = prop::sample::select(vec![None, Some("3033"), Some("5211")]);
    let now = prop::option::of(0..officials);
    (size, place, industry, now, 1_u32..4).prop_map(|(size, place, industry, now, places)| Client {
        size,
        place,
        industry: industry.map(str::to_owned),
        now: now.into_iter().collect(),
        fixed: None,
        places,
    })
}

/// Small cities, some with pairs chosen by hand that the rules allow.
pub(in super::super) fn cities(people: usize, firms: usize) -> impl Strategy<Value = City> {
    prop::collection::vec(officials(), 1..=people).prop_flat_map(move |officials| {
        let count = officials.len();
        let bars = prop::collection::vec((0..firms, 0..count), 0..3);
        let fixed = prop::option::weighted(0.3, (0..firms, 0..count));
        (Just(officials), prop::collection::vec(clients(count), 1..=firms), bars, fixed).prop_map(
            |(officials, clients, bars, fixed)| {
                let mut city = city(officials, clients);
                let known = |client: &usize| *client < city.clients.len();
                let bar = |(client, official)| Bar { client, official, ground: Ground::Asked };
                city.bars = bars.into_iter().filter(|(client, _)| known(client)).map(bar).collect();
                if let Some((client, official)) = fixed.filter(|(client, _)| known(client)) {
                    city.clients[client].fixed = Some(official);
                    if plan(&city).is_err() {
                        city.clients[client].fixed = None;
                    }
                }
                city
            },
        )
    })
}

/// Whether an assignment keeps every rule, and what it costs.
fn judge(city: &City, pairs: &[Pair]) -> Result<i64, String> {
    for (place, official) in city.officials.iter().enumerate() {
        let mut held = [official.held_enterprises, official.held_projects];
        let own: Vec<&Pair> = pairs.iter().filter(|pair| pair.official == place).collect();
        for pair in &own {
            held[usize::from(city.clients[pair.client].kind() == ClientKind::Project)] += 1;
            if let Fit::Not(reason) = fit(city, pair.client, pair.official) {
                return Err(format!("{}-{}: {reason}", pair.client, pair.official));
            }
        }
        let Some(pool) = quota(&city.rules, official).filter(|_| !own.is_empty()) else { continue };
        let takes = |kind: ClientKind| own.iter().any(|pair| city.clients[pair.client].kind() == kind);
        if takes(ClientKind::Enterprise) && held[0] > pool.enterprises.max
            || takes(ClientKind::Project) && held[1] > pool.projects.max
            || held[0] + held[1] > pool.total
        {
            return Err(format!("{place} has too many"));
        }
    }
    for (client, of) in city.clients.iter().enumerate() {
        let officials: Vec<usize> =
            pairs.iter().filter(|pair| pair.client == client).map(|pair| pair.official).collect();
        let single = |official: &&usize| {
            of.fixed != Some(**official)
                && !quota(&city.rules, &city.officials[**official]).is_some_and(|pool| pool.several)
        };
        let singles = officials.iter().filter(single).count();
        if singles > usize::from(of.fixed.is_none()) || of.fixed.is_some_and(|fixed| !officials.contains(&fixed)) {
            return Err(format!("{client} has who may not work beside others"));
        }
        if officials.len() > of.places as usize
            || (1..officials.len()).any(|place| officials[..place].contains(&officials[place]))
        {
            return Err(format!("{client} has too many"));
        }
    }
    Ok(cost(city, pairs).total())
}

/// Shows every assignment that keeps every rule, with its cost.
fn every(city: &City, mut seen: impl FnMut(&[Pair], Cost)) {
    fn rest(city: &City, client: usize, pairs: &mut Vec<Pair>, seen: &mut impl FnMut(&[Pair], Cost)) {
        if client == city.clients.len() {
            if judge(city, pairs).is_ok() {
                seen(pairs, cost(city, pairs));
            }
            return;
        }
        for chosen in 0..1_usize << city.officials.len() {
            if chosen.count_ones() > city.clients[client].places {
                continue;
            }
            let before = pairs.len();
            for official in (0..city.officials.len()).filter(|official| chosen >> official & 1 == 1) {
                pairs.push(Pair { client, official, part: PairingPart::Lead, parts: Parts::default() });
            }
            rest(city, client + 1, pairs, seen);
            pairs.truncate(before);
        }
    }
    rest(city, 0, &mut Vec::new(), &mut seen);
}

/// The least cost, by trying everything.
fn brute(city: &City) -> i64 {
    let mut least = i64::MAX;
    every(city, |_, cost| least = least.min(cost.total()));
    least
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn no_plan_is_cheaper(city in cities(4, 3)) {
        let plan = plan(&city).unwrap();
        prop_assert_eq!(judge(&city, &plan.pairs), Ok(plan.cost.total()));
        prop_assert_eq!(plan.cost.total(), brute(&city));
    }

    #[test]
    fn every_rule_holds_and_the_same_city_has_the_same_plan(city in cities(30, 40)) {
        let first = plan(&city).unwrap();
        prop_assert_eq!(judge(&city, &first.pairs), Ok(first.cost.total()));
        prop_assert_eq!(pairs(&plan(&city).unwrap()), pairs(&first));
    }

    #[test]
    fn the_curve_falls_and_each_point_is_the_best_for_its_changes(city in cities(12, 14), touched in 0_usize..14) {
        let touched: Vec<usize> = (0..city.clients.len()).filter(|client| *client == touched).collect();
        let points = curve(&city, &touched).unwrap();
        for pair in points.windows(2) {
            prop_assert!(pair[0].changed < pair[1].changed && pair[0].fit > pair[1].fit);
        }
        for point in &points {
            prop_assert_eq!(judge(&city, &point.plan.pairs), Ok(point.fit + point.plan.cost.change));
        }
        let mut anew = city.clone();
        anew.rules.weights.change = 0;
        prop_assert_eq!(points[points.len() - 1].fit, plan(&anew).unwrap().cost.total(), "free to change everything");
    }

    #[test]
    fn no_plan_with_as_few_changes_fits_better(city in cities(4, 3)) {
        let upset: Vec<usize> = upset(&city).into_iter().map(|(client, _)| client).collect();
        let stays = |pairs: &[Pair]| {
            let stays = |pair: &&Pair| !upset.contains(&pair.client) && city.clients[pair.client].now.contains(&pair.official);
            pairs.iter().filter(stays).count()
        };
        let points = curve(&city, &[]).unwrap();
        let mut best = vec![i64::MAX; city.clients.len() + 1];
        let mut all = stays(&[]);
        every(&city, |pairs, cost| {
            all = all.max(stays(pairs));
            best[stays(pairs)] = best[stays(pairs)].min(cost.total() - cost.change);
        });
        let now = all + points[0].changed;
        for point in &points {
            prop_assert_eq!(best[now - point.changed], point.fit);
        }
        prop_assert_eq!(*best.iter().min().unwrap(), points[points.len() - 1].fit);
    }

    #[test]
    fn what_the_next_best_costs_is_what_a_plan_without_this_pair_costs(city in cities(8, 8)) {
        let first = plan(&city).unwrap();
        for why in explain(&city, &first, &Story).pairs {
            let Some(next) = why.next else { continue };
            let mut without = city.clone();
            without.bars.push(Bar { client: why.client, official: why.official, ground: Ground::Other });
            // To be without who is there now costs no more points for a change, and no fewer.
            let rise = plan(&without).unwrap().cost.total() - first.cost.total();
            prop_assert!(city.clients[why.client].places > 1 || (next.rise, next.most) == (rise, rise), "{:?} {}", next, rise);
        }
    }

    #[test]
    fn whoever_has_nobody_finds_themselves_in_one_gap_and_every_remedy_is_true(city in cities(4, 14)) {
        let first = plan(&city).unwrap();
        let gaps = explain(&city, &first, &Story).gaps;
        let mut told: Vec<usize> = gaps.iter().flat_map(|gap| gap.clients.iter().copied()).collect();
        told.sort_unstable();
        let alone = first.unpaired.iter().filter(|empty| empty.part == PairingPart::Lead).map(|empty| empty.client);
        prop_assert_eq!(told, alone.collect::<Vec<_>>());
        for gap in &gaps {
            prop_assert_eq!(gap.among, gap.places + gap.lacks);
            prop_assert!(gap.remedies.iter().all(|remedy| (1..=gap.lacks).contains(&remedy.helps)));
        }
    }

    #[test]
    fn a_move_by_hand_costs_what_it_says_and_is_refused_when_it_breaks_a_rule(city in cities(6, 6), client in 0_usize..6) {
        let plan = plan(&city).unwrap();
        let client = client % city.clients.len();
        prop_assume!(city.clients[client].fixed.is_none());
        let lead = plan.pairs.iter().position(|pair| pair.client == client && pair.part == PairingPart::Lead);
        let offered: Vec<usize> = choices(&city, &plan.pairs, client, 100).into_iter().map(|(official, _)| official).collect();
        for to in (0..city.officials.len()).map(Some).chain([None]) {
            let effect = move_effect(&city, &plan.pairs, client, to);
            let mut after = plan.pairs.clone();
            lead.into_iter().for_each(|place| { after.remove(place); });
            after.extend(to.map(|official| Pair { client, official, part: PairingPart::Lead, parts: Parts::default() }));
            let same = lead.map(|place| plan.pairs[place].official) == to;
            prop_assert_eq!(effect.refused.is_none(), judge(&city, &after).is_ok(), "{:?} {:?}", to, effect.refused);
            prop_assert_eq!(to.is_some_and(|to| offered.contains(&to)), to.is_some() && !same && effect.refused.is_none());
            if effect.refused.is_none() {
                prop_assert_eq!(effect.rise, cost(&city, &after).total() - plan.cost.total());
            }
        }
    }

    #[test]
    fn whoever_is_touched_is_mended_as_well_as_can_be_while_all_others_stay(city in cities(10, 12), touched in 0_usize..12) {
        let mut city = city;
        city.clients.iter_mut().for_each(|client| (client.places, client.fixed) = (1, None));
        // The curve does not count changes of whoever is touched.
        city.rules.weights.change = 0;
        // Whoever has nobody is looked at in any plan.
        let named = |client: &usize| *client == touched || city.clients[*client].now.is_empty();
        let named: Vec<usize> = (0..city.clients.len()).filter(named).collect();
        let mended = mend(&city, &named).unwrap();
        let looked_at: Vec<usize> = named.into_iter().chain(upset(&city).into_iter().map(|(client, _)| client)).collect();
        let mut all = mended.pairs.clone();
        for (client, of) in city.clients.iter().enumerate().filter(|(client, _)| !looked_at.contains(client)) {
            all.push(Pair { client, official: of.now[0], part: PairingPart::Lead, parts: Parts::default() });
        }
        prop_assert!(judge(&city, &all).is_ok());
        let first = curve(&city, &looked_at).unwrap().remove(0);
        let whole = cost(&city, &all);
        if first.changed == 0 {
            prop_assert_eq!(whole.total() - whole.change, first.fit);
        }
    }
}
