//! Pairings as a sheet.

use super::super::sheet::Record;
use super::super::table::{Column, Table};
use super::{Batch, Filters, Portion, Rows};
use crate::App;
use crate::many::{Lined, Verdict};
use crate::org::many::{self as org, OfficialRef};
use crate::pairing::many::{self, PairingWish, PairingWrite};
use crate::pairing::{self, Pairing, PairingFilter};
use crate::registry::many as registry;
use kernel::authz::{ReadOrg, ReadPairings, WritePairings};
use kernel::id::{ClientId, OfficialId, UnitId};
use kernel::words::{PairingPart, SheetKind};
use kernel::{Actor, Cursor, Limit, Problem, Scope};
use std::collections::HashMap;
use store::{Db, Private, Tx};

/// Pairings.
pub static PAIRINGS: Table = Table {
    kind: SheetKind::Pairings,
    found_by: "按企业（项目）、干部和开始日期识别：没有的新增；已有的只能补上结束日期。同一天一家企业（项目）只能有一名主联系的服务专员。",
    columns: &[
        Column::must("client", "企业（项目）代码", "91370783MA3C5K7L14", "企业填统一社会信用代码，项目填项目代码。")
            .also(&["统一社会信用代码", "项目代码", "信用代码"]),
        Column::must("client_name", "企业（项目）名称", "寿光绿源蔬菜有限公司", "").told(),
        Column::must("official", "服务专员", "王建国", "干部姓名。").also(&["干部姓名", "姓名", "干部"]),
        Column::must("unit", "单位", "寿光市工业和信息化局", "服务专员的单位全称。").also(&["单位名称", "干部单位"]),
        Column::must("unit_area", "单位区划代码", "370783", "有多个同名单位时填写。").optional(),
        Column::must("mobile", "手机", "13805361234", "同单位有同名干部时填写。").optional().also(&["手机号"]),
        Column::must("part", "分工", "主联系", "一对一包靠都是主联系；多对一时其余为协助联系。").optional().of(parts),
        Column::must("from", "开始日期", "2026-01-01", "联系包靠的第一天。"),
        Column::must("until", "结束日期", "2026-12-31", "联系包靠的最后一天；仍在包靠的留空。").optional(),
    ],
};

fn parts() -> Vec<&'static str> {
    PairingPart::ALL.iter().map(|word| word.label()).collect()
}

fn writes(actor: &Actor) -> Result<Scope<WritePairings>, Problem> {
    actor.scope().ok_or(Problem::NotFound)
}

impl Rows for PairingWish {
    type Write = PairingWrite;

    fn read(record: &mut Record<'_>) -> Option<Self> {
        let (client, name, unit) = (record.plain("client"), record.text("official"), record.text("unit"));
        let (unit_area, mobile) = (record.area("unit_area"), record.told_phone("mobile"));
        let (from, until) = (record.day("from"), record.day("until"));
        let part = record.word("part", PairingPart::parse);
        let official = OfficialRef { unit: unit?, unit_area, name: name?, mobile };
        Some(Self { client: client?, official, part, from: from?, until })
    }

    async fn hold(tx: &Tx, wishes: &[Lined<Self>]) -> Result<(), Problem> {
        many::hold(tx, wishes).await
    }

    async fn weigh(
        db: &impl Db,
        batch: &Batch<'_>,
        wishes: &[Lined<Self>],
    ) -> Result<Vec<Verdict<PairingWrite>>, Problem> {
        many::weigh_pairings(db, &batch.app.site, batch.actor, &writes(batch.actor)?, batch.now, wishes).await
    }

    async fn write(tx: &Tx, batch: &Batch<'_>, writes: Vec<PairingWrite>) -> Result<(), Problem> {
        many::write_pairings(tx, batch.actor, writes).await
    }
}

/// Pairings that the actor may read, by the filters of their list. The mobile is told only where the name does not tell who is
/// meant, and only to who keeps pairings.
pub(super) async fn pairings(
    app: &App,
    actor: &Actor,
    filters: &Filters,
    after: Option<Cursor>,
) -> Result<Portion, Problem> {
    let read = actor.scope::<ReadPairings>().ok_or(Problem::NotFound)?;
    let filter = PairingFilter { cursor: after.map(|cursor| cursor.0), ..filters.read()? };
    let page = pairing::pairings(&app.store, &read, &filter, Limit::MOST).await?;
    let clients: Vec<ClientId> = page.items.iter().map(|pairing| pairing.client_id).collect();
    let clients = registry::clients(&app.store, &clients).await?;
    let ids: Vec<OfficialId> = page.items.iter().map(|pairing| pairing.official_id).collect();
    let officials = org::officials_held(&app.store, &ids).await?;
    let units: Vec<UnitId> = officials.values().map(|held| held.official.unit_id).collect();
    let units = org::units(&app.store, &units).await?;
    let named = |pairing: &Pairing| {
        let official = &officials.get(&pairing.official_id)?.official;
        let unit = units.get(&official.unit_id)?;
        let name = official.name.clone();
        let meant = OfficialRef { unit: unit.name.clone(), unit_area: Some(unit.area_id), name, mobile: None };
        Some((pairing.official_id, (meant, official.mobile.clone())))
    };
    let named: HashMap<_, _> = page.items.iter().filter_map(named).collect();
    let unclear = unclear(app, actor, named.iter().map(|(id, (meant, _))| (*id, meant.clone())).collect()).await?;
    let line = |pairing: &Pairing| {
        let client = clients.get(&pairing.client_id)?;
        let (meant, mobile) = named.get(&pairing.official_id)?;
        let mobile = mobile.as_ref().filter(|_| unclear.contains(&pairing.official_id));
        Some(vec![
            registry::code(client),
            client.name.clone(),
            meant.name.clone(),
            meant.unit.clone(),
            meant.unit_area.map(|area| area.to_string()).unwrap_or_default(),
            mobile.map(Private::masked).unwrap_or_default(),
            pairing.part.label().to_owned(),
            pairing.from_day.to_string(),
            pairing.until_day.map(|day| day.to_string()).unwrap_or_default(),
        ])
    };
    Ok(Portion { lines: page.items.iter().filter_map(line).collect(), seen: Vec::new(), next: page.next })
}

/// The officials whose unit and name do not tell who they are; nobody, for who does not keep pairings.
async fn unclear(app: &App, actor: &Actor, named: Vec<(OfficialId, OfficialRef)>) -> Result<Vec<OfficialId>, Problem> {
    let (Some(read), true) = (actor.scope::<ReadOrg>(), writes(actor).is_ok()) else { return Ok(Vec::new()) };
    let (ids, meant): (Vec<_>, Vec<_>) = named.into_iter().unzip();
    let found = org::find_officials(&app.store, &read, &meant).await?;
    let other = |(id, found): (OfficialId, Result<crate::org::Official, Problem>)| {
        found.map_or(true, |official| official.id != id).then_some(id)
    };
    Ok(ids.into_iter().zip(found).filter_map(other).collect())
}
