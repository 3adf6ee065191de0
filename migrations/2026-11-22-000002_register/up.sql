-- The register, rights over areas, second factors, lists. As before: no defaults that compute, no
-- now(); identifiers and times come from the program. A column added to a table that has rows is
-- nullable, and null means what it meant before.

-- Places -------------------------------------------------------------------------------------------
-- An organisation's own grouping of countries; its officers are granted the whole of it.
CREATE TABLE regions (
    id UUID PRIMARY KEY NOT NULL,
    organisation UUID NOT NULL REFERENCES organisations (id),
    name TEXT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    UNIQUE (organisation, name)
);
CREATE TABLE region_countries (
    region UUID NOT NULL REFERENCES regions (id),
    country TEXT NOT NULL,
    PRIMARY KEY (region, country)
);

-- How areas are graded is configuration: `grades` is a JSON array, the mildest first.
CREATE TABLE grading_schemes (
    id UUID PRIMARY KEY NOT NULL,
    name TEXT NOT NULL UNIQUE,
    grades TEXT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL
);
CREATE TABLE security_areas (
    id UUID PRIMARY KEY NOT NULL,
    country TEXT NOT NULL,
    parent UUID REFERENCES security_areas (id),
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    scheme UUID REFERENCES grading_schemes (id),
    boundary TEXT,
    created_at TIMESTAMPTZ NOT NULL,
    ended_at TIMESTAMPTZ
);
CREATE INDEX security_areas_by_country ON security_areas (country);
-- Every grade that an area had; the newest that has begun counts.
CREATE TABLE area_grades (
    id UUID PRIMARY KEY NOT NULL,
    area UUID NOT NULL REFERENCES security_areas (id),
    grade TEXT NOT NULL,
    reason TEXT NOT NULL,
    set_by UUID NOT NULL,
    from_at TIMESTAMPTZ NOT NULL,
    created_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX area_grades_by_area ON area_grades (area, from_at);

-- Residences of a country, of every organisation. `unreachable_since`: when its last reachable
-- warden was lost; null while there is one.
CREATE TABLE warden_zones (
    id UUID PRIMARY KEY NOT NULL,
    country TEXT NOT NULL,
    area UUID REFERENCES security_areas (id),
    name TEXT NOT NULL,
    boundary TEXT,
    unreachable_since TIMESTAMPTZ,
    -- When everybody was told that it had none for 24 hours: once for each time.
    alerted_at TIMESTAMPTZ,
    created_at TIMESTAMPTZ NOT NULL,
    ended_at TIMESTAMPTZ,
    UNIQUE (country, name)
);

CREATE TABLE premises (
    id UUID PRIMARY KEY NOT NULL,
    office UUID NOT NULL REFERENCES offices (id),
    duty_station UUID REFERENCES duty_stations (id),
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    lat DOUBLE PRECISION NOT NULL,
    lon DOUBLE PRECISION NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    ended_at TIMESTAMPTZ
);
CREATE INDEX premises_by_office ON premises (office);

-- An office that was seized: its sessions ended then, and nothing of it is read from its devices.
ALTER TABLE offices ADD COLUMN seized_at TIMESTAMPTZ;
ALTER TABLE offices ADD COLUMN seized_by UUID;
ALTER TABLE offices ADD COLUMN ended_at TIMESTAMPTZ;
ALTER TABLE duty_stations ADD COLUMN ended_at TIMESTAMPTZ;

-- People -------------------------------------------------------------------------------------------
-- The organisation of the person's office, kept here so that it can be part of an index.
ALTER TABLE people ADD COLUMN organisation UUID;
UPDATE people SET organisation = (SELECT offices.organisation FROM offices WHERE offices.id = people.office);
ALTER TABLE people ADD COLUMN external_id TEXT;
ALTER TABLE people ADD COLUMN job_title TEXT;
ALTER TABLE people ADD COLUMN time_zone TEXT;
ALTER TABLE people ADD COLUMN zone UUID;
ALTER TABLE people ADD COLUMN sponsor UUID;
ALTER TABLE people ADD COLUMN supervisor UUID;
-- Visitors: of their stay. Others: of their contract.
ALTER TABLE people ADD COLUMN present_from TIMESTAMPTZ;
ALTER TABLE people ADD COLUMN present_until TIMESTAMPTZ;
-- Residence, hotel, local fallback, passport, medical: one sealed JSON object.
ALTER TABLE people ADD COLUMN private BYTEA;
-- Which list keeps this person: `import`, `scim`; null for those entered by hand.
ALTER TABLE people ADD COLUMN source TEXT;
-- Hidden from every reader until this import has its applied_at.
ALTER TABLE people ADD COLUMN staged UUID;
ALTER TABLE people ADD COLUMN email_verified_at TIMESTAMPTZ;
ALTER TABLE people ADD COLUMN revision BIGINT;
UPDATE people SET revision = 1;
ALTER TABLE people ADD COLUMN changed_at TIMESTAMPTZ;
CREATE UNIQUE INDEX people_by_external ON people (organisation, external_id) WHERE external_id IS NOT NULL;
CREATE INDEX people_by_zone ON people (zone) WHERE zone IS NOT NULL;
CREATE INDEX people_by_sponsor ON people (sponsor) WHERE sponsor IS NOT NULL;
CREATE INDEX people_by_supervisor ON people (supervisor) WHERE supervisor IS NOT NULL;
CREATE INDEX people_staged ON people (staged) WHERE staged IS NOT NULL;

-- How a number was proven (`code`, `called`), and by whom; nulls with a null `verified_at`.
ALTER TABLE phones ADD COLUMN verified_basis TEXT;
ALTER TABLE phones ADD COLUMN verified_by UUID;
-- A code that proves a number: spoken to it by an operator, typed by its owner.
CREATE TABLE phone_codes (
    phone UUID PRIMARY KEY NOT NULL REFERENCES phones (id),
    code BYTEA NOT NULL,
    tries BIGINT NOT NULL,
    requested_at TIMESTAMPTZ NOT NULL,
    expires_at TIMESTAMPTZ NOT NULL
);

-- Where a person is for now, other than at their duty station. `office` is the scope that it adds.
CREATE TABLE current_places (
    person UUID PRIMARY KEY NOT NULL REFERENCES people (id),
    country TEXT NOT NULL,
    office UUID,
    place BYTEA,
    from_at TIMESTAMPTZ NOT NULL,
    until_at TIMESTAMPTZ NOT NULL,
    basis TEXT NOT NULL,
    set_by UUID,
    set_at TIMESTAMPTZ NOT NULL
);

-- A head of office signed that the list is right.
CREATE TABLE attestations (
    id UUID PRIMARY KEY NOT NULL,
    office UUID NOT NULL REFERENCES offices (id),
    signed_by UUID NOT NULL,
    signed_at TIMESTAMPTZ NOT NULL,
    people BIGINT NOT NULL,
    list_hash BYTEA NOT NULL,
    remarks TEXT
);
CREATE INDEX attestations_by_office ON attestations (office, signed_at);

-- Lists from elsewhere -----------------------------------------------------------------------------
CREATE TABLE import_profiles (
    id UUID PRIMARY KEY NOT NULL,
    organisation UUID NOT NULL REFERENCES organisations (id),
    name TEXT NOT NULL,
    mapping TEXT NOT NULL,
    changed_by UUID NOT NULL,
    changed_at TIMESTAMPTZ NOT NULL,
    UNIQUE (organisation, name)
);
CREATE TABLE imports (
    id UUID PRIMARY KEY NOT NULL,
    organisation UUID NOT NULL REFERENCES organisations (id),
    office UUID REFERENCES offices (id),
    file_name TEXT NOT NULL,
    file_hash BYTEA NOT NULL,
    format TEXT NOT NULL,
    state TEXT NOT NULL,
    -- Headings and first cells, sealed; null when the file is not kept any more.
    headings BYTEA,
    mapping TEXT,
    profile TEXT,
    -- Counts by kind of row and progress: JSON.
    figures TEXT NOT NULL,
    -- What is wrong with the file, by row and column: sealed, for it quotes the list.
    problems BYTEA,
    failure TEXT,
    -- The rows with errors were left out.
    only_good_rows BOOLEAN NOT NULL,
    -- Who does the present step, and until when nobody else takes it over.
    lease_by UUID,
    lease_until TIMESTAMPTZ,
    created_by UUID NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    -- From then on the people whom it entered are shown.
    applied_at TIMESTAMPTZ,
    undone_at TIMESTAMPTZ
);
CREATE INDEX imports_by_organisation ON imports (organisation, created_at);
CREATE INDEX imports_by_state ON imports (state);
-- The file, packed and sealed, in parts that a transaction writes quickly; gone once it is applied.
CREATE TABLE import_parts (
    import UUID NOT NULL,
    part BIGINT NOT NULL,
    bytes BYTEA NOT NULL,
    PRIMARY KEY (import, part)
);
-- What an import does to each person: sealed values before and after, so that it can be undone.
-- `revision`: the person's when it was compared; after it was done, the one that it made.
CREATE TABLE import_rows (
    import UUID NOT NULL REFERENCES imports (id),
    row BIGINT NOT NULL,
    action TEXT NOT NULL,
    person UUID NOT NULL,
    before BYTEA,
    after BYTEA,
    revision BIGINT,
    outcome TEXT NOT NULL,
    PRIMARY KEY (import, row)
);
CREATE INDEX import_rows_by_outcome ON import_rows (import, action, outcome, row);
-- What a machine may call with: kept by hash.
CREATE TABLE service_tokens (
    id UUID PRIMARY KEY NOT NULL,
    hash BYTEA NOT NULL UNIQUE,
    organisation UUID NOT NULL REFERENCES organisations (id),
    purpose TEXT NOT NULL,
    name TEXT NOT NULL,
    created_by UUID NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    expires_at TIMESTAMPTZ NOT NULL,
    last_used_at TIMESTAMPTZ,
    ended_at TIMESTAMPTZ
);
CREATE TABLE people_groups (
    id UUID PRIMARY KEY NOT NULL,
    organisation UUID NOT NULL REFERENCES organisations (id),
    name TEXT NOT NULL,
    external_id TEXT,
    revision BIGINT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    changed_at TIMESTAMPTZ NOT NULL,
    UNIQUE (organisation, name)
);
CREATE TABLE group_members (
    people_group UUID NOT NULL REFERENCES people_groups (id),
    person UUID NOT NULL REFERENCES people (id),
    PRIMARY KEY (people_group, person)
);
CREATE INDEX group_members_by_person ON group_members (person);

-- Rights -------------------------------------------------------------------------------------------
-- `area_code`: a country. `rank`: 0 warden, 1 and 2 alternates. `origin`: `appointment`,
-- `ad_interim`, `break_glass`, `unsealed`; null means an appointment. `cause`: the grant it stands for.
ALTER TABLE grants ADD COLUMN area_code TEXT;
ALTER TABLE grants ADD COLUMN rank BIGINT;
ALTER TABLE grants ADD COLUMN origin TEXT;
ALTER TABLE grants ADD COLUMN cause UUID;
ALTER TABLE grants ADD COLUMN letter TEXT;
ALTER TABLE grants ADD COLUMN reason TEXT;
ALTER TABLE grants ADD COLUMN ended_by UUID;
ALTER TABLE grants ADD COLUMN ended_at TIMESTAMPTZ;
CREATE INDEX grants_by_area ON grants (area_id) WHERE area_id IS NOT NULL;

ALTER TABLE sessions ADD COLUMN device TEXT;
ALTER TABLE sessions ADD COLUMN second_factor_at TIMESTAMPTZ;
ALTER TABLE sessions ADD COLUMN stepped_up_at TIMESTAMPTZ;
ALTER TABLE sessions ADD COLUMN last_seen_at TIMESTAMPTZ;
ALTER TABLE sessions ADD COLUMN ended_by UUID;

-- A code generator: its secret is sealed, and null until a code of it confirmed it. `last_step`: the
-- time step whose code was used last. `offered`: a secret, sealed too, that no code has confirmed yet;
-- until one does, the earlier secret counts.
CREATE TABLE second_factors (
    person UUID PRIMARY KEY NOT NULL REFERENCES people (id),
    secret BYTEA,
    last_step BIGINT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    confirmed_at TIMESTAMPTZ,
    offered BYTEA,
    offered_at TIMESTAMPTZ
);
CREATE TABLE recovery_codes (
    hash BYTEA PRIMARY KEY NOT NULL,
    person UUID NOT NULL REFERENCES people (id),
    created_at TIMESTAMPTZ NOT NULL,
    used_at TIMESTAMPTZ
);
CREATE INDEX recovery_codes_by_person ON recovery_codes (person);

-- Devices ------------------------------------------------------------------------------------------
ALTER TABLE devices ADD COLUMN last_seen_at TIMESTAMPTZ;
ALTER TABLE devices ADD COLUMN revoked_by UUID;
ALTER TABLE devices ADD COLUMN revoke_reason TEXT;
-- The codes of a batch work from `ready_at` on, all at once: before it, none has been shown to anybody.
CREATE TABLE enrolment_batches (
    id UUID PRIMARY KEY NOT NULL,
    organisation UUID NOT NULL REFERENCES organisations (id),
    office UUID,
    created_by UUID NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    expires_at TIMESTAMPTZ NOT NULL,
    people BIGINT NOT NULL,
    ready_at TIMESTAMPTZ,
    voided_at TIMESTAMPTZ
);
CREATE INDEX enrolment_batches_by_organisation ON enrolment_batches (organisation, created_at);
ALTER TABLE enrolments ADD COLUMN batch UUID;
ALTER TABLE enrolments ADD COLUMN voided_at TIMESTAMPTZ;
CREATE INDEX enrolments_by_person ON enrolments (person);
CREATE INDEX enrolments_by_batch ON enrolments (batch) WHERE batch IS NOT NULL;

-- The log of what was done with rights and lists: the newest of a scope first.
CREATE INDEX events_by_kind ON events (scope, kind, seq);
