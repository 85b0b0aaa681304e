package sqlstore

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"poolhouse/internal/userpool"
)

// again allows the next [Store.Writable] to try.
func (w *writability) again() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.tried = time.Time{}
}

// TestWritable: trial writes and the server's own writes show whether the database can be written.
// Reads work all the time.
func TestWritable(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		store   *Store
		off, on string // statements that make the writing connection refuse writes, and accept them again
	}{
		"sqlite":   {open(t), "PRAGMA query_only = ON", "PRAGMA query_only = OFF"},
		"postgres": {openPostgres(t, emptySchema(t)), "SET default_transaction_read_only = on", "SET default_transaction_read_only = off"},
	} {
		t.Run(name, func(t *testing.T) {
			s := c.store
			s.write.SetMaxOpenConns(1)
			exec := func(statement string) {
				t.Helper()
				if _, err := s.write.Exec(statement); err != nil {
					t.Fatal(err)
				}
			}
			want := func(when, problem string) {
				t.Helper()
				s.writes.again()
				if err := s.Writable(t.Context()); (err == nil) != (problem == "") || err != nil && !strings.Contains(err.Error(), problem) {
					t.Errorf("%s: %v, want %q", when, err, problem)
				}
			}
			p := &userpool.UserPool{ID: "us-east-1_x", Schema: userpool.StandardSchema()}
			want("a good database", "")
			exec(c.off)
			if err := s.Ping(t.Context()); err != nil {
				t.Errorf("it cannot be read: %v", err)
			}
			want("one that takes no writes", "a small write failed")
			exec(c.on)
			want("one that takes writes again", "")
			exec(c.off)
			if err := s.CreatePool(t.Context(), p, 10); err == nil {
				t.Fatal("a pool was made")
			}
			exec(c.on)
			want("where a write of the server failed a moment ago", "a write failed")
			s.writes.refused = s.writes.refused.Add(-refusalLasts)
			want("where one failed long ago", "")
			if err := s.CreatePool(t.Context(), p, 10); err != nil {
				t.Error(err)
			}
		})
	}
}

// TestFullDatabase: a large write fails where small ones still find space.
func TestFullDatabase(t *testing.T) {
	t.Parallel()
	ctx, s, p := t.Context(), open(t), aliasPool("us-east-1_full")
	if err := s.CreatePool(ctx, p, 10); err != nil {
		t.Fatal(err)
	}
	if _, err := s.write.Exec("PRAGMA max_page_count = 1"); err != nil { // it cannot grow any more
		t.Fatal(err)
	}
	var err error
	for i := 0; err == nil && i < 1000; i++ {
		err = s.CreateUser(ctx, p, named(p, strings.Repeat("n", 100)+string(rune('a'+i%26))+string(rune('a'+i/26)), ""), false)
	}
	if s.fault(err) != faultUnwritable {
		t.Fatalf("the database did not get full: %v", err)
	}
	if err := s.run(ctx, false, func(tx *transaction) error { return s.touch(ctx, tx) }); err != nil {
		t.Fatalf("a small write needs room, too: the test tests nothing: %v", err)
	}
	if err := s.Writable(ctx); err == nil || !strings.Contains(err.Error(), "a write failed") {
		t.Errorf("a full database: %v", err)
	}
}

// TestTouchWrites: a trial write really writes to the database.
func TestTouchWrites(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "test.db")
	small, err := OpenSQLite(t.Context(), SQLite{Path: path})
	if err != nil {
		t.Fatal(err)
	}
	defer small.Close()
	logged := func() any {
		info, err := os.Stat(path + "-wal")
		if err != nil {
			t.Fatal(err)
		}
		return info.Size()
	}
	large := openPostgres(t, emptySchema(t))
	version := func() any {
		var place string
		if err := large.read.QueryRow("SELECT ctid::text || xmin::text FROM schema_support").Scan(&place); err != nil {
			t.Fatal(err)
		}
		return place
	}
	for _, c := range []struct {
		name string
		s    *Store
		sign func() any
	}{{"sqlite", small, logged}, {"postgres", large, version}} {
		for range 3 {
			before := c.sign()
			c.s.writes.again()
			if err := c.s.Writable(t.Context()); err != nil {
				t.Fatal(c.name, err)
			}
			if after := c.sign(); after == before {
				t.Errorf("%s: nothing was written: %v", c.name, after)
			}
		}
	}
}

// TestWhatIsKnownOfWrites: trials run every few seconds at most. A failure counts until a trial
// succeeds, and a refused write for a while. An unanswered trial counts only after a long time.
func TestWhatIsKnownOfWrites(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var w writability
		full := errors.New("the disk is full")
		want := func(when string, problem string) {
			t.Helper()
			err := w.problem()
			if (err == nil) != (problem == "") || err != nil && !strings.Contains(err.Error(), problem) {
				t.Errorf("%s: %v, want %q", when, err, problem)
			}
		}
		try := func(err error, known bool) {
			t.Helper()
			if !w.due() || w.due() {
				t.Error("it is not tried once")
			}
			w.ended(err, known)
			if w.due() {
				t.Error("it is tried at once again")
			}
			time.Sleep(writeTryEvery)
		}
		want("at first", "")
		try(nil, true)
		want("good", "")
		try(full, true)
		want("full", "a small write failed: the disk is full")
		try(context.DeadlineExceeded, false)
		want("not known", "the disk is full")
		try(nil, true)
		want("good again", "")
		w.refuse(full)
		time.Sleep(refusalLasts - time.Millisecond)
		try(nil, true)
		w.refuse(full)
		time.Sleep(refusalLasts - time.Millisecond)
		want("refused a while ago", "a write failed 20s ago: the disk is full")
		time.Sleep(time.Millisecond)
		want("refused long ago", "")
		for begun := time.Now(); time.Since(begun) < silenceLasts; {
			try(context.DeadlineExceeded, false)
		}
		want("silent", "no trial write since 2000-01-01T")
		try(nil, true)
		want("no more silent", "")
	})
}
