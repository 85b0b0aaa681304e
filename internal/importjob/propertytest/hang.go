package propertytest

import (
	"context"
	"time"
)

// hang waits until the call's context ends or all faults cease. It checks that calls without
// a lease to renew give up in time.
func (l *link) hang(ctx context.Context, f fault) error {
	sim, begun := l.node.sim, time.Now()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-sim.ceased:
	}
	hung, limit := time.Since(begun), time.Hour
	switch f.Call {
	case claimCall:
		limit = sim.plan.Lease.duration()
	case leftoversCall, keepRestCall, expireCall:
		limit = sweepEvery
	}
	if hung > limit {
		sim.violate("%s: %s for %v", ruleHung, f.Call, hung)
	}
	return errCeased
}

// fallSilent hangs like a call on a connection that no longer delivers data. Meanwhile no
// lease can be renewed, so every hanging call must be given up.
func (l *link) fallSilent(ctx context.Context, f fault) error {
	sim := l.node.sim
	limit := max(2*sim.plan.Lease.duration(), sweepEvery) + time.Second
	given, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	err := l.hang(given, f)
	// Deferred indexing is not urgent and may take any time.
	urgent := f.Call != unindexedCall && f.Call != indexCall
	if ctx.Err() == nil && given.Err() != nil {
		if urgent && sim.plan.timely() && l.node.silentFor() >= limit {
			sim.violate("%s: %s on a silent connection", ruleHung, f.Call)
		}
		return l.hang(ctx, f)
	}
	return err
}
