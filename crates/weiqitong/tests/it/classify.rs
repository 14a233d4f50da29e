//! An administrator who teaches the program to file letters, from the command line.

use crate::program::{run, weiqitong};
use serde_json::Value;
use std::fmt::Write;
use std::fs;
use std::path::PathBuf;

/// A folder of one test's own, gone afterwards.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("wqt_classify_{name}_{}", std::process::id()));
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn path(&self, name: &str) -> String {
        self.0.join(name).display().to_string()
    }

    fn file(&self, name: &str, bytes: &[u8]) -> String {
        fs::write(self.0.join(name), bytes).unwrap();
        self.path(name)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// Made-up letters of two kinds: from one hall and from another they are never word for word the same.
fn letters(from: usize, to: usize) -> String {
    let mut sheet = String::from("id,text,label\n");
    for n in from..to {
        let street = ["圣城", "文家", "洛城"][n % 3];
        writeln!(sheet, "{n},\"{street}{n}号变压器容量不足，请增容\",用电").unwrap();
        writeln!(sheet, "{n},\"{street}{n}号流动资金贷款\n迟迟未批\",融资").unwrap();
    }
    sheet
}

fn refused(arguments: &[&str]) -> (Option<i32>, String) {
    let done = weiqitong("sqlite::memory:", &[&["classify"], arguments].concat()).output().unwrap();
    assert!(done.stdout.is_empty(), "{}", String::from_utf8_lossy(&done.stdout));
    (done.status.code(), String::from_utf8_lossy(&done.stderr).into_owned())
}

#[test]
fn an_administrator_teaches_the_program_and_it_files_the_next_letters() {
    let folder = Folder::new("teaches");
    let (before, after) =
        (folder.file("before.csv", letters(0, 20).as_bytes()), folder.file("after.csv", letters(20, 30).as_bytes()));
    let model = folder.path("model");
    let told = run("sqlite::memory:", &["classify", "train", &before, "--model", &model, "--folds", "4"]);
    assert!(told.contains("40 条有标签的文本：准确率 1.0000，宏平均 F1 1.0000"), "{told}");
    assert!(told.contains("已从 40 条文本学会 2 个标签"), "{told}");

    let done = weiqitong("sqlite::memory:", &["classify", "predict", &after, "--model", &model]).output().unwrap();
    assert!(done.status.success(), "{done:?}");
    let sheet = String::from_utf8(done.stdout).unwrap();
    let lines: Vec<&str> = sheet.lines().collect();
    assert_eq!((lines[0], lines.len()), ("label,confidence", 21));
    assert!(lines[1].starts_with("用电,0.") && lines[2].starts_with("融资,0."), "{sheet}");
    assert!(String::from_utf8_lossy(&done.stderr).contains("宏平均 F1 1.0000"), "{:?}", done.stderr);

    let told: Value =
        serde_json::from_str(&run("sqlite::memory:", &["classify", "predict", &after, "--model", &model, "--json"]))
            .unwrap();
    assert_eq!((&told["items"][0]["label"], &told["report"]["macro_f1"]), (&"用电".into(), &1.0.into()));
    assert_eq!(told["items"][0]["guesses"].as_array().unwrap().len(), 2);
}

#[test]
fn letters_saved_by_excel_are_read_and_need_no_label_to_be_filed() {
    let folder = Folder::new("excel");
    let (bytes, _, _) = encoding_rs::GB18030.encode("text\n变压器增容\n贷款未批\n");
    let (before, next) = (folder.file("before.csv", letters(0, 20).as_bytes()), folder.file("next.csv", &bytes));
    let model = folder.path("model");
    let told: Value =
        serde_json::from_str(&run("sqlite::memory:", &["classify", "train", &before, "--model", &model, "--json"]))
            .unwrap();
    assert_eq!((&told["texts"], &told["report"]), (&40.into(), &Value::Null));
    let done = weiqitong("sqlite::memory:", &["classify", "predict", &next, "--model", &model]).output().unwrap();
    let sheet = String::from_utf8(done.stdout).unwrap();
    assert_eq!(
        sheet.lines().map(|line| line.split(',').next().unwrap()).collect::<Vec<_>>(),
        ["label", "用电", "融资"]
    );
    assert!(done.stderr.is_empty(), "{:?}", done.stderr);
}

#[test]
fn whoever_brings_the_wrong_sheet_is_told_what_to_mend() {
    let folder = Folder::new("wrong");
    let model = folder.path("model");
    for (name, sheet, told) in [
        ("empty.csv", "", "文件是空的"),
        ("heads.csv", "text,label\n", "只有列名，没有内容"),
        ("no_text.csv", "content,label\n用电,甲\n", "缺少列“text”"),
        ("no_label.csv", "text\n用电\n", "缺少列“label”"),
        ("blank.csv", "text,label\n用电,甲\n贷款,\n", "第 3 行没有标签"),
        ("one.csv", "text,label\n用电增容,甲\n用电报装,甲\n", "所有文本都是同一个标签“甲”"),
        ("ragged.csv", "text,label\n用电,甲\n用电,甲,乙\n", "第 3 行的列数与列名不符"),
    ] {
        let (code, said) = refused(&["train", &folder.file(name, sheet.as_bytes()), "--model", &model]);
        assert_eq!(code, Some(1), "{name}: {said}");
        assert!(said.contains(told) && said.contains(name), "{name}: {said}");
    }
    assert!(!folder.0.join("model").exists(), "nothing was learnt, nothing is written");
    let sheet = folder.file("good.csv", letters(0, 5).as_bytes());
    for (name, bytes, told) in
        [("page", "<html>".as_bytes(), "这不是分类模型文件"), ("cut", b"wqt-text\x01\x00\x02", "模型文件已损坏")]
    {
        let (code, said) = refused(&["predict", &sheet, "--model", &folder.file(name, bytes)]);
        assert_eq!(code, Some(1), "{name}");
        assert!(said.contains(told), "{name}: {said}");
    }
    let (code, said) = refused(&["predict", &sheet, "--model", &folder.path("nowhere")]);
    assert!(code == Some(1) && said.contains("无法读取"), "{said}");
    assert_eq!(refused(&["train", &sheet]).0, Some(2), "without a model it is no command");
    assert_eq!(refused(&["train", &sheet, "--model", &model, "--folds", "1"]).0, Some(2));
}
