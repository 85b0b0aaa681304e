package e2e

import (
	"io"
	"net/http"
	"strings"
	"testing"

	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"
)

// TestMetricsOfAnImport: the real program with --metrics-listen tells of an import that it did, on
// the listener of the metrics alone. At --log-level debug its log tells of each commit.
func TestMetricsOfAnImport(t *testing.T) {
	together(t)
	const rows = 2_000
	file := mixedFile(t, rows)
	n := startNode(t, t.TempDir(), "--metrics-listen", "127.0.0.1:0", "--log-level", "debug")
	got := n.importFile(file, func(string, string) {})
	families := n.scrape(n.metricsURL())

	var settled float64
	for _, m := range families["poolhouse_import_rows_total"].GetMetric() {
		settled += m.GetCounter().GetValue()
	}
	if settled != rows {
		t.Errorf("%v of %d rows are counted; the job ended %+v", settled, rows, got)
	}
	commits := families["poolhouse_import_commit_duration_seconds"].GetMetric()[0].GetHistogram().GetSampleCount()
	if logged := strings.Count(n.logged(), `"import batch committed"`); commits == 0 || uint64(logged) != commits {
		t.Errorf("%d commits are counted, %d logged", commits, logged)
	}
	for _, name := range []string{"poolhouse_requests_total", "poolhouse_uploads_total", "poolhouse_build_info", "go_goroutines"} {
		if families[name] == nil {
			t.Errorf("there is no %s", name)
		}
	}
	answer, err := http.Get(n.url + "/metrics")
	if err != nil {
		t.Fatal(err)
	}
	answer.Body.Close()
	if answer.StatusCode != http.StatusNotFound {
		t.Errorf("the API answers /metrics with %s", answer.Status)
	}
}

// metricsURL returns where a server says that it serves metrics.
func (n *node) metricsURL() string {
	n.t.Helper()
	_, line, found := strings.Cut(n.logged(), `"msg":"metrics are served","url":"`)
	if !found {
		n.t.Fatalf("the log does not say where the metrics are:\n%s", n.logged())
	}
	url, _, _ := strings.Cut(line, `"`)
	return url
}

// scrape reads metrics.
func (n *node) scrape(url string) map[string]*dto.MetricFamily {
	n.t.Helper()
	answer, err := http.Get(url)
	if err != nil {
		n.t.Fatal(err)
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		text, _ := io.ReadAll(answer.Body)
		n.t.Fatalf("%s: %s %s", url, answer.Status, text)
	}
	parser := expfmt.NewTextParser(model.LegacyValidation)
	families, err := parser.TextToMetricFamilies(answer.Body)
	if err != nil {
		n.t.Fatal(err)
	}
	return families
}
