package metrics

import (
	"maps"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// Values of labels for what is in no closed set.
const (
	none  = "none"  // an operation that is not known
	other = "other" // an error or a step that is not known
	ok    = "ok"    // the outcome of a success
)

// Operation is an operation of the API.
type Operation struct{ Service, Name string }

// requests are the metrics of what clients ask for.
type requests struct {
	operations map[Operation]*operation
	unknown    *operation
	errors     set
	uploadErrs set
	steps      set

	total    *prometheus.CounterVec
	duration *prometheus.HistogramVec
	limited  *prometheus.CounterVec
	console  [6]prometheus.Counter // by the first digit of the status; 0 for others
	uploads  *prometheus.CounterVec
	bytes    prometheus.Counter
	coming   prometheus.Gauge
	signIns  *prometheus.CounterVec
}

// set is a closed set of values of a label.
type set map[string]bool

func newSet(values []string) set {
	return maps.Collect(func(yield func(string, bool) bool) {
		for _, v := range values {
			if !yield(v, true) {
				return
			}
		}
	})
}

// or returns the value if it is one of the set, else the other one.
func (s set) or(value, otherwise string) string {
	if s[value] {
		return value
	}
	return otherwise
}

// operation is an operation and its series. They are made when it is called first, so that a
// scrape has only those that are in use.
type operation struct {
	Operation
	series atomic.Pointer[series]
}

type series struct {
	ok       prometheus.Counter
	duration prometheus.Observer
}

// requestBuckets are in seconds.
var requestBuckets = []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10}

func (m *Metrics) newRequests(o Options) requests {
	r := requests{
		operations: map[Operation]*operation{}, unknown: &operation{Operation: Operation{none, none}},
		errors: newSet(o.Errors), uploadErrs: newSet(o.UploadErrors), steps: newSet(o.Steps),
		total:    m.counters("requests_total", "Calls of operations that ended. outcome is ok, or the name of the error.", "service", "operation", "outcome"),
		duration: m.histograms("request_duration_seconds", "How long calls of operations took.", requestBuckets, "service", "operation"),
		limited:  m.counters("rate_limited_total", "Calls that a rate limit refused.", "limit"),
		uploads:  m.counters("uploads_total", "Uploads of import files that ended. outcome is ok, or S3's code of the error.", "outcome"),
		bytes:    m.counter("upload_bytes_total", "Bytes of the import files that were received whole."),
		coming:   m.gauge("uploads_in_progress", "Import files that are being received."),
		signIns:  m.counters("sign_ins_total", "Steps of sign-ins that ended. step is the flow or the challenge that was answered.", "step", "result"),
	}
	for _, op := range o.Operations {
		r.operations[op] = &operation{Operation: op}
	}
	console := m.counters("console_requests_total", "Requests to the console that ended, by the class of the status.", "code")
	for i, class := range []string{other, "1xx", "2xx", "3xx", "4xx", "5xx"} {
		r.console[i] = console.WithLabelValues(class)
	}
	for _, limit := range []Limit{LimitUnsigned, LimitClient, LimitSigned} {
		r.limited.WithLabelValues(string(limit))
	}
	return r
}

// Request notes a call that ended. failed is the name of the error, "" for a success.
func (r *requests) Request(service, name, failed string, took time.Duration) {
	op := r.operations[Operation{service, name}]
	if op == nil {
		op = r.unknown
	}
	s := op.series.Load()
	if s == nil { // several callers may make it: the series are the same
		s = &series{r.total.WithLabelValues(op.Service, op.Name, ok), r.duration.WithLabelValues(op.Service, op.Name)}
		op.series.Store(s)
	}
	s.duration.Observe(took.Seconds())
	if failed == "" {
		s.ok.Inc()
		return
	}
	r.total.WithLabelValues(op.Service, op.Name, r.errors.or(failed, other)).Inc()
}

// Limit is a rate limit.
type Limit string

// The rate limits.
const (
	LimitUnsigned Limit = "unsigned" // of calls that need no signature, of an address
	LimitClient   Limit = "client"   // of such calls, of an app client
	LimitSigned   Limit = "signed"   // of other calls, of an access key
)

// RateLimited notes a call that a rate limit refused.
func (r *requests) RateLimited(l Limit) { r.limited.WithLabelValues(string(l)).Inc() }

// ConsoleRequest notes a request to the console that ended with a status.
func (r *requests) ConsoleRequest(status int) {
	class := status / 100
	if class < 1 || class >= len(r.console) {
		class = 0
	}
	r.console[class].Inc()
}

// UploadBegan notes that a file begins to come, and UploadStopped that no more of it comes.
func (r *requests) UploadBegan() { r.coming.Inc() }

// UploadStopped is the end of [Metrics.UploadBegan].
func (r *requests) UploadStopped() { r.coming.Dec() }

// UploadEnded notes the end of an upload: S3's code of the error, or "" and the size in bytes.
func (r *requests) UploadEnded(code string, size int64) {
	outcome := ok
	if code != "" {
		outcome = r.uploadErrs.or(code, other)
	}
	r.uploads.WithLabelValues(outcome).Inc()
	r.bytes.Add(float64(size))
}

// SignIn is what came of a step of a sign-in.
type SignIn string

// The results of steps of sign-ins.
const (
	SignInGranted    SignIn = "granted"    // tokens were issued
	SignInChallenged SignIn = "challenged" // another step follows
	SignInRefused    SignIn = "refused"    // the caller was told an error that is not the server's
	SignInFailed     SignIn = "failed"     // the server failed
)

// SignIn notes a step of a sign-in: the flow, or the challenge that was answered.
func (r *requests) SignIn(step string, result SignIn) {
	r.signIns.WithLabelValues(r.steps.or(step, other), string(result)).Inc()
}
