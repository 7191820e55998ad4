//! Keys: their rows, their changes, and who has followed them.

use std::time::{Duration, Instant};

use flowgate::{
    id::KeyId,
    key::{ApiKey, AppGrant, Grant, KeyHash, Scopes},
    store::{IssueError, Issued, KeyRow, ProcessRow, Store, StoreError},
};

use super::NOW;
use crate::support::database::on_both_stores;

fn grant() -> Grant {
    Grant { account: Some("61179".into()), bot: None, scopes: Scopes::default(), expires_at: None, note: Some("for tests".to_owned()) }
}

async fn made(store: &Store, grant: Grant) -> (KeyRow, ApiKey) {
    match store.issue_key(grant, NOW).await.unwrap() {
        Issued::Key(row, key) => (row, key),
        Issued::App(..) => panic!("no key"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_is_kept_as_its_hash_and_found_by_what_names_it() {
    on_both_stores(async |store| {
        let (row, key) = made(&store, Grant { bot: Some("shop".into()), expires_at: Some(NOW.plus_ms(5)), ..grant() }).await;
        assert_eq!(store.key(&key.id()).await.unwrap().as_ref(), Some(&row));
        assert_eq!(store.all_keys().await.unwrap(), std::slice::from_ref(&row));
        assert_eq!((row.hash, row.scopes.to_string(), row.created_at), (key.hash(), "messages read send".to_owned(), NOW));
        let keys = store.keys().await.unwrap();
        assert!(keys.key(&key, NOW.plus_ms(4)).is_some() && keys.key(&key, NOW.plus_ms(5)).is_none());
        assert!(keys.key(&ApiKey::random().unwrap(), NOW).is_none());
        let bad = Grant { account: None, ..grant() };
        assert!(matches!(store.issue_key(bad, NOW).await, Err(IssueError::Grant(_))));
        assert_eq!(store.key(&KeyId::from("nobody")).await, Ok(None));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_app_is_found_by_its_id_and_its_secret() {
    on_both_stores(async |store| {
        let grant = AppGrant { bot: "shop".into(), expires_at: None, note: None };
        let Issued::App(row, secret) = store.issue_app(grant, NOW).await.unwrap() else { panic!("no app") };
        let keys = store.keys().await.unwrap();
        assert_eq!(keys.app(&row.id, secret.hash(), NOW).map(|app| app.bot.clone()), Some(Some("shop".into())));
        assert!(keys.app(&row.id, KeyHash::of("nonsense"), NOW).is_none());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_change_raises_the_revision_and_nothing_else_does() {
    on_both_stores(async |store| {
        let revision = async || store.keys_revision().await.unwrap();
        assert_eq!(revision().await, 0);
        let (row, key) = made(&store, grant()).await;
        assert_eq!(revision().await, 1);
        store.note_use(&row.id, NOW.plus_ms(7)).await.unwrap();
        store.note_use(&row.id, NOW.plus_ms(3)).await.unwrap();
        assert_eq!(store.key(&row.id).await.unwrap().unwrap().last_used_at, Some(NOW.plus_ms(7)), "never back");
        assert_eq!((revision().await, store.keys().await.unwrap().revision()), (1, 1));

        assert_eq!(store.revoke(&row.id, NOW).await, Ok(true));
        assert_eq!(revision().await, 2);
        assert!(store.keys().await.unwrap().key(&key, NOW).is_none());
        assert_eq!(store.revoke(&row.id, NOW.plus_ms(1)).await, Ok(false), "once");
        assert_eq!(store.revoke(&"nobody".into(), NOW).await, Ok(false));
        assert_eq!(revision().await, 2);
        assert_eq!(store.key(&row.id).await.unwrap().unwrap().revoked_at, Some(NOW));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_successor_opens_the_same_and_the_old_key_ends() {
    on_both_stores(async |store| {
        let (old, old_key) = made(&store, Grant { scopes: "read".parse().unwrap(), ..grant() }).await;
        let Issued::Key(new, new_key) = store.rotate(&old, 1_000, NOW).await.unwrap() else { panic!("no key") };
        assert_eq!((new.account, new.scopes, new.note), (old.account.clone(), old.scopes.clone(), old.note.clone()));
        let keys = store.keys().await.unwrap();
        assert!(keys.key(&old_key, NOW.plus_ms(999)).is_some() && keys.key(&old_key, NOW.plus_ms(1_000)).is_none());
        assert!(keys.key(&new_key, NOW.plus_ms(1_000)).is_some());

        let old = store.key(&old.id).await.unwrap().unwrap();
        store.rotate(&old, 5_000, NOW).await.unwrap();
        assert_eq!(store.key(&old.id).await.unwrap().unwrap().expires_at, Some(NOW.plus_ms(1_000)), "no overlap makes it longer");
        store.rotate(&old, 0, NOW).await.unwrap();
        assert!(store.keys().await.unwrap().key(&old_key, NOW).is_none());
        let ended = store.key(&old.id).await.unwrap().unwrap();
        assert!(matches!(store.rotate(&ended, 0, NOW).await, Err(IssueError::Ended)));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn revoking_waits_for_processes_that_live_and_not_for_long_for_the_dead() {
    on_both_stores(async |store| {
        let (row, _) = made(&store, grant()).await;
        let process = |id: &str| ProcessRow { id: id.to_owned(), started_at: NOW };
        let (alive, dead, gone) = (process("alive"), process("dead"), process("gone"));
        for one in [&alive, &dead, &gone] {
            store.keep_process(one, 1, NOW).await.unwrap();
        }
        store.remove_process(&gone).await.unwrap();
        let begun = Instant::now();
        let (revoked, ()) = tokio::join!(store.revoke(&row.id, NOW), async {
            while store.keys_revision().await.unwrap() < 2 {
                tokio::task::yield_now().await;
            }
            store.keep_process(&alive, 2, NOW).await.unwrap();
        });
        assert_eq!(revoked, Ok(true));
        assert!(begun.elapsed() > Duration::from_secs(4), "the dead one may not be dead");
        let begun = Instant::now();
        store.keep_process(&alive, 9, NOW).await.unwrap();
        assert_eq!(store.keys_followed(9).await, Ok(()));
        assert!(begun.elapsed() < Duration::from_secs(4), "it is forgotten");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_that_are_made_at_once_are_all_there() {
    on_both_stores(async |store| {
        let all = futures_util::future::join_all((0..20).map(|_| store.issue_key(grant(), NOW))).await;
        assert!(all.iter().all(Result::is_ok), "{all:?}");
        assert_eq!((store.all_keys().await.unwrap().len(), store.keys_revision().await), (20, Ok(20)));
        let nul = Grant { note: Some("a\0".to_owned()), ..grant() };
        assert!(!matches!(store.issue_key(nul, NOW).await, Err(IssueError::Store(StoreError::Unavailable(_))) | Ok(_)));
    })
    .await;
}
