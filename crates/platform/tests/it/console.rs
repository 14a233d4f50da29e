//! Registers as sheets: what people bring is checked line by line and written as a whole or not at all; what they take away can
//! be brought again and changes nothing.

use crate::files::{MULTIPART, form};
use crate::town::{Answer, PASSWORD, Person, Town, enterprise, monday};
use chrono::Duration;
use kernel::id::ClientId;
use kernel::words::SheetKind;
use kernel::{CreditCode, Reach, Role};
use rust_xlsxwriter::{Format, Workbook};
use serde_json::{Value, json};
use store::{Db, Sql};

const SHOUGUANG: &str = "/3707/370783/";
const BYTES: &str = "application/octet-stream";

fn code(n: u32) -> String {
    CreditCode::compose('9', '1', "370783", &format!("MA{n:06}")).unwrap().into()
}

/// Enterprises as a text file: code, name, area.
fn enterprises(lines: &[(&str, &str, &str)]) -> Vec<u8> {
    let mut text = String::from("统一社会信用代码,企业名称,区划代码,行业代码,企业规模,统计名录\n");
    for (code, name, area) in lines {
        text.push_str(&format!("{code},{name},{area},1371,中型,规上工业\n"));
    }
    text.into_bytes()
}

pub async fn brings(who: &Person, kind: &str, bytes: Vec<u8>) -> Answer {
    who.sends(&format!("/api/v1/imports/{kind}?file_name=t.csv&source=统计局名录库"), BYTES, bytes).await
}

/// Brings a file that is right, and confirms it.
async fn imports(who: &Person, kind: &str, bytes: Vec<u8>) -> Value {
    let checked = brings(who, kind, bytes).await;
    assert_eq!(checked.status, 201, "{}", checked.text);
    assert_eq!(checked.json()["state"], "ready", "{}", checked.text);
    let id = checked.json()["id"].as_str().unwrap().to_owned();
    let done = who.post(&format!("/api/v1/imports/{id}/acts/confirm"), json!({})).await;
    assert_eq!(done.json()["state"], "done", "{}", done.text);
    done.json()
}

fn counts(shown: &Value) -> [i64; 4] {
    ["new_rows", "changed_rows", "same_rows", "wrong_rows"].map(|name| shown[name].as_i64().unwrap_or(-1))
}

/// What is said of the lines that are wrong.
pub fn mistakes(shown: &Value) -> Vec<(i64, String)> {
    let all = shown["mistakes"].as_array().cloned().unwrap_or_default();
    let mistake = |one: &Value| (one["line"].as_i64().unwrap(), one["detail"].as_str().unwrap().to_owned());
    all.iter().map(mistake).collect()
}

async fn desk(town: &Town) -> Person {
    town.signed_in_at("desk", Role::AreaDesk, SHOUGUANG).await
}

async fn group(town: &Town) -> Person {
    town.signed_in("zonghe", Role::Coordination).await
}

const UNITS: &str = "单位名称,区划代码,单位性质,办公电话\n寿光市工业和信息化局,370783,经济部门,0536-5221234\n寿光市住房和城乡建设局,370783,政府部门,\n";
const OFFICIALS: &str = "单位,姓名,职级,职务,任职日期,手机\n寿光市工业和信息化局,王建国,正科级,运行科科长,2024-03-01,13805360001\n寿光市工业和信息化局,李伟,科员,科员,2024/3/1,13805360002\n寿光市住房和城乡建设局,李伟,副科级,\"=副科长\",2024年3月1日,\n寿光市住房和城乡建设局,张敏,科员,科员,20240301,13805360003\n寿光市住房和城乡建设局,张敏,科员,科员,2024.3.1,13805360004\n";

/// A county that was brought in files.
async fn furnished(group: &Person) {
    imports(group, "areas", "代码,名称\n370783110,\"'=田柳镇\"\n".into()).await;
    imports(group, "units", UNITS.into()).await;
    imports(group, "officials", OFFICIALS.into()).await;
    let lines =
        enterprises(&[(&code(1), "寿光绿源蔬菜有限公司", "370783001"), (&code(2), "+恒信机械有限公司", "370783110")]);
    imports(group, "enterprises", lines).await;
    let projects = "项目代码,项目名称,区划代码,地址,重点级别,建设单位,计划总投资（元）\n2601-370783-04-01-100001,年产五万吨蔬菜深加工项目,370783109,@新城大街,市重点,绿源蔬菜,\"320,000,000.50\"\n";
    imports(group, "projects", projects.into()).await;
    let liaisons = format!(
        "信用代码,姓名,职务,电话\n{0},王芳,-办公室主任,13805361234\n{0},赵磊,,0536-5221111\n2601-370783-04-01-100001,孙丽,经理,13805361235\n",
        code(1)
    );
    imports(group, "liaisons", liaisons.into()).await;
    let pairings = format!(
        "信用代码,服务专员,单位,手机,开始日期,结束日期\n{0},王建国,寿光市工业和信息化局,,2025-01-01,2025-12-31\n{0},张敏,寿光市住房和城乡建设局,13805360004,2026-01-01,\n{1},李伟,寿光市工业和信息化局,,2026-01-01,\n",
        code(1),
        code(2)
    );
    imports(group, "pairings", pairings.into()).await;
}

#[tokio::test]
async fn what_was_taken_away_can_be_brought_again_and_changes_nothing() {
    let town = Town::new().await;
    let group = group(&town).await;
    furnished(&group).await;
    let lines = [
        ("areas", 6),
        ("units", 2),
        ("officials", 5),
        ("enterprises", 2),
        ("projects", 1),
        ("liaisons", 3),
        ("pairings", 3),
    ];
    for (kind, count) in lines {
        for ending in ["xlsx", "csv"] {
            let taken = group.get(&format!("/api/v1/exports/{kind}.{ending}")).await;
            assert_eq!(taken.status, 200, "{kind}.{ending}: {}", taken.text);
            let again = brings(&group, kind, taken.bytes).await;
            assert_eq!(counts(&again.json()), [0, 0, count, 0], "{kind}.{ending}: {}", again.text);
            assert_eq!(again.json()["ignored"], json!([]), "{kind}.{ending}");
        }
    }
    let text = group.get("/api/v1/exports/enterprises.csv").await.text;
    assert!(text.ends_with("共 2 行\r\n"), "the reader sees that it is whole: {text}");
    assert!(text.contains("'+恒信") && !text.contains(",+恒信"), "Excel takes it for no formula: {text}");
}

#[tokio::test]
async fn an_enterprise_brought_in_a_file_is_as_one_typed_by_hand() {
    let town = Town::new().await;
    let desk = desk(&town).await;
    let lines = enterprises(&[(&code(1), "寿光绿源蔬菜有限公司", "370783001")]);
    imports(&desk, "enterprises", lines).await;
    let by_hand = desk.makes("/api/v1/enterprises", enterprise("寿光绿源蔬菜有限公司", 2)).await;
    let listed = desk.get("/api/v1/enterprises").await.json();
    let brought = listed["items"].as_array().unwrap().iter().find(|client| client["id"] != json!(by_hand)).unwrap();
    let shown = async |id: &str| desk.get(&format!("/api/v1/enterprises/{id}")).await.json();
    let (brought, typed) = (shown(brought["id"].as_str().unwrap()).await, shown(&by_hand).await);
    let fields = |client: &Value| {
        let facts = client["facts"].as_array().unwrap().iter();
        facts.map(|fact| fact["field"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(fields(&brought), fields(&typed));
    for same in ["name", "area_id", "industry", "scale", "list", "version"] {
        assert_eq!(brought[same], typed[same], "{same}");
    }
    assert_eq!(brought["facts"][0]["source"], "统计局名录库");
    let read = Sql::text("SELECT CAST(COUNT(*) AS BIGINT) FROM audit WHERE act = 'client.enter'");
    let entered: Option<i64> = store::Db::value(&town.app.store, read).await.unwrap();
    assert_eq!(entered, Some(2), "both are in the trail");
}

#[tokio::test]
async fn a_change_is_shown_as_it_was_and_will_be_and_then_written_with_its_source() {
    let town = Town::new().await;
    let desk = desk(&town).await;
    imports(&desk, "enterprises", enterprises(&[(&code(1), "寿光绿源蔬菜有限公司", "370783001")])).await;
    let head = "企业规模,统一社会信用代码,企业名称,区划代码,行业代码,备注\n";
    let changed = format!("大型,{},寿光绿源食品有限公司,370783109,1371,无\n", code(1));
    let checked = brings(&desk, "enterprises", format!("{head}{changed}").into()).await.json();
    assert_eq!(counts(&checked), [0, 1, 0, 0]);
    assert_eq!(checked["ignored"], json!(["备注"]));
    let fields = checked["changes"][0]["fields"].as_array().unwrap();
    let of = |head: &str| fields.iter().find(|field| field["field"] == head).unwrap().clone();
    assert_eq!(of("企业规模"), json!({ "field": "企业规模", "old": "中型", "new": "大型" }));
    assert_eq!(of("企业名称")["old"], "寿光绿源蔬菜有限公司");
    assert!(fields.iter().all(|field| field["field"] != "统计名录"), "what is not told stays");
    let id = checked["id"].as_str().unwrap();
    assert_eq!(desk.post(&format!("/api/v1/imports/{id}/acts/confirm"), json!({})).await.json()["state"], "done");
    let twice = desk.post(&format!("/api/v1/imports/{id}/acts/confirm"), json!({})).await;
    assert_eq!((twice.status, &twice.json()["state"]), (200, &json!("done")), "once is enough");
    let client = desk.get("/api/v1/enterprises").await.json()["items"][0].clone();
    assert_eq!((&client["name"], &client["version"]), (&json!("寿光绿源食品有限公司"), &json!(2)));
    assert_eq!(client["list"], "industry");
}

#[tokio::test]
async fn one_wrong_line_keeps_the_whole_file_out_and_every_line_hears_why() {
    let town = Town::new().await;
    let desk = desk(&town).await;
    let first = code(1);
    let lines = enterprises(&[
        (&first, "寿光绿源蔬菜有限公司", "370783001"),
        (&first, "寿光另一家有限公司", "370783001"),
        ("91370783MA0000000X", "寿光假码有限公司", "370783001"),
        (&code(2), "", "370783001"),
        (&code(3), "诸城恒信有限公司", "370782"),
    ]);
    let checked = brings(&desk, "enterprises", lines).await.json();
    assert_eq!((&checked["state"], counts(&checked)), (&json!("wrong"), [1, 0, 0, 4]));
    let told = mistakes(&checked);
    for (line, words) in [(3, "与第 2 行重复"), (4, "校验"), (5, "请填写企业名称"), (6, "不在您的管理范围内")]
    {
        let said = &told.iter().find(|(at, _)| *at == line).unwrap().1;
        assert!(said.contains(words), "{line}: {said}");
    }
    let id = checked["id"].as_str().unwrap();
    assert_eq!(desk.post(&format!("/api/v1/imports/{id}/acts/confirm"), json!({})).await.status, 409);
    assert!(desk.get("/api/v1/enterprises").await.json()["items"].as_array().unwrap().is_empty());

    let lying = "SELECT COUNT(*) FROM import_file WHERE sheet LIKE 'v1.%'";
    let lying = town.app.store.value::<i64>(Sql::text(lying)).await.unwrap();
    assert_eq!(lying, Some(2), "what was sent and what is wrong with it lie sealed");
    let workbook = desk.get(&format!("/api/v1/imports/{id}/errors.xlsx")).await;
    assert_eq!(workbook.status, 200);
    let again = brings(&desk, "enterprises", workbook.bytes).await.json();
    assert_eq!(mistakes(&again), told, "the workbook is the sheet that was sent, to be mended and brought again");
    assert_eq!(again["ignored"], json!([]));
}

#[tokio::test]
async fn a_file_may_not_give_a_client_two_commissioners_or_three_liaisons() {
    let town = Town::new().await;
    let group = group(&town).await;
    furnished(&group).await;
    let head = "信用代码,服务专员,单位,开始日期,结束日期\n";
    let line = |n: u32, who: &str, unit: &str, from: &str| format!("{},{who},寿光市{unit}局,{from},\n", code(n));
    let two = [line(1, "李伟", "工业和信息化", "2026-12-01"), line(2, "张三", "工业和信息化", "2026-12-01")].concat();
    let told = mistakes(&brings(&group, "pairings", format!("{head}{two}").into()).await.json());
    assert!(told[0].1.contains("已由张敏联系包靠"), "{told:?}");
    assert!(told[1].1.contains("没有名为“张三”的干部"), "{told:?}");

    let unclear = line(2, "张敏", "住房和城乡建设", "2027-01-01");
    let told = mistakes(&brings(&group, "pairings", format!("{head}{unclear}").into()).await.json());
    assert!(told[0].1.contains("请填写手机号以区分"), "{told:?}");

    // One ends and the next begins, in one file and in any order.
    let over = format!(
        "{}{},李伟,寿光市工业和信息化局,2026-01-01,2026-11-30\n",
        line(2, "王建国", "工业和信息化", "2026-12-01"),
        code(2)
    );
    let done = imports(&group, "pairings", format!("{head}{over}").into()).await;
    assert_eq!(counts(&done), [1, 1, 0, 0]);

    let third = format!("信用代码,姓名,电话\n{},孙丽,13805361236\n", code(1));
    let told = mistakes(&brings(&group, "liaisons", third.into()).await.json());
    assert!(told[0].1.contains("最多两名"), "{told:?}");
}

#[tokio::test]
async fn an_official_brought_again_with_a_later_day_moves_to_a_new_post() {
    let town = Town::new().await;
    let group = group(&town).await;
    furnished(&group).await;
    let head = "单位,姓名,职级,职务,任职日期,手机\n";
    let moved = "寿光市工业和信息化局,王建国,副县级,副局长,2026-05-06,13805360001\n";
    let done = imports(&group, "officials", format!("{head}{moved}").into()).await;
    assert_eq!(counts(&done), [0, 1, 0, 0]);
    let listed = group.get("/api/v1/officials?q=王建国").await.json();
    let id = listed["items"][0]["id"].as_str().unwrap().to_owned();
    let posts = group.get(&format!("/api/v1/officials/{id}")).await.json()["posts"].clone();
    assert_eq!((&posts[0]["title"], &posts[1]["title"]), (&json!("副局长"), &json!("运行科科长")));
    assert_eq!(posts[1]["until_day"], "2026-05-05");
    let early = "寿光市工业和信息化局,王建国,副县级,局长,2026-01-01,\n";
    let told = mistakes(&brings(&group, "officials", format!("{head}{early}").into()).await.json());
    assert!(told[0].1.contains("应晚于现任职务"), "{told:?}");
}

#[tokio::test]
async fn what_excel_does_to_numbers_and_days_is_undone() {
    let town = Town::new().await;
    let group = group(&town).await;
    furnished(&group).await;
    let mut book = Workbook::new();
    book.add_worksheet().set_name("封面").unwrap().write_string(0, 0, "一页说明").unwrap();
    let sheet = book.add_worksheet();
    for (place, head) in (0..).zip(["单位 *", "姓名（必填）", "rank", "职务", "任职日期", "手机"]) {
        sheet.write_string(2, place, head).unwrap();
    }
    let date = Format::new().set_num_format("yyyy-mm-dd");
    for (row, name) in [(3, "周一鸣"), (4, "吴双")] {
        sheet.write_string(row, 0, "　寿光市工业和信息化局 ").unwrap();
        sheet.write_string(row, 1, name).unwrap();
        sheet.write_string(row, 2, "staff").unwrap();
        sheet.write_formula(row, 3, rust_xlsxwriter::Formula::new("=\"科\"&\"员\"").set_result("科员")).unwrap();
    }
    sheet.write_number_with_format(3, 4, 46_027.0, &date).unwrap();
    sheet.write_number(4, 4, 46_027.0).unwrap();
    sheet.write_number(3, 5, 13_805_360_009.0).unwrap();
    sheet.write_string(4, 5, "１３８０５３６００１０").unwrap();
    let done = imports(&group, "officials", book.save_to_buffer().unwrap()).await;
    assert_eq!(counts(&done), [2, 0, 0, 0]);
    let text = group.get("/api/v1/exports/officials.csv").await.text;
    for line in ["周一鸣,科员,科员,2026-01-05,138****0009", "吴双,科员,科员,2026-01-05,138****0010"] {
        assert!(text.contains(line), "{text}");
    }
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    for (place, head) in (0..).zip(["信用代码", "企业名称", "区划代码", "行业代码", "企业规模"]) {
        sheet.write_string(0, place, head).unwrap();
    }
    sheet.write_number(1, 0, 913_707_831_234_567_800.0).unwrap();
    sheet.write_string(2, 0, code(7)).unwrap();
    for row in [1, 2] {
        sheet.write_string(row, 1, "寿光粮田有限公司").unwrap();
        sheet.write_number(row, 2, 370_783_001.0).unwrap();
        sheet.write_number(row, 3, 111.0).unwrap();
        sheet.write_string(row, 4, "小型").unwrap();
    }
    let checked = brings(&group, "enterprises", book.save_to_buffer().unwrap()).await.json();
    let told = mistakes(&checked);
    assert_eq!(counts(&checked), [1, 0, 0, 1], "0111 lost its zero and got it back: {told:?}");
    assert!(told[0].1.contains("超过 15 位的数字已被 Excel 改写"), "{told:?}");
}

#[tokio::test]
async fn a_file_that_is_no_sheet_is_refused_with_what_to_do() {
    let town = Town::new().await;
    let desk = desk(&town).await;
    let good = desk.get("/api/v1/exports/enterprises.xlsx").await.bytes;
    let zeros = vec![0; 130 * 1024 * 1024];
    let locked: Vec<u8> = "EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".to_vec();
    let (gb, ..) = encoding("姓名,电话\n王芳,13805361234\n");
    for (bytes, words) in [
        (Vec::new(), "请选择要导入的文件"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec(), "无法识别"),
        (good[..good.len() / 2].to_vec(), "已损坏"),
        (packed("word/document.xml", b"<a/>"), "不是 Excel 工作簿"),
        (packed("xl/workbook.xml", b"<workbook"), "已损坏"),
        (packed("xl/workbook.xml", &zeros), "文件太大"),
        ([ole.clone(), locked].concat(), "打开密码"),
        (ole, ".xls"),
        (gb, "没有找到企业表的表头"),
        ("统一社会信用代码,企业名称\n1,2\n".into(), "缺少必填的列：“区划代码”、“行业代码”、“企业规模”"),
        (enterprises(&[]), "没有内容"),
        (good, "没有内容"),
    ] {
        let refused = brings(&desk, "enterprises", bytes).await;
        assert!(matches!(refused.status, 413 | 422), "{words}: {} {}", refused.status, refused.text);
        assert!(refused.text.contains(words), "{words}: {}", refused.text);
    }
    assert_eq!(brings(&desk, "demands", b"x".to_vec()).await.status, 404);
    assert_eq!(desk.get("/api/v1/exports/enterprises.pdf").await.status, 404);
    assert_eq!(desk.get("/api/v1/exports/enterprises.csv?list=nothing").await.status, 400);
}

fn encoding(text: &str) -> (Vec<u8>, bool) {
    let (bytes, _, lossy) = encoding_rs::GB18030.encode(text);
    (bytes.into_owned(), lossy)
}

/// A zip archive with one entry.
fn packed(name: &str, bytes: &[u8]) -> Vec<u8> {
    use std::io::Write;
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    zip.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
    zip.write_all(bytes).unwrap();
    zip.finish().unwrap().into_inner()
}

#[tokio::test]
async fn a_county_takes_away_and_brings_its_own_and_nobody_elses() {
    let town = Town::new().await;
    let group = group(&town).await;
    furnished(&group).await;
    let there = CreditCode::compose('9', '1', "370782", "MA000009").unwrap();
    imports(&group, "enterprises", enterprises(&[(there.as_str(), "诸城恒信有限公司", "370782")])).await;
    let next_door = town.signed_in_at("zhucheng", Role::AreaDesk, "/3707/370782/").await;
    for kind in ["enterprises", "projects", "liaisons", "pairings"] {
        let text = next_door.get(&format!("/api/v1/exports/{kind}.csv")).await.text;
        assert!(!text.contains("绿源") && !text.contains("1380536"), "{kind}: {text}");
    }
    assert!(next_door.get("/api/v1/exports/enterprises.csv").await.text.contains("诸城恒信"));
    let taken = enterprises(&[(&code(1), "诸城抢来的有限公司", "370782")]);
    let told = mistakes(&brings(&next_door, "enterprises", taken).await.json());
    assert!(told[0].1.contains("已由其他区域登记") && !told[0].1.contains("绿源"), "{told:?}");
    let liaison = format!("信用代码,姓名,电话\n{},王芳,13805369999\n", code(1));
    let told = mistakes(&brings(&next_door, "liaisons", liaison.into()).await.json());
    assert!(told[0].1.contains("不在您的管理范围内") && !told[0].1.contains("绿源"), "{told:?}");

    let shouguang = town.signed_in_at("shouguang", Role::Coordination, SHOUGUANG).await;
    let text = shouguang.get("/api/v1/exports/areas.csv").await.text;
    assert!(text.contains("侯镇") && !text.contains("诸城"), "{text}");
    let unit = "单位名称,区划代码,单位性质\n诸城市工业和信息化局,370782,政府部门\n";
    let told = mistakes(&brings(&shouguang, "units", unit.into()).await.json());
    assert!(told[0].1.contains("不在您的管理范围内"), "{told:?}");
}

#[tokio::test]
async fn who_keeps_no_register_finds_nothing_to_bring_or_take() {
    let town = Town::new().await;
    let desk = desk(&town).await;
    let mine = desk.makes("/api/v1/enterprises", enterprise("寿光绿源蔬菜有限公司", 1)).await;
    desk.makes("/api/v1/enterprises", enterprise("寿光恒信机械有限公司", 2)).await;
    town.opens_account_for("qiye", Role::Liaison, Reach::Clients(vec![mine.parse::<ClientId>().unwrap()])).await;
    let liaison = town.stranger().signs_in("qiye", PASSWORD).await;
    let text = liaison.get("/api/v1/exports/enterprises.csv").await.text;
    assert!(text.contains("绿源") && !text.contains("恒信"), "{text}");
    for kind in SheetKind::ALL {
        let bytes = enterprises(&[(&code(3), "寿光新来的有限公司", "370783001")]);
        assert_eq!(brings(&liaison, kind.code(), bytes).await.status, 404, "{kind}");
    }
    for kind in ["areas", "units", "officials", "liaisons"] {
        assert_eq!(liaison.get(&format!("/api/v1/exports/{kind}.csv")).await.status, 404, "{kind}");
    }
    for kind in ["areas", "units", "officials"] {
        assert_eq!(desk.get(&format!("/api/v1/exports/{kind}.csv")).await.status, 404, "{kind}");
        assert_eq!(brings(&desk, kind, UNITS.into()).await.status, 404, "{kind}");
    }
    town.opens_account("xitong", Role::SystemAdmin).await;
    let admin = Person::opens_a_browser(town.router.clone(), "xitong").await;
    assert_eq!(admin.get("/console/imports").await.status, 404);
    assert!(!admin.get("/").await.text.contains("/console/imports"));
    let lines = enterprises(&[(&code(3), "寿光新来的有限公司", "370783001")]);
    let id = brings(&desk, "enterprises", lines).await.json()["id"].as_str().unwrap().to_owned();
    let colleague = town.signed_in_at("tongshi", Role::AreaDesk, SHOUGUANG).await;
    assert_eq!(colleague.get(&format!("/api/v1/imports/{id}")).await.status, 404, "a preview is its maker's");
    assert_eq!(colleague.post(&format!("/api/v1/imports/{id}/acts/confirm"), json!({})).await.status, 404);
}

#[tokio::test]
async fn what_changed_since_the_preview_is_shown_again_before_anything_is_written() {
    let town = Town::new().await;
    let desk = desk(&town).await;
    let lines = enterprises(&[
        (&code(1), "寿光绿源蔬菜有限公司", "370783001"),
        (&code(2), "寿光恒信机械有限公司", "370783001"),
    ]);
    let checked = brings(&desk, "enterprises", lines).await.json();
    assert_eq!(counts(&checked), [2, 0, 0, 0]);
    desk.makes("/api/v1/enterprises", enterprise("寿光绿源食品有限公司", 1)).await;
    let path = format!("/api/v1/imports/{}", checked["id"].as_str().unwrap());
    let again = desk.post(&format!("{path}/acts/confirm"), json!({})).await.json();
    assert_eq!((&again["state"], counts(&again)), (&json!("ready"), [1, 1, 0, 0]));
    assert!(again["message"].as_str().unwrap().contains("有了变动"), "{again}");
    assert_eq!(desk.get("/api/v1/enterprises").await.json()["items"].as_array().unwrap().len(), 1);
    let done = desk.post(&format!("{path}/acts/confirm"), json!({})).await.json();
    assert_eq!(done["state"], "done");
}

#[tokio::test]
async fn a_preview_that_nobody_confirms_is_gone_after_a_day_and_stays_known() {
    let town = Town::new().await;
    let desk = desk(&town).await;
    let lines = enterprises(&[(&code(1), "寿光绿源蔬菜有限公司", "370783001")]);
    let id = brings(&desk, "enterprises", lines).await.json()["id"].as_str().unwrap().to_owned();
    let tomorrow = monday() + Duration::hours(25);
    assert_eq!(platform::console::expire(&town.app, monday()).await.unwrap(), 0);
    assert_eq!(platform::console::expire(&town.app, tomorrow).await.unwrap(), 1);
    let shown = desk.get(&format!("/api/v1/imports/{id}")).await.json();
    assert_eq!(shown["state"], "expired");
    assert_eq!(desk.post(&format!("/api/v1/imports/{id}/acts/confirm"), json!({})).await.status, 409);
}

#[tokio::test]
async fn a_clerk_brings_a_file_in_a_browser_looks_and_confirms() {
    let town = Town::new().await;
    town.opens_account_for("fuwutai", Role::AreaDesk, Reach::Area(kernel::AreaPath(SHOUGUANG.into()))).await;
    let clerk = Person::opens_a_browser(town.router.clone(), "fuwutai").await;
    let page = clerk.get("/console/imports").await.text;
    assert!(page.contains("还没有导入过") && page.contains("/console/imports/new/pairings"), "{page}");
    assert!(!page.contains("/console/imports/new/units"));
    let page = clerk.get("/console/imports/new/enterprises").await.text;
    assert!(page.contains("统一社会信用代码") && page.contains("规上工业、建筑业"), "{page}");
    let template = clerk.get("/console/templates/enterprises.xlsx").await;
    assert_eq!((template.status, &template.bytes[..2]), (200, &b"PK"[..]));

    let place = "/console/imports/new/enterprises";
    let nothing = clerk.sends(place, MULTIPART, form(&[("source", "统计局名录库")], &[("file", "", b"")])).await;
    assert_eq!(nothing.status, 422);
    assert!(nothing.text.contains("请选择要导入的文件") && nothing.text.contains("统计局名录库"), "{}", nothing.text);
    let broken = clerk.sends(place, MULTIPART, form(&[], &[("file", "企业.xlsx", b"PK\x03\x04junk")])).await;
    assert!(broken.status == 422 && broken.text.contains("已损坏"), "{}", broken.text);

    let lines = enterprises(&[(&code(1), "寿光绿源蔬菜有限公司", "370783001")]);
    let sent =
        clerk.sends(place, MULTIPART, form(&[("source", "统计局名录库")], &[("file", "企业.csv", &lines)])).await;
    assert_eq!(sent.status, 303, "{}", sent.text);
    let page = clerk.get(&sent.place()).await.text;
    assert!(page.contains("核对通过，还没有写入") && page.contains("企业.csv"), "{page}");
    let confirmed = clerk.submits(&format!("{}/confirm", sent.place()), "").await;
    assert_eq!(confirmed.place(), sent.place());
    assert!(clerk.get(&sent.place()).await.text.contains("已导入"));
    let page = clerk.get("/console/imports").await.text;
    assert!(page.contains("新增 1 · 变更 0 · 不变 0") && page.contains("企业.csv"), "{page}");
    let taken = clerk.get("/console/export/enterprises.csv?q=绿源&list=&cursor=x").await;
    assert!(taken.text.contains("寿光绿源蔬菜有限公司"), "{}", taken.text);
    let other = clerk.get("/console/export/enterprises.csv?list=construction").await;
    assert!(other.text.contains("共 0 行"), "the filters of the list hold: {}", other.text);

    let page = clerk.get("/enterprises?q=绿源&paired=no&closed=&sort=newest").await.text;
    let link = page.split("href=\"").find(|rest| rest.starts_with("/console/export/")).unwrap();
    let link = link.split('"').next().unwrap().replace("&#38;", "&");
    let (path, query) = link.split_once('?').unwrap();
    let followed = clerk.get(&format!("{}?{query}", path.replace(".xlsx", ".csv"))).await;
    assert!(followed.text.contains("共 1 行"), "{link}: {}", followed.text);

    let wrong = enterprises(&[(&code(1), "寿光绿源蔬菜有限公司", "370782")]);
    let sent = clerk.sends(place, MULTIPART, form(&[], &[("file", "企业.csv", &wrong)])).await;
    let page = clerk.get(&sent.place()).await.text;
    assert!(page.contains("一行也不会写入") && page.contains("第 2 行"), "{page}");
    assert_eq!(clerk.get(&format!("{}/errors.xlsx", sent.place())).await.status, 200);
}

#[tokio::test]
async fn a_page_that_waits_asks_again_without_script_and_says_when_nobody_works_any_more() {
    let town = Town::new().await;
    town.opens_account_for("fuwutai", Role::AreaDesk, Reach::Area(kernel::AreaPath(SHOUGUANG.into()))).await;
    let clerk = Person::opens_a_browser(town.router.clone(), "fuwutai").await;
    let lines = enterprises(&[(&code(1), "寿光绿源蔬菜有限公司", "370783001")]);
    let body = form(&[], &[("file", "企业.csv", &lines)]);
    let place = clerk.sends("/console/imports/new/enterprises", MULTIPART, body).await.place();
    let set = async |state: &str| {
        let tx = town.app.store.begin().await.unwrap();
        tx.run(Sql::text("UPDATE import SET state = $1").bind(state)).await.unwrap();
        tx.commit().await.unwrap();
    };
    set("checking").await;
    let page = clerk.get(&place).await.text;
    assert!(
        page.contains("http-equiv=\"refresh\"") && page.contains("every 1s") && page.contains("<progress"),
        "{page}"
    );
    set("writing").await;
    assert!(clerk.get(&place).await.text.contains("正在写入 1 行"));
    town.app.clock().set(monday() + Duration::minutes(11));
    let page = clerk.get(&place).await.text;
    assert!(page.contains("处理中断，没有写入任何内容") && !page.contains("refresh"), "{page}");
}

#[tokio::test]
async fn two_thousand_enterprises_go_in_at_once_and_again_without_doubles() {
    let town = Town::new().await;
    let desk = desk(&town).await;
    let codes: Vec<String> = (0..2000).map(code).collect();
    let names: Vec<String> = (0..2000).map(|n| format!("寿光第{n}有限公司")).collect();
    let lines: Vec<_> =
        codes.iter().zip(&names).map(|(code, name)| (code.as_str(), name.as_str(), "370783001")).collect();
    assert_eq!(counts(&imports(&desk, "enterprises", enterprises(&lines)).await), [2000, 0, 0, 0]);
    let again = brings(&desk, "enterprises", enterprises(&lines)).await.json();
    assert_eq!(counts(&again), [0, 0, 2000, 0]);
    let taken = desk.get("/api/v1/exports/enterprises.csv").await.text;
    assert_eq!(taken.lines().count(), 2002);
    assert!(taken.ends_with("共 2000 行\r\n"));
}

#[tokio::test]
async fn the_examples_that_explain_a_sheet_can_be_read() {
    let town = Town::new().await;
    let group = group(&town).await;
    for kind in SheetKind::ALL {
        let columns = platform::console::Table::of(*kind).columns;
        let line = |of: fn(&platform::console::Column) -> &'static str| {
            columns.iter().map(|column| format!("\"{}\"", of(column))).collect::<Vec<_>>().join(",")
        };
        let text = format!("{}\n{}\n", line(|column| column.head), line(|column| column.example));
        let told = mistakes(&brings(&group, kind.code(), text.into()).await.json());
        // What an example names may not be there; but nothing in it is badly written.
        let badly = |said: &String| !said.contains("没有名为") && !said.contains("没有代码为");
        assert!(told.iter().all(|(_, said)| !badly(said)), "{kind}: {told:?}");
    }
}
