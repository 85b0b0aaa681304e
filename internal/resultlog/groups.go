package resultlog

import (
	"context"
	"errors"
	"time"
)

// Settings are the settings of a pool's log group.
type Settings struct {
	RetentionDays int      // how many days events are kept; 0 for ever
	Deleted       []string // the jobs whose streams were deleted
}

// Since returns the time before which events have expired at now, or the zero time if they
// never expire.
func (s Settings) Since(now time.Time) time.Time {
	if s.RetentionDays == 0 {
		return time.Time{}
	}
	return now.AddDate(0, 0, -s.RetentionDays)
}

// ErrNoGroup says that a pool has no log group, or that there is no such pool. A group exists
// from the start of the first job until its streams are deleted.
var ErrNoGroup = errors.New("resultlog: there is no such log group")

// Groups stores the settings of log groups. Every method except the last is one transaction.
type Groups interface {
	// LogGroup returns the settings of a pool's log group, or the zero value if nothing was
	// set.
	LogGroup(ctx context.Context, poolID string) (Settings, error)
	// SetRetention returns ErrNoGroup if no job of the pool has a stream.
	SetRetention(ctx context.Context, poolID string, days int) error
	// DeleteGroup permanently deletes the outcomes of all jobs that have a stream, and the
	// retention. It returns ErrNoGroup if there is no group. If a job is active, it returns
	// ImportInProgress and deletes nothing.
	DeleteGroup(ctx context.Context, poolID string) error
	// DeleteStreams permanently deletes the outcomes of the jobs. If one of them is active,
	// it returns ImportInProgress and deletes nothing.
	DeleteStreams(ctx context.Context, poolID string, jobIDs []string) error
	// ExpireOutcomes deletes the outcomes that have expired.
	ExpireOutcomes(ctx context.Context, now time.Time) error
}

// retentions are the valid numbers of days (API Reference of CloudWatch Logs,
// PutRetentionPolicy).
var retentions = map[int]bool{1: true, 3: true, 5: true, 7: true, 14: true, 30: true, 60: true, 90: true, 120: true, 150: true, 180: true,
	365: true, 400: true, 545: true, 731: true, 1096: true, 1827: true, 2192: true, 2557: true, 2922: true, 3288: true, 3653: true}

// ValidRetention reports whether a log group can keep its events for this number of days.
func ValidRetention(days int) bool { return retentions[days] }
