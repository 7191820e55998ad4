DROP INDEX messages_external;
CREATE UNIQUE INDEX messages_external ON messages (bot, channel, "user", external_id) WHERE external_id IS NOT NULL;
