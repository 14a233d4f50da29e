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
    assert_eq!((twice.status, field(&twice).as_str()), (422, "code"), "{}", twice.text);
}

/// Sends a change of the version the person sees now.
async fn changes(who: &Person, path: &str, change: Value) -> crate::town::Answer {
    let version = who.get(path).await.json()["version"].as_i64().unwrap_or(1);
    who.clone().with("if-match", &format!("\"{version}\"")).send("PATCH", path, Some(change)).await
}

#[tokio::test]
async fn whatever_may_change_changes_and_every_earlier_value_is_kept_with_its_source() {
    let town = Town::new().await;
    let desk = desk(&town).await;
    let id = desk.makes("/api/v1/enterprises", crate::town::enterprise("寿光绿源蔬菜有限公司", 1)).await;
    let path = format!("/api/v1/enterprises/{id}");
    let told = |mut change: Value| {
        change["source"] = json!("统计局一套表单位名录");
        change["as_of"] = json!("2026-11-01");
        change
    };
    town.app.clock().set(crate::town::monday() + chrono::Duration::minutes(1));
    let change = json!({ "area": "370783109", "industry": "1453", "scale": "large", "list": null });
    assert_eq!(changes(&desk, &path, told(change)).await.status, 204);
    let shown = desk.get(&path).await.json();
    assert_eq!(
        (&shown["area_name"], &shown["industry_name"], &shown["scale"]),
        (&json!("侯镇"), &json!("蔬菜、水果罐头制造"), &json!("large"))
    );
    assert!(shown.get("list").is_none(), "on no list any more: {shown}");
    let facts = desk.get(&format!("{path}/facts")).await.json();
    let scales: Vec<_> =
        facts["items"].as_array().unwrap().iter().filter(|fact| fact["field"] == "scale").cloned().collect();
    assert_eq!((&scales[0]["value"], &scales[1]["value"]), (&json!("large"), &json!("medium")));
    assert_eq!(scales[0]["source"], "统计局一套表单位名录");
    for (change, wanted) in [
        (json!({ "area": "370782" }), "area"),
        (json!({ "industry": "9999" }), "industry"),
        (json!({ "builder": "寿光市政府" }), "builder"),
        (json!({ "name": "" }), "name"),
        (json!({ "address": "街".repeat(201) }), "address"),
    ] {
        let refused = changes(&desk, &path, told(change)).await;
        assert_eq!((refused.status, field(&refused).as_str()), (422, wanted), "{}", refused.text);
    }
    let tomorrow = changes(&desk, &path, json!({ "name": "x", "source": "x", "as_of": "2026-11-25" })).await;
    assert_eq!(field(&tomorrow), "as_of");
}

#[tokio::test]
async fn an_enterprise_answers_to_its_credit_code_only_where_it_may_be_seen() {
    let town = Town::new().await;
    let desk = desk(&town).await;
    let new = crate::town::enterprise("寿光绿源蔬菜有限公司", 1);
    let id = desk.makes("/api/v1/enterprises", new.clone()).await;
    let code = new["credit_code"].as_str().unwrap();
    let (page, list) = (format!("/api/v1/enterprises/{code}"), format!("/api/v1/enterprises?credit_code={code}"));
    assert_eq!(desk.get(&page).await.json()["id"], json!(id));
    assert_eq!(desk.get(&list).await.json()["items"][0]["id"], json!(id));
    assert_eq!(desk.get(&format!("/api/v1/projects/{id}")).await.status, 404, "it is no project");
    assert_eq!(desk.get("/api/v1/enterprises/91370783").await.status, 404);
    let next_door = town.signed_in_at("zhucheng", Role::AreaDesk, "/3707/370782/").await;
    assert_eq!(next_door.get(&page).await.status, 404);
    assert!(next_door.get(&list).await.json()["items"].as_array().unwrap().is_empty());
    let mut theirs = new;
    theirs["area"] = json!("370782");
    let taken = next_door.post("/api/v1/enterprises", theirs).await;
    assert!(taken.status == 422 && field(&taken) == "credit_code", "{}", taken.text);
    assert!(!taken.text.contains("绿源"), "whose code it is they do not learn: {}", taken.text);
}

#[tokio::test]
async fn the_list_is_cut_by_area_section_size_and_statutory_list_and_sorted_as_asked() {
    let town = Town::new().await;
    let desk = desk(&town).await;
    let enter = async |n: u32, name: &str, area: &str, industry: &str, scale: &str| {
        let mut new = crate::town::enterprise(name, n);
        (new["area"], new["industry"], new["scale"]) = (json!(area), json!(industry), json!(scale));
        town.app.clock().set(crate::town::monday() + chrono::Duration::minutes(i64::from(n)));
        if industry == "5112" {
            new["list"] = json!("trade");
        }
        desk.makes("/api/v1/enterprises", new).await
    };
    enter(1, "甲蔬菜", "370783001", "1371", "medium").await;
    enter(2, "丙化工", "370783109", "2614", "large").await;
    enter(3, "乙种子", "370783109", "5112", "small").await;
    let names = async |query: &str| {
        let answer = desk.get(&format!("/api/v1/enterprises?{query}")).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        let items = answer.json()["items"].as_array().unwrap().clone();
        items.iter().map(|item| item["name"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(names("area=370783109").await, ["丙化工", "乙种子"]);
    assert_eq!(names("county=370783").await.len(), 3, "the older word for a county");
    assert!(names("area=370782").await.is_empty());
    assert_eq!(names("section=C").await, ["丙化工", "甲蔬菜"]);
    assert_eq!(names("scale=small").await, ["乙种子"]);
    assert_eq!(names("list=trade&area=3707").await, ["乙种子"]);
    assert_eq!(names("paired=true").await.len(), 0);
    assert_eq!(names("paired=false&q=%E5%8C%96").await, ["丙化工"]); // 化
    let page = desk.get("/api/v1/enterprises?limit=2&sort=-created_at").await.json();
    assert_eq!((&page["items"][0]["name"], &page["items"][1]["name"]), (&json!("乙种子"), &json!("丙化工")));
    let cursor = page["next"].as_str().unwrap();
    assert_eq!(names(&format!("limit=2&sort=-created_at&cursor={cursor}")).await, ["甲蔬菜"]);
    assert_eq!(
        desk.get(&format!("/api/v1/enterprises?cursor={cursor}")).await.status,
        400,
        "a cursor of another order"
    );
}

#[tokio::test]
async fn a_liaison_is_replaced_in_one_act_and_both_are_remembered() {
    let town = Town::new().await;
    let desk = desk(&town).await;
    let id = desk.makes("/api/v1/enterprises", crate::town::enterprise("寿光绿源蔬菜有限公司", 1)).await;
    let path = format!("/api/v1/enterprises/{id}");
    let person = |name: &str| json!({ "name": name, "position": "", "phone": "13805361234" });
    let first = desk.makes(&format!("{path}/liaisons"), person("王芳")).await;
    desk.makes(&format!("{path}/liaisons"), person("赵磊")).await;
    town.app.clock().set(crate::town::monday() + chrono::Duration::days(7));
    let desk = town.stranger().signs_in("desk", crate::town::PASSWORD).await;
    let replace = format!("/api/v1/liaisons/{first}/acts/replace");
    assert_eq!(desk.post(&replace, person("孙丽")).await.status, 428);
    let read = desk.clone().with("if-match", "\"1\"");
    assert_eq!(read.post(&replace, person("孙丽")).await.status, 201);
    assert_eq!(read.post(&replace, person("周强")).await.status, 412, "somebody was first");
    let names = |shown: &Value| shown.as_array().unwrap().iter().map(|one| one["name"].clone()).collect::<Vec<_>>();
    assert_eq!(names(&desk.get(&path).await.json()["liaisons"]), ["赵磊", "孙丽"]);
    let all = desk.get(&format!("{path}/liaisons")).await.json()["items"].clone();
    let gone = all.as_array().unwrap().iter().find(|one| one["name"] == "王芳").unwrap();
    assert_eq!(gone["until_day"], "2026-11-29");
    let next_door = town.signed_in_at("zhucheng", Role::AreaDesk, "/3707/370782/").await.with("if-match", "\"2\"");
    assert_eq!(next_door.post(&replace, person("周强")).await.status, 404);
    let end = format!("/api/v1/liaisons/{first}/acts/end");
    let read = desk.clone().with("if-match", "\"2\"");
    assert_eq!(read.post(&end, json!({ "last_day": "2026-12-01" })).await.status, 409, "it has ended");
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
