//! What turns write beside their conversations: what users are found by, and what is counted.

use flowgate::{
    store::{Behind, Committed, IndexChange, Place, Reindexed, Store, TurnCommit},
    time::Timestamp,
};
use futures_util::future::join_all;

use super::{NOW, inbound, key, turn};
use crate::support::{
    beside::{ATTRIBUTES, CONVERSATIONS, TAGS, USAGE},
    database::{change, lines, on_both_databases, options},
};

const DAY_MS: i64 = 86_400_000;
/// The day of `NOW`, which is the 15th of its month.
const TODAY: i32 = 20_833;

fn changes(version: i32, attributes: &[(&str, Option<&str>)], tags: &[(&str, bool)]) -> IndexChange {
    IndexChange {
        version,
        attributes: attributes.iter().map(|(name, value)| ((*name).to_owned(), value.map(str::to_owned))).collect(),
        tags: tags.iter().map(|(tag, has)| ((*tag).to_owned(), *has)).collect(),
    }
}

async fn won(store: &Store, turn: TurnCommit) {
    let version = turn.expected.unwrap_or(0) + 1;
    assert_eq!(store.commit(turn).await, Ok(Committed::Won { version }));
}

/// Both databases, with a store and what reads beside it.
async fn on_both<F: Future<Output = ()>>(test: impl Fn(Store, String) -> F) {
    on_both_databases(async |url| {
        let store = Store::open(&url, options()).await.unwrap();
        test(store.clone(), url).await;
        store.close().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_turn_writes_what_changed_of_what_its_user_is_found_by() {
    on_both(async |store, url| {
        let ada = key("ada");
        let index = changes(7, &[("city", Some("Rome")), ("age", Some("3"))], &[("vip", true), ("new", true)]);
        let first = TurnCommit { index, last_input_at: Some(Timestamp(5)), waits_at: Some(-9), ..turn(&ada, None) };
        won(&store, first).await;
        assert_eq!(lines(&url, ATTRIBUTES).await, ["ada age=3", "ada city=Rome"]);
        assert_eq!(lines(&url, TAGS).await, ["ada new", "ada vip"]);
        assert_eq!(lines(&url, CONVERSATIONS).await, [format!("ada 1 7 to 1 day {TODAY} input 5 at -9")]);

        let index = changes(7, &[("city", Some("Oslo")), ("age", None)], &[("new", false), ("vip", true)]);
        won(&store, TurnCommit { index, last_input_at: Some(Timestamp(6)), ..turn(&ada, Some(1)) }).await;
        won(&store, TurnCommit { index: changes(7, &[], &[]), last_input_at: Some(Timestamp(6)), ..turn(&ada, Some(2)) }).await;
        assert_eq!(lines(&url, ATTRIBUTES).await, ["ada age=-", "ada city=Oslo"]);
        assert_eq!(lines(&url, TAGS).await, ["ada vip"]);
        assert_eq!(lines(&url, CONVERSATIONS).await, [format!("ada 3 7 to 3 day {TODAY} input 6 at -1")]);

        let lost = TurnCommit { index: changes(7, &[("city", Some("Bonn"))], &[("lost", true)]), ..turn(&ada, Some(1)) };
        assert_eq!(store.commit(lost).await, Ok(Committed::Lost));
        assert_eq!((lines(&url, ATTRIBUTES).await[1].as_str(), lines(&url, TAGS).await.len()), ("ada city=Oslo", 1));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn usage_counts_messages_by_day_and_a_user_once_a_month() {
    on_both(async |store, url| {
        let at = |day: i64, turn: TurnCommit| TurnCommit { now: NOW.plus_ms(day * DAY_MS), counted: 2, ..turn };
        let (ada, bob) = (key("ada"), key("bob"));
        let both = [at(0, turn(&ada, None)), at(0, turn(&bob, None))].map(|turn| store.commit(turn));
        assert!(join_all(both).await.iter().all(Result::is_ok));
        won(&store, at(1, turn(&ada, Some(1)))).await;
        won(&store, TurnCommit { counted: 0, ..at(2, turn(&ada, Some(2))) }).await;
        won(&store, at(30, turn(&ada, Some(3)))).await;
        let day = |day: i32| TODAY + day;
        let expected = [
            format!("shop webchat {}: 4 by 2", day(0)),
            format!("shop webchat {}: 2 by 0", day(1)),
            format!("shop webchat {}: 2 by 1", day(30)),
        ];
        assert_eq!(lines(&url, USAGE).await, expected);
        let last = lines(&url, CONVERSATIONS).await;
        assert!(last[0].contains(&format!("day {} ", day(30))) && last[1].contains(&format!("day {} ", day(0))), "{last:?}");

        let duplicate = || TurnCommit { inbound: Some(inbound("in", "again")), ..at(30, turn(&key("eve"), None)) };
        store.commit(duplicate()).await.unwrap();
        assert_eq!(store.commit(duplicate()).await, Ok(Committed::Duplicate));
        assert_eq!(lines(&url, USAGE).await[2], format!("shop webchat {}: 4 by 2", day(30)), "a repeat is not counted");
    })
    .await;
}

/// What a gateway of the version before does to a conversation.
const OLD_TURN: &str = "UPDATE conversations SET version = version + 1, state = '{}' WHERE \"user\" = 'ada'";

#[tokio::test(flavor = "multi_thread")]
async fn what_is_behind_is_left_to_the_walker_and_found_by_its_index() {
    on_both(async |store, url| {
        let ada = key("ada");
        won(&store, TurnCommit { index: changes(7, &[("city", Some("Rome"))], &[]), ..turn(&ada, None) }).await;
        change(&url, OLD_TURN).await;
        assert_eq!(lines(&url, CONVERSATIONS).await, [format!("ada 2 0 to 1 day {TODAY} input -1 at -1")]);
        won(&store, TurnCommit { index: changes(7, &[("city", Some("Oslo"))], &[("vip", true)]), ..turn(&ada, Some(2)) }).await;
        assert_eq!(lines(&url, CONVERSATIONS).await, [format!("ada 3 0 to 1 day {TODAY} input -1 at -1")]);
        assert_eq!(lines(&url, ATTRIBUTES).await, ["ada city=Rome"]);
        assert_eq!(lines(&url, USAGE).await, [format!("shop webchat {TODAY}: 1 by 1")]);

        let bob = key("bob");
        won(&store, TurnCommit { index: changes(7, &[], &[]), ..turn(&bob, None) }).await;
        won(&store, TurnCommit { index: changes(8, &[("city", Some("Bonn"))], &[]), ..turn(&bob, Some(1)) }).await;
        assert!(lines(&url, CONVERSATIONS).await[1].starts_with("bob 2 0 to 1 "), "by another index");
        assert_eq!(lines(&url, ATTRIBUTES).await.len(), 1);
    })
    .await;
}

/// As it was before there were rows beside it: three turns, one of them in the month before, a start, what types, and what waits.
const OLD_CONVERSATION: &str = r#"
    INSERT INTO conversations (bot, channel, "user", uid, version, state, created_at, last_interaction)
        VALUES ('shop', 'webchat', 'bob', 2, 3, 'bob', 0, 0);
    INSERT INTO messages (id, bot, channel, "user", position, direction, kind, body, waiting, created_at)
        SELECT 'm', 'shop', 'webchat', 'bob', position, 'in', kind, '{}', waiting, 1800000000000 + days * 86400000 FROM (
            SELECT 1024 AS position, 'text' AS kind, false AS waiting, -15 AS days
            UNION ALL SELECT 2048, 'start', false, -2
            UNION ALL SELECT 2049, 'text', false, -2
            UNION ALL SELECT 2050, 'typing', false, -2
            UNION ALL SELECT 3072, 'gallery', false, -1
            UNION ALL SELECT 3073, 'repeated', false, 0
            UNION ALL SELECT 3074, 'text', true, 0) old;"#;

/// A message of the turn of an older gateway.
const OLD_MESSAGE: &str = r#"INSERT INTO messages (id, bot, channel, "user", position, direction, kind, body, waiting, created_at)
    VALUES ('m', 'shop', 'webchat', 'ada', 2048, 'in', 'text', '{}', false, 1800086400000);"#;

fn whole(behind: Behind) -> Reindexed {
    let attributes = vec![("city".to_owned(), behind.state.clone())];
    let (last_input_at, last_turn) = (Some(Timestamp(5)), NOW);
    Reindexed { behind, index: 7, attributes, tags: vec!["vip".to_owned()], last_input_at, waits_at: Some(1), last_turn }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_walk_writes_once_what_was_left_behind() {
    on_both(async |store, url| {
        let ada = key("ada");
        let first = TurnCommit { index: changes(7, &[("age", Some("3"))], &[("new", true)]), uid: 1, ..turn(&ada, None) };
        won(&store, first).await;
        change(&url, &format!("{OLD_TURN}; {OLD_MESSAGE} {OLD_CONVERSATION}")).await;
        let page = async |after| store.behind(&"shop".into(), 7, after, 1).await.unwrap().pop();
        let (one, two) = (page(Place::START).await.unwrap(), page(Place::START).await.unwrap());
        assert_eq!((one.key.clone(), one.place()), (two.key.clone(), two.place()));
        let next = page(one.place()).await.unwrap();
        assert_eq!((one.uid, next.uid, page(next.place()).await.is_none()), (1, 2, true));
        let both = [whole(one), whole(next)];
        for expected in [2, 0] {
            assert_eq!(store.reindex(&both, NOW).await, Ok(expected));
            assert_eq!(lines(&url, ATTRIBUTES).await, ["ada city={}", "bob city=bob"]);
            assert_eq!(lines(&url, TAGS).await, ["ada vip", "bob vip"]);
            let expected = [TODAY - 2, TODAY - 1, TODAY, TODAY + 1].map(|day| match day - TODAY {
                -2 | 0 => format!("shop webchat {day}: 1 by 1"),
                _ => format!("shop webchat {day}: 1 by 0"),
            });
            assert_eq!(lines(&url, USAGE).await, expected);
            let (ada_day, bob_day) = (TODAY + 1, TODAY - 1);
            let expected = [format!("ada 2 7 to 2 day {ada_day} input 5 at 1"), format!("bob 3 7 to 3 day {bob_day} input 5 at 1")];
            assert_eq!(lines(&url, CONVERSATIONS).await, expected);
        }
        assert!(page(Place::START).await.is_none());
        assert_eq!(store.behind(&"shop".into(), 6, Place::START, 9).await.unwrap().len(), 2, "by another index, both are");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_turn_between_the_look_and_the_walk_wins() {
    on_both(async |store, url| {
        let ada = key("ada");
        won(&store, turn(&ada, None)).await;
        let behind = store.behind(&"shop".into(), 7, Place::START, 9).await.unwrap().pop().unwrap();
        won(&store, turn(&ada, Some(1))).await;
        assert_eq!(store.reindex(&[whole(behind)], NOW).await, Ok(0));
        assert!(lines(&url, ATTRIBUTES).await.is_empty());
        assert_eq!(store.behind(&"shop".into(), 7, Place::START, 9).await.unwrap().len(), 1, "it is found again");
    })
    .await;
}
