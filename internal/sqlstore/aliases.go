package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"slices"

	"poolhouse/internal/userpool"
)

// The stored aliases of a user follow from the user and the pool's rules: a pool's alias attributes
// are fixed at its creation. So a user's aliases are computed, never looked up, and need no index.

const (
	insertAlias = "INSERT INTO aliases (pool_no, attribute, alias_key, user_no) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING"
	deleteAlias = "DELETE FROM aliases WHERE pool_no = $1 AND attribute = $2 AND alias_key = $3 AND user_no = $4"
)

// userByAlias returns sql.ErrNoRows when no user has the alias.
func (s *Users) userByAlias(ctx context.Context, q querier, p *userpool.UserPool, a userpool.Alias) (storedUser, error) {
	a.Key = aliasKey(a.Key)
	u, err := s.tables.byAlias(ctx, q, p, a)
	if err != nil {
		return u, err
	}
	holds := func(b userpool.Alias) bool { return b.Attribute == a.Attribute && b.Key == a.Key }
	if !slices.ContainsFunc(storedAliases(p, u.User), holds) {
		return u, errConflict // the alias moved between the two reads
	}
	return u, nil
}

// aliasTaken returns the error for a taken alias. If the alias is the username, that is UsernameExists.
func aliasTaken(a userpool.Alias) *userpool.Error {
	e := userpool.AliasTaken(a.Attribute)
	if a.Username {
		e.Kind, e.Code = userpool.UsernameExists, userpool.CodeUsernameExists
	}
	return e
}

// claimAlias gives the alias to the user with that number if it is free or may be taken over.
func (s *Users) claimAlias(ctx context.Context, tx *transaction, p *userpool.UserPool, a userpool.Alias, no int64, take bool) error {
	add := func() (bool, error) {
		return anyChanged(tx.ExecContext(ctx, insertAlias, p.Number, numberOf(a.Attribute), a.Key, no))
	}
	added, err := add()
	if err != nil || added {
		return err
	}
	if !take || a.Username {
		return aliasTaken(a)
	}
	if err := s.releaseAlias(ctx, tx, p, a); err != nil {
		return err
	}
	if added, err = add(); err == nil && !added {
		return errConflict
	}
	return err
}

// releaseAlias takes an alias from its holder. The holder keeps the attribute but loses its
// verified mark. A preferred username has no such mark, so the attribute itself is removed;
// otherwise it would still be an alias.
func (s *Users) releaseAlias(ctx context.Context, tx *transaction, p *userpool.UserPool, a userpool.Alias) error {
	holder, p, err := withSchema(ctx, s.pools, tx, p, func(p *userpool.UserPool) (storedUser, error) { return s.userByAlias(ctx, tx, p, a) })
	if errors.Is(err, sql.ErrNoRows) {
		return errConflict
	}
	if err != nil {
		return err
	}
	before := copyOf(holder.User)
	if a.Attribute == "preferred_username" {
		holder.Attributes.Delete(a.Attribute)
	} else {
		holder.Attributes.Set(a.Attribute+"_verified", "false")
	}
	if err := s.tables.writeUser(ctx, tx, p, before, holder); err != nil {
		return err
	}
	return dropAlias(ctx, tx, p, a, holder.no)
}

func dropAlias(ctx context.Context, tx *transaction, p *userpool.UserPool, a userpool.Alias, no int64) error {
	_, err := tx.ExecContext(ctx, deleteAlias, p.Number, numberOf(a.Attribute), a.Key, no)
	return err
}

// updateAliases removes from a user the aliases that are no longer wanted, and adds the new ones.
func (s *Users) updateAliases(ctx context.Context, tx *transaction, p *userpool.UserPool, no int64, held, wanted []userpool.Alias) error {
	for _, a := range held {
		if !slices.Contains(wanted, a) {
			if err := dropAlias(ctx, tx, p, a, no); err != nil {
				return err
			}
		}
	}
	for _, a := range wanted {
		if slices.Contains(held, a) {
			continue
		}
		a.Username = false // the user holds its name already, so the conflict is an alias
		if err := s.claimAlias(ctx, tx, p, a, no, false); err != nil {
			return err
		}
	}
	return nil
}
