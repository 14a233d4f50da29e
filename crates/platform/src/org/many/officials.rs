//! Officials by the hundred. An official is found again by unit and name, and by mobile where several bear the name.

use super::super::officials::insert;
use super::super::{Move, Official, OfficialChange, Unit, correct_official, move_official, named, not_ahead};
use super::rows;
pub use super::rows::Held;
use crate::audit;
use crate::many::{Difference, Lined, Mistakes, Verdict};
use kernel::authz::WriteOrg;
use kernel::id::{OfficialId, UnitId};
use kernel::words::Rank;
use kernel::{Actor, AreaCode, Day, Instant, Phone, Problem, Reach, Right, Scope, ToldPhone};
use serde_json::json;
use std::collections::{HashMap, HashSet};
use store::private::OfficialMobile;
use store::{Db, Private, Tx};

/// An official as a file names them.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct OfficialRef {
    /// The name of their unit.
    pub unit: String,
    /// The area of the unit, where several units bear the name.
    pub unit_area: Option<AreaCode>,
    /// Their name.
    pub name: String,
    /// Their mobile, where several officials bear the name.
    pub mobile: Option<ToldPhone>,
}

/// An official with the post they hold.
#[derive(Debug, Clone)]
pub struct OfficialWish {
    /// Who.
    pub official: OfficialRef,
    /// Their rank.
    pub rank: Rank,
    /// Their post's title.
    pub title: String,
    /// Since when they hold it.
    pub since: Day,
}

/// What is to be written for an official.
#[derive(Debug, Clone)]
pub enum OfficialWrite {
    /// They are entered with their post.
    Enter(Box<Official>, String, Day),
    /// What is known of them is corrected, and they move to a new post when they get one.
    Change(Box<Official>, Option<OfficialChange>, Option<Move>),
}

/// The officials with these ids, each with the post they hold.
///
/// # Errors
/// When the database fails.
pub async fn officials_held(db: &impl Db, ids: &[OfficialId]) -> Result<HashMap<OfficialId, Held>, Problem> {
    Ok(rows::officials_by_id(db, ids).await?.into_iter().map(|held| (held.official.id, held)).collect())
}

/// The units and officials that a file may mean.
struct Known {
    units: HashMap<String, Vec<Unit>>,
    officials: HashMap<(UnitId, String), Vec<Held>>,
}

impl Known {
    async fn of<R: Right>(
        db: &impl Db,
        scope: &Scope<R>,
        meant: impl Iterator<Item = &OfficialRef>,
    ) -> Result<Self, Problem> {
        let mut names: Vec<String> = meant.map(|official| official.unit.clone()).collect();
        names.sort();
        names.dedup();
        let mut found = rows::units(db, &names).await?;
        found.retain(|unit| scope.covers(&Reach::Area(unit.area_path.clone())) || scope.covers(&Reach::Unit(unit.id)));
        let ids: Vec<UnitId> = found.iter().map(|unit| unit.id).collect();
        let (mut units, mut officials) = (HashMap::<_, Vec<_>>::new(), HashMap::<_, Vec<_>>::new());
        for unit in found {
            units.entry(unit.name.clone()).or_default().push(unit);
        }
        for held in rows::officials_of(db, &ids).await? {
            officials.entry((held.official.unit_id, held.official.name.clone())).or_default().push(held);
        }
        Ok(Self { units, officials })
    }

    fn unit(&self, meant: &OfficialRef) -> Result<&Unit, Problem> {
        let named = self.units.get(&meant.unit).map_or(&[][..], Vec::as_slice);
        let here = |unit: &&Unit| meant.unit_area.is_none_or(|area| unit.area_id == area);
        let mut fitting = named.iter().filter(here);
        match (fitting.next(), fitting.next()) {
            (Some(unit), None) => Ok(unit),
            (None, _) => {
                let told = format!("没有名为“{}”的单位，或者不在您的管理范围内。", meant.unit);
                Err(Problem::field("unit", told))
            }
            _ => Err(Problem::field("unit_area", format!("有多个名为“{}”的单位，请填写单位区划代码。", meant.unit))),
        }
    }

    fn of_name(&self, unit: UnitId, name: &str) -> &[Held] {
        self.officials.get(&(unit, name.to_owned())).map_or(&[], Vec::as_slice)
    }
}

/// Finds officials by what people call them, in the order asked for; those who left too, but whoever is in office goes before.
///
/// # Errors
/// When the database fails. One that is not found, or not by this alone, is an inner [`Problem::Invalid`].
pub async fn find_officials<R: Right>(
    db: &impl Db,
    scope: &Scope<R>,
    meant: &[OfficialRef],
) -> Result<Vec<Result<Official, Problem>>, Problem> {
    let known = Known::of(db, scope, meant.iter()).await?;
    Ok(meant.iter().map(|official| find(&known, official)).collect())
}

/// Takes everybody for this transaction who may be meant, one after the other in a fixed order: what is counted of them next
/// cannot change under it.
///
/// # Errors
/// When the database fails.
pub async fn hold_officials(tx: &Tx, meant: &[OfficialRef]) -> Result<(), Problem> {
    let named: HashSet<(&str, &str)> =
        meant.iter().map(|official| (official.unit.as_str(), official.name.as_str())).collect();
    let mut names: Vec<String> = meant.iter().map(|official| official.unit.clone()).collect();
    names.sort();
    names.dedup();
    let units: Vec<UnitId> = rows::units(tx, &names).await?.iter().map(|unit| unit.id).collect();
    let mut held = rows::officials_of(tx, &units).await?;
    held.retain(|held| named.contains(&(held.official.unit_name.as_str(), held.official.name.as_str())));
    held.sort_by_key(|held| held.official.id);
    for held in held {
        super::super::hold(tx, &held.official).await?;
    }
    Ok(())
}

fn find(known: &Known, meant: &OfficialRef) -> Result<Official, Problem> {
    let unit = known.unit(meant)?;
    let mut fitting: Vec<&Official> = known.of_name(unit.id, &meant.name).iter().map(|held| &held.official).collect();
    if let Some(told) = &meant.mobile {
        fitting.retain(|official| fits(told, official));
    }
    if fitting.len() > 1 {
        fitting.retain(|official| official.left_on.is_none());
    }
    match fitting.as_slice() {
        [official] => Ok((*official).clone()),
        [] if meant.mobile.is_some() => {
            Err(Problem::field("official", format!("{}没有姓名和手机号都相符的干部“{}”。", unit.name, meant.name)))
        }
        [] => Err(Problem::field("official", format!("{}没有名为“{}”的干部。", unit.name, meant.name))),
        _ => Err(Problem::field("mobile", format!("{}有多名“{}”，请填写手机号以区分。", unit.name, meant.name))),
    }
}

/// Weighs officials with their posts.
///
/// # Errors
/// When the database fails.
pub async fn weigh_officials(
    db: &impl Db,
    scope: &Scope<WriteOrg>,
    (now, today): (Instant, Day),
    wishes: &[Lined<OfficialWish>],
) -> Result<Vec<Verdict<OfficialWrite>>, Problem> {
    let known = Known::of(db, scope, wishes.iter().map(|lined| &lined.wish.official)).await?;
    let mut alike: HashMap<(UnitId, &str), usize> = HashMap::new();
    for Lined { wish, .. } in wishes {
        if let Ok(unit) = known.unit(&wish.official) {
            *alike.entry((unit.id, wish.official.name.as_str())).or_default() += 1;
        }
    }
    let mut lines = HashMap::new();
    let mut verdicts = Vec::with_capacity(wishes.len());
    for Lined { line, wish } in wishes {
        let mut mistakes = Mistakes::none();
        let unit = mistakes.note(known.unit(&wish.official))?;
        let name = mistakes.note(named(&wish.official.name, "name", "姓名"))?;
        let title = mistakes.note(named(&wish.title, "title", "职务"))?;
        let (Some(unit), Some(name), Some(title)) = (unit, name, title) else {
            verdicts.push(Verdict::Wrong(mistakes.found().unwrap_or_default()));
            continue;
        };
        let several = alike.get(&(unit.id, name.as_str())).is_some_and(|count| *count > 1);
        let mobile = wish.official.mobile.clone();
        if let Some(before) = lines.insert((unit.id, name.clone(), mobile.clone()), *line) {
            verdicts.push(Verdict::wrong("name", format!("与第 {before} 行是同一名干部。")));
            continue;
        }
        let there: Vec<&Held> =
            known.of_name(unit.id, &name).iter().filter(|held| held.official.left_on.is_none()).collect();
        verdicts.push(match there.as_slice() {
            _ if (several || there.len() > 1) && mobile.is_none() => {
                Verdict::wrong("mobile", format!("{}有多名“{name}”，请填写手机号以区分。", unit.name))
            }
            [only] if !several => against(only, wish, &title, today),
            several => match several.iter().find(|held| mobile.as_ref().is_some_and(|told| fits(told, &held.official)))
            {
                Some(held) => against(held, wish, &title, today),
                None => match mobile.map(ToldPhone::in_full).transpose() {
                    Ok(mobile) => Verdict::New(enter(unit, name, mobile, wish, title, now)),
                    Err(told) => Verdict::wrong("mobile", told),
                },
            },
        });
    }
    Ok(verdicts)
}

fn fits(told: &ToldPhone, official: &Official) -> bool {
    official.mobile.as_ref().is_some_and(|mobile: &Private<OfficialMobile>| told.fits(mobile.in_full()))
}

fn enter(
    unit: &Unit,
    name: String,
    mobile: Option<Phone>,
    wish: &OfficialWish,
    title: String,
    now: Instant,
) -> OfficialWrite {
    let official = Official {
        id: OfficialId::mint(now),
        county_id: unit.county_id,
        unit_id: unit.id,
        unit_name: unit.name.clone(),
        name,
        rank: wish.rank,
        title: None,
        mobile: mobile.map(Private::new),
        left_on: None,
        version: 1,
    };
    OfficialWrite::Enter(Box::new(official), title, wish.since)
}

/// An official who is there. A later day is a new post; with the day as it is, what is known of the post is corrected.
fn against(held: &Held, wish: &OfficialWish, title: &str, today: Day) -> Verdict<OfficialWrite> {
    let official = &held.official;
    let mobile = match wish.official.mobile.clone().filter(|told| !fits(told, official)).map(ToldPhone::in_full) {
        None => official.mobile.clone(),
        Some(Ok(new)) => Some(Private::new(new)),
        Some(Err(told)) => return Verdict::wrong("mobile", told),
    };
    let (old_title, old_since) = (official.title.clone().unwrap_or_default(), held.from_day);
    let moves = old_since != Some(wish.since);
    if let Some(since) = old_since.filter(|since| *since > wish.since) {
        let told = format!("任职日期应晚于现任职务“{old_title}”的任职日期 {since}。");
        return Verdict::wrong("since", told);
    }
    if moves && let Err(Problem::Invalid { errors, .. }) = not_ahead(wish.since, today, "since", "任职日期") {
        return Verdict::Wrong(errors);
    }
    let corrects = mobile != official.mobile || (!moves && (official.rank != wish.rank || old_title != title));
    let old_since = old_since.map(|day| day.to_string()).unwrap_or_default();
    let differences = [
        Difference::of("rank", official.rank.label(), wish.rank.label()),
        Difference::of("title", old_title, title),
        Difference::of("since", old_since, wish.since),
        (mobile != official.mobile).then(|| Difference {
            field: "mobile".into(),
            old: official.mobile.as_ref().map(Private::masked).unwrap_or_default(),
            new: mobile.as_ref().map(Private::masked).unwrap_or_default(),
        }),
    ];
    Verdict::against(differences.into_iter().flatten().collect(), || {
        let post = (!moves).then(|| (wish.rank, title.to_owned()));
        let (rank, corrected) = post.unzip();
        let change = OfficialChange {
            name: None,
            rank,
            title: corrected,
            mobile: Some(mobile.map(|mobile| mobile.in_full().clone())),
        };
        let to = Move { unit: official.unit_id, title: title.to_owned(), rank: wish.rank, since: wish.since };
        OfficialWrite::Change(Box::new(official.clone()), corrects.then_some(change), moves.then_some(to))
    })
}

/// Writes what was weighed.
///
/// # Errors
/// [`Problem::Stale`] when somebody else was first; then the transaction is to be dropped.
pub async fn write_officials(
    tx: &Tx,
    actor: &Actor,
    scope: &Scope<WriteOrg>,
    writes: Vec<OfficialWrite>,
    today: Day,
) -> Result<(), Problem> {
    let mut entered = Vec::new();
    for write in writes {
        match write {
            OfficialWrite::Enter(official, title, since) => entered.push((*official, title, since)),
            OfficialWrite::Change(official, change, to) => {
                let mut official = *official;
                if let Some(change) = change {
                    let mobile = change.mobile.clone().flatten().map(Private::new);
                    correct_official(tx, actor, official.clone(), change).await?;
                    official = Official { mobile, version: official.version + 1, ..official };
                }
                if let Some(to) = to {
                    move_official(tx, actor, scope, official, to, today).await?;
                }
            }
        }
    }
    let rows: Vec<_> =
        entered.iter().map(|(official, title, since)| (official.clone(), title.as_str(), *since)).collect();
    insert(tx, &rows).await?;
    let done = entered.iter().map(|(official, title, since)| {
        let detail = json!({ "unit": official.unit_name, "name": official.name, "rank": official.rank, "title": title,
            "since": since });
        (Some(official.id.0), official.county_id, detail)
    });
    audit::record_all(tx, actor, ("official.enter", "official"), done.collect()).await
}
