//! The tables, as both backends have them (`migrations/`). A test compares the two schemas with each other.

diesel::table! {
    conversations (bot, channel, user) {
        bot -> Text,
        channel -> Text,
        user -> Text,
        uid -> BigInt,
        version -> BigInt,
        state -> Text,
        wake_at -> Nullable<BigInt>,
        lease_until -> Nullable<BigInt>,
        session_version -> Nullable<Text>,
        run_id -> Nullable<Text>,
        created_at -> BigInt,
        last_interaction -> BigInt,
    }
}

diesel::table! {
    messages (bot, channel, user, position) {
        id -> Text,
        bot -> Text,
        channel -> Text,
        user -> Text,
        position -> BigInt,
        direction -> Text,
        kind -> Text,
        body -> Text,
        items -> Nullable<Text>,
        external_id -> Nullable<Text>,
        body_hash -> Nullable<Text>,
        run_id -> Nullable<Text>,
        waiting -> Bool,
        created_at -> BigInt,
        delivery -> Nullable<Text>,
        next_attempt -> Nullable<BigInt>,
    }
}

diesel::table! {
    turns (bot, channel, user, turn) {
        bot -> Text,
        channel -> Text,
        user -> Text,
        turn -> BigInt,
        run_id -> Text,
        at -> BigInt,
        version -> Text,
        event -> Text,
        effects_hash -> Text,
        start_state -> Nullable<Binary>,
    }
}

diesel::table! {
    versions (bot, hash) {
        bot -> Text,
        hash -> Text,
        files -> Binary,
        git_commit -> Nullable<Text>,
        created_at -> BigInt,
        unused_since -> Nullable<BigInt>,
    }
}

diesel::table! {
    generations (bot, generation) {
        bot -> Text,
        generation -> BigInt,
        hash -> Text,
        chosen -> Text,
        created_at -> BigInt,
    }
}

diesel::table! {
    meta (key) {
        key -> Text,
        value -> Text,
    }
}

diesel::allow_tables_to_appear_in_same_query!(conversations, messages, turns, versions, generations, meta);
