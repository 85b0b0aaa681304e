-- +goose Up
-- +goose StatementBegin
-- Whose name it is, in place of the unique index of users: names come in no
-- order, and an import adds those of many users at once, sorted.
CREATE TABLE user_names (
    pool_id   TEXT    NOT NULL,
    user_key  TEXT    NOT NULL,
    user_no   INTEGER NOT NULL,
    PRIMARY KEY (pool_id, user_key)
) WITHOUT ROWID;
INSERT INTO user_names SELECT pool_id, user_key, user_no FROM users ORDER BY 1, 2;
DROP INDEX users_by_key;

DROP VIEW user_lookup_values;
CREATE VIEW user_lookup_values AS
SELECT u.pool_id, a.column1 AS attribute, CASE a.column1
    WHEN 0 THEN u.status
    WHEN 1 THEN u.email_key
    WHEN 2 THEN u.phone_number_key
    WHEN 3 THEN u.name_key
    WHEN 4 THEN u.given_name_key
    WHEN 5 THEN u.family_name_key
    WHEN 6 THEN u.preferred_username_key
    END AS value, u.user_key, u.user_no
FROM users u CROSS JOIN (VALUES (0), (1), (2), (3), (4), (5), (6)) a;

UPDATE schema_support SET oldest = 4;
-- +goose StatementEnd

-- +goose Down
-- +goose StatementBegin
-- There is no way back, as from version 3.
SELECT 1;
-- +goose StatementEnd
