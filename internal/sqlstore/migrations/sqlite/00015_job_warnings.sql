-- +goose Up
-- +goose StatementBegin
-- What a job's log says of the job's role, beside the lines of its file.
ALTER TABLE import_jobs ADD COLUMN warning TEXT NOT NULL DEFAULT '';
-- +goose StatementEnd

-- +goose Down
-- +goose StatementBegin
ALTER TABLE import_jobs DROP COLUMN warning;
-- +goose StatementEnd
