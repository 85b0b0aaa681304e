package resultlog

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"poolhouse/internal/importjob"
)

func (k kept) OutcomesBefore(_ context.Context, _ importjob.Key, before int64, limit int) (out []importjob.Segment, _ error) {
	for _, s := range slices.Backward(k) {
		if s.Outcomes[0].Line < before && limit > 0 {
			out = append(out, s)
			limit -= len(s.Outcomes)
		}
	}
	return out, nil
}

// TestForward reads the stream from its head in pages of every size.
func TestForward(t *testing.T) {
	for limit := 1; limit <= len(whole)+1; limit++ {
		var got []string
		for place, done := int64(0), false; !done; {
			var events []Event
			var err error
			if events, place, done, err = Forward(t.Context(), outcomes(), job(), place, Span{Limit: limit}); err != nil {
				t.Fatal(err)
			}
			if len(events) > limit || !done && len(events) < limit {
				t.Fatalf("a page of %d events, limit %d, at the end: %t", len(events), limit, done)
			}
			got = append(got, texts(events)...)
		}
		if diff := cmp.Diff(whole, got); diff != "" {
			t.Errorf("limit %d: %s", limit, diff)
		}
	}
}

// TestBackward reads the stream from its end.
func TestBackward(t *testing.T) {
	for limit := 1; limit <= len(whole)+1; limit++ {
		var got []string
		for place := End; ; {
			events, first, err := Backward(t.Context(), outcomes(), job(), place, Span{Limit: limit})
			if err != nil {
				t.Fatal(err)
			}
			if len(events) == 0 {
				if first != place {
					t.Errorf("at the beginning the place goes from %d to %d", place, first)
				}
				break
			}
			if events[0].Place != first {
				t.Errorf("the first event is at %d, not %d", events[0].Place, first)
			}
			got, place = append(texts(events), got...), first
		}
		if diff := cmp.Diff(whole, got); diff != "" {
			t.Errorf("limit %d: %s", limit, diff)
		}
	}
}

// TestWanted: only some events are selected, and not all are examined.
func TestWanted(t *testing.T) {
	failed := func(e Event) bool { return strings.Contains(e.Text, "FAILED") }
	want := []string{"[FAILED] Line Number 8 - Invalid email address format."}
	events, _, done, err := Forward(t.Context(), outcomes(), job(), 0, Span{Limit: 2, Want: failed})
	if diff := cmp.Diff(want, texts(events)); diff != "" || !done || err != nil {
		t.Errorf("forward: %t %v %s", done, err, diff)
	}
	if events, _, err = Backward(t.Context(), outcomes(), job(), End, Span{Limit: 2, Want: failed}); err != nil || cmp.Diff(want, texts(events)) != "" {
		t.Errorf("backward: %v %q", err, texts(events))
	}
	events, next, done, err := Forward(t.Context(), outcomes(), job(), 0, Span{Limit: 2, MaxExamined: 4, Want: failed})
	if len(events) > 0 || next != 4 || done || err != nil {
		t.Errorf("four events were looked at: %q, next %d, %t, %v", texts(events), next, done, err)
	}
}

// TestLookedBackward: a page ends after a number of events were examined. The following pages
// continue there until all were.
func TestLookedBackward(t *testing.T) {
	failed := func(e Event) bool { return strings.Contains(e.Text, "FAILED") }
	var found []string
	pages := 0
	for place := End; ; pages++ {
		events, first, err := Backward(t.Context(), outcomes(), job(), place, Span{Limit: 100, MaxExamined: 2, Want: failed})
		if err != nil {
			t.Fatal(err)
		}
		found = append(found, texts(events)...)
		if first == place {
			break
		}
		place = first
	}
	if diff := cmp.Diff([]string{"[FAILED] Line Number 8 - Invalid email address format."}, found); diff != "" || pages < 3 {
		t.Errorf("in %d pages: %s", pages, diff)
	}
}

type broken struct{}

func (broken) Outcomes(context.Context, importjob.Key, int64, int) ([]importjob.Segment, error) {
	return nil, errors.New("broken")
}

func (broken) OutcomesBefore(context.Context, importjob.Key, int64, int) ([]importjob.Segment, error) {
	return nil, errors.New("broken")
}

func TestStreamOfABrokenStore(t *testing.T) {
	if _, _, _, err := Forward(t.Context(), broken{}, job(), 0, Span{Limit: 9}); err == nil {
		t.Error("forward: no error")
	}
	if _, _, err := Backward(t.Context(), broken{}, job(), End, Span{Limit: 9}); err == nil {
		t.Error("backward: no error")
	}
}

// TestNotStarted: a job that was not started has no event.
func TestNotStarted(t *testing.T) {
	j := &importjob.Job{ID: "import-1"}
	events, first, err := Backward(t.Context(), kept{}, j, End, Span{Limit: 1})
	if len(events) > 0 || first != End || err != nil {
		t.Errorf("%v %d %v", events, first, err)
	}
}
