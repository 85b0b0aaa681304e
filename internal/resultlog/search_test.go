package resultlog

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"poolhouse/internal/importjob"
)

// queries has filters by what they leave of the log.
func queries() map[string]Query {
	return map[string]Query{
		"all": {}, "failed": {Verdicts: []importjob.Verdict{importjob.RowFailed}}, "succeeded": {Verdicts: []importjob.Verdict{importjob.RowSucceeded}},
		"a text": {Contains: "SUCCEEDED."}, "a line": {Contains: "number 10 "}, "nothing": {Contains: "no such text"},
		"a cause": {Cause: importjob.Cause{Code: "InvalidEmail", Column: "email", Flaw: "NoAtSign"}}, "a code alone": {Cause: importjob.Cause{Code: "UsernameExists"}},
		"another flaw": {Cause: importjob.Cause{Code: "InvalidEmail", Column: "email"}}, "another column": {Cause: importjob.Cause{Code: "InvalidEmail", Flaw: "NoAtSign"}},
		"a text of a verdict": {Contains: "line number", Verdicts: []importjob.Verdict{importjob.RowSkipped, importjob.RowFailed}},
	}
}

// filtered returns what a query leaves of the log.
func filtered(t *testing.T, q Query) []Event {
	t.Helper()
	var want []Event
	all, err := Page(t.Context(), outcomes(), job(), Query{Limit: 100})
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range all.Events {
		if q.Cause.Code != "" {
			cause := importjob.Cause{Code: e.Code, Column: e.Column}
			if e.Line == 8 {
				cause.Flaw = "NoAtSign"
			}
			if cause != q.Cause {
				continue
			}
		}
		if strings.Contains(strings.ToLower(e.Text), strings.ToLower(q.Contains)) && (len(q.Verdicts) == 0 || strings.Contains(string(q.Verdicts[0])+string(q.Verdicts[len(q.Verdicts)-1]), string(e.Verdict)) && e.Verdict != "") {
			want = append(want, e)
		}
	}
	return want
}

// TestSearch reads the log with each filter, in pages of every size and with every limit of
// examined lines. No event is lost and none comes twice.
func TestSearch(t *testing.T) {
	for name, q := range queries() {
		want := filtered(t, q)
		for limit := 1; limit <= 12; limit++ {
			for look := range 12 {
				q.Limit, q.MaxExamined = limit, look
				var got []Event
				for pages := 0; pages == 0 || q.After != ""; pages++ {
					r, err := Page(t.Context(), outcomes(), job(), q)
					if err != nil || len(r.Events) > limit || pages > 30 {
						t.Fatalf("%s: page %d: %d events, %v", name, pages, len(r.Events), err)
					}
					got, q.After = append(got, r.Events...), r.Next
				}
				if diff := cmp.Diff(want, got); diff != "" {
					t.Errorf("%s in pages of %d, looking at %d:\n%s", name, limit, look, diff)
				}
			}
		}
	}
}

// TestFrom begins at each line.
func TestFrom(t *testing.T) {
	for line := int64(2); line <= 12; line++ {
		var want []Event
		for _, e := range filtered(t, Query{}) {
			if e.Line >= line {
				want = append(want, e)
			}
		}
		r, err := Page(t.Context(), outcomes(), job(), Query{From: line, Limit: 100})
		if diff := cmp.Diff(want, r.Events); diff != "" || err != nil {
			t.Errorf("from %d: %v\n%s", line, err, diff)
		}
	}
}

// TestPageBefore reads the log from its end with each filter, in pages of every size. No
// event is lost and none comes twice.
func TestPageBefore(t *testing.T) {
	for name, q := range queries() {
		want := filtered(t, q)
		for limit := 1; limit <= 12; limit++ {
			for look := range 12 {
				q.Limit, q.MaxExamined = limit, look
				var got []Event
				for before, pages := int64(100), 0; ; pages++ {
					r, err := PageBefore(t.Context(), outcomes(), job(), before, q)
					if err != nil || len(r.Events) > limit || pages > 40 {
						t.Fatalf("%s: page %d: %d events, %v", name, pages, len(r.Events), err)
					}
					got = append(append([]Event(nil), r.Events...), got...)
					if r.ExaminedTo <= 2 {
						break
					}
					before = r.ExaminedTo
				}
				if diff := cmp.Diff(lines(want), lines(got)); diff != "" {
					t.Errorf("%s in pages of %d, looking at %d:\n%s", name, limit, look, diff)
				}
			}
		}
	}
	if _, err := PageBefore(t.Context(), broken{}, job(), 9, Query{Limit: 1}); err == nil {
		t.Error("a broken store: no error")
	}
}

// lines returns the events that are about lines.
func lines(events []Event) (some []Event) {
	for _, e := range events {
		if e.Line > 0 {
			some = append(some, e)
		}
	}
	return some
}
