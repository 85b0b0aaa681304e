package sqlstore

import (
	"context"
	"errors"

	"poolhouse/internal/iam"
	"poolhouse/internal/token"
	"poolhouse/internal/userpool"
)

// Tokens is the store of the keys that sign tokens.
type Tokens struct{ *database }

const (
	selectTokenKeys = "SELECT key_id, kind, created_ms, signs_ms, public, private FROM token_keys WHERE pool_no = $1 ORDER BY key_id"
	insertTokenKey  = "INSERT INTO token_keys (pool_no, key_id, kind, created_ms, signs_ms, public, private) VALUES ($1, $2, $3, $4, $5, $6, $7)"
	deleteTokenKey  = "DELETE FROM token_keys WHERE pool_no = $1 AND key_id = $2"
)

// TokenKeys returns a pool's keys. See [token.Store].
func (s *Tokens) TokenKeys(ctx context.Context, p *userpool.UserPool) ([]token.Key, error) {
	return retryRead(ctx, s.database, func(q querier) ([]token.Key, error) { return s.keys(ctx, q, p) })
}

func (s *Tokens) keys(ctx context.Context, q querier, p *userpool.UserPool) ([]token.Key, error) {
	box := s.vault.userBox(p.Number, iam.TokenKeys)
	return collect(ctx, q, func(row scanner) (k token.Key, err error) {
		var created, signs int64
		var sealed []byte
		if err := row.Scan(&k.ID, &k.Kind, &created, &signs, &k.Public, &sealed); err != nil {
			return k, err
		}
		k.Created, k.SignsFrom = instant(created), instant(signs)
		private, err := unseal(box, p.ID, k.ID, sealed, "private key")
		k.Private = []byte(private)
		return k, err
	}, selectTokenKeys, p.Number)
}

// ChangeTokenKeys changes a pool's keys by a function. It locks the pool's row, so that the second
// of two changes sees the result of the first. See [token.Store].
func (s *Tokens) ChangeTokenKeys(ctx context.Context, p *userpool.UserPool, change func([]token.Key) ([]token.Key, error)) (keys []token.Key, err error) {
	err = s.change(ctx, func(tx *transaction) error {
		_, current, err := lockPool(ctx, tx, p.ID)
		if err != nil {
			return err
		}
		if current.Number != p.Number { // a new pool with the same id
			return noPool(p.ID)
		}
		before, err := s.keys(ctx, tx, p)
		if err != nil {
			return err
		}
		if keys, err = change(before); err != nil {
			return err
		}
		return s.replace(ctx, tx, p, before, keys)
	})
	if err != nil {
		return nil, err
	}
	return s.TokenKeys(ctx, p)
}

// replace deletes the keys that are no longer wanted, and adds the new ones. A key itself never
// changes.
func (s *Tokens) replace(ctx context.Context, tx *transaction, p *userpool.UserPool, before, after []token.Key) error {
	box := s.vault.userBox(p.Number, iam.TokenKeys)
	old, kept := byID(before), byID(after)
	for id := range old {
		if _, ok := kept[id]; ok {
			continue
		}
		if _, err := tx.ExecContext(ctx, deleteTokenKey, p.Number, id); err != nil {
			return err
		}
	}
	for _, k := range after {
		if _, ok := old[k.ID]; ok {
			continue
		}
		if len(k.Private) == 0 {
			return errors.New("sqlstore: a key that signs tokens has no private key")
		}
		sealed, err := seal(box, p.ID, k.ID, string(k.Private))
		if err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, insertTokenKey, p.Number, k.ID, k.Kind, millis(k.Created), millis(k.SignsFrom), k.Public, sealed); err != nil {
			return err
		}
	}
	return nil
}

// byID returns the keys by id.
func byID(keys []token.Key) map[string]token.Key {
	all := map[string]token.Key{}
	for _, k := range keys {
		all[k.ID] = k
	}
	return all
}
