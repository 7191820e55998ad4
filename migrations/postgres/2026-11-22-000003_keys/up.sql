-- The user comes first, because bot and channel are alike in most rows: the first comparison decides.
-- No column gets another type or collation here: statements that a running gateway has prepared would fail.
ALTER TABLE conversations DROP CONSTRAINT conversations_pkey, ADD PRIMARY KEY ("user", bot, channel);

DROP INDEX messages_external;
ALTER TABLE messages DROP CONSTRAINT messages_pkey, ADD PRIMARY KEY ("user", bot, channel, position);
CREATE UNIQUE INDEX messages_external ON messages ("user", bot, channel, external_id) WHERE external_id IS NOT NULL;

ALTER TABLE turns DROP CONSTRAINT turns_pkey, ADD PRIMARY KEY ("user", bot, channel, turn);
