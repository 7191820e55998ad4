-- 1796098394981
--
-- PostgreSQL database dump
--


-- Dumped from database version 15.18 (Debian 15.18-0+deb12u1)
-- Dumped by pg_dump version 15.18 (Debian 15.18-0+deb12u1)

SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;

--
-- Name: new_message; Type: TYPE; Schema: public; Owner: -
--

CREATE TYPE public.new_message AS (
	number bigint,
	id text,
	bot text,
	channel text,
	"user" text,
	"position" bigint,
	direction text,
	kind text,
	body text,
	items text,
	external_id text,
	body_hash text,
	run_id text,
	created_at bigint
);


--
-- Name: new_turn; Type: TYPE; Schema: public; Owner: -
--

CREATE TYPE public.new_turn AS (
	bot text,
	channel text,
	"user" text,
	expected bigint,
	uid bigint,
	state text,
	wake_at bigint,
	lease_until bigint,
	session_version text,
	run_id text,
	now bigint,
	begins_run boolean,
	external_id text,
	takes text,
	interaction boolean,
	log_version text,
	event text,
	effects_hash text,
	start_state bytea
);


SET default_tablespace = '';

SET default_table_access_method = heap;

--
-- Name: __diesel_schema_migrations; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.__diesel_schema_migrations (
    version character varying(50) NOT NULL,
    run_on timestamp without time zone DEFAULT CURRENT_TIMESTAMP NOT NULL
);


--
-- Name: conversations; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.conversations (
    bot text NOT NULL,
    channel text NOT NULL,
    "user" text NOT NULL,
    uid bigint NOT NULL,
    version bigint NOT NULL,
    state text NOT NULL,
    wake_at bigint,
    lease_until bigint,
    session_version text,
    run_id text,
    created_at bigint NOT NULL,
    last_interaction bigint NOT NULL
)
WITH (fillfactor='70');


--
-- Name: generations; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.generations (
    bot text NOT NULL,
    generation bigint NOT NULL,
    hash text NOT NULL,
    chosen text NOT NULL,
    created_at bigint NOT NULL
);


--
-- Name: messages; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.messages (
    id text NOT NULL,
    bot text NOT NULL,
    channel text NOT NULL,
    "user" text NOT NULL,
    "position" bigint NOT NULL,
    direction text NOT NULL,
    kind text NOT NULL,
    body text NOT NULL,
    items text,
    external_id text,
    body_hash text,
    run_id text,
    waiting boolean NOT NULL,
    created_at bigint NOT NULL,
    delivery text,
    next_attempt bigint
);


--
-- Name: meta; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.meta (
    key text NOT NULL,
    value text NOT NULL
);


--
-- Name: turns; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.turns (
    bot text NOT NULL,
    channel text NOT NULL,
    "user" text NOT NULL,
    turn bigint NOT NULL,
    run_id text NOT NULL,
    at bigint NOT NULL,
    version text NOT NULL,
    event text NOT NULL,
    effects_hash text NOT NULL,
    start_state bytea
);


--
-- Name: versions; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.versions (
    bot text NOT NULL,
    hash text NOT NULL,
    files bytea NOT NULL,
    git_commit text,
    created_at bigint NOT NULL,
    unused_since bigint
);


--
-- Data for Name: __diesel_schema_migrations; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.__diesel_schema_migrations VALUES ('20261121000001', '2026-12-01 04:13:10.055024');
INSERT INTO public.__diesel_schema_migrations VALUES ('20261122000002', '2026-12-01 04:13:10.113669');
INSERT INTO public.__diesel_schema_migrations VALUES ('20261122000003', '2026-12-01 04:13:10.133718');


--
-- Data for Name: conversations; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.conversations VALUES ('shop', 'webchat', 'dan', 1, 2, '{"key":{"bot":"shop","channel":"webchat","user":"dan"},"uid":1,"turn":2,"now":1796098390758,"created_at":1796098390607,"seed":13014364000841715044,"attributes":{"city":"Rome"},"bot_enabled":true,"reply":{"text":"Rome","type":"text"},"last_input":1796098390758,"session":{"id":"1-1","version":"bdaadbdd2f5783fdd92a9800e8221c0c0c9d5619ac99cf25d2530196869dd1c2","expires_at":1796184790758,"frames":[{"sequence":"greet","entry":"root","at":3216981545057673929,"asked":{"message":{"id":"1-2-2","type":"text","text":"Anything else?"},"misses":0,"asks":13959275822917533860}}]},"spent":{"blocks":2,"messages":2,"calls":0,"steps":218}}', 1796184790607, NULL, 'bdaadbdd2f5783fdd92a9800e8221c0c0c9d5619ac99cf25d2530196869dd1c2', '01a22fce7ae676c4b6827de52642b2dc', 1796098390607, 1796098390758);
INSERT INTO public.conversations VALUES ('shop', 'webchat', 'ann', 2, 1, '{"key":{"bot":"shop","channel":"webchat","user":"ann"},"uid":2,"turn":1,"now":1796098390858,"created_at":1796098390858,"seed":14856452979685933825,"bot_enabled":true,"reply":{"text":"buy","type":"text"},"last_input":1796098390858,"matched":{},"session":{"id":"2-1","version":"bdaadbdd2f5783fdd92a9800e8221c0c0c9d5619ac99cf25d2530196869dd1c2","expires_at":1796184790858,"frames":[{"sequence":"buy","entry":"root","at":8307143964077311272}],"calling":{"calls":[{"id":"2-1-2","api":"buy","request":{"method":"POST","url":[{"secret":{"env":"SHOP_URL"}},{"text":"/buy"}],"headers":[],"query":[],"body":{"json":{"map":[["uid",{"number":2}],["platform_id",{"number":1010}],["bot_enabled",{"bool":true}],["avatar",{"text":[{"text":""}]}],["first_name",{"text":[{"text":""}]}],["last_name",{"text":[{"text":""}]}],["full_name",{"text":[{"text":""}]}],["gender",{"text":[{"text":""}]}],["timezone",{"number":0.0}],["locale",{"text":[{"text":""}]}],["language",{"text":[{"text":""}]}],["phone",{"text":[{"text":""}]}],["email",{"text":[{"text":""}]}],["created_at",{"text":[{"text":"2026-12-01 04:13:10.858000+00:00"}]}],["last_message_text",{"text":[{"text":"buy"}]}],["last_message_time",{"text":[{"text":"2026-12-01 04:13:10.858000+00:00"}]}]]}},"auth":"none"},"timeout_ms":5000,"repeatable":false}]}},"spent":{"blocks":3,"messages":1,"calls":1,"steps":151}}', 1796184790858, 1796098400858, 'bdaadbdd2f5783fdd92a9800e8221c0c0c9d5619ac99cf25d2530196869dd1c2', '01a22fce7b4975f5933d7ee2bfdee8a0', 1796098390858, 1796098390858);
INSERT INTO public.conversations VALUES ('shop', 'webchat', 'bob', 4, 1, '{"key":{"bot":"shop","channel":"webchat","user":"bob"},"uid":4,"turn":1,"now":1796098390874,"created_at":1796098390874,"seed":18299974791896842430,"bot_enabled":true,"reply":{"text":"pay","type":"text"},"last_input":1796098390874,"matched":{},"session":{"id":"4-1","version":"bdaadbdd2f5783fdd92a9800e8221c0c0c9d5619ac99cf25d2530196869dd1c2","expires_at":1796184790874,"frames":[{"sequence":"pay","entry":"root","at":13417564704268330300}],"calling":{"calls":[{"id":"4-1-2","api":"pay","request":{"method":"POST","url":[{"secret":{"env":"SHOP_URL"}},{"text":"/pay"}],"headers":[],"query":[],"body":{"json":{"map":[["uid",{"number":4}],["platform_id",{"number":1010}],["bot_enabled",{"bool":true}],["avatar",{"text":[{"text":""}]}],["first_name",{"text":[{"text":""}]}],["last_name",{"text":[{"text":""}]}],["full_name",{"text":[{"text":""}]}],["gender",{"text":[{"text":""}]}],["timezone",{"number":0.0}],["locale",{"text":[{"text":""}]}],["language",{"text":[{"text":""}]}],["phone",{"text":[{"text":""}]}],["email",{"text":[{"text":""}]}],["created_at",{"text":[{"text":"2026-12-01 04:13:10.874000+00:00"}]}],["last_message_text",{"text":[{"text":"pay"}]}],["last_message_time",{"text":[{"text":"2026-12-01 04:13:10.874000+00:00"}]}]]}},"auth":"none"},"timeout_ms":5000,"repeatable":true}]}},"spent":{"blocks":3,"messages":1,"calls":1,"steps":152}}', 1796184790874, 1796098400874, 'bdaadbdd2f5783fdd92a9800e8221c0c0c9d5619ac99cf25d2530196869dd1c2', '01a22fce7b5a73909ef956cb892177ca', 1796098390874, 1796098390874);
INSERT INTO public.conversations VALUES ('shop', 'webchat', 'cat', 3, 1, '{"key":{"bot":"shop","channel":"webchat","user":"cat"},"uid":3,"turn":1,"now":1796098390868,"created_at":1796098390868,"seed":3210261240034904856,"bot_enabled":true,"reply":{"text":"look","type":"text"},"last_input":1796098390868,"matched":{},"session":{"id":"3-1","version":"bdaadbdd2f5783fdd92a9800e8221c0c0c9d5619ac99cf25d2530196869dd1c2","expires_at":1796184790868,"frames":[{"sequence":"look","entry":"root","at":7776061476332270492}],"calling":{"calls":[{"id":"3-1-2","api":"look","request":{"method":"GET","url":[{"secret":{"env":"SHOP_URL"}},{"text":"/look"}],"headers":[],"query":[],"body":"none","auth":"none"},"timeout_ms":5000,"repeatable":true}]}},"spent":{"blocks":3,"messages":1,"calls":1,"steps":154}}', 1796184790868, 1796098400868, 'bdaadbdd2f5783fdd92a9800e8221c0c0c9d5619ac99cf25d2530196869dd1c2', '01a22fce7b54775c866a4342f3f88969', 1796098390868, 1796098390868);


--
-- Data for Name: generations; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.generations VALUES ('shop', 1, 'bdaadbdd2f5783fdd92a9800e8221c0c0c9d5619ac99cf25d2530196869dd1c2', 'folder', 1796098390324);


--
-- Data for Name: messages; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.messages VALUES ('u01a22fce79fe765881faa1893beccf16', 'shop', 'webchat', 'dan', 1024, 'in', 'text', '{"type":"text","text":"hi"}', NULL, NULL, NULL, '01a22fce79fe765881faa1893beccf16', false, 1796098390526, NULL, NULL);
INSERT INTO public.messages VALUES ('1-1-1', 'shop', 'webchat', 'dan', 1025, 'out', 'text', '{"type":"text","text":"Hello!"}', NULL, NULL, NULL, '01a22fce79fe765881faa1893beccf16', false, 1796098390607, NULL, NULL);
INSERT INTO public.messages VALUES ('1-1-2', 'shop', 'webchat', 'dan', 1026, 'out', 'text', '{"type":"text","text":"Which city?"}', NULL, NULL, NULL, '01a22fce79fe765881faa1893beccf16', false, 1796098390607, NULL, NULL);
INSERT INTO public.messages VALUES ('u01a22fce7ae676c4b6827de52642b2dc', 'shop', 'webchat', 'dan', 2048, 'in', 'text', '{"type":"text","text":"Rome"}', NULL, NULL, NULL, '01a22fce7ae676c4b6827de52642b2dc', false, 1796098390758, NULL, NULL);
INSERT INTO public.messages VALUES ('1-2-1', 'shop', 'webchat', 'dan', 2049, 'out', 'text', '{"type":"text","text":"So you live in Rome."}', NULL, NULL, NULL, '01a22fce7ae676c4b6827de52642b2dc', false, 1796098390758, NULL, NULL);
INSERT INTO public.messages VALUES ('1-2-2', 'shop', 'webchat', 'dan', 2050, 'out', 'text', '{"type":"text","text":"Anything else?"}', NULL, NULL, NULL, '01a22fce7ae676c4b6827de52642b2dc', false, 1796098390758, NULL, NULL);
INSERT INTO public.messages VALUES ('u01a22fce7b4975f5933d7ee2bfdee8a0', 'shop', 'webchat', 'ann', 1024, 'in', 'text', '{"type":"text","text":"buy"}', NULL, NULL, NULL, '01a22fce7b4975f5933d7ee2bfdee8a0', false, 1796098390857, NULL, NULL);
INSERT INTO public.messages VALUES ('2-1-1', 'shop', 'webchat', 'ann', 1025, 'out', 'text', '{"type":"text","text":"One moment, buy."}', NULL, NULL, NULL, '01a22fce7b4975f5933d7ee2bfdee8a0', false, 1796098390858, NULL, NULL);
INSERT INTO public.messages VALUES ('u01a22fce7b5a73909ef956cb892177ca', 'shop', 'webchat', 'bob', 1024, 'in', 'text', '{"type":"text","text":"pay"}', NULL, NULL, NULL, '01a22fce7b5a73909ef956cb892177ca', false, 1796098390874, NULL, NULL);
INSERT INTO public.messages VALUES ('4-1-1', 'shop', 'webchat', 'bob', 1025, 'out', 'text', '{"type":"text","text":"One moment, pay."}', NULL, NULL, NULL, '01a22fce7b5a73909ef956cb892177ca', false, 1796098390874, NULL, NULL);
INSERT INTO public.messages VALUES ('u01a22fce7b54775c866a4342f3f88969', 'shop', 'webchat', 'cat', 1024, 'in', 'text', '{"type":"text","text":"look"}', NULL, NULL, NULL, '01a22fce7b54775c866a4342f3f88969', false, 1796098390868, NULL, NULL);
INSERT INTO public.messages VALUES ('3-1-1', 'shop', 'webchat', 'cat', 1025, 'out', 'text', '{"type":"text","text":"One moment, look."}', NULL, NULL, NULL, '01a22fce7b54775c866a4342f3f88969', false, 1796098390868, NULL, NULL);
INSERT INTO public.messages VALUES ('u01a22fce7f21762b92564d8d32d18b91', 'shop', 'webchat', 'ann', 1026, 'in', 'text', '{"type":"text","text":"hello"}', NULL, NULL, NULL, '01a22fce7f21762b92564d8d32d18b91', true, 1796098391841, NULL, NULL);
INSERT INTO public.messages VALUES ('u01a22fce834276cc980a776516f83795', 'shop', 'webchat', 'bob', 1026, 'in', 'text', '{"type":"text","text":"hello"}', NULL, NULL, NULL, '01a22fce834276cc980a776516f83795', true, 1796098392898, NULL, NULL);
INSERT INTO public.messages VALUES ('u01a22fce873977c8a15adb7fbe1ebb95', 'shop', 'webchat', 'cat', 1026, 'in', 'text', '{"type":"text","text":"hello"}', NULL, NULL, NULL, '01a22fce873977c8a15adb7fbe1ebb95', true, 1796098393914, NULL, NULL);


--
-- Data for Name: meta; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.meta VALUES ('secret:webchat-tokens', 'VS3gfOrG0F84ezTKgum1Ac7lKT9LlbV4h+hveeQCMxw=');
INSERT INTO public.meta VALUES ('clock', '1796098390347');
INSERT INTO public.meta VALUES ('uid', '1000');


--
-- Data for Name: turns; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.turns VALUES ('shop', 'webchat', 'dan', 1, '01a22fce79fe765881faa1893beccf16', 1796098390607, 'bdaadbdd2f5783fdd92a9800e8221c0c0c9d5619ac99cf25d2530196869dd1c2', '{"now":1796098390607,"event":{"message":"u01a22fce79fe765881faa1893beccf16"}}', '8abef7af3edbc18284feebd23612a690', '\x78015d8e4b0e83301043efe27516139142c965508051a94803ca47a842dcbd13b1ebcef68c9e7d62e52fec8971cbb048cbb643615a5c08ec2538781493252b89a304b30bb814ca7b86d50ab9c4004b0a613b6075d7b7d43f9b9e5aea0413d9659e0727e8bf5362ae8086b4695a43444fa33bfd2063549d327070a3af2f391656483b0781c84cbf4d6b8295c60fa7e45e7c9bc9797fab9479afeaba7efb2d410c');
INSERT INTO public.turns VALUES ('shop', 'webchat', 'dan', 2, '01a22fce7ae676c4b6827de52642b2dc', 1796098390758, 'bdaadbdd2f5783fdd92a9800e8221c0c0c9d5619ac99cf25d2530196869dd1c2', '{"now":1796098390758,"event":{"message":"u01a22fce7ae676c4b6827de52642b2dc"}}', '812edbbcd1fae56106cb7b558818bb50', NULL);
INSERT INTO public.turns VALUES ('shop', 'webchat', 'ann', 1, '01a22fce7b4975f5933d7ee2bfdee8a0', 1796098390858, 'bdaadbdd2f5783fdd92a9800e8221c0c0c9d5619ac99cf25d2530196869dd1c2', '{"now":1796098390858,"event":{"message":"u01a22fce7b4975f5933d7ee2bfdee8a0"}}', 'b8bc41b2fed7fff4f86a9ce2c094bf3c', '\x78015d8e490e83301004ffd2671fd80cb63f830c8c4284639017a108f1f78cc52db75e46357d61a32fcc85694f3088eb7e40605eadf7e4383869629338cb9102075ce016c8ef05a611483978984ac0ef274c3de8bed2aad595928a31816ca265b48cfeab221103ea4ec9be938d1e74afa46e5bd54851a68ce4ede4ca490a9904e2419e213cd3edf316513e7e2846fba2c7ccd6b947c5444751f7fd031b76415c');
INSERT INTO public.turns VALUES ('shop', 'webchat', 'bob', 1, '01a22fce7b5a73909ef956cb892177ca', 1796098390874, 'bdaadbdd2f5783fdd92a9800e8221c0c0c9d5619ac99cf25d2530196869dd1c2', '{"now":1796098390874,"event":{"message":"u01a22fce7b5a73909ef956cb892177ca"}}', 'd420a82bd060bd65a22828530181c782', '\x78015d8e490e83300c45efe275160c11192e839260958a344171225421ee5e2376ddfdc17afe276cf8057b82cf152cd09a771010569712460e0ef46c2a678db070e0b3874b407b2f60a580da4a02db0948f900db2b3375468fa6d38acb50d0555c66c7e8bf8a1019d0ebc118a3a432bd369396831c19c553664ccec7fba496860268c7c4109e1973d808ee8f1f24722f7c4c70313e8a2aeeb7baae1f15294151');
INSERT INTO public.turns VALUES ('shop', 'webchat', 'cat', 1, '01a22fce7b54775c866a4342f3f88969', 1796098390868, 'bdaadbdd2f5783fdd92a9800e8221c0c0c9d5619ac99cf25d2530196869dd1c2', '{"now":1796098390868,"event":{"message":"u01a22fce7b54775c866a4342f3f88969"}}', '52f23691e6584165ebbb33b3d0563491', '\x78015d8e4b0ec3200c44ef326b16e4d314b84c04c46aaa5088f828aaa2dcbda0ecba9b79b6c77362a32fd409133214d21a7630d8557b4fae82834c35b9b29228566075c6c550de0bd4c0904bf4509cc18703aa7bca894b31482e26516322e94ccb5c4ffe4789a805f41defa7ae1f391f46c947f198586b3293d7c6b58d1c0b31a49d7cad77c2b860b704551f7e2825fda2db58eddcad52a6bda9ebfa01d28a40f9');


--
-- Data for Name: versions; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.versions VALUES ('shop', 'bdaadbdd2f5783fdd92a9800e8221c0c0c9d5619ac99cf25d2530196869dd1c2', '\x7801013c02c3fd1f8b08000000000000ffad544d6fdb300cfd2b9cb1a397a2875d84a2c30ec33a60408aa5c30ef3502831170bb1454f92b31a86fffb48394e9b0f2f979e14912fe47b8fb4ba44d7c65f2d9b76d6eaaa4c54b245e70d5905d799e59c02ce65b671a582b71ddaad5adccdef1fbf7ffbda5fc54c85a1a05cc1fd7cf190596a42dd0405019f426683a990e4fade67d6ebaa2e514197eba015e4643105dfac56e83dffc135d8673649074225d16692912427280da991d3e74faf48a9d6d31e716e8250cc1c7a6472ac6a0a68c3d0e355282e299c63c76105bea09a2b05edf8b27688dc84ec233a478e2b4b570559f25020301e0aede1b73625e6b32ce1ea9e5bc57add9ed975ce711d8233cb26a05799055899d00aa6ad99aee7945da7606c8e4f98ef990258567e04e3389feb35f38e95de41b7c1f62fb99c25fee42dfb95c29a02c55dec4f11ecf11ec1bfcf20642df610b99cc1145896c4a0d18e2fa02b28d0e1e0027becf14f83969d9ffa5e46c0eea35996b4da8c92c6b2738b5051c5d34f05c5c5775446000715dcdcf0717b9b25299c995484745d0ccf36ec71df33c7feb01183c0782026189b1c08885bf07f09bb45392be24ebc7ab3a76e78c032fe14b4dfbce0f9a330ab22663e881263c57eb91e735d10b4d44069b6c82896368066071d64738e3b7cb46d287885004b8f2f9a08f6b8c95855acdbe58f6d997a769e5d191e988b938d854e462b5199ad9c93c31d4097a62ba8e9f14ebc55cf32e2b3745185943911c141d1c0c7a48408b9a480418702fa7f78c03e4c8d060000c27c1ac4', NULL, 1796098390324, NULL);


--
-- Name: __diesel_schema_migrations __diesel_schema_migrations_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.__diesel_schema_migrations
    ADD CONSTRAINT __diesel_schema_migrations_pkey PRIMARY KEY (version);


--
-- Name: conversations conversations_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.conversations
    ADD CONSTRAINT conversations_pkey PRIMARY KEY ("user", bot, channel);


--
-- Name: generations generations_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.generations
    ADD CONSTRAINT generations_pkey PRIMARY KEY (bot, generation);


--
-- Name: messages messages_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.messages
    ADD CONSTRAINT messages_pkey PRIMARY KEY ("user", bot, channel, "position");


--
-- Name: meta meta_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.meta
    ADD CONSTRAINT meta_pkey PRIMARY KEY (key);


--
-- Name: turns turns_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.turns
    ADD CONSTRAINT turns_pkey PRIMARY KEY ("user", bot, channel, turn);


--
-- Name: versions versions_pkey; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.versions
    ADD CONSTRAINT versions_pkey PRIMARY KEY (bot, hash);


--
-- Name: conversations_lease; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX conversations_lease ON public.conversations USING btree (lease_until) WHERE (lease_until IS NOT NULL);


--
-- Name: conversations_session; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX conversations_session ON public.conversations USING btree (bot, session_version) WHERE (session_version IS NOT NULL);


--
-- Name: conversations_uid; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX conversations_uid ON public.conversations USING btree (uid);


--
-- Name: conversations_wake; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX conversations_wake ON public.conversations USING btree (wake_at) WHERE (wake_at IS NOT NULL);


--
-- Name: messages_external; Type: INDEX; Schema: public; Owner: -
--

CREATE UNIQUE INDEX messages_external ON public.messages USING btree ("user", bot, channel, external_id) WHERE (external_id IS NOT NULL);


--
-- Name: messages_waiting; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX messages_waiting ON public.messages USING btree (bot, channel, "user", "position") WHERE waiting;


--
-- PostgreSQL database dump complete
--


