-- +goose Up
-- +goose StatementBegin
-- The sessions of the console, by the hashes of their tokens. secret_mac is a
-- MAC under the secret of the access key, which is not here; role_session is the
-- session of a role that the key is of: JSON, '' for none.
CREATE TABLE console_sessions (
    id             BYTEA  NOT NULL PRIMARY KEY,
    owner          TEXT   NOT NULL,
    access_key_id  TEXT   NOT NULL,
    secret_mac     BYTEA,
    role_session   TEXT   NOT NULL,
    begun_ms       BIGINT NOT NULL,
    used_ms        BIGINT NOT NULL,
    ends_ms        BIGINT NOT NULL
);
CREATE INDEX console_sessions_by_owner ON console_sessions (owner);
CREATE INDEX console_sessions_by_end ON console_sessions (ends_ms);
CREATE INDEX console_sessions_by_use ON console_sessions (used_ms);
-- +goose StatementEnd

-- +goose Down
-- +goose StatementBegin
DROP TABLE console_sessions;
-- +goose StatementEnd
