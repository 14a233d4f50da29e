//! A demand whose client keeps its identity: the matter is read, and whose it is by nobody who was not shown it.

use crate::demands::Street;
use crate::town::{PASSWORD, Person};
use kernel::id::OfficialId;
use kernel::{Reach, Role};
use serde_json::{Value, json};

const NAME: &str = "寿光绿源蔬菜有限公司";
const CONTACT: &str = "王芳";
const NUMBER: &str = "13805361234";
const SOMEBODY: &str = "未公开身份的企业";

/// A sealed demand of the street's enterprise, dispatched to the power bureau, beside an open one; and the commissioner.
struct Discreet {
    street: Street,
    sealed: String,
    open: String,
    commissioner: Person,
}

impl Discreet {
    async fn new() -> Self {
        let street = Street::new().await;
        let (town, desk) = (&street.town, &street.desk);
        let contact = json!({ "name": CONTACT, "position": "办公室主任", "phone": NUMBER });
        desk.makes(&format!("/api/v1/enterprises/{}/liaisons", street.client), contact).await;
        let group = town.stranger().signs_in("zonghe", PASSWORD).await;
        let official = json!({ "unit": street.power_unit, "name": "李明", "rank": "section_head", "title": "科长", "since": "2025-03-01" });
        let official = group.makes("/api/v1/officials", official).await;
        desk.makes("/api/v1/pairings", json!({ "client": street.client, "official": official, "from": "2026-01-01" }))
            .await;
        let id = official.parse::<OfficialId>().unwrap();
        town.opens_account_of("zhuanyuan", Role::Commissioner, Reach::Clients(Vec::new()), Some(id)).await;
        let commissioner = town.stranger().signs_in("zhuanyuan", PASSWORD).await;
        let mut wish = street.wish();
        wish["sealed"] = json!(true);
        wish["title"] = json!("供电部门指定施工单位");
        let sealed = street.liaison.makes("/api/v1/demands", wish).await;
        let open = street.liaison.makes("/api/v1/demands", street.wish()).await;
        let act = |act: &str| format!("/api/v1/demands/{sealed}/acts/{act}");
        let read = |version: &str| desk.clone().with("if-match", version);
        assert_eq!(read("\"1\"").post(&act("accept"), json!({})).await.status, 200);
        let to = json!({ "unit": street.power_unit, "days": 5 });
        let done = read("\"2\"").post(&act("dispatch"), to).await;
        assert_eq!(done.status, 200, "{}", done.text);
        town.hears().await;
        Self { sealed, open, commissioner, street }
    }

    fn path(&self) -> String {
        format!("/api/v1/demands/{}", self.sealed)
    }
}

/// What nobody may find who was not shown it.
fn nothing_tells(place: &str, text: &str, client: &str) {
    for secret in [NAME, CONTACT, NUMBER, "138****1234", "370783001", client, "qiye"] {
        assert!(!text.contains(secret), "{place} tells {secret}: {text}");
    }
}

#[tokio::test]
async fn whoever_handles_a_sealed_demand_reads_the_matter_and_not_whose_it_is() {
    let discreet = Discreet::new().await;
    let street = &discreet.street;
    street.town.opens_account("lingdao", Role::Leader).await;
    for login in ["fuwutai", "gongdian", "lingdao", "zonghe"] {
        let (person, browser) = (street.town.stranger().signs_in(login, PASSWORD).await, street.browser(login).await);
        for path in [discreet.path(), format!("{}/timeline", discreet.path())] {
            let answer = person.get(&path).await;
            assert_eq!(answer.status, 200, "{login}: {}", answer.text);
            nothing_tells(&format!("{login} {path}"), &answer.text, &street.client);
        }
        let page = browser.get(&format!("/demands/{}", discreet.sealed)).await.text;
        assert!(page.contains(SOMEBODY) && page.contains("供电部门指定施工单位"), "{login}");
        nothing_tells(login, &page, &street.client);
    }
    let own = street.liaison.get(&discreet.path()).await.json();
    assert_eq!((&own["client_name"], &own["client_id"]), (&json!(NAME), &json!(street.client)));
}

#[tokio::test]
async fn a_printed_sheet_keeps_the_seal_and_numbers_masked() {
    let discreet = Discreet::new().await;
    let street = &discreet.street;
    let ask = json!({ "field": "phone", "reason": "contact" });
    let opened = street.power.post(&format!("{}/look", discreet.path()), ask).await;
    assert_eq!(opened.status, 200, "{}", opened.text);
    for login in ["fuwutai", "gongdian"] {
        let browser = street.browser(login).await;
        let sheet = browser.get(&format!("/demands/{}/print", discreet.sealed)).await;
        assert_eq!(sheet.status, 200, "{login}: {}", sheet.text);
        assert!(sheet.text.contains(SOMEBODY) && sheet.text.contains("供电部门指定施工单位"), "{login}");
        nothing_tells(login, &sheet.text, &street.client);
    }
    let open = street.browser("fuwutai").await.get(&format!("/demands/{}/print", discreet.open)).await.text;
    assert!(open.contains(NAME) && open.contains(CONTACT) && open.contains("138****1234"), "{open}");
    assert!(!open.contains(NUMBER), "a sheet lies about");
    let own = street.browser("qiye").await.get(&format!("/demands/{}/print", discreet.sealed)).await.text;
    assert!(own.contains(NAME), "its own client prints it as it is");
    assert_eq!(street.browser("zhuanyuan").await.get(&format!("/demands/{}/print", discreet.sealed)).await.status, 404);
}

#[tokio::test]
async fn no_list_no_count_no_search_and_no_page_of_the_client_tells_of_a_sealed_demand() {
    let discreet = Discreet::new().await;
    let (street, desk) = (&discreet.street, &discreet.street.desk);
    let ids = async |who: &Person, query: &str| -> Vec<String> {
        let list = who.get(&format!("/api/v1/demands?{query}")).await.json();
        let items = list["items"].as_array().unwrap().clone();
        items.iter().map(|item| item["id"].as_str().unwrap().to_owned()).collect()
    };
    let all = desk.get("/api/v1/demands").await.json();
    let line = all["items"].as_array().unwrap().iter().find(|item| item["id"] == json!(discreet.sealed)).unwrap();
    nothing_tells("the list", &line.to_string(), &street.client);
    assert_eq!(line["client_name"], SOMEBODY);
    let by_client = format!("client={}", street.client);
    let name: String = NAME.bytes().map(|byte| format!("%{byte:02X}")).collect();
    for query in [by_client.as_str(), "area=370783001", &format!("q={name}"), &format!("q={name}&sort=due_at")] {
        let found = ids(desk, query).await;
        assert!(!found.contains(&discreet.sealed), "{query} tells whose it is");
        assert!(found.contains(&discreet.open), "{query} finds the other one");
    }
    assert!(ids(&street.liaison, &by_client).await.contains(&discreet.sealed), "the enterprise finds its own");
    assert!(ids(&street.liaison, &format!("q={name}")).await.contains(&discreet.sealed));
    let title: String = "指定施工单位".bytes().map(|byte| format!("%{byte:02X}")).collect();
    assert!(ids(desk, &format!("q={title}")).await.contains(&discreet.sealed), "by the matter it is found");

    let browser = street.browser("fuwutai").await;
    let many = browser.submits("/demands/many/accept", &format!("d-{}=3", discreet.sealed)).await.text;
    assert!(many.contains("指定施工单位") && !many.contains(NAME), "many at once: {many}");
    let client = browser.get(&format!("/enterprises/{}", street.client)).await.text;
    assert!(client.contains("新车间用电增容") && !client.contains("指定施工单位"));
    let other = browser.get(&format!("/demands/{}", discreet.open)).await.text;
    assert!(!other.contains("指定施工单位"), "beside another demand of the same enterprise");
    let town = street.town.signed_in_at("zhenjie", Role::AreaDesk, "/3707/370783/370783001/").await;
    assert_eq!(town.get(&discreet.path()).await.status, 404, "a town's desk would know the town");
    assert!(!ids(&town, "").await.contains(&discreet.sealed));
}

#[tokio::test]
async fn a_commissioner_hears_nothing_of_what_their_client_keeps_from_them() {
    let discreet = Discreet::new().await;
    let (street, own) = (&discreet.street, &discreet.commissioner);
    assert_eq!(own.get(&discreet.path()).await.status, 404);
    assert_eq!(own.get(&format!("/api/v1/demands/{}", discreet.open)).await.status, 200);
    let list = own.get("/api/v1/demands").await.text;
    assert!(list.contains(&discreet.open) && !list.contains(&discreet.sealed));
    let browser = street.browser("zhuanyuan").await;
    for path in ["/", "/my-clients", "/demands", &format!("/enterprises/{}", street.client), "/notices"] {
        let page = browser.get(path).await.text;
        assert!(!page.contains("指定施工单位"), "{path}");
    }
    assert!(browser.get("/my-clients").await.text.contains("1 件诉求办理中"), "the sealed one is not counted");
    let mut wish = street.wish();
    wish["sealed"] = json!(true);
    let written = own.makes("/api/v1/demands", wish).await;
    assert_eq!(own.get(&format!("/api/v1/demands/{written}")).await.status, 200, "what they wrote down, they know");
}

#[tokio::test]
async fn a_notice_of_a_sealed_demand_names_nobody() {
    let discreet = Discreet::new().await;
    for login in ["fuwutai", "gongdian"] {
        let person = discreet.street.town.stranger().signs_in(login, PASSWORD).await;
        let notices = person.get("/api/v1/notifications").await.json();
        let of_it = |notice: &&Value| notice["link"] == json!(format!("/demands/{}", discreet.sealed));
        let notices = notices["items"].as_array().unwrap().clone();
        let notice = notices.iter().find(of_it).unwrap_or_else(|| panic!("{login} hears of it: {notices:?}"));
        nothing_tells(login, &notice.to_string(), &discreet.street.client);
        assert!(notice["text"].as_str().unwrap().contains(SOMEBODY), "{notice}");
    }
}

#[tokio::test]
async fn desk_and_lead_unit_open_each_part_apart_and_the_enterprise_reads_who_did() {
    let discreet = Discreet::new().await;
    let (street, path) = (&discreet.street, format!("{}/look", discreet.path()));
    let ask = |field: &str| json!({ "field": field, "reason": "verify" });
    street.town.opens_account("lingdao", Role::Leader).await;
    let leader = street.town.stranger().signs_in("lingdao", PASSWORD).await;
    let solving = street.town.signed_in("jiejue", Role::Supervision).await;
    for person in [&leader, &solving, &discreet.commissioner, &street.tax, &street.liaison] {
        assert_eq!(person.post(&path, ask("client")).await.status, 404);
    }
    let opened = street.power.post(&path, ask("client")).await;
    assert_eq!(opened.json()["values"], json!([NAME]), "{}", opened.text);
    let seen = street.power.get(&discreet.path()).await.json();
    assert_eq!(seen["client_name"], NAME, "it stays open to them");
    let page = street.browser("gongdian").await.get(&format!("/demands/{}", discreet.sealed)).await.text;
    assert!(page.contains(NAME) && !page.contains(CONTACT) && !page.contains("138****1234"), "the rest stays hidden");
    assert_eq!(street.power.post(&path, ask("phone")).await.json()["values"], json!([NUMBER]));
    let page = street.browser("gongdian").await.get(&format!("/demands/{}", discreet.sealed)).await.text;
    assert!(page.contains(NUMBER) && !page.contains(CONTACT));
    let desk = street.desk.post(&path, ask("contact")).await;
    assert_eq!(desk.json()["values"], json!(["王芳 办公室主任"]));
    assert_eq!(street.desk.get(&discreet.path()).await.json()["client_name"], SOMEBODY, "one part is not the others");
    let told = street.liaison.get("/api/v1/looks").await.json();
    let mut fields: Vec<&str> =
        told["items"].as_array().unwrap().iter().map(|look| look["field"].as_str().unwrap()).collect();
    fields.sort_unstable();
    assert_eq!(fields, ["client", "contact", "phone"]);
    let open = format!("/api/v1/demands/{}/look", discreet.open);
    assert_eq!(street.desk.post(&open, ask("client")).await.status, 404, "nothing is hidden there");
}
