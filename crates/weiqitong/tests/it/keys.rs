//! The keys to personal information, as an operator keeps them.

use crate::program::{Server, run, weiqitong};
use kernel::Clock;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use store::fresh::Fresh;

/// A folder of one's own for keys, gone with this value.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("wqt-keys-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        Self(folder)
    }

    fn keys(&self) -> PathBuf {
        self.0.join("keys.toml")
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // A folder that stays behind in the temporary directory harms nobody.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn refused(url: &str, arguments: &[&str]) -> String {
    let done = weiqitong(url, arguments).output().unwrap();
    assert_eq!(done.status.code(), Some(1), "{arguments:?}");
    String::from_utf8(done.stderr).unwrap()
}

fn secrets(file: &Path) -> Vec<String> {
    let text = std::fs::read_to_string(file).unwrap();
    let secret = |line: &str| Some(line.split_once("secret = \"")?.1.trim_end_matches('"').to_owned());
    text.lines().filter_map(secret).collect()
}

#[tokio::test]
async fn an_operator_makes_keys_changes_them_while_serving_and_drops_the_old_one() {
    let (fresh, folder) = (Fresh::bare(Clock::machine()).await.unwrap(), Folder::new("rotate"));
    let data = folder.0.to_str().unwrap();
    run(&fresh.url, &["--data", data, "demo", "--scale", "tiny"]);
    let keys = folder.keys();
    assert_eq!(std::fs::metadata(&keys).unwrap().permissions().mode() & 0o777, 0o600);
    let list = |before: &[&str]| run(&fresh.url, &[&["--data", data, "keys", "list"], before].concat());
    let told: serde_json::Value = serde_json::from_str(&list(&["--json"])).unwrap();
    let (old, count) =
        (told["keys"][0]["id"].as_str().unwrap().to_owned(), told["keys"][0]["values"].as_i64().unwrap());
    assert!(count > 100 && told["plain"] == 0, "{told}");

    let server = Server::start(&fresh.url, &["--data", data]);
    let told = run(&fresh.url, &["--data", data, "keys", "rotate"]);
    assert!(told.contains(&format!("重新加密 {count} 条")), "{told}");
    let told = list(&[]);
    assert!(told.contains("旧  0 条") && told.contains(&format!("当前  {count} 条")), "{told}");
    assert!(server.stop());

    let told = run(&fresh.url, &["--data", data, "keys", "drop", &old]);
    assert!(told.contains(&old));
    assert!(!std::fs::read_to_string(&keys).unwrap().contains(&old));
    for told in [list(&[]), run(&fresh.url, &["--data", data, "config", "check"])] {
        assert!(secrets(&keys).iter().all(|secret| !told.contains(secret.as_str())), "{told}");
    }
    assert!(run(&fresh.url, &["--data", data, "config", "check"]).contains("aes-256-gcm"));
}

#[tokio::test]
async fn a_server_does_not_start_without_the_key_to_what_is_sealed() {
    let (fresh, folder) = (Fresh::bare(Clock::machine()).await.unwrap(), Folder::new("lost"));
    let data = folder.0.to_str().unwrap();
    run(&fresh.url, &["--data", data, "demo", "--scale", "tiny"]);
    let (keys, safe) = (folder.keys(), folder.0.join("safe.toml"));
    std::fs::rename(&keys, &safe).unwrap();
    for command in [&["serve"][..], &["migrate"], &["keys", "new"]] {
        let told = refused(&fresh.url, &[&["--data", data], command].concat());
        assert!(told.contains("找不到密钥文件") && told.contains("备份"), "{command:?}: {told}");
        assert!(!keys.exists(), "{command:?} made another key");
    }
    let other = Fresh::bare(Clock::machine()).await.unwrap();
    run(&other.url, &["--data", data, "migrate"]);
    let told = refused(&fresh.url, &["--data", data, "serve"]);
    assert!(told.contains("密钥文件里没有它"), "the keys of another database: {told}");
    std::fs::rename(&safe, &keys).unwrap();
    assert!(Server::start(&fresh.url, &["--data", data]).stop());
}

#[tokio::test]
async fn a_site_that_must_use_the_national_ciphers_says_so_in_its_settings() {
    let (fresh, folder) = (Fresh::bare(Clock::machine()).await.unwrap(), Folder::new("sm4"));
    let data = folder.0.to_str().unwrap();
    let mut demo = weiqitong(&fresh.url, &["--data", data, "demo", "--scale", "tiny"]);
    assert!(demo.env("WQT_KEYS__ALGORITHM", "sm4-gcm").output().unwrap().status.success());
    assert!(run(&fresh.url, &["--data", data, "keys", "list"]).contains("sm4-gcm"));
    let mut odd = weiqitong(&fresh.url, &["config", "check"]);
    let odd = odd.env("WQT_KEYS__ALGORITHM", "rot13").output().unwrap();
    assert!(String::from_utf8_lossy(&odd.stderr).contains("sm4-gcm"));
}
