//! Search: what is found is held against a scan of every row, page after page; then the same questions are asked at both
//! sizes in turn.

use crate::bare::Bare;
use crate::load::{Site, program};
use crate::table::Table;
use crate::wire::Wire;
use std::fmt::Write;
use std::net::SocketAddr;
use std::time::Instant;

/// How many of what a word finds are compared with the scan: the newest.
const COMPARED: usize = 1000;
/// How often each question is asked.
const TIMES: usize = 120;

/// A city to be asked.
pub struct City<'a> {
    pub server: SocketAddr,
    pub site: &'a Site,
    pub bare: &'a Bare,
}

/// A question: who asks, and for which word.
struct Question {
    who: &'static str,
    kind: &'static str,
    word: String,
}

fn questions(site: &Site) -> Vec<Question> {
    let rare: String = site.client_name.chars().skip(2).take(4).collect();
    let kinds =
        [("a common word", "用电".to_owned()), ("a rare word", rare), ("three words", "企业 申请 补贴".to_owned())];
    let ask = |who| kinds.clone().map(|(kind, word)| Question { who, kind, word });
    ["city", "county", "unit"].into_iter().flat_map(ask).collect()
}

impl City<'_> {
    fn asks(&self, question: &Question) -> Wire {
        let token = match question.who {
            "city" => &self.site.group,
            "county" => &self.site.desk,
            _ => &self.site.handler,
        };
        program(self.server, token)()
    }

    /// The ids that a question finds, the newest first, read page after page.
    fn found(&self, question: &Question) -> Vec<String> {
        let (mut wire, mut found, mut cursor) = (self.asks(question), Vec::new(), String::new());
        while found.len() < COMPARED {
            let answer = wire.get(&format!("/api/v1/demands?limit=200&q={}{cursor}", typed(&question.word))).unwrap();
            assert_eq!(answer.status, 200, "{}", answer.text());
            let said = answer.json();
            let ids = said["items"].as_array().unwrap().iter().map(|item| item["id"].as_str().unwrap().to_owned());
            found.extend(ids);
            let Some(next) = said["next"].as_str() else { break };
            cursor = format!("&cursor={next}");
        }
        found.truncate(COMPARED);
        found
    }

    async fn proves(&self, question: &Question) -> usize {
        let wanted = self.bare.holding(question.who, &question.word, COMPARED).await;
        assert_eq!(self.found(question), wanted, "{} asks for {}", question.who, question.word);
        wanted.len()
    }

    /// How long a page of 50 takes, in milliseconds, several times.
    fn times(&self, question: &Question, times: usize) -> Vec<f64> {
        let mut wire = self.asks(question);
        let path = format!("/api/v1/demands?limit=50&q={}", typed(&question.word));
        let time = |_| {
            let began = Instant::now();
            let answer = wire.get(&path).unwrap();
            let took = began.elapsed().as_secs_f64() * 1000.0;
            assert_eq!(answer.status, 200, "{}", answer.text());
            took
        };
        (0..times).map(time).collect()
    }
}

/// As an address carries it.
fn typed(text: &str) -> String {
    let mut typed = String::new();
    for byte in text.bytes() {
        write!(typed, "%{byte:02X}").unwrap();
    }
    typed
}

/// Proves and measures; with a large city beside the small one, how flat it is.
pub async fn measure(table: &mut Table, name: &str, small: &City<'_>, large: Option<&City<'_>>) {
    for question in questions(small.site) {
        let Question { who, kind, .. } = question;
        let what = format!("search of {kind} by somebody of the {who}");
        let mut found = small.proves(&question).await.to_string();
        if let Some(large) = large {
            write!(found, " and {}", large.proves(&question).await).unwrap();
        }
        let (mut few, mut many) = (Vec::new(), Vec::new());
        for _ in 0..TIMES / 10 {
            few.extend(small.times(&question, 10));
            many.extend(large.map_or_else(Vec::new, |large| large.times(&question, 10)));
        }
        table.say(name, &format!("{what}: newest found and compared with a scan"), found);
        table.spread_of(name, &what, &few);
        if large.is_some() {
            table.flat(name, &format!("{what}, p50 at many times the demands against 1 ×"), &many, &few);
        }
    }
}
