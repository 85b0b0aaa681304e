-- +goose Up
-- +goose StatementBegin
-- Who changed what. Events are read from the newest to older ones: all of them,
-- those of an operation, or those of a principal.
CREATE TABLE audit_events (
    at_ms          BIGINT           NOT NULL,
    event_id       TEXT COLLATE "C" NOT NULL,
    request_id     TEXT COLLATE "C" NOT NULL,
    service        TEXT COLLATE "C" NOT NULL,
    operation      TEXT COLLATE "C" NOT NULL,
    principal      TEXT COLLATE "C" NOT NULL,
    access_key_id  TEXT COLLATE "C" NOT NULL,
    address        TEXT COLLATE "C" NOT NULL,
    user_agent     TEXT             NOT NULL,
    resource       TEXT             NOT NULL,
    result         TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (at_ms, event_id)
);
CREATE INDEX audit_events_of_operation ON audit_events (operation, at_ms, event_id);
CREATE INDEX audit_events_of_principal ON audit_events (principal, at_ms, event_id);
-- +goose StatementEnd

-- +goose Down
-- +goose StatementBegin
DROP TABLE audit_events;
-- +goose StatementEnd
