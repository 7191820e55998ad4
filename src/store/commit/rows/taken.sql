, taken AS (
    UPDATE messages m SET waiting = false, run_id = t.run_id
    FROM turn t CROSS JOIN LATERAL (
        SELECT w.ctid AS place FROM messages w
        WHERE w.bot = t.bot AND w.channel = t.channel AND w."user" = t."user" AND w.waiting AND w.id = t.takes
        LIMIT 1) w
    WHERE m.ctid = w.place AND t.takes IS NOT NULL AND (t.number IN (SELECT number FROM won)) IS TRUE
    RETURNING t.number
)