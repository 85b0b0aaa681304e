package bench

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"
)

// callers are four clients that call at a steady pace: two read a user, two
// change one. A call that was to begin while the one before was under way
// begins late, but is timed from when it was to begin, so a server that stalls
// is charged for all the calls that it kept waiting.
type callers struct {
	client *client
	pool   string
	users  file // those that are called for
	pace   float64
}

// times are how long calls took.
type times []time.Duration

// callTimes are those of two operations, with nothing else going on and
// beside an import.
type callTimes struct {
	idle, busy [2]times
}

// writer is the first client that writes.
const writer = 1

// pacedOperations are what the callers call, in turn.
var pacedOperations = [2]string{"AdminGetUser", "AdminUpdateUserAttributes"}

// work has the clients call while something else is done.
func (c callers) work(ctx context.Context, meanwhile func(context.Context) error) (taken [2]times, err error) {
	each, err := c.clients(ctx, 4, meanwhile)
	for i := range each {
		taken[i%2] = append(taken[i%2], each[i]...)
	}
	return taken, err
}

// write has one client change users while something else is done.
func (c callers) write(ctx context.Context, meanwhile func(context.Context) error) (times, error) {
	each, err := c.clients(ctx, 1, meanwhile)
	return each[0], err
}

// clients has so many clients call while something else is done. One alone
// writes.
func (c callers) clients(ctx context.Context, clients int, meanwhile func(context.Context) error) (each []times, err error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	over := make(chan struct{})
	each = make([]times, clients)
	problems := make([]error, clients)
	var all sync.WaitGroup
	begun := time.Now()
	interval := time.Duration(float64(time.Second) / c.pace)
	for i := range clients {
		all.Go(func() {
			first := begun.Add(interval * time.Duration(i+1) / time.Duration(clients))
			who := i
			if clients == 1 {
				who = writer
			}
			if each[i], problems[i] = c.one(ctx, who, first, interval, over); problems[i] != nil {
				cancel() // what is measured beside it is worth nothing
			}
		})
	}
	err = meanwhile(ctx)
	close(over)
	all.Wait()
	return each, join(errors.Join(problems...), err)
}

// one is one client. It ends when over is closed.
func (c callers) one(ctx context.Context, who int, next time.Time, interval time.Duration, over <-chan struct{}) (taken times, err error) {
	line, err := c.client.dial(ctx)
	if err != nil {
		return nil, err
	}
	defer line.close()
	wait := time.NewTimer(0)
	defer wait.Stop()
	for i := 0; ; i++ {
		wait.Reset(time.Until(next))
		select {
		case <-over:
			return taken, nil
		case <-ctx.Done():
			return taken, nil // somebody else has the reason
		case <-wait.C:
		}
		if _, err := line.call(c.client, pacedOperations[who%2], c.request(who, i), &struct{}{}); err != nil {
			return taken, err
		}
		taken = append(taken, time.Since(next))
		next = next.Add(interval)
	}
}

// request is the i-th of a client: no two clients change the same user at the
// same time, and each finds another user than before.
func (c callers) request(who, i int) map[string]any {
	user := (who + 4*i*7919) % c.users.rows
	in := map[string]any{"UserPoolId": c.pool, "Username": c.users.username(user)}
	if who%2 == 1 {
		in["UserAttributes"] = []map[string]string{{"Name": "family_name", "Value": fmt.Sprint("Changed", i)}}
	}
	return in
}

// add adds the times of another run.
func (t *callTimes) add(idle, busy [2]times) {
	for i := range pacedOperations {
		t.idle[i] = append(t.idle[i], idle[i]...)
		t.busy[i] = append(t.busy[i], busy[i]...)
	}
}

func (t *callTimes) table(title string) table {
	out := table{title: title, head: []string{"", "calls", "median", "p99", "max", "p99 / idle", "target"}}
	for i, operation := range pacedOperations {
		if len(t.idle[i]) == 0 || len(t.busy[i]) == 0 {
			continue
		}
		idle, busy := t.idle[i].cells(), t.busy[i].cells()
		ratio := float64(t.busy[i].quantile(0.99)) / float64(t.idle[i].quantile(0.99))
		out.rows = append(out.rows,
			append(append([]string{operation + ", idle"}, idle...), "", ""),
			append(append([]string{operation + ", beside an import"}, busy...), fmt.Sprintf("%.1f", ratio), "p99 ≤ 10 × idle, ≤ 250 ms"))
	}
	return out
}

// cells are the count, the median, the 99th percentile and the longest.
func (t times) cells() []string {
	return []string{fmt.Sprint(len(t)), milliseconds(t.quantile(0.5)), milliseconds(t.quantile(0.99)), milliseconds(t.quantile(1))}
}

// quantile returns the time that such a part of the calls did not exceed.
func (t times) quantile(part float64) time.Duration {
	if len(t) == 0 {
		return 0
	}
	sorted := slices.Clone(t)
	slices.SortFunc(sorted, cmp.Compare[time.Duration])
	return sorted[max(0, min(len(sorted)-1, int(part*float64(len(sorted))+0.999999)-1))]
}
