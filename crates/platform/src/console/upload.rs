//! A file on its way in: as a field of a form, or as the whole body.

use super::imports::Brought;
use super::sheet::MOST_BYTES;
use crate::App;
use crate::registry::Source;
use axum::body::Bytes;
use axum::extract::multipart::MultipartError;
use axum::extract::{FromRequest, Multipart, Query, Request};
use axum::http::{StatusCode, header};
use kernel::{Day, Problem};
use serde::Deserialize;
use shell::Refusal;
use shell::document::{Argument, Description};

/// How much longer than the largest file a request may be.
pub const MOST_BODY: usize = MOST_BYTES + 64 * 1024;

/// What was sent: a file, its name, and what was typed beside it.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Sent {
    /// How the file is called.
    pub file_name: String,
    /// Whence its lines are known.
    pub source: String,
    /// Of which day they are.
    pub as_of: String,
    /// What is in it.
    #[serde(skip)]
    pub bytes: Vec<u8>,
}

impl Sent {
    /// What was sent, read; what was not typed beside it is the file's name and today.
    ///
    /// # Errors
    /// [`Problem::Invalid`] without a file, or for a day that is none.
    pub fn brought(&self, app: &App) -> Result<Brought, Problem> {
        if self.bytes.is_empty() {
            return Err(Problem::field("file", "请选择要导入的文件。"));
        }
        let name = if self.file_name.trim().is_empty() { "未命名文件" } else { self.file_name.trim() };
        let source = match self.source.trim() {
            "" => format!("批量导入：{}", name.chars().take(80).collect::<String>()),
            source => source.to_owned(),
        };
        let as_of: Day = match self.as_of.trim() {
            "" => app.today(),
            day => day.parse().map_err(|_| Problem::field("as_of", "请填写日期，如 2026-01-05。"))?,
        };
        Ok(Brought { name: name.to_owned(), bytes: self.bytes.clone(), known: Source { source, as_of } })
    }
}

impl<S: Send + Sync> FromRequest<S> for Sent {
    type Rejection = Refusal;
    async fn from_request(request: Request, state: &S) -> Result<Self, Refusal> {
        let kind = request.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        if !kind.starts_with("multipart/form-data") {
            let Query(mut sent) = Query::<Self>::try_from_uri(request.uri())
                .map_err(|_| Problem::Malformed("地址中的查询条件无法识别。".into()))?;
            let bytes = Bytes::from_request(request, state).await.map_err(|error| unread(error.status()))?;
            sent.bytes = bytes.into();
            return Ok(sent);
        }
        let broken = |error: MultipartError| unread(error.status());
        let mut parts = Multipart::from_request(request, state).await.map_err(|error| unread(error.status()))?;
        let mut sent = Self::default();
        while let Some(field) = parts.next_field().await.map_err(broken)? {
            match field.name().unwrap_or_default() {
                "source" => sent.source = field.text().await.map_err(broken)?,
                "as_of" => sent.as_of = field.text().await.map_err(broken)?,
                "file" => {
                    sent.file_name = field.file_name().unwrap_or_default().to_owned();
                    sent.bytes = field.bytes().await.map_err(broken)?.into();
                }
                _ => {}
            }
        }
        Ok(sent)
    }
}

impl Argument for Sent {
    fn describe(to: &mut Description<'_>) {
        to.takes_bytes("application/octet-stream");
    }
}

fn unread(status: StatusCode) -> Problem {
    match status {
        StatusCode::PAYLOAD_TOO_LARGE => {
            Problem::TooLarge("文件太大：最多 20 万行、20 MB。请分成几个文件上传。".into())
        }
        _ => Problem::Malformed("文件没有完整送达，请重新上传。".into()),
    }
}
