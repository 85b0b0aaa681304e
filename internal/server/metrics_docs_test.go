package server

import (
	"io"
	"maps"
	"os"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"

	dto "github.com/prometheus/client_model/go"
	"go.yaml.in/yaml/v3"

	"poolhouse/internal/config"
)

// documented is a row of the table of metrics in docs/operations.md.
type documented struct{ group, kind, labels string }

// documentedMetrics reads the table.
func documentedMetrics(t *testing.T) (metrics map[string]documented, groups []string) {
	t.Helper()
	page, err := os.ReadFile("../../docs/operations.md")
	if err != nil {
		t.Fatal(err)
	}
	_, section, _ := strings.Cut(string(page), "\n## Metrics\n")
	section, _, _ = strings.Cut(section, "\n## ")
	_, table, found := strings.Cut(section, "\n| metric | type | labels | meaning |\n|---|---|---|---|\n")
	if !found {
		t.Fatal("docs/operations.md has no table of metrics")
	}
	metrics = map[string]documented{}
	for line := range strings.Lines(table) {
		if !strings.HasPrefix(line, "|") {
			break
		}
		cells := strings.Split(strings.Trim(strings.TrimSpace(line), "|"), "|")
		for i := range cells {
			cells[i] = strings.TrimSpace(cells[i])
		}
		if len(cells) != 4 {
			t.Fatalf("a row has %d cells: %s", len(cells), line)
		}
		if group, ok := strings.CutPrefix(cells[0], "**"); ok {
			groups = append(groups, strings.TrimSuffix(group, "**"))
			continue
		}
		name := strings.Trim(cells[0], "`")
		if _, twice := metrics[name]; twice || len(groups) == 0 || len(cells[3]) < 10 {
			t.Errorf("%s: the row comes twice, is in no group, or says too little", name)
		}
		metrics[name] = documented{groups[len(groups)-1], cells[1], strings.ReplaceAll(cells[2], "`", "")}
	}
	return metrics, groups
}

// TestMetricsAreDocumented: each metric is in docs/operations.md, with its type and labels, and
// each that is there exists.
func TestMetricsAreDocumented(t *testing.T) {
	told, _ := documentedMetrics(t)
	s := measured(t, io.Discard, func(c *config.Config) { c.LogsForward = "cloudwatch://us-east-1?endpoint=http://127.0.0.1:1" })
	busy(t, s)
	exists := map[string]documented{}
	for _, d := range s.metrics.Definitions() {
		exists[d.Name] = documented{kind: d.Type, labels: strings.Join(d.Labels, ", ")}
	}
	_, families := scrape(t, s)
	for name, family := range families {
		if strings.HasPrefix(name, "go_") || strings.HasPrefix(name, "process_") {
			exists[name] = documented{kind: strings.ToLower(family.GetType().String()), labels: labelsOf(family)}
		} else if exists[name].kind == "" {
			t.Errorf("%s has no definition", name)
		}
	}
	for name, is := range exists {
		row := told[name]
		if row.kind != is.kind || row.labels != is.labels {
			t.Errorf("docs/operations.md says of %s %q, and it is %q", name, row, is)
		}
	}
	for name := range told {
		if _, there := exists[name]; !there && (runtime.GOOS == "linux" || !strings.HasPrefix(name, "process_")) {
			t.Errorf("docs/operations.md has %s, which no scrape shows", name)
		}
	}
	for _, name := range []string{"poolhouse_rate_limited_total", "poolhouse_forward_pending_lines", "poolhouse_sign_ins_total", "poolhouse_backlog_failures_total"} {
		if families[name] == nil {
			t.Errorf("the scrape lacks %s", name)
		}
	}
}

// labelsOf returns the names of the labels of a metric without those of its parts.
func labelsOf(family *dto.MetricFamily) string {
	var names []string
	for _, l := range family.GetMetric()[0].GetLabel() {
		names = append(names, l.GetName())
	}
	return strings.Join(names, ", ")
}

// rules is the form of a file of alerts.
type rules struct {
	Groups []struct {
		Name  string
		Rules []struct {
			Alert, Expr, For    string
			Labels, Annotations map[string]string
		}
	}
}

// metricName finds names of metrics in an expression.
var metricName = regexp.MustCompile(`\b(?:poolhouse|go|process)_[a-z0-9_]+\b`)

// TestAlerts: the example has an alert for each group of metrics in the docs, and names only
// metrics that are there, with labels that they have.
func TestAlerts(t *testing.T) {
	told, groups := documentedMetrics(t)
	text, err := os.ReadFile("../../examples/prometheus/alerts.yml")
	if err != nil {
		t.Fatal(err)
	}
	decoder := yaml.NewDecoder(strings.NewReader(string(text)))
	decoder.KnownFields(true)
	var file rules
	if err := decoder.Decode(&file); err != nil {
		t.Fatal(err)
	}
	alerted := map[string]bool{}
	for _, group := range file.Groups {
		for _, rule := range group.Rules {
			names := metricName.FindAllString(rule.Expr, -1)
			if rule.Alert == "" || len(names) == 0 || rule.Annotations["summary"] == "" || rule.Annotations["description"] == "" || rule.Labels["severity"] == "" {
				t.Errorf("%+v lacks something", rule)
			}
			for _, name := range names {
				row, there := told[name]
				if base, isPart := strings.CutSuffix(name, "_bucket"); !there && isPart {
					row, there = told[base]
					there = there && row.kind == "histogram"
				}
				if !there {
					t.Errorf("%s names %s, which is no metric", rule.Alert, name)
				}
				alerted[row.group] = true
				wantLabels(t, rule.Alert, rule.Expr, name, row.labels)
			}
		}
	}
	if missing := slices.DeleteFunc(slices.Clone(groups), func(g string) bool { return alerted[g] }); len(missing) > 0 || len(groups) < 6 {
		t.Errorf("there is no alert for %v of %v", missing, slices.Sorted(maps.Keys(alerted)))
	}
}

// wantLabels demands that a metric has the labels by which an expression selects it. job is given
// by Prometheus.
func wantLabels(t *testing.T, alert, expr, name, labels string) {
	t.Helper()
	for _, selector := range regexp.MustCompile(regexp.QuoteMeta(name)+`\{([^}]*)\}`).FindAllStringSubmatch(expr, -1) {
		for _, part := range strings.Split(selector[1], ",") {
			label := regexp.MustCompile(`^\s*[a-z]+`).FindString(part)
			if label = strings.TrimSpace(label); label != "job" && !slices.Contains(strings.Split(labels, ", "), label) {
				t.Errorf("%s selects %s by %s; its labels are %s", alert, name, label, labels)
			}
		}
	}
}

// TestScrapeExample: the example of a configuration of Prometheus loads the alerts beside it.
func TestScrapeExample(t *testing.T) {
	text, err := os.ReadFile("../../examples/prometheus/prometheus.yml")
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		RuleFiles     []string `yaml:"rule_files"`
		ScrapeConfigs []struct {
			JobName       string                       `yaml:"job_name"`
			StaticConfigs []struct{ Targets []string } `yaml:"static_configs"`
		} `yaml:"scrape_configs"`
	}
	if err := yaml.Unmarshal(text, &file); err != nil {
		t.Fatal(err)
	}
	if len(file.RuleFiles) != 1 || len(file.ScrapeConfigs) != 1 || len(file.ScrapeConfigs[0].StaticConfigs) != 1 || len(file.ScrapeConfigs[0].StaticConfigs[0].Targets) == 0 {
		t.Fatalf("%+v", file)
	}
	if _, err := os.Stat("../../examples/prometheus/" + file.RuleFiles[0]); err != nil {
		t.Error(err)
	}
}
