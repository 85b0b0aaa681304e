-- +goose Up
-- +goose StatementBegin
-- What is left over of import jobs is gone through in the order of their
-- creation, page after page.
CREATE INDEX import_jobs_overdue ON import_jobs (created_ms, pool_id, job_id) WHERE state = 'Created';
CREATE INDEX import_jobs_with_files ON import_jobs (created_ms, pool_id, job_id) WHERE upload_name <> '' AND completed_ms > 0;
DROP INDEX import_jobs_created;
DROP INDEX import_jobs_uploads;
-- +goose StatementEnd

-- +goose Down
-- +goose StatementBegin
CREATE INDEX import_jobs_created ON import_jobs (created_ms) WHERE state = 'Created';
CREATE INDEX import_jobs_uploads ON import_jobs (created_ms) WHERE upload_name <> '';
DROP INDEX import_jobs_with_files;
DROP INDEX import_jobs_overdue;
-- +goose StatementEnd
