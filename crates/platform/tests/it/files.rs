//! Files that people bring: taken in when they are what they say, kept with the step they came with, given to who reads it.

use crate::demands::Street;
use crate::town::{PASSWORD, Person, Town, enterprise};
use kernel::{Reach, Role};
use serde_json::{Value, json};

const PDF: &[u8] = b"%PDF-1.7\n1 0 obj <<>> endobj\ntrailer <<>>\n%%EOF";
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR";

/// A form with texts and files, as a browser sends it.
pub fn form(texts: &[(&str, &str)], files: &[(&str, &str, &[u8])]) -> Vec<u8> {
    let mut body = Vec::new();
    for (name, text) in texts {
        body.extend(format!("--wqt\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{text}\r\n").bytes());
    }
    for (field, name, bytes) in files {
        let head = format!("--wqt\r\nContent-Disposition: form-data; name=\"{field}\"; filename=\"{name}\"\r\n");
        body.extend(head.bytes().chain(*b"Content-Type: application/octet-stream\r\n\r\n"));
        body.extend(bytes.iter().chain(b"\r\n"));
    }
    body.extend(b"--wqt--\r\n");
    body
}

pub const MULTIPART: &str = "multipart/form-data; boundary=wqt";

async fn bring(who: &Person, name: &str, bytes: &[u8]) -> Value {
    let answer = who.sends(&format!("/api/v1/files?name={name}"), "application/octet-stream", bytes.to_vec()).await;
    assert_eq!(answer.status, 201, "{}", answer.text);
    answer.json()["id"].clone()
}

/// The files on the lines of a timeline, as somebody reads it.
async fn files(who: &Person, demand: &str) -> Vec<(String, String)> {
    let lines = who.get(&format!("/api/v1/demands/{demand}/timeline")).await.json();
    let lines = lines["items"].as_array().unwrap().clone();
    let named = |line: &Value| {
        let act = line["act"].as_str().unwrap().to_owned();
        let files = line["files"].as_array().unwrap().clone();
        files.into_iter().map(move |file| (act.clone(), file["id"].as_str().unwrap().to_owned())).collect::<Vec<_>>()
    };
    lines.iter().flat_map(named).collect()
}

async fn raised_with(street: &Street, id: &Value) -> String {
    let mut wish = street.wish();
    wish["files"] = json!([id]);
    street.liaison.makes("/api/v1/demands", wish).await
}

#[tokio::test]
async fn a_program_brings_a_file_names_it_in_a_demand_and_reads_it_again() {
    let street = Street::new().await;
    let id = bring(&street.liaison, "%E6%89%B9%E5%A4%8D.pdf", PDF).await;
    let demand = raised_with(&street, &id).await;
    let file = id.as_str().unwrap();
    assert_eq!(files(&street.desk, &demand).await, [("raise".to_owned(), file.to_owned())]);
    let read = street.desk.get(&format!("/api/v1/files/{file}")).await;
    assert_eq!((read.status, read.text.as_bytes()), (200, PDF));
    let header = |name: &str| read.headers[name].to_str().unwrap();
    assert_eq!(header("content-type"), "application/pdf");
    assert_eq!(
        header("content-disposition"),
        "attachment; filename=\"__.pdf\"; filename*=UTF-8''%E6%89%B9%E5%A4%8D.pdf"
    );
    assert_eq!(header("x-content-type-options"), "nosniff");
    assert!(header("content-security-policy").starts_with("sandbox;"));
    let multipart = street.liaison.sends("/api/v1/files", MULTIPART, form(&[], &[("file", "a.png", PNG)])).await;
    assert_eq!((multipart.status, &multipart.json()["media"]), (201, &json!("image/png")), "{}", multipart.text);
}

#[tokio::test]
async fn a_file_is_read_by_those_who_read_its_line_and_by_nobody_else() {
    let street = Street::new().await;
    let town: &Town = &street.town;
    let id = bring(&street.liaison, "a.pdf", PDF).await;
    let path = format!("/api/v1/files/{}", id.as_str().unwrap());
    assert_eq!(street.liaison.get(&path).await.status, 404, "nothing names it yet");
    let demand = raised_with(&street, &id).await;
    let other = street.desk.makes("/api/v1/enterprises", enterprise("寿光恒信机械有限公司", 2)).await;
    town.opens_account_for("bieren", Role::Liaison, Reach::Clients(vec![other.parse().unwrap()])).await;
    let rival = town.stranger().signs_in("bieren", PASSWORD).await;
    let next_door = town.signed_in_at("zhucheng", Role::AreaDesk, "/3707/370782/").await;
    for (who, sees) in
        [(&street.liaison, true), (&street.desk, true), (&street.power, false), (&rival, false), (&next_door, false)]
    {
        assert_eq!(who.get(&path).await.status, if sees { 200 } else { 404 });
        let page = format!("/demands/{demand}/files/{}", id.as_str().unwrap());
        assert_eq!(who.get(&page).await.status, if sees { 200 } else { 404 });
    }
    let second = street.raised().await;
    let elsewhere = format!("/demands/{second}/files/{}", id.as_str().unwrap());
    assert_eq!(street.desk.get(&elsewhere).await.status, 404, "it is not of that demand");
    let stolen = street.power.post("/api/v1/demands", street.wish()).await;
    assert_eq!(stolen.status, 404, "a unit raises nothing");
    let mut wish = street.wish();
    wish["files"] = json!([bring(&street.desk, "b.pdf", PDF).await]);
    let refused = street.liaison.post("/api/v1/demands", wish.clone()).await;
    assert_eq!((refused.status, &refused.json()["errors"][0]["field"]), (422, &json!("files")), "another's file");
    wish["files"] = json!([id]);
    assert_eq!(street.liaison.post("/api/v1/demands", wish).await.status, 422, "named once is named for good");
}

#[tokio::test]
async fn why_a_unit_objects_is_not_for_the_client_to_read_but_that_it_did_is() {
    let street = Street::new().await;
    let demand = street.raised().await;
    street.goes(&street.desk, &demand, "accept", json!({})).await;
    street.goes(&street.desk, &demand, "dispatch", json!({ "unit": street.power_unit, "days": 5 })).await;
    let id = bring(&street.power, "a.pdf", PDF).await;
    let object = json!({ "ground": "not_duty", "text": "应由税务局主办。", "files": [id] });
    street.goes(&street.power, &demand, "object", object).await;
    assert_eq!(files(&street.desk, &demand).await.len(), 1);
    assert!(files(&street.liaison, &demand).await.is_empty());
    assert_eq!(street.liaison.get(&format!("/api/v1/files/{}", id.as_str().unwrap())).await.status, 404);
    let page = street.browser("qiye").await.get(&format!("/demands/{demand}")).await.text;
    assert!(page.contains("派单异议") && !page.contains("应由税务局主办"));
    assert!(street.browser("fuwutai").await.get(&format!("/demands/{demand}")).await.text.contains("应由税务局主办"));
}

#[tokio::test]
async fn what_comes_with_an_answer_is_the_clients_to_read_once_the_head_has_approved_it() {
    let street = Street::strict().await;
    let unit = Reach::Unit(street.power_unit.parse().unwrap());
    street.town.opens_account_for("juzhang", Role::UnitHead, unit).await;
    let head = street.town.stranger().signs_in("juzhang", PASSWORD).await;
    let demand = street.raised().await;
    street.goes(&street.desk, &demand, "accept", json!({})).await;
    street.goes(&street.desk, &demand, "dispatch", json!({ "unit": street.power_unit, "days": 5 })).await;
    street.goes(&street.power, &demand, "sign", json!({})).await;
    let id = bring(&street.power, "a.pdf", PDF).await;
    let answer = json!({ "outcome": "solved", "text": "周五通电。", "files": [id] });
    street.goes(&street.power, &demand, "reply", answer).await;
    let file = id.as_str().unwrap();
    let (download, page) = (format!("/api/v1/files/{file}"), format!("/demands/{demand}/files/{file}"));
    for path in [&download, &page] {
        assert_eq!((street.liaison.get(path).await.status, head.get(path).await.status), (404, 200), "{path}");
    }
    street.goes(&head, &demand, "approve", json!({ "granted": true })).await;
    assert_eq!(files(&street.liaison, &demand).await, [("reply".to_owned(), file.to_owned())]);
    for path in [&download, &page] {
        assert_eq!(street.liaison.get(path).await.status, 200, "{path}");
    }
}

#[tokio::test]
async fn what_is_renamed_empty_or_too_large_is_refused_with_what_to_do() {
    let street = Street::new().await;
    for (name, bytes, status, told) in [
        ("a.pdf", b"MZ\x90\x00".to_vec(), 422, "另存"),
        ("a.txt", b"<script>alert(1)</script>".to_vec(), 422, "另存"),
        ("a.html", b"<p>".to_vec(), 422, "可上传"),
        ("a.zip", b"PK\x03\x04".to_vec(), 422, "解压"),
        ("a.pdf", Vec::new(), 422, "空文件"),
        ("a.pdf", [PDF, &vec![b' '; 11 * 1024 * 1024][..]].concat(), 413, "10 MB"),
    ] {
        let refused = street.liaison.sends(&format!("/api/v1/files?name={name}"), "application/pdf", bytes).await;
        assert!(refused.status == status && refused.text.contains(told), "{name}: {} {}", refused.status, refused.text);
    }
    assert_eq!(street.liaison.sends("/api/v1/files", "application/pdf", PDF.to_vec()).await.status, 422, "no name");
    let stray = street.liaison.sends("/api/v1/files", MULTIPART, b"--wqt\r\nbroken".to_vec()).await;
    assert_eq!(stray.status, 400, "{}", stray.text);
}

#[tokio::test]
async fn a_form_brings_files_without_scripts_and_what_was_typed_and_sent_survives_a_refusal() {
    let street = Street::new().await;
    let liaison = street.browser("qiye").await;
    let texts = [("client", street.client.as_str()), ("category", "0301"), ("title", "用电增容"), ("text", "请协调")];
    let body = form(&texts, &[("files", "批复.pdf", PDF), ("files", "坏.pdf", b"MZ\x90\x00")]);
    let refused = liaison.sends("/demands", MULTIPART, body).await;
    assert_eq!(refused.status, 422, "{}", refused.text);
    for shown in ["value=\"用电增容\"", "请协调", "“坏.pdf”的内容与扩展名不符", "批复.pdf（"] {
        assert!(refused.text.contains(shown), "{shown}");
    }
    let kept = refused.text.split("name=\"kept\" value=\"").nth(1).unwrap().split('"').next().unwrap();
    let again: Vec<_> = texts.into_iter().chain([("kept", kept)]).collect();
    let raised = liaison.sends("/demands", MULTIPART, form(&again, &[("files", "", b"")])).await;
    assert_eq!(raised.status, 303, "{}", raised.text);
    let page = liaison.get(&raised.place()).await.text;
    assert!(page.contains("批复.pdf") && !page.contains("坏.pdf"));
    let seven: Vec<_> = std::iter::repeat_n(("files", "图.png", PNG), 7).collect();
    let many = liaison.sends("/demands", MULTIPART, form(&texts, &seven)).await;
    assert!(many.status == 422 && many.text.contains("一次最多 5 个附件"));
    let large = [PDF, &vec![b' '; 11 * 1024 * 1024][..]].concat();
    let large = liaison.sends("/demands", MULTIPART, form(&texts, &[("files", "大.pdf", &large)])).await;
    assert!(large.status == 422 && large.text.contains("“大.pdf”超过 10 MB") && large.text.contains("用电增容"));
}

#[tokio::test]
async fn an_image_may_be_looked_at_and_a_document_is_only_downloaded() {
    let street = Street::new().await;
    for (name, bytes, way) in [("a.png", PNG, "inline"), ("a.pdf", PDF, "attachment")] {
        let id = bring(&street.liaison, name, bytes).await;
        let demand = raised_with(&street, &id).await;
        let look = format!("/demands/{demand}/files/{}?look=true", id.as_str().unwrap());
        let seen = street.desk.get(&look).await;
        assert!(seen.headers["content-disposition"].to_str().unwrap().starts_with(way), "{name}");
    }
}

#[tokio::test]
async fn what_nobody_names_within_a_day_is_swept_away_and_what_is_named_stays() {
    let street = Street::new().await;
    let named = bring(&street.liaison, "a.pdf", PDF).await;
    raised_with(&street, &named).await;
    let stray = bring(&street.liaison, "b.pdf", PDF).await;
    let app = &street.town.app;
    assert_eq!(platform::files::sweep(app, app.now()).await.unwrap(), 0, "not yet");
    app.clock().set(crate::town::monday() + chrono::Duration::hours(25));
    assert_eq!(platform::files::sweep(app, app.now()).await.unwrap(), 1);
    assert_eq!(platform::files::sweep(app, app.now()).await.unwrap(), 0);
    let liaison = street.town.stranger().signs_in("qiye", PASSWORD).await;
    assert_eq!(liaison.get(&format!("/api/v1/files/{}", named.as_str().unwrap())).await.status, 200);
    let mut wish = street.wish();
    wish["files"] = json!([stray]);
    assert_eq!(liaison.post("/api/v1/demands", wish).await.status, 422);
}

#[tokio::test]
async fn a_step_that_needs_no_file_takes_none_and_nothing_is_half_done() {
    let street = Street::new().await;
    let demand = street.raised().await;
    let id = bring(&street.desk, "a.pdf", PDF).await;
    let refused = street.does(&street.desk, &demand, "accept", json!({ "files": [id] })).await;
    assert_eq!((refused.status, &refused.json()["errors"][0]["field"]), (422, &json!("files")));
    assert_eq!(street.shown(&street.desk, &demand).await["state"], "raised");
    let many: Vec<_> = std::iter::repeat_n(id, 6).collect();
    let mut wish = street.wish();
    wish["files"] = json!(many);
    assert_eq!(street.liaison.post("/api/v1/demands", wish).await.status, 422);
}
