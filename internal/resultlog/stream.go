package resultlog

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"poolhouse/internal/importjob"
)

// Places of a stream. The place of a row's event is its line in the file. The header is line
// 1, so the two test lines have places of their own. If a job failed before its first row,
// the reason is at the place of the second test line.
const (
	firstTest, secondTest int64 = 0, 1
	// End is after every place.
	End int64 = 1 << 62
)

// Span limits what is read of a stream.
type Span struct {
	Want        func(Event) bool // nil for every event
	Limit       int              // maximum number of events
	MaxExamined int              // maximum number of events to examine; 0 for no limit
}

// take adds the event if it is wanted.
func (s Span) take(events []Event, e Event) []Event {
	if s.Want == nil || s.Want(e) {
		return append(events, e)
	}
	return events
}

func (s Span) full(events []Event, looked int) bool {
	return len(events) >= s.Limit || s.MaxExamined > 0 && looked >= s.MaxExamined
}

// Stored reads outcomes in both directions.
type Stored interface {
	Outcomes
	OutcomesBefore(ctx context.Context, key importjob.Key, beforeLine int64, limit int) ([]importjob.Segment, error)
}

// piece is how many lines are read at a time.
const piece = 10_000

// Forward returns events of a job's stream from a place on, in order, and the place to
// continue at. done says that nothing follows so far.
func Forward(ctx context.Context, store Stored, j *importjob.Job, from int64, s Span) (events []Event, next int64, done bool, err error) {
	looked := 0
	for _, e := range begun(j) {
		if e.Place >= from && !s.full(events, looked) {
			events, from = s.take(events, e), e.Place+1
			looked++
		}
	}
	for !s.full(events, looked) {
		segments, err := store.Outcomes(ctx, j.Key(), from-1, min(piece, s.Limit))
		if err != nil || len(segments) == 0 {
			return events, from, true, err
		}
		for e := range inOrder(segments) {
			if e.Place < from {
				continue
			}
			if s.full(events, looked) {
				return events, from, false, nil
			}
			events, from = s.take(events, e), e.Place+1
			looked++
		}
	}
	return events, from, false, nil
}

// Backward returns the last events of a job's stream before a place, in order, and the place
// of the first event that was examined.
func Backward(ctx context.Context, store Stored, j *importjob.Job, before int64, s Span) (events []Event, first int64, err error) {
	first, looked := before, 0
	add := func(e Event) {
		if e.Place < before && !s.full(events, looked) {
			events, first = s.take(events, e), e.Place
			looked++
		}
	}
	for at := before; !s.full(events, looked); at = first {
		segments, err := store.OutcomesBefore(ctx, j.Key(), at, min(piece, s.Limit))
		if err != nil {
			return nil, before, err
		}
		if len(segments) == 0 {
			break
		}
		slices.Reverse(segments)
		for _, e := range slices.Backward(slices.Collect(inOrder(segments))) {
			if e.Place < at {
				add(e)
			}
		}
	}
	for _, e := range slices.Backward(begun(j)) {
		add(e)
	}
	slices.Reverse(events)
	return events, first, nil
}

// begun returns the events before those of rows. These are the lines that the real service
// writes to find out whether it may write. If the job failed before its first row and its
// completion message is too short for the reason, the reason follows.
func begun(j *importjob.Job) (events []Event) {
	if j.Requested.IsZero() {
		return nil
	}
	events = append(events, Event{Place: firstTest, At: j.Requested, Text: testLine})
	switch {
	case j.TotalRows > 0:
		events = append(events, Event{Place: secondTest, At: j.Started, Text: testLine})
	case j.State == importjob.Failed && j.Detail != "":
		events = append(events, Event{Place: secondTest, At: j.Completed, Verdict: importjob.RowFailed,
			Text: fmt.Sprintf("[%s] %s", importjob.RowFailed, j.Detail)})
	}
	return events
}

// inOrder yields the events of segments.
func inOrder(segments []importjob.Segment) func(yield func(Event) bool) {
	return func(yield func(Event) bool) {
		for _, s := range segments {
			for _, o := range s.Outcomes {
				for line := o.Line; line <= o.Last(); line++ {
					if !yield(event(o, line, s.At)) {
						return
					}
				}
			}
		}
	}
}

// event returns the event for one line of an outcome.
func event(o importjob.Outcome, line int64, at time.Time) Event {
	reason := o.Reason
	if o.Verdict == importjob.RowSucceeded {
		reason = importjob.ReasonSucceeded
	}
	return Event{Place: line, At: at, Line: line, Verdict: o.Verdict, Code: o.Code, Column: o.Column, Advice: o.Advice(),
		Text: fmt.Sprintf("[%s] Line Number %d - %s", o.Verdict, line, strings.TrimSpace(reason))}
}
