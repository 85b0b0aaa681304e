package sqlstore

import (
	"context"
	"database/sql"
	"errors"

	"poolhouse/internal/iam"
)

const (
	iamUserColumns = "user_id, name, path, created_ms"
	insertIAMUser  = "INSERT INTO iam_users (account_id, user_key, " + iamUserColumns + ", tags) VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (account_id, user_key) DO NOTHING"
	selectIAMUser  = "SELECT " + iamUserColumns + ", tags FROM iam_users WHERE account_id = $1 AND user_key = $2"
	updateIAMUser  = "UPDATE iam_users SET name = $1, path = $2, tags = $3 WHERE account_id = $4 AND user_key = $5"
	deleteIAMUser  = "DELETE FROM iam_users WHERE account_id = $1 AND user_key = $2"
)

// selectIAMUsers leaves out the tags, as the lists of roles and policies do.
func selectIAMUsers() string {
	return "SELECT " + iamUserColumns + ", '' FROM iam_users" + pageBy("user_key")
}

func scanIAMUser(row scanner) (*iam.User, error) {
	u := new(iam.User)
	var created int64
	err := row.Scan(&u.ID, &u.Name, &u.Path, &created, (*storedTags)(&u.Tags))
	u.Created = instant(created)
	return u, err
}

// iamUsers is the store of users.
type iamUsers struct{ iamTables }

// CreateUser adds a user.
func (st iamUsers) CreateUser(ctx context.Context, u *iam.User) error {
	return st.change(ctx, func(tx *transaction) error { return st.addIAMUser(ctx, tx, u) })
}

// User returns a user.
func (st iamUsers) User(ctx context.Context, name string) (*iam.User, error) {
	return retryRead(ctx, st.database, func(q querier) (*iam.User, error) { return st.iamUser(ctx, q, name) })
}

// iamUser returns a user. In a writing transaction it locks the user's row.
func (st iamUsers) iamUser(ctx context.Context, q querier, name string) (*iam.User, error) {
	u, err := scanIAMUser(q.QueryRowContext(ctx, selectIAMUser+q.forUpdate(), st.account, iam.NameKey(name)))
	if errors.Is(err, sql.ErrNoRows) {
		return nil, iam.NoUser(name)
	}
	return u, err
}

// UpdateUser changes a user by a function. What belongs to the user is keyed by the user's id,
// which stays.
func (st iamUsers) UpdateUser(ctx context.Context, name string, update func(u *iam.User) error) error {
	return st.change(ctx, func(tx *transaction) error {
		u, err := st.iamUser(ctx, tx, name)
		if err != nil {
			return err
		}
		if err := update(u); err != nil {
			return err
		}
		if iam.NameKey(u.Name) != iam.NameKey(name) {
			return st.renameUser(ctx, tx, name, u)
		}
		_, err = tx.ExecContext(ctx, updateIAMUser, u.Name, u.Path, storedTags(u.Tags), st.account, iam.NameKey(name))
		return err
	})
}

// renameUser moves a user to another key by inserting a new row. The insertion waits for other
// transactions that use the key, and reports a taken key without an error.
func (st iamUsers) renameUser(ctx context.Context, tx *transaction, from string, u *iam.User) error {
	if _, err := tx.ExecContext(ctx, deleteIAMUser, st.account, iam.NameKey(from)); err != nil {
		return err
	}
	return st.addIAMUser(ctx, tx, u)
}

func (st iamUsers) addIAMUser(ctx context.Context, tx *transaction, u *iam.User) error {
	result, err := tx.ExecContext(ctx, insertIAMUser, st.account, iam.NameKey(u.Name), u.ID, u.Name, u.Path, millis(u.Created), storedTags(u.Tags))
	return requireChange(result, err, iam.UserExists(u.Name))
}

// ListUsers returns a page of users.
func (st iamUsers) ListUsers(ctx context.Context, p iam.Page) ([]*iam.User, error) {
	return list(ctx, st.database, scanIAMUser, selectIAMUsers(), st.pageOf(p)...)
}

// DeleteUser removes a user.
func (st iamUsers) DeleteUser(ctx context.Context, name string) error {
	return st.deleteOwner(ctx, iam.UserOwner(name), deleteIAMUser)
}
