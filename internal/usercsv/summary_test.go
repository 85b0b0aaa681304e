package usercsv

import (
	"strings"
	"testing"
)

// TestSummaries: every code with advice has a summary of its own.
func TestSummaries(t *testing.T) {
	seen := map[string]string{}
	for code := range advices {
		text := Summary(code)
		if text == "" || strings.HasSuffix(text, ".") || seen[text] != "" {
			t.Errorf("%s is summed up as %q, like %s", code, text, seen[text])
		}
		seen[text] = code
	}
	if len(summaries) != len(advices) {
		t.Errorf("%d summaries of %d codes", len(summaries), len(advices))
	}
}
