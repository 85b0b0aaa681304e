package importjob_test

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"poolhouse/internal/importjob"
	"poolhouse/internal/importjob/memstore"
	"poolhouse/internal/userpool"
)

// deletedPools are two deleted pools that still have files of their jobs. A file whose name
// begins with "stuck" cannot be removed while stuck is set.
type deletedPools struct {
	*memstore.Store
	mu      sync.Mutex
	stuck   bool
	left    []importjob.DeletedPool
	files   map[string][]string // by pool
	streams int                 // how often streams were cleared
}

func (d *deletedPools) DeletedPools(context.Context) ([]importjob.DeletedPool, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return slices.Clone(d.left), nil
}

func (d *deletedPools) LeftFiles(_ context.Context, p importjob.DeletedPool) (keys []importjob.Key, err error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, id := range d.files[p.ID] {
		keys = append(keys, importjob.Key{PoolID: p.ID, JobID: id})
	}
	return keys, nil
}

func (d *deletedPools) Remove(_ context.Context, key importjob.Key) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.stuck && strings.HasPrefix(key.JobID, "stuck") {
		return errStuck
	}
	d.files[key.PoolID] = slices.DeleteFunc(d.files[key.PoolID], func(id string) bool { return id == key.JobID })
	return nil
}

func (d *deletedPools) ClearPool(_ context.Context, p importjob.DeletedPool) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if n := len(d.files[p.ID]); n > 0 {
		return fmt.Errorf("%d files are left", n)
	}
	d.left = slices.DeleteFunc(d.left, func(other importjob.DeletedPool) bool { return other == p })
	return nil
}

func (d *deletedPools) ClearStreams(context.Context) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.streams++
	return nil
}

func (d *deletedPools) String() string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return fmt.Sprint(d.left, d.files)
}

// TestDeletedPoolsAreCleared: files are removed before table rows. A file that cannot be
// removed holds up no other file. Only its own pool is cleared later, even by an engine that
// starts after the first one has died.
func TestDeletedPoolsAreCleared(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := &deletedPools{
			Store: memstore.New(&userpool.UserPool{ID: "us-east-1_x"}), stuck: true,
			left:  []importjob.DeletedPool{{Number: 1, ID: "a"}, {Number: 2, ID: "b"}},
			files: map[string][]string{"a": {"stuck", "one", "two"}, "b": {"three"}},
		}
		run := func() (engine *importjob.Engine, stop func()) {
			ctx, cancel := context.WithCancel(t.Context())
			done := make(chan struct{})
			engine = importjob.NewEngine(d, d, importjob.Config{Node: "n", Deletions: d, Log: slog.New(slog.NewTextHandler(io.Discard, nil))})
			go func() { defer close(done); engine.Run(ctx) }()
			return engine, func() { cancel(); <-done }
		}
		_, stop := run()
		synctest.Wait()
		if want, got := "[{1 a}] map[a:[stuck] b:[]]", d.String(); got != want {
			t.Errorf("left is %s, want %s", got, want)
		}
		stop()
		d.stuck = false
		engine, stop := run()
		defer stop()
		synctest.Wait()
		if want, got := "[] map[a:[] b:[]]", d.String(); got != want || d.streams < 2 {
			t.Errorf("left is %s, want %s; streams were cleared %d times", got, want, d.streams)
		}
		d.mu.Lock()
		d.left = append(d.left, importjob.DeletedPool{Number: 3, ID: "c"})
		d.mu.Unlock()
		engine.Wake()
		synctest.Wait()
		if got := d.String(); strings.Contains(got, "c") {
			t.Errorf("after a call that deleted a pool, left is %s", got)
		}
		d.mu.Lock()
		d.left = append(d.left, importjob.DeletedPool{Number: 4, ID: "d"})
		d.mu.Unlock()
		time.Sleep(2 * time.Minute) // another server deleted it
		synctest.Wait()
		if got := d.String(); strings.Contains(got, "d") {
			t.Errorf("a minute after another server deleted a pool, left is %s", got)
		}
	})
}
