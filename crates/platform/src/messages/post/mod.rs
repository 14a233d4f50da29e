//! The post: the roads by which a message leaves, as the site has set them up. Where none is set up, everything is kept in the
//! platform's own mailbox instead, to be looked at by its administrators.

mod gateway;
mod mail;

pub use gateway::{Gateway, GatewayWish};
pub use mail::{Mail, MailWish, Security};

use kernel::words::MessageChannel;
use kernel::{Email, Instant, Phone};
use rules::message::Terms;
use std::time::Duration;

/// How long a road may take for one message, usually. Shorter than a claim lasts ([`super::deliver::LEASE`]).
pub const PATIENCE: Duration = Duration::from_secs(15);

/// The roads out, and the site's terms for using them.
#[derive(Debug, Clone)]
pub struct Post {
    /// The site's address, under which people reach it, such as `https://qiye.weifang.gov.cn`: links begin with it.
    pub address: String,
    /// When and how often people are written to.
    pub terms: Terms,
    /// How long a road may take for one message.
    pub patience: Duration,
    /// Electronic mail, when it is set up.
    pub mail: Option<Mail>,
    /// Short messages.
    pub sms: Option<Gateway>,
    /// The office messenger (政务微信).
    pub work: Option<Gateway>,
}

/// Where a message goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Addressed {
    /// To an address.
    Email(Email),
    /// To a mobile.
    Mobile(Phone),
}

impl Addressed {
    /// What anybody may see of it.
    #[must_use]
    pub fn masked(&self) -> String {
        match self {
            Self::Email(email) => email.masked(),
            Self::Mobile(phone) => phone.masked(),
        }
    }

    fn text(&self) -> &str {
        match self {
            Self::Email(email) => email.as_str(),
            Self::Mobile(phone) => phone.as_str(),
        }
    }
}

/// A message, worded, on its way.
#[derive(Debug, Clone)]
pub struct Outgoing {
    /// The same however often it is tried: whoever carries it can tell a second try by it.
    pub id: String,
    /// To whom.
    pub to: Addressed,
    /// In one line.
    pub title: String,
    /// In full.
    pub text: String,
    /// Where it is read.
    pub link: String,
    /// When it is sent.
    pub at: Instant,
}

/// Why a message did not leave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// For an administrator; without numbers, secrets and texts.
    pub reason: String,
    /// Whether another try would fail, too.
    pub lasting: bool,
}

impl Failure {
    fn passing(reason: impl Into<String>) -> Self {
        Self { reason: reason.into(), lasting: false }
    }

    fn lasting(reason: impl Into<String>) -> Self {
        Self { reason: reason.into(), lasting: true }
    }
}

impl Post {
    /// A site where no road is set up.
    #[must_use]
    pub fn kept(address: impl Into<String>, terms: Terms) -> Self {
        Self { address: address.into(), terms, patience: PATIENCE, mail: None, sms: None, work: None }
    }

    /// Whether no road is set up and messages are kept.
    #[must_use]
    pub fn is_kept(&self) -> bool {
        self.mail.is_none() && self.sms.is_none() && self.work.is_none()
    }

    /// The roads that there are; all of them where messages are kept. The one that is preferred comes first.
    #[must_use]
    pub fn channels(&self) -> Vec<MessageChannel> {
        let open = |channel: &MessageChannel| match channel {
            _ if self.is_kept() => true,
            MessageChannel::Work => self.work.is_some(),
            MessageChannel::Sms => self.sms.is_some(),
            MessageChannel::Email => self.mail.is_some(),
        };
        MessageChannel::ALL.iter().copied().filter(open).collect()
    }

    /// Hands a message over.
    ///
    /// # Errors
    /// Why it was not taken.
    pub async fn hand_over(&self, channel: MessageChannel, message: &Outgoing) -> Result<(), Failure> {
        let closed = || Failure::passing(format!("没有配置{}", channel.label()));
        let handed = async {
            match channel {
                MessageChannel::Email => self.mail.as_ref().ok_or_else(closed)?.send(message).await,
                MessageChannel::Sms => self.sms.as_ref().ok_or_else(closed)?.send(message).await,
                MessageChannel::Work => self.work.as_ref().ok_or_else(closed)?.send(message).await,
            }
        };
        match tokio::time::timeout(self.patience, handed).await {
            Ok(outcome) => outcome,
            Err(_) => Err(Failure::passing("没有及时答复")),
        }
    }
}
