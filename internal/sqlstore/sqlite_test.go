package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"poolhouse/internal/userpool"
)

// TestSettings: the settings for power cuts are on every connection, also on a replacement.
func TestSettings(t *testing.T) {
	s := open(t)
	both := map[string]string{"journal_mode": "wal", "synchronous": "2"}
	for range 2 {
		wantPragmas(t, s.write, both, map[string]string{"wal_autocheckpoint": "250000", "query_only": "0", "cache_size": "-16384"})
		wantPragmas(t, s.read, both, map[string]string{"query_only": "1"})
		for _, db := range []*sql.DB{s.write, s.read} { // closes the connections
			db.SetMaxIdleConns(-1)
			db.SetMaxIdleConns(1)
		}
	}
	if _, err := s.read.Exec("DELETE FROM users"); err == nil {
		t.Error("the readers' connections can write")
	}
}

func wantPragmas(t *testing.T, db *sql.DB, all ...map[string]string) {
	t.Helper()
	for _, pragmas := range all {
		for name, want := range pragmas {
			var got string
			if err := db.QueryRow("PRAGMA " + name).Scan(&got); err != nil || got != want {
				t.Errorf("%s is %s, want %s (%v)", name, got, want, err)
			}
		}
	}
}

// TestPrivateFiles: only the owner can read the files.
func TestPrivateFiles(t *testing.T) {
	path := filepath.Join(t.TempDir(), "test.db")
	s, err := OpenSQLite(t.Context(), SQLite{Path: path})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if err := s.Ping(t.Context()); err != nil {
		t.Error(err)
	}
	for _, name := range []string{path, path + "-wal"} {
		if info, err := os.Stat(name); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v, %v", name, info.Mode(), err)
		}
	}
}

func TestRefusedFiles(t *testing.T) {
	refused := func(path, why string) {
		t.Helper()
		s, err := OpenSQLite(t.Context(), SQLite{Path: path})
		if err == nil {
			s.Close()
		}
		if err == nil || !strings.Contains(err.Error(), why) || !strings.Contains(err.Error(), path) {
			t.Errorf("got %v, want %q and the path", err, why)
		}
	}
	dir := t.TempDir()
	text := filepath.Join(dir, "text.db")
	if err := os.WriteFile(text, []byte(strings.Repeat("this is no database\n", 100)), 0o600); err != nil {
		t.Fatal(err)
	}
	refused(text, "not an SQLite database")
	refused(filepath.Join(dir, "missing", "x.db"), "no such file or directory")

	newer := filepath.Join(dir, "newer.db")
	s, err := OpenSQLite(t.Context(), SQLite{Path: newer})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.write.Exec("INSERT INTO goose_db_version (version_id, is_applied) VALUES (999, 1); UPDATE schema_support SET oldest = 999"); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	refused(newer, "newer Poolhouse")
}

// lock takes the database's lock as another process would.
func lock(t *testing.T, path string) (release func()) {
	t.Helper()
	other, err := openDriver("file:"+path+"?_txlock=immediate", []pragma{{"busy_timeout", "1000"}})
	if err != nil {
		t.Fatal(err)
	}
	tx, err := other.Begin()
	if err != nil {
		t.Fatal(err)
	}
	return func() {
		if err := errors.Join(tx.Rollback(), other.Close()); err != nil {
			t.Error(err)
		}
	}
}

// TestLocked writes while another process holds the lock: longer than SQLite itself waits, and
// longer than the request lasts.
func TestLocked(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "test.db")
	s, err := OpenSQLite(t.Context(), SQLite{Path: path})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	release := lock(t, path)
	short, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	err = s.CreatePool(short, &userpool.UserPool{ID: "us-east-1_a"}, 10)
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("a write that had no time: %v", err)
	}
	time.AfterFunc(1500*time.Millisecond, release)
	if err := s.CreatePool(t.Context(), &userpool.UserPool{ID: "us-east-1_b"}, 10); err != nil {
		t.Errorf("a write that waited: %v", err)
	}
	if n := waitingIn(s).Load(); n != 0 {
		t.Errorf("%d writers are counted as waiting", n)
	}
}
