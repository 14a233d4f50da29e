//! What a write answers a program: made, done, or nothing to say; with the version to send back as `If-Match`.

use crate::extract::Version;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

/// Something came into being (201).
#[derive(Debug, Clone)]
pub struct Made<T> {
    /// Its version, answered as `ETag`.
    pub version: Option<i64>,
    /// What is told of it.
    pub body: T,
}

/// Something was done (200).
#[derive(Debug, Clone)]
pub struct Done<T> {
    /// The version of what it was done to, answered as `ETag`.
    pub version: Option<i64>,
    /// What is told of it.
    pub body: T,
}

/// It was done, and there is nothing to tell (204).
#[derive(Debug, Clone, Copy, Default)]
pub struct NoContent {
    /// The version of what it was done to, answered as `ETag`.
    pub version: Option<i64>,
}

/// What is told of something new: its id.
#[derive(Debug, Clone, Copy, Serialize, JsonSchema)]
#[schemars(rename = "Made{I}")]
pub struct Id<I> {
    /// By which it is found.
    pub id: I,
}

impl<I> Made<Id<I>> {
    /// Something came into being that is found by `id`.
    #[must_use]
    pub fn under(id: I) -> Self {
        Self { version: Some(1), body: Id { id } }
    }
}

/// An answer that can be kept and given again.
pub trait Reply: IntoResponse {
    /// Its status.
    const STATUS: StatusCode;
    /// The version it tells.
    fn version(&self) -> Option<i64>;
    /// Its body; `None` when it has none.
    ///
    /// # Errors
    /// When the body is no JSON.
    fn body(&self) -> Result<Option<Value>, serde_json::Error>;
}

impl<T: Serialize> Reply for Made<T> {
    const STATUS: StatusCode = StatusCode::CREATED;
    fn version(&self) -> Option<i64> {
        self.version
    }
    fn body(&self) -> Result<Option<Value>, serde_json::Error> {
        serde_json::to_value(&self.body).map(Some)
    }
}

impl<T: Serialize> Reply for Done<T> {
    const STATUS: StatusCode = StatusCode::OK;
    fn version(&self) -> Option<i64> {
        self.version
    }
    fn body(&self) -> Result<Option<Value>, serde_json::Error> {
        serde_json::to_value(&self.body).map(Some)
    }
}

impl Reply for NoContent {
    const STATUS: StatusCode = StatusCode::NO_CONTENT;
    fn version(&self) -> Option<i64> {
        self.version
    }
    fn body(&self) -> Result<Option<Value>, serde_json::Error> {
        Ok(None)
    }
}

/// The same answer again, from what was kept of it.
#[must_use]
pub fn again(status: u16, version: Option<i64>, body: Option<Value>) -> Response {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::OK);
    let answer = match body {
        Some(body) => (status, axum::Json(body)).into_response(),
        None => status.into_response(),
    };
    (version.map(Version), answer).into_response()
}

impl<T: Serialize> IntoResponse for Made<T> {
    fn into_response(self) -> Response {
        (Self::STATUS, self.version.map(Version), axum::Json(self.body)).into_response()
    }
}

impl<T: Serialize> IntoResponse for Done<T> {
    fn into_response(self) -> Response {
        (self.version.map(Version), axum::Json(self.body)).into_response()
    }
}

impl IntoResponse for NoContent {
    fn into_response(self) -> Response {
        (Self::STATUS, self.version.map(Version), ()).into_response()
    }
}
