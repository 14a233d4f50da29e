//! How a liaison comes in by a link, on a telephone, and goes again.

use crate::demands::Street;
use crate::town::{PASSWORD, Person, monday};
use chrono::Duration;
use kernel::id::OfficialId;
use kernel::{Reach, Role};
use serde_json::{Value, json};
use store::Sql;

const MOBILE: &str = "13805361234";

/// The desk names Chen Jing as liaison; her id.
async fn chen_jing(street: &Street) -> String {
    let path = format!("/api/v1/enterprises/{}/liaisons", street.client);
    desk(street).await.makes(&path, json!({ "name": "陈静", "position": "办公室主任", "phone": MOBILE })).await
}

async fn desk(street: &Street) -> Person {
    street.town.stranger().signs_in("fuwutai", PASSWORD).await
}

fn place(street: &Street) -> String {
    format!("/api/v1/enterprises/{}/invitations", street.client)
}

/// Invites; the path of the link.
async fn invites(who: &Person, street: &Street, liaison: &str) -> String {
    let made = who.post(&place(street), json!({ "liaison": liaison })).await;
    assert_eq!(made.status, 201, "{}", made.text);
    made.json()["path"].as_str().unwrap().to_owned()
}

fn telephone(street: &Street) -> Person {
    street.town.stranger().with("accept", "text/html").with("sec-fetch-site", "same-origin")
}

#[tokio::test]
async fn a_liaison_opens_the_link_chooses_a_password_and_is_greeted() {
    let street = Street::new().await;
    let liaison = chen_jing(&street).await;
    let link = invites(&desk(&street).await, &street, &liaison).await;
    let phone = telephone(&street);
    let page = phone.get(&link).await;
    assert!(page.status == 200 && page.text.contains("寿光绿源蔬菜有限公司") && page.text.contains("陈静"));
    assert!(
        page.text.contains("138****1234") && !page.text.contains(MOBILE),
        "the number is masked before anybody joined"
    );
    let apart = phone.submits(&link, "login=&password=Luyuan-2026&again=Luyuan-2027").await;
    assert!(apart.status == 422 && apart.text.contains("两次输入的密码不一致"));
    let weak = phone.submits(&link, "login=&password=short&again=short").await;
    assert!(weak.status == 422 && weak.text.contains("10 到 128 个字符"));
    let joined = phone.submits(&link, "login=&password=Luyuan-2026&again=Luyuan-2026").await;
    assert_eq!((joined.status, joined.place().as_str()), (303, "/"), "{}", joined.text);
    let cookies: Vec<_> = joined.headers.get_all("set-cookie").iter().map(|value| value.to_str().unwrap()).collect();
    let session = cookies.iter().find(|cookie| cookie.starts_with("wqt_session")).unwrap().split(';').next().unwrap();
    let flash = cookies.iter().find(|cookie| cookie.starts_with("wqt_flash")).unwrap().split(';').next().unwrap();
    let home = phone.clone().with("cookie", &format!("{session}; {flash}")).get("/").await;
    assert!(home.text.contains("欢迎您") && home.text.contains("联络员"), "{}", home.text);
    let chen = street.town.stranger().signs_in(MOBILE, "Luyuan-2026").await;
    chen.makes(
        "/api/v1/demands",
        json!({ "client": street.client, "category": "0301", "title": "用电", "text": "增容" }),
    )
    .await;
}

#[tokio::test]
async fn a_link_works_once_for_seven_days_and_says_what_to_do_afterwards() {
    let street = Street::new().await;
    let liaison = chen_jing(&street).await;
    let desk = desk(&street).await;
    let first = invites(&desk, &street, &liaison).await;
    let second = invites(&desk, &street, &liaison).await;
    let phone = telephone(&street);
    let old = phone.get(&first).await;
    assert!(
        old.status == 410 && old.text.contains("已经作废") && old.text.contains("fuwutai"),
        "a new link revokes the old"
    );
    let unknown = phone.get("/join/nonsense").await;
    assert!(unknown.status == 404 && unknown.text.contains("是否复制完整"));
    street.town.app.clock().set(monday() + Duration::days(7));
    let late = phone.get(&second).await;
    assert!(late.status == 410 && late.text.contains("已经过期") && late.text.contains("重新发一个"));
    let late = phone.submits(&second, "login=&password=Luyuan-2026&again=Luyuan-2026").await;
    assert_eq!(late.status, 410);
    let desk = street.town.stranger().signs_in("fuwutai", PASSWORD).await;
    let third = invites(&desk, &street, &liaison).await;
    let forms = "login=chenjing&password=Luyuan-2026&again=Luyuan-2026";
    assert_eq!(phone.submits(&third, forms).await.status, 303);
    let used = phone.get(&third).await;
    assert!(used.status == 410 && used.text.contains("已经用过") && used.text.contains("直接登录"));
    assert_eq!(phone.submits(&third, forms).await.status, 410);
    let again = desk.post(&place(&street), json!({ "liaison": liaison })).await;
    assert!(again.status == 409 && again.detail().contains("已经开通账号"));
}

#[tokio::test]
async fn a_revoked_link_opens_nothing() {
    let street = Street::new().await;
    let liaison = chen_jing(&street).await;
    let desk = desk(&street).await;
    let link = invites(&desk, &street, &liaison).await;
    let listed = desk.get(&place(&street)).await.json();
    let id = listed["items"][0]["id"].as_str().unwrap().to_owned();
    assert!(!listed.to_string().contains(&link["/join/".len()..]), "the secret is told once");
    let revoke = format!("/api/v1/invitations/{id}/acts/revoke");
    assert_eq!(desk.post(&revoke, json!({})).await.status, 204);
    assert_eq!(desk.post(&revoke, json!({})).await.status, 409);
    assert_eq!(telephone(&street).get(&link).await.status, 410);
    let joins = json!({ "secret": link["/join/".len()..], "password": "Luyuan-2026" });
    let refused = street.town.stranger().post("/api/v1/invitations/acts/join", joins).await;
    assert!(refused.status == 409 && refused.detail().contains("作废"), "{}", refused.text);
}

#[tokio::test]
async fn only_who_keeps_the_register_or_looks_after_the_client_invites() {
    let street = Street::new().await;
    let liaison = chen_jing(&street).await;
    let wish = || json!({ "liaison": liaison });
    let group = street.town.stranger().signs_in("zonghe", PASSWORD).await;
    invites(&group, &street, &liaison).await;
    let next_door = street.town.signed_in_at("zhucheng", Role::AreaDesk, "/3707/370782/").await;
    let own = street.town.stranger().signs_in("qiye", PASSWORD).await;
    let handler = street.town.stranger().signs_in("gongdian", PASSWORD).await;
    let leader = street.town.signed_in("lingdao", Role::Leader).await;
    for stranger in [&next_door, &own, &handler, &leader] {
        assert_eq!(stranger.get(&place(&street)).await.status, 404);
        assert_eq!(stranger.post(&place(&street), wish()).await.status, 404);
    }
    let listed = desk(&street).await.get(&place(&street)).await.json();
    let id = listed["items"][0]["id"].as_str().unwrap();
    assert_eq!(next_door.post(&format!("/api/v1/invitations/{id}/acts/revoke"), json!({})).await.status, 404);
    // A commissioner, while the pairing holds.
    let new = json!({ "unit": street.power_unit, "name": "李明", "rank": "section_head", "title": "科长", "since": "2025-03-01" });
    let official = group.makes("/api/v1/officials", new).await;
    let id = official.parse::<OfficialId>().unwrap();
    street.town.opens_account_of("zhuanyuan", Role::Commissioner, Reach::Clients(Vec::new()), Some(id)).await;
    let commissioner = street.town.stranger().signs_in("zhuanyuan", PASSWORD).await;
    assert_eq!(commissioner.post(&place(&street), wish()).await.status, 404);
    let pairing = json!({ "client": street.client, "official": official, "from": "2026-01-01" });
    desk(&street).await.makes("/api/v1/pairings", pairing).await;
    invites(&commissioner, &street, &liaison).await;
}

#[tokio::test]
async fn somebody_who_is_liaison_already_joins_a_second_client_with_the_same_account() {
    let street = Street::new().await;
    let desk = desk(&street).await;
    let other = desk.makes("/api/v1/enterprises", crate::town::enterprise("寿光新绿食品有限公司", 2)).await;
    let path = format!("/api/v1/enterprises/{other}/liaisons");
    let liaison = desk.makes(&path, json!({ "name": "qiye", "position": "", "phone": MOBILE })).await;
    let made = desk.post(&format!("/api/v1/enterprises/{other}/invitations"), json!({ "liaison": liaison })).await;
    let link = made.json()["path"].as_str().unwrap().to_owned();
    let liaison = street.browser("qiye").await;
    assert!(liaison.get(&link).await.text.contains("用这个账号加入"));
    let handler = street.browser("gongdian").await;
    let refused = handler.submits(&format!("{link}/as-me"), "").await;
    assert!(refused.status == 410 && refused.text.contains("不能由同一账号担任"), "{}", refused.text);
    assert_eq!(liaison.submits(&format!("{link}/as-me"), "").await.place(), "/");
    let seen = street.town.stranger().signs_in("qiye", PASSWORD).await.get("/api/v1/enterprises").await.json();
    assert_eq!(seen["items"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn when_a_liaisons_term_ends_the_account_reaches_the_client_no_more() {
    let street = Street::new().await;
    let liaison = chen_jing(&street).await;
    let link = invites(&desk(&street).await, &street, &liaison).await;
    telephone(&street).submits(&link, "login=&password=Luyuan-2026&again=Luyuan-2026").await;
    let chen = street.town.stranger().signs_in(MOBILE, "Luyuan-2026").await;
    let client = format!("/api/v1/enterprises/{}", street.client);
    assert_eq!(chen.get(&client).await.status, 200);
    let tx = street.town.app.store.begin().await.unwrap();
    let id = liaison.parse::<kernel::id::LiaisonId>().unwrap();
    let today = street.town.app.site.hours.day(monday());
    let ended = Sql::text("UPDATE liaison SET until_day = $2 WHERE id = $1").bind(id).bind(today);
    assert_eq!(tx.run(ended).await.unwrap(), 1);
    tx.commit().await.unwrap();
    assert_eq!(chen.get(&client).await.status, 200, "the last day is theirs");
    street.town.app.clock().set(monday() + Duration::hours(15));
    let chen = street.town.stranger().signs_in(MOBILE, "Luyuan-2026").await;
    assert_eq!(chen.get(&client).await.status, 404);
    let own: Value = chen.get("/api/v1/account").await.json();
    assert_eq!((&own["name"], &own["roles"]), (&json!("陈静"), &json!([])));
}

#[tokio::test]
async fn the_desk_invites_from_a_page_and_sees_the_link_with_its_picture_once() {
    let street = Street::new().await;
    let liaison = chen_jing(&street).await;
    let desk = street.browser("fuwutai").await;
    let page = format!("/clients/{}/invitations", street.client);
    assert!(desk.get(&page).await.text.contains("未邀请"));
    let shown = desk.submits(&page, &format!("liaison={liaison}")).await;
    assert!(
        shown.status == 200
            && shown.text.contains("http://qiye.example/join/")
            && shown.text.contains("data:image/svg+xml")
    );
    let list = desk.get(&page).await.text;
    assert!(list.contains("等待加入") && list.contains("138****1234") && !list.contains("/join/"));
    let handler = street.browser("gongdian").await;
    assert_eq!(handler.get(&page).await.status, 404);
}
