package metrics

import (
	"log/slog"
	"net/http"
	"runtime"
	"slices"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// Metrics are all metrics of a server. Their methods may be called from many goroutines at once.
type Metrics struct {
	registry *prometheus.Registry
	defined  []Definition

	requests
	imports
	database
}

// Options say what a server knows before it starts.
type Options struct {
	Version string
	// Operations are those of the API's model. Requests for anything else have the labels of none.
	Operations []Operation
	// Errors are the names of errors that answers may have, and UploadErrors those of uploads.
	Errors, UploadErrors []string
	// Steps are the flows and challenges of a sign-in.
	Steps []string
}

// New returns the metrics of a server.
func New(o Options) *Metrics {
	m := &Metrics{registry: prometheus.NewRegistry()}
	build := m.labelledGauge("build_info", "Always 1. The labels tell the version of the program and of Go.", "version", "goversion")
	build.WithLabelValues(o.Version, runtime.Version()).Set(1)
	m.requests = m.newRequests(o)
	m.imports = m.newImports()
	m.database = m.newDatabase()
	m.registry.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

// labelledGauge defines a gauge with labels.
func (m *Metrics) labelledGauge(name, help string, labels ...string) *prometheus.GaugeVec {
	g := prometheus.NewGaugeVec(prometheus.GaugeOpts{Name: m.define("gauge", name, help, labels), Help: help}, labels)
	m.registry.MustRegister(g)
	return g
}

// Definitions returns what the metrics of the server are, without those of Go and of the process.
func (m *Metrics) Definitions() []Definition { return slices.Clone(m.defined) }

// The bounds of a scrape.
const (
	maxScrapes    = 4 // at a time
	scrapeTimeout = 10 * time.Second
)

// Handler answers scrapes. What of a scrape fails is left out, and logged.
func (m *Metrics) Handler(log *slog.Logger) http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{
		ErrorLog: scrapeLog{log}, ErrorHandling: promhttp.ContinueOnError, MaxRequestsInFlight: maxScrapes, Timeout: scrapeTimeout,
	})
}

// scrapeLog logs what promhttp has to say.
type scrapeLog struct{ log *slog.Logger }

func (l scrapeLog) Println(said ...any) { l.log.Error("metrics could not be collected", "error", said) }
