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

// userTables is how a database stores its users.
type userTables interface {
	// byKey, byAlias, bySub and byNo find a user, or return sql.ErrNoRows. The row of a user whose
	// pool was deleted counts as missing. In a transaction they lock the user's row.
	byKey(ctx context.Context, q querier, p *userpool.UserPool, key string) (storedUser, error)
	byAlias(ctx context.Context, q querier, p *userpool.UserPool, a userpool.Alias) (storedUser, error)
	bySub(ctx context.Context, q querier, p *userpool.UserPool, sub userrow.Sub) (storedUser, error)
	byNo(ctx context.Context, q querier, p *userpool.UserPool, no int64) (storedUser, error)
	// withPool reads a pool by its id, with scan, and one of its users by key, in one statement. It
	// returns sql.ErrNoRows if either is missing; the pool is nil if that is missing.
	withPool(ctx context.Context, q querier, id, key string, scan poolScan) (*userpool.UserPool, storedUser, error)
	// numberBefore takes a user's number before the transaction that adds the user. It is 0 if
	// addUser takes a number itself.
	numberBefore(ctx context.Context, p *userpool.UserPool) (int64, error)
	// addUser adds a user and returns its number: no, unless that is 0. It returns 0 if the name is
	// taken; the transaction must then be rolled back.
	addUser(ctx context.Context, tx *transaction, p *userpool.UserPool, u *userpool.User, no int64) (int64, error)
	// writeUser updates a user without changing its key, and removeUser removes one. They return
	// errConflict if the user is missing. before is the user as it is now.
	writeUser(ctx context.Context, tx *transaction, p *userpool.UserPool, before *userpool.User, after storedUser) error
	removeUser(ctx context.Context, tx *transaction, p *userpool.UserPool, u storedUser) error
	// usersIn returns up to limit users of a range, in its order.
	usersIn(ctx context.Context, p *userpool.UserPool, r userRange, limit int) ([]storedUser, error)
	// usersOfJob returns up to limit users that a job created, of those with some numbers, in the order
	// of the numbers.
	usersOfJob(ctx context.Context, q querier, p *userpool.UserPool, job int64, among numbers, limit int) ([]storedUser, error)
	nameTables
	// poolDeleted is a part of the transaction that deletes a pool. After it, no deferred work is
	// done for the pool's users.
	poolDeleted(ctx context.Context, tx *transaction, poolNo int64) error
	// poolTables returns the tables with data of a pool's users, in the order in which they are
	// cleared after the deletion.
	poolTables() []rowSet
}

// poolScan reads the columns of a pool.
type poolScan func(scanner) (*userpool.UserPool, error)

// Users is the store of users.
type Users struct {
	*database
	pools  *Pools
	tables userTables
}

// CreateUser adds a user. The username is checked before the aliases: if the user exists, that is
// the error, no matter which user has the alias.
func (s *Users) CreateUser(ctx context.Context, p *userpool.UserPool, u *userpool.User, takeAliases bool) error {
	return s.CreateUserAndSend(ctx, p, u, takeAliases)
}

// CreateUserAndSend adds a user as CreateUser does, and messages to the user.
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

// User returns the user with a name: a username, an alias or a sub.
func (s *Users) User(ctx context.Context, p *userpool.UserPool, name string) (*userpool.User, error) {
	u, err := retryRead(ctx, s.database, func(q querier) (storedUser, error) {
		u, _, err := s.findUser(ctx, q, p, name)
		return u, err
	})
	if err != nil {
		return nil, err
	}
	return u.User, nil
}

// UserIn returns a pool and the user with a name. Most requests name a user by its username, which
// takes one query: the pool's way to fold names is cached, and the query's result confirms it.
func (s *Users) UserIn(ctx context.Context, poolID, name string) (p *userpool.UserPool, _ *userpool.User, err error) {
	u, err := retryRead(ctx, s.database, func(q querier) (u storedUser, err error) {
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
		case p == nil: // not cached yet, or no such pool
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

// findUser finds a user by what the name may be. It also returns the pool: a newly read one if the
// user has attributes that the given pool's schema does not have.
func (s *Users) findUser(ctx context.Context, q querier, p *userpool.UserPool, name string) (storedUser, *userpool.UserPool, error) {
	return withSchema(ctx, s.pools, q, p, func(p *userpool.UserPool) (storedUser, error) { return s.tryNames(ctx, q, p, name) })
}

// withSchema reads users of a pool. If a user has an attribute that the pool's schema does not
// have, it reads pool and users again: the attribute was added since the pool was read.
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

// tryNames tries what the name may be, one after another.
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

// findToWrite finds a user of a pool that still exists.
func (s *Users) findToWrite(ctx context.Context, tx *transaction, p *userpool.UserPool, name string) (storedUser, *userpool.UserPool, error) {
	u, now, err := s.findUser(ctx, tx, p, name)
	if err == nil || userpool.KindOf(err) == userpool.UserNotFound {
		if err := stillThere(ctx, tx, p); err != nil {
			return u, now, err
		}
	}
	return u, now, err
}

// UpdateUser changes a user by a function.
func (s *Users) UpdateUser(ctx context.Context, p *userpool.UserPool, name string, update func(*userpool.User) error) (*userpool.User, error) {
	return s.UpdateUserAndSend(ctx, p, name, func(u *userpool.User) ([]*outbox.Message, error) { return nil, update(u) })
}

// UpdateUserAndSend changes a user as UpdateUser does, and adds the messages that the function
// returns.
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

// writeChange writes a changed user, with its aliases and its count.
func (s *Users) writeChange(ctx context.Context, tx *transaction, p *userpool.UserPool, before *userpool.User, u storedUser) error {
	if u.PoolID != before.PoolID || u.Username != before.Username || u.Sub != before.Sub {
		return errors.New("sqlstore: UpdateUser must not change the pool, username or sub")
	}
	if err := s.tables.writeUser(ctx, tx, p, before, u); err != nil {
		return err
	}
	if err := s.updateAliases(ctx, tx, p, u.no, storedAliases(p, before), storedAliases(p, u.User)); err != nil {
		return err
	}
	return countChange(ctx, tx, p, before, u.User)
}

// countChange updates the counters if the user's status has changed.
func countChange(ctx context.Context, tx *transaction, p *userpool.UserPool, before, after *userpool.User) error {
	counts := userCounts{}
	if err := errors.Join(counts.add(before, -1), counts.add(after, 1)); err != nil {
		return err
	}
	return counts.write(ctx, tx, p)
}

// copyOf returns a copy of a user with attributes of its own.
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
		if err := s.updateAliases(ctx, tx, p, u.no, storedAliases(p, u.User), nil); err != nil {
			return err
		}
		if err := s.tables.removeUser(ctx, tx, p, u); err != nil {
			return err
		}
		if err := dropSignIns(ctx, tx, p, u.no); err != nil {
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
