//! The audit administrator reads who did what, in words, and learns whether anything was changed behind it.

use crate::demands::Street;
use crate::town::{PASSWORD, Person, Town, enterprise, monday};
use chrono::Duration;
use kernel::Role;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use store::Sql;

/// The lines of a query.
async fn lines(who: &Person, query: &str) -> Vec<Value> {
    let answer = who.get(&format!("/api/v1/audit?{query}")).await;
    assert_eq!(answer.status, 200, "{query}: {}", answer.text);
    answer.json()["items"].as_array().unwrap().clone()
}

#[tokio::test]
async fn the_trail_is_found_by_person_act_kind_and_day_and_goes_on_where_it_stopped() {
    let town = Town::new().await;
    let audit = town.signed_in("shenji", Role::AuditAdmin).await;
    let desk = town.signed_in_at("fuwutai", Role::AreaDesk, "/3707/370783/").await;
    town.app.clock().set(monday() + Duration::days(1));
    town.stranger().tries_to_sign_in("fuwutai", "wrong").await;
    let desk_later = town.stranger().signs_in("fuwutai", PASSWORD).await;
    town.app.clock().set(monday() + Duration::days(1) + Duration::seconds(1));
    desk_later.makes("/api/v1/enterprises", enterprise("寿光绿源蔬菜有限公司", 1)).await;
    drop(desk);
    let audit_later = town.stranger().signs_in("shenji", PASSWORD).await;
    drop(audit);
    let acts = |found: &[Value]| found.iter().map(|line| line["act"].as_str().unwrap().to_owned()).collect::<Vec<_>>();
    assert_eq!(acts(&lines(&audit_later, "person=fuwutai").await), ["client.enter", "session.begin", "session.begin"]);
    assert_eq!(acts(&lines(&audit_later, "act=session.refuse").await), ["session.refuse"]);
    assert_eq!(lines(&audit_later, "subject=account&until=2026-11-23").await.len(), 2, "two accounts were opened");
    assert!(lines(&audit_later, "subject=account&from=2026-11-25").await.is_empty());
    assert_eq!(lines(&audit_later, "person=fuwutai&from=2026-11-24&until=2026-11-24").await.len(), 2);
    let all = lines(&audit_later, "limit=200").await;
    let (mut seen, mut place) = (Vec::new(), "limit=2".to_owned());
    loop {
        let page = audit_later.get(&format!("/api/v1/audit?{place}")).await.json();
        seen.extend(page["items"].as_array().unwrap().clone());
        let Some(next) = page["next"].as_str() else { break };
        place = format!("limit=2&cursor={next}");
    }
    assert_eq!(seen, all);
    assert_eq!(audit_later.get("/api/v1/audit?cursor=x").await.status, 400);
}

#[tokio::test]
async fn particulars_are_read_in_words_without_ids_without_numbers_of_people_and_without_what_they_wrote() {
    let street = Street::new().await;
    let town = &street.town;
    let (system, security) =
        (town.signed_in("xitong", Role::SystemAdmin).await, town.signed_in("anquan", Role::SecurityAdmin).await);
    let audit = town.signed_in("shenji", Role::AuditAdmin).await;
    let opened =
        system.post("/api/v1/accounts", json!({ "login": "wang", "name": "王芳", "area": "370783" })).await.json();
    let id = opened["id"].as_str().unwrap();
    let wish = json!({ "role": "handler", "unit": street.power_unit });
    security.makes(&format!("/api/v1/accounts/{id}/grants"), wish).await;
    let liaison = town.stranger().signs_in("qiye", PASSWORD).await;
    let secret = "变压器容量不足，商业秘密请勿外传";
    let demand = json!({ "client": street.client, "category": "0301", "title": "用电增容", "text": secret });
    liaison.makes("/api/v1/demands", demand).await;
    let desk = town.stranger().signs_in("fuwutai", PASSWORD).await;
    let new = json!({ "name": "陈静", "position": "主任", "phone": "13805361234" });
    desk.makes(&format!("/api/v1/enterprises/{}/liaisons", street.client), new).await;
    let said = |line: &Value| {
        let pairs = line["detail"].as_array().unwrap().iter();
        pairs
            .map(|pair| format!("{}={}", pair["label"].as_str().unwrap(), pair["value"].as_str().unwrap()))
            .collect::<Vec<_>>()
            .join("，")
    };
    let given = &lines(&audit, "act=grant.give").await[0];
    assert_eq!((&given["act_label"], &given["subject_label"]), (&json!("授予角色"), &json!("账号")));
    for shown in ["账号=wang", "角色=承办人", "范围=寿光市供电公司", "从=2026年11月23日"] {
        assert!(said(given).contains(shown), "{shown}: {}", said(given));
    }
    let raised = &lines(&audit, "act=demand.raise").await[0];
    assert_eq!(raised["act_label"], "诉求：提交");
    assert!(said(raised).contains("正文=（共 16 字，审计中不显示内容）"), "{}", said(raised));
    let whole = audit.get("/api/v1/audit?limit=200").await.text;
    for hidden in [secret, id, "13805361234", opened["password"].as_str().unwrap()] {
        assert!(!whole.contains(hidden), "{hidden}");
    }
    let page = street.browser("shenji").await.get("/audit?act=grant.give").await.text;
    assert!(
        page.contains("授予角色") && page.contains("寿光市供电公司") && !page.contains("{&quot;") && !page.contains(id)
    );
}

#[tokio::test]
async fn a_county_audit_administrator_reads_the_deeds_of_the_county_alone() {
    let town = Town::new().await;
    let (here, there) = ("/3707/370783/", "/3707/370782/");
    let audit = town.signed_in_at("shenji-zc", Role::AuditAdmin, there).await;
    let desk = town.signed_in_at("fuwutai", Role::AreaDesk, here).await;
    desk.makes("/api/v1/enterprises", enterprise("寿光绿源蔬菜有限公司", 1)).await;
    let seen = lines(&audit, "limit=200").await;
    assert!(!seen.is_empty() && seen.iter().all(|line| line["county"] == "370782"), "{seen:?}");
    let page = Person::opens_a_browser(town.router.clone(), "shenji-zc").await;
    for path in ["/", "/audit"] {
        assert!(!page.get(path).await.text.contains("fuwutai"), "{path}");
    }
}

#[tokio::test]
async fn the_audit_administrator_checks_the_chain_and_a_change_behind_it_is_told() {
    let town = Town::new().await;
    town.opens_account("shenji", Role::AuditAdmin).await;
    town.signed_in("wang", Role::AreaDesk).await;
    let audit = Person::opens_a_browser(town.router.clone(), "shenji").await;
    assert!(audit.get("/audit").await.text.contains("还没有核验过"));
    assert_eq!(audit.submits("/audit/verify", "").await.place(), "/audit");
    let home = audit.get("/").await.text;
    assert!(home.contains("封存链完整") && home.contains("由shenji核验") && home.contains("最近的操作"), "{home}");
    let tx = town.app.store.begin().await.unwrap();
    assert_eq!(tx.run(Sql::text("UPDATE audit SET name = 'li' WHERE seal_seq = 2")).await.unwrap(), 1);
    tx.commit().await.unwrap();
    town.app.clock().set(crate::town::monday() + chrono::Duration::minutes(1));
    audit.submits("/audit/verify", "").await;
    let page = audit.get("/audit").await.text;
    assert!(page.contains("封存链断裂") && page.contains("第 2 条"), "{page}");
    let program = town.stranger().signs_in("shenji", PASSWORD).await;
    let verdict = program.post("/api/v1/audit/acts/verify", json!({})).await.json();
    assert_eq!((&verdict["holds"], &verdict["rows"]), (&json!(false), &Value::Null));
    let chain = program.get("/api/v1/audit/chain").await.json();
    assert!(chain["broken"].as_str().unwrap().contains("第 2 条") && chain["checked_by"] == "shenji", "{chain}");
}

#[tokio::test]
async fn a_day_that_is_none_is_told_beside_its_field() {
    let town = Town::new().await;
    town.opens_account("shenji", Role::AuditAdmin).await;
    let audit = Person::opens_a_browser(town.router.clone(), "shenji").await;
    let page = audit.get("/audit?from=yesterday&until=").await;
    assert!(page.status == 200 && page.text.contains("2026-11-23 的格式") && page.text.contains("value=\"yesterday\""));
}

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|end| end == "rs") {
            found.push(path);
        }
    }
}

/// What is recorded must be readable: an act that a feature records has its name in `audit/words.rs`.
#[test]
fn every_act_that_is_recorded_has_a_name_in_chinese() {
    let mut files = Vec::new();
    sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut files);
    let (mut acts, mut subjects) = (BTreeSet::new(), BTreeSet::new());
    for file in files {
        let text = fs::read_to_string(&file).unwrap();
        for call in text.split("Deed::of(").skip(1) {
            let mut literals = call.split(')').next().unwrap().split('"').skip(1).step_by(2);
            let (act, subject) = (literals.next(), literals.next());
            if let (Some(act), Some(subject)) = (act.filter(|act| act.contains('.')), subject) {
                acts.insert(act.to_owned());
                subjects.insert(subject.to_owned());
            }
        }
        for literal in text.split("act: \"").skip(1).filter_map(|rest| rest.split('"').next()) {
            acts.extend(literal.contains('.').then(|| literal.to_owned()));
        }
    }
    assert!(acts.len() > 20 && subjects.len() > 5, "{acts:?}");
    for act in acts {
        assert!(
            !platform::audit::act(&act).is_ascii(),
            "give the act {act} a name in crates/platform/src/audit/words.rs"
        );
    }
    for subject in subjects {
        let told = "give it a name in crates/platform/src/audit/words.rs";
        assert!(!platform::audit::subject(&subject).is_ascii(), "{subject}: {told}");
    }
}
