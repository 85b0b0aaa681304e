-- +goose Up
-- +goose StatementBegin
CREATE TABLE user_pools (
    pool_id     TEXT   NOT NULL PRIMARY KEY,
    user_count  BIGINT NOT NULL,
    doc         TEXT   NOT NULL
);

CREATE TABLE user_pool_clients (
    pool_id    TEXT NOT NULL,
    client_id  TEXT NOT NULL,
    doc        TEXT NOT NULL,
    PRIMARY KEY (pool_id, client_id)
);

-- user_key is the username in the form that is unique in the pool. The
-- columns that end in _key hold what filters look for, folded; NULL when the
-- user has no such attribute.
CREATE TABLE users (
    pool_id                TEXT    NOT NULL,
    user_key               TEXT    NOT NULL,
    username               TEXT    NOT NULL,
    sub                    TEXT    NOT NULL,
    status                 TEXT    NOT NULL,
    enabled                INTEGER NOT NULL,
    created_ms             BIGINT  NOT NULL,
    modified_ms            BIGINT  NOT NULL,
    sms_mfa                INTEGER NOT NULL,
    credential_scheme      TEXT    NOT NULL,
    credential_secret      TEXT    NOT NULL,
    credential_expires_ms  BIGINT  NOT NULL,
    attributes             TEXT    NOT NULL,
    email_key              TEXT,
    phone_number_key       TEXT,
    name_key               TEXT,
    given_name_key         TEXT,
    family_name_key        TEXT,
    preferred_username_key TEXT
);

CREATE UNIQUE INDEX users_by_key ON users (pool_id, user_key);
CREATE UNIQUE INDEX users_by_sub ON users (pool_id, sub);
CREATE INDEX users_by_status ON users (pool_id, status, user_key);
CREATE INDEX users_disabled ON users (pool_id, user_key) WHERE enabled = 0;
CREATE INDEX users_by_email ON users (pool_id, email_key, user_key) WHERE email_key IS NOT NULL;
CREATE INDEX users_by_phone_number ON users (pool_id, phone_number_key, user_key) WHERE phone_number_key IS NOT NULL;
CREATE INDEX users_by_name ON users (pool_id, name_key, user_key) WHERE name_key IS NOT NULL;
CREATE INDEX users_by_given_name ON users (pool_id, given_name_key, user_key) WHERE given_name_key IS NOT NULL;
CREATE INDEX users_by_family_name ON users (pool_id, family_name_key, user_key) WHERE family_name_key IS NOT NULL;
CREATE INDEX users_by_preferred_username ON users (pool_id, preferred_username_key, user_key) WHERE preferred_username_key IS NOT NULL;

CREATE TABLE aliases (
    pool_id    TEXT NOT NULL,
    attribute  TEXT NOT NULL,
    alias_key  TEXT NOT NULL,
    user_key   TEXT NOT NULL,
    PRIMARY KEY (pool_id, attribute, alias_key)
);

CREATE TABLE import_jobs (
    pool_id            TEXT   NOT NULL,
    job_id             TEXT   NOT NULL,
    name               TEXT   NOT NULL,
    role_arn           TEXT   NOT NULL,
    hash_algorithm     TEXT   NOT NULL,
    upload_url         TEXT   NOT NULL,
    state              TEXT   NOT NULL,
    created_ms         BIGINT NOT NULL,
    requested_ms       BIGINT NOT NULL,
    started_ms         BIGINT NOT NULL,
    completed_ms       BIGINT NOT NULL,
    message            TEXT   NOT NULL,
    upload_name        TEXT   NOT NULL,
    upload_size        BIGINT NOT NULL,
    upload_etag        TEXT   NOT NULL,
    total_rows         BIGINT NOT NULL,
    imported           BIGINT NOT NULL,
    skipped            BIGINT NOT NULL,
    failed             BIGINT NOT NULL,
    checkpoint_offset  BIGINT NOT NULL,
    checkpoint_line    BIGINT NOT NULL,
    checkpoint_rows    BIGINT NOT NULL,
    lease_node         TEXT   NOT NULL,
    lease_epoch        BIGINT NOT NULL,
    lease_until_ms     BIGINT NOT NULL,
    PRIMARY KEY (pool_id, job_id)
);
CREATE INDEX import_jobs_by_age ON import_jobs (pool_id, created_ms, job_id);
CREATE INDEX import_jobs_created ON import_jobs (created_ms) WHERE state = 'Created';
CREATE INDEX import_jobs_uploads ON import_jobs (created_ms) WHERE upload_name <> '';

-- One active job a pool: the row is there while the job is active.
CREATE TABLE active_imports (
    pool_id  TEXT NOT NULL PRIMARY KEY,
    job_id   TEXT NOT NULL
);

-- What was said of the rows, a segment a batch.
CREATE TABLE import_outcomes (
    pool_id     TEXT   NOT NULL,
    job_id      TEXT   NOT NULL,
    last_line   BIGINT NOT NULL,
    first_line  BIGINT NOT NULL,
    at_ms       BIGINT NOT NULL,
    segment     BYTEA  NOT NULL,
    PRIMARY KEY (pool_id, job_id, last_line)
);
-- +goose StatementEnd

-- +goose Down
-- +goose StatementBegin
DROP TABLE import_outcomes;
DROP TABLE active_imports;
DROP TABLE import_jobs;
DROP TABLE aliases;
DROP TABLE users;
DROP TABLE user_pool_clients;
DROP TABLE user_pools;
-- +goose StatementEnd
