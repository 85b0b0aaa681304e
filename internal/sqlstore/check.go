package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"slices"

	"poolhouse/internal/importjob"
	"poolhouse/internal/userpool"
)

// candidates are users who are to be added, in the order of their rows, and which names
// are taken. They decide for an import on PostgreSQL, and for a check everywhere, what
// becomes of each.
type candidates struct {
	coder
	users   []candidate // by row
	taken   map[string]bool
	aliases map[userpool.Alias]bool // taken ones, by attribute and key
	insert  []candidate             // those who can be added
	before  earlier                 // nil when no rows were before
}

// candidate is a user with the names that it would take.
type candidate struct {
	user    *userpool.User // nil for a row that has failed already
	key     string
	aliases []userpool.Alias
}

// earlier is what the rows before have taken.
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

// nameTables is where names of users are looked up, many at a time.
type nameTables interface {
	// takenKeys and takenAliases return those of some sorted keys that users of a pool have.
	takenKeys(ctx context.Context, q querier, poolNo int64, keys []string) ([]string, error)
	takenAliases(ctx context.Context, q querier, poolNo int64, attribute int, keys []string) ([]string, error)
}

// lookUp finds out which of the candidates' keys are taken. Sorted keys touch each page of
// an index once.
func (c *candidates) lookUp(ctx context.Context, q querier, tables nameTables) error {
	keys := make([]string, 0, len(c.users))
	wanted := map[string][]string{} // aliases by attribute
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

// sorted sorts keys, and leaves out what is there twice.
func sorted(keys []string) []string {
	slices.Sort(keys)
	return slices.Compact(keys)
}

// decide says why the user of row i is not inserted, nil if it is. The rows
// before it have been decided: what they take is taken.
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
			return taken(a)
		}
	}
	c.taken[u.key] = true
	for _, a := range u.aliases {
		c.aliases[plain(a)] = true
	}
	c.insert = append(c.insert, u)
	return nil
}

func (c *candidates) hasName(key string) bool        { return c.taken[key] }
func (c *candidates) hasAlias(a userpool.Alias) bool { return c.aliases[plain(a)] }

// plain returns what of an alias must be unique.
func plain(a userpool.Alias) userpool.Alias {
	return userpool.Alias{Attribute: a.Attribute, Key: a.Key}
}

// takenBefore is the names that earlier rows of a checked file have taken.
type takenBefore struct{ *importjob.Taken }

// nameKind is the kind of usernames among the names of [importjob.Taken]. Those of aliases
// are the names of attributes, which are not empty.
const nameKind = ""

func (t takenBefore) hasName(key string) bool        { return t.Has(nameKind, key) }
func (t takenBefore) hasAlias(a userpool.Alias) bool { return t.Has(a.Attribute, a.Key) }

// add takes the names of a candidate.
func (t takenBefore) add(u candidate) {
	t.Add(nameKind, u.key)
	for _, a := range u.aliases {
		t.Add(a.Attribute, a.Key)
	}
}

// checkedAtOnce is how many rows' names are looked up at a time.
const checkedAtOnce = 5000

// CheckRows tells what a commit would say of rows. See [importjob.Checker].
func (s *Rows) CheckRows(ctx context.Context, p *userpool.UserPool, rows []importjob.Row, before *importjob.Taken) ([]*userpool.Error, error) {
	refused := make([]*userpool.Error, 0, len(rows))
	for some := range slices.Chunk(rows, checkedAtOnce) {
		c := newCandidates(coder{pool: p}, some)
		taken := takenBefore{before}
		c.before = taken
		if _, err := look(ctx, s.database, func(q querier) (any, error) { return nil, s.lookUp(ctx, q, c) }); err != nil {
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

// lookUp looks the candidates of a check up, in a pool that is still there.
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
