//! The keys to personal information: a file beside the database, never in it. `weiqitong keys` keeps it; every other command
//! opens the database with it.

use crate::config::Config;
use crate::serve::{bare, site, told};
use anyhow::{Context, Result, anyhow, bail, ensure};
use chrono::Utc;
use clap::Subcommand;
use figment::Figment;
use figment::providers::{Format, Toml};
use kernel::Clock;
use platform::audit::{self, Deed};
use std::fmt::Write as _;
use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::Path;
use store::{Algorithm, KeyFile, Keys, Ring, Store, Usage};

#[derive(Subcommand)]
pub(crate) enum KeysCommand {
    /// 没有密钥文件时新建；已有时加入一把备用密钥，供分发到各节点后启用
    New,
    /// 列出各把密钥和用它加密的数据条数
    List {
        /// 以 JSON 输出
        #[arg(long)]
        json: bool,
    },
    /// 轮换：启用备用密钥（没有就新建一把），并用它重新加密全部个人信息。中断后再次运行会接着做；服务不必停
    Rotate,
    /// 删除一把已经没有数据使用的旧密钥
    Drop {
        /// 密钥编号
        id: String,
    },
}

/// What stands above the keys in their file.
const HEAD: &str = "# 潍企通加密个人信息的密钥。请妥善备份，并与数据库备份分开存放：\n\
                    # 丢失密钥，电话号码等个人信息将无法恢复；密钥和数据库一起泄露，加密就失去意义。\n\
                    # 请用 weiqitong keys 管理，不要手工修改。\n\n";

/// Does what was asked.
///
/// # Errors
/// With what to mend.
pub(crate) async fn run(config: &Config, command: &KeysCommand) -> Result<()> {
    let file = Path::new(&config.keys.file);
    match command {
        KeysCommand::New => new(config, file).await,
        KeysCommand::List { json } => list(config, file, *json).await,
        KeysCommand::Rotate => rotate(config, file).await,
        KeysCommand::Drop { id } => drop_key(config, file, id).await,
    }
}

async fn new(config: &Config, file: &Path) -> Result<()> {
    if !file.exists() {
        let store = bare(config).await?;
        if store.ready().await.is_ok() {
            nothing_lost(file, &store.key_usage().await.map_err(told)?)?;
        }
        store.close().await;
        return make(config);
    }
    let mut ring = read(file)?;
    let id = ring.add(algorithm(config)?, &today()).map_err(|error| anyhow!(error))?;
    write(file, &ring)?;
    println!("已加入备用密钥 {id}。请把 {} 分发到所有节点，再运行 weiqitong keys rotate 启用。", file.display());
    Ok(())
}

async fn list(config: &Config, file: &Path, json: bool) -> Result<()> {
    let ring = existing(file)?;
    let store = bare(config).await?;
    let usage = store.key_usage().await.map_err(told)?;
    store.close().await;
    let used = |id: &str| usage.sealed.get(id).copied().unwrap_or(0);
    if json {
        let line = |key: &store::About| {
            serde_json::json!({ "id": key.id, "algorithm": key.algorithm.code(), "made": key.made,
                "current": key.current, "values": used(&key.id) })
        };
        let keys: Vec<_> = ring.about().iter().map(line).collect();
        println!("{:#}", serde_json::json!({ "keys": keys, "plain": usage.plain }));
        return Ok(());
    }
    let (mut text, mut before) = (String::new(), true);
    for key in ring.about() {
        let state = match (key.current, before) {
            (true, _) => "当前",
            (_, true) => "旧",
            _ => "备用",
        };
        before = before && !key.current;
        let (algorithm, count) = (key.algorithm.code(), used(&key.id));
        writeln!(text, "{}  {algorithm:<11}  {}  {state}  {count} 条", key.id, key.made)?;
    }
    if usage.plain > 0 {
        writeln!(text, "尚未加密  {} 条（启动服务或运行 weiqitong migrate 时加密）", usage.plain)?;
    }
    print!("{text}");
    Ok(())
}

async fn rotate(config: &Config, file: &Path) -> Result<()> {
    let mut ring = existing(file)?;
    let store = bare(config).await?;
    store.ready().await.map_err(told)?;
    let usage = store.key_usage().await.map_err(told)?;
    all_known(&ring, &usage)?;
    let about = ring.about();
    let current = about.iter().position(|key| key.current).unwrap_or(0);
    let unfinished = usage.plain > 0 || usage.sealed.keys().any(|id| id != ring.current());
    // A key that came after the current one waits to be used.
    match about.get(current + 1..).and_then(<[_]>::last) {
        Some(waiting) => ring.use_key(&waiting.id).map_err(|error| anyhow!(error))?,
        None if unfinished => println!("上一次轮换没有完成，接着进行。"),
        None => {
            let id = ring.add(algorithm(config)?, &today()).map_err(|error| anyhow!(error))?;
            ring.use_key(&id).map_err(|error| anyhow!(error))?;
        }
    }
    write(file, &ring)?;
    let (id, total) = (ring.current().to_owned(), usage.plain + usage.sealed.values().sum::<i64>());
    println!("当前密钥：{id}。正在重新加密……");
    let store = store.with_keys(Keys::of(ring));
    let sealed = store.seal_anew(|done| tracing::info!(done, total, "sealing anew")).await.map_err(told)?;
    let tx = store.begin().await.map_err(told)?;
    let deed = Deed {
        account: None,
        name: "系统",
        act: "keys.rotate",
        subject: "site",
        subject_id: None,
        county: site(config)?.area,
    };
    audit::record(&tx, &deed, &serde_json::json!({ "key": id, "values": sealed })).await.map_err(told)?;
    tx.commit().await.map_err(told)?;
    store.close().await;
    println!("已用 {id} 重新加密 {sealed} 条。正在运行的服务会在一分钟内用上新密钥。");
    println!(
        "旧密钥仍留在文件里：用 weiqitong keys list 查看，确认没有数据使用后可用 keys drop 删除。请备份新的密钥文件。"
    );
    Ok(())
}

async fn drop_key(config: &Config, file: &Path, id: &str) -> Result<()> {
    let mut ring = existing(file)?;
    let store = bare(config).await?;
    let used = store.key_usage().await.map_err(told)?.sealed.get(id).copied().unwrap_or(0);
    store.close().await;
    ensure!(used == 0, "还有 {used} 条数据用 {id} 加密，不能删除。请先运行 weiqitong keys rotate。");
    ring.drop_key(id).map_err(|error| anyhow!(error))?;
    write(file, &ring)?;
    println!("已删除密钥 {id}。");
    Ok(())
}

/// The store with its keys, as far as there are any.
///
/// # Errors
/// When the key file is there and cannot be read.
pub(crate) fn bring(config: &Config, store: Store) -> Result<Store> {
    let file = Path::new(&config.keys.file).to_owned();
    if !file.exists() {
        return Ok(store);
    }
    let reading = move || read(&file).map_err(|error| format!("{error:#}"));
    Ok(store.with_keys(Keys::kept(reading).map_err(|error| anyhow!(error))?))
}

/// A store of the present schema whose personal values are all sealed, with keys that open every one of them. Keys are made
/// when nothing was ever sealed; what lies there plain is sealed now.
///
/// # Errors
/// When values are sealed and their key is not at hand.
pub(crate) async fn settle(config: &Config, store: Store) -> Result<Store> {
    let file = Path::new(&config.keys.file);
    let usage = store.key_usage().await.map_err(told)?;
    if !file.exists() {
        nothing_lost(file, &usage)?;
        make(config)?;
    }
    if let Some(mode) = open_to_others(file) {
        tracing::warn!(file = %file.display(), "密钥文件的权限是 {mode:o}，同机其他用户可以读取，请改为 600");
    }
    all_known(&read(file)?, &usage)?;
    let store = bring(config, store)?;
    if usage.plain > 0 {
        let sealed =
            store.seal_plain(|done| tracing::info!(done, total = usage.plain, "sealing")).await.map_err(told)?;
        tracing::info!(sealed, "personal values that lay plain are sealed");
    }
    Ok(store)
}

fn nothing_lost(file: &Path, usage: &Usage) -> Result<()> {
    let sealed: i64 = usage.sealed.values().sum();
    ensure!(
        sealed == 0,
        "数据库里有 {sealed} 条加密的个人信息，但找不到密钥文件 {}。请从备份中恢复它，或用 keys.file 指明它在哪里，再启动。\
         没有密钥，这些信息无法读出；新建密钥也无法打开它们。",
        file.display()
    );
    Ok(())
}

fn all_known(ring: &Ring, usage: &Usage) -> Result<()> {
    let about = ring.about();
    let lost = usage.sealed.iter().find(|(id, _)| about.iter().all(|key| key.id != **id));
    if let Some((id, count)) = lost {
        bail!(
            "数据库里有 {count} 条个人信息用密钥 {id} 加密，但密钥文件里没有它。请用包含这把密钥的文件（见 keys.file 设置）。"
        );
    }
    Ok(())
}

/// What `config check` tells of the keys: never a secret.
pub(crate) fn standing(file: &str) -> String {
    let path = Path::new(file);
    if !path.exists() {
        return format!("{file}（还没有；数据库中没有加密数据时，首次启动会自动新建）");
    }
    match read(path) {
        Ok(ring) => {
            let about = ring.about();
            let algorithm = about.iter().find(|key| key.current).map(|key| key.algorithm.code()).unwrap_or_default();
            let open = open_to_others(path).map(|mode| format!("，权限 {mode:o} 过宽，应为 600")).unwrap_or_default();
            format!("{file}（{} 把密钥，当前 {}，{algorithm}{open}）", about.len(), ring.current())
        }
        Err(error) => format!("{file}（{error:#}）"),
    }
}

fn algorithm(config: &Config) -> Result<Algorithm> {
    let code = &config.keys.algorithm;
    Algorithm::parse(code).ok_or_else(|| anyhow!("配置有误：keys.algorithm 应为 aes-256-gcm 或 sm4-gcm，收到“{code}”"))
}

fn today() -> String {
    Clock::machine().now().with_timezone(&Utc).format("%Y-%m-%d").to_string()
}

fn existing(file: &Path) -> Result<Ring> {
    ensure!(file.exists(), "还没有密钥文件 {}。请先运行 weiqitong keys new。", file.display());
    read(file)
}

/// What the parser says may quote a secret: it is not passed on.
fn read(file: &Path) -> Result<Ring> {
    let told = || format!("密钥文件 {} 读不出来，请检查权限，或从备份中恢复", file.display());
    let text = fs::read_to_string(file).with_context(told)?;
    let kept: KeyFile = Figment::from(Toml::string(&text))
        .extract()
        .map_err(|_| anyhow!("密钥文件 {} 的格式有误，请从备份中恢复", file.display()))?;
    Ring::read(&kept).map_err(|error| anyhow!("密钥文件 {}：{error}", file.display()))
}

/// Makes the first keys. Of two nodes that do so at once, the second uses what the first made.
fn make(config: &Config) -> Result<()> {
    let file = Path::new(&config.keys.file);
    let ring = Ring::fresh(algorithm(config)?, &today()).map_err(|error| anyhow!(error))?;
    let draft = draft(file, &ring)?;
    let linked = fs::hard_link(&draft, file);
    fs::remove_file(&draft).ok();
    match linked {
        Err(error) if error.kind() == ErrorKind::AlreadyExists => return Ok(()),
        other => other.with_context(|| format!("无法写入密钥文件 {}", file.display()))?,
    }
    eprintln!(
        "已新建密钥文件 {}。请立即备份，并与数据库备份分开存放：没有它，电话号码等个人信息无法恢复。",
        file.display()
    );
    Ok(())
}

fn write(file: &Path, ring: &Ring) -> Result<()> {
    let draft = draft(file, ring)?;
    fs::rename(&draft, file).with_context(|| format!("无法写入密钥文件 {}", file.display()))
}

/// The file's text, whole and on the disk, beside its place.
fn draft(file: &Path, ring: &Ring) -> Result<std::path::PathBuf> {
    let told = || format!("无法写入密钥文件 {}", file.display());
    if let Some(folder) = file.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        fs::create_dir_all(folder).with_context(told)?;
    }
    let kept = ring.file();
    let mut text = format!("{HEAD}current = \"{}\"\nindex = \"{}\"\n", kept.current, kept.index);
    for key in &kept.key {
        let (algorithm, made) = (key.algorithm.code(), &key.made);
        let (id, secret) = (&key.id, &key.secret);
        write!(
            text,
            "\n[[key]]\nid = \"{id}\"\nalgorithm = \"{algorithm}\"\nmade = \"{made}\"\nsecret = \"{secret}\"\n"
        )?;
    }
    let draft = file.with_extension(format!("{}.new", std::process::id()));
    let mut out =
        OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&draft).with_context(told)?;
    out.write_all(text.as_bytes()).and_then(|()| out.sync_all()).with_context(told)?;
    Ok(draft)
}

/// The rights of a file that more than its owner may read.
fn open_to_others(file: &Path) -> Option<u32> {
    let mode = fs::metadata(file).ok()?.permissions().mode() & 0o777;
    (mode & 0o077 != 0).then_some(mode)
}
