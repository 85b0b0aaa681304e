package sqlstore

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"poolhouse/internal/storetest"
	"poolhouse/internal/usercsv"
	"poolhouse/internal/userpool"
)

// bothDatabases runs a test on an empty store of each database.
func bothDatabases(t *testing.T, test func(t *testing.T, s *Store)) {
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		test(t, open(t))
	})
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		test(t, openPostgres(t, emptySchema(t)))
	})
}

// TestNumbersEnd: a pool without free numbers accepts no new user, and the error says why. Existing
// users stay.
func TestNumbersEnd(t *testing.T) {
	t.Parallel()
	bothDatabases(t, func(t *testing.T, s *Store) {
		p := aliasPool("full")
		key, lease := runJob(t, s, p)
		leave := func(n int64) { // leaves n numbers free
			if _, err := s.write.Exec("UPDATE user_pool_counters SET next_user_no = $1 WHERE pool_no = $2", maxUserNo-n+1, p.Number); err != nil {
				t.Fatal(err)
			}
		}
		full := func(err error) {
			t.Helper()
			if userpool.KindOf(err) != userpool.LimitExceeded || !strings.Contains(err.Error(), "has had 2147483646 users") || !strings.Contains(err.Error(), p.ID) {
				t.Errorf("the error is %v", err)
			}
		}
		leave(2)
		_, _, err := commit(t.Context(), s, p, key, lease, rowsOf(p, usercsv.Position{}, "ada", "bob", "cyd"), time.Now())
		full(err)
		wantSound(t, s, p)
		leave(2)
		commitWhole(t, s, p, key, lease, rowsOf(p, usercsv.Position{}, "ada", "bob"))
		full(s.CreateUser(t.Context(), p, named(p, "eve", "e"), false))
		wantSound(t, s, p)
		if err := s.IndexUsers(t.Context(), p.ID); err != nil {
			t.Fatal(err)
		}
		users, next, err := s.ListUsers(t.Context(), p, userpool.UserQuery{Limit: 1})
		if err != nil || len(users) != 1 || next == "" {
			t.Fatal(users, err)
		}
		users, next, err = s.ListUsers(t.Context(), p, userpool.UserQuery{Limit: 1, After: next})
		if err != nil || len(users) != 1 || users[0].Username != "bob" || next != "" {
			t.Error(users, next, err)
		}
	})
}

// TestNumbersAreGivenOnce: users that are created and deleted concurrently, one by one and by an
// import, never get a number that another user had.
func TestNumbersAreGivenOnce(t *testing.T) {
	t.Parallel()
	bothDatabases(t, func(t *testing.T, s *Store) {
		p := aliasPool("numbers")
		key, lease := runJob(t, s, p)
		var mu sync.Mutex
		seen := map[int64]string{}
		note := func() {
			mu.Lock()
			defer mu.Unlock()
			for _, u := range allUsers(t, s, p) {
				if before, ok := seen[u.no]; ok && before != u.Sub {
					t.Errorf("number %d was another user's", u.no)
				}
				seen[u.no] = u.Sub
			}
		}
		var all sync.WaitGroup
		for i := range 3 {
			all.Go(func() {
				for j := range 40 {
					u := named(p, fmt.Sprint("single", i, "-", j), fmt.Sprint("s", i, "-", j))
					u.Sub = userpool.NewSub()
					if err := s.CreateUser(t.Context(), p, u, false); err != nil {
						t.Error(err)
					}
					if j%4 == 0 {
						note()
					}
					if err := s.DeleteUser(t.Context(), p, u.Username); j%2 == 0 && err != nil {
						t.Error(err)
					}
				}
			})
		}
		at := usercsv.Position{}
		for i := range 10 {
			names := make([]string, 20)
			for k := range names {
				names[k] = fmt.Sprint("file", i*15+k) // some exist already
			}
			b := rowsOf(p, at, names...)
			for k := range b.Rows {
				b.Rows[k].User.Sub = userpool.NewSub()
			}
			at = commitWhole(t, s, p, key, lease, b)
			note()
		}
		all.Wait()
		note()
		wantSound(t, s, p)
	})
}

// TestFileOrder: the users of a file are numbered in the order of its rows, even if a batch is
// committed in halves, and before those of the next batch.
func TestFileOrder(t *testing.T) {
	t.Parallel()
	for name, s := range map[string]*Store{"sqlite": open(t), "postgres": openPostgres(t, emptySchema(t)), "halves": inHalves(openPostgres(t, emptySchema(t)))} {
		p := aliasPool("order")
		key, lease := runJob(t, s, p)
		var want []string
		at := usercsv.Position{}
		for i := range 5 {
			var names []string
			for k := range 30 {
				names = append(names, fmt.Sprint("user", (i*30+k)*7919%1000))
			}
			at = commitWhole(t, s, p, key, lease, rowsOf(p, at, names...))
			want = append(want, names...)
		}
		var got []string
		for _, u := range allUsers(t, s, p) {
			got = append(got, u.Username)
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: the users came as %q", name, got)
		}
	}
}

// TestTakenSubs: a row with another user's sub is skipped like one with an existing user, and
// leaves nothing.
func TestTakenSubs(t *testing.T) {
	t.Parallel()
	bothDatabases(t, func(t *testing.T, s *Store) {
		p := aliasPool("subs")
		key, lease := runJob(t, s, p)
		if err := s.CreateUser(t.Context(), p, named(p, "ada", "a"), false); err != nil {
			t.Fatal(err)
		}
		b := rowsOf(p, usercsv.Position{}, "bob", "cyd", "dan", "eve")
		b.Rows[1].User.Sub = storetest.SubOf("ada")
		b.Rows[3].User.Sub = storetest.SubOf("bob")
		commitWhole(t, s, p, key, lease, b)
		want := []string{"2 SUCCEEDED ", "3 SKIPPED UsernameExists", "4 SUCCEEDED ", "5 SKIPPED UsernameExists"}
		if got := verdicts(t, s, key); !slices.Equal(got, want) {
			t.Errorf("the verdicts are %q", got)
		}
		wantSound(t, s, p)
		again := named(p, "fay", "f")
		again.Sub = storetest.SubOf("ada")
		if err := s.CreateUser(t.Context(), p, again, false); userpool.KindOf(err) != userpool.UsernameExists {
			t.Errorf("a user of a sub that is taken: %v", err)
		}
		again.Sub = "no sub"
		if err := s.CreateUser(t.Context(), p, again, false); err == nil || !strings.Contains(err.Error(), "must be a UUID") || strings.Contains(err.Error(), again.Sub) {
			t.Errorf("a user without a sub: %v", err)
		}
		wantSound(t, s, p)
	})
}
