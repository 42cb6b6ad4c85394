-- The journal: every hall's entries in order. Laws of the columns: queue_server/journal/chain.py.
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

-- A start looks for the last seal among millions of rows: this holds one row per closed day.
CREATE INDEX seals ON events (hall, seq) WHERE type = 'DayClosed';

CREATE TRIGGER events_stay_as_written BEFORE UPDATE ON events
BEGIN
    SELECT RAISE(ABORT, 'the journal is append-only');
END;

CREATE TRIGGER events_stay BEFORE DELETE ON events
BEGIN
    SELECT RAISE(ABORT, 'the journal is append-only');
END;

-- Answers of accepted commands. Their names (hall, actor, key) are kept unique by the one process that writes, which
-- holds them all in memory: an index on clients' random keys was three quarters of what a busy hall wrote.
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

CREATE TABLE halls (
    hall       TEXT NOT NULL PRIMARY KEY,
    journal_id TEXT NOT NULL
) STRICT, WITHOUT ROWID;
