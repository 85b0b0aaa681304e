package sqlstore

import (
	"context"
	"database/sql"
	"errors"

	"poolhouse/internal/iam"
)

const (
	iamUserColumns  = "user_id, name, path, created_ms"
	insertIAMUser   = "INSERT INTO iam_users (user_key, " + iamUserColumns + ") VALUES ($1, $2, $3, $4, $5) ON CONFLICT (user_key) DO NOTHING"
	selectIAMUser   = "SELECT " + iamUserColumns + " FROM iam_users WHERE user_key = $1"
	deleteIAMUser   = "DELETE FROM iam_users WHERE user_key = $1"
	selectAnIAMUser = "SELECT " + iamUserColumns + " FROM iam_users"
)

func selectIAMUsers() string { return selectAnIAMUser + pageBy("user_key") }

func scanIAMUser(row scanner) (*iam.User, error) {
	u := new(iam.User)
	var created int64
	err := row.Scan(&u.ID, &u.Name, &u.Path, &created)
	u.Created = instant(created)
	return u, err
}

// CreateUser adds a user.
func (st iamStore) CreateUser(ctx context.Context, u *iam.User) error {
	return st.change(ctx, func(tx *transaction) error {
		result, err := tx.ExecContext(ctx, insertIAMUser, iam.NameKey(u.Name), u.ID, u.Name, u.Path, millis(u.Created))
		return must(result, err, iam.UserExists(u.Name))
	})
}

// User returns a user.
func (st iamStore) User(ctx context.Context, name string) (*iam.User, error) {
	return look(ctx, st.s, func(q querier) (*iam.User, error) {
		u, err := scanIAMUser(q.QueryRowContext(ctx, selectIAMUser, iam.NameKey(name)))
		if errors.Is(err, sql.ErrNoRows) {
			return nil, iam.NoUser(name)
		}
		return u, err
	})
}

// ListUsers returns a page of users.
func (st iamStore) ListUsers(ctx context.Context, p iam.Page) ([]*iam.User, error) {
	return list(ctx, st.s, scanIAMUser, selectIAMUsers(), pageOf(p)...)
}

// DeleteUser removes a user.
func (st iamStore) DeleteUser(ctx context.Context, name string) error {
	return st.deleteOwner(ctx, iam.UserOwner(name), deleteIAMUser)
}
