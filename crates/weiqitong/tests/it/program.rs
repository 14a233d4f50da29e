//! The real program, run for a test on a database of its own.

use serde_json::Value;
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

const PROGRAM: &str = env!("CARGO_BIN_EXE_weiqitong");
/// How long a line of the log may be awaited.
const PATIENCE: Duration = Duration::from_secs(60);

/// `weiqitong` with these arguments on this database.
pub fn weiqitong(url: &str, arguments: &[&str]) -> Command {
    let mut command = Command::new(PROGRAM);
    // What it keeps beside a database, such as its keys, is not left among the sources.
    command.current_dir(env!("CARGO_TARGET_TMPDIR"));
    command.args(["--database", url]).args(arguments).env("WQT_LOG__FORMAT", "json");
    // What is closed long ago is archived by night: what is told and measured should be the same at every hour.
    command.env("WQT_SITE__ARCHIVE_DAYS", "0");
    command
}

/// Runs it to its end; gives what it printed.
pub fn run(url: &str, arguments: &[&str]) -> String {
    let done = weiqitong(url, arguments).output().unwrap();
    assert!(done.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&done.stderr));
    String::from_utf8(done.stdout).unwrap()
}

/// A server that is gone with this value, as after a power cut.
pub struct Server {
    child: Child,
    log: Receiver<Value>,
    /// Where people are served.
    pub public: SocketAddr,
    /// Where figures are.
    pub admin: SocketAddr,
}

impl Server {
    pub fn start(url: &str, arguments: &[&str]) -> Self {
        let serve = ["serve", "--listen", "127.0.0.1:0", "--admin-listen", "127.0.0.1:0"];
        let mut command = weiqitong(url, &[&serve, arguments].concat());
        let mut child = command.stderr(Stdio::piped()).stdout(Stdio::null()).spawn().unwrap();
        let (tell, log) = channel();
        let lines = BufReader::new(child.stderr.take().unwrap()).lines();
        std::thread::spawn(move || {
            for line in lines.map_while(Result::ok) {
                // Nobody listens any more: the test is over.
                let _ = tell.send(serde_json::from_str(&line).unwrap_or(Value::String(line)));
            }
        });
        let nowhere = SocketAddr::from(([127, 0, 0, 1], 0));
        let mut server = Self { child, log, public: nowhere, admin: nowhere };
        server.admin = server.address("figures at /metrics");
        server.public = server.address("serving");
        server
    }

    fn address(&self, message: &str) -> SocketAddr {
        self.line(|line| line["fields"]["message"] == message)["fields"]["address"].as_str().unwrap().parse().unwrap()
    }

    /// The next line of the log of which this is true.
    pub fn line(&self, wanted: impl Fn(&Value) -> bool) -> Value {
        let mut before = Vec::new();
        loop {
            match self.log.recv_timeout(PATIENCE) {
                Ok(line) if wanted(&line) => return line,
                Ok(line) => before.push(line.to_string()),
                Err(_) => panic!("the program said no more than: {}", before.join("\n")),
            }
        }
    }

    /// As a power cut would.
    pub fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// As an operator would; true when the program ended well.
    pub fn stop(mut self) -> bool {
        let pid = self.child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
        self.child.wait().unwrap().success()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Already dead is as good.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
