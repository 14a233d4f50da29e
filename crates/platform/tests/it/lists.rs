//! Lists of demands, filter by filter, and first pages: every number there opens a list of just as many.

use crate::demands::Street;
use crate::town::{PASSWORD, Person, enterprise};
use chrono::DateTime;
use kernel::id::{OfficialId, UnitId};
use kernel::{Instant, Reach, Role};
use serde_json::json;

fn at(text: &str) -> Instant {
    DateTime::parse_from_rfc3339(&format!("{text}:00+08:00")).unwrap().to_utc()
}

/// The titles of a list, in its order, page after page.
async fn titles(who: &Person, query: &str) -> Vec<String> {
    let (mut seen, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = who.get(&format!("/api/v1/demands?limit=2&{query}{cursor}")).await;
        assert_eq!(page.status, 200, "{query}: {}", page.text);
        let page = page.json();
        seen.extend(page["items"].as_array().unwrap().iter().map(|item| item["title"].as_str().unwrap().to_owned()));
        let Some(next) = page["next"].as_str() else { return seen };
        cursor = format!("&cursor={next}");
    }
}

/// A street with a week behind it: one demand in each state it can be in, some late, one in another town of the county.
struct Week {
    street: Street,
}

impl Week {
    async fn new() -> Self {
        let street = Street::new().await;
        let clock = street.town.app.clock().clone();
        let week = Self { street };
        let withdrawn = week.raises("已撤回的", "0301").await;
        week.street.goes(&week.street.liaison, &withdrawn, "withdraw", json!({ "text": "已自行解决。" })).await;
        let closed = week.raises("办结的", "0301").await;
        week.handled(&closed).await;
        week.street.goes(&week.street.liaison, &closed, "confirm", json!({ "rating": "satisfied" })).await;
        let handling = week.raises("办理中的", "03").await;
        week.dispatched(&handling, 2).await;
        week.street.goes(&week.street.power, &handling, "sign", json!({})).await;
        clock.set(at("2026-11-30T09:30"));
        let week = week.signs_in_again().await;
        let genuine = json!({ "granted": true, "text": "企业自愿撤回。" });
        week.street.goes(&week.street.desk, &withdrawn, "check-withdrawal", genuine).await;
        let replied = week.raises("待确认的", "0301").await;
        week.handled(&replied).await;
        let returned = week.raises("退回的", "0301").await;
        week.dispatched(&returned, 5).await;
        let object = json!({ "ground": "not_duty", "text": "不属于供电职责。" });
        week.street.goes(&week.street.power, &returned, "object", object).await;
        let rule = json!({ "unit": week.street.power_unit, "granted": true, "text": "确不属于其职责。" });
        week.street.goes(&week.street.desk, &returned, "rule", rule).await;
        let dispatched = week.raises("待签收的", "0301").await;
        week.dispatched(&dispatched, 5).await;
        clock.set(at("2026-11-30T10:00"));
        week.raises("新来的", "0301").await;
        week.elsewhere().await;
        week
    }

    async fn signs_in_again(mut self) -> Self {
        let again = async |login: &str| self.street.town.stranger().signs_in(login, PASSWORD).await;
        (self.street.liaison, self.street.desk) = (again("qiye").await, again("fuwutai").await);
        self.street.power = again("gongdian").await;
        self
    }

    async fn raises(&self, title: &str, category: &str) -> String {
        let mut wish = self.street.wish();
        (wish["title"], wish["category"]) = (json!(title), json!(category));
        self.street.liaison.makes("/api/v1/demands", wish).await
    }

    async fn dispatched(&self, demand: &str, days: u32) {
        self.street.goes(&self.street.desk, demand, "accept", json!({})).await;
        let unit = json!({ "unit": self.street.power_unit, "days": days });
        self.street.goes(&self.street.desk, demand, "dispatch", unit).await;
    }

    async fn handled(&self, demand: &str) {
        self.dispatched(demand, 5).await;
        self.street.goes(&self.street.power, demand, "sign", json!({})).await;
        let reply = json!({ "outcome": "solved", "text": "已送电。" });
        self.street.goes(&self.street.power, demand, "reply", reply).await;
    }

    /// A project of another town, for which the desk wrote down what came over the hotline.
    async fn elsewhere(&self) {
        let mut other = enterprise("寿光海盐化工有限公司", 7);
        other["area"] = json!("370783109");
        let client = self.street.desk.makes("/api/v1/enterprises", other).await;
        let wish = json!({ "client": client, "category": "03", "title": "热线来的", "text": "请协调。", "channel": "hotline" });
        self.street.desk.makes("/api/v1/demands", wish).await;
    }
}

#[tokio::test]
async fn a_desk_finds_demands_by_each_filter_alone_and_together() {
    let week = Week::new().await;
    let desk = &week.street.desk;
    let unit = &week.street.power_unit;
    for (query, found) in [
        ("state=closed", vec!["办结的"]),
        ("state=accepted", vec!["退回的"]),
        ("returned=true", vec!["退回的"]),
        ("open=false", vec!["办结的", "已撤回的"]),
        ("late=true", vec!["办理中的"]),
        ("card=red", vec!["办理中的"]),
        ("card=yellow", vec![]),
        ("channel=hotline", vec!["热线来的"]),
        ("rating=satisfied", vec!["办结的"]),
        ("area=370783109", vec!["热线来的"]),
        ("area=370783&category=03&state=raised", vec!["新来的", "热线来的"]),
        ("category=0301&state=raised", vec!["新来的"]),
        ("to=2026-11-29", vec!["办理中的", "办结的", "已撤回的"]),
        ("from=2026-11-30&channel=enterprise&state=replied", vec!["待确认的"]),
        ("ended_from=2026-11-23&ended_to=2026-11-23&state=closed", vec!["办结的"]),
        ("q=%E6%B5%B7%E7%9B%90", vec!["热线来的"]),
        ("q=370783-20261123-001", vec!["已撤回的"]),
    ] {
        let mut seen = titles(desk, query).await;
        let mut found = found;
        seen.sort();
        found.sort_unstable();
        assert_eq!(seen, found, "{query}");
    }
    let mut held = titles(desk, &format!("unit={unit}")).await;
    held.sort();
    assert_eq!(held, ["办理中的", "办结的", "待确认的", "待签收的"]);
    assert_eq!(titles(desk, &format!("unit={}", week.street.tax_unit)).await, Vec::<String>::new());
}

#[tokio::test]
async fn what_waits_comes_by_its_limit_and_what_is_asked_wrongly_is_refused() {
    let week = Week::new().await;
    let (desk, power) = (&week.street.desk, &week.street.power);
    assert_eq!(titles(power, "waiting=unit").await, ["办理中的", "待签收的"], "the one that is late first");
    let soonest = titles(desk, "sort=due_at").await;
    assert_eq!((soonest.len(), soonest[0].as_str(), soonest[5].as_str()), (6, "办理中的", "待确认的"));
    assert_eq!(titles(desk, "sort=-raised_at").await.len(), 8);
    for wrong in ["sort=title", "card=pink", "from=yesterday", "area=12", "rating=5", "late=perhaps"] {
        let answer = desk.get(&format!("/api/v1/demands?{wrong}")).await;
        assert!([400, 422].contains(&answer.status), "{wrong}: {}", answer.status);
    }
    let by_due = desk.get("/api/v1/demands?sort=due_at&limit=1").await.json()["next"].as_str().unwrap().to_owned();
    assert_eq!(desk.get(&format!("/api/v1/demands?cursor={by_due}&limit=1")).await.status, 200, "a moment is a moment");
    let unlike = desk.get("/api/v1/demands?state=replied&limit=1&sort=due_at&cursor=bm8").await;
    assert_eq!(unlike.status, 400);
}

#[tokio::test]
async fn no_filter_shows_a_neighbour_what_is_not_theirs() {
    let week = Week::new().await;
    let town = &week.street.town;
    let houzhen = town.signed_in_at("houzhen", Role::AreaDesk, "/3707/370783/370783109/").await;
    let zhucheng = town.signed_in_at("zhucheng", Role::AreaDesk, "/3707/370782/").await;
    let tax = town.stranger().signs_in("shuiwu", PASSWORD).await;
    for query in [
        "area=370783",
        "area=3707",
        "late=true",
        "returned=true",
        "q=370783-20261123-001",
        "open=true",
        "waiting=desk",
        "sort=due_at",
    ] {
        assert!(titles(&zhucheng, query).await.is_empty(), "{query}");
        assert!(titles(&tax, query).await.is_empty(), "{query}");
        assert!(titles(&houzhen, query).await.iter().all(|title| title == "热线来的"), "{query}");
    }
    assert_eq!(week.street.liaison.get("/api/v1/demands?area=370783").await.status, 422, "they choose no areas");
    let page = week.street.browser("fuwutai").await.get("/demands").await.text;
    assert!(page.contains("侯镇") && page.contains("圣城街道") && !page.contains("诸城市"));
}

/// The numbers of a first page with the lists that they open.
fn figures(page: &str) -> Vec<(String, usize)> {
    let stats = page.split("<a class=\"wqt-stat").skip(1);
    let figure = |text: &str| {
        let href = text.split("href=\"").nth(1)?.split('"').next()?.replace("&amp;", "&").replace("&#38;", "&");
        let value = text.split("wqt-stat-value\">").nth(1)?.split('<').next()?.parse().ok()?;
        Some((href, value))
    };
    stats.filter_map(figure).collect()
}

#[tokio::test]
async fn every_number_on_a_first_page_opens_a_list_of_just_as_many() {
    let week = Week::new().await;
    let town = &week.street.town;
    let unit = Reach::Unit(week.street.power_unit.parse::<UnitId>().unwrap());
    town.opens_account_for("juzhang", Role::UnitHead, unit).await;
    for (login, role) in [("lingdao", Role::Leader), ("duban", Role::Supervision), ("jiejue", Role::Solving)] {
        town.opens_account(login, role).await;
    }
    let group = town.stranger().signs_in("zonghe", PASSWORD).await;
    let new = json!({ "unit": week.street.power_unit, "name": "李明", "rank": "section_head", "title": "科长", "since": "2025-03-01" });
    let official = group.makes("/api/v1/officials", new).await;
    let pairing = json!({ "client": week.street.client, "official": official, "from": "2026-01-01" });
    week.street.desk.makes("/api/v1/pairings", pairing).await;
    let id = official.parse::<OfficialId>().unwrap();
    town.opens_account_of("zhuanyuan", Role::Commissioner, Reach::Clients(Vec::new()), Some(id)).await;
    town.hears().await;
    let mut not_nought = 0;
    for login in ["qiye", "zhuanyuan", "gongdian", "juzhang", "fuwutai", "zonghe", "lingdao", "duban", "jiejue"] {
        let (browser, program) = (week.street.browser(login).await, town.stranger().signs_in(login, PASSWORD).await);
        let found = figures(&browser.get("/").await.text);
        assert!(found.len() >= 2, "{login}");
        for (href, value) in found {
            if let Some(query) = href.strip_prefix("/contacts/due?") {
                let due = program.get(&format!("/api/v1/visit-rhythms?{query}")).await.json()["items"].clone();
                assert_eq!(due.as_array().unwrap().len(), value, "{login}: {href}");
                let list = browser.get(&href).await.text;
                assert_eq!(list.matches("<td data-label=\"到期\">").count(), value, "{login}: {href}, as a page");
                continue;
            }
            let query = href.split_once('?').unwrap().1;
            assert_eq!(titles(&program, query).await.len(), value, "{login}: {href}");
            let list = browser.get(&href).await.text;
            assert_eq!(list.matches("<td class=\"wqt-matter\">").count(), value, "{login}: {href}, as a page");
            not_nought += usize::from(value > 0);
        }
    }
    assert!(not_nought > 25, "{not_nought}");
}

#[tokio::test]
async fn each_role_finds_on_its_first_page_what_waits_for_it() {
    let week = Week::new().await;
    let unit = Reach::Unit(week.street.power_unit.parse::<UnitId>().unwrap());
    week.street.town.opens_account_for("juzhang", Role::UnitHead, unit).await;
    week.street.town.opens_account("lingdao", Role::Leader).await;
    for (login, shown, hidden) in [
        ("qiye", vec!["等您确认", "待确认的", "wqt-big", "企业服务台", "寿光市供电公司"], vec!["热线来的"]),
        ("gongdian", vec!["等您签收和答复", "红牌 · 已超时 3 个工作日", "办理中的"], vec!["新来的", "退回的"]),
        ("juzhang", vec!["本单位未办结的诉求", "待确认的"], vec!["新来的"]),
        ("fuwutai", vec!["等待受理和交办", "新来的", "退回的", "热线来的", "今天 12:00 到期"], vec!["办结的</a>"]),
        ("lingdao", vec!["上周新提交", "上周办结", "最近提交", "办理中的"], vec!["提交诉求</a>"]),
    ] {
        let page = week.street.browser(login).await.get("/").await.text;
        for text in shown {
            assert!(page.contains(text), "{login} sees {text}");
        }
        for text in hidden {
            assert!(!page.contains(text), "{login} does not see {text}");
        }
    }
}

#[tokio::test]
async fn a_late_demand_says_how_late_and_one_that_is_due_says_when() {
    let week = Week::new().await;
    let desk = week.street.browser("fuwutai").await;
    let list = desk.get("/demands").await.text;
    assert!(list.contains("红牌 · 已超时 3 个工作日") && list.contains("等企业确认"), "{list}");
    week.street.town.app.clock().set(at("2026-12-04T10:00"));
    let desk = week.street.browser("fuwutai").await;
    let list = desk.get("/demands?card=yellow").await.text;
    assert!(list.contains("黄牌 · 12月7日 17:00 到期") && list.contains("待签收的"), "{list}");
    let late = desk.get("/demands?card=late").await.text;
    assert!(late.contains("已超时") && !late.contains("黄牌 ·"), "the same field asks for both");
}

#[tokio::test]
async fn a_unit_searched_for_in_the_filter_is_found_by_a_part_of_its_name() {
    let week = Week::new().await;
    let desk = week.street.browser("fuwutai").await;
    let list = desk.get("/demands?unit_text=%E4%BE%9B%E7%94%B5").await.text;
    assert!(list.contains("办理中的") && !list.contains("新来的"));
    let list = desk.get("/demands?unit_text=%E6%B2%A1%E6%9C%89").await.text;
    assert!(list.contains("没有找到“没有”"), "said at the field");
    let liaison = week.street.browser("qiye").await.get("/demands").await.text;
    assert!(!liaison.contains("/pick/units"), "a liaison has nothing to choose from");
}
