-- What must reach a person over a channel, and what came of it. `round`: which step of the ladder of its case, counted.
-- `address`: the row of the number; the number itself is nowhere but in the register. `state`: pending, sending,
-- accepted, delivered, failed, expired, superseded. `next_at`: not before then; while sending, when somebody else may try.
CREATE TABLE deliveries (
    id UUID PRIMARY KEY NOT NULL,
    subject UUID NOT NULL,
    round BIGINT NOT NULL,
    step TEXT NOT NULL,
    person UUID NOT NULL,
    channel TEXT NOT NULL,
    address UUID NOT NULL,
    state TEXT NOT NULL,
    tries BIGINT NOT NULL,
    next_at TIMESTAMPTZ NOT NULL,
    expires_at TIMESTAMPTZ NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    settled_at TIMESTAMPTZ,
    UNIQUE (subject, round, person, channel, address)
);
CREATE INDEX deliveries_due ON deliveries (next_at) WHERE state IN ('pending', 'sending');

-- Every try: when it began, and what came of it. One without an end was interrupted.
CREATE TABLE delivery_attempts (
    delivery UUID NOT NULL,
    nth BIGINT NOT NULL,
    began_at TIMESTAMPTZ NOT NULL,
    ended_at TIMESTAMPTZ,
    outcome TEXT,
    PRIMARY KEY (delivery, nth)
);
