//! What the desks of the world work by: the list of duties of every county, rulings that were made on objections in the demo
//! county, and the phrases of its desk and of the bureau with a demo account.

use super::actor;
use super::people::People;
use demo::World;
use kernel::authz::{ReadDemands, ReadOrg};
use kernel::id::AccountId;
use kernel::words::DemandAct;
use kernel::{Actor, Day, Instant, Limit, Problem, Reach, Role};
use platform::catalogue::duties::{self, LoadedDuty};
use platform::catalogue::{self, Keeper, NewPhrase, NewPrecedent};
use platform::demands::{self, DemandFilter};
use platform::{App, org};
use store::Tx;

/// Enters the list of duties, from a day on.
///
/// # Errors
/// When the database fails.
pub(super) async fn enter_duties(tx: &Tx, world: &World, people: &People, from: Day) -> Result<(), Problem> {
    let mut loaded = Vec::new();
    for planned in &world.duties {
        let Some(area) = org::area(tx, planned.area).await? else { continue };
        loaded.push(LoadedDuty {
            category: planned.category.to_owned(),
            area,
            unit: people.units[planned.unit].clone(),
            reserved: planned.reserved,
            basis: planned.basis.clone(),
            from,
        });
    }
    duties::load(tx, &loaded, "综合协调组").await
}

/// A ruling: on a demand of this category, with whom it ended.
struct Ruling {
    category: &'static str,
    /// Who objected.
    objector: &'static str,
    ground: &'static str,
    /// Who was found responsible.
    unit: &'static str,
    reasoning: &'static str,
    keywords: &'static [&'static str],
}

/// The unit names are the ends of those in the demo county.
const RULINGS: &[Ruling] = &[
    Ruling {
        category: "0602",
        objector: "住房和城乡建设局",
        ground: "该路段已移交公路部门管养，不属于城市道路。",
        unit: "交通运输局",
        reasoning: "厂区门前道路为县道，养护和开口审批由交通运输部门负责；与城市道路连接段的，由住建部门配合。",
        keywords: &["县道", "开口", "养护"],
    },
    Ruling {
        category: "0903",
        objector: "人力资源和社会保障局",
        ground: "未建立劳动关系，属民事劳务纠纷。",
        unit: "司法局",
        reasoning: "双方签订的是劳务协议，不适用劳动仲裁，由司法局组织人民调解，调解不成的告知诉讼途径。",
        keywords: &["劳务协议", "调解"],
    },
    Ruling {
        category: "1303",
        objector: "住房和城乡建设局",
        ground: "建设工程消防验收已完成，反映的是使用期间的消防检查。",
        unit: "应急管理局",
        reasoning: "使用期间的检查整改由应急管理局牵头，涉及工程验收资料的由住建部门提供。",
        keywords: &["消防检查", "整改"],
    },
    Ruling {
        category: "0302",
        objector: "水利局",
        ground: "属城市供水管网问题，不属于水资源管理。",
        unit: "发展和改革局",
        reasoning: "企业用水要素保障由发展和改革局牵头协调供水企业，涉及取水许可的由水利局办理。",
        keywords: &["供水管网", "水压"],
    },
    Ruling {
        category: "1101",
        objector: "财政局",
        ground: "资金已足额下达主管部门，兑付由主管部门负责。",
        unit: "工业和信息化局",
        reasoning: "奖补资金由政策主管部门审核兑付，财政局只负责资金拨付，不直接受理企业申请。",
        keywords: &["奖补资金", "兑付"],
    },
];

/// Makes the rulings on demands of the demo county that ended with the unit, each when it ended, and enters the phrases.
///
/// # Errors
/// When the database fails.
pub(super) async fn enter_rulings(app: &App, world: &World, people: &People, now: Instant) -> Result<(), Problem> {
    let desk = &people.units[world.cast.desk];
    let actor = actor(AccountId::mint(now), "企业服务台", Role::AreaDesk, Reach::Area(desk.area_path.clone()));
    let (consulted, read) = scopes(&actor)?;
    let mut made = Vec::new();
    for ruling in RULINGS {
        let filter =
            DemandFilter { category: Some(ruling.category.into()), open: Some(false), ..DemandFilter::default() };
        let ended = demands::demands(app, &actor, &read, &filter, Limit::MOST).await?.items;
        let unit = |name: &str| {
            let own = people.units.iter().filter(|unit| unit.county_id == desk.county_id);
            own.clone().find(|unit| unit.name.ends_with(name))
        };
        let (Some(objector), Some(unit)) = (unit(ruling.objector), unit(ruling.unit)) else { continue };
        if let Some(demand) = ended.into_iter().find(|demand| demand.lead_unit_id == Some(unit.id)) {
            made.push((demand.ended_at.unwrap_or(demand.raised_at), demand, ruling, objector, unit.id));
        }
    }
    made.sort_by_key(|(at, ..)| *at);
    let mut tx = app.store.begin().await?;
    for (at, demand, ruling, objector, unit) in made {
        tx.turn_to(at);
        let unit = org::unit(&tx, &consulted, unit).await?;
        let keywords: Vec<String> = ruling.keywords.iter().map(|word| (*word).to_owned()).collect();
        let new = NewPrecedent {
            county: demand.county_id,
            category: &demand.category_id,
            area: &demand.area_path,
            demand: demand.id,
            demand_number: &demand.number,
            client_name: &demand.client_name,
            objector: objector.id,
            objector_name: &objector.name,
            ground: ruling.ground,
            unit: &unit,
            reasoning: ruling.reasoning,
            keywords: &keywords,
        };
        catalogue::record_precedent(&tx, &app.site, &actor, new).await?;
    }
    tx.turn_to(now - chrono::Duration::days(30));
    enter_phrases(&tx, app, world, people).await?;
    tx.commit().await
}

fn scopes(actor: &Actor) -> Result<(kernel::Scope<ReadOrg>, kernel::Scope<ReadDemands>), Problem> {
    Ok((actor.scope().ok_or(Problem::NotFound)?, actor.scope().ok_or(Problem::NotFound)?))
}

/// What the bureau writes often: for which act, the title, the words.
const OF_BUREAU: &[(DemandAct, &str, &str)] = &[
    (
        DemandAct::InterimReply,
        "正在现场核查",
        "{企业}：您反映的事项（{编号}）我们已安排人员现场核查，预计 前有结果，届时第一时间告知。{单位}，{日期}。",
    ),
    (DemandAct::Object, "不属于本单位职责", "按“三定”规定，该事项由 负责（依据： ），建议改派。"),
    (
        DemandAct::RequestExtension,
        "需上级批复",
        "该事项须报上级主管部门批复，材料已于 上报，预计 前批复，申请延长办理期限。",
    ),
    (
        DemandAct::Reply,
        "已办结",
        "{企业}：您反映的事项（{编号}）已办结。具体办理情况：\n\n如还有不清楚的地方，请直接联系我们。{单位}，{日期}。",
    ),
    (
        DemandAct::Reply,
        "政策解释",
        "{企业}：经核实，您咨询的事项依据有关规定办理，条件和材料如下：\n1. \n2. \n符合条件后可随时申请，我们全程指导。{单位}，{日期}。",
    ),
    (
        DemandAct::Reply,
        "分步解决",
        "{企业}：您反映的事项（{编号}）今年先解决第一步，其余列入下一步计划，预计完成时间为 。进展我们会主动告知。{单位}，{日期}。",
    ),
];
/// What the desk writes often.
const OF_DESK: &[(DemandAct, &str, &str)] = &[
    (
        DemandAct::Reject,
        "已进入诉讼",
        "您反映的事项已进入诉讼（仲裁）程序，按规定由人民法院（仲裁机构）处理，服务台不再重复受理。如需法律帮助，可拨打 12348。",
    ),
    (
        DemandAct::Reject,
        "重复提交",
        "您此前提交的同一事项正在办理，我们已合并跟进，进展会在那一件里告知，不需要重复提交。",
    ),
    (
        DemandAct::Reject,
        "不属于职权范围",
        "您反映的事项不属于本级政府部门职权范围，依法应向 提出。需要我们协助转达的，请告诉您的服务专员。",
    ),
];

async fn enter_phrases(tx: &Tx, app: &App, world: &World, people: &People) -> Result<(), Problem> {
    let (bureau, desk) = (&people.units[world.cast.bureau], &people.units[world.cast.desk]);
    let head = actor(AccountId::mint(tx.now()), "单位负责人", Role::UnitHead, Reach::Unit(bureau.id));
    let clerk = actor(AccountId::mint(tx.now()), "企业服务台", Role::AreaDesk, Reach::Area(desk.area_path.clone()));
    let of_bureau = OF_BUREAU.iter().map(|phrase| (&head, phrase, Some(bureau.id), None));
    let of_desk = OF_DESK.iter().map(|phrase| (&clerk, phrase, None, Some(desk.area_id)));
    for (actor, (act, title, body), unit, area) in of_bureau.chain(of_desk) {
        let keeper = Keeper::of(&app.site, actor).ok_or(Problem::NotFound)?;
        let new = NewPhrase { act: *act, title: (*title).into(), body: (*body).into(), unit, area };
        catalogue::keep_phrase(tx, &app.site, actor, &keeper, new).await?;
    }
    Ok(())
}
