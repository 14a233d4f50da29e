//! The silence radar: who is called because nothing was heard, by whom, what comes of it, and who learns of that.

use crate::bars::{Served, read_as};
use crate::town::{PASSWORD, Person, enterprise, monday};
use chrono::Duration;
use kernel::Role;
use platform::contacts::silence::{Kept, keep_time};
use serde_json::{Value, json};

/// The street, with silent clients beside it: one that nobody looks after, one that is in need, one that wants to be left alone.
struct Quiet {
    served: Served,
    salt: String,
    alone: String,
}

impl Quiet {
    async fn new() -> Self {
        let served = Served::new().await;
        let (salt, alone) = (served.other_client(2).await, served.other_client(3).await);
        let heard = served.other_client(4).await;
        let desk = &served.street.desk;
        let demand =
            json!({ "client": heard, "category": "0301", "title": "增容", "text": "请协调。", "channel": "hotline" });
        desk.makes("/api/v1/demands", demand).await;
        let none = json!({ "kind": "unwanted", "client": alone, "note": "来电说明", "from": "2026-11-01" });
        desk.makes("/api/v1/pairing-bars", none).await;
        Self { served, salt, alone }
    }

    async fn draws(&self) -> usize {
        let kept: Kept = keep_time(&self.served.street.town.app).await.unwrap();
        kept.drawn
    }
}

async fn called(who: &Person, query: &str) -> Vec<Value> {
    let answer = who.get(&format!("/api/v1/silence-calls{query}")).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    answer.json()["items"].as_array().unwrap().clone()
}

fn clients(calls: &[Value]) -> Vec<String> {
    let mut clients: Vec<_> = calls.iter().map(|call| call["client_id"].as_str().unwrap().to_owned()).collect();
    clients.sort();
    clients
}

async fn call_of(who: &Person, client: &str) -> Value {
    called(who, "").await.into_iter().find(|call| call["client_id"] == json!(client)).unwrap()
}

async fn tells(who: &Person, client: &str, result: &str, note: &str) -> crate::town::Answer {
    let call = call_of(who, client).await;
    let path = format!("/api/v1/silence-calls/{}/results/{result}", call["id"].as_str().unwrap());
    read_as(who, call["version"].as_i64().unwrap()).post(&path, json!({ "note": note })).await
}

async fn inbox(who: &Person) -> Vec<String> {
    let items = who.get("/api/v1/notifications").await.json()["items"].clone();
    items.as_array().unwrap().iter().map(|item| item["title"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn a_month_is_drawn_once_in_business_hours_and_whoever_wants_to_be_left_alone_is_counted_apart() {
    let quiet = Quiet::new().await;
    let street = &quiet.served.street;
    let clock = street.town.app.clock();
    clock.set(monday() - Duration::hours(4));
    assert_eq!(quiet.draws().await, 0, "nobody is told to call at six in the morning");
    clock.set(monday());
    let (one, other) = tokio::join!(keep_time(&street.town.app), keep_time(&street.town.app));
    assert_eq!(one.unwrap().drawn + other.unwrap().drawn, 2, "the one that is looked after, the one that is not");
    assert_eq!(quiet.draws().await, 0, "never twice");
    let mut both = vec![street.client.clone(), quiet.salt.clone()];
    both.sort();
    assert_eq!(clients(&called(&street.desk, "").await), both);
    assert!(!both.contains(&quiet.alone));
    let results = street.desk.get("/api/v1/silence-results").await.json();
    let county = &results["counties"][0];
    assert_eq!((&county["county_name"], &county["left_alone"]), (&json!("寿光市"), &json!(1)), "{results}");
    assert_eq!((&county["silent"]["hits"], &county["silent"]["of"]), (&json!(3), &json!(4)), "{results}");
    assert_eq!((&county["demanding"]["hits"], &county["drawn"]), (&json!(1), &json!(2)), "{results}");
    assert_eq!(inbox(&quiet.served.commissioner).await, ["请给 1 家久无音讯的企业（项目）打个电话"]);
    assert!(inbox(&street.desk).await.contains(&"请给 1 家久无音讯的企业（项目）打个电话".to_owned()));
}

#[tokio::test]
async fn a_commissioner_calls_whom_they_look_after_and_a_desk_whom_nobody_does() {
    let quiet = Quiet::new().await;
    let (street, li) = (&quiet.served.street, &quiet.served.commissioner);
    quiet.draws().await;
    assert_eq!(clients(&called(li, "").await), std::slice::from_ref(&street.client));
    assert_eq!(clients(&called(li, "?waiting=true").await), std::slice::from_ref(&street.client));
    assert_eq!(clients(&called(&street.desk, "?waiting=true").await), std::slice::from_ref(&quiet.salt));
    let first = street.browser("liming").await.get("/").await.text;
    assert!(first.contains("该打电话问候的") && first.contains("href=\"/silence\""), "{first}");
    let browser = street.browser("liming").await;
    let page = browser.get("/silence").await.text;
    assert!(page.contains("寿光绿源蔬菜有限公司") && page.contains("一切正常") && !page.contains("海韵盐业"), "{page}");
    let call = call_of(li, &street.client).await["id"].as_str().unwrap().to_owned();
    let told = format!("/silence/{call}/told");
    assert_eq!(browser.submits(&told, "version=1&result=maybe").await.status, 422);
    let long = format!("version=1&result=well&note={}", "长".repeat(201));
    assert_eq!(browser.submits(&told, &long).await.status, 422);
    assert_eq!(browser.submits(&told, "version=1&result=missed").await.status, 303);
    assert_eq!(browser.submits(&told, "version=2&result=well&note=订单充足").await.status, 303, "tried again");
    let again = tells(li, &street.client, "gone", "").await;
    assert_eq!(again.status, 409, "{}", again.text);
    assert_eq!(called(li, "?waiting=true").await, Vec::<Value>::new());
    let all = browser.get("/silence?view=all").await.text;
    assert!(all.contains("订单充足") && !all.contains("一切正常</button>"), "{all}");
    assert!(!street.browser("liming").await.get("/").await.text.contains("该打电话问候的"));
}

#[tokio::test]
async fn a_need_becomes_a_demand_in_one_step_and_stands_beside_the_rates_with_its_interval() {
    let quiet = Quiet::new().await;
    let (street, li) = (&quiet.served.street, &quiet.served.commissioner);
    quiet.draws().await;
    let refused = tells(li, &street.client, "need", "").await;
    assert_eq!(refused.status, 422, "a need is raised: {}", refused.text);
    let call = call_of(li, &street.client).await["id"].as_str().unwrap().to_owned();
    let wish = json!({ "category": "0301", "title": "用电增容", "text": "冬季用电不够。" });
    let raised = li.post(&format!("/api/v1/silence-calls/{call}/demands"), wish.clone()).await;
    assert_eq!(raised.status, 201, "{}", raised.text);
    let seen = li.get(&format!("/api/v1/silence-calls/{call}")).await.json();
    assert_eq!((&seen["result"], &seen["demand_number"]), (&json!("need"), &raised.json()["number"]));
    assert_eq!(seen["results"], json!([]));
    let twice = li.post(&format!("/api/v1/silence-calls/{call}/demands"), wish).await;
    assert_eq!(twice.status, 409, "one call, one demand: {}", twice.text);
    assert_eq!(street.liaison.get("/api/v1/demands").await.json()["items"].as_array().unwrap().len(), 1);
    let county = street.desk.get("/api/v1/silence-results").await.json()["counties"][0].clone();
    assert_eq!((&county["reached"], &county["need"]["hits"], &county["open"]), (&json!(1), &json!(1), &json!(1)));
    assert!((county["need"]["low"].as_f64().unwrap() - 0.2065).abs() < 1e-3, "{county}");
    let page = street.browser("fuwutai").await.get("/silence/results").await.text;
    for told in ["100%（1/1）", "95% 区间 21%～100%", "有困难 1，待回访 1", "75%（3/4）"] {
        assert!(page.contains(told), "{told}: {page}");
    }
    let typed = "category=0301&title=&text=x";
    let salt = call_of(&street.desk, &quiet.salt).await["id"].as_str().unwrap().to_owned();
    let desk = street.browser("fuwutai").await;
    let lacking = desk.submits(&format!("/silence/{salt}/need"), typed).await;
    assert!(lacking.status == 422 && lacking.text.contains("x</textarea>"), "{}", lacking.text);
    assert_eq!(call_of(&street.desk, &quiet.salt).await["result"], Value::Null);
}

#[tokio::test]
async fn who_does_not_wish_contact_is_left_alone_and_who_is_gone_is_told_to_the_desk() {
    let quiet = Quiet::new().await;
    let (street, li) = (&quiet.served.street, &quiet.served.commissioner);
    quiet.draws().await;
    assert_eq!(tells(li, &street.client, "unwanted", "说有事会自己联系").await.status, 204);
    let rhythm = street.liaison.get(&format!("/api/v1/clients/{}/visit-rhythm", street.client)).await.json();
    assert_eq!((&rhythm["excuse"], &rhythm["excuse_words"]), (&json!("asked_not"), &json!("说有事会自己联系")));
    let other = street.town.signed_in_at("fuwutai2", Role::AreaDesk, "/3707/370783/").await;
    assert_eq!(tells(&other, &quiet.salt, "gone", "厂房已出租").await.status, 204);
    street.town.hears().await;
    let desk = street.town.stranger().signs_in("fuwutai", PASSWORD).await;
    assert!(inbox(&desk).await.contains(&"“寿光海韵盐业有限公司2”可能已停业，请核对登记信息".to_owned()));
    street.town.app.clock().set(monday() + Duration::days(8));
    let desk = street.town.stranger().signs_in("fuwutai", PASSWORD).await;
    let late = desk.makes("/api/v1/enterprises", enterprise("寿光晚到化工有限公司", 9)).await;
    assert_eq!(quiet.draws().await, 1, "whoever was heard last month is not called again");
    assert_eq!(clients(&called(&desk, "?waiting=true").await), [late]);
    let results = desk.get("/api/v1/silence-results").await.json();
    assert_eq!((&results["month"], &results["counties"][0]["left_alone"]), (&json!("2026-12-01"), &json!(2)));
    let before = desk.get("/api/v1/silence-results?month=2026-11").await.json();
    assert_eq!(before["counties"][0]["unwanted"], json!(1), "{before}");
    assert_eq!(desk.get("/api/v1/silence-results?month=2026-01").await.status, 422);
}

#[tokio::test]
async fn nobody_else_learns_who_is_called_or_what_came_of_it() {
    let quiet = Quiet::new().await;
    let (street, li) = (&quiet.served.street, &quiet.served.commissioner);
    quiet.draws().await;
    let next_door = street.town.signed_in_at("zhucheng", Role::AreaDesk, "/3707/370782/").await;
    let audit = street.town.signed_in("shenji", Role::AuditAdmin).await;
    let leader = street.town.signed_in_at("lingdao", Role::Leader, "/3707/370782/").await;
    let call = call_of(&street.desk, &quiet.salt).await["id"].as_str().unwrap().to_owned();
    let path = format!("/api/v1/silence-calls/{call}");
    for who in [&street.liaison, &street.tax, &audit, &leader] {
        assert_eq!(who.get("/api/v1/silence-calls").await.status, 404);
        assert_eq!(who.get(&path).await.status, 404);
    }
    assert_eq!(called(&next_door, "").await, Vec::<Value>::new());
    for who in [&next_door, li] {
        assert_eq!(who.get(&path).await.status, 404);
        assert_eq!(read_as(who, 1).post(&format!("{path}/results/well"), json!({})).await.status, 404);
    }
    for who in [&street.liaison, &street.tax, &audit, li] {
        assert_eq!(who.get("/api/v1/silence-results").await.status, 404);
    }
    for who in [&leader, &next_door] {
        let results = who.get("/api/v1/silence-results").await.json();
        assert_eq!(results["counties"], json!([]), "{results}");
    }
    assert!(!street.browser("zhucheng").await.get("/silence").await.text.contains("海韵盐业"));
    assert!(!street.browser("zhucheng").await.get("/").await.text.contains("该打电话问候的"));
}
