//! Reading what was sent: like axum's extractors, but what cannot be read is a problem in Chinese, never a 5xx.

use crate::answer::Refusal;
use axum::extract::rejection::{FormRejection, JsonRejection, PathRejection, QueryRejection};
use axum::extract::{ConnectInfo, FromRequest, FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, IntoResponseParts, Response, ResponseParts};
use kernel::Problem;
use serde::de::DeserializeOwned;
use std::convert::Infallible;
use std::net::{IpAddr, SocketAddr};

/// A JSON body, or a JSON answer.
#[derive(Debug)]
pub struct Json<T>(pub T);

/// A submitted form.
#[derive(Debug)]
pub struct Form<T>(pub T);

/// The query part of the address.
#[derive(Debug)]
pub struct Query<T>(pub T);

/// The parameters in the path. What does not parse was never there: 404.
#[derive(Debug)]
pub struct Path<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Json<T> {
    type Rejection = Refusal;
    async fn from_request(request: Request, state: &S) -> Result<Self, Refusal> {
        match axum::Json::from_request(request, state).await {
            Ok(axum::Json(body)) => Ok(Self(body)),
            Err(rejection) => Err(Refusal::from(match &rejection {
                JsonRejection::MissingJsonContentType(_) => {
                    Problem::Malformed("请求体应为 JSON，并带上 Content-Type: application/json。".into())
                }
                JsonRejection::JsonDataError(error) => {
                    Problem::Malformed(format!("请求体的内容不符合要求：{}", cause(error)))
                }
                other => unread(other.status(), "请求体不是有效的 JSON，请检查格式和编码（UTF-8）。"),
            })),
        }
    }
}

impl<T: serde::Serialize> IntoResponse for Json<T> {
    fn into_response(self) -> Response {
        axum::Json(self.0).into_response()
    }
}

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Form<T> {
    type Rejection = Refusal;
    async fn from_request(request: Request, state: &S) -> Result<Self, Refusal> {
        match axum::Form::from_request(request, state).await {
            Ok(axum::Form(form)) => Ok(Self(form)),
            Err(rejection) => Err(Refusal::from(match &rejection {
                FormRejection::FailedToDeserializeFormBody(error) => {
                    Problem::Malformed(format!("提交的内容无法识别：{}", cause(error)))
                }
                other => unread(other.status(), "提交的内容无法识别，请返回页面重新填写。"),
            })),
        }
    }
}

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Query<T> {
    type Rejection = Refusal;
    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Refusal> {
        match axum::extract::Query::from_request_parts(parts, state).await {
            Ok(axum::extract::Query(query)) => Ok(Self(query)),
            Err(QueryRejection::FailedToDeserializeQueryString(error)) => {
                Err(Problem::Malformed(format!("地址中的查询条件无法识别：{}", cause(&error))).into())
            }
            Err(_) => Err(Problem::Malformed("地址中的查询条件无法识别。".into()).into()),
        }
    }
}

impl<S: Send + Sync, T: DeserializeOwned + Send> FromRequestParts<S> for Path<T> {
    type Rejection = Refusal;
    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Refusal> {
        match axum::extract::Path::from_request_parts(parts, state).await {
            Ok(axum::extract::Path(path)) => Ok(Self(path)),
            Err(PathRejection::FailedToDeserializePathParams(_)) => Err(Problem::NotFound.into()),
            Err(other) => Err(Problem::bug("reading path parameters", other.to_string()).into()),
        }
    }
}

/// The version a caller read, from `If-Match`, in the form this platform writes it: a number in quotes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IfMatch(pub i64);

impl<S: Send + Sync> FromRequestParts<S> for IfMatch {
    type Rejection = Refusal;
    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Refusal> {
        let Some(value) = parts.headers.get(axum::http::header::IF_MATCH) else {
            return Err(Problem::PreconditionRequired.into());
        };
        let version = value.to_str().ok().and_then(|text| text.trim().trim_matches('"').parse().ok());
        let told = || Problem::Stale("If-Match 不是本系统给出的版本号，请重新读取后再提交。".into());
        version.map(Self).ok_or_else(|| told().into())
    }
}

/// The version of what is answered, as an `ETag`.
#[derive(Debug, Clone, Copy)]
pub struct Version(pub i64);

impl IntoResponseParts for Version {
    type Error = Infallible;
    fn into_response_parts(self, mut parts: ResponseParts) -> Result<ResponseParts, Infallible> {
        if let Ok(tag) = HeaderValue::from_str(&format!("\"{}\"", self.0)) {
            parts.headers_mut().insert(axum::http::header::ETAG, tag);
        }
        Ok(parts)
    }
}

/// The caller's `Idempotency-Key`, when it sent one.
///
/// # Errors
/// [`Problem::Malformed`] when it is empty, longer than 200 bytes or not plain text.
pub fn idempotency_key(headers: &HeaderMap) -> Result<Option<String>, Problem> {
    let Some(value) = headers.get("idempotency-key") else { return Ok(None) };
    match value.to_str() {
        Ok(key) if (1..=200).contains(&key.len()) => Ok(Some(key.to_owned())),
        _ => Err(Problem::Malformed("Idempotency-Key 应为 1 到 200 个可见的 ASCII 字符。".into())),
    }
}

/// The value of the cookie the request brings under this name.
#[must_use]
pub fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let lines = headers.get_all(axum::http::header::COOKIE).iter().filter_map(|line| line.to_str().ok());
    let mut pairs = lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(key, _)| *key == name).map(|(_, value)| value)
}

fn unread(status: StatusCode, told: &str) -> Problem {
    match status {
        StatusCode::PAYLOAD_TOO_LARGE => Problem::TooLarge("提交的内容过大，请减少内容或分次提交。".into()),
        _ => Problem::Malformed(told.into()),
    }
}

/// The innermost cause: what serde says of the field.
fn cause(error: &dyn std::error::Error) -> String {
    let mut innermost = error;
    while let Some(source) = innermost.source() {
        innermost = source;
    }
    innermost.to_string()
}

/// The network address a request came from. A proxy on the same machine is believed when it names the client
/// (`X-Forwarded-For`, its last entry); nobody else is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source(pub String);

impl<S: Send + Sync> FromRequestParts<S> for Source {
    type Rejection = Infallible;
    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(peer)| peer.ip());
        let behind = peer.is_none_or(|peer| peer.is_loopback());
        let named = parts.headers.get("x-forwarded-for").and_then(|value| value.to_str().ok());
        let named = named.and_then(|list| list.rsplit(',').next()?.trim().parse::<IpAddr>().ok());
        let source = named.filter(|_| behind).or(peer);
        Ok(Self(source.map_or_else(|| "local".to_owned(), |source| source.to_string())))
    }
}
