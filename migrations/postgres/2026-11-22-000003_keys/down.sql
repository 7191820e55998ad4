ALTER TABLE meta ALTER key TYPE TEXT COLLATE "default";
ALTER TABLE generations ALTER bot TYPE TEXT COLLATE "default", ALTER hash TYPE TEXT COLLATE "default";
ALTER TABLE versions ALTER bot TYPE TEXT COLLATE "default", ALTER hash TYPE TEXT COLLATE "default";

ALTER TABLE turns
    DROP CONSTRAINT turns_pkey,
    ALTER bot TYPE TEXT COLLATE "default",
    ALTER channel TYPE TEXT COLLATE "default",
    ALTER "user" TYPE TEXT COLLATE "default",
    ADD PRIMARY KEY (bot, channel, "user", turn);

DROP INDEX messages_external;
ALTER TABLE messages
    DROP CONSTRAINT messages_pkey,
    ALTER bot TYPE TEXT COLLATE "default",
    ALTER channel TYPE TEXT COLLATE "default",
    ALTER "user" TYPE TEXT COLLATE "default",
    ALTER external_id TYPE TEXT COLLATE "default",
    ADD PRIMARY KEY (bot, channel, "user", position);
CREATE UNIQUE INDEX messages_external ON messages (bot, channel, "user", external_id) WHERE external_id IS NOT NULL;

ALTER TABLE conversations
    DROP CONSTRAINT conversations_pkey,
    ALTER bot TYPE TEXT COLLATE "default",
    ALTER channel TYPE TEXT COLLATE "default",
    ALTER "user" TYPE TEXT COLLATE "default",
    ALTER session_version TYPE TEXT COLLATE "default",
    ADD PRIMARY KEY (bot, channel, "user");
