//! The settings of messages that leave the platform: by mail, as short messages, by the office messenger.

use anyhow::{Result, anyhow, bail};
use platform::messages::post::{Gateway, GatewayWish, Mail, MailWish, PATIENCE, Post, Security};
use rules::message::{Quiet, Terms, time_of_day};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::net::SocketAddr;

/// How messages leave. Where no road is set up, they are kept in a mailbox of the platform's own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Messages {
    /// The site's address in messages; needed as soon as a road is set up.
    pub address: String,
    /// Hours in which nobody is written to.
    pub quiet: String,
    /// Whether days off are quiet.
    pub quiet_off_days: bool,
    /// When digests go out on a working day.
    pub digest: String,
    /// So many messages reach one person in an hour.
    pub an_hour: u32,
    /// And in a day.
    pub a_day: u32,
    /// A message is tried so often.
    pub tries: u32,
    /// Mail.
    pub email: Email,
    /// Short messages.
    pub sms: Road,
    /// The office messenger (政务微信).
    pub work: Road,
}

/// A mail server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Email {
    /// Its name; empty for no mail.
    pub server: String,
    /// Its port.
    pub port: u16,
    /// `tls`, `starttls` or `none`.
    pub security: String,
    /// The account on it.
    pub user: String,
    /// The account's password.
    pub password: String,
    /// From whom mail comes.
    pub from: String,
}

/// A gateway that is spoken to by HTTP.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Road {
    /// Where it is; empty for none.
    pub url: String,
    /// `POST` or `PUT`.
    pub method: String,
    /// What goes with each request.
    pub headers: BTreeMap<String, String>,
    /// What `{secret}` stands for.
    pub secret: String,
    /// The body, as JSON with placeholders.
    pub body: String,
    /// Where in the answer success is told.
    pub success_at: String,
    /// What is told there.
    pub success_is: String,
}

impl Road {
    fn gateway(&self, name: &str) -> Result<Option<Gateway>> {
        if self.url.is_empty() {
            return Ok(None);
        }
        let Self { url, method, headers, secret, body, success_at, success_is } = self;
        let wish = GatewayWish { url, method, headers, secret, body, success_at, success_is };
        Gateway::new(wish).map(Some).map_err(|told| anyhow!("配置有误（messages.{name}）：{told}"))
    }

    /// Where it is, without what may be a secret in it.
    #[must_use]
    pub fn where_to(&self) -> String {
        or_none(self.url.split(['?', '#']).next().map_or("", |url| without_user(url)))
    }

    /// The names of what goes with each request.
    #[must_use]
    pub fn header_names(&self) -> String {
        or_none(&self.headers.keys().cloned().collect::<Vec<_>>().join("，"))
    }

    /// How success is told.
    #[must_use]
    pub fn success(&self) -> String {
        match self.success_at.as_str() {
            "" => "HTTP 2xx".into(),
            at => format!("HTTP 2xx，且答复的 {at} 为“{}”", self.success_is),
        }
    }
}

impl Messages {
    /// The site's address in messages; before one is set, where the program listens.
    #[must_use]
    pub fn site_address(&self, listen: SocketAddr) -> String {
        match self.address.trim_end_matches('/') {
            "" => format!("http://{listen}"),
            address => address.to_owned(),
        }
    }

    /// The roads, ready to be gone.
    ///
    /// # Errors
    /// When a value is not of its form, or a road lacks something.
    pub fn post(&self, listen: SocketAddr) -> Result<Post> {
        let post = Post {
            address: self.site_address(listen),
            terms: self.terms()?,
            patience: PATIENCE,
            mail: self.mail()?,
            sms: self.sms.gateway("sms")?,
            work: self.work.gateway("work")?,
        };
        let named = ["https://", "http://"].iter().any(|scheme| self.address.starts_with(scheme));
        if !post.is_kept() && !named {
            bail!("配置有误：要对外发消息，messages.address 应填人们打开本站的网址，如 https://qiye.example.cn");
        }
        Ok(post)
    }

    fn terms(&self) -> Result<Terms> {
        let wrong = |told: String| anyhow!("配置有误（messages）：{told}");
        let quiet = Quiet::parse(&self.quiet, self.quiet_off_days).map_err(wrong)?;
        let digest =
            time_of_day(&self.digest).ok_or_else(|| wrong("汇总时间（digest）应写成 08:30 的形式。".into()))?;
        let Self { an_hour, a_day, tries, .. } = *self;
        if an_hour == 0 || a_day < an_hour || !(1..=20).contains(&tries) {
            return Err(wrong("每小时至少 1 条，每天不少于每小时的条数，重试 1 至 20 次。".into()));
        }
        Ok(Terms { quiet, digest, an_hour, a_day, tries })
    }

    fn mail(&self) -> Result<Option<Mail>> {
        let Email { server, port, security, user, password, from } = &self.email;
        if server.is_empty() {
            return Ok(None);
        }
        let wrong = |told: String| anyhow!("配置有误（messages.email）：{told}");
        let security = Security::parse(security)
            .ok_or_else(|| wrong(format!("security 应为 tls、starttls 或 none，收到“{security}”。")))?;
        Mail::new(MailWish { server, port: *port, security, user, password, from }).map(Some).map_err(wrong)
    }
}

/// Whether a secret is set, and nothing else of it.
#[must_use]
pub fn hidden(secret: &str) -> String {
    if secret.is_empty() { "未设置".into() } else { "已设置，不显示".into() }
}

/// A value, or that there is none.
#[must_use]
pub fn or_none(value: &str) -> String {
    if value.is_empty() { "无".into() } else { value.into() }
}

/// An address without who signs in there.
fn without_user(url: &str) -> &str {
    match (url.split_once("://"), url.rsplit_once('@')) {
        (Some(_), Some((_, host))) => host,
        _ => url,
    }
}
