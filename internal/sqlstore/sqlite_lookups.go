package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"

	"poolhouse/internal/userpool"
	"poolhouse/internal/userrow"
)

// On SQLite, the table user_lookups is the index for filters, in the order in which they read it. A
// write of one user updates it. A batch of an import defers that: it records its users as unindexed
// in unindexed_users, and IndexUsers adds their entries later. Until then, filters read both the
// index and the unindexed users.

// statusLookup is the number of the status in user_lookups; the status is not an attribute.
const statusLookup = 0

// lookupEntry is an entry of user_lookups for a user: an attribute's number and the stored value.
type lookupEntry struct {
	attribute int
	value     any // the status' number, or a folded text
}

// entriesOf returns the user's entries of user_lookups.
func entriesOf(u *userpool.User) []lookupEntry {
	status, _ := userrow.StatusNumber(u.Status) // writing the row reports an unknown status
	entries := append(make([]lookupEntry, 0, len(lookups)+1), lookupEntry{statusLookup, int64(status)})
	for _, l := range lookups {
		if value := u.Attributes.Get(l.name); value != "" {
			entries = append(entries, lookupEntry{l.number, lookupKey(value)})
		}
	}
	return entries
}

const (
	insertLookup = "INSERT OR IGNORE INTO user_lookups (pool_no, attribute, value, user_no) VALUES ($1, $2, $3, $4)"
	deleteLookup = "DELETE FROM user_lookups WHERE pool_no = $1 AND attribute = $2 AND value = $3 AND user_no = $4"
)

// changeLookups inserts or deletes entries of a user.
func changeLookups(ctx context.Context, tx *transaction, p *userpool.UserPool, no int64, change string, entries []lookupEntry) error {
	for _, e := range entries {
		if _, err := tx.ExecContext(ctx, change, p.Number, e.attribute, e.value, no); err != nil {
			return err
		}
	}
	return nil
}

// updateLookups deletes the entries that a user no longer has, and adds the new ones. It also tells a
// running IndexUsers that the user has changed.
func (s sqliteUsers) updateLookups(ctx context.Context, tx *transaction, p *userpool.UserPool, no int64, had, wanted []lookupEntry) error {
	s.indexRuns.noteChange(p.Number, no)
	without := func(list, others []lookupEntry) []lookupEntry {
		return slices.DeleteFunc(slices.Clone(list), func(e lookupEntry) bool { return slices.Contains(others, e) })
	}
	if err := changeLookups(ctx, tx, p, no, deleteLookup, without(had, wanted)); err != nil {
		return err
	}
	return changeLookups(ctx, tx, p, no, insertLookup, without(wanted, had))
}

const (
	noteUnindexed         = "INSERT INTO unindexed_users (pool_no, after_no, through_no) VALUES ($1, $2, $3) ON CONFLICT (pool_no) DO UPDATE SET through_no = excluded.through_no"
	selectUnindexedUsers  = "SELECT after_no, through_no FROM unindexed_users WHERE pool_no = $1"
	deleteUnindexedUsers  = "DELETE FROM unindexed_users WHERE pool_no = $1 AND through_no = $2"
	advanceUnindexedUsers = "UPDATE unindexed_users SET after_no = $1 WHERE pool_no = $2 AND through_no > $3"
)

// unindexedUsers returns the range of a pool's users that may be unindexed; the zero range if all
// are indexed.
func unindexedUsers(ctx context.Context, q querier, poolNo int64) (n numbers, err error) {
	err = q.QueryRowContext(ctx, selectUnindexedUsers, poolNo).Scan(&n.after, &n.through)
	if errors.Is(err, sql.ErrNoRows) {
		return numbers{}, nil
	}
	return n, err
}

// sourceOf returns the source of a range. If the range is sorted by a lookup, the source has only
// the indexed users.
func sourceOf(p *userpool.UserPool, r userRange) source {
	number := func(no int64) any { return no }
	from := source{columns: liteUserColumns, where: "n.pool_no = $1", args: []any{p.Number}, no: "n.user_no", noArg: number}
	table, attribute := "user_lookups", statusLookup
	switch r.order {
	case byNumber:
		from.from, from.where, from.args = "users u", "u.user_id <= $1", []any{lastUserID(p.Number)}
		from.no, from.noArg = "u.user_id", func(no int64) any { return userID(p.Number, no) }
		switch r.enabled {
		case onlyEnabled:
			from.where += " AND u.enabled = 1"
		case onlyDisabled:
			from.from, from.where = "users u INDEXED BY users_disabled", from.where+" AND u.enabled = 0"
		}
		return from
	case byName:
		table, from.value, from.unique, from.arg = "user_names", "n.user_key", true, func(v string) any { return v }
	case bySub:
		table, from.value, from.unique, from.arg = "user_subs", "n.sub", true, subBytes
	case byStatus:
		from.value, from.arg = "n.value", statusNumber
	default:
		attribute, from.value, from.arg = r.lookup.number, "n.value", func(v string) any { return v }
	}
	if table == "user_lookups" {
		from.where += fmt.Sprint(" AND n.attribute = ", attribute)
	}
	from.from = table + " n CROSS JOIN users u ON u.user_id = (n.pool_no << 32) | n.user_no"
	return from
}

// subBytes returns the column's value for a sub in a range.
func subBytes(text string) any {
	sub, _ := userrow.ParseSub(text)
	return sub[:]
}

// snapshot runs reads that see the same state of the database.
func (s sqliteUsers) snapshot(ctx context.Context, read func(q querier) error) error {
	t := s.tries()
	for t.next(ctx) {
		t.err = s.trySnapshot(ctx, read)
	}
	return t.err
}

func (s sqliteUsers) trySnapshot(ctx context.Context, read func(q querier) error) error {
	tx, err := s.read.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	return read(&transaction{Tx: tx})
}

// usersIn returns users of a range, indexed and unindexed ones. See [userTables].
func (s sqliteUsers) usersIn(ctx context.Context, p *userpool.UserPool, r userRange, limit int) (users []storedUser, err error) {
	query, args := r.query(sourceOf(p, r), limit)
	if r.order != byStatus && r.order != byAttribute {
		return list(ctx, s.database, s.scan(p), query, args...)
	}
	err = s.snapshot(ctx, func(q querier) error {
		if users, err = collect(ctx, q, s.scan(p), query, args...); err != nil {
			return err
		}
		unindexed, err := unindexedUsers(ctx, q, p.Number)
		if err != nil || unindexed.through == 0 {
			return err
		}
		users, err = s.merge(ctx, q, p, r, unindexed, users, limit)
		return err
	})
	return users, err
}

// merge merges the unindexed users of a range into the indexed ones.
func (s sqliteUsers) merge(ctx context.Context, q querier, p *userpool.UserPool, r userRange, unindexed numbers, users []storedUser, limit int) ([]storedUser, error) {
	first := firstOf{r: r, limit: limit}
	known := map[int64]storedUser{}
	for _, u := range users {
		known[u.no] = u
		first.add(r.valueOf(p, u.User), u.no)
	}
	if err := first.scan(ctx, q, p, unindexed); err != nil {
		return nil, err
	}
	users = make([]storedUser, 0, len(first.found))
	for _, f := range first.found {
		u, ok := known[f.no]
		if !ok {
			var err error
			if u, err = s.byNo(ctx, q, p, f.no); err != nil {
				return nil, err
			}
		}
		users = append(users, u)
	}
	return users, nil
}
