package bench

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"time"
)

// patientLimit is how long a client retries when it is refused or cut off.
const patientLimit = 30 * time.Second

// patient is a client that retries, as SDKs do.
type patient struct {
	*client
	line *wire
}

// call calls an operation until it is answered.
func (p *patient) call(ctx context.Context, operation string, in, out any) error {
	ctx, cancel := context.WithTimeout(ctx, patientLimit)
	defer cancel()
	for {
		err := p.try(ctx, operation, in, out)
		if err == nil {
			return nil
		}
		if r, ok := errors.AsType[refusal](err); ok && r.status != http.StatusServiceUnavailable {
			return err
		}
		p.close()
		if pause(ctx, 50*time.Millisecond) != nil {
			return errors.Join(err, ctx.Err())
		}
	}
}

func (p *patient) try(ctx context.Context, operation string, in, out any) (err error) {
	if p.line == nil {
		if p.line, err = p.dial(ctx); err != nil {
			return err
		}
	}
	_, err = p.line.call(p.client, operation, in, out)
	return err
}

func (p *patient) close() {
	if p.line != nil {
		p.line.close()
		p.line = nil
	}
}

// work runs the normal load during an attack: four clients that call at the pace, one that
// makes a new connection for each of four calls a second, and the import of the file.
func (a *attackBench) work(ctx context.Context, on *target, j job) (calls, fresh times, imported sample, err error) {
	over := make(chan struct{})
	c := callers{client: on.client, pool: on.pool, users: a.users, pace: a.Pace}
	var all sync.WaitGroup
	var problems [5]error
	var each [5]times
	for i := range each {
		pace, renewed := a.Pace, i == 4
		if renewed {
			pace = 4
		}
		all.Go(func() { each[i], problems[i] = a.one(ctx, c, i, pace, renewed, over) })
	}
	imported, err = a.importMeanwhile(ctx, on, j)
	close(over)
	all.Wait()
	for _, t := range each[:4] {
		calls = append(calls, t...)
	}
	return calls, each[4], imported, join(err, errors.Join(problems[:]...))
}

// one is one client, like that of callers, but patient. With renewed it makes a connection
// for each call.
func (a *attackBench) one(ctx context.Context, c callers, who int, pace float64, renewed bool, over <-chan struct{}) (taken times, err error) {
	p := &patient{client: c.client}
	defer p.close()
	due := time.Now()
	for i := 0; ; i++ {
		select {
		case <-over:
			return taken, nil
		case <-ctx.Done():
			return taken, nil // another goroutine reports the cause
		case <-time.After(time.Until(due)):
		}
		if err := p.call(ctx, pacedOperations[who%2], c.request(who%4, i), &struct{}{}); err != nil {
			return taken, err
		}
		taken = append(taken, time.Since(due))
		due = due.Add(time.Duration(float64(time.Second) / pace))
		if renewed {
			p.close()
			due = time.Now().Add(time.Duration(float64(time.Second) / pace))
		}
	}
}

// importMeanwhile runs the job, and waits at least for the period.
func (a *attackBench) importMeanwhile(ctx context.Context, on *target, j job) (imported sample, err error) {
	least := time.NewTimer(a.Period)
	defer least.Stop()
	p := &patient{client: on.client}
	defer p.close()
	begun := time.Now()
	if err := p.call(ctx, "StartUserImportJob", j.key(), &struct{}{}); err != nil {
		return imported, err
	}
	var out struct{ UserImportJob jobState }
	for {
		if err := p.call(ctx, "DescribeUserImportJob", j.key(), &out); err != nil {
			return imported, err
		}
		if out.UserImportJob.ended() {
			break
		}
		if err := pause(ctx, pollEvery); err != nil {
			return imported, err
		}
	}
	imported = sample{took: time.Since(begun), rows: j.file.rows}
	if err := j.check(out.UserImportJob, false); err != nil {
		return imported, err
	}
	select {
	case <-least.C:
	case <-ctx.Done():
	}
	return imported, nil
}
