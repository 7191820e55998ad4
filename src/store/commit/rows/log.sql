, logged AS (
    INSERT INTO turns (bot, channel, "user", turn, run_id, at, version, event, effects_hash, start_state)
    SELECT t.bot, t.channel, t."user", coalesce(t.expected, 0) + 1, t.run_id, t.now, t.log_version, t.event, t.effects_hash,
        t.start_state
    FROM turn t
    WHERE t.log_version IS NOT NULL AND (t.number IN (SELECT number FROM won)) IS TRUE
)
