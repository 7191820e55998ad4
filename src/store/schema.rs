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
        last_input_at -> Nullable<BigInt>,
        last_day -> Nullable<Integer>,
        indexed -> Integer,
        indexed_to -> BigInt,
        generation -> Nullable<BigInt>,
        waits_at -> Nullable<BigInt>,
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

diesel::table! {
    attributes (bot, channel, user, name) {
        bot -> Text,
        channel -> Text,
        user -> Text,
        name -> Text,
        value -> Nullable<Text>,
        uid -> BigInt,
    }
}

diesel::table! {
    tags (bot, channel, user, tag) {
        bot -> Text,
        channel -> Text,
        user -> Text,
        tag -> Text,
        uid -> BigInt,
    }
}

diesel::table! {
    usage (bot, channel, day, slot) {
        bot -> Text,
        channel -> Text,
        day -> Integer,
        slot -> Integer,
        messages -> BigInt,
        users -> BigInt,
    }
}

diesel::table! {
    deliveries (bot, channel, user, position) {
        bot -> Text,
        channel -> Text,
        user -> Text,
        position -> BigInt,
        message -> Text,
        state -> Text,
        attempts -> Integer,
        next_attempt -> Nullable<BigInt>,
        lease_until -> Nullable<BigInt>,
        owner -> Nullable<Text>,
        provider_id -> Nullable<Text>,
        error -> Nullable<Text>,
        broadcast -> Nullable<Text>,
        updated_at -> BigInt,
    }
}

diesel::table! {
    jobs (id) {
        id -> Text,
        kind -> Text,
        bot -> Text,
        target -> Text,
        body -> Text,
        state -> Text,
        attempts -> Integer,
        next_attempt -> Nullable<BigInt>,
        lease_until -> Nullable<BigInt>,
        error -> Nullable<Text>,
        created_at -> BigInt,
    }
}

diesel::table! {
    requests (account, key) {
        account -> Text,
        key -> Text,
        route -> Text,
        body_hash -> Text,
        effect -> Text,
        created_at -> BigInt,
    }
}

diesel::table! {
    keys (id) {
        id -> Text,
        kind -> Text,
        account -> Nullable<Text>,
        bot -> Nullable<Text>,
        scopes -> Text,
        hash -> Binary,
        created_at -> BigInt,
        expires_at -> Nullable<BigInt>,
        revoked_at -> Nullable<BigInt>,
        last_used_at -> Nullable<BigInt>,
        note -> Nullable<Text>,
    }
}

diesel::table! {
    processes (id) {
        id -> Text,
        started_at -> BigInt,
        seen_at -> BigInt,
        keys_revision -> BigInt,
        hashes -> Text,
        media -> Nullable<Text>,
    }
}

diesel::allow_tables_to_appear_in_same_query!(
    conversations,
    messages,
    turns,
    versions,
    generations,
    meta,
    attributes,
    tags,
    usage,
    deliveries,
    jobs,
    requests,
    keys,
    processes
);
