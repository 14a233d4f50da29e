//! The wording of messages is an administrator's to change, within what may be said outside.

use super::{Office, Person};
use crate::messages::roads::{Gate, roads};
use kernel::words::NewsKind;
use kernel::{AreaPath, Reach, Role};

const PLACE: &str = "/message-wordings/task/sms";

#[tokio::test]
async fn an_administrator_changes_a_wording_looks_at_it_first_and_goes_back() {
    let gate = Gate::opens().await;
    let office = Office::new(roads(None, Some(&gate))).await;
    let town = &office.street.town;
    town.opens_account("xitong", Role::SystemAdmin).await;
    let admin = Person::opens_a_browser(town.router.clone(), "xitong").await;
    assert!(admin.get("/message-wordings").await.text.contains(PLACE));
    let send = async |text: &str, act: &str, version: i64| {
        let text: String = text.bytes().map(|byte| format!("%{byte:02X}")).collect();
        admin.submits(PLACE, &format!("text={text}&act={act}&version={version}")).await
    };
    let refused = send("请{姓名}看 {网址}", "save", 0).await;
    assert!(refused.status == 422 && refused.text.contains("占位符无法识别") && refused.text.contains("请{姓名}看"));
    assert_eq!(send("请看", "save", 0).await.status, 422, "without a way to it");
    let shown = send("潍坊为您：{事由}{编号} {网址}", "preview", 0).await;
    assert!(
        shown.status == 200 && shown.text.contains("潍坊为您：有一件事等您办理（编号 370783-20261123-001）"),
        "{}",
        shown.text
    );
    office.tells(NewsKind::Task, "/account").await;
    office.works().await;
    assert!(gate.texts()[0].starts_with("【潍企通】"), "looking changes nothing");
    assert_eq!(send("潍坊为您：{事由}{编号} {网址}", "save", 0).await.status, 303);
    assert_eq!(send("又改 {网址}", "save", 0).await.status, 412, "somebody was first");
    office.tells(NewsKind::Task, "/account").await;
    office.works().await;
    assert!(gate.texts()[1].starts_with("潍坊为您：有一件事等您办理 https://"), "{:?}", gate.texts());
    assert_eq!(send("x", "built_in", 1).await.status, 303);
    office.tells(NewsKind::Task, "/account").await;
    office.works().await;
    assert!(gate.texts()[2].starts_with("【潍企通】"));
    let page = admin.get(PLACE).await.text;
    assert!(page.contains("第 2 版") && page.contains("第 1 版") && page.contains("潍坊为您"), "every version is kept");
    assert_eq!(office.street.browser("zhouqiang").await.get(PLACE).await.status, 404);
    town.opens_account_for("xian", Role::SystemAdmin, Reach::Area(AreaPath("/3707/370783/".into()))).await;
    let county = Person::opens_a_browser(town.router.clone(), "xian").await;
    assert_eq!((county.get(PLACE).await.status, county.get("/message-wordings").await.status), (404, 404));
    let meddled = county.submits(PLACE, "text=%7B%E7%BD%91%E5%9D%80%7D&act=save&version=2").await;
    assert_eq!(meddled.status, 404, "the wording is one for the whole site");
    assert_eq!(admin.get("/message-wordings/nonsense/sms").await.status, 404);
}
