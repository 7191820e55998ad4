//! Versions of bots and their generations.

use std::collections::BTreeSet;

use flowgate::{
    id::{BotKey, Version},
    store::{TurnCommit, VersionRow},
};
use futures_util::future::join_all;

use super::{NOW, key, turn};
use crate::support::database::on_both_stores;

fn version(hash: &str) -> VersionRow {
    VersionRow { hash: hash.into(), files: hash.repeat(1_000).into_bytes(), git_commit: Some("c0ffee".to_owned()), created_at: NOW }
}

#[tokio::test(flavor = "multi_thread")]
async fn versions_and_generations_are_kept() {
    on_both_stores(async |store| {
        let shop: BotKey = "shop".into();
        store.put_version(&shop, &version("v1")).await.unwrap();
        store.put_version(&shop, &version("v1")).await.unwrap();
        assert_eq!(store.version(&shop, &"v1".into()).await, Ok(Some(version("v1"))));
        let chosen = [("v1", "folder"), ("v2", "folder"), ("v1", "rollback")];
        for (number, (hash, by)) in (1..).zip(chosen) {
            assert_eq!(store.add_generation(&shop, &hash.into(), by, NOW).await, Ok(number));
        }
        let latest = store.latest_generation(&shop).await.unwrap().unwrap();
        assert_eq!((latest.generation, latest.hash.as_str(), latest.chosen.as_str()), (3, "v1", "rollback"));
        assert_eq!(store.of(&shop).generations(2).await.unwrap().len(), 2);
        assert_eq!(store.add_generation(&"clinic".into(), &"v1".into(), "folder", NOW).await, Ok(1));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn generations_that_are_chosen_at_once_have_numbers_of_their_own() {
    on_both_stores(async |store| {
        let shop: BotKey = "shop".into();
        let hash: Version = "v1".into();
        let numbers = join_all((0..10).map(|_| store.add_generation(&shop, &hash, "folder", NOW))).await;
        assert_eq!(numbers.into_iter().map(Result::unwrap).collect::<BTreeSet<_>>(), (1..=10).collect());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_version_goes_a_day_after_its_last_session() {
    const DAY: i64 = 24 * 60 * 60 * 1_000;
    on_both_stores(async |store| {
        let shop: BotKey = "shop".into();
        for hash in ["v1", "v2", "v3"] {
            store.put_version(&shop, &version(hash)).await.unwrap();
        }
        store.add_generation(&shop, &"v3".into(), "folder", NOW).await.unwrap();
        store.commit(TurnCommit { session_version: Some("v2".into()), ..turn(&key("ada"), None) }).await.unwrap();
        store.commit(TurnCommit { session_version: Some("v3".into()), ..turn(&key("bob"), None) }).await.unwrap();
        assert_eq!(store.sessions_per_version(&shop).await, Ok(vec![("v2".into(), 1), ("v3".into(), 1)]));
        assert_eq!(store.versions_in_use().await, Ok(vec![(shop.clone(), "v2".into()), (shop.clone(), "v3".into())]));

        assert_eq!(store.prune_versions(NOW).await, Ok(0));
        assert_eq!(store.prune_versions(NOW.plus_ms(DAY)).await, Ok(1));
        assert_eq!(store.version(&shop, &"v1".into()).await, Ok(None));
        store.commit(TurnCommit { session_version: None, ..turn(&key("ada"), Some(1)) }).await.unwrap();
        store.commit(TurnCommit { session_version: None, ..turn(&key("bob"), Some(1)) }).await.unwrap();
        assert_eq!(store.prune_versions(NOW.plus_ms(DAY)).await, Ok(0));
        assert_eq!(store.prune_versions(NOW.plus_ms(DAY * 2)).await, Ok(1));
        assert_eq!(store.version(&shop, &"v3".into()).await, Ok(Some(version("v3"))), "the live version stays");
    })
    .await;
}
