//! What speaks against pairing: who may not look after whom, who asked not to, and who never learns of it.

use crate::demands::Street;
use crate::town::{PASSWORD, Person, enterprise, monday};
use chrono::Duration;
use kernel::authz::WritePairings;
use kernel::id::{ClientId, OfficialId};
use kernel::words::BarGround;
use kernel::{Actor, Grant, Reach, Role};
use platform::pairing::bars;
use serde_json::{Value, json};

/// The street with two officials of its power bureau, one of whom looks after its enterprise, with an account.
pub struct Served {
    pub street: Street,
    pub li: String,
    pub zhao: String,
    pub pairing: String,
    pub commissioner: Person,
}

impl Served {
    pub async fn new() -> Self {
        let street = Street::new().await;
        let group = street.town.stranger().signs_in("zonghe", PASSWORD).await;
        let enter = async |name: &str| {
            let new = json!({ "unit": street.power_unit, "name": name, "rank": "section_head", "title": "科长", "since": "2025-03-01" });
            group.makes("/api/v1/officials", new).await
        };
        let (li, zhao) = (enter("李明").await, enter("赵刚").await);
        let begin = json!({ "client": street.client, "official": li, "from": "2026-01-01" });
        let pairing = street.desk.makes("/api/v1/pairings", begin).await;
        let id = li.parse::<OfficialId>().unwrap();
        street.town.opens_account_of("liming", Role::Commissioner, Reach::Clients(Vec::new()), Some(id)).await;
        let commissioner = street.town.stranger().signs_in("liming", PASSWORD).await;
        Self { street, li, zhao, pairing, commissioner }
    }

    pub async fn other_client(&self, n: u32) -> String {
        self.street.desk.makes("/api/v1/enterprises", enterprise(&format!("寿光海韵盐业有限公司{n}"), n)).await
    }
}

pub fn read_as(who: &Person, version: i64) -> Person {
    who.clone().with("if-match", &format!("\"{version}\""))
}

fn recusal(client: &str, official: &str) -> Value {
    json!({ "kind": "recusal", "client": client, "official": official, "ground": "family", "note": "配偶任财务总监", "from": "2026-11-01" })
}

fn first_error(answer: &crate::town::Answer) -> (String, String) {
    let error = answer.json()["errors"][0].clone();
    (error["field"].as_str().unwrap_or_default().to_owned(), error["detail"].as_str().unwrap_or_default().to_owned())
}

#[tokio::test]
async fn an_official_who_stands_back_is_paired_neither_by_hand_nor_by_handing_over_until_it_ends() {
    let served = Served::new().await;
    let (street, desk) = (&served.street, &served.street.desk);
    let salt = served.other_client(2).await;
    let bar = desk.makes("/api/v1/pairing-bars", recusal(&street.client, &served.zhao)).await;
    let twice = desk.post("/api/v1/pairing-bars", recusal(&street.client, &served.zhao)).await;
    assert_eq!((twice.status, first_error(&twice).0), (422, "from".to_owned()), "{}", twice.text);
    let over = json!({ "official": served.zhao, "from": "2026-12-01" });
    let over_path = format!("/api/v1/pairings/{}/acts/hand-over", served.pairing);
    let refused = read_as(desk, 1).post(&over_path, over.clone()).await;
    let (field, told) = first_error(&refused);
    assert!(refused.status == 422 && field == "official" && told.contains("亲属任职或经营"), "{}", refused.text);
    let held = desk.get(&format!("/api/v1/pairings/{}", served.pairing)).await.json();
    assert!(held["until_day"].is_null(), "a refused hand-over ends nothing: {held}");
    // Another client is none of the recusal's business, and an end in time lets the pair be.
    desk.makes("/api/v1/pairings", json!({ "client": salt, "official": served.zhao, "from": "2026-12-01" })).await;
    let end = format!("/api/v1/pairing-bars/{bar}/acts/end");
    assert_eq!(read_as(desk, 1).post(&end, json!({ "last_day": "2026-10-31" })).await.status, 422);
    assert_eq!(read_as(desk, 1).post(&end, json!({ "last_day": "2026-12-31" })).await.status, 204);
    assert_eq!(read_as(desk, 1).post(&over_path, over).await.status, 422, "on 1 December it still stands");
    let later = json!({ "official": served.zhao, "from": "2027-01-01" });
    assert_eq!(read_as(desk, 1).post(&over_path, later).await.status, 201);
}

#[tokio::test]
async fn a_unit_that_is_left_out_and_a_client_that_wants_nobody_are_paired_with_nobody() {
    let served = Served::new().await;
    let (street, desk) = (&served.street, &served.street.desk);
    let salt = served.other_client(2).await;
    let unit = json!({ "kind": "unit_out", "unit": street.power_unit, "note": "机构改革期间", "from": "2026-11-01", "until": "2026-12-31" });
    desk.makes("/api/v1/pairing-bars", unit).await;
    let begin = |from: &str| json!({ "client": salt, "official": served.zhao, "from": from });
    let refused = desk.post("/api/v1/pairings", begin("2026-12-01")).await;
    assert!(refused.status == 422 && first_error(&refused).1.contains("寿光市供电公司"), "{}", refused.text);
    let none = json!({ "kind": "unwanted", "client": salt, "note": "来电说明", "from": "2027-01-01" });
    let bar = desk.makes("/api/v1/pairing-bars", none).await;
    let refused = desk.post("/api/v1/pairings", begin("2027-01-01")).await;
    assert!(refused.status == 422 && first_error(&refused).1.contains("无事不扰"), "{}", refused.text);
    let end = format!("/api/v1/pairing-bars/{bar}/acts/end");
    assert_eq!(read_as(desk, 1).post(&end, json!({ "last_day": "2027-01-31" })).await.status, 204);
    desk.makes("/api/v1/pairings", begin("2027-02-01")).await;
    for (wrong, field) in [
        (json!({ "kind": "recusal", "client": salt, "official": served.li, "from": "2026-11-01" }), "ground"),
        (
            json!({ "kind": "recusal", "client": salt, "official": served.li, "ground": "other", "from": "2026-11-01" }),
            "note",
        ),
        (json!({ "kind": "change", "client": salt, "note": "来电", "from": "2026-11-01" }), "official"),
        (
            json!({ "kind": "unit_out", "client": salt, "unit": street.power_unit, "note": "来电", "from": "2026-11-01" }),
            "client",
        ),
        (json!({ "kind": "unwanted", "client": served.li, "note": "来电", "from": "2026-11-01" }), "client"),
        (
            json!({ "kind": "unwanted", "client": salt, "note": "来电", "from": "2026-11-02", "until": "2026-11-01" }),
            "until",
        ),
    ] {
        let refused = desk.post("/api/v1/pairing-bars", wrong).await;
        assert_eq!((refused.status, first_error(&refused).0.as_str()), (422, field), "{}", refused.text);
    }
}

#[tokio::test]
async fn an_enterprise_asks_for_another_and_the_desk_hands_it_over_while_the_commissioner_learns_nothing() {
    let served = Served::new().await;
    let street = &served.street;
    let form = format!("/clients/{}/commissioner-request", street.client);
    let browser = street.browser("qiye").await;
    assert!(browser.get(&form).await.text.contains("李明"));
    let empty = browser.submits(&form, "kind=change&reason=").await;
    assert!(empty.status == 422 && empty.text.contains("请填写原因"), "{}", empty.status);
    assert_eq!(browser.submits(&form, "kind=change&reason=%E8%81%94%E7%B3%BB%E4%B8%8D%E4%B8%8A").await.status, 303);
    assert_eq!(browser.submits(&form, "kind=unwanted&reason=x").await.status, 409, "one at a time");
    street.town.hears().await;
    let page = browser.get(&format!("/enterprises/{}", street.client)).await.text;
    assert!(page.contains("服务台正在处理") && page.contains("撤回申请"), "{page}");
    let waiting = street.desk.get("/api/v1/pairing-bars?state=pending").await.json();
    let bar = waiting["items"][0].clone();
    assert_eq!(
        (&bar["official_name"], &bar["note"], &bar["pairing_id"]),
        (&json!("李明"), &json!("联系不上"), &json!(served.pairing))
    );
    let notice = street.desk.get("/api/v1/notifications").await.json();
    assert_eq!(notice["items"][0]["title"], json!("企业提出换一名服务专员，等您处理"));
    // The commissioner, even one who works at the desk as well, is shown nothing of it.
    assert_eq!(served.commissioner.get("/api/v1/pairing-bars").await.status, 404);
    assert_eq!(served.commissioner.get(&format!("/pairing-bars/{}", bar["id"].as_str().unwrap())).await.status, 404);
    let his = served.commissioner.get(&format!("/enterprises/{}", street.client)).await.text;
    assert!(!his.contains("调整服务专员") && !his.contains("联系不上") && !his.contains("提出换一名"), "{his}");
    assert!(served.commissioner.get("/api/v1/notifications").await.json()["items"].as_array().unwrap().is_empty());
    let id = served.li.parse::<OfficialId>().unwrap();
    let reach = Reach::Area(kernel::AreaPath("/3707/370783/".into()));
    street.town.opens_account_of("liming2", Role::AreaDesk, reach, Some(id)).await;
    let himself = street.town.stranger().signs_in("liming2", PASSWORD).await;
    assert!(himself.get("/api/v1/pairing-bars").await.json()["items"].as_array().unwrap().is_empty());
    assert_eq!(himself.get(&format!("/api/v1/pairing-bars/{}", bar["id"].as_str().unwrap())).await.status, 404);
    // Handing over settles it, and nobody hands the client back to him.
    let over = format!("/api/v1/pairings/{}/acts/hand-over", served.pairing);
    let to = json!({ "official": served.zhao, "from": "2026-11-24" });
    let next = read_as(&street.desk, 1).makes(&over, to).await;
    street.town.hears().await;
    let told = street.liaison.get("/api/v1/notifications").await.json();
    assert_eq!(told["items"][0]["title"], json!("您提出的“换一名服务专员”已处理"));
    let back = format!("/api/v1/pairings/{next}/acts/hand-over");
    let refused = read_as(&street.desk, 1).post(&back, json!({ "official": served.li, "from": "2026-12-01" })).await;
    assert!(refused.status == 422 && first_error(&refused).1.contains("提出更换服务专员"), "{}", refused.text);
}

#[tokio::test]
async fn an_enterprise_that_wants_none_is_answered_and_may_think_better_of_it() {
    let served = Served::new().await;
    let (street, desk) = (&served.street, &served.street.desk);
    let ask = json!({ "client": street.client, "kind": "unwanted", "reason": "目前没有需要协调的事" });
    let bar = street.liaison.makes("/api/v1/pairing-requests", ask.clone()).await;
    let answer = format!("/api/v1/pairing-bars/{bar}/acts/answer");
    let no = json!({ "granted": false, "text": "重点项目建设期间按规定需明确一名专员，请谅解。" });
    assert_eq!(read_as(desk, 1).post(&answer, json!({ "granted": false, "text": " " })).await.status, 422);
    assert_eq!(read_as(desk, 1).post(&answer, no.clone()).await.status, 204);
    assert_eq!(read_as(desk, 2).post(&answer, no).await.status, 409, "once is enough");
    street.town.hears().await;
    let told = street.liaison.get("/api/v1/notifications").await.json();
    assert_eq!(told["items"][0]["title"], json!("您提出的“暂不需要服务专员”已答复，请查看"));
    let page = street.browser("qiye").await.get(&format!("/enterprises/{}", street.client)).await.text;
    assert!(page.contains("请谅解") && page.contains("换一名，或暂不需要"), "{page}");
    let again = street.liaison.makes("/api/v1/pairing-requests", ask).await;
    let withdraw = format!("/api/v1/pairing-requests/{again}/acts/withdraw");
    assert_eq!(desk.post(&withdraw, json!({})).await.status, 404, "the client's alone");
    assert_eq!(read_as(&street.liaison, 1).post(&withdraw, json!({})).await.status, 204);
    assert_eq!(read_as(&street.liaison, 2).post(&withdraw, json!({})).await.status, 409);
    let change = json!({ "client": street.client, "kind": "recusal", "reason": "x" });
    assert_eq!(street.liaison.post("/api/v1/pairing-requests", change).await.status, 422);
}

#[tokio::test]
async fn what_speaks_against_pairing_is_seen_within_ones_area_and_planned_with_in_bulk() {
    let served = Served::new().await;
    let (street, desk) = (&served.street, &served.street.desk);
    let salt = served.other_client(2).await;
    desk.makes("/api/v1/pairing-bars", recusal(&street.client, &served.zhao)).await;
    let none = json!({ "kind": "unwanted", "client": salt, "note": "来电说明", "from": "2026-11-01" });
    desk.makes("/api/v1/pairing-bars", none).await;
    let unit = json!({ "kind": "unit_out", "unit": street.tax_unit, "note": "来函", "from": "2026-11-01" });
    let unit = desk.makes("/api/v1/pairing-bars", unit).await;
    let next_door = street.town.signed_in_at("zhucheng", Role::AreaDesk, "/3707/370782/").await;
    assert!(next_door.get("/api/v1/pairing-bars").await.json()["items"].as_array().unwrap().is_empty());
    assert_eq!(next_door.get(&format!("/api/v1/pairing-bars/{unit}")).await.status, 404);
    let elsewhere = recusal(&street.client, &served.li);
    assert_eq!(next_door.post("/api/v1/pairing-bars", elsewhere).await.status, 422);
    let leader = street.town.signed_in("lingdao", Role::Leader).await;
    assert_eq!(leader.get("/api/v1/pairing-bars").await.status, 404, "who does not pair has no business here");
    assert_eq!(street.liaison.get("/pairing-bars").await.status, 404);
    let count = async |query: &str| {
        desk.get(&format!("/api/v1/pairing-bars?{query}")).await.json()["items"].as_array().unwrap().len()
    };
    assert_eq!(
        (count("").await, count("kind=recusal").await, count("on=2026-10-01").await, count("area=370782").await),
        (3, 1, 0, 0)
    );
    assert_eq!((count("area=370783001").await, count(&format!("client={salt}")).await), (2, 1));
    let account = kernel::id::AccountId::mint(monday());
    let everywhere = |path: &str| Actor {
        account,
        name: "编排".into(),
        official: None,
        grants: vec![Grant { role: Role::Coordination, reach: Reach::Area(kernel::AreaPath(path.into())) }],
        stands_in: Vec::new(),
    };
    let today = street.town.app.today();
    let city = everywhere("/3707/").scope::<WritePairings>().unwrap();
    let store = &street.town.app.store;
    let found = bars::in_force(store, &city, None, today).await.unwrap();
    let (client, zhao): (ClientId, OfficialId) = (street.client.parse().unwrap(), served.zhao.parse().unwrap());
    assert_eq!((found.pairs.len(), found.clients.len(), found.units.len()), (1, 1, 1));
    assert_eq!((found.pairs[0].client, found.pairs[0].official), (client, zhao));
    assert_eq!(found.pairs[0].ground, Some(BarGround::Family));
    let before = bars::in_force(store, &city, None, today - Duration::days(60)).await.unwrap();
    assert_eq!(before, bars::InForce::default());
    let neighbour = everywhere("/3707/370782/").scope::<WritePairings>().unwrap();
    let found = bars::in_force(store, &neighbour, None, today).await.unwrap();
    assert_eq!((found.pairs.len(), found.clients.len()), (0, 0), "not of clients elsewhere");
}

#[tokio::test]
async fn a_desk_enters_answers_and_ends_on_pages_that_keep_what_was_typed() {
    let served = Served::new().await;
    let street = &served.street;
    let desk = street.browser("fuwutai").await;
    assert!(desk.get("/pairing-bars/new").await.text.contains("kind=recusal"));
    let form =
        desk.get(&format!("/pairing-bars/new?kind=recusal&client={}&official={}", street.client, served.zhao)).await;
    assert!(form.text.contains("寿光绿源蔬菜有限公司") && form.text.contains("赵刚"), "{}", form.text);
    let typed =
        format!("kind=recusal&client={}&official={}&ground=&note=abcdef&from=2026-11-23", street.client, served.zhao);
    let refused = desk.submits("/pairing-bars", &typed).await;
    assert!(refused.status == 422 && refused.text.contains("请选择回避事由") && refused.text.contains("abcdef"));
    let entered = desk.submits("/pairing-bars", &typed.replace("ground=", "ground=shareholding")).await;
    assert_eq!(entered.status, 303, "{}", entered.text);
    let page = desk.get(&entered.place()).await.text;
    assert!(page.contains("持股或投资：abcdef") && page.contains("结束登记"), "{page}");
    assert!(desk.get("/pairing-bars").await.text.contains("持股或投资：abcdef"));
    let ended = desk.submits(&format!("{}/end", entered.place()), "version=1&last_day=2026-11-23").await;
    assert_eq!(ended.status, 303, "{}", ended.text);
    let ask = json!({ "client": street.client, "kind": "unwanted", "reason": "目前没有需要协调的事" });
    let bar = street.liaison.makes("/api/v1/pairing-requests", ask).await;
    assert!(desk.get(&format!("/enterprises/{}", street.client)).await.text.contains(&format!("/pairing-bars/{bar}")));
    assert!(desk.get("/pairings").await.text.contains("回避与意愿 <span class=\"wqt-count\">1</span>"));
    let answer = format!("/pairing-bars/{bar}/answer");
    assert_eq!(desk.submits(&answer, "version=1&granted=&text=ok").await.status, 422);
    assert_eq!(desk.submits(&answer, "version=1&granted=yes&text=ok").await.status, 303);
    assert!(
        desk.get(&format!("/pairing-bars/{bar}")).await.text.contains(&format!("/pairings/{}/end", served.pairing))
    );
}

#[tokio::test]
async fn a_file_of_pairings_keeps_to_what_speaks_against_them() {
    let served = Served::new().await;
    let desk = &served.street.desk;
    let salt = served.other_client(2).await;
    desk.makes("/api/v1/pairing-bars", recusal(&salt, &served.zhao)).await;
    let code =
        desk.get(&format!("/api/v1/enterprises/{salt}")).await.json()["credit_code"].as_str().unwrap().to_owned();
    let file = format!(
        "企业（项目）代码,干部姓名,干部单位,开始日期\n{code},赵刚,寿光市供电公司,2026-12-01\n{code},李明,寿光市供电公司,2026-12-01\n"
    );
    let checked = crate::console::brings(desk, "pairings", file.into_bytes()).await.json();
    let mistakes = crate::console::mistakes(&checked);
    assert!(mistakes.len() == 1 && mistakes[0].0 == 2 && mistakes[0].1.contains("亲清回避"), "{checked}");
}

#[tokio::test]
async fn two_who_pair_and_stand_back_at_once_end_with_one_of_the_two() {
    let served = Served::new().await;
    let desk = &served.street.desk;
    for n in 2..6 {
        let client = served.other_client(n).await;
        let begin = json!({ "client": client, "official": served.zhao, "from": "2026-11-23" });
        let bar = recusal(&client, &served.zhao);
        let (paired, barred) =
            tokio::join!(desk.post("/api/v1/pairings", begin), desk.post("/api/v1/pairing-bars", bar));
        assert!([201, 422].contains(&paired.status) && barred.status == 201, "{} {}", paired.text, barred.text);
        let shown = desk.get(&format!("/api/v1/pairing-bars?client={client}")).await.json();
        assert_eq!(shown["items"][0]["pairing_id"].is_null(), paired.status == 422, "{shown}");
    }
}
