//! What always holds, on many small networks: the certificate proves every plan, a naive solver agrees on the cost and on
//! whether there is a flow at all, a shortage proves itself, and planning again agrees with planning afresh.

use crate::flow::{Arc, Certificate, Problem, Violation, dimacs, replan, solve};
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
    fn planning_again_is_as_good_as_planning_afresh(problem in networks(), closed in 0_usize..30, shift in -3_i64..4) {
        let Ok(old) = solve(&problem) else { return Ok(()) };
        let mut arcs = problem.arcs().to_vec();
        if let Some(arc) = arcs.get_mut(closed) {
            arc.cap = arc.low;
            arc.cost += shift;
        }
        let changed = Problem::new(problem.supplies().to_vec(), arcs).unwrap();
        match (replan(&changed, &old), solve(&changed)) {
            (Ok(again), Ok(afresh)) => {
                prop_assert_eq!(again.certificate.check(&changed, &again.flow), Ok(afresh.cost));
            }
            (Err(shortage), Err(_)) => prop_assert!(shortage.check(&changed)),
            (again, afresh) => prop_assert!(false, "{:?} but {:?}", again, afresh),
        }
    }

    #[test]
    fn whatever_is_read_is_answered(text in prop::collection::vec("[pna] |min |[0-9 -]{1,6}|\n", 0..40)) {
        _ = dimacs::read(text.concat().as_bytes());
    }
}

#[test]
fn a_fiftieth_of_a_city_costs_what_several_solvers_found() {
    let problem = dimacs::read(include_bytes!("../../data/pair_0.02x.min")).unwrap();
    let plan = solve(&problem).unwrap();
    assert_eq!(plan.certificate.check(&problem, &plan.flow), Ok(32_227));

    // The first client closes: what it sent no longer moves.
    let (mut supplies, arcs) = (problem.supplies().to_vec(), problem.arcs().to_vec());
    let sink = supplies.len() - 1;
    supplies[0] -= 1;
    supplies[sink] += 1;
    let changed = Problem::new(supplies, arcs).unwrap();
    let again = replan(&changed, &plan).unwrap();
    assert_eq!(again.certificate.check(&changed, &again.flow), Ok(again.cost));
    assert_eq!(again.cost, solve(&changed).unwrap().cost);
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
    check("", "缺少“p min 节点数 弧数”行");
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
    check("p min 2 2\na 1 2 0 1 1\n", "p 行说有 2 条弧，实际只有 1 条");
    check("p min 2 0\nn 1 3\nn 2 -2\n", "供应总量 3 与需求总量 2 不相等");
    check("p min 2 1\na 1 2 0 9000000000000000000 -9\n", "数值过大：流量之和超出 64 位整数的范围");
    check("p min 2 1\na 1 2 0 1 9000000000000000000\n", "数值过大：路径费用超出 64 位整数的范围");
}

#[test]
fn a_flow_is_written_as_others_read_it() {
    let problem =
        dimacs::read(b"c two ways\np min 3 3\r\nn 1 2\nn 3 -2\na 1 2 1 2 1\na 2 3 0 9 0\na 1 3 0 9 4\n").unwrap();
    assert_eq!(dimacs::write(&problem, &solve(&problem).unwrap()), "s 2\nf 1 2 2\nf 2 3 2\n");
}
