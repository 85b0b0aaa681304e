package importjob_test

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"poolhouse/internal/importjob"
	"poolhouse/internal/importjob/memstore"
	"poolhouse/internal/usercsv"
	"poolhouse/internal/userpool"
)

// startled is a store and a file store. One of its calls panics once.
type startled struct {
	*memstore.Store
	act  string
	done bool
}

func (f *startled) maybe(act string) {
	f.Mu.Lock()
	now := act == f.act && !f.done
	f.done = f.done || now
	f.Mu.Unlock()
	if now {
		var none *importjob.Job
		none.Message = "x"
	}
}

func (f *startled) Claim(ctx context.Context, node string, now, until time.Time) (*importjob.Job, error) {
	f.maybe("claim")
	return f.Store.Claim(ctx, node, now, until)
}

func (f *startled) Commit(ctx context.Context, p *userpool.UserPool, key importjob.Key, lease importjob.Lease, b importjob.Batch, now time.Time) (*importjob.Job, error) {
	f.maybe("commit")
	return f.Store.Commit(ctx, p, key, lease, b, now)
}

func (f *startled) UpdateLeased(ctx context.Context, key importjob.Key, lease importjob.Lease, update func(*importjob.Job) error) (*importjob.Job, error) {
	f.maybe("update")
	return f.Store.UpdateLeased(ctx, key, lease, update)
}

func (f *startled) IndexUsers(ctx context.Context, poolID string) error {
	f.maybe("index users")
	return f.Store.IndexUsers(ctx, poolID)
}

func (f *startled) Unindexed(ctx context.Context) ([]string, error) {
	f.maybe("unindexed")
	return f.Store.Unindexed(ctx)
}

func (f *startled) WithFiles(ctx context.Context, after importjob.Place, limit int) ([]*importjob.Job, error) {
	f.maybe("leftovers")
	return f.Store.WithFiles(ctx, after, limit)
}

func (f *startled) Remove(ctx context.Context, key importjob.Key) error {
	f.maybe("remove")
	return f.Store.Remove(ctx, key)
}

func (f *startled) Open(ctx context.Context, u importjob.Upload, offset int64) (io.ReadCloser, error) {
	f.maybe("open")
	file, err := f.Store.Open(ctx, u, offset)
	if offset > 0 { // the rows after the header
		return startledFile{file, f}, err
	}
	return file, err
}

type startledFile struct {
	io.ReadCloser
	*startled
}

func (f startledFile) Read(p []byte) (int, error) {
	f.maybe("read")
	return f.ReadCloser.Read(p)
}

// TestPanicsEndNoEngine: any part of the engine's work may panic. The log has the stack, the
// engine goes on, and the job comes to its end.
func TestPanicsEndNoEngine(t *testing.T) {
	for _, act := range []string{"claim", "commit", "update", "index users", "unindexed", "leftovers", "remove", "open", "read"} {
		t.Run(act, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f := &startled{Store: memstore.New(testPool()), act: act}
				key := f.Add("import-1", csvFile(20))
				var log bytes.Buffer
				e := importjob.NewEngine(f, f, importjob.Config{Node: "n", Limits: usercsv.Limits{Rows: 1000}, Log: slog.New(slog.NewTextHandler(&log, nil))})
				ctx, stop := context.WithCancel(t.Context())
				done := make(chan struct{})
				go func() { defer close(done); e.Run(ctx) }()
				time.Sleep(5 * time.Minute)
				stop()
				<-done
				if j := f.Job(key); j.State != importjob.Succeeded || j.Counts.Sum() != 20 || len(f.Files) != 0 {
					t.Errorf("the job is %s, %q, with %+v; %d files", j.State, j.Message, j.Counts, len(f.Files))
				}
				if !f.done || !strings.Contains(log.String(), "nil pointer") || !strings.Contains(log.String(), "panic_test.go") {
					t.Errorf("the log: %s", &log)
				}
			})
		})
	}
}
