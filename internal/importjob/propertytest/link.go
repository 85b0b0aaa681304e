package propertytest

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"poolhouse/internal/importjob"
	"poolhouse/internal/usercsv"
	"poolhouse/internal/userpool"
)

var (
	errRefused = errors.New("the store is unavailable")
	errDead    = errors.New("the process was killed")
	errCeased  = errors.New("the store is available again, but this call has failed")
)

// link is the connection of a node's process to the store and the files. Every call takes its
// time, and the faults of the plan are applied to it.
type link struct {
	importjob.Store
	files importjob.Files
	node  *node
	dead  atomic.Bool // no further call reaches the store; calls on their way still do

	mu     sync.Mutex
	claims map[importjob.Key]claimed   // the last claim of each job
	stops  map[importjob.Key]stopHeard // stops that the engine was told of
}

func newLink(n *node) *link {
	return &link{
		Store: n.sim.audit, files: n.sim.world, node: n,
		claims: map[importjob.Key]claimed{}, stops: map[importjob.Key]stopHeard{},
	}
}

// pass makes a call through the link and applies a fault to it.
func pass[T any](ctx context.Context, l *link, f fault, do func(context.Context) (T, error)) (answer T, err error) {
	var none T
	if f.What == afterwards {
		l.node.sim.afterwards(f.For.duration(), func() { _, _ = do(context.WithoutCancel(ctx)) })
		return none, errRefused
	}
	storeCtx, err := l.request(ctx, f)
	if err != nil {
		return none, err
	}
	if answer, err = do(storeCtx); err != nil {
		return answer, err
	}
	if err := l.response(ctx, storeCtx, f); err != nil {
		return none, err
	}
	return answer, nil
}

// request is the way of the call to the store. It returns the context that the call has
// there.
func (l *link) request(ctx context.Context, f fault) (storeCtx context.Context, err error) {
	storeCtx = ctx
	if l.node.awaitResumption() {
		storeCtx = context.WithoutCancel(ctx) // a suspended node does not notice that time has passed
	}
	if err := l.reach(ctx, f); err != nil {
		return storeCtx, err
	}
	switch f.What {
	case refused:
		return storeCtx, errRefused
	case stuck:
		return storeCtx, l.hang(ctx, f)
	case late:
		l.node.sim.sleep(f.For.duration())
		storeCtx = context.WithoutCancel(ctx)
	}
	return storeCtx, l.travel(storeCtx, f.Call)
}

// response is the way back of the result of a call that took effect.
func (l *link) response(ctx, storeCtx context.Context, f fault) error {
	switch f.What {
	case unanswered:
		return errRefused
	case stuckAfter:
		return l.hang(ctx, f)
	case lateAnswer:
		l.node.sim.sleep(f.For.duration())
	case saidLost:
		return fmt.Errorf("commit: %w", importjob.ErrLeaseLost)
	}
	l.node.awaitResumption()
	if err := l.reach(ctx, f); err != nil {
		return err
	}
	return l.travel(storeCtx, f.Call)
}

// reach returns an error if the process and what it calls are disconnected.
func (l *link) reach(ctx context.Context, f fault) error {
	if l.dead.Load() {
		return errDead
	}
	if f.Call == openCall || f.Call == removeCall {
		return l.node.sim.filesInOrder()
	}
	switch l.node.connection() {
	case cutOff:
		return errRefused
	case silent:
		return l.fallSilent(ctx, f)
	}
	return nil
}

// travel takes the time that the call needs one way.
func (l *link) travel(ctx context.Context, c call) error {
	wait := time.NewTimer(l.node.latency(c))
	defer wait.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-wait.C:
		return nil
	}
}

func (l *link) Claim(ctx context.Context, node string, now, until time.Time) (*importjob.Job, error) {
	ahead := l.node.clock()
	now, until = now.Add(ahead), until.Add(ahead)
	j, err := pass(ctx, l, l.node.sim.next(claimCall), func(ctx context.Context) (*importjob.Job, error) {
		return l.Store.Claim(ctx, node, now, until)
	})
	if j != nil {
		l.mu.Lock()
		defer l.mu.Unlock()
		l.claims[j.Key()] = claimed{time.Now(), j.Lease}
	}
	return j, err
}

func (l *link) Commit(ctx context.Context, p *userpool.UserPool, key importjob.Key, lease importjob.Lease,
	batch importjob.Batch, now time.Time) (*importjob.Job, error) {
	batch, passed := l.draw(batch)
	f := l.node.sim.next(commitCall)
	j, err := pass(ctx, l, f, func(ctx context.Context) (*importjob.Job, error) {
		j, err := l.Store.Commit(ctx, p, key, lease, batch, now)
		if err == nil && f.What != afterwards { // with afterwards, no node waits for the result
			l.checkStop(key)
		}
		return j, err
	})
	if passed > 0 && (err != nil || j.Checkpoint.Rows < batch.From.Rows+int64(passed)) {
		l.node.sim.count("rows drawn in vain")
	}
	return j, err
}

// draw copies the rows that the plan has the commit draw into one portion, so that the node's
// later use of its rows does not change it. The node no longer has the first `passed` of
// these rows. The store may settle fewer.
func (l *link) draw(b importjob.Batch) (all importjob.Batch, passed int) {
	var rows []importjob.Row
	draws := l.node.draws()
	if again := b.First(); len(again) == 0 { // a store that retries asks again
		l.node.sim.violate("a batch has no rows")
	}
	for portion := range b.Rows {
		if len(rows) > 0 {
			l.node.sim.count("rows drawn")
			passed = len(rows)
		}
		rows = append(rows, copied(portion)...)
		if draws--; draws < 0 {
			break
		}
	}
	return importjob.Batch{From: b.From, Rows: together(rows)}, passed
}

// together yields the rows in one portion.
func together(rows []importjob.Row) iter.Seq[[]importjob.Row] {
	return slices.Values([][]importjob.Row{rows})
}

func copied(rows []importjob.Row) []importjob.Row {
	rows = append([]importjob.Row(nil), rows...)
	for i := range rows {
		if rows[i].User != nil {
			u := *rows[i].User
			rows[i].User = &u
		}
	}
	return rows
}

func (l *link) UpdateLeased(ctx context.Context, key importjob.Key, lease importjob.Lease,
	update func(*importjob.Job) error) (*importjob.Job, error) {
	return pass(ctx, l, l.node.sim.next(leasedCall), func(ctx context.Context) (*importjob.Job, error) {
		return l.Store.UpdateLeased(ctx, key, lease, update)
	})
}

func (l *link) UpdateJob(ctx context.Context, key importjob.Key, update func(*importjob.Job) error) (*importjob.Job, error) {
	return pass(ctx, l, l.node.sim.next(updateCall), func(ctx context.Context) (*importjob.Job, error) {
		return l.Store.UpdateJob(ctx, key, update)
	})
}

func (l *link) Pool(ctx context.Context, id string) (*userpool.UserPool, error) {
	return pass(ctx, l, l.node.sim.next(poolCall), func(ctx context.Context) (*userpool.UserPool, error) {
		return l.Store.Pool(ctx, id)
	})
}

func (l *link) Overdue(ctx context.Context, createdBefore time.Time, after importjob.Place, limit int) ([]*importjob.Job, error) {
	return pass(ctx, l, l.node.sim.next(leftoversCall), func(ctx context.Context) ([]*importjob.Job, error) {
		return l.Store.Overdue(ctx, createdBefore, after, limit)
	})
}

func (l *link) WithFiles(ctx context.Context, after importjob.Place, limit int) ([]*importjob.Job, error) {
	return pass(ctx, l, l.node.sim.next(leftoversCall), func(ctx context.Context) ([]*importjob.Job, error) {
		return l.Store.WithFiles(ctx, after, limit)
	})
}

func (l *link) KeepRest(ctx context.Context, key importjob.Key, from usercsv.Position, rows []importjob.KeptRow, end usercsv.Position, done bool) error {
	rows = slices.Clone(rows)
	_, err := pass(ctx, l, l.node.sim.next(keepRestCall), func(ctx context.Context) (struct{}, error) {
		return struct{}{}, l.Store.KeepRest(ctx, key, from, rows, end, done)
	})
	return err
}

func (l *link) ExpireRows(ctx context.Context, endedBefore time.Time) error {
	_, err := pass(ctx, l, l.node.sim.next(expireCall), func(ctx context.Context) (struct{}, error) {
		return struct{}{}, l.Store.ExpireRows(ctx, endedBefore)
	})
	return err
}

func (l *link) IndexUsers(ctx context.Context, poolID string) error {
	_, err := pass(ctx, l, l.node.sim.next(indexCall), func(ctx context.Context) (struct{}, error) {
		return struct{}{}, l.Store.IndexUsers(ctx, poolID)
	})
	return err
}

func (l *link) Unindexed(ctx context.Context) ([]string, error) {
	return pass(ctx, l, l.node.sim.next(unindexedCall), l.Store.Unindexed)
}
