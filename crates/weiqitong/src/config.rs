//! Configuration: the built-in defaults, then a TOML file, then `WQT_…` variables, then flags.

use crate::posting::{Messages, hidden, or_none};
use anyhow::{Context, Result, anyhow, bail};
use figment::Figment;
use figment::providers::{Env, Format, Serialized, Toml};
use kernel::BusinessHours;
use serde::{Deserialize, Serialize};
use std::net::SocketAddr;
use std::path::Path;

/// The defaults are also the documentation.
const DEFAULTS: &str = include_str!("../../../config.default.toml");

/// Everything that can be set, checked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// The folder of what is kept beside the database.
    pub data: String,
    /// The database's URL.
    pub database: String,
    /// The folder in which attachments lie.
    pub files: String,
    /// Where people and programs are served.
    pub listen: SocketAddr,
    /// Where monitoring reads figures; empty for nowhere.
    pub admin_listen: String,
    /// The city, county or province served.
    pub site: Site,
    /// When the site is open.
    pub hours: Hours,
    /// How often clients are visited, and on how many days anybody may come.
    pub contacts: Contacts,
    /// How messages leave.
    pub messages: Messages,
    /// What seals personal information.
    pub keys: Keys,
    /// How the log is written.
    pub log: Log,
}

impl Config {
    /// Where monitoring reads figures, if anywhere.
    ///
    /// # Errors
    /// When it is no address, or the one that serves people.
    pub fn admin(&self) -> Result<Option<SocketAddr>> {
        if self.admin_listen.is_empty() {
            return Ok(None);
        }
        let told = || format!("配置有误：admin_listen 应为 IP:端口，或留空不开放，收到“{}”", self.admin_listen);
        let address: SocketAddr = self.admin_listen.parse().with_context(told)?;
        // Port 0 asks for any free one: two of them are two.
        if address == self.listen && address.port() != 0 {
            bail!("配置有误：admin_listen 不能与 listen 相同，监控数据不对外开放");
        }
        Ok(Some(address))
    }
}

/// The city, county or province served.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Site {
    /// Its name on every page.
    pub name: String,
    /// The official code of its top area.
    pub area: i64,
    /// Whether people reach it by https.
    pub https: bool,
    /// Whether an answer goes out only when the head of the unit has approved it.
    pub approval: bool,
    /// How many days after its end a closed demand is archived; 0 for never.
    pub archive_days: u32,
}

/// When the site is open on a working day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Hours {
    /// Spans such as `09:00-12:00,13:30-17:00`.
    pub open: String,
    /// The offset from UTC, such as `+08:00`.
    pub zone: String,
}

impl Hours {
    /// The hours, ready for arithmetic.
    ///
    /// # Errors
    /// When a span or the zone is not of its form.
    pub fn parse(&self) -> Result<BusinessHours> {
        BusinessHours::parse(&self.open, &self.zone).map_err(|told| anyhow!("配置有误（hours）：{told}"))
    }
}

/// How often clients are visited, and on how many days anybody may come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Contacts {
    /// An enterprise is visited once in so many months, as a principle.
    pub enterprise_months: u32,
    /// A project, likewise.
    pub project_months: u32,
    /// On so many days of a quarter somebody may come to a client without asking.
    pub budget: u32,
    /// The last so many days of a month are quiet.
    pub month_end: u32,
    /// A commissioner is reminded of visits at most once in so many days.
    pub remind_days: u32,
    /// A client from whom nothing was heard for so many days is silent.
    pub silent_days: u32,
    /// So many silent clients are called in a month.
    pub silent_calls: u32,
    /// A unit that comes within so many days after a complaint about it is shown to the audit side.
    pub signal_days: u32,
}

impl Contacts {
    /// The terms, as the rules read them.
    ///
    /// # Errors
    /// When a number makes no sense.
    pub fn terms(&self) -> Result<rules::contact::Terms> {
        let Self { enterprise_months, project_months, budget, month_end, remind_days, .. } = *self;
        let Self { silent_days, silent_calls, signal_days, .. } = *self;
        if !(1..=24).contains(&enterprise_months) || !(1..=24).contains(&project_months) {
            return Err(anyhow!("配置有误（contacts）：走访间隔应为 1 至 24 个月"));
        }
        if budget > 90 || month_end > 15 {
            return Err(anyhow!("配置有误（contacts）：每季度入企天数不超过 90，月末静默不超过 15 天"));
        }
        if !(7..=90).contains(&remind_days) {
            return Err(anyhow!("配置有误（contacts）：走访提醒的间隔应为 7 至 90 天"));
        }
        if !(30..=730).contains(&silent_days) || silent_calls > 5_000 {
            return Err(anyhow!("配置有误（contacts）：静默天数应为 30 至 730 天，每月抽样不超过 5000 家"));
        }
        if !(1..=365).contains(&signal_days) {
            return Err(anyhow!("配置有误（contacts）：诉求后入企的核查期应为 1 至 365 天"));
        }
        Ok(rules::contact::Terms {
            enterprise_months,
            project_months,
            budget,
            month_end,
            remind_days,
            silent_days,
            silent_calls,
            signal_days,
        })
    }
}

/// What seals personal information.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Keys {
    /// The file of the keys.
    pub file: String,
    /// How new keys seal.
    pub algorithm: String,
}

/// How the log is written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Log {
    /// For people or for a collector.
    pub format: LogFormat,
    /// What is logged, in the form of `tracing`'s filters.
    pub filter: String,
}

/// The log's form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// A readable line.
    Text,
    /// One JSON object a line.
    Json,
}

/// Reads the configuration. `flags` are key and value pairs from the command line.
///
/// # Errors
/// When a file is missing, a key is unknown or a value is of the wrong kind; the text says which and whence.
pub fn read(file: Option<&Path>, flags: &[(&str, Option<&str>)]) -> Result<(Config, Figment)> {
    let mut sources = Figment::from(Toml::string(DEFAULTS));
    if let Some(file) = file {
        if !file.is_file() {
            bail!("找不到配置文件 {}", file.display());
        }
        sources = sources.merge(Toml::file(file));
    }
    // The test suites' own variables are no settings.
    let environment = Env::prefixed("WQT_").filter(|key| !key.starts_with("test_") && key != "only").split("__");
    sources = sources.merge(environment);
    for (key, value) in flags {
        if let Some(value) = value {
            sources = sources.merge(Serialized::global(key, *value));
        }
    }
    let mut config: Config = sources.extract().context("配置有误")?;
    for place in [&mut config.database, &mut config.files, &mut config.keys.file] {
        *place = place.replace("{data}", config.data.trim_end_matches('/'));
    }
    config.admin()?;
    if !["sqlite:", "postgres:", "postgresql:"].iter().any(|kind| config.database.starts_with(kind)) {
        bail!("配置有误：database 应以 sqlite: 或 postgres:// 开头");
    }
    config.hours.parse()?;
    config.contacts.terms()?;
    config.messages.post(config.listen)?;
    if store::Algorithm::parse(&config.keys.algorithm).is_none() {
        bail!("配置有误：keys.algorithm 应为 aes-256-gcm 或 sm4-gcm，收到“{}”", config.keys.algorithm);
    }
    if (1..=90).contains(&config.site.archive_days) {
        bail!("配置有误：site.archive_days 应为 0（不自动归档）或大于 90：办结后 90 天内企业还可以反映。");
    }
    Ok((config, sources))
}

/// One line per setting: its value, and where it came from. A password in the database URL is not shown.
pub fn explain(config: &Config, sources: &Figment) -> String {
    let values = [
        ("data", config.data.clone()),
        ("database", without_password(&config.database)),
        ("files", config.files.clone()),
        ("listen", config.listen.to_string()),
        ("admin_listen", if config.admin_listen.is_empty() { "不开放".into() } else { config.admin_listen.clone() }),
        ("site.name", config.site.name.clone()),
        ("site.area", config.site.area.to_string()),
        ("site.https", config.site.https.to_string()),
        ("site.approval", config.site.approval.to_string()),
        ("site.archive_days", config.site.archive_days.to_string()),
        ("hours.open", config.hours.open.clone()),
        ("hours.zone", config.hours.zone.clone()),
        ("contacts.enterprise_months", config.contacts.enterprise_months.to_string()),
        ("contacts.project_months", config.contacts.project_months.to_string()),
        ("contacts.budget", config.contacts.budget.to_string()),
        ("contacts.month_end", config.contacts.month_end.to_string()),
        ("contacts.remind_days", config.contacts.remind_days.to_string()),
        ("contacts.silent_days", config.contacts.silent_days.to_string()),
        ("contacts.silent_calls", config.contacts.silent_calls.to_string()),
        ("contacts.signal_days", config.contacts.signal_days.to_string()),
        ("messages.address", config.messages.site_address(config.listen)),
        ("messages.quiet", config.messages.quiet.clone()),
        ("messages.quiet_off_days", config.messages.quiet_off_days.to_string()),
        ("messages.digest", config.messages.digest.clone()),
        ("messages.an_hour", config.messages.an_hour.to_string()),
        ("messages.a_day", config.messages.a_day.to_string()),
        ("messages.tries", config.messages.tries.to_string()),
        ("messages.email.server", or_none(&config.messages.email.server)),
        ("messages.email.port", config.messages.email.port.to_string()),
        ("messages.email.security", config.messages.email.security.clone()),
        ("messages.email.user", or_none(&config.messages.email.user)),
        ("messages.email.password", hidden(&config.messages.email.password)),
        ("messages.email.from", or_none(&config.messages.email.from)),
        ("messages.sms.url", config.messages.sms.where_to()),
        ("messages.sms.headers", config.messages.sms.header_names()),
        ("messages.sms.secret", hidden(&config.messages.sms.secret)),
        ("messages.sms.success", config.messages.sms.success()),
        ("messages.work.url", config.messages.work.where_to()),
        ("messages.work.headers", config.messages.work.header_names()),
        ("messages.work.secret", hidden(&config.messages.work.secret)),
        ("messages.work.success", config.messages.work.success()),
        ("keys.file", crate::keys::standing(&config.keys.file)),
        ("keys.algorithm", config.keys.algorithm.clone()),
        ("log.format", format!("{:?}", config.log.format).to_lowercase()),
        ("log.filter", config.log.filter.clone()),
    ];
    values.map(|(key, value)| format!("{key} = {value}    （{}）\n", origin(sources, key))).concat()
}

fn origin(sources: &Figment, key: &str) -> String {
    // Two settings that make one line come from where the first does.
    let key = key.strip_suffix(".success").map_or_else(|| key.to_owned(), |gateway| format!("{gateway}.success_at"));
    let Some(metadata) = sources.find_metadata(&key) else { return "未知".into() };
    match &metadata.source {
        Some(figment::Source::File(path)) => format!("配置文件 {}", path.display()),
        _ if metadata.name.contains("environment") => "环境变量".into(),
        _ if metadata.name.contains("TOML") => "默认值".into(),
        _ => "命令行".into(),
    }
}

/// `postgres://user:secret@host/name` without the secret.
fn without_password(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else { return url.into() };
    let Some((who, host)) = rest.rsplit_once('@') else { return url.into() };
    let user = who.split(':').next().unwrap_or_default();
    format!("{scheme}://{user}:***@{host}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_defaults_are_complete_and_say_so() {
        let (config, sources) = read(None, &[]).unwrap();
        assert_eq!(config.log.format, LogFormat::Text);
        assert!(explain(&config, &sources).contains("log.filter = info    （默认值）"));
    }

    #[test]
    fn a_flag_beats_the_defaults_and_its_origin_is_told() {
        let (config, sources) = read(None, &[("listen", Some("127.0.0.1:9"))]).unwrap();
        assert_eq!(config.listen.port(), 9);
        assert!(explain(&config, &sources).contains("listen = 127.0.0.1:9    （命令行）"));
    }

    #[test]
    fn a_database_password_is_never_printed() {
        let (config, sources) = read(None, &[("database", Some("postgres://wqt:s3cret@db/city"))]).unwrap();
        let told = explain(&config, &sources);
        assert!(told.contains("postgres://wqt:***@db/city") && !told.contains("s3cret"), "{told}");
    }

    #[test]
    fn no_secret_of_a_road_for_messages_is_printed_and_a_wrong_one_is_refused_at_the_start() {
        let file = std::env::temp_dir().join(format!("wqt-messages-{}.toml", std::process::id()));
        let good = r#"
            [messages]
            address = "https://qiye.example"
            [messages.email]
            server = "smtp.example"
            user = "wqt"
            password = "s3cret-mail"
            from = "潍企通 <noreply@example.cn>"
            [messages.sms]
            url = "https://sms.example/send?key=s3cret-url"
            secret = "s3cret-sms"
            headers = { authorization = "Bearer {secret}" }
            body = '{"to":"{number}","text":"{text}"}'
        "#;
        let read_as = |text: &str| {
            std::fs::write(&file, text).unwrap();
            read(Some(&file), &[])
        };
        let (config, sources) = read_as(good).unwrap();
        let told = explain(&config, &sources);
        assert!(!told.contains("s3cret"), "{told}");
        assert!(told.contains("messages.sms.url = https://sms.example/send") && told.contains("已设置"), "{told}");
        assert_eq!(config.messages.post(config.listen).unwrap().channels().len(), 2);
        let missing = |what: &str, instead: &str| format!("{:#}", read_as(&good.replace(what, instead)).unwrap_err());
        assert!(missing("https://qiye.example", "").contains("messages.address"));
        assert!(missing("{number}", "{phone}").contains("messages.sms"));
        assert!(missing("潍企通 <noreply@example.cn>", "潍企通").contains("messages.email"));
        std::fs::remove_file(file).unwrap();
    }

    #[test]
    fn data_kept_elsewhere_takes_the_database_along() {
        let (config, sources) = read(None, &[("data", Some("/srv/wqt/"))]).unwrap();
        assert_eq!(config.database, "sqlite:/srv/wqt/weiqitong.db");
        assert!(explain(&config, &sources).contains("data = /srv/wqt/    （命令行）"));
    }

    #[test]
    fn figures_are_never_served_where_people_are() {
        let at = |admin| read(None, &[("listen", Some("127.0.0.1:8080")), ("admin_listen", Some(admin))]);
        assert!(at("127.0.0.1:8080").unwrap_err().to_string().contains("不能与 listen 相同"));
        assert!(at("somewhere").unwrap_err().to_string().contains("IP:端口"));
        assert_eq!(at("").unwrap().0.admin().unwrap(), None);
        assert!(at("127.0.0.1:9464").unwrap().0.admin().unwrap().is_some());
    }

    #[test]
    fn a_database_nobody_knows_is_refused() {
        assert!(read(None, &[("database", Some("mysql://x"))]).is_err());
    }
}
