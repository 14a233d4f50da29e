//! Areas, units and officials as sheets.

use super::super::sheet::Record;
use super::super::table::{Column, Table};
use super::{Batch, Filters, Numbers, Portion, Rows};
use crate::App;
use crate::looks::Seen;
use crate::many::{Lined, Verdict};
use crate::org::many::{self, AreaWish, AreaWrite, OfficialRef, OfficialWish, OfficialWrite, UnitWrite};
use crate::org::{self, NewUnit, OfficialFilter, UnitFilter};
use kernel::authz::{ReadOrg, WriteOrg};
use kernel::id::{OfficialId, UnitId};
use kernel::words::{LookField, LookSubject, Rank, SheetKind, UnitKind};
use kernel::{Actor, Cursor, Limit, OfficePhone, Problem, Reach, Scope};
use store::{Db, Tx};

/// Areas.
pub static AREAS: Table = Table {
    kind: SheetKind::Areas,
    found_by: "按区划代码识别：代码已有的更新名称，没有的新增。上级区域可以和下级区域在同一个文件里。",
    columns: &[
        Column::must("code", "区划代码", "370783109", "国家统计局区划代码：市 4 位，县 6 位，镇街 9 位。")
            .also(&["代码"]),
        Column::must("name", "区域名称", "侯镇", "不超过 100 个字。").also(&["名称"]),
        Column::must("parent", "上级区划代码", "370783", "留空时按区划代码推定，如 370783109 的上级是 370783。")
            .optional(),
    ],
};

/// Units.
pub static UNITS: Table = Table {
    kind: SheetKind::Units,
    found_by: "按单位名称和区划代码识别：已有的更新单位性质，没有的新增。同一县内单位名称不能重复。",
    columns: &[
        Column::must("name", "单位名称", "寿光市工业和信息化局", "不超过 100 个字。").also(&["单位", "名称"]),
        Column::must("area", "区划代码", "370783", "单位所在区域的代码。").also(&["单位区划代码"]),
        Column::must("area_name", "区域名称", "寿光市", "").told(),
        Column::must("kind", "单位性质", "经济部门", "从列表中选择。").of(kinds),
        Column::must("phone", "办公电话", "0536-5221234", "单位的座机，不要填个人手机。留空表示不改。")
            .optional()
            .also(&["电话"]),
    ],
};

/// Officials.
pub static OFFICIALS: Table = Table {
    kind: SheetKind::Officials,
    found_by: "按单位和姓名识别；同单位有同名干部时再按手机号识别。职务或任职日期有变动的，按新任职务办理，原职务到前一天为止。",
    columns: &[
        Column::must("unit", "单位", "寿光市工业和信息化局", "单位全称。").also(&["单位名称"]),
        Column::must("unit_area", "单位区划代码", "370783", "有多个同名单位时填写。").optional(),
        Column::must("name", "姓名", "王建国", "").also(&["干部姓名"]),
        Column::must("rank", "职级", "正科级", "从列表中选择。").of(ranks),
        Column::must("title", "职务", "运行科科长", "不超过 100 个字。"),
        Column::must("since", "任职日期", "2024-03-01", "现任职务的任职日期。"),
        Column::must("mobile", "手机", "13805361234", "留空表示不改。同单位有同名干部时必填。")
            .optional()
            .also(&["手机号", "手机号码"]),
    ],
};

fn kinds() -> Vec<&'static str> {
    UnitKind::ALL.iter().map(|kind| kind.label()).collect()
}

fn ranks() -> Vec<&'static str> {
    Rank::ALL.iter().map(|rank| rank.label()).collect()
}

fn writes(actor: &Actor) -> Result<Scope<WriteOrg>, Problem> {
    actor.scope().ok_or(Problem::NotFound)
}

impl Rows for AreaWish {
    type Write = AreaWrite;

    fn read(record: &mut Record<'_>) -> Option<Self> {
        let (code, name, parent) = (record.area("code"), record.text("name"), record.area("parent"));
        Some(Self { code: code?, name: name?, parent })
    }

    async fn weigh(
        db: &impl Db,
        batch: &Batch<'_>,
        wishes: &[Lined<Self>],
    ) -> Result<Vec<Verdict<AreaWrite>>, Problem> {
        many::weigh_areas(db, &writes(batch.actor)?, batch.app.site.area, wishes).await
    }

    async fn write(tx: &Tx, batch: &Batch<'_>, writes: Vec<AreaWrite>) -> Result<(), Problem> {
        many::write_areas(tx, batch.actor, writes, batch.today()).await
    }
}

impl Rows for NewUnit {
    type Write = UnitWrite;

    fn read(record: &mut Record<'_>) -> Option<Self> {
        let (name, area) = (record.text("name"), record.area("area"));
        let (kind, phone) = (record.word("kind", UnitKind::parse), record.phone("phone"));
        Some(Self { area: area?, kind: kind?, name: name?, phone })
    }

    async fn weigh(
        db: &impl Db,
        batch: &Batch<'_>,
        wishes: &[Lined<Self>],
    ) -> Result<Vec<Verdict<UnitWrite>>, Problem> {
        many::weigh_units(db, &writes(batch.actor)?, batch.now, wishes).await
    }

    async fn write(tx: &Tx, batch: &Batch<'_>, writes: Vec<UnitWrite>) -> Result<(), Problem> {
        many::write_units(tx, batch.actor, writes, batch.today()).await
    }
}

impl Rows for OfficialWish {
    type Write = OfficialWrite;

    fn read(record: &mut Record<'_>) -> Option<Self> {
        let (unit, unit_area, name) = (record.text("unit"), record.area("unit_area"), record.text("name"));
        let (rank, title, since) = (record.word("rank", Rank::parse), record.text("title"), record.day("since"));
        let mobile = record.told_phone("mobile");
        let official = OfficialRef { unit: unit?, unit_area, name: name?, mobile };
        Some(Self { official, rank: rank?, title: title?, since: since? })
    }

    async fn weigh(
        db: &impl Db,
        batch: &Batch<'_>,
        wishes: &[Lined<Self>],
    ) -> Result<Vec<Verdict<OfficialWrite>>, Problem> {
        many::weigh_officials(db, &writes(batch.actor)?, (batch.now, batch.today()), wishes).await
    }

    async fn write(tx: &Tx, batch: &Batch<'_>, found: Vec<OfficialWrite>) -> Result<(), Problem> {
        many::write_officials(tx, batch.actor, &writes(batch.actor)?, found, batch.today()).await
    }
}

/// All areas that the actor keeps.
pub(super) async fn areas(app: &App, actor: &Actor) -> Result<Portion, Problem> {
    let kept = writes(actor)?;
    let read = actor.scope::<ReadOrg>().ok_or(Problem::NotFound)?;
    let areas = org::areas(&app.store, &read).await?;
    let areas = areas.iter().filter(|area| kept.covers(&Reach::Area(area.path.clone())));
    let line = |area: &org::Area| {
        let parent = area.parent_id.map(|parent| parent.to_string()).unwrap_or_default();
        vec![area.id.to_string(), area.name.clone(), parent]
    };
    Ok(Portion { lines: areas.map(line).collect(), seen: Vec::new(), next: None })
}

/// Open units that the actor keeps.
pub(super) async fn units(
    app: &App,
    actor: &Actor,
    filters: &Filters,
    after: Option<Cursor>,
) -> Result<Portion, Problem> {
    let kept = writes(actor)?;
    let read = actor.scope::<ReadOrg>().ok_or(Problem::NotFound)?;
    let filter = UnitFilter { cursor: after.map(|cursor| cursor.0), ..filters.read()? };
    let page = org::units(&app.store, &read, &filter, Limit::MOST).await?;
    let open = page.items.iter().filter(|unit| unit.closed_on.is_none());
    let mine = open.filter(|unit| kept.covers(&Reach::Area(unit.area_path.clone())));
    let line = |unit: &org::Unit| {
        vec![
            unit.name.clone(),
            unit.area_id.to_string(),
            unit.area_name.clone(),
            unit.kind.label().to_owned(),
            unit.phone.as_ref().map(OfficePhone::to_string).unwrap_or_default(),
        ]
    };
    Ok(Portion { lines: mine.map(line).collect(), seen: Vec::new(), next: page.next })
}

/// What an export shows of an official.
fn seen(official: &org::Official) -> Seen {
    Seen {
        county: official.county_id,
        subject: LookSubject::Official,
        id: official.id.0,
        name: official.name.clone(),
        field: LookField::Phone,
        client: None,
        official: Some(official.id),
    }
}

/// Officials in office, of units that the actor keeps.
pub(super) async fn officials(
    app: &App,
    actor: &Actor,
    (filters, numbers): (&Filters, Numbers),
    after: Option<Cursor>,
) -> Result<Portion, Problem> {
    let kept = writes(actor)?;
    let read = actor.scope::<ReadOrg>().ok_or(Problem::NotFound)?;
    let filter = OfficialFilter { cursor: after.map(|cursor| cursor.0), ..filters.read()? };
    let page = org::officials(&app.store, &read, &filter, Limit::MOST).await?;
    let ids: Vec<OfficialId> = page.items.iter().map(|official| official.id).collect();
    let held = many::officials_held(&app.store, &ids).await?;
    let mut units: Vec<UnitId> = page.items.iter().map(|official| official.unit_id).collect();
    units.sort();
    units.dedup();
    let units = many::units(&app.store, &units).await?;
    let line = |official: &org::Official| {
        let unit = units.get(&official.unit_id).filter(|unit| kept.covers(&Reach::Area(unit.area_path.clone())))?;
        let post = held.get(&official.id).filter(|held| held.official.left_on.is_none())?;
        let since = post.from_day.map(|day| day.to_string()).unwrap_or_default();
        Some(vec![
            unit.name.clone(),
            unit.area_id.to_string(),
            official.name.clone(),
            official.rank.label().to_owned(),
            official.title.clone().unwrap_or_default(),
            since,
            official.mobile.as_ref().map(|mobile| numbers.write(mobile)).unwrap_or_default(),
        ])
    };
    let mine = |official: &&org::Official| {
        let unit = units.get(&official.unit_id);
        unit.is_some_and(|unit| kept.covers(&Reach::Area(unit.area_path.clone()))) && official.mobile.is_some()
    };
    let seen = match numbers {
        Numbers::Masked => Vec::new(),
        Numbers::Full => page.items.iter().filter(mine).map(seen).collect(),
    };
    Ok(Portion { lines: page.items.iter().filter_map(line).collect(), seen, next: page.next })
}
