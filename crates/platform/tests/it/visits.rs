//! When the next visit is due: right across handovers, absences and the Spring Festival; the client's wish; honest reasons; and
//! nobody who is not concerned learns of it.

use crate::bars::{Served, read_as};
use crate::town::{Answer, PASSWORD, Person, monday};
use chrono::Duration;
use kernel::id::{OfficialId, UnitId};
use kernel::{Reach, Role};
use platform::contacts::cadence::{Kept, keep_time};
use serde_json::{Value, json};

/// The clients a reader finds in a view, each with its day.
async fn listed(who: &Person, view: &str) -> Vec<(String, String)> {
    let answer = who.get(&format!("/api/v1/visit-rhythms?view={view}")).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    let items = answer.json()["items"].clone();
    let text = |item: &Value, key: &str| item[key].as_str().unwrap_or_default().to_owned();
    items.as_array().unwrap().iter().map(|item| (text(item, "client_id"), text(item, "due_day"))).collect()
}

async fn due_of(who: &Person, client: &str) -> Option<String> {
    listed(who, "all").await.into_iter().find(|(id, _)| id == client).map(|(_, day)| day)
}

/// Says something about how a client is visited, on the version that stands.
async fn says(who: &Person, client: &str, act: &str, body: Value) -> Answer {
    let seen = who.get(&format!("/api/v1/clients/{client}/visit-rhythm")).await;
    let version = seen.json()["version"].as_i64().unwrap_or(0);
    read_as(who, version).post(&format!("/api/v1/clients/{client}/visit-rhythm/acts/{act}"), body).await
}

async fn inbox(who: &Person) -> Vec<String> {
    let items = who.get("/api/v1/notifications").await.json()["items"].clone();
    items.as_array().unwrap().iter().map(|item| item["title"].as_str().unwrap().to_owned()).collect()
}

fn was(client: &str, kind: &str, day: &str) -> Value {
    json!({ "client": client, "kind": kind, "day": day, "record": { "answer": "技改补贴的申报条件" } })
}

/// Another day; who acts then signs in anew.
async fn on(served: &Served, days: i64) -> impl AsyncFn(&str) -> Person {
    let town = &served.street.town;
    town.app.clock().set(monday() + Duration::days(days));
    town.hears().await;
    keep_time(&town.app).await.unwrap();
    let stranger = town.stranger();
    async move |login: &str| stranger.clone().signs_in(login, PASSWORD).await
}

impl Served {
    async fn zhao_has_an_account(&self) -> Person {
        let zhao = self.zhao.parse::<OfficialId>().unwrap();
        let town = &self.street.town;
        town.opens_account_of("zhaogang", Role::Commissioner, Reach::Clients(Vec::new()), Some(zhao)).await;
        town.stranger().signs_in("zhaogang", PASSWORD).await
    }
}

#[tokio::test]
async fn a_visit_moves_the_day_a_call_does_not_and_a_new_commissioner_starts_the_count() {
    let served = Served::new().await;
    let (street, li) = (&served.street, &served.commissioner);
    street.town.hears().await;
    let client = &street.client;
    assert_eq!(due_of(li, client).await.as_deref(), Some("2026-03-02"), "two months after 1 January is a Sunday");
    assert_eq!(listed(li, "due").await.len(), 1);
    li.makes("/api/v1/contacts", was(client, "phone", "2026-11-20")).await;
    assert_eq!(due_of(li, client).await.as_deref(), Some("2026-03-02"), "a call is no visit");
    let plan = json!({ "client": client, "kind": "onsite", "day": "2026-11-26", "purpose": "技改" });
    let planned = li.makes("/api/v1/contacts", plan).await;
    assert_eq!(listed(li, "due").await, [], "who has planned to go is not told to go");
    assert_eq!(crate::contacts::does(li, &planned, "cancel", json!({})).await.status, 200);
    assert_eq!(listed(li, "due").await.len(), 1);
    li.makes("/api/v1/contacts", was(client, "onsite", "2026-10-30")).await;
    assert_eq!(due_of(li, client).await.as_deref(), Some("2026-12-30"));
    assert_eq!(listed(li, "due").await, []);
    let zhao = served.zhao_has_an_account().await;
    assert_eq!(listed(&zhao, "all").await, []);
    let over = json!({ "official": served.zhao, "from": "2026-11-25" });
    let over =
        read_as(&street.desk, 1).post(&format!("/api/v1/pairings/{}/acts/hand-over", served.pairing), over).await;
    assert_eq!(over.status, 201, "{}", over.text);
    let signs_in = on(&served, 1).await;
    assert_eq!(due_of(&signs_in("liming").await, client).await.as_deref(), Some("2026-12-30"), "until the day before");
    let signs_in = on(&served, 2).await;
    assert_eq!(
        due_of(&signs_in("zhaogang").await, client).await.as_deref(),
        Some("2027-01-25"),
        "the count begins anew"
    );
    assert_eq!(listed(&signs_in("liming").await, "all").await, []);
}

#[tokio::test]
async fn no_visit_falls_due_in_the_spring_festival_or_in_quiet_days() {
    let served = Served::new().await;
    let street = &served.street;
    let (festival, fair) = (served.other_client(2).await, served.other_client(3).await);
    for (client, from) in [(&festival, "2025-12-16"), (&fair, "2026-10-08")] {
        street.desk.makes("/api/v1/pairings", json!({ "client": client, "official": served.li, "from": from })).await;
    }
    street.town.hears().await;
    let li_anew = street.town.stranger().signs_in("liming", PASSWORD).await;
    assert_eq!(due_of(&li_anew, &festival).await.as_deref(), Some("2026-02-24"), "the first working day after it");
    assert_eq!(due_of(&li_anew, &fair).await.as_deref(), Some("2026-12-08"));
    let quiet = json!({ "area": "370783", "from": "2026-12-07", "until": "2026-12-11", "reason": "菜博会" });
    street.desk.makes("/api/v1/quiet-periods", quiet).await;
    let signs_in = on(&served, 1).await;
    let li = signs_in("liming").await;
    assert_eq!(due_of(&li, &fair).await.as_deref(), Some("2026-12-14"), "the Monday after");
    assert_eq!(listed(&li, "all").await.len(), 3);
}

#[tokio::test]
async fn a_client_asks_for_less_or_for_calls_and_its_commissioner_notes_only_what_it_did_not_say_itself() {
    let served = Served::new().await;
    let (street, town, li) = (&served.street, &served.street.town, &served.commissioner);
    let client = &street.client;
    town.hears().await;
    let noted = json!({ "months": 4, "words": "" });
    assert_eq!(says(li, client, "wish", noted).await.status, 422, "the client's words are owed");
    let noted = json!({ "months": 4, "words": "张总说季度一次太勤" });
    assert_eq!(says(li, client, "wish", noted).await.status, 204);
    assert_eq!(due_of(li, client).await.as_deref(), Some("2026-05-06"), "after the holiday of 1 May");
    town.hears().await;
    assert!(inbox(&street.liaison).await.contains(&"liming记下您的走访意愿：每 4 个月走访一次".to_owned()));
    let more = says(&street.liaison, client, "wish", json!({ "months": 1 })).await;
    assert_eq!((more.status, more.json()["errors"][0]["field"].clone()), (422, json!("months")), "{}", more.text);
    assert_eq!(says(&street.liaison, client, "wish", json!({ "months": 6, "calls": true })).await.status, 204);
    assert_eq!(due_of(li, client).await.as_deref(), Some("2026-07-01"));
    town.hears().await;
    let told = "“寿光绿源蔬菜有限公司”的走访意愿：每 6 个月走访一次，以电话、微信联系为主".to_owned();
    assert!(inbox(li).await.contains(&told), "{:?}", inbox(li).await);
    let over = says(li, client, "wish", json!({ "months": 3, "words": "来电" })).await;
    assert_eq!(over.status, 409, "what the client said itself, only it changes: {}", over.text);
    li.makes("/api/v1/contacts", was(client, "phone", "2026-11-20")).await;
    assert_eq!(due_of(li, client).await.as_deref(), Some("2027-05-20"), "who asked for calls is reached by one");
    let wish = format!("/api/v1/clients/{client}/visit-rhythm/acts/wish");
    let stale = read_as(&street.liaison, 1).post(&wish, json!({})).await;
    assert_eq!(stale.status, 412);
    assert_eq!(says(&street.liaison, client, "wish", json!({})).await.status, 204);
    assert_eq!(due_of(li, client).await.as_deref(), Some("2026-03-02"), "as usual again");
}

#[tokio::test]
async fn a_reason_not_to_go_moves_the_day_is_read_by_both_and_the_client_may_take_it_back() {
    let served = Served::new().await;
    let (street, town, li) = (&served.street, &served.street.town, &served.commissioner);
    let client = &street.client;
    town.hears().await;
    for (wrong, field) in [
        (json!({ "reason": "asked_not", "until": "2026-12-31" }), "words"),
        (json!({ "reason": "other", "until": "2026-12-31" }), "words"),
        (json!({ "reason": "busy", "until": "2026-11-22" }), "until"),
        (json!({ "reason": "busy", "until": "2027-08-01" }), "until"),
        (json!({ "reason": "official", "until": "2027-01-31" }), "until"),
    ] {
        let refused = says(li, client, "excuse", wrong).await;
        assert_eq!((refused.status, refused.json()["errors"][0]["field"].clone()), (422, json!(field)));
    }
    let asked = json!({ "reason": "asked_not", "words": "年底赶订单", "until": "2026-12-31" });
    assert_eq!(says(li, client, "excuse", asked).await.status, 204);
    assert_eq!(listed(li, "due").await, []);
    assert_eq!(listed(li, "excused").await.len(), 1);
    town.hears().await;
    let told = "liming记下近期不走访：企业请我们暂不上门，至2026年12月31日".to_owned();
    assert!(inbox(&street.liaison).await.contains(&told), "{:?}", inbox(&street.liaison).await);
    let page = street.browser("qiye").await.get(&format!("/clients/{client}/visits")).await.text;
    assert!(page.contains("年底赶订单") && page.contains("liming记录"), "the client reads what is said of it");
    assert_eq!(says(&street.liaison, client, "resume", json!({})).await.status, 204);
    assert_eq!(listed(li, "due").await.len(), 1, "the client's word is the last");
    let own = json!({ "reason": "official", "until": "2026-12-01" });
    assert_eq!(says(&street.liaison, client, "excuse", own).await.status, 422, "that is no reason of a client's");
    let busy = json!({ "reason": "busy", "until": "2026-12-31" });
    assert_eq!(says(&street.liaison, client, "excuse", busy).await.status, 204);
    assert_eq!(says(li, client, "resume", json!({})).await.status, 409);
    let over = json!({ "reason": "idle", "until": "2026-12-01" });
    assert_eq!(says(li, client, "excuse", over).await.status, 409);
}

#[tokio::test]
async fn a_commissioner_is_reminded_once_in_two_weeks_in_business_hours_and_who_stands_in_hears_instead() {
    let served = Served::new().await;
    let (street, town) = (&served.street, &served.street.town);
    let second = served.other_client(2).await;
    street
        .desk
        .makes("/api/v1/pairings", json!({ "client": second, "official": served.li, "from": "2026-01-01" }))
        .await;
    served.zhao_has_an_account().await;
    town.hears().await;
    let told = |titles: Vec<String>| titles.iter().filter(|title| title.ends_with("该走访了")).count();
    town.app.clock().set(monday() + Duration::hours(11));
    assert_eq!(keep_time(&town.app).await.unwrap().reminded, 0, "not in the evening");
    town.app.clock().set(monday());
    assert_eq!(keep_time(&town.app).await.unwrap().reminded, 1, "both clients in one notice");
    assert_eq!(keep_time(&town.app).await.unwrap(), Kept::default());
    assert_eq!(
        inbox(&served.commissioner).await.iter().filter(|title| *title == "2 家企业（项目）该走访了").count(),
        1
    );
    let signs_in = on(&served, 11).await;
    assert_eq!(told(inbox(&signs_in("liming").await).await), 1, "eleven days later still once");
    let away = json!({ "official": served.li, "substitute": served.zhao, "reason": "training", "from": "2026-12-05", "until": "2026-12-31" });
    town.stranger().signs_in("fuwutai", PASSWORD).await.makes("/api/v1/absences", away).await;
    let signs_in = on(&served, 14).await;
    assert_eq!(told(inbox(&signs_in("liming").await).await), 1);
    let zhao = signs_in("zhaogang").await;
    assert_eq!(told(inbox(&zhao).await), 1, "who stands in hears");
    assert_eq!(listed(&zhao, "due").await.len(), 2, "and finds them on the list");
}

#[tokio::test]
async fn whoever_is_not_concerned_learns_neither_the_day_nor_the_wish_nor_the_number() {
    let served = Served::new().await;
    let (street, town, li) = (&served.street, &served.street.town, &served.commissioner);
    let client = &street.client;
    town.hears().await;
    let zhao = served.zhao_has_an_account().await;
    let next_door = town.signed_in_at("zhucheng", Role::AreaDesk, "/3707/370782/").await;
    let head_of = async |login: &str, unit: &str| {
        town.opens_account_for(login, Role::UnitHead, Reach::Unit(unit.parse::<UnitId>().unwrap())).await;
        town.stranger().signs_in(login, PASSWORD).await
    };
    let (power, tax) =
        (head_of("gongdian-fuze", &street.power_unit).await, head_of("shuiwu-fuze", &street.tax_unit).await);
    for outsider in [&zhao, &next_door, &tax] {
        for view in ["now", "due", "excused", "all"] {
            assert_eq!(listed(outsider, view).await, []);
        }
    }
    for reader in [li, &street.desk, &power] {
        assert_eq!(listed(reader, "due").await.len(), 1);
    }
    assert_eq!(street.liaison.get("/api/v1/visit-rhythms").await.status, 404, "a client has no due list");
    for outsider in [&zhao, &next_door, &tax, &power] {
        let path = format!("/api/v1/clients/{client}/visit-rhythm");
        assert_eq!(outsider.get(&path).await.status, 404);
        for act in ["wish", "excuse", "resume"] {
            let body = if act == "excuse" { json!({ "reason": "busy", "until": "2026-12-31" }) } else { json!({}) };
            assert_eq!(read_as(outsider, 0).post(&format!("{path}/acts/{act}"), body).await.status, 404, "{act}");
        }
    }
    let desk = says(&street.desk, client, "wish", json!({ "months": 6, "words": "来电" })).await;
    assert_eq!(desk.status, 404, "a desk speaks for neither side");
    let page = async |login: &str| street.browser(login).await.get("/contacts/due?view=due").await.text;
    assert!(page("liming").await.contains("寿光绿源蔬菜有限公司"));
    for outsider in ["zhaogang", "zhucheng", "shuiwu-fuze"] {
        let page = page(outsider).await;
        assert!(page.contains("到期走访") && !page.contains("寿光绿源蔬菜有限公司"), "{outsider}");
    }
}

#[tokio::test]
async fn a_calendar_shows_what_is_planned_and_no_person_until_its_link_is_revoked() {
    let served = Served::new().await;
    let (street, li) = (&served.street, &served.commissioner);
    let plan = json!({ "client": street.client, "kind": "onsite", "day": "2026-11-26", "hour": "09:30", "purpose": "见张总谈技改" });
    let contact = li.makes("/api/v1/contacts", plan).await;
    let browser = street.browser("liming").await;
    let page = browser.submits("/contacts/calendar", "").await.text;
    let link = |page: &str| {
        let at = page.find("/calendar/").map(|at| &page[at..]).unwrap();
        at[..at.find(".ics").unwrap() + 4].to_owned()
    };
    let first = link(&page.replace("/contacts/calendar", ""));
    let calendar = street.town.stranger().get(&first).await;
    assert_eq!(calendar.status, 200, "{}", calendar.text);
    let unfolded = calendar.text.replace("\r\n ", "");
    assert!(
        unfolded.contains("DTSTART:20261126T013000Z")
            && unfolded.contains("SUMMARY:现场办公（待约定）：寿光绿源蔬菜有限公司")
    );
    assert!(unfolded.contains(&format!("/contacts/{contact}")) && !unfolded.contains("张总"), "{unfolded}");
    assert_eq!(crate::contacts::does(&street.liaison, &contact, "decline", json!({})).await.status, 200);
    assert!(!street.town.stranger().get(&first).await.text.contains("BEGIN:VEVENT"), "what is off is gone");
    let page = browser.submits("/contacts/calendar", "").await.text;
    assert_eq!(street.town.stranger().get(&first).await.status, 404, "a new link takes the place of the old");
    let second = link(&page.replace("/contacts/calendar", ""));
    assert_eq!(street.town.stranger().get(&second).await.status, 200);
    assert_eq!(browser.submits("/contacts/calendar/revoke", "").await.status, 303);
    assert_eq!(street.town.stranger().get(&second).await.status, 404);
    assert_eq!(street.browser("qiye").await.get("/contacts/calendar").await.status, 404, "a liaison has none");
}

#[tokio::test]
async fn a_card_to_be_hung_up_bears_the_office_number_and_no_mobile_and_only_those_concerned_find_it() {
    let served = Served::new().await;
    let street = &served.street;
    let path = format!("/pairings/{}/card", served.pairing);
    for login in ["liming", "qiye", "fuwutai"] {
        let card = street.browser(login).await.get(&path).await;
        assert_eq!(card.status, 200, "{login}");
        assert!(
            card.text.contains("李明") && card.text.contains("寿光市供电公司") && card.text.contains("data:image/")
        );
        assert!(!card.text.contains("tel:1") && !card.text.contains("****"), "no mobile, not even masked");
    }
    served.zhao_has_an_account().await;
    street.town.signed_in_at("zhucheng", Role::AreaDesk, "/3707/370782/").await;
    for login in ["zhaogang", "zhucheng"] {
        assert_eq!(street.browser(login).await.get(&path).await.status, 404, "{login}");
    }
}
