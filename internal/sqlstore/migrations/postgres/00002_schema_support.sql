-- +goose Up
-- +goose StatementBegin
-- One row: the oldest version of the schema whose programs can still work
-- with this database. A migration that they could not bear raises it; see
-- docs/operations.md, "Upgrades".
CREATE TABLE schema_support (
    oldest  BIGINT NOT NULL
);
INSERT INTO schema_support (oldest) VALUES (1);

-- The servers that share the database, and the settings in which they must
-- agree.
CREATE TABLE nodes (
    node      TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    settings  TEXT             NOT NULL,
    seen_ms   BIGINT           NOT NULL
);
-- +goose StatementEnd

-- +goose Down
-- +goose StatementBegin
DROP TABLE nodes;
DROP TABLE schema_support;
-- +goose StatementEnd
