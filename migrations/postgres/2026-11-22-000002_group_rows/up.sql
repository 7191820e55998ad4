-- The rows of a group of turns, as `claim.sql` takes them: an array of rows costs a fraction of an array for each column.
CREATE TYPE new_turn AS (
    bot TEXT,
    channel TEXT,
    "user" TEXT,
    expected BIGINT,
    uid BIGINT,
    state TEXT,
    wake_at BIGINT,
    lease_until BIGINT,
    session_version TEXT,
    run_id TEXT,
    now BIGINT,
    begins_run BOOLEAN,
    external_id TEXT,
    takes TEXT,
    interaction BOOLEAN,
    log_version TEXT,
    event TEXT,
    effects_hash TEXT,
    start_state BYTEA
);

CREATE TYPE new_message AS (
    number BIGINT,
    id TEXT,
    bot TEXT,
    channel TEXT,
    "user" TEXT,
    position BIGINT,
    direction TEXT,
    kind TEXT,
    body TEXT,
    items TEXT,
    external_id TEXT,
    body_hash TEXT,
    run_id TEXT,
    created_at BIGINT
);
