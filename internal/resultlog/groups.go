package resultlog

import (
	"context"
	"errors"
	"time"
)

// Settings is what was decided about a pool's log group.
type Settings struct {
	RetentionDays int      // for how long events stay; 0 for good
	Deleted       []string // the jobs whose streams were deleted
}

// Since returns the moment before which events are gone at now, the zero time
// where they stay.
func (s Settings) Since(now time.Time) time.Time {
	if s.RetentionDays == 0 {
		return time.Time{}
	}
	return now.AddDate(0, 0, -s.RetentionDays)
}

// ErrNoGroup says that a pool has no log group, or that there is no such pool: a
// group is there once a job was started, until its streams are deleted.
var ErrNoGroup = errors.New("resultlog: there is no such log group")

// Groups keeps what was decided about log groups. Every method is one
// transaction, save the last.
type Groups interface {
	// LogGroup returns the settings of a pool's log group; the zero value
	// where nothing was decided.
	LogGroup(ctx context.Context, poolID string) (Settings, error)
	// SetRetention returns ErrNoGroup when no job of the pool has a stream.
	SetRetention(ctx context.Context, poolID string, days int) error
	// DeleteGroup deletes what is kept of the rows of all jobs that have a
	// stream, and the retention, for good. It returns ErrNoGroup when there is
	// none, and ImportInProgress, and deletes nothing, when one is active.
	DeleteGroup(ctx context.Context, poolID string) error
	// DeleteStreams deletes what is kept of the jobs' rows, for good. It
	// returns ImportInProgress, and deletes nothing, when one is active.
	DeleteStreams(ctx context.Context, poolID string, jobIDs []string) error
	// ExpireOutcomes deletes what retention has made invisible.
	ExpireOutcomes(ctx context.Context, now time.Time) error
}

// retentions are the numbers of days that a log group can have (API Reference
// of CloudWatch Logs, PutRetentionPolicy).
var retentions = map[int]bool{1: true, 3: true, 5: true, 7: true, 14: true, 30: true, 60: true, 90: true, 120: true, 150: true, 180: true,
	365: true, 400: true, 545: true, 731: true, 1096: true, 1827: true, 2192: true, 2557: true, 2922: true, 3288: true, 3653: true}

// ValidRetention reports whether a log group can keep its events for so many
// days.
func ValidRetention(days int) bool { return retentions[days] }
