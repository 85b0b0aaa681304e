package sqlstore

import (
	"cmp"
	"context"
	"database/sql"
	"slices"
	"strings"

	"poolhouse/internal/userpool"
	"poolhouse/internal/userrow"
)

// firstOf finds the first users of a range among many unsorted ones.
type firstOf struct {
	r     userRange
	limit int
	found []valued // in the range's order
}

// valued is a user's number, and its value in the range's sort order.
type valued struct {
	value string
	no    int64
}

// add adds a user if it is among the first so far. A user may be added twice.
func (f *firstOf) add(value string, no int64) {
	if !f.r.has(value) || !f.r.isAfter(value, no) {
		return
	}
	u := valued{value, no}
	at, twice := slices.BinarySearchFunc(f.found, u, func(a, b valued) int {
		return cmp.Or(strings.Compare(a.value, b.value), cmp.Compare(a.no, b.no))
	})
	if twice || at == f.limit {
		return
	}
	f.found = slices.Insert(f.found, at, u)
	f.found = f.found[:min(f.limit, len(f.found))]
}

// selectRows reads rows without decoding: the lookups are in the attributes.
const selectRows = "SELECT user_id, status, attributes FROM users WHERE user_id > $1 AND user_id <= $2 ORDER BY user_id"

// rawUser is a row of selectRows. Its attributes are valid until the next row is read.
type rawUser struct {
	no, status int64
	attributes []byte
}

// eachRow reads the raw rows of users.
func eachRow(ctx context.Context, q querier, poolNo int64, n numbers, visit func(rawUser) error) error {
	rows, err := q.QueryContext(ctx, selectRows, userID(poolNo, n.after), userID(poolNo, n.through))
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var u rawUser
		var attributes sql.RawBytes
		if err := rows.Scan(&u.no, &u.status, &attributes); err != nil {
			return err
		}
		u.no, u.attributes = u.no&userNoOf, attributes
		if err := visit(u); err != nil {
			return err
		}
	}
	return rows.Err()
}

// lookupNumbers and lookupNames are the lookups by number and by name: an attribute may be stored
// by its name.
var lookupNumbers, lookupNames = func() (byNumber [userrow.MaxColumns + 1]bool, byName map[string]int) {
	byName = map[string]int{}
	for _, l := range lookups {
		byNumber[l.number], byName[l.name] = true, l.number
	}
	return byNumber, byName
}()

// eachLookup calls visit with the user's entries of user_lookups, except for the status.
func (u rawUser) eachLookup(visit func(attribute int, value string)) error {
	return userrow.Each(u.attributes, nil, func(number uint64, name, value string) {
		if number == 0 {
			number = uint64(lookupNames[name])
		}
		if number > 0 && number < uint64(len(lookupNumbers)) && lookupNumbers[number] && value != "" {
			visit(int(number), lookupKey(value))
		}
	})
}

// scan adds all unindexed users of a pool.
func (f *firstOf) scan(ctx context.Context, q querier, p *userpool.UserPool, unindexed numbers) error {
	return eachRow(ctx, q, p.Number, unindexed, func(u rawUser) error {
		if f.r.order == byStatus {
			f.add(statusText(int(u.status)), u.no)
			return nil
		}
		return u.eachLookup(func(attribute int, value string) {
			if attribute == f.r.lookup.number {
				f.add(value, u.no)
			}
		})
	})
}
