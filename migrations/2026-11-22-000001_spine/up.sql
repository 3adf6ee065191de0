-- One schema for SQLite and PostgreSQL. No defaults, no now(): identifiers and times come from the
-- program. On SQLite uuid columns hold 16-byte blobs and timestamptz columns hold epoch microseconds.

CREATE TABLE installation (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    epoch TEXT NOT NULL,
    kind TEXT NOT NULL,
    key_check BYTEA NOT NULL,
    server_identity TEXT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL
);

-- Places -------------------------------------------------------------------------------------------
CREATE TABLE organisations (
    id UUID PRIMARY KEY NOT NULL,
    name TEXT NOT NULL,
    short_name TEXT NOT NULL UNIQUE,
    operations_number TEXT,
    created_at TIMESTAMPTZ NOT NULL
);

-- Countries that are on no map: an exercise's invented ones, as a circle.
CREATE TABLE invented_countries (
    code TEXT PRIMARY KEY NOT NULL,
    name TEXT NOT NULL,
    lat DOUBLE PRECISION NOT NULL,
    lon DOUBLE PRECISION NOT NULL,
    radius_km DOUBLE PRECISION NOT NULL,
    time_zone TEXT NOT NULL
);

CREATE TABLE offices (
    id UUID PRIMARY KEY NOT NULL,
    organisation UUID NOT NULL REFERENCES organisations (id),
    country TEXT NOT NULL,
    name TEXT NOT NULL,
    duty_number TEXT,
    emergency_number TEXT,
    created_at TIMESTAMPTZ NOT NULL,
    UNIQUE (organisation, country)
);

CREATE TABLE duty_stations (
    id UUID PRIMARY KEY NOT NULL,
    office UUID NOT NULL REFERENCES offices (id),
    name TEXT NOT NULL,
    time_zone TEXT NOT NULL,
    lat DOUBLE PRECISION NOT NULL,
    lon DOUBLE PRECISION NOT NULL,
    created_at TIMESTAMPTZ NOT NULL
);

-- People -------------------------------------------------------------------------------------------
CREATE TABLE people (
    id UUID PRIMARY KEY NOT NULL,
    office UUID NOT NULL REFERENCES offices (id),
    duty_station UUID REFERENCES duty_stations (id),
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    folded TEXT NOT NULL,
    email TEXT UNIQUE,
    languages TEXT NOT NULL,
    call_sign TEXT,
    left_at TIMESTAMPTZ,
    created_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX people_by_office ON people (office);
CREATE INDEX people_by_name ON people (folded);

-- A number is sealed; it is found by a keyed index of its E.164 form.
CREATE TABLE phones (
    id UUID PRIMARY KEY NOT NULL,
    person UUID NOT NULL REFERENCES people (id),
    kind TEXT NOT NULL,
    number BYTEA NOT NULL,
    number_index BYTEA NOT NULL,
    position BIGINT NOT NULL,
    verified_at TIMESTAMPTZ
);
CREATE INDEX phones_by_person ON phones (person);
CREATE INDEX phones_by_number ON phones (number_index);

-- Rights -------------------------------------------------------------------------------------------
CREATE TABLE grants (
    id UUID PRIMARY KEY NOT NULL,
    person UUID NOT NULL REFERENCES people (id),
    role TEXT NOT NULL,
    area TEXT NOT NULL,
    area_id UUID,
    valid_from TIMESTAMPTZ NOT NULL,
    valid_until TIMESTAMPTZ,
    granted_by UUID,
    created_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX grants_by_person ON grants (person);

CREATE TABLE accounts (
    person UUID PRIMARY KEY NOT NULL REFERENCES people (id),
    password TEXT NOT NULL,
    changed_at TIMESTAMPTZ NOT NULL
);

-- A session is kept by the hash of its cookie.
CREATE TABLE sessions (
    id BYTEA PRIMARY KEY NOT NULL,
    person UUID NOT NULL REFERENCES people (id),
    created_at TIMESTAMPTZ NOT NULL,
    expires_at TIMESTAMPTZ NOT NULL,
    ended_at TIMESTAMPTZ
);
CREATE INDEX sessions_by_person ON sessions (person);

-- One-time secrets, kept by hash: first administrator, passwords, live tickets.
CREATE TABLE one_time (
    hash BYTEA PRIMARY KEY NOT NULL,
    purpose TEXT NOT NULL,
    person UUID,
    expires_at TIMESTAMPTZ NOT NULL,
    used_at TIMESTAMPTZ
);
CREATE INDEX one_time_by_expiry ON one_time (expires_at);

-- Devices ------------------------------------------------------------------------------------------
CREATE TABLE devices (
    id UUID PRIMARY KEY NOT NULL,
    person UUID NOT NULL REFERENCES people (id),
    name TEXT NOT NULL,
    public_key BYTEA NOT NULL,
    enrolled_at TIMESTAMPTZ NOT NULL,
    revoked_at TIMESTAMPTZ
);
CREATE INDEX devices_by_person ON devices (person);

CREATE TABLE enrolments (
    code BYTEA PRIMARY KEY NOT NULL,
    person UUID NOT NULL REFERENCES people (id),
    issued_by UUID NOT NULL,
    expires_at TIMESTAMPTZ NOT NULL,
    used_at TIMESTAMPTZ,
    device UUID
);

-- A device's refresh secrets, by hash. A secret that was used twice ends the device's session, but
-- for a repeat within 60 s, which is an answer that was lost on the way.
CREATE TABLE refreshes (
    hash BYTEA PRIMARY KEY NOT NULL,
    device UUID NOT NULL REFERENCES devices (id),
    issued_at TIMESTAMPTZ NOT NULL,
    used_at TIMESTAMPTZ,
    next BYTEA
);
CREATE INDEX refreshes_by_device ON refreshes (device);

-- The log ------------------------------------------------------------------------------------------
CREATE TABLE heads (
    scope UUID PRIMARY KEY NOT NULL,
    seq BIGINT NOT NULL,
    hash BYTEA NOT NULL
);

CREATE TABLE events (
    scope UUID NOT NULL,
    seq BIGINT NOT NULL,
    id UUID NOT NULL,
    class TEXT NOT NULL CHECK (class IN ('life', 'ops', 'info')),
    kind TEXT NOT NULL,
    subject UUID NOT NULL,
    actor UUID,
    cause UUID,
    request_key UUID,
    occurred_at TIMESTAMPTZ NOT NULL,
    received_at TIMESTAMPTZ NOT NULL,
    payload BYTEA,
    payload_hash BYTEA NOT NULL,
    prev_hash BYTEA NOT NULL,
    hash BYTEA NOT NULL,
    PRIMARY KEY (scope, seq)
);
CREATE INDEX events_by_subject ON events (subject, received_at);

-- A subject's data key, wrapped once by each scope that may read it. It is also the list of scopes
-- that the subject is written to.
CREATE TABLE subject_keys (
    subject UUID NOT NULL,
    scope UUID NOT NULL,
    wrapped BYTEA NOT NULL,
    PRIMARY KEY (subject, scope)
);
CREATE INDEX subject_keys_by_scope ON subject_keys (scope);

CREATE TABLE requests (
    actor UUID NOT NULL,
    request_key UUID NOT NULL,
    body_hash BYTEA NOT NULL,
    answer BYTEA NOT NULL,
    stored_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (actor, request_key)
);

CREATE TABLE timers (
    id UUID PRIMARY KEY NOT NULL,
    kind TEXT NOT NULL,
    subject UUID NOT NULL,
    generation BIGINT NOT NULL,
    due_at TIMESTAMPTZ NOT NULL,
    fired_at TIMESTAMPTZ,
    UNIQUE (kind, subject, generation)
);
CREATE INDEX timers_due ON timers (due_at) WHERE fired_at IS NULL;

-- Distress -----------------------------------------------------------------------------------------
CREATE TABLE cases (
    id UUID PRIMARY KEY NOT NULL,
    person UUID,
    device UUID,
    reporter UUID,
    state TEXT NOT NULL,
    is_open BOOLEAN NOT NULL,
    owner UUID,
    revision BIGINT NOT NULL,
    idle_generation BIGINT NOT NULL,
    opened_at TIMESTAMPTZ NOT NULL,
    closed_at TIMESTAMPTZ,
    sealed BYTEA NOT NULL
);
-- Whoever taps, and for whom: one open case per pair, whatever node the taps reach.
CREATE UNIQUE INDEX cases_one_open ON cases (person, reporter) WHERE is_open AND person IS NOT NULL AND reporter IS NOT NULL;
CREATE INDEX cases_by_person ON cases (person, opened_at);
CREATE INDEX cases_by_reporter ON cases (reporter, opened_at);
CREATE INDEX cases_open ON cases (opened_at) WHERE is_open;
CREATE INDEX cases_closed ON cases (closed_at);
CREATE INDEX cases_by_owner ON cases (owner) WHERE is_open;

-- Every attempt to raise, as it came: the first of a key made or joined the case.
CREATE TABLE attempts (
    id UUID PRIMARY KEY NOT NULL,
    actor UUID NOT NULL,
    request_key UUID NOT NULL,
    attempt BIGINT NOT NULL,
    case_id UUID NOT NULL,
    event UUID NOT NULL,
    body_hash BYTEA NOT NULL,
    body BYTEA NOT NULL,
    channel TEXT NOT NULL,
    received_at TIMESTAMPTZ NOT NULL,
    UNIQUE (actor, request_key, attempt)
);
CREATE INDEX attempts_by_case ON attempts (case_id);
