package importjob_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"poolhouse/internal/importjob"
	"poolhouse/internal/importjob/memstore"
	"poolhouse/internal/userpool"
)

// jammed is a store in which jobs whose ID begins with "stuck" cannot be changed and their
// files cannot be removed. Calls for jobs whose ID begins with "hanging" last until their
// context ends.
type jammed struct{ *memstore.Store }

var errStuck = errors.New("it is stuck")

func (s jammed) hold(ctx context.Context, key importjob.Key) error {
	switch {
	case strings.HasPrefix(key.JobID, "stuck"):
		return errStuck
	case strings.HasPrefix(key.JobID, "hanging"):
		<-ctx.Done()
		return ctx.Err()
	}
	return nil
}

func (s jammed) UpdateJob(ctx context.Context, key importjob.Key, update func(*importjob.Job) error) (*importjob.Job, error) {
	if err := s.hold(ctx, key); err != nil {
		return nil, err
	}
	return s.Store.UpdateJob(ctx, key, update)
}

func (s jammed) Remove(ctx context.Context, key importjob.Key) error {
	if err := s.hold(ctx, key); err != nil {
		return err
	}
	return s.Store.Remove(ctx, key)
}

// leave adds a job for the sweep: one that was not started, or one that has ended and has its
// file.
func leave(m *memstore.Store, id string, state importjob.State, created time.Time) importjob.Key {
	j := &importjob.Job{PoolID: m.UserPool.ID, ID: id, State: state, Created: created}
	if state.Ended() {
		j.Upload.Name = id + "/file"
	}
	m.Files[id+"/file"] = []byte("x")
	m.Jobs[j.Key()] = j
	return j.Key()
}

// TestStuckLeftoversHoldUpNone: many jobs that cannot be cleaned up, or that take forever,
// come before others. The others are cleaned up. The log has one line or two about the stuck
// ones, not one for each.
func TestStuckLeftoversHoldUpNone(t *testing.T) {
	for _, state := range []importjob.State{importjob.Created, importjob.Failed} {
		t.Run(string(state), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				m := memstore.New(&userpool.UserPool{ID: "us-east-1_a"})
				old := time.Now().Add(-48 * time.Hour)
				for i := range 250 {
					leave(m, fmt.Sprint("stuck", i), state, old.Add(time.Duration(i)*time.Second))
				}
				leave(m, "hanging", state, old.Add(time.Hour))
				behind := leave(m, "behind", state, old.Add(2*time.Hour))
				var log bytes.Buffer
				e := importjob.NewEngine(jammed{m}, jammed{m}, importjob.Config{Node: "n", Log: slog.New(slog.NewTextHandler(&log, nil))})
				ctx, stop := context.WithCancel(t.Context())
				done := make(chan struct{})
				go func() { defer close(done); e.Run(ctx) }()
				time.Sleep(5 * time.Minute)
				stop()
				<-done
				if j := m.Job(behind); !j.State.Ended() || j.Upload != (importjob.Upload{}) || m.Files["behind/file"] != nil {
					t.Errorf("the job behind is %v, with %+v", j.State, j.Upload)
				}
				if lines := strings.Count(log.String(), "level=WARN"); lines == 0 || lines > 6 || !strings.Contains(log.String(), "jobs=251") || !strings.Contains(log.String(), "job=stuck0") {
					t.Errorf("the log has %d warnings: %.2000s", lines, &log)
				}
			})
		})
	}
}

// TestFilesOfExpiredJobs: the files of a job that was never started are removed, even if the
// first attempt fails and the job has no upload.
func TestFilesOfExpiredJobs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := memstore.New(&userpool.UserPool{ID: "us-east-1_a"})
		key := leave(m, "never", importjob.Created, time.Now().Add(-48*time.Hour))
		files := &failing{Store: m, failures: 2}
		e := importjob.NewEngine(m, files, importjob.Config{Node: "n", Log: slog.New(slog.DiscardHandler)})
		ctx, stop := context.WithCancel(t.Context())
		done := make(chan struct{})
		go func() { defer close(done); e.Run(ctx) }()
		time.Sleep(5 * time.Minute)
		stop()
		<-done
		if j := m.Job(key); j.State != importjob.Expired || j.Upload != (importjob.Upload{}) || len(m.Files) != 0 {
			t.Errorf("the job is %v, with %+v; there are %d files", j.State, j.Upload, len(m.Files))
		}
	})
}

// failing is a file store whose first calls of Remove fail.
type failing struct {
	*memstore.Store
	failures int
}

func (f *failing) Remove(ctx context.Context, key importjob.Key) error {
	if f.failures > 0 {
		f.failures--
		return errStuck
	}
	return f.Store.Remove(ctx, key)
}

// TestIndexUsersGoesOn: a pool whose users cannot be indexed holds up no other pool.
func TestIndexUsersGoesOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := &lagging{Store: memstore.New(&userpool.UserPool{ID: "us-east-1_a"}), unindexed: []string{"stuck", "behind"}}
		_, stop := start(m, m, config("a"))
		time.Sleep(5 * time.Minute)
		stop()
		if len(m.unindexed) != 1 || m.unindexed[0] != "stuck" {
			t.Errorf("unindexed pools: %v", m.unindexed)
		}
	})
}

// lagging is a store in which some pools have unindexed users.
type lagging struct {
	*memstore.Store
	unindexed []string
}

func (l *lagging) Unindexed(context.Context) ([]string, error) { return slices.Clone(l.unindexed), nil }

func (l *lagging) IndexUsers(_ context.Context, poolID string) error {
	if poolID == "stuck" {
		return errStuck
	}
	l.unindexed = slices.DeleteFunc(l.unindexed, func(id string) bool { return id == poolID })
	return nil
}
