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
	User   string `json:"u"` // user_key
}

// ListUsers returns a page of users.
func (s *Store) ListUsers(ctx context.Context, p *userpool.UserPool, q userpool.UserQuery) ([]*userpool.User, string, error) {
	if q.Limit < 1 {
		return nil, "", fmt.Errorf("sqlstore: a page of %d users", q.Limit)
	}
	after, err := parsePlace(q)
	if err != nil {
		return nil, "", err
	}
	query, args, column := userQuery(p, q.Filter, after)
	// One more than asked for tells whether there is another page.
	rows, err := list(ctx, s, scanUser, query, append(args, q.Limit+1)...)
	if err != nil {
		return nil, "", err
	}
	next := ""
	if len(rows) > q.Limit {
		rows = rows[:q.Limit]
		last := rows[len(rows)-1]
		next = place{filterName(q.Filter), columnValue(last, column), last.key}.token()
	}
	users := make([]*userpool.User, len(rows))
	for i := range rows {
		users[i] = rows[i].User
	}
	return users, next, nil
}

// userQuery returns the query for a page, without its last argument, the
// limit. Each is one range of one index.
func userQuery(p *userpool.UserPool, f userpool.Filter, after place) (query string, args []any, column string) {
	switch f.Attribute {
	case "":
		return selectUser + " WHERE pool_id = $1 AND user_key > $2 ORDER BY user_key LIMIT $3", []any{p.ID, after.User}, "user_key"
	case "status":
		enabled := "enabled = 1"
		if f.Value == "Disabled" {
			enabled = "enabled = 0"
		}
		return selectUser + " WHERE pool_id = $1 AND user_key > $2 AND " + enabled + " ORDER BY user_key LIMIT $3", []any{p.ID, after.User}, "user_key"
	}
	column, value := lookup(p, f)
	// behind is the place after which the page begins: where values are
	// unique, the value alone says it, and the index has the order.
	behind, order, at := "("+column+", user_key) > ($3, $4)", column+", user_key", []any{after.Key, after.User}
	if column == "sub" || column == "user_key" {
		behind, order, at = column+" > $3", column, []any{after.Key}
	} else if !f.Prefix {
		behind, order, at = "user_key > $3", "user_key", []any{after.User}
	}
	query = selectUser + " WHERE pool_id = $1 AND " + column
	args = append([]any{p.ID, value}, at...)
	if !f.Prefix {
		query += " = $2 AND " + behind
	} else {
		args[1] = max(value, after.Key)
		query += " >= $2 AND " + behind
		if end := endOfPrefix(value); end != "" {
			args = append(args, end)
			query += fmt.Sprintf(" AND %s < $%d", column, len(args))
		}
	}
	return query + fmt.Sprintf(" ORDER BY %s LIMIT $%d", order, len(args)+1), args, column
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
