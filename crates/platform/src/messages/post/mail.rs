//! Electronic mail by SMTP.

use super::{Addressed, Failure, Outgoing};
use lettre::message::header::ContentType;
use lettre::message::{Mailbox, Message};
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Tls, TlsParameters};
use lettre::{AsyncSmtpTransport, AsyncTransport, Tokio1Executor};
use std::time::{Duration, SystemTime};

/// How the way to the server is kept from others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Security {
    /// TLS from the first byte (port 465).
    Tls,
    /// TLS after a plain greeting, and nothing without it (port 587).
    StartTls,
    /// None: inside one's own network only.
    None,
}

impl Security {
    /// Reads `tls`, `starttls` or `none`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "tls" => Some(Self::Tls),
            "starttls" => Some(Self::StartTls),
            "none" => Some(Self::None),
            _ => None,
        }
    }
}

/// What a site says of its mail server.
#[derive(Debug, Clone, Copy)]
pub struct MailWish<'a> {
    /// Its name or address.
    pub server: &'a str,
    /// Its port.
    pub port: u16,
    /// How the way to it is kept.
    pub security: Security,
    /// The account on it; empty for none.
    pub user: &'a str,
    /// The account's password.
    pub password: &'a str,
    /// From whom mail comes, such as `潍企通 <noreply@weifang.example>`.
    pub from: &'a str,
}

/// A mail server that takes our mail.
#[derive(Clone)]
pub struct Mail {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
    /// What ids of mails end in.
    host: String,
}

impl std::fmt::Debug for Mail {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Mail(from {})", self.from)
    }
}

impl Mail {
    /// The server of a wish.
    ///
    /// # Errors
    /// A Chinese sentence when a part of it cannot be.
    pub fn new(wish: MailWish<'_>) -> Result<Self, String> {
        let from: Mailbox = wish
            .from
            .parse()
            .map_err(|_| format!("发件人应写成 潍企通 <noreply@example.cn> 的形式，收到“{}”。", wish.from))?;
        let told = || format!("邮件服务器“{}”不能用于加密连接，请填写它的域名。", wish.server);
        let parameters = || TlsParameters::new(wish.server.to_owned()).map_err(|_| told());
        let tls = match wish.security {
            Security::Tls => Tls::Wrapper(parameters()?),
            Security::StartTls => Tls::Required(parameters()?),
            Security::None => Tls::None,
        };
        let builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(wish.server).port(wish.port).tls(tls);
        let builder = builder.timeout(Some(Duration::from_secs(10)));
        let builder = match wish.user {
            "" => builder,
            user => builder.credentials(Credentials::new(user.to_owned(), wish.password.to_owned())),
        };
        let host = from.email.domain().to_owned();
        Ok(Self { transport: builder.build(), from, host })
    }

    pub(super) async fn send(&self, message: &Outgoing) -> Result<(), Failure> {
        let Addressed::Email(to) = &message.to else { return Err(Failure::lasting("没有可用的邮箱")) };
        let to: Mailbox = to.as_str().parse().map_err(|_| Failure::lasting("邮箱不合规范"))?;
        let mail = Message::builder()
            .from(self.from.clone())
            .to(to)
            .subject(message.title.as_str())
            .date(SystemTime::from(message.at))
            .message_id(Some(format!("<{}@{}>", message.id, self.host)))
            .header(ContentType::TEXT_PLAIN)
            .body(message.text.clone())
            .map_err(|_| Failure::lasting("邮件无法生成"))?;
        match self.transport.send(mail).await {
            Ok(_) => Ok(()),
            Err(error) => Err(failure(&error)),
        }
    }
}

/// What went wrong. The server's own words are left out: they may repeat the address.
fn failure(error: &lettre::transport::smtp::Error) -> Failure {
    match error.status() {
        Some(code) => Failure { reason: format!("邮件服务器答复 {code}"), lasting: error.is_permanent() },
        None if error.is_timeout() => Failure::passing("邮件服务器没有及时答复"),
        None if error.is_tls() => Failure::passing("与邮件服务器的加密连接没有建立，请检查证书和端口"),
        None => Failure::passing("连不上邮件服务器"),
    }
}
