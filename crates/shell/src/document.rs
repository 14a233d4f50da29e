//! The OpenAPI 3.1 document. It is made from the handlers themselves: what a handler takes and answers is what is written
//! down, and a handler whose arguments cannot be described does not compile as a route of the API.

use crate::answer::Refusal;
use crate::extract::{IfMatch, Json, Path, Query, Source, Version};
use crate::guard::{Guard, Public};
use crate::reply::{Done, Made, NoContent};
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use kernel::Right;
use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, SchemaGenerator};
use serde_json::{Map, Value, json};

/// One operation being described.
#[derive(Debug)]
pub struct Description<'a> {
    schemas: &'a mut Schemas,
    path: &'static str,
    parameters: Vec<Value>,
    body: Option<Value>,
    status: &'static str,
    headers: Map<String, Value>,
    content: Option<(&'static str, Value)>,
}

/// Something a handler of the API takes.
pub trait Argument {
    /// Writes it down.
    fn describe(_: &mut Description<'_>) {}
}

/// Something a handler of the API answers.
pub trait Answers {
    /// Writes it down.
    fn describe(to: &mut Description<'_>);
}

/// A handler that can be written down; `T` is what axum calls its arguments.
pub trait Described<T> {
    /// Writes it down.
    fn describe(to: &mut Description<'_>);
}

macro_rules! described {
    ($(($($rest:ident),*))+) => {$(
        impl<F, Fut, Out, M, R: Right, $($rest: Argument),*> Described<(M, Guard<R>, $($rest,)*)> for F
        where F: FnOnce(Guard<R>, $($rest),*) -> Fut, Fut: Future<Output = Out>, Out: Answers {
            fn describe(to: &mut Description<'_>) { $($rest::describe(to);)* Out::describe(to); }
        }
        impl<F, Fut, Out, M, $($rest: Argument),*> Described<(M, Public, $($rest,)*)> for F
        where F: FnOnce(Public, $($rest),*) -> Fut, Fut: Future<Output = Out>, Out: Answers {
            fn describe(to: &mut Description<'_>) { $($rest::describe(to);)* Out::describe(to); }
        }
    )+};
}
described! { () (A) (A, B) (A, B, C) (A, B, C, D) (A, B, C, D, E) }

impl<S> Argument for State<S> {}
impl Argument for HeaderMap {}
impl Argument for Source {}

impl Argument for IfMatch {
    fn describe(to: &mut Description<'_>) {
        to.header("If-Match", true, "您读到的版本号，取自 ETag，例如 \"3\"");
    }
}

impl<T: JsonSchema> Argument for Json<T> {
    fn describe(to: &mut Description<'_>) {
        to.takes::<T>();
    }
}

impl<T: JsonSchema> Argument for Query<T> {
    fn describe(to: &mut Description<'_>) {
        let schema = T::json_schema(&mut to.schemas.taken);
        let properties = schema.get("properties").and_then(Value::as_object).cloned().unwrap_or_default();
        let required = schema.get("required").and_then(Value::as_array).cloned().unwrap_or_default();
        for (name, mut schema) in properties {
            let told = schema.as_object_mut().and_then(|schema| schema.remove("description"));
            let required = required.iter().any(|required| *required == name);
            to.parameters.push(json!({ "name": name, "in": "query", "required": required, "schema": present(schema),
                "description": told.unwrap_or_default() }));
        }
    }
}

impl<T: JsonSchema> Argument for Path<T> {
    fn describe(to: &mut Description<'_>) {
        let schema = T::json_schema(&mut to.schemas.taken).to_value();
        let several = schema.get("prefixItems").and_then(Value::as_array).cloned();
        let schemas = several.unwrap_or_else(|| vec![schema]);
        for (name, schema) in names(to.path).zip(schemas) {
            to.parameters.push(json!({ "name": name, "in": "path", "required": true, "schema": schema }));
        }
    }
}

impl<T: Answers> Answers for Result<T, Refusal> {
    fn describe(to: &mut Description<'_>) {
        T::describe(to);
    }
}

impl<T: JsonSchema> Answers for Json<T> {
    fn describe(to: &mut Description<'_>) {
        to.answers::<T>("200");
    }
}

impl<T: Answers> Answers for (Version, T) {
    fn describe(to: &mut Description<'_>) {
        T::describe(to);
        to.tells_version();
    }
}

impl<T: JsonSchema> Answers for Made<T> {
    fn describe(to: &mut Description<'_>) {
        to.answers::<T>("201");
        to.tells_version();
    }
}

impl<T: JsonSchema> Answers for Done<T> {
    fn describe(to: &mut Description<'_>) {
        to.answers::<T>("200");
        to.tells_version();
    }
}

impl Answers for NoContent {
    fn describe(to: &mut Description<'_>) {
        to.status = "204";
    }
}

impl Answers for StatusCode {
    fn describe(to: &mut Description<'_>) {
        to.status = "204";
    }
}

/// Bytes: a file, or a stream.
impl Answers for Response {
    fn describe(to: &mut Description<'_>) {
        to.status = "200";
        to.content = Some(("application/octet-stream", json!({})));
    }
}

impl Description<'_> {
    /// The body is a `T` in JSON.
    pub fn takes<T: JsonSchema>(&mut self) {
        let schema = self.schemas.taken.subschema_for::<T>();
        self.body = Some(json!({ "required": true, "content": { "application/json": { "schema": schema } } }));
    }

    /// The body is of another type than JSON.
    pub fn takes_bytes(&mut self, media_type: &str) {
        self.body = Some(json!({ "required": true, "content": { media_type: {} } }));
    }

    /// A header may, or must, be sent.
    pub fn header(&mut self, name: &str, required: bool, told: &str) {
        let text = json!({ "type": "string" });
        let header = json!({ "name": name, "in": "header", "required": required, "schema": text, "description": told });
        self.parameters.push(header);
    }

    fn answers<T: JsonSchema>(&mut self, status: &'static str) {
        self.status = status;
        self.content = Some(("application/json", self.schemas.given.subschema_for::<T>().to_value()));
    }

    fn tells_version(&mut self) {
        let told = json!({ "description": "版本号，修改时作为 If-Match 送回", "schema": { "type": "string" } });
        self.headers.insert("ETag".into(), told);
    }
}

/// The schemas gathered so far: of what is taken, and of what is given.
#[derive(Debug)]
struct Schemas {
    taken: SchemaGenerator,
    given: SchemaGenerator,
}

/// An operation of the API, before it is written down.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Operation {
    pub(crate) method: &'static str,
    pub(crate) path: &'static str,
    pub(crate) right: &'static str,
    pub(crate) summary: &'static str,
    pub(crate) describe: fn(&mut Description<'_>),
}

/// The document of these operations, for a site of this name.
pub(crate) fn document(operations: &[Operation], title: &str, version: &str) -> Value {
    let settings = SchemaSettings::draft2020_12().with(|settings| {
        settings.definitions_path = "/components/schemas".into();
        settings.meta_schema = None;
    });
    let taken = settings.clone().for_deserialize().into_generator();
    let given = settings.for_serialize().into_generator();
    let mut schemas = Schemas { taken, given };
    let mut paths: Map<String, Value> = Map::new();
    for operation in operations {
        let written = operation.write(&mut schemas);
        let path = paths.entry(operation.path).or_insert_with(|| json!({}));
        path[operation.method.to_lowercase()] = written;
    }
    let mut components = schemas.given.take_definitions(true);
    for (name, schema) in schemas.taken.take_definitions(true) {
        let same = components.get(&name).is_none_or(|given| *given == schema);
        debug_assert!(same, "what is taken and what is given as {name} differ: rename one of the types");
        components.insert(name, schema);
    }
    components.insert("Problem".into(), problem());
    json!({
        "openapi": "3.1.0",
        "info": { "title": title, "version": version },
        "servers": [{ "url": "/" }],
        "security": [{ "bearer": [] }],
        "paths": paths,
        "components": {
            "schemas": components,
            "securitySchemes": { "bearer": { "type": "http", "scheme": "bearer" } },
        },
    })
}

impl Operation {
    fn write(&self, schemas: &mut Schemas) -> Value {
        let path = self.path;
        let mut told = Description {
            schemas,
            path,
            parameters: Vec::new(),
            body: None,
            status: "200",
            headers: Map::new(),
            content: None,
        };
        (self.describe)(&mut told);
        let mut answer = json!({ "description": "成功" });
        if let Some((kind, schema)) = told.content {
            answer["content"] = json!({ kind: { "schema": schema } });
        }
        if !told.headers.is_empty() {
            answer["headers"] = told.headers.into();
        }
        let refused = json!({ "description": "未办成：detail 说明原因和怎么办",
            "content": { "application/problem+json": { "schema": { "$ref": "#/components/schemas/Problem" } } } });
        let resource = path.trim_start_matches("/api/v1/").split('/').next().unwrap_or_default();
        let mut written = json!({
            "summary": self.summary, "tags": [resource], "operationId": self.name(), "x-right": self.right,
            "responses": { told.status: answer, "default": refused },
        });
        if !told.parameters.is_empty() {
            written["parameters"] = told.parameters.into();
        }
        if let Some(body) = told.body {
            written["requestBody"] = body;
        }
        if self.right == "public" {
            written["security"] = json!([]);
        }
        written
    }

    /// `post-demands-id-acts-act`: unique, since method and path are.
    fn name(&self) -> String {
        let path = self.path.trim_start_matches("/api/v1/");
        let words = path.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
        std::iter::once(self.method.to_lowercase()).chain(words.map(str::to_owned)).collect::<Vec<_>>().join("-")
    }
}

fn problem() -> Value {
    let text = json!({ "type": "string" });
    let error =
        json!({ "type": "object", "required": ["field", "detail"], "properties": { "field": text, "detail": text } });
    json!({
        "type": "object", "required": ["type", "title", "status", "detail"], "description": "RFC 9457",
        "properties": { "type": text, "title": text, "status": { "type": "integer" }, "detail": text,
            "errors": { "type": "array", "items": error } },
    })
}

/// The names in braces, in order.
fn names(path: &str) -> impl Iterator<Item = &str> {
    path.split('{').skip(1).filter_map(|rest| rest.split('}').next())
}

/// A query parameter is left out rather than null.
fn present(mut schema: Value) -> Value {
    let not_null = |kind: &Value| kind != "null" && kind.get("type").is_none_or(|kind| kind != "null");
    if let Some(kinds) = schema.get_mut("type").and_then(Value::as_array_mut) {
        kinds.retain(not_null);
        if let [kind] = &kinds[..] {
            schema["type"] = kind.clone();
        }
    }
    if let Some(ways) = schema.get("anyOf").and_then(Value::as_array) {
        let ways: Vec<_> = ways.iter().filter(|way| not_null(way)).cloned().collect();
        if let [way] = &ways[..] {
            return way.clone();
        }
    }
    if let Some(schema) = schema.as_object_mut() {
        schema.remove("default");
    }
    schema
}
