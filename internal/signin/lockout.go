package signin

import (
	"context"
	"time"

	"poolhouse/internal/userpool"
)

// The lockout after wrong passwords (Developer Guide, lockout behavior for failed sign-in attempts):
// after five of them one second, twice as long after each further one, fifteen minutes at most. What
// is tried meanwhile is refused and not counted.
const (
	freeFailures = 5
	longestLock  = 15 * time.Minute
)

// locked returns for how long nothing may be tried any more after so many failures.
func locked(failures int) time.Duration {
	if failures < freeFailures {
		return 0
	}
	if doubled := failures - freeFailures; doubled < 10 {
		return min(longestLock, time.Second<<doubled)
	}
	return longestLock
}

// guarded carries a check out that may fail: one at a time for a subject, and none while it is
// locked out. A failure is counted; the count is forgotten when the call ends well.
func (a *attempt) guarded(ctx context.Context, of Subject, kind Attempt, check func() (bool, error), refusal func() error) error {
	forget, err := a.Service.guarded(ctx, a.pool, of, kind, a.at, check, refusal)
	a.effects.Clear = append(a.effects.Clear, forget...)
	return err
}

// guarded is that of an attempt. It returns the counts that are to be forgotten.
func (s *Service) guarded(ctx context.Context, p *userpool.UserPool, of Subject, kind Attempt, at time.Time, check func() (bool, error), refusal func() error) ([]Count, error) {
	done, err := s.turns.take(ctx, of)
	if err != nil {
		return nil, busy()
	}
	defer done()
	tried, err := s.unlocked(ctx, p, of, kind, at)
	if err != nil {
		return nil, err
	}
	switch good, err := check(); {
	case err != nil:
		return nil, err
	case good && tried.Count == 0:
		return nil, nil
	case good:
		return []Count{{of, kind}}, nil
	}
	if _, err := s.Store.CountAttempt(ctx, p, of, kind, at, Forget{LastBefore: at.Add(-longestLock)}); err != nil {
		return nil, err
	}
	return nil, refusal()
}

// unlocked refuses a subject that is locked out, and returns what was counted of others.
func (s *Service) unlocked(ctx context.Context, p *userpool.UserPool, of Subject, kind Attempt, at time.Time) (Attempts, error) {
	tried, err := s.Store.Attempts(ctx, p, of, kind)
	if err != nil {
		return tried, err
	}
	if at.Before(tried.Last.Add(locked(tried.Count))) {
		return tried, tooManyAttempts()
	}
	return tried, nil
}
