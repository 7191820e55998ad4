, tagged AS (
    INSERT INTO tags (bot, channel, "user", tag, uid)
    SELECT g.bot, g.channel, g."user", g.tag, g.uid
    FROM unnest($4::new_tag[]) g
    WHERE NOT g.gone AND (g.number IN (SELECT number FROM won WHERE current)) IS TRUE
    ON CONFLICT ("user", bot, channel, tag) DO NOTHING
), untagged AS (
    DELETE FROM tags d
    USING unnest($4::new_tag[]) g CROSS JOIN LATERAL (
        SELECT w.ctid AS place FROM tags w
        WHERE w.bot = g.bot AND w.channel = g.channel AND w."user" = g."user" AND w.tag = g.tag
        LIMIT 1) w
    WHERE d.ctid = w.place AND g.gone AND (g.number IN (SELECT number FROM won WHERE current)) IS TRUE
)
