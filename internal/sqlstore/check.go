package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"slices"

	"poolhouse/internal/importjob"
	"poolhouse/internal/userpool"
)

// candidates are the users to be added, in the order of their rows, with the names that are taken.
// They decide the verdict of each row in an import on PostgreSQL, and in a check on both databases.
type candidates struct {
	coder
	users   []candidate // by row
	taken   map[string]bool
	aliases map[userpool.Alias]bool // taken aliases, by attribute and key
	insert  []candidate             // users who can be added
	before  earlier                 // nil if no rows were checked before
}

// candidate is a user with the names that it needs.
type candidate struct {
	user    *userpool.User // nil if the row has failed already
	key     string
	aliases []userpool.Alias
}

// earlier holds the names that earlier rows have taken.
type earlier interface {
	hasName(key string) bool
	hasAlias(a userpool.Alias) bool
}

func newCandidates(of coder, rows []importjob.Row) *candidates {
	c := &candidates{coder: of, users: make([]candidate, len(rows)), taken: make(map[string]bool, len(rows)), aliases: map[userpool.Alias]bool{}}
	for i := range rows {
		if u := rows[i].User; u != nil {
			c.users[i] = candidate{u, of.pool.UsernameKey(u.Username), storedAliases(of.pool, u)}
		}
	}
	return c
}

// nameTables looks up names of users, many at a time.
type nameTables interface {
	// takenKeys and takenAliases return the given sorted keys that users of a pool have.
	takenKeys(ctx context.Context, q querier, poolNo int64, keys []string) ([]string, error)
	takenAliases(ctx context.Context, q querier, poolNo int64, attribute int, keys []string) ([]string, error)
}

// lookUp finds out which of the candidates' keys are taken. The keys are sorted, so that each page
// of an index is read once.
func (c *candidates) lookUp(ctx context.Context, q querier, tables nameTables) error {
	keys := make([]string, 0, len(c.users))
	wanted := map[string][]string{} // aliases, by attribute
	for _, u := range c.users {
		if u.user == nil {
			continue
		}
		keys = append(keys, u.key)
		for _, a := range u.aliases {
			wanted[a.Attribute] = append(wanted[a.Attribute], a.Key)
		}
	}
	if len(keys) == 0 {
		return nil
	}
	found, err := tables.takenKeys(ctx, q, c.pool.Number, sorted(keys))
	if err != nil {
		return err
	}
	for _, key := range found {
		c.taken[key] = true
	}
	for attribute, keys := range wanted {
		found, err := tables.takenAliases(ctx, q, c.pool.Number, numberOf(attribute), sorted(keys))
		if err != nil {
			return err
		}
		for _, key := range found {
			c.aliases[userpool.Alias{Attribute: attribute, Key: key}] = true
		}
	}
	return nil
}

// sorted sorts keys and removes duplicates.
func sorted(keys []string) []string {
	slices.Sort(keys)
	return slices.Compact(keys)
}

// decide returns why the user of row i cannot be inserted, nil if it can be. Rows are decided in
// order, so it sees the names that earlier rows take.
func (c *candidates) decide(i int) *userpool.Error {
	u := c.users[i]
	switch {
	case u.user == nil:
		return nil
	case c.hasName(u.key), c.before != nil && c.before.hasName(u.key):
		return userExists()
	}
	for _, a := range u.aliases {
		if c.hasAlias(a) || c.before != nil && c.before.hasAlias(a) {
			return aliasTaken(a)
		}
	}
	c.taken[u.key] = true
	for _, a := range u.aliases {
		c.aliases[uniquePart(a)] = true
	}
	c.insert = append(c.insert, u)
	return nil
}

func (c *candidates) hasName(key string) bool        { return c.taken[key] }
func (c *candidates) hasAlias(a userpool.Alias) bool { return c.aliases[uniquePart(a)] }

// uniquePart returns the part of an alias that must be unique.
func uniquePart(a userpool.Alias) userpool.Alias {
	return userpool.Alias{Attribute: a.Attribute, Key: a.Key}
}

// takenBefore holds the names that earlier rows of a checked file have taken.
type takenBefore struct{ *importjob.Taken }

// nameKind is the kind of usernames in [importjob.Taken]. The kinds of aliases are names of
// attributes, which are not empty.
const nameKind = ""

func (t takenBefore) hasName(key string) bool        { return t.Has(nameKind, key) }
func (t takenBefore) hasAlias(a userpool.Alias) bool { return t.Has(a.Attribute, a.Key) }

// add marks the names of a candidate as taken.
func (t takenBefore) add(u candidate) {
	t.Add(nameKind, u.key)
	for _, a := range u.aliases {
		t.Add(a.Attribute, a.Key)
	}
}

// checkedAtOnce is the number of rows whose names are looked up at a time.
const checkedAtOnce = 5000

// CheckRows returns the errors that a commit of the rows would have. See [importjob.Checker].
func (s *Rows) CheckRows(ctx context.Context, p *userpool.UserPool, rows []importjob.Row, before *importjob.Taken) ([]*userpool.Error, error) {
	refused := make([]*userpool.Error, 0, len(rows))
	for some := range slices.Chunk(rows, checkedAtOnce) {
		c := newCandidates(coder{pool: p}, some)
		taken := takenBefore{before}
		c.before = taken
		if _, err := retryRead(ctx, s.database, func(q querier) (any, error) { return nil, s.lookUp(ctx, q, c) }); err != nil {
			return nil, err
		}
		for i := range some {
			refused = append(refused, c.decide(i))
		}
		for _, u := range c.insert {
			taken.add(u)
		}
	}
	return refused, nil
}

// lookUp looks up the candidates of a check, if the pool still exists.
func (s *Rows) lookUp(ctx context.Context, q querier, c *candidates) error {
	var one int
	switch err := q.QueryRowContext(ctx, selectLivePool, c.pool.Number).Scan(&one); {
	case errors.Is(err, sql.ErrNoRows):
		return noPool(c.pool.ID)
	case err != nil:
		return err
	}
	return c.lookUp(ctx, q, s.users.tables)
}

const selectLivePool = "SELECT 1 FROM user_pools WHERE pool_no = $1"
