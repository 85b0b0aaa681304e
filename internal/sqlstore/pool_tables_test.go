package sqlstore

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"poolhouse/internal/importfile"
	"poolhouse/internal/importjob"
	"poolhouse/internal/outbox"
	"poolhouse/internal/signin"
	"poolhouse/internal/token"
	"poolhouse/internal/usercsv"
	"poolhouse/internal/userpool"
)

// The tables with a column of the pool, according to the database's own catalogue. SQLite's users
// have the pool in user_id.
const (
	litePoolTables = `SELECT m.name FROM sqlite_master m, pragma_table_info(m.name) c
		WHERE m.type = 'table' AND (c.name = 'pool_no' OR m.name = 'users' AND c.name = 'user_id') ORDER BY m.name`
	postgresPoolTables = `SELECT table_name FROM information_schema.columns
		WHERE table_schema = current_schema() AND column_name = 'pool_no' ORDER BY table_name`
)

// TestDeletedPoolsLeaveNothing: after a pool's deletion, every table with a pool's column has none
// of its rows, and still those of other pools. The test fails until it fills a new table.
func TestDeletedPoolsLeaveNothing(t *testing.T) {
	t.Parallel()
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		leavesNoRows(t, open(t), litePoolTables)
	})
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		leavesNoRows(t, openPostgres(t, emptySchema(t)), postgresPoolTables)
	})
}

func leavesNoRows(t *testing.T, s *Store, catalogue string) {
	t.Helper()
	tables, err := list(t.Context(), s.database, scanText, catalogue)
	if err != nil || len(tables) < 10 {
		t.Fatalf("the tables with a pool: %v, %v", tables, err)
	}
	rowsOf := func(table string, p *userpool.UserPool) int { return rowsIn(t, s, table, p) }
	gone, other := aliasPool("gone"), aliasPool("other")
	fillPool(t, s, gone)
	fillPool(t, s, other)
	before := map[string]int{}
	for _, table := range tables {
		if before[table] = rowsOf(table, other); table != "deleted_pools" && (before[table] == 0 || rowsOf(table, gone) == 0) {
			t.Errorf("the test puts nothing into %s", table)
		}
	}
	if err := s.DeletePool(t.Context(), gone.ID, func(*userpool.UserPool, bool) error { return nil }); err != nil {
		t.Fatal(err)
	}
	if rowsOf("deleted_pools", gone) == 0 {
		t.Error("the pool is not marked as deleted")
	}
	clearDeleted(t, s)
	for _, table := range tables {
		if n := rowsOf(table, gone); n > 0 {
			t.Errorf("%d rows of the deleted pool are left in %s", n, table)
		}
		if n := rowsOf(table, other); n != before[table] {
			t.Errorf("another pool had %d rows in %s, and has %d", before[table], table, n)
		}
	}
}

// fillPool creates a pool with data in every table.
func fillPool(t *testing.T, s *Store, p *userpool.UserPool) {
	t.Helper()
	ctx, now := t.Context(), time.Now()
	key, lease := runJob(t, s, p)
	commitWhole(t, s, p, key, lease, rowsOf(p, usercsv.Position{}, "ada", "bob", ""))
	_, err := s.UpdateLeased(ctx, key, lease, func(j *importjob.Job) error {
		j.State = importjob.Succeeded
		return nil
	})
	deleted := &importjob.Job{PoolID: p.ID, ID: "import-deleted", State: importjob.Stopped, Created: now, Requested: now}
	active := &importjob.Job{PoolID: p.ID, ID: "import-active", State: importjob.Pending, Created: now, Requested: now, LeaseUntil: now.Add(time.Hour)}
	err = errors.Join(err,
		s.CreateClient(ctx, &userpool.Client{PoolID: p.ID, ID: "client of " + p.ID}, func(*userpool.UserPool, *userpool.Client) error { return nil }),
		s.CreateUserAndSend(ctx, p, named(p, "cyd", "c"), false, &outbox.Message{At: now, Code: "123456"}),
		s.CreateJob(ctx, deleted, 10), s.SetRetention(ctx, p.ID, 1), s.DeleteStreams(ctx, p.ID, []string{deleted.ID}),
		s.CreateUpload(ctx, &importfile.Upload{PoolID: p.ID, ID: "import-upload", State: importfile.Waiting, Created: time.Now()}, 10),
		s.CreateJob(ctx, active, 10),
		s.KeepImportMap(ctx, p.ID, []usercsv.Mapped{{Column: "mail", Attribute: "email"}}, now),
		s.SetCorrections(ctx, key, []importjob.Correction{{Line: 4, Values: map[string]string{"email": "x@example.com"}}}))
	_, keysErr := s.ChangeTokenKeys(ctx, p, func([]token.Key) ([]token.Key, error) {
		return []token.Key{{ID: "key of " + p.ID, Kind: token.ID, Created: now, SignsFrom: now, Public: []byte("public"), Private: []byte("private")}}, nil
	})
	if err = errors.Join(err, keysErr); err != nil {
		t.Fatal(err)
	}
	fillSignIns(t, s, p)
	for claimed := true; claimed; {
		c, err := s.ClaimForward(ctx, "n", now, now.Add(time.Hour))
		if claimed = c != nil; err != nil {
			t.Fatal(err)
		}
	}
}

// fillSignIns stores sign-in data of every kind.
func fillSignIns(t *testing.T, s *Store, p *userpool.UserPool) {
	t.Helper()
	ctx, now := t.Context(), time.Now()
	cyd, err := s.User(ctx, p, "cyd")
	if err != nil {
		t.Fatal(err)
	}
	for i := range 2 {
		err := s.ChangeUser(ctx, p, cyd.Sub, func(u *userpool.User) (signin.Effects, error) {
			u.Credential = userpool.Credential{Scheme: "SRP", Secret: fmt.Sprint(i)}
			return signin.Effects{
				Use: &signin.Challenge{ID: [16]byte{byte(i)}, Ends: now}, Send: &signin.Code{Purpose: signin.ResetPassword, MAC: []byte("mac"), Ends: now},
				Begin: &signin.Session{ID: signin.SessionID{byte(i)}, Hash: []byte("hash"), Begun: now, Used: now, Ends: now}, Remember: 3,
			}, nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if _, err := s.CountAttempt(ctx, p, signin.Subject{1}, signin.PasswordAttempt, now, signin.Forget{}); err != nil {
		t.Fatal(err)
	}
}

// rowsIn counts a pool's rows in a table.
func rowsIn(t *testing.T, s *Store, table string, p *userpool.UserPool) (n int) {
	t.Helper()
	pool := "pool_no"
	if _, ok := s.backend.(*sqliteBackend); ok && table == "users" {
		pool = "user_id >> 32"
	}
	if err := s.read.QueryRow("SELECT count(*) FROM "+table+" WHERE "+pool+" = $1", p.Number).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

// clearDeleted deletes the data of deleted pools.
func clearDeleted(t *testing.T, s *Store) {
	t.Helper()
	pools, err := s.DeletedPools(t.Context())
	for _, d := range pools {
		err = errors.Join(err, s.ClearPool(t.Context(), d))
	}
	if err != nil {
		t.Fatal(err)
	}
}
