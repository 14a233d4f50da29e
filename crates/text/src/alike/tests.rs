//! What is told to be the same matter, and what not.

use super::*;
use proptest::prelude::*;

const OUTAGE: &str = "侯镇工业园10千伏海港线频繁停电 本月已停电6次，生产线设备受损，请供电部门尽快检修线路。";
const AGAIN: &str = "海港线又停电了 侯镇工业园10千伏海港线本月频繁停电，企业设备受损，望尽快检修。";
const LOAN: &str = "流动资金贷款300万元迟迟未批 向银行提交材料已一个月，没有答复，请协调。";
const CAPACITY: &str = "新车间用电增容 新车间十二月投产，现有变压器容量不足，请协调增容。";

#[test]
fn two_firms_on_one_line_tell_of_the_same_outage() {
    let likeness = Likeness::among([AGAIN, LOAN, CAPACITY]);
    let alike = likeness.most_alike(OUTAGE, SAME_MATTER, 5);
    assert_eq!(alike.iter().map(|(place, _)| *place).collect::<Vec<_>>(), [0], "{:?}", likeness.to(OUTAGE));
}

#[test]
fn a_person_who_sends_the_same_letter_twice_is_recognised_in_any_width() {
    let wide = OUTAGE.replace("10", "１０").replace('，', ",");
    let alike = Likeness::among([wide.as_str()]).to(OUTAGE);
    assert!(alike[0] > 0.999, "{alike:?}");
}

#[test]
fn what_everybody_writes_makes_nobody_alike() {
    let firms: Vec<String> = ["海港线", "稻田路", "王高镇", "化龙桥", "纪台村"]
        .iter()
        .flat_map(|place| (0..20).map(move |n| format!("{place}{n}号用电报装进度缓慢，请协调加快办理。")))
        .collect();
    let likeness = Likeness::among(firms.iter().map(String::as_str));
    let other = likeness.to("文家街道3号用电报装进度缓慢，请协调加快办理。");
    assert!(other.iter().all(|alike| *alike < SAME_MATTER), "{:?}", other.iter().copied().fold(0.0, f64::max));
}

#[test]
fn somebody_who_has_written_nothing_is_like_nobody() {
    assert_eq!(Likeness::among([LOAN, ""]).to(""), [0.0, 0.0]);
    assert!(Likeness::among([]).most_alike(LOAN, 0.0, 3).is_empty());
}

proptest! {
    #[test]
    fn likeness_is_mutual_between_nothing_and_everything(one in "[用电增容停贷款a-c0-9 ]{0,40}", other in "[用电增容停贷款a-c0-9 ]{0,40}") {
        // Both stand among the candidates, so that rarity is the same from either side.
        let likeness = Likeness::among([one.as_str(), other.as_str()]);
        let (there, back) = (likeness.to(&one)[1], likeness.to(&other)[0]);
        prop_assert!((there - back).abs() < 1e-9, "{} {}", there, back);
        prop_assert!((0.0..=1.0).contains(&there));
    }
}
