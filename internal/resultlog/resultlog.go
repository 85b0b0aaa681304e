// Package resultlog renders the outcomes of an import job as the lines that
// the real service writes to Amazon CloudWatch Logs, under the same names of
// group and stream, and pages through them.
//
// It owns the lines' wording and their order. What to write instead, which the
// real service's lines do not tell, stands beside them. Outcomes come from package
// importjob's store; how a client asks for lines is package service's.
package resultlog

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"poolhouse/internal/importjob"
)

// Event is one line of the log.
type Event struct {
	Place   int64 // in the stream
	At      time.Time
	Text    string
	Line    int64             // of the file; 0 for what is about no line
	Verdict importjob.Verdict // "" for a test line
	Code    string
	Column  string
	// Advice says what was wrong with the row and what to write instead, "" for a
	// row that was imported. The real service's log has no such thing, so it is
	// no part of the text.
	Advice string
}

// testLine is written twice before any result: when the job is started and
// when the work begins. The real service does it to see whether it may write.
const testLine = "Cognito User Pools Import - Test Log"

// GroupPrefix begins the names of all log groups.
const GroupPrefix = "/aws/cognito/userpools/"

// Group returns the name of a pool's log group (Developer Guide, viewing the
// import results). What a pool's name may hold and a log group's may not
// becomes a hyphen.
func Group(poolID, poolName string) string {
	return GroupPrefix + poolID + "/" + strings.Map(func(r rune) rune {
		if r < 0x80 && strings.ContainsRune("._-/#", r) || '0' <= r && r <= '9' || 'A' <= r && r <= 'Z' || 'a' <= r && r <= 'z' {
			return r
		}
		return '-'
	}, poolName)
}

// PoolOf returns the id of the pool whose log group has the name, "" of a name
// that no log group has.
func PoolOf(group string) string {
	rest, ok := strings.CutPrefix(group, GroupPrefix)
	if !ok {
		return ""
	}
	poolID, _, _ := strings.Cut(rest, "/")
	return poolID
}

// Stream returns the name of a job's log stream.
func Stream(j *importjob.Job) string { return j.ID + "/" + j.Name }

// Outcomes is where outcomes are read.
type Outcomes interface {
	Outcomes(ctx context.Context, key importjob.Key, afterLine int64, limit int) ([]importjob.Segment, error)
}

// Query asks for a page.
type Query struct {
	Verdicts []importjob.Verdict // only these; empty for all, test lines included
	Since    time.Time           // events before are gone
	After    string              // where the last page ended; "" for the first
	Limit    int                 // events at most
}

// ErrToken says that Query.After is no place of a log.
var ErrToken = fmt.Errorf("resultlog: not a token of this log")

// Page returns events in the order of the log, and the token that continues
// after them, "" at the end of what there is.
func Page(ctx context.Context, store Outcomes, j *importjob.Job, q Query) (events []Event, next string, err error) {
	told, after, err := parseToken(q.After)
	if err != nil {
		return nil, "", err
	}
	p := page{Query: q, last: max(after, 1)}
	if after == 0 {
		if told = p.begin(j, told); told >= 0 {
			return p.events, headToken + strconv.Itoa(told), nil
		}
	}
	for {
		segments, err := store.Outcomes(ctx, j.Key(), after, q.Limit+1)
		if err != nil || len(segments) == 0 {
			return p.events, "", err
		}
		for _, s := range segments {
			for _, o := range s.Outcomes {
				if full := p.add(o, after, s.At); full {
					return p.events, strconv.FormatInt(p.last, 36), nil
				}
			}
			after = s.Outcomes[len(s.Outcomes)-1].Last()
		}
	}
}

// headToken begins a token that continues within the head. The others are lines
// of the file.
const headToken = ":"

// parseToken returns how many events of the head, or which lines, were told.
func parseToken(token string) (head int, line int64, err error) {
	if token == "" {
		return 0, 0, nil
	}
	if text, is := strings.CutPrefix(token, headToken); is {
		if head, err = strconv.Atoi(text); err != nil || head < 0 {
			return 0, 0, ErrToken
		}
		return head, 0, nil
	}
	if line, err = strconv.ParseInt(token, 36, 64); err != nil || line < 1 {
		return 0, 0, ErrToken
	}
	return 0, line, nil
}

// page collects events.
type page struct {
	Query
	events []Event
	last   int64 // the last line looked at; 1 is the header's: nothing of the file has been told
}

// begin tells of the job's head, what comes before the lines of the file, from an
// event on. It returns the event to go on from when the page was full before all
// was told, else -1.
func (p *page) begin(j *importjob.Job, from int) (next int) {
	for i, e := range head(j) {
		if i < from || e.At.Before(p.Since) || len(p.Verdicts) > 0 && !slices.Contains(p.Verdicts, e.Verdict) {
			continue
		}
		if len(p.events) >= p.Limit {
			return i
		}
		p.events = append(p.events, e)
	}
	return -1
}

// warningPrefix begins the text of a warning, where a line's verdict is.
const warningPrefix = "[WARNING] "

// head are the events before those of the file: a warning, which only our own
// log has, and what begins the stream.
func head(j *importjob.Job) (events []Event) {
	if j.Warning != "" {
		at := j.Created
		if j.TotalRows > 0 {
			at = j.Started
		}
		events = append(events, Event{At: at, Text: warningPrefix + j.Warning})
	}
	return append(events, begun(j)...)
}

// add tells of the outcome's lines greater than after. It reports whether the
// page was full before all was told.
func (p *page) add(o importjob.Outcome, after int64, at time.Time) (full bool) {
	wanted := !at.Before(p.Since) && (len(p.Verdicts) == 0 || slices.Contains(p.Verdicts, o.Verdict))
	if !wanted {
		return false
	}
	for line := max(o.Line, after+1); line <= o.Last(); line++ {
		if len(p.events) >= p.Limit {
			return true
		}
		p.last = line
		p.events = append(p.events, event(o, line, at))
	}
	return false
}
