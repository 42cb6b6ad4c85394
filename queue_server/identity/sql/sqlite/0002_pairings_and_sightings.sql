-- Devices that show a code and wait for an administrator, and when a credential was last shown.

CREATE TABLE pairings (
    id              TEXT NOT NULL PRIMARY KEY,
    secret_hash     BLOB NOT NULL UNIQUE,  -- SHA-256 of what the device asks with; it is kept nowhere else
    code_hash       BLOB NOT NULL,         -- SHA-256 of the code on its display
    credential_hash BLOB NOT NULL,         -- SHA-256 of the token or session that it will have
    wants           TEXT NOT NULL,         -- page, display, printer
    address         TEXT NOT NULL,         -- from where it asked, for the administrator's eyes
    created_at_ms   INTEGER NOT NULL,
    expires_at_ms   INTEGER NOT NULL,
    holder          TEXT REFERENCES holders (id)  -- null: it waits
) STRICT;

ALTER TABLE credentials ADD COLUMN seen_at_ms INTEGER;  -- null: never shown yet
ALTER TABLE credentials ADD COLUMN parent TEXT;         -- id of the token that made it and takes it along; null: none
