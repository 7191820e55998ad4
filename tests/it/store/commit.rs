//! What a commit decides and writes.

use flowgate::store::{Committed, Direction, Inbox, Store, StoreError, TurnCommit, TurnLog};
use futures_util::{FutureExt, future::join_all};

use super::{NOW, inbound, key, message, turn};
use crate::support::database::on_both_stores;

const WON_1: Committed = Committed::Won { version: 1 };

async fn all_at_once(store: &Store, turns: Vec<TurnCommit>) -> Vec<Result<Committed, StoreError>> {
    join_all(turns.into_iter().map(|turn| store.commit(turn))).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_turn_is_stored_with_everything_that_it_brings() {
    on_both_stores(async |store| {
        let ada = key("ada");
        let mut first = turn(&ada, None);
        first.wake_at = Some(NOW.plus_ms(60_000));
        first.lease_until = Some(NOW.plus_ms(10_000));
        first.inbound = Some(inbound("in-1", "ext-1"));
        first.messages = vec![message("out-1", Direction::Out), message("out-2", Direction::Out)];
        first.messages[0].items = Some("[1]".to_owned());
        first.log.as_mut().unwrap().start_state = Some("the whole conversation".to_owned());
        assert_eq!(store.commit(first.clone()).await, Ok(WON_1));

        let row = store.load(&ada).await.unwrap().unwrap();
        assert_eq!((row.key, row.uid, row.version, row.state), (ada.clone(), first.uid, 1, first.state));
        assert_eq!((row.wake_at, row.lease_until), (first.wake_at, first.lease_until));
        assert_eq!((row.session_version, row.run_id), (first.session_version, Some(first.run_id)));
        assert_eq!((row.created_at, row.last_interaction), (first.now, first.now));
        let stored: Vec<_> = store.messages_after(&ada, 0, 10).await.unwrap().into_iter().map(|row| row.message).collect();
        assert_eq!(stored, [&[first.inbound.unwrap()], first.messages.as_slice()].concat());
        let log = store.turns(&ada, 0, 10).await.unwrap();
        assert_eq!(log.len(), 1);
        assert_eq!((log[0].turn, log[0].at, log[0].start_state.as_deref()), (1, first.now, Some("the whole conversation")));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_next_turn_changes_the_row_and_an_old_version_loses() {
    on_both_stores(async |store| {
        let ada = key("ada");
        let mut first = turn(&ada, None);
        first.inbound = Some(inbound("in-1", "ext-1"));
        first.wake_at = Some(NOW);
        store.commit(first.clone()).await.unwrap();
        let second = TurnCommit { session_version: None, log: None, ..turn(&ada, Some(1)) };
        assert_eq!(store.commit(second.clone()).await, Ok(Committed::Won { version: 2 }));
        let row = store.load(&ada).await.unwrap().unwrap();
        assert_eq!((row.version, row.state, row.wake_at, row.session_version), (2, second.state, None, None));
        assert_eq!(row.last_interaction, first.now, "the second turn was not the user's");

        let mut late = turn(&ada, Some(1));
        late.messages[0].id = "late".into();
        assert_eq!(store.commit(late).await, Ok(Committed::Lost));
        let mut again_new = turn(&ada, None);
        again_new.messages[0].id = "again".into();
        assert_eq!(store.commit(again_new).await, Ok(Committed::Lost));
        assert_eq!(store.last_messages(&ada, 10).await.unwrap().len(), 3);
        assert_eq!(store.turns(&ada, 0, 10).await.unwrap().len(), 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_known_external_id_is_a_duplicate_and_nothing_is_written() {
    on_both_stores(async |store| {
        let ada = key("ada");
        let with_event = |expected, id: &str| TurnCommit { inbound: Some(inbound(id, "ext-1")), ..turn(&ada, expected) };
        assert_eq!(store.commit(with_event(None, "a")).await, Ok(WON_1));
        assert_eq!(store.commit(with_event(Some(1), "b")).await, Ok(Committed::Duplicate));
        assert_eq!(store.commit(with_event(None, "c")).await, Ok(Committed::Duplicate));
        assert_eq!(store.load(&ada).await.unwrap().unwrap().version, 1);
        let bob = key("bob");
        let of_bob = TurnCommit { inbound: Some(inbound("d", "ext-1")), ..turn(&bob, None) };
        assert_eq!(store.commit(of_bob).await, Ok(WON_1), "the id is the conversation's own");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_turn_of_a_group_is_decided_alone() {
    on_both_stores(async |store| {
        let keys: Vec<_> = (0..300).map(|n| key(&format!("user-{n}"))).collect();
        let event = |n: usize, tag: &str| Some(inbound(&format!("in-{n}-{tag}"), &format!("ext-{n}")));
        let first = keys.iter().enumerate().map(|(n, key)| TurnCommit { inbound: event(n, "a"), ..turn(key, None) });
        assert!(all_at_once(&store, first.collect()).await.iter().all(|outcome| *outcome == Ok(WON_1)));

        let second = keys.iter().enumerate().map(|(n, key)| match n % 3 {
            0 => turn(key, Some(1)),
            1 => turn(key, Some(7)),
            _ => TurnCommit { inbound: event(n, "b"), ..turn(key, Some(1)) },
        });
        for (n, outcome) in all_at_once(&store, second.collect()).await.into_iter().enumerate() {
            let expected = [Committed::Won { version: 2 }, Committed::Lost, Committed::Duplicate][n % 3];
            assert_eq!(outcome, Ok(expected), "turn {n}");
        }
        for (n, key) in keys.iter().enumerate() {
            let rows = store.last_messages(key, 10).await.unwrap().len();
            assert_eq!((rows, store.turns(key, 0, 9).await.unwrap().len()), if n % 3 == 0 { (3, 2) } else { (2, 1) });
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_turns_of_one_conversation_at_once_one_wins() {
    on_both_stores(async |store| {
        let ada = key("ada");
        let mut rival = turn(&ada, None);
        rival.messages[0].id = "rival".into();
        assert_eq!(all_at_once(&store, vec![turn(&ada, None), rival]).await, [Ok(WON_1), Ok(Committed::Lost)]);
        let chain = (1..=50).map(|version| turn(&ada, Some(version))).collect();
        let won: Vec<_> = (2..=51).map(|version| Ok(Committed::Won { version })).collect();
        assert_eq!(all_at_once(&store, chain).await, won);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_turn_that_begins_a_run_does_not_overtake_the_inbox() {
    on_both_stores(async |store| {
        let ada = key("ada");
        store.commit(TurnCommit { lease_until: Some(NOW), ..turn(&ada, None) }).await.unwrap();
        assert_eq!(store.put_inbox(&ada, &inbound("w-1", "e-1")).await, Ok(Inbox::Waiting(1)));
        assert_eq!(store.put_inbox(&ada, &inbound("w-2", "e-2")).await, Ok(Inbox::Waiting(2)));

        assert_eq!(store.commit(turn(&ada, Some(1))).await, Ok(Committed::Lost));
        let answers = TurnCommit { begins_run: false, ..turn(&ada, Some(1)) };
        assert_eq!(store.commit(answers).await, Ok(Committed::Won { version: 2 }));
        let too_young = TurnCommit { takes: Some("w-2".into()), ..turn(&ada, Some(2)) };
        assert_eq!(store.commit(too_young.clone()).await, Ok(Committed::Lost));
        let oldest = TurnCommit { takes: Some("w-1".into()), ..turn(&ada, Some(2)) };
        assert_eq!(store.commit(oldest).await, Ok(Committed::Won { version: 3 }));
        let taken_twice = TurnCommit { takes: Some("w-1".into()), ..turn(&ada, Some(3)) };
        assert_eq!(store.commit(taken_twice).await, Ok(Committed::Lost));
        let next = TurnCommit { expected: Some(3), messages: vec![], log: None, ..too_young };
        assert_eq!(store.commit(next).await, Ok(Committed::Won { version: 4 }));
        assert_eq!(store.oldest_inbox(&ada).await, Ok(None));
        assert_eq!(store.commit(turn(&ada, Some(4))).await, Ok(Committed::Won { version: 5 }));

        let run = store.messages_of_run(&ada, &"run-3".into()).await.unwrap();
        assert_eq!(run.iter().map(|row| row.message.id.as_str()).collect::<Vec<_>>(), ["w-1", "w-2"]);
        let duplicate = TurnCommit { inbound: Some(inbound("x", "e-2")), ..turn(&ada, Some(5)) };
        assert_eq!(store.commit(duplicate).await, Ok(Committed::Duplicate));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_poisoned_turn_fails_alone() {
    on_both_stores(async |store| {
        let taken = turn(&key("taken"), None);
        store.commit(taken.clone()).await.unwrap();
        let mut turns: Vec<_> = (0..100).map(|n| turn(&key(&format!("user-{n:03}")), None)).collect();
        turns[17].state = "a\0b".to_owned();
        turns[42].uid = taken.uid; // a number that another conversation has
        turns[77].uid = turns[78].uid; // two conversations with one number: one of them is wrong
        let outcomes = all_at_once(&store, turns).await;
        assert_eq!(outcomes[17], Err(StoreError::Nul("the state")));
        assert!(matches!(outcomes[42], Err(StoreError::Refused(_))), "{:?}", outcomes[42]);
        let failed: Vec<_> = (0..100).filter(|n| outcomes[*n] != Ok(WON_1)).collect();
        assert!(failed == [17, 42, 77] || failed == [17, 42, 78], "{failed:?}");
        for n in failed {
            assert_eq!(store.load(&key(&format!("user-{n:03}"))).await, Ok(None));
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_over_long_value_fails_alone() {
    let postgres = crate::support::database::fresh_postgres().await;
    let store = Store::open(&postgres.url, crate::support::database::options()).await.unwrap();
    let noise: String = (0..20_000u32).map(|n| blake3::hash(&n.to_le_bytes()).to_hex().as_str()[..1].to_owned()).collect();
    let mut turns: Vec<_> = (0..50).map(|n| turn(&key(&format!("user-{n}")), None)).collect();
    turns[20] = turn(&key(&noise), None);
    for (n, outcome) in all_at_once(&store, turns).await.into_iter().enumerate() {
        assert!(if n == 20 { matches!(outcome, Err(StoreError::Refused(_))) } else { outcome == Ok(WON_1) }, "{n}: {outcome:?}");
    }
    crate::support::database::drop_database(&postgres.url).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn places_rise_through_turns_and_inbox() {
    on_both_stores(async |store| {
        let ada = key("ada");
        store.commit(TurnCommit { inbound: Some(inbound("a", "1")), ..turn(&ada, None) }).await.unwrap();
        store.put_inbox(&ada, &inbound("b", "2")).await.unwrap();
        store.put_inbox(&ada, &inbound("c", "3")).await.unwrap();
        store.commit(TurnCommit { begins_run: false, ..turn(&ada, Some(1)) }).await.unwrap();
        let rows = store.messages_after(&ada, 0, 10).await.unwrap();
        let ids: Vec<_> = rows.iter().map(|row| row.message.id.as_str()).collect();
        assert_eq!(ids, ["a", "ada-1-out", "b", "c", "ada-2-out"]);
        assert!(rows.is_sorted_by(|a, b| a.position < b.position));
        assert_eq!(rows.iter().map(|row| row.waiting).collect::<Vec<_>>(), [false, false, true, true, false]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_closed_store_has_written_what_it_took_and_takes_no_more() {
    on_both_stores(async |store| {
        let keys: Vec<_> = (0..60).map(|n| key(&format!("user-{n}"))).collect();
        let mut commits: Vec<_> = keys.iter().map(|key| Box::pin(store.commit(turn(key, None)))).collect();
        for commit in &mut commits {
            assert!(commit.as_mut().now_or_never().is_none());
        }
        store.close().await;
        assert!(join_all(commits).await.iter().all(|outcome| *outcome == Ok(WON_1)));
        assert_eq!(store.commit(turn(&key("late"), None)).await, Err(StoreError::Closed));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_caller_that_goes_away_does_not_take_its_turn_back() {
    on_both_stores(async |store| {
        let ada = key("ada");
        let mut commit = Box::pin(store.commit(turn(&ada, None)));
        let _on_its_way = commit.as_mut().now_or_never();
        drop(commit);
        let next = TurnCommit { log: None::<TurnLog>, ..turn(&ada, Some(1)) };
        assert_eq!(store.commit(next).await, Ok(Committed::Won { version: 2 }));
    })
    .await;
}
