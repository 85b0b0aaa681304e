package bench

import (
	"context"
	"fmt"
	"sync"
	"time"

	"poolhouse/internal/sigv4"
)

// The targets for a server under attack.
const (
	attackMemory = 400 << 20
	attackP99    = 500 * time.Millisecond
)

// Attack measures a server under attack.
func Attack(ctx context.Context, o Options) error { return o.run(ctx, "attack", (*bench).attack) }

// attackBench measures a server under attack, with a new server for each attack. A pool has
// users, which clients read and change, and a file is imported into another pool.
type attackBench struct {
	*bench
	engine   engine
	users    file
	imported file
	results  []attackResult
	refused  string // answers to ten seconds of refused calls
	recorded string // how much the database grew by them; "" if not measured
}

// target is a server that is attacked.
type target struct {
	*node
	pool     string
	job      job // the job whose log is read
	stranger sigv4.Signer
}

// attack is what attackers do until the context ends. It counts their answers by status.
type attack struct {
	name string
	do   func(ctx context.Context, on *target, got *tally)
}

type attackResult struct {
	name     string
	resident int64
	calls    times // of clients that keep their connections
	fresh    times // of new clients, until their first call is answered
	imports  sample
	got      string
}

func (b *bench) attack(ctx context.Context, e engine) error {
	a := &attackBench{bench: b, engine: e, users: file{rows: b.Few}, imported: file{rows: b.Rows, first: b.Few}}
	attacks := []attack{
		{"nothing", func(ctx context.Context, _ *target, _ *tally) { <-ctx.Done() }},
		{"1,000 connections of strangers, the body withheld", withheld},
		{"1,000 connections of strangers, half of 1 MB each", halves},
		{"40 bodies of 1 MB at a time of a key without policies", bodies},
		{"8 callers of a key without policies, as fast as they are refused", refusedCalls},
		{"300 slow readers of pages of 10,000 log events", slowReaders},
		{"1,000 slow readers of pages of 60 users", smallReaders},
		{"connections as fast as they come, up to 3,000", flood},
	}
	for _, one := range attacks {
		if err := a.measure(ctx, one); err != nil {
			a.tell()
			return fmt.Errorf("%s: %w", one.name, err)
		}
	}
	err := a.recordOfRefusals(ctx)
	a.tell()
	a.tellRecord()
	return err
}

func (a *attackBench) measure(ctx context.Context, one attack) error {
	return a.onSite(ctx, a.engine, a.self, func(s site, n *node) error {
		on, err := a.prepare(ctx, s, n)
		if err != nil {
			return err
		}
		pool, err := n.newPool(ctx)
		if err != nil {
			return err
		}
		j, err := n.newJob(ctx, pool, a.imported)
		if err != nil {
			return err
		}
		result := attackResult{name: one.name}
		var got tally
		over, stop := context.WithCancel(ctx)
		var all sync.WaitGroup
		all.Go(func() { one.do(over, on, &got) })
		all.Go(func() { result.resident = highest(over, n) })
		result.calls, result.fresh, result.imports, err = a.work(ctx, on, j)
		stop()
		all.Wait()
		result.got = got.String()
		a.results = append(a.results, result)
		a.progress("%s: %s resident, p99 %s, of new clients %s, %s", one.name, mebibytes(result.resident), milliseconds(result.calls.quantile(0.99)), milliseconds(result.fresh.quantile(0.99)), result.got)
		return err
	}, "--import-jobs-at-a-time", "1")
}

// prepare fills a pool, and creates a user without permissions.
func (a *attackBench) prepare(ctx context.Context, s site, n *node) (on *target, err error) {
	on = &target{node: n}
	for _, f := range []*file{&a.users, &a.imported} {
		if err := f.write(s.dir); err != nil {
			return nil, err
		}
	}
	if on.pool, err = n.newPool(ctx); err != nil {
		return nil, err
	}
	if on.job, err = n.newJob(ctx, on.pool, a.users); err != nil {
		return nil, err
	}
	if _, _, err := on.job.run(ctx); err != nil {
		return nil, err
	}
	on.stranger, err = n.newUser(ctx)
	return on, err
}

// sampleEvery is how often memory is read.
const sampleEvery = 20 * time.Millisecond

// highest returns the largest memory that was seen of a server.
func highest(ctx context.Context, n *node) (most int64) {
	tick := time.NewTicker(sampleEvery)
	defer tick.Stop()
	for {
		if u, err := n.used(); err == nil {
			most = max(most, u.resident)
		}
		select {
		case <-ctx.Done():
			return most
		case <-tick.C:
		}
	}
}

func (a *attackBench) tell() {
	t := table{title: "A server under attack, " + a.engine.name(),
		head: []string{"attack", "resident memory, most", "target", "signed calls", "median", "p99", "max", "target", "p99 of new clients", "import, rows/s", "answers to the attackers"}}
	for _, r := range a.results {
		cells := append([]string{r.name, mebibytes(r.resident), "≤ " + mebibytes(attackMemory)}, r.calls.cells()...)
		rate := ""
		if r.imports.rows > 0 {
			rate = fmt.Sprintf("%.0f", 1/r.imports.perRow())
		}
		t.rows = append(t.rows, append(cells, "p99 ≤ "+milliseconds(attackP99), milliseconds(r.fresh.quantile(0.99)), rate, r.got))
	}
	a.report.add(t)
}
