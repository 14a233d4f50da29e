//! Enterprises, projects and liaisons as sheets.

use super::super::sheet::Record;
use super::super::table::{Column, Table};
use super::{Batch, Filters, Numbers, Portion, Rows};
use crate::App;
use crate::looks::Seen;
use crate::many::{Lined, Verdict};
use crate::registry::many::{self, ClientCode, ClientWish, ClientWrite, LiaisonWish, LiaisonWrite, More};
use crate::registry::{self, Client, ClientFilter};
use kernel::authz::{ReadRegistry, WriteRegistry};
use kernel::id::ClientId;
use kernel::words::{ClientKind, LookField, LookSubject, ProjectLevel, ScaleClass, SheetKind, StatutoryList};
use kernel::{Actor, CreditCode, Cursor, Limit, Page, Problem, Reach, Scope};
use std::collections::HashMap;
use store::{Db, Tx};

const KEPT: &str = "留空表示不改。";

/// Enterprises.
pub static ENTERPRISES: Table = Table {
    kind: SheetKind::Enterprises,
    found_by: "按统一社会信用代码识别：已有的更新有变动的内容，没有的新增。",
    columns: &[
        Column::must("credit_code", "统一社会信用代码", "91370783MA3C5K7L14", "18 位，请把这一列设为文本格式。")
            .also(&["信用代码", "社会信用代码"]),
        Column::must("name", "企业名称", "寿光绿源蔬菜有限公司", "不超过 100 个字。").also(&["名称", "单位名称"]),
        Column::must("area", "区划代码", "370783001", "企业所在镇街或县的代码。").also(&["所在区划代码"]),
        Column::must("area_name", "区域名称", "圣城街道", "").told(),
        Column::must("address", "地址", "文圣街 8 号", KEPT).optional().also(&["详细地址", "住所"]),
        Column::must("industry", "行业代码", "1371", "GB/T 4754—2017 小类，4 位数字。").also(&["行业"]),
        Column::must("scale", "企业规模", "中型", "从列表中选择。").of(scales).also(&["规模"]),
        Column::must("list", "统计名录", "规上工业", "在统计名录内的从列表中选择；留空表示不改。")
            .optional()
            .of(lists)
            .also(&["名录"]),
    ],
};

/// Projects.
pub static PROJECTS: Table = Table {
    kind: SheetKind::Projects,
    found_by: "按项目代码识别：已有的更新有变动的内容，没有的新增。",
    columns: &[
        Column::must(
            "project_code",
            "项目代码",
            "2601-370783-04-01-100001",
            "全国投资项目在线审批监管平台的项目代码。",
        )
        .also(&["code", "投资项目代码"]),
        Column::must("name", "项目名称", "年产五万吨蔬菜深加工项目", "不超过 100 个字。").also(&["名称"]),
        Column::must("area", "区划代码", "370783109", "项目所在镇街或县的代码。").also(&["所在区划代码"]),
        Column::must("area_name", "区域名称", "侯镇", "").told(),
        Column::must("address", "地址", "新城大街 66 号", KEPT).optional().also(&["建设地点"]),
        Column::must("project_level", "重点级别", "市重点", "从列表中选择。").of(levels).also(&["level", "级别"]),
        Column::must("builder", "建设单位", "寿光绿源蔬菜有限公司", "不超过 100 个字。"),
        Column::must("investment", "计划总投资（元）", "320000000.00", "以元为单位，最多两位小数。").also(&["总投资"]),
    ],
};

/// Liaisons.
pub static LIAISONS: Table = Table {
    kind: SheetKind::Liaisons,
    found_by: "按企业（项目）代码和姓名识别：已有的更新职务和电话，没有的新增。每家企业（项目）最多两名联络员。",
    columns: &[
        Column::must("client", "企业（项目）代码", "91370783MA3C5K7L14", "企业填统一社会信用代码，项目填项目代码。")
            .also(&["统一社会信用代码", "项目代码", "信用代码"]),
        Column::must("client_name", "企业（项目）名称", "寿光绿源蔬菜有限公司", "").told(),
        Column::must("name", "姓名", "王芳", "").also(&["联络员", "联络员姓名"]),
        Column::must("position", "职务", "办公室主任", KEPT).optional(),
        Column::must("phone", "电话", "13805361234", "手机或座机，座机写成 0536-8789000。").also(&[
            "联系电话",
            "手机",
            "手机号",
        ]),
    ],
};

fn scales() -> Vec<&'static str> {
    ScaleClass::ALL.iter().map(|word| word.label()).collect()
}

fn lists() -> Vec<&'static str> {
    StatutoryList::ALL.iter().map(|word| word.label()).collect()
}

fn levels() -> Vec<&'static str> {
    ProjectLevel::ALL.iter().map(|word| word.label()).collect()
}

/// A line that is an enterprise.
#[derive(Debug, Clone)]
pub struct Enterprise(ClientWish);

/// A line that is a project.
#[derive(Debug, Clone)]
pub struct Project(ClientWish);

fn writes(actor: &Actor) -> Result<Scope<WriteRegistry>, Problem> {
    actor.scope().ok_or(Problem::NotFound)
}

impl AsRef<ClientWish> for Enterprise {
    fn as_ref(&self) -> &ClientWish {
        &self.0
    }
}

impl AsRef<ClientWish> for Project {
    fn as_ref(&self) -> &ClientWish {
        &self.0
    }
}

impl Rows for Enterprise {
    type Write = ClientWrite;

    fn read(record: &mut Record<'_>) -> Option<Self> {
        let (code, name) = (record.parsed("credit_code", CreditCode::parse), record.text("name"));
        let (area, address) = (record.area("area"), record.text("address"));
        let (industry, scale) = (record.digits("industry", 4), record.word("scale", ScaleClass::parse));
        let list = record.word("list", StatutoryList::parse);
        let more = More::Enterprise { industry: industry?, scale: scale?, list };
        Some(Self(ClientWish { code: ClientCode::Credit(code?), name: name?, area: area?, address, more }))
    }

    async fn weigh(
        db: &impl Db,
        batch: &Batch<'_>,
        wishes: &[Lined<Self>],
    ) -> Result<Vec<Verdict<ClientWrite>>, Problem> {
        many::weigh_clients(db, &writes(batch.actor)?, batch.now, wishes).await
    }

    async fn write(tx: &Tx, batch: &Batch<'_>, writes: Vec<ClientWrite>) -> Result<(), Problem> {
        many::write_clients(tx, batch.actor, writes, &batch.known).await
    }
}

impl Rows for Project {
    type Write = ClientWrite;

    fn read(record: &mut Record<'_>) -> Option<Self> {
        let (code, name) = (record.plain("project_code"), record.text("name"));
        let (area, address) = (record.area("area"), record.text("address"));
        let (level, builder) = (record.word("project_level", ProjectLevel::parse), record.text("builder"));
        let investment = record.money("investment");
        let more = More::Project { level: level?, builder: builder?, investment: investment? };
        Some(Self(ClientWish { code: ClientCode::Project(code?), name: name?, area: area?, address, more }))
    }

    async fn weigh(
        db: &impl Db,
        batch: &Batch<'_>,
        wishes: &[Lined<Self>],
    ) -> Result<Vec<Verdict<ClientWrite>>, Problem> {
        many::weigh_clients(db, &writes(batch.actor)?, batch.now, wishes).await
    }

    async fn write(tx: &Tx, batch: &Batch<'_>, writes: Vec<ClientWrite>) -> Result<(), Problem> {
        many::write_clients(tx, batch.actor, writes, &batch.known).await
    }
}

impl Rows for LiaisonWish {
    type Write = LiaisonWrite;

    fn read(record: &mut Record<'_>) -> Option<Self> {
        let (client, name) = (record.plain("client"), record.text("name"));
        let (position, phone) = (record.text("position"), record.told_phone("phone"));
        Some(Self { client: client?, name: name?, position, phone: phone? })
    }

    async fn hold(tx: &Tx, wishes: &[Lined<Self>]) -> Result<(), Problem> {
        many::hold(tx, wishes).await
    }

    async fn weigh(
        db: &impl Db,
        batch: &Batch<'_>,
        wishes: &[Lined<Self>],
    ) -> Result<Vec<Verdict<LiaisonWrite>>, Problem> {
        many::weigh_liaisons(db, &writes(batch.actor)?, batch.today(), wishes).await
    }

    async fn write(tx: &Tx, batch: &Batch<'_>, writes: Vec<LiaisonWrite>) -> Result<(), Problem> {
        many::write_liaisons(tx, batch.actor, writes, batch.today()).await
    }
}

/// Clients that the actor may read, by the filters of their list.
async fn clients(
    app: &App,
    actor: &Actor,
    filter: ClientFilter,
    after: Option<Cursor>,
) -> Result<Page<Client>, Problem> {
    let read = actor.scope::<ReadRegistry>().ok_or(Problem::NotFound)?;
    let filter = ClientFilter { cursor: after.map(|cursor| cursor.0), ..filter };
    registry::clients(&app.store, &read, &filter, Limit::MOST).await
}

pub(super) async fn enterprises(
    app: &App,
    actor: &Actor,
    filters: &Filters,
    after: Option<Cursor>,
) -> Result<Portion, Problem> {
    let filter = ClientFilter { kind: Some(ClientKind::Enterprise), ..filters.read()? };
    let page = clients(app, actor, filter, after).await?;
    let line = |client: &Client| {
        vec![
            many::code(client),
            client.name.clone(),
            client.area_id.to_string(),
            client.area_name.clone(),
            client.address.clone(),
            client.industry.clone().unwrap_or_default(),
            client.scale.map(ScaleClass::label).unwrap_or_default().to_owned(),
            client.list.map(StatutoryList::label).unwrap_or_default().to_owned(),
        ]
    };
    Ok(Portion { lines: page.items.iter().map(line).collect(), seen: Vec::new(), next: page.next })
}

pub(super) async fn projects(
    app: &App,
    actor: &Actor,
    filters: &Filters,
    after: Option<Cursor>,
) -> Result<Portion, Problem> {
    let filter = ClientFilter { kind: Some(ClientKind::Project), ..filters.read()? };
    let page = clients(app, actor, filter, after).await?;
    let line = |client: &Client| {
        vec![
            many::code(client),
            client.name.clone(),
            client.area_id.to_string(),
            client.area_name.clone(),
            client.address.clone(),
            client.project_level.map(ProjectLevel::label).unwrap_or_default().to_owned(),
            client.builder.clone().unwrap_or_default(),
            client.investment.map(registry::yuan).unwrap_or_default(),
        ]
    };
    Ok(Portion { lines: page.items.iter().map(line).collect(), seen: Vec::new(), next: page.next })
}

/// Who speaks today for the clients that the actor keeps.
pub(super) async fn liaisons(
    app: &App,
    actor: &Actor,
    (filters, numbers): (&Filters, Numbers),
    after: Option<Cursor>,
) -> Result<Portion, Problem> {
    let kept = writes(actor)?;
    let mut seen = Vec::new();
    let mut page = clients(app, actor, filters.read()?, after).await?;
    page.items.retain(|client| kept.covers(&Reach::Area(client.area_path.clone())));
    let ids: Vec<ClientId> = page.items.iter().map(|client| client.id).collect();
    let today = app.today();
    let mut lines: HashMap<_, Vec<_>> = HashMap::new();
    for liaison in registry::liaisons_of(&app.store, &ids, today).await? {
        lines.entry(liaison.client_id).or_default().push(liaison);
    }
    let of = |client: &Client| {
        let liaisons = lines.remove(&client.id).unwrap_or_default();
        let line = |liaison: registry::Liaison| {
            if numbers == Numbers::Full {
                seen.push(Seen {
                    county: client.county_id,
                    subject: LookSubject::Liaison,
                    id: liaison.id.0,
                    name: liaison.name.clone(),
                    field: LookField::Phone,
                    client: Some(client.id),
                    official: None,
                });
            }
            let phone = numbers.write(&liaison.phone);
            vec![many::code(client), client.name.clone(), liaison.name, liaison.position, phone]
        };
        liaisons.into_iter().map(line).collect::<Vec<_>>()
    };
    let lines = page.items.iter().flat_map(of).collect();
    Ok(Portion { lines, seen, next: page.next })
}
