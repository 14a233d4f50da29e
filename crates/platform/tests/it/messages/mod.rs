//! Messages that leave the platform: what they say, whom they reach, when, and what becomes of those that nobody takes.

mod clicks;
mod roads;
mod stuck;
mod wishes;
mod wording;

use crate::demands::Street;
use crate::town::{PASSWORD, Person, Town, monday};
use chrono::Duration;
use kernel::id::{AccountId, OfficialId, UnitId};
use kernel::words::NewsKind;
use kernel::{AreaCode, Reach, Role};
use platform::messages::{self, Post, Worked};
use platform::notify::{self, News};
use roads::{Gate, SITE, Sink, roads};
use serde_json::json;

const MOBILE: &str = "13905361111";

/// The street whose power bureau has a handler with a mobile in the registers.
struct Office {
    street: Street,
    zhou: Person,
    account: AccountId,
}

impl Office {
    async fn new(post: Post) -> Self {
        let street = Street::on(Town::new().await.with_post(post)).await;
        let group = street.town.stranger().signs_in("zonghe", PASSWORD).await;
        let new = json!({ "unit": street.power_unit, "name": "周强", "rank": "staff", "title": "科员", "since": "2025-03-01",
            "mobile": MOBILE });
        let official = group.makes("/api/v1/officials", new).await.parse::<OfficialId>().unwrap();
        let reach = Reach::Unit(street.power_unit.parse::<UnitId>().unwrap());
        street.town.opens_account_of("zhouqiang", Role::Handler, reach, Some(official)).await;
        let zhou = street.town.stranger().signs_in("zhouqiang", PASSWORD).await;
        let account = zhou.get("/api/v1/account").await.json()["id"].as_str().unwrap().parse().unwrap();
        Self { street, zhou, account }
    }

    /// A demand that has come to the bureau.
    async fn dispatched(&self) -> String {
        let street = &self.street;
        let demand = street.raised().await;
        street.goes(&street.desk, &demand, "accept", json!({})).await;
        street.goes(&street.desk, &demand, "dispatch", json!({ "unit": street.power_unit, "days": 5 })).await;
        street.town.hears().await;
        demand
    }

    async fn works(&self) -> Worked {
        messages::work(&self.street.town.app).await.unwrap()
    }

    fn later(&self, minutes: i64) {
        let clock = self.street.town.app.clock();
        clock.set(clock.now() + Duration::minutes(minutes));
    }

    /// Tells the handler something.
    async fn tells(&self, kind: NewsKind, link: &str) {
        let tx = self.street.town.app.store.begin().await.unwrap();
        let (title, text) = ("关于绿源公司的事".to_owned(), "张三 13800001111 反映".to_owned());
        let news = News { title, text, link: link.into(), at: tx.now(), kind, number: String::new() };
        notify::tell(&tx, self.account, AreaCode(3707), &news).await.unwrap();
        tx.commit().await.unwrap();
    }

    /// The handler again, after a while.
    async fn again(&self) -> Person {
        self.street.town.stranger().signs_in("zhouqiang", PASSWORD).await
    }
}

/// What nobody outside may read of the street's demand.
fn tells_nothing(text: &str) {
    for secret in ["增容", "绿源", "变压器", "周强", "13800001111", "张三", MOBILE] {
        assert!(!text.contains(secret), "{secret} in {text}");
    }
}

#[tokio::test]
async fn a_handler_hears_of_a_demand_by_short_message_and_reads_it_after_signing_in() {
    let gate = Gate::opens().await;
    let office = Office::new(roads(None, Some(&gate))).await;
    office.dispatched().await;
    office.works().await;
    let taken = gate.taken();
    assert_eq!(taken.len(), 1, "the one who has a mobile, once: {taken:?}");
    let (message, text) = (&taken[0], taken[0]["text"].as_str().unwrap());
    assert_eq!((message["to"].as_str().unwrap(), message["key"].as_str().unwrap()), (MOBILE, "s3cret"));
    assert!(text.starts_with("【潍企通】有一件事等您办理（编号 370783-20261123-001），请登录查看："), "{text}");
    tells_nothing(text);
    let link = message["link"].as_str().unwrap();
    assert!(link.starts_with(&format!("{SITE}/notices/")) && text.contains(link), "{link}");
    let path = &link[SITE.len()..];
    let stranger = office.street.town.stranger().with("accept", "text/html").get(path).await;
    assert!(stranger.place().starts_with("/login"), "{} {}", stranger.status, stranger.place());
    let opened = office.street.browser("zhouqiang").await.get(path).await;
    assert!(opened.place().starts_with("/demands/"), "{}", opened.text);
    assert_eq!(office.street.browser("shuiwu").await.get(path).await.status, 404, "another's notice");
    assert_eq!(office.works().await, Worked::default(), "nothing is said twice");
}

#[tokio::test]
async fn two_nodes_at_once_hand_each_message_over_once() {
    let gate = Gate::opens().await;
    let mut post = roads(None, Some(&gate));
    post.terms.an_hour = 100;
    post.terms.a_day = 100;
    let office = Office::new(post).await;
    for _ in 0..12 {
        office.tells(NewsKind::Task, "/account").await;
    }
    let (one, other) = (&office.street.town.app, office.street.town.another_app().await);
    let (first, second) = tokio::join!(messages::work(one), messages::work(&other));
    assert_eq!(first.unwrap().carried + second.unwrap().carried, 12);
    messages::work(one).await.unwrap();
    let mut ids: Vec<_> = gate.taken().iter().map(|message| message["id"].to_string()).collect();
    ids.sort();
    ids.dedup();
    assert_eq!((gate.taken().len(), ids.len()), (12, 12));
}

#[tokio::test]
async fn somebody_confirms_an_address_and_is_written_to_there() {
    let (sink, gate) = (Sink::opens().await, Gate::opens().await);
    let office = Office::new(roads(Some(&sink), Some(&gate))).await;
    let browser = office.street.browser("zhouqiang").await;
    let wrong = browser.submits("/account/messages/email", "email=zhou").await;
    assert!(wrong.status == 422 && wrong.text.contains("name@example.cn"), "{}", wrong.text);
    let asked = browser.submits("/account/messages/email", "email=zhou.qiang%40power.example").await;
    assert_eq!(asked.status, 303, "{}", asked.text);
    let again = browser.submits("/account/messages/email", "email=zhou.qiang%40power.example").await;
    assert_eq!(again.status, 303);
    assert_eq!(sink.mails().len(), 1, "one code a minute");
    let code = sink.mails()[0].split("确认码：").nth(1).unwrap()[..6].to_owned();
    let guessed = if code == "000000" { "000001" } else { "000000" };
    let refused = browser.submits("/account/messages/email/confirm", &format!("code={guessed}")).await;
    assert!(refused.status == 422 && refused.text.contains("确认码不对"), "{}", refused.text);
    assert_eq!(browser.submits("/account/messages/email/confirm", &format!("code={code}")).await.status, 303);
    let page = browser.get("/account/messages").await.text;
    assert!(page.contains("z***@power.example") && page.contains("139****1111"), "{page}");
    assert!(!page.contains("zhou.qiang") && !page.contains(MOBILE), "masked even for oneself");

    office.dispatched().await;
    office.works().await;
    let mail = sink.mails()[1].clone();
    assert!(mail.contains("To: zhou.qiang@power.example") && mail.contains("Message-ID: <"), "{mail}");
    assert!(mail.contains("主题：潍企通：有一件事等您办理") && mail.contains("编号 370783-20261123-001"), "{mail}");
    assert!(mail.contains(&format!("{SITE}/notices/")), "{mail}");
    tells_nothing(mail.split("主题").nth(1).unwrap());
    assert_eq!(gate.taken().len(), 1, "and by short message, as before");
    let trail =
        office.street.town.signed_in("shenji", Role::AuditAdmin).await.get("/api/v1/audit?limit=200").await.text;
    assert!(!trail.contains("zhou.qiang"), "the trail knows no address");
}

#[tokio::test]
async fn nobody_is_written_to_about_what_they_have_read_or_may_not_open() {
    let gate = Gate::opens().await;
    let office = Office::new(roads(None, Some(&gate))).await;
    let clock = office.street.town.app.clock();
    clock.set(monday() + Duration::hours(12));
    let other = office.street.town.stranger().signs_in("fuwutai", PASSWORD).await;
    let mut wish = office.street.wish();
    wish["channel"] = json!("hotline");
    let demand = other.makes("/api/v1/demands", wish).await;
    let contact = "0190a000-0000-7000-8000-000000000001";
    let client = &office.street.client;
    for link in [format!("/demands/{demand}"), format!("/contacts/{contact}"), format!("/clients/{client}")] {
        office.tells(NewsKind::Task, &link).await;
    }
    office.tells(NewsKind::Task, "/account").await;
    assert_eq!(office.works().await.carried, 4);
    assert!(gate.taken().is_empty(), "it is ten at night");
    clock.set(monday() + Duration::hours(21));
    let zhou = office.again().await;
    let notices = zhou.get("/api/v1/notifications").await.json()["items"].clone();
    let own = notices.as_array().unwrap().iter().find(|notice| notice["link"] == json!("/account")).unwrap();
    let read = format!("/api/v1/notifications/{}/acts/read", own["id"].as_str().unwrap());
    assert_eq!(zhou.post(&read, json!({})).await.status, 204);
    office.later(60);
    office.works().await;
    assert!(gate.taken().is_empty(), "{:?}", gate.texts());
    let admin = office.street.town.signed_in("xitong", Role::SystemAdmin).await;
    let dropped = admin.get("/api/v1/deliveries?state=dropped").await.json();
    let reasons: Vec<_> = dropped["items"].as_array().unwrap().iter().map(|one| one["reason"].clone()).collect();
    assert_eq!(reasons.len(), 4, "{dropped}");
    assert_eq!(reasons.iter().filter(|reason| **reason == json!("本人已在网站上看过")).count(), 1, "{dropped}");
    assert_eq!(reasons.iter().filter(|reason| **reason == json!("本人已不能查看这件事")).count(), 3, "{dropped}");
}

#[tokio::test]
async fn where_nothing_is_set_up_messages_are_kept_for_the_sites_administrator_alone() {
    let office = Office::new(roads(None, None)).await;
    office.dispatched().await;
    office.works().await;
    let town = &office.street.town;
    town.opens_account("xitong", Role::SystemAdmin).await;
    let admin = Person::opens_a_browser(town.router.clone(), "xitong").await;
    let page = admin.get("/mailbox").await.text;
    assert!(page.contains("没有发给任何人") && page.contains("zhouqiang（139****1111）"), "{page}");
    assert!(page.contains("370783-20261123-001") && !page.contains(MOBILE) && !page.contains("增容"), "{page}");
    town.opens_account_for("xian", Role::SystemAdmin, Reach::Area(kernel::AreaPath("/3707/370783/".into()))).await;
    let county = Person::opens_a_browser(town.router.clone(), "xian").await;
    assert_eq!(county.get("/mailbox").await.status, 404, "a county's administrator reads no one else's mail");
    assert_eq!(office.street.browser("zhouqiang").await.get("/mailbox").await.status, 404);
    let gate = Gate::opens().await;
    let set_up = platform::App::clone(&town.app).with_post(roads(None, Some(&gate)));
    let admin = admin.before(platform::routes().finish(set_up).0);
    assert_eq!(admin.get("/mailbox").await.status, 404, "closed as soon as a road is set up");
    assert!(!admin.get("/deliveries").await.text.contains("/mailbox"));
}
