package sqlstore

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"poolhouse/internal/importjob"
	"poolhouse/internal/usercsv"
)

// cut is what happens to a connection at its client's commit.
type cut int

const (
	cutNothing cut = iota
	cutBefore      // the server does not receive the commit
	cutAfter       // the client does not receive the answer
	cutLate        // the client is cut off at once; the server receives the commit later
)

// cutter is a proxy between a store and its server that cuts one commit.
type cutter struct {
	network, address string       // of the server
	pass             atomic.Int32 // number of commits that pass first
	next             atomic.Int32
	late             chan struct{} // closed to let the commit through
}

func (c *cutter) cutNext(what cut) { c.cutAfter(0, what) }

// cutAfter cuts the commit after a number of others.
func (c *cutter) cutAfter(pass int, what cut) {
	c.pass.Store(int32(pass))
	c.next.Store(int32(what))
}

// startCutter returns a cutter and the URL of the database behind it.
func startCutter(t *testing.T, database string) (*cutter, string) {
	t.Helper()
	cfg, err := pgx.ParseConfig(database)
	if err != nil {
		t.Fatal(err)
	}
	c := &cutter{late: make(chan struct{})}
	c.network, c.address = pgconn.NetworkAddress(cfg.Host, cfg.Port)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go c.serve(conn)
		}
	}()
	host, port, _ := net.SplitHostPort(listener.Addr().String()) // the listener's address is valid
	query := url.Values{"search_path": {cfg.RuntimeParams["search_path"]}, "sslmode": {"disable"}}
	u := url.URL{Scheme: "postgres", User: url.UserPassword(cfg.User, cfg.Password), Host: net.JoinHostPort(host, port), Path: "/" + cfg.Database, RawQuery: query.Encode()}
	return c, u.String()
}

func (c *cutter) serve(client net.Conn) {
	defer client.Close()
	server, err := net.Dial(c.network, c.address)
	if err != nil {
		return
	}
	defer server.Close()
	go func() { defer client.Close(); _, _ = io.Copy(client, server) }() // until either end closes
	for buf := make([]byte, 1<<16); ; {
		n, err := client.Read(buf)
		if err != nil {
			return
		}
		if bytes.Contains(buf[:n], []byte("commit\x00")) && c.pass.Add(-1) < 0 {
			switch cut(c.next.Swap(0)) {
			case cutBefore:
				return
			case cutLate:
				client.Close()
				<-c.late
			case cutAfter:
				c.commitUnheard(client, server, buf[:n])
				return
			}
		}
		if _, err := server.Write(buf[:n]); err != nil {
			return
		}
	}
}

// commitUnheard forwards the commit but not the answer, and then closes the client's connection.
// The server ends the session only after it has processed the commit.
func (c *cutter) commitUnheard(client, server net.Conn, commit []byte) {
	_ = client.SetWriteDeadline(time.Unix(1, 0))
	_, _ = server.Write(append(commit, 'X', 0, 0, 0, 4)) // and a Terminate message
	_, _ = io.Copy(io.Discard, server)
}

// TestUncertainCommit: a client learns that a change may or may not have taken effect, and nothing
// is done twice.
func TestUncertainCommit(t *testing.T) {
	t.Parallel()
	cutter, url := startCutter(t, emptySchema(t))
	s, p := openPostgres(t, url), aliasPool("uncertain")
	runJob(t, s, p)
	for i, what := range []cut{cutBefore, cutAfter} {
		cutter.cutNext(what)
		if err := s.CreateUser(t.Context(), p, named(p, fmt.Sprint("ada", i), fmt.Sprint("a", i)), false); !errors.Is(err, errUncertain) {
			t.Errorf("a commit that was cut: %v", err)
		}
	}
	for i, there := range []bool{false, true} {
		if _, err := s.User(t.Context(), p, fmt.Sprint("ada", i)); there != (err == nil) {
			t.Errorf("user %d is there: %v, want %t", i, err, there)
		}
	}
	wantSound(t, s, p)
}

// TestUncertainBatch: a batch is settled and counted once, no matter what happened to the commit of
// the first try.
func TestUncertainBatch(t *testing.T) {
	t.Parallel()
	for name, what := range map[string]cut{"before": cutBefore, "after": cutAfter, "late": cutLate} {
		for kind, names := range map[string][]string{"users": {"ada", "bob", ""}, "no users": {"", "", ""}} {
			t.Run(name+", "+kind, func(t *testing.T) {
				t.Parallel()
				testUncertainBatch(t, what, names)
			})
		}
	}
}

func testUncertainBatch(t *testing.T, what cut, names []string) {
	database := emptySchema(t)
	conn := watch(t, database)
	cutter, url := startCutter(t, database)
	s, p := openPostgres(t, url), aliasPool("uncertain")
	key, lease := runJob(t, s, p)
	if what == cutLate {
		go func() {
			defer close(cutter.late)
			// The next try, or the statement that takes its numbers, waits for the first one.
			await(t, conn, `SELECT 1 FROM pg_stat_activity w JOIN pg_stat_activity b ON b.pid = ANY (pg_blocking_pids(w.pid))
				WHERE starts_with(b.application_name, $1)`, connectionName(key))
		}()
	}
	cutter.cutNext(what)
	settled, j, err := commit(t.Context(), s, p, key, lease, rowsOf(p, usercsv.Position{}, names...), time.Now())
	if err != nil || settled != 3 || j.Checkpoint.Rows != 3 || j.Counts.Sum() != 3 {
		t.Fatalf("%d rows settled: %+v, %v", settled, j, err)
	}
	want := []string{"2 SUCCEEDED ", "3 SUCCEEDED ", "4 FAILED InvalidEmail"}
	if names[0] == "" {
		want = []string{"2 FAILED InvalidEmail", "3 FAILED InvalidEmail", "4 FAILED InvalidEmail"}
	}
	if diff := cmp.Diff(want, verdicts(t, s, key)); diff != "" {
		t.Error(diff)
	}
	wantSound(t, s, p)
	// The next batch begins exactly where this one ended.
	if _, _, err := commit(t.Context(), s, p, key, lease, rowsOf(p, usercsv.Position{}, "x"), time.Now()); !errors.Is(err, importjob.ErrLeaseLost) {
		t.Errorf("the batch once more: %v", err)
	}
}
