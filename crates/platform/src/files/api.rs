//! Files for programs: brought first, then named by what they belong to.

use super::{Kept, MOST_BYTES, MOST_FILES, keep};
use crate::App;
use axum::body::Bytes;
use axum::extract::{FromRequest, Multipart, Request, State};
use axum::http::{StatusCode, header};
use kernel::Problem;
use kernel::authz::ReadDemands;
use schemars::JsonSchema;
use serde::Deserialize;
use shell::document::{Argument, Description};
use shell::{Guard, Made, Query, Refusal, Routes};

pub(super) fn routes() -> Routes<App> {
    Routes::new()
        .api_post("/api/v1/files", "上传附件：得到编号，提交诉求或办理时在 files 中写明", bring)
        .body_limit(MOST_BYTES + 65_536)
}

/// How the file is called, when the body is the file itself.
#[derive(Debug, Deserialize, JsonSchema)]
struct Called {
    /// The name with its ending, such as `批复.pdf`. Not needed with multipart/form-data.
    name: Option<String>,
}

/// The file in the body: alone, or as the first file of a form.
struct Brought {
    name: Option<String>,
    bytes: Vec<u8>,
}

impl<S: Send + Sync> FromRequest<S> for Brought {
    type Rejection = Refusal;
    async fn from_request(request: Request, state: &S) -> Result<Self, Refusal> {
        let kind = request.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        if !kind.starts_with("multipart/form-data") {
            let bytes = Bytes::from_request(request, state).await.map_err(|error| unread(error.status()))?;
            return Ok(Self { name: None, bytes: bytes.into() });
        }
        let mut parts = Multipart::from_request(request, state).await.map_err(|error| unread(error.status()))?;
        while let Some(field) = parts.next_field().await.map_err(|error| unread(error.status()))? {
            if let Some(name) = field.file_name().map(str::to_owned) {
                let bytes = field.bytes().await.map_err(|error| unread(error.status()))?;
                return Ok(Self { name: Some(name), bytes: bytes.into() });
            }
        }
        Err(Problem::field("files", "表单中没有文件。").into())
    }
}

impl Argument for Brought {
    fn describe(to: &mut Description<'_>) {
        to.takes_bytes("application/octet-stream");
    }
}

fn unread(status: StatusCode) -> Problem {
    match status {
        StatusCode::PAYLOAD_TOO_LARGE => too_large(),
        _ => Problem::Malformed("文件没有完整送达，请重新上传。".into()),
    }
}

fn too_large() -> Problem {
    Problem::TooLarge(format!("文件超过 {} MB，请压缩后再上传；一次最多 {MOST_FILES} 个。", MOST_BYTES / 1_048_576))
}

async fn bring(
    guard: Guard<ReadDemands>,
    State(app): State<App>,
    Query(called): Query<Called>,
    Brought { name, bytes }: Brought,
) -> Result<Made<Kept>, Refusal> {
    if bytes.len() > MOST_BYTES {
        return Err(too_large().into());
    }
    let name = name.or(called.name).ok_or_else(|| Problem::field("name", "请在 name 中写明文件名，如 批复.pdf。"))?;
    let body = keep(&app, &guard.actor, &name, bytes).await?;
    Ok(Made { version: None, body })
}
