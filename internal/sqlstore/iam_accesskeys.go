package sqlstore

import (
	"context"

	"poolhouse/internal/iam"
)

const (
	countAccessKeys  = "SELECT count(*) FROM iam_access_keys WHERE account_id = $1 AND user_id = $2"
	insertAccessKey  = "INSERT INTO iam_access_keys (key_id, account_id, user_id, status, sealed, created_ms) VALUES ($1, $2, $3, $4, $5, $6)"
	selectAccessKeys = "SELECT key_id, status, created_ms FROM iam_access_keys WHERE account_id = $1 AND user_id = " + idOfUser + " ORDER BY created_ms, key_id"
	updateAccessKey  = "UPDATE iam_access_keys SET status = $1 WHERE key_id = $2 AND account_id || '' = $3 AND user_id = $4"
	deleteAccessKey  = "DELETE FROM iam_access_keys WHERE key_id = $1 AND account_id || '' = $2 AND user_id = $3"
)

// iamAccessKeys is the store of access keys.
type iamAccessKeys struct{ iamTables }

// CreateAccessKey adds an access key.
func (st iamAccessKeys) CreateAccessKey(ctx context.Context, k *iam.AccessKey) error {
	return st.changeOwned(ctx, iam.UserOwner(k.UserName), func(tx locked, userID string) error {
		has, err := tx.count(ctx, countAccessKeys, st.account, userID)
		if err != nil {
			return err
		}
		if err := iam.CheckAccessKeys(has); err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, insertAccessKey, k.ID, st.account, userID, string(k.Status), k.Sealed, millis(k.Created))
		return err
	})
}

// ListAccessKeys returns a user's access keys without their secrets.
func (st iamAccessKeys) ListAccessKeys(ctx context.Context, userName string) ([]*iam.AccessKey, error) {
	scan := func(row scanner) (*iam.AccessKey, error) {
		k := &iam.AccessKey{UserName: userName}
		var created int64
		err := row.Scan(&k.ID, &k.Status, &created)
		k.Created = instant(created)
		return k, err
	}
	return listOwned(ctx, st.iamTables, iam.UserOwner(userName), scan, selectAccessKeys)
}

// SetAccessKeyStatus activates or deactivates a user's access key.
func (st iamAccessKeys) SetAccessKeyStatus(ctx context.Context, userName, id string, status iam.Status) error {
	return st.changeAccessKey(ctx, userName, id, func(tx locked, userID string) (bool, error) {
		return anyChanged(tx.ExecContext(ctx, updateAccessKey, string(status), id, st.account, userID))
	})
}

// DeleteAccessKey removes a user's access key.
func (st iamAccessKeys) DeleteAccessKey(ctx context.Context, userName, id string) error {
	return st.changeAccessKey(ctx, userName, id, func(tx locked, userID string) (bool, error) {
		return anyChanged(tx.ExecContext(ctx, deleteAccessKey, id, st.account, userID))
	})
}

// changeAccessKey runs a change of a user's access key. change reports whether the key exists.
func (st iamAccessKeys) changeAccessKey(ctx context.Context, userName, id string, change func(tx locked, userID string) (bool, error)) error {
	if !iam.IsAccessKeyID(id) { // the id may be text that the database rejects
		return iam.NoAccessKey(id)
	}
	return st.changeOwned(ctx, iam.UserOwner(userName), func(tx locked, userID string) error {
		found, err := change(tx, userID)
		if err == nil && !found {
			return iam.NoAccessKey(id)
		}
		return err
	})
}
