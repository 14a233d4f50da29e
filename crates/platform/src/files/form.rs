//! A form that may bring files. Whatever becomes of the form, files that were taken in need not be sent again: the page
//! names them, and the form brings their ids (`kept`) the next time.

use super::{Kept, MOST_BYTES, MOST_FILES, brought, keep};
use crate::App;
use crate::once::{self, Once};
use axum::body::Body;
use axum::extract::multipart::{Field, MultipartError};
use axum::extract::{FromRequest, Multipart, Request};
use axum::http::{Method, StatusCode, header};
use kernel::id::FileId;
use kernel::problem::FieldError;
use kernel::{Actor, BugExt, Problem};
use serde::de::DeserializeOwned;
use shell::{Errors, Form, Refusal};

/// What a form with files may weigh in all: the files, and room for the texts.
pub const FORM_LIMIT: usize = MOST_BYTES * MOST_FILES + 1024 * 1024;

/// A form that was sent.
#[derive(Debug)]
pub struct Sent<T> {
    /// What was typed.
    pub typed: T,
    /// The files that were taken in, now or before.
    pub files: Vec<Kept>,
    /// Why the others were not.
    pub refused: Option<Errors>,
    /// That it is done once, where it comes with a key.
    pub once: Once,
}

impl<T> Sent<T> {
    /// Whether every file was taken in.
    ///
    /// # Errors
    /// [`Problem::Invalid`] with what is wrong with those that were not.
    pub fn whole(&self) -> Result<(), Problem> {
        match &self.refused {
            None => Ok(()),
            Some(Errors { detail, items }) => Err(Problem::Invalid { detail: detail.clone(), errors: items.clone() }),
        }
    }

    /// The ids of the files.
    #[must_use]
    pub fn ids(&self) -> Vec<FileId> {
        self.files.iter().map(|file| file.id).collect()
    }
}

/// Reads a form, with files or without, and takes the files in.
///
/// # Errors
/// When the form cannot be read at all. A file that is refused is no error here: the form comes back with what was typed.
pub async fn receive<T: DeserializeOwned>(app: &App, actor: &Actor, request: Request) -> Result<Sent<T>, Refusal> {
    let kind = request.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    if !kind.starts_with("multipart/form-data") {
        let (asked, texts, request) = once::texts(request, app).await?;
        let Form(typed) = Form::from_request(request, app).await?;
        let files = brought(app, actor, &kept(&texts)).await?;
        return Ok(Sent { typed, files, refused: None, once: Once::of_form(&asked, &texts)? });
    }
    let unread = || Problem::Malformed("提交的内容无法识别，请返回页面重新填写。".into());
    let mut asked = Request::new(()).into_parts().0;
    (asked.uri, asked.headers) = (request.uri().clone(), request.headers().clone());
    let mut parts = Multipart::from_request(request, app).await.map_err(|_| unread())?;
    let (mut texts, mut files, mut told) = (Vec::new(), Vec::new(), Vec::new());
    loop {
        let mut field = match parts.next_field().await {
            Ok(Some(field)) => field,
            Ok(None) => break,
            Err(error) => {
                told.push(too_much(&error).ok_or_else(unread)?);
                break;
            }
        };
        let name = field.name().unwrap_or_default().to_owned();
        match field.file_name().map(str::to_owned) {
            None => texts.push((name, field.text().await.map_err(|_| unread())?)),
            Some(file_name) => match bytes(&mut field).await {
                Ok(Some(bytes)) if bytes.is_empty() && file_name.is_empty() => {}
                Ok(Some(_)) if files.len() + kept(&texts).len() >= MOST_FILES => {
                    told.push(format!("一次最多 {MOST_FILES} 个附件，“{file_name}”没有上传。"));
                }
                Ok(Some(bytes)) => match keep(app, actor, &file_name, bytes).await {
                    Ok(file) => files.push(file),
                    Err(Problem::Invalid { errors, .. }) => told.extend(errors.into_iter().map(|error| error.detail)),
                    Err(Problem::Conflict(why)) => told.push(why),
                    Err(other) => return Err(other.into()),
                },
                Ok(None) => told.push(format!("“{file_name}”超过 {} MB，请压缩后再上传。", MOST_BYTES / 1_048_576)),
                Err(error) => {
                    told.push(too_much(&error).ok_or_else(unread)?);
                    break;
                }
            },
        }
    }
    let mut all = brought(app, actor, &kept(&texts)).await?;
    all.extend(files);
    let refused = (!told.is_empty()).then(|| {
        let detail = "有附件没有上传，其余内容已保留。".to_owned();
        Errors { detail, items: vec![FieldError { field: "files".into(), detail: told.concat() }] }
    });
    Ok(Sent { typed: typed(app, &texts).await?, files: all, refused, once: Once::of_form(&asked, &texts)? })
}

/// The ids of the files that were taken in before.
fn kept(texts: &[(String, String)]) -> Vec<FileId> {
    texts.iter().filter(|(name, _)| name == "kept").filter_map(|(_, id)| id.parse().ok()).collect()
}

/// The bytes of a file; none when there are too many, of which none is kept.
async fn bytes(field: &mut Field<'_>) -> Result<Option<Vec<u8>>, MultipartError> {
    let (mut bytes, mut too_many) = (Vec::new(), false);
    while let Some(chunk) = field.chunk().await? {
        too_many |= bytes.len() + chunk.len() > MOST_BYTES;
        if too_many {
            bytes.clear();
        } else {
            bytes.extend_from_slice(&chunk);
        }
    }
    Ok((!too_many).then_some(bytes))
}

/// What is said when the form as a whole is too large; none when something else is wrong.
fn too_much(error: &MultipartError) -> Option<String> {
    let told = || format!("附件合计超过 {} MB，请分次提交。", FORM_LIMIT / 1_048_576);
    (error.status() == StatusCode::PAYLOAD_TOO_LARGE).then(told)
}

/// The texts of the form, read as any other form is.
async fn typed<T: DeserializeOwned>(app: &App, texts: &[(String, String)]) -> Result<T, Refusal> {
    let encoded: Vec<_> =
        texts.iter().map(|(name, text)| format!("{}={}", shell::escape(name), shell::escape(text))).collect();
    let request = Request::builder().method(Method::POST);
    let request = request.header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
    let request = request.body(Body::from(encoded.join("&"))).bug("reading a form again")?;
    let Form(typed) = Form::from_request(request, app).await?;
    Ok(typed)
}
