-- 1796098389345
PRAGMA foreign_keys=OFF;
BEGIN TRANSACTION;
CREATE TABLE __diesel_schema_migrations (
       version VARCHAR(50) PRIMARY KEY NOT NULL,
       run_on TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP
);
INSERT INTO __diesel_schema_migrations VALUES('20261121000001','2026-12-01 04:13:04');
INSERT INTO __diesel_schema_migrations VALUES('20261122000002','2026-12-01 04:13:04');
INSERT INTO __diesel_schema_migrations VALUES('20261122000003','2026-12-01 04:13:04');
CREATE TABLE conversations (
    bot TEXT NOT NULL,
    channel TEXT NOT NULL,
    "user" TEXT NOT NULL,
    uid BIGINT NOT NULL,
    version BIGINT NOT NULL,
    state TEXT NOT NULL,
    wake_at BIGINT,
    lease_until BIGINT,
    session_version TEXT,
    run_id TEXT,
    created_at BIGINT NOT NULL,
    last_interaction BIGINT NOT NULL,
    PRIMARY KEY (bot, channel, "user")
);
INSERT INTO conversations VALUES('shop','webchat','dan',1,2,'{"key":{"bot":"shop","channel":"webchat","user":"dan"},"uid":1,"turn":2,"now":1796098385128,"created_at":1796098385057,"seed":1188543623289063441,"attributes":{"city":"Rome"},"bot_enabled":true,"reply":{"text":"Rome","type":"text"},"last_input":1796098385128,"session":{"id":"1-1","version":"bdaadbdd2f5783fdd92a9800e8221c0c0c9d5619ac99cf25d2530196869dd1c2","expires_at":1796184785128,"frames":[{"sequence":"greet","entry":"root","at":3216981545057673929,"asked":{"message":{"id":"1-2-2","type":"text","text":"Anything else?"},"misses":0,"asks":13959275822917533860}}]},"spent":{"blocks":2,"messages":2,"calls":0,"steps":218}}',1796184785057,NULL,'bdaadbdd2f5783fdd92a9800e8221c0c0c9d5619ac99cf25d2530196869dd1c2','01a22fce64e87708b61611f4947d43cb',1796098385057,1796098385128);
INSERT INTO conversations VALUES('shop','webchat','ann',2,1,'{"key":{"bot":"shop","channel":"webchat","user":"ann"},"uid":2,"turn":1,"now":1796098385170,"created_at":1796098385170,"seed":520079364515971157,"bot_enabled":true,"reply":{"text":"buy","type":"text"},"last_input":1796098385170,"matched":{},"session":{"id":"2-1","version":"bdaadbdd2f5783fdd92a9800e8221c0c0c9d5619ac99cf25d2530196869dd1c2","expires_at":1796184785170,"frames":[{"sequence":"buy","entry":"root","at":8307143964077311272}],"calling":{"calls":[{"id":"2-1-2","api":"buy","request":{"method":"POST","url":[{"secret":{"env":"SHOP_URL"}},{"text":"/buy"}],"headers":[],"query":[],"body":{"json":{"map":[["uid",{"number":2}],["platform_id",{"number":1010}],["bot_enabled",{"bool":true}],["avatar",{"text":[{"text":""}]}],["first_name",{"text":[{"text":""}]}],["last_name",{"text":[{"text":""}]}],["full_name",{"text":[{"text":""}]}],["gender",{"text":[{"text":""}]}],["timezone",{"number":0.0}],["locale",{"text":[{"text":""}]}],["language",{"text":[{"text":""}]}],["phone",{"text":[{"text":""}]}],["email",{"text":[{"text":""}]}],["created_at",{"text":[{"text":"2026-12-01 04:13:05.170000+00:00"}]}],["last_message_text",{"text":[{"text":"buy"}]}],["last_message_time",{"text":[{"text":"2026-12-01 04:13:05.170000+00:00"}]}]]}},"auth":"none"},"timeout_ms":5000,"repeatable":false}]}},"spent":{"blocks":3,"messages":1,"calls":1,"steps":151}}',1796184785170,1796098395170,'bdaadbdd2f5783fdd92a9800e8221c0c0c9d5619ac99cf25d2530196869dd1c2','01a22fce65127717af3ac783b624b63f',1796098385170,1796098385170);
INSERT INTO conversations VALUES('shop','webchat','bob',4,1,'{"key":{"bot":"shop","channel":"webchat","user":"bob"},"uid":4,"turn":1,"now":1796098385179,"created_at":1796098385179,"seed":248473974202254510,"bot_enabled":true,"reply":{"text":"pay","type":"text"},"last_input":1796098385179,"matched":{},"session":{"id":"4-1","version":"bdaadbdd2f5783fdd92a9800e8221c0c0c9d5619ac99cf25d2530196869dd1c2","expires_at":1796184785179,"frames":[{"sequence":"pay","entry":"root","at":13417564704268330300}],"calling":{"calls":[{"id":"4-1-2","api":"pay","request":{"method":"POST","url":[{"secret":{"env":"SHOP_URL"}},{"text":"/pay"}],"headers":[],"query":[],"body":{"json":{"map":[["uid",{"number":4}],["platform_id",{"number":1010}],["bot_enabled",{"bool":true}],["avatar",{"text":[{"text":""}]}],["first_name",{"text":[{"text":""}]}],["last_name",{"text":[{"text":""}]}],["full_name",{"text":[{"text":""}]}],["gender",{"text":[{"text":""}]}],["timezone",{"number":0.0}],["locale",{"text":[{"text":""}]}],["language",{"text":[{"text":""}]}],["phone",{"text":[{"text":""}]}],["email",{"text":[{"text":""}]}],["created_at",{"text":[{"text":"2026-12-01 04:13:05.179000+00:00"}]}],["last_message_text",{"text":[{"text":"pay"}]}],["last_message_time",{"text":[{"text":"2026-12-01 04:13:05.179000+00:00"}]}]]}},"auth":"none"},"timeout_ms":5000,"repeatable":true}]}},"spent":{"blocks":3,"messages":1,"calls":1,"steps":152}}',1796184785179,1796098395179,'bdaadbdd2f5783fdd92a9800e8221c0c0c9d5619ac99cf25d2530196869dd1c2','01a22fce651b7134a3adef1b329c2403',1796098385179,1796098385179);
INSERT INTO conversations VALUES('shop','webchat','cat',3,1,'{"key":{"bot":"shop","channel":"webchat","user":"cat"},"uid":3,"turn":1,"now":1796098385174,"created_at":1796098385174,"seed":287142859122362591,"bot_enabled":true,"reply":{"text":"look","type":"text"},"last_input":1796098385174,"matched":{},"session":{"id":"3-1","version":"bdaadbdd2f5783fdd92a9800e8221c0c0c9d5619ac99cf25d2530196869dd1c2","expires_at":1796184785174,"frames":[{"sequence":"look","entry":"root","at":7776061476332270492}],"calling":{"calls":[{"id":"3-1-2","api":"look","request":{"method":"GET","url":[{"secret":{"env":"SHOP_URL"}},{"text":"/look"}],"headers":[],"query":[],"body":"none","auth":"none"},"timeout_ms":5000,"repeatable":true}]}},"spent":{"blocks":3,"messages":1,"calls":1,"steps":154}}',1796184785174,1796098395174,'bdaadbdd2f5783fdd92a9800e8221c0c0c9d5619ac99cf25d2530196869dd1c2','01a22fce6516765daa6c2e8876910b8f',1796098385174,1796098385174);
CREATE TABLE messages (
    id TEXT NOT NULL,
    bot TEXT NOT NULL,
    channel TEXT NOT NULL,
    "user" TEXT NOT NULL,
    position BIGINT NOT NULL,
    direction TEXT NOT NULL,
    kind TEXT NOT NULL,
    body TEXT NOT NULL,
    items TEXT,
    external_id TEXT,
    body_hash TEXT,
    run_id TEXT,
    waiting BOOLEAN NOT NULL,
    created_at BIGINT NOT NULL,
    delivery TEXT,
    next_attempt BIGINT,
    PRIMARY KEY (bot, channel, "user", position)
);
INSERT INTO messages VALUES('u01a22fce648f77f2bed989f111c3eb74','shop','webchat','dan',1024,'in','text','{"type":"text","text":"hi"}',NULL,NULL,NULL,'01a22fce648f77f2bed989f111c3eb74',0,1796098385040,NULL,NULL);
INSERT INTO messages VALUES('1-1-1','shop','webchat','dan',1025,'out','text','{"type":"text","text":"Hello!"}',NULL,NULL,NULL,'01a22fce648f77f2bed989f111c3eb74',0,1796098385057,NULL,NULL);
INSERT INTO messages VALUES('1-1-2','shop','webchat','dan',1026,'out','text','{"type":"text","text":"Which city?"}',NULL,NULL,NULL,'01a22fce648f77f2bed989f111c3eb74',0,1796098385057,NULL,NULL);
INSERT INTO messages VALUES('u01a22fce64e87708b61611f4947d43cb','shop','webchat','dan',2048,'in','text','{"type":"text","text":"Rome"}',NULL,NULL,NULL,'01a22fce64e87708b61611f4947d43cb',0,1796098385128,NULL,NULL);
INSERT INTO messages VALUES('1-2-1','shop','webchat','dan',2049,'out','text','{"type":"text","text":"So you live in Rome."}',NULL,NULL,NULL,'01a22fce64e87708b61611f4947d43cb',0,1796098385128,NULL,NULL);
INSERT INTO messages VALUES('1-2-2','shop','webchat','dan',2050,'out','text','{"type":"text","text":"Anything else?"}',NULL,NULL,NULL,'01a22fce64e87708b61611f4947d43cb',0,1796098385128,NULL,NULL);
INSERT INTO messages VALUES('u01a22fce65127717af3ac783b624b63f','shop','webchat','ann',1024,'in','text','{"type":"text","text":"buy"}',NULL,NULL,NULL,'01a22fce65127717af3ac783b624b63f',0,1796098385170,NULL,NULL);
INSERT INTO messages VALUES('2-1-1','shop','webchat','ann',1025,'out','text','{"type":"text","text":"One moment, buy."}',NULL,NULL,NULL,'01a22fce65127717af3ac783b624b63f',0,1796098385170,NULL,NULL);
INSERT INTO messages VALUES('u01a22fce651b7134a3adef1b329c2403','shop','webchat','bob',1024,'in','text','{"type":"text","text":"pay"}',NULL,NULL,NULL,'01a22fce651b7134a3adef1b329c2403',0,1796098385179,NULL,NULL);
INSERT INTO messages VALUES('4-1-1','shop','webchat','bob',1025,'out','text','{"type":"text","text":"One moment, pay."}',NULL,NULL,NULL,'01a22fce651b7134a3adef1b329c2403',0,1796098385179,NULL,NULL);
INSERT INTO messages VALUES('u01a22fce6516765daa6c2e8876910b8f','shop','webchat','cat',1024,'in','text','{"type":"text","text":"look"}',NULL,NULL,NULL,'01a22fce6516765daa6c2e8876910b8f',0,1796098385174,NULL,NULL);
INSERT INTO messages VALUES('3-1-1','shop','webchat','cat',1025,'out','text','{"type":"text","text":"One moment, look."}',NULL,NULL,NULL,'01a22fce6516765daa6c2e8876910b8f',0,1796098385174,NULL,NULL);
INSERT INTO messages VALUES('u01a22fce691471bd9eecce2847e8fb86','shop','webchat','ann',1026,'in','text','{"type":"text","text":"hello"}',NULL,NULL,NULL,'01a22fce691471bd9eecce2847e8fb86',1,1796098386196,NULL,NULL);
INSERT INTO messages VALUES('u01a22fce6d49779d80b1741d1ede1a8a','shop','webchat','bob',1026,'in','text','{"type":"text","text":"hello"}',NULL,NULL,NULL,'01a22fce6d49779d80b1741d1ede1a8a',1,1796098387273,NULL,NULL);
INSERT INTO messages VALUES('u01a22fce716971caa7396e7b6168c61c','shop','webchat','cat',1026,'in','text','{"type":"text","text":"hello"}',NULL,NULL,NULL,'01a22fce716971caa7396e7b6168c61c',1,1796098388329,NULL,NULL);
CREATE TABLE turns (
    bot TEXT NOT NULL,
    channel TEXT NOT NULL,
    "user" TEXT NOT NULL,
    turn BIGINT NOT NULL,
    run_id TEXT NOT NULL,
    at BIGINT NOT NULL,
    version TEXT NOT NULL,
    event TEXT NOT NULL,
    effects_hash TEXT NOT NULL,
    start_state BLOB,
    PRIMARY KEY (bot, channel, "user", turn)
) WITHOUT ROWID;
INSERT INTO turns VALUES('shop','webchat','ann',1,'01a22fce65127717af3ac783b624b63f',1796098385170,'bdaadbdd2f5783fdd92a9800e8221c0c0c9d5619ac99cf25d2530196869dd1c2','{"now":1796098385170,"event":{"message":"u01a22fce65127717af3ac783b624b63f"}}','b8bc41b2fed7fff4f86a9ce2c094bf3c',X'78015d8ec10e83201044ff65cf1ca416117ec6206e6a2305c3424c63fcf72ef1d6dbcc9bcdec9cb0e117ec09732a6081d6b48300bfba183130387066539855c2cc8003b804d4f702f621a0d41cc17602623ac04a6d86ce8cfda8a466e633ba82cbe4b8fa2f22442e508faed3a61f9e4a2aa3a5545ab421134637877650724501b463e40a1e1992df08dabf0f12b917dec6bb106e4505f7a6aeeb079bd940ca');
INSERT INTO turns VALUES('shop','webchat','bob',1,'01a22fce651b7134a3adef1b329c2403',1796098385179,'bdaadbdd2f5783fdd92a9800e8221c0c0c9d5619ac99cf25d2530196869dd1c2','{"now":1796098385179,"event":{"message":"u01a22fce651b7134a3adef1b329c2403"}}','d420a82bd060bd65a22828530181c782',X'78014d8e410e83300c04ffb2e71c288402f90c4ac02a156982e244a842fcbd465c7a5b8fadf11e58e90b73c0c50c035ee2068569b1219017b09393210b2b4c49808b0ea74279cf305a219714602a8510779847373caba16ffa56926812d94cf368452de07fc54422a875afbb66e8745dd575abdb8788a4c848c13a7f1de4544881370aa290923e4e2be3faf72166fba27b98acf777e24cdb95cef3079c9740cc');
INSERT INTO turns VALUES('shop','webchat','cat',1,'01a22fce6516765daa6c2e8876910b8f',1796098385174,'bdaadbdd2f5783fdd92a9800e8221c0c0c9d5619ac99cf25d2530196869dd1c2','{"now":1796098385174,"event":{"message":"u01a22fce6516765daa6c2e8876910b8f"}}','52f23691e6584165ebbb33b3d0563491',X'78015d4ecb0e83300cfb179f7b80f2eecfa052a231d1b5a80fa109f1ef4bc56da7d84e62fbc24e5fa80b8b4f50889b3f206036ed1c59164e5a9824d672a4c082d109b7407eaf508d40cac1415502ce9f50f530f5d5343663570f2ddb04d289d6995ffe5791880de438d4ad1cbba996b2e9254f518acce4f462cb410a9904e2418edb5d58ac377b44c9fb508cfa450f31dada07c5444741f7fd039d0340ce');
INSERT INTO turns VALUES('shop','webchat','dan',1,'01a22fce648f77f2bed989f111c3eb74',1796098385057,'bdaadbdd2f5783fdd92a9800e8221c0c0c9d5619ac99cf25d2530196869dd1c2','{"now":1796098385057,"event":{"message":"u01a22fce648f77f2bed989f111c3eb74"}}','8abef7af3edbc18284feebd23612a690',X'78015d8e4b0e83301043efe2751640f8845c060518958a3441f9085588bb772276ddd99ed1b32fecf485be30fb048db8f90302cb669c23cbc149339bc4598e1438588dc32d90df2b742d907270d09580f327743d8c7d352aa9baaa1b1813c8245a27c3e8bf53242a805aa9ae957d231b3556bd6c5b46f292899c996df9482193403cc83183575abfec11a5f043319a173d6631d63e2a263a8abaef1fcf1640f8');
INSERT INTO turns VALUES('shop','webchat','dan',2,'01a22fce64e87708b61611f4947d43cb',1796098385128,'bdaadbdd2f5783fdd92a9800e8221c0c0c9d5619ac99cf25d2530196869dd1c2','{"now":1796098385128,"event":{"message":"u01a22fce64e87708b61611f4947d43cb"}}','812edbbcd1fae56106cb7b558818bb50',NULL);
CREATE TABLE versions (
    bot TEXT NOT NULL,
    hash TEXT NOT NULL,
    files BLOB NOT NULL,
    git_commit TEXT,
    created_at BIGINT NOT NULL,
    unused_since BIGINT,
    PRIMARY KEY (bot, hash)
);
INSERT INTO versions VALUES('shop','bdaadbdd2f5783fdd92a9800e8221c0c0c9d5619ac99cf25d2530196869dd1c2',X'7801013c02c3fd1f8b08000000000000ffad544d6fdb300cfd2b9cb1a397a2875d84a2c30ec33a60408aa5c30ef3502831170bb1454f92b31a86fffb48394e9b0f2f979e14912fe47b8fb4ba44d7c65f2d9b76d6eaaa4c54b245e70d5905d799e59c02ce65b671a582b71ddaad5adccdef1fbf7ffbda5fc54c85a1a05cc1fd7cf190596a42dd0405019f426683a990e4fade67d6ebaa2e514197eba015e4643105dfac56e83dffc135d8673649074225d16692912427280da991d3e74faf48a9d6d31e716e8250cc1c7a6472ac6a0a68c3d0e355282e299c63c76105bea09a2b05edf8b27688dc84ec233a478e2b4b570559f25020301e0aede1b73625e6b32ce1ea9e5bc57add9ed975ce711d8233cb26a05799055899d00aa6ad99aee7945da7606c8e4f98ef990258567e04e3389feb35f38e95de41b7c1f62fb99c25fee42dfb95c29a02c55dec4f11ecf11ec1bfcf20642df610b99cc1145896c4a0d18e2fa02b28d0e1e0027becf14f83969d9ffa5e46c0eea35996b4da8c92c6b2738b5051c5d34f05c5c5775446000715dcdcf0717b9b25299c995484745d0ccf36ec71df33c7feb01183c0782026189b1c08885bf07f09bb45392be24ebc7ab3a76e78c032fe14b4dfbce0f9a330ab22663e881263c57eb91e735d10b4d44069b6c82896368066071d64738e3b7cb46d287885004b8f2f9a08f6b8c95855acdbe58f6d997a769e5d191e988b938d854e462b5199ad9c93c31d4097a62ba8e9f14ebc55cf32e2b3745185943911c141d1c0c7a48408b9a480418702fa7f78c03e4c8d060000c27c1ac4',NULL,1796098384918,NULL);
CREATE TABLE generations (
    bot TEXT NOT NULL,
    generation BIGINT NOT NULL,
    hash TEXT NOT NULL,
    chosen TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (bot, generation)
);
INSERT INTO generations VALUES('shop',1,'bdaadbdd2f5783fdd92a9800e8221c0c0c9d5619ac99cf25d2530196869dd1c2','folder',1796098384918);
CREATE TABLE meta (
    key TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
);
INSERT INTO meta VALUES('secret:webchat-tokens','VQs0VG+05WIRuXDOBIhxz+bkXbJnsMR0eMiB5JTaryY=');
INSERT INTO meta VALUES('clock','1796098384935');
INSERT INTO meta VALUES('uid','1000');
CREATE UNIQUE INDEX conversations_uid ON conversations (uid);
CREATE INDEX conversations_wake ON conversations (wake_at) WHERE wake_at IS NOT NULL;
CREATE INDEX conversations_lease ON conversations (lease_until) WHERE lease_until IS NOT NULL;
CREATE INDEX conversations_session ON conversations (bot, session_version) WHERE session_version IS NOT NULL;
CREATE INDEX messages_waiting ON messages (bot, channel, "user", position) WHERE waiting;
CREATE UNIQUE INDEX messages_external ON messages ("user", bot, channel, external_id) WHERE external_id IS NOT NULL;
COMMIT;
