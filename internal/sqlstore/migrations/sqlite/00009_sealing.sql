-- +goose Up
-- +goose StatementBegin
-- What tells whether a server has the key that seals the secrets in this
-- database. There is at most one row.
CREATE TABLE sealing (
    id    BIGINT NOT NULL PRIMARY KEY CHECK (id = 1),
    mark  BYTEA  NOT NULL
);
-- +goose StatementEnd

-- +goose Down
-- +goose StatementBegin
DROP TABLE sealing;
-- +goose StatementEnd
