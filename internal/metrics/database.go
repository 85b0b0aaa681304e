package metrics

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// database are the metrics of transactions.
type database struct {
	urgentWait, otherWait  prometheus.Observer
	conflicts, unreachable prometheus.Counter
}

// waitBuckets are in seconds.
var waitBuckets = []float64{.0001, .001, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10}

// urgent and notUrgent are values of the label urgent.
const (
	urgent    = "true"
	notUrgent = "false"
)

func (m *Metrics) newDatabase() database {
	waits := m.histograms("sqlite_writer_wait_seconds", "How long writers waited for the writer lock. Requests wait for urgent ones.", waitBuckets, "urgent")
	retries := m.counters("database_retries_total", "Transactions and reads that were tried again.", "reason")
	return database{
		urgentWait: waits.WithLabelValues(urgent), otherWait: waits.WithLabelValues(notUrgent),
		conflicts: retries.WithLabelValues("conflict"), unreachable: retries.WithLabelValues("unreachable"),
	}
}

// WriterWaited notes how long a writer waited for the writer lock.
func (d *database) WriterWaited(isUrgent bool, took time.Duration) {
	if isUrgent {
		d.urgentWait.Observe(took.Seconds())
		return
	}
	d.otherWait.Observe(took.Seconds())
}

// TransactionRetried notes a transaction that is tried again.
func (d *database) TransactionRetried(conflict bool) {
	if conflict {
		d.conflicts.Inc()
		return
	}
	d.unreachable.Inc()
}
