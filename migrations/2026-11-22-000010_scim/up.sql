-- What a provisioning system says of people, over the register that it shares with lists and consoles.

-- `user_name` is folded, so that it is found; `said` (sealed) is what the register has no field for.
-- `deleted_at`: the system deleted the person; for it they do not exist until it enters them again.
CREATE TABLE scim_people (
    person UUID PRIMARY KEY NOT NULL REFERENCES people (id),
    organisation UUID NOT NULL REFERENCES organisations (id),
    user_name TEXT NOT NULL,
    said BYTEA NOT NULL,
    deleted_at TIMESTAMPTZ
);
CREATE UNIQUE INDEX scim_people_by_name ON scim_people (organisation, user_name) WHERE deleted_at IS NULL;

-- Whom tokens noted as having left, and when: forgotten when they come back, and after a day.
CREATE TABLE scim_departures (
    person UUID PRIMARY KEY NOT NULL REFERENCES people (id),
    organisation UUID NOT NULL REFERENCES organisations (id),
    token UUID NOT NULL REFERENCES service_tokens (id),
    noted_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX scim_departures_by_time ON scim_departures (organisation, noted_at);

-- Until then a token may note so many people as having left in a day; null means the usual share.
ALTER TABLE service_tokens ADD COLUMN departures BIGINT;
ALTER TABLE service_tokens ADD COLUMN departures_until TIMESTAMPTZ;
-- When it was last kept from it, which is noted once a day.
ALTER TABLE service_tokens ADD COLUMN stopped_at TIMESTAMPTZ;
CREATE INDEX service_tokens_by_organisation ON service_tokens (organisation, created_at);
CREATE INDEX people_by_organisation ON people (organisation, id);
