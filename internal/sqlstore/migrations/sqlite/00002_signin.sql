-- +goose Up
-- +goose StatementBegin
-- The second factors of a user: an encrypted value of package userrow, NULL for none.
ALTER TABLE users ADD COLUMN factors BLOB;

-- The sessions that refresh tokens belong to, by an id that tokens carry. token_hash is the SHA-256
-- of the token's secret, previous_hash that of the one that rotated_ms replaced. client_id is that
-- of the app client, and device and address say where the session was begun.
CREATE TABLE user_sessions (
    pool_no        INTEGER NOT NULL,
    session_id     BLOB    NOT NULL,  -- 16 bytes
    user_no        INTEGER NOT NULL,
    client_id      TEXT    NOT NULL,
    token_hash     BLOB    NOT NULL,
    previous_hash  BLOB,
    rotated_ms     INTEGER,
    device         TEXT    NOT NULL,
    address        TEXT    NOT NULL,
    begun_ms       INTEGER NOT NULL,
    used_ms        INTEGER NOT NULL,
    ends_ms        INTEGER NOT NULL,
    PRIMARY KEY (pool_no, session_id)
) WITHOUT ROWID;
CREATE INDEX user_sessions_of_user ON user_sessions (pool_no, user_no, begun_ms);
CREATE INDEX user_sessions_by_end ON user_sessions (ends_ms);

-- Challenges that were answered, until they end: each is good once.
CREATE TABLE used_challenges (
    pool_no       INTEGER NOT NULL,
    challenge_id  BLOB    NOT NULL,  -- 16 bytes
    ends_ms       INTEGER NOT NULL,
    PRIMARY KEY (pool_no, challenge_id)
) WITHOUT ROWID;
CREATE INDEX used_challenges_by_end ON used_challenges (ends_ms);

-- How often something was tried for a user, or for a name that no user has. subject is a MAC of
-- which; kind is a number of package signin.
CREATE TABLE user_attempts (
    pool_no   INTEGER NOT NULL,
    subject   BLOB    NOT NULL,  -- 16 bytes
    kind      INTEGER NOT NULL,
    attempts  INTEGER NOT NULL,
    first_ms  INTEGER NOT NULL,
    last_ms   INTEGER NOT NULL,
    PRIMARY KEY (pool_no, subject, kind)
) WITHOUT ROWID;
CREATE INDEX user_attempts_by_last ON user_attempts (last_ms);

-- The codes that users were sent: one of a purpose at a time. mac is that of the code.
CREATE TABLE user_codes (
    pool_no  INTEGER NOT NULL,
    user_no  INTEGER NOT NULL,
    purpose  INTEGER NOT NULL,
    mac      BLOB    NOT NULL,
    ends_ms  INTEGER NOT NULL,
    PRIMARY KEY (pool_no, user_no, purpose)
) WITHOUT ROWID;
CREATE INDEX user_codes_by_end ON user_codes (ends_ms);

-- Earlier passwords of users, where the pool wants them remembered: credentials as in users.
CREATE TABLE password_history (
    pool_no     INTEGER NOT NULL,
    user_no     INTEGER NOT NULL,
    history_no  INTEGER NOT NULL,  -- counts up
    credential  BLOB    NOT NULL,
    PRIMARY KEY (pool_no, user_no, history_no)
) WITHOUT ROWID;

-- Messages to users, which a person or a test reads here. message is encrypted.
CREATE TABLE outbox_messages (
    pool_no     INTEGER NOT NULL,
    message_id  TEXT    NOT NULL,  -- in the order in which they came
    user_no     INTEGER NOT NULL,
    at_ms       INTEGER NOT NULL,
    message     BLOB    NOT NULL,
    PRIMARY KEY (pool_no, message_id)
) WITHOUT ROWID;
CREATE INDEX outbox_messages_by_age ON outbox_messages (at_ms);

-- The keys that sign a pool's tokens. The one of a kind whose time came last signs; earlier ones are
-- published until what they signed has ended. private is encrypted.
CREATE TABLE token_keys (
    pool_no     INTEGER NOT NULL,
    key_id      TEXT    NOT NULL,
    kind        INTEGER NOT NULL,  -- of tokens: a number of package token
    created_ms  INTEGER NOT NULL,
    signs_ms    INTEGER NOT NULL,  -- from when on it signs
    public      BLOB    NOT NULL,
    private     BLOB    NOT NULL,
    PRIMARY KEY (pool_no, key_id)
) WITHOUT ROWID;
-- +goose StatementEnd

-- +goose Down
-- +goose StatementBegin
DROP TABLE token_keys;
DROP TABLE outbox_messages;
DROP TABLE password_history;
DROP TABLE user_codes;
DROP TABLE user_attempts;
DROP TABLE used_challenges;
DROP TABLE user_sessions;
ALTER TABLE users DROP COLUMN factors;
-- +goose StatementEnd
