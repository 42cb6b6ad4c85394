-- The journal: every hall's entries in order. The primary key is the fence: of two nodes that continue the same head
-- one commits and the other learns that it was second. Laws of the columns: queue_server/journal/chain.py.
CREATE TABLE events (
    hall    text    NOT NULL,
    seq     bigint  NOT NULL,
    at_ms   bigint  NOT NULL,
    type    text    NOT NULL,
    version integer NOT NULL,
    data    text    NOT NULL,
    actor   text    NOT NULL,
    hash    bytea   NOT NULL,
    PRIMARY KEY (hall, seq)
);

-- A start looks for the last seal among millions of rows: this holds one row per closed day.
CREATE INDEX seals ON events (hall, seq) WHERE type = 'DayClosed';

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the journal is append-only';
END
$$;

CREATE TRIGGER events_stay BEFORE UPDATE OR DELETE ON events FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- Answers of accepted commands. Several nodes write, so the database keeps their names unique.
CREATE TABLE outcomes (
    hall        text    NOT NULL,
    actor       text    NOT NULL,
    key         text    NOT NULL,
    fingerprint bytea   NOT NULL,
    status      integer NOT NULL,
    at_ms       bigint  NOT NULL,
    body        bytea   NOT NULL,
    PRIMARY KEY (hall, actor, key)
);

CREATE INDEX outcomes_by_age ON outcomes (at_ms);

CREATE TABLE halls (
    hall       text PRIMARY KEY,
    journal_id text NOT NULL
);
