-- Who may ask (people and devices), and what they show to prove it.

CREATE TABLE holders (
    id            TEXT NOT NULL PRIMARY KEY,
    actor         TEXT NOT NULL,
    role          TEXT NOT NULL,
    hall          TEXT,             -- null: every hall of this hub
    device        TEXT,             -- null: a person
    name          TEXT,             -- to show; null: none was given
    sign_in_name  TEXT UNIQUE,      -- the name as it is compared; null: signs in nowhere
    password      TEXT,             -- argon2id; null exactly where sign_in_name is
    counters      TEXT,             -- JSON list of counter ids; null: every counter
    is_disabled   INTEGER NOT NULL,
    created_at_ms INTEGER NOT NULL
) STRICT;

CREATE TABLE credentials (
    hash          BLOB NOT NULL PRIMARY KEY,  -- SHA-256 of the secret, which is kept nowhere
    id            TEXT NOT NULL UNIQUE,
    kind          TEXT NOT NULL,              -- token, session, link
    holder        TEXT NOT NULL REFERENCES holders (id),
    created_at_ms INTEGER NOT NULL,
    expires_at_ms INTEGER                     -- null: never
) STRICT;
