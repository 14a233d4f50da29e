//! What the document promises of an answer, and whether it was kept.

use serde_json::Value;

pub struct Promise<'a> {
    pub document: &'a Value,
    pub operation: &'a Value,
}

impl Promise<'_> {
    pub fn kept(&self, status: u16, kind: &str, body: &[u8]) -> Result<(), String> {
        match status {
            200..300 => self.granted(status, kind, body),
            400..500 => refused(status, kind, body),
            _ => Err(format!("{status} is no answer to a request")),
        }
    }

    fn granted(&self, status: u16, kind: &str, body: &[u8]) -> Result<(), String> {
        let promised = &self.operation["responses"][status.to_string()];
        if promised.is_null() {
            return Err(format!("{status} is not in the document"));
        }
        let Some(content) = promised["content"].as_object() else {
            return if body.is_empty() { Ok(()) } else { Err("a body that nobody promised".into()) };
        };
        let Some(schema) = content.get("application/json") else { return Ok(()) };
        if kind != "application/json" {
            return Err(format!("{kind:?} instead of JSON"));
        }
        let said: Value = serde_json::from_slice(body).map_err(|error| error.to_string())?;
        self.fits(&schema["schema"], &said, "answer")
    }

    /// Whether a value is of a schema: kind, what is required, words of a list; not formats.
    fn fits(&self, schema: &Value, value: &Value, place: &str) -> Result<(), String> {
        if let Some(name) = schema["$ref"].as_str().and_then(|link| link.rsplit('/').next()) {
            self.fits(&self.document["components"]["schemas"][name], value, place)?;
        }
        for part in schema["allOf"].as_array().into_iter().flatten() {
            self.fits(part, value, place)?;
        }
        for ways in [&schema["anyOf"], &schema["oneOf"]] {
            if let Some(ways) = ways.as_array()
                && !ways.iter().any(|way| self.fits(way, value, place).is_ok())
            {
                return Err(format!("{place}: {value} fits none of {ways:?}"));
            }
        }
        if let Some(words) = schema["enum"].as_array()
            && !words.contains(value)
        {
            return Err(format!("{place}: {value} is not in {words:?}"));
        }
        let kinds = match &schema["type"] {
            Value::Null => return Ok(()),
            Value::Array(kinds) => kinds.clone(),
            one => vec![one.clone()],
        };
        let is = |kind: &Value| match kind.as_str().unwrap_or_default() {
            "null" => value.is_null(),
            "boolean" => value.is_boolean(),
            "integer" => value.is_i64() || value.is_u64(),
            "number" => value.is_number(),
            "string" => value.is_string(),
            "array" => value.is_array(),
            _ => value.is_object(),
        };
        if !kinds.iter().any(is) {
            return Err(format!("{place}: {value} is not of kind {kinds:?}"));
        }
        for name in schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str) {
            if value.is_object() && value.get(name).is_none() {
                return Err(format!("{place}: {name} is missing"));
            }
        }
        for (name, schema) in schema["properties"].as_object().into_iter().flatten() {
            if let Some(value) = value.get(name) {
                self.fits(schema, value, &format!("{place}.{name}"))?;
            }
        }
        if let (Some(items), schema) = (value.as_array(), &schema["items"]) {
            for (place_in, item) in items.iter().enumerate() {
                self.fits(schema, item, &format!("{place}[{place_in}]"))?;
            }
        }
        Ok(())
    }
}

/// A refusal is a problem in the caller's language that says what to do.
fn refused(status: u16, kind: &str, body: &[u8]) -> Result<(), String> {
    let said: Value = serde_json::from_slice(body).map_err(|error| format!("no problem: {error}"))?;
    let chinese = |text: &Value| text.as_str().is_some_and(|text| text.chars().any(|c| ('一'..='龥').contains(&c)));
    let whole = kind == "application/problem+json" && said["status"] == status && said["type"].is_string();
    if !whole || !chinese(&said["title"]) || !chinese(&said["detail"]) {
        return Err("a refusal that says not what to do".into());
    }
    let errors = said["errors"].as_array();
    if !errors.is_none_or(|errors| errors.iter().all(|error| error["field"].is_string() && chinese(&error["detail"]))) {
        return Err("a field that is not told what to mend".into());
    }
    Ok(())
}
