//! Many sign in with their mobile number: others see it with its middle hidden, and nobody is found by a part of it.

use crate::town::{PASSWORD, Person, Town};
use kernel::Role;
use serde_json::json;
use store::{Db, Sql};

const NUMBER: &str = "13805361234";
const MASKED: &str = "138****1234";

/// A town where 王芳 signs in with her number and 李强 with his name; and the administrators.
struct Numbered {
    town: Town,
    system: Person,
    security: Person,
    id: String,
    first: String,
}

impl Numbered {
    async fn new() -> Self {
        let town = Town::new().await;
        let system = town.signed_in("xitong", Role::SystemAdmin).await;
        let security = town.signed_in("anquan", Role::SecurityAdmin).await;
        let other = json!({ "login": "liqiang2024", "name": "李强", "area": "3707" });
        assert_eq!(system.post("/api/v1/accounts", other).await.status, 201);
        let wish = json!({ "login": NUMBER, "name": "王芳", "area": "3707" });
        let opened = system.post("/api/v1/accounts", wish).await.json();
        assert_eq!(opened["login"], NUMBER, "who has just typed it may tell it to its holder");
        let [id, first] = ["id", "password"].map(|part| opened[part].as_str().unwrap().to_owned());
        security.makes(&format!("/api/v1/accounts/{id}/grants"), json!({ "role": "leader", "area": "3707" })).await;
        Self { town, system, security, id, first }
    }

    async fn browser(&self, login: &str) -> Person {
        Person::opens_a_browser(self.town.router.clone(), login).await
    }

    /// The names of the accounts that are found with a text.
    async fn found(&self, q: &str) -> Vec<String> {
        let list = self.system.get(&format!("/api/v1/accounts?q={q}")).await;
        assert_eq!(list.status, 200, "{}", list.text);
        let items = list.json()["items"].as_array().unwrap().clone();
        items.iter().map(|item| item["name"].as_str().unwrap().to_owned()).collect()
    }
}

#[tokio::test]
async fn administrators_read_of_a_number_that_somebody_signs_in_with_only_its_ends() {
    let numbered = Numbered::new().await;
    let (id, security) = (&numbered.id, &numbered.security);
    let token = json!({ "label": "测试程序", "days": 3 });
    assert_eq!(security.post(&format!("/api/v1/accounts/{id}/tokens"), token).await.status, 201);
    for (who, path) in [
        (&numbered.system, "/api/v1/accounts".to_owned()),
        (&numbered.system, format!("/api/v1/accounts/{id}")),
        (security, "/api/v1/grants/accounts".to_owned()),
        (security, "/api/v1/tokens".to_owned()),
    ] {
        let text = who.get(&path).await.text;
        assert!(text.contains(MASKED) && !text.contains(NUMBER), "{path}: {text}");
    }
    let (system, keeper) = (numbered.browser("xitong").await, numbered.browser("anquan").await);
    for (who, path) in [
        (&system, "/accounts".to_owned()),
        (&system, format!("/accounts/{id}")),
        (&keeper, "/grants".to_owned()),
        (&keeper, format!("/grants/{id}")),
    ] {
        let text = who.get(&path).await.text;
        assert!(text.contains(MASKED) && !text.contains(NUMBER), "{path}");
    }
    let tokens = keeper.get("/tokens").await.text;
    assert!(tokens.contains("测试程序") && !tokens.contains(NUMBER));
    let version = numbered.system.get(&format!("/api/v1/accounts/{id}")).await.json()["version"].clone();
    let reset = system.submits(&format!("/accounts/{id}/reset-password"), &format!("version={version}")).await.text;
    assert!(reset.contains(MASKED) && !reset.contains(NUMBER), "{reset}");
}

#[tokio::test]
async fn the_trail_tells_who_was_refused_without_their_number() {
    let numbered = Numbered::new().await;
    let audit = numbered.town.signed_in("shenji", Role::AuditAdmin).await;
    for login in [NUMBER, "13905365678"] {
        numbered.town.stranger().tries_to_sign_in(login, "wrong").await;
    }
    let told = audit.get("/api/v1/audit?limit=200").await.text;
    assert!(told.contains(MASKED) && told.contains("139****5678"), "{told}");
    let page = numbered.browser("shenji").await.get("/audit").await.text;
    assert!(page.contains(MASKED) && page.contains("139****5678"));
    for number in [NUMBER, "13905365678"] {
        assert!(!told.contains(number) && !page.contains(number), "{number}");
    }
}

#[tokio::test]
async fn a_whole_number_finds_its_holder_and_no_part_of_it_does() {
    let numbered = Numbered::new().await;
    for whole in [NUMBER, "138-0536-1234", "138%200536%201234"] {
        assert_eq!(numbered.found(whole).await, ["王芳"], "{whole}");
    }
    for part in ["138", "0536", "1234", "3805361", "1380536123", "05361234"] {
        assert!(numbered.found(part).await.is_empty(), "{part}");
    }
    for login in ["liqiang", "LIQIANG2024", "%E6%9D%8E"] {
        assert_eq!(numbered.found(login).await, ["李强"], "{login}");
    }
}

#[tokio::test]
async fn ones_own_number_is_shown_to_oneself_in_full() {
    let numbered = Numbered::new().await;
    let newcomer = numbered.town.stranger().signs_in(NUMBER, &numbered.first).await;
    let change = json!({ "old": numbered.first, "new": PASSWORD });
    assert_eq!(newcomer.post("/api/v1/account/password", change).await.status, 204);
    let own = numbered.town.stranger().signs_in(NUMBER, PASSWORD).await;
    assert_eq!(own.get("/api/v1/account").await.json()["login"], NUMBER);
    assert!(numbered.browser(NUMBER).await.get("/account").await.text.contains(NUMBER));
}

#[tokio::test]
async fn an_official_who_has_an_account_is_told_of_without_the_number() {
    let numbered = Numbered::new().await;
    let group = numbered.town.signed_in("zonghe", Role::Coordination).await;
    let unit = json!({ "area": "3707", "name": "潍坊市大数据局", "kind": "department" });
    let unit = group.makes("/api/v1/units", unit).await;
    let official =
        json!({ "unit": unit, "name": "赵敏", "rank": "section_head", "title": "科长", "since": "2025-03-01" });
    let official = group.makes("/api/v1/officials", official).await;
    let wish = |login: &str| json!({ "login": login, "official": official });
    assert_eq!(numbered.system.post("/api/v1/accounts", wish("13905365678")).await.status, 201);
    let twice = numbered.system.post("/api/v1/accounts", wish("zhaomin")).await;
    assert!(twice.status == 422 && twice.text.contains("139****5678"), "{}", twice.text);
    assert!(!twice.text.contains("13905365678"));
}

#[tokio::test]
async fn what_somebody_signs_in_with_lies_sealed() {
    let numbered = Numbered::new().await;
    for column in ["login", "login_index", "login_shown"] {
        let lying = format!("SELECT {column} FROM account WHERE name = '王芳'");
        let lying: String = numbered.town.app.store.value(Sql::text(lying)).await.unwrap().unwrap();
        assert!(!lying.contains(NUMBER) && !lying.contains("0536"), "{column}: {lying}");
    }
    let twice = json!({ "login": NUMBER, "name": "王芳芳", "area": "3707" });
    assert_eq!(numbered.system.post("/api/v1/accounts", twice).await.status, 422, "it is taken all the same");
}
