package usercsv

import (
	"fmt"
	"strings"
	"testing"
)

// TestRejectedRowsAreBounded: a check includes a bounded number of bytes of rows. The
// others follow from NextLine on.
func TestRejectedRowsAreBounded(t *testing.T) {
	var csv strings.Builder
	csv.WriteString("cognito:username,email,email_verified,name\n")
	const rows = 400
	for i := range rows {
		fmt.Fprintf(&csv, "u%d,none,true,%s\n", i, strings.Repeat("x", 15_000))
	}
	told, looks := 0, 0
	for from := int64(1); from > 0; looks++ {
		l, err := Check(opens(csv.String()), Limits{}, Import{Pool: lookPool(), FromLine: from, MaxRejected: 1000})
		if err != nil || l.Failing != rows || len(l.Rejected) == 0 || len(l.Rejected)*15_000 > rejectedBytes+30_000 {
			t.Fatalf("%d of %d rows, %v", len(l.Rejected), l.Failing, err)
		}
		told, from = told+len(l.Rejected), l.NextLine
	}
	if told != rows || looks != 2 {
		t.Errorf("%d rows in %d looks", told, looks)
	}
}
