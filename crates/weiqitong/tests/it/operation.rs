//! What an operator does with the program, and what it tells them.

use crate::program::{Server, run, weiqitong};
use crate::wire::Wire;
use kernel::Clock;
use store::fresh::Fresh;

#[tokio::test]
async fn a_database_without_a_schema_is_served_only_when_asked_to_make_one() {
    let fresh = Fresh::bare(Clock::machine()).await.unwrap();
    let refused = weiqitong(&fresh.url, &["serve", "--listen", "127.0.0.1:0"]).output().unwrap();
    assert_eq!(refused.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&refused.stderr).contains("weiqitong migrate"));
    let server = Server::start(&fresh.url, &["--migrate"]);
    assert_eq!(Wire::open(server.public).unwrap().get("/readyz").unwrap().status, 200);
    assert!(server.stop());
    assert!(run(&fresh.url, &["migrate"]).contains("0 步"));
}

#[tokio::test]
async fn an_operator_reads_figures_inside_and_the_public_reads_none() {
    let fresh = Fresh::open(Clock::machine()).await.unwrap();
    let server = Server::start(&fresh.url, &[]);
    let mut visitor = Wire::open(server.public).unwrap();
    assert_eq!(visitor.get("/metrics").unwrap().status, 404);
    assert_eq!(visitor.get("/api/v1/demands/x").unwrap().status, 401);
    let told = Wire::open(server.admin).unwrap().get("/metrics").unwrap();
    assert_eq!(told.status, 200);
    let told = told.text();
    for line in [
        r#"weiqitong_request_seconds_count{method="GET",route="/api/v1/demands/{id}",status="401"} 1"#,
        r#"weiqitong_database_seconds_bucket{kind="read",le="0.005"}"#,
        r#"weiqitong_database_connections{pool="#,
        r#"weiqitong_jobs{state="dead"} 0"#,
        "weiqitong_sessions 0",
        "weiqitong_up 1",
        "process_resident_memory_bytes",
        "weiqitong_uptime_seconds",
    ] {
        assert!(told.contains(line), "{line} is not in\n{told}");
    }
    assert_eq!(Wire::open(server.admin).unwrap().get("/").unwrap().status, 404, "nothing else is there");
}

#[tokio::test]
async fn a_request_leaves_one_line_that_says_what_was_done_and_nothing_about_whom() {
    let fresh = Fresh::open(Clock::machine()).await.unwrap();
    let server = Server::start(&fresh.url, &[]);
    let mut visitor = Wire::open(server.public).unwrap();
    let answer = visitor.send("GET", "/api/v1/clients?q=13805361234", "x-request-id: r-17\r\n", None).unwrap();
    assert_eq!(answer.header("x-request-id"), Some("r-17"));
    let line = server.line(|line| line["target"] == "request");
    let said = &line["fields"];
    assert_eq!((said["request"].as_str(), said["method"].as_str()), (Some("r-17"), Some("GET")));
    assert_eq!(said["status"], answer.status);
    assert!(said["ms"].is_number(), "{line}");
    assert!(!line.to_string().contains("13805361234"), "{line}");
}

#[tokio::test]
async fn planning_a_round_that_is_not_there_fails_with_what_to_do() {
    let fresh = Fresh::open(Clock::machine()).await.unwrap();
    let done = weiqitong(&fresh.url, &["pair", "plan", "--round", "没有的批次"]).output().unwrap();
    let told = String::from_utf8_lossy(&done.stderr).into_owned();
    assert!(done.status.code() == Some(1) && told.contains("没有编号或名称为“没有的批次”"), "{told}");
}
