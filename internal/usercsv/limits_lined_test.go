package usercsv

import (
	"fmt"
	"strings"
	"testing"
)

// TestLinedBytes: a file of the maximum size stays valid when its rows begin with their
// line numbers, in a check and in an import. One byte more is too much.
func TestLinedBytes(t *testing.T) {
	const rows = 40
	plain, lined := "cognito:username\n", ColumnLine+",cognito:username\n"
	for i := range rows {
		plain += fmt.Sprintf("user%d\n", i)
		lined += fmt.Sprintf("%d,user%d\n", 100_000+i, i)
	}
	limits := Limits{Bytes: int64(len(plain)), Rows: rows}
	if most := limits.LinedBytes(); int64(len(lined)) > most {
		t.Fatalf("the file has %d bytes, and %d are allowed", len(lined), most)
	}
	for name, c := range map[string]struct {
		text string
		fits bool
	}{
		"plain": {plain, true}, "lined": {lined, true}, "too large": {strings.Replace(plain, "user7", "user77", 1), false}, "lined and too large": {strings.Replace(lined, "user7", strings.Repeat("x", rows*maxLineCell), 1), false},
	} {
		if n, _, err := surveySource(strings.NewReader(c.text), limits, Import{}); (err == nil) != c.fits || c.fits && n != rows {
			t.Errorf("%s: %d rows, %v", name, n, err)
		}
	}
}
