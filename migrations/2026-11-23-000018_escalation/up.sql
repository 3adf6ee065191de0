-- Whom to call about the alarms of an area. `area`: an office, region or organisation; the nil UUID is the whole
-- installation. `plan`: JSON, the steps and the call when no console shows an alarm.
CREATE TABLE escalation_policies (
    area UUID PRIMARY KEY NOT NULL,
    revision BIGINT NOT NULL,
    plan TEXT NOT NULL,
    changed_at TIMESTAMPTZ NOT NULL,
    changed_by TEXT NOT NULL
);

-- For the figures of the last hour.
CREATE INDEX deliveries_by_time ON deliveries (created_at);
