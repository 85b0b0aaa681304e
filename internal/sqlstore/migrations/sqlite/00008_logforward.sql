-- +goose Up
-- +goose StatementBegin
-- 1 when all that a job has to tell was forwarded to another log, or deleted.
ALTER TABLE import_jobs ADD COLUMN results_forwarded INTEGER NOT NULL DEFAULT 0;
UPDATE import_jobs SET results_forwarded = 1
    WHERE (pool_id, job_id) IN (SELECT pool_id, job_id FROM deleted_log_streams);
CREATE INDEX import_jobs_to_forward ON import_jobs (requested_ms, pool_id, job_id) WHERE results_forwarded = 0 AND requested_ms > 0;

-- How far that is done, and who is at it: next_place is that of the next event,
-- line_count and rejected_count are of the events before it.
CREATE TABLE log_forwards (
    pool_id         TEXT   NOT NULL,
    job_id          TEXT   NOT NULL,
    next_place      BIGINT NOT NULL,
    line_count      BIGINT NOT NULL,
    rejected_count  BIGINT NOT NULL,
    lease_node      TEXT   NOT NULL,
    lease_until_ms  BIGINT NOT NULL,
    PRIMARY KEY (pool_id, job_id)
);
-- +goose StatementEnd

-- +goose Down
-- +goose StatementBegin
DROP TABLE log_forwards;
DROP INDEX import_jobs_to_forward;
ALTER TABLE import_jobs DROP COLUMN results_forwarded;
-- +goose StatementEnd
