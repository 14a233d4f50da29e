//! The golden matrix: every route tried by every role, and by a stranger. `matrix.txt` says who gets in, for a reader who does
//! not program; where an address names one thing, also who gets at it from outside its area, unit or client: nobody should.
//!
//! For a write this shows who may knock at the door (the body is empty); what lies behind it is tested feature by feature.
//! `WQT_BLESS=1 cargo test -p platform --test it -- matrix` writes the file anew; read the difference before keeping it.

use crate::catalogue::acting;
use crate::town::{Person, Town, enterprise};
use kernel::id::{ClientId, OfficialId, UnitId};
use kernel::{AreaCode, AreaPath, Reach, Role};
use platform::catalogue::{NewPrecedent, record_precedent};
use platform::demands::{Category, add_category};
use serde_json::json;
use shell::Entry;
use std::fmt::Write as _;

/// What lies in one county, and who is who there.
struct County {
    area: &'static str,
    client: String,
    unit: String,
    official: String,
    demand: String,
    pairing: String,
    liaison: String,
    invitation: String,
    member: String,
    account: String,
    round: String,
    bar: String,
    asked: String,
    handover: String,
    absence: String,
    duty: String,
    precedent: String,
    phrase: String,
    contact: String,
    entry: String,
    quiet: String,
    call: String,
}

impl County {
    async fn of(town: &Town, code: &'static str, place: &str, n: u32) -> Self {
        let group = town.signed_in_at(&format!("founders{n}"), Role::Coordination, &format!("/3707/{code}/")).await;
        let desk = town.signed_in_at(&format!("desk{n}"), Role::AreaDesk, &format!("/3707/{code}/")).await;
        let unit = json!({ "area": code, "kind": "economic_department", "name": format!("{place}工业和信息化局") });
        let unit = group.makes("/api/v1/units", unit).await;
        let official = json!({ "unit": unit, "name": "张伟", "rank": "section_head", "title": "局长", "since": "2024-01-01",
            "mobile": format!("1390536123{n}") });
        let official = group.makes("/api/v1/officials", official).await;
        let mut new = enterprise(&format!("{place}绿源蔬菜有限公司"), n);
        new["area"] = json!(code);
        let client = desk.makes("/api/v1/enterprises", new).await;
        let former =
            json!({ "unit": unit, "name": "王芳", "rank": "section_head", "title": "副局长", "since": "2024-01-01" });
        let former = group.makes("/api/v1/officials", former).await;
        let begin = json!({ "client": client, "official": former, "from": "2026-01-01" });
        let before = desk.makes("/api/v1/pairings", begin).await;
        let over = json!({ "official": official, "from": "2026-11-01" });
        let read = desk.clone().with("if-match", "\"1\"");
        let pairing = read.makes(&format!("/api/v1/pairings/{before}/acts/hand-over"), over).await;
        let handover = desk.get("/api/v1/handovers").await.json()["items"][0]["id"].as_str().unwrap().to_owned();
        let liaison = json!({ "name": "陈静", "position": "办公室主任", "phone": format!("1380536123{n}") });
        let liaison = desk.makes(&format!("/api/v1/enterprises/{client}/liaisons"), liaison).await;
        let invited =
            desk.post(&format!("/api/v1/enterprises/{client}/invitations"), json!({ "liaison": liaison })).await;
        let invitation = invited.json()["id"].as_str().unwrap().to_owned();
        let seat = json!({ "official": official, "position": "leader", "from": "2024-03-01" });
        let member = group.makes(&format!("/api/v1/areas/{code}/groups/leading/members"), seat).await;
        let account = desk.get("/api/v1/account").await.json()["id"].as_str().unwrap().to_owned();
        let demand = json!({ "client": client, "category": "03", "title": "用电增容", "text": "请协调。", "channel": "hotline" });
        let demand = desk.makes("/api/v1/demands", demand).await;
        let path = format!("/api/v1/demands/{demand}");
        let act = |act: &str| format!("{path}/acts/{act}");
        for (version, name, body) in [(1, "accept", json!({})), (2, "dispatch", json!({ "unit": unit, "days": 5 }))] {
            let done = desk.clone().with("if-match", &format!("\"{version}\"")).post(&act(name), body).await;
            assert_eq!(done.status, 200, "{name}: {}", done.text);
        }
        let round =
            json!({ "name": format!("{place}联系包靠"), "kind": "full", "area": code, "first_day": "2026-12-01" });
        let round = desk.makes("/api/v1/pairing-rounds", round).await;
        let absence = json!({ "official": former, "substitute": official, "reason": "training", "from": "2027-01-01" });
        let absence = desk.makes("/api/v1/absences", absence).await;
        // A client from whom nothing was heard, of the same official.
        let mut new = enterprise(&format!("{place}久无音讯有限公司"), n + 10);
        new["area"] = json!(code);
        let silent = desk.makes("/api/v1/enterprises", new).await;
        desk.makes("/api/v1/pairings", json!({ "client": silent, "official": official, "from": "2026-11-01" })).await;
        let bar = json!({ "kind": "unit_out", "unit": unit, "note": "机构改革", "from": "2027-01-01", "until": "2027-01-31" });
        let bar = desk.makes("/api/v1/pairing-bars", bar).await;
        let duty = json!({ "category": "03", "area": code, "unit": unit, "basis": "三定方案", "from": "2026-11-23" });
        let duty = group.makes("/api/v1/duties", duty).await;
        let phrase = json!({ "act": "reject", "title": "开头", "body": "您好，", "area": code });
        let phrase = desk.makes("/api/v1/phrases", phrase).await;
        let precedent = precedent(town, code, (&demand, &unit)).await;
        let reach = Reach::Clients(vec![client.parse::<ClientId>().unwrap()]);
        town.opens_account_for(&format!("enterprise{n}"), Role::Liaison, reach).await;
        let own = town.stranger().signs_in(&format!("enterprise{n}"), crate::town::PASSWORD).await;
        let ask = json!({ "client": client, "kind": "change", "reason": "业务不对口" });
        let asked = own.makes("/api/v1/pairing-requests", ask).await;
        let wish = json!({ "client": client, "kind": "phone", "day": "2026-11-25", "purpose": "想了解技改补贴" });
        let contact = own.makes("/api/v1/contacts", wish).await;
        let survey =
            json!({ "client": client, "unit": unit, "kind": "survey", "day": "2026-12-08", "title": "工业用电调研" });
        let entry = desk.makes("/api/v1/entries", survey).await;
        let quiet = json!({ "area": code, "from": "2027-03-01", "until": "2027-03-05", "reason": "菜博会" });
        let quiet = desk.makes("/api/v1/quiet-periods", quiet).await;
        Self {
            area: code,
            client,
            unit,
            official,
            demand,
            pairing,
            liaison,
            invitation,
            member,
            account,
            round,
            bar,
            asked,
            handover,
            absence,
            duty,
            precedent,
            phrase,
            contact,
            entry,
            quiet,
            call: String::new(),
        }
    }

    /// The address of something here; of something that is nobody's, where a thing belongs to one person alone.
    fn address(&self, path: &str) -> String {
        let below = |start: &str| path.trim_start_matches("/api/v1").starts_with(start);
        let of = |starts: &[&str]| starts.iter().any(|start| below(start));
        let id = match () {
            () if of(&["/demands"]) => &self.demand,
            () if of(&["/enterprises", "/projects", "/clients"]) => &self.client,
            () if of(&["/units", "/org/units"]) => &self.unit,
            () if of(&["/officials", "/org/officials"]) => &self.official,
            () if of(&["/pairing-rounds"]) => &self.round,
            () if of(&["/pairings"]) => &self.pairing,
            () if of(&["/absences"]) => &self.absence,
            () if of(&["/duties"]) => &self.duty,
            () if of(&["/precedents"]) => &self.precedent,
            () if of(&["/phrases"]) => &self.phrase,
            () if of(&["/categories"]) => "03",
            () if of(&["/handovers"]) => &self.handover,
            () if of(&["/pairing-bars"]) => &self.bar,
            () if of(&["/pairing-requests"]) => &self.asked,
            () if of(&["/entries"]) => &self.entry,
            () if of(&["/quiet-periods"]) => &self.quiet,
            () if of(&["/silence"]) => &self.call,
            () if of(&["/contacts"]) => &self.contact,
            () if of(&["/liaisons"]) => &self.liaison,
            () if of(&["/invitations"]) => &self.invitation,
            () if of(&["/group-members", "/org/group-members"]) => &self.member,
            () if of(&["/accounts", "/grants"]) => &self.account,
            () => NOBODYS,
        };
        let (named, code) = (path.replace("{id}", id), self.area);
        let kind = match () {
            () if of(&["/console"]) => "enterprises",
            () if of(&["/message-wordings"]) => "task",
            () => "leading",
        };
        let named = named.replace("{channel}", "sms");
        let acts = match () {
            () if of(&["/contacts"]) => "agree",
            () if of(&["/entries"]) => "drop",
            () => "sign",
        };
        let named = named.replace("{file}", if of(&["/demands"]) { NOBODYS } else { "enterprises.xlsx" });
        let mut address = named
            .replace("{code}", code)
            .replace("{kind}", kind)
            .replace("{act}", acts)
            .replace("{number}", "1")
            .replace("{result}", "well");
        while let (Some(from), Some(to)) = (address.find('{'), address.find('}')) {
            address.replace_range(from..=to, NOBODYS);
        }
        address
    }

    async fn person(&self, town: &Town, role: Role) -> Person {
        let client: ClientId = self.client.parse().unwrap();
        let unit: UnitId = self.unit.parse().unwrap();
        let official: OfficialId = self.official.parse().unwrap();
        let (reach, official) = match role {
            Role::Liaison => (Reach::Clients(vec![client]), None),
            Role::Commissioner => (Reach::Clients(Vec::new()), Some(official)),
            Role::Handler | Role::UnitHead => (Reach::Unit(unit), None),
            _ => (Reach::Area(AreaPath(format!("/3707/{}/", self.area))), None),
        };
        let login = format!("matrix-{}", role.code());
        town.opens_account_of(&login, role, reach, official).await;
        town.stranger().signs_in(&login, crate::town::PASSWORD).await
    }
}

/// A ruling on a demand of the county.
async fn precedent(town: &Town, code: &str, (demand, unit): (&str, &str)) -> String {
    let area = AreaPath(format!("/3707/{code}/"));
    let desk = acting(Role::AreaDesk, &area.0);
    let tx = town.app.store.begin().await.unwrap();
    let consulted = desk.scope::<kernel::authz::ReadOrg>().unwrap();
    let unit = platform::org::unit(&tx, &consulted, unit.parse::<UnitId>().unwrap()).await.unwrap();
    let new = NewPrecedent {
        county: AreaCode::parse(code).unwrap(),
        category: "03",
        area: &area,
        demand: demand.parse().unwrap(),
        demand_number: "",
        client_name: "",
        objector: unit.id,
        objector_name: &unit.name,
        ground: "不属于本单位职责",
        unit: &unit,
        reasoning: "三定方案有规定。",
        keywords: &[],
    };
    let number = record_precedent(&tx, &town.app.site, &desk, new).await.unwrap();
    tx.commit().await.unwrap();
    let reader = town.stranger().signs_in(&format!("desk{}", &number[6..]), crate::town::PASSWORD).await;
    let found = reader.get(&format!("/api/v1/precedents?q={number}")).await.json();
    found["items"][0]["id"].as_str().unwrap().to_owned()
}

async fn first_call(town: &Town, n: u32) -> String {
    let desk = town.stranger().signs_in(&format!("desk{n}"), crate::town::PASSWORD).await;
    let calls = desk.get("/api/v1/silence-calls").await.json();
    calls["items"][0]["id"].as_str().unwrap().to_owned()
}

const NOBODYS: &str = "01938f00-0000-7000-8000-000000000000";

/// Ends the session of whoever tries it, or is what the matrix itself needs.
const LEFT_OUT: &[&str] = &["/logout", "/api/v1/sessions/current", "/live"];

async fn knocks(person: &Person, entry: &Entry, path: &str) -> bool {
    let answer = match (entry.method, path.starts_with("/api/")) {
        ("GET", true) => person.get(path).await,
        ("GET", false) => person.clone().with("accept", "text/html").get(path).await,
        (method, true) => person.clone().with("if-match", "\"1\"").send(method, path, Some(json!({}))).await,
        (_, false) => {
            let before_a_browser = person.clone().with("accept", "text/html").with("sec-fetch-site", "same-origin");
            before_a_browser.submits(path, "").await
        }
    };
    assert!(answer.status < 500, "{} {path}: {} {}", entry.method, answer.status, answer.text);
    let sent_to_sign_in = answer.status == 303 && answer.place().starts_with("/login");
    !matches!(answer.status, 401 | 404) && !sent_to_sign_in
}

#[tokio::test]
async fn every_role_gets_in_where_the_matrix_says_and_nowhere_else() {
    let town = Town::new().await;
    let tx = town.app.store.begin().await.unwrap();
    let category = Category::new("03", None, "要素保障");
    add_category(&tx, &town.app.site, &category).await.unwrap();
    tx.commit().await.unwrap();
    let mut here = County::of(&town, "370783", "寿光市", 1).await;
    let mut elsewhere = County::of(&town, "370782", "诸城市", 2).await;
    platform::contacts::silence::keep_time(&town.app).await.unwrap();
    here.call = first_call(&town, 1).await;
    elsewhere.call = first_call(&town, 2).await;
    let mut people = vec![("任何人", town.stranger())];
    for role in Role::ALL {
        people.push((role.label(), here.person(&town, *role).await));
    }
    let (_, mut entries) = platform::routes().finish(town.app.clone());
    entries.sort_by_key(|entry| (entry.path, entry.method));
    let mut matrix = String::new();
    for entry in entries.iter().filter(|entry| !LEFT_OUT.contains(&entry.path)) {
        let one_thing = entry.path.contains('{');
        let path = if one_thing { here.address(entry.path) } else { entry.path.to_owned() };
        let (mut within, mut outside) = (Vec::new(), Vec::new());
        for (label, person) in &people {
            if knocks(person, entry, &path).await {
                within.push(*label);
            }
            if one_thing && entry.method == "GET" && knocks(person, entry, &elsewhere.address(entry.path)).await {
                outside.push(*label);
            }
        }
        let names = |who: &[&str]| match who.len() {
            0 => "无".to_owned(),
            all if all == people.len() => "所有人".to_owned(),
            _ => who.join(" "),
        };
        writeln!(matrix, "{} {}  [{}]\n    可用：{}", entry.method, entry.path, entry.right, names(&within)).unwrap();
        if !outside.is_empty() {
            writeln!(matrix, "    范围之外也可用：{}", names(&outside)).unwrap();
        }
    }
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/matrix.txt");
    if std::env::var_os("WQT_BLESS").is_some() {
        std::fs::write(file, &matrix).unwrap();
    }
    let golden = std::fs::read_to_string(file).unwrap_or_default();
    let first = matrix.lines().zip(golden.lines()).find(|(now, golden)| now != golden);
    assert!(
        matrix == golden,
        "matrix.txt says otherwise: {first:?}; if the change is meant, write it anew (see above)"
    );
}
