-- Keys are compared as bytes: sooner than by the rules of a language, which change with the libraries of a system and then
-- leave indexes in a wrong order. The user comes first, because bot and channel are alike in most rows.
ALTER TABLE conversations
    DROP CONSTRAINT conversations_pkey,
    ALTER bot TYPE TEXT COLLATE "C",
    ALTER channel TYPE TEXT COLLATE "C",
    ALTER "user" TYPE TEXT COLLATE "C",
    ALTER session_version TYPE TEXT COLLATE "C",
    ADD PRIMARY KEY ("user", bot, channel);

DROP INDEX messages_external;
ALTER TABLE messages
    DROP CONSTRAINT messages_pkey,
    ALTER bot TYPE TEXT COLLATE "C",
    ALTER channel TYPE TEXT COLLATE "C",
    ALTER "user" TYPE TEXT COLLATE "C",
    ALTER external_id TYPE TEXT COLLATE "C",
    ADD PRIMARY KEY ("user", bot, channel, position);
CREATE UNIQUE INDEX messages_external ON messages ("user", bot, channel, external_id) WHERE external_id IS NOT NULL;

ALTER TABLE turns
    DROP CONSTRAINT turns_pkey,
    ALTER bot TYPE TEXT COLLATE "C",
    ALTER channel TYPE TEXT COLLATE "C",
    ALTER "user" TYPE TEXT COLLATE "C",
    ADD PRIMARY KEY ("user", bot, channel, turn);

ALTER TABLE versions ALTER bot TYPE TEXT COLLATE "C", ALTER hash TYPE TEXT COLLATE "C";
ALTER TABLE generations ALTER bot TYPE TEXT COLLATE "C", ALTER hash TYPE TEXT COLLATE "C";
ALTER TABLE meta ALTER key TYPE TEXT COLLATE "C";
