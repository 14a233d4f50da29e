//! What speaks of retaliation or of a tie: the audit side finds it, and nobody else learns that there is any.

use crate::bars::Served;
use crate::contacts::visit;
use crate::town::{PASSWORD, Person, Town, monday};
use chrono::Duration;
use kernel::id::{ClientId, UnitId};
use kernel::{AreaPath, Reach, Role};
use serde_json::{Value, json};

async fn comes(who: &Person, served: &Served, unit: &str, day: &str) -> String {
    let new =
        json!({ "client": served.street.client, "unit": unit, "kind": "inspection", "day": day, "title": "年度检查" });
    who.makes("/api/v1/entries", new).await
}

async fn seen(audit: &Person, month: &str) -> Value {
    let answer = audit.get(&format!("/api/v1/signals?month={month}")).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    answer.json()
}

fn complaints(signals: &Value) -> Vec<(String, String)> {
    let text = |one: &Value, key: &str| one[key].as_str().unwrap().to_owned();
    let returns = signals["returns"].as_array().unwrap();
    returns.iter().map(|one| (text(one, "unit_name"), text(one, "complaint"))).collect()
}

/// The audit administrator, who signs in anew when days have passed.
async fn audit(town: &Town) -> Person {
    town.opens_account("shenji", Role::AuditAdmin).await;
    town.stranger().signs_in("shenji", PASSWORD).await
}

#[tokio::test]
async fn a_unit_that_comes_after_a_bad_word_about_it_is_shown_and_one_that_came_before_or_was_invited_is_not() {
    let served = Served::new().await;
    let street = &served.street;
    let audit = audit(&street.town).await;
    comes(&street.power, &served, &street.power_unit, "2026-12-01").await;
    let demand = street.replied().await;
    let bad = json!({ "rating": "dissatisfied", "comment": "一直没有人来" });
    street.goes(&street.liaison, &demand, "confirm", bad).await;
    street.town.app.clock().set(monday() + Duration::hours(1));
    comes(&street.tax, &served, &street.tax_unit, "2026-12-02").await;
    let invited = json!({ "client": street.client, "kind": "onsite", "day": "2026-12-02" });
    street.liaison.makes("/api/v1/contacts", invited).await;
    assert_eq!(complaints(&seen(&audit, "2026-12").await), []);
    comes(&street.power, &served, &street.power_unit, "2026-12-03").await;
    let found = seen(&audit, "2026-12").await;
    assert_eq!(complaints(&found), [("寿光市供电公司".to_owned(), "rating".to_owned())], "{found}");
    served.commissioner.makes("/api/v1/contacts", visit(&street.client, "2026-12-03")).await;
    assert_eq!(seen(&audit, "2026-12").await["returns"].as_array().unwrap().len(), 2, "a visit is a coming too");
    assert_eq!(complaints(&seen(&audit, "2026-11").await), [], "by the month in which they come");
    let page =
        Person::opens_a_browser(street.town.router.clone(), "shenji").await.get("/signals?month=2026-12").await.text;
    assert!(page.contains("寿光绿源蔬菜有限公司") && page.contains("评价不满意") && page.contains("当天"), "{page}");
    assert!(!page.contains("增容") && !page.contains("一直没有人来"), "the matter is nobody's here: {page}");
    street.town.app.clock().set(monday() + Duration::days(62));
    let power = street.town.stranger().signs_in("gongdian", PASSWORD).await;
    comes(&power, &served, &street.power_unit, "2027-01-25").await;
    let audit = street.town.stranger().signs_in("shenji", PASSWORD).await;
    assert_eq!(complaints(&seen(&audit, "2027-01").await), [], "two months later it is no sign any more");
}

#[tokio::test]
async fn an_objection_that_was_overruled_and_a_demand_that_was_reopened_are_complaints_too() {
    let served = Served::new().await;
    let street = &served.street;
    let audit = audit(&street.town).await;
    let demand = street.raised().await;
    street.goes(&street.desk, &demand, "accept", json!({})).await;
    street.goes(&street.desk, &demand, "dispatch", json!({ "unit": street.tax_unit, "days": 5 })).await;
    let object = json!({ "ground": "not_duty", "text": "不属于本单位职责" });
    street.goes(&street.tax, &demand, "object", object).await;
    let rule = json!({ "unit": street.tax_unit, "granted": false, "text": "三定方案有规定" });
    street.goes(&street.desk, &demand, "rule", rule).await;
    let other = street.replied().await;
    street.goes(&street.liaison, &other, "reopen", json!({ "text": "还没有解决" })).await;
    street.town.app.clock().set(monday() + Duration::hours(1));
    comes(&street.tax, &served, &street.tax_unit, "2026-12-03").await;
    comes(&street.power, &served, &street.power_unit, "2026-12-02").await;
    let found = complaints(&seen(&audit, "2026-12").await);
    let wanted = [("寿光市税务局", "ruling"), ("寿光市供电公司", "reopen")];
    assert_eq!(found, wanted.map(|(unit, complaint)| (unit.to_owned(), complaint.to_owned())));
}

#[tokio::test]
async fn a_commissioner_who_stood_back_or_bears_a_liaisons_name_is_shown() {
    let served = Served::new().await;
    let street = &served.street;
    let audit = audit(&street.town).await;
    assert_eq!(seen(&audit, "").await["ties"], json!([]));
    let namesake = json!({ "name": "李明", "position": "副总经理", "phone": "13805361234" });
    street.desk.makes(&format!("/api/v1/enterprises/{}/liaisons", street.client), namesake).await;
    let recusal = json!({ "kind": "recusal", "client": street.client, "official": served.li, "ground": "family",
        "note": "配偶任职", "from": "2026-11-23" });
    street.desk.makes("/api/v1/pairing-bars", recusal).await;
    let ties = seen(&audit, "").await["ties"].clone();
    let kinds: Vec<&Value> = ties.as_array().unwrap().iter().map(|tie| &tie["tie"]).collect();
    assert_eq!(kinds, [&json!("namesake"), &json!("recused")], "{ties}");
    assert!(!ties.to_string().contains("配偶"), "the particulars are for who pairs: {ties}");
}

#[tokio::test]
async fn no_other_role_learns_of_a_signal_from_any_page_count_or_notice() {
    let served = Served::new().await;
    let street = &served.street;
    let shenji = audit(&street.town).await;
    let demand = street.replied().await;
    street.goes(&street.liaison, &demand, "confirm", json!({ "rating": "dissatisfied" })).await;
    street.town.app.clock().set(monday() + Duration::hours(1));
    comes(&street.power, &served, &street.power_unit, "2026-12-03").await;
    street.town.hears().await;
    assert_eq!(seen(&shenji, "2026-12").await["returns"].as_array().unwrap().len(), 1);
    let client: ClientId = street.client.parse().unwrap();
    let unit: UnitId = street.power_unit.parse().unwrap();
    for role in Role::ALL.iter().copied().filter(|role| *role != Role::AuditAdmin) {
        let reach = match role {
            Role::Liaison | Role::Commissioner => Reach::Clients(vec![client]),
            Role::Handler | Role::UnitHead => Reach::Unit(unit),
            _ => Reach::Area(AreaPath("/3707/".into())),
        };
        let login = format!("someone-{}", role.code().replace('_', "-"));
        street.town.opens_account_for(&login, role, reach).await;
        let program = street.town.stranger().signs_in(&login, PASSWORD).await;
        assert_eq!(program.get("/api/v1/signals").await.status, 404, "{role}");
        let browser = Person::opens_a_browser(street.town.router.clone(), &login).await;
        assert_eq!(browser.get("/signals").await.status, 404, "{role}");
        for page in ["/", "/notices"] {
            let text = browser.get(page).await.text;
            assert!(!text.contains("/signals") && !text.contains("核查线索"), "{role} {page}: {text}");
        }
        let notices = program.get("/api/v1/notifications").await.text;
        assert!(!notices.contains("线索") && !notices.contains("signal"), "{role}: {notices}");
    }
    let elsewhere = street.town.signed_in_at("zhuchengshenji", Role::AuditAdmin, "/3707/370782/").await;
    assert_eq!(seen(&elsewhere, "2026-12").await["returns"], json!([]), "within one's own area alone");
    let heard = shenji.get("/api/v1/notifications").await.json();
    assert_eq!(heard["items"], json!([]), "nobody is told; who looks, finds");
}
