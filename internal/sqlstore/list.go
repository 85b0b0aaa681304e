package sqlstore

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strings"
	"unicode/utf8"

	"poolhouse/internal/userpool"
)

// place is where a page of users ended.
type place struct {
	Filter string `json:"f"` // what the page was filtered by, in short
	Key    string `json:"k"` // of the column that the page is sorted by
	User   string `json:"u"` // of the column that tells users with the same key apart
}

// ListUsers returns a page of users.
func (s *Users) ListUsers(ctx context.Context, p *userpool.UserPool, q userpool.UserQuery) ([]*userpool.User, string, error) {
	if q.Limit < 1 {
		return nil, "", fmt.Errorf("sqlstore: a page of %d users", q.Limit)
	}
	after, err := parsePlace(q)
	if err != nil {
		return nil, "", err
	}
	r := rangeOf(p, q.Filter, after)
	// One more than asked for tells whether there is another page.
	rows, err := s.tables.usersIn(ctx, p, r, q.Limit+1)
	if err != nil {
		return nil, "", err
	}
	next := ""
	if len(rows) > q.Limit {
		rows = rows[:q.Limit]
		last := rows[len(rows)-1]
		next = place{filterName(q.Filter), columnValue(last, r.column), columnValue(last, s.tables.tieBreaker(r.column))}.token()
	}
	users := make([]*userpool.User, len(rows))
	for i := range rows {
		users[i] = rows[i].User
	}
	return users, next, nil
}

// userRange is users in the order of a column, behind a place.
type userRange struct {
	column string // user_key, sub, status or that of a lookup
	any    bool   // whatever the column has; else
	value  string // what it has,
	prefix bool   // or what that begins with
	where  string // what else the users have
	after  place
}

const whereDisabled = " AND enabled = 0"

// rangeOf returns what a filter asks for.
func rangeOf(p *userpool.UserPool, f userpool.Filter, after place) userRange {
	r := userRange{column: "user_key", any: true, after: after}
	switch {
	case f.Attribute == "status" && f.Value == "Disabled":
		r.where = whereDisabled
	case f.Attribute == "status":
		r.where = " AND enabled = 1"
	case f.Attribute != "":
		r.any, r.prefix = false, f.Prefix
		r.column, r.value = lookup(p, f)
	}
	return r
}

// source is where the users of a range are looked for.
type source struct {
	from       string // tables that together have the columns of users
	where      string // conditions, the first of which is that $1 is the pool
	column     string // that holds the range's values
	tieBreaker string // the column by which users of the same value are ordered
}

// query returns the text that takes up to limit users of the range from the
// source. It is one range of one index.
func (r userRange) query(p *userpool.UserPool, from source, limit int) (query string, args []any) {
	args = []any{p.Number}
	arg := func(v any) string {
		args = append(args, v)
		return fmt.Sprintf("$%d", len(args))
	}
	query = "SELECT " + readColumns + " FROM " + from.from + " WHERE " + from.where + r.where
	order := from.column + ", " + from.tieBreaker
	switch unique := r.column == "sub" || r.column == "user_key"; {
	case r.any:
		query += " AND user_key > " + arg(r.after.User)
		order = "user_key"
	case r.prefix:
		query += " AND " + r.begin(from, unique, arg)
		if end := endOfPrefix(r.value); end != "" {
			query += " AND " + from.column + " < " + arg(end)
		}
		if unique { // the value alone is the order
			order = from.column
		}
	case unique:
		query += " AND " + from.column + " = " + arg(r.value) + " AND " + from.column + " > " + arg(r.after.Key)
		order = from.column
	default:
		query += " AND " + from.column + " = " + arg(r.value) + " AND " + from.tieBreaker + " > " + arg(r.after.User)
		order = from.tieBreaker
	}
	return query + " ORDER BY " + order + " LIMIT " + arg(int64(limit)), args
}

// begin is where a range of a prefix begins: at its first value or behind a
// place. It is one bound and not both: PostgreSQL goes by either.
func (r userRange) begin(from source, unique bool, arg func(any) string) string {
	switch {
	case r.after == (place{}) || r.after.Key < r.value:
		return from.column + " >= " + arg(r.value)
	case unique:
		return from.column + " > " + arg(r.after.Key)
	}
	return "(" + from.column + ", " + from.tieBreaker + ") > (" + arg(r.after.Key) + ", " + arg(r.after.User) + ")"
}

// lookup returns the column in which a filter looks, and for what.
func lookup(p *userpool.UserPool, f userpool.Filter) (column, value string) {
	switch f.Attribute {
	case "username":
		return "user_key", p.UsernameKey(f.Value)
	case "sub":
		return "sub", f.Value
	case "cognito:user_status":
		return "status", strings.ToUpper(f.Value)
	}
	for _, name := range lookups {
		if name == f.Attribute {
			return name + "_key", userpool.Fold(f.Value)
		}
	}
	panic("sqlstore: a filter by an attribute that is no filter attribute: " + f.Attribute)
}

// columnValue returns what the user has in the column.
func columnValue(u storedUser, column string) string {
	switch column {
	case "user_key":
		return u.key
	case "sub":
		return u.Sub
	case "status":
		return string(u.Status)
	}
	return lookupKey(u.Attributes.Get(strings.TrimSuffix(column, "_key")))
}

// endOfPrefix returns the first string after all that begin with the prefix,
// "" when there is no such string.
func endOfPrefix(prefix string) string {
	for prefix != "" {
		r, size := utf8.DecodeLastRuneInString(prefix)
		prefix = prefix[:len(prefix)-size]
		switch {
		case r == 0xD7FF: // the surrogates are no characters
			return prefix + "\uE000"
		case r < utf8.MaxRune:
			return prefix + string(r+1)
		}
	}
	return ""
}

func (p place) token() string {
	data, err := json.Marshal(p)
	if err != nil {
		panic(err) // strings
	}
	return base64.RawURLEncoding.EncodeToString(data)
}

func parsePlace(q userpool.UserQuery) (place, error) {
	var p place
	if q.After == "" {
		return p, nil
	}
	data, err := base64.RawURLEncoding.DecodeString(q.After)
	if err == nil {
		err = json.Unmarshal(data, &p)
	}
	// Not every database takes a NUL character in a query.
	if err != nil || p.Filter != filterName(q.Filter) || strings.ContainsRune(p.Key+p.User, 0) {
		return p, userpool.Errorf(userpool.InvalidParameter, "Invalid pagination token given: it is not one that this request's filter led to.")
	}
	return p, nil
}

func filterName(f userpool.Filter) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%s %v %s", f.Attribute, f.Prefix, f.Value))
	return base64.RawURLEncoding.EncodeToString(sum[:6])
}
