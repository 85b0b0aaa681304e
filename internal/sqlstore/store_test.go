package sqlstore

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"poolhouse/internal/iam"
	"poolhouse/internal/importjob"
	"poolhouse/internal/storetest"
	"poolhouse/internal/userpool"
)

func open(t *testing.T) *Store {
	t.Helper()
	s, err := OpenSQLite(t.Context(), SQLite{Path: filepath.Join(t.TempDir(), "test.db")})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return withKey(t, s)
}

// withKey sets the data key of the tests.
func withKey(t testing.TB, s *Store) *Store {
	t.Helper()
	key, err := iam.NewDataKey(make([]byte, iam.DataKeySize))
	if err != nil {
		t.Fatal(err)
	}
	s.SealWith(key)
	return s
}

// sqliteOf and postgresOf return a store's importer.
func sqliteOf(s *Store) *sqliteImports     { return s.backend.(*sqliteBackend).importing }
func postgresOf(s *Store) *postgresImports { return s.backend.(*postgresBackend).importing }

// waitingIn returns the number of waiting urgent writers.
func waitingIn(s *Store) *atomic.Int32 { return &sqliteOf(s).lock.waiting }

func TestSuite(t *testing.T) {
	t.Logf("driver %s", sqliteDriver)
	storetest.Run(t, func(t *testing.T) storetest.Store { return open(t) })
}

func TestReopen(t *testing.T) {
	path := filepath.Join(t.TempDir(), "with space & 100%?.db")
	for range 2 {
		s, err := OpenSQLite(t.Context(), SQLite{Path: path})
		if err != nil {
			t.Fatal(err)
		}
		pools, err := s.ListPools(t.Context(), "us-east-1", "", 10)
		if err != nil {
			t.Fatal(err)
		}
		if len(pools) == 0 {
			err = s.CreatePool(t.Context(), &userpool.UserPool{ID: "us-east-1_x"}, 10)
		} else if pools[0].ID != "us-east-1_x" {
			t.Errorf("the pool is %s", pools[0].ID)
		}
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := os.Stat(path); err != nil {
		t.Errorf("the file has another name: %v", err)
	}
}

func FuzzAppendJSON(f *testing.F) {
	f.Add("a \"b\" \\ \n\x00é\u2028")
	f.Fuzz(func(t *testing.T, in string) {
		text := appendJSON(nil, in)
		var out string
		if err := json.Unmarshal(text, &out); err != nil {
			t.Fatalf("%q is no JSON: %v", text, err)
		}
		if strings.ToValidUTF8(in, "\uFFFD") == in && out != in {
			t.Errorf("%q became %q", in, out)
		}
	})
}

// noOf returns a job's key in the tables.
func noOf(t *testing.T, tx *transaction, key importjob.Key) jobNumbers {
	j, err := (&database{vault: new(vault)}).job(t.Context(), tx, key)
	if err != nil {
		t.Error(err)
	}
	return j.no
}
