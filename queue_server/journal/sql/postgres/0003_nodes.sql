-- Who shares this database, and the newest event that each of them reads: queue_server/journal/postgres_nodes.py.
CREATE TABLE nodes (
    node    text        PRIMARY KEY,
    level   integer     NOT NULL,
    seen_at timestamptz NOT NULL
);
