package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"slices"

	"poolhouse/internal/userpool"
)

// The aliases that are stored of a user are exactly those that the pool's
// rules give it: which attributes are aliases is fixed when a pool is made.
// So there is no need to look up what a user holds, and no index for it.

const insertAlias = "INSERT INTO aliases (pool_id, attribute, alias_key, user_key) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING"

const selectUserByAlias = `SELECT u.pool_id, u.user_key, u.username, u.sub, u.status, u.enabled, u.created_ms, u.modified_ms, u.sms_mfa,
	u.credential_scheme, u.credential_secret, u.credential_expires_ms, u.attributes
	FROM aliases a JOIN users u ON u.pool_id = a.pool_id AND u.user_key = a.user_key
	WHERE a.pool_id = $1 AND a.attribute = $2 AND a.alias_key = $3`

// userByAlias returns sql.ErrNoRows when nobody has the alias.
func userByAlias(ctx context.Context, q querier, p *userpool.UserPool, a userpool.Alias) (storedUser, error) {
	return scanUser(q.QueryRowContext(ctx, selectUserByAlias, p.ID, a.Attribute, a.Key))
}

// taken is the refusal of an alias: as a username where it is one.
func taken(a userpool.Alias) *userpool.Error {
	e := userpool.AliasTaken(a.Attribute)
	if a.Username {
		e.Kind, e.Code = userpool.UsernameExists, userpool.CodeUsernameExists
	}
	return e
}

// claimAlias gives the alias to the user with that key, if nobody has it or
// it may be taken.
func claimAlias(ctx context.Context, tx *sql.Tx, p *userpool.UserPool, a userpool.Alias, key string, take bool) error {
	add := func() (bool, error) { return did(tx.ExecContext(ctx, insertAlias, p.ID, a.Attribute, a.Key, key)) }
	added, err := add()
	if err != nil || added {
		return err
	}
	if !take || a.Username {
		return taken(a)
	}
	if err := releaseAlias(ctx, tx, p, a); err != nil {
		return err
	}
	if added, err = add(); err == nil && !added {
		return errRaced
	}
	return err
}

// releaseAlias takes an alias from its holder, who keeps the attribute but
// loses its mark of being verified. A preferred username has no such mark:
// there the attribute goes, or it would still be an alias.
func releaseAlias(ctx context.Context, tx *sql.Tx, p *userpool.UserPool, a userpool.Alias) error {
	holder, err := userByAlias(ctx, tx, p, a)
	if errors.Is(err, sql.ErrNoRows) {
		return errRaced
	}
	if err != nil {
		return err
	}
	if a.Attribute == "preferred_username" {
		holder.Attributes.Delete(a.Attribute)
	} else {
		holder.Attributes.Set(a.Attribute+"_verified", "false")
	}
	if err := writeUser(ctx, tx, p, holder.User); err != nil {
		return err
	}
	return dropAlias(ctx, tx, p, a, holder.key)
}

func dropAlias(ctx context.Context, tx *sql.Tx, p *userpool.UserPool, a userpool.Alias, key string) error {
	_, err := tx.ExecContext(ctx, deleteAlias, p.ID, a.Attribute, a.Key, key)
	return err
}

// moveAliases takes from the user with that key the aliases that it held and
// shall not, and gives it those that are new.
func moveAliases(ctx context.Context, tx *sql.Tx, p *userpool.UserPool, key string, held, wanted []userpool.Alias) error {
	for _, a := range held {
		if !slices.Contains(wanted, a) {
			if err := dropAlias(ctx, tx, p, a, key); err != nil {
				return err
			}
		}
	}
	for _, a := range wanted {
		if slices.Contains(held, a) {
			continue
		}
		a.Username = false // the user has its name: what is taken is an alias
		if err := claimAlias(ctx, tx, p, a, key, false); err != nil {
			return err
		}
	}
	return nil
}
