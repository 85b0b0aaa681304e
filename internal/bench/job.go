package bench

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"time"

	"poolhouse/internal/importjob"
	"poolhouse/internal/sqlstore"
	"poolhouse/internal/userpool"
)

// importFile imports the file into a number of new pools at the same time,
// with the engine of a server for each of the stores. It returns how long the
// jobs took, from the start of the engines to the end of the last job.
func importFile(ctx context.Context, stores []*sqlstore.Store, pools int, f file) (time.Duration, error) {
	jobs := make([]importjob.Key, pools)
	for i := range jobs {
		var err error
		if jobs[i], err = startJob(ctx, stores[0], i, f.size); err != nil {
			return 0, err
		}
	}
	watch := endWatch{slog.DiscardHandler, make(chan error, pools+1)}
	running, stop := context.WithCancel(ctx)
	var engines sync.WaitGroup
	begun := time.Now()
	for i, store := range stores {
		engine := importjob.NewEngine(store, f, importjob.Config{Node: fmt.Sprintf("bench%d", i), Log: slog.New(watch)})
		engines.Go(func() { engine.Run(running) })
	}
	err := watch.wait(ctx, pools)
	took := time.Since(begun)
	stop()
	engines.Wait()
	if err != nil {
		return 0, err
	}
	for _, job := range jobs {
		err = errors.Join(err, check(ctx, stores[0], job, f.rows))
	}
	return took, err
}

// startJob makes a pool and a job in it that waits for an engine.
func startJob(ctx context.Context, store *sqlstore.Store, i int, size int64) (importjob.Key, error) {
	pool := &userpool.UserPool{
		ID: fmt.Sprintf("us-east-1_Benchmark%d", i), Schema: userpool.StandardSchema(), AutoVerified: []string{"email"},
		FirstFactors: []string{userpool.FactorPassword}, MFA: userpool.MFAOff, PasswordPolicy: userpool.DefaultPasswordPolicy(),
	}
	job := &importjob.Job{PoolID: pool.ID, ID: "import-benchmark", State: importjob.Created, Created: time.Now(),
		Upload: importjob.Upload{Name: "file", Size: size}}
	if err := store.CreatePool(ctx, pool, 100); err != nil {
		return job.Key(), err
	}
	if err := store.CreateJob(ctx, job, 100); err != nil {
		return job.Key(), err
	}
	_, err := store.UpdateJob(ctx, job.Key(), func(j *importjob.Job) error { return j.Start(time.Now()) })
	return job.Key(), err
}

// endWatch is a log that tells when an engine logs a job's end, or an error:
// then there is nothing to measure any more.
type endWatch struct {
	slog.Handler
	told chan error // nil for an end
}

func (endWatch) Enabled(context.Context, slog.Level) bool { return true }
func (w endWatch) WithAttrs([]slog.Attr) slog.Handler     { return w }

func (w endWatch) Handle(_ context.Context, r slog.Record) error {
	switch {
	case strings.HasPrefix(r.Message, "import job ended"):
		w.tell(nil)
	case r.Level >= slog.LevelError:
		text := r.Message
		r.Attrs(func(a slog.Attr) bool { text += " " + a.String(); return true })
		w.tell(errors.New(text))
	}
	return nil
}

// tell does not wait: when the channel is full, enough has been told.
func (w endWatch) tell(err error) {
	select {
	case w.told <- err:
	default:
	}
}

// wait returns when n jobs have ended.
func (w endWatch) wait(ctx context.Context, n int) error {
	for range n {
		select {
		case err := <-w.told:
			if err != nil {
				return err
			}
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return nil
}

// check makes sure that what was measured happened.
func check(ctx context.Context, store *sqlstore.Store, key importjob.Key, rows int) error {
	job, err := store.Job(ctx, key)
	if err != nil {
		return err
	}
	if job.State != importjob.Succeeded || job.Counts.Imported != int64(rows) {
		return fmt.Errorf("the import ended %s with %+v: %s", job.State, job.Counts, job.Message)
	}
	return nil
}
