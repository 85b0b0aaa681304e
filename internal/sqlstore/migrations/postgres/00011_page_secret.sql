-- +goose Up
-- +goose StatementBegin
-- The secret from which the servers make the key of the tokens of pages, so
-- that any of them takes another's. It guards nothing that is not in this
-- database. There is at most one row.
CREATE TABLE page_secret (
    id      BIGINT NOT NULL PRIMARY KEY CHECK (id = 1),
    secret  BYTEA  NOT NULL
);
-- +goose StatementEnd

-- +goose Down
-- +goose StatementBegin
DROP TABLE page_secret;
-- +goose StatementEnd
