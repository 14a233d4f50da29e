//! The rules that the platform comes with: the city's numbers of 2021 (M2, M3), counties and towns by the same pattern.

use super::people::Size;
use super::rules::{Enforcer, Places, Pool, Rules, Trade, Wanted};
use super::weights::Weights;
use kernel::words::{AreaLevel, ProjectLevel, Rank, ScaleClass, UnitKind};

impl Rules {
    /// The rules as shipped.
    #[must_use]
    pub fn shipped() -> Self {
        Self {
            pools: pools(),
            weights: Weights::shipped(),
            wanted: wanted(),
            trades: TRADES.iter().map(trade).collect(),
            general: GENERAL.iter().map(|word| (*word).to_owned()).collect(),
            enforcers: ENFORCERS.iter().map(enforcer).collect(),
            teams: Vec::new(),
        }
    }
}

impl Weights {
    /// The weights as shipped.
    #[must_use]
    pub fn shipped() -> Self {
        Self {
            own_town: 0,
            other_town: 120,
            county: 20,
            city: 40,
            trade_core: 0,
            trade_related: 30,
            trade_general: 25,
            trade_outside: 60,
            trade_other: 80,
            step_enterprise: 25,
            step_project: 60,
            change: 60,
            load: vec![0, 25, 60, 105, 160, 225, 300],
            above_target: 80,
            unpaired: 100_000,
            unpaired_step: 1_000,
            assist_missing: 2_000,
        }
    }
}

const CITY: &[AreaLevel] = &[AreaLevel::Province, AreaLevel::City];
const COUNTY: &[AreaLevel] = &[AreaLevel::County];
const TOWN: &[AreaLevel] = &[AreaLevel::Town];
const BELOW: &[AreaLevel] = &[AreaLevel::County, AreaLevel::Town];
const ECONOMIC: &[UnitKind] = &[UnitKind::EconomicDepartment];
const ANY: &[UnitKind] = &[];

/// Target and maximum of enterprises, of projects, and the maximum of both together.
type Numbers = ((u32, u32), (u32, u32), u32);

fn pools() -> Vec<Pool> {
    use Rank::{CountyDeputy, CountyHead, Departmental, SectionDeputy, SectionHead, Staff};
    let all: &[ProjectLevel] = ProjectLevel::ALL;
    let city = &all[1..];
    let county = &all[2..];
    let pool =
        |key: &str, name: &str, (levels, kinds, ranks): Who, numbers: Numbers, project_levels: &[ProjectLevel]| {
            let (enterprises, projects, total) = numbers;
            let places = |(target, max)| Places { target, max };
            Pool {
                key: key.to_owned(),
                name: name.to_owned(),
                levels: levels.to_vec(),
                unit_kinds: kinds.to_vec(),
                ranks: ranks.to_vec(),
                enterprises: places(enterprises),
                projects: places(projects),
                total,
                several: false,
                project_levels: project_levels.to_vec(),
            }
        };
    let several = |pool: Pool| Pool { several: true, ..pool };
    vec![
        pool(
            "desk",
            "企业服务中心（受理诉求，不参与包靠）",
            (&[], &[UnitKind::DemandDesk], &[]),
            ((0, 0), (0, 0), 0),
            &[],
        ),
        pool("departmental", "厅级干部", (&[], ANY, &[Departmental]), ((4, 4), (3, 3), 7), all),
        pool("city_heads", "市直部门主要负责人", (CITY, ANY, &[CountyHead]), ((3, 3), (2, 2), 5), all),
        pool(
            "city_deputies",
            "市直副县级干部（含高校中层正职）",
            (CITY, ANY, &[CountyDeputy]),
            ((2, 2), (1, 1), 3),
            all,
        ),
        several(pool(
            "city_economic",
            "市直经济部门正科级干部",
            (CITY, ECONOMIC, &[SectionHead]),
            ((1, 2), (1, 2), 2),
            city,
        )),
        pool("county_heads", "县（市、区）县级正职", (COUNTY, ANY, &[CountyHead]), ((3, 4), (2, 3), 7), all),
        pool("county_deputies", "县（市、区）副县级干部", (COUNTY, ANY, &[CountyDeputy]), ((2, 3), (1, 2), 5), all),
        several(pool(
            "county_economic",
            "县直经济部门正科级干部",
            (COUNTY, ECONOMIC, &[SectionHead]),
            ((2, 3), (1, 2), 5),
            city,
        )),
        pool("county_sections", "县直部门正科级干部", (COUNTY, ANY, &[SectionHead]), ((2, 3), (1, 2), 5), city),
        pool("town_leaders", "镇街副县级以上干部", (TOWN, ANY, &[CountyHead, CountyDeputy]), ((2, 3), (1, 2), 5), all),
        pool("town_heads", "镇街正科级干部", (TOWN, ANY, &[SectionHead]), ((2, 3), (1, 2), 5), county),
        pool("deputies", "县直、镇街副科级干部", (BELOW, ANY, &[SectionDeputy]), ((1, 2), (1, 1), 3), county),
        pool("staff", "县直、镇街一般干部", (BELOW, ANY, &[Staff]), ((1, 2), (0, 0), 2), &[]),
    ]
}

type Who<'a> = (&'a [AreaLevel], &'a [UnitKind], &'a [Rank]);

fn wanted() -> Vec<Wanted> {
    use ProjectLevel::{City, County, Province};
    use ScaleClass::{Large, Medium, Micro, Small};
    let band = |size, lowest, highest| Wanted { size, lowest, highest };
    vec![
        band(Size::Enterprise(Large), Rank::CountyDeputy, Rank::Departmental),
        band(Size::Enterprise(Medium), Rank::SectionHead, Rank::SectionHead),
        band(Size::Enterprise(Small), Rank::Staff, Rank::SectionDeputy),
        band(Size::Enterprise(Micro), Rank::Staff, Rank::SectionDeputy),
        band(Size::Project(Province), Rank::CountyHead, Rank::Departmental),
        band(Size::Project(City), Rank::CountyDeputy, Rank::CountyDeputy),
        band(Size::Project(County), Rank::SectionHead, Rank::SectionHead),
    ]
}

/// A word of a unit's name, the sections that are its own, and those it often deals with.
const TRADES: &[(&str, &str, &str)] = &[
    ("工业和信息化", "C", "BDIM"),
    ("科学技术", "MI", "C"),
    ("商务", "FH", "CGL"),
    ("投资促进", "C", "FGILM"),
    ("农业农村", "A", "CF"),
    ("畜牧", "A", "CF"),
    ("海洋", "A", "BCG"),
    ("林业", "A", "CN"),
    ("粮食", "F", "AC"),
    ("住房和城乡建设", "EK", "CN"),
    ("自然资源", "BK", "E"),
    ("交通运输", "G", "E"),
    ("水利", "N", "DE"),
    ("文化和旅游", "RHN", "L"),
    ("体育", "R", "PL"),
    ("教育", "P", "R"),
    ("卫生健康", "Q", "C"),
    ("医疗保障", "Q", "C"),
    ("民政", "Q", "O"),
    ("金融", "J", "CL"),
    ("能源", "D", "BC"),
    ("大数据", "I", "M"),
    ("国有资产", "C", "DEGJ"),
    ("生态环境", "N", "CD"),
    ("应急管理", "B", "CG"),
    ("市场监督管理", "F", "CH"),
    ("人力资源", "L", "CEO"),
    ("大学", "P", "MIC"),
    ("学院", "P", "MIC"),
];

const GENERAL: &[&str] =
    &["发展和改革", "财政", "统计", "审计", "行政审批", "办公室", "人民政府", "管理委员会", "办事处", "工商业联合会"];

/// A word of a unit's name, and the sections over which it has powers of enforcement; empty means all.
const ENFORCERS: &[(&str, &str)] = &[
    ("市场监督管理", ""),
    ("税务", ""),
    ("生态环境", "ABCDEN"),
    ("应急管理", "BCDG"),
    ("综合行政执法", "EFHKO"),
    ("城市管理", "EFHKO"),
    ("消防救援", "BCFHR"),
];

fn letters(text: &str) -> Vec<String> {
    text.chars().map(String::from).collect()
}

fn trade((word, core, related): &(&str, &str, &str)) -> Trade {
    Trade { word: (*word).to_owned(), core: letters(core), related: letters(related) }
}

fn enforcer((word, sections): &(&str, &str)) -> Enforcer {
    Enforcer { word: (*word).to_owned(), sections: letters(sections) }
}
