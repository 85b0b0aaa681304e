-- +goose Up
-- +goose StatementBegin
-- How a job's file is read. asked is what the job's creator said about it, and file_format how the
-- file is written, as it was found when the job began; NULL for nothing, and for Cognito's own form.
-- Both are JSON, encrypted: they have the names of the file's columns.
ALTER TABLE import_jobs ADD COLUMN asked BYTEA;
ALTER TABLE import_jobs ADD COLUMN file_format BYTEA;

-- What the columns of files were read as in the last job of a user pool that said so: JSON, encrypted.
CREATE TABLE import_maps (
    pool_no      INTEGER NOT NULL PRIMARY KEY,
    map          BYTEA   NOT NULL,
    modified_ms  BIGINT  NOT NULL
);
-- +goose StatementEnd

-- +goose Down
-- +goose StatementBegin
DROP TABLE import_maps;
ALTER TABLE import_jobs DROP COLUMN file_format;
ALTER TABLE import_jobs DROP COLUMN asked;
-- +goose StatementEnd
