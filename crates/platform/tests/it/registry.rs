//! Enterprises and projects, what is known of them and whence, and who speaks for them.

use crate::town::{Person, Town};
use kernel::id::ClientId;
use kernel::{AreaPath, Reach, Role};
use serde_json::{Value, json};

const SHOUGUANG: &str = "/3707/370783/";

async fn desk(town: &Town) -> Person {
    town.signed_in_at("desk", Role::AreaDesk, SHOUGUANG).await
}

fn field(answer: &crate::town::Answer) -> String {
    answer.json()["errors"][0]["field"].as_str().unwrap_or_default().to_owned()
}

#[tokio::test]
async fn what_is_known_of_an_enterprise_says_whence_and_since_when() {
    let town = Town::new().await;
    let desk = desk(&town).await;
    let id = desk.makes("/api/v1/enterprises", crate::town::enterprise("寿光绿源蔬菜有限公司", 1)).await;
    let path = format!("/api/v1/enterprises/{id}");
    let change = json!({ "address": "文圣街 8 号", "source": "企业来电更正", "as_of": "2026-11-20" });
    assert_eq!(desk.send("PATCH", &path, Some(change.clone())).await.status, 428, "which version?");
    let reader = desk.clone().with("if-match", "\"1\"");
    assert_eq!(reader.send("PATCH", &path, Some(change.clone())).await.status, 204);
    assert_eq!(reader.send("PATCH", &path, Some(change)).await.status, 412, "somebody was first");

    let shown = desk.get(&path).await.json();
    assert_eq!((&shown["address"], &shown["version"]), (&json!("文圣街 8 号"), &json!(2)));
    let known = |name: &str| {
        let facts = shown["facts"].as_array().unwrap();
        let fact = facts.iter().find(|fact| fact["field"] == name).unwrap();
        (fact["source"].as_str().unwrap().to_owned(), fact["as_of"].as_str().unwrap().to_owned())
    };
    assert_eq!(known("address"), ("企业来电更正".into(), "2026-11-20".into()));
    assert_eq!(known("name"), ("市场监管局企业登记库".into(), "2026-10-31".into()));
}

#[tokio::test]
async fn an_enterprise_is_entered_once_with_a_true_code_and_inside_ones_own_area() {
    let town = Town::new().await;
    let desk = desk(&town).await;
    let good = crate::town::enterprise("寿光绿源蔬菜有限公司", 1);
    desk.makes("/api/v1/enterprises", good.clone()).await;
    let with = |name: &str, value: Value| {
        let mut new = crate::town::enterprise("寿光另一家有限公司", 2);
        new[name] = value;
        new
    };
    for (new, wanted) in [
        (good, "credit_code"),
        (with("area", json!("370782")), "area"),
        (with("industry", json!("13")), "industry"),
        (with("name", json!("  ")), "name"),
    ] {
        let refused = desk.post("/api/v1/enterprises", new).await;
        assert_eq!((refused.status, field(&refused).as_str()), (422, wanted), "{}", refused.text);
    }
    let forged = desk.post("/api/v1/enterprises", with("credit_code", json!("91370783MA0000000X"))).await;
    assert_eq!(forged.status, 400, "{}", forged.text);
    assert_eq!(desk.get("/api/v1/enterprises").await.json()["items"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_client_has_two_liaisons_at_most_and_their_numbers_are_masked() {
    let town = Town::new().await;
    let desk = desk(&town).await;
    let id = desk.makes("/api/v1/enterprises", crate::town::enterprise("寿光绿源蔬菜有限公司", 1)).await;
    let path = format!("/api/v1/enterprises/{id}/liaisons");
    let person = |name: &str| json!({ "name": name, "position": "办公室主任", "phone": "13805361234" });
    desk.makes(&path, person("王芳")).await;
    desk.makes(&path, person("赵磊")).await;
    let third = desk.post(&path, person("孙丽")).await;
    assert_eq!(third.status, 409, "{}", third.text);
    let shown = desk.get(&format!("/api/v1/enterprises/{id}")).await.json();
    assert_eq!(shown["liaisons"][0]["phone"], "138****1234");
    assert_eq!(shown["liaisons"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn a_liaison_sees_their_own_enterprise_and_no_other_in_lists_or_by_address() {
    let town = Town::new().await;
    let desk = desk(&town).await;
    let mine = desk.makes("/api/v1/enterprises", crate::town::enterprise("寿光绿源蔬菜有限公司", 1)).await;
    let other = desk.makes("/api/v1/enterprises", crate::town::enterprise("寿光恒信机械有限公司", 2)).await;
    let client: ClientId = mine.parse().unwrap();
    town.opens_account_for("qiye", Role::Liaison, Reach::Clients(vec![client])).await;
    let liaison = town.stranger().signs_in("qiye", crate::town::PASSWORD).await;
    let listed = liaison.get("/api/v1/enterprises").await.json();
    assert_eq!(listed["items"].as_array().unwrap().len(), 1);
    assert_eq!(listed["items"][0]["id"], json!(mine));
    assert_eq!(liaison.get(&format!("/api/v1/enterprises/{mine}")).await.status, 200);
    assert_eq!(liaison.get(&format!("/api/v1/enterprises/{other}")).await.status, 404);
    let next_door = town.signed_in_at("zhucheng", Role::AreaDesk, "/3707/370782/").await;
    assert_eq!(next_door.get(&format!("/api/v1/enterprises/{mine}")).await.status, 404);
    assert!(next_door.get("/api/v1/enterprises").await.json()["items"].as_array().unwrap().is_empty());
}

#[tokio::test]
async fn a_project_is_found_by_kind_and_its_money_comes_back_as_it_was_written() {
    let town = Town::new().await;
    let desk = desk(&town).await;
    desk.makes("/api/v1/enterprises", crate::town::enterprise("寿光绿源蔬菜有限公司", 1)).await;
    let project = json!({ "name": "年产五万吨蔬菜深加工项目", "area": "370783109", "source": "发改局重点项目名单", "as_of": "2026-01-15",
        "code": "2601-370783-04-01-100001", "level": "city", "builder": "寿光绿源蔬菜有限公司", "investment": "320000000.5" });
    let id = desk.makes("/api/v1/projects", project.clone()).await;
    let shown = desk.get(&format!("/api/v1/projects/{id}")).await.json();
    assert_eq!((&shown["investment"], &shown["area_name"]), (&json!("320000000.50"), &json!("侯镇")));
    assert_eq!(desk.get("/api/v1/projects").await.json()["items"].as_array().unwrap().len(), 1);
    let twice = desk.post("/api/v1/projects", project).await;
    assert_eq!(twice.status, 409, "{}", twice.text);
}

#[tokio::test]
async fn a_picker_offers_ones_own_clients_by_name_or_code_and_nobody_elses() {
    let town = Town::new().await;
    let desk = desk(&town).await;
    let mine = desk.makes("/api/v1/enterprises", crate::town::enterprise("寿光绿源蔬菜有限公司", 1)).await;
    desk.makes("/api/v1/enterprises", crate::town::enterprise("寿光恒信机械有限公司", 2)).await;
    town.opens_account_for("qiye", Role::Liaison, Reach::Clients(vec![mine.parse::<ClientId>().unwrap()])).await;
    town.opens_account_for("zhucheng", Role::AreaDesk, Reach::Area(AreaPath("/3707/370782/".into()))).await;
    town.opens_account_for("fuwutai", Role::AreaDesk, Reach::Area(AreaPath(SHOUGUANG.into()))).await;
    town.opens_account("xitong", Role::SystemAdmin).await;
    let at = async |login: &str| Person::opens_a_browser(town.router.clone(), login).await;
    let names = |text: &str| (text.contains("绿源蔬菜"), text.contains("恒信机械"));

    let browser = at("fuwutai").await;
    for (q, offered) in [
        ("", (true, true)),
        ("%E7%BB%BF%E6%BA%90", (true, false)),  // 绿源
        ("91370783ma000002", (false, true)),    // the beginning of a code, as a hasty hand types it
        ("%25", (true, true)),                  // a sign of LIKE means nothing
        ("%E6%B5%B7%E6%B4%8B", (false, false)), // 海洋
    ] {
        let answer = browser.get(&format!("/pick/clients?q={q}")).await;
        assert_eq!((answer.status, names(&answer.text)), (200, offered), "{q}: {}", answer.text);
    }
    assert_eq!(names(&at("qiye").await.get("/pick/clients?q=").await.text), (true, false));
    assert_eq!(names(&at("zhucheng").await.get("/pick/clients?q=").await.text), (false, false));
    assert_eq!(at("xitong").await.get("/pick/clients?q=").await.status, 404);
}
