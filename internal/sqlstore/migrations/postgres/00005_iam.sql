-- +goose Up
-- +goose StatementBegin
-- Users and roles of the account, those who administer the server. user_key and
-- role_key are the name in the form that is unique. What belongs to them goes
-- by their id: a later user of the same name has another.
CREATE TABLE iam_users (
    user_key    TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    user_id     TEXT COLLATE "C" NOT NULL,
    name        TEXT             NOT NULL,
    path        TEXT COLLATE "C" NOT NULL,
    created_ms  BIGINT           NOT NULL
);
CREATE UNIQUE INDEX iam_users_by_id ON iam_users (user_id);

-- The secrets are encrypted with a key that is not in the database.
CREATE TABLE iam_access_keys (
    key_id      TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    user_id     TEXT COLLATE "C" NOT NULL,
    status      TEXT COLLATE "C" NOT NULL,
    sealed      BYTEA            NOT NULL,
    created_ms  BIGINT           NOT NULL
);
CREATE INDEX iam_access_keys_of_user ON iam_access_keys (user_id, created_ms, key_id);

CREATE TABLE iam_roles (
    role_key             TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    role_id              TEXT COLLATE "C" NOT NULL,
    name                 TEXT             NOT NULL,
    path                 TEXT COLLATE "C" NOT NULL,
    description          TEXT             NOT NULL,
    max_session_seconds  BIGINT           NOT NULL,
    trust                TEXT             NOT NULL,
    created_ms           BIGINT           NOT NULL
);

-- Managed policies. attachments counts their rows in iam_attachments.
CREATE TABLE iam_policies (
    policy_key   TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    policy_id    TEXT COLLATE "C" NOT NULL,
    name         TEXT             NOT NULL,
    path         TEXT COLLATE "C" NOT NULL,
    description  TEXT             NOT NULL,
    document     TEXT             NOT NULL,
    attachments  BIGINT           NOT NULL,
    created_ms   BIGINT           NOT NULL
);

-- owner_id is the id of a user or of a role, here and below. size is what the
-- document takes up of its owner's quota.
CREATE TABLE iam_inline_policies (
    owner_id    TEXT COLLATE "C" NOT NULL,
    policy_key  TEXT COLLATE "C" NOT NULL,
    name        TEXT             NOT NULL,
    document    TEXT             NOT NULL,
    size        BIGINT           NOT NULL,
    PRIMARY KEY (owner_id, policy_key)
);

CREATE TABLE iam_attachments (
    owner_id    TEXT COLLATE "C" NOT NULL,
    policy_key  TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (owner_id, policy_key)
);
-- +goose StatementEnd

-- +goose Down
-- +goose StatementBegin
DROP TABLE iam_attachments;
DROP TABLE iam_inline_policies;
DROP TABLE iam_policies;
DROP TABLE iam_roles;
DROP TABLE iam_access_keys;
DROP TABLE iam_users;
-- +goose StatementEnd
