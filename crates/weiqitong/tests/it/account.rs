//! The administrators of a new site come from its command line.

use crate::program::{run, weiqitong};

#[test]
fn whoever_runs_the_server_opens_the_administrators_and_gives_them_new_passwords() {
    let folder = std::env::temp_dir().join(format!("wqt_account_{}", std::process::id()));
    let url = format!("sqlite:{}", folder.join("a.db").display());
    run(&url, &["migrate"]);
    let first = run(&url, &["account", "open", "anquan", "--name", "李明", "--role", "security_admin"]);
    assert!(first.contains("只显示这一次"), "{first}");
    let second = run(&url, &["account", "reset-password", "anquan"]);
    assert_ne!(first, second);
    for (arguments, told) in [
        (["account", "open", "anquan", "--name", "李明", "--role", "audit_admin"].as_slice(), "已被使用"),
        (&["account", "open", "wang", "--name", "王芳", "--role", "leader"], "只开通三种管理员"),
        (&["account", "reset-password", "nobody"], "没有使用中的账号"),
    ] {
        let refused = weiqitong(&url, arguments).output().unwrap();
        assert_eq!(refused.status.code(), Some(1), "{arguments:?}");
        assert!(String::from_utf8_lossy(&refused.stderr).contains(told), "{arguments:?}");
    }
    let _ = std::fs::remove_dir_all(folder);
}
