-- +goose Up
-- +goose StatementBegin
-- Who changed what. Events are read from the newest to older ones: all of them,
-- those of an operation, or those of a principal.
CREATE TABLE audit_events (
    at_ms          BIGINT NOT NULL,
    event_id       TEXT   NOT NULL,
    request_id     TEXT   NOT NULL,
    service        TEXT   NOT NULL,
    operation      TEXT   NOT NULL,
    principal      TEXT   NOT NULL,
    access_key_id  TEXT   NOT NULL,
    address        TEXT   NOT NULL,
    user_agent     TEXT   NOT NULL,
    resource       TEXT   NOT NULL,
    result         TEXT   NOT NULL,
    PRIMARY KEY (at_ms, event_id)
) WITHOUT ROWID;
CREATE INDEX audit_events_of_operation ON audit_events (operation, at_ms, event_id);
CREATE INDEX audit_events_of_principal ON audit_events (principal, at_ms, event_id);
-- +goose StatementEnd

-- +goose Down
-- +goose StatementBegin
DROP TABLE audit_events;
-- +goose StatementEnd
