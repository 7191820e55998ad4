-- The key of a table of SQLite is not changed without copying it.
DROP INDEX messages_external;
CREATE UNIQUE INDEX messages_external ON messages ("user", bot, channel, external_id) WHERE external_id IS NOT NULL;
