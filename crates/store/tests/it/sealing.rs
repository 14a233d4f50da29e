//! Personal values at rest: what lies in the database, what comes back, and what happens when keys change.

use super::{SHOUGUANG, fresh, noon, run};
use kernel::id::AccountId;
use kernel::{Clock, Login, Phone};
use sea_orm::FromQueryResult;
use std::sync::{Arc, Mutex};
use store::fresh::Fresh;
use store::private::{AccountFactor, AccountLogin, OfficialMobile, Secret};
use store::{Algorithm, Db, Keys, Private, Ring, Sealing, Sql, Store};
use uuid::Uuid;

#[derive(Debug, FromQueryResult)]
struct Official {
    mobile: Option<Private<OfficialMobile>>,
}

const READ: &str = "SELECT mobile, id AS mobile_of FROM official ORDER BY id";

/// A unit with so many officials, whose mobiles end in their place and lie there plain, as they did before there were keys.
async fn plain_officials(store: &Store, count: usize) -> Vec<Uuid> {
    let area =
        "INSERT INTO area (id, county_id, level, name, path) VALUES ($1, $1, 'county', '寿光市', '/3707/370783')";
    run(store, Sql::text(area).bind(SHOUGUANG)).await.unwrap();
    let unit = kernel::id::mint(noon());
    let insert = "INSERT INTO unit (id, county_id, area_id, area_path, level, kind, name)
                  VALUES ($1, $2, $2, '/3707/370783', 'county', 'department', '寿光市商务局')";
    run(store, Sql::text(insert).bind(unit).bind(SHOUGUANG)).await.unwrap();
    let mut ids = Vec::new();
    for place in 0..count {
        let id = kernel::id::mint(noon());
        let insert =
            "INSERT INTO official (id, county_id, unit_id, name, rank, mobile) VALUES ($1, $2, $3, '王', 'staff', $4)";
        let insert = Sql::text(insert).bind(id).bind(SHOUGUANG).bind(unit).bind(format!("1380536{place:04}"));
        run(store, insert).await.unwrap();
        ids.push(id);
    }
    ids.sort();
    ids
}

async fn text(store: &Store, id: Uuid) -> String {
    store.value(Sql::text("SELECT mobile FROM official WHERE id = $1").bind(id)).await.unwrap().unwrap()
}

async fn mobiles(store: &Store) -> Vec<String> {
    let rows: Vec<Official> = store.all(Sql::text(READ)).await.unwrap();
    let mut numbers: Vec<String> = rows.iter().map(|row| row.mobile.as_ref().unwrap().in_full().to_string()).collect();
    numbers.sort();
    numbers
}

#[tokio::test]
async fn numbers_from_before_there_were_keys_are_sealed_and_found_again() {
    let Fresh { store, .. } = &fresh().await;
    let ids = plain_officials(store, 3).await;
    assert!(store.all::<Official>(Sql::text(READ)).await.is_err(), "a plain value is no sealed one");
    assert_eq!(store.key_usage().await.unwrap().plain, 3);
    assert_eq!(store.seal_plain(|_| ()).await.unwrap(), 3);
    assert_eq!(store.seal_plain(|_| ()).await.unwrap(), 0, "done is done");
    let lying = text(store, ids[0]).await;
    assert!(lying.starts_with("v1.k") && !lying.contains("0536"), "{lying}");
    assert_eq!(mobiles(store).await, ["13805360000", "13805360001", "13805360002"]);
    let index = store.index::<OfficialMobile>(&Phone::parse("138 0536 0001").unwrap()).unwrap();
    let found = "SELECT COUNT(*) FROM official WHERE mobile_index = $1";
    assert_eq!(store.value::<i64>(Sql::text(found).bind(index)).await.unwrap(), Some(1));
    let version = "SELECT MAX(version) FROM official";
    assert_eq!(store.value::<i64>(Sql::text(version)).await.unwrap(), Some(1), "nobody's form went stale");
}

#[tokio::test]
async fn logins_from_before_they_were_sealed_are_found_again_and_shown_masked() {
    let Fresh { store, .. } = &fresh().await;
    for (login, shown) in [("13805361234", "138****1234"), ("wanglei", "wanglei")] {
        let id = kernel::id::mint(noon());
        let insert = "INSERT INTO account (id, county_id, login, name, password, made_at, area_path)
                      VALUES ($1, $2, $3, '王', '', $4, '/')";
        run(store, Sql::text(insert).bind(id).bind(SHOUGUANG).bind(login).bind(noon())).await.unwrap();
        assert_eq!(store.seal_plain(|_| ()).await.unwrap(), 1);
        assert_eq!(store.seal_anew(|_| ()).await.unwrap(), 0, "sealed with the key of today");
        let index = store.index::<AccountLogin>(&Login::typed(login)).unwrap();
        let found = "SELECT login_shown FROM account WHERE login_index = $1";
        assert_eq!(store.value::<String>(Sql::text(found).bind(index)).await.unwrap().as_deref(), Some(shown));
        let lying = "SELECT login FROM account WHERE id = $1";
        let lying: String = store.value(Sql::text(lying).bind(id)).await.unwrap().unwrap();
        assert!(lying.starts_with("v1.k") && !lying.contains(login), "{lying}");
    }
}

#[tokio::test]
async fn a_number_that_was_changed_or_moved_in_the_database_does_not_open() {
    let Fresh { store, .. } = &fresh().await;
    let ids = plain_officials(store, 2).await;
    store.seal_plain(|_| ()).await.unwrap();
    let (own, other) = (text(store, ids[0]).await, text(store, ids[1]).await);
    let put = |text: String| Sql::text("UPDATE official SET mobile = $2 WHERE id = $1").bind(ids[0]).bind(text);
    for forged in [
        other,
        format!("{}{}", &own[..own.len() - 1], if own.ends_with('A') { 'B' } else { 'A' }),
        "13800000000".into(),
    ] {
        run(store, put(forged)).await.unwrap();
        let refused = store.all::<Official>(Sql::text(READ)).await.unwrap_err();
        assert!(refused.to_string().contains("official.mobile"), "{refused}");
    }
    run(store, put(own)).await.unwrap();
    assert_eq!(mobiles(store).await.len(), 2);
}

#[tokio::test]
async fn keys_change_beside_a_server_that_reads_and_writes() {
    let fresh = fresh().await;
    let ids = plain_officials(&fresh.store, 1201).await;
    // The file, as every node has it.
    let file = Arc::new(Mutex::new(Ring::fresh(Algorithm::Aes256Gcm, "2026-01-05").unwrap().file()));
    let kept = |file: &Arc<Mutex<store::KeyFile>>| {
        let file = Arc::clone(file);
        Keys::kept(move || Ring::read(&file.lock().unwrap())).unwrap()
    };
    let server = fresh.store.clone().with_keys(kept(&file));
    server.seal_plain(|_| ()).await.unwrap();
    let old = file.lock().unwrap().current.clone();
    let (moved, stays) = (text(&server, ids[0]).await, server.key_usage().await.unwrap());
    assert_eq!(stays.sealed.into_iter().collect::<Vec<_>>(), [(old.clone(), 1201)]);

    let mut ring = Ring::read(&file.lock().unwrap()).unwrap();
    let new = ring.add(Algorithm::Sm4Gcm, "2026-02-01").unwrap();
    ring.use_key(&new).unwrap();
    *file.lock().unwrap() = ring.file();
    let operator = fresh.store.clone().with_keys(kept(&file));
    let mut batches = 0;
    assert_eq!(operator.seal_anew(|_| batches += 1).await.unwrap(), 1201);
    assert!(batches >= 3, "in batches, so that nobody waits long");
    assert_ne!(text(&server, ids[0]).await, moved);
    assert_eq!(operator.key_usage().await.unwrap().sealed.into_iter().collect::<Vec<_>>(), [(new.clone(), 1201)]);

    // The server has not heard of the new key: it looks again where it lies.
    assert_eq!(mobiles(&server).await.len(), 1201);
    let tx = server.begin().await.unwrap();
    let sealed = tx.seal::<OfficialMobile>(ids[0], Some(&Phone::parse("13805369999").unwrap())).unwrap();
    assert!(sealed.text.unwrap().starts_with(&format!("v1.{new}.")), "and seals with it from then on");
}

#[tokio::test]
async fn a_rotation_that_was_broken_off_is_begun_again_where_it_was() {
    let fresh = fresh().await;
    let ids = plain_officials(&fresh.store, 2).await;
    let mut ring = Ring::fresh(Algorithm::Aes256Gcm, "2026-01-05").unwrap();
    let first = fresh.store.clone().with_keys(Keys::of(Ring::read(&ring.file()).unwrap()));
    first.seal_plain(|_| ()).await.unwrap();
    let before = text(&first, ids[1]).await;
    let new = ring.add(Algorithm::Aes256Gcm, "2026-02-01").unwrap();
    ring.use_key(&new).unwrap();
    let second = fresh.store.clone().with_keys(Keys::of(ring));
    second.seal_anew(|_| ()).await.unwrap();
    // One row as if it had not been reached.
    run(&second, Sql::text("UPDATE official SET mobile = $2 WHERE id = $1").bind(ids[1]).bind(before)).await.unwrap();
    assert_eq!(second.seal_anew(|_| ()).await.unwrap(), 1);
    assert_eq!(mobiles(&second).await, ["13805360000", "13805360001"]);
}

#[tokio::test]
async fn without_keys_nothing_personal_is_read_or_written() {
    let fresh = fresh().await;
    plain_officials(&fresh.store, 1).await;
    fresh.store.seal_plain(|_| ()).await.unwrap();
    let blind = Store::open(&fresh.url, Clock::standing(noon())).await.unwrap();
    assert!(blind.all::<Official>(Sql::text(READ)).await.is_err());
    let tx = blind.begin().await.unwrap();
    let account = AccountId::mint(noon());
    let refused = tx.seal::<AccountFactor>(account.0, Some(&Secret("JBSWY3DP".into()))).unwrap_err();
    assert!(refused.to_string().contains("密钥"), "{refused}");
    assert!(tx.seal::<AccountFactor>(account.0, None).unwrap().text.is_none(), "nothing needs no key");
}

#[test]
fn what_was_read_prints_and_travels_masked() {
    let mobile = Private::<OfficialMobile>::new(Phone::parse("13805361234").unwrap());
    assert_eq!(format!("{mobile:?}"), "138****1234");
    assert_eq!(serde_json::to_string(&mobile).unwrap(), "\"138****1234\"");
    let secret = Private::<AccountFactor>::new(Secret("JBSWY3DP".into()));
    assert!(!format!("{secret:?}").contains("JBSW"));
}
