-- +goose Up
-- +goose StatementBegin
-- The oldest version of the schema whose programs can still work with this
-- database; see docs/operations.md, "Upgrades". There is one row.
CREATE TABLE schema_support (
    oldest  INTEGER NOT NULL
);
INSERT INTO schema_support (oldest) VALUES (1);

-- The account that everything in the database belongs to, and the regions that its
-- servers served when one started last. There is one row after the first start.
CREATE TABLE account (
    id          INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    account_id  TEXT    NOT NULL,
    regions     TEXT    NOT NULL
);

-- Quotas of the server as a whole. What adds to the things that such a quota
-- counts writes its row first. next_no is the number that the next of them
-- gets: none is ever given twice. Only user pools take numbers; app clients
-- are known by their ids alone, and their row is there to be locked.
CREATE TABLE quotas (
    name     TEXT    NOT NULL PRIMARY KEY,
    next_no  INTEGER NOT NULL
) WITHOUT ROWID;
INSERT INTO quotas (name, next_no) VALUES ('user pools', 1), ('app clients', 1);

-- pool_no is what other tables know a pool by. A pool that is made anew under
-- the id of a deleted one has another.
CREATE TABLE user_pools (
    pool_no     INTEGER NOT NULL PRIMARY KEY,
    account_id  TEXT    NOT NULL,
    region      TEXT    NOT NULL,
    pool_id     TEXT    NOT NULL,
    doc         TEXT    NOT NULL,  -- the settings, with their version
    log_group   TEXT               -- its name, NULL until a job of the pool is started
);
CREATE UNIQUE INDEX user_pools_by_id ON user_pools (pool_id);
CREATE INDEX user_pools_of_account ON user_pools (account_id, region, pool_id);

-- What changes with every user, apart from the settings, which are long.
CREATE TABLE user_pool_counters (
    pool_no       INTEGER NOT NULL PRIMARY KEY,
    user_count    INTEGER NOT NULL,
    next_user_no  INTEGER NOT NULL,
    next_job_no   INTEGER NOT NULL
);

-- How many users that came on a day have a status now, and are enabled or not.
-- day counts from 1970-01-01, UTC; status is a number of package userrow.
CREATE TABLE user_counts (
    pool_no  INTEGER NOT NULL,
    day      INTEGER NOT NULL,
    status   INTEGER NOT NULL,
    enabled  INTEGER NOT NULL,
    users    INTEGER NOT NULL,
    PRIMARY KEY (pool_no, day, status, enabled)
) WITHOUT ROWID;

-- Pools that were deleted and of which rows or uploads are left.
CREATE TABLE deleted_pools (
    pool_no     INTEGER NOT NULL PRIMARY KEY,
    pool_id     TEXT    NOT NULL,  -- by which its uploads are called
    deleted_ms  INTEGER NOT NULL
);

-- doc is '' where the client has a secret: then sealed is the document, encrypted.
CREATE TABLE user_pool_clients (
    pool_no    INTEGER NOT NULL,
    client_id  TEXT    NOT NULL,
    doc        TEXT    NOT NULL,
    sealed     BLOB,
    PRIMARY KEY (pool_no, client_id)
);
CREATE INDEX user_pool_clients_by_id ON user_pool_clients (client_id);

-- user_id is pool_no << 32 | user_no: users lie by pool and, in it, in the order
-- in which they came. attributes and credential are values of package userrow.
-- What filters look for is in user_lookups alone.
CREATE TABLE users (
    user_id      INTEGER NOT NULL PRIMARY KEY,
    username     TEXT,              -- NULL where it is the sub
    sub          BLOB    NOT NULL,  -- 16 bytes
    status       INTEGER NOT NULL,
    enabled      INTEGER NOT NULL,
    sms_mfa      INTEGER NOT NULL,
    created_ms   INTEGER NOT NULL,
    modified_ms  INTEGER,           -- NULL where it is created_ms
    job_no       INTEGER,           -- of the import that made the user
    external_id  TEXT,
    attributes   BLOB    NOT NULL,
    credential   BLOB               -- encrypted; NULL where there is no password
);
CREATE INDEX users_disabled ON users (user_id) WHERE enabled = 0;
CREATE UNIQUE INDEX users_by_external_id ON users (user_id >> 32, external_id) WHERE external_id IS NOT NULL;

-- user_key is the username in the form that is unique in the pool.
CREATE TABLE user_names (
    pool_no   INTEGER NOT NULL,
    user_key  TEXT    NOT NULL,
    user_no   INTEGER NOT NULL,
    PRIMARY KEY (pool_no, user_key)
) WITHOUT ROWID;

CREATE TABLE user_subs (
    pool_no  INTEGER NOT NULL,
    sub      BLOB    NOT NULL,
    user_no  INTEGER NOT NULL,
    PRIMARY KEY (pool_no, sub)
) WITHOUT ROWID;

-- attribute is the attribute's number, and value its value, folded; 0 stands for
-- the status, whose value is its number.
CREATE TABLE user_lookups (
    pool_no    INTEGER NOT NULL,
    attribute  INTEGER NOT NULL,
    value      NOT NULL,
    user_no    INTEGER NOT NULL,
    PRIMARY KEY (pool_no, attribute, value, user_no)
) WITHOUT ROWID;

-- The users of a pool whose numbers are greater than after_no and not greater
-- than through_no may not all be in user_lookups yet.
CREATE TABLE unindexed_users (
    pool_no     INTEGER NOT NULL PRIMARY KEY,
    after_no    INTEGER NOT NULL,
    through_no  INTEGER NOT NULL
);

CREATE TABLE aliases (
    pool_no    INTEGER NOT NULL,
    attribute  INTEGER NOT NULL,  -- its number
    alias_key  TEXT    NOT NULL,
    user_no    INTEGER NOT NULL,
    PRIMARY KEY (pool_no, attribute, alias_key)
) WITHOUT ROWID;

CREATE TABLE import_jobs (
    pool_no            INTEGER NOT NULL,
    job_no             INTEGER NOT NULL,
    job_id             TEXT    NOT NULL,
    name               TEXT    NOT NULL,
    role_arn           TEXT    NOT NULL,
    hash_algorithm     TEXT    NOT NULL,
    upload_url         BLOB    NOT NULL,  -- encrypted
    state              TEXT    NOT NULL,
    creator            TEXT    NOT NULL,  -- ARN, as are those of who started and stopped it
    started_by         TEXT    NOT NULL,
    stopped_by         TEXT    NOT NULL,
    created_ms         INTEGER NOT NULL,
    requested_ms       INTEGER NOT NULL,
    started_ms         INTEGER NOT NULL,
    stop_asked_ms      INTEGER NOT NULL,
    completed_ms       INTEGER NOT NULL,
    message            TEXT    NOT NULL,
    detail             TEXT    NOT NULL,
    warning            TEXT    NOT NULL,
    upload_name        TEXT    NOT NULL,
    upload_size        INTEGER NOT NULL,
    upload_etag        TEXT    NOT NULL,
    upload_digest      TEXT    NOT NULL,  -- SHA-256 of the file in hexadecimal, '' where it is not known
    total_rows         INTEGER NOT NULL,
    imported           INTEGER NOT NULL,
    skipped            INTEGER NOT NULL,
    failed             INTEGER NOT NULL,
    checkpoint_offset  INTEGER NOT NULL,
    checkpoint_line    INTEGER NOT NULL,
    checkpoint_rows    INTEGER NOT NULL,
    first_user_no      INTEGER,           -- its users' numbers lie between these two,
    last_user_no       INTEGER,           -- and so may those of others
    lease_node         TEXT    NOT NULL,
    lease_epoch        INTEGER NOT NULL,
    lease_until_ms     INTEGER NOT NULL,
    results_forwarded  INTEGER NOT NULL,  -- 1 when all its lines were sent to another log, or deleted
    parent_job_id      TEXT,              -- of the job whose rows it tries again, or undoes
    log_group          TEXT,              -- name of its log group, NULL for the pool's
    PRIMARY KEY (pool_no, job_no)
);
CREATE UNIQUE INDEX import_jobs_by_id ON import_jobs (job_id, pool_no);
CREATE INDEX import_jobs_overdue ON import_jobs (created_ms, pool_no, job_no) WHERE state = 'Created';
CREATE INDEX import_jobs_with_files ON import_jobs (created_ms, pool_no, job_no) WHERE upload_name <> '' AND completed_ms > 0;
CREATE INDEX import_jobs_to_forward ON import_jobs (requested_ms, pool_no, job_no) WHERE NOT results_forwarded AND requested_ms > 0;

-- Files that no import job owns yet, under the id that their job will have. look is
-- JSON, '' before the file was looked at: it may hold values of its first rows.
CREATE TABLE import_uploads (
    pool_no           INTEGER NOT NULL,
    job_id            TEXT    NOT NULL,
    creator           TEXT    NOT NULL,  -- ARN of who created it
    hash_algorithm    TEXT    NOT NULL,
    upload_url        BLOB    NOT NULL,  -- encrypted
    state             TEXT    NOT NULL,
    created_ms        INTEGER NOT NULL,
    upload_name       TEXT    NOT NULL,
    upload_size       INTEGER NOT NULL,
    upload_etag       TEXT    NOT NULL,
    upload_digest     TEXT    NOT NULL,
    look              TEXT    NOT NULL,
    pool_modified_ms  INTEGER NOT NULL,  -- of the pool that the file was looked at for
    message           TEXT    NOT NULL,
    lease_node        TEXT    NOT NULL,
    lease_epoch       INTEGER NOT NULL,
    lease_until_ms    INTEGER NOT NULL,
    fresh_epoch       INTEGER NOT NULL,  -- of the lease when the file came
    PRIMARY KEY (pool_no, job_id)
);
CREATE INDEX import_uploads_by_age ON import_uploads (created_ms, pool_no, job_id);
CREATE INDEX import_uploads_to_read ON import_uploads (created_ms, pool_no, job_id) WHERE state = 'Reading';

-- One active job a pool: the row is there while the job is active.
CREATE TABLE active_imports (
    pool_no  INTEGER NOT NULL PRIMARY KEY,
    job_no   INTEGER NOT NULL
);

-- What was said of the rows, a segment a batch.
CREATE TABLE import_outcomes (
    pool_no     INTEGER NOT NULL,
    job_no      INTEGER NOT NULL,
    last_line   INTEGER NOT NULL,
    first_line  INTEGER NOT NULL,
    at_ms       INTEGER NOT NULL,
    segment     BLOB    NOT NULL,
    PRIMARY KEY (pool_no, job_no, last_line)
);

-- Why rows of a job were not imported: how many, and the first line. flaw and
-- file_column are '' for none.
CREATE TABLE import_causes (
    pool_no      INTEGER NOT NULL,
    job_no       INTEGER NOT NULL,
    verdict      TEXT    NOT NULL,
    code         TEXT    NOT NULL,
    file_column  TEXT    NOT NULL,
    flaw         TEXT    NOT NULL,
    row_count    INTEGER NOT NULL,
    first_line   INTEGER NOT NULL,
    PRIMARY KEY (pool_no, job_no, verdict, code, file_column, flaw)
) WITHOUT ROWID;

-- Log groups whose events do not stay for good. A pool without a row keeps
-- them.
CREATE TABLE log_groups (
    pool_no         INTEGER NOT NULL PRIMARY KEY,
    retention_days  INTEGER NOT NULL
);

-- Jobs whose log streams were deleted. gone is 1 when their outcomes are.
CREATE TABLE deleted_log_streams (
    pool_no  INTEGER NOT NULL,
    job_no   INTEGER NOT NULL,
    gone     INTEGER NOT NULL,
    PRIMARY KEY (pool_no, job_no)
) WITHOUT ROWID;
CREATE INDEX deleted_log_streams_to_clear ON deleted_log_streams (pool_no, job_no) WHERE NOT gone;

-- How far the lines of a job were sent to another log, and who is at it:
-- next_place is that of the next event, line_count and rejected_count are of the
-- events before it.
CREATE TABLE log_forwards (
    pool_no         INTEGER NOT NULL,
    job_no          INTEGER NOT NULL,
    next_place      INTEGER NOT NULL,
    line_count      INTEGER NOT NULL,
    rejected_count  INTEGER NOT NULL,
    lease_node      TEXT    NOT NULL,
    lease_until_ms  INTEGER NOT NULL,
    PRIMARY KEY (pool_no, job_no)
) WITHOUT ROWID;

-- Users and roles of the account, those who administer the server. user_key and
-- role_key are the name in the form that is unique. What belongs to them goes
-- by their id: a later user of the same name has another. tags is JSON, '' for
-- none.
CREATE TABLE iam_users (
    account_id  TEXT    NOT NULL,
    user_key    TEXT    NOT NULL,
    user_id     TEXT    NOT NULL,
    name        TEXT    NOT NULL,
    path        TEXT    NOT NULL,
    tags        TEXT    NOT NULL,
    created_ms  INTEGER NOT NULL,
    PRIMARY KEY (account_id, user_key)
);
CREATE UNIQUE INDEX iam_users_by_id ON iam_users (account_id, user_id);

-- The secrets are encrypted with a key that is not in the database. A key is
-- looked up before it is known whose account it is of.
CREATE TABLE iam_access_keys (
    key_id      TEXT    NOT NULL PRIMARY KEY,
    account_id  TEXT    NOT NULL,
    user_id     TEXT    NOT NULL,
    status      TEXT    NOT NULL,
    sealed      BLOB    NOT NULL,
    created_ms  INTEGER NOT NULL
);
CREATE INDEX iam_access_keys_of_user ON iam_access_keys (account_id, user_id, created_ms, key_id);

CREATE TABLE iam_roles (
    account_id           TEXT    NOT NULL,
    role_key             TEXT    NOT NULL,
    role_id              TEXT    NOT NULL,
    name                 TEXT    NOT NULL,
    path                 TEXT    NOT NULL,
    description          TEXT    NOT NULL,
    max_session_seconds  INTEGER NOT NULL,
    trust                TEXT    NOT NULL,
    tags                 TEXT    NOT NULL,
    created_ms           INTEGER NOT NULL,
    PRIMARY KEY (account_id, role_key)
);

-- Managed policies with their default version, which counts; the others are in
-- iam_policy_versions. attachments counts their rows in iam_attachments.
-- newest_version is the greatest number that was given, so that none is given
-- twice.
CREATE TABLE iam_policies (
    account_id          TEXT    NOT NULL,
    policy_key          TEXT    NOT NULL,
    policy_id           TEXT    NOT NULL,
    name                TEXT    NOT NULL,
    path                TEXT    NOT NULL,
    description         TEXT    NOT NULL,
    document            TEXT    NOT NULL,
    attachments         INTEGER NOT NULL,
    default_version     INTEGER NOT NULL,
    newest_version      INTEGER NOT NULL,
    tags                TEXT    NOT NULL,
    created_ms          INTEGER NOT NULL,
    updated_ms          INTEGER NOT NULL,
    default_created_ms  INTEGER NOT NULL,
    PRIMARY KEY (account_id, policy_key)
);

CREATE TABLE iam_policy_versions (
    account_id  TEXT    NOT NULL,
    policy_id   TEXT    NOT NULL,
    version     INTEGER NOT NULL,
    document    TEXT    NOT NULL,
    created_ms  INTEGER NOT NULL,
    PRIMARY KEY (account_id, policy_id, version)
);

-- owner_id is the id of a user or of a role, here and below. size is what the
-- document takes up of its owner's quota.
CREATE TABLE iam_inline_policies (
    account_id  TEXT    NOT NULL,
    owner_id    TEXT    NOT NULL,
    policy_key  TEXT    NOT NULL,
    name        TEXT    NOT NULL,
    document    TEXT    NOT NULL,
    size        INTEGER NOT NULL,
    PRIMARY KEY (account_id, owner_id, policy_key)
);

CREATE TABLE iam_attachments (
    account_id  TEXT NOT NULL,
    owner_id    TEXT NOT NULL,
    policy_key  TEXT NOT NULL,
    PRIMARY KEY (account_id, owner_id, policy_key)
) WITHOUT ROWID;

-- The state of all tables of IAM together: each change writes another text
-- here, so that a server can tell whether what it knows still holds. An account
-- without a row has not changed anything.
CREATE TABLE iam_version (
    account_id  TEXT NOT NULL PRIMARY KEY,
    version     TEXT NOT NULL
) WITHOUT ROWID;

-- Who changed what. Events are read from the newest to older ones: all of them,
-- those of an operation, or those of a principal.
CREATE TABLE audit_events (
    account_id     TEXT    NOT NULL,
    at_ms          INTEGER NOT NULL,
    event_id       TEXT    NOT NULL,
    region         TEXT    NOT NULL,
    request_id     TEXT    NOT NULL,
    service        TEXT    NOT NULL,
    operation      TEXT    NOT NULL,
    principal      TEXT    NOT NULL,
    access_key_id  TEXT    NOT NULL,
    address        TEXT    NOT NULL,
    user_agent     TEXT    NOT NULL,
    resource       TEXT    NOT NULL,
    details        TEXT    NOT NULL,
    result         TEXT    NOT NULL,
    chain          TEXT    NOT NULL,  -- of hashes; see audit_chains
    chain_no       INTEGER NOT NULL,
    hash           TEXT    NOT NULL,
    bytes          INTEGER NOT NULL,  -- what it takes, about
    PRIMARY KEY (account_id, at_ms, event_id)
) WITHOUT ROWID;
CREATE INDEX audit_events_of_operation ON audit_events (account_id, operation, at_ms, event_id);
CREATE INDEX audit_events_of_principal ON audit_events (account_id, principal, at_ms, event_id);

-- The chains of audit events, one a server: the last event of each, and the last that has
-- expired, 0 and '' for none.
CREATE TABLE audit_chains (
    account_id   TEXT NOT NULL,
    chain        TEXT NOT NULL,
    head_no      INTEGER NOT NULL,
    head_hash    TEXT NOT NULL,
    head_ms      INTEGER NOT NULL,
    anchor_no    INTEGER NOT NULL,
    anchor_hash  TEXT NOT NULL,
    anchor_ms    INTEGER NOT NULL,
    bytes        INTEGER NOT NULL,  -- of its events
    PRIMARY KEY (account_id, chain)
) WITHOUT ROWID;

-- The servers that share the database, and the settings in which they must
-- agree.
CREATE TABLE nodes (
    node      TEXT    NOT NULL PRIMARY KEY,
    settings  TEXT    NOT NULL,
    seen_ms   INTEGER NOT NULL
);

-- What tells whether a server has the key that seals the secrets in this
-- database. There is at most one row.
CREATE TABLE sealing (
    id    INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    mark  BLOB    NOT NULL
);

-- Keys that all servers of the database share, encrypted with the key of sealing.mark:
-- "data" is that with which credentials, app clients and pre-signed URLs are encrypted.
CREATE TABLE data_keys (
    name    TEXT NOT NULL PRIMARY KEY,
    sealed  BLOB NOT NULL
) WITHOUT ROWID;

-- The secret from which the servers make the key of the tokens of pages, so
-- that any of them takes another's. It guards nothing that is not in this
-- database. There is at most one row.
CREATE TABLE page_secret (
    id      INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    secret  BLOB    NOT NULL
);

-- The sessions of the console, by the hashes of their tokens. secret_mac is a
-- MAC under the secret of the access key, which is not here; role_session is the
-- session of a role that the key is of: JSON, '' for none.
CREATE TABLE console_sessions (
    id             BLOB NOT NULL PRIMARY KEY,
    owner          TEXT NOT NULL,
    access_key_id  TEXT NOT NULL,
    secret_mac     BLOB,
    role_session   TEXT NOT NULL,
    begun_ms       INTEGER NOT NULL,
    used_ms        INTEGER NOT NULL,
    ends_ms        INTEGER NOT NULL
);
CREATE INDEX console_sessions_by_owner ON console_sessions (owner);
CREATE INDEX console_sessions_by_end ON console_sessions (ends_ms);
CREATE INDEX console_sessions_by_use ON console_sessions (used_ms);
-- +goose StatementEnd

-- +goose Down
-- +goose StatementBegin
DROP TABLE console_sessions;
DROP TABLE page_secret;
DROP TABLE data_keys;
DROP TABLE sealing;
DROP TABLE nodes;
DROP TABLE audit_chains;
DROP TABLE audit_events;
DROP TABLE iam_version;
DROP TABLE iam_attachments;
DROP TABLE iam_inline_policies;
DROP TABLE iam_policy_versions;
DROP TABLE iam_policies;
DROP TABLE iam_roles;
DROP TABLE iam_access_keys;
DROP TABLE iam_users;
DROP TABLE log_forwards;
DROP TABLE deleted_log_streams;
DROP TABLE log_groups;
DROP TABLE import_causes;
DROP TABLE import_outcomes;
DROP TABLE active_imports;
DROP TABLE import_uploads;
DROP TABLE import_jobs;
DROP TABLE aliases;
DROP TABLE unindexed_users;
DROP TABLE user_subs;
DROP TABLE user_lookups;
DROP TABLE user_names;
DROP TABLE users;
DROP TABLE user_pool_clients;
DROP TABLE deleted_pools;
DROP TABLE user_counts;
DROP TABLE user_pool_counters;
DROP TABLE user_pools;
DROP TABLE quotas;
DROP TABLE account;
DROP TABLE schema_support;
-- +goose StatementEnd
