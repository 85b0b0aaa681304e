package e2e

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"poolhouse/internal/scratch"
)

// home is the storage of one server: a data directory and, without SQLite, a PostgreSQL
// database.
type home struct {
	t    *testing.T
	data string
	url  string // URL of the database, "" for SQLite
}

// homes makes new homes on one kind of store.
type homes struct {
	postgres *scratch.Postgres // nil for SQLite
}

// onEachStore runs a test with SQLite, and with databases of the shared PostgreSQL server.
// The two mostly wait, so they run in parallel, except where that would disturb a
// measurement.
func onEachStore(t *testing.T, test func(t *testing.T, h *homes)) {
	t.Helper()
	t.Run("SQLite", func(t *testing.T) {
		together(t)
		test(t, &homes{})
	})
	t.Run("PostgreSQL", func(t *testing.T) {
		together(t)
		test(t, &homes{postgres: sharedPostgres(t)})
	})
}

// together runs a test in parallel with others, except in the long runs.
func together(t *testing.T) {
	t.Helper()
	if !*soaking {
		t.Parallel()
	}
}

// alone gives the homes a PostgreSQL server of their own, which ends after the servers that
// use it.
func (h *homes) alone(t *testing.T) *homes {
	t.Helper()
	if h.postgres == nil {
		return h
	}
	p := ownPostgres(t)
	t.Cleanup(func() {
		if err := p.Close(); err != nil {
			t.Error(err)
		}
	})
	return &homes{postgres: p}
}

// make returns an empty home.
func (h *homes) make(t *testing.T) *home {
	t.Helper()
	home := &home{t: t, data: t.TempDir()}
	if h.postgres != nil {
		var err error
		if home.url, err = h.postgres.CreateDatabase(t.Context(), newName()); err != nil {
			t.Fatal(err)
		}
	}
	return home
}

// setup returns the settings of a server there. An abandoned job is claimed after two
// seconds: on PostgreSQL another server could hold it.
func (h *home) setup(flags ...string) setup {
	flags = append(flags, "--import-takeover", "4s")
	if h.url != "" {
		flags = append(flags, "--database", h.url)
	}
	return setup{data: h.data, flags: flags, serverEnv: []string{sealingKey}}
}

// node starts a server there.
func (h *home) node(flags ...string) *node {
	h.t.Helper()
	return start(h.t, h.setup(flags...))
}

// exec runs a statement on the database of a stopped server.
func (h *home) exec(statement string) {
	h.t.Helper()
	if h.url == "" {
		if _, err := exec.LookPath("sqlite3"); err != nil {
			lacking(h.t, "sqlite3")
		}
		if out, err := exec.Command("sqlite3", "-bail", filepath.Join(h.data, "poolhouse.db"), statement).CombinedOutput(); err != nil {
			h.t.Fatalf("sqlite3: %v: %s", err, out)
		}
		return
	}
	execPostgres(h.t, h.url, statement)
}

// cleared reports whether nothing is left of deleted user pools. The server may be running.
func (h *home) cleared() bool {
	h.t.Helper()
	const left = "SELECT count(*) FROM deleted_pools"
	if h.url == "" {
		if _, err := exec.LookPath("sqlite3"); err != nil {
			lacking(h.t, "sqlite3")
		}
		out, err := exec.Command("sqlite3", "-readonly", "-bail", filepath.Join(h.data, "poolhouse.db"), ".timeout 5000", left).CombinedOutput()
		if err != nil {
			h.t.Fatalf("sqlite3: %v: %s", err, out)
		}
		return strings.TrimSpace(string(out)) == "0"
	}
	conn, err := pgx.Connect(h.t.Context(), h.url)
	if err != nil {
		h.t.Fatal(err)
	}
	var pools int
	err = conn.QueryRow(h.t.Context(), left).Scan(&pools)
	if err := errors.Join(err, conn.Close(h.t.Context())); err != nil {
		h.t.Fatal(err)
	}
	return pools == 0
}

func execPostgres(t *testing.T, url, statement string) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	if err == nil {
		_, err = conn.Exec(t.Context(), statement)
		err = errors.Join(err, conn.Close(t.Context()))
	}
	if err != nil {
		t.Fatalf("%s: %v", statement, err)
	}
}

// awaitGone waits until PostgreSQL has noticed that a killed server is gone. Until then, a
// commit in progress may still take effect.
func (h *home) awaitGone(node string) {
	h.t.Helper()
	if h.url == "" {
		return
	}
	conn, err := pgx.Connect(h.t.Context(), h.url)
	if err != nil {
		h.t.Fatal(err)
	}
	defer conn.Close(context.WithoutCancel(h.t.Context()))
	await(h.t, "the end of the sessions of a server that is gone", 30*time.Second, func() bool {
		var sessions int
		if err := conn.QueryRow(h.t.Context(), "SELECT count(*) FROM pg_stat_activity WHERE application_name = $1", "poolhouse "+node).Scan(&sessions); err != nil {
			h.t.Fatal(err)
		}
		return sessions == 0
	})
}

// uploads returns the uploaded files that still exist.
func (h *home) uploads() (left []string) {
	h.t.Helper()
	err := filepath.WalkDir(filepath.Join(h.data, "uploads"), func(path string, e fs.DirEntry, err error) error {
		if err == nil && !e.IsDir() {
			left = append(left, strings.TrimPrefix(path, h.data))
		}
		if errors.Is(err, os.ErrNotExist) { // removed meanwhile
			return nil
		}
		return err
	})
	if err != nil {
		h.t.Fatal(err)
	}
	return left
}

// await waits for something that another process does by itself. It asks again and again, as
// clients do, because there is no signal for what such a process does. After a timeout it tells
// what state returns.
func await(t *testing.T, what string, most time.Duration, done func() bool, state ...func() string) {
	t.Helper()
	for deadline := time.Now().Add(most); !done(); time.Sleep(10 * time.Millisecond) { // leaves the processors to the process
		if time.Now().Before(deadline) {
			continue
		}
		told := ""
		for _, s := range state {
			told += "\n" + s()
		}
		t.Fatalf("waiting for %s took more than %v%s", what, most, told)
	}
}
