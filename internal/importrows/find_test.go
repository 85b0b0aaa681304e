package importrows_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"poolhouse/internal/importjob"
	"poolhouse/internal/importrows"
	"poolhouse/internal/usercsv"
	"poolhouse/internal/userpool"
)

// TestFind: pages of every size have the selected rows. No page reads segments before its
// place.
func TestFind(t *testing.T) {
	var csv strings.Builder
	csv.WriteString(header)
	for line := 2; line <= 121; line++ {
		switch line % 4 {
		case 0:
			fmt.Fprintf(&csv, "u%d,u%d@example.com,true,\n", line, line) // imported
		case 1:
			fmt.Fprintf(&csv, "u%d,none,true,\n", line)
		case 2:
			fmt.Fprintf(&csv, "u%d,u%d@example.com,true,1980\n", line, line)
		case 3:
			fmt.Fprintf(&csv, "there,u%d@example.com,true,\n", line)
		}
	}
	j := kept(t, csv.String(), "", 7, "there")
	for line, passes := range map[int64]bool{5: true, 9: false, 10: true, 98: true} {
		j.corrections[line] = importjob.Correction{Line: line, Values: map[string]string{"email": "x"}, Passes: passes}
	}
	where := func(want func(line int64) bool) (out []int64) {
		for line := int64(2); line <= 121; line++ {
			if line%4 != 0 && want(line) {
				out = append(out, line)
			}
		}
		return out
	}
	email := importjob.Cause{Column: "email", Code: userpool.CodeInvalidEmail, Flaw: userpool.FlawNoAt}
	for name, tt := range map[string]struct {
		query importrows.Query
		want  []int64
	}{
		"all":       {importrows.Query{}, where(func(int64) bool { return true })},
		"after":     {importrows.Query{After: 60}, where(func(l int64) bool { return l > 60 })},
		"skipped":   {importrows.Query{Verdicts: []importjob.Verdict{importjob.RowSkipped}}, where(func(l int64) bool { return l%4 == 3 })},
		"cause":     {importrows.Query{Cause: &email}, where(func(l int64) bool { return l%4 == 1 })},
		"corrected": {importrows.Query{OnlyCorrected: true}, []int64{5, 9, 10, 98}},
		"open":      {importrows.Query{OnlyOpen: true}, where(func(l int64) bool { return l != 5 && l != 10 && l != 98 })},
		"both":      {importrows.Query{OnlyOpen: true, OnlyCorrected: true}, []int64{9}},
		"none":      {importrows.Query{After: 121}, nil},
	} {
		for _, limit := range []int{1, 2, 13, 1000} {
			t.Run(fmt.Sprint(name, limit), func(t *testing.T) {
				tt.query.Limit = limit
				if got := lines(j.views(t, tt.query)); !slices.Equal(got, tt.want) {
					t.Errorf("%v, want %v", got, tt.want)
				}
			})
		}
	}
	j.reads = 0
	j.views(t, importrows.Query{OnlyCorrected: true})
	if j.reads > 6 { // there are 13 segments
		t.Errorf("four corrected rows are found by %d readings", j.reads)
	}
}

// TestFindLooksAtSoMuch: a page ends even if hardly any row is selected.
func TestFindLooksAtSoMuch(t *testing.T) {
	m := &memory{corrections: map[int64]importjob.Correction{}}
	for s := range 3 {
		var k importjob.Kept
		for i := range 30_000 {
			k.Rejected = append(k.Rejected, importjob.KeptRow{Line: int64(2 + 30_000*s + i), Verdict: importjob.RowFailed, Code: "A"})
		}
		m.segments = append(m.segments, k)
	}
	m.segments[2].Rejected[29_999].Code = "B"
	q := importrows.Query{Limit: 10, Cause: &importjob.Cause{Code: "B"}}
	page, err := importrows.Find(t.Context(), m, importjob.Key{}, q)
	if err != nil || !page.More || len(page.Rows) > 0 || page.Next != 50_001 {
		t.Fatalf("%+v, %v", page, err)
	}
	q.After = page.Next
	if page, err = importrows.Find(t.Context(), m, importjob.Key{}, q); err != nil || page.More || len(page.Rows) != 1 || page.Rows[0].Line != 90_001 {
		t.Fatalf("%+v, %v", page, err)
	}
}

// TestFindBoundsBytes: a page of long rows has few rows.
func TestFindBoundsBytes(t *testing.T) {
	m := &memory{corrections: map[int64]importjob.Correction{}}
	var k importjob.Kept
	for i := range 200 {
		k.Rejected = append(k.Rejected, importjob.KeptRow{Line: int64(2 + i), Text: strings.Repeat("x", 60_000)})
	}
	m.segments = []importjob.Kept{k}
	page, err := importrows.Find(t.Context(), m, importjob.Key{}, importrows.Query{Limit: 1000})
	if err != nil || !page.More || len(page.Rows) > 80 || len(page.Rows) < 60 {
		t.Errorf("%d rows, %v", len(page.Rows), err)
	}
}

// TestJudgedAlone: rows are judged by the users of the pool, and not by each other.
func TestJudgedAlone(t *testing.T) {
	var csv strings.Builder
	csv.WriteString(header)
	for i := range 30 {
		fmt.Fprintf(&csv, "%s,x,true,\n", []string{"same", "there", fmt.Sprint("u", i)}[i%3])
	}
	j := kept(t, csv.String(), "", 100, "there")
	var edits []importrows.Edit
	for line := int64(2); line <= 31; line++ {
		edits = append(edits, importrows.Edit{Line: line, Values: []importrows.Value{{"email", fmt.Sprintf("m%d@example.com", line)}}})
	}
	for i, v := range j.correct(t, edits...) {
		want := i%3 != 1
		if v.Passes() != want || j.corrections[v.Line].Passes != want {
			t.Errorf("line %d: %+v", v.Line, v.Findings)
		}
		if f := v.Findings; !want && (f[0].Code != userpool.CodeUsernameExists || f[0].Advice == "" || f[0].Reason != importjob.ReasonExists) {
			t.Errorf("%+v", f)
		}
	}
	if j.asked > 40 {
		t.Errorf("30 rows are asked of in %d calls", j.asked)
	}
}

// TestQuoteOfSeveralLines: a quotation mark is closed wrongly on the next line. The finding
// is that of the import, although the row alone has no mark that closes it.
func TestQuoteOfSeveralLines(t *testing.T) {
	j := kept(t, header+"\"a,x,true,\nb\" c,y,true,\nok,ok@example.com,true,\n", "", 100)
	page, err := importrows.Find(t.Context(), j, importjob.Key{}, importrows.Query{Limit: 10})
	if err != nil || len(page.Rows) == 0 {
		t.Fatal(page, err)
	}
	views, err := j.sheet.Views(t.Context(), j, page.Rows)
	if err != nil || views[0].Code != usercsv.CodeStrayQuote || len(views[0].Findings) != 1 || views[0].Findings[0].Code != usercsv.CodeStrayQuote || views[0].Findings[0].Advice == "" {
		t.Errorf("%+v, %v", views, err)
	}
}
