CREATE INDEX seals ON events (hall, seq) WHERE type = 'DayClosed';

CREATE TABLE added_halls (
    hall  TEXT NOT NULL PRIMARY KEY,
    name  TEXT NOT NULL,
    text  TEXT NOT NULL,
    at_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE events (
    hall    TEXT    NOT NULL,
    seq     INTEGER NOT NULL,
    at_ms   INTEGER NOT NULL,
    type    TEXT    NOT NULL,
    version INTEGER NOT NULL,
    data    TEXT    NOT NULL,
    actor   TEXT    NOT NULL,
    hash    BLOB    NOT NULL,
    PRIMARY KEY (hall, seq)
) STRICT, WITHOUT ROWID;

CREATE TABLE halls (
    hall       TEXT NOT NULL PRIMARY KEY,
    journal_id TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE outcomes (
    id          INTEGER PRIMARY KEY,
    hall        TEXT    NOT NULL,
    actor       TEXT    NOT NULL,
    key         TEXT    NOT NULL,
    fingerprint BLOB    NOT NULL,
    status      INTEGER NOT NULL,
    at_ms       INTEGER NOT NULL,
    body        BLOB    NOT NULL
) STRICT;

CREATE TRIGGER events_stay BEFORE DELETE ON events
BEGIN
    SELECT RAISE(ABORT, 'the journal is append-only');
END;

CREATE TRIGGER events_stay_as_written BEFORE UPDATE ON events
BEGIN
    SELECT RAISE(ABORT, 'the journal is append-only');
END;

PRAGMA user_version = 2;
