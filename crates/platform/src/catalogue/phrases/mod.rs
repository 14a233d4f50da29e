//! Words that are written often (常用语), by act: a unit's, a desk's, or one's own. They hold blanks such as `{企业}`, which are
//! filled from the demand before they are offered; whoever takes one goes on writing.

mod api;
mod pages;
mod rows;

pub use rows::Phrase;

use super::written;
use crate::audit::{self, Deed};
use crate::org;
use crate::{App, Site};
use kernel::authz::{HandleDemands, ReadOrg, TriageDemands};
use kernel::id::{AccountId, PhraseId, UnitId};
use kernel::words::{DemandAct, Part};
use kernel::{Actor, AreaCode, AreaPath, Day, Problem, Reach, still_as_read};
use rules::{Need, TRANSITIONS, Transition};
use schemars::JsonSchema;
use serde::Deserialize;
use shell::Routes;
use store::{Db, Tx};

pub(super) fn routes() -> Routes<App> {
    api::routes().merge(pages::routes())
}

/// How many one unit, desk or person keeps for one act.
const MOST: i64 = 40;
/// The blanks that there are.
pub const BLANKS: [&str; 4] = ["{企业}", "{编号}", "{单位}", "{日期}"];

/// What fills the blanks.
#[derive(Debug, Clone, Copy)]
pub struct Blanks<'a> {
    /// `{企业}`: the client's name, as far as the reader may see it.
    pub client: &'a str,
    /// `{编号}`: the demand's number.
    pub number: &'a str,
    /// `{单位}`: the unit or desk that writes.
    pub unit: &'a str,
    /// `{日期}`: today.
    pub day: Day,
}

/// Words to be kept. Without unit and area they are one's own.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub struct NewPhrase {
    /// For which act.
    pub act: DemandAct,
    /// What they are found by: 1 to 30 characters.
    pub title: String,
    /// The words: 1 to 1,000 characters; blanks are `{企业}`, `{编号}`, `{单位}`, `{日期}`.
    pub body: String,
    /// Whose they are: everybody of this unit who handles demands.
    pub unit: Option<UnitId>,
    /// Whose they are: the desk of this area.
    pub area: Option<AreaCode>,
}

/// What is to change; what is left out stays.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
pub struct PhraseChange {
    /// For which act.
    pub act: Option<DemandAct>,
    /// What they are found by.
    pub title: Option<String>,
    /// The words.
    pub body: Option<String>,
}

/// Whose words somebody finds and keeps: their own, those of their units, those of their desks.
#[derive(Debug, Clone)]
pub struct Keeper {
    pub(super) account: AccountId,
    pub(super) units: Vec<UnitId>,
    pub(super) areas: Vec<AreaPath>,
}

impl Keeper {
    /// Of somebody who handles or triages demands; none for others.
    #[must_use]
    pub fn of(site: &Site, actor: &Actor) -> Option<Self> {
        let handles = actor.scope::<HandleDemands>();
        let triages = actor.scope::<TriageDemands>();
        let reaches = handles.iter().flat_map(|scope| scope.reaches());
        let reaches: Vec<&Reach> = reaches.chain(triages.iter().flat_map(|scope| scope.reaches())).collect();
        if reaches.is_empty() {
            return None;
        }
        let (mut units, mut areas) = (Vec::new(), Vec::new());
        for reach in reaches {
            match reach {
                Reach::Unit(unit) if !units.contains(unit) => units.push(*unit),
                Reach::Area(path) if !areas.contains(path) => areas.push(path.clone()),
                Reach::Everything if !areas.contains(&site.path()) => areas.push(site.path()),
                _ => {}
            }
        }
        Some(Self { account: actor.account, units, areas })
    }
}

/// Whether a unit or a desk writes something with an act.
#[must_use]
pub fn is_written_with(act: DemandAct) -> bool {
    let works = |part: &Part| !matches!(part, Part::Client | Part::Commissioner | Part::Platform);
    let written = |need: &Need| matches!(need, Need::Text | Need::Reason);
    let line = |line: &&Transition| line.act == act && line.who.iter().any(works) && line.needs.iter().any(written);
    act != DemandAct::Raise && TRANSITIONS.iter().any(|other| line(&other))
}

/// The words that the actor may take for an act: their own first, then their unit's, then their desk's. One query.
///
/// # Errors
/// When the database fails.
pub async fn phrases_for(db: &impl Db, site: &Site, actor: &Actor, act: DemandAct) -> Result<Vec<Phrase>, Problem> {
    match Keeper::of(site, actor) {
        Some(keeper) => rows::phrases(db, &keeper, Some(act)).await,
        None => Ok(Vec::new()),
    }
}

/// Words as a form offers them, the blanks filled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offered {
    /// For which act.
    pub act: DemandAct,
    /// What they are found by.
    pub title: String,
    /// The words.
    pub body: String,
}

/// The words that the actor may take for any act upon one demand, as [`phrases_for`] orders them. One query.
///
/// # Errors
/// When the database fails.
pub async fn offered(db: &impl Db, site: &Site, actor: &Actor, blanks: Blanks<'_>) -> Result<Vec<Offered>, Problem> {
    let Some(keeper) = Keeper::of(site, actor) else { return Ok(Vec::new()) };
    let offer = |phrase: Phrase| Offered { act: phrase.act, body: phrase.filled(blanks), title: phrase.title };
    Ok(rows::phrases(db, &keeper, None).await?.into_iter().map(offer).collect())
}

/// All words that somebody keeps.
///
/// # Errors
/// When the database fails.
pub async fn phrases(db: &impl Db, keeper: &Keeper) -> Result<Vec<Phrase>, Problem> {
    rows::phrases(db, keeper, None).await
}

/// One of them.
///
/// # Errors
/// [`Problem::NotFound`] when there is none that this keeper has.
pub async fn phrase(db: &impl Db, keeper: &Keeper, id: PhraseId) -> Result<Phrase, Problem> {
    rows::phrase(db, keeper, id).await?.ok_or(Problem::NotFound)
}

impl Phrase {
    /// The words with the blanks filled.
    #[must_use]
    pub fn filled(&self, blanks: Blanks<'_>) -> String {
        let [client, number, unit, day] = BLANKS;
        let body = self.body.replace(client, blanks.client).replace(number, blanks.number);
        body.replace(unit, blanks.unit).replace(day, &crate::app::say_day(blanks.day))
    }

    /// Refuses what was decided on an older version.
    ///
    /// # Errors
    /// [`Problem::Stale`].
    pub fn read_as(&self, version: i64) -> Result<(), Problem> {
        still_as_read(self.version, version, format_args!("常用语“{}”", self.title))
    }
}

/// Keeps words.
///
/// # Errors
/// [`Problem::Invalid`] for an act with which nothing is written, words that are empty or too long, a blank that is none, a
/// unit or desk that is not the keeper's, or when there are too many.
pub async fn keep_phrase(
    tx: &Tx,
    site: &Site,
    actor: &Actor,
    keeper: &Keeper,
    new: NewPhrase,
) -> Result<PhraseId, Problem> {
    let (title, body) = fitting(new.act, &new.title, &new.body)?;
    let mut phrase = Phrase {
        id: PhraseId::mint(tx.now()),
        county_id: site.area,
        act: new.act,
        title,
        body,
        unit_id: None,
        unit_name: None,
        area_path: None,
        area_name: None,
        account_id: None,
        made_by: actor.name.clone(),
        made_at: tx.now(),
        version: 1,
    };
    match (new.unit, new.area) {
        (Some(_), Some(_)) => return Err(Problem::field("unit", "单位和服务台只能选一个。")),
        (Some(unit), None) => {
            let consulted = actor.scope::<ReadOrg>().ok_or(Problem::NotFound)?;
            let own = keeper.units.contains(&unit);
            let unit = if own { org::unit(tx, &consulted, unit).await.ok() } else { None };
            let unit = unit.ok_or_else(|| Problem::field("unit", "只能为自己的单位保存常用语。"))?;
            (phrase.county_id, phrase.unit_id, phrase.unit_name) = (unit.county_id, Some(unit.id), Some(unit.name));
        }
        (None, Some(code)) => {
            let area = org::area(tx, code).await?.filter(|area| keeper.areas.contains(&area.path));
            let area = area.ok_or_else(|| Problem::field("area", "只能为自己的服务台保存常用语。"))?;
            (phrase.county_id, phrase.area_path, phrase.area_name) = (area.county_id, Some(area.path), Some(area.name));
        }
        (None, None) => phrase.account_id = Some(keeper.account),
    }
    if rows::count(tx, &phrase).await? >= MOST {
        return Err(Problem::field("title", format!("“{}”的常用语已有 {MOST} 条，请先删去不用的。", new.act)));
    }
    rows::insert(tx, &phrase).await?;
    audit::record(tx, &deed(actor, "phrase.keep", &phrase), &told(&phrase)).await?;
    Ok(phrase.id)
}

/// Changes words.
///
/// # Errors
/// As [`keep_phrase`]; [`Problem::Stale`] when somebody changed them since they were read.
pub async fn change_phrase(tx: &Tx, actor: &Actor, mut phrase: Phrase, change: PhraseChange) -> Result<(), Problem> {
    let act = change.act.unwrap_or(phrase.act);
    let (title, body) = (change.title.as_ref().unwrap_or(&phrase.title), change.body.as_ref().unwrap_or(&phrase.body));
    let (title, body) = fitting(act, title, body)?;
    (phrase.act, phrase.title, phrase.body) = (act, title, body);
    rows::change(tx, &phrase).await?;
    audit::record(tx, &deed(actor, "phrase.change", &phrase), &told(&phrase)).await
}

/// Takes words away: they are offered no more.
///
/// # Errors
/// [`Problem::Stale`] when somebody changed them since they were read.
pub async fn remove_phrase(tx: &Tx, actor: &Actor, phrase: &Phrase) -> Result<(), Problem> {
    rows::remove(tx, phrase).await?;
    audit::record(tx, &deed(actor, "phrase.remove", phrase), &told(phrase)).await
}

fn deed<'a>(actor: &'a Actor, act: &'a str, phrase: &Phrase) -> Deed<'a> {
    Deed::of(actor, act, "phrase", phrase.id.0, phrase.county_id)
}

fn told(phrase: &Phrase) -> serde_json::Value {
    serde_json::json!({ "title": phrase.title, "body": phrase.body, "unit": phrase.unit_name, "area": phrase.area_name })
}

/// Title and words, when they can be kept for the act.
fn fitting(act: DemandAct, title: &str, body: &str) -> Result<(String, String), Problem> {
    if !is_written_with(act) {
        return Err(Problem::field("act", format!("“{act}”时不写文字，不需要常用语。")));
    }
    let (title, body) = (written(title, "title", "名称", 30)?, written(body, "body", "内容", 1_000)?);
    if let Some(blank) = blanks(&body).find(|blank| !BLANKS.contains(blank)) {
        let told = format!("没有“{blank}”这个空格，可用的有 {}。", BLANKS.join("、"));
        return Err(Problem::field("body", told));
    }
    Ok((title, body))
}

/// Every `{…}` of a text.
fn blanks(text: &str) -> impl Iterator<Item = &str> {
    text.match_indices('{').filter_map(|(at, _)| text[at..].find('}').map(|end| &text[at..=at + end]))
}
