package sqlstore

import (
	"context"
	"database/sql"
	"errors"
)

// PageSecret returns the secret of page tokens, which all servers of the database share. The first
// call stores fresh, which must be random. Later calls return the stored one.
func (s *Secrets) PageSecret(ctx context.Context, fresh []byte) ([]byte, error) {
	secret, err := s.pageSecret(ctx)
	if err != nil || secret != nil {
		return secret, err
	}
	err = s.change(ctx, func(tx *transaction) error {
		_, err := tx.ExecContext(ctx, "INSERT INTO page_secret (id, secret) VALUES (1, $1) ON CONFLICT (id) DO NOTHING", fresh)
		return err
	})
	if err != nil {
		return nil, err
	}
	return s.pageSecret(ctx)
}

// pageSecret returns the stored secret, nil if there is none.
func (s *Secrets) pageSecret(ctx context.Context) ([]byte, error) {
	return retryRead(ctx, s.database, func(q querier) (secret []byte, err error) {
		err = q.QueryRowContext(ctx, "SELECT secret FROM page_secret WHERE id = 1").Scan(&secret)
		if errors.Is(err, sql.ErrNoRows) {
			return nil, nil
		}
		return secret, err
	})
}
