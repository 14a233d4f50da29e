//! A month of comings, to a client and of a unit; the ledger as a file; the calendar link for programs.

use crate::bars::Served;
use crate::contacts::{does, visit};
use crate::town::{Person, enterprise};
use kernel::Role;
use serde_json::{Value, json};

async fn surveys(served: &Served, day: &str, title: &str) -> String {
    let new = json!({ "client": served.street.client, "unit": served.street.tax_unit, "kind": "survey", "day": day, "title": title });
    served.street.tax.makes("/api/v1/entries", new).await
}

async fn status(who: &Person, path: &str) -> u16 {
    who.get(path).await.status
}

#[tokio::test]
async fn a_client_sees_who_comes_in_a_month_what_it_draws_and_who_might_come_together() {
    let served = Served::new().await;
    let (street, li) = (&served.street, &served.commissioner);
    surveys(&served, "2026-12-01", "税源调研").await;
    li.makes("/api/v1/contacts", visit(&street.client, "2026-12-01")).await;
    let gone = surveys(&served, "2026-12-03", "季度走访").await;
    let drop = street.tax.clone().with("if-match", "\"1\"");
    assert_eq!(drop.post(&format!("/api/v1/entries/{gone}/acts/drop"), json!({})).await.status, 204);
    li.makes("/api/v1/contacts", visit(&street.client, "2026-12-10")).await;
    let path = format!("/api/v1/clients/{}/month", street.client);
    let month = street.liaison.get(&format!("{path}?month=2026-12")).await.json();
    let draws: Vec<&Value> = month["comings"].as_array().unwrap().iter().map(|coming| &coming["draws"]).collect();
    assert_eq!(draws, [&json!("day"), &json!("shared"), &json!("none"), &json!("day")], "{month}");
    assert_eq!((&month["drawn"], &month["used"], &month["budget"]), (&json!(2), &json!(2), &json!(3)));
    let joint = month["joint"].as_array().unwrap();
    assert_eq!((joint.len(), &joint[0]["first_unit"]), (1, &json!("寿光市税务局")), "{month}");
    assert_eq!(street.liaison.get(&path).await.json()["month"], json!("2026-11"), "this month unless said");
    let wrong = street.liaison.get(&format!("{path}?month=December")).await;
    assert!(wrong.status == 422 && wrong.text.contains("2026-11 这样"), "{}", wrong.text);
    let liaison = street.browser("qiye").await;
    let page = liaison.get(&format!("/clients/{}/month?month=2026-12", street.client)).await.text;
    for told in ["2026年12月", "?month=2026-11", "?month=2027-01", "税源调研", "相隔 9 天", "与同日合并", "data-print"]
    {
        assert!(page.contains(told), "{told}: {page}");
    }
    let empty = liaison.get(&format!("/clients/{}/month?month=2027-03", street.client)).await.text;
    assert!(empty.contains("这个月没有入企安排"), "{empty}");
    for who in [li, &street.desk] {
        assert_eq!(status(who, &path).await, 200);
    }
    let next_door = street.town.signed_in_at("zhucheng", Role::AreaDesk, "/3707/370782/").await;
    for who in [&next_door, &street.tax, &street.power] {
        assert_eq!(status(who, &path).await, 404);
    }
}

#[tokio::test]
async fn a_unit_sees_where_it_goes_and_with_whom_it_might_go_but_not_what_others_come_for() {
    let served = Served::new().await;
    let (street, li) = (&served.street, &served.commissioner);
    surveys(&served, "2026-12-01", "税源调研").await;
    li.makes("/api/v1/contacts", visit(&street.client, "2026-12-08")).await;
    let clue = json!({ "client": street.client, "unit": street.power_unit, "kind": "inspection", "ground": "clue",
        "day": "2026-12-02", "title": "窃电举报核查" });
    street.power.makes("/api/v1/entries", clue).await;
    let salt = street.desk.makes("/api/v1/enterprises", enterprise("寿光海韵盐业有限公司", 7)).await;
    let other =
        json!({ "client": salt, "unit": street.power_unit, "kind": "survey", "day": "2026-12-01", "title": "用电" });
    street.power.makes("/api/v1/entries", other).await;
    let path = format!("/api/v1/units/{}/month", street.tax_unit);
    let month = street.tax.get(&format!("{path}?month=2026-12")).await;
    let goings = month.json()["goings"].clone();
    assert_eq!(goings.as_array().unwrap().len(), 1, "{goings}");
    let others = goings[0]["others"].as_array().unwrap();
    let (unit, day) = (&others[0]["unit_name"], &others[0]["day"]);
    assert_eq!((others.len(), unit, day), (1, &json!("寿光市供电公司"), &json!("2026-12-08")), "{goings}");
    assert!(!month.text.contains("技改") && !month.text.contains("窃电"), "{}", month.text);
    let tax = street.browser("shuiwu").await;
    let own = tax.get("/entries/month").await;
    assert_eq!((own.status, own.place()), (303, format!("/units/{}/month", street.tax_unit)));
    let page = tax.get(&format!("/units/{}/month?month=2026-12", street.tax_unit)).await.text;
    assert!(page.contains("可以同一天去") && page.contains("寿光市供电公司（走访）"), "{page}");
    assert!(!page.contains("技改") && !page.contains("窃电"), "{page}");
    assert_eq!(status(&street.desk, &path).await, 200);
    let next_door = street.town.signed_in_at("zhucheng", Role::AreaDesk, "/3707/370782/").await;
    for who in [&next_door, &street.power, li, &street.liaison] {
        assert_eq!(status(who, &path).await, 404);
        let file = path.replace("/api/v1", "").replace("/month", "/ledger.csv");
        assert_eq!(status(who, &file).await, 404);
    }
    let desk = street.browser("fuwutai").await;
    let asked = desk.get("/entries/month").await.text;
    assert!(asked.contains("看哪个单位"), "{asked}");
    let chosen = desk.get(&format!("/entries/month?unit={}", street.tax_unit)).await;
    assert_eq!(chosen.place(), format!("/units/{}/month", street.tax_unit));
    let stranger = street.browser("zhucheng").await.get(&format!("/entries/month?unit={}", street.tax_unit)).await;
    assert!(stranger.text.contains("不在您的管理范围内"), "{}", stranger.text);
}

#[tokio::test]
async fn an_enterprise_and_a_unit_take_their_ledger_away_as_a_file_that_excel_opens_and_nothing_in_it_acts() {
    let served = Served::new().await;
    let (street, li) = (&served.street, &served.commissioner);
    surveys(&served, "2026-12-01", "=HYPERLINK(\"http://x\",1)").await;
    surveys(&served, "2026-12-02", "税源调研，\"重点\"企业").await;
    let asked = li.makes("/api/v1/contacts", visit(&street.client, "2026-11-26")).await;
    assert_eq!(does(&street.liaison, &asked, "agree", json!({})).await.status, 200);
    let liaison = street.browser("qiye").await;
    let page = liaison.get(&format!("/clients/{}/ledger", street.client)).await.text;
    assert!(page.contains(&format!("href=\"/clients/{}/ledger.csv\" download", street.client)), "{page}");
    let file = liaison.get(&format!("/clients/{}/ledger.csv", street.client)).await;
    assert!(file.bytes.starts_with("\u{feff}日期,企业（项目）,单位".as_bytes()), "{}", file.text);
    assert_eq!(file.headers["content-type"], "text/csv; charset=utf-8");
    assert!(file.headers["content-disposition"].to_str().unwrap().starts_with("attachment"));
    let lines: Vec<&str> = file.text.split("\r\n").collect();
    assert!(lines[1].contains(",\"税源调研，\"\"重点\"\"企业\","), "{}", lines[1]);
    assert!(lines[2].contains(",\"'=HYPERLINK(\"\"http://x\"\",1)\","), "{}", lines[2]);
    assert!(lines[3].contains("了解技改项目进展") && lines[3].contains("qiye"), "{}", lines[3]);
    assert_eq!(lines[4], "共 3 条");
    let own = street.browser("shuiwu").await.get(&format!("/units/{}/ledger.csv", street.tax_unit)).await;
    assert!(own.text.contains("共 2 条") && !own.text.contains("技改"), "{}", own.text);
    for who in ["shuiwu", "gongdian"] {
        assert_eq!(street.browser(who).await.get(&format!("/clients/{}/ledger.csv", street.client)).await.status, 404);
    }
}

#[tokio::test]
async fn an_app_makes_a_calendar_link_sees_that_there_is_one_and_ends_it() {
    let served = Served::new().await;
    let (street, li) = (&served.street, &served.commissioner);
    let path = "/api/v1/account/calendar-link";
    assert!(li.get(path).await.json()["made_at"].is_null());
    let made = li.post(path, json!({})).await;
    assert_eq!(made.status, 201, "{}", made.text);
    let url = made.json()["url"].as_str().unwrap().to_owned();
    let feed = url.strip_prefix("http://qiye.example").unwrap().to_owned();
    assert!(street.town.stranger().get(&feed).await.text.starts_with("BEGIN:VCALENDAR"));
    let seen = li.get(path).await;
    assert!(!seen.json()["made_at"].is_null() && !seen.text.contains("calendar/"), "told once: {}", seen.text);
    let again = li.post(path, json!({})).await.json()["url"].as_str().unwrap().to_owned();
    assert!(again != url && status(&street.town.stranger(), &feed).await == 404);
    assert_eq!(li.post(&format!("{path}/acts/revoke"), json!({})).await.status, 204);
    assert!(li.get(path).await.json()["made_at"].is_null());
    for who in [&street.liaison, &street.tax, &street.desk] {
        assert_eq!(status(who, path).await, 404);
    }
}
