-- Who may ask (people and devices), and what they show to prove it. Columns as in the SQLite file of the same number.
-- Apart from the journal's tables: what is personal is here and nowhere else.
CREATE TABLE holders (
    id            text    PRIMARY KEY,
    actor         text    NOT NULL,
    role          text    NOT NULL,
    hall          text,
    device        text,
    name          text,
    sign_in_name  text    UNIQUE,
    password      text,
    counters      text,
    is_disabled   boolean NOT NULL,
    created_at_ms bigint  NOT NULL
);

CREATE TABLE credentials (
    hash          bytea  PRIMARY KEY,
    id            text   NOT NULL UNIQUE,
    kind          text   NOT NULL,
    holder        text   NOT NULL REFERENCES holders (id),
    created_at_ms bigint NOT NULL,
    expires_at_ms bigint
);

-- One row. A change is decided on a version of the register and stored only where that is still the newest.
CREATE TABLE register_version (version bigint NOT NULL);
INSERT INTO register_version VALUES (1);
