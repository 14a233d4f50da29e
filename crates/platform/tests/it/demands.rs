//! A demand's life as its people live it: liaison, desk, unit; and who of the others sees it.

use crate::town::{Answer, PASSWORD, Person, Town, enterprise};
use kernel::id::{ClientId, UnitId};
use kernel::{Reach, Role};
use platform::demands::{Category, add_category};
use serde_json::{Value, json};

const SHOUGUANG: &str = "/3707/370783/";
const ZHUCHENG: &str = "/3707/370782/";

/// An enterprise with its liaison, the desk of its county, and two bureaus with a handler each.
pub struct Street {
    pub town: Town,
    pub liaison: Person,
    pub desk: Person,
    pub power: Person,
    pub tax: Person,
    pub client: String,
    pub power_unit: String,
    pub tax_unit: String,
}

impl Street {
    pub async fn new() -> Self {
        Self::on(Town::new().await).await
    }

    /// The same where a unit's head approves each answer.
    pub async fn strict() -> Self {
        Self::on(Town::of(|site| site.approval = true).await).await
    }

    pub async fn on(town: Town) -> Self {
        let group = town.signed_in("zonghe", Role::Coordination).await;
        let desk = town.signed_in_at("fuwutai", Role::AreaDesk, SHOUGUANG).await;
        let client = desk.makes("/api/v1/enterprises", enterprise("寿光绿源蔬菜有限公司", 1)).await;
        let reach = Reach::Clients(vec![client.parse::<ClientId>().unwrap()]);
        town.opens_account_for("qiye", Role::Liaison, reach).await;
        let liaison = town.stranger().signs_in("qiye", PASSWORD).await;
        let tx = town.app.store.begin().await.unwrap();
        for (id, parent, name) in [("03", None, "用电用水用气"), ("0301", Some("03"), "用电")] {
            let category = Category::new(id, parent.map(str::to_owned), name);
            add_category(&tx, &town.app.site, &category).await.unwrap();
        }
        tx.commit().await.unwrap();
        let found = async |name: &str| {
            let new = json!({ "area": "370783", "kind": "department", "name": name });
            group.makes("/api/v1/units", new).await
        };
        let (power_unit, tax_unit) = (found("寿光市供电公司").await, found("寿光市税务局").await);
        let handler = async |login: &str, unit: &str| {
            let reach = Reach::Unit(unit.parse::<UnitId>().unwrap());
            town.opens_account_for(login, Role::Handler, reach).await;
            town.stranger().signs_in(login, PASSWORD).await
        };
        let (power, tax) = (handler("gongdian", &power_unit).await, handler("shuiwu", &tax_unit).await);
        Self { liaison, desk, power, tax, client, power_unit, tax_unit, town }
    }

    /// Somebody of this street before a browser.
    pub async fn browser(&self, login: &str) -> Person {
        Person::opens_a_browser(self.town.router.clone(), login).await
    }

    pub fn wish(&self) -> Value {
        json!({ "client": self.client, "category": "0301", "title": "新车间用电增容", "text": "新车间十二月投产，现有变压器容量不足，请协调增容。" })
    }

    pub async fn raised(&self) -> String {
        self.liaison.makes("/api/v1/demands", self.wish()).await
    }

    /// Does an act on the version the person sees now.
    pub async fn does(&self, who: &Person, demand: &str, act: &str, body: Value) -> Answer {
        let seen = who.get(&format!("/api/v1/demands/{demand}")).await;
        let version = seen.json()["version"].as_i64().unwrap_or(1);
        let who = who.clone().with("if-match", &format!("\"{version}\""));
        who.post(&format!("/api/v1/demands/{demand}/acts/{act}"), body).await
    }

    pub async fn replied(&self) -> String {
        let demand = self.raised().await;
        self.goes(&self.desk, &demand, "accept", json!({})).await;
        self.goes(&self.desk, &demand, "dispatch", json!({ "unit": self.power_unit, "days": 5 })).await;
        self.goes(&self.power, &demand, "sign", json!({})).await;
        let reply = json!({ "outcome": "solved", "text": "已安排增容，12 月 5 日前送电。" });
        self.goes(&self.power, &demand, "reply", reply).await;
        demand
    }

    /// Does an act that must succeed; gives the state it leads to.
    pub async fn goes(&self, who: &Person, demand: &str, act: &str, body: Value) -> String {
        let answer = self.does(who, demand, act, body).await;
        assert_eq!(answer.status, 200, "{act}: {}", answer.text);
        answer.json()["state"].as_str().unwrap().to_owned()
    }

    pub async fn shown(&self, who: &Person, demand: &str) -> Value {
        who.get(&format!("/api/v1/demands/{demand}")).await.json()
    }
}

async fn listed(who: &Person, query: &str) -> usize {
    let answer = who.get(&format!("/api/v1/demands{query}")).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    answer.json()["items"].as_array().unwrap().len()
}

#[tokio::test]
async fn a_demand_travels_from_the_enterprise_to_its_answer_and_everybody_sees_their_turn() {
    let street = Street::new().await;
    let demand = street.raised().await;
    let shown = street.shown(&street.liaison, &demand).await;
    assert_eq!(shown["number"], "370783-20261123-001");
    assert_eq!((&shown["channel"], &shown["acts"]), (&json!("enterprise"), &json!(["withdraw"])));
    assert_eq!(shown["due_at"], "2026-11-23T04:00:00Z", "two hours of business, that is noon");
    assert_eq!(
        street.shown(&street.desk, &demand).await["acts"],
        json!(["accept", "reject", "reclassify", "split", "merge", "escalate", "note"])
    );

    assert_eq!(listed(&street.desk, "?waiting=desk").await, 1);
    assert_eq!(street.goes(&street.desk, &demand, "accept", json!({})).await, "accepted");
    let unit = json!({ "unit": street.power_unit, "days": 5 });
    assert_eq!(street.goes(&street.desk, &demand, "dispatch", unit).await, "dispatched");
    assert_eq!(listed(&street.desk, "?waiting=desk").await, 0);
    assert_eq!(listed(&street.power, "?waiting=unit").await, 1);
    assert_eq!(street.goes(&street.power, &demand, "sign", json!({})).await, "handling");
    let reply = json!({ "outcome": "solved", "text": "已安排增容，12 月 5 日前送电。" });
    assert_eq!(street.goes(&street.power, &demand, "reply", reply).await, "replied");
    assert_eq!(listed(&street.power, "?waiting=unit").await, 0);
    assert_eq!(listed(&street.liaison, "?waiting=client").await, 1);
    let rating = json!({ "rating": "satisfied", "text": "谢谢，很快。" });
    assert_eq!(street.goes(&street.liaison, &demand, "confirm", rating).await, "closed");

    let shown = street.shown(&street.liaison, &demand).await;
    assert_eq!(
        (&shown["acts"], &shown["outcome"], &shown["rating"]),
        (&json!(["rate", "reopen"]), &json!("solved"), &json!("satisfied"))
    );
    let verdicts: Vec<_> = shown["clocks"].as_array().unwrap().iter().map(|clock| clock["verdict"].clone()).collect();
    let met = verdicts.iter().filter(|verdict| **verdict == json!("on_time")).count();
    assert_eq!((verdicts.len(), met), (6, 5), "and whether it holds is looked at in thirty days: {verdicts:?}");
    let timeline = street.liaison.get(&format!("/api/v1/demands/{demand}/timeline")).await.json();
    let acts: Vec<_> = timeline["items"].as_array().unwrap().iter().map(|line| line["act"].as_str().unwrap()).collect();
    assert_eq!(acts, ["raise", "accept", "dispatch", "sign", "reply", "confirm"]);
    assert_eq!(timeline["items"][2]["unit_name"], "寿光市供电公司");
}

#[tokio::test]
async fn a_client_who_is_not_content_gets_a_second_round_and_a_unit_objects_to_what_is_not_its_duty() {
    let street = Street::new().await;
    let demand = street.replied().await;
    assert_eq!(street.goes(&street.liaison, &demand, "reopen", json!({ "text": "至今没有送电。" })).await, "accepted");
    let shown = street.shown(&street.desk, &demand).await;
    assert_eq!((&shown["round"], &shown["lead_unit_name"]), (&json!(2), &Value::Null));
    street.goes(&street.desk, &demand, "dispatch", json!({ "unit": street.tax_unit, "days": 3 })).await;
    let object = json!({ "ground": "not_duty", "text": "不属于税务职责。", "duty_of": street.power_unit });
    assert_eq!(street.goes(&street.tax, &demand, "object", object.clone()).await, "objected");
    let rule = json!({ "unit": street.tax_unit, "granted": true, "text": "供电设施由供电公司负责。" });
    assert_eq!(
        street.does(&street.tax, &demand, "rule", rule.clone()).await.status,
        403,
        "nobody rules for themselves"
    );
    assert_eq!(street.goes(&street.desk, &demand, "rule", rule).await, "accepted");
    assert_eq!(street.tax.get(&format!("/api/v1/demands/{demand}")).await.status, 404, "no longer theirs");
    let timeline = street.desk.get(&format!("/api/v1/demands/{demand}/timeline")).await.json();
    let back = timeline["items"].as_array().unwrap().last().unwrap();
    assert_eq!((&back["act"], &back["unit_name"], &back["round"]), (&json!("rule"), &json!("寿光市税务局"), &json!(2)));
    let again = street.does(&street.desk, &demand, "dispatch", json!({ "unit": street.tax_unit, "days": 3 })).await;
    assert_eq!(again.status, 422, "a ruling is final: {}", again.text);
}

#[tokio::test]
async fn nobody_acts_out_of_turn_or_on_what_somebody_else_has_just_changed() {
    let street = Street::new().await;
    let demand = street.raised().await;
    let early = street.does(&street.desk, &demand, "dispatch", json!({ "unit": street.power_unit, "days": 5 })).await;
    assert_eq!(early.status, 409, "{}", early.text);
    let not_theirs = street.does(&street.liaison, &demand, "accept", json!({})).await;
    assert_eq!(not_theirs.status, 403, "{}", not_theirs.text);
    let accept = format!("/api/v1/demands/{demand}/acts/accept");
    assert_eq!(street.desk.post(&accept, json!({})).await.status, 428, "which version?");
    let reader = street.desk.clone().with("if-match", "\"1\"");
    assert_eq!(reader.post(&accept, json!({})).await.status, 200);
    let late = reader.post(&accept, json!({})).await;
    assert!(late.status == 412 && late.detail().contains("待交办"), "{}", late.text);
    assert_eq!(reader.post(&format!("/api/v1/demands/{demand}/acts/fly"), json!({})).await.status, 404);
    assert_eq!(street.shown(&street.desk, &demand).await["version"], 2, "nothing half done");
}

#[tokio::test]
async fn what_is_missing_is_named_and_nothing_is_kept() {
    let street = Street::new().await;
    let with = |field: &str, value: Value| {
        let mut wish = street.wish();
        wish[field] = value;
        wish
    };
    for (wish, field) in [
        (with("title", json!("  ")), "title"),
        (with("text", json!("")), "text"),
        (with("text", json!("长".repeat(4001))), "text"),
        (with("category", json!("99")), "category"),
        (with("client", json!("01890000-0000-7000-8000-000000000000")), "client"),
    ] {
        let refused = street.liaison.post("/api/v1/demands", wish).await;
        assert_eq!(
            (refused.status, refused.json()["errors"][0]["field"].as_str()),
            (422, Some(field)),
            "{}",
            refused.text
        );
    }
    assert_eq!(listed(&street.desk, "").await, 0);
    let demand = street.raised().await;
    assert!(
        street.shown(&street.desk, &demand).await["number"].as_str().unwrap().ends_with("-001"),
        "no number was lost"
    );
    let bare = street.does(&street.desk, &demand, "reject", json!({ "ground": "unclear" })).await;
    assert_eq!((bare.status, bare.json()["errors"][0]["field"].as_str()), (422, Some("text")));
    let groundless = street.does(&street.desk, &demand, "reject", json!({ "text": "不办" })).await;
    assert_eq!((groundless.status, groundless.json()["errors"][0]["field"].as_str()), (422, Some("ground")));
}

#[tokio::test]
async fn a_demand_is_seen_by_its_client_its_desk_and_its_unit_and_by_nobody_next_door() {
    let street = Street::new().await;
    let demand = street.replied().await;
    let town = &street.town;
    let next_door = town.signed_in_at("zhucheng", Role::AreaDesk, ZHUCHENG).await;
    let other = street.desk.makes("/api/v1/enterprises", enterprise("寿光恒信机械有限公司", 2)).await;
    town.opens_account_for("bieren", Role::Liaison, Reach::Clients(vec![other.parse().unwrap()])).await;
    let rival = town.stranger().signs_in("bieren", PASSWORD).await;
    let street_desk = town.signed_in_at("jiedao", Role::AreaDesk, "/3707/370783/370783001/").await;
    let next_street = town.signed_in_at("houzhen", Role::AreaDesk, "/3707/370783/370783109/").await;
    let leader = town.signed_in("lingdao", Role::Leader).await;
    let path = format!("/api/v1/demands/{demand}");
    for (who, sees) in [
        (&street.liaison, true),
        (&street.desk, true),
        (&street.power, true),
        (&street_desk, true),
        (&leader, true),
        (&street.tax, false),
        (&next_door, false),
        (&rival, false),
        (&next_street, false),
    ] {
        assert_eq!(who.get(&path).await.status, if sees { 200 } else { 404 });
        assert_eq!(who.get(&format!("{path}/timeline")).await.status, if sees { 200 } else { 404 });
        assert_eq!(listed(who, "").await, usize::from(sees));
        let tried = who
            .clone()
            .with("if-match", "\"5\"")
            .post(&format!("{path}/acts/withdraw"), json!({ "text": "误报" }))
            .await;
        if !sees {
            assert_eq!(tried.status, 404, "{}", tried.text);
        }
        if tried.status == 200 {
            assert!(std::ptr::eq(who, &street.liaison), "only the client withdraws");
        }
    }
    assert_eq!(rival.post("/api/v1/demands", street.wish()).await.status, 422, "for others one does not speak");
}

#[tokio::test]
async fn a_list_is_read_page_after_page_without_a_gap_and_by_state_category_and_word() {
    let street = Street::new().await;
    for _ in 0..5 {
        street.raised().await;
    }
    let mut seen = Vec::new();
    let mut path = "/api/v1/demands?limit=2".to_owned();
    loop {
        let page = street.desk.get(&path).await.json();
        seen.extend(page["items"].as_array().unwrap().iter().map(|item| item["number"].as_str().unwrap().to_owned()));
        let Some(next) = page["next"].as_str() else { break };
        path = format!("/api/v1/demands?limit=2&cursor={next}");
    }
    seen.sort();
    let numbers: Vec<_> = (1..=5).map(|n| format!("370783-20261123-00{n}")).collect();
    assert_eq!(seen, numbers);
    assert_eq!(listed(&street.desk, "?state=raised").await, 5);
    assert_eq!(listed(&street.desk, "?state=closed").await, 0);
    assert_eq!(listed(&street.desk, "?category=03").await, 5);
    assert_eq!(listed(&street.desk, "?category=04").await, 0);
    assert_eq!(listed(&street.desk, "?q=%E5%A2%9E%E5%AE%B9").await, 5, "增容");
    assert_eq!(listed(&street.liaison, "?waiting=desk").await, 0, "not their turn to see");
    assert_eq!(street.desk.get("/api/v1/demands?state=lost").await.status, 400);
    assert_eq!(street.desk.get("/api/v1/demands?cursor=x").await.status, 400);
}
