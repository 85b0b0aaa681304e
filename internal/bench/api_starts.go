package bench

import (
	"context"
	"time"
)

// startTimes has the times from start to first answer, and the memory of the server then.
type startTimes struct {
	name     string
	target   string
	took     times
	resident int64 // maximum
}

func (s *startTimes) cells() []string {
	if len(s.took) == 0 {
		return []string{s.name, "", "", "", "", s.target}
	}
	return []string{s.name, milliseconds(s.took.quantile(0)), milliseconds(s.took.quantile(0.5)), milliseconds(s.took.quantile(1)),
		mebibytes(s.resident), s.target}
}

// measureStarts starts servers on a new site and on one with users, and the bare server.
func (a *apiBench) measureStarts(ctx context.Context) error {
	fresh := &startTimes{name: "server, nothing there yet", target: "< 300 ms, < 60 MiB"}
	again := &startTimes{name: "server, on the pool's database", target: "< 300 ms, < 60 MiB"}
	floor := &startTimes{name: "floor: a bare server"}
	a.starts = []*startTimes{fresh, again, floor}
	for range a.Runs {
		s, err := a.engine.site(ctx)
		if err != nil {
			return err
		}
		err = a.startFor(ctx, a.self, s.serve(), fresh)
		if err := join(err, s.remove(context.WithoutCancel(ctx))); err != nil {
			return err
		}
		if err := a.startFor(ctx, a.self, a.site.serve(), again); err != nil {
			return err
		}
		if err := a.startFor(ctx, a.bare, a.floor, floor); err != nil {
			return err
		}
	}
	return nil
}

func (a *apiBench) startFor(ctx context.Context, p program, l launch, s *startTimes) error {
	a.flush(ctx)
	return withServer(ctx, p, l, func(n *node) error {
		s.took = append(s.took, n.answered)
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(min(idleTime, a.Period)):
		}
		used, err := n.used()
		s.resident = max(s.resident, used.resident)
		a.progress("%s: %s: %s", a.name(), s.name, n.answered.Round(time.Millisecond))
		return err
	})
}
