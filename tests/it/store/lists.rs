//! What lists read on PostgreSQL, by the server's own count: a page, not all users of the bot, though the statements were prepared when there was nothing.

use flowgate::{
    id::Channel,
    store::{Found, Part, Span, Store},
    time::Timestamp,
};

use super::{key, plan::rows_read, turn};
use crate::support::database::{client, drop_database, fresh_postgres, options};

const USERS: i64 = 20_000;
const PAGE: i64 = 50;

/// Users of two bots; each fourth has the attribute; one of them has said much.
const GROW: &str = r#"
    INSERT INTO conversations (bot, channel, "user", uid, version, state, created_at, last_interaction, indexed_to, last_day)
        SELECT CASE n % 2 WHEN 0 THEN 'shop' ELSE 'bank' END, 'webchat', 'user-' || n, n + 1000000, 1, '{}', 0, 0, 1, n % 30
        FROM generate_series(1, 20000) n;
    INSERT INTO attributes (bot, channel, "user", name, value, uid)
        SELECT 'shop', 'webchat', 'user-' || n, 'tier', CASE n % 8 WHEN 0 THEN 'gold' ELSE 'tin' END, n + 1000000
        FROM generate_series(2, 20000, 2) n;
    INSERT INTO tags (bot, channel, "user", tag, uid)
        SELECT 'shop', 'webchat', 'user-' || n, 'vip', n + 1000000 FROM generate_series(2, 20000, 4) n;
    INSERT INTO messages (id, bot, channel, "user", position, direction, kind, body, waiting, created_at)
        SELECT 'm' || n, 'shop', 'webchat', 'user-' || 2 * (1 + n % 100), n, 'in', 'text', '{}', false, n FROM generate_series(1, 50000) n;
    INSERT INTO usage (bot, channel, day, slot, messages, users)
        SELECT 'shop', 'webchat', day, slot, 1, 1 FROM generate_series(1, 60) day, generate_series(1, 4) slot;"#;

/// Reads each list once; how many entries each gave.
async fn read(store: &Store) -> Vec<usize> {
    let (bot, part) = (store.of(&"shop".into()), Part { after: 0, skip: PAGE, limit: PAGE });
    let (span, user) = (Span { from: Timestamp(0), to: Timestamp(i64::MAX) }, "user-2".into());
    vec![
        bot.users_by(Found::Attribute("tier", "gold"), None, part).await.unwrap().len(),
        bot.users_by(Found::Tag("vip"), Some(Channel::Webchat), part).await.unwrap().len(),
        bot.users(None, 1_010_000, PAGE).await.unwrap().len(),
        bot.users_named("user-2").await.unwrap().len(),
        bot.messages_within(Channel::Webchat, &user, span, 0, PAGE).await.unwrap().len(),
        bot.last_messages_within(Channel::Webchat, &user, span, PAGE).await.unwrap().len(),
        bot.messages_beyond(Channel::Webchat, &user, 0, PAGE).await.unwrap().len(),
        bot.usage_by_day(1, 31, None).await.unwrap().len(),
        usize::try_from(bot.count_by_attribute("tier", "gold", 1_000).await.unwrap()).unwrap(),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn lists_read_their_page_only() {
    let postgres = fresh_postgres().await;
    let (store, operator) = (Store::open(&postgres.url, options()).await.unwrap(), client(&postgres.url).await);
    store.commit(turn(&key("first"), None)).await.unwrap();
    operator.batch_execute("ANALYZE").await.unwrap();
    read(&store).await;
    operator.batch_execute(GROW).await.unwrap();
    operator.batch_execute("ANALYZE").await.unwrap(); // as the server does by itself, sooner or later
    let entries = read(&store).await;
    assert_eq!(entries, [50, 50, 50, 1, 50, 50, 50, 31, 1_000]);
    store.close().await;
    drop(store);
    // a page and what is left out of it, each with its conversation; the counted ones; the messages of one user; other bots' users
    let (rows, most) = (rows_read(&operator).await, 4_000);
    assert!(rows <= most, "nine lists of {USERS} users read {rows} rows");
    drop_database(&postgres.url).await;
}
