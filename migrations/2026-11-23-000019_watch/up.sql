-- Who is on duty when: `weekdays` has a bit for each day, Monday's the lowest; `from_minute` and `until_minute` count from
-- midnight by the wall clock of `time_zone`, an end that is not later than the beginning is on the next day; `first_day`
-- and `last_day` are days there, as 2026-11-23. `area_key`: the area in one word. An entry is never changed: another
-- replaces it, and it stays with its end.
CREATE TABLE roster_entries (
    id UUID PRIMARY KEY NOT NULL,
    area_key TEXT NOT NULL,
    area TEXT NOT NULL,
    area_id UUID,
    area_code TEXT,
    role TEXT NOT NULL,
    person UUID NOT NULL REFERENCES people (id),
    weekdays BIGINT NOT NULL,
    from_minute BIGINT NOT NULL,
    until_minute BIGINT NOT NULL,
    time_zone TEXT NOT NULL,
    first_day TEXT NOT NULL,
    last_day TEXT,
    replaces UUID,
    created_by UUID NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    ended_by UUID,
    ended_at TIMESTAMPTZ
);
CREATE INDEX roster_entries_by_area ON roster_entries (area_key, created_at);

-- The watch over an area: who is on shift, what is handed over, since when nobody is there. `sealed`: all of that. What
-- happened to it is in the log, under its identifier.
CREATE TABLE watches (
    id UUID PRIMARY KEY NOT NULL,
    area_key TEXT NOT NULL UNIQUE,
    area TEXT NOT NULL,
    area_id UUID,
    area_code TEXT,
    revision BIGINT NOT NULL,
    sealed BYTEA NOT NULL,
    created_at TIMESTAMPTZ NOT NULL
);
