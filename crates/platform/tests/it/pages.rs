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
