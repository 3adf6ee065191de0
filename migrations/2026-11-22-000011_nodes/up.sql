-- The nodes of the installation: when each was last heard of, and what is watched at its consoles, as JSON
-- {"everything": false, "scopes": [...]}.
CREATE TABLE nodes (
    id UUID PRIMARY KEY NOT NULL,
    seen_at TIMESTAMPTZ NOT NULL,
    watched TEXT NOT NULL
);
