-- +goose Up
-- +goose StatementBegin
-- The tags of users, roles and managed policies of IAM: JSON, '' for none.
ALTER TABLE iam_users ADD COLUMN tags TEXT NOT NULL DEFAULT '';
ALTER TABLE iam_roles ADD COLUMN tags TEXT NOT NULL DEFAULT '';
ALTER TABLE iam_policies ADD COLUMN tags TEXT NOT NULL DEFAULT '';
-- +goose StatementEnd

-- +goose Down
-- +goose StatementBegin
ALTER TABLE iam_policies DROP COLUMN tags;
ALTER TABLE iam_roles DROP COLUMN tags;
ALTER TABLE iam_users DROP COLUMN tags;
-- +goose StatementEnd
