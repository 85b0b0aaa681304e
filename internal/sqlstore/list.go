package sqlstore

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"poolhouse/internal/userpool"
	"poolhouse/internal/userrow"
)

// place is the end of a page of users.
type place struct {
	Filter string `json:"f"`           // the page's filter, shortened
	Value  string `json:"v,omitempty"` // the last user's value in the sort order; "" if the order is by number alone
	User   int64  `json:"n"`           // the last user's number
}

// ListUsers returns a page of users.
func (s *Users) ListUsers(ctx context.Context, p *userpool.UserPool, q userpool.UserQuery) ([]*userpool.User, string, error) {
	if q.Limit < 1 {
		return nil, "", fmt.Errorf("sqlstore: a page of %d users", q.Limit)
	}
	r, err := rangeOf(p, q)
	if err != nil || r.empty {
		return nil, "", err
	}
	// One user more than requested shows whether there is another page.
	rows, p, err := withSchema(ctx, s.pools, reader{s.read}, p, func(p *userpool.UserPool) ([]storedUser, error) {
		return s.tables.usersIn(ctx, p, r, q.Limit+1)
	})
	if err != nil {
		return nil, "", err
	}
	next := ""
	if len(rows) > q.Limit {
		rows = rows[:q.Limit]
		last := rows[len(rows)-1]
		next = place{filterName(q.Filter), r.valueOf(p, last.User), last.no}.token()
	}
	users := make([]*userpool.User, len(rows))
	for i := range rows {
		users[i] = rows[i].User
	}
	return users, next, nil
}

// order is the sort order of a range of users: by number, or by a value with the number as the
// tie-breaker.
type order int

const (
	byNumber order = iota
	byName         // the username's key
	bySub
	byStatus
	byAttribute // folded to lower case
)

// userRange is a sorted range of users, after a place. Values are texts. A status is its number in
// three digits, so that the texts sort like the numbers.
type userRange struct {
	order           order
	lookup          lookup // used by byAttribute
	empty           bool   // no user can be in the range
	exact           bool   // the only value is least; otherwise
	least, greatest string // the range is least <= value <= greatest; "" means no bound
	before          string // value < before; "" means no bound
	enabled         enabled
	after           *place // nil at the beginning
}

// enabled selects users by whether they are enabled.
type enabled int

const (
	whicheverEnabled enabled = iota
	onlyEnabled
	onlyDisabled
)

// rangeOf returns the range of a query.
func rangeOf(p *userpool.UserPool, q userpool.UserQuery) (userRange, error) {
	r := filterRange(p, q.Filter)
	if q.After == "" {
		return r, nil
	}
	after, err := parsePlace(q)
	if err == nil && r.order != byNumber && !r.has(after.Value) {
		err = errPlace
	}
	// Names and subs are unique: such a value has no second page.
	r.empty = r.empty || r.exact && (r.order == byName || r.order == bySub)
	r.after = &after
	return r, err
}

// filterRange returns the range of a filter.
func filterRange(p *userpool.UserPool, f userpool.Filter) (r userRange) {
	prefixed := func(value string) {
		if r.least, r.exact = value, !f.Prefix; f.Prefix {
			r.before = endOfPrefix(value)
		}
	}
	switch f.Attribute {
	case "":
	case "status":
		if r.enabled = onlyEnabled; f.Value == "Disabled" {
			r.enabled = onlyDisabled
		}
	case "username":
		r.order = byName
		prefixed(p.UsernameKey(f.Value))
	case "sub":
		r.order = bySub
		least, greatest, ok := userrow.SubRange(f.Value)
		r.least, r.greatest = least.String(), greatest.String()
		if _, whole := userrow.ParseSub(f.Value); !f.Prefix {
			r.exact, ok = true, whole
		}
		r.empty = !ok
	case "cognito:user_status":
		r.order = byStatus
		r.statuses(strings.ToUpper(f.Value), f.Prefix)
	default:
		r.order = byAttribute
		for _, l := range lookups {
			if l.name == f.Attribute {
				r.lookup = l
			}
		}
		if r.lookup.number == 0 {
			panic("sqlstore: a filter by an attribute that is no filter attribute: " + f.Attribute)
		}
		prefixed(userpool.Fold(f.Value))
	}
	return r
}

// statuses limits the range to one status, or to those that begin with a prefix.
func (r *userRange) statuses(text string, prefix bool) {
	if !prefix {
		number, err := userrow.StatusNumber(userpool.UserStatus(text))
		r.exact, r.least, r.empty = true, statusText(number), err != nil
		return
	}
	least, greatest, ok := userrow.StatusRange(text)
	r.least, r.greatest, r.empty = statusText(least), statusText(greatest), !ok
}

func statusText(number int) string { return fmt.Sprintf("%03d", number) }

// statusNumber returns the column's value for a status in a range.
func statusNumber(text string) any {
	number, _ := strconv.Atoi(text)
	return int64(number)
}

// has reports whether a value is in the range.
func (r userRange) has(value string) bool {
	if r.exact {
		return value == r.least
	}
	return value >= r.least && (r.greatest == "" || value <= r.greatest) && (r.before == "" || value < r.before)
}

// isAfter reports whether a user's value and number come after the range's place.
func (r userRange) isAfter(value string, no int64) bool {
	return r.after == nil || value > r.after.Value || value == r.after.Value && no > r.after.User
}

// valueOf returns a user's value in the range's sort order.
func (r userRange) valueOf(p *userpool.UserPool, u *userpool.User) string {
	switch r.order {
	case byName:
		return p.UsernameKey(u.Username)
	case bySub:
		return u.Sub
	case byStatus:
		number, _ := userrow.StatusNumber(u.Status) // cannot fail: the status was read from the database
		return statusText(number)
	case byAttribute:
		return lookupKey(u.Attributes.Get(r.lookup.name))
	}
	return ""
}

// source is the SQL of a range: the tables and columns to read users from.
type source struct {
	columns string
	from    string           // tables that together have the columns
	where   string           // conditions with parameters
	args    []any            // values of the parameters
	value   string           // the column with the range's values; "" for none
	arg     func(string) any // converts a value of the range to the column's
	unique  bool             // no two users have the same value
	no      string           // the column with the users' numbers
	noArg   func(int64) any  // converts a number to the column's value
}

// query returns the SQL that reads up to limit users of the range from the source. It is one range
// of one index.
func (r userRange) query(from source, limit int) (query string, args []any) {
	args = append(args, from.args...)
	arg := func(v any) string {
		args = append(args, v)
		return fmt.Sprintf("$%d", len(args))
	}
	query = "SELECT " + from.columns + " FROM " + from.from + " WHERE " + from.where
	order := from.value + ", " + from.no
	switch {
	case from.value == "" || r.exact && !from.unique:
		if order = from.no; from.value != "" {
			query += " AND " + from.value + " = " + arg(from.arg(r.least))
		}
		after := int64(0)
		if r.after != nil {
			after = r.after.User
		}
		query += " AND " + from.no + " > " + arg(from.noArg(after))
	case r.exact:
		order = from.value
		query += " AND " + from.value + " = " + arg(from.arg(r.least))
	default:
		if from.unique { // the value alone defines the order
			order = from.value
		}
		query += " AND " + r.begin(from, arg) + r.end(from, arg)
	}
	return query + " ORDER BY " + order + " LIMIT " + arg(int64(limit)), args
}

// begin returns the lower bound of a range: its first value, or the place after which it begins. It
// is one bound, never both: PostgreSQL may use either of two for the index.
func (r userRange) begin(from source, arg func(any) string) string {
	switch {
	case r.after == nil:
		return from.value + " >= " + arg(from.arg(r.least))
	case from.unique:
		return from.value + " > " + arg(from.arg(r.after.Value))
	}
	return "(" + from.value + ", " + from.no + ") > (" + arg(from.arg(r.after.Value)) + ", " + arg(from.noArg(r.after.User)) + ")"
}

func (r userRange) end(from source, arg func(any) string) string {
	switch {
	case r.greatest != "":
		return " AND " + from.value + " <= " + arg(from.arg(r.greatest))
	case r.before != "":
		return " AND " + from.value + " < " + arg(from.arg(r.before))
	}
	return ""
}

// endOfPrefix returns the first string after all strings with the prefix, "" if there is none.
func endOfPrefix(prefix string) string {
	for prefix != "" {
		r, size := utf8.DecodeLastRuneInString(prefix)
		prefix = prefix[:len(prefix)-size]
		switch {
		case r == 0xD7FF: // surrogates are not characters
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
		panic(err) // cannot fail for strings and numbers
	}
	return base64.RawURLEncoding.EncodeToString(data)
}

var errPlace = userpool.Errorf(userpool.InvalidParameter, "Invalid pagination token given: it must be from a request with the same filter.")

func parsePlace(q userpool.UserQuery) (p place, err error) {
	data, err := base64.RawURLEncoding.DecodeString(q.After)
	if err == nil {
		err = json.Unmarshal(data, &p)
	}
	// PostgreSQL rejects NUL characters in a query's values.
	if err != nil || p.Filter != filterName(q.Filter) || p.User < 1 || p.User > maxUserNo || strings.ContainsRune(p.Value, 0) {
		return p, errPlace
	}
	return p, nil
}

func filterName(f userpool.Filter) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%s %v %s", f.Attribute, f.Prefix, f.Value))
	return base64.RawURLEncoding.EncodeToString(sum[:6])
}
