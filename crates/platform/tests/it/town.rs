//! A town to test in: its own database, a clock that stands still, and people who knock over HTTP.

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Request};
use chrono::DateTime;
use http_body_util::BodyExt;
use kernel::id::OfficialId;
use kernel::{AreaCode, AreaPath, BusinessHours, Clock, Grant, Instant, Reach, Role, WorkCalendar};
use platform::files::Files;
use platform::identity::{NewAccount, Password, open_account};
use platform::messages::Post;
use platform::org::add_area;
use platform::{App, Site};
use serde_json::Value;
use store::fresh::Fresh;
use store::{Db, Sql, Store};
use tower::ServiceExt;

/// How many listen to what happens.
const SUBSCRIBERS: i64 = 6;
pub const PASSWORD: &str = "Weifang-2026";

/// Monday, 23 November 2026, ten in the morning in Weifang.
pub fn monday() -> Instant {
    DateTime::parse_from_rfc3339("2026-11-23T10:00:00+08:00").unwrap().to_utc()
}

const AREAS: [(i64, Option<i64>, &str); 5] = [
    (3707, None, "潍坊市"),
    (370_782, Some(3707), "诸城市"),
    (370_783, Some(3707), "寿光市"),
    (370_783_001, Some(370_783), "圣城街道"),
    (370_783_109, Some(370_783), "侯镇"),
];

pub struct Town {
    pub app: App,
    pub router: Router,
    _fresh: Fresh,
}

/// Somebody who knocks, with what they carry.
#[derive(Clone)]
pub struct Person {
    router: Router,
    headers: Vec<(String, String)>,
}

pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub text: String,
    pub bytes: Vec<u8>,
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or(Value::Null)
    }
    pub fn detail(&self) -> String {
        self.json()["detail"].as_str().unwrap_or_default().to_owned()
    }
}

impl Town {
    pub async fn new() -> Self {
        Self::of(|_| {}).await
    }

    /// A town whose site is set up otherwise.
    pub async fn of(otherwise: impl FnOnce(&mut Site)) -> Self {
        let fresh = Fresh::open(Clock::standing(monday())).await.unwrap();
        let hours = BusinessHours::parse("09:00-12:00,13:30-17:00", "+08:00").unwrap();
        let mut site = Site {
            name: "潍企通".into(),
            area: AreaCode(3707),
            hours,
            calendar: WorkCalendar::state_council().unwrap(),
            limits: rules::Limits::SHANDONG_2115,
            touch: rules::contact::Terms::USUAL,
            approval: false,
            archive_days: Some(180),
            secure_cookies: false,
        };
        otherwise(&mut site);
        let app = App::new(fresh.store.clone(), site, Files::fleeting());
        let tx = app.store.begin().await.unwrap();
        for (code, parent, name) in AREAS {
            add_area(&tx, AreaCode(code), parent.map(AreaCode), name).await.unwrap();
        }
        tx.commit().await.unwrap();
        let (router, _) = platform::routes().finish(app.clone());
        Self { app, router, _fresh: fresh }
    }

    /// The town with roads for messages.
    pub fn with_post(mut self, post: Post) -> Self {
        self.app = self.app.with_post(post);
        self.router = platform::routes().finish(self.app.clone()).0;
        self
    }

    /// Another node's platform, on the same database and by the same clock.
    pub async fn another_app(&self) -> App {
        let store = Store::open(&self._fresh.url, self.app.clock().clone()).await.unwrap();
        let store = store.with_keys(self.app.store.keys().clone());
        let app = App::new(store, Site::clone(&self.app.site), self.app.files.clone());
        app.with_post(Post::clone(&self.app.post))
    }

    /// Another node of the same site: a process of its own, on the same database and by the same clock.
    pub async fn another_node(&self) -> Router {
        platform::routes().finish(self.another_app().await).0
    }

    pub fn stranger(&self) -> Person {
        Person { router: self.router.clone(), headers: Vec::new() }
    }

    /// Somebody with one role in the whole city, who has an account but is not signed in.
    pub async fn opens_account(&self, login: &str, role: Role) {
        self.opens_account_for(login, role, Reach::Area(AreaPath("/3707/".into()))).await;
    }

    pub async fn opens_account_for(&self, login: &str, role: Role, reach: Reach) {
        self.opens_account_of(login, role, reach, None).await;
    }

    pub async fn opens_account_of(&self, login: &str, role: Role, reach: Reach, official: Option<OfficialId>) {
        let hash = Password::parse(PASSWORD, "").unwrap().hash().await.unwrap();
        let grants = vec![Grant { role, reach }];
        let from = self.app.site.hours.day(monday());
        let new = NewAccount { login: login.into(), name: login.into(), password_hash: hash, official, grants, from };
        let tx = self.app.store.begin().await.unwrap();
        open_account(&tx, self.app.site.area, new).await.unwrap();
        tx.commit().await.unwrap();
    }

    /// The same, signed in as a program.
    pub async fn signed_in(&self, login: &str, role: Role) -> Person {
        self.opens_account(login, role).await;
        self.stranger().signs_in(login, PASSWORD).await
    }
}

impl Town {
    /// Somebody with one role in one area, signed in.
    pub async fn signed_in_at(&self, login: &str, role: Role, area: &str) -> Person {
        self.opens_account_for(login, role, Reach::Area(AreaPath(area.into()))).await;
        self.stranger().signs_in(login, PASSWORD).await
    }
}

impl Town {
    /// Lets everybody hear what has happened until now. On PostgreSQL that waits for what others are in the middle of.
    pub async fn hears(&self) {
        let unheard = "SELECT EXISTS (SELECT 1 FROM outbox WHERE $1 > (
                         SELECT COUNT(*) FROM outbox_reader reader WHERE (reader.xid, reader.seq) >= (outbox.xid, outbox.seq)))";
        loop {
            platform::pulse::beat(&self.app).await.unwrap();
            let unheard = Sql::text(unheard).bind(SUBSCRIBERS);
            if self.app.store.value::<bool>(unheard).await.unwrap() != Some(true) {
                return;
            }
            tokio::task::yield_now().await;
        }
    }
}

impl Person {
    pub async fn send(&self, method: &str, path: &str, body: Option<Value>) -> Answer {
        let mut request = Request::builder().method(method).uri(path).header("host", "qiye.example");
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        let body = match body {
            Some(body) => {
                request = request.header("content-type", "application/json");
                Body::from(body.to_string())
            }
            None => Body::empty(),
        };
        let response = self.router.clone().oneshot(request.body(body).unwrap()).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.unwrap().to_bytes().to_vec();
        let text = String::from_utf8_lossy(&bytes).into_owned();
        Answer { status: parts.status.as_u16(), headers: parts.headers, text, bytes }
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.send("GET", path, None).await
    }

    pub async fn post(&self, path: &str, body: Value) -> Answer {
        self.send("POST", path, Some(body)).await
    }

    /// The same person, who knocks elsewhere.
    pub fn before(mut self, router: Router) -> Self {
        self.router = router;
        self
    }

    pub fn with(mut self, header: &str, value: &str) -> Self {
        self.headers.push((header.into(), value.into()));
        self
    }

    /// Posts and expects success; gives the id of what was made.
    pub async fn makes(&self, path: &str, body: Value) -> String {
        let answer = self.post(path, body).await;
        assert_eq!(answer.status, 201, "{path}: {}", answer.text);
        answer.json()["id"].as_str().unwrap().to_owned()
    }

    pub async fn tries_to_sign_in(&self, login: &str, password: &str) -> Answer {
        self.post("/api/v1/sessions", serde_json::json!({ "login": login, "password": password })).await
    }

    pub async fn signs_in(self, login: &str, password: &str) -> Self {
        let answer = self.tries_to_sign_in(login, password).await;
        assert_eq!(answer.status, 201, "{}", answer.text);
        let token = answer.json()["token"].as_str().unwrap().to_owned();
        self.with("authorization", &format!("Bearer {token}"))
    }
}

/// An enterprise of Shengcheng Street to be entered, the `n`th of its kind.
pub fn enterprise(name: &str, n: u32) -> Value {
    let code = kernel::CreditCode::compose('9', '1', "370783", &format!("MA{n:06}")).unwrap();
    serde_json::json!({ "name": name, "area": "370783001", "address": "", "source": "市场监管局企业登记库", "as_of": "2026-10-31",
        "credit_code": String::from(code), "industry": "1371", "scale": "medium", "list": "industry" })
}

/// What the platform sends as it comes.
pub struct Listener(Body);

impl Listener {
    /// The next thing that is sent; none when it ends.
    pub async fn hears(&mut self) -> Option<String> {
        let frame = self.0.frame().await?.unwrap();
        Some(String::from_utf8_lossy(&frame.into_data().unwrap_or_default()).into_owned())
    }
}

impl Person {
    /// Listens to what comes from `path`.
    pub async fn listens(&self, path: &str) -> Listener {
        let mut request = Request::builder().uri(path).header("host", "qiye.example");
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        let response = self.router.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
        assert_eq!(response.status(), 200);
        Listener(response.into_body())
    }
}

/// What a browser does.
impl Person {
    fn browser(self) -> Self {
        self.with("accept", "text/html,*/*").with("sec-fetch-site", "same-origin")
    }

    /// Sends a form; `form` is already encoded.
    pub async fn submits(&self, path: &str, form: &str) -> Answer {
        self.sends(path, "application/x-www-form-urlencoded", form.as_bytes().to_vec()).await
    }

    /// Posts bytes of a kind.
    pub async fn sends(&self, path: &str, kind: &str, bytes: Vec<u8>) -> Answer {
        let mut request = Request::builder().method("POST").uri(path).header("host", "qiye.example");
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        let request = request.header("content-type", kind);
        let response = self.router.clone().oneshot(request.body(Body::from(bytes)).unwrap()).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.unwrap().to_bytes().to_vec();
        let text = String::from_utf8_lossy(&bytes).into_owned();
        Answer { status: parts.status.as_u16(), headers: parts.headers, text, bytes }
    }

    /// The same person before a browser, signed in there.
    pub async fn opens_a_browser(router: Router, login: &str) -> Self {
        let person = Self { router, headers: Vec::new() }.browser();
        let answer = person.submits("/login", &format!("login={login}&password={PASSWORD}&next=/")).await;
        assert_eq!(answer.status, 303, "{}", answer.text);
        let cookie = answer.headers["set-cookie"].to_str().unwrap().split(';').next().unwrap().to_owned();
        person.with("cookie", &cookie)
    }
}

impl Answer {
    /// Where the browser is sent.
    pub fn place(&self) -> String {
        self.headers.get("location").map(|place| place.to_str().unwrap().to_owned()).unwrap_or_default()
    }
}
