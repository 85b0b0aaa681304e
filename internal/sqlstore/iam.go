package sqlstore

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"unicode/utf8"

	"poolhouse/internal/iam"
)

// iamStore is every store of IAM. It is not a part of [Store], because both have methods for users.
type iamStore struct {
	iamTables
	iamUsers
	iamAccessKeys
	iamRoles
	iamPolicies
	iamPolicyVersions
	iamInlinePolicies
	iamAttachments
	iamAccess
}

var _ iam.Store = iamStore{}

// IAM returns the store of users, access keys, roles and policies of IAM, in
// the same database.
func (s *Store) IAM() iam.Store {
	t := iamTables{s.database, s.account}
	return iamStore{t, iamUsers{t}, iamAccessKeys{t}, iamRoles{t}, iamPolicies{t}, iamPolicyVersions{t}, iamInlinePolicies{t}, iamAttachments{t}, iamAccess{t}}
}

// iamTables is shared by the stores of IAM. Each change sets a new version of the account.
type iamTables struct {
	*database
	account string
}

// The id of an owner of account $1 with the name key $2, alone and as a part of queries.
const (
	selectUserID = "SELECT user_id FROM iam_users WHERE account_id = $1 AND user_key = $2"
	selectRoleID = "SELECT role_id FROM iam_roles WHERE account_id = $1 AND role_key = $2"
	idOfUser     = "(" + selectUserID + ")"
	idOfRole     = "(" + selectRoleID + ")"
)

func idOf(o iam.Owner) string {
	if o.Kind == iam.OfRole {
		return idOfRole
	}
	return idOfUser
}

// ownerID returns an owner's id. In a writing transaction it locks the owner's row. So does every
// transaction that deletes the owner or adds to what the owner has; counts therefore stay true
// until the end.
func (st iamTables) ownerID(ctx context.Context, q querier, o iam.Owner) (id string, err error) {
	query := selectUserID
	if o.Kind == iam.OfRole {
		query = selectRoleID
	}
	err = q.QueryRowContext(ctx, query+q.forUpdate(), st.account, iam.NameKey(o.Name)).Scan(&id)
	if errors.Is(err, sql.ErrNoRows) {
		return "", o.NotFound()
	}
	return id, err
}

// change runs a write transaction, and sets a new version of the account at its end. The version
// comes last so that other transactions wait for its row no longer than a commit takes.
func (st iamTables) change(ctx context.Context, fn func(tx *transaction) error) error {
	return st.database.change(ctx, func(tx *transaction) error {
		if err := fn(tx); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, setIAMVersion, st.account, rand.Text())
		return err
	})
}

const (
	selectIAMVersion = "SELECT version FROM iam_version WHERE account_id = $1"
	setIAMVersion    = "INSERT INTO iam_version (account_id, version) VALUES ($1, $2) ON CONFLICT (account_id) DO UPDATE SET version = excluded.version"
)

// Version returns a text that differs after each change.
func (st iamTables) Version(ctx context.Context) (string, error) {
	return retryRead(ctx, st.database, func(q querier) (version string, err error) {
		err = q.QueryRowContext(ctx, selectIAMVersion, st.account).Scan(&version)
		if errors.Is(err, sql.ErrNoRows) {
			return "", nil // no change so far
		}
		return version, err
	})
}

// changeOwned runs a write transaction with an owner's row locked.
func (st iamTables) changeOwned(ctx context.Context, o iam.Owner, fn func(tx locked, id string) error) error {
	return st.change(ctx, func(tx *transaction) error {
		id, err := st.ownerID(ctx, tx, o)
		if err != nil {
			return err
		}
		return fn(locked{tx}, id)
	})
}

// listOwned returns all rows of a query for an owner. If there are none, it checks that the owner
// exists.
func listOwned[T any](ctx context.Context, st iamTables, o iam.Owner, scan func(scanner) (T, error), query string) ([]T, error) {
	return retryRead(ctx, st.database, func(q querier) ([]T, error) {
		found, err := collect(ctx, q, scan, query, st.account, iam.NameKey(o.Name))
		if err == nil && len(found) == 0 {
			_, err = st.ownerID(ctx, q, o)
		}
		return found, err
	})
}

const selectBelongings = `SELECT (SELECT count(*) FROM iam_access_keys WHERE account_id = $1 AND user_id = $2),
	(SELECT count(*) FROM iam_attachments WHERE account_id = $1 AND owner_id = $2),
	(SELECT count(*) FROM iam_inline_policies WHERE account_id = $1 AND owner_id = $2)`

// deleteOwner deletes the row of an owner that owns nothing.
func (st iamTables) deleteOwner(ctx context.Context, o iam.Owner, query string) error {
	return st.changeOwned(ctx, o, func(tx locked, id string) error {
		var has iam.Belongings
		err := tx.QueryRowContext(ctx, selectBelongings, st.account, id).Scan(&has.AccessKeys, &has.AttachedPolicies, &has.InlinePolicies)
		if err != nil {
			return err
		}
		if err := has.CheckDelete(); err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, query, st.account, iam.NameKey(o.Name))
		return err
	})
}

// pageOf returns the arguments of a query that ends with pageBy.
func (st iamTables) pageOf(p iam.Page) []any {
	return []any{st.account, iam.NameKey(p.After), p.PathPrefix, p.PathPrefix + string(utf8.MaxRune), p.Limit}
}

// pageBy ends the query of a list. The query is one range of the names' index and skips rows with
// other paths: lists by path are rare, and the rows are few.
func pageBy(key string) string {
	return " WHERE account_id = $1 AND " + key + " > $2 AND path >= $3 AND path < $4 ORDER BY " + key + " LIMIT $5"
}
