package importjob

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"poolhouse/internal/guard"
	"poolhouse/internal/usercsv"
)

// Config sets an engine up. The zero value of a field means its default.
type Config struct {
	Node        string         // this node's name, unique among those that share a store; required
	Limits      usercsv.Limits // of the files
	Strict      bool           // files are read as Amazon Cognito reads them, and not what they seem to be
	FailedShare float64        // a job ends Failed when more than this share of its rows failed or were skipped; default [DefaultFailedShare]
	Parallel    int            // jobs that this node works on at a time; default 2
	PortionRows int            // most rows of a portion that a store draws; default 5,000
	Lease       time.Duration  // how long a node that went silent keeps a job; default 15 s
	Poll        time.Duration  // how often a node that is not woken looks for jobs; default 1 s
	Sweep       time.Duration  // how often leftovers are tidied; default 1 min
	ExpireAfter time.Duration  // how long a job may stay Created; default 24 h
	KeepRows    time.Duration  // how long what is kept of a job's rows stays after its end; default [DefaultKeepRows]
	Permission  Permission     // asked before a job begins; by default every job may
	Deletions   Deletions      // what is left of deleted pools; by default the engine clears nothing
	// Began is told of a job that has begun: its file was read once, and Upload says
	// what was read. nil tells no one.
	Began func(context.Context, *Job)
	Log   *slog.Logger // default slog.Default()
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
	return c
}

func orDefault[T int | float64 | time.Duration](v, d T) T {
	if v == 0 {
		return d
	}
	return v
}

// Engine works on import jobs: it claims those that were started, imports
// their files row by row, and ends them. Any number of engines may share a
// store.
type Engine struct {
	cfg     Config
	store   Store
	files   Files
	wake    chan struct{} // there may be a job to claim
	tidy    chan struct{} // there may be leftovers
	deleted chan struct{} // a pool may have been deleted

	mu         sync.Mutex
	runs       map[Key]*run // the jobs that this engine works on
	concluding map[Key]bool // the ended jobs whose rest it keeps or whose file it removes
}

// NewEngine returns an engine; [Engine.Run] sets it to work.
func NewEngine(store Store, files Files, cfg Config) *Engine {
	return &Engine{
		cfg: cfg.withDefaults(), store: store, files: files,
		wake: make(chan struct{}, 1), tidy: make(chan struct{}, 1), deleted: make(chan struct{}, 1),
		runs: map[Key]*run{}, concluding: map[Key]bool{},
	}
}

// Wake tells the engine that a job was started or stopped, or a pool deleted: there
// may be a job to claim, a file to remove, or a pool to clear.
func (e *Engine) Wake() {
	nudge(e.wake)
	nudge(e.tidy)
	nudge(e.deleted)
}

func nudge(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default: // it has been told already
	}
}

// LetGo makes the engine look at the job's state at once, where it sees a
// stop: the commit that is going on is given up for it. The channel is
// closed when this engine does not work on the job, or no longer does.
func (e *Engine) LetGo(key Key) <-chan struct{} {
	e.mu.Lock()
	defer e.mu.Unlock()
	if r := e.runs[key]; r != nil {
		r.ask()
		return r.done
	}
	done := make(chan struct{})
	close(done)
	return done
}

// Run works until ctx ends. Then it commits nothing more, gives the leases it
// holds up, so that another node goes on at once, and returns.
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
			// A job whose work panics is claimed again when its lease has run
			// out; the process and the other jobs go on.
			if err := guard.Run(func() error { e.work(ctx, job); return nil }); err != nil {
				e.cfg.Log.Error("import job let go", "pool", job.PoolID, "job", job.ID, "error", err)
			}
		})
	}
}

// nextJob waits until there is a job for this node and claims it. It returns
// nil when ctx ends.
func (e *Engine) nextJob(ctx context.Context) *Job {
	tick := time.NewTicker(e.cfg.Poll)
	defer tick.Stop()
	for {
		job, err := guard.Call(func() (*Job, error) { return e.claim(ctx) })
		if err == nil && job != nil {
			return job
		}
		if err != nil && ctx.Err() == nil {
			e.cfg.Log.Error("claiming an import job failed", "error", err)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-e.wake:
		case <-tick.C:
		}
	}
}

// claim asks for a job. It gives up when the lease on it would have run out.
func (e *Engine) claim(ctx context.Context) (*Job, error) {
	now := time.Now()
	until := now.Add(e.cfg.Lease)
	ctx, cancel := context.WithDeadline(ctx, until)
	defer cancel()
	return e.store.Claim(ctx, e.cfg.Node, now, until)
}

// work carries one claimed job on for as long as this node may. When the job has ended,
// this node lets go of it first, since the caller of a stop waits for that, and then does
// what is left to do.
func (e *Engine) work(ctx context.Context, job *Job) {
	r := newRun(e, job)
	if e.carryOn(ctx, r) {
		r.conclude(ctx)
	}
}

// carryOn reports whether the job has ended.
func (e *Engine) carryOn(ctx context.Context, r *run) bool {
	job := r.job
	e.mu.Lock()
	e.runs[job.Key()] = r
	e.mu.Unlock()
	defer func() {
		e.mu.Lock()
		if e.runs[job.Key()] == r { // else the job was claimed anew when its lease had run out
			delete(e.runs, job.Key())
		}
		e.mu.Unlock()
		close(r.done)
	}()
	return r.carryOn(ctx)
}
