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

// firstOf finds the first users of a range among many that come in no order.
type firstOf struct {
	r     userRange
	limit int
	found []valued // in the range's order
}

// valued is a user's number, and what the user has in what a range is in the order of.
type valued struct {
	value string
	no    int64
}

// add takes a user, which may come twice, if it is one of the first so far.
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

// selectRows reads rows as they are: what filters look for is in the attributes.
const selectRows = "SELECT user_id, status, attributes FROM users WHERE user_id > $1 AND user_id <= $2 ORDER BY user_id"

// rawUser is a row as selectRows reads it. Its attributes are there until the next row is read.
type rawUser struct {
	no, status int64
	attributes []byte
}

// eachRow reads the rows of users as they are.
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

// lookupNamed are the lookups by number and by name: an attribute may be kept by its name.
var lookupNumbers, lookupNames = func() (byNumber [userrow.MostColumns + 1]bool, byName map[string]int) {
	byName = map[string]int{}
	for _, l := range lookups {
		byNumber[l.number], byName[l.name] = true, l.number
	}
	return byNumber, byName
}()

// eachLookup calls visit with what the user is to have in user_lookups, but for its status.
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

// scan looks at all users of a pool that are not indexed.
func (f *firstOf) scan(ctx context.Context, q querier, p *userpool.UserPool, deferred numbers) error {
	return eachRow(ctx, q, p.Number, deferred, func(u rawUser) error {
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
