//! A request made from what the document says of an operation: mostly sensible, often a little wrong, sometimes wild.

use super::Operation;
use super::chance::Chance;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use kernel::CreditCode;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::fmt;

/// What the callers have seen so far.
pub struct Known {
    /// By what they are ids of.
    ids: BTreeMap<String, Vec<String>>,
    cursors: Vec<String>,
    versions: Vec<i64>,
}

/// A request.
pub struct Wish {
    pub method: String,
    pub uri: String,
    pub headers: Vec<(String, Vec<u8>)>,
    pub body: Vec<u8>,
}

const WORDS: [&str; 14] = [
    "",
    " ",
    "新车间用电增容",
    "请尽快协调解决，影响十二月投产。",
    "a",
    "%_\\",
    "'; DROP TABLE demand; --",
    "=1+1",
    "<script>alert(1)</script>",
    "𠮷👨‍👩‍👧\u{202e}",
    "null\u{0}byte",
    "\u{feff}",
    "2026-13-45",
    "fuzz-Handler",
];
const DAYS: [&str; 8] = [
    "2026-11-23",
    "2026-11-01",
    "2024-02-29",
    "2023-02-29",
    "0001-01-01",
    "9999-12-31",
    "+262142-12-31",
    "-262143-01-01",
];
const INSTANTS: [&str; 5] = [
    "2026-11-23T10:00:00+08:00",
    "2026-11-23T10:00:00.123456789Z",
    "9999-12-31T23:59:60Z",
    "0000-01-01T00:00:00Z",
    "2026-11-23",
];
const AREAS: [&str; 7] = ["370783", "3707", "370783001", "370782", "11", "999999999", "00"];

impl Known {
    pub fn of(client: &str, unit: &str) -> Self {
        let ids = [("client", client), ("unit", unit)].map(|(kind, id)| (kind.to_owned(), vec![id.to_owned()]));
        Self { ids: ids.into(), cursors: Vec::new(), versions: vec![1] }
    }

    /// Remembers ids, cursors and versions of what was answered at this path.
    pub fn learn(&mut self, path: &str, body: &[u8]) {
        if let Ok(said) = serde_json::from_slice(body) {
            self.look(&said, &resource(path));
        }
    }

    fn look(&mut self, value: &Value, kind: &str) {
        match value {
            Value::Object(members) => {
                for (name, member) in members {
                    match (name.as_str(), name.rsplit_once('_').unwrap_or(("", name))) {
                        ("next", _) => self.cursors.extend(member.as_str().map(str::to_owned)),
                        ("version", _) => self.versions.extend(member.as_i64()),
                        (_, (whose, "id")) if !whose.is_empty() => {
                            self.look(member, whose.rsplit('_').next().unwrap_or(whose));
                        }
                        _ => self.look(member, kind),
                    }
                }
            }
            Value::Array(items) => items.iter().for_each(|item| self.look(item, kind)),
            Value::String(text) if text.len() == 36 && text.matches('-').count() == 4 => {
                let known = self.ids.entry(kind.to_owned()).or_default();
                if !known.contains(text) {
                    known.push(text.clone());
                }
            }
            _ => {}
        }
    }
}

impl Wish {
    pub fn draw(chance: &mut Chance, document: &Value, operation: &Operation, known: &Known) -> Self {
        let wildness = *chance.one(&[0, 0, 0, 0, 0, 4, 15, 60]);
        let mut maker = Maker { chance, document, known, wildness };
        let mut path = operation.path.clone();
        let (mut query, mut headers) = (Vec::new(), Vec::new());
        for parameter in operation.told["parameters"].as_array().into_iter().flatten() {
            let name = parameter["name"].as_str().unwrap();
            match parameter["in"].as_str().unwrap() {
                "path" => {
                    let part = maker.path_part(name, &parameter["schema"], &resource(&operation.path));
                    path = path.replace(&format!("{{{name}}}"), &part);
                }
                "query" => query.extend(maker.query_part(name, &parameter["schema"])),
                _ => headers.extend(maker.header(name)),
            }
        }
        if maker.wild() {
            query.push(
                (*maker.chance.one(&[
                    "limit=abc",
                    "limit=-1",
                    "limit=0&limit=2",
                    "q=%FF%00",
                    "=",
                    "&&",
                    "cursor",
                    "limit=1e3",
                ]))
                .into(),
            );
        }
        let uri = if query.is_empty() { path } else { format!("{path}?{}", query.join("&")) };
        let body = match operation.told["requestBody"]["content"].as_object().and_then(|content| content.iter().next())
        {
            None => Vec::new(),
            Some((kind, content)) => {
                let kind = if maker.wild() {
                    *maker.chance.one(&["", "text/plain", "application/xml", "multipart/form-data"])
                } else {
                    kind
                };
                if !kind.is_empty() {
                    headers.push(("content-type".into(), kind.as_bytes().to_vec()));
                }
                maker.body(&content["schema"])
            }
        };
        if operation.path.ends_with("/sessions") {
            let from = format!("10.2.{}.{}", maker.chance.below(250), maker.chance.below(250));
            headers.push(("x-forwarded-for".into(), from.into_bytes()));
        }
        Self { method: operation.method.clone(), uri, headers, body }
    }
}

impl fmt::Display for Wish {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let body: String = String::from_utf8_lossy(&self.body).chars().take(600).collect();
        let headers: Vec<_> =
            self.headers.iter().map(|(name, value)| format!("{name}: {}", String::from_utf8_lossy(value))).collect();
        let uri: String = self.uri.chars().take(300).collect();
        write!(f, "{} {uri} {headers:?} {body:?}", self.method)
    }
}

struct Maker<'a> {
    chance: &'a mut Chance,
    document: &'a Value,
    known: &'a Known,
    /// How many parts in a hundred are not as the document wants them.
    wildness: u64,
}

impl Maker<'_> {
    fn wild(&mut self) -> bool {
        self.chance.happens(self.wildness)
    }

    fn id(&mut self, kind: &str) -> String {
        if let Some(ids) = self.known.ids.get(kind).filter(|_| self.chance.happens(90)) {
            // Half the time the newest: much of what is older has ended.
            return if self.chance.happens(50) { self.chance.one(ids).clone() } else { ids[ids.len() - 1].clone() };
        }
        let odd = ["00000000-0000-0000-0000-000000000000", "0198c0de-0000-7000-8000-0000000000ff"];
        (*self.chance.one(&odd)).into()
    }

    fn path_part(&mut self, name: &str, schema: &Value, kind: &str) -> String {
        if self.wild() {
            let odd =
                ["x", "0", "%00", "..%2F..", "%FF", "%E8%AF%89", "1e9", "00000000000000000000000000000000", "%7B%7D"];
            return (*self.chance.one(&odd)).into();
        }
        let value = if name == "code" {
            json!(self.chance.one(&AREAS))
        } else if name == "id" {
            json!(self.id(kind))
        } else {
            self.value(schema, "", 0)
        };
        escape(&plain(&value))
    }

    fn query_part(&mut self, name: &str, schema: &Value) -> Option<String> {
        if !self.chance.happens(35) {
            return None;
        }
        let value = match name {
            "cursor" => self.cursor(),
            "limit" if !self.wild() => (1 + self.chance.below(200)).to_string(),
            _ => plain(&self.value(schema, name, 0)),
        };
        Some(format!("{name}={}", escape(&value)))
    }

    /// A cursor that was given, or one that somebody made up.
    fn cursor(&mut self) -> String {
        if self.chance.happens(40) && !self.known.cursors.is_empty() {
            return self.chance.one(&self.known.cursors).clone();
        }
        let id = self.id("demand");
        let key = match self.chance.below(7) {
            0 => json!(["9999-12-31T23:59:59Z", id]),
            1 => json!(["-9999-01-01T00:00:00Z", id]),
            2 => json!(["+262142-12-31T23:59:59Z", id]),
            3 => json!(["寿光\u{0}", id]),
            4 => json!([1e300, null]),
            5 => json!(["寿光", id]),
            _ => return (*self.chance.one(&["", "%%%", "AAAA", "bnVsbA", "e30"])).into(),
        };
        URL_SAFE_NO_PAD.encode(key.to_string())
    }

    fn header(&mut self, name: &str) -> Option<(String, Vec<u8>)> {
        let value = match name {
            "If-Match" if self.wild() => {
                let odd: [&[u8]; 7] = [b"*", b"W/\"1\"", b"", b"\"99999999999999999999\"", b"\xff", b"\"-1\"", b"1, 2"];
                self.chance.one(&odd).to_vec()
            }
            "If-Match" if self.chance.happens(95) => {
                let seen = *self.chance.one(&self.known.versions);
                let version = if self.chance.happens(50) { *self.chance.one(&[1, 2, 3]) } else { seen };
                format!("\"{version}\"").into_bytes()
            }
            "Idempotency-Key" if self.chance.happens(30) => {
                let long = "k".repeat(201);
                let odd: [&[u8]; 6] = [b"", b"order-1", b"order-1", b"\xe8\xaf\x89", long.as_bytes(), b" "];
                self.chance.one(&odd).to_vec()
            }
            _ => return None,
        };
        Some((name.to_lowercase(), value))
    }

    fn body(&mut self, schema: &Value) -> Vec<u8> {
        if self.wild() {
            let deep = format!("{}1{}", "[".repeat(3000), "]".repeat(3000));
            let huge = format!("{{\"title\":\"{}\"}}", "长".repeat(400_000));
            let odd: [&[u8]; 10] = [
                b"",
                b"{",
                b"null",
                b"[]",
                b"\"text\"",
                b"{\"title\":\"\xff\xfe\"}",
                b"{\"a\":1,\"a\":2}",
                b"{\"title\":\"\\ud800\"}",
                deep.as_bytes(),
                huge.as_bytes(),
            ];
            return self.chance.one(&odd).to_vec();
        }
        self.value(schema, "", 0).to_string().into_bytes()
    }

    fn value(&mut self, schema: &Value, name: &str, depth: usize) -> Value {
        if depth > 0 && self.wild() {
            let odd = [
                json!(null),
                json!(true),
                json!(-1),
                json!(i64::MAX),
                json!(1e308),
                json!(0.5),
                json!({}),
                json!([]),
                json!([[]]),
                json!("长".repeat(20_000)),
                json!("x".repeat(201)),
                json!("null\u{0}byte"),
            ];
            return self.chance.one(&odd).clone();
        }
        if let Some(link) = schema["$ref"].as_str() {
            let kind = link.rsplit('/').next().unwrap();
            return match kind {
                "AreaCode" => json!(self.chance.one(&AREAS)),
                "AreaPath" => json!(self.chance.one(&["/3707/", "/3707/370783/", "/", "/3707/370783", "//", "/x/"])),
                "Phone" => {
                    json!(self.chance.one(&["13805361234", "0536-8789000-801", "12345", "1", "+86 138 0536 1234"]))
                }
                "CreditCode" => {
                    let serial = format!("MA{:06}", self.chance.below(1_000_000));
                    json!(String::from(CreditCode::compose('9', '1', "370783", &serial).unwrap()))
                }
                id if id.ends_with("Id") && id.len() > 2 => json!(self.id(&id.trim_end_matches("Id").to_lowercase())),
                _ => self.value(&self.document["components"]["schemas"][kind].clone(), name, depth),
            };
        }
        for ways in [&schema["anyOf"], &schema["oneOf"], &schema["enum"]] {
            if let Some(ways) = ways.as_array() {
                let way = self.chance.one(ways).clone();
                return if way.is_object() { self.value(&way, name, depth) } else { way };
            }
        }
        if !schema["const"].is_null() {
            return schema["const"].clone();
        }
        let kind = match &schema["type"] {
            Value::Array(kinds) => self.chance.one(kinds).clone(),
            one => one.clone(),
        };
        match kind.as_str().unwrap_or("object") {
            "null" => Value::Null,
            "boolean" => json!(self.chance.happens(50)),
            "integer" | "number" => {
                json!(self.chance.one(&[0, 1, 3, 10, 30, -1, 100_000, i64::from(u32::MAX), i64::MAX]))
            }
            "string" => self.text(schema, name),
            "array" => {
                let count = self.chance.below(4);
                (0..count).map(|_| self.value(&schema["items"], name, depth + 1)).collect()
            }
            _ => self.object(schema, depth),
        }
    }

    fn object(&mut self, schema: &Value, depth: usize) -> Value {
        let required = schema["required"].as_array().cloned().unwrap_or_default();
        let mut members = Map::new();
        for part in schema["allOf"].as_array().into_iter().flatten() {
            members.extend(self.value(part, "", depth).as_object().cloned().unwrap_or_default());
        }
        for (name, schema) in schema["properties"].as_object().into_iter().flatten() {
            let needed = required.iter().any(|required| required == name) && !self.wild();
            if needed || self.chance.happens(60) {
                let value = self.value(schema, name, depth + 1);
                members.insert(name.clone(), value);
            }
        }
        if self.wild() {
            members.insert("unheard_of".into(), json!({ "a": [1] }));
        }
        Value::Object(members)
    }

    fn text(&mut self, schema: &Value, name: &str) -> Value {
        let tame = self.wildness == 0 || self.chance.happens(60);
        json!(match (schema["format"].as_str().unwrap_or(""), name) {
            ("uuid", _) => self.id(name),
            ("date", _) if tame => DAYS[self.chance.below(2)].into(),
            ("date", _) => (*self.chance.one(&DAYS)).to_owned(),
            ("date-time", _) => (*self.chance.one(&INSTANTS)).into(),
            (_, "login") if tame => "fuzz-leader".into(),
            (_, "category") if tame => "0301".into(),
            (_, "industry") if tame => "1371".into(),
            (_, "investment") if tame => "1200000.00".into(),
            (_, "password" | "old" | "current") if tame => crate::town::PASSWORD.into(),
            _ if tame => format!("{}{}", WORDS[2 + self.chance.below(2)], self.chance.below(10_000)),
            _ => (*self.chance.one(&WORDS)).to_owned(),
        })
    }
}

/// What lies at a path, as ids name it: `/api/v1/units/…` holds a `unit`.
fn resource(path: &str) -> String {
    match path.trim_start_matches("/api/v1/").split('/').next().unwrap_or_default() {
        "enterprises" | "projects" => "client".into(),
        "notifications" => "notice".into(),
        "categories" => "category".into(),
        many => many.trim_end_matches('s').into(),
    }
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn escape(text: &str) -> String {
    let plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_.~".contains(byte);
    text.bytes().map(|byte| if plain(&byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect()
}
