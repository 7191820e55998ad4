CREATE TABLE conversations (
    bot TEXT NOT NULL,
    channel TEXT NOT NULL,
    "user" TEXT NOT NULL,
    uid BIGINT NOT NULL,
    version BIGINT NOT NULL,
    state TEXT NOT NULL,
    wake_at BIGINT,
    lease_until BIGINT,
    session_version TEXT,
    run_id TEXT,
    created_at BIGINT NOT NULL,
    last_interaction BIGINT NOT NULL,
    PRIMARY KEY (bot, channel, "user")
) WITH (fillfactor = 70); -- room on the page: an update touches no index
CREATE UNIQUE INDEX conversations_uid ON conversations (uid);
CREATE INDEX conversations_wake ON conversations (wake_at) WHERE wake_at IS NOT NULL;
CREATE INDEX conversations_lease ON conversations (lease_until) WHERE lease_until IS NOT NULL;
CREATE INDEX conversations_session ON conversations (bot, session_version) WHERE session_version IS NOT NULL;

CREATE TABLE messages (
    id TEXT NOT NULL,
    bot TEXT NOT NULL,
    channel TEXT NOT NULL,
    "user" TEXT NOT NULL,
    position BIGINT NOT NULL,
    direction TEXT NOT NULL,
    kind TEXT NOT NULL,
    body TEXT NOT NULL,
    items TEXT,
    external_id TEXT,
    body_hash TEXT,
    run_id TEXT,
    waiting BOOLEAN NOT NULL,
    created_at BIGINT NOT NULL,
    delivery TEXT,
    next_attempt BIGINT,
    PRIMARY KEY (bot, channel, "user", position)
);
-- No index on id: it is made of conversation, turn and place, so the claim of the turn keeps it unique.
CREATE UNIQUE INDEX messages_external ON messages (bot, channel, "user", external_id) WHERE external_id IS NOT NULL;
CREATE INDEX messages_waiting ON messages (bot, channel, "user", position) WHERE waiting;

CREATE TABLE turns (
    bot TEXT NOT NULL,
    channel TEXT NOT NULL,
    "user" TEXT NOT NULL,
    turn BIGINT NOT NULL,
    run_id TEXT NOT NULL,
    at BIGINT NOT NULL,
    version TEXT NOT NULL,
    event TEXT NOT NULL,
    effects_hash TEXT NOT NULL,
    start_state BYTEA,
    PRIMARY KEY (bot, channel, "user", turn)
);

CREATE TABLE versions (
    bot TEXT NOT NULL,
    hash TEXT NOT NULL,
    files BYTEA NOT NULL,
    git_commit TEXT,
    created_at BIGINT NOT NULL,
    unused_since BIGINT,
    PRIMARY KEY (bot, hash)
);

CREATE TABLE generations (
    bot TEXT NOT NULL,
    generation BIGINT NOT NULL,
    hash TEXT NOT NULL,
    chosen TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (bot, generation)
);

CREATE TABLE meta (
    key TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
);
