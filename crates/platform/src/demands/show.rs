//! One demand as its page shows it, and a demand as a line of a list.

use super::attachments::may_come_with;
use super::{ActWish, Attachment, Clocked, Demand, Happened, org};
use crate::files::{ACCEPT, Kept, Sent};
use crate::{App, Site};
use askama::Template;
use kernel::authz::ReadOrg;
use kernel::words::{ClockKind, Complexity, DemandAct, DemandState, Outcome, Rating, Verdict};
use kernel::{Actor, Instant, Problem};
use serde::Deserialize;
use shell::{Choice, Errors, Kit};

/// A demand as a line of a list.
#[derive(Debug, Clone)]
pub struct Line {
    /// Its page.
    pub href: String,
    /// Its title.
    pub title: String,
    /// Whose it is.
    pub client: String,
    /// What it is about.
    pub category: String,
    /// Where it stands, and in which colour.
    pub state: &'static str,
    /// That colour.
    pub tone: &'static str,
    /// Until when something is due.
    pub due: String,
    /// In which colour.
    pub due_tone: &'static str,
    /// Who holds it.
    pub unit: String,
    /// When it was raised.
    pub raised: String,
}

impl Line {
    /// The line of a demand, read at `now`.
    #[must_use]
    pub fn of(site: &Site, demand: &Demand, now: Instant) -> Self {
        let (due, due_tone) = match demand.due_at {
            None => ("—".to_owned(), "grey"),
            Some(due) if due < now => (format!("超时 {}", site.say(due, now)), "red"),
            Some(due) if site.hours.day(due) == site.hours.day(now) => (site.say(due, now), "yellow"),
            Some(due) => (site.say(due, now), "grey"),
        };
        Self {
            href: format!("/demands/{}", demand.id),
            title: demand.title.clone(),
            client: demand.client_name.clone(),
            category: demand.category_name.clone(),
            state: demand.state.label(),
            tone: tone(demand.state),
            due,
            due_tone,
            unit: demand.lead_unit_name.clone().unwrap_or_else(|| "—".into()),
            raised: site.say(demand.raised_at, now),
        }
    }
}

fn tone(state: DemandState) -> &'static str {
    match state {
        DemandState::Raised | DemandState::Accepted => "red",
        DemandState::Dispatched | DemandState::Replied => "yellow",
        DemandState::Handling => "blue",
        DemandState::Closed => "green",
        DemandState::Rejected | DemandState::Withdrawn => "grey",
    }
}

/// What a form of an act sends; what it does not have is empty.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct ActForm {
    /// The version the person read.
    pub version: i64,
    /// As in [`ActWish`]; each act's form has its own name for it, so that no two fields of the page are one.
    #[serde(alias = "text-reject", alias = "text-return", alias = "text-reply", alias = "text-confirm")]
    #[serde(alias = "text-reopen", alias = "text-withdraw", alias = "text-close")]
    pub text: String,
    /// As in [`ActWish`].
    pub unit: String,
    /// As in [`ActWish`].
    pub days: String,
    /// As in [`ActWish`].
    pub complexity: String,
    /// As in [`ActWish`].
    pub outcome: String,
    /// As in [`ActWish`].
    pub rating: String,
}

impl From<&ActForm> for ActWish {
    fn from(form: &ActForm) -> Self {
        Self {
            text: form.text.clone(),
            unit: form.unit.parse().ok(),
            days: form.days.trim().parse().ok(),
            complexity: Complexity::parse(&form.complexity),
            outcome: Outcome::parse(&form.outcome),
            rating: Rating::parse(&form.rating),
            files: Vec::new(),
        }
    }
}

/// What an act's form asks for.
struct Asks {
    act: DemandAct,
    complexity: bool,
    unit: bool,
    outcome: bool,
    rating: bool,
    text: Option<&'static str>,
    text_name: String,
    /// The name of the field for files, where files may come along.
    files_name: Option<String>,
    /// The files that came with the refused act and need not come again.
    kept: Vec<Kept>,
    text_needed: bool,
    /// What was typed, when this is the act that was refused.
    typed: String,
    question: &'static str,
    tone: &'static str,
}

impl Asks {
    fn of(act: DemandAct) -> Self {
        use DemandAct::{Accept, Close, Confirm, Dispatch, Raise, Reject, Reopen, Reply, Return, Sign, Withdraw};
        let text = match act {
            Raise | Accept | Dispatch | Sign => None,
            Reply => Some("答复内容"),
            Confirm => Some("想说的话（可不填）"),
            Reject | Return | Withdraw | Close => Some("理由"),
            Reopen => Some("还有什么没有解决"),
        };
        Self {
            act,
            complexity: act == Accept,
            unit: act == Dispatch,
            outcome: act == Reply,
            rating: act == Confirm,
            text,
            text_name: own_name("text", act),
            files_name: may_come_with(act).then(|| own_name("files", act)),
            kept: Vec::new(),
            text_needed: act != Confirm,
            typed: String::new(),
            question: match act {
                Reject => "确定不予受理吗？理由会告知企业。",
                Withdraw => "确定撤回这件诉求吗？撤回后不再办理。",
                Return => "确定退回服务台吗？",
                _ => "",
            },
            tone: match act {
                Reject | Withdraw => "danger",
                Return | Reopen | Close => "",
                _ => "primary",
            },
        }
    }
}

/// The name of a field that several forms of the page have.
fn own_name(field: &str, act: DemandAct) -> String {
    format!("{field}-{}", act.code())
}

struct ClockLine {
    label: String,
    due: String,
    verdict: &'static str,
    tone: &'static str,
}

impl ClockLine {
    fn of(site: &Site, clock: &Clocked, now: Instant) -> Self {
        let (verdict, tone) = match clock.verdict {
            Some(Verdict::OnTime) => (Verdict::OnTime.label(), "green"),
            Some(Verdict::Late) => (Verdict::Late.label(), "red"),
            Some(Verdict::Void) => (Verdict::Void.label(), "grey"),
            None if clock.due_at.is_some_and(|due| due < now) => ("已超时", "red"),
            None => ("计时中", "blue"),
        };
        let whose = match (clock.kind, &clock.unit_name) {
            (ClockKind::Handling, Some(unit)) => format!("{unit}办理"),
            (kind, _) => kind.label().to_owned(),
        };
        let label = if clock.round > 1 { format!("{whose}（第 {} 轮）", clock.round) } else { whose };
        let due = clock.due_at.map_or_else(|| "待放假安排公布".to_owned(), |due| site.say(due, now));
        Self { label, due, verdict, tone }
    }
}

struct EventLine {
    icon: &'static str,
    title: String,
    who: String,
    when: String,
    text: String,
    tone: &'static str,
    files: Vec<Attachment>,
}

impl EventLine {
    fn of(site: &Site, event: &Happened, now: Instant) -> Self {
        use DemandAct::{Accept, Close, Confirm, Dispatch, Raise, Reject, Reopen, Reply, Return, Sign, Withdraw};
        let unit = event.unit_name.as_deref().unwrap_or("");
        let title = match (event.act, event.outcome, event.rating) {
            (Dispatch, ..) => format!("交办{unit}"),
            (Reply, Some(outcome), _) => format!("答复：{outcome}"),
            (Confirm, _, Some(rating)) => format!("确认：{rating}"),
            (act, ..) => act.label().to_owned(),
        };
        let (icon, tone) = match event.act {
            Raise => ("plus", "blue"),
            Accept | Sign => ("check", "blue"),
            Dispatch => ("send", "blue"),
            Reply => ("message-circle", "blue"),
            Confirm | Close => ("circle-check", "green"),
            Reopen | Return => ("arrow-back-up", "yellow"),
            Reject | Withdraw => ("x", "red"),
        };
        let part = if event.part == kernel::words::Part::Unit && !unit.is_empty() { unit } else { event.part.label() };
        let who = format!("{part} · {}", event.name);
        Self {
            icon,
            title,
            who,
            when: site.say(event.at, now),
            text: event.text.clone(),
            tone,
            files: event.files.clone(),
        }
    }
}

/// The page of one demand.
#[derive(Template)]
#[template(path = "demands/show.html")]
pub(super) struct ShowPage {
    kit: Kit,
    errors: Errors,
    demand: Demand,
    line: Line,
    round: String,
    forms: Vec<Asks>,
    typed: ActForm,
    complexities: Vec<Choice>,
    units: Vec<Choice>,
    outcomes: Vec<Choice>,
    ratings: Vec<Choice>,
    clocks: Vec<ClockLine>,
    events: Vec<EventLine>,
}

impl ShowPage {
    pub async fn new(
        app: &App,
        actor: &Actor,
        kit: Kit,
        demand: Demand,
        refused: Option<(DemandAct, Sent<ActForm>, Errors)>,
    ) -> Result<Self, Problem> {
        let now = app.now();
        let clocks = super::clocks(&app.store, &demand).await?;
        let events = super::timeline(&app.store, actor, &demand).await?;
        let acts = super::acts(actor, &demand, &clocks, now);
        let units = match actor.scope::<ReadOrg>() {
            Some(scope) if acts.contains(&DemandAct::Dispatch) => {
                let at_hand = org::units_at_hand(&app.store, &scope, demand.county_id, app.site.area).await?;
                at_hand.iter().map(|unit| Choice::new(unit.id.to_string(), unit.name.as_str())).collect()
            }
            _ => Vec::new(),
        };
        let mut forms: Vec<Asks> = acts.into_iter().map(Asks::of).collect();
        let (mut typed, mut errors) = (ActForm::default(), Errors::none());
        if let Some((act, form, told)) = refused {
            (typed, errors) = (form.typed, told);
            for error in errors.items.iter_mut().filter(|error| ["text", "files"].contains(&error.field.as_str())) {
                error.field = own_name(&error.field, act);
            }
            for asks in forms.iter_mut().filter(|asks| asks.act == act) {
                asks.typed.clone_from(&typed.text);
                asks.kept.clone_from(&form.files);
            }
        }
        Ok(Self {
            kit: kit.titled(demand.title.as_str()).under("/demands", "企业诉求"),
            errors,
            line: Line::of(&app.site, &demand, now),
            round: format!("第 {} 轮", demand.round),
            forms,
            typed,
            complexities: Complexity::ALL.iter().map(|word| Choice::new(word.code(), word.label())).collect(),
            units,
            outcomes: Outcome::ALL.iter().map(|word| Choice::new(word.code(), word.label())).collect(),
            ratings: Rating::ALL.iter().map(|word| Choice::new(word.code(), word.label())).collect(),
            clocks: clocks.iter().map(|clock| ClockLine::of(&app.site, clock, now)).collect(),
            events: events.iter().map(|event| EventLine::of(&app.site, event, now)).collect(),
            demand,
        })
    }
}
