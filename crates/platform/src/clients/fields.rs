//! What is known of a client, field by field, with its source and what was known before: as people read it.

use crate::app::say_day;
use crate::registry::{Client, Fact, spoken};
use crate::{App, org};
use kernel::words::{ClientKind, ProjectLevel, ScaleClass, StatutoryList};
use kernel::{AreaCode, Day, Industry, Problem};
use std::collections::BTreeMap;

/// Fields that belong together.
pub(super) struct Group {
    pub title: &'static str,
    pub lines: Vec<Line>,
}

/// One field.
pub(super) struct Line {
    pub label: &'static str,
    pub value: String,
    /// Whence it is known; empty when it is not known at all.
    pub source: String,
    /// What was known before, the latest first: value and source.
    pub earlier: Vec<(String, String)>,
}

/// The names of areas that facts speak of by code.
pub(super) type Places = BTreeMap<String, String>;

/// Looks the names of areas up that are spoken of by code.
///
/// # Errors
/// When the database fails.
pub(super) async fn places(app: &App, history: &[Fact]) -> Result<Places, Problem> {
    let mut places = Places::new();
    for fact in history.iter().filter(|fact| fact.field == "area") {
        if let (false, Ok(code)) = (places.contains_key(&fact.value), AreaCode::parse(&fact.value)) {
            let name = org::area(&app.store, code).await?.map_or_else(|| fact.value.clone(), |area| area.name);
            places.insert(fact.value.clone(), name);
        }
    }
    Ok(places)
}

/// How a field is called.
pub(super) fn label(field: &str) -> &'static str {
    match field {
        "name" => "名称",
        "area" => "所在区域",
        "address" => "地址",
        "credit_code" => "统一社会信用代码",
        "industry" => "行业",
        "scale" => "企业规模",
        "list" => "所在名录",
        "project_code" => "项目代码",
        "project_level" => "项目级别",
        "builder" => "建设单位",
        "investment" => "计划总投资",
        "closed_on" => "注销或退出日期",
        "successor" => "并入",
        _ => "其他",
    }
}

/// How a value of a field is said.
pub(super) fn said(field: &str, value: &str, places: &Places) -> String {
    if value.is_empty() {
        return if field == "list" { "不在名录内" } else { "无" }.to_owned();
    }
    let word = match field {
        "area" => places.get(value).cloned(),
        "industry" => Industry::parse(value).ok().map(|industry| industry.name().to_owned()),
        "scale" => ScaleClass::parse(value).map(|word| word.label().to_owned()),
        "list" => StatutoryList::parse(value).map(|word| word.label().to_owned()),
        "project_level" => ProjectLevel::parse(value).map(|word| word.label().to_owned()),
        "investment" => value.replace('.', "").parse().ok().map(spoken),
        "closed_on" => value.parse::<Day>().ok().map(say_day),
        _ => None,
    };
    word.unwrap_or_else(|| value.to_owned())
}

/// The fields of a client in groups.
pub(super) fn groups(app: &App, client: &Client, history: &[Fact], places: &Places) -> Vec<Group> {
    let line = |field: &'static str, value: String| {
        let mut facts = history.iter().filter(|fact| fact.field == field);
        let source = facts.next().map(|fact| whence(app, fact)).unwrap_or_default();
        let earlier = facts.map(|fact| (said(field, &fact.value, places), whence(app, fact))).collect();
        let value = if value.is_empty() { "未登记".to_owned() } else { value };
        Line { label: label(field), value, source, earlier }
    };
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    let mut place = vec![line("area", client.area_name.clone()), line("address", client.address.clone())];
    if let Some(last) = client.closed_on {
        place.push(line("closed_on", say_day(last)));
        let known = |field: &str| history.iter().find(|fact| fact.field == field);
        // Of a closing that was taken back, nothing is left.
        let closed_at = known("closed_on").map(|fact| fact.recorded_at);
        if let Some(into) = known("successor").filter(|fact| Some(fact.recorded_at) >= closed_at) {
            place.push(line("successor", into.value.clone()));
        }
    }
    match client.kind {
        ClientKind::Enterprise => {
            let industry = client.industry.as_deref().and_then(|code| Industry::parse(code).ok());
            let industry = match industry {
                Some(industry) => format!("{}（{}）", industry.name(), industry.code()),
                None => text(&client.industry),
            };
            let code = client.credit_code.clone().map(String::from).unwrap_or_default();
            let list = client.list.map_or("不在名录内", StatutoryList::label);
            let mut first = vec![line("name", client.name.clone()), line("credit_code", code)];
            first.append(&mut place);
            let trade = vec![
                line("industry", industry),
                line("scale", client.scale.map(ScaleClass::label).unwrap_or_default().to_owned()),
                line("list", list.to_owned()),
            ];
            vec![Group { title: "登记信息", lines: first }, Group { title: "行业和规模", lines: trade }]
        }
        ClientKind::Project => {
            let mut first = vec![line("name", client.name.clone()), line("project_code", text(&client.project_code))];
            first.append(&mut place);
            let plan = vec![
                line("project_level", client.project_level.map(ProjectLevel::label).unwrap_or_default().to_owned()),
                line("builder", text(&client.builder)),
                line("investment", client.investment.map(spoken).unwrap_or_default()),
            ];
            vec![Group { title: "登记信息", lines: first }, Group { title: "建设内容", lines: plan }]
        }
    }
}

fn whence(app: &App, fact: &Fact) -> String {
    let at = app.site.say(fact.recorded_at, app.now());
    format!("{}，{}的情况；{} {at} 录入", fact.source, say_day(fact.as_of), fact.recorded_by)
}
