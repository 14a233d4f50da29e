//! A telephone on a bad line: what it sends again is done once, for the one who wrote it, and nobody else.

use crate::bars::Served;
use crate::town::{PASSWORD, Person, monday};
use chrono::Duration;
use kernel::Role;
use serde_json::json;

/// What is written down of a call, as a form sends it.
fn call(client: &str, words: &str) -> String {
    format!("client={client}&kind=phone&day=2026-11-23&note={words}")
}

/// The same person's telephone, sending a draft under its key.
fn telephone(person: &Person, key: &str) -> Person {
    person.clone().with("idempotency-key", key)
}

async fn contacts(person: &Person) -> usize {
    person.get("/api/v1/contacts").await.json()["items"].as_array().map_or(0, Vec::len)
}

#[tokio::test]
async fn what_a_telephone_sends_again_is_written_down_once_even_after_a_long_holiday() {
    let served = Served::new().await;
    let (street, town) = (&served.street, &served.street.town);
    let li = street.browser("liming").await;
    let sends = async |words: &str| {
        let li = town.stranger().signs_in("liming", PASSWORD).await;
        telephone(&li, "k1").submits("/contacts/log", &call(&street.client, words)).await
    };
    let first = sends("one").await;
    assert_eq!(first.status, 201, "{}", first.text);
    let place = first.json()["href"].as_str().unwrap().to_owned();
    let again = sends("one").await;
    assert_eq!((again.status, again.json()["href"].as_str().unwrap()), (201, place.as_str()));
    // The page that sent it first brings the key in a field, and its file ids are others by now.
    let form = format!("{}&once=k1&kept=1", call(&street.client, "one"));
    let page = li.submits("/contacts/log", &form).await;
    assert_eq!((page.status, page.place()), (303, place.clone()));
    assert_eq!(li.get("/drafts/sent/k1").await.json()["href"], json!(place));
    assert_eq!(li.get("/drafts/sent/k2").await.json()["href"], json!(null));
    let other = sends("two").await;
    assert_eq!((other.status, other.json()["errors"][0]["field"].clone()), (422, json!("Idempotency-Key")));
    town.app.clock().set(monday() + Duration::days(12));
    platform::once::forget(&town.app.store, town.app.now()).await.unwrap();
    assert_eq!(sends("one").await.json()["href"], json!(place), "twelve days later");
    assert_eq!(contacts(&street.browser("liming").await).await, 1);
    town.app.clock().set(monday() + Duration::days(31));
    assert_eq!(platform::once::forget(&town.app.store, town.app.now()).await.unwrap(), 1, "it is not kept for ever");
}

#[tokio::test]
async fn a_draft_is_taken_from_its_writer_alone_and_its_key_is_nobody_elses() {
    let served = Served::new().await;
    let street = &served.street;
    let (li, liaison) = (&served.commissioner, &street.liaison);
    let account = |who: &Person| {
        let who = who.clone();
        async move { who.get("/api/v1/account").await.json()["id"].as_str().unwrap().to_owned() }
    };
    let (li_id, liaison_id) = (account(li).await, account(liaison).await);
    let key = |who: &Person, of: &str| {
        let who = who.clone().with("draft-of", of);
        async move { who.get("/drafts/key").await }
    };
    let own = key(li, &li_id).await.json();
    assert_eq!(own["key"].as_str().unwrap().len(), 64);
    assert_eq!(
        own,
        key(&street.town.stranger().signs_in("liming", PASSWORD).await, &li_id).await.json(),
        "the same at the next signing in"
    );
    assert_ne!(own, key(liaison, &liaison_id).await.json());
    assert_eq!(key(liaison, &li_id).await.status, 401, "whoever signed in since does not get it");
    let sent = telephone(liaison, "k1").with("draft-of", &li_id);
    let refused = sent.submits("/demands", &format!("client={}&category=0301&title=a&text=b", street.client)).await;
    assert_eq!((refused.status, refused.detail().as_str()), (401, "请先登录。"));
    assert_eq!(
        telephone(li, "k1").with("draft-of", &li_id).submits("/contacts/log", &call(&street.client, "x")).await.status,
        201
    );
    assert_eq!(
        liaison.get("/drafts/sent/k1").await.json()["href"],
        json!(null),
        "a key means something to its writer alone"
    );
    assert_eq!(street.town.stranger().get("/drafts/key").await.status, 401);
}

#[tokio::test]
async fn a_demand_with_a_voice_recording_goes_out_in_two_steps_and_once() {
    let served = Served::new().await;
    let street = &served.street;
    let (liaison, browser) = (street.liaison.clone(), street.browser("qiye").await);
    let voice = b"#!AMR\n\x3c\x00\x00\x00\x00\x00\x00\x00".to_vec();
    let kept = liaison.sends("/api/v1/files?name=%E5%BD%95%E9%9F%B3.amr", "application/octet-stream", voice).await;
    let file = kept.json()["id"].as_str().unwrap_or_else(|| panic!("{}", kept.text)).to_owned();
    let form = |file: &str, text: &str| {
        format!("client={}&category=0301&title=%E5%81%9C%E7%94%B5&text={text}&kept={file}", street.client)
    };
    let raised = telephone(&liaison, "v1").submits("/demands", &form(&file, "abc")).await;
    assert_eq!(raised.status, 201, "{}", raised.text);
    let again = telephone(&liaison, "v1").submits("/demands", &form("gone", "abc")).await;
    assert_eq!((again.status, again.text.clone()), (201, raised.text.clone()), "though it is alike, and its file used");
    let page = browser.get(raised.json()["href"].as_str().unwrap()).await.text;
    assert!(page.contains("录音.amr"), "the recording is there");
    let alike = telephone(&liaison, "v2").submits("/demands", &form("gone", "abc")).await;
    assert_eq!(alike.status, 409, "{}", alike.text);
    let short =
        telephone(&liaison, "v3").submits("/demands", &form("gone", "").replace("title=", "again=true&t=")).await;
    assert!(short.status == 422 && short.text.contains("\"title\""), "{} {}", short.status, short.text);
    let page = browser.submits("/demands", &form("gone", "").replace("title=", "again=true&once=v4&t=")).await;
    assert!(page.status == 422 && page.text.contains(r#"name="once" value="v4""#), "the page keeps its key");
}

#[tokio::test]
async fn the_app_says_who_it_is_and_keeps_pages_for_those_who_fill_them_in() {
    let served = Served::new().await;
    let street = &served.street;
    let stranger = street.town.stranger();
    let manifest = stranger.get("/manifest.webmanifest").await;
    assert_eq!(
        (manifest.json()["name"].clone(), manifest.json()["display"].clone()),
        (json!("潍企通"), json!("standalone"))
    );
    let offline = street.browser("liming").await.get("/offline").await.text;
    assert!(offline.contains("网络不通") && !offline.contains("liming"), "nobody's name is on it");
    let home = street.browser("liming").await.get("/").await.text;
    assert!(home.contains(r#"data-keep="/contacts/log /demands/new /drafts""#));
    assert!(street.browser("qiye").await.get("/").await.text.contains(r#"data-keep="/demands/new /drafts""#));
    street.town.opens_account("shenji", Role::AuditAdmin).await;
    assert!(street.browser("shenji").await.get("/").await.text.contains(r#"data-keep="""#));
    // A page that is fetched to be kept does not eat the sentence for the page that is read.
    let li = street.browser("liming").await.with("cookie", "wqt_flash=success.done");
    let kept = li.clone().with("wqt-keep", "yes").get("/contacts").await;
    assert!(!kept.text.contains("done") && !kept.headers.contains_key("set-cookie"));
}

#[tokio::test]
async fn before_a_visit_one_page_says_what_is_known_and_only_to_who_goes() {
    let served = Served::new().await;
    let (street, li) = (&served.street, &served.commissioner);
    let demand = street.raised().await;
    let record = json!({ "client": street.client, "kind": "phone", "day": "2026-11-20",
        "record": { "note": "答应本周内问清增容流程", "policy": "讲了技改补贴" } });
    li.makes("/api/v1/contacts", record).await;
    let path = format!("/clients/{}/dossier", street.client);
    let page = street.browser("liming").await.get(&path).await;
    assert_eq!(page.status, 200, "{}", page.text);
    for told in ["寿光绿源蔬菜有限公司", "新车间用电增容", "答应本周内问清增容流程", "讲了技改补贴", "不必再问"]
    {
        assert!(page.text.contains(told), "{told}");
    }
    assert!(page.text.contains(&demand) && page.text.contains("各单位入企已安排"));
    let other = served.other_client(7).await;
    assert_eq!(street.browser("liming").await.get(&format!("/clients/{other}/dossier")).await.status, 404);
    assert_eq!(
        street.browser("gongdian").await.get(&path).await.status,
        404,
        "a unit that answers demands does not visit"
    );
    assert_eq!(
        street.browser("qiye").await.get(&path).await.status,
        404,
        "it is a page about the enterprise, not for it"
    );
    let sealed = street
        .liaison
        .post(
            "/api/v1/demands",
            json!({ "client": street.client, "category": "0301",
        "title": "反映专员本人", "text": "请不要告诉他。", "sealed": true }),
        )
        .await;
    assert_eq!(sealed.status, 201, "{}", sealed.text);
    assert!(
        !street.browser("liming").await.get(&path).await.text.contains("反映专员本人"),
        "what is discreet stays so"
    );
}
