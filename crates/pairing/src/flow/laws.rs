//! What always holds, on many small networks: the certificate proves every plan, a naive solver agrees on the cost and on
//! whether there is a flow at all, a shortage proves itself, a plan that is changed is as good as one made afresh, and an
//! arc is worth what doing without it costs.

use crate::flow::{Arc, Certificate, Change, Detour, Planner, Problem, Refused, Violation, dimacs, replan, solve};
use proptest::prelude::*;

/// The cheapest cost by the plainest way known: fill what gains, then shortest paths by Bellman and Ford.
fn naive(problem: &Problem) -> Option<i64> {
    let arcs = problem.arcs();
    let mut flow: Vec<i64> = arcs.iter().map(|arc| if arc.cost < 0 { arc.cap } else { arc.low }).collect();
    let mut excess = problem.supplies().to_vec();
    for (arc, flow) in arcs.iter().zip(&flow) {
        excess[arc.from as usize] -= flow;
        excess[arc.to as usize] += flow;
    }
    while let Some(source) = excess.iter().position(|excess| *excess > 0) {
        let mut distance = vec![None; excess.len()];
        let mut by = vec![None; excess.len()];
        distance[source] = Some(0);
        let mut changed = true;
        while changed {
            changed = false;
            for (index, arc) in arcs.iter().enumerate() {
                for (from, to, cost, room, step) in [
                    (arc.from, arc.to, arc.cost, arc.cap - flow[index], 1),
                    (arc.to, arc.from, -arc.cost, flow[index] - arc.low, -1),
                ] {
                    let Some(here) = distance[from as usize].filter(|_| room > 0) else { continue };
                    if distance[to as usize].is_none_or(|there: i64| here + cost < there) {
                        distance[to as usize] = Some(here + cost);
                        by[to as usize] = Some((index, from, step));
                        changed = true;
                    }
                }
            }
        }
        let reachable = |node: &usize| excess[*node] < 0 && distance[*node].is_some();
        let mut node = (0..excess.len()).filter(reachable).min_by_key(|node| distance[*node])?;
        excess[source] -= 1;
        excess[node] += 1;
        while node != source {
            let (index, from, step): (usize, u32, i64) = by[node]?;
            flow[index] += step;
            node = from as usize;
        }
    }
    Some(arcs.iter().zip(&flow).map(|(arc, flow)| arc.cost * flow).sum())
}

/// Small networks of every kind: parallel arcs, loops, arcs that carry nothing, lower bounds, negative costs.
fn networks() -> impl Strategy<Value = Problem> {
    (2_usize..9).prop_flat_map(|nodes| {
        let end = 0..nodes as u32;
        let arc = (end.clone(), end, 0_i64..3, 0_i64..6, -6_i64..20);
        (prop::collection::vec(-4_i64..5, nodes), prop::collection::vec(arc, 0..30)).prop_map(|(mut supplies, arcs)| {
            supplies[0] -= supplies.iter().sum::<i64>();
            // One lower bound in three is above 0: more, and hardly any network has a flow.
            let arc = |(index, (from, to, low, more, cost)): (usize, (u32, u32, i64, i64, i64))| {
                let low = if index % 3 == 0 { low } else { 0 };
                Arc { from, to, low, cap: low + more, cost }
            };
            Problem::new(supplies, arcs.into_iter().enumerate().map(arc).collect()).unwrap()
        })
    })
}

/// What a flow costs, if it is one.
fn cost(problem: &Problem, flow: &[i64]) -> Option<i64> {
    let mut left = problem.supplies().to_vec();
    let mut cost = 0;
    for (arc, flow) in problem.arcs().iter().zip(flow) {
        if *flow < arc.low || *flow > arc.cap {
            return None;
        }
        left[arc.from as usize] -= flow;
        left[arc.to as usize] += flow;
        cost += arc.cost * flow;
    }
    left.iter().all(|left| *left == 0).then_some(cost)
}

/// A change that fits any network.
#[derive(Clone, Debug)]
enum Wish {
    /// This arc closes, if there is one.
    Close(usize),
    /// This arc has other bounds and costs more.
    Alter { arc: usize, low: i64, more: i64, dearer: i64 },
    /// One node sends so much more, another less.
    Supply { from: u32, to: u32, more: i64 },
}

impl Wish {
    fn of(self, problem: &Problem) -> Vec<Change> {
        let (supplies, arcs) = (problem.supplies(), problem.arcs());
        match self {
            Wish::Close(arc) | Wish::Alter { arc, .. } if arc >= arcs.len() => Vec::new(),
            Wish::Close(arc) => vec![Change::Arc { arc, low: 0, cap: 0, cost: arcs[arc].cost }],
            Wish::Alter { arc, low, more, dearer } => {
                vec![Change::Arc { arc, low, cap: low + more, cost: arcs[arc].cost + dearer }]
            }
            Wish::Supply { from, to, more } => {
                let [from, to] = [from, to].map(|node| node.min(supplies.len() as u32 - 1));
                if from == to {
                    return Vec::new();
                }
                let change = |node: u32, more: i64| Change::Supply { node, supply: supplies[node as usize] + more };
                vec![change(from, more), change(to, -more)]
            }
        }
    }
}

fn wish() -> impl Strategy<Value = Wish> {
    let alter = (0_usize..30, 0_i64..2, 0_i64..6, -4_i64..5);
    prop_oneof![
        (0_usize..30).prop_map(Wish::Close),
        alter.prop_map(|(arc, low, more, dearer)| Wish::Alter { arc, low, more, dearer }),
        (0_u32..9, 0_u32..9, 1_i64..3).prop_map(|(from, to, more)| Wish::Supply { from, to, more }),
    ]
}

/// One change or two together. Supplies change alone: two would have to know of each other.
fn steps() -> impl Strategy<Value = Vec<Wish>> {
    let arcs = wish().prop_filter("arcs", |wish| !matches!(wish, Wish::Supply { .. }));
    prop_oneof![wish().prop_map(|wish| vec![wish]), prop::collection::vec(arcs, 2)]
}

/// A problem after these changes.
fn after((supplies, arcs): &(Vec<i64>, Vec<Arc>), changes: &[Change]) -> Problem {
    let (mut supplies, mut arcs) = (supplies.clone(), arcs.clone());
    for change in changes {
        match *change {
            Change::Arc { arc, low, cap, cost } => arcs[arc] = Arc { low, cap, cost, ..arcs[arc] },
            Change::Supply { node, supply } => supplies[node as usize] = supply,
        }
    }
    Problem::new(supplies, arcs).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn a_plan_is_proved_and_a_shortage_proves_itself(problem in networks()) {
        match solve(&problem) {
            Ok(plan) => {
                prop_assert_eq!(plan.certificate.check(&problem, &plan.flow), Ok(plan.cost));
                prop_assert_eq!(Some(plan.cost), naive(&problem));
                prop_assert_eq!(Ok(plan), solve(&problem));
            }
            Err(shortage) => {
                prop_assert!(shortage.check(&problem), "{:?}", shortage);
                prop_assert_eq!(naive(&problem), None);
            }
        }
    }

    #[test]
    fn a_changed_plan_is_as_good_as_one_made_afresh(problem in networks(), steps in prop::collection::vec(steps(), 1..6)) {
        let Ok(mut planner) = Planner::new(problem) else { return Ok(()) };
        for wishes in steps {
            let before = (planner.problem().supplies().to_vec(), planner.problem().arcs().to_vec());
            let changes: Vec<Change> = wishes.into_iter().flat_map(|wish| wish.of(planner.problem())).collect();
            let old = planner.plan();
            let changed = planner.change(&changes);
            let wanted = after(&before, &changes);
            let begun = replan(&wanted, &old);
            match solve(&wanted) {
                Ok(afresh) => {
                    let begun = begun.unwrap();
                    prop_assert_eq!(begun.certificate.check(&wanted, &begun.flow), Ok(afresh.cost));
                    prop_assert_eq!(changed, Ok(()));
                    prop_assert_eq!(planner.problem().arcs(), wanted.arcs());
                    prop_assert_eq!(planner.plan().cost, afresh.cost);
                }
                Err(_) => {
                    let Err(Refused::Shortage(shortage)) = changed else { panic!("{changed:?}") };
                    prop_assert!(shortage.check(&wanted));
                    prop_assert_eq!(planner.problem().arcs(), &before.1);
                    prop_assert_eq!(planner.problem().supplies(), &before.0);
                }
            }
            let plan = planner.plan();
            prop_assert_eq!(plan.certificate.check(planner.problem(), &plan.flow), Ok(plan.cost));
            for (arc, flow) in plan.flow.iter().enumerate() {
                prop_assert_eq!(planner.flow(arc), *flow);
            }
        }
    }

    #[test]
    fn an_arc_is_worth_what_it_costs_to_do_without(problem in networks()) {
        let Ok(mut planner) = Planner::new(problem.clone()) else { return Ok(()) };
        let plan = planner.plan();
        for (index, arc) in problem.arcs().iter().enumerate() {
            let flow = plan.flow[index];
            let detour = planner.without(index, usize::MAX);
            if flow == arc.low {
                prop_assert_eq!(detour, Detour::Unused);
                continue;
            }
            let less = Change::Arc { arc: index, low: arc.low, cap: flow - 1, cost: arc.cost };
            let afresh = solve(&after(&(problem.supplies().to_vec(), problem.arcs().to_vec()), &[less]));
            match afresh {
                Ok(afresh) => {
                    let Detour::Costs { rise, shifts } = detour else { panic!("{detour:?}") };
                    prop_assert_eq!(rise, afresh.cost - plan.cost);
                    // What is said to change makes a flow of that cost.
                    let mut flow = plan.flow.clone();
                    shifts.iter().for_each(|shift| flow[shift.arc] += shift.by);
                    prop_assert_eq!((shifts[0].arc, flow[index]), (index, plan.flow[index] - 1));
                    prop_assert_eq!(cost(&problem, &flow), Some(plan.cost + rise));
                    match planner.without(index, 2) {
                        Detour::Costs { rise: told, .. } => prop_assert_eq!(told, rise),
                        Detour::AtLeast(least) => prop_assert!((0..=rise).contains(&least)),
                        other => prop_assert!(false, "{:?}", other),
                    }
                }
                Err(_) => prop_assert_eq!(detour, Detour::Needed),
            }
        }
    }

    #[test]
    fn rivals_cannot_move_elsewhere(problem in networks(), node in 0_u32..9, closed in 0_usize..30) {
        let Ok(planner) = Planner::new(problem.clone()) else { return Ok(()) };
        let node = node.min(problem.supplies().len() as u32 - 1);
        let rivals = planner.rivals(node, |arc| arc != closed);
        prop_assert!(rivals.contains(&node) && rivals.is_sorted());
        for (index, arc) in problem.arcs().iter().enumerate().filter(|(index, _)| *index != closed) {
            let inside = |node: u32| rivals.binary_search(&node).is_ok();
            prop_assert!(!inside(arc.from) || inside(arc.to) || planner.flow(index) == arc.cap);
            prop_assert!(inside(arc.from) || !inside(arc.to) || planner.flow(index) == arc.low);
        }
    }

    #[test]
    fn whatever_is_read_is_answered(text in prop::collection::vec("[pna] |min |[0-9 -]{1,6}|\n", 0..40)) {
        _ = dimacs::read(text.concat().as_bytes());
    }
}

/// A crowd at a few doors: many arcs out of every client, most of them as good as others, more to sink than from them.
fn crowds() -> impl Strategy<Value = Problem> {
    (20_usize..60, 18_usize..30).prop_flat_map(|(clients, officials)| {
        let costs = prop::collection::vec(0_i64..4, clients * officials);
        (costs, prop::collection::vec(1_i64..5, officials)).prop_map(move |(costs, places)| {
            let sink = clients + officials;
            let arc = |from: usize, to: usize, cap, cost| Arc { from: from as u32, to: to as u32, low: 0, cap, cost };
            let pair = |(index, cost): (usize, i64)| arc(index / officials, clients + index % officials, 1, cost);
            let mut arcs: Vec<Arc> = costs.into_iter().enumerate().map(pair).collect();
            arcs.extend(places.iter().enumerate().map(|(official, places)| arc(clients + official, sink, *places, 0)));
            arcs.extend((0..clients).map(|client| arc(client, sink, 1, 50)));
            let mut supplies = vec![1; clients];
            supplies.resize(sink + 1, 0);
            supplies[sink] = -(clients as i64);
            Problem::new(supplies, arcs).unwrap()
        })
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn a_crowd_is_planned_as_well(problem in crowds(), closed in prop::collection::vec(0_usize..360, 4)) {
        let mut planner = Planner::new(problem).unwrap();
        prop_assert_eq!(Some(planner.plan().cost), naive(planner.problem()));
        let close = |arc: usize| Change::Arc { arc, low: 0, cap: 0, cost: 0 };
        planner.change(&closed.into_iter().map(close).collect::<Vec<_>>()).unwrap();
        let plan = planner.plan();
        prop_assert_eq!(plan.certificate.check(planner.problem(), &plan.flow), Ok(plan.cost));
        prop_assert_eq!(Some(plan.cost), naive(planner.problem()));
        let used = (0..plan.flow.len()).filter(|arc| plan.flow[*arc] == 1);
        for arc in used.step_by(9) {
            let Detour::Costs { rise, .. } = planner.without(arc, usize::MAX) else { panic!() };
            let mut without = planner.clone();
            without.change(&[Change::Arc { cost: planner.problem().arcs()[arc].cost, arc, low: 0, cap: 0 }]).unwrap();
            prop_assert_eq!(without.plan().cost, plan.cost + rise);
        }
    }
}

#[test]
fn a_fiftieth_of_a_city_costs_what_several_solvers_found() {
    let problem = dimacs::read(include_bytes!("../../data/pair_0.02x.min")).unwrap();
    let plan = solve(&problem).unwrap();
    assert_eq!(plan.certificate.check(&problem, &plan.flow), Ok(32_227));

    // The first client closes: what it sent no longer moves.
    let mut planner = Planner::new(problem).unwrap();
    let sink = planner.problem().supplies().len() as u32 - 1;
    planner.change(&[Change::Supply { node: 0, supply: 0 }, Change::Supply { node: sink, supply: -439 }]).unwrap();
    let again = planner.plan();
    assert_eq!(again.certificate.check(planner.problem(), &again.flow), Ok(again.cost));
    assert_eq!(again.cost, solve(planner.problem()).unwrap().cost);
    assert_eq!(
        planner.change(&[Change::Supply { node: 1, supply: 0 }]).unwrap_err().to_string(),
        "供应总量 438 与需求总量 439 不相等"
    );
}

#[test]
fn a_false_proof_is_found_out() {
    let arc = |from, to, cap, cost| Arc { from, to, low: 0, cap, cost };
    let problem = Problem::new(vec![1, 0, -1], vec![arc(0, 1, 1, 1), arc(1, 2, 1, 1), arc(0, 2, 1, 5)]).unwrap();
    let proof = |prices: [i64; 3]| Certificate { prices: prices.to_vec() };
    assert_eq!(proof([0, 1, 2]).check(&problem, &[1, 1, 0]), Ok(2));
    assert_eq!(
        proof([0, 1, 5]).check(&problem, &[0, 0, 1]),
        Err(Violation::NotOptimal { arc: 2, reduced: -3, flow: 0 })
    );
    assert_eq!(
        proof([0, 1, 2]).check(&problem, &[1, 0, 0]),
        Err(Violation::NotConserved { node: 2, net: -1, supply: 0 }),
    );
    assert_eq!(proof([0, 1, 2]).check(&problem, &[2, 1, 0]), Err(Violation::OutOfBounds { arc: 1, flow: 2 }));
    assert_eq!(proof([0, 1, 2]).check(&problem, &[1, 1]), Err(Violation::WrongLength));
}

#[test]
fn who_finds_no_place_is_named() {
    // Two clients may go to one official only, who has one place; a third is content elsewhere.
    let text =
        b"p min 6 5\nn 1 1\nn 2 1\nn 3 1\nn 6 -3\na 1 4 0 1 5\na 2 4 0 1 5\na 4 6 0 1 0\na 3 5 0 1 5\na 5 6 0 2 0\n";
    let shortage = solve(&dimacs::read(text).unwrap()).unwrap_err();
    assert_eq!((shortage.nodes.as_slice(), shortage.lacks), ([0, 1, 3].as_slice(), 1));
    assert_eq!(shortage.to_string(), "无可行流：3 个节点（1、2、4）的供应无法全部送出，还差 1 个单位的去处");
}

#[test]
fn bad_text_is_refused_by_line() {
    #[track_caller]
    fn check(text: &str, told: &str) {
        assert_eq!(dimacs::read(text.as_bytes()).map(|_| ()).unwrap_err().to_string(), told);
    }
    check("", "第 1 行：缺少“p min 节点数 弧数”行");
    check("c a remark\nn 1 1\np min 1 0\n", "第 2 行：p 行应在节点和弧之前");
    check("p min 2 1\np min 2 1\n", "第 2 行：p 行只能有一行");
    check("p max 2 1\n", "第 1 行：p 行应为“p min 节点数 弧数”，收到的类型是“max”");
    check("p min -2 1\n", "第 1 行：节点数 -2 应在 0 到 2147483647 之间");
    check("p min 2 1\nn 3 1\n", "第 2 行：节点 3 超出节点范围 1..2");
    check("p min 2 1\nn 1 1\nn 1 2\n", "第 3 行：节点 1 的供应已经给过");
    check("p min 2 1\na 0 2 0 1 1\n", "第 2 行：起点 0 超出节点范围 1..2");
    check("p min 2 1\na 1 2 0 -1 1\n", "第 2 行：流量下限 0 和容量 -1 不能为负");
    check("p min 2 1\na 1 2 3 2 1\n", "第 2 行：流量下限 3 大于容量 2");
    check("p min 2 1\na 1 2 0 1\n", "第 2 行：缺少费用");
    check("p min 2 1\na 1 2 0 1 1 9\n", "第 2 行：行末多出“9”");
    check("p min 2 1\na 1 2 0 1 x\n", "第 2 行：费用应为整数，收到“x”");
    check("p min 2 1\na 1 2 0 99999999999999999999 1\n", "第 2 行：容量“99999999999999999999”超出 64 位整数的范围");
    check("p min 2 1\nhello\n", "第 2 行：行首应为 c、p、n 或 a，收到“hello”");
    check("p min 2 1\na 1 2 0 1 1\na 1 2 0 1 1\n", "第 3 行：弧多于 p 行所说的 1 条");
    check("p min 2 2\na 1 2 0 1 1\n", "第 1 行：p 行说有 2 条弧，实际只有 1 条");
    check("p min 2 0\nn 1 3\nn 2 -2\n", "第 3 行：供应总量 3 与需求总量 2 不相等");
    check("c no size\n", "第 1 行：缺少“p min 节点数 弧数”行");
    check("p min 2000000000 0\n", "第 1 行：节点数 2000000000 与文件大小不符");
    check(
        "p min 2 1\nn 1 9000000000000000000\nn 2 -9000000000000000000\na 1 2 0 1 1\n",
        "第 3 行：数值过大：供应之和超出 64 位整数的范围",
    );
    check(
        "p min 2 2\nc\na 1 2 0 1 -1\n\na 1 2 0 4000000000 -4000000000\n",
        "第 5 行：数值过大：总费用超出 64 位整数的范围",
    );
    check("p min 2 1\na 1 2 0 9000000000000000000 -9\n", "第 2 行：数值过大：流量之和超出 64 位整数的范围");
    check("p min 2 1\na 1 2 0 1 9000000000000000000\n", "第 2 行：数值过大：路径费用超出 64 位整数的范围");
}

#[test]
fn a_flow_is_written_as_others_read_it() {
    let problem =
        dimacs::read(b"c two ways\np min 3 3\r\nn 1 2\nn 3 -2\na 1 2 1 2 1\na 2 3 0 9 0\na 1 3 0 9 4\n").unwrap();
    assert_eq!(dimacs::write(&problem, &solve(&problem).unwrap()), "s 2\nf 1 2 2\nf 2 3 2\n");
}
