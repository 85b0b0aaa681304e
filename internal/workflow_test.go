package internal_test

import (
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var (
	usedAction   = regexp.MustCompile(`(?m)^\s*(?:- )?uses:\s*(.*)$`)
	pinnedAction = regexp.MustCompile(`^[\w-]+/[\w-]+@[0-9a-f]{40} # v[0-9.]+$`)
)

// TestWorkflow: the workflows use actions by the digest of a commit, may read and do
// nothing else; and one looks for known vulnerabilities, with a version that is pinned,
// on each change and once a week.
func TestWorkflow(t *testing.T) {
	files, err := filepath.Glob("../.github/workflows/*.yml")
	if err != nil || len(files) == 0 {
		t.Fatalf("%v, %v", files, err)
	}
	for _, file := range files {
		text := readPage(t, file)
		if !strings.Contains(text, "\npermissions:\n  contents: read\n\n") || strings.Count(text, "permissions:") != 1 {
			t.Errorf("%s may do more than read", file)
		}
		for _, used := range usedAction.FindAllStringSubmatch(text, -1) {
			if !pinnedAction.MatchString(used[1]) {
				t.Errorf("%s uses %s, which is not pinned by the digest of a commit", file, used[1])
			}
		}
		if strings.Contains(text, "@latest") || strings.Contains(text, "pull_request_target") || strings.Contains(text, "secrets.") {
			t.Errorf("%s uses what is not pinned, or has secrets", file)
		}
	}
	text := readPage(t, "../.github/workflows/govulncheck.yml")
	for _, part := range []string{"\n  push:\n", "\n  pull_request:\n", "\n    - cron: ", "golang.org/x/vuln/cmd/govulncheck@v", "persist-credentials: false", "timeout-minutes: "} {
		if !strings.Contains(text, part) {
			t.Errorf("the workflow has no %q", part)
		}
	}
}
