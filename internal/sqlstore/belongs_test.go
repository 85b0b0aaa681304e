package sqlstore

import (
	"path/filepath"
	"testing"
)

// eachDatabase runs a test on SQLite and on PostgreSQL. open opens the same database each time, for
// an account.
func eachDatabase(t *testing.T, test func(t *testing.T, open func(account string) *Store)) {
	t.Parallel()
	opening := func(t *testing.T, open func(account string) (*Store, error)) func(account string) *Store {
		return func(account string) *Store {
			t.Helper()
			s, err := open(account)
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { s.Close() })
			return withKey(t, s)
		}
	}
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		path := filepath.Join(t.TempDir(), "test.db")
		test(t, opening(t, func(account string) (*Store, error) {
			return OpenSQLite(t.Context(), SQLite{Path: path, Account: account})
		}))
	})
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		url := emptySchema(t)
		test(t, opening(t, func(account string) (*Store, error) {
			return OpenPostgres(t.Context(), Postgres{URL: url, Connections: 3, Node: "of " + account, Account: account})
		}))
	})
}

// TestRemembered: the account of the first start and the regions of the last one are stored. A
// start with another account changes nothing.
func TestRemembered(t *testing.T) {
	eachDatabase(t, func(t *testing.T, open func(string) *Store) {
		const first, other = "111111111111", "222222222222"
		one, two := open(first), open(other)
		for _, c := range []struct {
			by            *Store
			regions       string
			before, after Remembered
		}{
			{one, "us-east-1", Remembered{first, "us-east-1"}, Remembered{first, "us-east-1"}},
			{one, "any", Remembered{first, "us-east-1"}, Remembered{first, "any"}},
			{two, "eu-west-1", Remembered{first, "any"}, Remembered{first, "any"}},
		} {
			if before, err := c.by.Remember(t.Context(), c.regions); err != nil || before != c.before {
				t.Errorf("%s: before %+v, %v; want %+v", c.regions, before, err, c.before)
			}
			if now, err := two.Remembered(t.Context()); err != nil || now != c.after {
				t.Errorf("%s: now %+v, %v; want %+v", c.regions, now, err, c.after)
			}
		}
	})
}
