package importrows_test

import (
	"fmt"
	"maps"
	"strings"
	"testing"

	"poolhouse/internal/importjob"
	"poolhouse/internal/importrows"
	"poolhouse/internal/usercsv"
	"poolhouse/internal/userpool"
)

// suggest applies the suggestions of a cause to all rows.
func (j job) suggest(t *testing.T, cause importjob.Cause, reading string) (sum importrows.Suggested) {
	t.Helper()
	for after, more := int64(0), true; more; {
		var some importrows.Suggested
		var err error
		if some, after, more, err = j.sheet.Suggest(t.Context(), j.memory, j.Key(), after, cause, reading); err != nil {
			t.Fatal(err)
		}
		sum.Applied, sum.Open = sum.Applied+some.Applied, sum.Open+some.Open
	}
	return sum
}

// causeOf returns the finding of a row in a column as a cause.
func (j job) causeOf(t *testing.T, line int64, column string) importjob.Cause {
	t.Helper()
	for _, v := range j.views(t, importrows.Query{After: line - 1, Limit: 1}) {
		for _, f := range v.Findings {
			if v.Line == line && f.Column == column {
				return importjob.Cause{Column: f.Column, Code: f.Code, Flaw: f.Flaw}
			}
		}
	}
	t.Fatalf("line %d has no finding in %s", line, column)
	return importjob.Cause{}
}

const people = "cognito:username,email,email_verified,birthdate\n"

// TestSuggest: the only suggestion is written into all cells that have the cause, even if it
// is not the first finding of the import. A corrected cell stays. A second call changes
// nothing.
func TestSuggest(t *testing.T) {
	j := kept(t, people+
		"a,a@example.com,yes,\n"+ // 2
		"b,b,yes,\n"+ // 3: the email address is wrong, too
		"c,c@example.com,yes,\n"+ // 4: corrected before
		"d,d@example.com,perhaps,\n"+ // 5: nothing is suggested
		"there,e@example.com,yes,\n"+ // 6: the user is there
		"f,f@example.com,true,1980\n", "", 2, "there") // 7: another cause
	cause := j.causeOf(t, 2, "email_verified")
	j.correct(t, importrows.Edit{Line: 4, Values: []importrows.Value{{"email_verified", "maybe"}}})
	if done := j.suggest(t, cause, ""); done.Applied != 3 || done.Open != 2 {
		t.Errorf("%+v", done)
	}
	want := map[int64]bool{2: true, 3: false, 4: false, 6: false} // and whether each passes
	got := map[int64]bool{}
	for line, c := range j.corrections {
		if got[line] = c.Passes; line != 4 && c.Values["email_verified"] != "true" || line == 4 && c.Values["email_verified"] != "maybe" {
			t.Errorf("line %d: %+v", line, c)
		}
	}
	if !maps.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
	before := fmt.Sprint(j.corrections)
	if done := j.suggest(t, cause, ""); done.Applied != 0 || done.Open != 2 || fmt.Sprint(j.corrections) != before {
		t.Errorf("again: %+v, %v", done, j.corrections)
	}
}

// TestSuggestReading: of several suggestions, the one with the reading is written. Without a
// reading none is written.
func TestSuggestReading(t *testing.T) {
	j := kept(t, people+"a,a@example.com,true,1.2.1985\nb,b@example.com,true,3.4.1985\nc,c@example.com,true,31.12.1985\n", "", 10)
	cause := j.causeOf(t, 2, "birthdate")
	if done := j.suggest(t, cause, ""); done.Open < 2 || len(j.corrections) != int(done.Applied) {
		t.Errorf("%+v, %v", done, j.corrections)
	}
	if done := j.suggest(t, cause, "NO_SUCH_READING"); done.Applied != 0 || done.Open != 2 {
		t.Errorf("%+v", done)
	}
	if done := j.suggest(t, cause, usercsv.ReadingDayFirst); done.Applied != 2 || done.Open != 0 {
		t.Errorf("%+v", done)
	}
	if got := j.corrections[2].Values["birthdate"]; got != "02/01/1985" || !j.corrections[2].Passes {
		t.Errorf("%+v", j.corrections)
	}
}

// TestSuggestMany: many rows get their suggestions page by page, each once.
func TestSuggestMany(t *testing.T) {
	var csv strings.Builder
	csv.WriteString(people)
	const rows = 1200
	for i := range rows {
		fmt.Fprintf(&csv, "u%d,u%d@example.com,%s,\n", i, i, []string{"yes", "no such"}[i%2])
	}
	j := kept(t, csv.String(), "", 400)
	if done := j.suggest(t, importjob.Cause{Column: "email_verified", Code: userpool.CodeInvalidBoolean}, ""); done.Applied != rows/2 || done.Open != rows/2 || len(j.corrections) != rows/2 {
		t.Errorf("%+v, %d corrections", done, len(j.corrections))
	}
}
