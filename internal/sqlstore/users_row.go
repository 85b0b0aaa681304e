package sqlstore

import (
	"errors"
	"fmt"
	"sync"

	"poolhouse/internal/iam"
	"poolhouse/internal/userpool"
	"poolhouse/internal/userrow"
)

// storedUser is a user with its number in the pool.
type storedUser struct {
	*userpool.User
	no int64
}

// lookup is an attribute that filters look for.
type lookup struct {
	name   string
	number int // as users are kept
}

var lookups = newLookups("email", "phone_number", "name", "given_name", "family_name", "preferred_username")

func newLookups(names ...string) (list []lookup) {
	for _, name := range names {
		list = append(list, lookup{name, numberOf(name)})
	}
	return list
}

// numberOf returns the number of a standard attribute.
func numberOf(name string) int {
	number, _ := userpool.SchemaAttribute{Name: name}.StoredNumber()
	return number
}

// rowForm is what the rows of both databases hold in the same form.
type rowForm struct {
	sub                  userrow.Sub
	status               int64
	created              int64
	modified, credential any // NULL where it is created, and where there is no password
	attributes           []byte
}

// coder turns the users of a pool into rows and back.
type coder struct {
	pool  *userpool.UserPool
	names *userrow.Names
	box   *iam.Box // of credentials; nil where there is no key
}

var errBadSub = errors.New("sqlstore: the sub of a user must be a UUID: 32 digits, of which letters are small, and four hyphens")

// form returns what a user's row holds. The attributes are appended to a text, whose
// room is used again.
func (c coder) form(u *userpool.User, columns *userrow.Columns, room []byte) (f rowForm, err error) {
	status, err := userrow.StatusNumber(u.Status)
	if err != nil {
		return f, err
	}
	sub, ok := userrow.ParseSub(u.Sub)
	if !ok {
		return f, errBadSub
	}
	f = rowForm{sub: sub, status: int64(status), created: millis(u.Created)}
	if modified := millis(u.Modified); modified != f.created {
		f.modified = modified
	}
	if u.Credential != (userpool.Credential{}) {
		if c.box == nil {
			return f, errNoKey()
		}
		f.credential = c.box.Seal(string(sub[:]), userrow.AppendCredential(nil, u.Credential))
	}
	f.attributes = c.names.Append(room, u.Attributes, columns)
	return f, nil
}

// user completes a user by what its row holds in the form of both databases.
func (c coder) user(u *userpool.User, status int64, modified *int64, created int64, attributes, credential []byte, columns *userrow.Columns) (err error) {
	u.PoolID = c.pool.ID
	if u.Status, err = userrow.Status(int(status)); err != nil {
		return err
	}
	u.Created, u.Modified = instant(created), instant(created)
	if modified != nil {
		u.Modified = instant(*modified)
	}
	if len(credential) > 0 {
		if u.Credential, err = c.credential(u.Sub, credential); err != nil {
			return fmt.Errorf("the credential of the user %s of user pool %s: %w", u.Sub, c.pool.ID, err)
		}
	}
	u.Attributes, err = c.names.Attributes(attributes, columns)
	return err
}

// credential opens the credential of the user that has the sub.
func (c coder) credential(text string, sealed []byte) (userpool.Credential, error) {
	sub, ok := userrow.ParseSub(text)
	switch {
	case !ok:
		return userpool.Credential{}, errBadSub
	case c.box == nil:
		return userpool.Credential{}, errors.New("it is sealed, and this server has no key to open it")
	}
	data, err := c.box.Open(string(sub[:]), sealed)
	if err != nil {
		return userpool.Credential{}, err
	}
	return userrow.Credential(data)
}

// coders keeps the coder of each pool, as long as its schema stays.
type coders struct {
	vault  *vault
	mu     sync.RWMutex
	byPool map[int64]coder
}

// of returns a pool's coder.
func (c *coders) of(p *userpool.UserPool) coder {
	c.mu.RLock()
	kept := c.byPool[p.Number]
	c.mu.RUnlock()
	if kept.names == nil || !kept.names.Are(p.Schema) {
		kept.names = userrow.NewNames(p.Schema)
		kept.box = c.vault.ofUsers(p.Number)
		c.keep(p.Number, kept)
	}
	kept.pool = p
	return kept
}

func (c *coders) keep(poolNo int64, kept coder) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.byPool == nil || len(c.byPool) >= maxDecoded {
		c.byPool = map[int64]coder{} // to begin anew is simple, and seldom
	}
	c.byPool[poolNo] = kept
}

// poolColumns are the columns of selectPool where the pool is p.
const poolColumns = "p.pool_no, p.pool_id, (SELECT c.user_count FROM user_pool_counters c WHERE c.pool_no = p.pool_no), p.doc, p.log_group"

// joinedRow is a row that begins with the columns of a pool, or of a job. What follows them
// goes to rest.
type joinedRow struct {
	row  scanner
	rest []any
}

func (j joinedRow) Scan(dest ...any) error { return j.row.Scan(append(dest, j.rest...)...) }
