-- +goose Up
-- What a job's log says of the job's role, beside the lines of its file.
ALTER TABLE import_jobs ADD COLUMN warning TEXT NOT NULL DEFAULT '';

-- +goose Down
ALTER TABLE import_jobs DROP COLUMN warning;
