-- +goose Up
-- The whole text of why a job failed, where its completion message is too short for it.
ALTER TABLE import_jobs ADD COLUMN detail TEXT NOT NULL DEFAULT '';

-- +goose Down
ALTER TABLE import_jobs DROP COLUMN detail;
