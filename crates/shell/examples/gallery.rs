//! Every part of the kit on a few pages, to look at: `cargo run -p shell --example gallery`, then http://127.0.0.1:8099.
//! `/` a list, `/form` a refused form, `/empty` nothing there, `/done` told once, `/large` large text, `/login`, `/nowhere` a problem.

use askama::Template;
use axum::http::request::Parts;
use chrono::DateTime;
use kernel::id::AccountId;
use kernel::{Actor, Cursor, Grant, Problem, Reach, Role};
use shell::{
    Choice, Desk, Errors, Flash, Html, Identify, Kit, NavItem, Person, Picker, Picks, Public, Query, Refusal, Routes,
    see_other,
};
use std::collections::BTreeMap;
use std::sync::Arc;

#[derive(Clone)]
struct Gallery;

impl Identify for Gallery {
    async fn actor(&self, _: &Parts) -> Result<Option<Arc<Actor>>, Problem> {
        let account = AccountId::mint(DateTime::UNIX_EPOCH);
        let grants = vec![Grant { role: Role::AreaDesk, reach: Reach::Everything }];
        Ok(Some(Arc::new(Actor { account, name: "王敏".into(), official: None, grants, stands_in: Vec::new() })))
    }

    async fn desk(&self, actor: &Arc<Actor>) -> Result<Desk, Problem> {
        let person = Person { name: actor.name.clone(), role: "企业服务台".into(), unit: "寿光市".into() };
        let nav = vec![
            NavItem::new("/", "home", "工作台"),
            NavItem::new("/demands", "message-circle", "企业诉求").count(3),
            NavItem::new("/enterprises", "building-factory-2", "企业项目"),
            NavItem::new("/contacts", "phone", "走访联系").count(12),
            NavItem::new("/pairings", "affiliate", "结对帮包"),
            NavItem::new("/policies", "license", "惠企政策"),
            NavItem::new("/supervision", "gavel", "督办考核"),
        ];
        Ok(Desk { person, nav, ..Desk::default() })
    }
}

type Row = (&'static str, &'static str, &'static str, &'static str, &'static str, &'static str);
const ROWS: [Row; 5] = [
    ("厂区东侧道路夜间照明不足", "潍坊恒力机械有限公司", "待签收", "red", "剩 2 小时", "—"),
    ("申请容缺受理二期用地规划许可", "山东绿源食品股份有限公司", "办理中", "blue", "9月21日", "市自然资源和规划局"),
    ("高温季节用电负荷扩容", "寿光市新海化工有限公司", "会办中", "blue", "9月22日", "供电公司"),
    ("引进技术人才子女入学", "潍坊智联电子科技有限公司", "待评价", "yellow", "9月25日", "市教育和体育局"),
    ("出口退税办理进度咨询", "高密市宏达纺织有限公司", "已办结", "green", "9月12日", "市税务局"),
];

#[derive(Template)]
#[template(path = "gallery.html")]
struct ListPage {
    kit: Kit,
    choices: Vec<Choice>,
    errors: Errors,
    rows: [Row; 5],
    next: Option<Cursor>,
}

#[derive(Template)]
#[template(path = "gallery_form.html")]
struct FormPage {
    kit: Kit,
    choices: Vec<Choice>,
    ratings: Vec<Choice>,
    client: Picker,
    unit: Picker,
    errors: Errors,
}

#[derive(Template)]
#[template(path = "gallery_login.html")]
struct LoginPage {
    kit: Kit,
    errors: Errors,
}

#[derive(Template)]
#[template(
    source = r#"{% extends "layout.html" %}{% import "components.html" as ui %}{% block content %}<div class="card">{{ ui::empty("inbox", "还没有诉求", "企业提出诉求后会出现在这里。", href="/form", action="代企业提出") }}</div>{% endblock %}"#,
    ext = "html"
)]
struct EmptyPage {
    kit: Kit,
}

fn choices() -> Vec<Choice> {
    [("land", "土地规划"), ("power", "水电气暖"), ("talent", "人才用工")]
        .map(|(code, name)| Choice::new(code, name))
        .into()
}

fn firms(q: &str) -> Vec<Choice> {
    let firms = ROWS.iter().enumerate().filter(|(_, row)| row.1.contains(q));
    firms
        .map(|(place, row)| Choice::new(place.to_string(), row.1).hint(format!("91370700MA0000{place} · 奎文区")))
        .collect()
}

async fn picks(_: Public, Query(asked): Query<BTreeMap<String, String>>) -> Html<Picks> {
    Html(Picks { choices: firms(asked.get("q").map_or("", String::as_str)) })
}

async fn list(_: Public, kit: Kit) -> Html<ListPage> {
    let next = Some(Cursor::of(&5));
    Html(ListPage { kit: kit.titled("企业诉求"), choices: choices(), errors: Errors::none(), rows: ROWS, next })
}

async fn form(_: Public, kit: Kit) -> Result<Html<FormPage>, Refusal> {
    let mut errors = Errors::take(Problem::field("phone", "请填写 11 位手机号码，或带区号的固定电话。"))?;
    errors.items.extend(Errors::take(Problem::field("text", "请写明具体情况，至少 10 个字。"))?.items);
    let ratings = [("good", "满意", "问题已解决"), ("fair", "基本满意", "还有小问题"), ("bad", "不满意", "重新办理")];
    let ratings = ratings.map(|(code, name, hint)| Choice::new(code, name).hint(hint)).into();
    let mut client = Picker::sent("", "有限公司");
    if let Err(problem) = client.settle("client", "企业", None, firms("有限公司")) {
        errors.items.extend(Errors::take(problem)?.items);
    }
    let kit = kit.titled("提出诉求").under("/", "企业诉求");
    Ok(Html(FormPage { kit, choices: choices(), ratings, client, unit: Picker::default(), errors }))
}

async fn empty(_: Public, kit: Kit) -> Html<EmptyPage> {
    Html(EmptyPage { kit: kit.titled("企业诉求") })
}

async fn login(_: Public, kit: Kit) -> Html<LoginPage> {
    Html(LoginPage { kit: kit.titled("登录"), errors: Errors::none() })
}

async fn done(_: Public) -> axum::response::Response {
    see_other("/", Flash::success("已签收，请在 9月19日 17:00 前答复企业。"))
}

async fn large(_: Public) -> impl axum::response::IntoResponse {
    ([("set-cookie", "wqt_text=large; Path=/")], axum::response::Redirect::to("/"))
}

#[tokio::main]
async fn main() -> std::io::Result<()> {
    let routes = Routes::new().get("/", list).get("/form", form).get("/empty", empty).get("/login", login);
    let routes = routes
        .get("/done", done)
        .get("/large", large)
        .get("/pick/clients", picks)
        .post("/sign", done)
        .post("/object", done)
        .merge(shell::kit_routes());
    let listener = tokio::net::TcpListener::bind("127.0.0.1:8099").await?;
    axum::serve(listener, routes.finish(Gallery).0).await
}
