//! Gateways that are spoken to by HTTP: short messages, the office messenger. What is sent is a JSON text of the site's own with
//! placeholders in it; what is answered counts by its status and, where the site says so, by one value in it.

use super::{Failure, Outgoing};
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use reqwest::{Client, Method, Url, redirect};
use serde_json::Value;
use std::collections::BTreeMap;
use std::time::Duration;

/// As much of an answer is read.
const MOST: usize = 64 * 1024;
/// What may stand for something in a body: whom it goes to, the title, the text, the link, the message's id, the secret.
const PLACES: [&str; 6] = ["{number}", "{title}", "{text}", "{link}", "{id}", "{secret}"];

/// What a site says of a gateway.
#[derive(Debug, Clone, Copy)]
pub struct GatewayWish<'a> {
    /// Where it is.
    pub url: &'a str,
    /// `POST` or `PUT`.
    pub method: &'a str,
    /// What goes with each request; `{secret}` stands for the secret.
    pub headers: &'a BTreeMap<String, String>,
    /// The secret.
    pub secret: &'a str,
    /// The body, as JSON with placeholders inside its texts.
    pub body: &'a str,
    /// Where in the answer the value lies that tells success, such as `/errcode`; empty when the status tells it.
    pub success_at: &'a str,
    /// That value, such as `0`.
    pub success_is: &'a str,
}

/// A gateway that takes our messages.
#[derive(Clone)]
pub struct Gateway {
    client: Client,
    url: Url,
    method: Method,
    headers: HeaderMap,
    secret: String,
    body: Value,
    success: Option<(String, String)>,
}

impl std::fmt::Debug for Gateway {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Gateway({})", self.url.host_str().unwrap_or_default())
    }
}

impl Gateway {
    /// The gateway of a wish.
    ///
    /// # Errors
    /// A Chinese sentence when a part of it cannot be.
    pub fn new(wish: GatewayWish<'_>) -> Result<Self, String> {
        let url: Url = wish.url.parse().map_err(|_| "网关地址（url）应是完整的网址。".to_owned())?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err("网关地址（url）应以 http:// 或 https:// 开头。".into());
        }
        let method = match wish.method {
            "POST" => Method::POST,
            "PUT" => Method::PUT,
            other => return Err(format!("请求方式（method）应为 POST 或 PUT，收到“{other}”。")),
        };
        let body: Value = serde_json::from_str(wish.body)
            .map_err(|error| format!("正文（body）应是 JSON，第 {} 行有误。", error.line()))?;
        let text = body.to_string();
        if !text.contains("{number}") || !(text.contains("{text}") || text.contains("{title}")) {
            return Err("正文（body）里要有 {number}（收件号码），以及 {text} 或 {title}。".into());
        }
        let mut headers = HeaderMap::new();
        for (name, value) in wish.headers {
            let told = || format!("请求头（headers）“{name}”不合规范。");
            let name: HeaderName = name.parse().map_err(|_| told())?;
            let mut value = HeaderValue::from_str(&value.replace("{secret}", wish.secret)).map_err(|_| told())?;
            value.set_sensitive(true);
            headers.insert(name, value);
        }
        let success = match (wish.success_at, wish.success_is) {
            ("", _) => None,
            (at, is) if at.starts_with('/') => Some((at.to_owned(), is.to_owned())),
            (at, _) => return Err(format!("成功标志的位置（success_at）应以 / 开头，如 /errcode，收到“{at}”。")),
        };
        // One crypto for all of the program; whoever comes second finds it set.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = Client::builder()
            .timeout(Duration::from_secs(10))
            // A secret goes where it was meant to go, and nowhere that an answer points at.
            .redirect(redirect::Policy::none())
            .no_proxy()
            .build()
            .map_err(|error| format!("无法准备 HTTPS 连接：{error}"))?;
        Ok(Self { client, url, method, headers, secret: wish.secret.to_owned(), body, success })
    }

    pub(super) async fn send(&self, message: &Outgoing) -> Result<(), Failure> {
        let body = filled(&self.body, &|place| match place {
            "{number}" => message.to.text(),
            "{title}" => &message.title,
            "{text}" => &message.text,
            "{link}" => &message.link,
            "{id}" => &message.id,
            _ => &self.secret,
        });
        let request = self.client.request(self.method.clone(), self.url.clone()).headers(self.headers.clone());
        let request = request.header("content-type", "application/json").body(body.to_string());
        let mut answer = request.send().await.map_err(|error| {
            Failure::passing(if error.is_timeout() { "网关没有及时答复" } else { "连不上网关" })
        })?;
        let status = answer.status();
        if !status.is_success() {
            // What is wrong with this one message stays wrong; what is wrong with the gateway or our standing with it passes.
            let lasting =
                status.is_client_error() && !matches!(status.as_u16(), 401 | 403 | 404 | 407 | 408 | 425 | 429);
            return Err(Failure { reason: format!("网关答复 HTTP {}", status.as_u16()), lasting });
        }
        let Some((at, is)) = &self.success else { return Ok(()) };
        let mut read = Vec::new();
        while let Ok(Some(part)) = answer.chunk().await {
            read.extend_from_slice(&part);
            if read.len() > MOST {
                break;
            }
        }
        let answer: Value = serde_json::from_slice(&read).unwrap_or(Value::Null);
        match answer.pointer(at).map(said) {
            Some(value) if value == *is => Ok(()),
            Some(value) => Err(Failure::passing(format!("网关答复的 {at} 是“{}”，不是“{is}”", short(&value)))),
            None => Err(Failure::passing(format!("网关的答复里没有 {at}"))),
        }
    }
}

/// The template with each placeholder inside its texts filled in; what is filled in is not looked at again.
fn filled<'a>(template: &Value, with: &impl Fn(&str) -> &'a str) -> Value {
    match template {
        Value::String(text) => Value::String(fill(text, with)),
        Value::Array(items) => items.iter().map(|item| filled(item, with)).collect(),
        Value::Object(members) => members
            .iter()
            .map(|(name, value)| (name.clone(), filled(value, with)))
            .collect::<serde_json::Map<_, _>>()
            .into(),
        other => other.clone(),
    }
}

fn fill<'a>(text: &str, with: &impl Fn(&str) -> &'a str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(open) = rest.find('{') {
        out.push_str(&rest[..open]);
        rest = &rest[open..];
        match PLACES.iter().find(|place| rest.starts_with(**place)) {
            Some(place) => {
                out.push_str(with(place));
                rest = &rest[place.len()..];
            }
            None => {
                out.push('{');
                rest = &rest[1..];
            }
        }
    }
    out.push_str(rest);
    out
}

fn said(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

fn short(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(40).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn wish<'a>(headers: &'a BTreeMap<String, String>, body: &'a str) -> GatewayWish<'a> {
        let (url, method) = ("https://sms.example/send", "POST");
        GatewayWish { url, method, headers, secret: "s3cret", body, success_at: "", success_is: "" }
    }

    #[test]
    fn what_is_filled_in_is_text_whatever_it_holds() {
        let template = json!({ "to": ["{number}"], "text": "{title} {text} {unknown} {", "n": 3 });
        let filled = filled(&template, &|place| match place {
            "{number}" => "13805361234",
            "{title}" => "\"}{secret}",
            _ => "行\n二",
        });
        assert_eq!(filled, json!({ "to": ["13805361234"], "text": "\"}{secret} 行\n二 {unknown} {", "n": 3 }));
    }

    #[test]
    fn a_gateway_that_cannot_work_is_refused_before_it_is_used() {
        let none = BTreeMap::new();
        let good = r#"{"mobile":"{number}","content":"{text}"}"#;
        assert!(Gateway::new(wish(&none, good)).is_ok());
        let told = |wish: GatewayWish<'_>| Gateway::new(wish).unwrap_err();
        assert!(told(wish(&none, "{")).contains("JSON"));
        assert!(told(wish(&none, r#"{"content":"{text}"}"#)).contains("{number}"));
        assert!(told(GatewayWish { url: "ftp://x", ..wish(&none, good) }).contains("https://"));
        assert!(told(GatewayWish { method: "GET", ..wish(&none, good) }).contains("POST"));
        assert!(told(GatewayWish { success_at: "code", ..wish(&none, good) }).contains("/errcode"));
        let wrong = BTreeMap::from([("坏".to_owned(), "x".to_owned())]);
        assert!(told(wish(&wrong, good)).contains("请求头"));
    }

    #[test]
    fn a_secret_is_printed_nowhere() {
        let headers = BTreeMap::from([("authorization".to_owned(), "Bearer {secret}".to_owned())]);
        let gateway = Gateway::new(wish(&headers, r#"{"to":"{number}","text":"{text}","key":"{secret}"}"#)).unwrap();
        assert!(!format!("{gateway:?} {:?}", gateway.headers).contains("s3cret"));
    }
}
