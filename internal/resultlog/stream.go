package resultlog

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"poolhouse/internal/importjob"
)

// Places of a stream: an event of a line of the file is at the line's number.
// The header is line 1, so that the two test lines have their own places. A job
// that failed before it came to any row has the reason in the second's.
const (
	firstTest, secondTest int64 = 0, 1
	// End is behind every place.
	End int64 = 1 << 62
)

// Span is what of a stream is read.
type Span struct {
	Want  func(Event) bool // nil for every event
	Limit int              // events at most
	Look  int              // events to look at, at most; 0 for any number
}

// take adds the event if it is wanted.
func (s Span) take(events []Event, e Event) []Event {
	if s.Want == nil || s.Want(e) {
		return append(events, e)
	}
	return events
}

func (s Span) full(events []Event, looked int) bool {
	return len(events) >= s.Limit || s.Look > 0 && looked >= s.Look
}

// Stored is where outcomes are read in both directions.
type Stored interface {
	Outcomes
	OutcomesBefore(ctx context.Context, key importjob.Key, beforeLine int64, limit int) ([]importjob.Segment, error)
}

// piece is how many lines are read at a time.
const piece = 10_000

// Forward returns events of a job's stream from a place on, in order, and the
// place to go on from. done says that nothing comes after it so far.
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

// Backward returns the last events of a job's stream before a place, in order,
// and the place of the first event that was looked at.
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

// begun are the events before those of rows: the lines that the real service
// writes to see whether it may and, if the job failed before it came to any
// row, why, where its completion message is too short to say that.
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

// event tells of one line of an outcome.
func event(o importjob.Outcome, line int64, at time.Time) Event {
	reason := o.Reason
	if o.Verdict == importjob.RowSucceeded {
		reason = importjob.ReasonSucceeded
	}
	return Event{Place: line, At: at, Line: line, Verdict: o.Verdict, Code: o.Code, Column: o.Column, Advice: o.Advice(),
		Text: fmt.Sprintf("[%s] Line Number %d - %s", o.Verdict, line, strings.TrimSpace(reason))}
}
