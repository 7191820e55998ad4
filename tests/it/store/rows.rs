//! What is read and written beside turns.

use std::collections::BTreeSet;

use flowgate::{
    id::BotKey,
    store::{Committed, Direction, INBOX_MAX, Inbox, NewMessage, REPEATED, Store, StoreError, TurnCommit},
};
use futures_util::future::join_all;

use super::{NOW, inbound, key, message, turn, uid};
use crate::support::{
    database::{on_both_databases, on_both_stores, options},
    patience::in_time,
};

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_there_is_none() {
    on_both_stores(async |store| {
        let nobody = key("nobody");
        assert_eq!(store.load(&nobody).await, Ok(None));
        assert_eq!(store.message(&nobody, &"m".into()).await, Ok(None));
        assert_eq!(store.message_by_external_id(&nobody, "e").await, Ok(None));
        assert_eq!(store.oldest_inbox(&nobody).await, Ok(None));
        assert_eq!(store.last_messages(&nobody, 5).await, Ok(vec![]));
        assert_eq!(store.latest_generation(&nobody.bot).await, Ok(None));
        assert_eq!(store.version(&nobody.bot, &"v1".into()).await, Ok(None));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_asked_at_the_same_time_is_answered_to_each() {
    on_both_stores(async |store| {
        let user = |n: usize| key(&format!("user-{}", n % 80));
        for n in 0..40 {
            let inbound = Some(inbound(&format!("in-{n}"), &format!("e-{n}")));
            store.commit(TurnCommit { inbound, ..turn(&user(n), None) }).await.unwrap();
        }
        let (load, ask) =
            (async |n| store.load(&user(n)).await, async |n| store.is_known(&user(n), &format!("e-{}", n % 80 - n % 2)).await);
        let (loaded, known) = tokio::join!(join_all((0..160).map(load)), join_all((0..160).map(ask)));
        for n in 0..160 {
            let there = n % 80 < 40;
            assert_eq!(
                loaded[n].as_ref().map(|row| row.as_ref().map(|row| (row.key.clone(), row.uid))),
                Ok(there.then(|| (user(n), uid(&user(n)))))
            );
            assert_eq!(known[n], Ok(there && n % 2 == 0), "{n}: every other one asks for the id of a neighbour");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn messages_are_found_by_id_place_and_run() {
    on_both_stores(async |store| {
        let ada = key("ada");
        for version in 0..4 {
            let expected = (version > 0).then_some(version);
            let mut next = turn(&ada, expected);
            next.inbound = Some(inbound(&format!("in-{version}"), &format!("ext-{version}")));
            for message in next.inbound.iter_mut().chain(&mut next.messages) {
                message.run_id = Some(next.run_id.clone());
            }
            store.commit(next).await.unwrap();
        }
        let ids = |rows: Vec<flowgate::store::MessageRow>| rows.into_iter().map(|row| row.message.id.to_string()).collect::<Vec<_>>();
        assert_eq!(ids(store.last_messages(&ada, 3).await.unwrap()), ["ada-3-out", "in-3", "ada-4-out"]);
        assert_eq!(ids(store.messages_of_run(&ada, &"run-2".into()).await.unwrap()), ["in-1", "ada-2-out"]);
        let found = store.message_by_external_id(&ada, "ext-2").await.unwrap().unwrap();
        assert_eq!(store.message(&ada, &found.message.id).await.unwrap().unwrap(), found);
        assert_eq!(ids(store.messages_after(&ada, found.position, 2).await.unwrap()), ["ada-3-out", "in-3"]);
        assert_eq!(store.message(&key("bob"), &found.message.id).await, Ok(None), "it is not of that conversation");

        let of_shop = store.of(&ada.bot);
        assert_eq!(of_shop.last_messages(ada.channel, &ada.user, 1).await.unwrap().len(), 1);
        assert_eq!(of_shop.message(ada.channel, &ada.user, &found.message.id).await.unwrap().unwrap(), found);
        let of_clinic = store.of(&"clinic".into());
        assert_eq!(of_clinic.conversation(ada.channel, &ada.user).await, Ok(None));
        assert_eq!(of_clinic.messages_after(ada.channel, &ada.user, 0, 9).await, Ok(vec![]));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_inbox_takes_twenty_and_each_event_once() {
    on_both_stores(async |store| {
        let ada = key("ada");
        store.commit(TurnCommit { inbound: Some(inbound("in", "e-in")), ..turn(&ada, None) }).await.unwrap();
        let put = async |n: i64| store.put_inbox(&ada, &inbound(&format!("w-{n}"), &format!("e-{n}"))).await;
        for n in 1..=INBOX_MAX {
            assert_eq!(put(n).await, Ok(Inbox::Waiting(n)));
        }
        assert_eq!(put(INBOX_MAX + 1).await, Ok(Inbox::Full));
        assert_eq!(put(3).await, Ok(Inbox::Duplicate));
        assert_eq!(store.put_inbox(&ada, &inbound("other", "e-in")).await, Ok(Inbox::Duplicate));
        assert_eq!(store.put_inbox(&ada, &inbound("nul", "a\0")).await, Err(StoreError::Nul("the external id of a message")));
        assert_eq!(store.oldest_inbox(&ada).await.unwrap().unwrap().message.id.as_str(), "w-1");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn repeats_take_no_events_place_in_the_inbox() {
    on_both_stores(async |store| {
        let ada = key("ada");
        store.commit(TurnCommit { inbound: Some(inbound("in", "e-in")), ..turn(&ada, None) }).await.unwrap();
        let repeat = |n: i64| NewMessage { kind: REPEATED.to_owned(), ..inbound(&format!("r-{n}"), &format!("r-{n}")) };
        for n in 1..=INBOX_MAX {
            assert_eq!(store.put_inbox(&ada, &repeat(n)).await, Ok(Inbox::Waiting(n)));
        }
        assert_eq!(store.put_inbox(&ada, &repeat(0)).await, Ok(Inbox::Full), "they have a bound of their own");
        for n in 1..=INBOX_MAX {
            assert_eq!(store.put_inbox(&ada, &inbound(&format!("w-{n}"), &format!("e-{n}"))).await, Ok(Inbox::Waiting(n)));
        }
        assert_eq!(store.put_inbox(&ada, &inbound("w-0", "e-0")).await, Ok(Inbox::Full));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn events_that_reach_the_inbox_at_once_are_all_kept() {
    on_both_stores(async |store| {
        let ada = key("ada");
        let events: Vec<_> = (0..16).map(|n| inbound(&format!("w-{n}"), &format!("e-{}", n / 2))).collect();
        let outcomes = join_all(events.iter().map(|event| store.put_inbox(&ada, event))).await;
        let waiting = outcomes.iter().filter(|outcome| matches!(outcome, Ok(Inbox::Waiting(_)))).count();
        let duplicates = outcomes.iter().filter(|outcome| **outcome == Ok(Inbox::Duplicate)).count();
        assert_eq!((waiting, duplicates), (8, 8), "{outcomes:?}");
        assert_eq!(store.last_messages(&ada, 50).await.unwrap().len(), 8);
    })
    .await;
}

/// The bot whose rows are looked for.
fn shop() -> [BotKey; 1] {
    ["shop".into()]
}

#[tokio::test(flavor = "multi_thread")]
async fn leases_and_timers_are_found_when_due() {
    on_both_stores(async |store| {
        for (user, lease, wake) in [("a", Some(30), None), ("b", Some(10), Some(20)), ("c", None, Some(5)), ("d", None, None)] {
            let (lease_until, wake_at) = (lease.map(|ms| NOW.plus_ms(ms)), wake.map(|ms| NOW.plus_ms(ms)));
            store.commit(TurnCommit { lease_until, wake_at, ..turn(&key(user), None) }).await.unwrap();
        }
        let soon = NOW.plus_ms(60_000);
        assert_eq!(store.expired_leases(&shop(), NOW.plus_ms(9), soon, 10).await, Ok(vec![]));
        assert_eq!(store.expired_leases(&shop(), NOW.plus_ms(30), soon, 10).await, Ok(vec![key("b"), key("a")]));
        assert_eq!(store.expired_leases(&shop(), NOW.plus_ms(30), soon, 1).await, Ok(vec![key("b")]));
        assert_eq!(store.due_wakes(&shop(), NOW.plus_ms(20), 10).await, Ok(vec![key("c"), key("b")]));

        for bots in [&[][..], &["other".into()]] {
            assert_eq!(store.expired_leases(bots, NOW.plus_ms(30), soon, 10).await, Ok(vec![]));
            assert_eq!(store.due_wakes(bots, NOW.plus_ms(20), 10).await, Ok(vec![]));
        }

        let yesterday = NOW.plus_ms(-86_400_000);
        assert_eq!(store.expired_leases(&shop(), yesterday, NOW, 10).await, Ok(vec![key("b"), key("a")]), "the clock was set back");
        assert_eq!(store.from_the_future(&shop(), yesterday, 10).await.map(|found| found.len()), Ok(2), "those with a timer");
        assert_eq!(store.from_the_future(&shop(), NOW.plus_ms(1), 10).await, Ok(vec![]));
        let woken = TurnCommit { wake_at: Some(yesterday), now: yesterday, ..turn(&key("c"), Some(1)) };
        store.commit(woken).await.unwrap();
        assert_eq!(store.from_the_future(&shop(), yesterday, 10).await, Ok(vec![key("b")]), "once");

        let voided = store.void_leases().await.unwrap();
        let expired = store.expired_leases(&shop(), NOW, soon, 10).await.unwrap().len();
        match store.backend() {
            flowgate::store::Backend::Sqlite => assert_eq!((voided, expired), (2, 2)),
            flowgate::store::Backend::Postgres => assert_eq!((voided, expired), (0, 0), "other processes may hold them"),
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn inboxes_that_nobody_empties_are_found() {
    on_both_stores(async |store| {
        store.commit(TurnCommit { lease_until: Some(NOW), ..turn(&key("calling"), None) }).await.unwrap();
        store.commit(turn(&key("idle"), None)).await.unwrap();
        for user in ["calling", "idle", "new"] {
            for n in 0..2 {
                store.put_inbox(&key(user), &inbound(&format!("{user}-{n}"), &format!("e-{n}"))).await.unwrap();
            }
        }
        let found: BTreeSet<_> = store.waiting_without_run(&shop(), 10).await.unwrap().into_iter().collect();
        assert_eq!(found, BTreeSet::from([key("idle"), key("new")]));
        assert_eq!(store.waiting_without_run(&["other".into()], 10).await, Ok(vec![]));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn numbers_and_the_clock_are_shared_by_all_handles() {
    on_both_databases(async |url| {
        let stores = [Store::open(&url, options()).await.unwrap(), Store::open(&url, options()).await.unwrap()];
        let mut seen = BTreeSet::new();
        for n in 0..2_500 {
            assert!(seen.insert(stores[n % 2].next_uid().await.unwrap()));
        }
        assert_eq!(seen.first(), Some(&1));
        assert_eq!(stores[0].latest_clock().await, Ok(None));
        for time in [NOW, NOW.plus_ms(-1), NOW] {
            stores[0].keep_clock(time).await.unwrap();
            assert_eq!(stores[1].latest_clock().await, Ok(Some(time)));
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn live_events_name_the_conversation() {
    on_both_stores(async |store| {
        let mut events = store.subscribe();
        let ada = key("ada");
        assert_eq!(store.commit(turn(&ada, None)).await, Ok(Committed::Won { version: 1 }));
        assert_eq!(in_time("an event", events.recv()).await.unwrap(), ada);
        store.put_inbox(&key("bob"), &message("w", Direction::In)).await.unwrap();
        assert_eq!(in_time("an event", events.recv()).await.unwrap(), key("bob"));
        assert_eq!(store.commit(turn(&ada, None)).await, Ok(Committed::Lost));
        assert!(events.try_recv().is_err(), "nothing was written");
    })
    .await;
}
