package sqlstore

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"poolhouse/internal/importjob"
	"poolhouse/internal/scratch"
	"poolhouse/internal/usercsv"
	"poolhouse/internal/userpool"
)

// TestKilledConnections ends connections at random while batches are committed, and users changed
// and read. Every act is retried or reports that it is uncertain, and the database has what the
// acts reported.
func TestKilledConnections(t *testing.T) {
	t.Parallel()
	url := emptySchema(t)
	s, err := OpenPostgres(t.Context(), Postgres{URL: url, Connections: 5, Node: "killed " + t.Name()})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	withKey(t, s)
	p := aliasPool("killed")
	key, lease := runJob(t, s, p)
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
	defer cancel()
	var work sync.WaitGroup
	w := &workload{s: s, p: p, key: key, lease: lease, users: map[string]bool{}}
	work.Go(func() { w.kill(ctx, t, url) })
	work.Go(func() { w.batches(ctx, t) })
	work.Go(func() { w.changes(ctx, t) })
	work.Go(func() { w.reads(ctx, t) })
	work.Wait()
	t.Logf("%d kills, %d batches, %d changes of which %d uncertain, %d reads", w.kills, w.commits, len(w.users), w.uncertain, w.looks)
	w.check(t)
}

type workload struct {
	s                                *Store
	p                                *userpool.UserPool
	key                              importjob.Key
	lease                            importjob.Lease
	users                            map[string]bool // by name: whether the user exists, as far as it was reported
	at                               usercsv.Position
	kills, commits, looks, uncertain int
}

// kill ends one or all connections, from time to time.
func (w *workload) kill(ctx context.Context, t *testing.T, url string) {
	conn := watch(t, url)
	for ctx.Err() == nil {
		n := 1
		if w.kills%10 == 0 {
			n = 100
		}
		var killed int
		err := conn.QueryRow(t.Context(), `SELECT count(pg_terminate_backend(pid)) FROM (SELECT pid FROM pg_stat_activity
			WHERE application_name = $1 OR starts_with(application_name, $2) ORDER BY random() LIMIT $3)`+" AS victims",
			"poolhouse killed "+t.Name(), connectionName(w.key), n).Scan(&killed)
		if err != nil {
			t.Error(err)
			return
		}
		w.kills += killed
		select {
		case <-ctx.Done():
		case <-time.After(time.Duration(rand.IntN(60)) * time.Millisecond): // the disturbance, not a wait
		}
	}
}

func (w *workload) batches(ctx context.Context, t *testing.T) {
	for ; ctx.Err() == nil; w.commits++ {
		names := make([]string, 300)
		for i := range names {
			names[i] = fmt.Sprintf("row%d", (w.at.Rows+int64(i))*7/8) // an eighth comes twice, and is kept with its text
		}
		// The test's own context: an act that has begun comes to its end.
		settled, j, err := commit(t.Context(), w.s, w.p, w.key, w.lease, rowsOf(w.p, w.at, names...), time.Now())
		if err != nil {
			t.Errorf("a batch: %v", err)
			return
		}
		if settled < 1 || settled > len(names) {
			t.Errorf("%d rows were settled, from %d to %d", settled, w.at.Rows, j.Checkpoint.Rows)
		}
		w.at = j.Checkpoint
	}
}

func (w *workload) changes(ctx context.Context, t *testing.T) {
	for i := 0; ctx.Err() == nil; i++ {
		name := fmt.Sprint("user", i)
		switch err := w.s.CreateUser(t.Context(), w.p, named(w.p, name, name), false); {
		case err == nil:
			w.users[name] = true
		case errors.Is(err, errUncertain):
			w.uncertain++
		default:
			t.Errorf("a change: %v", err)
		}
		if i%3 > 0 {
			continue
		}
		switch err := w.s.DeleteUser(t.Context(), w.p, name); {
		case err == nil:
			w.users[name] = false
		case errors.Is(err, errUncertain):
			w.uncertain++
			delete(w.users, name)
		case userpool.KindOf(err) == userpool.UserNotFound && !w.users[name]:
		default:
			t.Errorf("a deletion: %v", err)
		}
	}
}

func (w *workload) reads(ctx context.Context, t *testing.T) {
	for ; ctx.Err() == nil; w.looks++ {
		if _, _, err := w.s.ListUsers(t.Context(), w.p, userpool.UserQuery{Limit: 60}); err != nil {
			t.Errorf("a read: %v", err)
		}
	}
}

func (w *workload) check(t *testing.T) {
	t.Helper()
	wantSound(t, w.s, w.p)
	for name, want := range w.users {
		if _, err := w.s.User(t.Context(), w.p, name); want != (err == nil) {
			t.Errorf("%s should be there: %t (%v)", name, want, err)
		}
	}
	j, err := w.s.Job(t.Context(), w.key)
	if err != nil {
		t.Fatal(err)
	}
	if lines := verdicts(t, w.s, w.key); int64(len(lines)) != w.at.Rows || j.Counts.Sum() != w.at.Rows || j.Checkpoint != w.at {
		t.Errorf("%d rows have a verdict, want %d; %+v", len(lines), w.at.Rows, j)
	}
	imported := (w.at.Rows-1)*7/8 + 1
	if j.Counts.Imported != imported {
		t.Errorf("%d users were imported, want %d", j.Counts.Imported, imported)
	}
}

// ownServer returns a server that the test may stop.
func ownServer(t *testing.T) *scratch.Postgres {
	t.Helper()
	serverURL(t) // skips if there is none
	own, err := scratch.StartPostgres(t.Context(), map[string]string{"fsync": "off"})
	if errors.Is(err, scratch.ErrNoPostgres) {
		scratch.Lacking(t, err.Error()) // the other tests run on a given database
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := own.Close(); err != nil {
			t.Error(err)
		}
	})
	return own
}

// TestServerRestart stops the server in order and like a crash. Acts begun meanwhile wait and
// succeed, unless their context ends.
func TestServerRestart(t *testing.T) {
	t.Parallel()
	own := ownServer(t)
	s, p := openPostgres(t, own.URL("postgres")), aliasPool("restart")
	key, lease := runJob(t, s, p)
	var at usercsv.Position
	for i, crash := range []bool{true, false} {
		if err := own.Stop(crash); err != nil {
			t.Fatal(err)
		}
		wantObeyed(t, s, p)
		var acts sync.WaitGroup
		acts.Go(func() {
			name := fmt.Sprint("ada", i)
			if err := s.CreateUser(t.Context(), p, named(p, name, name), false); err != nil {
				t.Errorf("a change: %v", err)
			}
		})
		acts.Go(func() {
			if _, err := s.Pool(t.Context(), p.ID); err != nil {
				t.Errorf("a read: %v", err)
			}
		})
		acts.Go(func() {
			_, j, err := commit(t.Context(), s, p, key, lease, rowsOf(p, at, fmt.Sprint("bob", i)), time.Now())
			if err != nil {
				t.Errorf("a batch: %v", err)
				return
			}
			at = j.Checkpoint
		})
		if err := own.Start(t.Context()); err != nil {
			t.Fatal(err)
		}
		acts.Wait()
	}
	wantSound(t, s, p)
	if kept, err := s.Pool(t.Context(), p.ID); err != nil || kept.Users != 4 {
		t.Errorf("%v, %v", kept, err)
	}
}

// wantObeyed checks that acts end with their context while there is no server.
func wantObeyed(t *testing.T, s *Store, p *userpool.UserPool) {
	t.Helper()
	for name, act := range map[string]func(context.Context) error{
		"read":   func(ctx context.Context) error { _, err := s.Pool(ctx, p.ID); return err },
		"change": func(ctx context.Context) error { return s.CreateUser(ctx, p, named(p, "x", "x"), false) },
		"claim":  func(ctx context.Context) error { _, err := s.Claim(ctx, "n", time.Now(), time.Now()); return err },
	} {
		ctx, cancel := context.WithCancel(t.Context())
		timer := time.AfterFunc(300*time.Millisecond, cancel)
		if err := act(ctx); !errors.Is(err, context.Canceled) { // a limit of the store's own is another error
			t.Errorf("a %s without a server: %v", name, err)
		}
		timer.Stop()
		cancel()
	}
}

// TestRefusedDatabases: the error says what is wrong, without the password.
func TestRefusedDatabases(t *testing.T) {
	t.Parallel()
	database, err := url.Parse(serverURL(t))
	if err != nil {
		t.Fatal(err)
	}
	query := database.Query()
	if database.User != nil {
		query.Set("user", database.User.Username())
	}
	query.Set("password", "hush-hush")
	missing := url.URL{Scheme: "postgres", Host: database.Host, Path: "/not_there", RawQuery: query.Encode()}
	for _, tt := range []struct{ url, what, why string }{
		{missing.String(), "the database not_there on ", ""}, // the error of a remote database depends on its rules
		{"postgres://user:hush-hush@127.0.0.1:port/x", "URL cannot be read", "like postgres://"},
		{"user=x password=hush-hush port=y", "URL cannot be read", "like postgres://"},
		{"postgres://user:hush-hush@127.0.0.1:1/x?sslmode=disable", "the database x on 127.0.0.1", "refused"},
	} {
		t.Run(tt.what, func(t *testing.T) {
			b, err := connectPostgres(t.Context(), Postgres{URL: tt.url, Connections: 2, Node: "n"}, 100*time.Millisecond)
			if err == nil {
				b.close()
			}
			if err == nil || !strings.Contains(err.Error(), tt.what) || !strings.Contains(err.Error(), tt.why) || strings.Contains(err.Error(), "hush") {
				t.Errorf("%s: %v", tt.url, err)
			}
		})
	}
}
