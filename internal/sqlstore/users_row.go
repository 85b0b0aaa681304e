package sqlstore

import (
	"errors"
	"fmt"
	"sync"

	"poolhouse/internal/iam"
	"poolhouse/internal/userpool"
	"poolhouse/internal/userrow"
)

// storedUser is a user with its number.
type storedUser struct {
	*userpool.User
	no int64
}

// lookup is an attribute that filters can use.
type lookup struct {
	name   string
	number int // number of the stored attribute
}

var lookups = newLookups("email", "phone_number", "name", "given_name", "family_name", "preferred_username")

func newLookups(names ...string) (list []lookup) {
	for _, name := range names {
		list = append(list, lookup{name, numberOf(name)})
	}
	return list
}

// numberOf returns a standard attribute's number.
func numberOf(name string) int {
	number, _ := userpool.SchemaAttribute{Name: name}.StoredNumber()
	return number
}

// rowForm is the part of a user's table row that both databases share.
type rowForm struct {
	sub                  userrow.Sub
	status               int64
	created              int64
	modified, credential any // modified is NULL if it equals created, credential is NULL without a password
	factors              any // NULL if there are none
	attributes           []byte
}

// coder converts the users of a pool to table rows and back.
type coder struct {
	pool  *userpool.UserPool
	names *userrow.Names
	// box and factors seal credentials and second factors; they are nil without a key.
	box, factors *iam.Box
}

var errBadSub = errors.New("sqlstore: the sub of a user must be a UUID: 32 lower-case hexadecimal digits and four hyphens")

// form returns a user's table row. The attributes are appended to room, which is reused.
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
	if u.Factors != (userpool.Factors{}) {
		if c.factors == nil {
			return f, errNoKey()
		}
		f.factors = c.factors.Seal(string(sub[:]), userrow.AppendFactors(nil, u.Factors))
	}
	f.attributes = c.names.Append(room, u.Attributes, columns)
	return f, nil
}

// user completes a user from its table row.
func (c coder) user(u *userpool.User, r keptRow, columns *userrow.Columns) (err error) {
	u.PoolID = c.pool.ID
	if u.Status, err = userrow.Status(int(r.status)); err != nil {
		return err
	}
	u.Created, u.Modified = instant(r.created), instant(r.created)
	if r.modified != nil {
		u.Modified = instant(*r.modified)
	}
	if u.Credential, err = unsealed(c.box, u.Sub, r.credential, userrow.Credential); err != nil {
		return fmt.Errorf("the credential of the user %s of user pool %s: %w", u.Sub, c.pool.ID, err)
	}
	if u.Factors, err = unsealed(c.factors, u.Sub, r.factors, userrow.Factors); err != nil {
		return fmt.Errorf("the second factors of the user %s of user pool %s: %w", u.Sub, c.pool.ID, err)
	}
	u.Attributes, err = c.names.Attributes(r.attributes, columns)
	return err
}

// keptRow is the shared part of a user's table row as it is read.
type keptRow struct {
	status, created                 int64
	modified                        *int64
	attributes, credential, factors []byte
}

// unsealed opens a sealed value of the user with the sub, and returns the zero value if there is
// none.
func unsealed[T any](box *iam.Box, text string, sealed []byte, read func([]byte) (T, error)) (none T, err error) {
	if len(sealed) == 0 {
		return none, nil
	}
	sub, ok := userrow.ParseSub(text)
	switch {
	case !ok:
		return none, errBadSub
	case box == nil:
		return none, errors.New("it is sealed, and this server has no key to open it")
	}
	data, err := box.Open(string(sub[:]), sealed)
	if err != nil {
		return none, err
	}
	return read(data)
}

// coders caches the coder of each pool until its schema changes.
type coders struct {
	vault  *vault
	mu     sync.RWMutex
	byPool map[int64]coder
}

// coderOf returns a pool's coder.
func (c *coders) coderOf(p *userpool.UserPool) coder {
	c.mu.RLock()
	kept := c.byPool[p.Number]
	c.mu.RUnlock()
	if kept.names == nil || !kept.names.Match(p.Schema) {
		kept.names = userrow.NewNames(p.Schema)
		kept.box, kept.factors = c.vault.userBox(p.Number, iam.Credentials), c.vault.userBox(p.Number, iam.Factors)
		c.keep(p.Number, kept)
	}
	kept.pool = p
	return kept
}

func (c *coders) keep(poolNo int64, kept coder) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.byPool == nil || len(c.byPool) >= maxDecoded {
		c.byPool = map[int64]coder{} // starting over is simple and rare
	}
	c.byPool[poolNo] = kept
}

// poolColumns are the columns of selectPool, with p as the name of the pool.
const poolColumns = "p.pool_no, p.pool_id, (SELECT c.user_count FROM user_pool_counters c WHERE c.pool_no = p.pool_no), p.doc, p.log_group"

// joinedRow is a row that begins with the columns of a pool or of a job. The remaining columns go
// to rest.
type joinedRow struct {
	row  scanner
	rest []any
}

func (j joinedRow) Scan(dest ...any) error { return j.row.Scan(append(dest, j.rest...)...) }
