//! The keys of webchat tokens.

use flowgate::{
    id::BotKey,
    store::{Store, TokenKeys},
};

use crate::support::database::{on_both_databases, options};

/// The keys of two bots.
fn two(keys: &TokenKeys) -> [[u8; 32]; 2] {
    ["shop", "clinic"].map(|bot| *keys.of(&BotKey::from(bot)))
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_are_made_once_and_replaced_for_one_bot_or_for_all() {
    on_both_databases(async |url| {
        let stores = [Store::open(&url, options()).await.unwrap(), Store::open(&url, options()).await.unwrap()];
        let (a, b) = tokio::join!(stores[0].token_keys(), stores[1].token_keys());
        let first = two(&a.unwrap());
        assert_eq!(two(&b.unwrap()), first, "the same for all");
        assert!(first[0] == first[1] && first[0] != [0; 32]);

        stores[0].rotate_token_keys(Some(&"shop".into())).await.unwrap();
        let second = two(&stores[1].token_keys().await.unwrap());
        assert!(second[0] != first[0] && second[1] == first[1]);
        stores[0].rotate_token_keys(Some(&"shop".into())).await.unwrap();
        let third = two(&stores[1].token_keys().await.unwrap());
        assert!(third[0] != second[0] && third[1] == first[1]);

        stores[1].rotate_token_keys(None).await.unwrap();
        let last = two(&stores[0].token_keys().await.unwrap());
        assert!(last[0] == last[1] && ![first, second, third].concat().contains(&last[0]), "no key from before is left");
    })
    .await;
}
