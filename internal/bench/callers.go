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

// callers are four clients that call at a steady pace: two read a user and two change one. A
// call that is due while the last one is in progress begins late, but is timed from when it
// was due. So a server that stalls is charged for all calls that it delays.
type callers struct {
	client *client
	pool   string
	users  file // the users in the calls
	pace   float64
}

// times has durations of calls.
type times []time.Duration

// callTimes has the times of two operations on an idle server and during an import.
type callTimes struct {
	idle, busy [2]times
}

// writer is the first client that writes.
const writer = 1

// pacedOperations are the operations of the callers.
var pacedOperations = [2]string{"AdminGetUser", "AdminUpdateUserAttributes"}

// work runs the clients while meanwhile runs.
func (c callers) work(ctx context.Context, meanwhile func(context.Context) error) (taken [2]times, err error) {
	each, err := c.clients(ctx, 4, meanwhile)
	for i := range each {
		taken[i%2] = append(taken[i%2], each[i]...)
	}
	return taken, err
}

// write runs one client that changes users while meanwhile runs.
func (c callers) write(ctx context.Context, meanwhile func(context.Context) error) (times, error) {
	each, err := c.clients(ctx, 1, meanwhile)
	return each[0], err
}

// clients runs a number of clients while meanwhile runs. A single client writes.
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
				cancel() // the other measurement is useless now
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
			return taken, nil // another goroutine reports the cause
		case <-wait.C:
		}
		if _, err := line.call(c.client, pacedOperations[who%2], c.request(who, i), &struct{}{}); err != nil {
			return taken, err
		}
		taken = append(taken, time.Since(next))
		next = next.Add(interval)
	}
}

// request returns the i-th request of a client. No two clients change the same user at the
// same time, and each request is for another user than the one before.
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

// cells returns the count, the median, the 99th percentile and the maximum.
func (t times) cells() []string {
	return []string{fmt.Sprint(len(t)), milliseconds(t.quantile(0.5)), milliseconds(t.quantile(0.99)), milliseconds(t.quantile(1))}
}

// quantile returns the time that this part of the calls did not exceed.
func (t times) quantile(part float64) time.Duration {
	if len(t) == 0 {
		return 0
	}
	sorted := slices.Clone(t)
	slices.SortFunc(sorted, cmp.Compare[time.Duration])
	return sorted[max(0, min(len(sorted)-1, int(part*float64(len(sorted))+0.999999)-1))]
}
