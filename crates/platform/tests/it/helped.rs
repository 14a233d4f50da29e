//! What a unit helps with stands in its list beside what it leads, is found by its words, and goes with the ruling that frees
//! the unit.

use crate::demands::Street;
use crate::town::Person;
use serde_json::json;

/// The titles of a list in its order, page after page.
async fn listed(who: &Person, query: &str) -> Vec<String> {
    let (mut seen, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = who.get(&format!("/api/v1/demands?limit=2{query}{cursor}")).await;
        assert_eq!(page.status, 200, "{query}: {}", page.text);
        let page = page.json();
        seen.extend(page["items"].as_array().unwrap().iter().map(|item| item["title"].as_str().unwrap().to_owned()));
        let Some(next) = page["next"].as_str() else { return seen };
        cursor = format!("&cursor={next}");
    }
}

impl Street {
    /// A demand that one unit leads and perhaps another helps with.
    async fn handed(&self, title: &str, lead: &str, helper: Option<&str>) -> String {
        let clock = self.town.app.clock();
        clock.set(clock.now() + chrono::Duration::seconds(1));
        let mut wish = self.wish();
        wish["title"] = json!(title);
        let demand = self.liaison.makes("/api/v1/demands", wish).await;
        self.goes(&self.desk, &demand, "accept", json!({})).await;
        let helpers: Vec<_> = helper.iter().map(|unit| json!({ "unit": unit, "days": 3 })).collect();
        let wish = json!({ "unit": lead, "days": 5, "helpers": helpers });
        self.goes(&self.desk, &demand, "dispatch", wish).await;
        demand
    }
}

#[tokio::test]
async fn what_a_unit_helps_with_stands_in_its_list_where_it_belongs_and_once() {
    let street = Street::new().await;
    let (power, tax) = (street.power_unit.as_str(), street.tax_unit.as_str());
    for (title, lead, helper) in [
        ("甲电", power, Some(tax)),
        ("乙税", tax, None),
        ("丙电", power, None),
        ("丁电", power, Some(tax)),
        ("戊税", tax, Some(power)),
    ] {
        street.handed(title, lead, helper).await;
    }
    assert_eq!(listed(&street.tax, "").await, ["戊税", "丁电", "乙税", "甲电"]);
    assert_eq!(listed(&street.power, "").await, ["戊税", "丁电", "丙电", "甲电"]);
    assert_eq!(listed(&street.tax, "&role=lead").await, ["戊税", "乙税"]);
    assert_eq!(listed(&street.tax, "&role=co").await, ["丁电", "甲电"]);
    assert_eq!(listed(&street.desk, "").await.len(), 5);
    assert!(listed(&street.desk, "&role=co").await.is_empty(), "a desk helps with nothing");
    assert_eq!(listed(&street.tax, "&waiting=unit").await.len(), 2, "what waits for a helper is a queue of its own");
    assert_eq!(listed(&street.tax, "&queue=helping").await.len(), 2);
    let mut by_limit = listed(&street.tax, "&sort=due_at").await;
    by_limit.sort_unstable();
    assert_eq!(by_limit, ["丁电", "乙税", "戊税", "甲电"]);
    assert_eq!(listed(&street.tax, "&channel=enterprise").await.len(), 4);
    assert!(listed(&street.tax, "&channel=hotline").await.is_empty());
    assert_eq!(listed(&street.tax, "&q=%E7%94%B5").await, ["戊税", "丁电", "乙税", "甲电"], "by the category");
    assert_eq!(listed(&street.tax, "&q=%E4%B8%81%E7%94%B5").await, ["丁电"]);
    assert!(listed(&street.tax, "&q=%E4%B8%99%E7%94%B5").await.is_empty(), "who does not help does not find");
    let page = street.browser("shuiwu").await.get("/demands").await.text;
    assert!(page.contains("丁电") && page.contains("主办和协办") && !page.contains("丙电"), "{page}");
    let home = street.browser("shuiwu").await.get("/").await.text;
    assert!(
        home.contains("/demands?state=dispatched&#38;role=lead") || home.contains("state=dispatched&amp;role=lead")
    );
}

#[tokio::test]
async fn who_is_freed_from_helping_no_longer_finds_the_demand() {
    let street = Street::new().await;
    let demand = street.handed("甲电", &street.power_unit, Some(&street.tax_unit)).await;
    street.goes(&street.power, &demand, "sign", json!({})).await;
    assert_eq!(listed(&street.tax, "").await, ["甲电"]);
    let object = json!({ "ground": "not_duty", "text": "与税务无关。" });
    street.goes(&street.tax, &demand, "object", object).await;
    let rule = json!({ "unit": street.tax_unit, "granted": true, "text": "不需税务协办。" });
    street.goes(&street.desk, &demand, "rule", rule).await;
    for query in ["", "&role=co", "&q=%E7%94%B2%E7%94%B5", "&sort=due_at"] {
        assert!(listed(&street.tax, query).await.is_empty(), "{query}");
    }
    // The next round is for those it is handed to then.
    let again = street.handed("乙电", &street.power_unit, Some(&street.tax_unit)).await;
    street.goes(&street.power, &again, "sign", json!({})).await;
    street.goes(&street.tax, &again, "sign", json!({})).await;
    street.goes(&street.tax, &again, "assist-reply", json!({ "text": "可以扣除。" })).await;
    street.goes(&street.power, &again, "reply", json!({ "outcome": "solved", "text": "已送电。" })).await;
    assert_eq!(listed(&street.tax, "").await, ["乙电"], "what it has helped with");
    street.goes(&street.liaison, &again, "reopen", json!({ "text": "还没有送电。" })).await;
    assert!(listed(&street.tax, "").await.is_empty());
}
