-- A start that is asked for with an `Idempotency-Key` has an external id made of account and key: one for all conversations.
CREATE UNIQUE INDEX messages_request ON messages (external_id) WHERE kind = 'start' AND external_id IS NOT NULL;
