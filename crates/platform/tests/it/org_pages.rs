//! The telephone book and its upkeep in a browser, without scripts.

use crate::town::{Answer, Person, Town};
use kernel::{AreaPath, Reach, Role};

const SHOUGUANG: &str = "/3707/370783/";

/// What a form sends for these fields.
fn form(fields: &[(&str, &str)]) -> String {
    let escape = |text: &str| text.bytes().map(|byte| format!("%{byte:02X}")).collect::<String>();
    fields.iter().map(|(name, value)| format!("{name}={}", escape(value))).collect::<Vec<_>>().join("&")
}

/// The address of a search for `text`.
fn asking(path: &str, text: &str) -> String {
    format!("{path}?{}", form(&[("q", text)]))
}

/// A county whose coordination group sits before a browser.
struct Office {
    town: Town,
    group: Person,
}

impl Office {
    async fn new() -> Self {
        let town = Town::new().await;
        town.opens_account_for("zonghe", Role::Coordination, Reach::Area(AreaPath(SHOUGUANG.into()))).await;
        let group = Person::opens_a_browser(town.router.clone(), "zonghe").await;
        Self { town, group }
    }

    /// Somebody else before a browser.
    async fn browser(&self, login: &str, role: Role, area: &str) -> Person {
        self.town.opens_account_for(login, role, Reach::Area(AreaPath(area.into()))).await;
        Person::opens_a_browser(self.town.router.clone(), login).await
    }

    /// Sends a form that must be taken; gives where it leads.
    async fn does(&self, path: &str, fields: &[(&str, &str)]) -> String {
        let answer = self.group.submits(path, &form(fields)).await;
        assert_eq!(answer.status, 303, "{path}: {}", answer.text);
        answer.place()
    }

    async fn tries(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        self.group.submits(path, &form(fields)).await
    }

    async fn founds(&self, name: &str) -> String {
        let fields = [("area", "370783"), ("kind", "department"), ("name", name), ("phone", "0536-5221234")];
        self.does("/org/units", &fields).await
    }

    async fn enters(&self, unit_text: &str, name: &str, title: &str) -> String {
        let fields = [
            ("unit", ""),
            ("unit_text", unit_text),
            ("name", name),
            ("title", title),
            ("rank", "county_deputy"),
            ("since", "2025-03-01"),
            ("mobile", "138 0536 1234"),
        ];
        self.does("/org/officials", &fields).await
    }
}

#[track_caller]
fn shows(answer: &Answer, there: &[&str], not_there: &[&str]) {
    assert_eq!(answer.status, 200, "{}", answer.text);
    for text in there {
        assert!(answer.text.contains(text), "missing {text} in {}", answer.text);
    }
    for text in not_there {
        assert!(!answer.text.contains(text), "{text} in {}", answer.text);
    }
}

#[tokio::test]
async fn a_colleague_asks_the_book_who_heads_a_bureau_and_an_enterprise_finds_no_book() {
    let office = Office::new().await;
    office.founds("寿光市自然资源和规划局").await;
    office.enters("自然资源", "李明", "党组书记、局长").await;
    let colleague = office.browser("zhucheng", Role::Handler, "/3707/370782/").await;
    shows(&colleague.get("/").await, &["href=\"/org\""], &[]);
    for words in ["寿光 自然资源", "李明", "自然资源 局长", "寿光　李明"] {
        let found = colleague.get(&asking("/org", words)).await;
        shows(&found, &["李明", "寿光市自然资源和规划局", "党组书记、局长"], &["设立单位", "13805361234"]);
    }
    shows(&colleague.get(&asking("/org", "李明 诸城")).await, &["没有找到"], &["寿光市自然资源和规划局"]);
    shows(&colleague.get(&asking("/org", "寿光 自然资源")).await, &["0536-5221234"], &[]);
    shows(&colleague.get("/org").await, &["寿光市", "督办考核组"], &[]);

    let liaison = office.browser("qiye", Role::Liaison, SHOUGUANG).await;
    shows(&liaison.get("/").await, &[], &["href=\"/org\""]);
    for path in ["/org", "/org/units", "/org/officials", "/org/areas", "/org/areas/370783", "/org/groups"] {
        assert_eq!(liaison.get(path).await.status, 404, "{path}");
    }
}

#[tokio::test]
async fn a_refused_form_keeps_what_was_typed_and_says_what_to_mend() {
    let office = Office::new().await;
    office.founds("寿光市工信局").await;
    let again = [("area", "370783"), ("kind", "department"), ("name", "寿光市工信局"), ("phone", "13805361234")];
    let refused = office.tries("/org/units", &again).await;
    assert_eq!(refused.status, 422);
    assert!(refused.text.contains("value=\"13805361234\"") && refused.text.contains("已有名为“寿光市工信局”的单位"));
    let elsewhere =
        office.tries("/org/units", &[("area", "370782"), ("kind", "department"), ("name", "诸城市工信局")]).await;
    assert!(elsewhere.status == 422 && elsewhere.text.contains("没有这个区域，或者不在您的管理范围内"));
    office.founds("寿光市工业园区管委会").await;
    let several =
        [("unit_text", "寿光市工"), ("name", "王芳"), ("title", "科长"), ("rank", "staff"), ("since", "2025-03-01")];
    let several = office.tries("/org/officials", &several).await;
    assert_eq!(several.status, 422);
    for shown in ["有 2 个符合“寿光市工”", "寿光市工业园区管委会", "value=\"王芳\""] {
        assert!(several.text.contains(shown), "{shown}: {}", several.text);
    }
    let no_day =
        [("unit_text", "寿光市工信局"), ("name", "王芳"), ("title", "科长"), ("rank", "staff"), ("since", "昨天")];
    assert!(office.tries("/org/officials", &no_day).await.text.contains("请填写任职日期"));
}

#[tokio::test]
async fn an_official_comes_moves_and_leaves_by_pages_and_the_units_page_remembers_the_day() {
    let office = Office::new().await;
    let bureau = office.founds("寿光市经信局").await;
    let finance = office.founds("寿光市财政局").await;
    let official = office.enters("寿光市经信局", "李明", "局长").await;
    let renamed =
        [("version", "1"), ("name", "寿光市工信局"), ("since", "2026-01-01"), ("kind", "economic_department")];
    office.does(&format!("{bureau}/edit"), &renamed).await;
    let moved = [
        ("version", "1"),
        ("unit_text", "寿光市财政局"),
        ("title", "局长"),
        ("rank", "county_deputy"),
        ("since", "2026-06-01"),
    ];
    office.does(&format!("{official}/move"), &moved).await;

    shows(&office.group.get(&bureau).await, &["这一天没有人在任", "已卸任", "寿光市经信局"], &[]);
    let then = office.group.get(&format!("{bureau}?on=2025-05-05")).await;
    shows(&then, &["2025年5月5日在任", "李明", "当时的名称：寿光市经信局"], &["没有人在任"]);
    shows(&office.group.get(&finance).await, &["李明", "2026年6月1日至今"], &[]);
    shows(&office.group.get(&format!("{bureau}?on=the-day")).await, &["请填写日期"], &[]);
    let file = office.group.get(&official).await;
    shows(&file, &["138****1234", "2025年3月1日至2026年5月31日", "现任"], &["13805361234"]);

    let stale = [("version", "1"), ("last_day", "2026-10-31")];
    assert_eq!(office.tries(&format!("{official}/leave"), &stale).await.status, 412);
    let busy = office.tries(&format!("{finance}/close"), &[("version", "1"), ("last_day", "2026-10-31")]).await;
    assert!(busy.status == 409 && busy.text.contains("还有 1 名干部任职"), "{}", busy.text);
    office.does(&format!("{official}/leave"), &[("version", "2"), ("last_day", "2026-10-31")]).await;
    shows(&office.group.get(&official).await, &["已离任", "2026年10月31日"], &["/move\""]);
    office.does(&format!("{finance}/close"), &[("version", "1"), ("last_day", "2026-10-31")]).await;
    shows(&office.group.get("/org/units").await, &["寿光市工信局"], &["寿光市财政局"]);
    shows(&office.group.get("/org/units?closed=true").await, &["寿光市财政局", "已撤销"], &[]);
    shows(&office.group.get("/org/officials?left=true").await, &["李明", "2026年10月31日离任"], &[]);
}

#[tokio::test]
async fn a_wrong_number_is_corrected_without_ever_showing_the_old_one() {
    let office = Office::new().await;
    office.founds("寿光市工信局").await;
    let official = office.enters("寿光市工信局", "李明", "局长").await;
    shows(&office.group.get(&format!("{official}/edit")).await, &["已登记 138****1234"], &["13805361234"]);
    let same = [("version", "1"), ("name", "李铭"), ("title", "局长"), ("rank", "county_deputy"), ("mobile", "")];
    office.does(&format!("{official}/edit"), &same).await;
    shows(&office.group.get(&official).await, &["李铭", "138****1234"], &[]);
    let other =
        [("version", "2"), ("name", "李铭"), ("title", "局长"), ("rank", "county_deputy"), ("mobile", "13905365678")];
    office.does(&format!("{official}/edit"), &other).await;
    shows(&office.group.get(&official).await, &["139****5678"], &[]);
    let none =
        [("version", "3"), ("name", "李铭"), ("title", "局长"), ("rank", "county_deputy"), ("forget_mobile", "true")];
    office.does(&format!("{official}/edit"), &none).await;
    shows(&office.group.get(&official).await, &["未登记"], &["139****5678"]);
}

#[tokio::test]
async fn a_group_is_composed_by_pages_and_shows_who_was_in_it_on_a_day() {
    let office = Office::new().await;
    office.founds("寿光市人民政府").await;
    office.enters("寿光市人民政府", "赵建国", "市长").await;
    let leading = "/org/areas/370783/groups/leading/join";
    let refused = office.tries(leading, &[("official_text", "赵建国"), ("from", "2026-01-01")]).await;
    assert!(
        refused.status == 422 && refused.text.contains("请选择组内职务") && refused.text.contains("value=\"赵建国\"")
    );
    let joins = [("official_text", "赵建国"), ("position", "leader"), ("from", "2026-01-01")];
    assert_eq!(office.does(leading, &joins).await, "/org/groups?area=370783");
    let page = office.group.get("/org/groups?area=370783").await;
    shows(&page, &["赵建国", "组长", "寿光市人民政府市长", "不再担任"], &[]);
    let end = page.text.split("href=\"/org/group-members/").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let end = format!("/org/group-members/{end}");
    let early = office.tries(&end, &[("version", "1"), ("last_day", "2025-12-31")]).await;
    assert!(early.status == 422 && early.text.contains("不能早于开始的日期"));
    office.does(&end, &[("version", "1"), ("last_day", "2026-06-30")]).await;
    shows(&office.group.get("/org/groups?area=370783").await, &["还没有登记成员"], &["赵建国"]);
    shows(&office.group.get("/org/groups?area=370783&on=2026-06-30").await, &["赵建国", "2026年6月30日的组成"], &[]);
}

#[tokio::test]
async fn a_neighbour_reads_every_page_and_changes_nothing() {
    let office = Office::new().await;
    let bureau = office.founds("寿光市工信局").await;
    let official = office.enters("寿光市工信局", "李明", "局长").await;
    let neighbour = office.browser("zhucheng", Role::Coordination, "/3707/370782/").await;
    for page in [&bureau, &official, "/org/areas/370783", "/org/groups?area=370783"] {
        shows(&neighbour.get(page).await, &[], &["/edit\"", "/move\"", "/close\"", "/rename\"", "/join\"", "录入干部"]);
    }
    for form_of in ["/edit", "/close"] {
        assert_eq!(neighbour.get(&format!("{bureau}{form_of}")).await.status, 404);
        assert_eq!(neighbour.submits(&format!("{bureau}{form_of}"), "version=1&last_day=2026-11-01").await.status, 404);
    }
    for form_of in ["/edit", "/move", "/leave"] {
        assert_eq!(neighbour.get(&format!("{official}{form_of}")).await.status, 404);
        assert_eq!(
            neighbour.submits(&format!("{official}{form_of}"), "version=1&last_day=2026-11-01").await.status,
            404
        );
    }
    for path in ["/org/areas/370783/rename", "/org/areas/new?parent=370783", "/org/areas/370783/groups/leading/join"] {
        assert_eq!(neighbour.get(path).await.status, 404, "{path}");
    }
    let handler = office.browser("chengban", Role::Handler, SHOUGUANG).await;
    for path in ["/org/units/new", "/org/officials/new", "/org/areas/new"] {
        assert_eq!(handler.get(path).await.status, 404, "{path}");
    }
    shows(&handler.get(&bureau).await, &["李明"], &["/edit\""]);
}

#[tokio::test]
async fn the_tree_shows_every_area_with_its_code_and_an_area_is_added_and_renamed_by_pages() {
    let office = Office::new().await;
    let new = [("parent", "370783"), ("code", "370783200"), ("name", "双王城生态经济园区")];
    assert_eq!(office.does("/org/areas", &new).await, "/org/areas/370783200");
    let wrong = office.tries("/org/areas", &[("parent", "370783"), ("code", "3707832"), ("name", "某园区")]).await;
    assert!(wrong.status == 422 && wrong.text.contains("value=\"某园区\""), "{}", wrong.text);
    office.founds("寿光市工信局").await;
    let tree = office.group.get("/org/areas").await;
    shows(&tree, &["潍坊市", "诸城市", "寿光市", "圣城街道", "370783001", "双王城生态经济园区", "1 个单位"], &[]);
    let tags = |tag: &str| tree.text.matches(tag).count();
    assert_eq!((tags("<details>"), tags("</details>")), (1, 1), "only Shouguang has towns here");
    let renamed = [("version", "1"), ("name", "双王城经济开发区"), ("since", "2026-11-01")];
    office.does("/org/areas/370783200/rename", &renamed).await;
    shows(
        &office.group.get("/org/areas/370783200").await,
        &["双王城经济开发区", "双王城生态经济园区", "用至2026年10月31日"],
        &[],
    );
}
