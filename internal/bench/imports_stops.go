package bench

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"
)

// howManyStops is how many stops are measured, spread over the length of an import.
const howManyStops = 5

// stops measures the time from the call of StopUserImportJob until the job is Stopped.
func (m *importBench) stops(ctx context.Context) error {
	if len(m.job.samples) == 0 {
		return nil
	}
	length := m.job.median().took
	var taken times
	err := m.onSite(ctx, m.engine, m.self, func(_ site, n *node) error {
		for i := range howManyStops {
			took, late, err := m.stopAfter(ctx, n, length*time.Duration(i+1)/(howManyStops+2))
			if err != nil {
				return err
			}
			if !late {
				taken = append(taken, took)
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	t := table{title: "StopUserImportJob until Stopped, " + m.name(), head: []string{"", "min", "median", "max", "target"}}
	name := fmt.Sprintf("%d stops", len(taken))
	if missed := howManyStops - len(taken); missed > 0 {
		name += fmt.Sprintf(" (%d came too late)", missed)
	}
	if len(taken) == 0 {
		t.rows = [][]string{{name, "", "", "", "≤ 1 s"}}
	} else {
		t.rows = [][]string{{name, seconds(taken.quantile(0)), seconds(taken.quantile(0.5)), seconds(taken.quantile(1)), "≤ 1 s"}}
	}
	m.report.add(t)
	return nil
}

// stopAfter stops an import that has run for some time. late says that the job had ended
// already.
func (m *importBench) stopAfter(ctx context.Context, n *node, after time.Duration) (took time.Duration, late bool, err error) {
	pool, err := n.newPool(ctx)
	if err != nil {
		return 0, false, err
	}
	j, err := n.newJob(ctx, pool, m.clean)
	if err != nil {
		return 0, false, err
	}
	m.flush(ctx)
	if err := j.start(ctx); err != nil {
		return 0, false, err
	}
	select {
	case <-ctx.Done():
		return 0, false, ctx.Err()
	case <-time.After(after):
	}
	begun := time.Now()
	err = n.call(ctx, "StopUserImportJob", j.key(), &struct{}{})
	if r, ok := errors.AsType[refusal](err); ok && strings.Contains(r.answer, "PreconditionNotMet") {
		return 0, true, nil
	}
	if err != nil {
		return 0, false, err
	}
	end, err := j.await(ctx, time.Millisecond, jobState.ended)
	if err == nil && end.Status != "Stopped" {
		err = fmt.Errorf("a stopped job ended %s", end.Status)
	}
	return time.Since(begun), false, err
}
