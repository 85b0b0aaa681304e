-- +goose Up
-- +goose StatementBegin
-- A row for each quota of the server as a whole. What adds to the things that
-- such a quota counts locks its row first.
CREATE TABLE quotas (
    name  TEXT NOT NULL PRIMARY KEY
);
INSERT INTO quotas (name) VALUES ('user pools');
-- +goose StatementEnd

-- +goose Down
-- +goose StatementBegin
DROP TABLE quotas;
-- +goose StatementEnd
