//! What people see in a browser, without scripts: signing in, what waits for them, and a demand from form to rating.

use crate::demands::Street;
use crate::town::{Person, Town};
use kernel::Role;

#[tokio::test]
async fn somebody_signs_in_lands_where_they_wanted_to_go_and_signs_out_again() {
    let town = Town::new().await;
    town.opens_account("lingdao", Role::Leader).await;
    let stranger = town.stranger().with("accept", "text/html");
    assert_eq!(stranger.get("/demands").await.place(), "/login?next=/demands");
    let wrong = stranger.submits("/login", "login=lingdao&password=x&next=/demands").await;
    assert!(wrong.status == 422 && wrong.text.contains("账号或密码不正确") && wrong.text.contains("value=\"lingdao\""));
    let away = stranger.submits("/login", "login=lingdao&password=Weifang-2026&next=//evil.example").await;
    assert_eq!((away.status, away.place().as_str()), (303, "/"), "nobody is led elsewhere");
    let leader = Person::opens_a_browser(town.router.clone(), "lingdao").await;
    assert!(leader.get("/").await.text.contains("lingdao，您好"));
    let out = leader.submits("/logout", "").await;
    assert_eq!(out.place(), "/login");
    assert_eq!(leader.get("/demands").await.status, 303, "the session is over");
}

#[tokio::test]
async fn a_form_that_is_refused_keeps_what_was_typed_and_says_what_to_mend() {
    let street = Street::new().await;
    let liaison = street.browser("qiye").await;
    let form = format!(
        "client={}&category=&title=%E7%94%A8%E7%94%B5%E5%A2%9E%E5%AE%B9&text=%E8%AF%B7%E5%8D%8F%E8%B0%83",
        street.client
    );
    let refused = liaison.submits("/demands", &form).await;
    assert_eq!(refused.status, 422);
    for shown in ["用电增容", "请协调", "没有这个问题类别，请从列表中选择。"] {
        assert!(refused.text.contains(shown), "{shown}");
    }
}

#[tokio::test]
async fn a_demand_goes_from_form_to_rating_by_pages_alone() {
    let street = Street::new().await;
    let liaison = street.browser("qiye").await;
    let (desk, unit) = (street.browser("fuwutai").await, street.browser("gongdian").await);
    let form = format!("client={}&category=0301&title=%E7%94%A8%E7%94%B5&text=%E5%A2%9E%E5%AE%B9", street.client);
    let raised = liaison.submits("/demands", &form).await;
    let page = raised.place();
    assert!(raised.status == 303 && page.starts_with("/demands/"), "{}", raised.text);

    assert!(desk.get("/").await.text.contains("寿光绿源蔬菜有限公司"), "it waits on the desk's first page");
    assert!(!unit.get("/").await.text.contains("寿光绿源蔬菜有限公司"));
    let goes = async |who: &Person, act: &str, version: i64, rest: &str| {
        let answer = who.submits(&format!("{page}/{act}"), &format!("version={version}{rest}")).await;
        assert_eq!((answer.status, answer.place()), (303, page.clone()), "{act}: {}", answer.text);
    };
    goes(&desk, "accept", 1, "&complexity=ordinary").await;
    let stale = desk.submits(&format!("{page}/dispatch"), "version=1&days=5&unit=").await;
    assert_eq!(stale.status, 422, "a unit is needed");
    goes(&desk, "dispatch", 2, &format!("&days=5&unit={}", street.power_unit)).await;
    let old = desk.submits(&format!("{page}/dispatch"), &format!("version=2&days=5&unit={}", street.power_unit)).await;
    assert!(old.status == 412 && old.text.contains("刚有新的进展"), "{}", old.status);
    goes(&unit, "sign", 3, "").await;
    goes(&unit, "reply", 4, "&outcome=solved&text=%E5%B7%B2%E9%80%81%E7%94%B5").await;
    let shown = liaison.get(&page).await.text;
    assert!(shown.contains("已送电") && shown.contains("对办理结果满意吗") && !shown.contains("签收</button>"));
    goes(&liaison, "confirm", 5, "&rating=satisfied&text=").await;
    let shown = liaison.get(&page).await.text;
    assert!(shown.contains("已办结") && shown.contains("确认：满意") && shown.contains("按时"));
    assert!(!shown.contains("<textarea"), "nothing is left to do");
}

#[tokio::test]
async fn an_administrator_sees_no_business_and_a_neighbour_finds_no_page() {
    let street = Street::new().await;
    let liaison = street.browser("qiye").await;
    let form = format!("client={}&category=0301&title=%E7%94%A8%E7%94%B5&text=%E5%A2%9E%E5%AE%B9", street.client);
    let page = liaison.submits("/demands", &form).await.place();
    street.town.opens_account("xitong", Role::SystemAdmin).await;
    let admin = street.browser("xitong").await;
    let home = admin.get("/").await.text;
    assert!(home.contains("管理账号不接触业务数据") && !home.contains("href=\"/demands\""));
    assert_eq!(admin.get("/demands").await.status, 404);
    let tax = street.browser("shuiwu").await;
    assert_eq!(tax.get(&page).await.status, 404);
    assert_eq!(tax.submits(&format!("{page}/accept"), "version=1").await.status, 404);
}

#[tokio::test]
async fn a_client_with_an_open_demand_of_the_same_kind_is_asked_whether_it_is_another_matter() {
    let street = Street::new().await;
    street.desk.makes("/api/v1/enterprises", crate::town::enterprise("寿光恒信机械有限公司", 2)).await;
    let desk = street.browser("fuwutai").await;
    let form =
        "client_text=%E7%BB%BF%E6%BA%90&category=0301&channel=hotline&title=%E7%94%A8%E7%94%B5&text=%E5%A2%9E%E5%AE%B9";
    let first = desk.submits("/demands", form).await;
    assert_eq!(first.status, 303, "the client is found by a part of its name: {}", first.text);
    let again = desk.submits("/demands", form).await;
    assert_eq!(again.status, 422);
    for shown in
        ["同类诉求正在办理", &first.place(), "仍要提交", "value=\"用电\"", "增容</textarea>", "寿光绿源蔬菜有限公司"]
    {
        assert!(again.text.contains(shown), "{shown}");
    }
    assert_eq!(desk.submits("/demands", &format!("{form}&again=true")).await.status, 303);
    let nobody = desk.submits("/demands", "client_text=%E6%B5%B7&category=0301&title=a&text=b").await;
    assert!(nobody.status == 422 && nobody.text.contains("没有找到“海”"));
    let liaison = street.browser("qiye").await.get("/demands/new").await.text;
    assert!(liaison.contains("为“寿光绿源蔬菜有限公司”提交") && liaison.contains("<optgroup label=\"用电用水用气\">"));
}

#[tokio::test]
async fn whoever_acts_on_what_has_moved_on_reads_what_the_other_did_and_loses_no_word() {
    let street = Street::new().await;
    let demand = street.replied().await;
    let page = format!("/demands/{demand}");
    let liaison = street.browser("qiye").await;
    street.goes(&street.liaison, &demand, "confirm", serde_json::json!({ "rating": "fairly" })).await;
    let late = liaison.submits(&format!("{page}/reopen"), "version=5&text=%E8%BF%98%E6%B2%A1%E9%80%81%E7%94%B5").await;
    assert_eq!(late.status, 412);
    for shown in ["企业（qiye）已“确认”", "现在是“已办结”", "还没送电", "要求重办"] {
        assert!(late.text.contains(shown), "{shown}");
    }
}

#[tokio::test]
async fn a_desk_chooses_a_unit_that_usually_has_such_demands_or_finds_another_by_name() {
    let street = Street::new().await;
    street.replied().await;
    let demand = street.raised().await;
    let page = format!("/demands/{demand}");
    let desk = street.browser("fuwutai").await;
    desk.submits(&format!("{page}/accept"), "version=1&complexity=ordinary").await;
    let shown = desk.get(&page).await.text;
    assert!(shown.contains("建议的主办单位") && shown.contains(&street.power_unit) && shown.contains("个工作日"));
    let unknown = desk.submits(&format!("{page}/dispatch"), "version=2&days=5&unit_text=%E6%B0%B4%E5%8A%A1").await;
    assert!(unknown.status == 422 && unknown.text.contains("没有找到“水务”"));
    let done = desk.submits(&format!("{page}/dispatch"), "version=2&days=5&unit_text=%E7%A8%8E%E5%8A%A1").await;
    assert_eq!(done.status, 303, "{}", done.text);
    assert_eq!(street.shown(&street.desk, &demand).await["lead_unit_name"], "寿光市税务局");
    let third = street.raised().await;
    desk.submits(&format!("/demands/{third}/accept"), "version=1&complexity=ordinary").await;
    let usual = format!("version=2&days=5&suggested={}", street.power_unit);
    assert_eq!(desk.submits(&format!("/demands/{third}/dispatch"), &usual).await.status, 303);
}

#[tokio::test]
async fn those_who_serve_read_whom_to_call_and_others_what_is_theirs() {
    let street = Street::new().await;
    let liaisons = format!("/api/v1/enterprises/{}/liaisons", street.client);
    street
        .desk
        .makes(&liaisons, serde_json::json!({ "name": "王敏", "position": "办公室主任", "phone": "13805361234" }))
        .await;
    let other = street.raised().await;
    let demand = street.replied().await;
    street.town.opens_account("lingdao", Role::Leader).await;
    for (login, asks, masked, related) in [
        ("fuwutai", true, true, true),
        ("gongdian", true, true, false),
        ("lingdao", false, true, true),
        ("qiye", false, false, true),
    ] {
        let page = street.browser(login).await.get(&format!("/demands/{demand}")).await.text;
        assert!(!page.contains("13805361234"), "{login}");
        assert_eq!(page.contains("/look?field=phone"), asks, "{login}");
        assert_eq!(page.contains("138****1234"), masked, "{login}");
        assert_eq!(page.contains(&format!("/demands/{other}\"")), related, "{login}");
    }
}
