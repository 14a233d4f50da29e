//! One's own account: the second factor, the devices signed in, and the first password that must be changed.

use crate::town::{Answer, PASSWORD, Person, Town, monday};
use chrono::Duration;
use kernel::Role;
use serde_json::json;
use store::Sql;
use totp_rs::{Builder, Secret};

const FACTOR: &str = "/api/v1/account/second-factor";

/// What the authenticator shows so many seconds after Monday ten o'clock.
fn shows(secret: &str, seconds: i64) -> String {
    let secret = Secret::try_from_base32(secret).unwrap();
    let totp = Builder::new().with_secret(secret).with_account_name("wang").build().unwrap();
    totp.generate(u64::try_from(monday().timestamp() + seconds).unwrap()).to_string()
}

/// Wang with a second factor: secret and recovery codes. The code of that very moment is used up by confirming.
async fn wang_turns_it_on(town: &Town) -> (Person, String, Vec<String>) {
    let wang = town.signed_in("wang", Role::AreaDesk).await;
    let secret = wang.post(FACTOR, json!({})).await.json()["secret"].as_str().unwrap().to_owned();
    let wrong = wang.post(&format!("{FACTOR}/acts/confirm"), json!({ "code": "000000" })).await;
    assert_eq!((wrong.status, &wrong.json()["errors"][0]["field"]), (422, &json!("code")));
    let on = wang.post(&format!("{FACTOR}/acts/confirm"), json!({ "code": shows(&secret, 0) })).await;
    assert_eq!(on.status, 200, "{}", on.text);
    let codes = on.json()["recovery_codes"].as_array().unwrap().clone();
    (wang, secret, codes.iter().map(|code| code.as_str().unwrap().to_owned()).collect())
}

async fn tries(town: &Town, code: &str) -> Answer {
    let wish = json!({ "login": "wang", "password": PASSWORD, "totp": code });
    town.stranger().post("/api/v1/sessions", wish).await
}

#[tokio::test]
async fn whoever_turned_the_second_factor_on_signs_in_with_password_and_code() {
    let town = Town::new().await;
    let (wang, secret, codes) = wang_turns_it_on(&town).await;
    assert_eq!(codes.len(), 10);
    assert_eq!(wang.get("/api/v1/account").await.json()["second_factor"], true);
    let missing = town.stranger().tries_to_sign_in("wang", PASSWORD).await;
    assert_eq!((missing.status, &missing.json()["errors"][0]["field"]), (422, &json!("totp")));
    town.app.clock().set(monday() + Duration::seconds(60));
    assert_eq!(tries(&town, &shows(&secret, 60)).await.status, 201);
}

#[tokio::test]
async fn a_code_that_was_used_opens_nothing_again_nor_does_an_older_one() {
    let town = Town::new().await;
    let (_, secret, _) = wang_turns_it_on(&town).await;
    assert_eq!(tries(&town, &shows(&secret, 0)).await.status, 422, "it confirmed the second factor");
    town.app.clock().set(monday() + Duration::seconds(60));
    assert_eq!(tries(&town, &shows(&secret, 60)).await.status, 201);
    assert_eq!(tries(&town, &shows(&secret, 60)).await.status, 422);
    assert_eq!(tries(&town, &shows(&secret, 30)).await.status, 422, "still within the window, but older");
    assert_eq!(tries(&town, &shows(&secret, 90)).await.status, 201, "a clock half a minute ahead is forgiven");
}

#[tokio::test]
async fn a_recovery_code_works_once() {
    let town = Town::new().await;
    let (_, _, codes) = wang_turns_it_on(&town).await;
    assert_eq!(tries(&town, &codes[3].to_uppercase()).await.status, 201);
    assert_eq!(tries(&town, &codes[3]).await.status, 422);
    assert_eq!(tries(&town, &codes[4].replace('-', " ")).await.status, 201);
    let kept = "SELECT COUNT(*) FROM recovery_code WHERE code_hash IN ($1, $2)";
    let plain = codes[0].replace('-', "");
    let kept: Option<i64> =
        store::Db::value(&town.app.store, Sql::text(kept).bind(codes[0].as_str()).bind(plain)).await.unwrap();
    assert_eq!(kept, Some(0), "no code is kept in the clear");
}

#[tokio::test]
async fn wrong_codes_lock_the_account_like_wrong_passwords() {
    let town = Town::new().await;
    let (_, secret, _) = wang_turns_it_on(&town).await;
    town.stranger().tries_to_sign_in("wang", "Weifang-2027").await;
    for _ in 0..4 {
        assert_eq!(tries(&town, "000000").await.status, 422);
    }
    town.app.clock().set(monday() + Duration::seconds(60));
    assert_eq!(tries(&town, &shows(&secret, 60)).await.status, 429);
}

#[tokio::test]
async fn a_browser_is_asked_for_the_code_in_a_second_step() {
    let town = Town::new().await;
    let (_, secret, _) = wang_turns_it_on(&town).await;
    let browser = town.stranger().with("accept", "text/html").with("sec-fetch-site", "same-origin");
    let first = browser.submits("/login", &format!("login=wang&password={PASSWORD}&next=/account")).await;
    assert!(first.status == 200 && first.text.contains("两步验证") && !first.headers.contains_key("set-cookie"));
    assert!(!first.text.contains(PASSWORD), "the password does not travel twice");
    let step = first.text.split("name=\"step\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let wrong = browser.submits("/login/code", &format!("step={step}&code=000000&next=/account")).await;
    assert!(wrong.status == 422 && wrong.text.contains("动态码不正确") && wrong.text.contains(&step));
    town.app.clock().set(monday() + Duration::seconds(60));
    let form = format!("step={step}&code={}&next=/account", shows(&secret, 60));
    let signed_in = browser.submits("/login/code", &form).await;
    assert_eq!((signed_in.status, signed_in.place().as_str()), (303, "/account"), "{}", signed_in.text);
    let form = format!("step={step}&code={}&next=/account", shows(&secret, 90));
    assert_eq!(browser.submits("/login/code", &form).await.place(), "/login", "the step is used up");
    let first = browser.submits("/login", &format!("login=wang&password={PASSWORD}&next=")).await;
    let step = first.text.split("name=\"step\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    town.app.clock().set(monday() + Duration::seconds(60 + 301));
    let form = format!("step={step}&code={}&next=", shows(&secret, 360));
    assert_eq!(browser.submits("/login/code", &form).await.place(), "/login", "and holds five minutes");
}

#[tokio::test]
async fn the_second_factor_goes_off_by_the_password_and_its_codes_with_it() {
    let town = Town::new().await;
    let (wang, _, codes) = wang_turns_it_on(&town).await;
    let off = format!("{FACTOR}/acts/turn-off");
    assert_eq!(wang.post(FACTOR, json!({})).await.status, 409, "the secret is not shown again");
    assert_eq!(wang.post(&off, json!({ "password": "Weifang-2027" })).await.status, 422);
    assert_eq!(wang.post(&off, json!({ "password": PASSWORD })).await.status, 204);
    assert_eq!(wang.post(&off, json!({ "password": PASSWORD })).await.status, 409);
    assert_eq!(tries(&town, &codes[0]).await.status, 201, "no code is asked for, so none is looked at");
    let again = wang.post(FACTOR, json!({})).await.json();
    assert!(again["url"].as_str().unwrap().starts_with("otpauth://totp/"));
}

#[tokio::test]
async fn a_page_shows_the_picture_to_scan_and_then_the_codes_once() {
    let town = Town::new().await;
    town.opens_account("wang", Role::AreaDesk).await;
    let wang = Person::opens_a_browser(town.router.clone(), "wang").await;
    let page = wang.get("/account/second-factor").await.text;
    assert!(page.contains("data:image/svg+xml;base64,") && page.contains("分三步开启"));
    let secret: String = page.split("<code>").nth(1).unwrap().split('<').next().unwrap().replace(' ', "");
    let wrong = wang.submits("/account/second-factor", "code=1").await;
    assert!(wrong.status == 422 && wrong.text.contains(&secret[..4]), "the secret stays what it was");
    let codes = wang.submits("/account/second-factor", &format!("code={}", shows(&secret, 0))).await;
    assert!(
        codes.status == 200 && codes.text.matches("<li><code>").count() == 10 && codes.text.contains("只显示这一次")
    );
    let page = wang.get("/account/second-factor").await.text;
    assert!(page.contains("还有 10 个恢复码可用") && !page.contains(&secret[..4]));
    assert!(wang.submits("/account/second-factor/off", "password=x").await.text.contains("密码不正确"));
    assert_eq!(wang.submits("/account/second-factor/off", &format!("password={PASSWORD}")).await.place(), "/account");
}

#[tokio::test]
async fn somebody_sees_where_they_are_signed_in_and_ends_what_they_do_not_know() {
    let town = Town::new().await;
    town.opens_account("wang", Role::AreaDesk).await;
    let edge = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/130.0 Safari/537.36 Edg/130.0";
    let office =
        town.stranger().with("user-agent", edge).with("x-forwarded-for", "10.1.2.3").signs_in("wang", PASSWORD).await;
    let phone = town
        .stranger()
        .with("user-agent", "Mozilla/5.0 (Linux; Android 15) MicroMessenger/8")
        .signs_in("wang", PASSWORD)
        .await;
    let other = town.signed_in("zhao", Role::AreaDesk).await;
    let listed = office.get("/api/v1/account/sessions").await.json();
    let items = listed["items"].as_array().unwrap();
    assert_eq!(items.len(), 2);
    let here = items.iter().find(|session| session["current"] == true).unwrap();
    assert_eq!((&here["label"], &here["source"]), (&json!("Windows 电脑 · Edge 浏览器"), &json!("10.1.2.3")));
    let there = items.iter().find(|session| session["current"] == false).unwrap();
    assert_eq!(there["label"], "安卓手机 · 微信");
    let end = format!("/api/v1/account/sessions/{}", there["id"].as_str().unwrap());
    assert_eq!(other.send("DELETE", &end, None).await.status, 404, "nobody ends another's");
    assert_eq!(office.send("DELETE", &end, None).await.status, 204);
    assert_eq!((phone.get("/api/v1/account").await.status, office.get("/api/v1/account").await.status), (401, 200));
    let phone = town.stranger().signs_in("wang", PASSWORD).await;
    assert_eq!(office.send("DELETE", "/api/v1/account/sessions", None).await.status, 204);
    assert_eq!((phone.get("/api/v1/account").await.status, office.get("/api/v1/account").await.status), (401, 200));
    assert_eq!(other.get("/api/v1/account").await.status, 200);
}

#[tokio::test]
async fn the_account_page_says_who_one_is_here_in_words() {
    let town = Town::new().await;
    town.opens_account_for("wang", Role::AreaDesk, kernel::Reach::Area(kernel::AreaPath("/3707/370783/".into()))).await;
    let wang = Person::opens_a_browser(town.router.clone(), "wang").await;
    let phone = town.stranger().signs_in("wang", PASSWORD).await;
    let page = wang.get("/account").await.text;
    for shown in ["企业服务台", "寿光市", "2026年11月23日起", "本次登录", "程序接口", "未开启"] {
        assert!(page.contains(shown), "{shown}");
    }
    assert!(!page.contains("/3707/"), "nobody reads paths");
    let ended = wang.submits("/account/sessions/end-others", "").await;
    assert_eq!((ended.status, ended.place().as_str()), (303, "/account"));
    assert_eq!(phone.get("/api/v1/account").await.status, 401);
    assert_eq!(wang.get("/account").await.status, 200);
}

#[tokio::test]
async fn whoever_has_a_first_password_changes_it_before_anything_else() {
    let town = Town::new().await;
    town.opens_account("wang", Role::AreaDesk).await;
    let tx = town.app.store.begin().await.unwrap();
    tx.run(Sql::text("UPDATE account SET must_change = TRUE")).await.unwrap();
    tx.commit().await.unwrap();
    let program = town.stranger().signs_in("wang", PASSWORD).await;
    for (method, path) in [
        ("GET", "/api/v1/demands"),
        ("GET", "/api/v1/account/sessions"),
        ("POST", "/api/v1/demands"),
        ("GET", "/api/v1/units"),
    ] {
        let refused = program.send(method, path, Some(json!({}))).await;
        assert!(refused.status == 403 && refused.detail().contains("请先修改密码"), "{path}: {}", refused.text);
    }
    assert_eq!(program.get("/api/v1/account").await.json()["must_change"], true);
    let browser = Person::opens_a_browser(town.router.clone(), "wang").await;
    for path in ["/", "/demands", "/account", "/account/second-factor", "/login", "/join/x"] {
        let sent = browser.get(path).await;
        assert_eq!((sent.status, sent.place().as_str()), (303, "/account/password"), "{path}");
    }
    assert!(browser.get("/account/password").await.text.contains("初始密码"));
    let same = browser.submits("/account/password", &format!("old={PASSWORD}&new={PASSWORD}&again={PASSWORD}")).await;
    assert!(same.status == 422 && same.text.contains("不能与原密码相同"));
    let changed =
        browser.submits("/account/password", &format!("old={PASSWORD}&new=Weifang-2027&again=Weifang-2027")).await;
    assert_eq!(changed.place(), "/login");
    let program = town.stranger().signs_in("wang", "Weifang-2027").await;
    assert_eq!(program.get("/api/v1/demands").await.status, 200);
}
