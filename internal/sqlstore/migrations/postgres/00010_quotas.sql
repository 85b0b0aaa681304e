-- +goose Up
-- A row for each quota of the server as a whole. What adds to the things that
-- such a quota counts locks its row first.
CREATE TABLE quotas (
    name  TEXT COLLATE "C" NOT NULL PRIMARY KEY
);
INSERT INTO quotas (name) VALUES ('user pools');

-- +goose Down
DROP TABLE quotas;
