package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"strings"

	"poolhouse/internal/outbox"
	"poolhouse/internal/userpool"
	"poolhouse/internal/userrow"
)

func noUser() error { return userpool.Errorf(userpool.UserNotFound, "User does not exist.") }

func userExists() *userpool.Error {
	return userpool.Errorf(userpool.UsernameExists, "User account already exists")
}

// userTables is how a database keeps its users.
type userTables interface {
	// byKey, byAlias, bySub and byNo find a user, or return sql.ErrNoRows, also where the pool
	// is gone and the user's row is left. In a transaction they lock its row.
	byKey(ctx context.Context, q querier, p *userpool.UserPool, key string) (storedUser, error)
	byAlias(ctx context.Context, q querier, p *userpool.UserPool, a userpool.Alias) (storedUser, error)
	bySub(ctx context.Context, q querier, p *userpool.UserPool, sub userrow.Sub) (storedUser, error)
	byNo(ctx context.Context, q querier, p *userpool.UserPool, no int64) (storedUser, error)
	// withPool reads a pool by its id, which scan does, and one of its users by its
	// key, in one statement. It returns sql.ErrNoRows when either is not there, and no
	// pool when that is not.
	withPool(ctx context.Context, q querier, id, key string, scan poolScan) (*userpool.UserPool, storedUser, error)
	// numberBefore takes the number of a user that is to be added, before the
	// transaction that adds it. It is 0 where that takes one itself.
	numberBefore(ctx context.Context, p *userpool.UserPool) (int64, error)
	// addUser adds a user, and returns its number, which is no unless that is 0. The number is 0
	// when the name is taken; then the transaction must be undone.
	addUser(ctx context.Context, tx *transaction, p *userpool.UserPool, u *userpool.User, no int64) (int64, error)
	// writeUser writes a user whose key stays, and removeUser removes one. They return
	// errConflict when it is not there. before is the user as it is now.
	writeUser(ctx context.Context, tx *transaction, p *userpool.UserPool, before *userpool.User, after storedUser) error
	removeUser(ctx context.Context, tx *transaction, p *userpool.UserPool, u storedUser) error
	// usersIn returns up to limit users of a range, in its order.
	usersIn(ctx context.Context, p *userpool.UserPool, r userRange, limit int) ([]storedUser, error)
	// ofJob returns up to limit users whom a job made, of those with some numbers, in their
	// order.
	ofJob(ctx context.Context, q querier, p *userpool.UserPool, job int64, among numbers, limit int) ([]storedUser, error)
	nameTables
	// poolDeleted is a part of the transaction that deletes a pool. After it, nothing
	// that was put off is done for the pool's users.
	poolDeleted(ctx context.Context, tx *transaction, poolNo int64) error
	// poolTables are the tables that hold something of a pool's users, in the order in
	// which they are cleared after that.
	poolTables() []keyed
}

// poolScan reads the columns of a pool.
type poolScan func(scanner) (*userpool.UserPool, error)

// Users is the store of users.
type Users struct {
	*database
	pools  *Pools
	tables userTables
}

// CreateUser adds a user. The username comes before the aliases: a user who is
// there already is just that, whichever user has the alias.
func (s *Users) CreateUser(ctx context.Context, p *userpool.UserPool, u *userpool.User, takeAliases bool) error {
	return s.CreateUserAndSend(ctx, p, u, takeAliases)
}

// CreateUserAndSend adds a user as CreateUser does, together with messages to the user.
func (s *Users) CreateUserAndSend(ctx context.Context, p *userpool.UserPool, u *userpool.User, takeAliases bool, messages ...*outbox.Message) error {
	before, err := s.tables.numberBefore(ctx, p)
	if err != nil {
		return err
	}
	return s.change(ctx, func(tx *transaction) error {
		no, err := s.tables.addUser(ctx, tx, p, u, before)
		if err != nil {
			return err
		}
		if no == 0 {
			return userExists()
		}
		counts := userCounts{}
		for _, a := range storedAliases(p, u) {
			if err := s.claimAlias(ctx, tx, p, a, no, takeAliases); err != nil {
				return err
			}
		}
		if err := counts.add(u, 1); err != nil {
			return err
		}
		if err := counts.write(ctx, tx, p); err != nil {
			return err
		}
		return s.addMessages(ctx, tx, p, no, messages)
	})
}

// User returns the user of that name: a username, an alias or a sub.
func (s *Users) User(ctx context.Context, p *userpool.UserPool, name string) (*userpool.User, error) {
	u, err := look(ctx, s.database, func(q querier) (storedUser, error) {
		u, _, err := s.findUser(ctx, q, p, name)
		return u, err
	})
	if err != nil {
		return nil, err
	}
	return u.User, nil
}

// UserIn returns a pool and the user of that name. Most users are asked for by their
// username, which takes one query: how the pool folds names is known from the last
// time, and is looked at again in what the query returns.
func (s *Users) UserIn(ctx context.Context, poolID, name string) (p *userpool.UserPool, _ *userpool.User, err error) {
	u, err := look(ctx, s.database, func(q querier) (u storedUser, err error) {
		p = nil
		key, ok := s.pools.decoded.usernameKey(poolID, name)
		if ok {
			p, u, err = s.tables.withPool(ctx, q, poolID, key, s.pools.decoded.scan)
		}
		switch {
		case ok && err == nil && p.UsernameKey(name) == key:
			return u, nil
		case ok && err != nil && !errors.Is(err, sql.ErrNoRows):
			return u, err
		case p == nil: // not known yet, or not there
			if p, err = s.pools.readPool(ctx, q, poolID); err != nil {
				return u, err
			}
		}
		u, p, err = s.findUser(ctx, q, p, name)
		return u, err
	})
	if err != nil {
		return nil, nil, err
	}
	return p, u.User, nil
}

// findUser finds a user by what the name may be. It returns the pool as well: as it
// is now, if the user has attributes that the one it was given does not know.
func (s *Users) findUser(ctx context.Context, q querier, p *userpool.UserPool, name string) (storedUser, *userpool.UserPool, error) {
	return withSchema(ctx, s.pools, q, p, func(p *userpool.UserPool) (storedUser, error) { return s.tryNames(ctx, q, p, name) })
}

// withSchema reads users of a pool, and reads them again with the pool as it is now
// where one of them has an attribute that was added to the schema since the pool
// was read.
func withSchema[T any](ctx context.Context, s *Pools, q querier, p *userpool.UserPool, read func(*userpool.UserPool) (T, error)) (T, *userpool.UserPool, error) {
	v, err := read(p)
	if _, ok := errors.AsType[userrow.UnknownNumber](err); !ok {
		return v, p, err
	}
	now, err := s.readPool(ctx, q, p.ID)
	if err == nil && now.Number != p.Number {
		err = noPool(p.ID)
	}
	if err != nil {
		return v, p, err
	}
	v, err = read(now)
	return v, now, err
}

// tryNames tries what the name may be, one after the other.
func (s *Users) tryNames(ctx context.Context, q querier, p *userpool.UserPool, name string) (storedUser, error) {
	u, err := s.tables.byKey(ctx, q, p, p.UsernameKey(name))
	for _, a := range p.LoginAliases(name) {
		if !errors.Is(err, sql.ErrNoRows) {
			return u, err
		}
		u, err = s.userByAlias(ctx, q, p, a)
	}
	if sub, ok := userrow.ParseSub(strings.ToLower(name)); ok && errors.Is(err, sql.ErrNoRows) {
		u, err = s.tables.bySub(ctx, q, p, sub)
	}
	if errors.Is(err, sql.ErrNoRows) {
		return u, noUser()
	}
	return u, err
}

// findToWrite finds a user of a pool that is still there.
func (s *Users) findToWrite(ctx context.Context, tx *transaction, p *userpool.UserPool, name string) (storedUser, *userpool.UserPool, error) {
	u, now, err := s.findUser(ctx, tx, p, name)
	if err == nil || userpool.KindOf(err) == userpool.UserNotFound {
		if gone := stillThere(ctx, tx, p); gone != nil {
			return u, now, gone
		}
	}
	return u, now, err
}

// UpdateUser changes a user by a function.
func (s *Users) UpdateUser(ctx context.Context, p *userpool.UserPool, name string, update func(*userpool.User) error) (*userpool.User, error) {
	return s.UpdateUserAndSend(ctx, p, name, func(u *userpool.User) ([]*outbox.Message, error) { return nil, update(u) })
}

// UpdateUserAndSend changes a user as UpdateUser does, together with the messages to the user that
// the function returns.
func (s *Users) UpdateUserAndSend(ctx context.Context, p *userpool.UserPool, name string, update func(*userpool.User) ([]*outbox.Message, error)) (*userpool.User, error) {
	var u storedUser
	err := s.change(ctx, func(tx *transaction) (err error) {
		p := p
		if u, p, err = s.findToWrite(ctx, tx, p, name); err != nil {
			return err
		}
		before := copyOf(u.User)
		messages, err := update(u.User)
		if err != nil {
			return err
		}
		if err := s.writeChange(ctx, tx, p, before, u); err != nil {
			return err
		}
		return s.addMessages(ctx, tx, p, u.no, messages)
	})
	if err != nil {
		return nil, err
	}
	return u.User, nil
}

// writeChange writes a user that was changed, with its aliases and its count.
func (s *Users) writeChange(ctx context.Context, tx *transaction, p *userpool.UserPool, before *userpool.User, u storedUser) error {
	if u.PoolID != before.PoolID || u.Username != before.Username || u.Sub != before.Sub {
		return errors.New("sqlstore: an update would make a user another one")
	}
	if err := s.tables.writeUser(ctx, tx, p, before, u); err != nil {
		return err
	}
	if err := s.moveAliases(ctx, tx, p, u.no, storedAliases(p, before), storedAliases(p, u.User)); err != nil {
		return err
	}
	return countChange(ctx, tx, p, before, u.User)
}

// countChange counts a user that has another status.
func countChange(ctx context.Context, tx *transaction, p *userpool.UserPool, before, after *userpool.User) error {
	counts := userCounts{}
	if err := errors.Join(counts.add(before, -1), counts.add(after, 1)); err != nil {
		return err
	}
	return counts.write(ctx, tx, p)
}

// copyOf returns a user with attributes of its own.
func copyOf(u *userpool.User) *userpool.User {
	c := *u
	c.Attributes = append(userpool.Attributes(nil), u.Attributes...)
	return &c
}

// DeleteUser removes a user.
func (s *Users) DeleteUser(ctx context.Context, p *userpool.UserPool, name string) error {
	return s.change(ctx, func(tx *transaction) error {
		u, p, err := s.findToWrite(ctx, tx, p, name)
		if err != nil {
			return err
		}
		if err := s.moveAliases(ctx, tx, p, u.no, storedAliases(p, u.User), nil); err != nil {
			return err
		}
		if err := s.tables.removeUser(ctx, tx, p, u); err != nil {
			return err
		}
		if err := dropOfUser(ctx, tx, p, u.no); err != nil {
			return err
		}
		counts := userCounts{}
		if err := counts.add(u.User, -1); err != nil {
			return err
		}
		if err := counts.write(ctx, tx, p); err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, deleteMessages, p.Number, u.no)
		return err
	})
}
