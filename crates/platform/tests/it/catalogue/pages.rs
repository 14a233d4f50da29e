//! The pages of what a desk works by, as a browser shows them.

use super::{county_group, duty, group, ruling, text};
use crate::demands::Street;
use crate::town::Person;
use serde_json::json;

fn encoded(pairs: &[(&str, &str)]) -> String {
    let encode = |text: &str| text.bytes().map(|byte| format!("%{byte:02X}")).collect::<String>();
    pairs.iter().map(|(name, value)| format!("{name}={}", encode(value))).collect::<Vec<_>>().join("&")
}

#[tokio::test]
async fn a_line_is_entered_in_a_browser_once_what_it_comes_to_was_shown() {
    let street = Street::new().await;
    street.raised().await;
    let browser = street.browser("zonghe").await;
    let form = browser.get("/duties/new?category=03&area=370783").await;
    assert!(form.status == 200 && form.text.contains("不得下交镇街"), "{}", form.text);
    let mut fields = vec![
        ("category", "03"),
        ("area", "370783"),
        ("unit", ""),
        ("unit_text", "供电"),
        ("reserved", "true"),
        ("basis", " "),
        ("from", "2026-11-23"),
        ("step", "check"),
    ];
    let refused = browser.submits("/duties", &encoded(&fields)).await;
    assert!(refused.status == 422 && refused.text.contains("请填写依据文号"), "{}", refused.text);
    assert!(refused.text.contains("寿光市供电公司"), "what was typed is settled and kept");
    fields[5].1 = "寿编〔2024〕6号";
    let checked = browser.submits("/duties", &encoded(&fields)).await;
    assert!(checked.status == 200 && checked.text.contains("<strong>1 件</strong>会有变化"), "{}", checked.text);
    assert!(checked.text.contains("新车间用电增容") && checked.text.contains("确定录入"), "{}", checked.text);
    assert!(browser.get("/duties").await.text.contains("没有符合条件的职责"), "checking changes nothing");
    fields[7].1 = "take";
    let taken = browser.submits("/duties", &encoded(&fields)).await;
    assert_eq!(taken.status, 303, "{}", taken.text);
    let shown = browser.get(&taken.place()).await.text;
    assert!(shown.contains("寿编〔2024〕6号") && shown.contains("同一事项先后的规定"), "{shown}");
    let list = browser.get("/duties?category=0301&area=370783001").await.text;
    assert!(!list.contains("没有符合条件的职责"), "what a child inherits is listed: {list}");
    assert!(list.contains("这类诉求应交给谁") && list.contains("职责清单：寿光市 · 用电用水用气"), "{list}");
}

#[tokio::test]
async fn who_only_reads_finds_no_button_and_who_has_no_business_here_no_page() {
    let street = Street::new().await;
    let line = county_group(&street).await.makes("/api/v1/duties", duty(&street.power_unit)).await;
    let demand = street.raised().await;
    ruling(&street, &demand, &street.power_unit, "公用变压器由供电公司增容。").await.unwrap();
    let precedent = text(&street.desk.get("/api/v1/precedents").await.json()["items"][0]["id"]);
    let (desk, liaison) = (street.browser("fuwutai").await, street.browser("qiye").await);
    for path in
        ["/duties".to_owned(), format!("/duties/{line}"), format!("/precedents/{precedent}"), "/categories".into()]
    {
        let page = desk.get(&path).await;
        assert_eq!(page.status, 200, "{path}: {}", page.text);
        for button in ["录入职责", "/change\"", "停用这个判例", "增加类别"] {
            assert!(!page.text.contains(button), "{path}: {button}");
        }
    }
    for path in ["/duties", "/precedents", "/limits", "/categories", "/phrases", "/limits/1"] {
        assert_eq!(liaison.get(path).await.status, 404, "{path}");
    }
    for path in
        ["/duties/new".to_owned(), format!("/duties/{line}/change"), "/limits/edit".into(), "/categories/new".into()]
    {
        assert_eq!(desk.get(&path).await.status, 404, "{path}");
    }
    street.town.signed_in_at("zhuchengzu", kernel::Role::Coordination, "/3707/370782/").await;
    let neighbour = street.browser("zhuchengzu").await;
    for path in [
        format!("/duties/{line}/change"),
        format!("/duties/{line}/end"),
        "/limits/edit".into(),
        "/categories/03".into(),
    ] {
        assert_eq!(neighbour.get(&path).await.status, 404, "{path}");
    }
    let shown = neighbour.get(&format!("/precedents/{precedent}")).await.text;
    assert!(!shown.contains("370783-20261123-001") && !shown.contains("停用这个判例"), "{shown}");
}

#[tokio::test]
async fn a_line_is_adjusted_and_ended_with_a_reason() {
    let street = Street::new().await;
    let line = group(&street).await.makes("/api/v1/duties", duty(&street.power_unit)).await;
    let browser = street.browser("zonghe").await;
    let form = browser.get(&format!("/duties/{line}/change")).await.text;
    assert!(form.contains("寿光市供电公司（寿编〔2024〕6号，不得下交镇街）"), "{form}");
    let change = |unit: &str, step: &str| {
        encoded(&[
            ("version", "1"),
            ("unit_text", unit),
            ("reserved", "true"),
            ("basis", "寿编〔2026〕2号"),
            ("from", "2026-12-01"),
            ("reason", "机构改革"),
            ("step", step),
        ])
    };
    let path = format!("/duties/{line}/change");
    assert_eq!(browser.submits(&path, &change("税务", "check")).await.status, 200);
    let taken = browser.submits(&path, &change("税务", "take")).await;
    assert_eq!(taken.status, 303, "{}", taken.text);
    let next = taken.place();
    let shown = browser.get(&next).await.text;
    assert!(shown.contains("寿光市税务局（将启用）") && shown.contains("停用：机构改革"), "{shown}");
    let again = browser.submits(&path, &change("税务", "take")).await;
    assert_eq!(again.status, 412, "{}", again.text);
    let end = encoded(&[("version", "1"), ("last_day", "2026-12-31"), ("reason", "另行规定"), ("step", "take")]);
    assert_eq!(browser.submits(&format!("{next}/end"), &end).await.status, 303);
}

#[tokio::test]
async fn the_next_limits_are_drafted_in_a_browser_tried_and_adopted() {
    let street = Street::new().await;
    street.raised().await;
    let browser = street.browser("zonghe").await;
    let form = browser.get("/limits/edit").await.text;
    assert!(form.contains("value=\"2026-11-24\"") && form.contains("rows.1.solve_days"), "{form}");
    let first = [("rows.0.contact_minutes", "120"), ("rows.0.opinion_days", "1"), ("rows.0.solve_days", "15")];
    let first = first.into_iter().chain([("rows.0.complex_days", "30"), ("rows.0.confirm_days", "5")]);
    let send = |days: &'static str, step: &'static str| {
        let third = [("rows.2.category", "03"), ("rows.2.contact_minutes", "120"), ("rows.2.opinion_days", "1")];
        let third = third.into_iter().chain([("rows.2.solve_days", days), ("rows.2.complex_days", "30")]);
        let rest =
            [("rows.2.confirm_days", "5"), ("base", "1"), ("from", "2026-12-01"), ("reason", "提速"), ("step", step)];
        encoded(&first.clone().chain(third).chain(rest).collect::<Vec<_>>())
    };
    let wrong = browser.submits("/limits/edit", &send("十天", "check")).await;
    assert!(wrong.status == 422 && wrong.text.contains("请填写数字"), "{}", wrong.text);
    let wrong = browser.submits("/limits/edit", &send("99", "check")).await;
    assert!(wrong.status == 422 && wrong.text.contains("error-rows.2.solve_days"), "{}", wrong.text);
    let checked = browser.submits("/limits/edit", &send("10", "check")).await;
    assert!(checked.status == 200 && checked.text.contains("启用新一版"), "{}", checked.text);
    assert!(checked.text.contains("尚未交办：办结 15 个工作日"), "{}", checked.text);
    let adopted = browser.submits("/limits/edit", &send("10", "adopt")).await;
    assert_eq!((adopted.status, adopted.place().as_str()), (303, "/limits"), "{}", adopted.text);
    let page = browser.get("/limits").await.text;
    assert!(page.contains("2026年12月1日起提交的诉求按它办理") && page.contains("第 1 版，现行"), "{page}");
    let next = browser.get("/limits/2").await.text;
    assert!(next.contains("用电用水用气") && next.contains("与上一版相比"), "{next}");
}

#[tokio::test]
async fn a_ruling_is_taken_out_of_use_and_a_category_renamed_and_closed() {
    let street = Street::new().await;
    let demand = street.raised().await;
    ruling(&street, &demand, &street.power_unit, "公用变压器由供电公司增容。").await.unwrap();
    let browser = street.browser("zonghe").await;
    let id = text(&street.desk.get("/api/v1/precedents").await.json()["items"][0]["id"]);
    let silent = browser.submits(&format!("/precedents/{id}/withdraw"), "version=1&reason=").await;
    assert!(silent.status == 422 && silent.text.contains("请填写停用的原因"), "{}", silent.text);
    let done = browser
        .submits(&format!("/precedents/{id}/withdraw"), &encoded(&[("version", "1"), ("reason", "已改革")]))
        .await;
    assert_eq!(done.status, 303, "{}", done.text);
    assert!(browser.get(&format!("/precedents/{id}")).await.text.contains("不再作为交办依据：已改革"));
    let act =
        |name: &str, act: &str| encoded(&[("version", "1"), ("name", name), ("reason", "按国家目录"), ("act", act)]);
    assert_eq!(browser.submits("/categories/0301", &act("用电报装", "rename")).await.status, 303);
    let stale = browser.submits("/categories/0301", &act("用电", "close")).await;
    assert_eq!(stale.status, 412, "{}", stale.text);
    let refused = browser.submits("/categories/03", &act("", "close")).await;
    assert!(refused.status == 409 && refused.text.contains("还有 1 个在用的小类"), "{}", refused.text);
    let made =
        browser.submits("/categories", &encoded(&[("parent", "03"), ("name", "充电桩"), ("reason", "新增")])).await;
    assert_eq!(made.status, 303, "{}", made.text);
    let page = browser.get("/categories").await.text;
    assert!(page.contains("用电报装") && page.contains("充电桩"), "{page}");
}

#[tokio::test]
async fn a_handler_keeps_changes_and_removes_words_in_a_browser() {
    let street = Street::new().await;
    let browser: Person = street.browser("gongdian").await;
    assert!(browser.get("/phrases").await.text.contains("还没有常用语"));
    let form = browser.get("/phrases/new").await.text;
    assert!(form.contains("寿光市供电公司共用") && form.contains("{企业}"), "{form}");
    let owner = format!("unit:{}", street.power_unit);
    let words =
        |owner: &str, body: &str| encoded(&[("owner", owner), ("act", "reply"), ("title", "已送电"), ("body", body)]);
    let refused = browser.submits("/phrases", &words(&owner, "{电话}")).await;
    assert!(refused.status == 422 && refused.text.contains("没有“{电话}”这个空格"), "{}", refused.text);
    let others = browser.submits("/phrases", &words(&format!("unit:{}", street.tax_unit), "您好")).await;
    assert!(others.status == 422 && others.text.contains("只能为自己的单位"), "{}", others.text);
    assert_eq!(browser.submits("/phrases", &words(&owner, "{企业}：已送电。")).await.status, 303);
    let list = browser.get("/phrases").await.text;
    assert!(list.contains("寿光市供电公司共用") && list.contains("{企业}：已送电。"), "{list}");
    let id = list.split("href=\"/phrases/").nth(2).unwrap().split('"').next().unwrap().to_owned();
    let change = encoded(&[("version", "1"), ("act", "reply"), ("title", "送电完成"), ("body", "已送电。")]);
    assert_eq!(browser.submits(&format!("/phrases/{id}"), &change).await.status, 303);
    assert_eq!(street.browser("shuiwu").await.get(&format!("/phrases/{id}")).await.status, 404);
    let removed = browser.submits(&format!("/phrases/{id}/remove"), "version=2").await;
    assert_eq!(removed.status, 303, "{}", removed.text);
    assert!(browser.get("/phrases").await.text.contains("还没有常用语"));
    assert_eq!(street.browser("zonghe").await.get("/phrases").await.status, 404);
}

#[tokio::test]
async fn the_words_stand_beside_the_field_filled_from_the_demand() {
    let street = Street::new().await;
    let words = json!({ "act": "reject", "title": "已进入诉讼", "body": "{企业}：事项（{编号}）已进入诉讼。{单位}", "area": "370783" });
    street.desk.makes("/api/v1/phrases", words).await;
    let demand = street.raised().await;
    let page = street.browser("fuwutai").await.get(&format!("/demands/{demand}/reject")).await;
    assert_eq!(page.status, 200, "{}", page.text);
    let filled = "寿光绿源蔬菜有限公司：事项（370783-20261123-001）已进入诉讼。企业服务台";
    assert!(page.text.contains(&format!("data-phrase=\"{filled}\" data-phrase-into=\"field-text\"")), "{}", page.text);
}
