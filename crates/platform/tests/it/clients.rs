//! Enterprises and projects as people see them in a browser: lists, one page of each, the forms, and who sees how much.

use crate::demands::Street;
use crate::town::{Answer, PASSWORD, Person, enterprise};
use chrono::Duration;
use kernel::id::OfficialId;
use kernel::{Reach, Role};
use serde_json::{Value, json};

/// A street with its desk before a browser and as a program.
struct Square {
    street: Street,
    desk: Person,
    api: Person,
}

impl Square {
    async fn new() -> Self {
        let street = Street::new().await;
        let desk = street.browser("fuwutai").await;
        let api = street.town.stranger().signs_in("fuwutai", PASSWORD).await;
        let liaison = json!({ "name": "王芳", "position": "办公室主任", "phone": "13805361234" });
        api.makes(&format!("/api/v1/enterprises/{}/liaisons", street.client), liaison).await;
        Self { street, desk, api }
    }

    fn page(&self) -> String {
        format!("/enterprises/{}", self.street.client)
    }

    /// An official of the power bureau.
    async fn official(&self, name: &str) -> String {
        let group = self.street.town.stranger().signs_in("zonghe", PASSWORD).await;
        let new = json!({ "unit": self.street.power_unit, "name": name, "rank": "section_head", "title": "科长", "since": "2025-03-01",
            "mobile": "13905365678" });
        group.makes("/api/v1/officials", new).await
    }

    async fn paired(&self, official: &str) -> String {
        let new = json!({ "client": self.street.client, "official": official, "from": "2026-01-01" });
        self.api.makes("/api/v1/pairings", new).await
    }

    async fn shown(&self) -> Value {
        self.api.get(&format!("/api/v1/enterprises/{}", self.street.client)).await.json()
    }
}

/// A form's fields, encoded.
fn form(fields: &[(&str, &str)]) -> String {
    let encoded = |text: &str| text.bytes().map(|byte| format!("%{byte:02X}")).collect::<String>();
    fields.iter().map(|(name, value)| format!("{name}={}", encoded(value))).collect::<Vec<_>>().join("&")
}

fn has(answer: &Answer, words: &[&str]) {
    for word in words {
        assert!(answer.text.contains(word), "{word} is missing: {}", answer.text);
    }
}

fn lacks(answer: &Answer, words: &[&str]) {
    for word in words {
        assert!(!answer.text.contains(word), "{word} is told: {}", answer.text);
    }
}

#[tokio::test]
async fn one_page_tells_what_is_known_whence_who_looks_after_it_and_what_it_asked_for() {
    let square = Square::new().await;
    square.paired(&square.official("李明").await).await;
    let liaison = square.street.browser("qiye").await;
    let raised = format!("client={}&category=0301&title=%E7%94%A8%E7%94%B5&text=x", square.street.client);
    liaison.submits("/demands", &raised).await;
    let seen = square.desk.get(&square.page()).await;
    has(&seen, &["寿光绿源蔬菜有限公司", "蔬菜加工（1371）", "规上工业", "市场监管局企业登记库，2026年10月31日的情况"]);
    has(&seen, &["李明", "寿光市供电公司 科长", "王芳", "138****1234", "用电", "待受理", "更正信息", "移交"]);
    let elsewhere = square.desk.get(&format!("/clients/{}", square.street.client)).await;
    assert_eq!(elsewhere.place(), square.page());
    assert_eq!(square.desk.get(&format!("/projects/{}", square.street.client)).await.status, 404, "it is no project");
}

#[tokio::test]
async fn a_liaison_comes_straight_to_their_own_enterprise_and_may_call_their_commissioner_but_change_nothing() {
    let square = Square::new().await;
    square.paired(&square.official("李明").await).await;
    let liaison = square.street.browser("qiye").await;
    has(&liaison.get("/").await, &["我的企业"]);
    assert_eq!(liaison.get("/enterprises").await.place(), square.page());
    let seen = liaison.get(&square.page()).await;
    has(&seen, &["您的服务专员", "李明", "139****5678", "谁查看过我们的信息", "不需要您重复填报"]);
    lacks(&seen, &["更正信息", "移交", "注销或退出", "/org/officials/"]);
    for path in ["edit", "close", "reopen", "liaisons/new"] {
        let path = format!("/clients/{}/{path}", square.street.client);
        assert_eq!(liaison.get(&path).await.status, 404, "{path}");
        assert_eq!(liaison.submits(&path, "version=1").await.status, 404, "{path}");
    }
}

#[tokio::test]
async fn numbers_stay_masked_for_leaders_and_a_neighbour_finds_neither_page_nor_line_nor_count() {
    let square = Square::new().await;
    square.paired(&square.official("李明").await).await;
    square.street.town.opens_account("lingdao", Role::Leader).await;
    let leader = square.street.browser("lingdao").await.get(&square.page()).await;
    has(&leader, &["138****1234", "139****5678"]);
    lacks(&leader, &["13805361234", "13905365678", "更正信息", "提诉求"]);
    let reach = Reach::Area(kernel::AreaPath("/3707/370782/".into()));
    square.street.town.opens_account_for("zhucheng", Role::AreaDesk, reach).await;
    let neighbour = square.street.browser("zhucheng").await;
    for path in ["/enterprises", "/enterprises?paired=yes", "/pairings", "/pairings?on=", "/my-clients"] {
        let seen = neighbour.get(path).await;
        assert_eq!(seen.status, 200, "{path}");
        lacks(&seen, &["绿源", "李明", "共 1 家", "1 家企业"]);
    }
    for path in ["", "/edit", "/close", "/liaisons/new"] {
        assert_eq!(neighbour.get(&format!("/clients/{}{path}", square.street.client)).await.status, 404);
    }
    assert_eq!(neighbour.get(&square.page()).await.status, 404);
    let wished = neighbour.get(&format!("/pairings/new?client={}", square.street.client)).await;
    lacks(&wished, &["绿源"]);
    let unit = square.street.browser("gongdian").await;
    assert_eq!(unit.get("/enterprises").await.status, 404, "a unit's handler keeps no register");
}

#[tokio::test]
async fn an_enterprise_is_entered_by_typing_its_industry_and_a_refused_form_keeps_everything() {
    let square = Square::new().await;
    let code = enterprise("", 7)["credit_code"].as_str().unwrap().to_owned();
    let filled = |industry: &str, code: &str| {
        form(&[
            ("name", "寿光新芽种业有限公司"),
            ("credit_code", code),
            ("area", "370783109"),
            ("address", "银海路 1 号"),
            ("industry", ""),
            ("industry_text", industry),
            ("scale", "small"),
            ("list", ""),
            ("source", "现场核实"),
            ("as_of", "2026-11-20"),
        ])
    };
    let several = square.desk.submits("/enterprises", &filled("种子", &code)).await;
    assert_eq!(several.status, 422);
    has(
        &several,
        &["个符合“种子”", "type=\"radio\" name=\"industry\"", "寿光新芽种业有限公司", "银海路 1 号", "现场核实"],
    );
    let wrong = square.desk.submits("/enterprises", &filled("0511", "91370783MA0000000X")).await;
    has(&wrong, &["校验", "种子种苗培育活动", "银海路 1 号"]);
    let entered = square.desk.submits("/enterprises", &filled("0511", &code)).await;
    assert_eq!(entered.status, 303, "{}", entered.text);
    let seen = square.desk.get(&entered.place()).await;
    has(&seen, &["寿光新芽种业有限公司", "种子种苗培育活动（0511）", "侯镇", "还没有安排服务专员", "不在名录内"]);
    let found = square.desk.get("/enterprises?section=A&q=%E6%96%B0%E8%8A%BD&paired=no").await;
    has(&found, &["寿光新芽种业有限公司", "1 家企业还没有服务专员"]);
    lacks(&found, &["绿源"]);
}

#[tokio::test]
async fn a_project_is_entered_with_its_money_as_people_say_it() {
    let square = Square::new().await;
    let filled = form(&[
        ("name", "年产五万吨蔬菜深加工项目"),
        ("code", "2601-370783-04-01-100001"),
        ("area", "370783109"),
        ("level", "city"),
        ("builder", "寿光绿源蔬菜有限公司"),
        ("investment", "3.2亿元"),
        ("source", "发改局重点项目名单"),
        ("as_of", "2026-01-15"),
    ]);
    let entered = square.desk.submits("/projects", &filled).await;
    assert_eq!(entered.status, 303, "{}", entered.text);
    has(&square.desk.get(&entered.place()).await, &["3.2亿元", "市重点", "2601-370783-04-01-100001"]);
    has(&square.desk.get("/projects?level=city").await, &["年产五万吨蔬菜深加工项目", "3.2亿元", "共 1 个"]);
    lacks(&square.desk.get("/projects?level=county").await, &["年产五万吨"]);
    lacks(&square.desk.get("/enterprises").await, &["年产五万吨"]);
    has(&square.desk.submits("/projects", &filled).await, &["这个代码已登记为“年产五万吨蔬菜深加工项目”"]);
}

/// The fields of the edit form as they are filled in for the street's enterprise.
fn edited(version: i64, name: &str, address: &str, scale: &str) -> String {
    form(&[
        ("version", &version.to_string()),
        ("name", name),
        ("area", "370783001"),
        ("address", address),
        ("industry", "1371"),
        ("industry_text", "蔬菜加工"),
        ("scale", scale),
        ("list", "industry"),
        ("source", "企业来电更正"),
        ("as_of", "2026-11-23"),
    ])
}

#[tokio::test]
async fn whoever_saves_second_is_shown_what_the_first_changed_and_loses_nothing_of_either() {
    let square = Square::new().await;
    let edit = format!("/clients/{}/edit", square.street.client);
    has(&square.desk.get(&edit).await, &["寿光绿源蔬菜有限公司", "蔬菜加工", "name=\"version\" value=\"1\""]);
    square.street.town.app.clock().set(crate::town::monday() + Duration::minutes(5));
    let name = "寿光绿源蔬菜有限公司";
    let first = square.desk.submits(&edit, &edited(1, name, "文圣街 8 号", "medium")).await;
    assert_eq!((first.status, first.place()), (303, square.page()), "{}", first.text);
    let second = square.desk.submits(&edit, &edited(1, "寿光绿源食品有限公司", "", "medium")).await;
    assert_eq!(second.status, 412);
    has(&second, &["您打开后，别人更改了", "地址：fuwutai 今天 10:05 改为“文圣街 8 号”", "寿光绿源食品有限公司"]);
    has(&second, &["value=\"文圣街 8 号\"", "name=\"version\" value=\"2\""]);
    square.street.town.app.clock().set(crate::town::monday() + Duration::minutes(6));
    let again = square.desk.submits(&edit, &edited(2, "寿光绿源食品有限公司", "文圣街 8 号", "medium")).await;
    assert_eq!(again.status, 303, "{}", again.text);
    let shown = square.shown().await;
    assert_eq!((&shown["name"], &shown["address"]), (&json!("寿光绿源食品有限公司"), &json!("文圣街 8 号")));
    has(
        &square.desk.get(&square.page()).await,
        &["来源和变更", "企业来电更正", "<strong>寿光绿源蔬菜有限公司</strong>"],
    );
}

#[tokio::test]
async fn from_an_enterprise_one_comes_to_its_commissioner_and_from_there_to_all_they_look_after() {
    let square = Square::new().await;
    let official = square.official("李明").await;
    square.paired(&official).await;
    let (page, after) = (format!("/org/officials/{official}"), format!("/pairings?official={official}"));
    let links = |answer: &Answer, to: &str| assert!(answer.text.contains(&format!("href=\"{to}\"")), "{to}");
    links(&square.desk.get(&square.page()).await, &page);
    links(&square.desk.get("/pairings").await, &page);
    links(&square.desk.get(&page).await, &after);
    has(&square.desk.get(&after).await, &["李明", "寿光绿源蔬菜有限公司"]);
}

#[tokio::test]
async fn a_closed_enterprise_leaves_the_list_with_its_pairing_and_comes_back_when_that_was_a_mistake() {
    let square = Square::new().await;
    let pairing = square.paired(&square.official("李明").await).await;
    let act = |act: &str| format!("/clients/{}/{act}", square.street.client);
    let fields = |version: &str, source: &str| {
        form(&[("version", version), ("last_day", "2026-11-23"), ("source", source), ("as_of", "2026-11-23")])
    };
    let unfounded = square.desk.submits(&act("close"), &fields("1", " ")).await;
    assert_eq!(unfounded.status, 422);
    has(&unfounded, &["请填写数据来源"]);
    let closed = square.desk.submits(&act("close"), &fields("1", "市场监管局注销登记")).await;
    assert_eq!(closed.status, 303, "{}", closed.text);
    lacks(&square.desk.get("/enterprises").await, &["绿源"]);
    has(&square.desk.get("/enterprises?closed=yes").await, &["寿光绿源蔬菜有限公司"]);
    lacks(&square.desk.get("/pick/clients?q=").await, &["绿源"]);
    let seen = square.desk.get(&square.page()).await;
    has(&seen, &["已注销或迁出", "2026年11月23日", "恢复在册"]);
    lacks(&seen, &["提诉求", "更正信息"]);
    let held = square.api.get(&format!("/api/v1/pairings/{pairing}")).await.json();
    assert_eq!(held["until_day"], "2026-11-23");
    let twice = square.desk.submits(&act("close"), &fields("2", "x")).await;
    assert_eq!(twice.status, 409, "{}", twice.text);
    let back = square.desk.submits(&act("reopen"), &fields("2", "登记有误")).await;
    assert_eq!(back.status, 303, "{}", back.text);
    has(&square.desk.get("/enterprises").await, &["寿光绿源蔬菜有限公司"]);
}

#[tokio::test]
async fn a_program_closes_and_reopens_by_credit_code_with_the_version_it_read() {
    let square = Square::new().await;
    let code = square.shown().await["credit_code"].as_str().unwrap().to_owned();
    let path = |act: &str| format!("/api/v1/enterprises/{code}/acts/{act}");
    let close = json!({ "last_day": "2026-11-23", "source": "市场监管局注销登记", "as_of": "2026-11-23" });
    assert_eq!(square.api.post(&path("close"), close.clone()).await.status, 428);
    let read = |version: &str| square.api.clone().with("if-match", version);
    assert_eq!(read("\"7\"").post(&path("close"), close.clone()).await.status, 412);
    assert_eq!(read("\"1\"").post(&path("close"), close.clone()).await.status, 204);
    assert_eq!(square.shown().await["closed_on"], "2026-11-23");
    let project = format!("/api/v1/projects/{}/acts/close", square.street.client);
    assert_eq!(read("\"2\"").post(&project, close).await.status, 404);
    let known = json!({ "source": "登记有误", "as_of": "2026-11-23" });
    assert_eq!(read("\"2\"").post(&path("reopen"), known).await.status, 204);
    assert!(square.shown().await["closed_on"].is_null());
}

#[tokio::test]
async fn liaisons_are_named_replaced_and_released_on_pages() {
    let square = Square::new().await;
    let new = format!("/clients/{}/liaisons/new", square.street.client);
    let person = |name: &str, phone: &str, version: &str| {
        form(&[("name", name), ("position", "财务经理"), ("phone", phone), ("version", version)])
    };
    let wrong = square.desk.submits(&new, &person("赵磊", "1380536", "0")).await;
    assert_eq!(wrong.status, 422);
    has(&wrong, &["value=\"赵磊\"", "value=\"财务经理\"", "value=\"1380536\""]);
    assert_eq!(square.desk.submits(&new, &person("赵磊", "13805360001", "0")).await.status, 303);
    let third = square.desk.submits(&new, &person("孙丽", "13805360002", "0")).await;
    assert_eq!(third.status, 409);
    has(&third, &["最多两名联络员", "value=\"孙丽\""]);
    let shown = square.shown().await;
    let id = shown["liaisons"].as_array().unwrap().iter().find(|one| one["name"] == "王芳").unwrap()["id"].clone();
    let act = |act: &str| format!("/liaisons/{}/{act}", id.as_str().unwrap());
    square.street.town.app.clock().set(crate::town::monday() + Duration::days(1));
    let desk = square.street.browser("fuwutai").await;
    let replaced = desk.submits(&act("replace"), &person("孙丽", "13805360002", "1")).await;
    assert_eq!((replaced.status, replaced.place()), (303, square.page()), "{}", replaced.text);
    let seen = desk.get(&square.page()).await;
    has(&seen, &["孙丽", "历任联络员", "王芳：2026年11月23日 至 2026年11月23日"]);
    let late = desk.submits(&act("end"), &form(&[("last_day", "2026-11-24"), ("version", "1")])).await;
    assert_eq!(late.status, 412, "somebody was first");
    square
        .street
        .town
        .opens_account_for("zc", Role::AreaDesk, Reach::Area(kernel::AreaPath("/3707/370782/".into())))
        .await;
    assert_eq!(square.street.browser("zc").await.get(&act("replace")).await.status, 404);
}

#[tokio::test]
async fn a_commissioner_has_their_own_few_at_hand_with_the_numbers_to_call() {
    let square = Square::new().await;
    square.api.makes("/api/v1/enterprises", enterprise("寿光恒信机械有限公司", 2)).await;
    let official = square.official("李明").await;
    square.paired(&official).await;
    let id = official.parse::<OfficialId>().unwrap();
    let reach = Reach::Clients(Vec::new());
    square.street.town.opens_account_of("zhuanyuan", Role::Commissioner, reach, Some(id)).await;
    let raised = format!("client={}&category=0301&title=%E7%94%A8%E7%94%B5&text=x", square.street.client);
    square.street.browser("qiye").await.submits("/demands", &raised).await;
    let commissioner = square.street.browser("zhuanyuan").await;
    has(&commissioner.get("/").await, &["我服务的企业"]);
    let mine = commissioner.get("/my-clients").await;
    has(&mine, &["寿光绿源蔬菜有限公司", "王芳", "138****1234", "1 件诉求办理中", "代提诉求"]);
    lacks(&mine, &["恒信"]);
    has(&commissioner.get(&square.page()).await, &["138****1234", "代提诉求"]);
    lacks(&square.desk.get("/my-clients").await, &["绿源"]);
}

#[tokio::test]
async fn pairing_handing_over_and_ending_go_by_pages_and_typed_names() {
    let square = Square::new().await;
    let (_, _) = (square.official("李明").await, square.official("赵刚").await);
    let first = square.desk.get("/pairings").await;
    has(&first, &["1 家企业未安排"]);
    lacks(&first, &["项目未安排"]);
    has(&square.desk.get(&format!("/pairings/new?client={}", square.street.client)).await, &["寿光绿源蔬菜有限公司"]);
    let typed = |client: &str, official: &str| {
        form(&[("client_text", client), ("official_text", official), ("from", "2026-01-01")])
    };
    let unknown = square.desk.submits("/pairings", &typed("绿源", "王五")).await;
    assert_eq!(unknown.status, 422);
    has(&unknown, &["没有找到“王五”", "寿光绿源蔬菜有限公司"]);
    let paired = square.desk.submits("/pairings", &typed("绿源", "李明")).await;
    assert_eq!((paired.status, paired.place()), (303, format!("/clients/{}", square.street.client)), "{}", paired.text);
    let twice = square.desk.submits("/pairings", &typed("绿源", "赵刚")).await;
    assert_eq!(twice.status, 409);
    has(&twice, &["已由李明联系包靠"]);
    let listed = square.desk.get("/pairings?official_text=%E6%9D%8E%E6%98%8E").await; // 李明
    has(&listed, &["寿光绿源蔬菜有限公司", "移交"]);
    lacks(&listed, &["未安排"]);
    lacks(&square.desk.get("/pairings?official_text=%E8%B5%B5%E5%88%9A").await, &["绿源"]); // 赵刚
    let held = square.api.get("/api/v1/pairings").await.json()["items"][0].clone();
    let act = |act: &str| format!("/pairings/{}/{act}", held["id"].as_str().unwrap());
    has(&square.desk.get(&act("hand-over")).await, &["李明（寿光市供电公司），2026年1月1日起"]);
    let to = form(&[("official_text", "赵刚"), ("from", "2026-11-23"), ("version", "1")]);
    let handed = square.desk.submits(&act("hand-over"), &to).await;
    assert_eq!(handed.status, 303, "{}", handed.text);
    assert_eq!(
        square.desk.submits(&act("end"), &form(&[("last_day", "2026-11-23"), ("version", "1")])).await.status,
        412
    );
    has(&square.desk.get(&square.page()).await, &["赵刚", "李明（寿光市供电公司）：2026年1月1日 至 2026年11月22日"]);
    let liaison = square.street.browser("qiye").await;
    assert_eq!(liaison.get("/pairings/new").await.status, 404);
    assert_eq!(liaison.submits(&act("end"), "version=2&last_day=2026-11-23").await.status, 404);
    has(&liaison.get("/pairings").await, &["赵刚"]);
}
