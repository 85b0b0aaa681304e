-- +goose Up
-- +goose StatementBegin
-- The state of all tables of IAM together: each change writes another text
-- here, so that a server can tell whether what it knows still holds. There is one row.
CREATE TABLE iam_version (
    id       BIGINT NOT NULL PRIMARY KEY CHECK (id = 1),
    version  TEXT   NOT NULL
);
INSERT INTO iam_version (id, version) VALUES (1, '');
-- +goose StatementEnd

-- +goose Down
-- +goose StatementBegin
DROP TABLE iam_version;
-- +goose StatementEnd
