-- One expansion for all that turns are going to write beside their conversations. Nothing that a running gateway of the version
-- before has prepared changes: new columns may be null or have a default, rows that are sent get types of their own.
ALTER TABLE conversations ADD COLUMN last_input_at BIGINT;
ALTER TABLE conversations ADD COLUMN last_day INTEGER;
ALTER TABLE conversations ADD COLUMN indexed INTEGER NOT NULL DEFAULT 0;
ALTER TABLE conversations ADD COLUMN indexed_to BIGINT NOT NULL DEFAULT 0;
ALTER TABLE conversations ADD COLUMN generation BIGINT;
ALTER TABLE conversations ADD COLUMN waits_at BIGINT;
-- Each of these has a condition that no look for one conversation meets. A plan is made once for a connection, perhaps when the
-- tables are empty: it must not take an index that leads to all rows of a bot.
CREATE INDEX conversations_day ON conversations (bot, channel, last_day, uid) WHERE last_day IS NOT NULL;
CREATE INDEX conversations_indexed ON conversations (bot, indexed, uid) WHERE indexed >= 0;

-- A gateway of the version before changes a conversation and knows nothing of the rows beside it: it leaves `indexed_to` behind.
-- Such a conversation is marked, so that the walker finds it by its index.
CREATE TRIGGER conversations_behind AFTER UPDATE OF version ON conversations FOR EACH ROW
    WHEN NEW.indexed_to <> NEW.version AND NEW.indexed <> 0
BEGIN
    UPDATE conversations SET indexed = 0 WHERE bot = NEW.bot AND channel = NEW.channel AND "user" = NEW."user";
END;

CREATE TABLE attributes (
    bot TEXT NOT NULL,
    channel TEXT NOT NULL,
    "user" TEXT NOT NULL,
    name TEXT NOT NULL,
    value TEXT,
    uid BIGINT NOT NULL,
    PRIMARY KEY ("user", bot, channel, name)
) WITHOUT ROWID;
CREATE INDEX attributes_value ON attributes (bot, name, value, uid) WHERE value IS NOT NULL;

CREATE TABLE tags (
    bot TEXT NOT NULL,
    channel TEXT NOT NULL,
    "user" TEXT NOT NULL,
    tag TEXT NOT NULL,
    uid BIGINT NOT NULL,
    PRIMARY KEY ("user", bot, channel, tag)
) WITHOUT ROWID;
CREATE INDEX tags_tag ON tags (bot, tag, uid) WHERE uid > 0;

CREATE TABLE usage (
    bot TEXT NOT NULL,
    channel TEXT NOT NULL,
    day INTEGER NOT NULL,
    slot INTEGER NOT NULL,
    messages BIGINT NOT NULL,
    users BIGINT NOT NULL,
    PRIMARY KEY (bot, channel, day, slot)
) WITHOUT ROWID;

CREATE TABLE deliveries (
    bot TEXT NOT NULL,
    channel TEXT NOT NULL,
    "user" TEXT NOT NULL,
    position BIGINT NOT NULL,
    message TEXT NOT NULL,
    state TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    next_attempt BIGINT,
    lease_until BIGINT,
    owner TEXT,
    provider_id TEXT,
    error TEXT,
    broadcast TEXT,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY ("user", bot, channel, position)
) WITHOUT ROWID;
CREATE INDEX deliveries_due ON deliveries (next_attempt) WHERE next_attempt IS NOT NULL;
CREATE INDEX deliveries_leased ON deliveries (lease_until) WHERE lease_until IS NOT NULL;
CREATE INDEX deliveries_provider ON deliveries (bot, channel, provider_id) WHERE provider_id IS NOT NULL;
CREATE INDEX deliveries_failed ON deliveries (bot, updated_at) WHERE state = 'failed';
CREATE INDEX deliveries_broadcast ON deliveries (broadcast, state) WHERE broadcast IS NOT NULL;

CREATE TABLE jobs (
    id TEXT NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL,
    bot TEXT NOT NULL,
    target TEXT NOT NULL,
    body TEXT NOT NULL,
    state TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    next_attempt BIGINT,
    lease_until BIGINT,
    error TEXT,
    created_at BIGINT NOT NULL
);
CREATE INDEX jobs_due ON jobs (next_attempt) WHERE next_attempt IS NOT NULL;
CREATE INDEX jobs_leased ON jobs (lease_until) WHERE lease_until IS NOT NULL;

CREATE TABLE requests (
    account TEXT NOT NULL,
    key TEXT NOT NULL,
    route TEXT NOT NULL,
    body_hash TEXT NOT NULL,
    effect TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (account, key)
) WITHOUT ROWID;
CREATE INDEX requests_created ON requests (created_at);

CREATE TABLE keys (
    id TEXT NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL,
    account TEXT,
    bot TEXT,
    scopes TEXT NOT NULL,
    hash BLOB NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT,
    revoked_at BIGINT,
    last_used_at BIGINT,
    note TEXT
);

CREATE TABLE processes (
    id TEXT NOT NULL PRIMARY KEY,
    started_at BIGINT NOT NULL,
    seen_at BIGINT NOT NULL,
    keys_revision BIGINT NOT NULL,
    hashes TEXT NOT NULL,
    media TEXT
);
