//! Enterprises, projects and liaisons by the hundred, as a file brings them: found again by code, held to the rules of one
//! that is typed by hand, and written where something differs, with the source and the day of the file.

mod liaisons;
mod rows;

pub use liaisons::{LiaisonWish, LiaisonWrite, hold, weigh_liaisons, write_liaisons};

use super::change::save;
use super::money::cents;
use super::{Client, Source, address};
use crate::many::{Difference, Lined, Mistakes, Verdict};
use crate::{audit, org};
use kernel::authz::WriteRegistry;
use kernel::id::ClientId;
use kernel::words::{ClientKind, ProjectLevel, ScaleClass, StatutoryList};
use kernel::{Actor, AreaCode, BugExt, CreditCode, Industry, Instant, Problem, Reach, Right, Scope};
use std::collections::HashMap;
use store::{Db, Tx};

/// A client as a file tells of it. What is optional and not told stays as it is.
#[derive(Debug, Clone)]
pub struct ClientWish {
    /// Its code, by which it is found again.
    pub code: ClientCode,
    /// Its name.
    pub name: String,
    /// The area it lies in.
    pub area: AreaCode,
    /// Street and number.
    pub address: Option<String>,
    /// What its kind has.
    pub more: More,
}

/// The code of a client: a checked one, or the text of a project's.
#[derive(Debug, Clone)]
pub enum ClientCode {
    /// Of an enterprise.
    Credit(CreditCode),
    /// Of a project.
    Project(String),
}

/// What enterprises and projects do not share.
#[derive(Debug, Clone)]
pub enum More {
    /// Of an enterprise.
    Enterprise {
        /// Its class by GB/T 4754.
        industry: String,
        /// Its size.
        scale: ScaleClass,
        /// The statutory list it is on.
        list: Option<StatutoryList>,
    },
    /// Of a project.
    Project {
        /// The level at which it is major.
        level: ProjectLevel,
        /// Who builds it.
        builder: String,
        /// The planned investment, in yuan, as people write it.
        investment: String,
    },
}

/// What is to be written for a client.
#[derive(Debug, Clone)]
pub enum ClientWrite {
    /// It is entered.
    Enter(Box<Client>),
    /// It was this and becomes that.
    Change(Box<Client>, Box<Client>),
}

impl ClientCode {
    /// As it is stored.
    fn text(&self) -> String {
        match self {
            Self::Credit(code) => code.as_str().to_owned(),
            Self::Project(code) => code.trim().to_uppercase(),
        }
    }

    fn kind(&self) -> ClientKind {
        match self {
            Self::Credit(_) => ClientKind::Enterprise,
            Self::Project(_) => ClientKind::Project,
        }
    }
}

/// The code that a client bears.
#[must_use]
pub fn code(client: &Client) -> String {
    rows::code(client).unwrap_or_default()
}

/// The clients with these ids.
///
/// # Errors
/// When the database fails.
pub async fn clients(db: &impl Db, ids: &[ClientId]) -> Result<HashMap<ClientId, Client>, Problem> {
    rows::by_id(db, ids).await
}

/// Clients by the codes that people call them by: of an enterprise or a project.
#[derive(Debug)]
pub struct ByCode(HashMap<String, Client>);

impl ByCode {
    /// Finds them, wherever they lie.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn find(db: &impl Db, typed: impl Iterator<Item = &str>) -> Result<Self, Problem> {
        let mut codes: Vec<String> = typed.map(plain).collect();
        codes.sort();
        codes.dedup();
        let mut found = rows::by_code(db, ClientKind::Project, &codes).await?;
        found.extend(rows::by_code(db, ClientKind::Enterprise, &codes).await?);
        Ok(Self(found))
    }

    /// The client with this code, open and within the scope.
    ///
    /// # Errors
    /// [`Problem::Invalid`] when there is none.
    pub fn within<R: Right>(&self, scope: &Scope<R>, typed: &str) -> Result<&Client, Problem> {
        let reached = |client: &&Client| scope.covers(&Reach::Area(client.area_path.clone()));
        let client = self.0.get(&plain(typed)).filter(reached);
        client.ok_or_else(|| {
            let told = format!("没有代码为“{}”的企业（项目），或者不在您的管理范围内。", typed.trim());
            Problem::field("client", told)
        })
    }

    /// Which they are.
    #[must_use]
    pub fn ids(&self) -> Vec<ClientId> {
        self.0.values().map(|client| client.id).collect()
    }

    /// Takes them for this transaction, so that what is counted of them next cannot change under it.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn hold(&self, tx: &Tx) -> Result<(), Problem> {
        rows::touch(tx, &mut self.ids()).await
    }
}

/// A code as it is stored.
fn plain(typed: &str) -> String {
    CreditCode::parse(typed).map_or_else(|_| typed.trim().to_uppercase(), String::from)
}

/// Weighs enterprises, or projects.
///
/// # Errors
/// When the database fails.
pub async fn weigh_clients(
    db: &impl Db,
    scope: &Scope<WriteRegistry>,
    now: Instant,
    wishes: &[Lined<impl AsRef<ClientWish> + Sync>],
) -> Result<Vec<Verdict<ClientWrite>>, Problem> {
    let mut areas: Vec<AreaCode> = wishes.iter().map(|lined| lined.wish.as_ref().area).collect();
    areas.sort();
    areas.dedup();
    let areas = org::many::areas(db, &areas).await?;
    let mut there = HashMap::new();
    for kind in [ClientKind::Enterprise, ClientKind::Project] {
        let codes = wishes.iter().map(|lined| &lined.wish.as_ref().code).filter(|code| code.kind() == kind);
        let codes: Vec<String> = codes.map(ClientCode::text).collect();
        there.extend(rows::by_code(db, kind, &codes).await?);
    }
    let mut lines: HashMap<String, u32> = HashMap::new();
    let mut verdicts = Vec::with_capacity(wishes.len());
    for Lined { line, wish } in wishes {
        let wish = wish.as_ref();
        let (code, field) = (wish.code.text(), code_field(wish.code.kind()));
        let mut mistakes = Mistakes::none();
        if let Some(before) = lines.insert(code.clone(), *line) {
            mistakes.say(field, format!("代码与第 {before} 行重复。"));
        }
        let area = mistakes.note(org::many::within(&areas, scope, wish.area))?;
        let told = mistakes.note(fields(wish))?;
        let old = there.get(&code);
        if let Some(old) = old {
            if !scope.covers(&Reach::Area(old.area_path.clone())) {
                mistakes.say(field, "这个代码已由其他区域登记，不在您的管理范围内。");
            } else if old.closed_on.is_some() {
                mistakes.say(field, format!("“{}”已经停用。", old.name));
            } else if area.is_some_and(|area| area.county_id != old.county_id) {
                mistakes.say("area", "跨县（市、区）迁移不能通过导入办理，请保留原区划代码。");
            }
        }
        verdicts.push(match (mistakes.found(), area, told) {
            (None, Some(area), Some(told)) => weigh(told, area, old, now),
            (found, ..) => Verdict::Wrong(found.unwrap_or_default()),
        });
    }
    Ok(verdicts)
}

fn code_field(kind: ClientKind) -> &'static str {
    match kind {
        ClientKind::Enterprise => "credit_code",
        ClientKind::Project => "project_code",
    }
}

/// A client of which only what the wish tells is known, each field held to its rule.
fn fields(wish: &ClientWish) -> Result<Client, Problem> {
    let mut mistakes = Mistakes::none();
    let name = mistakes.note(org::named(&wish.name, "name", "名称"))?;
    let address = wish.address.as_deref().map(address).transpose();
    let address = mistakes.note(address)?.flatten();
    let mut client = Client {
        name: name.unwrap_or_default(),
        address: address.unwrap_or_default(),
        ..Client::unknown(ClientId(uuid::Uuid::nil()), wish.code.kind(), wish.area, wish.area)
    };
    match &wish.code {
        ClientCode::Credit(code) => client.credit_code = Some(code.clone()),
        ClientCode::Project(_) => {
            client.project_code = mistakes.note(org::named(&wish.code.text(), "project_code", "项目代码"))?;
        }
    }
    match &wish.more {
        More::Enterprise { industry: class, scale, list } => {
            let class = Industry::parse(class).map_err(|told| Problem::field("industry", told));
            client.industry = mistakes.note(class)?.map(|class| class.code().to_owned());
            (client.scale, client.list) = (Some(*scale), *list);
        }
        More::Project { level, builder, investment } => {
            client.project_level = Some(*level);
            client.builder = mistakes.note(org::named(builder, "builder", "建设单位"))?;
            client.investment = mistakes.note(cents(investment))?;
        }
    }
    match mistakes.found() {
        None => Ok(client),
        Some(errors) => Err(Problem::Invalid { detail: "有内容需要修改。".into(), errors }),
    }
}

fn weigh(told: Client, area: &org::Area, old: Option<&Client>, now: Instant) -> Verdict<ClientWrite> {
    let place = |client: Client| Client {
        area_id: area.id,
        area_path: area.path.clone(),
        area_name: area.name.clone(),
        county_id: area.county_id,
        ..client
    };
    let Some(old) = old else {
        return Verdict::New(ClientWrite::Enter(Box::new(place(Client { id: ClientId::mint(now), ..told }))));
    };
    let address = if told.address.is_empty() { old.address.clone() } else { told.address.clone() };
    let list = told.list.or(old.list);
    let new = place(Client { id: old.id, version: old.version, address, list, ..told });
    let before: HashMap<&str, String> = old.fields().into_iter().collect();
    let known = |field: &str| before.get(field).cloned().unwrap_or_default();
    let told = new.fields();
    let differences = told.iter().filter_map(|(field, value)| Difference::of(field, known(field), value));
    Verdict::against(differences.collect(), || ClientWrite::Change(Box::new(old.clone()), Box::new(new)))
}

/// Writes what was weighed; `known` says whence the file knows it.
///
/// # Errors
/// [`Problem::Stale`] or [`Problem::Conflict`] when somebody else was first; then the transaction is to be dropped.
pub async fn write_clients(tx: &Tx, actor: &Actor, writes: Vec<ClientWrite>, known: &Source) -> Result<(), Problem> {
    let known = super::known(tx, known)?;
    let mut entered = Vec::new();
    for write in writes {
        match write {
            ClientWrite::Enter(client) => entered.push(*client),
            ClientWrite::Change(before, after) => save(tx, actor, &before, &after, &known, "client.change").await?,
        }
    }
    super::load(tx, &entered, &known, &actor.name).await?;
    let done = entered.iter().map(|client| {
        Ok((Some(client.id.0), client.county_id, serde_json::to_value(client).bug("writing an audit detail")?))
    });
    audit::record_all(tx, actor, ("client.enter", "client"), done.collect::<Result<_, Problem>>()?).await
}
