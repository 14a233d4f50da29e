//! Numbers are masked until somebody opens one for a reason; and whose it is reads who did.

use crate::demands::Street;
use crate::town::{PASSWORD, Person, enterprise};
use kernel::id::{ClientId, OfficialId};
use kernel::{Reach, Role};
use serde_json::{Value, json};
use store::Sql;

/// A street whose enterprise has a liaison with a number, and a commissioner with one.
struct Watched {
    street: Street,
    /// The liaison's record.
    contact: String,
    /// The commissioner's.
    official: String,
    commissioner: Person,
}

const NUMBER: &str = "13805361234";
const MOBILE: &str = "13905365678";

impl Watched {
    async fn new() -> Self {
        let street = Street::new().await;
        let (town, desk) = (&street.town, &street.desk);
        let contact = json!({ "name": "王芳", "position": "办公室主任", "phone": NUMBER });
        let contact = desk.makes(&format!("/api/v1/enterprises/{}/liaisons", street.client), contact).await;
        let group = town.stranger().signs_in("zonghe", PASSWORD).await;
        let official = json!({ "unit": street.power_unit, "name": "李明", "rank": "section_head", "title": "科长",
            "since": "2025-03-01", "mobile": MOBILE });
        let official = group.makes("/api/v1/officials", official).await;
        let pairing = json!({ "client": street.client, "official": official, "from": "2026-01-01" });
        desk.makes("/api/v1/pairings", pairing).await;
        let id = official.parse::<OfficialId>().unwrap();
        town.opens_account_of("zhuanyuan", Role::Commissioner, Reach::Clients(Vec::new()), Some(id)).await;
        let commissioner = town.stranger().signs_in("zhuanyuan", PASSWORD).await;
        Self { contact, official, commissioner, street }
    }

    fn of_contact(&self) -> String {
        format!("/api/v1/liaisons/{}/look", self.contact)
    }

    fn of_official(&self) -> String {
        format!("/api/v1/officials/{}/look", self.official)
    }

    /// Somebody of another enterprise of the same county.
    async fn stranger(&self) -> Person {
        let other = self.street.desk.makes("/api/v1/enterprises", enterprise("寿光恒信机械有限公司", 9)).await;
        let reach = Reach::Clients(vec![other.parse::<ClientId>().unwrap()]);
        self.street.town.opens_account_for("hengxin", Role::Liaison, reach).await;
        self.street.town.stranger().signs_in("hengxin", PASSWORD).await
    }

    async fn kept(&self) -> i64 {
        let sql = Sql::text("SELECT CAST(COUNT(*) AS BIGINT) FROM look");
        store::Db::value(&self.street.town.app.store, sql).await.unwrap().unwrap()
    }
}

async fn looks(who: &Person) -> Vec<Value> {
    let answer = who.get("/api/v1/looks").await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    answer.json()["items"].as_array().unwrap().clone()
}

fn why(reason: &str, note: &str) -> Value {
    json!({ "reason": reason, "note": note })
}

#[tokio::test]
async fn a_number_is_opened_for_a_reason_and_the_enterprise_reads_who_did_when_and_why() {
    let watched = Watched::new().await;
    let (street, page) = (&watched.street, format!("/enterprises/{}", watched.street.client));
    let desk = street.browser("fuwutai").await;
    let seen = desk.get(&page).await.text;
    assert!(seen.contains("138****1234") && !seen.contains(NUMBER));
    let look = format!("/liaisons/{}/look", watched.contact);
    assert!(seen.contains(&look), "the way to it is beside it");
    let asked = desk.get(&look).await.text;
    assert!(asked.contains("核实诉求") && !asked.contains(NUMBER));
    let opened = desk.submits(&look, "reason=verify&note=").await;
    assert!(opened.status == 200 && opened.text.contains(&format!("tel:{NUMBER}")), "{}", opened.text);
    assert!(!desk.get(&page).await.text.contains(NUMBER), "the next time it is masked again");

    let owner = street.browser("qiye").await;
    for place in [page.as_str(), "/looks"] {
        let told = owner.get(place).await.text;
        for word in ["fuwutai（企业服务台）", "王芳的电话", "核实诉求"] {
            assert!(told.contains(word), "{place}: {word}");
        }
    }
    let look = &looks(&street.liaison).await[0];
    assert_eq!((&look["looker"], &look["reason"]), (&json!("fuwutai（企业服务台）"), &json!("verify")));
    assert_eq!(look["client_id"], json!(street.client));
    street.town.opens_account("shenji", Role::AuditAdmin).await;
    let trail = street.browser("shenji").await.get("/audit").await.text;
    assert!(trail.contains("查看完整信息") && !trail.contains(NUMBER));
}

#[tokio::test]
async fn another_reason_is_said_in_words_that_the_enterprise_reads() {
    let watched = Watched::new().await;
    let desk = &watched.street.desk;
    for (reason, note, status) in [("other", " ", 422), ("other", &*"因".repeat(101), 422), ("curious", "", 400)] {
        let refused = desk.post(&watched.of_contact(), why(reason, note)).await;
        assert_eq!(refused.status, status, "{reason}: {}", refused.text);
        assert!(!refused.text.contains(NUMBER));
    }
    let browser = watched.street.browser("fuwutai").await;
    let path = format!("/liaisons/{}/look", watched.contact);
    let refused = browser.submits(&path, "reason=other&note=").await;
    assert!(refused.status == 422 && refused.text.contains("请写明理由") && !refused.text.contains(NUMBER));
    assert_eq!(browser.submits(&path, "").await.status, 422, "no reason at all");
    assert_eq!(watched.kept().await, 0, "nobody looked yet");
    let opened = desk.post(&watched.of_contact(), why("other", "通知停电检修")).await;
    assert_eq!((opened.status, &opened.json()["phone"]), (200, &json!(NUMBER)));
    assert_eq!(looks(&watched.street.liaison).await[0]["note"], "通知停电检修");
}

#[tokio::test]
async fn a_liaisons_number_opens_to_who_serves_the_client_and_to_nobody_else() {
    let watched = Watched::new().await;
    let town = &watched.street.town;
    let next_door = town.signed_in_at("zhucheng", Role::AreaDesk, "/3707/370782/").await;
    let leader = town.signed_in("lingdao", Role::Leader).await;
    let supervision = town.signed_in("duban", Role::Supervision).await;
    let nobodys = town.opens_account_for("qita", Role::Commissioner, Reach::Clients(Vec::new()));
    nobodys.await;
    let other = town.stranger().signs_in("qita", PASSWORD).await;
    let stranger = watched.stranger().await;
    for (who, person) in [
        ("next door", &next_door),
        ("leader", &leader),
        ("supervision", &supervision),
        ("another commissioner", &other),
        ("another enterprise", &stranger),
        ("handler", &watched.street.power),
    ] {
        let refused = person.post(&watched.of_contact(), why("contact", "")).await;
        assert_eq!(refused.status, 404, "{who}: {}", refused.text);
    }
    assert_eq!(watched.kept().await, 0);
    for person in [&watched.commissioner, &watched.street.desk, &watched.street.liaison] {
        let opened = person.post(&watched.of_contact(), why("contact", "")).await;
        assert_eq!(opened.json()["phone"], NUMBER, "{}", opened.text);
    }
    assert!(looks(&stranger).await.is_empty(), "what is another's is not told");
    assert_eq!(looks(&watched.street.liaison).await.len(), 3);
    assert_eq!(leader.get("/api/v1/looks").await.json()["items"], json!([]));
    let of_another = format!("/api/v1/looks?client={}", watched.street.client);
    assert_eq!(stranger.get(&of_another).await.json()["items"], json!([]));
}

#[tokio::test]
async fn an_official_reads_who_looked_at_their_mobile() {
    let watched = Watched::new().await;
    let (street, path) = (&watched.street, watched.of_official());
    let page = street.browser("qiye").await.get(&format!("/enterprises/{}", street.client)).await.text;
    assert!(page.contains("139****5678") && !page.contains(MOBILE));
    let ask = json!({ "reason": "contact", "client": street.client });
    assert_eq!(street.liaison.post(&path, ask.clone()).await.json()["phone"], MOBILE, "their own commissioner");
    let group = street.town.stranger().signs_in("zonghe", PASSWORD).await;
    assert_eq!(group.post(&path, why("register", "")).await.json()["phone"], MOBILE, "who keeps the officials");
    assert_eq!(watched.commissioner.post(&path, why("register", "")).await.json()["phone"], MOBILE, "themselves");
    for (who, person, body) in [
        ("another enterprise", &watched.stranger().await, ask.clone()),
        ("a liaison without the client", &street.liaison, why("contact", "")),
        ("a handler", &street.power, why("contact", "")),
        ("the desk, but for no client", &street.desk, why("contact", "")),
    ] {
        assert_eq!(person.post(&path, body).await.status, 404, "{who}");
    }
    let told = looks(&watched.commissioner).await;
    let mut told: Vec<&str> = told.iter().map(|look| look["looker"].as_str().unwrap()).collect();
    told.sort_unstable();
    assert_eq!(told, ["qiye（企业联络员）", "zhuanyuan（服务专员）", "zonghe（综合协调组）"]);
    assert!(looks(&street.power).await.is_empty() && looks(&street.liaison).await.is_empty());
    let own = street.browser("zhuanyuan").await.get("/looks").await.text;
    assert!(own.contains("您的电话") && !own.contains(MOBILE));
}

#[tokio::test]
async fn whoever_has_a_demand_in_hand_opens_the_number_once_and_keeps_it_open() {
    let watched = Watched::new().await;
    let street = &watched.street;
    let demand = street.replied().await;
    let (page, look) = (format!("/demands/{demand}"), format!("/demands/{demand}/look?field=phone"));
    street.town.opens_account("lingdao", Role::Leader).await;
    for login in ["lingdao", "qiye", "shuiwu"] {
        assert_eq!(street.browser(login).await.submits(&look, "reason=verify").await.status, 404, "{login}");
    }
    let handler = street.browser("gongdian").await;
    let opened = handler.submits(&look, "reason=verify").await;
    assert!(opened.text.contains(NUMBER), "{}", opened.text);
    assert!(handler.get(&page).await.text.contains(&format!("tel:{NUMBER}")), "it stays open to them");
    assert!(!street.browser("fuwutai").await.get(&page).await.text.contains(NUMBER), "and to nobody else");
    let told = street.browser("qiye").await.get("/looks").await.text;
    assert!(told.contains("gongdian（承办人）") && told.contains("诉求“新车间用电增容”的电话"), "{told}");
    let path = format!("/api/v1/demands/{demand}/look");
    let api = street.desk.post(&path, json!({ "field": "phone", "reason": "contact" })).await;
    assert_eq!(api.json()["values"], json!([NUMBER]));
    assert_eq!(looks(&street.liaison).await.len(), 2);
}

#[tokio::test]
async fn an_export_masks_numbers_and_one_with_full_numbers_is_known_to_everybody_in_it() {
    let watched = Watched::new().await;
    let (street, desk) = (&watched.street, &watched.street.desk);
    let group = street.town.stranger().signs_in("zonghe", PASSWORD).await;
    for (person, file, masked, full) in
        [(desk, "liaisons.csv", "138****1234", NUMBER), (&group, "officials.csv", "139****5678", MOBILE)]
    {
        let path = format!("/api/v1/exports/{file}");
        let plain = person.get(&path).await.text;
        assert!(plain.contains(masked) && !plain.contains(full), "{plain}");
        assert_eq!(person.post(&path, why("other", "")).await.status, 422, "a reason is needed");
        assert_eq!(person.post(&path, json!({})).await.status, 400);
        let open = person.post(&path, why("register", "")).await;
        assert!(open.status == 200 && open.text.contains(full), "{}", open.text);
        assert_eq!(street.power.post(&path, why("register", "")).await.status, 404, "whoever may not export");
        let again = format!("/api/v1/imports/{}", file.trim_end_matches(".csv"));
        let again = person.sends(&again, "text/csv", plain.into_bytes()).await;
        assert_eq!(again.json()["same_rows"], 1, "masked, it comes in again and changes nothing: {}", again.text);
    }
    for (person, what) in [(&street.liaison, "王芳"), (&watched.commissioner, "李明")] {
        let told = looks(person).await;
        assert_eq!((told.len(), &told[0]["way"], &told[0]["subject_name"]), (1, &json!("export"), &json!(what)));
    }
    let new = "信用代码,姓名,电话\n91370783MA000009XX,赵磊,138****9999\n";
    let new = new.replace("91370783MA000009XX", &String::from(code()));
    let told = desk.sends("/api/v1/imports/liaisons", "text/csv", new.into_bytes()).await;
    assert!(told.json()["wrong_rows"] == 1 && told.text.contains("请填写完整号码"), "{}", told.text);
    let form = street.browser("fuwutai").await.submits("/console/export/liaisons.xlsx", "reason=register").await;
    assert_eq!(form.status, 200);
    assert_eq!(looks(&street.liaison).await.len(), 2);
}

/// The credit code of the street's enterprise.
fn code() -> kernel::CreditCode {
    kernel::CreditCode::compose('9', '1', "370783", "MA000001").unwrap()
}

#[tokio::test]
async fn an_official_is_found_by_the_whole_number_and_not_by_a_part_of_it() {
    let watched = Watched::new().await;
    let found = async |q: &str| {
        let list = watched.street.desk.get(&format!("/api/v1/officials?q={q}")).await.json();
        list["items"].as_array().unwrap().len()
    };
    assert_eq!((found(MOBILE).await, found("139-0536-5678").await, found("13905365679").await), (1, 1, 0));
    assert_eq!((found("0536567").await, found("1390536").await), (0, 0));
    let book = watched.street.browser("fuwutai").await.get(&format!("/org?q={MOBILE}")).await.text;
    assert!(book.contains("李明") && !book.contains(&format!(">{MOBILE}<")));
    let lying = Sql::text("SELECT mobile FROM official WHERE mobile IS NOT NULL");
    let lying: Option<String> = store::Db::value(&watched.street.town.app.store, lying).await.unwrap();
    assert!(lying.is_some_and(|text| text.starts_with("v1.") && !text.contains("5678")));
}
