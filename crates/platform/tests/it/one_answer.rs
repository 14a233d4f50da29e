//! One answer, many helped: who is told of whom, what they do about it with one press, and what must not come through.

use crate::alike::{AGAIN, OUTAGE, encoded, names, neighbour, wish};
use crate::demands::Street;
use crate::town::{PASSWORD, Person};
use kernel::{Reach, Role};
use serde_json::json;

const OWN: &str = "寿光绿源蔬菜有限公司";
const NEXT: &str = "寿光海港机械有限公司";
const ANSWER: &str =
    "寿光绿源蔬菜有限公司王芳女士：您好，10千伏海港线已检修完毕，电话 13805361234 告知过，绿源蔬菜今后停电会提前通知。";
const FOUND: &str = "同样的事可能还有 1 家";

/// The street's enterprise and a neighbour have both told of the outage.
struct Line {
    street: Street,
    first: String,
    second: String,
    neighbour: Person,
}

impl Line {
    async fn new() -> Self {
        Self::on(Street::new().await).await
    }

    async fn on(street: Street) -> Self {
        let contact = json!({ "name": "王芳", "position": "办公室主任", "phone": "13805361234" });
        street.desk.makes(&format!("/api/v1/enterprises/{}/liaisons", street.client), contact).await;
        let (other, liaison) = neighbour(&street, NEXT, 2, "370783109").await;
        let first = street.liaison.makes("/api/v1/demands", wish(&street.client, OUTAGE)).await;
        let second = liaison.makes("/api/v1/demands", wish(&other, AGAIN)).await;
        Self { street, first, second, neighbour: liaison }
    }

    /// Taken on, dispatched to the power company and signed.
    async fn handled(&self, demand: &str) {
        let street = &self.street;
        street.goes(&street.desk, demand, "accept", json!({})).await;
        self.dispatched(demand).await;
    }

    async fn dispatched(&self, demand: &str) {
        let street = &self.street;
        street.goes(&street.desk, demand, "dispatch", json!({ "unit": street.power_unit, "days": 5 })).await;
        street.goes(&street.power, demand, "sign", json!({})).await;
    }

    async fn answered(&self, demand: &str, outcome: &str) {
        self.handled(demand).await;
        self.street.goes(&self.street.power, demand, "reply", json!({ "outcome": outcome, "text": ANSWER })).await;
    }

    async fn number(&self, demand: &str) -> String {
        self.street.shown(&self.street.desk, demand).await["number"].as_str().unwrap().to_owned()
    }

    async fn version(&self, demand: &str) -> i64 {
        self.street.shown(&self.street.desk, demand).await["version"].as_i64().unwrap()
    }

    async fn helped(&self, who: &Person) -> Vec<String> {
        names(&who.get(&format!("/api/v1/demands/{}/alike", self.first)).await, "helped")
    }
}

/// Nobody else's client reads whom an answer was first written to.
fn nothing_tells(text: &str) {
    for secret in [OWN, "绿源蔬菜", "王芳", "13805361234", "370783-20261123-001"] {
        assert!(!text.contains(secret), "{secret}: {text}");
    }
}

/// What stands in the field of the answer.
fn typed(page: &str) -> &str {
    let field = page.split("name=\"text\"").nth(1).expect("a field for the answer");
    field.split_once('>').unwrap().1.split("</textarea>").next().unwrap()
}

#[tokio::test]
async fn who_has_solved_a_matter_sees_who_else_waits_for_it_and_gives_the_answer_on_without_a_name() {
    let line = Line::new().await;
    let (street, browser) = (&line.street, line.street.browser("gongdian").await);
    line.handled(&line.second).await;
    let page = format!("/demands/{}", line.first);
    line.handled(&line.first).await;
    assert!(!browser.get(&page).await.text.contains("同样的事可能还有"), "nothing is answered yet");
    street.goes(&street.power, &line.first, "reply", json!({ "outcome": "solved", "text": ANSWER })).await;

    let shown = browser.get(&page).await.text;
    let number = line.number(&line.first).await;
    let press = format!("/demands/{}/reply?from={number}", line.second);
    for part in [FOUND, NEXT, AGAIN.0, "用这次的答复", "内容很相近", press.as_str()] {
        assert!(shown.contains(part), "{part}: {shown}");
    }
    let form = browser.get(&press).await.text;
    assert!(typed(&form).contains("10千伏海港线已检修完毕") && typed(&form).contains("贵单位"), "{form}");
    nothing_tells(typed(&form));
    assert!(form.contains(&format!("已填入 {number} 的答复")) && form.contains("value=\"solved\" checked"), "{form}");

    let chosen = format!("from={number}&d-{}={}", line.second, line.version(&line.second).await);
    let asked = browser.submits("/demands/many/reply", &chosen).await.text;
    assert!(asked.contains("可以答复的 <strong>1</strong> 件") && asked.contains("海港线已检修完毕"), "{asked}");
    nothing_tells(typed(&asked));
    let empty = browser.submits("/demands/many/reply", &format!("{chosen}&sure=true&outcome=solved&text=")).await.text;
    assert!(empty.contains("可以答复的"), "nothing is sent without words: {empty}");
    let sent = format!("{chosen}&sure=true&outcome=solved&text={}", encoded("海港线已检修完毕。"));
    let done = browser.submits("/demands/many/reply", &sent).await.text;
    assert!(done.contains("已答复 <strong>1</strong> 件") && done.contains(&format!("返回 {number}")), "{done}");
    assert_eq!(street.shown(&line.neighbour, &line.second).await["state"], "replied");
    assert!(!browser.get(&page).await.text.contains("同样的事可能还有"), "who has an answer waits no more");
}

#[tokio::test]
async fn nobody_is_told_of_a_demand_beyond_their_reach_not_even_by_a_count() {
    let line = Line::new().await;
    let street = &line.street;
    line.answered(&line.first, "solved").await;
    assert_eq!(line.helped(&street.power).await, Vec::<String>::new(), "the second is not theirs");
    let page = format!("/demands/{}", line.first);
    for login in ["gongdian", "qiye"] {
        let shown = street.browser(login).await.get(&page).await.text;
        assert!(!shown.contains("同样的事可能还有") && !shown.contains(NEXT) && !shown.contains(AGAIN.0), "{login}");
    }
    assert_eq!(line.helped(&street.liaison).await, Vec::<String>::new());
    assert_eq!(line.helped(&street.desk).await, [NEXT]);
    assert!(street.browser("fuwutai").await.get(&page).await.text.contains(FOUND));
    street.town.opens_account("lingdao", kernel::Role::Leader).await;
    let leader = street.browser("lingdao").await.get(&page).await.text;
    assert!(!leader.contains("同样的事可能还有"), "it is for those who have it in hand");

    // A number alone opens nothing: the neighbour borrows no answer that they may not read.
    let number = line.number(&line.first).await;
    let form = street.browser("liaison-2").await.get(&format!("/demands/{}/withdraw?from={number}", line.second)).await;
    assert!(form.status == 200 && form.text.contains("没有可以带过来的内容"), "{}", form.text);
    nothing_tells(typed(&form.text));
    let chosen = format!("from={number}&d-{}=1", line.second);
    let stranger = street.browser("liaison-2").await.submits("/demands/many/reply", &chosen).await;
    assert_eq!(stranger.status, 404, "an enterprise answers nobody");
}

#[tokio::test]
async fn what_no_head_has_approved_is_carried_over_to_nobody() {
    let line = Line::on(Street::strict().await).await;
    let (street, power) = (&line.street, line.street.browser("gongdian").await);
    street.town.opens_account_for("juzhang", Role::UnitHead, Reach::Unit(street.power_unit.parse().unwrap())).await;
    let head = street.town.stranger().signs_in("juzhang", PASSWORD).await;
    line.handled(&line.first).await;
    line.handled(&line.second).await;
    let number = line.number(&line.first).await;
    let fill = format!("/demands/{}/reply?from={number}", line.second);
    let answer = |text: &str| json!({ "outcome": "solved", "text": text });
    let untold = async |when: &str| {
        for who in [&power, &street.browser("juzhang").await, &street.browser("fuwutai").await] {
            for demand in [&line.first, &line.second] {
                for page in [format!("/demands/{demand}/alike"), format!("/demands/{demand}/reply?from={number}")] {
                    let shown = who.get(&page).await.text;
                    assert!(!shown.contains("同样的事可能还有") && !shown.contains("暂缓"), "{when}: {shown}");
                }
            }
            let alike = who.get(&format!("/api/v1/demands/{}/alike", line.first)).await.json();
            let told = (&alike["helped"], &alike["answered"], &alike["answer"]);
            assert_eq!(told, (&json!([]), &json!([]), &json!(null)), "{when}");
        }
        let form = power.get(&fill).await.text;
        assert!(form.contains("没有可以带过来的内容") && typed(&form).is_empty(), "{when}: {form}");
        let chosen = format!("from={number}&d-{}={}", line.second, line.version(&line.second).await);
        assert!(typed(&power.submits("/demands/many/reply", &chosen).await.text).is_empty(), "{when}");
    };
    street.goes(&street.power, &line.first, "reply", answer("暂缓送电。")).await;
    untold("before the head has read it").await;
    let no = json!({ "granted": false, "text": "不能暂缓。" });
    street.goes(&head, &line.first, "approve", no).await;
    untold("sent back").await;
    street.goes(&street.power, &line.first, "reply", answer("海港线周五修好。")).await;
    street.goes(&head, &line.first, "approve", json!({ "granted": true })).await;
    assert_eq!(line.helped(&street.power).await, [NEXT]);
    assert_eq!(typed(&power.get(&fill).await.text), "海港线周五修好。");

    // A second round, whose answer is still on the head's desk when the enterprise takes the matter back.
    street.goes(&street.liaison, &line.first, "reopen", json!({ "text": "又停电了。" })).await;
    line.dispatched(&line.first).await;
    street.goes(&street.power, &line.first, "reply", answer("暂缓送电。")).await;
    untold("the second round waits for the head").await;
    street.goes(&street.liaison, &line.first, "withdraw", json!({ "text": "已经好了。" })).await;
    untold("taken back").await;
}

#[tokio::test]
async fn a_sealed_identity_stands_in_no_list_and_lends_nothing() {
    let line = Line::new().await;
    let (street, desk) = (&line.street, line.street.browser("fuwutai").await);
    let (third, liaison) = neighbour(street, "寿光港城塑料有限公司", 3, "370783109").await;
    let mut sealed = wish(&third, AGAIN);
    sealed["sealed"] = json!(true);
    let sealed = liaison.makes("/api/v1/demands", sealed).await;
    line.answered(&line.first, "solved").await;
    assert_eq!(line.helped(&street.desk).await, [NEXT], "whose name is kept back is not told, nor counted");
    let page = desk.get(&format!("/demands/{}", line.first)).await.text;
    assert!(page.contains(FOUND) && !page.contains(&sealed), "{page}");

    line.answered(&sealed, "solved").await;
    let alike = street.desk.get(&format!("/api/v1/demands/{sealed}/alike")).await.json();
    assert_eq!((&alike["helped"], &alike["answered"], &alike["answer"]), (&json!([]), &json!([]), &json!(null)));
    assert!(!desk.get(&format!("/demands/{sealed}")).await.text.contains("同样的事可能还有"));
    line.handled(&line.second).await;
    let number = line.number(&sealed).await;
    let power = street.browser("gongdian").await;
    let form = power.get(&format!("/demands/{}/reply?from={number}", line.second)).await.text;
    assert!(form.contains("没有可以带过来的内容") && !form.contains("港城塑料") && typed(&form).is_empty(), "{form}");
}

#[tokio::test]
async fn a_desk_brings_the_others_to_the_unit_that_solved_it_and_each_stands_in_one_list() {
    let line = Line::new().await;
    let (street, desk) = (&line.street, line.street.browser("fuwutai").await);
    line.answered(&line.first, "solved").await;
    let number = line.number(&line.first).await;
    let page = desk.get(&format!("/demands/{}", line.first)).await.text;
    assert!(page.contains(&format!("/demands/{}/accept?from={number}", line.second)), "{page}");
    street.goes(&street.desk, &line.second, "accept", json!({})).await;
    let page = desk.get(&format!("/demands/{}", line.first)).await.text;
    assert!(page.contains("交办同一单位"), "{page}");
    let form = desk.get(&format!("/demands/{}/dispatch?from={number}", line.second)).await.text;
    assert!(form.contains(&format!("name=\"unit\" value=\"{}\"", street.power_unit)), "{form}");
    let chosen = format!("from={number}&d-{}={}", line.second, line.version(&line.second).await);
    let asked = desk.submits("/demands/many/dispatch", &chosen).await.text;
    assert!(asked.contains(&format!("name=\"unit\" value=\"{}\"", street.power_unit)), "{asked}");

    let alike = street.desk.get(&format!("/api/v1/demands/{}/alike", line.first)).await.json();
    assert_eq!(alike["helped"][0]["acts"][0], "dispatch", "{alike}");
    assert_eq!((&alike["duplicates"], &alike["answered"]), (&json!([]), &json!([])), "in one list only");
    let answer = alike["answer"].as_str().unwrap();
    assert!(answer.contains("海港线已检修完毕"));
    nothing_tells(answer);
    let listed = desk.get(&format!("/demands/{}/alike", line.first)).await.text;
    assert_eq!(listed.matches(AGAIN.0).count(), 1, "{listed}");
    let done = format!("{chosen}&sure=true&days=5&unit={}", street.power_unit);
    let done = desk.submits("/demands/many/dispatch", &done).await.text;
    assert!(done.contains("已交办 <strong>1</strong> 件"), "{done}");
    assert_eq!(street.power.get(&format!("/api/v1/demands/{}", line.second)).await.status, 200);
}

#[tokio::test]
async fn what_was_put_off_or_turned_down_is_taken_up_again_when_somebody_has_solved_it() {
    let line = Line::new().await;
    let (street, desk) = (&line.street, line.street.browser("fuwutai").await);
    let (third, liaison) = neighbour(street, "寿光港城塑料有限公司", 3, "370783109").await;
    let refused = liaison.makes("/api/v1/demands", wish(&third, AGAIN)).await;
    line.answered(&refused, "unlawful").await;
    let rating = json!({ "rating": "dissatisfied", "text": "没有解决。" });
    street.goes(&liaison, &refused, "confirm", rating).await;
    line.handled(&line.second).await;
    let shelf =
        json!({ "owner": "李明", "review_on": "2026-12-20", "wake_event": "线路改造完成", "text": "等线路改造。" });
    street.goes(&street.desk, &line.second, "shelve", shelf).await;

    line.handled(&line.first).await;
    let reply = |outcome: &str| json!({ "outcome": outcome, "text": ANSWER });
    street.goes(&street.power, &line.first, "reply", reply("solved")).await;
    let mut told = line.helped(&street.desk).await;
    told.sort();
    assert_eq!(told, [NEXT, "寿光港城塑料有限公司"]);
    let number = line.number(&line.first).await;
    let page = desk.get(&format!("/demands/{}", line.first)).await.text;
    assert!(page.contains("同样的事可能还有 2 家") && page.contains("依法不能办"), "{page}");
    for (demand, act) in [(&line.second, "wake"), (&refused, "reopen")] {
        let press = format!("/demands/{demand}/{act}?from={number}");
        assert!(page.contains(&press), "{press}");
        let form = desk.get(&press).await.text;
        assert!(typed(&form).contains("同样的问题已有办法解决"), "{form}");
        nothing_tells(typed(&form));
    }
    let both = format!(
        "from={number}&d-{}={}&d-{refused}={}",
        line.second,
        line.version(&line.second).await,
        line.version(&refused).await
    );
    let asked = desk.submits("/demands/many/wake", &both).await.text;
    assert!(
        asked.contains("的 <strong>1</strong> 件") && asked.contains("现在是“已办结”"),
        "each has its verdict: {asked}"
    );
    let sure = format!("{both}&sure=true&text={}", encoded("同样的问题已有办法解决。"));
    desk.submits("/demands/many/wake", &sure).await;
    assert_eq!(street.shown(&street.desk, &line.second).await["state"], "handling");
    assert_eq!(street.shown(&street.desk, &refused).await["state"], "closed");
}

#[tokio::test]
async fn who_merges_chooses_among_the_likely_ones_or_types_any_number() {
    let line = Line::new().await;
    let (street, desk) = (&line.street, line.street.browser("fuwutai").await);
    let number = line.number(&line.first).await;
    let page = desk.get(&format!("/demands/{}", line.second)).await.text;
    assert!(page.contains("并入其中一件"), "{page}");
    let form = desk.get(&format!("/demands/{}/merge", line.second)).await.text;
    let choice = format!("name=\"likely\" value=\"{number}\"");
    assert!(form.contains(&choice) && form.contains(OWN) && form.contains("或者填写主件编号"), "{form}");
    let nothing = desk.submits(&format!("/demands/{}/merge", line.second), "version=1").await;
    assert!(nothing.status == 422 && nothing.text.contains("请填写主件的编号") && nothing.text.contains(&choice));
    let merged = desk.submits(&format!("/demands/{}/merge", line.second), &format!("version=1&likely={number}")).await;
    assert_eq!(merged.status, 303, "{}", merged.text);
    assert_eq!(street.shown(&street.desk, &line.second).await["merged_number"], json!(number));
    line.answered(&line.first, "solved").await;
    assert_eq!(line.helped(&street.desk).await, Vec::<String>::new(), "who follows was answered along");
}

#[tokio::test]
async fn who_writes_an_answer_borrows_the_words_of_an_earlier_one() {
    let line = Line::new().await;
    let (street, power) = (&line.street, line.street.browser("gongdian").await);
    line.answered(&line.first, "solved").await;
    street.goes(&street.liaison, &line.first, "confirm", json!({ "rating": "satisfied" })).await;
    line.handled(&line.second).await;
    let number = line.number(&line.first).await;
    let page = power.get(&format!("/demands/{}", line.second)).await.text;
    let fill = format!("/demands/{}/reply?from={number}", line.second);
    assert!(page.contains("相似诉求的答复（1）") && page.contains("套用") && page.contains(&fill), "{page}");
    assert!(typed(&page).is_empty(), "nothing is written before it is pressed");
    assert!(typed(&power.get(&fill).await.text).contains("海港线已检修完毕"));
    // Another unit, which may not read the earlier one, is offered none of it.
    let third = neighbour(street, "寿光港城塑料有限公司", 3, "370783109").await;
    let other = third.1.makes("/api/v1/demands", wish(&third.0, AGAIN)).await;
    street.goes(&street.desk, &other, "accept", json!({})).await;
    street.goes(&street.desk, &other, "dispatch", json!({ "unit": street.tax_unit, "days": 5 })).await;
    street.goes(&street.tax, &other, "sign", json!({})).await;
    let page = street.browser("shuiwu").await.get(&format!("/demands/{other}")).await.text;
    assert!(page.contains("答复内容") && !page.contains("相似诉求的答复") && !page.contains(&number), "{page}");
}
