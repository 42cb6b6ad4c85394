-- Devices that show a code and wait for an administrator, and when a credential was last shown. Columns as in the
-- SQLite file of the same number.
CREATE TABLE pairings (
    id              text   PRIMARY KEY,
    secret_hash     bytea  NOT NULL UNIQUE,
    code_hash       bytea  NOT NULL,
    credential_hash bytea  NOT NULL,
    wants           text   NOT NULL,
    address         text   NOT NULL,
    created_at_ms   bigint NOT NULL,
    expires_at_ms   bigint NOT NULL,
    holder          text   REFERENCES holders (id)
);

ALTER TABLE credentials ADD COLUMN seen_at_ms bigint;
ALTER TABLE credentials ADD COLUMN parent text;
