package importjob

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"poolhouse/internal/guard"
	"poolhouse/internal/usercsv"
)

// Config configures an engine. The zero value of a field selects its default.
type Config struct {
	Node        string         // the name of this node, unique in its store; required
	Limits      usercsv.Limits // the limits of import files
	Strict      bool           // read files as Amazon Cognito does, without format detection
	FailedShare float64        // a larger share of failed and skipped rows makes a job fail; default [DefaultFailedShare]
	Parallel    int            // maximum number of jobs that this node works on at a time; default 2
	PortionRows int            // maximum number of rows of a portion; default 5,000
	Lease       time.Duration  // how long a node keeps a job without renewal; default 15 s
	Poll        time.Duration  // interval of polling for jobs; default 1 s
	Sweep       time.Duration  // interval of cleanups; default 1 min
	ExpireAfter time.Duration  // how long a job may stay Created; default 24 h
	KeepRows    time.Duration  // how long kept rows stay after the end of their job; default [DefaultKeepRows]
	Permission  Permission     // asked before a job begins; by default every job may begin
	Deletions   Deletions      // deleted pools to clear; by default none
	// Began is called when a job has begun. The file was read once by then, and Upload says
	// what was read. It may be nil.
	Began    func(context.Context, *Job)
	Observer Observer     // may be nil
	Log      *slog.Logger // default slog.Default()
}

func (c Config) withDefaults() Config {
	c.FailedShare = orDefault(c.FailedShare, DefaultFailedShare)
	c.Parallel = orDefault(c.Parallel, 2)
	c.PortionRows = orDefault(c.PortionRows, 5_000)
	c.Lease = orDefault(c.Lease, 15*time.Second)
	c.Poll = orDefault(c.Poll, time.Second)
	c.Sweep = orDefault(c.Sweep, time.Minute)
	c.ExpireAfter = orDefault(c.ExpireAfter, 24*time.Hour)
	c.KeepRows = orDefault(c.KeepRows, DefaultKeepRows)
	if c.Log == nil {
		c.Log = slog.Default()
	}
	if c.Observer == nil {
		c.Observer = unobserved{}
	}
	return c
}

func orDefault[T int | float64 | time.Duration](v, d T) T {
	if v == 0 {
		return d
	}
	return v
}

// Engine carries out import jobs: it claims started jobs, imports their files row by row, and
// ends them. Any number of engines may share a store.
type Engine struct {
	cfg     Config
	store   Store
	files   Files
	wake    chan struct{} // signals that there may be a job to claim
	tidy    chan struct{} // signals that there may be something to clean up
	deleted chan struct{} // signals that a pool may have been deleted

	mu         sync.Mutex
	runs       map[Key]*run // by the job that the run works on
	concluding map[Key]bool // ended jobs whose rest is being kept or whose file is being removed
}

// NewEngine returns an engine. [Engine.Run] starts its work.
func NewEngine(store Store, files Files, cfg Config) *Engine {
	return &Engine{
		cfg: cfg.withDefaults(), store: store, files: files,
		wake: make(chan struct{}, 1), tidy: make(chan struct{}, 1), deleted: make(chan struct{}, 1),
		runs: map[Key]*run{}, concluding: map[Key]bool{},
	}
}

// Wake tells the engine to look for a job to claim, a file to remove or a pool to clear. It
// is called after a start or a stop of a job and after the deletion of a pool.
func (e *Engine) Wake() {
	nudge(e.wake)
	nudge(e.tidy)
	nudge(e.deleted)
}

func nudge(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default: // a signal is pending already
	}
}

// Interrupt makes the engine look for a stop of the job at once; a commit in progress is
// cancelled for it. The returned channel is closed when this engine does not work on the job
// any more.
func (e *Engine) Interrupt(key Key) <-chan struct{} {
	e.mu.Lock()
	defer e.mu.Unlock()
	if r := e.runs[key]; r != nil {
		r.askStop()
		return r.done
	}
	done := make(chan struct{})
	close(done)
	return done
}

// StoppedBeforeBegin tells the observer of a job that a stop ended before a node began it. No
// engine works on such a job, so the caller of [Jobs].UpdateJob tells of its end.
func (e *Engine) StoppedBeforeBegin() { e.cfg.Observer.JobEnded(Stopped) }

// Run works until ctx ends. Then it commits nothing more, hands its jobs over so that another
// node can go on at once, and returns.
func (e *Engine) Run(ctx context.Context) {
	var work sync.WaitGroup
	defer work.Wait()
	work.Go(func() { e.sweepUntil(ctx) })
	if e.cfg.Deletions != nil {
		work.Go(func() { e.clearUntil(ctx) })
	}
	slots := make(chan struct{}, e.cfg.Parallel)
	for {
		select {
		case slots <- struct{}{}:
		case <-ctx.Done():
			return
		}
		job := e.nextJob(ctx)
		if job == nil {
			return
		}
		work.Go(func() {
			defer func() { <-slots }()
			// If the work on a job panics, the process and the other jobs go on. The job is
			// claimed again when its lease expires.
			if err := guard.Run(func() error { e.work(ctx, job); return nil }); err != nil {
				e.cfg.Log.Error("import job released after a panic; it will be claimed again", "pool", job.PoolID, "job", job.ID, "error", err)
			}
		})
	}
}

// nextJob waits for a job and claims it. It returns nil when ctx ends.
func (e *Engine) nextJob(ctx context.Context) *Job {
	tick := time.NewTicker(e.cfg.Poll)
	defer tick.Stop()
	for {
		job, err := guard.Call(func() (*Job, error) { return e.claim(ctx) })
		if err == nil && job != nil {
			e.cfg.Observer.JobClaimed()
			e.cfg.Log.Debug("import job claimed", "pool", job.PoolID, "job", job.ID, "node", job.Lease.Node, "epoch", job.Lease.Epoch)
			return job
		}
		if err != nil && ctx.Err() == nil {
			e.cfg.Log.Error("could not claim an import job; will retry", "error", err)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-e.wake:
		case <-tick.C:
		}
	}
}

// claim asks the store for a job. It gives up at the time at which the new lease would
// expire.
func (e *Engine) claim(ctx context.Context) (*Job, error) {
	now := time.Now()
	until := now.Add(e.cfg.Lease)
	ctx, cancel := context.WithDeadline(ctx, until)
	defer cancel()
	return e.store.Claim(ctx, e.cfg.Node, now, until)
}

// work works on a claimed job as long as this node may. If the job has ended, this node lets
// go of it before it cleans up, because the caller of a stop waits for that.
func (e *Engine) work(ctx context.Context, job *Job) {
	r := newRun(e, job)
	if e.carryOn(ctx, r) {
		r.conclude(ctx)
	}
}

// carryOn registers the run and works on its job. It reports whether the job has ended.
func (e *Engine) carryOn(ctx context.Context, r *run) bool {
	job := r.job
	e.mu.Lock()
	e.runs[job.Key()] = r
	e.mu.Unlock()
	defer func() {
		e.mu.Lock()
		if e.runs[job.Key()] == r { // otherwise the lease expired and this engine claimed the job again
			delete(e.runs, job.Key())
		}
		e.mu.Unlock()
		close(r.done)
	}()
	return r.carryOn(ctx)
}
