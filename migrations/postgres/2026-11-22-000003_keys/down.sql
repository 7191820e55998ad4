ALTER TABLE turns DROP CONSTRAINT turns_pkey, ADD PRIMARY KEY (bot, channel, "user", turn);

DROP INDEX messages_external;
ALTER TABLE messages DROP CONSTRAINT messages_pkey, ADD PRIMARY KEY (bot, channel, "user", position);
CREATE UNIQUE INDEX messages_external ON messages (bot, channel, "user", external_id) WHERE external_id IS NOT NULL;

ALTER TABLE conversations DROP CONSTRAINT conversations_pkey, ADD PRIMARY KEY (bot, channel, "user");
