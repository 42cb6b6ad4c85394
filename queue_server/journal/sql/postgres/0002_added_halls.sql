-- Halls added while the system runs, as their administrators wrote them; those of config.toml are not here. Which halls
-- there are is no part of any journal: taking one off this list leaves its journal as it is.
CREATE TABLE added_halls (
    hall  text PRIMARY KEY,
    name  text NOT NULL,
    text  text NOT NULL,
    at_ms bigint NOT NULL
);
