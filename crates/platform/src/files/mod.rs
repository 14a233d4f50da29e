//! Files that people bring: checked, kept outside the database, and given back only by the feature that they belong to.
//!
//! First a row announces the file, then its bytes are stored, and only then may something name it ([`claim`]). So nothing
//! lies in the store of which no row knows, and whatever is named is there. What nobody names within a day is swept away.

mod api;
mod download;
mod form;
mod kinds;
mod rows;

pub use download::answer;
pub use form::{FORM_LIMIT, Sent, receive};
pub use kinds::ACCEPT;

use crate::App;
use chrono::Duration;
use kernel::id::FileId;
use kernel::{Actor, AreaCode, BugExt, Instant, Problem};
use object_store::local::LocalFileSystem;
use object_store::memory::InMemory;
use object_store::path::Path;
use object_store::{ObjectStore, ObjectStoreExt};
use schemars::JsonSchema;
use sea_orm::FromQueryResult;
use serde::Serialize;
use sha2::{Digest, Sha256};
use shell::Routes;
use std::sync::Arc;
use store::Tx;

/// The most bytes a file may have.
pub const MOST_BYTES: usize = 10 * 1024 * 1024;
/// The most files that may come with one step.
pub const MOST_FILES: usize = 5;
/// The most files somebody may have brought without using them.
const MOST_UNUSED: i64 = 60;
/// How long a file waits for something that names it.
const PATIENCE: Duration = Duration::hours(24);

/// The resources of this feature.
#[must_use]
pub fn routes() -> Routes<App> {
    api::routes()
}

/// Where the bytes lie: a folder, or any other store of objects. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Files(Arc<dyn ObjectStore>);

/// A file that was taken in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema, FromQueryResult)]
pub struct Kept {
    /// By which it is found.
    pub id: FileId,
    /// The name it came with.
    pub name: String,
    /// Its media type, as its content says.
    pub media: String,
    /// How many bytes it has.
    pub size: i64,
}

impl Files {
    /// Files in a folder, which is made when it is missing.
    ///
    /// # Errors
    /// [`Problem::Unavailable`] when the folder cannot be had.
    pub fn folder(folder: &std::path::Path) -> Result<Self, Problem> {
        let told = |error: &dyn std::fmt::Display| {
            Problem::Unavailable(format!("无法使用附件目录 {}：{error}", folder.display()))
        };
        std::fs::create_dir_all(folder).map_err(|error| told(&error))?;
        let store = LocalFileSystem::new_with_prefix(folder).map_err(|error| told(&error))?;
        Ok(Self(Arc::new(store.with_fsync(true))))
    }

    /// Files that are gone with this value.
    #[must_use]
    pub fn fleeting() -> Self {
        Self(Arc::new(InMemory::new()))
    }

    /// A folder for each of 256 last bytes: no folder grows too large.
    fn place(id: FileId) -> Path {
        let [.., last] = id.0.into_bytes();
        Path::from(format!("{last:02x}/{id}"))
    }
}

/// How large a file is, as people say it.
#[must_use]
pub fn weight(bytes: &i64) -> String {
    match *bytes {
        small @ ..1024 => format!("{small} 字节"),
        middle @ ..1_048_576 => format!("{} KB", (middle + 512) / 1024),
        large => format!("{}.{} MB", large / 1_048_576, large % 1_048_576 * 10 / 1_048_576),
    }
}

/// Takes in a file of this name.
///
/// # Errors
/// [`Problem::Invalid`] (field `files`) when it is empty, too large, or not what its name says; [`Problem::Conflict`] when
/// the actor has brought too many without using them.
pub async fn keep(app: &App, actor: &Actor, name: &str, bytes: Vec<u8>) -> Result<Kept, Problem> {
    let name = kinds::plain(name);
    let media = kinds::media(&name, &bytes).map_err(|told| Problem::field("files", told))?;
    let tx = app.store.begin().await?;
    if rows::unused(&tx, actor.account).await? >= MOST_UNUSED {
        return Err(Problem::Conflict("您上传后没有使用的附件太多，请明天再试，或先提交已填写的内容。".into()));
    }
    let size = i64::try_from(bytes.len()).unwrap_or(i64::MAX);
    let kept = Kept { id: FileId::mint(tx.now()), name, media: media.into(), size };
    let digest = hex::encode(Sha256::digest(&bytes));
    rows::insert(&tx, app.site.area, actor.account, &kept, &digest).await?;
    tx.commit().await?;
    app.files.0.put(&Files::place(kept.id), bytes.into()).await.bug("storing a file")?;
    Ok(kept)
}

/// Those of `ids` that the actor brought and nobody has named yet.
///
/// # Errors
/// When the database fails.
pub async fn brought(app: &App, actor: &Actor, ids: &[FileId]) -> Result<Vec<Kept>, Problem> {
    let mut kept = Vec::new();
    for id in ids {
        kept.extend(rows::brought(&app.store, app.site.area, actor.account, *id, app.now() - PATIENCE).await?);
    }
    Ok(kept)
}

/// Lets something name the files that the actor brought: from now on they stay.
///
/// # Errors
/// [`Problem::Invalid`] (field `files`) when there are too many, or one is not the actor's, named already or swept away.
pub async fn claim(tx: &Tx, actor: &Actor, site: AreaCode, ids: &[FileId]) -> Result<Vec<Kept>, Problem> {
    if ids.len() > MOST_FILES {
        return Err(Problem::field("files", format!("一次最多 {MOST_FILES} 个附件，请减少后再提交。")));
    }
    let mut kept = Vec::new();
    for id in ids {
        let file = rows::claim(tx, site, actor.account, *id, tx.now() - PATIENCE).await?;
        kept.push(file.ok_or_else(|| Problem::field("files", "有附件已失效或已经用过，请重新上传。"))?);
    }
    Ok(kept)
}

/// Takes away the files that nobody named in time. Returns how many.
///
/// # Errors
/// When the database or the store of objects fails: what is left is swept the next time.
pub async fn sweep(app: &App, now: Instant) -> Result<usize, Problem> {
    let mut swept = 0;
    for id in rows::forgotten(&app.store, now - PATIENCE).await? {
        let tx = app.store.begin().await?;
        // The row is held until the bytes are gone, so that nobody can name it meanwhile.
        if rows::forget(&tx, app.site.area, id).await? == 1 {
            match app.files.0.delete(&Files::place(id)).await {
                Ok(()) | Err(object_store::Error::NotFound { .. }) => swept += 1,
                Err(error) => return Err(Problem::bug("deleting a file", error)),
            }
        }
        tx.commit().await?;
    }
    Ok(swept)
}
