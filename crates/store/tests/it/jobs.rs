//! Jobs: done once, tried again, never silently lost.

use crate::{SHOUGUANG, fresh, noon};
use chrono::Duration;
use kernel::Problem;
use serde::{Deserialize, Serialize};
use std::sync::{Arc, Mutex};
use store::{Job, Store, Worker};

#[derive(Default)]
struct Desk {
    done: Mutex<Vec<String>>,
    closed: Mutex<bool>,
}

#[derive(Serialize, Deserialize)]
struct Letter(String);

impl Job<Arc<Desk>> for Letter {
    const NAME: &'static str = "test.letter";
    const TRIES: i64 = 3;
    async fn run(self, desk: Arc<Arc<Desk>>) -> Result<(), Problem> {
        if *desk.closed.lock().unwrap() {
            return Err(Problem::Unavailable("the desk is closed".into()));
        }
        desk.done.lock().unwrap().push(self.0);
        Ok(())
    }
}

async fn post(store: &Store, letter: &str) {
    let tx = store.begin().await.unwrap();
    tx.enqueue(SHOUGUANG, &Letter(letter.into())).await.unwrap();
    tx.commit().await.unwrap();
}

struct Node {
    worker: Worker<Arc<Desk>>,
    desk: Arc<Desk>,
}

fn node(desk: &Arc<Desk>) -> Node {
    Node { worker: Worker::new(desk.clone()).knows::<Letter>(), desk: desk.clone() }
}

impl Node {
    async fn works(&self, store: &Store) -> Vec<String> {
        while self.worker.step(store).await.unwrap() {}
        std::mem::take(&mut *self.desk.done.lock().unwrap())
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nodes_that_work_at_once_do_each_job_once() {
    let fresh = fresh().await;
    for letter in 0..20 {
        post(&fresh.store, &format!("{letter:02}")).await;
    }
    let desk = Arc::new(Desk::default());
    let nodes: Vec<_> = (0..3)
        .map(|_| {
            let (node, store) = (node(&desk), fresh.store.clone());
            tokio::spawn(async move { node.works(&store).await })
        })
        .collect();
    let mut done = Vec::new();
    for node in nodes {
        done.extend(node.await.unwrap());
    }
    done.sort();
    assert_eq!(done, (0..20).map(|letter| format!("{letter:02}")).collect::<Vec<_>>());
}

#[tokio::test]
async fn a_job_that_failed_is_tried_again_later_and_then_lies_dead_where_it_can_be_seen() {
    let fresh = fresh().await;
    let node = node(&Arc::new(Desk::default()));
    post(&fresh.store, "late").await;
    *node.desk.closed.lock().unwrap() = true;
    assert!(node.worker.step(&fresh.store).await.unwrap());
    assert!(!node.worker.step(&fresh.store).await.unwrap(), "not before its time");
    for _ in 0..2 {
        fresh.store.clock().set(fresh.store.clock().now() + Duration::hours(1));
        assert!(node.worker.step(&fresh.store).await.unwrap());
    }
    fresh.store.clock().set(fresh.store.clock().now() + Duration::days(1));
    assert!(!node.worker.step(&fresh.store).await.unwrap(), "three tries and no more");
    let seen = fresh.store.figures().await.unwrap();
    assert_eq!((seen.jobs_waiting, seen.jobs_dead), (0, 1));
    let dead = fresh.store.dead_jobs().await.unwrap();
    assert_eq!(dead.len(), 1);
    assert_eq!(dead[0].failure.as_deref(), Some("the desk is closed"));
    assert_eq!(dead[0].made_at, noon());
}

#[tokio::test]
async fn a_job_whose_node_died_is_taken_over_when_its_lease_has_run_out() {
    let fresh = fresh().await;
    post(&fresh.store, "orphan").await;
    let node = node(&Arc::new(Desk::default()));
    let tx = fresh.store.begin().await.unwrap();
    let claimed = "UPDATE job SET tries = 1, claimed_until = $1";
    tx.run(store::Sql::text(claimed).bind(noon() + Duration::minutes(10))).await.unwrap();
    tx.commit().await.unwrap();
    assert!(node.works(&fresh.store).await.is_empty());
    fresh.store.clock().set(noon() + Duration::minutes(10));
    assert_eq!(node.works(&fresh.store).await, ["orphan"]);
}

#[tokio::test]
async fn a_job_of_a_kind_this_node_does_not_know_waits_for_one_that_does() {
    let fresh = fresh().await;
    post(&fresh.store, "later").await;
    assert!(!Worker::new(()).step(&fresh.store).await.unwrap());
    assert_eq!(node(&Arc::new(Desk::default())).works(&fresh.store).await, ["later"]);
}
