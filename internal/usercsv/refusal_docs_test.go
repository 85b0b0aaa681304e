package usercsv

import (
	"os"
	"strings"
	"testing"
)

// TestRefusalsAreOnThePage demands that docs/moving-into-cognito.md tells what Amazon Cognito
// refuses, by the codes that a look tells.
func TestRefusalsAreOnThePage(t *testing.T) {
	text, err := os.ReadFile("../../docs/moving-into-cognito.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range refusals {
		if !strings.Contains(string(text), "`"+r.Code+"`") {
			t.Errorf("the page does not have %s", r.Code)
		}
	}
}
