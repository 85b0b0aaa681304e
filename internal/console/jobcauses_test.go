package console

import (
	"fmt"
	"testing"

	cognitoapi "poolhouse/internal/api/cognito"
	poolhouseapi "poolhouse/internal/api/poolhouse"
)

// TestCauses: the page shows the most frequent causes of failed rows and sums up the rest.
// A cause links to its rows if the log may be read and distinguishes them.
func TestCauses(t *testing.T) {
	t.Parallel()
	n := &jobNow{UserImportJobType: &cognitoapi.UserImportJobType{UserPoolId: "us-east-1_a", JobId: "import-1", FailedUsers: new(int64(1))}}
	if n.Causes() != nil || n.MoreCauses() != "" || n.FailedRows() != "1 row failed" {
		t.Errorf("of a job that is not told of: %v, %q, %q", n.Causes(), n.MoreCauses(), n.FailedRows())
	}
	n.Progress = &poolhouseapi.GetUserImportJobProgressResponse{Causes: []poolhouseapi.ImportCauseType{{Verdict: "SKIPPED", Code: "UsernameExists", Rows: new(int64(99))}}}
	for i := range 13 {
		n.Progress.Causes = append(n.Progress.Causes, poolhouseapi.ImportCauseType{Verdict: "FAILED", Code: fmt.Sprint("Code", i), Column: "name", Flaw: "x", Rows: new(int64(20 - i)), LineNumber: new(int64(i + 2))})
	}
	n.Progress.Causes[2].Code = otherCauses
	shown := n.Causes()
	if len(shown) != causesShown || shown[0].Code != "Code0" || shown[9].Code != "Code9" || shown[0].Path != "" {
		t.Errorf("shown are %v", shown)
	}
	if got, want := n.MoreCauses(), "3 more causes, 27 rows"; got != want {
		t.Errorf("the rest is %q, not %q", got, want)
	}
	n.MaySeeLog = true
	shown = n.Causes()
	if want := "/console/pools/us-east-1_a/import-jobs/import-1/log?code=Code0&column=name&flaw=x&line=2&verdict=FAILED"; shown[0].Path != want || shown[1].Path != "" {
		t.Errorf("the causes lead to %q and %q, not to %q and nowhere", shown[0].Path, shown[1].Path, want)
	}
}
