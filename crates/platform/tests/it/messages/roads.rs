//! The far ends of the roads: a mail server and a gateway that really listen, and do as a test says.

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use platform::messages::post::{Gateway, GatewayWish, Mail, MailWish, Post, Security};
use rules::message::Terms;
use serde_json::{Value, json};
use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

pub const SITE: &str = "https://qiye.example";

/// A mail server that keeps what it is given, or refuses as it is told.
#[derive(Clone, Default)]
pub struct Sink {
    port: u16,
    mails: Arc<Mutex<Vec<String>>>,
    refusals: Arc<Mutex<VecDeque<&'static str>>>,
}

impl Sink {
    pub async fn opens() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let sink = Self { port: listener.local_addr().unwrap().port(), ..Self::default() };
        let serving = sink.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let serving = serving.clone();
                tokio::spawn(async move { serving.talks(stream).await });
            }
        });
        sink
    }

    /// The next recipients are answered so.
    pub fn refuses(&self, answer: &'static str) {
        self.refusals.lock().unwrap().push_back(answer);
    }

    async fn talks(&self, stream: TcpStream) {
        let (read, mut write) = stream.into_split();
        let mut lines = BufReader::new(read).lines();
        let mut say = async |text: &str| write.write_all(format!("{text}\r\n").as_bytes()).await.unwrap();
        say("220 sink").await;
        let mut data: Option<String> = None;
        while let Ok(Some(line)) = lines.next_line().await {
            if let Some(mail) = &mut data {
                if line == "." {
                    self.mails.lock().unwrap().push(data.take().unwrap());
                    say("250 kept").await;
                } else {
                    mail.push_str(&line);
                    mail.push('\n');
                }
                continue;
            }
            match line.split(' ').next().unwrap_or_default() {
                "EHLO" => say("250 sink").await,
                "RCPT" => {
                    let refusal = self.refusals.lock().unwrap().pop_front();
                    say(refusal.unwrap_or("250 ok")).await;
                }
                "DATA" => {
                    data = Some(String::new());
                    say("354 go on").await;
                }
                "QUIT" => {
                    say("221 bye").await;
                    return;
                }
                _ => say("250 ok").await,
            }
        }
    }

    /// The mails so far, heads and texts as people read them.
    pub fn mails(&self) -> Vec<String> {
        self.mails.lock().unwrap().iter().map(|mail| readable(mail)).collect()
    }
}

fn readable(mail: &str) -> String {
    let (heads, body) = mail.split_once("\n\n").unwrap();
    let text = if heads.to_lowercase().contains("content-transfer-encoding: base64") {
        let packed: String = body.split_whitespace().collect();
        String::from_utf8(STANDARD.decode(packed).unwrap()).unwrap()
    } else {
        quoted(body)
    };
    let mut subject = String::new();
    let unfolded = heads.replace("\n ", " ");
    let line = unfolded.lines().find_map(|line| line.strip_prefix("Subject: ")).unwrap();
    for word in line.split(' ') {
        match word.strip_prefix("=?utf-8?b?").and_then(|word| word.strip_suffix("?=")) {
            Some(word) => subject.push_str(&String::from_utf8_lossy(&STANDARD.decode(word).unwrap())),
            None => subject.push_str(word),
        }
    }
    format!("{heads}\n主题：{subject}\n{text}")
}

/// Quoted-printable, read back.
fn quoted(body: &str) -> String {
    let joined = body.replace("=\n", "");
    let (mut bytes, mut rest) = (Vec::new(), joined.as_bytes());
    while let [first, left @ ..] = rest {
        match (first, left) {
            (b'=', [a, b, left @ ..]) => {
                bytes.push(u8::from_str_radix(&String::from_utf8_lossy(&[*a, *b]), 16).unwrap());
                rest = left;
            }
            _ => {
                bytes.push(*first);
                rest = left;
            }
        }
    }
    String::from_utf8(bytes).unwrap()
}

/// A gateway that keeps what it is given and answers as it is told; 200 and success when it is told nothing.
#[derive(Clone, Default)]
pub struct Gate {
    port: u16,
    taken: Arc<Mutex<Vec<Value>>>,
    answers: Arc<Mutex<VecDeque<Answer>>>,
}

#[derive(Clone)]
pub enum Answer {
    With(u16, Value),
    Never,
}

impl Gate {
    pub async fn opens() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let gate = Self { port: listener.local_addr().unwrap().port(), ..Self::default() };
        let router = axum::Router::new().route("/send", post(take)).with_state(gate.clone());
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        gate
    }

    /// The next message is answered so.
    pub fn answers(&self, status: u16, body: Value) {
        self.answers.lock().unwrap().push_back(Answer::With(status, body));
    }

    /// The next message is never answered.
    pub fn sleeps(&self) {
        self.answers.lock().unwrap().push_back(Answer::Never);
    }

    /// What was taken, that which was refused too.
    pub fn taken(&self) -> Vec<Value> {
        self.taken.lock().unwrap().clone()
    }

    pub fn texts(&self) -> Vec<String> {
        self.taken().iter().map(|message| message["text"].as_str().unwrap().to_owned()).collect()
    }

    pub fn gateway(&self) -> Gateway {
        let headers = BTreeMap::from([("x-key".to_owned(), "{secret}".to_owned())]);
        Gateway::new(GatewayWish {
            url: &format!("http://127.0.0.1:{}/send", self.port),
            method: "POST",
            headers: &headers,
            secret: "s3cret",
            body: r#"{"to":"{number}","title":"{title}","text":"{text}","link":"{link}","id":"{id}"}"#,
            success_at: "/errcode",
            success_is: "0",
        })
        .unwrap()
    }
}

async fn take(State(gate): State<Gate>, headers: HeaderMap, body: String) -> (StatusCode, String) {
    let mut message: Value = serde_json::from_str(&body).unwrap();
    message["key"] = json!(headers["x-key"].to_str().unwrap());
    gate.taken.lock().unwrap().push(message);
    let answer = gate.answers.lock().unwrap().pop_front();
    match answer.unwrap_or(Answer::With(200, json!({ "errcode": 0 }))) {
        Answer::With(status, body) => (StatusCode::from_u16(status).unwrap(), body.to_string()),
        Answer::Never => std::future::pending().await,
    }
}

/// A site with these roads that gives up on a message after three tries.
pub fn roads(sink: Option<&Sink>, gate: Option<&Gate>) -> Post {
    let mail = sink.map(|sink| {
        let from = "潍企通 <noreply@qiye.example>";
        let (server, security) = ("127.0.0.1", Security::None);
        Mail::new(MailWish { server, port: sink.port, security, user: "", password: "", from }).unwrap()
    });
    let sms = gate.map(Gate::gateway);
    let terms = Terms { tries: 3, ..Terms::USUAL };
    Post { mail, sms, patience: Duration::from_millis(300), ..Post::kept(SITE, terms) }
}
