package metrics

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"poolhouse/internal/importjob"
)

// Sources are what a scrape asks the parts of a server. All are required, except Backlog: nil
// leaves its metrics out.
type Sources struct {
	Connections func() Connections
	Audit       func() Audit
	Database    func() Database
	Running     func() int // import jobs that the server works on
	// Backlog asks the database. A scrape asks at most once in [backlogLasts].
	Backlog func(context.Context) (Backlog, error)
}

// Connections are the connections of clients.
type Connections struct {
	Open, Limit       int
	Accepted, Refused int64
}

// Audit is the queue of the audit.
type Audit struct {
	Queued, Capacity       int
	Stored, Lost, Failures int64
}

// Database is how a database is used.
type Database struct {
	Pools                       []ConnectionPool
	UrgentWriters, OtherWriters int
}

// ConnectionPool is the connections to the database that have one purpose.
type ConnectionPool struct {
	Use             string
	Max, Open, Busy int
	Waits           int64
	Waited          time.Duration
}

// Backlog is work that the database has for its servers.
type Backlog struct {
	importjob.Backlog
	Forwards bool // whether results are forwarded
}

// The bounds of looking for the backlog.
const (
	backlogLasts   = 10 * time.Second // how long an answer is used again
	backlogTimeout = 2 * time.Second
)

// sources is the collector of [Sources].
type sources struct {
	Sources
	log *slog.Logger

	open, limit, accepted, refused                               scraped
	queued, capacity, stored, lost, auditFailures                scraped
	poolMost, poolOpen, poolBusy, poolWaits, poolWaited, writers scraped
	working, active, unclaimed, unindexed, outbox                scraped
	forwardLines, forwardAge                                     scraped
	backlogErrors                                                prometheus.Counter

	mu     sync.Mutex
	last   Backlog
	known  bool // the last look succeeded
	looked time.Time
}

// Watch has scrapes ask the sources. It is for once.
func (m *Metrics) Watch(s Sources, log *slog.Logger) {
	m.registry.MustRegister(m.newSources(s, log))
}

func (m *Metrics) newSources(s Sources, log *slog.Logger) *sources {
	return &sources{
		Sources: s, log: log,
		open:     m.scraped("gauge", "connections", "Connections of clients."),
		limit:    m.scraped("gauge", "connections_limit", "How many connections of clients there may be."),
		accepted: m.scraped("counter", "connections_accepted_total", "Connections of clients that got a place."),
		refused:  m.scraped("counter", "connections_refused_total", "Connections that were refused or closed for others, and requests that were refused because their caller has too many."),

		queued:        m.scraped("gauge", "audit_queue_events", "Audit events that wait to be stored."),
		capacity:      m.scraped("gauge", "audit_queue_limit_events", "How many audit events may wait."),
		stored:        m.scraped("counter", "audit_events_stored_total", "Audit events that were stored."),
		lost:          m.scraped("counter", "audit_events_lost_total", "Audit events that could not be stored."),
		auditFailures: m.scraped("counter", "audit_failures_total", "Transactions of audit events that failed. Each is tried again."),

		poolMost:   m.scraped("gauge", "database_connections_limit", "How many connections to the database there may be.", "use"),
		poolOpen:   m.scraped("gauge", "database_connections", "Open connections to the database.", "use"),
		poolBusy:   m.scraped("gauge", "database_connections_busy", "Connections to the database that are in use.", "use"),
		poolWaits:  m.scraped("counter", "database_connection_waits_total", "Waits for a connection to the database.", "use"),
		poolWaited: m.scraped("counter", "database_connection_wait_seconds_total", "Time of the waits for a connection to the database.", "use"),
		writers:    m.scraped("gauge", "sqlite_writers_waiting", "Writers that wait for the writer lock.", "urgent"),

		working:       m.scraped("gauge", "import_jobs_running", "Import jobs that this server works on. It holds their leases."),
		active:        m.scraped("gauge", "import_jobs_active", "Import jobs in the database that were started and have not ended."),
		unclaimed:     m.scraped("gauge", "import_jobs_unclaimed", "Active import jobs that no server works on."),
		unindexed:     m.scraped("gauge", "unindexed_users", "Imported users whose deferred indexes are not up to date."),
		outbox:        m.scraped("gauge", "outbox_messages", "Messages in the outboxes of all user pools."),
		forwardLines:  m.scraped("gauge", "forward_pending_lines", "Lines of result logs that are not forwarded yet."),
		forwardAge:    m.scraped("gauge", "forward_oldest_pending_seconds", "Age of the oldest event that is not forwarded yet, 0 for none."),
		backlogErrors: m.counter("backlog_failures_total", "Scrapes for which the database did not tell its backlog. They lack these metrics."),
	}
}

// Describe names the metrics. See [prometheus.Collector].
func (s *sources) Describe(out chan<- *prometheus.Desc) {
	for _, one := range []scraped{
		s.open, s.limit, s.accepted, s.refused, s.queued, s.capacity, s.stored, s.lost, s.auditFailures,
		s.poolMost, s.poolOpen, s.poolBusy, s.poolWaits, s.poolWaited, s.writers,
		s.working, s.active, s.unclaimed, s.unindexed, s.outbox, s.forwardLines, s.forwardAge,
	} {
		out <- one.desc
	}
}

// Collect asks the sources.
func (s *sources) Collect(out chan<- prometheus.Metric) {
	c := s.Connections()
	out <- s.open.value(float64(c.Open))
	out <- s.limit.value(float64(c.Limit))
	out <- s.accepted.value(float64(c.Accepted))
	out <- s.refused.value(float64(c.Refused))

	a := s.Audit()
	out <- s.queued.value(float64(a.Queued))
	out <- s.capacity.value(float64(a.Capacity))
	out <- s.stored.value(float64(a.Stored))
	out <- s.lost.value(float64(a.Lost))
	out <- s.auditFailures.value(float64(a.Failures))

	d := s.Database()
	for _, p := range d.Pools {
		out <- s.poolMost.value(float64(p.Max), p.Use)
		out <- s.poolOpen.value(float64(p.Open), p.Use)
		out <- s.poolBusy.value(float64(p.Busy), p.Use)
		out <- s.poolWaits.value(float64(p.Waits), p.Use)
		out <- s.poolWaited.value(p.Waited.Seconds(), p.Use)
	}
	out <- s.writers.value(float64(d.UrgentWriters), urgent)
	out <- s.writers.value(float64(d.OtherWriters), notUrgent)
	out <- s.working.value(float64(s.Running()))
	s.collectBacklog(out)
}

func (s *sources) collectBacklog(out chan<- prometheus.Metric) {
	b, known := s.backlog()
	if !known {
		return
	}
	out <- s.active.value(float64(b.ActiveJobs))
	out <- s.unclaimed.value(float64(b.UnclaimedJobs))
	out <- s.unindexed.value(float64(b.UnindexedUsers))
	out <- s.outbox.value(float64(b.OutboxMessages))
	if !b.Forwards {
		return
	}
	age := 0.0
	if !b.ForwardOldest.IsZero() {
		age = max(0, time.Since(b.ForwardOldest).Seconds())
	}
	out <- s.forwardLines.value(float64(b.ForwardLines))
	out <- s.forwardAge.value(age)
}

// backlog returns the backlog as it was lately.
func (s *sources) backlog() (b Backlog, known bool) {
	if s.Backlog == nil {
		return b, false
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.looked.IsZero() && time.Since(s.looked) < backlogLasts {
		return s.last, s.known
	}
	ctx, cancel := context.WithTimeout(context.Background(), backlogTimeout)
	defer cancel()
	b, err := s.Sources.Backlog(ctx)
	s.last, s.known, s.looked = b, err == nil, time.Now()
	if err != nil {
		s.backlogErrors.Inc()
		s.log.Warn("the database did not tell its backlog", "error", err)
	}
	return b, s.known
}
