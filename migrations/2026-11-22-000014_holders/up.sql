-- Why a phone was revoked, in one word: lost, stolen, seized, other. Null of those that were revoked before it was asked.
ALTER TABLE devices ADD COLUMN revoke_cause TEXT;

-- Who answers for a token now: its issuer, until somebody takes it over. `unheld_since`: they may issue none any more,
-- have left, or are not known; after some days the token ends by itself. `warned_at`: when that was last said.
ALTER TABLE service_tokens ADD COLUMN held_by UUID;
UPDATE service_tokens SET held_by = created_by;
ALTER TABLE service_tokens ADD COLUMN unheld_since TIMESTAMPTZ;
ALTER TABLE service_tokens ADD COLUMN warned_at TIMESTAMPTZ;
CREATE INDEX service_tokens_by_holder ON service_tokens (held_by) WHERE ended_at IS NULL;
