//! A plain HTTP/1.1 connection that is kept open, so that what is measured and killed is the server and not a client.

use serde_json::Value;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

/// An open connection, with the headers that every request carries.
pub struct Wire {
    stream: BufReader<TcpStream>,
    headers: String,
}

/// What came back.
pub struct Answer {
    pub status: u16,
    pub head: String,
    pub body: Vec<u8>,
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or(Value::Null)
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The value of a header, named in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        let pairs = self.head.lines().filter_map(|line| line.split_once(':'));
        pairs.into_iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.trim())
    }
}

impl Wire {
    pub fn open(server: SocketAddr) -> io::Result<Self> {
        let stream = TcpStream::connect(server)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(Duration::from_secs(30)))?;
        Ok(Self { stream: BufReader::new(stream), headers: "host: qiye.example\r\n".into() })
    }

    /// The same connection, on which every request carries this header, too.
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.headers.push_str(&format!("{name}: {value}\r\n"));
        self
    }

    /// Signs in as a program.
    pub fn signed_in(mut self, login: &str, password: &str) -> io::Result<Self> {
        let wish = serde_json::json!({ "login": login, "password": password }).to_string();
        let answer = self.send("POST", "/api/v1/sessions", "", Some(&wish))?;
        let Some(token) = answer.json()["token"].as_str().map(str::to_owned) else {
            return Err(io::Error::other(answer.text()));
        };
        Ok(self.with("authorization", &format!("Bearer {token}")))
    }

    /// The token of who signed in as a program.
    pub fn bearer(&self) -> Option<&str> {
        self.headers.lines().find_map(|line| line.strip_prefix("authorization: Bearer "))
    }

    pub fn get(&mut self, path: &str) -> io::Result<Answer> {
        self.send("GET", path, "", None)
    }

    /// Sends JSON. `more` are headers of this request alone, each with its line end.
    pub fn send(&mut self, method: &str, path: &str, more: &str, body: Option<&str>) -> io::Result<Answer> {
        let kind = if body.is_some() { "content-type: application/json\r\n" } else { "" };
        self.exchange(method, path, &format!("{kind}{more}"), body.unwrap_or(""))
    }

    /// Sends a body of any kind.
    pub fn exchange(&mut self, method: &str, path: &str, more: &str, body: &str) -> io::Result<Answer> {
        let length = if method == "GET" { String::new() } else { format!("content-length: {}\r\n", body.len()) };
        let request = format!("{method} {path} HTTP/1.1\r\n{}{more}{length}\r\n{body}", self.headers);
        self.stream.get_mut().write_all(request.as_bytes())?;
        let mut head = String::new();
        while !head.ends_with("\r\n\r\n") {
            if self.stream.read_line(&mut head)? == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
        }
        let status = head.split(' ').nth(1).and_then(|status| status.parse().ok());
        let mut answer =
            Answer { status: status.ok_or_else(|| io::Error::other(head.clone()))?, head, body: Vec::new() };
        let length: usize = answer.header("content-length").and_then(|length| length.parse().ok()).unwrap_or(0);
        answer.body.resize(length, 0);
        self.stream.read_exact(&mut answer.body)?;
        Ok(answer)
    }
}
