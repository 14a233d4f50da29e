//! Searching demands as people type: words of the title, the text, the client, the number or the category, found without a
//! gap, the newest first, and never beyond what the searcher may see.

use crate::demands::Street;
use crate::town::{PASSWORD, Person, enterprise};
use chrono::DateTime;
use kernel::{Reach, Role};
use platform::demands::search::{catch_up, rebuild};
use serde_json::json;
use std::collections::BTreeSet;
use std::fmt::Write;

/// As an address carries it.
fn typed(text: &str) -> String {
    let mut typed = String::new();
    for byte in text.bytes() {
        write!(typed, "%{byte:02X}").unwrap();
    }
    typed
}

/// The titles found, in order, page after page.
async fn finds(who: &Person, text: &str, more: &str) -> Vec<String> {
    let (mut seen, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = who.get(&format!("/api/v1/demands?limit=3&q={}{more}{cursor}", typed(text))).await;
        assert_eq!(page.status, 200, "{text}: {}", page.text);
        let page = page.json();
        seen.extend(page["items"].as_array().unwrap().iter().map(|item| item["title"].as_str().unwrap().to_owned()));
        let Some(next) = page["next"].as_str() else { return seen };
        cursor = format!("&cursor={next}");
    }
}

const MATTERS: [(&str, &str); 7] = [
    ("新车间用电增容", "变压器容量不足，请协调增容，十二月投产。"),
    ("ＥＲＰ系统上线缺人", "ERP 二期缺 3 名工程师，希望对接潍坊学院。"),
    ("蒸汽压力不稳", "园区蒸汽 0.8MPa 降到 0.5MPa，停机两次。"),
    ("厂区门口道路积水", "雨后积水 30 厘米，货车进不来；曾于 370783-20251102-017 反映过。"),
    ("出口退税进度", "九月的出口退税还没有到账，请帮助查询。"),
    ("申请用地指标", "二期项目需要用地 40 亩。"),
    ("用电价格咨询", "两部制电价怎么选更省钱？"),
];

impl Street {
    async fn brings(&self, (title, text): (&str, &str)) -> String {
        let clock = self.town.app.clock();
        clock.set(clock.now() + chrono::Duration::seconds(1));
        let wish = json!({ "client": self.client, "category": "0301", "title": title, "text": text });
        self.liaison.makes("/api/v1/demands", wish).await
    }

    async fn indexed(&self) -> u64 {
        catch_up(&self.town.app.store, self.town.app.site.area).await.unwrap()
    }

    /// Goes to another day, on which those of the street sign in again.
    async fn comes_to(&mut self, day: &str) {
        let at = DateTime::parse_from_rfc3339(&format!("{day}T10:00:00+08:00")).unwrap().to_utc();
        self.town.app.clock().set(at);
        let again = async |login: &str| self.town.stranger().signs_in(login, PASSWORD).await;
        (self.liaison, self.desk) = (again("qiye").await, again("fuwutai").await);
        self.power = again("gongdian").await;
    }
}

#[tokio::test]
async fn a_demand_is_found_by_a_word_from_anywhere_in_it_at_once_and_after_it_was_indexed() {
    let street = Street::new().await;
    for matter in MATTERS {
        street.brings(matter).await;
    }
    let title = |place: usize| MATTERS[place].0;
    for round in ["just raised", "indexed", "made anew"] {
        for (text, found) in [
            ("增容", vec![0]),
            ("变压器容量不足", vec![0]),
            ("用电", (0..7).rev().collect()),
            ("用电 价格", vec![6]),
            ("erp", vec![1]),
            ("ＥＲＰ系统", vec![1]),
            ("0.5mpa", vec![2]),
            ("税", vec![4]),
            ("30", vec![3]),
            ("积水 货车", vec![3]),
            ("370783-20251102-017", vec![3]),
            ("370783-20261123-003", vec![2]),
            ("20261123-003", vec![2]),
            ("绿源蔬菜", (0..7).rev().collect()),
            ("绿源 出口退税", vec![4]),
            ("水用", vec![]),
            ("电用", vec![]),
            ("容增", vec![]),
            ("不存在的词", vec![]),
            ("，。%_", vec![]),
        ] {
            let found: Vec<&str> = found.into_iter().map(title).collect();
            assert_eq!(finds(&street.desk, text, "").await, found, "{round}: {text}");
        }
        match round {
            "just raised" => assert_eq!(street.indexed().await, 7),
            "indexed" => assert_eq!((street.indexed().await, street.remade().await), (0, 7)),
            _ => {}
        }
    }
}

impl Street {
    async fn remade(&self) -> u64 {
        rebuild(&self.town.app.store, self.town.app.site.area, |_| ()).await.unwrap()
    }
}

#[tokio::test]
async fn every_piece_of_every_text_finds_just_the_demands_that_hold_it() {
    let street = Street::new().await;
    for matter in MATTERS {
        street.brings(matter).await;
    }
    street.indexed().await;
    let plain = |text: &str| text.replace("ＥＲＰ", "erp").to_lowercase();
    let texts: Vec<String> = MATTERS.iter().map(|(title, text)| plain(&format!("{title}。{text}"))).collect();
    let mut pieces = BTreeSet::new();
    for text in &texts {
        let letters: Vec<char> = text.chars().collect();
        for length in [1, 2, 3, 5, 9] {
            pieces.extend(letters.windows(length).step_by(length).map(|piece| piece.iter().collect::<String>()));
        }
    }
    // What number, client and category hold would find all of them.
    let everywhere = ["寿光绿源蔬菜有限公司", "370783", "20261123", "001", "用电", "用", "电"];
    let alone = |piece: &&String| {
        piece.chars().all(char::is_alphanumeric) && !everywhere.iter().any(|text| text.contains(piece.as_str()))
    };
    let pieces: Vec<&String> = pieces.iter().filter(alone).collect();
    assert!(pieces.len() > 150, "{}", pieces.len());
    for piece in pieces {
        let holding = (0..MATTERS.len()).rev().filter(|place| texts[*place].contains(piece.as_str()));
        let holding: Vec<&str> = holding.map(|place| MATTERS[place].0).collect();
        assert_eq!(finds(&street.desk, piece, "").await, holding, "{piece}");
    }
}

#[tokio::test]
async fn the_newest_come_first_over_weeks_and_pages_whether_indexed_or_not() {
    let mut street = Street::new().await;
    let mut titles = Vec::new();
    for (week, day) in ["2026-11-23", "2026-12-07", "2026-12-28", "2027-02-01", "2027-02-02"].into_iter().enumerate() {
        street.comes_to(day).await;
        for place in 0..4 {
            let title = format!("第{week}周第{place}次蒸汽不稳");
            street.brings((&title, "请协调。")).await;
            titles.push(title);
        }
        if week % 2 == 0 {
            street.indexed().await;
        }
    }
    titles.reverse();
    assert_eq!(finds(&street.desk, "蒸汽", "").await, titles);
    assert_eq!(finds(&street.liaison, "蒸汽 第2周", "").await, titles[8..12]);
    assert_eq!(finds(&street.desk, "蒸汽", "&from=2026-12-01&to=2026-12-31").await, titles[8..16]);
    let soonest = finds(&street.desk, "汽不稳 第1周", "&sort=due_at").await;
    assert_eq!(soonest.iter().collect::<BTreeSet<_>>(), titles[12..16].iter().collect::<BTreeSet<_>>());
    assert_eq!(finds(&street.desk, "蒸汽", "&state=closed").await, Vec::<String>::new());
}

#[tokio::test]
async fn nobody_finds_what_is_not_theirs_by_any_word_nor_sees_a_word_of_it() {
    let street = Street::new().await;
    let town = &street.town;
    let demand = street.replied().await;
    street.brings(MATTERS[1]).await;
    let other = street.desk.makes("/api/v1/enterprises", enterprise("寿光恒信机械有限公司", 2)).await;
    town.opens_account_for("bieren", Role::Liaison, Reach::Clients(vec![other.parse().unwrap()])).await;
    let rival = town.stranger().signs_in("bieren", PASSWORD).await;
    let next_door = town.signed_in_at("zhucheng", Role::AreaDesk, "/3707/370782/").await;
    let street_desk = town.signed_in_at("jiedao", Role::AreaDesk, "/3707/370783/370783001/").await;
    let next_street = town.signed_in_at("houzhen", Role::AreaDesk, "/3707/370783/370783109/").await;
    let leader = town.signed_in("lingdao", Role::Leader).await;
    for round in ["just raised", "indexed"] {
        for (who, count) in [
            (&street.liaison, 2),
            (&street.desk, 2),
            (&street_desk, 2),
            (&leader, 2),
            (&street.power, 1),
            (&street.tax, 0),
            (&next_door, 0),
            (&rival, 0),
            (&next_street, 0),
        ] {
            for word in ["绿源", "用电", "源", "20261123"] {
                assert_eq!(finds(who, word, "").await.len(), count, "{round}: {word}");
            }
            let own = finds(who, "增容", "").await;
            assert_eq!(own.len(), count.min(1), "{round}");
        }
        let page = Person::opens_a_browser(town.router.clone(), "bieren")
            .await
            .get(&format!("/demands?q={}", typed("增容")))
            .await;
        assert_eq!(page.status, 200);
        for told in ["绿源", "变压器", "<mark>", "rel=\"next\"", "370783-2026"] {
            assert!(!page.text.contains(told), "{round}: {told}");
        }
        street.indexed().await;
    }
    // What goes to another unit is found there, and no longer here.
    street.goes(&street.liaison, &demand, "reopen", json!({ "text": "还没有送电。" })).await;
    assert_eq!(finds(&street.power, "增容", "").await.len(), 0);
    street.goes(&street.desk, &demand, "dispatch", json!({ "unit": street.tax_unit, "days": 5 })).await;
    assert_eq!((finds(&street.tax, "增容", "").await.len(), finds(&street.power, "增容", "").await.len()), (1, 0));
}

#[tokio::test]
async fn a_demand_is_found_by_what_it_was_answered_and_by_nothing_that_stays_within() {
    let street = Street::new().await;
    street.brings(MATTERS[4]).await;
    let demand = street.raised().await;
    street.goes(&street.desk, &demand, "accept", json!({})).await;
    let helpers = json!([{ "unit": street.tax_unit, "days": 3 }]);
    let wish = json!({ "unit": street.power_unit, "days": 5, "helpers": helpers });
    street.goes(&street.desk, &demand, "dispatch", wish).await;
    street.goes(&street.power, &demand, "sign", json!({})).await;
    street.goes(&street.tax, &demand, "sign", json!({})).await;
    street.indexed().await;
    street.goes(&street.power, &demand, "interim-reply", json!({ "text": "已派人勘查现场。" })).await;
    street.goes(&street.tax, &demand, "assist-reply", json!({ "text": "设备可享受加计扣除。" })).await;
    street.goes(&street.desk, &demand, "note", json!({ "text": "电话已催办。" })).await;
    let reply = json!({ "outcome": "solved", "text": "已安排双回路，12 月 5 日前送电。" });
    street.goes(&street.power, &demand, "reply", reply).await;
    let own = vec![street.wish()["title"].as_str().unwrap().to_owned()];
    for round in ["just answered", "indexed", "made anew"] {
        for who in [&street.liaison, &street.desk, &street.power, &street.tax] {
            for word in ["双回路", "勘查", "增容 双回路", "绿源 现场 送电", "双"] {
                assert_eq!(finds(who, word, "").await, own, "{round}: {word}");
                assert_eq!(finds(who, word, "&sort=due_at").await, own, "{round}: {word}, by its limit");
            }
            for word in ["加计", "催办", "退税 双回路", "回路双"] {
                assert!(finds(who, word, "").await.is_empty(), "{round}: {word}");
            }
        }
        match round {
            "just answered" => assert_eq!(street.indexed().await, 1),
            "indexed" => assert_eq!((street.indexed().await, street.remade().await), (0, 2)),
            _ => {}
        }
    }
    let page = street.browser("fuwutai").await.get(&format!("/demands?q={}", typed("增容 双回路"))).await.text;
    assert!(page.contains("答复：已安排<mark>双回路</mark>"), "{page}");
    let page = street.browser("fuwutai").await.get(&format!("/demands?q={}", typed("增容"))).await.text;
    assert!(!page.contains("答复："), "an answer is shown where the words lead there");
}

#[tokio::test]
async fn an_answer_that_waits_for_its_head_is_neither_read_by_the_client_nor_found_by_anybody() {
    let street = Street::strict().await;
    street.town.opens_account_for("juzhang", Role::UnitHead, Reach::Unit(street.power_unit.parse().unwrap())).await;
    let head = street.town.stranger().signs_in("juzhang", PASSWORD).await;
    let demand = street.raised().await;
    street.goes(&street.desk, &demand, "accept", json!({})).await;
    street.goes(&street.desk, &demand, "dispatch", json!({ "unit": street.power_unit, "days": 5 })).await;
    street.goes(&street.power, &demand, "sign", json!({})).await;
    let timeline = format!("/api/v1/demands/{demand}/timeline");
    let answer = |text: &str| json!({ "outcome": "solved", "text": text });
    street.goes(&street.power, &demand, "reply", answer("暂缓送电。")).await;
    assert!(!street.liaison.get(&timeline).await.text.contains("暂缓"), "not answered yet");
    assert!(street.desk.get(&timeline).await.text.contains("暂缓"));
    street.goes(&head, &demand, "approve", json!({ "granted": false, "text": "不能暂缓。" })).await;
    street.goes(&street.power, &demand, "reply", answer("周五通电。")).await;
    for round in ["as it is written", "indexed"] {
        for who in [&street.liaison, &street.desk, &street.power, &head] {
            for word in ["暂缓", "通电"] {
                assert!(finds(who, word, "").await.is_empty(), "{round}: {word}");
            }
        }
        street.indexed().await;
    }
    street.goes(&head, &demand, "approve", json!({ "granted": true })).await;
    let told = street.liaison.get(&timeline).await.text;
    assert!(told.contains("周五通电") && !told.contains("暂缓"), "{told}");
    for round in ["approved", "indexed"] {
        for who in [&street.liaison, &street.desk, &street.power, &head] {
            assert_eq!(finds(who, "通电", "").await.len(), 1, "{round}");
            assert!(finds(who, "暂缓", "").await.is_empty(), "{round}");
        }
        street.indexed().await;
    }
}

#[tokio::test]
async fn a_reader_sees_why_a_demand_was_found() {
    let street = Street::new().await;
    for matter in MATTERS {
        street.brings(matter).await;
    }
    let desk = street.browser("fuwutai").await;
    let page = desk.get(&format!("/demands?q={}", typed("增容 变压器"))).await.text;
    assert!(page.contains("新车间用电<mark>增容</mark>"), "{page}");
    assert!(page.contains("<mark>变压器</mark>容量不足，请协调<mark>增容</mark>"), "the text around it");
    let page = desk.get(&format!("/demands?q={}", typed("erp"))).await.text;
    assert!(page.contains("<mark>ＥＲＰ</mark>系统上线"), "as it was written");
    let page = desk.get(&format!("/demands?q={}", typed("绿源 退税"))).await.text;
    assert!(page.contains("寿光<mark>绿源</mark>蔬菜有限公司") && page.contains("出口<mark>退税</mark>进度"));
    let page = desk.get(&format!("/demands?q={}", typed("没有这回事"))).await.text;
    assert!(page.contains("没有找到") && page.contains("请换个说法"));
}
