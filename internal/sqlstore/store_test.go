package sqlstore

import (
	"context"
	"database/sql"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"poolhouse/internal/storetest"
	"poolhouse/internal/userpool"
)

func open(t *testing.T) *Store {
	t.Helper()
	s, err := OpenSQLite(t.Context(), filepath.Join(t.TempDir(), "test.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func TestSuite(t *testing.T) {
	t.Logf("driver %s", sqliteDriver)
	storetest.Run(t, func(t *testing.T) storetest.Store { return open(t) })
}

// TestPlans holds every list query to one range of one index: nothing is
// scanned and nothing is sorted.
func TestPlans(t *testing.T) {
	s := open(t)
	p := &userpool.UserPool{ID: "us-east-1_x"}
	type query struct {
		text string
		args []any
	}
	queries := map[string]query{
		"jobs":       {selectJob + " WHERE pool_id = $1 ORDER BY created_ms DESC, job_id DESC LIMIT $2", []any{"", 1}},
		"jobs after": {selectJob + " WHERE pool_id = $1 AND (created_ms, job_id) < ($2, $3) ORDER BY created_ms DESC, job_id DESC LIMIT $4", []any{"", 1, "", 1}},
		"pools":      {selectPool + " WHERE pool_id > $1 ORDER BY pool_id LIMIT $2", []any{"", 1}},
		"clients":    {selectClient + " AND client_id > $2 ORDER BY client_id LIMIT $3", []any{"", "", 1}},
	}
	for _, attribute := range append([]string{""}, userpool.FilterAttributes[:]...) {
		for _, prefix := range []bool{false, true} {
			if prefix && (attribute == "" || attribute == "status") {
				continue
			}
			for _, value := range []string{"Enabled", "Disabled"} {
				text, args, _ := userQuery(p, userpool.Filter{Attribute: attribute, Value: value, Prefix: prefix}, place{Key: "k", User: "u"})
				name := attribute + map[bool]string{false: " = ", true: " ^= "}[prefix] + value
				queries[name] = query{text, append(args, 61)}
			}
		}
	}
	for name, q := range queries {
		plan := planOf(t, s.read, q.text, q.args)
		if strings.Contains(plan, "SCAN") || strings.Contains(plan, "TEMP B-TREE") || !strings.Contains(plan, "USING") {
			t.Errorf("%s: %s", name, plan)
		}
	}
}

func planOf(t *testing.T, db *sql.DB, query string, args []any) string {
	t.Helper()
	steps, err := collect(t.Context(), db, func(row scanner) (step string, err error) {
		var a, b, c int
		err = row.Scan(&a, &b, &c, &step)
		return step, err
	}, "EXPLAIN QUERY PLAN "+query, args...)
	if err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	return strings.Join(steps, "; ")
}

// TestDurability holds the settings that a power cut is survived by.
func TestDurability(t *testing.T) {
	s := open(t)
	for _, db := range []*sql.DB{s.write, s.read} {
		for name, want := range map[string]string{"journal_mode": "wal", "synchronous": "2"} {
			var got string
			if err := db.QueryRow("PRAGMA " + name).Scan(&got); err != nil || got != want {
				t.Errorf("%s is %s, want %s (%v)", name, got, want, err)
			}
		}
	}
	if _, err := s.read.Exec("DELETE FROM users"); err == nil {
		t.Error("the readers' connections can write")
	}
}

func TestReopen(t *testing.T) {
	path := filepath.Join(t.TempDir(), "with space & 100%?.db")
	for range 2 {
		s, err := OpenSQLite(t.Context(), path)
		if err != nil {
			t.Fatal(err)
		}
		pools, err := s.ListPools(t.Context(), "", 10)
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

func TestRefusedFiles(t *testing.T) {
	dir := t.TempDir()
	text := filepath.Join(dir, "text.db")
	if err := os.WriteFile(text, []byte(strings.Repeat("this is no database\n", 100)), 0o600); err != nil {
		t.Fatal(err)
	}
	if s, err := OpenSQLite(t.Context(), text); err == nil {
		t.Error("a text file is opened")
		s.Close()
	}
	newer := filepath.Join(dir, "newer.db")
	s, err := OpenSQLite(t.Context(), newer)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.write.Exec("INSERT INTO goose_db_version (version_id, is_applied) VALUES (999, 1)"); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if s, err := OpenSQLite(t.Context(), newer); err == nil || !strings.Contains(err.Error(), "newer Poolhouse") {
		t.Errorf("a database of a newer version: %v", err)
		if s != nil {
			s.Close()
		}
	}
}

func TestReleaseLeases(t *testing.T) {
	s := open(t)
	ctx := context.Background()
	if err := s.ReleaseLeases(ctx); err != nil {
		t.Fatal(err)
	}
}

func FuzzAttributes(f *testing.F) {
	f.Add("name", "a \"b\" \\ \n\x00é\u2028")
	f.Fuzz(func(t *testing.T, name, value string) {
		in := userpool.Attributes{{Name: name, Value: value}, {Name: "x", Value: ""}}
		out, err := decodeAttributes(encodeAttributes(in))
		if err != nil || len(out) != 2 {
			t.Fatal(out, err)
		}
		if valid := strings.ToValidUTF8(value, "\uFFFD"); strings.ToValidUTF8(name, "\uFFFD") == name && valid == value && (out[0] != in[0] || out[1] != in[1]) {
			t.Errorf("%q became %q", in, out)
		}
	})
}
