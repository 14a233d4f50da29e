//! Links in messages that do one thing, once, and only when somebody presses.

use crate::bars::{Served, read_as};
use crate::demands::Street;
use crate::messages::roads::{Gate, SITE, Sink, roads};
use crate::town::{PASSWORD, Person};
use chrono::Duration;
use kernel::id::OfficialId;
use kernel::{Reach, Role};
use platform::messages::{self, Post};
use serde_json::{Value, json};

const MOBILE: &str = "13805361234";

/// The street's enterprise with a liaison of the registers, who has joined, and their commissioner.
async fn joined(post: Post) -> (Served, Person) {
    let town = crate::town::Town::new().await.with_post(post);
    let street = Street::on(town).await;
    let group = street.town.stranger().signs_in("zonghe", PASSWORD).await;
    let new = json!({ "unit": street.power_unit, "name": "李明", "rank": "section_head", "title": "科长", "since": "2025-03-01" });
    let li = group.makes("/api/v1/officials", new).await;
    let begin = json!({ "client": street.client, "official": li, "from": "2026-01-01" });
    let pairing = street.desk.makes("/api/v1/pairings", begin).await;
    let id = li.parse::<OfficialId>().unwrap();
    street.town.opens_account_of("liming", Role::Commissioner, Reach::Clients(Vec::new()), Some(id)).await;
    let commissioner = street.town.stranger().signs_in("liming", PASSWORD).await;
    let path = format!("/api/v1/enterprises/{}", street.client);
    let liaison = json!({ "name": "陈静", "position": "办公室主任", "phone": MOBILE });
    let liaison = street.desk.makes(&format!("{path}/liaisons"), liaison).await;
    let invited = street.desk.post(&format!("{path}/invitations"), json!({ "liaison": liaison })).await.json();
    let link = invited["path"].as_str().unwrap().to_owned();
    let phone = street.town.stranger().with("accept", "text/html").with("sec-fetch-site", "same-origin");
    let came = phone.submits(&link, "login=&password=Luyuan-2026&again=Luyuan-2026").await;
    let cookies: Vec<_> = came.headers.get_all("set-cookie").iter().map(|value| value.to_str().unwrap()).collect();
    let session = cookies.iter().find(|cookie| cookie.starts_with("wqt_session")).unwrap().split(';').next().unwrap();
    let chen = phone.with("cookie", session);
    (Served { street, li, zhao: String::new(), pairing, commissioner }, chen)
}

/// The commissioner writes down a call of today, and messages go out.
async fn called(served: &Served) -> String {
    let call = json!({ "client": served.street.client, "kind": "phone", "day": "2026-11-23", "record": {} });
    let contact = served.commissioner.makes("/api/v1/contacts", call).await;
    served.street.town.hears().await;
    messages::work(&served.street.town.app).await.unwrap();
    contact
}

fn click(text: &str) -> String {
    let from = text.find(&format!("{SITE}/do/")).unwrap();
    text[from + SITE.len()..].split_whitespace().next().unwrap().to_owned()
}

async fn counted(served: &Served, contact: &str) -> Value {
    served.commissioner.get(&format!("/api/v1/contacts/{contact}")).await.json()["counted_on"].clone()
}

#[tokio::test]
async fn a_liaison_confirms_a_contact_from_a_message_and_no_scanner_does_it_for_them() {
    let gate = Gate::opens().await;
    let (served, _) = joined(roads(None, Some(&gate))).await;
    let contact = called(&served).await;
    let taken = gate.taken();
    assert_eq!((taken.len(), taken[0]["to"].as_str().unwrap()), (1, MOBILE), "{taken:?}");
    let text = taken[0]["text"].as_str().unwrap();
    assert!(!text.contains("李明") && !text.contains("绿源") && text.contains("可直接确认"), "{text}");
    let link = click(text);
    let phone = served.street.town.stranger().with("accept", "text/html").with("sec-fetch-site", "same-origin");
    for _ in 0..2 {
        let page = phone.get(&link).await;
        assert!(
            page.status == 200 && page.text.contains("确认 2026年11月23日 确实有过这次联系（电话）"),
            "{}",
            page.text
        );
        assert!(!page.text.contains("李明") && !page.text.contains("绿源"));
    }
    assert!(counted(&served, &contact).await.is_null(), "looking does nothing");
    let pressed = phone.submits(&link, "").await;
    assert!(pressed.status == 200 && pressed.text.contains("已确认"), "{}", pressed.text);
    assert_eq!(counted(&served, &contact).await, json!("2026-11-23"));
    let again = phone.submits(&link, "").await;
    assert!(again.status == 404 && again.text.contains("已经用过，或者已经过期"), "{}", again.text);
    assert_eq!(phone.get("/do/nonsense").await.status, 404);
}

#[tokio::test]
async fn a_link_that_is_old_or_whose_matter_has_moved_on_does_nothing() {
    let gate = Gate::opens().await;
    let (served, chen) = joined(roads(None, Some(&gate))).await;
    called(&served).await;
    let old = click(&gate.texts()[0]);
    let settled = called(&served).await;
    let link = click(&gate.texts()[1]);
    let browser = served.street.town.stranger().with("accept", "text/html").with("sec-fetch-site", "same-origin");
    assert_eq!(chen.get(&format!("/contacts/{settled}")).await.status, 200);
    let colleague = read_as(&served.street.liaison, 1);
    assert_eq!(colleague.post(&format!("/api/v1/contacts/{settled}/acts/confirm"), json!({})).await.status, 200);
    assert_eq!(browser.get(&link).await.status, 404, "what is confirmed needs no link");
    assert_eq!(browser.submits(&link, "").await.status, 404);
    let clock = served.street.town.app.clock();
    clock.set(clock.now() + Duration::days(8));
    assert_eq!(browser.submits(&old, "").await.status, 404);
}

#[tokio::test]
async fn mail_stops_by_one_press_and_nothing_else_does() {
    let (sink, gate) = (Sink::opens().await, Gate::opens().await);
    let (served, chen) = joined(roads(Some(&sink), Some(&gate))).await;
    chen.submits("/account/messages/email", "email=chen%40luyuan.example").await;
    let code = sink.mails()[0].split("确认码：").nth(1).unwrap()[..6].to_owned();
    assert_eq!(chen.submits("/account/messages/email/confirm", &format!("code={code}")).await.status, 303);
    called(&served).await;
    let mail = sink.mails()[1].clone();
    let stop = click(&mail[mail.find("不想再收到邮件").unwrap()..]);
    let browser = served.street.town.stranger().with("accept", "text/html").with("sec-fetch-site", "same-origin");
    assert!(browser.get(&stop).await.text.contains("不再给您发邮件"));
    called(&served).await;
    assert_eq!(sink.mails().len(), 3, "looking stops nothing");
    assert_eq!(browser.submits(&stop, "").await.status, 200);
    called(&served).await;
    assert_eq!((sink.mails().len(), gate.taken().len()), (3, 3), "short messages go on");
}
