//! For load balancers.

use crate::town::Town;

#[tokio::test]
async fn a_node_is_ready_only_while_its_database_is() {
    let town = Town::new().await;
    let balancer = town.stranger();
    assert_eq!(balancer.get("/readyz").await.status, 200);
    town.app.store.clone().close().await;
    assert_eq!(balancer.get("/healthz").await.status, 200);
    let answer = balancer.get("/readyz").await;
    assert_eq!(answer.status, 503);
    assert!(answer.detail().contains("数据库"), "{}", answer.text);
}
