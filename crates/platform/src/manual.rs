//! The API's own description: the OpenAPI document and a page to read it.

use crate::App;
use askama::Template;
use serde_json::Value;
use shell::{Html, Json, Kit, Public, Refusal, Routes};
use std::sync::LazyLock;

/// `/api/v1/openapi.json` and `/api/docs`.
#[must_use]
pub fn routes() -> Routes<App> {
    Routes::new().get("/api/v1/openapi.json", document).get("/api/docs", page)
}

/// The OpenAPI 3.1 document of everything that is served.
#[must_use]
pub fn openapi() -> &'static Value {
    static DOCUMENT: LazyLock<Value> =
        LazyLock::new(|| crate::routes().document("潍企通接口", env!("CARGO_PKG_VERSION")));
    &DOCUMENT
}

async fn document(_: Public) -> Json<&'static Value> {
    Json(openapi())
}

#[derive(Template)]
#[template(path = "manual.html")]
struct ManualPage {
    kit: Kit,
    groups: Vec<Group>,
    types: Vec<Type>,
}

/// The operations on one resource.
struct Group {
    name: String,
    operations: Vec<Operation>,
}

struct Operation {
    id: String,
    method: String,
    path: String,
    summary: String,
    right: String,
    parameters: Vec<Field>,
    body: Option<Shape>,
    status: String,
    answer: Option<Shape>,
}

/// A parameter, or a property of a type.
struct Field {
    name: String,
    /// `路径`, `查询` or `请求头`, for a parameter.
    place: &'static str,
    required: bool,
    shape: Shape,
    told: String,
}

/// What a value looks like: in words, with the named type to read on at, if one.
#[derive(Default)]
struct Shape {
    words: String,
    named: Option<String>,
}

struct Type {
    name: String,
    told: String,
    shape: Shape,
    fields: Vec<Field>,
}

async fn page(_: Public, kit: Kit) -> Result<Html<ManualPage>, Refusal> {
    let document = openapi();
    let mut groups: Vec<Group> = Vec::new();
    for (path, methods) in entries(&document["paths"]) {
        for (method, operation) in entries(methods) {
            let name = text(&operation["tags"][0]);
            let operation = Operation::read(path, method, operation);
            match groups.iter_mut().find(|group| group.name == name) {
                Some(group) => group.operations.push(operation),
                None => groups.push(Group { name, operations: vec![operation] }),
            }
        }
    }
    let types = entries(&document["components"]["schemas"]).map(|(name, schema)| Type::read(name, schema)).collect();
    Ok(Html(ManualPage { kit: kit.titled("接口文档"), groups, types }))
}

impl Operation {
    fn read(path: &str, method: &str, operation: &Value) -> Self {
        let answers = entries(&operation["responses"]).find(|(status, _)| *status != "default");
        let (status, answer) =
            answers.map_or((String::new(), &Value::Null), |(status, answer)| (status.to_owned(), answer));
        Self {
            id: text(&operation["operationId"]),
            method: method.to_uppercase(),
            path: path.to_owned(),
            summary: text(&operation["summary"]),
            right: text(&operation["x-right"]),
            parameters: operation["parameters"].as_array().into_iter().flatten().map(Field::parameter).collect(),
            body: content(&operation["requestBody"]),
            status,
            answer: content(answer),
        }
    }
}

/// The shape of what is sent as the one content of a body or an answer.
fn content(holder: &Value) -> Option<Shape> {
    let (kind, content) = entries(&holder["content"]).next()?;
    let shape = Shape::of(&content["schema"]);
    Some(if shape.words.is_empty() && shape.named.is_none() {
        Shape { words: kind.to_owned(), named: None }
    } else {
        shape
    })
}

impl Field {
    fn parameter(parameter: &Value) -> Self {
        let place = match parameter["in"].as_str() {
            Some("path") => "路径",
            Some("header") => "请求头",
            _ => "查询",
        };
        Self {
            name: text(&parameter["name"]),
            place,
            required: parameter["required"] == true,
            shape: Shape::of(&parameter["schema"]),
            told: text(&parameter["description"]),
        }
    }
}

impl Type {
    fn read(name: &str, schema: &Value) -> Self {
        let required = schema["required"].as_array().cloned().unwrap_or_default();
        let field = |(name, schema): (&str, &Value)| Field {
            name: name.to_owned(),
            place: "",
            required: required.iter().any(|required| required == name),
            shape: Shape::of(schema),
            told: text(&schema["description"]),
        };
        let fields = entries(&schema["properties"]).map(field).collect();
        Self { name: name.to_owned(), told: text(&schema["description"]), shape: Shape::of(schema), fields }
    }
}

impl Shape {
    fn of(schema: &Value) -> Self {
        if let Some(name) = schema["$ref"].as_str().and_then(|link| link.rsplit('/').next()) {
            return Self { words: name.to_owned(), named: Some(name.to_owned()) };
        }
        for ways in [&schema["anyOf"], &schema["oneOf"], &schema["allOf"]] {
            let mut ways = ways.as_array().into_iter().flatten().filter(|way| way["type"] != "null");
            if let Some(way) = ways.next() {
                return Self::of(way);
            }
        }
        if let Some(words) = schema["enum"].as_array() {
            let words: Vec<_> = words.iter().map(text).collect();
            return Self { words: words.join(" | "), named: None };
        }
        let kind = match &schema["type"] {
            Value::Array(kinds) => kinds.first().map(text).unwrap_or_default(),
            kind => text(kind),
        };
        if kind == "array" {
            let item = Self::of(&schema["items"]);
            return Self { words: format!("{} 的列表", item.words), named: item.named };
        }
        let format = schema["format"].as_str().map(|format| format!("（{format}）")).unwrap_or_default();
        Self { words: format!("{kind}{format}"), named: None }
    }
}

fn entries(object: &Value) -> impl Iterator<Item = (&str, &Value)> {
    object.as_object().into_iter().flatten().map(|(name, value)| (name.as_str(), value))
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}
