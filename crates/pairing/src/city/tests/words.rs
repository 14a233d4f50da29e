//! What a clerk reads beside a plan.

use super::*;
use kernel::words::AreaLevel;

fn read(city: &City) -> Explained {
    explain(city, &plan(city).unwrap(), &Story)
}

fn texts(gap: &Gap) -> Vec<String> {
    gap.remedies.iter().map(|remedy| format!("{}：{}", remedy.text, remedy.helps)).collect()
}

#[test]
fn a_pair_says_what_speaks_for_it_and_who_would_be_next() {
    let mut city = city(vec![clerk(TOWN), section_head(), clerk(OTHER_TOWN)], vec![factory(TOWN)]);
    city.clients[0].now = vec![2];
    let why = read(&city).pairs.remove(0);
    let said: Vec<_> = why.reasons.iter().map(|said| format!("{}（{} 分）", said.text, said.points)).collect();
    assert_eq!(
        said,
        [
            "同在洛城街道（0 分）",
            "洛城街道办事处面向各行业（25 分）",
            "科员联系小型企业，职级合适（0 分）",
            "由丙换人（60 分）",
            "本人共联系 1 个（0 分）",
        ]
    );
    // 乙: county 20, own trade 0, one step above 25, change 60.
    let next = why.next.unwrap();
    assert_eq!((next.official, next.rise, next.most, next.others), (Some(1), 20, 20, 0));
    assert_eq!(next.text, "其次是乙，总分增加 20 分");
    assert_eq!(why.binding, ["在可以联系的干部中最合适"]);
}

#[test]
fn a_pair_says_which_rule_keeps_better_ones_away() {
    let mut city = city(vec![clerk(TOWN), clerk(TOWN), clerk(OTHER_TOWN)], vec![factory(TOWN)]);
    city.officials[0].held_enterprises = 2;
    city.bars.push(Bar { client: 0, official: 1, ground: Ground::Shareholding });
    let why = read(&city).pairs.remove(0);
    assert_eq!(why.official, 2);
    assert_eq!(
        why.binding,
        ["1 名更合适的干部名额已满，例如甲已联系企业 2 家", "乙更合适，但已登记回避（本人或亲属持股）"]
    );
    assert_eq!(why.next.unwrap().text, "没有其他干部可以接替，换掉后将无人联系");
}

#[test]
fn two_clients_one_place_and_what_would_have_to_give() {
    let mut one = clerk(TOWN);
    one.held_enterprises = 1;
    let city = city(vec![one], vec![factory(TOWN), enterprise(TOWN, ScaleClass::Medium), factory(OTHER_COUNTY)]);
    let gaps = read(&city).gaps;
    assert_eq!(gaps.len(), 2);
    assert_eq!((gaps[0].clients.as_slice(), gaps[0].among, gaps[0].places), (&[0][..], 2, 1));
    assert_eq!(gaps[0].text, "寿光市的 1 家中型企业、寿光市的 1 家小型企业一共只有 1 个名额，还差 1 个");
    assert_eq!(texts(&gaps[0]), ["把“县直、镇街一般干部”的企业上限由 2 提高到 3：1"]);
    assert_eq!(gaps[1].text, "青州市的 1 家小型企业没有一个可用的名额");
    assert_eq!(texts(&gaps[1]), [""; 0], "nobody works there");
}

#[test]
fn a_county_lacks_places_for_projects_and_the_rules_that_would_help_are_named() {
    let officials = vec![deputy_mayor(), official(TOWN, Rank::SectionHead, UnitKind::TownOffice, "洛城街道办事处")];
    let mut city = city(officials, (0..5).map(|_| project(TOWN, ProjectLevel::City)).collect());
    city.clients.push(factory(TOWN));
    let gaps = read(&city).gaps;
    assert_eq!(gaps.len(), 1, "{gaps:?}");
    assert_eq!(gaps[0].text, "寿光市的 5 个市重点项目只有 2 个名额，还差 3 个");
    assert_eq!(
        texts(&gaps[0]),
        ["允许“镇街正科级干部”联系市重点项目：2", "把“县（市、区）副县级干部”的项目上限由 2 提高到 3：1"]
    );
}

#[test]
fn an_exclusion_that_leaves_somebody_alone_is_named() {
    let mut city = city(vec![clerk(TOWN)], vec![factory(TOWN)]);
    city.bars.push(Bar { client: 0, official: 0, ground: Ground::Family });
    let gaps = read(&city).gaps;
    assert_eq!(gaps[0].text, "寿光市的 1 家小型企业没有一个可用的名额");
    assert_eq!(texts(&gaps[0]), ["解除“1号企业”与甲的回避（亲属任职或经营）：1"]);
}

#[test]
fn sentences_are_there_for_any_pair_that_may_be() {
    let city = city(vec![clerk(OTHER_TOWN), section_head()], vec![enterprise(TOWN, ScaleClass::Large)]);
    assert_eq!(city.officials[0].place.level(), AreaLevel::Town);
    let texts = |official| told(&city, 0, official, &Story).into_iter().map(|said| said.text).collect::<Vec<_>>();
    assert_eq!(texts(0)[0], "在寿光市的另一个镇街");
    assert_eq!(texts(1)[1..], ["寿光市工业和信息化局对口制造业", "正科级联系大型企业，低 1 级", "现在没有服务专员"]);
}
