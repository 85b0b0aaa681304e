package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"strings"

	"poolhouse/internal/userpool"
)

func noUser() error { return userpool.Errorf(userpool.UserNotFound, "User does not exist.") }

func userExists() *userpool.Error {
	return userpool.Errorf(userpool.UsernameExists, "User account already exists")
}

// userColumns are all columns of a user, in the order of userValues and
// scanUser.
const userColumns = `pool_no, user_key, username, sub, status, enabled, created_ms, modified_ms, sms_mfa,
	credential_scheme, credential_secret, credential_expires_ms, attributes,
	email_key, phone_number_key, name_key, given_name_key, family_name_key, preferred_username_key`

const insertUser = "INSERT INTO users (" + userColumns + `)
	VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)
	ON CONFLICT DO NOTHING`

// updateUser ends with the condition that tells which user.
const updateUser = `UPDATE users SET username = $1, sub = $2, status = $3, enabled = $4, created_ms = $5, modified_ms = $6,
	sms_mfa = $7, credential_scheme = $8, credential_secret = $9, credential_expires_ms = $10, attributes = $11,
	email_key = $12, phone_number_key = $13, name_key = $14, given_name_key = $15, family_name_key = $16, preferred_username_key = $17
	WHERE `

// lookups are the attributes that have a column of their own, in the order
// of userColumns.
var lookups = [...]string{"email", "phone_number", "name", "given_name", "family_name", "preferred_username"}

// appendUser appends the user's row.
func appendUser(values []any, p *userpool.UserPool, u *userpool.User) []any {
	values = append(values, p.Number, p.UsernameKey(u.Username), u.Username, u.Sub, string(u.Status), flag(u.Enabled),
		millis(u.Created), millis(u.Modified), flag(u.SMSMFA),
		u.Credential.Scheme, u.Credential.Secret, millis(u.Credential.Expires), encodeAttributes(u.Attributes))
	for _, name := range lookups {
		if v := u.Attributes.Get(name); v != "" {
			values = append(values, lookupKey(v))
		} else {
			values = append(values, nil)
		}
	}
	return values
}

func flag(b bool) int64 {
	if b {
		return 1
	}
	return 0
}

// readColumns are the columns that make a user, in the order of scanUser.
const readColumns = `user_key, username, sub, status, enabled, created_ms, modified_ms, sms_mfa,
	credential_scheme, credential_secret, credential_expires_ms, attributes`

const selectUser = "SELECT " + readColumns + " FROM users"

// storedUser is a user with the key of its row.
type storedUser struct {
	*userpool.User
	key string
}

// scanUser returns what reads a row of a user of a pool.
func scanUser(p *userpool.UserPool) func(row scanner) (storedUser, error) {
	return func(row scanner) (storedUser, error) {
		u := storedUser{User: &userpool.User{PoolID: p.ID}}
		var created, modified, expires int64
		var enabled, mfa int
		var status, attributes string
		err := row.Scan(&u.key, &u.Username, &u.Sub, &status, &enabled, &created, &modified, &mfa,
			&u.Credential.Scheme, &u.Credential.Secret, &expires, &attributes)
		if err != nil {
			return u, err
		}
		u.Status, u.Enabled, u.SMSMFA = userpool.UserStatus(status), enabled != 0, mfa != 0
		u.Created, u.Modified, u.Credential.Expires = instant(created), instant(modified), instant(expires)
		u.Attributes, err = decodeAttributes(attributes)
		return u, err
	}
}

// userTables is how a database keeps its users.
type userTables interface {
	// byKey, byAlias and bySub find a user, or return sql.ErrNoRows. In a
	// transaction they lock its row.
	byKey(ctx context.Context, q querier, p *userpool.UserPool, key string) (storedUser, error)
	byAlias(ctx context.Context, q querier, p *userpool.UserPool, a userpool.Alias) (storedUser, error)
	bySub(ctx context.Context, q querier, p *userpool.UserPool, sub string) (storedUser, error)
	// addUser adds a user. It reports false when the name is taken; then the
	// transaction must be undone.
	addUser(ctx context.Context, tx *transaction, p *userpool.UserPool, u *userpool.User) (added bool, err error)
	// writeUser writes a user whose key stays, and removeUser removes one. They return
	// errConflict when it is not there.
	writeUser(ctx context.Context, tx *transaction, p *userpool.UserPool, u *userpool.User) error
	removeUser(ctx context.Context, tx *transaction, p *userpool.UserPool, key string) error
	// usersIn returns up to limit users of a range, in its order, and tieBreaker the
	// column that orders those that have the same in the range's column.
	usersIn(ctx context.Context, p *userpool.UserPool, r userRange, limit int) ([]storedUser, error)
	tieBreaker(column string) string
	// clearUsers removes all users of a pool, with their aliases.
	clearUsers(ctx context.Context, tx *transaction, poolNo int64) error
}

// Users is the store of users.
type Users struct {
	*database
	tables userTables
}

// CreateUser adds a user. The username comes before the aliases: a user who is
// there already is just that, whichever user has the alias.
func (s *Users) CreateUser(ctx context.Context, p *userpool.UserPool, u *userpool.User, takeAliases bool) error {
	return s.change(ctx, func(tx *transaction) error {
		added, err := s.tables.addUser(ctx, tx, p, u)
		if err != nil {
			return err
		}
		if !added {
			return userExists()
		}
		key := p.UsernameKey(u.Username)
		for _, a := range storedAliases(p, u) {
			if err := s.claimAlias(ctx, tx, p, a, key, takeAliases); err != nil {
				return err
			}
		}
		return countUsers(ctx, tx, p, 1)
	})
}

// User returns the user of that name: a username, an alias or a sub.
func (s *Users) User(ctx context.Context, p *userpool.UserPool, name string) (*userpool.User, error) {
	u, err := look(ctx, s.database, func(q querier) (storedUser, error) { return s.findUser(ctx, q, p, name) })
	if err != nil {
		return nil, err
	}
	return u.User, nil
}

// findUser tries what the name may be, one after the other.
func (s *Users) findUser(ctx context.Context, q querier, p *userpool.UserPool, name string) (storedUser, error) {
	u, err := s.tables.byKey(ctx, q, p, p.UsernameKey(name))
	for _, a := range p.LoginAliases(name) {
		if !errors.Is(err, sql.ErrNoRows) {
			return u, err
		}
		u, err = s.userByAlias(ctx, q, p, a)
	}
	if errors.Is(err, sql.ErrNoRows) {
		u, err = s.tables.bySub(ctx, q, p, strings.ToLower(name))
	}
	if errors.Is(err, sql.ErrNoRows) {
		return u, noUser()
	}
	return u, err
}

// findToWrite finds a user of a pool that is still there.
func (s *Users) findToWrite(ctx context.Context, tx *transaction, p *userpool.UserPool, name string) (storedUser, error) {
	u, err := s.findUser(ctx, tx, p, name)
	if err == nil || userpool.KindOf(err) == userpool.UserNotFound {
		if gone := stillThere(ctx, tx, p); gone != nil {
			return u, gone
		}
	}
	return u, err
}

// UpdateUser changes a user by a function.
func (s *Users) UpdateUser(ctx context.Context, p *userpool.UserPool, name string, update func(*userpool.User) error) (*userpool.User, error) {
	var u storedUser
	err := s.change(ctx, func(tx *transaction) (err error) {
		if u, err = s.findToWrite(ctx, tx, p, name); err != nil {
			return err
		}
		before, held := *u.User, storedAliases(p, u.User)
		if err := update(u.User); err != nil {
			return err
		}
		if u.PoolID != before.PoolID || u.Username != before.Username || u.Sub != before.Sub {
			return errors.New("sqlstore: an update would make a user another one")
		}
		if err := s.tables.writeUser(ctx, tx, p, u.User); err != nil {
			return err
		}
		return s.moveAliases(ctx, tx, p, u.key, held, storedAliases(p, u.User))
	})
	if err != nil {
		return nil, err
	}
	return u.User, nil
}

// keyLast moves the two values of a row's key to the end, where an update
// has them.
func keyLast(values []any) []any {
	return append(append(make([]any, 0, len(values)), values[2:]...), values[:2]...)
}

// DeleteUser removes a user.
func (s *Users) DeleteUser(ctx context.Context, p *userpool.UserPool, name string) error {
	return s.change(ctx, func(tx *transaction) error {
		u, err := s.findToWrite(ctx, tx, p, name)
		if err != nil {
			return err
		}
		if err := s.moveAliases(ctx, tx, p, u.key, storedAliases(p, u.User), nil); err != nil {
			return err
		}
		if err := s.tables.removeUser(ctx, tx, p, u.key); err != nil {
			return err
		}
		return countUsers(ctx, tx, p, -1)
	})
}
