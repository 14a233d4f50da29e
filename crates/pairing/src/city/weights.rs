//! What makes a pair good, in points (分): the plan is the one with the fewest. Every weight says what it does.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Points. 0 is a perfect match.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Weights {
    /// An official of the client's own town.
    pub own_town: u32,
    /// An official of another town of the county.
    pub other_town: u32,
    /// An official of the county.
    pub county: u32,
    /// An official of the city.
    pub city: u32,
    /// The department's own trade.
    pub trade_core: u32,
    /// A trade it often deals with.
    pub trade_related: u32,
    /// A department that deals with all trades alike.
    pub trade_general: u32,
    /// A unit that is no economic department.
    pub trade_outside: u32,
    /// A department of another trade.
    pub trade_other: u32,
    /// Each step between the official's rank and the one an enterprise should have.
    pub step_enterprise: u32,
    /// Each step between the official's rank and the one a project should have.
    pub step_project: u32,
    /// Another commissioner than now.
    pub change: u32,
    /// The first client of an official, the second, and so on; must not fall. Beyond the end it goes on rising as at the end.
    pub load: Vec<u32>,
    /// Each client above an official's target.
    pub above_target: u32,
    /// A client without commissioner.
    pub unpaired: u32,
    /// The same for each step of its size or level.
    pub unpaired_step: u32,
    /// A place beside the lead that stays empty.
    pub assist_missing: u32,
}

/// One weight as its page shows it.
#[derive(Debug, Clone, Copy)]
pub struct Weight {
    /// Its name in the JSON form.
    pub key: &'static str,
    /// What it is called.
    pub label: &'static str,
    /// In what it is counted.
    pub unit: &'static str,
    /// What it does, with an example.
    pub says: &'static str,
    /// Its value.
    pub get: fn(&Weights) -> u32,
    /// Where its value is.
    pub at: fn(&mut Weights) -> &mut u32,
}

macro_rules! weight {
    ($($key:ident $label:literal $says:literal)+) => {
        &[$(Weight {
            key: stringify!($key),
            label: $label,
            unit: "分",
            says: $says,
            get: |weights| weights.$key,
            at: |weights| &mut weights.$key,
        }),+]
    };
}

impl Weights {
    /// Every weight that is one number, in the order of the page. [`Weights::load`] is a list and has [`Weights::LOAD`].
    pub const ALL: &'static [Weight] = weight! {
        own_town "同一镇街" "企业（项目）由所在镇街的干部联系时计的分。属地管理为主，一般设为 0。"
        county "所在县（市、区）" "由所在县（市、区）的县直单位干部联系时计的分。例如设为 20，表示县直干部比本镇街干部稍靠后。"
        city "市直单位" "由市直单位干部联系时计的分。数值越大，市直干部越少联系一般企业。"
        other_town "同县其他镇街" "由同县另一个镇街的干部联系时计的分。跨镇街联系不便，一般设得较高，只在本镇街和县直都安排不下时采用。"
        trade_core "行业对口" "单位主管的行业与企业行业一致时计的分，例如工业和信息化部门联系制造业企业。一般设为 0。"
        trade_related "行业相关" "单位经常服务的行业，例如商务部门联系制造业外贸企业。"
        trade_general "综合部门" "发展改革、财政、政府办公室、镇街等面向各行业的单位。"
        trade_outside "非经济部门" "没有对口行业的单位，例如教育、宣传部门。"
        trade_other "行业不对口" "单位有主管的行业，但与企业不同，例如农业农村部门联系软件企业。"
        step_enterprise "企业规模与职级，每差一级" "大型企业宜由副县级以上干部联系，中型企业宜由正科级，小微企业宜由副科级及以下；每高一级或低一级计一次。"
        step_project "项目级别与职级，每差一级" "省重点项目宜由县级正职以上干部联系，市重点宜由副县级，县重点宜由正科级；每差一级计一次。"
        change "换人" "换掉现在的服务专员计的分。数值越大，新一批次改动越少；设为 0 表示不考虑是否换人。"
        above_target "超出目标数" "干部联系的数量超过本类人员的目标数、但没有超过上限时，每多一个计一次。"
        unpaired "无人联系" "企业（项目）没有服务专员时计的分。应远大于其他各项之和，使名额够用时不会有企业空着。"
        unpaired_step "无人联系，每大一级" "名额不够时先保大企业和高级别项目：微型不加分，小型加一次，中型和县重点加两次，大型和市重点加三次，省重点加四次。"
        assist_missing "协助名额空缺" "多对一联系的企业，主责专员以外的名额每空一个计的分。应小于“无人联系”，使协助名额不与其他企业争人。"
    };

    /// The weight that is a list.
    pub const LOAD: (&'static str, &'static str, &'static str) = (
        "load",
        "工作量（第几个）",
        "一名干部联系第一个、第二个……企业（项目）时分别计的分，逐个增加，使大家的工作量均衡。例如 0、25、60：第三个比第二个多计 35 分，宁可给还没有任务的干部。",
    );

    /// What the client costs that an official with `held` others takes on.
    #[must_use]
    pub fn load(&self, held: u32) -> i64 {
        let held = held as usize;
        if let Some(cost) = self.load.get(held) {
            return i64::from(*cost);
        }
        let (last, before) = match self.load.as_slice() {
            [] => return 0,
            [only] => (*only, *only),
            [.., before, last] => (*last, *before),
        };
        let beyond = (held - self.load.len() + 1) as i64;
        i64::from(last) + beyond * i64::from(last.saturating_sub(before))
    }
}
