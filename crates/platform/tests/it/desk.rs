//! The desk's own road: several units on one demand, objections and rulings, requests, shelving, withdrawals, call-backs; and
//! that the timeline alone leads to where every demand stands.

use crate::demands::Street;
use crate::town::{PASSWORD, Person};
use chrono::{DateTime, Duration};
use kernel::authz::ReadDemands;
use kernel::id::{DemandId, UnitId};
use kernel::{Actor, Grant, Instant, Reach, Role};
use platform::demands;
use serde_json::{Value, json};

const CITY: &str = "/3707/";

fn at(text: &str) -> Instant {
    DateTime::parse_from_rfc3339(&format!("{text}:00+08:00")).unwrap().to_utc()
}

impl Street {
    fn turns_to(&self, text: &str) {
        self.town.app.clock().set(at(text));
    }

    /// Taken on and handed to the power company with five days, to the tax bureau to help with three.
    async fn shared(&self) -> String {
        let demand = self.raised().await;
        self.goes(&self.desk, &demand, "accept", json!({})).await;
        let helpers = json!([{ "unit": self.tax_unit, "days": 3 }]);
        let wish = json!({ "unit": self.power_unit, "days": 5, "helpers": helpers });
        self.goes(&self.desk, &demand, "dispatch", wish).await;
        demand
    }

    async fn handled(&self) -> String {
        let demand = self.raised().await;
        self.goes(&self.desk, &demand, "accept", json!({})).await;
        self.goes(&self.desk, &demand, "dispatch", json!({ "unit": self.power_unit, "days": 5 })).await;
        self.goes(&self.power, &demand, "sign", json!({})).await;
        demand
    }

    async fn clock(&self, demand: &str, kind: &str) -> Value {
        let shown = self.shown(&self.desk, demand).await;
        let clocks = shown["clocks"].as_array().unwrap().clone();
        clocks.into_iter().rfind(|clock| clock["kind"] == kind).unwrap_or(Value::Null)
    }

    /// Somebody signs in again after days have passed.
    async fn again(&self, login: &str) -> Person {
        self.town.stranger().signs_in(login, PASSWORD).await
    }

    /// That what was taken down leads to where the demand stands.
    async fn holds_together(&self, demand: &str) {
        let everybody = Actor {
            account: serde_json::from_value(json!("00000000-0000-7000-8000-000000000001")).unwrap(),
            name: "核对".into(),
            official: None,
            grants: vec![Grant { role: Role::Leader, reach: Reach::Everything }],
            stands_in: Vec::new(),
        };
        let (store, site) = (&self.town.app.store, &self.town.app.site);
        let scope = everybody.scope::<ReadDemands>().unwrap();
        let demand = demands::demand(store, &scope, demand.parse::<DemandId>().unwrap()).await.unwrap();
        let kept = demands::standing(store, &demand).await.unwrap();
        assert_eq!(demands::replayed(store, site, &demand).await.unwrap(), Some(kept.clone()));
        assert_eq!((demand.state, i64::from(kept.round)), (kept.state, demand.round));
        let running = demands::clocks(store, &demand).await.unwrap();
        let running: Vec<_> = running.iter().filter(|clock| clock.stopped_at.is_none()).collect();
        let mut dues: Vec<_> = running.iter().map(|clock| (clock.kind, clock.due_at)).collect();
        let mut kept_dues: Vec<_> = kept.clocks.iter().map(|clock| (clock.kind, clock.due)).collect();
        dues.sort();
        kept_dues.sort();
        assert_eq!(dues, kept_dues, "the clocks on the page are those of the rules");
    }
}

fn sees(answer: &crate::town::Answer) -> bool {
    answer.status == 200
}

#[tokio::test]
async fn a_unit_that_helps_answers_for_itself_and_the_lead_waits_for_it() {
    let street = Street::new().await;
    let demand = street.shared().await;
    let path = format!("/api/v1/demands/{demand}");
    assert!(sees(&street.tax.get(&path).await), "who helps reads the whole");
    street.goes(&street.power, &demand, "sign", json!({})).await;
    let reply = json!({ "outcome": "solved", "text": "已安排增容。" });
    let early = street.does(&street.power, &demand, "reply", reply.clone()).await;
    assert!(early.status == 409 && early.detail().contains("1 个协办单位"), "{}", early.text);
    assert_eq!(street.goes(&street.tax, &demand, "sign", json!({})).await, "handling");
    assert_eq!(
        street.does(&street.tax, &demand, "reply", reply.clone()).await.status,
        403,
        "the lead answers the client"
    );
    street.goes(&street.tax, &demand, "assist-reply", json!({ "text": "设备可享受税前扣除。" })).await;
    let shown = street.shown(&street.liaison, &demand).await;
    let units: Vec<_> = shown["units"].as_array().unwrap().iter().map(|unit| (&unit["role"], &unit["state"])).collect();
    assert_eq!(units, [(&json!("lead"), &json!("handling")), (&json!("co"), &json!("answered"))]);
    let told = street.liaison.get(&format!("{path}/timeline")).await.text;
    assert!(!told.contains("税前扣除"), "an opinion is for the lead to answer with");
    assert_eq!(street.goes(&street.power, &demand, "reply", reply).await, "replied");
    street.holds_together(&demand).await;
}

#[tokio::test]
async fn a_lead_does_not_wait_for_a_unit_that_is_late_and_a_helper_that_is_freed_sees_no_more() {
    let street = Street::new().await;
    let demand = street.shared().await;
    street.goes(&street.power, &demand, "sign", json!({})).await;
    let object = json!({ "ground": "not_duty", "text": "与税务无关。" });
    assert_eq!(street.goes(&street.tax, &demand, "object", object).await, "handling", "the lead goes on");
    let rule = json!({ "unit": street.tax_unit, "granted": true, "text": "不需税务协办。" });
    assert_eq!(street.goes(&street.desk, &demand, "rule", rule).await, "handling");
    assert_eq!(street.tax.get(&format!("/api/v1/demands/{demand}")).await.status, 404);

    let other = street.shared().await;
    street.goes(&street.power, &other, "sign", json!({})).await;
    street.turns_to("2026-11-27T09:00");
    let power = street.again("gongdian").await;
    let reply = json!({ "outcome": "explained", "text": "说明如下。" });
    assert_eq!(street.goes(&power, &other, "reply", reply).await, "replied");
    let shown = street.shown(&street.again("fuwutai").await, &other).await;
    assert_eq!(shown["units"][1]["state"], "lapsed");
    let late = shown["clocks"].as_array().unwrap().iter().find(|clock| clock["kind"] == "assist").unwrap().clone();
    assert_eq!((&late["verdict"], &late["unit_name"]), (&json!("late"), &json!("寿光市税务局")));
}

#[tokio::test]
async fn an_objection_is_heard_once_within_a_working_day_and_the_third_goes_to_the_establishment_office() {
    let street = Street::new().await;
    let town = &street.town;
    let arbiter = town.signed_in_at("bianban", Role::Arbiter, "/3707/370783/").await;
    let object = || json!({ "ground": "not_duty", "text": "不属于本单位职责。" });
    let demand = street.raised().await;
    street.goes(&street.desk, &demand, "accept", json!({})).await;
    street.goes(&street.desk, &demand, "dispatch", json!({ "unit": street.power_unit, "days": 5 })).await;
    street.turns_to("2026-11-25T09:00");
    let power = street.again("gongdian").await;
    let late = street.does(&power, &demand, "object", object()).await;
    assert!(late.status == 409 && late.detail().contains("2026-11-24 17:00"), "{}", late.text);

    street.turns_to("2026-11-23T09:40");
    let demand = street.raised().await;
    street.goes(&street.desk, &demand, "accept", json!({})).await;
    let ruling = |unit: &str, granted: bool| json!({ "unit": unit, "granted": granted, "text": "按职责清单裁定。" });
    street.goes(&street.desk, &demand, "dispatch", json!({ "unit": street.power_unit, "days": 5 })).await;
    street.goes(&street.power, &demand, "object", object()).await;
    assert_eq!(street.goes(&street.desk, &demand, "rule", ruling(&street.power_unit, true)).await, "accepted");
    street.goes(&street.desk, &demand, "dispatch", json!({ "unit": street.tax_unit, "days": 5 })).await;
    street.goes(&street.tax, &demand, "object", object()).await;
    assert_eq!(street.goes(&street.desk, &demand, "rule", ruling(&street.tax_unit, true)).await, "accepted");
    let third = json!({ "area": "370783", "kind": "department", "name": "寿光市水利局" });
    let third = town.signed_in("zonghe2", Role::Coordination).await.makes("/api/v1/units", third).await;
    town.opens_account_for("shuili", Role::Handler, Reach::Unit(third.parse::<UnitId>().unwrap())).await;
    let water = street.again("shuili").await;
    street.goes(&street.desk, &demand, "dispatch", json!({ "unit": third, "days": 5 })).await;
    assert_eq!(street.goes(&water, &demand, "object", object()).await, "arbitration");
    assert_eq!(street.does(&street.desk, &demand, "rule", ruling(&third, true)).await.status, 403);
    let waits = arbiter.get("/api/v1/demands?waiting=arbiter").await.json();
    assert_eq!(waits["items"].as_array().unwrap().len(), 1);
    assert_eq!(street.goes(&arbiter, &demand, "rule", ruling(&third, false)).await, "dispatched", "it stays theirs");
    assert_eq!(street.does(&water, &demand, "object", object()).await.status, 409, "once");
    street.holds_together(&demand).await;
}

#[tokio::test]
async fn an_extension_and_a_pause_move_the_units_limit_and_never_the_clients() {
    let street = Street::new().await;
    let demand = street.handled().await;
    let (unit, client) = (street.clock(&demand, "handling").await, street.clock(&demand, "solve").await);
    assert_eq!(unit["due_at"], "2026-11-30T09:00:00Z");
    street.goes(&street.power, &demand, "request-extension", json!({ "days": 2, "text": "等设备到货。" })).await;
    let twice = street.does(&street.power, &demand, "request-extension", json!({ "days": 1, "text": "再等。" })).await;
    assert_eq!(twice.status, 409, "one request at a time: {}", twice.text);
    let decide = json!({ "unit": street.power_unit, "granted": true, "text": "同意。" });
    street.goes(&street.desk, &demand, "decide-extension", decide.clone()).await;
    assert_eq!(street.clock(&demand, "handling").await["due_at"], "2026-12-02T09:00:00Z");
    let pause = json!({ "ground": "procedure", "days": 5, "text": "等待检测报告。" });
    street.goes(&street.power, &demand, "request-suspension", pause).await;
    assert_eq!(street.goes(&street.desk, &demand, "decide-extension", decide).await, "suspended");
    assert!(street.clock(&demand, "handling").await["paused_at"].is_string());
    street.turns_to("2026-11-26T10:00");
    let power = street.again("gongdian").await;
    assert_eq!(street.goes(&power, &demand, "resume", json!({})).await, "handling");
    let desk = street.again("fuwutai").await;
    let shown = street.shown(&desk, &demand).await;
    let due = |kind: &str| {
        shown["clocks"].as_array().unwrap().iter().find(|it| it["kind"] == kind).unwrap()["due_at"].clone()
    };
    assert_eq!(due("handling"), "2026-12-07T09:00:00Z", "three working days were lost and given back");
    assert_eq!(due("solve"), client["due_at"]);
    street.turns_to("2026-12-07T10:00");
    let late = street
        .does(&street.again("gongdian").await, &demand, "request-extension", json!({ "days": 1, "text": "x" }))
        .await;
    assert!(late.status == 409 && late.detail().contains("至少在到期前 1 个工作日"), "{}", late.text);
    street.holds_together(&demand).await;
}

#[tokio::test]
async fn a_suspension_ends_by_itself_and_what_is_shelved_wakes_on_its_day() {
    let street = Street::new().await;
    let (paused, shelved) = (street.handled().await, street.handled().await);
    let pause = json!({ "ground": "material", "days": 2, "text": "等企业补充材料。" });
    assert_eq!(street.goes(&street.desk, &paused, "suspend", pause).await, "suspended");
    let shelf = json!({ "owner": "分管局长", "review_on": "2026-12-03", "wake_event": "管网改造立项", "text": "管网改造尚未立项。" });
    assert_eq!(street.goes(&street.desk, &shelved, "shelve", shelf).await, "shelved");
    let shown = street.shown(&street.liaison, &shelved).await;
    assert_eq!((&shown["outcome"], &shown["wake_event"]), (&json!("shelved"), &json!("管网改造立项")));
    assert_eq!(shown["due_at"], "2026-12-03T09:00:00Z", "it is looked at again");
    let app = &street.town.app;
    assert_eq!(demands::keep_time(app).await.unwrap().woken, 0);
    street.turns_to("2026-11-25T17:00");
    assert_eq!(demands::keep_time(app).await.unwrap().woken, 1);
    street.turns_to("2026-12-03T17:05");
    assert_eq!(demands::keep_time(app).await.unwrap().woken, 1);
    assert_eq!(demands::keep_time(app).await.unwrap().woken, 0, "once");
    for demand in [&paused, &shelved] {
        assert_eq!(street.shown(&street.again("fuwutai").await, demand).await["state"], "handling");
        street.holds_together(demand).await;
    }
}

#[tokio::test]
async fn a_card_is_shown_once_to_whose_clock_it_is_and_taken_back_when_the_limit_moves() {
    let street = Street::new().await;
    let demand = street.handled().await;
    let app = &street.town.app;
    street.turns_to("2026-11-27T08:00");
    assert_eq!(demands::keep_time(app).await.unwrap().shown, 0, "not before business begins");
    street.turns_to("2026-11-27T09:30");
    assert_eq!(demands::keep_time(app).await.unwrap().shown, 1);
    assert_eq!(demands::keep_time(app).await.unwrap().shown, 0);
    let power = street.again("gongdian").await;
    let inbox = power.get("/api/v1/notifications").await.text;
    assert!(inbox.contains("黄牌：寿光市供电公司办理将在") && !inbox.contains("红牌"), "{inbox}");
    assert!(!street.again("shuiwu").await.get("/api/v1/notifications").await.text.contains("黄牌"));
    street.goes(&power, &demand, "request-extension", json!({ "days": 3, "text": "等设备到货。" })).await;
    let desk = street.again("fuwutai").await;
    let decide = json!({ "unit": street.power_unit, "granted": true, "text": "同意。" });
    street.goes(&desk, &demand, "decide-extension", decide).await;
    let kept = demands::keep_time(app).await.unwrap();
    assert_eq!((kept.withdrawn, kept.shown), (1, 0));
    street.turns_to("2026-12-04T09:30");
    assert_eq!(demands::keep_time(app).await.unwrap().shown, 1, "a red one");
    let shown = street.shown(&street.again("fuwutai").await, &demand).await;
    let cards: Vec<_> =
        shown["cards"].as_array().unwrap().iter().map(|card| (&card["card"], card["withdrawn_at"].is_null())).collect();
    assert_eq!(cards, [(&json!("red"), true), (&json!("yellow"), false)]);
}

#[tokio::test]
async fn what_stays_red_for_a_week_is_brought_before_the_special_group_and_its_clock_runs_on() {
    let street = Street::new().await;
    let demand = street.handled().await;
    street.turns_to("2026-12-21T09:30");
    assert_eq!(demands::keep_time(&street.town.app).await.unwrap().raised, 1);
    let shown = street.shown(&street.again("fuwutai").await, &demand).await;
    assert_eq!((&shown["rung"], &shown["state"]), (&json!("county_group"), &json!("handling")));
    assert_eq!(demands::keep_time(&street.town.app).await.unwrap().raised, 0);
    let told = street.again("qiye").await.get(&format!("/api/v1/demands/{demand}/timeline")).await.json();
    assert_eq!(told["items"].as_array().unwrap().last().unwrap()["act"], "escalate", "the client sees where it is");
    street.holds_together(&demand).await;
}

#[tokio::test]
async fn a_withdrawal_cools_off_is_checked_with_the_client_and_may_be_taken_back() {
    let street = Street::new().await;
    let demand = street.handled().await;
    assert_eq!(
        street.goes(&street.liaison, &demand, "withdraw", json!({ "text": "单位让我们撤。" })).await,
        "withdrawing"
    );
    assert!(street.clock(&demand, "handling").await["paused_at"].is_string());
    let check = |genuine: bool| json!({ "granted": genuine, "text": "已电话核实。" });
    let early = street.does(&street.desk, &demand, "check-withdrawal", check(true)).await;
    assert!(early.status == 409 && early.detail().contains("2026-11-24"), "{}", early.text);
    assert_eq!(street.does(&street.power, &demand, "check-withdrawal", check(true)).await.status, 403);
    assert_eq!(street.goes(&street.liaison, &demand, "keep-on", json!({})).await, "handling");
    street.goes(&street.liaison, &demand, "withdraw", json!({ "text": "单位让我们撤。" })).await;
    street.turns_to("2026-11-24T10:00");
    let desk = street.again("fuwutai").await;
    assert_eq!(street.goes(&desk, &demand, "check-withdrawal", check(false)).await, "handling", "not its own will");
    let power = street.again("gongdian").await;
    street.goes(&power, &demand, "reply", json!({ "outcome": "solved", "text": "已送电。" })).await;
    street.holds_together(&demand).await;
}

#[tokio::test]
async fn a_rejection_names_its_ground_and_is_contested_once() {
    let street = Street::new().await;
    let demand = street.raised().await;
    let reject = json!({ "ground": "private_dispute", "text": "属于企业之间的合同纠纷，可向法院起诉。" });
    assert_eq!(street.goes(&street.desk, &demand, "reject", reject.clone()).await, "rejected");
    let told = street.liaison.get(&format!("/api/v1/demands/{demand}/timeline")).await.text;
    assert!(told.contains("企业之间的民事纠纷：属于企业之间"));
    assert_eq!(
        street.goes(&street.liaison, &demand, "contest", json!({ "text": "对方是国有平台公司。" })).await,
        "raised"
    );
    assert_eq!(street.goes(&street.desk, &demand, "reject", reject).await, "rejected");
    let again = street.does(&street.liaison, &demand, "contest", json!({ "text": "再议。" })).await;
    assert_eq!(again.status, 409, "{}", again.text);
    street.holds_together(&demand).await;
}

#[tokio::test]
async fn the_first_word_of_a_client_is_sealed_and_who_handled_a_demand_never_asks_for_it() {
    let street = Street::new().await;
    let demand = street.replied().await;
    let called = json!({ "rating": "dissatisfied", "process": "satisfied", "text": "还没有送电。" });
    assert_eq!(street.does(&street.power, &demand, "rate", called.clone()).await.status, 403);
    assert_eq!(street.goes(&street.desk, &demand, "rate", called).await, "closed");
    street.goes(&street.power, &demand, "note", json!({ "text": "到企业沟通评价。" })).await;
    street.turns_to("2026-11-23T10:05");
    street.goes(&street.liaison, &demand, "rate", json!({ "rating": "satisfied", "text": "后来送上了。" })).await;
    let shown = street.shown(&street.liaison, &demand).await;
    assert_eq!(shown["rating"], "dissatisfied", "what was said first counts");
    let said: Vec<_> = shown["ratings"].as_array().unwrap().iter().map(|it| (&it["rating"], &it["part"])).collect();
    assert_eq!(said, [(&json!("dissatisfied"), &json!("desk")), (&json!("satisfied"), &json!("client"))]);
    let page = street.browser("qiye").await.get(&format!("/demands/{demand}")).await.text;
    assert!(page.contains("企业评价不满意之后的联系") && page.contains("已封存") && page.contains("补充评价"));
    assert_eq!(street.goes(&street.liaison, &demand, "reopen", json!({ "text": "又停电了。" })).await, "accepted");
    assert_eq!(street.shown(&street.liaison, &demand).await["rating"], Value::Null, "a new round, a new word");
    street.holds_together(&demand).await;
}

#[tokio::test]
async fn a_desk_looks_again_after_thirty_days_and_what_did_not_hold_begins_anew() {
    let street = Street::new().await;
    let (holds, fails) = (street.replied().await, street.replied().await);
    for demand in [&holds, &fails] {
        street.goes(&street.liaison, demand, "confirm", json!({ "rating": "satisfied" })).await;
        let early = street.does(&street.desk, demand, "recheck", json!({ "granted": true, "text": "好" })).await;
        assert!(early.status == 409 && early.detail().contains("2026-12-13"), "{}", early.text);
    }
    street.turns_to("2026-12-22T10:00");
    let desk = street.again("fuwutai").await;
    assert_eq!(street.goes(&desk, &holds, "recheck", json!({ "granted": true, "text": "用电正常。" })).await, "closed");
    assert_eq!(
        street.goes(&desk, &fails, "recheck", json!({ "granted": false, "text": "又停电。" })).await,
        "accepted"
    );
    assert_eq!(street.shown(&desk, &fails).await["round"], 2);
    let clocks = street.shown(&desk, &holds).await["clocks"].clone();
    let running: Vec<_> =
        clocks.as_array().unwrap().iter().filter(|it| it["verdict"].is_null()).map(|it| &it["kind"]).collect();
    assert_eq!(running, [&json!("recheck")], "and once more after ninety");
    for demand in [&holds, &fails] {
        street.holds_together(demand).await;
    }
}

#[tokio::test]
async fn what_follows_another_demand_is_answered_with_it_and_keeps_its_own_client_and_word() {
    let street = Street::new().await;
    let (main, other) = (street.handled().await, street.raised().await);
    let merged = street.goes(&street.desk, &other, "merge", json!({ "main": main })).await;
    assert_eq!(merged, "merged");
    let shown = street.shown(&street.liaison, &other).await;
    assert_eq!((&shown["merged_into"], &shown["state"]), (&json!(main), &json!("merged")));
    let back = street.does(&street.desk, &main, "merge", json!({ "main": other })).await;
    assert!([409, 422].contains(&back.status), "no ring: {}", back.text);
    street.goes(&street.power, &main, "reply", json!({ "outcome": "solved", "text": "已送电。" })).await;
    let shown = street.shown(&street.liaison, &other).await;
    assert_eq!((&shown["state"], &shown["outcome"]), (&json!("replied"), &json!("solved")));
    assert!(street.liaison.get(&format!("/api/v1/demands/{other}/timeline")).await.text.contains("已送电"));
    street.goes(&street.liaison, &other, "confirm", json!({ "rating": "dissatisfied" })).await;
    assert_eq!(street.shown(&street.liaison, &main).await["rating"], Value::Null, "each says its own");
    for demand in [&main, &other] {
        street.holds_together(demand).await;
    }
}

#[tokio::test]
async fn what_follows_a_demand_that_is_withdrawn_goes_its_own_way_again() {
    let street = Street::new().await;
    let (main, other) = (street.handled().await, street.raised().await);
    street.goes(&street.desk, &other, "merge", json!({ "main": main })).await;
    street.goes(&street.liaison, &main, "withdraw", json!({ "text": "已自行解决。" })).await;
    street.turns_to("2026-11-24T10:00");
    let desk = street.again("fuwutai").await;
    street.goes(&desk, &main, "check-withdrawal", json!({ "granted": true, "text": "自愿。" })).await;
    let shown = street.shown(&desk, &other).await;
    assert_eq!((&shown["state"], &shown["merged_into"]), (&json!("accepted"), &Value::Null));
    street.holds_together(&other).await;
}

#[tokio::test]
async fn a_part_that_is_split_off_has_waited_as_long_as_the_whole() {
    let street = Street::new().await;
    let whole = street.raised().await;
    street.turns_to("2026-11-23T11:00");
    let split = json!({ "title": "厂区门前道路破损", "text": "门前道路坑洼，请修补。", "category": "0301" });
    assert_eq!(street.goes(&street.desk, &whole, "split", split).await, "raised");
    let all = street.liaison.get("/api/v1/demands").await.json();
    let part = all["items"].as_array().unwrap().iter().find(|it| it["title"] == "厂区门前道路破损").unwrap().clone();
    assert_eq!((&part["split_from"], &part["raised_at"]), (&json!(whole), &all["items"][1]["raised_at"]));
    assert_eq!(part["due_at"], "2026-11-23T04:00:00Z", "two hours since the whole was raised");
    street.holds_together(part["id"].as_str().unwrap()).await;
}

#[tokio::test]
async fn where_heads_approve_an_answer_waits_for_the_head_of_the_unit() {
    let street = Street::strict().await;
    street.town.opens_account_for("juzhang", Role::UnitHead, Reach::Unit(street.power_unit.parse().unwrap())).await;
    let head = street.again("juzhang").await;
    let demand = street.handled().await;
    let reply = json!({ "outcome": "solved", "text": "已送电。" });
    assert_eq!(street.goes(&street.power, &demand, "reply", reply.clone()).await, "proposed");
    assert_eq!(street.liaison.get(&format!("/api/v1/demands/{demand}")).await.json()["acts"], json!(["withdraw"]));
    let bare = street.does(&head, &demand, "approve", json!({ "granted": false })).await;
    assert_eq!((bare.status, &bare.json()["errors"][0]["field"]), (422, &json!("text")), "{}", bare.text);
    let back = json!({ "granted": false, "text": "写明送电日期。" });
    assert_eq!(street.goes(&head, &demand, "approve", back).await, "handling");
    street.goes(&street.power, &demand, "reply", reply).await;
    assert_eq!(street.does(&street.power, &demand, "approve", json!({ "granted": true })).await.status, 403);
    assert_eq!(street.goes(&head, &demand, "approve", json!({ "granted": true })).await, "replied");
    street.holds_together(&demand).await;
}

#[tokio::test]
async fn a_city_desk_may_bring_a_demand_higher_but_never_lower() {
    let street = Street::new().await;
    let city = street.town.signed_in_at("shi", Role::AreaDesk, CITY).await;
    let demand = street.handled().await;
    let up = |rung: &str| json!({ "rung": rung, "text": "需市级协调。" });
    street.goes(&city, &demand, "escalate", up("city_group")).await;
    let down = street.does(&city, &demand, "escalate", up("county_group")).await;
    assert_eq!((down.status, &down.json()["errors"][0]["field"]), (422, &json!("rung")), "{}", down.text);
    assert_eq!(street.shown(&street.liaison, &demand).await["rung"], "city_group");
    street.town.app.clock().set(at("2026-11-23T09:40") + Duration::minutes(1));
    street.holds_together(&demand).await;
}

async fn in_queue(who: &Person, queue: &str) -> usize {
    let answer = who.get(&format!("/api/v1/demands?queue={queue}")).await;
    assert_eq!(answer.status, 200, "{queue}: {}", answer.text);
    answer.json()["items"].as_array().unwrap().len()
}

#[tokio::test]
async fn each_queue_holds_what_waits_for_one_kind_of_act_and_nobody_elses() {
    let street = Street::new().await;
    let (new, shared, silent) = (street.raised().await, street.shared().await, street.replied().await);
    let object = json!({ "ground": "not_duty", "text": "与税务无关。" });
    street.goes(&street.power, &shared, "sign", json!({})).await;
    assert_eq!((in_queue(&street.tax, "helping").await, in_queue(&street.power, "helping").await), (1, 0));
    street.goes(&street.tax, &shared, "object", object).await;
    street.goes(&street.power, &shared, "request-extension", json!({ "days": 2, "text": "等设备。" })).await;
    let next_door = street.town.signed_in_at("zhucheng", Role::AreaDesk, "/3707/370782/").await;
    for (queue, stand) in [
        ("intake", 1),
        ("dispatch", 0),
        ("objections", 1),
        ("requests", 1),
        ("withdrawals", 0),
        ("callbacks", 0),
        ("rechecks", 0),
        ("shelved", 0),
    ] {
        assert_eq!(in_queue(&street.desk, queue).await, stand, "{queue}");
        for other in [&next_door, &street.power, &street.liaison] {
            assert_eq!(in_queue(other, queue).await, 0, "{queue}");
        }
    }
    let page = street.browser("fuwutai").await.get("/demands?queue=objections").await.text;
    assert!(page.contains("异议待裁 <span class=\"wqt-number\">1</span>") && page.contains(&shared), "{page}");
    street.goes(&street.liaison, &new, "withdraw", json!({ "text": "已解决。" })).await;
    assert_eq!(in_queue(&street.desk, "withdrawals").await, 1);
    street.turns_to("2026-12-01T09:30");
    let desk = street.again("fuwutai").await;
    assert_eq!(in_queue(&desk, "callbacks").await, 1, "the client has not answered in five working days");
    street.goes(&desk, &silent, "close", json!({ "text": "多次联系未果。" })).await;
    street.turns_to("2026-12-30T09:30");
    assert_eq!(in_queue(&street.again("fuwutai").await, "rechecks").await, 1);
}

#[tokio::test]
async fn a_desk_takes_on_many_at_once_and_what_has_moved_on_is_left_alone_and_named() {
    let street = Street::new().await;
    let (one, two, gone) = (street.raised().await, street.raised().await, street.raised().await);
    let desk = street.browser("fuwutai").await;
    let list = desk.get("/demands?queue=intake").await.text;
    assert!(list.contains("批量受理选中的") && list.contains(&format!("name=\"d-{one}\"")));
    street.goes(&street.desk, &gone, "accept", json!({})).await;
    let all = format!("d-{one}=1&d-{two}=1&d-{gone}=1");
    let shown = desk.submits("/demands/many/accept", &all).await.text;
    assert!(
        shown.contains("可以受理的 <strong>2</strong> 件") && shown.contains("现在是“待交办”，不能受理"),
        "{shown}"
    );
    assert_eq!(in_queue(&street.desk, "intake").await, 2, "nothing is done before it is confirmed");
    let done = desk.submits("/demands/many/accept", &format!("{all}&sure=true&complexity=ordinary")).await.text;
    assert!(done.contains("已受理 <strong>2</strong> 件") && done.contains("刚有新的进展，没有办理"), "{done}");
    assert_eq!((in_queue(&street.desk, "intake").await, in_queue(&street.desk, "dispatch").await), (0, 3));
    let nobody = desk.submits("/demands/many/dispatch", &format!("d-{one}=2&d-{two}=2&sure=true&days=5")).await.text;
    assert!(nobody.contains("请选择"), "{nobody}");
    let to = format!("d-{one}=2&d-{two}=2&sure=true&days=5&unit={}", street.power_unit);
    let done = desk.submits("/demands/many/dispatch", &to).await.text;
    assert!(done.contains("已交办 <strong>2</strong> 件"), "{done}");
    let unit = street.browser("gongdian").await;
    assert_eq!(unit.submits("/demands/many/accept", &all).await.status, 404, "a unit takes nothing on");
    let next_door = street.town.signed_in_at("zhucheng", Role::AreaDesk, "/3707/370782/").await;
    drop(next_door);
    let stranger = street.browser("zhucheng").await.submits("/demands/many/accept", &all).await.text;
    assert!(stranger.contains("选中 0 件"), "what is not theirs is not even there: {stranger}");
}

#[tokio::test]
async fn somebody_keeps_a_filter_under_a_name_and_nobody_else_finds_it() {
    let street = Street::new().await;
    let desk = street.browser("fuwutai").await;
    let kept = desk.submits("/demands/filters", "name=%E7%94%A8%E7%94%B5&query=category%3D0301%26state%3Draised").await;
    assert_eq!((kept.status, kept.place().as_str()), (303, "/demands?category=0301&state=raised"));
    let page = desk.get("/demands").await.text;
    assert!(
        page.contains("href=\"/demands?category=0301&#38;state=raised\"")
            || page.contains("category=0301&amp;state=raised")
    );
    let forget = page.split("/demands/filters/").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let other = street.browser("gongdian").await;
    assert!(!other.get("/demands").await.text.contains("/demands/filters/0"));
    assert_eq!(other.submits(&format!("/demands/filters/{forget}"), "").await.status, 404);
    assert_eq!(desk.submits(&format!("/demands/filters/{forget}"), "").await.status, 303);
    assert!(!desk.get("/demands").await.text.contains("category=0301"));
    assert_eq!(desk.submits("/demands/filters", "name=&query=state%3Draised").await.status, 303, "told, not kept");
}

#[tokio::test]
async fn a_ruling_becomes_a_precedent_that_routes_the_next_demand_of_the_kind() {
    let street = Street::new().await;
    let demand = street.raised().await;
    street.goes(&street.desk, &demand, "accept", json!({})).await;
    street.goes(&street.desk, &demand, "dispatch", json!({ "unit": street.tax_unit, "days": 5 })).await;
    street.goes(&street.tax, &demand, "object", json!({ "ground": "not_duty", "text": "不属于税务职责。" })).await;
    let rule =
        |text: &str| json!({ "unit": street.tax_unit, "granted": true, "text": text, "duty_of": street.power_unit });
    let named = street.does(&street.desk, &demand, "rule", rule("寿光绿源蔬菜有限公司的用电由供电公司办。")).await;
    assert_eq!(
        (named.status, &named.json()["errors"][0]["field"]),
        (422, &json!("text")),
        "a precedent names no enterprise"
    );
    street.goes(&street.desk, &demand, "rule", rule("用电增容由供电公司办理。")).await;
    let kept = street.desk.get("/api/v1/precedents").await.json();
    let kept = &kept["items"].as_array().unwrap()[0];
    assert!(kept.to_string().contains("寿光市供电公司") && !kept.to_string().contains("绿源"), "{kept}");
    let next = street.raised().await;
    let desk = street.browser("fuwutai").await;
    desk.submits(&format!("/demands/{next}/accept"), "version=1&complexity=ordinary").await;
    let page = desk.get(&format!("/demands/{next}")).await.text;
    assert!(page.contains("建议的主办单位") && page.contains("判例"), "{page}");
}
