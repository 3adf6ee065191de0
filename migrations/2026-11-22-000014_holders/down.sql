DROP INDEX service_tokens_by_holder;
ALTER TABLE service_tokens DROP COLUMN warned_at;
ALTER TABLE service_tokens DROP COLUMN unheld_since;
ALTER TABLE service_tokens DROP COLUMN held_by;
ALTER TABLE devices DROP COLUMN revoke_cause;
