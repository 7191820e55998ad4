-- The slot is the server's number of this connection: nobody else adds to its rows, so nobody waits for them.
, counted AS (
    INSERT INTO usage (bot, channel, day, slot, messages, users)
    SELECT w.bot, w.channel, w.day, pg_backend_pid(), sum(w.counted::int), count(*) FILTER (WHERE w.begins_month)
    FROM won w
    WHERE w.current AND w.counted > 0
    GROUP BY w.bot, w.channel, w.day
    ON CONFLICT (bot, channel, day, slot) DO UPDATE SET
        messages = usage.messages + excluded.messages, users = usage.users + excluded.users
)
