-- +goose Up
-- +goose StatementBegin
-- What a job keeps of its file, beside the counts. file_header is the header, encrypted. budget says
-- when failures end the job, '' for the server's rule. settings is what its rows were judged by: JSON,
-- '' before it began. rest_offset, rest_line and rest_rows are the end of the last row that is kept of
-- those that an ended job did not reach; rest_kept is true when all of them are. rows_gone is true when what
-- is kept of its rows was deleted because its time was over.
ALTER TABLE import_jobs ADD COLUMN file_header BYTEA;
ALTER TABLE import_jobs ADD COLUMN parent_relation TEXT NOT NULL DEFAULT '';
ALTER TABLE import_jobs ADD COLUMN budget TEXT NOT NULL DEFAULT '';
ALTER TABLE import_jobs ADD COLUMN settings TEXT NOT NULL DEFAULT '';
ALTER TABLE import_jobs ADD COLUMN rest_offset BIGINT NOT NULL DEFAULT 0;
ALTER TABLE import_jobs ADD COLUMN rest_line BIGINT NOT NULL DEFAULT 0;
ALTER TABLE import_jobs ADD COLUMN rest_rows BIGINT NOT NULL DEFAULT 0;
ALTER TABLE import_jobs ADD COLUMN rest_kept BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE import_jobs ADD COLUMN rows_gone BOOLEAN NOT NULL DEFAULT FALSE;
-- Ids of another system may be there twice: the pool decides nothing by them.
DROP INDEX users_by_external_id;
CREATE INDEX import_jobs_with_rows ON import_jobs (completed_ms, pool_no, job_no) WHERE NOT rows_gone AND completed_ms > 0;
CREATE INDEX import_jobs_of_parent ON import_jobs (pool_no, parent_job_id, job_no) WHERE parent_job_id IS NOT NULL;

-- From this version on, the column look of import_uploads is base64 of an encrypted text; what was
-- written before is JSON.

-- The rows of a job, some or all of a commit in a segment: those that were not imported with their
-- text, and of the others which users they became. Segments have consecutive lines, and follow each
-- other. The segment is encrypted.
CREATE TABLE import_rows (
    pool_no     INTEGER NOT NULL,
    job_no      INTEGER NOT NULL,
    last_line   BIGINT  NOT NULL,
    first_line  BIGINT  NOT NULL,
    rejected    BIGINT  NOT NULL,  -- how many rows of it were not imported
    segment     BYTEA   NOT NULL,
    PRIMARY KEY (pool_no, job_no, last_line)
);

-- What a person wrote in place of a row's values, until another job is made of it. It is encrypted.
CREATE TABLE import_corrections (
    pool_no     INTEGER NOT NULL,
    job_no      INTEGER NOT NULL,
    line        BIGINT  NOT NULL,
    passes      BOOLEAN NOT NULL,  -- whether the row broke no rule as it was written last
    correction  BYTEA   NOT NULL,
    PRIMARY KEY (pool_no, job_no, line)
);
-- +goose StatementEnd

-- +goose Down
-- +goose StatementBegin
CREATE UNIQUE INDEX users_by_external_id ON users (pool_no, external_id) WHERE external_id IS NOT NULL;
DROP TABLE import_corrections;
DROP TABLE import_rows;
DROP INDEX import_jobs_of_parent;
DROP INDEX import_jobs_with_rows;
ALTER TABLE import_jobs DROP COLUMN rows_gone;
ALTER TABLE import_jobs DROP COLUMN rest_kept;
ALTER TABLE import_jobs DROP COLUMN rest_rows;
ALTER TABLE import_jobs DROP COLUMN rest_line;
ALTER TABLE import_jobs DROP COLUMN rest_offset;
ALTER TABLE import_jobs DROP COLUMN settings;
ALTER TABLE import_jobs DROP COLUMN budget;
ALTER TABLE import_jobs DROP COLUMN parent_relation;
ALTER TABLE import_jobs DROP COLUMN file_header;
-- +goose StatementEnd
