DROP TABLE meta;
DROP TABLE generations;
DROP TABLE versions;
DROP TABLE turns;
DROP TABLE messages;
DROP TABLE conversations;
