//! The wording of messages: per kind of news and road a title and a text with placeholders. One is built in for each; an
//! administrator may write another, and every version is kept. What can be filled in tells nothing of the matter itself.

mod pages;
mod rows;

pub use rows::Version;

use super::in_hand;
use crate::App;
use crate::audit::{self, Deed};
use kernel::authz::ManageAccounts;
use kernel::words::{MessageChannel, NewsKind};
use kernel::{Actor, AreaCode, Problem, Scope};
use serde_json::json;
use shell::Routes;
use store::{Db, Tx};

pub(super) fn routes() -> Routes<App> {
    pages::routes()
}

/// Which wording: of a kind of news, or of the digest (none), by a road.
pub type Key = (Option<NewsKind>, MessageChannel);

/// What may be filled in, and what it stands for.
pub const PLACES: [(&str, &str); 6] = [
    ("{站点}", "本站名称"),
    ("{事由}", "发生了哪一类事，如“有一件事等您办理”"),
    ("{编号}", "诉求编号，带括号；没有编号的为空"),
    ("{网址}", "登录后查看的网址，必须有"),
    ("{一键}", "可以一键确认时的网址和说明，否则为空"),
    ("{退订}", "停发邮件的网址和说明，只在邮件里有"),
];

/// A title and a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wording {
    /// In one line; a short message has none and leaves it out.
    pub title: String,
    /// In full.
    pub text: String,
}

/// What is filled in.
#[derive(Debug, Clone)]
pub struct Filling<'a> {
    /// The site's name.
    pub site: &'a str,
    /// What happened, in the program's own words.
    pub occasion: String,
    /// The number, when there is one.
    pub number: &'a str,
    /// Where it is read.
    pub link: &'a str,
    /// Where it is confirmed by one press.
    pub confirm: Option<String>,
    /// Where mail is stopped.
    pub stop: Option<String>,
}

impl Filling<'_> {
    fn of(&self, place: &str) -> String {
        match place {
            "{站点}" => self.site.to_owned(),
            "{事由}" => self.occasion.clone(),
            "{编号}" if self.number.is_empty() => String::new(),
            "{编号}" => format!("（编号 {}）", self.number),
            "{网址}" => self.link.to_owned(),
            "{一键}" => {
                self.confirm.as_ref().map(|link| format!("如确有这次联系，可直接确认：{link}")).unwrap_or_default()
            }
            _ => self.stop.as_ref().map(|link| format!("不想再收到邮件：{link}")).unwrap_or_default(),
        }
    }
}

impl Wording {
    /// The one that is built in.
    #[must_use]
    pub fn built_in((kind, channel): Key) -> Self {
        let asks = if kind == Some(NewsKind::Deadline) { "请尽快登录办理：" } else { "请登录查看：" };
        match channel {
            MessageChannel::Email => Self {
                title: "{站点}：{事由}".into(),
                text: format!(
                    "您好：\n\n{{事由}}{{编号}}。\n{asks}{{网址}}\n{{一键}}\n\n为保护您的信息，具体内容请登录后看。这封邮件由系统发出，请不要回复。\n{{退订}}"
                ),
            },
            MessageChannel::Sms => Self {
                title: String::new(),
                text: format!("【{{站点}}】{{事由}}{{编号}}，{asks}{{网址}} {{一键}}"),
            },
            MessageChannel::Work => {
                Self { title: "{事由}".into(), text: format!("{{事由}}{{编号}}，{asks}{{网址}} {{一键}}") }
            }
        }
    }

    /// Checks what was written.
    ///
    /// # Errors
    /// [`Problem::Invalid`] that says what to mend.
    pub fn check(&self, (_, channel): Key) -> Result<(), Problem> {
        let most = if channel == MessageChannel::Sms { 200 } else { 1000 };
        if self.title.chars().count() > 60 || self.title.chars().any(char::is_control) {
            return Err(Problem::field("title", "标题不超过 60 个字，写成一行。"));
        }
        if channel != MessageChannel::Sms && self.title.trim().is_empty() {
            return Err(Problem::field("title", "请填写标题。"));
        }
        known(&self.title).map_err(|told| Problem::field("title", told))?;
        if self.title.contains("{网址}") || self.title.contains("{一键}") || self.title.contains("{退订}") {
            return Err(Problem::field("title", "网址写在正文里，标题里不放。"));
        }
        if self.text.chars().count() > most {
            return Err(Problem::field("text", format!("正文不超过 {most} 个字。")));
        }
        known(&self.text).map_err(|told| Problem::field("text", told))?;
        if !self.text.contains("{网址}") {
            return Err(Problem::field("text", "正文里要有 {网址}，收到的人才能登录查看。"));
        }
        Ok(())
    }

    /// The wording with everything filled in; what is filled in is not looked at again. Lines that came to nothing are left out.
    #[must_use]
    pub fn filled(&self, with: &Filling<'_>) -> Self {
        let lines: Vec<String> = self
            .text
            .lines()
            .map(|line| (line, fill(line, with)))
            .filter(|(line, filled)| line.trim().is_empty() || !filled.trim().is_empty())
            .map(|(_, filled)| filled.trim_end().to_owned())
            .collect();
        Self { title: fill(&self.title, with), text: lines.join("\n").trim_end().to_owned() }
    }
}

/// Refuses what looks like a placeholder and is none.
fn known(text: &str) -> Result<(), String> {
    let mut rest = text;
    while let Some(at) = rest.find(['{', '}']) {
        rest = &rest[at..];
        let Some((place, _)) = PLACES.iter().find(|(place, _)| rest.starts_with(place)) else {
            let shown: String = rest.chars().take(8).collect();
            let all: Vec<_> = PLACES.iter().map(|(place, _)| *place).collect();
            return Err(format!("“{shown}”处的占位符无法识别，能用的有 {}。", all.join(" ")));
        };
        rest = &rest[place.len()..];
    }
    Ok(())
}

fn fill(text: &str, with: &Filling<'_>) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find('{') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        match PLACES.iter().find(|(place, _)| rest.starts_with(place)) {
            Some((place, _)) => {
                out.push_str(&with.of(place));
                rest = &rest[place.len()..];
            }
            None => {
                out.push('{');
                rest = &rest[1..];
            }
        }
    }
    out.push_str(rest);
    out
}

/// The wording that holds.
///
/// # Errors
/// When the database fails.
pub async fn current(db: &impl Db, site: AreaCode, key: Key) -> Result<Wording, Problem> {
    let latest = rows::versions(db, site, key, 1).await?.into_iter().next();
    Ok(latest.and_then(|version| version.wording()).unwrap_or_else(|| Wording::built_in(key)))
}

/// The versions of a wording, the newest first.
///
/// # Errors
/// [`Problem::NotFound`] for who has not the whole site in hand.
pub async fn versions(app: &App, scope: &Scope<ManageAccounts>, key: Key) -> Result<Vec<Version>, Problem> {
    if !in_hand(app, scope) {
        return Err(Problem::NotFound);
    }
    rows::versions(&app.store, app.site.area, key, 20).await
}

/// Writes another version over the one that was read; none: the built-in one holds again.
///
/// # Errors
/// As [`Wording::check`]; [`Problem::Stale`] when somebody else was first; [`Problem::NotFound`] for who has not the whole site
/// in hand.
pub async fn change(
    tx: &Tx,
    (app, actor): (&App, &Actor),
    scope: &Scope<ManageAccounts>,
    key: Key,
    (version, wording): (i64, Option<Wording>),
) -> Result<(), Problem> {
    if !in_hand(app, scope) {
        return Err(Problem::NotFound);
    }
    let site = app.site.area;
    if let Some(wording) = &wording {
        wording.check(key)?;
    }
    let latest = rows::versions(tx, site, key, 1).await?.first().map_or(0, |latest| latest.version);
    if latest != version {
        return Err(Problem::Stale("措辞刚被别人修改过，请刷新后核对再提交。".into()));
    }
    let id = rows::insert(tx, site, key, (version + 1, wording.as_ref()), &actor.name).await?;
    let (kind, channel) = (key.0.map_or("汇总", NewsKind::label), key.1.label());
    let detail = json!({ "name": format!("{kind} · {channel}"), "version": version + 1 });
    audit::record(tx, &Deed::of(actor, "wording.change", "wording", id.0, site), &detail).await
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filling() -> Filling<'static> {
        Filling {
            site: "潍企通",
            occasion: "有一件事等您办理{网址}".into(),
            number: "370783-20261123-001",
            link: "https://qiye.example/notices/1",
            confirm: None,
            stop: None,
        }
    }

    #[test]
    fn every_built_in_wording_passes_its_own_check() {
        for channel in MessageChannel::ALL {
            for kind in NewsKind::ALL.iter().copied().map(Some).chain([None]) {
                let wording = Wording::built_in((kind, *channel));
                wording.check((kind, *channel)).unwrap();
                let filled = wording.filled(&filling());
                assert!(filled.text.contains("https://qiye.example/notices/1") && filled.text.contains("001"));
                assert!(!filled.text.ends_with(char::is_whitespace), "{filled:?}");
            }
        }
    }

    #[test]
    fn what_is_filled_in_fills_in_nothing() {
        let wording = Wording { title: "{事由}".into(), text: "{站点}{编号}\n{一键}\n\n{网址}".into() };
        let filled = wording.filled(&filling());
        assert_eq!(filled.title, "有一件事等您办理{网址}");
        assert_eq!(filled.text, "潍企通（编号 370783-20261123-001）\n\nhttps://qiye.example/notices/1");
    }

    #[test]
    fn an_administrator_is_told_what_is_wrong_with_a_wording() {
        let key = (Some(NewsKind::Task), MessageChannel::Email);
        let told = |title: &str, text: &str| {
            Wording { title: title.into(), text: text.into() }.check(key).unwrap_err().to_string()
        };
        assert!(Wording { title: "事".into(), text: "看{网址}".into() }.check(key).is_ok());
        for (title, text) in
            [("事", "{姓名}{网址}"), ("事", "看"), ("", "{网址}"), ("{网址}", "{网址}"), ("事", "} {网址}")]
        {
            told(title, text);
        }
    }
}
