package importjob

import "time"

// Backlog is the work that the database of jobs has for its servers.
type Backlog struct {
	ActiveJobs     int64 // jobs that were started and have not ended
	UnclaimedJobs  int64 // those of them that no server works on
	UnindexedUsers int64 // whose deferred indexes are not up to date; none on PostgreSQL
	OutboxMessages int64
	// ForwardLines are rows' lines of result logs that were not forwarded, and ForwardOldest
	// is since when there is something to forward, zero for nothing. Both are zero unless they
	// were asked for.
	ForwardLines  int64
	ForwardOldest time.Time
}
