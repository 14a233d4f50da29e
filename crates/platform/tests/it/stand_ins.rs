//! Who is away lets a colleague stand in: for these days the colleague sees, hears and does what is theirs, signed with both
//! names; nobody else gains anything, and it ends by itself.

use crate::demands::Street;
use crate::town::{PASSWORD, Person};
use chrono::DateTime;
use kernel::{AreaPath, Reach, Role};
use serde_json::{Value, json};

/// A unit's head, a handler of it, the desk, and a second person at the desk of the same county.
struct Office {
    street: Street,
    head: Person,
    deputy: String,
}

impl Office {
    async fn new() -> Self {
        let street = Street::strict().await;
        let unit = Reach::Unit(street.power_unit.parse().unwrap());
        street.town.opens_account_for("juzhang", Role::UnitHead, unit).await;
        let head = street.town.stranger().signs_in("juzhang", PASSWORD).await;
        let deputy = id_of(&street.power).await;
        Self { street, head, deputy }
    }

    fn turns_to(&self, text: &str) {
        let at = DateTime::parse_from_rfc3339(&format!("{text}+08:00")).unwrap();
        self.street.town.app.clock().set(at.to_utc());
    }

    async fn again(&self, login: &str) -> Person {
        self.street.town.stranger().signs_in(login, PASSWORD).await
    }

    async fn proposed(&self) -> String {
        let street = &self.street;
        let demand = street.raised().await;
        street.goes(&street.desk, &demand, "accept", json!({})).await;
        street.goes(&street.desk, &demand, "dispatch", json!({ "unit": street.power_unit, "days": 5 })).await;
        street.goes(&street.power, &demand, "sign", json!({})).await;
        let reply = json!({ "outcome": "solved", "text": "已送电。" });
        assert_eq!(street.goes(&street.power, &demand, "reply", reply).await, "proposed");
        demand
    }
}

async fn id_of(who: &Person) -> String {
    who.get("/api/v1/account").await.json()["id"].as_str().unwrap().to_owned()
}

async fn stand_ins(who: &Person) -> Vec<Value> {
    who.get("/api/v1/account/stand-ins").await.json()["items"].as_array().unwrap().clone()
}

fn days(substitute: &str) -> Value {
    json!({ "substitute": substitute, "from": "2026-11-23", "until": "2026-11-24" })
}

#[tokio::test]
async fn a_deputy_approves_in_the_place_of_a_head_who_is_away_and_both_names_stand_there() {
    let office = Office::new().await;
    let street = &office.street;
    let demand = office.proposed().await;
    let yes = json!({ "granted": true });
    assert_eq!(street.does(&street.power, &demand, "approve", yes.clone()).await.status, 403);
    let entered = office.head.post("/api/v1/account/stand-ins", days(&office.deputy)).await;
    assert_eq!(entered.status, 204, "{}", entered.text);
    let browser = street.browser("gongdian").await;
    let list = browser.get("/demands?queue=approvals").await.text;
    assert!(list.contains("代 juzhang 办理") && list.contains("新车间用电增容"), "{list}");
    assert!(browser.get("/notices").await.text.contains("请您代juzhang办理"));
    assert!(browser.get("/account").await.text.contains("代juzhang"));
    assert_eq!(street.goes(&street.power, &demand, "approve", yes).await, "replied");
    let told = street.desk.get(&format!("/api/v1/demands/{demand}/timeline")).await.json();
    let names: Vec<&str> = told["items"].as_array().unwrap().iter().filter_map(|line| line["name"].as_str()).collect();
    assert_eq!(names.last(), Some(&"gongdian（代juzhang）"));
    assert_eq!(names[names.len() - 2], "gongdian", "what was their own to do is signed alone");
    let auditor = street.town.signed_in("shenji", Role::AuditAdmin).await;
    let trail = auditor.get("/api/v1/audit?limit=50").await.text;
    assert!(trail.contains("gongdian（代juzhang）") && trail.contains("stand_in.enter"), "{trail}");
}

#[tokio::test]
async fn it_ends_with_its_last_day_or_when_who_was_away_is_back() {
    let office = Office::new().await;
    let first = office.proposed().await;
    office.head.post("/api/v1/account/stand-ins", days(&office.deputy)).await;
    office.turns_to("2026-11-25T09:00:00");
    let (power, head) = (office.again("gongdian").await, office.again("juzhang").await);
    let yes = json!({ "granted": true });
    assert_eq!(office.street.does(&power, &first, "approve", yes.clone()).await.status, 403, "the day has passed");
    assert!(stand_ins(&power).await.is_empty());
    let more = json!({ "substitute": office.deputy, "from": "2026-11-25", "until": "2026-12-04" });
    assert_eq!(head.post("/api/v1/account/stand-ins", more.clone()).await.status, 204);
    let twice = head.post("/api/v1/account/stand-ins", more).await;
    assert_eq!((twice.status, &twice.json()["errors"][0]["field"]), (422, &json!("substitute")), "{}", twice.text);
    let held = stand_ins(&head).await;
    assert_eq!(held.len(), 1);
    let path = format!("/api/v1/account/stand-ins/{}", held[0]["id"].as_str().unwrap());
    assert_eq!(power.send("DELETE", &path, None).await.status, 404, "who stands in does not end it");
    assert_eq!(head.send("DELETE", &path, None).await.status, 204);
    assert_eq!(head.send("DELETE", &path, None).await.status, 409);
    assert_eq!(office.street.does(&power, &first, "approve", yes).await.status, 403, "at once");
}

#[tokio::test]
async fn nobody_stands_in_who_is_no_colleague_and_nobody_lets_others_people_go() {
    let office = Office::new().await;
    let street = &office.street;
    let tax = id_of(&street.tax).await;
    let far = office.head.post("/api/v1/account/stand-ins", days(&tax)).await;
    assert_eq!((far.status, &far.json()["errors"][0]["field"]), (422, &json!("substitute")), "another bureau");
    let mut wish = days(&tax);
    wish["away"] = json!(office.deputy);
    assert_eq!(street.tax.post("/api/v1/account/stand-ins", wish.clone()).await.status, 404, "another's handler");
    assert_eq!(street.desk.post("/api/v1/account/stand-ins", wish).await.status, 404);
    assert_eq!(street.liaison.post("/api/v1/account/stand-ins", days(&office.deputy)).await.status, 409, "no desk");
    for (from, until, field) in [
        ("2026-11-20", "2026-11-24", "from"),
        ("2026-11-24", "2026-11-23", "until"),
        ("2026-11-23", "2027-11-23", "until"),
    ] {
        let wish = json!({ "substitute": office.deputy, "from": from, "until": until });
        let refused = office.head.post("/api/v1/account/stand-ins", wish).await;
        assert_eq!((refused.status, &refused.json()["errors"][0]["field"]), (422, &json!(field)), "{}", refused.text);
    }
    let form = street.browser("juzhang").await.get("/account/stand-ins/new").await.text;
    assert!(form.contains("gongdian") && !form.contains("shuiwu") && !form.contains("fuwutai"), "{form}");
    let other = street.browser("shuiwu").await;
    assert_eq!(other.get(&format!("/account/stand-ins/new?away={}", office.deputy)).await.status, 404);
    assert!(!other.get("/account").await.text.contains("gongdian"));
}

#[tokio::test]
async fn a_head_enters_it_for_a_handler_and_a_desk_for_itself_and_the_substitute_hears_what_they_would() {
    let office = Office::new().await;
    let street = &office.street;
    let town = &street.town;
    let county = AreaPath("/3707/370783/".into());
    town.opens_account_for("biandang", Role::Arbiter, Reach::Area(county)).await;
    let arbiter = office.again("biandang").await;
    let arbiter = id_of(&arbiter).await;
    let entered = street.desk.post("/api/v1/account/stand-ins", days(&arbiter)).await;
    assert_eq!(entered.status, 204, "{}", entered.text);
    let mut wish = street.wish();
    wish["title"] = json!("夜间停电");
    street.liaison.makes("/api/v1/demands", wish).await;
    town.hears().await;
    let substitute = street.browser("biandang").await;
    assert!(substitute.get("/notices").await.text.contains("新诉求，等您受理"));
    assert!(substitute.get("/demands?queue=intake").await.text.contains("夜间停电"));
    let browser = street.browser("juzhang").await;
    assert!(browser.get("/account").await.text.contains("/account/stand-ins/new?away="), "for the unit's handlers");
    let mut wish = days(&id_of(&office.head).await);
    wish["away"] = json!(office.deputy);
    assert_eq!(office.head.post("/api/v1/account/stand-ins", wish).await.status, 204, "the head takes it on");
    let typed = format!("away={}&substitute=&from=2026-11-23&until=2026-11-24", office.deputy);
    let refused = browser.submits("/account/stand-ins", &typed).await;
    assert!(refused.status == 422 && refused.text.contains("2026-11-24"), "{}", refused.text);
}
