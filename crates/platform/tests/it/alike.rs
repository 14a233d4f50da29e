//! The same matter told twice: who is shown it, and who must not learn of it.

use crate::demands::Street;
use crate::town::{Answer, PASSWORD, Person, enterprise};
use kernel::id::ClientId;
use kernel::{Reach, Role};
use serde_json::{Value, json};

pub const OUTAGE: (&str, &str) =
    ("侯镇工业园海港线频繁停电", "10千伏海港线本月已停电6次，生产线设备受损，请供电部门尽快检修线路。");
pub const AGAIN: (&str, &str) =
    ("海港线又停电了", "侯镇工业园10千伏海港线本月频繁停电，我公司生产线设备受损，请尽快检修。");

/// A neighbour of the street's enterprise on the same line, with a liaison of its own.
pub async fn neighbour(street: &Street, name: &str, n: u32, area: &str) -> (String, Person) {
    let county = if area.starts_with("370783") { "/3707/370783/" } else { "/3707/370782/" };
    let desk = street.town.signed_in_at(&format!("desk-{n}"), Role::AreaDesk, county).await;
    let mut new = enterprise(name, n);
    new["area"] = json!(area);
    let client = desk.makes("/api/v1/enterprises", new).await;
    let reach = Reach::Clients(vec![client.parse::<ClientId>().unwrap()]);
    let login = format!("liaison-{n}");
    street.town.opens_account_for(&login, Role::Liaison, reach).await;
    (client, street.town.stranger().signs_in(&login, PASSWORD).await)
}

pub fn wish(client: &str, (title, text): (&str, &str)) -> Value {
    json!({ "client": client, "category": "0301", "title": title, "text": text })
}

pub fn names(answer: &Answer, list: &str) -> Vec<String> {
    assert_eq!(answer.status, 200, "{}", answer.text);
    let all = answer.json();
    let items = all[list].as_array().unwrap().iter();
    items.map(|item| item["client_name"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn a_desk_sees_who_else_told_of_the_same_outage_and_no_enterprise_learns_of_another() {
    let street = Street::new().await;
    let (other, liaison) = neighbour(&street, "寿光海港机械有限公司", 2, "370783109").await;
    let (far, far_liaison) = neighbour(&street, "诸城海港机械有限公司", 3, "370782").await;
    let first = street.liaison.makes("/api/v1/demands", wish(&street.client, OUTAGE)).await;
    let second = liaison.makes("/api/v1/demands", wish(&other, AGAIN)).await;
    far_liaison.makes("/api/v1/demands", wish(&far, AGAIN)).await;
    liaison
        .makes("/api/v1/demands", wish(&other, ("高压报装进度慢", "新厂区报装申请已提交一个月，请协调加快办理。")))
        .await;

    let path = format!("/api/v1/demands/{second}/alike");
    let seen = street.desk.get(&path).await;
    assert_eq!(
        names(&seen, "duplicates"),
        ["寿光绿源蔬菜有限公司"],
        "not what is another matter, nor another county's"
    );
    assert_eq!(names(&seen, "helped"), Vec::<String>::new(), "nothing is answered yet");
    assert!(seen.json()["duplicates"][0]["likeness"].as_f64().unwrap() > 0.3);

    let seen = liaison.get(&path).await;
    assert_eq!((names(&seen, "duplicates"), names(&seen, "helped")), (vec![], vec![]));
    assert_eq!(far_liaison.get(&path).await.status, 404);
    for login in ["liaison-2", "fuwutai"] {
        let browser = street.browser(login).await;
        for page in [format!("/demands/{second}"), format!("/demands/{second}/alike")] {
            let shown = browser.get(&page).await;
            assert_eq!(shown.status, 200, "{}", shown.text);
            assert_eq!(shown.text.contains("可能是同一件事"), login == "fuwutai", "{login} {page}");
            assert_eq!(shown.text.contains("寿光绿源蔬菜有限公司"), login == "fuwutai", "{login} {page}");
        }
    }

    street.goes(&street.desk, &second, "accept", json!({})).await;
    street.goes(&street.desk, &second, "dispatch", json!({ "unit": street.power_unit, "days": 5 })).await;
    assert_eq!(names(&street.power.get(&path).await, "duplicates"), Vec::<String>::new(), "the first is not theirs");
    street.goes(&street.desk, &first, "accept", json!({})).await;
    street.goes(&street.desk, &first, "dispatch", json!({ "unit": street.power_unit, "days": 5 })).await;
    assert_eq!(names(&street.power.get(&path).await, "duplicates"), ["寿光绿源蔬菜有限公司"], "now both are theirs");
}

#[tokio::test]
async fn somebody_who_raises_the_same_again_is_asked_first_and_is_told_only_what_they_may_read() {
    let street = Street::new().await;
    let (other, _) = neighbour(&street, "寿光海港机械有限公司", 2, "370783109").await;
    street.liaison.makes("/api/v1/demands", wish(&street.client, OUTAGE)).await;
    let form = |client: &str| {
        let (title, text) = AGAIN;
        let (title, text) = (encoded(title), encoded(text));
        format!("client={client}&category=0301&channel=hotline&title={title}&text={text}")
    };

    let desk = street.browser("fuwutai").await;
    let asked = desk.submits("/demands", &form(&other)).await;
    assert_eq!(asked.status, 422);
    for shown in ["这件诉求还没有提交", OUTAGE.0, "寿光绿源蔬菜有限公司", "内容很相近"] {
        assert!(asked.text.contains(shown), "{shown}");
    }
    let raised = desk.submits("/demands", &format!("{}&again=true", form(&other))).await;
    assert_eq!(raised.status, 303, "{}", raised.text);

    let own = street.browser("qiye").await.submits("/demands", &form(&street.client)).await;
    assert_eq!(own.status, 422, "the enterprise itself has told of it");
    assert!(own.text.contains(OUTAGE.0) && !own.text.contains("寿光海港机械有限公司"));
    let (third, _) = neighbour(&street, "寿光港城塑料有限公司", 4, "370783109").await;
    let raised = street.browser("liaison-4").await.submits("/demands", &form(&third)).await;
    assert_eq!(raised.status, 303, "nobody hears of other firms' matters");
}

pub fn encoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}
