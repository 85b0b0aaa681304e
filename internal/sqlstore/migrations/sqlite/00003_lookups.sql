-- +goose Up
-- +goose StatementBegin
-- What filters look for is in a table of its own, in the order in which they
-- look. An import adds to it after its rows, sorted: that touches each page
-- once, where an index of the table of users is touched all over by each row.
-- user_no is the order in which users came.
CREATE TABLE users_numbered (
    user_no                INTEGER NOT NULL PRIMARY KEY,
    pool_id                TEXT    NOT NULL,
    user_key               TEXT    NOT NULL,
    username               TEXT    NOT NULL,
    sub                    TEXT    NOT NULL,
    status                 TEXT    NOT NULL,
    enabled                INTEGER NOT NULL,
    email_key              TEXT,
    phone_number_key       TEXT,
    name_key               TEXT,
    given_name_key         TEXT,
    family_name_key        TEXT,
    preferred_username_key TEXT,
    created_ms             BIGINT  NOT NULL,
    modified_ms            BIGINT  NOT NULL,
    sms_mfa                INTEGER NOT NULL,
    credential_scheme      TEXT    NOT NULL,
    credential_secret      TEXT    NOT NULL,
    credential_expires_ms  BIGINT  NOT NULL,
    attributes             TEXT    NOT NULL
);
INSERT INTO users_numbered (pool_id, user_key, username, sub, status, enabled, email_key, phone_number_key, name_key,
    given_name_key, family_name_key, preferred_username_key, created_ms, modified_ms, sms_mfa, credential_scheme,
    credential_secret, credential_expires_ms, attributes)
SELECT pool_id, user_key, username, sub, status, enabled, email_key, phone_number_key, name_key,
    given_name_key, family_name_key, preferred_username_key, created_ms, modified_ms, sms_mfa, credential_scheme,
    credential_secret, credential_expires_ms, attributes FROM users ORDER BY rowid;
DROP TABLE users;
ALTER TABLE users_numbered RENAME TO users;
CREATE UNIQUE INDEX users_by_key ON users (pool_id, user_key);
CREATE UNIQUE INDEX users_by_sub ON users (pool_id, sub);
CREATE INDEX users_disabled ON users (pool_id, user_key) WHERE enabled = 0;

-- attribute is a number of the view below.
CREATE TABLE user_lookups (
    pool_id    TEXT    NOT NULL,
    attribute  INTEGER NOT NULL,
    value      TEXT    NOT NULL,
    user_key   TEXT    NOT NULL,
    PRIMARY KEY (pool_id, attribute, value, user_key)
) WITHOUT ROWID;

-- What user_lookups should hold.
CREATE VIEW user_lookup_values AS
SELECT u.pool_id, a.column1 AS attribute, CASE a.column1
    WHEN 0 THEN u.status
    WHEN 1 THEN u.email_key
    WHEN 2 THEN u.phone_number_key
    WHEN 3 THEN u.name_key
    WHEN 4 THEN u.given_name_key
    WHEN 5 THEN u.family_name_key
    WHEN 6 THEN u.preferred_username_key
    END AS value, u.user_key
FROM users u CROSS JOIN (VALUES (0), (1), (2), (3), (4), (5), (6)) a;

-- The users of a pool whose numbers are greater than after_no and not greater
-- than through_no may not all be in user_lookups yet.
CREATE TABLE unindexed_users (
    pool_id     TEXT   NOT NULL PRIMARY KEY,
    after_no    BIGINT NOT NULL,
    through_no  BIGINT NOT NULL
);
INSERT INTO user_lookups SELECT pool_id, attribute, value, user_key FROM user_lookup_values WHERE value IS NOT NULL ORDER BY 1, 2, 3, 4;

UPDATE schema_support SET oldest = 3;
-- +goose StatementEnd

-- +goose Down
-- +goose StatementBegin
-- There is no way back: the indexes of the versions before would take longer
-- to make than the database to import again.
SELECT 1;
-- +goose StatementEnd
