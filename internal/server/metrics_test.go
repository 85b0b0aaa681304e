package server

import (
	"bytes"
	stdjson "encoding/json"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus/testutil/promlint"
	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"

	"poolhouse/internal/config"
	"poolhouse/internal/importjob"
	"poolhouse/internal/upload"
)

// measured returns a server that serves metrics and answers until the test ends.
func measured(t *testing.T, log io.Writer, change ...func(*config.Config)) *Server {
	t.Helper()
	cfg := config.Default()
	cfg.Data, cfg.Listen, cfg.MetricsListen, cfg.SkipLogRoleCheck = t.TempDir(), "127.0.0.1:0", "127.0.0.1:0", true
	for _, c := range change {
		c(&cfg)
	}
	getenv := func(name string) string {
		if name == config.EnvSealingKey {
			return strings.Repeat("A", 43) + "="
		}
		return rootInEnvironment(name)
	}
	s, err := Open(t.Context(), cfg, getenv, slog.New(slog.NewTextHandler(log, nil)))
	if err != nil {
		t.Fatal(err)
	}
	run(t, s)
	return s
}

// scrape reads the metrics of a server.
func scrape(t *testing.T, s *Server) (text string, families map[string]*dto.MetricFamily) {
	t.Helper()
	answer, err := http.Get(s.MetricsURL())
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil || answer.StatusCode != http.StatusOK {
		t.Fatal(answer.Status, err)
	}
	parser := expfmt.NewTextParser(model.LegacyValidation)
	families, err = parser.TextToMetricFamilies(bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	return string(body), families
}

// value returns the value of a counter or gauge, or the number of observations of a histogram,
// summed over the series that have all of some labels.
func value(families map[string]*dto.MetricFamily, name string, labels ...string) (sum float64) {
	for _, m := range families[name].GetMetric() {
		has := map[string]string{}
		for _, l := range m.Label {
			has[l.GetName()] = l.GetValue()
		}
		all := true
		for i := 0; i < len(labels); i += 2 {
			all = all && has[labels[i]] == labels[i+1]
		}
		if all {
			sum += m.GetCounter().GetValue() + m.GetGauge().GetValue() + float64(m.GetHistogram().GetSampleCount())
		}
	}
	return sum
}

// private is what users have, and no metric may tell.
var private = []string{"ada-private", "bob-private", "private.example", "+15550100", "Right-horse-1"}

// importPrivate imports three rows, two of them good, and waits for the end of the job.
func importPrivate(t *testing.T, s *Server, pool string) (job string) {
	t.Helper()
	call := func(operation, body string, out any) {
		t.Helper()
		if text := asRoot(t, s, pools+operation, body); strings.Contains(text, `"__type"`) || stdjson.Unmarshal([]byte(text), out) != nil {
			t.Fatal(operation, text)
		}
	}
	call("UpdateUserPool", `{"UserPoolId":"`+pool+`","AutoVerifiedAttributes":["email"]}`, &struct{}{})
	var header struct{ CSVHeader []string }
	call("GetCSVHeader", `{"UserPoolId":"`+pool+`"}`, &header)
	file := strings.Join(header.CSVHeader, ",") + "\n"
	for _, row := range []map[string]string{
		{"cognito:username": "ada-private", "email": "ada@private.example", "phone_number": "+15550100"},
		{"cognito:username": "bob-private", "email": "bob@private.example"},
		{"cognito:username": "eve-private", "email": "eve@private.example", "phone_number": "wrong-private.example"},
	} {
		var cells []string
		for _, column := range header.CSVHeader {
			cell := row[column]
			if strings.HasSuffix(column, "_verified") || column == "cognito:mfa_enabled" {
				cell = "false"
			}
			if column == "email_verified" {
				cell = "true"
			}
			cells = append(cells, cell)
		}
		file += strings.Join(cells, ",") + "\n"
	}
	var made struct {
		UserImportJob struct{ JobID, PreSignedURL, Status string }
	}
	call("CreateUserImportJob", `{"UserPoolId":"`+pool+`","JobName":"people","CloudWatchLogsRoleArn":"arn:aws:iam::000000000000:role/logs"}`, &made)
	put, err := http.NewRequestWithContext(t.Context(), http.MethodPut, made.UserImportJob.PreSignedURL, strings.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	put.Header.Set("x-amz-server-side-encryption", "aws:kms")
	answer, err := http.DefaultClient.Do(put)
	if err != nil || answer.StatusCode != http.StatusOK {
		t.Fatal(answer, err)
	}
	answer.Body.Close()
	job = made.UserImportJob.JobID
	key := `{"UserPoolId":"` + pool + `","JobId":"` + job + `"}`
	call("StartUserImportJob", key, &made)
	eventually(t, "the end of the job", func() bool {
		call("DescribeUserImportJob", key, &made)
		return importjob.State(made.UserImportJob.Status).Ended()
	})
	return job
}

// busy has a server do something of everything, and returns what no metric may tell.
func busy(t *testing.T, s *Server) (secret []string) {
	t.Helper()
	pool, client := signInPool(t, s)
	job := importPrivate(t, s, pool)
	for _, password := range []string{"Wrong-horse-1", "Right-horse-1"} {
		unsignedCall(t, s, "InitiateAuth", `{"ClientId":"`+client+`","AuthFlow":"USER_PASSWORD_AUTH","AuthParameters":{"USERNAME":"ada","PASSWORD":"`+password+`"}}`)
	}
	unsignedCall(t, s, "InitiateAuth", `{"ClientId":"`+client+`","AuthFlow":"USER_SRP_AUTH","AuthParameters":{"USERNAME":"ada","SRP_A":"2"}}`)
	unsignedCall(t, s, "Ada-private", `{}`)
	asRoot(t, s, "ada-private.Unknown", `{}`)
	answer, err := http.Get(s.URL() + "/console/?ada-private")
	if err != nil {
		t.Fatal(err)
	}
	answer.Body.Close()
	answer, err = http.Post(s.URL(), "application/x-www-form-urlencoded", strings.NewReader("Action=ada-private&Version=2010-05-08"))
	if err != nil {
		t.Fatal(err)
	}
	answer.Body.Close()
	p, err := s.store.Pool(t.Context(), pool)
	if err != nil {
		t.Fatal(err)
	}
	u, err := s.store.User(t.Context(), p, "ada-private")
	if err != nil {
		t.Fatal(err)
	}
	return append([]string{pool, client, job, u.Sub, root.AccessKeyID, root.Secret, `"ada"`, "127.0.0.1"}, private...)
}

// TestMetrics: what a server does is in its metrics, and its users are not: each label has a value
// of a closed set, and nothing of a user, a pool, an address or a key occurs.
func TestMetrics(t *testing.T) {
	s := measured(t, io.Discard)
	secret := busy(t, s)
	wanted := []struct {
		value  float64
		name   string
		labels []string
	}{
		{2, "poolhouse_import_rows_total", []string{"verdict", "succeeded"}}, {1, "poolhouse_import_rows_total", []string{"verdict", "failed"}},
		{1, "poolhouse_import_jobs_ended_total", []string{"status", "succeeded"}}, {1, "poolhouse_import_lease_events_total", []string{"event", "claimed"}},
		{1, "poolhouse_import_commit_duration_seconds", nil}, {1, "poolhouse_uploads_total", []string{"outcome", "ok"}},
		{1, "poolhouse_sign_ins_total", []string{"step", "USER_PASSWORD_AUTH", "result", "granted"}}, {1, "poolhouse_sign_ins_total", []string{"step", "USER_PASSWORD_AUTH", "result", "refused"}},
		{1, "poolhouse_sign_ins_total", []string{"step", "USER_SRP_AUTH", "result", "challenged"}},
		{1, "poolhouse_requests_total", []string{"service", "cognito-idp", "operation", "InitiateAuth", "outcome", "NotAuthorizedException"}},
		{1, "poolhouse_requests_total", []string{"service", "cognito-idp", "operation", "CreateUserPool", "outcome", "ok"}},
		{3, "poolhouse_request_duration_seconds", []string{"service", "cognito-idp", "operation", "InitiateAuth"}},
		{3, "poolhouse_requests_total", []string{"service", "none", "operation", "none"}},
		{1, "poolhouse_build_info", []string{"version", Version(), "goversion", runtime.Version()}},
		{0, "poolhouse_import_jobs_active", nil}, {0, "poolhouse_uploads_in_progress", nil},
	}
	var text string
	var families map[string]*dto.MetricFamily
	counted := func() bool {
		text, families = scrape(t, s)
		for _, want := range wanted {
			if value(families, want.name, want.labels...) != want.value {
				return false
			}
		}
		return true
	}
	for end := time.Now().Add(20 * time.Second); !counted() && time.Now().Before(end); { // a call is counted after its answer was sent; each look is a scrape
	}
	for _, want := range wanted {
		if got := value(families, want.name, want.labels...); got != want.value || families[want.name] == nil {
			t.Errorf("%s %v is %v, want %v", want.name, want.labels, got, want.value)
		}
	}
	for _, name := range []string{
		"poolhouse_console_requests_total", "poolhouse_upload_bytes_total", "poolhouse_connections_accepted_total", "poolhouse_connections_limit",
		"poolhouse_sqlite_writer_wait_seconds", "poolhouse_database_connections", "poolhouse_audit_queue_limit_events",
	} {
		if value(families, name) == 0 {
			t.Errorf("%s is 0", name)
		}
	}
	for _, s := range secret {
		if strings.Contains(text, s) {
			t.Errorf("the metrics tell %s", s)
		}
	}
	wantClosedLabels(t, families)
	problems, err := promlint.New(strings.NewReader(text)).Lint()
	if err != nil || len(problems) > 0 {
		t.Errorf("the names break Prometheus' conventions: %v %v", problems, err)
	}
}

// wantClosedLabels demands that each label has a value of a closed set, which is made of the
// API's model and of what the docs name.
func wantClosedLabels(t *testing.T, families map[string]*dto.MetricFamily) {
	t.Helper()
	closed := map[string][]string{
		"service": {"none"}, "operation": {"none"}, "outcome": append([]string{"ok", "other"}, upload.Codes()...), "step": append(signInSteps(), "other"),
		"result": {"granted", "challenged", "refused", "failed", "sent", "rejected"}, "limit": {"unsigned", "client", "signed"},
		"code": {"1xx", "2xx", "3xx", "4xx", "5xx", "other"}, "verdict": {"succeeded", "skipped", "failed"}, "status": {"succeeded", "failed", "stopped", "expired"},
		"event": {"claimed", "lost", "handed_over"}, "urgent": {"true", "false"}, "use": {"read", "write", "index", "requests", "import"},
		"reason": {"conflict", "unreachable"}, "version": {Version(), runtime.Version()}, "goversion": {runtime.Version()},
	}
	for _, op := range slices.Concat(jsonOperations(), queryOperations()) {
		closed["service"], closed["operation"] = append(closed["service"], op.API.Service), append(closed["operation"], op.Name)
		for _, e := range op.Errors {
			closed["outcome"] = append(closed["outcome"], e.Code)
		}
	}
	closed["outcome"] = append(closed["outcome"], "InternalErrorException", "UnknownOperationException", "InvalidAction", "AccessDeniedException", "SerializationException")
	for name, family := range families {
		for _, m := range family.Metric {
			for _, l := range m.Label {
				if !slices.Contains(closed[l.GetName()], l.GetValue()) {
					t.Errorf("%s has %s=%q, which is in no closed set", name, l.GetName(), l.GetValue())
				}
			}
		}
	}
}

// TestMetricsOfRates: calls that a rate limit refused are counted.
func TestMetricsOfRates(t *testing.T) {
	s := measured(t, io.Discard, func(c *config.Config) { c.RateUnsigned = 1 })
	for range 10 {
		unsignedCall(t, s, "RevokeToken", `{"ClientId":"one","Token":"x"}`)
	}
	_, families := scrape(t, s)
	if n := value(families, "poolhouse_rate_limited_total", "limit", "unsigned"); n < 5 || n > 9 {
		t.Errorf("%v of 10 calls were refused", n)
	}
	if n := value(families, "poolhouse_requests_total", "operation", "RevokeToken", "outcome", "TooManyRequestsException"); n < 5 {
		t.Errorf("%v of 10 calls ended so", n)
	}
}

// TestMetricsOfServers: a server on PostgreSQL tells what its database holds, and what is to be
// forwarded while the destination is away.
func TestMetricsOfServers(t *testing.T) {
	postgres := startPostgres(t)
	database, err := postgres.CreateDatabase(t.Context(), "poolhouse")
	if err != nil {
		t.Fatal(err)
	}
	s := measured(t, io.Discard, func(c *config.Config) {
		c.Database, c.LogsForward = database, "cloudwatch://us-east-1?endpoint=http://127.0.0.1:1"
	})
	busy(t, s)
	_, families := scrape(t, s)
	if rows := value(families, "poolhouse_forward_pending_lines"); rows != 3 {
		t.Errorf("%v lines are to be forwarded, want 3", rows)
	}
	if families["poolhouse_forward_oldest_pending_seconds"] == nil || value(families, "poolhouse_database_connections", "use", "requests") == 0 {
		t.Errorf("metrics are missing: %v", slices.Sorted(maps.Keys(families)))
	}
	wantClosedLabels(t, families)
}

// TestMetricsListener: the listener of metrics answers GET and HEAD of /metrics and nothing else,
// the API's does not have them, and connections to it are few.
func TestMetricsListener(t *testing.T) {
	s := measured(t, io.Discard)
	base := strings.TrimSuffix(s.MetricsURL(), "/metrics")
	for _, c := range []struct {
		method, url string
		status      int
	}{
		{http.MethodGet, s.MetricsURL(), http.StatusOK}, {http.MethodHead, s.MetricsURL(), http.StatusOK},
		{http.MethodPost, s.MetricsURL(), http.StatusMethodNotAllowed}, {http.MethodOptions, s.MetricsURL(), http.StatusMethodNotAllowed},
		{http.MethodGet, base + "/", http.StatusNotFound}, {http.MethodPost, base + "/", http.StatusNotFound}, {http.MethodGet, base + "/healthz", http.StatusNotFound},
		{http.MethodGet, base + "/console/", http.StatusNotFound}, {http.MethodGet, base + "/metrics/x", http.StatusNotFound}, {http.MethodGet, base + "/debug/pprof/", http.StatusNotFound},
		{http.MethodGet, s.URL() + "/metrics", http.StatusNotFound},
	} {
		r, err := http.NewRequestWithContext(t.Context(), c.method, c.url, nil)
		if err != nil {
			t.Fatal(err)
		}
		answer, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		body, _ := io.ReadAll(answer.Body)
		answer.Body.Close()
		if answer.StatusCode != c.status || strings.Contains(string(body), "poolhouse_") != (c.status == http.StatusOK && c.method == http.MethodGet) {
			t.Errorf("%s %s: %s %.100s", c.method, c.url, answer.Status, body)
		}
	}
	if places := s.scrapes.places.Statistics(); places.Limit != metricsConnections {
		t.Errorf("there may be %d connections", places.Limit)
	}
	server := s.scrapes.http
	for what, limit := range map[string]time.Duration{"header": server.ReadHeaderTimeout, "request": server.ReadTimeout, "answer": server.WriteTimeout, "idle": server.IdleTimeout} {
		if limit <= 0 || limit > 2*time.Minute {
			t.Errorf("the %s may take %v", what, limit)
		}
	}
}

// TestMetricsWarning: metrics that other machines can read are warned of, and an address that is
// taken refuses the start.
func TestMetricsWarning(t *testing.T) {
	for address, warns := range map[string]bool{"127.0.0.1:0": false, "localhost:0": false, "0.0.0.0:0": true, ":0": true} {
		var log safeBuffer
		measured(t, &log, func(c *config.Config) { c.MetricsListen = address })
		if strings.Contains(log.text(), "metrics are served to everyone who can reach their address") != warns {
			t.Errorf("%s: %s", address, log.text())
		}
	}
	s := measured(t, io.Discard)
	cfg := settings(t.TempDir())
	cfg.MetricsListen = strings.TrimPrefix(s.URL(), "http://")
	if _, err := open(t, cfg); err == nil || !strings.Contains(err.Error(), "metrics-listen") {
		t.Errorf("an address that is taken: %v", err)
	}
	if s := mustOpen(t, settings(t.TempDir())); s.MetricsURL() != "" || s.close() != nil {
		t.Errorf("metrics are served at %s unasked", s.MetricsURL())
	}
}
