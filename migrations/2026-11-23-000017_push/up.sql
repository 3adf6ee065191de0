-- Where phones can be woken, one place each. `channel`: webpush, fcm. `sealed`: the subscription or token. `mark`: its
-- keyed index: one place is one phone's. `shown_at`: when
-- the phone last said that it showed a message, which proves the place.
CREATE TABLE push_addresses (
    device UUID PRIMARY KEY NOT NULL REFERENCES devices (id),
    person UUID NOT NULL,
    channel TEXT NOT NULL,
    sealed BYTEA NOT NULL,
    mark BYTEA NOT NULL UNIQUE,
    registered_at TIMESTAMPTZ NOT NULL,
    shown_at TIMESTAMPTZ
);
CREATE INDEX push_addresses_by_person ON push_addresses (person);
