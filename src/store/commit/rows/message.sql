, written AS (
    INSERT INTO messages (id, bot, channel, "user", position, direction, kind, body, items, external_id, body_hash, run_id,
        waiting, created_at)
    SELECT m.id, m.bot, m.channel, m."user", m.position, m.direction, m.kind, m.body, m.items, m.external_id, m.body_hash,
        m.run_id, false, m.created_at
    FROM unnest($2::new_message[]) m
    WHERE (m.number IN (SELECT number FROM won)) IS TRUE
)
