-- +goose Up
-- +goose StatementBegin
-- Almost all users who are imported have the same status. In the order of
-- their subs, which are the order in which they come, they are added at the
-- end of it; by their names, all over.
CREATE INDEX users_of_status ON users (pool_id, status, sub);
DROP INDEX users_by_status;
-- +goose StatementEnd

-- +goose Down
-- +goose StatementBegin
CREATE INDEX users_by_status ON users (pool_id, status, user_key);
DROP INDEX users_of_status;
-- +goose StatementEnd
