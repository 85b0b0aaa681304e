package sqlstore

import (
	"context"
	"database/sql"
	"errors"
)

// Secrets is the store of what servers must share to read what others wrote: the mark
// of the key that seals secrets, and the secret of the tokens of pages.
type Secrets struct{ *database }

// SealingMark returns what was written down of the key that seals the secrets
// in this database ([iam.Sealer]), nil if nothing was.
func (s *Secrets) SealingMark(ctx context.Context) ([]byte, error) {
	return look(ctx, s.database, func(q querier) (mark []byte, err error) {
		err = q.QueryRowContext(ctx, "SELECT mark FROM sealing WHERE id = 1").Scan(&mark)
		if errors.Is(err, sql.ErrNoRows) {
			return nil, nil
		}
		return mark, err
	})
}

// HasSealed tells whether there is a secret in the database that a key sealed.
func (s *Secrets) HasSealed(ctx context.Context) (bool, error) {
	return look(ctx, s.database, func(q querier) (sealed bool, err error) {
		err = q.QueryRowContext(ctx, "SELECT EXISTS (SELECT 1 FROM iam_access_keys)").Scan(&sealed)
		return sealed, err
	})
}

const setSealingMark = `INSERT INTO sealing (id, mark) VALUES (1, $1)
	ON CONFLICT (id) DO UPDATE SET mark = excluded.mark WHERE NOT EXISTS (SELECT 1 FROM iam_access_keys)`

// SetSealingMark writes a mark down unless there is one and a secret was sealed,
// and returns the one that is there then.
func (s *Secrets) SetSealingMark(ctx context.Context, mark []byte) ([]byte, error) {
	err := s.change(ctx, func(tx *transaction) error {
		_, err := tx.ExecContext(ctx, setSealingMark, mark)
		return err
	})
	if err != nil {
		return nil, err
	}
	return s.SealingMark(ctx)
}
