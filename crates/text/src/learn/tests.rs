//! What is learnt, how sure it is, and what becomes of it on a disk.

use super::*;
use proptest::prelude::*;

/// Letters of three kinds, forty of each, no two the same.
fn letters() -> Vec<(String, &'static str)> {
    let kinds: [(&str, &[&str]); 3] = [
        ("用电", &["变压器容量不足请增容", "线路频繁停电设备受损", "电费单价偏高请核对", "高压报装进度慢"]),
        ("融资", &["流动资金贷款迟迟未批", "希望办理无还本续贷", "缺少抵押物申请信用贷款", "担保费率偏高"]),
        ("用工", &["旺季缺普工五十名", "技能培训补贴未到账", "社保缓缴如何申请", "外地员工住宿困难"]),
    ];
    let mut letters = Vec::new();
    for n in 0..40 {
        for (label, says) in kinds {
            let street = ["圣城", "文家", "洛城", "侯镇", "羊口"][n % 5];
            letters.push((format!("您好，我公司位于{street}{n}号，{}，请协调。", says[n % says.len()]), label));
        }
    }
    letters
}

fn examples<'a>(letters: &'a [(String, &'static str)]) -> Vec<Example<'a>> {
    letters.iter().map(|(text, label)| Example { text, label }).collect()
}

fn learnt() -> Classifier {
    Classifier::learn(&examples(&letters())).unwrap()
}

#[test]
fn a_clerk_who_has_filed_enough_letters_need_not_name_the_next() {
    let learnt = learnt();
    for (text, label) in
        [("希望尽快给我们的变压器增容", "用电"), ("银行贷款一直没有批下来", "融资"), ("招不到普工，请帮助", "用工")]
    {
        let guesses = learnt.guess(text, 2);
        assert_eq!((guesses[0].label, guesses.len()), (label, 2), "{text}: {guesses:?}");
    }
    assert_eq!(learnt.labels(), ["用工", "用电", "融资"].map(str::to_owned));
    assert_eq!(learnt.texts(), 120);
    assert_eq!(learnt.checked(), Checked { texts: 24, right: 24 }, "a fifth was held back");
}

#[test]
fn of_a_letter_that_says_nothing_nobody_claims_to_be_sure() {
    let learnt = learnt();
    let (clear, empty) = (learnt.guess("变压器容量不足请增容", 1)[0].confidence, learnt.guess("", 1)[0].confidence);
    assert!(clear > 0.8 && empty < 0.6, "{clear} {empty}");
}

#[test]
fn who_learns_twice_from_the_same_knows_the_same() {
    assert_eq!(learnt().to_bytes(), learnt().to_bytes());
}

#[test]
fn what_was_written_down_is_read_again_and_what_was_damaged_is_refused() {
    let learnt = learnt();
    let bytes = learnt.to_bytes();
    assert_eq!(Classifier::from_bytes(&bytes).unwrap(), learnt);
    assert_eq!(Classifier::from_bytes(b"<html>"), Err(Damaged::Foreign));
    assert_eq!(Classifier::from_bytes(&bytes[..8]), Err(Damaged::Broken));
    let mut newer = bytes.clone();
    newer[8] = 9;
    assert_eq!(Classifier::from_bytes(&newer), Err(Damaged::Version(9)));
    for place in (10..bytes.len()).step_by(97) {
        let mut changed = bytes.clone();
        changed[place] ^= 0x40;
        assert_eq!(Classifier::from_bytes(&changed), Err(Damaged::Broken), "byte {place}");
        assert_eq!(Classifier::from_bytes(&bytes[..place]), Err(Damaged::Broken), "cut at {place}");
    }
}

#[test]
fn nobody_learns_from_nothing_or_from_one_kind_alone() {
    assert_eq!(Classifier::learn(&[]), Err(TooLittle::NoTexts));
    let one = Example { text: "用电增容", label: "用电" };
    assert_eq!(Classifier::learn(&[one, one]), Err(TooLittle::OneLabel("用电".into())));
    let (blank, other) = (Example { text: "", label: "用电" }, Example { text: " ", label: "融资" });
    assert_eq!(Classifier::learn(&[blank, other]), Err(TooLittle::NothingCommon));
}

#[test]
fn letters_that_are_all_of_known_kinds_are_nearly_all_filed_right() {
    let letters = letters();
    let report = cross_validate(&examples(&letters), 5, 1).unwrap();
    assert!(report.macro_f1 > 0.95 && report.texts == 120, "{report:?}");
    assert_eq!(cross_validate(&examples(&letters), 5, 1).unwrap(), report, "the same split, the same figures");
}

#[test]
fn a_rare_kind_counts_as_much_as_a_frequent_one() {
    let report = compare([("甲", "甲"), ("甲", "甲"), ("甲", "甲"), ("乙", "甲")]);
    assert!((report.accuracy - 0.75).abs() < 1e-9);
    assert!((report.macro_f1 - (6.0 / 7.0 + 0.0) / 2.0).abs() < 1e-9, "{report:?}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]
    #[test]
    fn confidences_of_any_letter_come_to_one(text in any::<String>()) {
        let all: f64 = learnt().guess(&text, usize::MAX).iter().map(|guess| guess.confidence).sum();
        prop_assert!((all - 1.0).abs() < 1e-6);
    }

    #[test]
    fn no_file_at_all_brings_a_reader_down(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let mut marked = b"wqt-text\x01\x00".to_vec();
        marked.extend(&bytes);
        prop_assert!(Classifier::from_bytes(&bytes).is_err());
        prop_assert!(Classifier::from_bytes(&marked).is_err());
    }
}
