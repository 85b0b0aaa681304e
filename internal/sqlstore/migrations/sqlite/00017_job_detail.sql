-- +goose Up
-- +goose StatementBegin
-- The whole text of why a job failed, where its completion message is too short for it.
ALTER TABLE import_jobs ADD COLUMN detail TEXT NOT NULL DEFAULT '';
-- +goose StatementEnd

-- +goose Down
-- +goose StatementBegin
ALTER TABLE import_jobs DROP COLUMN detail;
-- +goose StatementEnd
