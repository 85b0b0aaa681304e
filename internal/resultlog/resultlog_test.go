package resultlog

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"poolhouse/internal/importjob"
	"poolhouse/internal/userpool"
)

// kept has outcomes in memory.
type kept []importjob.Segment

func (k kept) Outcomes(_ context.Context, _ importjob.Key, after int64, limit int) (out []importjob.Segment, _ error) {
	for _, s := range k {
		if s.Outcomes[len(s.Outcomes)-1].Last() > after && limit > 0 {
			out = append(out, s)
			limit -= len(s.Outcomes)
		}
	}
	return out, nil
}

var at = time.UnixMilli(1_700_000_000_123).UTC()

func outcomes() kept {
	return kept{
		{At: at, Outcomes: []importjob.Outcome{
			{Line: 2, To: 5, Verdict: importjob.RowSucceeded},
			{Line: 6, Verdict: importjob.RowSkipped, Code: "UsernameExists", Reason: importjob.ReasonExists},
		}},
		{At: at.Add(time.Second), Outcomes: []importjob.Outcome{
			{Line: 8, Verdict: importjob.RowFailed, Code: "InvalidEmail", Column: "email", Reason: "Invalid email address format.", Flaw: "NoAtSign"},
			{Line: 9, To: 10, Verdict: importjob.RowSucceeded},
		}},
	}
}

func job() *importjob.Job {
	return &importjob.Job{PoolID: "us-east-1_x", ID: "import-1", Name: "my job", Requested: at, Started: at, TotalRows: 8}
}

// TestWarning: the warning about the job's role comes first, before and after the job is
// started, and in pages of every size.
func TestWarning(t *testing.T) {
	created := &importjob.Job{PoolID: "us-east-1_x", ID: "import-1", Created: at.Add(-time.Hour), Warning: "The role is odd."}
	events, next, err := paged(t.Context(), kept{}, created, Query{Limit: 1})
	if want := []Event{{At: created.Created, Text: "[WARNING] The role is odd."}}; err != nil || next != "" || !cmp.Equal(events, want) {
		t.Errorf("before the start: %+v, %q, %v", events, next, err)
	}
	begun := job()
	begun.Created, begun.Warning = created.Created, created.Warning
	for limit := 1; limit <= 13; limit++ {
		var got []string
		for token, pages := "", 0; pages == 0 || token != ""; pages++ {
			events, next, err := paged(t.Context(), outcomes(), begun, Query{After: token, Limit: limit})
			if err != nil || len(events) > limit || pages > 20 {
				t.Fatalf("page %d of %d: %d events, %v", pages, limit, len(events), err)
			}
			got, token = append(got, texts(events)...), next
		}
		if diff := cmp.Diff(append([]string{"[WARNING] The role is odd."}, whole...), got); diff != "" {
			t.Errorf("in pages of %d:\n%s", limit, diff)
		}
	}
	events, _, _, err = Forward(t.Context(), outcomes(), begun, 0, Span{Limit: 100})
	if err != nil || !cmp.Equal(texts(events), whole) {
		t.Errorf("the stream, which is AWS's, has it too: %q, %v", texts(events), err)
	}
}

// TestWhyJobFailed: the full reason of a failed job is at the end, in pages of every size and
// in the stream.
func TestWhyJobFailed(t *testing.T) {
	failed := &importjob.Job{PoolID: "us-east-1_x", ID: "import-1", Warning: "The role is odd.", State: importjob.Failed,
		Requested: at, Completed: at.Add(time.Second), Message: "Short.", Detail: "Short, and more."}
	want := []string{"[WARNING] The role is odd.", "Cognito User Pools Import - Test Log", "[FAILED] Short, and more."}
	for limit := 1; limit <= 4; limit++ {
		var got []string
		for token, pages := "", 0; pages == 0 || token != ""; pages++ {
			events, next, err := paged(t.Context(), kept{}, failed, Query{After: token, Limit: limit})
			if err != nil || len(events) > limit || pages > 5 {
				t.Fatalf("page %d of %d: %d events, %v", pages, limit, len(events), err)
			}
			got, token = append(got, texts(events)...), next
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("in pages of %d:\n%s", limit, diff)
		}
	}
	events, _, err := paged(t.Context(), kept{}, failed, Query{Verdicts: []importjob.Verdict{importjob.RowFailed}, Limit: 1})
	if err != nil || !cmp.Equal(texts(events), want[2:]) || events[0].Verdict != importjob.RowFailed || !events[0].At.Equal(failed.Completed) {
		t.Errorf("of what failed: %+v, %v", events, err)
	}
	events, _, _, err = Forward(t.Context(), kept{}, failed, 0, Span{Limit: 100})
	if err != nil || !cmp.Equal(texts(events), want[1:]) {
		t.Errorf("the stream: %q, %v", texts(events), err)
	}
	events, _, err = Backward(t.Context(), kept{}, failed, End, Span{Limit: 1})
	if err != nil || !cmp.Equal(texts(events), want[2:]) {
		t.Errorf("the end of the stream: %q, %v", texts(events), err)
	}
	failed.Detail = ""
	events, _, err = paged(t.Context(), kept{}, failed, Query{Limit: 100})
	if err != nil || !cmp.Equal(texts(events), want[:2]) {
		t.Errorf("where the completion message says all: %q, %v", texts(events), err)
	}
}

func texts(events []Event) (out []string) {
	for _, e := range events {
		out = append(out, e.Text)
	}
	return out
}

var whole = []string{
	"Cognito User Pools Import - Test Log",
	"Cognito User Pools Import - Test Log",
	"[SUCCEEDED] Line Number 2 - The import succeeded.",
	"[SUCCEEDED] Line Number 3 - The import succeeded.",
	"[SUCCEEDED] Line Number 4 - The import succeeded.",
	"[SUCCEEDED] Line Number 5 - The import succeeded.",
	"[SKIPPED] Line Number 6 - The user already exists.",
	"[FAILED] Line Number 8 - Invalid email address format.",
	"[SUCCEEDED] Line Number 9 - The import succeeded.",
	"[SUCCEEDED] Line Number 10 - The import succeeded.",
}

// TestPagesAddUp reads the log in pages of every size.
func TestPagesAddUp(t *testing.T) {
	for limit := 1; limit <= 12; limit++ {
		t.Run(fmt.Sprint(limit), func(t *testing.T) {
			var got []string
			for token, pages := "", 0; pages == 0 || token != ""; pages++ {
				events, next, err := paged(t.Context(), outcomes(), job(), Query{After: token, Limit: limit})
				if err != nil || len(events) > limit || pages > 20 {
					t.Fatalf("page %d: %d events, error %v", pages, len(events), err)
				}
				got = append(got, texts(events)...)
				token = next
			}
			if diff := cmp.Diff(whole, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestVerdicts(t *testing.T) {
	events, next, err := paged(t.Context(), outcomes(), job(),
		Query{Verdicts: []importjob.Verdict{importjob.RowFailed, importjob.RowSkipped}, Limit: 100})
	if err != nil || next != "" {
		t.Fatal(next, err)
	}
	want := []Event{
		{Place: 6, At: at, Line: 6, Verdict: importjob.RowSkipped, Code: "UsernameExists", Text: whole[6],
			Advice: "A user with this name exists, or an earlier row of the file created one. An import does not change existing users."},
		{Place: 8, At: at.Add(time.Second), Line: 8, Verdict: importjob.RowFailed, Code: "InvalidEmail", Column: "email", Text: whole[7],
			Advice: "email: The address has no @. An address has a name, one @ and a domain, for example jane@example.com."},
	}
	if diff := cmp.Diff(want, events); diff != "" {
		t.Error(diff)
	}
}

func TestBrokenToken(t *testing.T) {
	for _, token := range []string{"-1", "0", "x y", ":", ":-1", ":x", "zzzzzzzzzzzzzzzzzzzzz"} {
		if _, _, err := paged(t.Context(), outcomes(), job(), Query{After: token, Limit: 5}); !errors.Is(err, ErrToken) {
			t.Errorf("%q: %v", token, err)
		}
	}
}

func TestNames(t *testing.T) {
	p := &userpool.UserPool{ID: "us-east-1_x", Name: "people"}
	for _, want := range []string{"/aws/cognito/userpools/us-east-1_x/people", "/aws/cognito/userpools/us-east-1_x/kept"} {
		if got := Group(p); got != want {
			t.Errorf("%s, want %s", got, want)
		}
		p.LogGroup = "/aws/cognito/userpools/us-east-1_x/kept"
	}
	if got := Stream(job()); got != "import-1/my job" {
		t.Error(got)
	}
	if got, _, err := paged(t.Context(), kept{}, &importjob.Job{}, Query{Limit: 5}); len(got) != 0 || err != nil {
		t.Error(got, err)
	}
}

// paged is Page with separate results.
func paged(ctx context.Context, store Outcomes, j *importjob.Job, q Query) ([]Event, string, error) {
	r, err := Page(ctx, store, j, q)
	return r.Events, r.Next, err
}
