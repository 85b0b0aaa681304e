package internal_test

import (
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

// pinnedAction matches an action that is pinned to a commit, with its version in a
// comment.
var pinnedAction = regexp.MustCompile(`(?m)^\s*- uses: [\w-]+/[\w-]+@[0-9a-f]{40} # v[0-9.]+$`)

// workflow has the parts of a GitHub workflow that the tests check.
type workflow struct {
	On          map[string]any
	Permissions map[string]string
	Concurrency struct {
		Cancel bool `yaml:"cancel-in-progress"`
	}
	Jobs map[string]job
}

type job struct {
	RunsOn      string            `yaml:"runs-on"`
	Timeout     int               `yaml:"timeout-minutes"`
	Permissions map[string]string // nil: those of the workflow
	Env         map[string]string
	Steps       []struct {
		Uses string
		Run  string
		With map[string]any
	}
}

// runs returns the commands of a job.
func (j job) runs() string {
	var all []string
	for _, step := range j.Steps {
		all = append(all, step.Run)
	}
	return strings.Join(all, "\n")
}

// problems returns the rules that a workflow breaks. It may only read. Its actions are
// pinned, and its jobs have a time limit. A new run of a branch cancels the older one.
// No text of a pull request becomes a command.
func (w workflow) problems(text string) (problems []string) {
	if len(w.Permissions) != 1 || w.Permissions["contents"] != "read" {
		problems = append(problems, "may do more than read")
	}
	if !w.Concurrency.Cancel {
		problems = append(problems, "does not end an older run of the same branch")
	}
	if strings.Count(text, "uses:") != len(pinnedAction.FindAllString(text, -1)) {
		problems = append(problems, "uses an action that is not pinned by a commit's hash")
	}
	for _, part := range []string{"@latest", "pull_request_target", "secrets.", "github.event", "github.head_ref"} {
		if strings.Contains(text, part) {
			problems = append(problems, "has "+part)
		}
	}
	for name, j := range w.Jobs {
		if j.Timeout == 0 || j.Permissions != nil || strings.HasSuffix(j.RunsOn, "-latest") {
			problems = append(problems, name+" has no time limit, permissions of its own, or a runner without a version")
		}
		for _, step := range j.Steps {
			if strings.HasPrefix(step.Uses, "actions/checkout@") && step.With["persist-credentials"] != false {
				problems = append(problems, name+" leaves the token in the work tree")
			}
		}
	}
	return problems
}

// readWorkflow reads a file of .github/workflows.
func readWorkflow(t *testing.T, file string) (workflow, string) {
	t.Helper()
	text, w := readPage(t, file), workflow{}
	if err := yaml.Unmarshal([]byte(text), &w); err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	return w, text
}

// TestWorkflow: every workflow follows the rules.
func TestWorkflow(t *testing.T) {
	files, err := filepath.Glob("../.github/workflows/*.yml")
	if err != nil || len(files) < 2 {
		t.Fatalf("%v, %v", files, err)
	}
	for _, file := range files {
		w, text := readWorkflow(t, file)
		if len(w.Jobs) == 0 {
			t.Errorf("%s has no jobs", file)
		}
		for _, problem := range w.problems(text) {
			t.Errorf("%s %s", file, problem)
		}
	}
}

// TestWorkflowsThatBreakRules: each rule detects a workflow that breaks it.
func TestWorkflowsThatBreakRules(t *testing.T) {
	_, good := readWorkflow(t, "../.github/workflows/govulncheck.yml")
	for _, change := range [][2]string{
		{"contents: read", "contents: write"},
		{"cancel-in-progress: true", "cancel-in-progress: false"},
		{"actions/checkout@08c6903cd8c0fde910a37f88322edcfb5dd907a8 # v5.0.0", "actions/checkout@v5"},
		{"ubuntu-24.04", "ubuntu-latest"},
		{"timeout-minutes: 20", "timeout-minutes: 0"},
		{"persist-credentials: false", "persist-credentials: true"},
		{"go run ", "echo ${{ github.event.pull_request.title }}; go run "},
	} {
		bad := strings.Replace(good, change[0], change[1], 1)
		var w workflow
		if err := yaml.Unmarshal([]byte(bad), &w); bad == good || err != nil || len(w.problems(bad)) == 0 {
			t.Errorf("%q in place of %q breaks no rule", change[1], change[0])
		}
	}
}

// TestWorkflowOfVulnerabilities: one workflow looks for known vulnerabilities with a
// pinned version, on each change and once a week.
func TestWorkflowOfVulnerabilities(t *testing.T) {
	w, text := readWorkflow(t, "../.github/workflows/govulncheck.yml")
	for _, event := range []string{"push", "pull_request", "schedule"} {
		if _, ok := w.On[event]; !ok {
			t.Errorf("it does not run on %s", event)
		}
	}
	if !strings.Contains(text, "golang.org/x/vuln/cmd/govulncheck@v") {
		t.Error("the version of govulncheck is not pinned")
	}
}

// TestWorkflowOfTests: on Linux, the workflow runs the tests that every change must
// pass. On macOS, a skipped test must not fail, so CI is not set there.
func TestWorkflowOfTests(t *testing.T) {
	w, _ := readWorkflow(t, "../.github/workflows/ci.yml")
	for name, command := range map[string]string{
		"linux": ".ci/run", "macos": "go test", "cross": "make cross", "lint": "make lint-all",
	} {
		if !strings.Contains(w.Jobs[name].runs(), command) {
			t.Errorf("the job %s does not run %q", name, command)
		}
	}
	for name, j := range w.Jobs {
		if ci, set := j.Env["CI"]; set != (name == "macos") || ci == "true" {
			t.Errorf("the job %s has CI=%q", name, ci)
		}
		if _, commands, cut := strings.Cut("\n"+j.runs(), "\nmake "); cut {
			target := strings.Fields(commands)[0]
			if !slices.Contains(strings.Fields(readPage(t, "../Makefile")), target+":") {
				t.Errorf("the job %s runs make %s, which the Makefile does not have", name, target)
			}
		}
	}
}
