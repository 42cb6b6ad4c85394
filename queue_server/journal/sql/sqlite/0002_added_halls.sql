-- Halls added while the system runs, as their administrators wrote them; those of config.toml are not here. Which halls
-- there are is no part of any journal: taking one off this list leaves its journal as it is.
CREATE TABLE added_halls (
    hall  TEXT NOT NULL PRIMARY KEY,
    name  TEXT NOT NULL,
    text  TEXT NOT NULL,
    at_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
