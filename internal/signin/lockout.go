package signin

import (
	"context"
	"time"

	"poolhouse/internal/userpool"
)

// The lockout after wrong passwords (Developer Guide, lockout behavior for failed sign-in
// attempts). It lasts one second after five failures, and twice as long after each further
// one, up to fifteen minutes. Attempts during the lockout are refused and not counted.
const (
	freeFailures = 5
	longestLock  = 15 * time.Minute
)

// locked returns the duration of the lockout after a number of failures.
func locked(failures int) time.Duration {
	if failures < freeFailures {
		return 0
	}
	if doubled := failures - freeFailures; doubled < 10 {
		return min(longestLock, time.Second<<doubled)
	}
	return longestLock
}

// guarded runs a check that may fail, one at a time for a subject, and none during a lockout.
// A failure is counted. The count is deleted when the call succeeds.
func (a *attempt) guarded(ctx context.Context, of Subject, kind Attempt, check func() (bool, error), refusal func() error) error {
	forget, err := a.Service.guarded(ctx, a.pool, of, kind, a.at, check, refusal)
	a.effects.Clear = append(a.effects.Clear, forget...)
	return err
}

// guarded is guarded without an attempt. It returns the counts to delete.
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

// unlocked refuses a subject that is locked out. Otherwise it returns its counts.
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
