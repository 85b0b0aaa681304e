package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"strings"
)

// Secrets is the store of secrets that the servers share: the mark of the sealing key, the data
// keys, and the secret of page tokens.
type Secrets struct{ *database }

// SealingMark returns the stored mark of the key that seals this database's secrets ([iam.Sealer]),
// nil if there is none.
func (s *Secrets) SealingMark(ctx context.Context) ([]byte, error) {
	return retryRead(ctx, s.database, func(q querier) (mark []byte, err error) {
		err = q.QueryRowContext(ctx, "SELECT mark FROM sealing WHERE id = 1").Scan(&mark)
		if errors.Is(err, sql.ErrNoRows) {
			return nil, nil
		}
		return mark, err
	})
}

// sealedThings are queries of sealed values, quickest first: a database with many users has import
// jobs.
var sealedThings = []string{
	"SELECT EXISTS (SELECT 1 FROM iam_access_keys)",
	"SELECT EXISTS (SELECT 1 FROM user_pool_clients WHERE sealed IS NOT NULL)",
	"SELECT EXISTS (SELECT 1 FROM token_keys)",
	"SELECT EXISTS (SELECT 1 FROM import_jobs WHERE upload_url <> $1)",
	"SELECT EXISTS (SELECT 1 FROM import_uploads WHERE upload_url <> $1)",
	"SELECT EXISTS (SELECT 1 FROM import_rows)",
	"SELECT EXISTS (SELECT 1 FROM import_corrections)",
	"SELECT EXISTS (SELECT 1 FROM import_maps)",
	"SELECT EXISTS (SELECT 1 FROM outbox_messages)",
	"SELECT EXISTS (SELECT 1 FROM users WHERE credential IS NOT NULL)",
}

// HasSealed reports whether the database has a sealed value. That can be a secret of an access key
// or an app client, a key that signs tokens, a user's credential, or a message to a user. It can
// also be a pre-signed URL of an import job, a kept row, or an import map.
func (s *Secrets) HasSealed(ctx context.Context) (bool, error) {
	return retryRead(ctx, s.database, func(q querier) (bool, error) { return hasSealed(ctx, q) })
}

func hasSealed(ctx context.Context, q querier) (sealed bool, err error) {
	for _, query := range sealedThings {
		var args []any
		if strings.Contains(query, "$1") {
			args = append(args, []byte{})
		}
		if err = q.QueryRowContext(ctx, query, args...).Scan(&sealed); err != nil || sealed {
			return sealed, err
		}
	}
	return false, nil
}

const setSealingMark = "INSERT INTO sealing (id, mark) VALUES (1, $1) ON CONFLICT (id) DO UPDATE SET mark = excluded.mark"

// SetSealingMark stores a mark, unless there is one and something is sealed with its key. It
// returns the mark that is stored then. If it replaces a mark, it deletes the data keys that the
// old key sealed.
func (s *Secrets) SetSealingMark(ctx context.Context, mark []byte) ([]byte, error) {
	err := s.change(ctx, func(tx *transaction) error {
		added, err := anyChanged(tx.ExecContext(ctx, "INSERT INTO sealing (id, mark) VALUES (1, $1) ON CONFLICT (id) DO NOTHING", mark))
		if err != nil || added {
			return err
		}
		if sealed, err := hasSealed(ctx, tx); err != nil || sealed {
			return err
		}
		if _, err := tx.ExecContext(ctx, setSealingMark, mark); err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, "DELETE FROM data_keys")
		return err
	})
	if err != nil {
		return nil, err
	}
	return s.SealingMark(ctx)
}

// DataKey returns a shared key of the servers in its sealed form. The first call for a name stores
// fresh. Later calls return the stored one.
func (s *Secrets) DataKey(ctx context.Context, name string, fresh []byte) (sealed []byte, err error) {
	kept := func(q querier) (sealed []byte, err error) {
		err = q.QueryRowContext(ctx, "SELECT sealed FROM data_keys WHERE name = $1", name).Scan(&sealed)
		if errors.Is(err, sql.ErrNoRows) {
			return nil, nil
		}
		return sealed, err
	}
	if sealed, err = retryRead(ctx, s.database, kept); err != nil || sealed != nil {
		return sealed, err
	}
	err = s.change(ctx, func(tx *transaction) error {
		_, err := tx.ExecContext(ctx, "INSERT INTO data_keys (name, sealed) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING", name, fresh)
		return err
	})
	if err != nil {
		return nil, err
	}
	return retryRead(ctx, s.database, kept)
}
