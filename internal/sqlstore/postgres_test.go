package sqlstore

import (
	"context"
	"crypto/rand"
	"errors"
	flags "flag"
	"fmt"
	"net/url"
	"os"
	"strings"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"

	"poolhouse/internal/scratch"
	"poolhouse/internal/storetest"
)

// envDatabase names a database for the suite, in place of a private PostgreSQL server: any engine
// with its protocol. The suite creates schemas of its own in it and removes them.
const envDatabase = "POOLHOUSE_TEST_DATABASE"

// server is the PostgreSQL server of all tests, started by the first one that needs it.
var server struct {
	once sync.Once
	run  *scratch.Postgres
	url  string
	err  error
}

func TestMain(m *testing.M) {
	flags.Parse()
	moreAtATime()
	code := m.Run()
	if server.run != nil {
		if err := server.run.Close(); err != nil {
			fmt.Fprintln(os.Stderr, err)
			code = 1
		}
	}
	os.Exit(code)
}

// moreAtATime runs more parallel tests than there are processors, unless a flag sets the number:
// they mostly wait for a database.
func moreAtATime() {
	const name = "test.parallel"
	said := false
	flags.Visit(func(f *flags.Flag) { said = said || f.Name == name })
	if said {
		return
	}
	if err := flags.Set(name, "10"); err != nil {
		panic(err) // a flag of every test binary
	}
}

// serverURL returns the URL of a database for tests.
func serverURL(t testing.TB) string {
	t.Helper()
	server.once.Do(func() {
		if server.url = os.Getenv(envDatabase); server.url != "" {
			return
		}
		// Other tests cover crashes with a server that syncs; here it would only cost time.
		server.run, server.err = scratch.StartPostgres(context.Background(), map[string]string{"fsync": "off", "max_connections": "400"})
		if server.err == nil {
			server.url = server.run.URL("postgres")
		}
	})
	if errors.Is(server.err, scratch.ErrNoPostgres) {
		scratch.Lacking(t, server.err.Error())
	}
	if server.err != nil {
		t.Fatal(server.err)
	}
	return server.url
}

// emptySchema returns the URL of the test database with only an empty schema in the search path.
func emptySchema(t testing.TB) string {
	t.Helper()
	ctx := context.Background()
	conn, err := pgx.Connect(ctx, serverURL(t))
	if err != nil {
		t.Fatal(err)
	}
	name := "test_" + strings.ToLower(rand.Text())
	if _, err := conn.Exec(ctx, "CREATE SCHEMA "+name); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_, err := conn.Exec(ctx, "DROP SCHEMA "+name+" CASCADE")
		if err := errors.Join(err, conn.Close(ctx)); err != nil {
			t.Error(err)
		}
	})
	u, err := url.Parse(serverURL(t))
	if err != nil {
		t.Fatal(err)
	}
	query := u.Query()
	query.Set("search_path", name)
	u.RawQuery = query.Encode()
	return u.String()
}

func openPostgres(t testing.TB, url string) *Store {
	t.Helper()
	s, err := OpenPostgres(t.Context(), Postgres{URL: url, Connections: 5, Node: "test"})
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

func TestPostgresSuite(t *testing.T) {
	storetest.Run(t, func(t *testing.T) storetest.Store { return openPostgres(t, emptySchema(t)) })
}
