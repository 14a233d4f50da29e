//! Anybody's minimum-cost flow problem, solved from the command line.

use crate::program::{run, weiqitong};
use std::fs;

#[test]
fn a_network_in_a_file_is_solved_and_a_bad_one_refused_by_line() {
    let folder = std::env::temp_dir().join(format!("wqt_pair_{}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    let file = |name: &str, text: &str| {
        let path = folder.join(name);
        fs::write(&path, text).unwrap();
        path.display().to_string()
    };
    let flows = folder.join("flows").display().to_string();
    let good = file("good.min", "p min 3 3\nn 1 2\nn 3 -2\na 1 2 0 1 1\na 2 3 0 9 0\na 1 3 0 9 4\n");
    assert_eq!(run("sqlite::memory:", &["pair", "solve", &good, "--flows", &flows]).trim(), "s 5");
    assert_eq!(fs::read_to_string(&flows).unwrap(), "s 5\nf 1 2 1\nf 2 3 1\nf 1 3 1\n");
    for (name, text, told) in [
        ("counts.min", "p min 3 2\na 1 2 0 1 1\n", "第 1 行：p 行说有 2 条弧，实际只有 1 条"),
        ("unbalanced.min", "p min 2 1\nn 1 3\nn 2 -2\na 1 2 0 9 1\n", "第 3 行：供应总量 3 与需求总量 2 不相等"),
        ("negative.min", "p min 2 1\nn 1 1\nn 2 -1\na 1 2 0 -1 1\n", "第 4 行：流量下限 0 和容量 -1 不能为负"),
        ("overflow.min", "p min 2 1\nn 1 1\nn 2 -1\na 1 2 0 9000000000000000000 -9\n", "第 4 行：数值过大"),
        ("infeasible.min", "p min 2 1\nn 1 2\nn 2 -2\na 1 2 0 1 1\n", "还差 1 个单位的去处"),
    ] {
        let refused = weiqitong("sqlite::memory:", &["pair", "solve", &file(name, text)]).output().unwrap();
        assert_eq!(refused.status.code(), Some(1), "{name}");
        assert!(String::from_utf8_lossy(&refused.stderr).contains(told), "{name}: {refused:?}");
    }
    let _ = fs::remove_dir_all(folder);
}
