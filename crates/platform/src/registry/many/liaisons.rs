//! Liaisons by the hundred. A liaison is found again by client and name; a client has two at most (M5).

use super::super::{Client, Liaison, NewLiaison, liaisons_of};
use super::{ByCode, rows};
use crate::many::{Difference, Lined, Mistakes, Verdict};
use crate::{audit, org};
use kernel::authz::WriteRegistry;
use kernel::id::{ClientId, LiaisonId};
use kernel::{Actor, Day, Problem, Scope, ToldPhone};
use serde_json::json;
use std::collections::HashMap;
use store::{Db, Tx};

/// How many clients one query looks for.
const AT_ONCE: usize = 500;

/// A liaison as a file tells of them.
#[derive(Debug, Clone)]
pub struct LiaisonWish {
    /// The code of the client they speak for.
    pub client: String,
    /// Their name.
    pub name: String,
    /// What they are there; what is not told stays.
    pub position: Option<String>,
    /// Where they are reached.
    pub phone: ToldPhone,
}

/// What is to be written for a liaison.
#[derive(Debug, Clone)]
pub enum LiaisonWrite {
    /// They are named.
    Name(Box<Client>, NewLiaison),
    /// Their position or number changes.
    Change(Box<Client>, Liaison, NewLiaison),
}

/// Weighs liaisons.
///
/// # Errors
/// When the database fails.
pub async fn weigh_liaisons(
    db: &impl Db,
    scope: &Scope<WriteRegistry>,
    today: Day,
    wishes: &[Lined<LiaisonWish>],
) -> Result<Vec<Verdict<LiaisonWrite>>, Problem> {
    let clients = ByCode::find(db, wishes.iter().map(|lined| lined.wish.client.as_str())).await?;
    let ids = clients.ids();
    let (mut there, mut count) = (HashMap::<_, Vec<Liaison>>::new(), HashMap::<ClientId, usize>::new());
    for some in ids.chunks(AT_ONCE) {
        for liaison in liaisons_of(db, some, today).await? {
            *count.entry(liaison.client_id).or_default() += 1;
            there.entry((liaison.client_id, liaison.name.clone())).or_default().push(liaison);
        }
    }
    let mut alike: HashMap<(ClientId, &str), usize> = HashMap::new();
    for Lined { wish, .. } in wishes {
        if let Ok(client) = clients.within(scope, &wish.client) {
            *alike.entry((client.id, wish.name.trim())).or_default() += 1;
        }
    }
    let mut lines = HashMap::new();
    let mut verdicts = Vec::with_capacity(wishes.len());
    for Lined { line, wish } in wishes {
        let mut mistakes = Mistakes::none();
        let client = mistakes.note(clients.within(scope, &wish.client))?;
        let name = mistakes.note(org::named(&wish.name, "name", "联络员姓名"))?;
        let position = wish.position.as_deref().map(str::trim).map(str::to_owned);
        if position.as_ref().is_some_and(|position| position.chars().count() > 50) {
            mistakes.say("position", "职务不能超过 50 个字。");
        }
        let (client, name) = match (client, name, mistakes.found()) {
            (Some(client), Some(name), None) => (client, name),
            (.., found) => {
                verdicts.push(Verdict::Wrong(found.unwrap_or_default()));
                continue;
            }
        };
        if let Some(before) = lines.insert((client.id, name.clone(), wish.phone.clone()), *line) {
            verdicts.push(Verdict::wrong("name", format!("与第 {before} 行是同一名联络员。")));
            continue;
        }
        let named = there.get(&(client.id, name.clone())).map_or(&[][..], Vec::as_slice);
        let only = alike.get(&(client.id, name.as_str())) == Some(&1) && named.len() == 1;
        let same = named.iter().find(|liaison| wish.phone.fits(liaison.phone.in_full()));
        let there = same.or_else(|| named.first().filter(|_| only));
        let phone = match there.filter(|old| wish.phone.fits(old.phone.in_full())) {
            Some(old) => Ok(old.phone.in_full().clone()),
            None => wish.phone.clone().in_full(),
        };
        let phone = match phone {
            Ok(phone) => phone,
            Err(told) => {
                verdicts.push(Verdict::wrong("phone", told));
                continue;
            }
        };
        let new = |position: String| NewLiaison { name: name.clone(), position, phone: phone.clone() };
        verdicts.push(match there {
            Some(old) => {
                let new = new(position.unwrap_or_else(|| old.position.clone()));
                let differences = [
                    Difference::of("position", &old.position, &new.position),
                    (*old.phone.in_full() != phone).then(|| Difference {
                        field: "phone".into(),
                        old: old.phone.masked(),
                        new: phone.masked(),
                    }),
                ];
                let differences = differences.into_iter().flatten().collect();
                Verdict::against(differences, || LiaisonWrite::Change(Box::new(client.clone()), old.clone(), new))
            }
            None => {
                let count = count.entry(client.id).or_default();
                *count += 1;
                if *count > 2 {
                    Verdict::wrong("name", "每家企业（项目）最多两名联络员，请先停用一名再添加。")
                } else {
                    Verdict::New(LiaisonWrite::Name(Box::new(client.clone()), new(position.unwrap_or_default())))
                }
            }
        });
    }
    Ok(verdicts)
}

/// Takes the clients that the file names for this transaction, so that nobody names a third meanwhile.
///
/// # Errors
/// When the database fails.
pub async fn hold(tx: &Tx, wishes: &[Lined<LiaisonWish>]) -> Result<(), Problem> {
    ByCode::find(tx, wishes.iter().map(|lined| lined.wish.client.as_str())).await?.hold(tx).await
}

/// Writes what was weighed.
///
/// # Errors
/// [`Problem::Stale`] when somebody else was first; then the transaction is to be dropped.
pub async fn write_liaisons(tx: &Tx, actor: &Actor, writes: Vec<LiaisonWrite>, today: Day) -> Result<(), Problem> {
    let mut named = Vec::new();
    for write in writes {
        match write {
            LiaisonWrite::Name(client, new) => named.push((LiaisonId::mint(tx.now()), *client, new)),
            LiaisonWrite::Change(client, old, new) => {
                rows::change_liaison(tx, &client, &old, &new).await?;
                let detail = json!({ "client": client.name, "name": old.name });
                let done = vec![(Some(old.id.0), client.county_id, detail)];
                audit::record_all(tx, actor, ("liaison.change", "liaison"), done).await?;
            }
        }
    }
    let liaisons: Vec<_> = named.iter().map(|(id, client, new)| (client, new, *id, today)).collect();
    super::super::liaisons::rows::insert(tx, &liaisons).await?;
    let done = named
        .iter()
        .map(|(id, client, new)| (Some(id.0), client.county_id, json!({ "client": client.name, "name": new.name })));
    audit::record_all(tx, actor, ("liaison.name", "liaison"), done.collect()).await
}
