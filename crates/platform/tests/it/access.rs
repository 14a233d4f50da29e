//! The system administrator and the security administrator: what each does, what neither may, and how far.

use crate::demands::Street;
use crate::town::{Answer, PASSWORD, Person, Town, monday};
use chrono::Duration;
use kernel::Role;
use serde_json::{Value, json};

const SHOUGUANG: &str = "/3707/370783/";

/// Opens an account for the county and gives its id and first password.
async fn opens(admin: &Person, login: &str, area: &str) -> (String, String) {
    let opened = admin.post("/api/v1/accounts", json!({ "login": login, "name": login, "area": area })).await;
    assert_eq!(opened.status, 201, "{}", opened.text);
    let told = opened.json();
    (told["id"].as_str().unwrap().to_owned(), told["password"].as_str().unwrap().to_owned())
}

/// Does an act on the version that the administrator sees.
async fn acts(admin: &Person, id: &str, act: &str) -> Answer {
    let seen = admin.get(&format!("/api/v1/accounts/{id}")).await.json();
    let version = seen["version"].as_i64().unwrap_or(1);
    let admin = admin.clone().with("if-match", &format!("\"{version}\""));
    admin.post(&format!("/api/v1/accounts/{id}/acts/{act}"), json!({})).await
}

async fn gives(admin: &Person, id: &str, wish: Value) -> Answer {
    admin.post(&format!("/api/v1/accounts/{id}/grants"), wish).await
}

/// The id under which an account of the town is listed.
async fn id_of(admin: &Person, list: &str, login: &str) -> String {
    let found = admin.get(&format!("{list}?q={login}")).await.json();
    found["items"][0]["id"].as_str().unwrap_or_else(|| panic!("{login}: {found}")).to_owned()
}

/// Somebody with a first password signs in and chooses their own.
async fn first_sign_in(town: &Town, login: &str, first: &str) -> Person {
    let newcomer = town.stranger().signs_in(login, first).await;
    let change = json!({ "old": first, "new": PASSWORD });
    assert_eq!(newcomer.post("/api/v1/account/password", change).await.status, 204);
    town.stranger().signs_in(login, PASSWORD).await
}

#[tokio::test]
async fn one_administrator_opens_the_account_another_gives_the_role_and_only_both_together_let_somebody_work() {
    let street = Street::new().await;
    let town = &street.town;
    let (system, security) =
        (town.signed_in("xitong", Role::SystemAdmin).await, town.signed_in("anquan", Role::SecurityAdmin).await);
    let group = town.stranger().signs_in("zonghe", PASSWORD).await;
    let new = json!({ "unit": street.power_unit, "name": "李明", "rank": "section_head", "title": "科长", "since": "2025-03-01" });
    let official = group.makes("/api/v1/officials", new).await;
    let wish = json!({ "login": "LiMing", "official": official });
    let opened = system.post("/api/v1/accounts", wish.clone()).await.json();
    assert_eq!(opened["login"], "liming");
    let twice = system.post("/api/v1/accounts", json!({ "login": "liming2", "official": official })).await;
    assert!(twice.status == 422 && twice.text.contains("已有账号“liming”"), "{}", twice.text);
    assert_eq!(system.post("/api/v1/accounts", wish).await.json()["errors"][0]["field"], "login", "the login is taken");
    let id = opened["id"].as_str().unwrap();
    let li = first_sign_in(town, "liming", opened["password"].as_str().unwrap()).await;
    assert_eq!(li.get("/api/v1/demands").await.status, 404, "an account without a role does nothing");
    let role = json!({ "role": "handler", "unit": street.power_unit });
    assert_eq!(gives(&system, id, role.clone()).await.status, 404);
    assert_eq!(gives(&security, id, role.clone()).await.status, 201);
    assert_eq!(li.get("/api/v1/demands").await.status, 200);
    let again = gives(&security, id, role).await;
    assert!(again.status == 422 && again.text.contains("不需要重复授予"), "{}", again.text);
    let seen = system.get(&format!("/api/v1/accounts/{id}")).await.json();
    assert_eq!((&seen["unit_name"], &seen["roles"]), (&json!("寿光市供电公司"), &json!(["handler"])));
}

#[tokio::test]
async fn none_of_the_three_administrators_can_do_anothers_work() {
    let town = Town::new().await;
    let system = town.signed_in("xitong", Role::SystemAdmin).await;
    let security = town.signed_in("anquan", Role::SecurityAdmin).await;
    let audit = town.signed_in("shenji", Role::AuditAdmin).await;
    let desk = town.signed_in("fuwutai", Role::AreaDesk).await;
    let id = id_of(&system, "/api/v1/accounts", "fuwutai").await;
    let doors = [
        ("/api/v1/accounts", &system),
        ("/api/v1/grants/accounts", &security),
        ("/api/v1/tokens", &security),
        ("/api/v1/audit", &audit),
    ];
    for (path, keeper) in doors {
        for who in [&system, &security, &audit, &desk] {
            let expected = if std::ptr::eq(keeper, who) { 200 } else { 404 };
            assert_eq!(who.get(path).await.status, expected, "{path}");
        }
    }
    for who in [&security, &audit, &desk] {
        assert_eq!(acts(who, &id, "close").await.status, 404);
    }
    for who in [&system, &audit, &desk] {
        assert_eq!(gives(who, &id, json!({ "role": "leader", "area": "3707" })).await.status, 404);
        assert_eq!(
            who.post(&format!("/api/v1/accounts/{id}/tokens"), json!({ "label": "x", "days": 1 })).await.status,
            404
        );
    }
}

#[tokio::test]
async fn the_three_administrators_share_an_account_with_no_other_role() {
    let town = Town::new().await;
    let system = town.signed_in("xitong", Role::SystemAdmin).await;
    let security = town.signed_in("anquan", Role::SecurityAdmin).await;
    let (id, _) = opens(&system, "wang", "3707").await;
    assert_eq!(gives(&security, &id, json!({ "role": "area_desk", "area": "370783" })).await.status, 201);
    for admin in ["system_admin", "security_admin", "audit_admin"] {
        let refused = gives(&security, &id, json!({ "role": admin, "area": "3707" })).await;
        assert!(refused.status == 409 && refused.detail().contains("三员分立"), "{admin}: {}", refused.text);
    }
    let (id, _) = opens(&system, "zhao", "3707").await;
    assert_eq!(gives(&security, &id, json!({ "role": "audit_admin", "area": "3707" })).await.status, 201);
    for other in ["system_admin", "security_admin", "leader", "area_desk"] {
        assert_eq!(gives(&security, &id, json!({ "role": other, "area": "3707" })).await.status, 409, "{other}");
    }
    // Not even for a later day, while the other is held.
    let later = json!({ "role": "leader", "area": "3707", "from": "2027-01-01" });
    assert_eq!(gives(&security, &id, later.clone()).await.status, 409);
    let held = security.get(&format!("/api/v1/accounts/{id}/grants")).await.json();
    let take = format!("/api/v1/accounts/{id}/grants/{}/acts/take", held["items"][0]["id"].as_str().unwrap());
    assert_eq!(security.post(&take, json!({ "last_day": "2026-12-31" })).await.status, 204);
    assert_eq!(gives(&security, &id, later).await.status, 201, "one after the other is another matter");
}

#[tokio::test]
async fn nobody_grants_to_themselves_nor_administers_their_own_account() {
    let town = Town::new().await;
    let system = town.signed_in("xitong", Role::SystemAdmin).await;
    let security = town.signed_in("anquan", Role::SecurityAdmin).await;
    let own = id_of(&security, "/api/v1/grants/accounts", "anquan").await;
    let refused = gives(&security, &own, json!({ "role": "security_admin", "area": "370783" })).await;
    assert!(refused.status == 409 && refused.detail().contains("不能给自己授权"), "{}", refused.text);
    let held = security.get(&format!("/api/v1/accounts/{own}/grants")).await.json();
    let take = format!("/api/v1/accounts/{own}/grants/{}/acts/take", held["items"][0]["id"].as_str().unwrap());
    assert_eq!(security.post(&take, json!({})).await.status, 409);
    assert_eq!(
        security.post(&format!("/api/v1/accounts/{own}/tokens"), json!({ "label": "自己", "days": 9 })).await.status,
        409
    );
    let own = id_of(&system, "/api/v1/accounts", "xitong").await;
    for act in ["close", "reset-password", "unlock", "drop-second-factor"] {
        assert_eq!(acts(&system, &own, act).await.status, 409, "{act}");
    }
}

#[tokio::test]
async fn nobody_grants_or_takes_beyond_their_own_reach() {
    let street = Street::new().await;
    let town = &street.town;
    let system = town.signed_in("xitong", Role::SystemAdmin).await;
    let county = town.signed_in_at("anquan-sg", Role::SecurityAdmin, SHOUGUANG).await;
    let city = town.signed_in("anquan", Role::SecurityAdmin).await;
    let (here, _) = opens(&system, "wang", "370783").await;
    let (there, _) = opens(&system, "zhao", "370782").await;
    assert_eq!(
        gives(&county, &there, json!({ "role": "area_desk", "area": "370783" })).await.status,
        404,
        "not their account"
    );
    for wish in [
        json!({ "role": "area_desk", "area": "3707" }),
        json!({ "role": "area_desk", "area": "370782" }),
        json!({ "role": "area_desk", "everything": true }),
    ] {
        assert_eq!(gives(&county, &here, wish.clone()).await.status, 422, "{wish}");
    }
    let group = town.stranger().signs_in("zonghe", PASSWORD).await;
    let new = json!({ "area": "370782", "kind": "department", "name": "诸城市税务局" });
    let unit_there = group.makes("/api/v1/units", new).await;
    let refused = gives(&county, &here, json!({ "role": "handler", "unit": unit_there })).await;
    assert!(refused.status == 422 && refused.text.contains("不在您的管理范围内"), "{}", refused.text);
    assert_eq!(gives(&county, &here, json!({ "role": "handler", "unit": street.power_unit })).await.status, 201);
    assert_eq!(gives(&county, &here, json!({ "role": "area_desk", "area": "370783001" })).await.status, 201);
    assert_eq!(gives(&city, &here, json!({ "role": "leader", "area": "3707" })).await.status, 201);
    let held = county.get(&format!("/api/v1/accounts/{here}/grants")).await.json();
    let wide = held["items"].as_array().unwrap().iter().find(|held| held["role"] == "leader").unwrap();
    let take = format!("/api/v1/accounts/{here}/grants/{}/acts/take", wide["id"].as_str().unwrap());
    assert_eq!(county.post(&take, json!({})).await.status, 422, "what the city gave, the city takes");
    assert_eq!(city.post(&take, json!({})).await.status, 204);
    // Everything is for who has everything.
    assert_eq!(gives(&city, &here, json!({ "role": "leader", "everything": true })).await.status, 422);
}

#[tokio::test]
async fn a_county_administrator_sees_and_changes_the_accounts_of_the_county_alone() {
    let town = Town::new().await;
    let city = town.signed_in("xitong", Role::SystemAdmin).await;
    let county = town.signed_in_at("xitong-sg", Role::SystemAdmin, SHOUGUANG).await;
    opens(&city, "wang-sg", "370783").await;
    let (there, _) = opens(&city, "wang-zc", "370782").await;
    let listed = county.get("/api/v1/accounts?q=wang").await.json();
    let logins: Vec<_> = listed["items"].as_array().unwrap().iter().map(|account| account["login"].clone()).collect();
    assert_eq!(logins, [json!("wang-sg")]);
    assert_eq!(county.get(&format!("/api/v1/accounts/{there}")).await.status, 404);
    assert_eq!(acts(&county, &there, "close").await.status, 404);
    let beyond = county.post("/api/v1/accounts", json!({ "login": "li-zc", "name": "李", "area": "370782" })).await;
    assert_eq!(beyond.json()["errors"][0]["field"], "area");
    assert_eq!(city.get("/api/v1/accounts?q=wang").await.json()["items"].as_array().unwrap().len(), 2);
    let page = Person::opens_a_browser(town.router.clone(), "xitong-sg").await;
    let (home, list) = (page.get("/").await.text, page.get("/accounts").await.text);
    assert!(list.contains("wang-sg") && !list.contains("wang-zc") && !home.contains("wang-zc"));
    let group = town.signed_in("zonghe", Role::Coordination).await;
    let new = json!({ "area": "370782", "kind": "department", "name": "诸城市税务局" });
    let unit = group.makes("/api/v1/units", new).await;
    let new = json!({ "unit": unit, "name": "李明", "rank": "section_head", "title": "科长", "since": "2025-03-01" });
    let official = group.makes("/api/v1/officials", new).await;
    let beyond = county.post("/api/v1/accounts", json!({ "login": "liming", "official": official })).await;
    assert_eq!(beyond.json()["errors"][0]["field"], "official");
    assert!(!page.get("/accounts/pick/officials?q=%E6%9D%8E").await.text.contains("诸城市税务局"), "nor in the picker");
}

#[tokio::test]
async fn a_closed_account_is_out_at_once_and_comes_back_with_its_roles() {
    let town = Town::new().await;
    let system = town.signed_in("xitong", Role::SystemAdmin).await;
    let wang = town.signed_in("wang", Role::AreaDesk).await;
    let id = id_of(&system, "/api/v1/accounts", "wang").await;
    let stale =
        system.clone().with("if-match", "\"7\"").post(&format!("/api/v1/accounts/{id}/acts/close"), json!({})).await;
    assert_eq!(stale.status, 412);
    assert_eq!(acts(&system, &id, "close").await.status, 200);
    assert_eq!(wang.get("/api/v1/demands").await.status, 401);
    assert_eq!(town.stranger().tries_to_sign_in("wang", PASSWORD).await.status, 422);
    assert_eq!(acts(&system, &id, "close").await.status, 409);
    assert_eq!(acts(&system, &id, "reset-password").await.status, 409);
    assert_eq!(system.get("/api/v1/accounts?state=closed").await.json()["items"][0]["login"], "wang");
    assert_eq!(acts(&system, &id, "reopen").await.status, 200);
    let wang = town.stranger().signs_in("wang", PASSWORD).await;
    assert_eq!(wang.get("/api/v1/demands").await.status, 200);
}

#[tokio::test]
async fn a_reset_password_is_told_once_ends_the_sessions_and_must_be_changed() {
    let town = Town::new().await;
    let system = town.signed_in("xitong", Role::SystemAdmin).await;
    let wang = town.signed_in("wang", Role::AreaDesk).await;
    let id = id_of(&system, "/api/v1/accounts", "wang").await;
    let reset = acts(&system, &id, "reset-password").await.json();
    let first = reset["password"].as_str().unwrap().to_owned();
    assert!(first.len() >= 12 && !system.get(&format!("/api/v1/accounts/{id}")).await.text.contains(&first));
    assert_eq!(wang.get("/api/v1/demands").await.status, 401);
    assert_eq!(town.stranger().tries_to_sign_in("wang", PASSWORD).await.status, 422);
    let wang = town.stranger().signs_in("wang", &first).await;
    assert_eq!(wang.get("/api/v1/demands").await.status, 403);
    assert_eq!(first_sign_in(&town, "wang", &first).await.get("/api/v1/demands").await.status, 200);
}

#[tokio::test]
async fn whoever_could_set_an_administrators_password_could_do_their_work_so_the_system_administrator_cannot() {
    let town = Town::new().await;
    let system = town.signed_in("xitong", Role::SystemAdmin).await;
    for (login, role) in [("anquan", Role::SecurityAdmin), ("shenji", Role::AuditAdmin), ("xitong2", Role::SystemAdmin)]
    {
        town.opens_account(login, role).await;
        let id = id_of(&system, "/api/v1/accounts", login).await;
        for act in ["reset-password", "drop-second-factor"] {
            let refused = acts(&system, &id, act).await;
            assert!(refused.status == 409 && refused.detail().contains("三员分立"), "{login}: {}", refused.text);
        }
    }
}

#[tokio::test]
async fn a_locked_account_waits_on_the_first_page_and_is_unlocked() {
    let town = Town::new().await;
    town.opens_account("xitong", Role::SystemAdmin).await;
    town.opens_account("wang", Role::AreaDesk).await;
    for _ in 0..5 {
        town.stranger().tries_to_sign_in("wang", "Weifang-2027").await;
    }
    let admin = Person::opens_a_browser(town.router.clone(), "xitong").await;
    let home = admin.get("/").await.text;
    assert!(home.contains("已锁定") && home.contains("wang"), "{home}");
    let list = admin.get("/accounts?state=locked").await.text;
    let page = list.split("href=\"/accounts/").nth(2).unwrap().split('"').next().unwrap();
    let page = if page.len() == 36 {
        page.to_owned()
    } else {
        list.split("<a href=\"/accounts/").last().unwrap()[..36].to_owned()
    };
    let shown = admin.get(&format!("/accounts/{page}")).await.text;
    assert!(shown.contains("解除锁定") && shown.contains("自动解除"));
    let version = shown.split("name=\"version\" value=\"").nth(1).unwrap().split('"').next().unwrap();
    let unlocked = admin.submits(&format!("/accounts/{page}/unlock"), &format!("version={version}")).await;
    assert_eq!(unlocked.status, 303);
    town.stranger().signs_in("wang", PASSWORD).await;
    let again = admin.submits(&format!("/accounts/{page}/unlock"), &format!("version={version}")).await;
    assert_eq!(again.status, 303, "and says so on the page");
}

#[tokio::test]
async fn a_role_begins_and_ends_on_its_days() {
    let town = Town::new().await;
    let system = town.signed_in("xitong", Role::SystemAdmin).await;
    let security = town.signed_in("anquan", Role::SecurityAdmin).await;
    let (id, first) = opens(&system, "wang", "370783").await;
    first_sign_in(&town, "wang", &first).await;
    let wish = |from: &str, until: &str| json!({ "role": "area_desk", "area": "370783", "from": from, "until": until });
    assert_eq!(gives(&security, &id, wish("2026-11-22", "2026-12-01")).await.json()["errors"][0]["field"], "from");
    assert_eq!(gives(&security, &id, wish("2026-11-25", "2026-11-24")).await.json()["errors"][0]["field"], "until");
    assert_eq!(gives(&security, &id, wish("2026-11-24", "2026-11-25")).await.status, 201);
    for (day, status) in [(0, 404), (1, 200), (2, 200), (3, 404)] {
        town.app.clock().set(monday() + Duration::days(day));
        let wang = town.stranger().signs_in("wang", PASSWORD).await;
        assert_eq!(wang.get("/api/v1/demands").await.status, status, "day {day}");
    }
}

#[tokio::test]
async fn a_role_that_is_taken_is_gone_at_once_or_on_the_day_that_was_said() {
    let town = Town::new().await;
    let security = town.signed_in("anquan", Role::SecurityAdmin).await;
    let wang = town.signed_in_at("wang", Role::AreaDesk, SHOUGUANG).await;
    let id = id_of(&security, "/api/v1/grants/accounts", "wang").await;
    let held = security.get(&format!("/api/v1/accounts/{id}/grants")).await.json();
    let take = format!("/api/v1/accounts/{id}/grants/{}/acts/take", held["items"][0]["id"].as_str().unwrap());
    assert_eq!(security.post(&take, json!({ "last_day": "2026-11-01" })).await.status, 422, "what was done was done");
    assert_eq!(security.post(&take, json!({ "last_day": "2026-11-23" })).await.status, 204);
    assert_eq!(wang.get("/api/v1/demands").await.status, 200, "the last day is theirs");
    assert_eq!(
        security.post(&take, json!({ "last_day": "2026-11-30" })).await.status,
        409,
        "an end is not put off by taking"
    );
    assert_eq!(security.post(&take, json!({})).await.status, 204);
    assert_eq!(wang.get("/api/v1/demands").await.status, 404);
}

#[tokio::test]
async fn a_commissioner_must_be_an_official_of_the_register() {
    let town = Town::new().await;
    let system = town.signed_in("xitong", Role::SystemAdmin).await;
    let security = town.signed_in("anquan", Role::SecurityAdmin).await;
    let (id, _) = opens(&system, "wang", "370783").await;
    let refused = gives(&security, &id, json!({ "role": "commissioner" })).await;
    assert!(refused.status == 422 && refused.text.contains("名册里的干部"), "{}", refused.text);
    for (role, field) in [("handler", "unit"), ("area_desk", "area"), ("liaison", "client")] {
        assert_eq!(gives(&security, &id, json!({ "role": role })).await.json()["errors"][0]["field"], field);
    }
}

#[tokio::test]
async fn a_peer_works_with_a_token_that_is_told_once_until_it_is_revoked() {
    let town = Town::new().await;
    let system = town.signed_in("xitong", Role::SystemAdmin).await;
    let security = town.signed_in("anquan", Role::SecurityAdmin).await;
    let (id, _) = opens(&system, "hotline", "3707").await;
    let issue = format!("/api/v1/accounts/{id}/tokens");
    let wish = json!({ "label": "12345 热线平台正式环境", "days": 90 });
    let early = security.post(&issue, wish.clone()).await;
    assert!(early.status == 409 && early.detail().contains("先授权"), "{}", early.text);
    assert_eq!(gives(&security, &id, json!({ "role": "peer", "area": "3707" })).await.status, 201);
    for (wrong, field) in [
        (json!({ "label": " ", "days": 90 }), "label"),
        (json!({ "label": "x", "days": 0 }), "days"),
        (json!({ "label": "x", "days": 367 }), "days"),
    ] {
        assert_eq!(security.post(&issue, wrong).await.json()["errors"][0]["field"], field);
    }
    let token = security.post(&issue, wish).await.json()["token"].as_str().unwrap().to_owned();
    let peer = town.stranger().with("authorization", &format!("Bearer {token}"));
    assert_eq!(peer.get("/api/v1/demands").await.status, 200, "and no first password is in its way");
    let listed = security.get("/api/v1/tokens").await;
    assert!(!listed.text.contains(&token), "{}", listed.text);
    let shown = &listed.json()["items"][0];
    assert_eq!(
        (&shown["kind"], &shown["label"], &shown["issued_by"]),
        (&json!("peer"), &json!("12345 热线平台正式环境"), &json!("anquan"))
    );
    let next_door = town.signed_in_at("anquan-zc", Role::SecurityAdmin, "/3707/370782/").await;
    let revoke = format!("/api/v1/tokens/{}/acts/revoke", shown["id"].as_str().unwrap());
    assert!(next_door.get("/api/v1/tokens").await.json()["items"].as_array().unwrap().is_empty());
    assert_eq!(next_door.post(&revoke, json!({})).await.status, 404);
    assert_eq!(security.post(&revoke, json!({})).await.status, 204);
    assert_eq!(peer.get("/api/v1/demands").await.status, 401);
    assert_eq!(security.post(&revoke, json!({})).await.status, 409);
}

#[tokio::test]
async fn a_token_ends_on_its_day_and_administrators_get_none() {
    let town = Town::new().await;
    let security = town.signed_in("anquan", Role::SecurityAdmin).await;
    town.opens_account("wang", Role::AreaDesk).await;
    town.opens_account("xitong", Role::SystemAdmin).await;
    let admin = id_of(&security, "/api/v1/grants/accounts", "xitong").await;
    let refused = security.post(&format!("/api/v1/accounts/{admin}/tokens"), json!({ "label": "x", "days": 9 })).await;
    assert!(refused.status == 409 && refused.detail().contains("管理员账号不发令牌"));
    let id = id_of(&security, "/api/v1/grants/accounts", "wang").await;
    let issued =
        security.post(&format!("/api/v1/accounts/{id}/tokens"), json!({ "label": "报表", "days": 2 })).await.json();
    let program = town.stranger().with("authorization", &format!("Bearer {}", issued["token"].as_str().unwrap()));
    town.app.clock().set(monday() + Duration::days(2) - Duration::seconds(1));
    assert_eq!(program.get("/api/v1/demands").await.status, 200);
    town.app.clock().set(monday() + Duration::days(2));
    assert_eq!(program.get("/api/v1/demands").await.status, 401);
    let admin = Person::opens_a_browser(town.router.clone(), "anquan").await;
    let home = admin.get("/").await.text;
    assert!(home.contains("报表") && home.contains("已过期"), "{home}");
}

#[tokio::test]
async fn the_security_administrator_gives_a_role_by_names_on_pages_and_a_refused_form_keeps_what_was_typed() {
    let street = Street::new().await;
    let town = &street.town;
    let system = town.signed_in("xitong", Role::SystemAdmin).await;
    town.opens_account("anquan", Role::SecurityAdmin).await;
    let (id, first) = opens(&system, "wang", "370783").await;
    first_sign_in(town, "wang", &first).await;
    let admin = street.browser("anquan").await;
    assert!(admin.get("/").await.text.contains("wang"), "an account without a role waits on the first page");
    let page = format!("/grants/{id}");
    assert!(admin.get(&page).await.text.contains("还没有角色"));
    let form = admin.get(&format!("{page}/give?role=handler")).await.text;
    assert!(form.contains("哪个单位") && !form.contains("管到哪里") && form.contains("2026-11-23"));
    assert_eq!(admin.get(&format!("{page}/give?role=")).await.place(), page);
    let unclear = admin
        .submits(
            &format!("{page}/give"),
            "role=handler&unit=&unit_text=%E5%AF%BF%E5%85%89%E5%B8%82&from=2026-11-23&until=",
        )
        .await;
    assert!(
        unclear.status == 422 && unclear.text.contains("请选择其中一个") && unclear.text.contains("寿光市税务局"),
        "{}",
        unclear.text
    );
    let given = admin.submits(&format!("{page}/give"), "role=handler&unit=&unit_text=%E5%AF%BF%E5%85%89%E5%B8%82%E4%BE%9B%E7%94%B5%E5%85%AC%E5%8F%B8&from=2026-11-23&until=2026-11-28").await;
    assert_eq!((given.status, given.place()), (303, page.clone()), "{}", given.text);
    let shown = admin.get(&page).await.text;
    for text in ["承办人", "寿光市供电公司", "2026年11月28日", "anquan", "有效"] {
        assert!(shown.contains(text), "{text}");
    }
    assert!(admin.get("/").await.text.contains("2026年11月28日"), "it ends within the week");
    assert!(!shown.contains(">审计管理员</option>"), "what cannot be held beside it is not offered");
    let refused = admin.submits(&format!("{page}/give"), "role=audit_admin&area=3707&from=2026-11-23&until=").await;
    assert!(refused.status == 409 && refused.text.contains("三员分立"));
    let refused = admin.submits(&format!("{page}/tokens"), "label=%E6%8A%A5%E8%A1%A8&days=x").await;
    assert!(refused.status == 422 && refused.text.contains("value=\"报表\"") && refused.text.contains("1 到 366"));
    let issued = admin.submits(&format!("{page}/tokens"), "label=%E6%8A%A5%E8%A1%A8&days=30").await;
    assert!(issued.status == 200 && issued.text.contains("令牌只显示这一次"));
    assert!(admin.get("/tokens").await.text.contains("报表"));
    let grant = shown.split(&format!("action=\"/grants/{id}/")).nth(1).unwrap().split('/').next().unwrap();
    let taken = admin.submits(&format!("{page}/{grant}/take"), "last_day=").await;
    assert_eq!(taken.status, 303);
    assert!(admin.get(&page).await.text.contains("已结束"));
    assert_eq!(admin.get("/sign-in-rules").await.status, 200);
}

#[tokio::test]
async fn the_system_administrator_opens_an_account_on_a_page_and_sees_the_password_once() {
    let street = Street::new().await;
    let town = &street.town;
    town.opens_account("xitong", Role::SystemAdmin).await;
    let group = town.stranger().signs_in("zonghe", PASSWORD).await;
    let new = json!({ "unit": street.power_unit, "name": "李明", "rank": "section_head", "title": "科长", "since": "2025-03-01" });
    group.makes("/api/v1/officials", new).await;
    let admin = street.browser("xitong").await;
    assert!(admin.get("/accounts/pick/officials?q=%E6%9D%8E%E6%98%8E").await.text.contains("寿光市供电公司"));
    let wrong =
        admin.submits("/accounts", "kind=official&official=&official_text=%E6%9D%8E%E6%98%8E&login=%E6%9D%8E").await;
    assert!(
        wrong.status == 422 && wrong.text.contains("value=\"李明\"") && wrong.text.contains("3 到 40 位"),
        "{}",
        wrong.text
    );
    let opened =
        admin.submits("/accounts", "kind=official&official=&official_text=%E6%9D%8E%E6%98%8E&login=liming").await;
    assert!(opened.status == 200 && opened.text.contains("密码只显示这一次"), "{}", opened.text);
    let first = opened.text.split("wqt-secret\">").nth(1).unwrap().split('<').next().unwrap();
    first_sign_in(town, "liming", first).await;
    let opened = admin.submits("/accounts", "kind=post&name=12345&area=3707&login=hotline").await;
    assert!(opened.status == 200, "{}", opened.text);
    let list = admin.get("/accounts").await.text;
    assert!(list.contains("李明") && list.contains("寿光市供电公司") && !list.contains(first));
    assert_eq!(street.browser("zonghe").await.get("/accounts").await.status, 404);
}

#[tokio::test]
async fn a_list_of_accounts_goes_on_where_it_stopped_and_finds_by_role_and_state() {
    let town = Town::new().await;
    let system = town.signed_in("xitong", Role::SystemAdmin).await;
    for n in 1..=5 {
        opens(&system, &format!("wang{n}"), "370783").await;
    }
    let mut seen = Vec::new();
    let mut place = "/api/v1/accounts?q=wang&limit=2".to_owned();
    loop {
        let page = system.get(&place).await.json();
        seen.extend(
            page["items"].as_array().unwrap().iter().map(|account| account["login"].as_str().unwrap().to_owned()),
        );
        let Some(next) = page["next"].as_str() else { break };
        place = format!("/api/v1/accounts?q=wang&limit=2&cursor={next}");
    }
    assert_eq!(seen, ["wang1", "wang2", "wang3", "wang4", "wang5"]);
    let count = async |query: &str| {
        system.get(&format!("/api/v1/accounts?{query}")).await.json()["items"].as_array().unwrap().len()
    };
    assert_eq!(
        (count("state=first").await, count("state=roleless").await, count("role=system_admin").await),
        (5, 5, 1)
    );
    assert_eq!((count("state=locked").await, count("state=closed").await, count("q=%25").await), (0, 0, 6));
}
