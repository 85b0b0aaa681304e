package bench

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"
)

// beside measures AdminGetUser alone, and while users sign in at the pace.
func (s *signInBench) beside(ctx context.Context) error {
	return s.on(ctx, nil, func(at site, n *node) error {
		a, err := n.newApp(ctx, at, file{rows: s.Few})
		if err != nil {
			return err
		}
		if err := a.setPasswords(ctx, s.Clients, a.names(0, s.Few)); err != nil {
			return err
		}
		alone, busy, signIns := s.getUser(&a, "AdminGetUser, alone"), s.getUser(&a, fmt.Sprintf("AdminGetUser, beside %.0f sign-ins a second", s.Pace)), times(nil)
		busy.base = alone
		for range s.Runs {
			if err := s.callFor(ctx, n, alone, alone); err != nil {
				return err
			}
			taken, err := s.paced(ctx, &a, func() error { return s.callFor(ctx, n, busy, busy) })
			if err != nil {
				return err
			}
			signIns = append(signIns, taken...)
		}
		t := table{title: fmt.Sprintf("AdminGetUser by %d clients while users sign in by password, %s", s.Clients, s.engine.name()),
			head: []string{"", "calls/s", "median", "p99", "server CPU a call, sign-ins included", "resident memory", "rate / alone"}}
		for _, r := range []*rate{alone, busy} {
			t.rows = append(t.rows, r.cells()[:7])
		}
		s.report.add(t)
		s.report.paragraph("The sign-ins beside it: %d, median %s, p99 %s, from when each was due.", len(signIns), milliseconds(signIns.quantile(0.5)), milliseconds(signIns.quantile(0.99)))
		s.progress("%s: AdminGetUser %.0f/s alone, %.0f/s beside sign-ins", s.engine.name(), alone.median().perSecond(), busy.median().perSecond())
		return nil
	})
}

func (s *signInBench) getUser(a *app, name string) *rate {
	names := a.names(0, s.Few)
	return &rate{name: name, operation: "AdminGetUser", many: len(names),
		requests: func(i int) map[string]any { return map[string]any{"UserPoolId": a.pool, "Username": names[i]} }}
}

// paced signs users in by password at the pace while meanwhile runs. A sign-in is timed from
// when it was due.
func (s *signInBench) paced(ctx context.Context, a *app, meanwhile func() error) (times, error) {
	names := a.names(0, s.Few)
	requests := make([][]byte, len(names))
	for i, name := range names {
		var err error
		if requests[i], err = a.bytes("InitiateAuth", a.byPassword(name, rightPassword)); err != nil {
			return nil, err
		}
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	over, begun := make(chan struct{}), time.Now()
	each, problems := make([]times, s.Clients), make([]error, s.Clients)
	var all sync.WaitGroup
	for c := range s.Clients {
		all.Go(func() {
			p := pacedClient{first: c, step: s.Clients, begun: begun, interval: time.Duration(float64(time.Second) / s.Pace), requests: requests}
			each[c], problems[c] = p.run(ctx, a, over)
		})
	}
	err := meanwhile()
	close(over)
	all.Wait()
	var taken times
	for _, t := range each {
		taken = append(taken, t...)
	}
	return taken, join(errors.Join(problems...), err)
}

// pacedClient makes every n-th of the calls that are due at an interval, n being the number
// of clients.
type pacedClient struct {
	first, step int
	begun       time.Time
	interval    time.Duration
	requests    [][]byte
}

func (p pacedClient) run(ctx context.Context, a *app, over <-chan struct{}) (taken times, err error) {
	line, err := a.dial(ctx)
	if err != nil {
		return nil, err
	}
	defer line.close()
	wait := time.NewTimer(0)
	defer wait.Stop()
	for i := p.first; ; i += p.step {
		due := p.begun.Add(p.interval * time.Duration(i))
		wait.Reset(time.Until(due))
		select {
		case <-over:
			return taken, nil
		case <-ctx.Done():
			return taken, nil
		case <-wait.C:
		}
		status, answer, err := line.do(p.requests[i%len(p.requests)])
		if err == nil {
			err = understand("InitiateAuth", status, answer, nil)
		}
		if err != nil {
			return taken, err
		}
		taken = append(taken, time.Since(due))
	}
}
