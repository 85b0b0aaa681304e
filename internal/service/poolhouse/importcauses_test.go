package poolhouseservice

import (
	"strings"
	"testing"

	"poolhouse/internal/importjob"
	"poolhouse/internal/userpool"
)

// TestImportCauses: each cause has words, including the one that stands for causes beyond the
// limit. A code without words of its own is shown itself.
func TestImportCauses(t *testing.T) {
	t.Parallel()
	got := importCauses([]importjob.Cause{
		{Verdict: importjob.RowFailed, Column: "email", Code: userpool.CodeInvalidEmail, Rows: 7, Line: 3},
		{Verdict: importjob.RowFailed, Code: "NewCode", Rows: 2, Line: 4},
		{Verdict: importjob.RowSkipped, Code: importjob.CodeOther, Rows: 1, Line: 9},
	})
	var texts []string
	for i, c := range got {
		texts = append(texts, string(c.Verdict)+" "+c.Message)
		if *c.Rows != []int64{7, 2, 1}[i] || *c.LineNumber != []int64{3, 4, 9}[i] {
			t.Errorf("cause %d has %d rows from line %d", i, *c.Rows, *c.LineNumber)
		}
	}
	if want := "FAILED Invalid email address format|FAILED NewCode|SKIPPED Other causes"; strings.Join(texts, "|") != want {
		t.Errorf("the causes are %q", texts)
	}
	if !strings.HasPrefix(got[0].Advice, "email: ") || got[1].Advice != "" {
		t.Errorf("the advice is %q and %q", got[0].Advice, got[1].Advice)
	}
}
