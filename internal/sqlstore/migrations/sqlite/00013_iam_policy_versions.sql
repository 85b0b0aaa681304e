-- +goose Up
-- +goose StatementBegin
-- The versions of managed policies. The default version, which counts, is in
-- iam_policies, as a policy's only version always was; the others are here.
-- newest_version is the greatest number that was given, so that none is given
-- twice. A NULL stands for created_ms.
ALTER TABLE iam_policies ADD COLUMN default_version BIGINT NOT NULL DEFAULT 1;
ALTER TABLE iam_policies ADD COLUMN newest_version BIGINT NOT NULL DEFAULT 1;
ALTER TABLE iam_policies ADD COLUMN default_created_ms BIGINT;
ALTER TABLE iam_policies ADD COLUMN updated_ms BIGINT;

CREATE TABLE iam_policy_versions (
    policy_id   TEXT   NOT NULL,
    version     BIGINT NOT NULL,
    document    TEXT   NOT NULL,
    created_ms  BIGINT NOT NULL,
    PRIMARY KEY (policy_id, version)
);
-- +goose StatementEnd

-- +goose Down
-- +goose StatementBegin
DROP TABLE iam_policy_versions;
ALTER TABLE iam_policies DROP COLUMN updated_ms;
ALTER TABLE iam_policies DROP COLUMN default_created_ms;
ALTER TABLE iam_policies DROP COLUMN newest_version;
ALTER TABLE iam_policies DROP COLUMN default_version;
-- +goose StatementEnd
