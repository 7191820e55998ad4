-- One group of turns: claim, then write the rows of the winners, in one statement, so in one round trip.
-- A turn's claim changes the version of its conversation; who else changed the row meanwhile makes it lose, because it
-- is looked at again once its lock is free. The plan is a generic one made of nested loops from `turn` outwards, so the
-- locks are taken in the order of the arrays, which are sorted by key. Each turn looks for its own rows (LATERAL, LIMIT):
-- a join may read all that there are, of all conversations, where they were few when the plan was made.
WITH turn AS MATERIALIZED (
    SELECT t.*,
        (SELECT true FROM messages m
            WHERE m.bot = t.bot AND m.channel = t.channel AND m."user" = t."user" AND m.external_id = t.external_id
            LIMIT 1) IS TRUE AS duplicate,
        -- Mostly nothing waits anywhere: one look says so for all of them.
        (NOT t.begins_run AND t.takes IS NULL) OR t.takes IS NOT DISTINCT FROM (
            CASE WHEN (SELECT EXISTS (SELECT FROM messages WHERE waiting)) THEN (
                SELECT m.id FROM messages m
                WHERE m.bot = t.bot AND m.channel = t.channel AND m."user" = t."user" AND m.waiting
                ORDER BY m.position LIMIT 1)
            END) AS may_take
    FROM unnest($1::new_turn_2[]) WITH ORDINALITY AS t(bot, channel, "user", expected, uid, state, wake_at, lease_until,
        session_version, run_id, now, begins_run, external_id, takes, interaction, log_version, event, effects_hash, start_state,
        last_input_at, waits_at, generation, indexed, counted, day, month, number)
), updated AS (
    UPDATE conversations c SET
        version = c.version + 1, state = t.state, wake_at = t.wake_at, lease_until = t.lease_until,
        session_version = t.session_version, run_id = t.run_id,
        last_interaction = CASE WHEN t.interaction THEN t.now ELSE least(c.last_interaction, t.now) END,
        last_input_at = t.last_input_at, waits_at = t.waits_at, generation = t.generation,
        last_day = CASE WHEN w.current AND t.counted > 0 THEN t.day ELSE c.last_day END,
        indexed_to = CASE WHEN w.current THEN c.version + 1 ELSE c.indexed_to END
    FROM turn t CROSS JOIN LATERAL (
        SELECT w.ctid AS place, w.last_day, w.indexed_to = w.version AND w.indexed = t.indexed AS current
        FROM conversations w
        WHERE w.bot = t.bot AND w.channel = t.channel AND w."user" = t."user"
        LIMIT 1) w
    WHERE c.ctid = w.place AND c.version = t.expected AND t.may_take AND NOT t.duplicate
    RETURNING t.number, w.current, t.bot, t.channel, t.day, t.counted, (w.last_day >= t.month) IS NOT TRUE AS begins_month
), created AS (
    INSERT INTO conversations (bot, channel, "user", uid, version, state, wake_at, lease_until, session_version, run_id,
        created_at, last_interaction, last_input_at, waits_at, generation, last_day, indexed, indexed_to)
    SELECT t.bot, t.channel, t."user", t.uid, 1, t.state, t.wake_at, t.lease_until, t.session_version, t.run_id, t.now, t.now,
        t.last_input_at, t.waits_at, t.generation, CASE WHEN t.counted > 0 THEN t.day END, t.indexed, 1
    FROM turn t
    WHERE t.expected IS NULL AND t.may_take AND NOT t.duplicate
    ON CONFLICT (bot, channel, "user") DO NOTHING
    RETURNING uid
), won AS MATERIALIZED (
    -- `current`: the rows beside the conversation are those of its last turn, by the bot's index; else the walker writes them.
    SELECT * FROM updated
    UNION ALL
    SELECT t.number, true, t.bot, t.channel, t.day, t.counted, true
    FROM turn t
    WHERE t.expected IS NULL AND (t.uid IN (SELECT uid FROM created)) IS TRUE
)