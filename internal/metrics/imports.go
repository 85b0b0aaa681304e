package metrics

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"poolhouse/internal/importjob"
)

// imports are the metrics of the engine and of the forwarder of its results. They are an
// [importjob.Observer].
type imports struct {
	succeeded, skipped, failed      prometheus.Counter
	commits                         prometheus.Histogram
	commitFailures                  prometheus.Counter
	ended                           map[importjob.State]prometheus.Counter
	claimed, lost, handedOver       prometheus.Counter
	sent, rejected, forwardFailures prometheus.Counter
}

// commitBuckets are in seconds.
var commitBuckets = []float64{.01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30}

func (m *Metrics) newImports() imports {
	rows := m.counters("import_rows_total", "Rows of import files that got their verdict on this server.", "verdict")
	ended := m.counters("import_jobs_ended_total", "Import jobs that this server ended, by their last status.", "status")
	leases := m.counters("import_lease_events_total", "What became of leases on import jobs: claimed, lost to another server or run out, or handed over at a shutdown.", "event")
	events := m.counters("forward_events_total", "Events of result logs that the destination took (sent) or will never take (rejected).", "result")
	i := imports{
		succeeded: rows.WithLabelValues("succeeded"), skipped: rows.WithLabelValues("skipped"), failed: rows.WithLabelValues("failed"),
		commits:        m.histogram("import_commit_duration_seconds", "How long commits of import batches took that succeeded.", commitBuckets),
		commitFailures: m.counter("import_commit_failures_total", "Commits of import batches that failed."),
		ended:          map[importjob.State]prometheus.Counter{},
		claimed:        leases.WithLabelValues("claimed"), lost: leases.WithLabelValues("lost"), handedOver: leases.WithLabelValues("handed_over"),
		sent: events.WithLabelValues("sent"), rejected: events.WithLabelValues("rejected"),
		forwardFailures: m.counter("forward_failures_total", "Failures to forward result logs. Each is tried again."),
	}
	for state, label := range map[importjob.State]string{
		importjob.Succeeded: "succeeded", importjob.Failed: "failed", importjob.Stopped: "stopped", importjob.Expired: "expired",
	} {
		i.ended[state] = ended.WithLabelValues(label)
	}
	return i
}

// JobClaimed notes a claim. See [importjob.Observer].
func (i *imports) JobClaimed() { i.claimed.Inc() }

// LeaseLost notes a lost lease.
func (i *imports) LeaseLost() { i.lost.Inc() }

// JobHandedOver notes a job that was handed over.
func (i *imports) JobHandedOver() { i.handedOver.Inc() }

// JobEnded notes the end of a job.
func (i *imports) JobEnded(s importjob.State) {
	if c := i.ended[s]; c != nil {
		c.Inc()
	}
}

// RowsSettled notes the verdicts of rows.
func (i *imports) RowsSettled(c importjob.Counts) {
	i.succeeded.Add(float64(c.Imported))
	i.skipped.Add(float64(c.Skipped))
	i.failed.Add(float64(c.Failed))
}

// CommitEnded notes a commit.
func (i *imports) CommitEnded(took time.Duration, failed bool) {
	if failed {
		i.commitFailures.Inc()
		return
	}
	i.commits.Observe(took.Seconds())
}

// EventsSent notes events that were forwarded.
func (i *imports) EventsSent(taken, rejected int) {
	i.sent.Add(float64(taken - rejected))
	i.rejected.Add(float64(rejected))
}

// ForwardFailed notes a failure to forward.
func (i *imports) ForwardFailed() { i.forwardFailures.Inc() }
