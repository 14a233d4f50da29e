//! One contact as its page shows it: when and how, what waits for the reader, what came of it.

use super::line::{self, Gain};
use super::{Contact, side};
use crate::App;
use askama::Template;
use kernel::Problem;
use kernel::authz::ReadContacts;
use kernel::words::{ContactAct, ContactKind, ContactSide, ContactState};
use shell::{Errors, Guard, Kit};

/// A button: an act that is one tap, or the way to its form.
struct Button {
    href: String,
    label: &'static str,
    /// Whether a tap is enough.
    tap: bool,
    tone: &'static str,
    /// What is asked before it is done.
    question: &'static str,
}

#[derive(Template)]
#[template(path = "contacts/show.html")]
pub(super) struct ShowPage {
    kit: Kit,
    errors: Errors,
    contact: Contact,
    /// Whether the reader is of the client.
    own: bool,
    when: String,
    state: &'static str,
    tone: &'static str,
    /// What the reader is to do, in a sentence.
    told: String,
    buttons: Vec<Button>,
    /// Whether a demand may be raised from it.
    may_raise: bool,
    people: Vec<String>,
    gains: Vec<Gain>,
    made: String,
    confirmed: String,
}

impl ShowPage {
    pub(super) async fn new(
        app: &App,
        guard: &Guard<ReadContacts>,
        kit: Kit,
        contact: Contact,
        errors: Errors,
    ) -> Result<Self, Problem> {
        let (today, now) = (app.today(), app.now());
        let acts = super::acts(&guard.actor, &contact, today);
        let side = side(&guard.actor, contact.client_id);
        let (state, tone) = line::state(&contact, today);
        let people = super::participants(&app.store, &contact).await?;
        let person = |one: &super::Participant| format!("{}（{} {}）", one.name, one.unit_name, one.title);
        let gains = super::yielded(&app.store, &contact).await?;
        let by = contact.confirmed_by.as_deref().unwrap_or_default();
        let confirmed = contact.confirmed_at.map(|at| format!("{by} · {}", app.site.say(at, now)));
        let opened = match contact.opened_by {
            ContactSide::Client => "企业提出",
            ContactSide::Commissioner => "服务专员提出",
        };
        let own = side == Some(ContactSide::Client);
        let whose = if own { &contact.official_name } else { &contact.client_name };
        Ok(Self {
            kit: kit.titled(format!("{}：{whose}", contact.kind.label())).under("/contacts", "联系"),
            errors,
            own,
            when: line::when(contact.day, &contact.hour, today),
            state,
            tone,
            told: told(&contact, side, &acts),
            buttons: buttons(&contact, side, &acts),
            may_raise: acts.contains(&ContactAct::Yield),
            people: people.iter().map(person).collect(),
            gains: gains.iter().map(|one| Gain::of(&app.site, one, now)).collect(),
            made: format!("{opened} · {}", app.site.say(contact.made_at, now)),
            confirmed: confirmed.unwrap_or_default(),
            contact,
        })
    }
}

/// What the reader is to do.
fn told(contact: &Contact, side: Option<ContactSide>, acts: &[ContactAct]) -> String {
    let has = |act| acts.contains(&act);
    match side {
        Some(ContactSide::Client) if has(ContactAct::Agree) && contact.wants_consent => {
            "这次上门要先征得您的同意。不方便时可以谢绝，或请专员改打电话，不影响您享受任何服务。".into()
        }
        Some(ContactSide::Client) if has(ContactAct::Agree) => {
            "这个时间方便吗？不方便可以另提时间，或改为电话。".into()
        }
        Some(ContactSide::Client) if has(ContactAct::Confirm) => "联系过了，请点一下确认，不用写什么。".into(),
        Some(ContactSide::Client) if contact.turn == Some(ContactSide::Commissioner) => {
            "已告诉专员，等专员答复。".into()
        }
        Some(ContactSide::Commissioner) if has(ContactAct::Agree) => "企业在等您答复。".into(),
        Some(ContactSide::Commissioner) if has(ContactAct::Record) && contact.state != ContactState::Planned => {
            "联系之后记几句即可，企业点一下确认就算数，不用拍照、定位。".into()
        }
        Some(ContactSide::Commissioner) if contact.turn == Some(ContactSide::Client) && contact.wants_consent => {
            "已发给企业，企业同意后才能去。".into()
        }
        Some(ContactSide::Commissioner) if contact.turn == Some(ContactSide::Client) => {
            "已发给企业，等企业答复。".into()
        }
        Some(ContactSide::Commissioner) if contact.denied_at.is_some() => {
            "企业表示没有这次联系，不算数。记错了不用再办；有误会，请与企业沟通。".into()
        }
        _ => String::new(),
    }
}

fn buttons(contact: &Contact, side: Option<ContactSide>, acts: &[ContactAct]) -> Vec<Button> {
    let path = contact.path();
    let mut buttons: Vec<Button> = Vec::new();
    let client = side == Some(ContactSide::Client);
    for act in acts {
        let (label, tap, question) = match act {
            // One way to call it off is enough: who asked takes it back, who was asked declines.
            ContactAct::Decline if client && acts.contains(&ContactAct::Cancel) => continue,
            ContactAct::Cancel if !client && acts.contains(&ContactAct::Decline) => continue,
            ContactAct::Agree if client => ("方便，同意", true, ""),
            ContactAct::Agree => ("同意", true, ""),
            ContactAct::Confirm => ("确认有这次联系", true, ""),
            ContactAct::Hold => ("已联系，稍后记录", true, ""),
            ContactAct::Record => ("记录这次联系", false, ""),
            ContactAct::Propose => ("另提时间或方式", false, ""),
            ContactAct::Decline if client => ("这次不方便，谢绝", false, ""),
            ContactAct::Decline => ("不能前往", false, ""),
            ContactAct::Cancel if client => ("不需要了，取消", false, ""),
            ContactAct::Cancel => ("取消这次联系", false, ""),
            ContactAct::Deny => ("没有这次联系", true, "会请服务专员核对。确定没有这次联系吗？"),
            ContactAct::Yield => continue,
        };
        let tone = if buttons.is_empty() && *act != ContactAct::Propose { "primary" } else { "" };
        buttons.push(Button { href: format!("{path}/{}", act.code()), label, tap, tone, question });
        if *act == ContactAct::Propose && client && contact.kind == ContactKind::Onsite {
            let (href, label) = (format!("{path}/propose?call=true"), "请改打电话");
            buttons.push(Button { href, label, tap: false, tone: "", question: "" });
        }
    }
    buttons
}
