package sqlstore

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"poolhouse/internal/importjob"
	"poolhouse/internal/storetest"
	"poolhouse/internal/usercsv"
	"poolhouse/internal/userpool"
)

// wantIndexed checks the content of user_lookups. Unless all is set, the unindexed users may be
// missing.
func wantIndexed(t *testing.T, s *Store, p *userpool.UserPool, all bool) {
	t.Helper()
	read := func(query string) []string {
		lines, err := list(t.Context(), s.database, func(row scanner) (line string, err error) {
			err = row.Scan(&line)
			return line, err
		}, query, p.Number)
		if err != nil {
			t.Fatal(err)
		}
		return lines
	}
	users, err := s.Users.tables.usersIn(t.Context(), p, userRange{}, 1e6)
	if err != nil {
		t.Fatal(err)
	}
	var should []string
	for _, u := range users {
		for _, e := range entriesOf(u.User) {
			should = append(should, fmt.Sprint(e.attribute, " ", e.value, " ", u.no))
		}
	}
	does := read("SELECT attribute || ' ' || value || ' ' || user_no FROM user_lookups WHERE pool_no = $1")
	noted := read("SELECT u.user_id & 4294967295 FROM unindexed_users n JOIN users u ON u.user_id > (n.pool_no << 32) + n.after_no AND u.user_id <= (n.pool_no << 32) + n.through_no WHERE n.pool_no = $1")
	if all && len(noted) > 0 {
		t.Errorf("%d users are noted as not indexed", len(noted))
	}
	may := map[string]bool{}
	for _, key := range noted {
		may[key] = true
	}
	has := map[string]bool{}
	for _, line := range does {
		has[line] = true
	}
	for _, line := range should {
		if !has[line] && !may[line[strings.LastIndexByte(line, ' ')+1:]] {
			t.Errorf("user_lookups lacks %q", line)
		}
		delete(has, line)
	}
	for line := range has {
		t.Errorf("user_lookups has %q", line)
	}
}

// TestIndexUsersAmongWriters imports, indexes, changes and deletes users concurrently, and
// interrupts indexing from time to time.
func TestIndexUsersAmongWriters(t *testing.T) {
	t.Parallel()
	s, p := open(t), aliasPool("busy")
	key, lease := runJob(t, s, p)
	var at usercsv.Position
	var writers sync.WaitGroup
	ctx, stop := context.WithCancel(t.Context())
	for range 2 {
		writers.Go(func() {
			for ctx.Err() == nil {
				crowdChange(t, s, p)
			}
		})
	}
	writers.Go(func() {
		for ctx.Err() == nil {
			short, cancel := context.WithTimeout(ctx, time.Duration(rand.Int64N(int64(20*time.Millisecond))))
			if err := s.IndexUsers(short, p.ID); err != nil && short.Err() == nil {
				t.Error(err)
			}
			cancel()
		}
	})
	for i := range 40 {
		_, j, err := commit(t.Context(), s, p, key, lease, crowdBatch(p, at), time.Now())
		if err != nil {
			t.Fatal(err)
		}
		if at = j.Checkpoint; i%10 == 0 {
			wantFiltersFind(t, s, p)
		}
	}
	stop()
	writers.Wait()
	wantIndexed(t, s, p, false)
	if err := s.IndexUsers(t.Context(), p.ID); err != nil {
		t.Fatal(err)
	}
	wantIndexed(t, s, p, true)
	wantSound(t, s, p)
	wantFiltersFind(t, s, p)
}

// wantFiltersFind searches for an existing user by each of its lookups.
func wantFiltersFind(t *testing.T, s *Store, p *userpool.UserPool) {
	t.Helper()
	users, _, err := s.ListUsers(t.Context(), p, userpool.UserQuery{Limit: 60})
	if err != nil || len(users) == 0 {
		t.Fatal(users, err)
	}
	u := users[rand.IntN(len(users))]
	for _, name := range lookupsByName() {
		value := u.Attributes.Get(name)
		if value == "" {
			continue
		}
		found := filtered(t, s, p, userpool.Filter{Attribute: name, Value: value}, 3)
		now, err := s.User(t.Context(), p, u.Username)
		if userpool.KindOf(err) == userpool.UserNotFound || err == nil && now.Attributes.Get(name) != value {
			continue // another goroutine was quicker
		}
		if err != nil || !slices.Contains(found, u.Username) {
			// The user must be found, unless it was changed twice meanwhile.
			if again := filtered(t, s, p, userpool.Filter{Attribute: name, Value: value}, 3); !slices.Contains(again, u.Username) {
				t.Errorf("%s = %q finds %q and not %s (%v)", name, value, found, u.Username, err)
			}
		}
	}
}

// filtered returns the names of all users that the filter finds, page by page, in order.
func filtered(t *testing.T, s *Store, p *userpool.UserPool, f userpool.Filter, page int) (names []string) {
	t.Helper()
	for after := ""; ; {
		users, next, err := s.ListUsers(t.Context(), p, userpool.UserQuery{Filter: f, After: after, Limit: page})
		if err != nil {
			t.Fatal(err)
		}
		for _, u := range users {
			names = append(names, u.Username)
		}
		if after = next; next == "" {
			return names
		}
	}
}

// familyBatch has users of a few families; all are confirmed.
func familyBatch(p *userpool.UserPool, from, n int) fileRows {
	names := make([]string, n)
	for i := range names {
		names[i] = fmt.Sprintf("user%04d", (from+i)*37%10_000)
	}
	b := rowsOf(p, usercsv.Position{Offset: 10 * int64(from), Line: int64(from) + 1, Rows: int64(from)}, names...)
	for i := range b.Rows {
		b.Rows[i].User.Attributes.Set("family_name", fmt.Sprintf("Family %d", i%5))
	}
	if from == 0 {
		b.From = usercsv.Position{}
	}
	return b
}

// TestFiltersBeforeIndexUsers: filters find the same users, in the same order and pages, no matter
// how many are indexed.
func TestFiltersBeforeIndexUsers(t *testing.T) {
	t.Parallel()
	s, p := open(t), aliasPool("families")
	key, lease := runJob(t, s, p)
	commit := func(from int) {
		t.Helper()
		if _, _, err := commit(t.Context(), s, p, key, lease, familyBatch(p, from, 300), time.Now()); err != nil {
			t.Fatal(err)
		}
	}
	filters := []userpool.Filter{
		{Attribute: "family_name", Value: "family 3"}, {Attribute: "family_name", Value: "fam", Prefix: true},
		{Attribute: "cognito:user_status", Value: "CONFIRMED"}, {Attribute: "cognito:user_status", Value: "con", Prefix: true},
		{Attribute: "email", Value: "user00", Prefix: true}, {Attribute: "sub", Value: "5ab0", Prefix: true}, {Attribute: "sub", Value: storetest.SubOf("user0037")[:6], Prefix: true},
	}
	compare := func(step string) {
		t.Helper()
		wantIndexed(t, s, p, step == "all")
		all := filtered(t, s, p, userpool.Filter{}, 1000)
		for _, f := range filters {
			var want []string
			for _, name := range all {
				if u, err := s.User(t.Context(), p, name); err != nil {
					t.Fatal(err)
				} else if matches(f, u) {
					want = append(want, name)
				}
			}
			got := filtered(t, s, p, f, 7)
			slices.Sort(want)
			sorted := slices.Clone(got)
			slices.Sort(sorted)
			if !slices.Equal(want, sorted) {
				t.Errorf("%s: %v finds %d of %d users", step, f, len(got), len(want))
			}
		}
	}
	commit(0)
	compare("none")
	if err := s.IndexUsers(t.Context(), p.ID); err != nil {
		t.Fatal(err)
	}
	compare("all")
	commit(300)
	compare("some")
}

// TestUnindexed: a pool with unindexed users is listed when its import has ended, and not before.
func TestUnindexed(t *testing.T) {
	t.Parallel()
	s, p := open(t), aliasPool("unindexed")
	key, lease := runJob(t, s, p)
	if _, _, err := commit(t.Context(), s, p, key, lease, familyBatch(p, 0, 10), time.Now()); err != nil {
		t.Fatal(err)
	}
	want := func(want ...string) {
		t.Helper()
		if got, err := s.Unindexed(t.Context()); err != nil || !slices.Equal(got, want) {
			t.Errorf("unindexed: %q, %v, want %q", got, err, want)
		}
	}
	want()
	if _, err := s.UpdateLeased(t.Context(), key, lease, func(j *importjob.Job) error { j.State = importjob.Stopped; return nil }); err != nil {
		t.Fatal(err)
	}
	want(p.ID)
	if err := s.IndexUsers(t.Context(), p.ID); err != nil {
		t.Error(err)
	}
	want()
}

// TestDeletedWhileIndexing: a pool that is deleted while its users are indexed leaves nothing.
func TestDeletedWhileIndexing(t *testing.T) {
	t.Parallel()
	s := open(t)
	for i := range 20 {
		p := aliasPool(fmt.Sprint("gone", i))
		key, lease := runJob(t, s, p)
		if _, _, err := commit(t.Context(), s, p, key, lease, familyBatch(p, 0, 500), time.Now()); err != nil {
			t.Fatal(err)
		}
		done := make(chan error)
		go func() { done <- s.IndexUsers(t.Context(), p.ID) }()
		time.Sleep(time.Duration(rand.Int64N(int64(10 * time.Millisecond)))) // the moment of the deletion varies
		if err := errors.Join(s.DeletePool(t.Context(), p.ID, func(*userpool.UserPool, bool) error { return nil }), <-done); err != nil {
			t.Fatal(err)
		}
		clearDeleted(t, s)
		for _, table := range []string{"users", "user_names", "user_subs", "user_lookups", "unindexed_users", "aliases"} {
			var n int
			if err := s.read.QueryRow("SELECT count(*) FROM " + table).Scan(&n); err != nil || n > 0 {
				t.Errorf("%d rows are left in %s (%v)", n, table, err)
			}
		}
	}
}

// matches is the meaning of a filter, written a second time.
func matches(f userpool.Filter, u *userpool.User) bool {
	value := u.Attributes.Get(f.Attribute)
	switch f.Attribute {
	case "cognito:user_status":
		value = string(u.Status)
	case "sub":
		value = u.Sub
	}
	value, sought := strings.ToLower(value), strings.ToLower(f.Value)
	return value == sought || f.Prefix && strings.HasPrefix(value, sought)
}
