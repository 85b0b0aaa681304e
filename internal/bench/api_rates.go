package bench

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"sync"
	"time"

	"poolhouse/internal/sigv4"
)

// rate is how often a server answers an operation.
type rate struct {
	name      string
	operation string
	base      *rate
	requests  func(int) map[string]any
	many      int           // number of different requests
	signer    *sigv4.Signer // nil for root
	target    string        // of the rate, as a fraction of the baseline's
	runs      []rateRun
}

// rateRun is one measurement of a rate.
type rateRun struct {
	took  times
	lasts time.Duration
	used  usage
}

func (r rateRun) perSecond() float64 { return float64(len(r.took)) / r.lasts.Seconds() }

// median returns the median run.
func (r *rate) median() rateRun {
	sorted := slices.Clone(r.runs)
	slices.SortFunc(sorted, func(a, b rateRun) int { return cmp.Compare(a.perSecond(), b.perSecond()) })
	return sorted[len(sorted)/2]
}

func (r *rate) cells() []string {
	if len(r.runs) == 0 {
		return []string{r.name, "", "", "", "", "", "", r.target}
	}
	m := r.median()
	cells := []string{r.name, fmt.Sprintf("%.0f", m.perSecond()), milliseconds(m.took.quantile(0.5)), milliseconds(m.took.quantile(0.99)),
		fmt.Sprintf("%.0f µs", float64(m.used.cpu.Microseconds())/float64(len(m.took))), mebibytes(m.used.resident), "", r.target}
	if r.base != nil && len(r.base.runs) > 0 {
		cells[6] = fmt.Sprintf("%.2f", m.perSecond()/r.base.median().perSecond())
	}
	return cells
}

// differentUsers is how many users are read in turn.
const differentUsers = 1000

// ours returns the operations that are measured.
func (a *apiBench) ours() []*rate {
	return []*rate{
		{name: "AdminGetUser", operation: "AdminGetUser", requests: a.user, many: min(differentUsers, a.users.rows), target: a.userTarget()},
		{name: "DescribeUserImportJob", operation: "DescribeUserImportJob", requests: a.lookAtJob, many: 1},
		{name: "DescribeUserImportJob, by an IAM user", operation: "DescribeUserImportJob", requests: a.lookAtJob, many: 1, signer: &a.viewer},
	}
}

// userTarget is the target of the rate of AdminGetUser.
func (a *apiBench) userTarget() string {
	if a.name() == "sqlite" {
		return "≥ 0.60"
	}
	return "≥ 0.35"
}

func (a *apiBench) lookAtJob(int) map[string]any { return a.job }

// measureRates measures the operations on the bare server and on ours alternately, each time
// in a new process.
func (a *apiBench) measureRates(ctx context.Context) error {
	floors := map[string]*rate{}
	for _, r := range a.ours() {
		if r.base = floors[r.operation]; r.base == nil {
			floor := *r
			floor.target = ""
			floor.name = "floor: signature and JSON of " + r.operation
			floors[r.operation], r.base = &floor, &floor
			a.rates = append(a.rates, &floor)
		}
		a.rates = append(a.rates, r)
	}
	for range a.Runs {
		for _, r := range a.rates {
			p, l := a.self, a.serve()
			if r.base == nil {
				p, l = a.bare, a.floor
				l.env = []string{oneProcessor}
			}
			a.flush(ctx)
			if err := withServer(ctx, p, l, func(n *node) error { return a.callFor(ctx, n, r, r) }); err != nil {
				return err
			}
			a.progress("%s: %s: %.0f/s", a.name(), r.name, r.runs[len(r.runs)-1].perSecond())
		}
	}
	return nil
}

// callFor makes the clients call for the period, after a warm-up of a tenth of it.
func (b *bench) callFor(ctx context.Context, n *node, what, into *rate) error {
	if what.signer != nil {
		n.signer = *what.signer
	}
	requests := make([][]byte, what.many)
	for i := range requests {
		var err error
		if requests[i], err = n.bytes(what.operation, what.requests(i)); err != nil {
			return err
		}
	}
	if _, err := b.callAll(ctx, n, requests, b.Period/10); err != nil {
		return err
	}
	before, err1 := n.used()
	begun := time.Now()
	took, err := b.callAll(ctx, n, requests, b.Period)
	lasts := time.Since(begun)
	after, err2 := n.used()
	if err := errors.Join(err, err1, err2); err != nil {
		return err
	}
	after.cpu -= before.cpu
	into.runs = append(into.runs, rateRun{took, lasts, after})
	return nil
}

// callAll makes all clients call. Each sends its next call when the last one was answered.
func (b *bench) callAll(ctx context.Context, n *node, requests [][]byte, period time.Duration) (times, error) {
	ctx, cancel := context.WithTimeout(ctx, period)
	defer cancel()
	each, problems := make([]times, b.Clients), make([]error, b.Clients)
	var all sync.WaitGroup
	for i := range b.Clients {
		all.Go(func() {
			if each[i], problems[i] = callOn(ctx, n, requests, i*len(requests)/b.Clients); problems[i] != nil {
				cancel()
			}
		})
	}
	all.Wait()
	return slices.Concat(each...), errors.Join(problems...)
}

// callOn calls over one connection until ctx ends, at least once.
func callOn(ctx context.Context, n *node, requests [][]byte, first int) (took times, err error) {
	line, err := n.dial(context.WithoutCancel(ctx))
	if err != nil {
		return nil, err
	}
	defer line.close()
	for i := first; i == first || ctx.Err() == nil; i++ {
		begun := time.Now()
		status, answer, err := line.do(requests[i%len(requests)])
		if err != nil {
			return took, err
		}
		if status != http.StatusOK {
			return took, refusal{"a call", status, string(answer)}
		}
		took = append(took, time.Since(begun))
	}
	return took, nil
}
