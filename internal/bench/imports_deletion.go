package bench

import (
	"context"
	"fmt"
	"time"
)

// deletion is the result of the deletion of a pool.
type deletion struct {
	users      int
	call, gone time.Duration // until DeleteUserPool answered; until no user was left
	idle, busy times         // of a writer to another pool, before and during the deletion
}

const (
	// writersUsers is how many users the pool that is written to has.
	writersUsers = 100
	// goneEvery is the interval of looking for users that are left.
	goneEvery = 200 * time.Millisecond
	// goneLimit is how long the deletion may take.
	goneLimit = 10 * time.Minute
)

// deletion deletes a pool with many users, and times a writer to another pool until the users
// are gone.
func (m *importBench) deletion(ctx context.Context) error {
	many := m.file(m.deleted())
	few := m.file(writersUsers)
	few.first = others
	for _, f := range []*file{&many, &few} {
		if err := f.write(m.dir); err != nil {
			return err
		}
	}
	d := deletion{users: many.rows}
	err := m.onSite(ctx, m.engine, m.self, func(s site, n *node) error {
		pools := make([]string, 2)
		for i, f := range []file{few, many} {
			var err error
			if pools[i], err = n.newPool(ctx); err != nil {
				return err
			}
			if _, err := m.importInto(ctx, n, pools[i], f, false); err != nil {
				return err
			}
		}
		m.flush(ctx)
		w := callers{n.client, pools[0], few, m.Pace}
		return m.deleteBeside(ctx, s, n, w, pools[1], &d)
	})
	if len(d.busy) > 0 {
		m.report.add(d.table(m.name()))
	}
	return err
}

// deleted returns how many users the deleted pool has.
func (m *importBench) deleted() int {
	if m.Deleted > 0 {
		return m.Deleted
	}
	return m.clean.rows
}

// deleteBeside deletes a pool while a client writes to another one.
func (m *importBench) deleteBeside(ctx context.Context, s site, n *node, w callers, pool string, d *deletion) (err error) {
	if d.idle, err = w.write(ctx, func(ctx context.Context) error { return pause(ctx, m.Period) }); err != nil {
		return err
	}
	d.busy, err = w.write(ctx, func(ctx context.Context) error {
		begun := time.Now()
		if err := n.call(ctx, "DeleteUserPool", map[string]any{"UserPoolId": pool}, nil); err != nil {
			return err
		}
		d.call = time.Since(begun)
		err := m.awaitGone(ctx, s, w.users.rows)
		d.gone = time.Since(begun)
		return err
	})
	m.progress("%s: %d users deleted: %s", m.name(), d.users, d.gone.Round(time.Millisecond))
	return err
}

// awaitGone waits until no table has more rows than the remaining pool needs.
func (m *importBench) awaitGone(ctx context.Context, s site, left int) error {
	ctx, cancel := context.WithTimeout(ctx, goneLimit)
	defer cancel()
	const lookups = 10 // maximum number of table rows of a user
	for {
		some, err := m.holds(ctx, s, lookups*left)
		if err != nil || !some {
			return err
		}
		if err := pause(ctx, goneEvery); err != nil {
			return fmt.Errorf("users of a deleted pool are left: %w", err)
		}
	}
}

// pause waits unless ctx ends.
func pause(ctx context.Context, d time.Duration) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(d):
		return nil
	}
}

func (d *deletion) table(engine string) table {
	t := table{title: "A pool is deleted, and another one is written to, " + engine,
		head: []string{"AdminUpdateUserAttributes", "calls", "median", "p99", "max", "target"}}
	t.rows = append(t.rows, append(append([]string{"idle"}, d.idle.cells()...), ""))
	name := fmt.Sprintf("while %d users are deleted (answered after %s, gone after %s)", d.users, seconds(d.call), seconds(d.gone))
	t.rows = append(t.rows, append(append([]string{name}, d.busy.cells()...), "max ≤ 250 ms, of 1000000"))
	return t
}
