//! What a desk is proposed, learnt from what the desks of the site have had answered.

use crate::demands::Street;
use kernel::Role;
use platform::demands::{Category, add_category, learn_nightly};
use serde_json::{Value, json};
use store::Sql;

const POWER: [&str; 4] =
    ["变压器容量不足，请协调增容", "线路频繁停电，设备受损", "高压用电报装进度慢", "电费单价偏高，请核对"];
const LOANS: [&str; 4] =
    ["流动资金贷款迟迟未批", "希望银行办理无还本续贷", "缺少抵押物，申请信用贷款", "贷款担保费率偏高"];

impl Street {
    /// Loans are asked about, too.
    async fn lends(&self) {
        let tx = self.town.app.store.begin().await.unwrap();
        for (id, parent, name) in [("01", None, "融资金融"), ("0101", Some("01"), "银行贷款")] {
            let category = Category::new(id, parent.map(str::to_owned), name);
            add_category(&tx, &self.town.app.site, &category).await.unwrap();
        }
        tx.commit().await.unwrap();
    }

    async fn asks(&self, category: &str, text: &str) -> String {
        let wish = json!({ "client": self.client, "category": category, "title": text, "text": text });
        self.liaison.makes("/api/v1/demands", wish).await
    }

    /// So many matters of each kind lie behind, answered by the power company and by the tax bureau.
    async fn has_answered(&self, each: usize) {
        for n in 0..each {
            for (category, asks, unit) in [("0301", POWER, &self.power_unit), ("0101", LOANS, &self.tax_unit)] {
                let text = format!("{n}号厂区{}", asks[n % asks.len()]);
                let demand = self.asks(category, &text).await;
                let tx = self.town.app.store.begin().await.unwrap();
                let ended = "UPDATE demand SET state = 'closed', outcome = 'solved', ended_at = $2, lead_unit_id = $3,
                               lead_unit_name = (SELECT name FROM unit WHERE id = $3) WHERE id = $1";
                let ended = Sql::text(ended).bind(demand.parse::<uuid::Uuid>().unwrap()).bind(tx.now());
                tx.run(ended.bind(unit.parse::<uuid::Uuid>().unwrap())).await.unwrap();
                tx.commit().await.unwrap();
            }
        }
    }

    /// The next job is done; whether there was one.
    async fn works(&self) -> bool {
        platform::worker(self.town.app.clone()).step(&self.town.app.store).await.unwrap()
    }
}

fn first<'a>(told: &'a Value, list: &str) -> &'a Value {
    &told[list][0]
}

#[tokio::test]
async fn what_was_answered_teaches_the_desk_category_and_unit_of_the_next() {
    let street = Street::new().await;
    street.lends().await;
    street.has_answered(32).await;
    let asked = street.desk.post("/api/v1/demand-models/acts/learn", json!({})).await;
    assert_eq!(asked.status, 204, "{}", asked.text);
    assert!(street.works().await && !street.works().await, "one job");
    let models = street.desk.get("/api/v1/demand-models").await.json();
    assert_eq!(models["items"].as_array().unwrap().len(), 2);
    assert_eq!((&models["items"][0]["demands"], &models["items"][0]["checked"]), (&json!(64), &json!(12)));
    assert_eq!(models["items"][0]["hit"], 12, "what is so clear is told right");

    let demand = street.asks("0101", "新车间变压器容量不够，希望增容").await;
    let path = format!("/api/v1/demands/{demand}/suggestions");
    let told = street.desk.get(&path).await.json();
    assert_eq!(first(&told, "categories")["name"], "用电用水用气 · 用电", "though it was filed below loans");
    assert_eq!(first(&told, "units")["name"], "寿光市供电公司");
    assert!(first(&told, "units")["confidence"].as_f64().unwrap() > 0.5, "{told}");
    assert!(first(&told, "cases")["title"].as_str().unwrap().contains("变压器容量不足"), "{told}");
    assert_eq!(first(&told, "cases")["unit_name"], "寿光市供电公司");

    let page = street.browser("fuwutai").await.get(&format!("/demands/{demand}")).await.text;
    for shown in ["办理建议", "用电用水用气 · 用电", "寿光市供电公司", "由您决定", "办结的相似诉求"]
    {
        assert!(page.contains(shown), "{shown}");
    }
    let page = street.browser("qiye").await.get(&format!("/demands/{demand}")).await.text;
    assert!(!page.contains("办理建议") && !page.contains("把握"), "it is the desk's, not the enterprise's");
    for (who, why) in [(&street.liaison, "a client"), (&street.power, "a unit")] {
        assert_ne!(who.get(&path).await.status, 200, "{why}");
    }
}

#[tokio::test]
async fn a_desk_of_another_county_gets_its_own_unit_and_no_case_of_its_neighbour() {
    let street = Street::new().await;
    street.lends().await;
    street.has_answered(32).await;
    assert_eq!(street.desk.post("/api/v1/demand-models/acts/learn", json!({})).await.status, 204);
    assert!(street.works().await);
    let (town, zhucheng) = (&street.town, "/3707/370782/");
    let group = town.signed_in_at("zucheng-zu", Role::Coordination, zhucheng).await;
    let unit = json!({ "area": "370782", "kind": "department", "name": "诸城市供电公司" });
    group.makes("/api/v1/units", unit).await;
    let desk = town.signed_in_at("zhucheng", Role::AreaDesk, zhucheng).await;
    let mut new = crate::town::enterprise("诸城绿源蔬菜有限公司", 7);
    new["area"] = json!("370782");
    let client = desk.makes("/api/v1/enterprises", new).await;
    let wish = json!({ "client": client, "category": "0301", "title": "变压器增容", "text": "变压器容量不足，请协调增容", "channel": "hotline" });
    let demand = desk.makes("/api/v1/demands", wish).await;
    let path = format!("/api/v1/demands/{demand}/suggestions");
    let told = desk.get(&path).await.json();
    assert_eq!(first(&told, "units")["name"], "诸城市供电公司", "the same duty, its own unit");
    assert_eq!(told["cases"], json!([]), "what Shouguang answered is not theirs to read");
    assert_eq!(street.desk.get(&path).await.status, 404);
}

#[tokio::test]
async fn a_young_site_learns_nothing_and_says_so() {
    let street = Street::new().await;
    learn_nightly(&street.town.app).await.unwrap();
    assert!(street.works().await, "nothing is known yet, so it is tried");
    let desk = street.browser("fuwutai").await;
    assert!(desk.get("/demands/learnt").await.text.contains("还没有学到什么"));
    assert_eq!(desk.submits("/demands/learnt/anew", "").await.place(), "/demands/learnt");
    let demand = street.raised().await;
    let told = street.desk.get(&format!("/api/v1/demands/{demand}/suggestions")).await.json();
    assert_eq!(told, json!({ "categories": [], "units": [], "cases": [] }));
    let page = desk.get(&format!("/demands/{demand}")).await.text;
    assert!(!page.contains("办理建议") && page.contains("查看相似的诉求"));
}
