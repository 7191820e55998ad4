, attributed AS (
    INSERT INTO attributes (bot, channel, "user", name, value, uid)
    SELECT a.bot, a.channel, a."user", a.name, a.value, a.uid
    FROM unnest($3::new_attribute[]) a
    WHERE (a.number IN (SELECT number FROM won WHERE current)) IS TRUE
    ON CONFLICT ("user", bot, channel, name) DO UPDATE SET value = excluded.value
)
