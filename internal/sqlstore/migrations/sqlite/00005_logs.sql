-- +goose Up
-- +goose StatementBegin
-- Log groups whose events do not stay for good. A pool without a row keeps
-- them.
CREATE TABLE log_groups (
    pool_id         TEXT   NOT NULL PRIMARY KEY,
    retention_days  BIGINT NOT NULL
);

-- Jobs whose log streams were deleted, with their outcomes.
CREATE TABLE deleted_log_streams (
    pool_id  TEXT NOT NULL,
    job_id   TEXT NOT NULL,
    PRIMARY KEY (pool_id, job_id)
);
-- +goose StatementEnd

-- +goose Down
-- +goose StatementBegin
DROP TABLE deleted_log_streams;
DROP TABLE log_groups;
-- +goose StatementEnd
