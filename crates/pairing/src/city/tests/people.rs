//! What a clerk would say about small cities.

use super::*;
use kernel::words::{ClientKind, PairingPart};

#[test]
fn the_shipped_rules_make_sense_and_travel_as_json() {
    let rules = Rules::shipped();
    assert_eq!(rules.check(), []);
    let text = serde_json::to_string(&rules).unwrap();
    assert_eq!(serde_json::from_str::<Rules>(&text).unwrap(), rules);
    assert_eq!(Rules::differences(&rules, &rules), []);
}

#[test]
fn quotas_are_those_of_the_city_paper() {
    let rules = Rules::shipped();
    let places = |place, rank, kind| {
        let pool = quota(&rules, &official(place, rank, kind, "单位"));
        pool.map(|pool| (pool.enterprises.max, pool.projects.max, pool.total))
    };
    assert_eq!(places(CITY, Rank::Departmental, UnitKind::Government), Some((4, 3, 7)));
    assert_eq!(places(CITY, Rank::CountyHead, UnitKind::Department), Some((3, 2, 5)));
    assert_eq!(places(CITY, Rank::CountyDeputy, UnitKind::University), Some((2, 1, 3)));
    assert_eq!(places(CITY, Rank::SectionHead, UnitKind::EconomicDepartment), Some((2, 2, 2)), "企业或项目");
    assert_eq!(places(CITY, Rank::SectionHead, UnitKind::Department), None);
    assert_eq!(places(COUNTY, Rank::SectionHead, UnitKind::DemandDesk), None, "服务中心不包靠");
}

#[test]
fn what_cannot_be_meant_is_said_where_it_stands() {
    let mut rules = Rules::shipped();
    rules.pools[1].enterprises = Places { target: 5, max: 4 };
    rules.weights.load = vec![0, 50, 20];
    rules.trades[0].core = vec!["X".to_owned()];
    let found: Vec<_> = rules.check().into_iter().map(|mistake| (mistake.field, mistake.detail)).collect();
    let fields: Vec<&str> = found.iter().map(|(field, _)| field.as_str()).collect();
    assert_eq!(fields, ["pools.1.enterprises", "weights.load", "trades.0.core"]);
    assert_eq!(found[0].1, "厅级干部：目标数 5 不能大于上限 4。");
}

#[test]
fn what_changed_is_said_line_by_line() {
    let old = Rules::shipped();
    let mut new = old.clone();
    new.weights.change = 90;
    new.pools.pop();
    let told: Vec<_> =
        Rules::differences(&old, &new).into_iter().map(|line| (line.label, line.old, line.new)).collect();
    assert_eq!(told[0], ("换人".to_owned(), "60 分".to_owned(), "90 分".to_owned()));
    assert!(
        told[1..].iter().all(|(label, _, new)| label.starts_with("县直、镇街一般干部：") && new.is_empty()),
        "{told:?}"
    );
}

#[test]
fn a_factory_goes_to_its_own_town_first() {
    let plan = plan(&city(vec![clerk(OTHER_TOWN), clerk(TOWN), section_head()], vec![factory(TOWN)])).unwrap();
    assert_eq!(pairs(&plan), [(0, 1)]);
    assert_eq!(plan.pairs[0].parts, Parts { place: 0, trade: 25, level: 0, change: 0 });
    assert!(plan.unpaired.is_empty());
}

#[test]
fn nobody_has_two_before_all_have_one() {
    let plan = plan(&city(vec![clerk(TOWN), clerk(TOWN)], vec![factory(TOWN), factory(TOWN)])).unwrap();
    let officials: Vec<usize> = plan.pairs.iter().map(|pair| pair.official).collect();
    assert_eq!(officials.iter().sum::<usize>(), 1, "{officials:?}");
}

#[test]
fn two_clients_one_place_the_bigger_one_gets_it() {
    let mut one = clerk(TOWN);
    one.held_enterprises = 1;
    let plan = plan(&city(vec![one], vec![factory(TOWN), enterprise(TOWN, ScaleClass::Medium)])).unwrap();
    assert_eq!(pairs(&plan), [(1, 0)]);
    assert_eq!(plan.unpaired, [Unpaired { client: 0, part: PairingPart::Lead, seats: 1 }]);
}

#[test]
fn an_official_leaves_and_a_neighbour_takes_over_without_moving_others() {
    let mut city = city(vec![clerk(TOWN), clerk(TOWN), clerk(TOWN)], vec![factory(TOWN), factory(TOWN), factory(TOWN)]);
    for (place, client) in city.clients.iter_mut().enumerate() {
        client.now = vec![place];
    }
    city.officials[1].left_out = true;
    assert_eq!(upset(&city), [(1, Reason::LeftOut)]);
    let plan = plan(&city).unwrap();
    assert_eq!((pairs(&plan)[0], pairs(&plan)[2]), ((0, 0), (2, 2)));
    assert_eq!(plan.cost.change, 60);
}

#[test]
fn a_conflict_of_interest_bars() {
    let mut city = city(vec![clerk(TOWN), clerk(OTHER_TOWN)], vec![factory(TOWN)]);
    city.bars.push(Bar { client: 0, official: 0, ground: Ground::Family });
    assert_eq!(fit(&city, 0, 0), Fit::Not(Reason::Barred(Ground::Family)));
    assert_eq!(pairs(&plan(&city).unwrap()), [(0, 1)]);
}

#[test]
fn whoever_inspects_a_factory_does_not_look_after_it() {
    let inspector = official(COUNTY, Rank::SectionHead, UnitKind::Department, "寿光市应急管理局");
    let shop = Client { industry: Some("5211".to_owned()), ..factory(TOWN) };
    let city = city(vec![inspector], vec![factory(TOWN), shop]);
    let Fit::Not(reason) = fit(&city, 0, 0) else { panic!("kept out") };
    assert_eq!(reason.to_string(), "所在单位（应急管理）对企业有监管执法权，按亲清回避要求不能联系");
    assert_eq!(pairs(&plan(&city).unwrap()), [(1, 0)]);
}

#[test]
fn a_county_keeps_to_itself_and_a_project_asks_for_a_rank() {
    let city = city(
        vec![clerk(TOWN), section_head(), deputy_mayor()],
        vec![factory(OTHER_COUNTY), project(TOWN, ProjectLevel::Province)],
    );
    let reason = |client, official| match fit(&city, client, official) {
        Fit::Not(reason) => reason.to_string(),
        Fit::May(parts) => format!("{}", parts.sum()),
    };
    assert_eq!(reason(0, 0), "不在本县（市、区），县、镇干部只联系本辖区的企业和项目");
    assert_eq!(reason(1, 0), "按现行规则，县直、镇街一般干部不联系项目");
    assert_eq!(reason(1, 1), "按现行规则，县直经济部门正科级干部不联系省重点项目");
    assert_eq!(reason(1, 2), "105", "同县 20，综合部门 25，低一级 60");
}

#[test]
fn a_hand_chosen_pair_is_kept_and_one_against_the_rules_is_refused() {
    let mut city = city(vec![clerk(TOWN), clerk(OTHER_TOWN)], vec![factory(TOWN)]);
    city.clients[0].fixed = Some(1);
    let kept = plan(&city).unwrap();
    assert_eq!((pairs(&kept), kept.cost.total()), (vec![(0, 1)], 120 + 25));
    city.officials[1].left_out = true;
    assert_eq!(plan(&city).unwrap_err(), Refused::Fixed(vec![(0, Reason::LeftOut)]));
}

#[test]
fn helpers_stand_beside_a_lead_and_are_never_taken_from_others() {
    let mut big = enterprise(TOWN, ScaleClass::Large);
    big.places = 3;
    let city = city(vec![clerk(TOWN), clerk(TOWN), section_head(), section_head()], vec![big, factory(TOWN)]);
    let plan = plan(&city).unwrap();
    let of_big: Vec<_> =
        plan.pairs.iter().filter(|pair| pair.client == 0).map(|pair| (pair.official, pair.part)).collect();
    assert_eq!(of_big.len(), 3);
    assert_eq!(of_big.iter().filter(|(_, part)| *part == PairingPart::Lead).count(), 1);
    assert!(of_big.iter().skip(1).all(|(official, _)| *official >= 2), "{of_big:?}");
    assert_eq!(plan.unpaired, []);
}

#[test]
fn a_move_by_hand_shows_cost_and_places_at_once() {
    let city = city(vec![clerk(TOWN), clerk(OTHER_TOWN)], vec![factory(TOWN), factory(TOWN), factory(OTHER_TOWN)]);
    let before = plan(&city).unwrap();
    let effect = move_effect(&city, &before.pairs, 0, Some(1));
    let mut after = before.pairs.clone();
    after[0].official = 1;
    assert_eq!(effect.rise, cost(&city, &after).total() - before.cost.total());
    assert_eq!(effect.to.map(|taken| (taken.enterprises, taken.most_enterprises)), Some((2, 2)));
    assert_eq!(effect.refused, None);
    let full = move_effect(&city, &after, 1, Some(1));
    assert_eq!(full.refused, Some(Reason::Full { kind: ClientKind::Enterprise, max: 2 }));
    assert_eq!(full.refused.unwrap().to_string(), "联系的企业已达上限 2 个");
}

#[test]
fn changing_more_fits_better_and_the_curve_says_how_much() {
    let officials = vec![clerk(TOWN), clerk(TOWN), clerk(OTHER_TOWN), clerk(OTHER_TOWN)];
    let mut city = city(officials, (0..4).map(|client| factory(if client < 2 { TOWN } else { OTHER_TOWN })).collect());
    // Everybody is paired across the towns; only one has to be looked at anew.
    for (client, now) in [2, 3, 0, 1].into_iter().enumerate() {
        city.clients[client].now = vec![now];
    }
    let points = curve(&city, &[0]).unwrap();
    let told: Vec<_> = points.iter().map(|point| (point.changed, point.fit)).collect();
    // Alone it may only join somebody of its town who has one already; a second change makes room, three mend all.
    assert_eq!(told, [(0, 3 * 145 + 25 + 25 + 80), (1, 2 * 145 + 2 * 25), (3, 4 * 25)]);
}

#[test]
fn whose_commissioner_is_gone_is_touched_without_being_named() {
    let mut city = city(vec![clerk(TOWN), clerk(TOWN)], vec![factory(TOWN), factory(TOWN)]);
    city.clients[0].now = vec![0];
    city.clients[1].now = vec![1];
    city.officials[0].left_out = true;
    let points = curve(&city, &[]).unwrap();
    assert_eq!(points.len(), 1);
    assert_eq!((points[0].changed, pairs(&points[0].plan)), (0, vec![(0, 1), (1, 1)]));
}

#[test]
fn two_who_may_only_work_alone_do_not_share_a_client() {
    let mut big = enterprise(TOWN, ScaleClass::Large);
    big.places = 2;
    let city = city(vec![clerk(TOWN), clerk(TOWN), section_head()], vec![big]);
    let pair = |official, part| Pair { client: 0, official, part, parts: Parts::default() };
    let entered = [pair(2, PairingPart::Lead), pair(0, PairingPart::Assist)];
    let refused = move_effect(&city, &entered, 0, Some(1)).refused.unwrap();
    assert_eq!(refused.to_string(), "按现行规则，县直、镇街一般干部只能一对一联系，这家企业（项目）已有一名这样的专员");
    assert_eq!(move_effect(&city, &entered[..1], 0, Some(1)).refused, None);
}

#[test]
fn a_clerk_chooses_from_those_who_may_the_best_first() {
    let mut full = clerk(TOWN);
    full.held_enterprises = 2;
    let city = city(vec![clerk(OTHER_TOWN), clerk(TOWN), full, section_head()], vec![factory(TOWN)]);
    let offered: Vec<_> = choices(&city, &[], 0, 10).into_iter().map(|(official, _)| official).collect();
    assert_eq!(offered, [1, 3, 0]);
}
