//! What turns write beside their conversations: what users are found by, and what is counted.

use flowgate::{
    store::{Committed, IndexChange, Store, TurnCommit},
    time::Timestamp,
};
use futures_util::future::join_all;

use super::{NOW, inbound, key, turn};
use crate::support::database::{change, lines, on_both_databases, options};

pub(super) const CONVERSATIONS: &str = r#"SELECT "user" || ' ' || version || ' ' || indexed || ' to ' || indexed_to || ' day '
    || coalesce(last_day, -1) || ' input ' || coalesce(last_input_at, -1) || ' at ' || coalesce(waits_at, -1) AS line
    FROM conversations ORDER BY 1"#;
pub(super) const ATTRIBUTES: &str =
    r#"SELECT "user" || ' ' || name || '=' || coalesce(value, '-') AS line FROM attributes ORDER BY "user", name"#;
pub(super) const TAGS: &str = r#"SELECT "user" || ' ' || tag AS line FROM tags ORDER BY "user", tag"#;
pub(super) const USAGE: &str = r#"SELECT bot || ' ' || channel || ' ' || day || ': ' || CAST(sum(messages) AS BIGINT) || ' by '
    || CAST(sum(users) AS BIGINT) AS line FROM usage GROUP BY bot, channel, day ORDER BY bot, channel, day"#;

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
