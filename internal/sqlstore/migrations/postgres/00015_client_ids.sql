-- +goose Up
-- +goose StatementBegin
-- The id of an app client is used once, whatever its pool. What adds a client
-- locks the row of quotas first. The index is not unique: unique keys contain the
-- pool. A hash serves no list, which is to go by the pool.
CREATE INDEX user_pool_clients_by_id ON user_pool_clients USING hash (client_id);
INSERT INTO quotas (name) VALUES ('app clients');
-- +goose StatementEnd

-- +goose Down
-- +goose StatementBegin
DELETE FROM quotas WHERE name = 'app clients';
DROP INDEX user_pool_clients_by_id;
-- +goose StatementEnd
