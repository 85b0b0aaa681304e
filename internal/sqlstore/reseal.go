package sqlstore

import (
	"context"
	"errors"
	"fmt"

	"poolhouse/internal/iam"
)

// ErrOtherKey means that the secrets in the database are sealed with another key.
var ErrOtherKey = errors.New("the secrets in the database are sealed with another key")

const (
	selectDataKeys = "SELECT name, sealed FROM data_keys ORDER BY name"
	resealDataKey  = "UPDATE data_keys SET sealed = $1 WHERE name = $2"
	selectSealed   = "SELECT key_id, sealed FROM iam_access_keys ORDER BY key_id"
	resealKey      = "UPDATE iam_access_keys SET sealed = $1 WHERE key_id = $2"
)

// sealedRow is a table row with a sealed value.
type sealedRow struct {
	name   string
	sealed []byte
}

func scanSealed(row scanner) (r sealedRow, err error) {
	err = row.Scan(&r.name, &r.sealed)
	return r, err
}

// Reseal replaces the key that seals: it reseals the mark, the keys that servers share, and the
// secrets of access keys. What is sealed with the data key stays as it is. It is one transaction,
// and all servers must be stopped. It returns ErrOtherKey if the mark is not of the first sealer's
// key.
func (s *Secrets) Reseal(ctx context.Context, from, to *iam.Sealer) error {
	return s.whileStopped(ctx, func(tx *transaction, _ Remembered) error {
		marks, err := collect(ctx, tx, scanBytes, "SELECT mark FROM sealing WHERE id = 1"+tx.forUpdate())
		if err != nil {
			return err
		}
		if len(marks) > 0 && !from.VerifyMark(marks[0]) {
			return ErrOtherKey
		}
		err = reseal(ctx, tx, selectDataKeys, resealDataKey, func(r sealedRow) ([]byte, error) {
			key, err := from.OpenKey(r.name, r.sealed)
			return to.SealKey(r.name, key), err
		})
		if err != nil {
			return err
		}
		err = reseal(ctx, tx, selectSealed, resealKey, func(r sealedRow) ([]byte, error) {
			secret, err := from.Open(r.name, r.sealed)
			if err != nil {
				err = fmt.Errorf("access key %s: %w", r.name, err)
			}
			return to.Seal(r.name, secret), err
		})
		if err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, setSealingMark, to.Mark())
		return err
	})
}

// reseal replaces the sealed values of a query's rows.
func reseal(ctx context.Context, tx *transaction, query, update string, anew func(sealedRow) ([]byte, error)) error {
	rows, err := collect(ctx, tx, scanSealed, query)
	if err != nil {
		return err
	}
	for _, r := range rows {
		sealed, err := anew(r)
		if err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, update, sealed, r.name); err != nil {
			return err
		}
	}
	return nil
}

func scanBytes(row scanner) (b []byte, err error) {
	err = row.Scan(&b)
	return b, err
}

// KeptDataKey returns a shared key of the servers in its sealed form, nil if there is none.
func (s *Secrets) KeptDataKey(ctx context.Context, name string) ([]byte, error) {
	kept, err := list(ctx, s.database, scanBytes, "SELECT sealed FROM data_keys WHERE name = $1", name)
	if err != nil || len(kept) == 0 {
		return nil, err
	}
	return kept[0], nil
}
