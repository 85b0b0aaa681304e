// Package resultlog renders the outcomes of an import job as the lines that the real service
// writes to Amazon CloudWatch Logs, in groups and streams with the same names. It also pages
// through them.
//
// It owns the wording and the order of the lines. It adds advice on what to write instead,
// which the real service's lines do not have. Outcomes come from the store of package
// importjob. Package service handles the requests of clients.
//
// resultlog.go and stream.go read a log from either end, pattern.go has filter patterns, and
// groups.go the settings of log groups.
package resultlog

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"poolhouse/internal/importjob"
	"poolhouse/internal/userpool"
)

// Event is one line of the log.
type Event struct {
	Place   int64 // its place in the stream
	At      time.Time
	Text    string
	Line    int64             // the line of the file; 0 if it is about no line
	Verdict importjob.Verdict // "" for a test line
	Code    string
	Column  string
	// Advice says what was wrong with the row and what to write instead. It is "" for an
	// imported row. The real service's log has no advice, so it is not part of the text.
	Advice string
}

// testLine is written twice before any result: when the job is started and when the work
// begins. The real service writes it to find out whether it may write.
const testLine = "Cognito User Pools Import - Test Log"

// GroupPrefix begins the names of all log groups.
const GroupPrefix = "/aws/cognito/userpools/"

// Group returns the name of a pool's log group (Developer Guide, viewing the import results).
// If the pool has no group yet, it is the name that a job started now would give it. A pool
// that is renamed keeps the name, so that policies for it stay valid. Characters that are
// valid only in a pool's name become hyphens.
func Group(p *userpool.UserPool) string {
	if p.LogGroup != "" {
		return p.LogGroup
	}
	return GroupPrefix + p.ID + "/" + strings.Map(func(r rune) rune {
		if r < 0x80 && strings.ContainsRune("._-/#", r) || '0' <= r && r <= '9' || 'A' <= r && r <= 'Z' || 'a' <= r && r <= 'z' {
			return r
		}
		return '-'
	}, p.Name)
}

// PoolOf returns the ID of the pool of a log group, or "" if no log group has this name.
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

// Outcomes reads outcomes.
type Outcomes interface {
	Outcomes(ctx context.Context, key importjob.Key, afterLine int64, limit int) ([]importjob.Segment, error)
}

// Query selects a page.
type Query struct {
	Verdicts []importjob.Verdict // only these; empty for all, including test lines
	Since    time.Time           // earlier events have expired
	After    string              // the token of the previous page; "" for the first page
	From     int64               // the first line, if After is ""; 0 for all
	Contains string              // only events with this text, in any case
	// Cause selects the rows with this code, column and flaw. It selects all rows if the code
	// is "". Its other fields are ignored.
	Cause       importjob.Cause
	Limit       int // maximum number of events
	MaxExamined int // maximum number of lines and runs to examine, which may make the page shorter; 0 for no limit
}

// ErrToken says that Query.After is not a token of this log.
var ErrToken = fmt.Errorf("resultlog: not a token of this log")

// Result is a page of the log.
type Result struct {
	Events []Event // in the order of the log
	Next   string  // the token of the next page, "" at the present end
	// ExaminedTo is the last line that was examined, in the direction of reading, or the
	// beginning of the page.
	ExaminedTo int64
}

// Page returns the events after a place.
func Page(ctx context.Context, store Outcomes, j *importjob.Job, q Query) (Result, error) {
	told, after, err := parseToken(q.After)
	if err != nil {
		return Result{}, err
	}
	if q.After == "" && q.From > 0 {
		after = q.From - 1
	}
	p := newPage(q, max(after, 1))
	if after == 0 {
		if told = p.begin(j, told); told >= 0 {
			return Result{Events: p.events, Next: headToken + strconv.Itoa(told)}, nil
		}
	}
	for lines := q.Limit + 1; ; lines = max(lines, piece) {
		segments, err := store.Outcomes(ctx, j.Key(), after, lines)
		if err != nil || len(segments) == 0 {
			return Result{Events: p.events, ExaminedTo: p.last}, err
		}
		for _, s := range segments {
			for _, o := range s.Outcomes {
				if full := p.add(o, after, s.At); full {
					return Result{Events: p.events, Next: strconv.FormatInt(p.last, 36), ExaminedTo: p.last}, nil
				}
			}
			after = s.Outcomes[len(s.Outcomes)-1].Last()
		}
	}
}

// PageBefore returns the last events before a line. It ignores Query.After and From.
func PageBefore(ctx context.Context, store Stored, j *importjob.Job, line int64, q Query) (Result, error) {
	p := newPage(q, line)
	for lines := q.Limit + 1; ; lines = max(lines, piece) {
		segments, err := store.OutcomesBefore(ctx, j.Key(), p.last, lines)
		if err != nil {
			return Result{}, err
		}
		if len(segments) == 0 {
			break
		}
		for _, s := range segments { // the last one first
			for _, o := range slices.Backward(s.Outcomes) {
				if full := p.addBackward(o, s.At); full {
					return p.reversed(), nil
				}
			}
		}
	}
	for _, e := range slices.Backward(head(j)) {
		if p.wants(e) && len(p.events) < q.Limit {
			p.events = append(p.events, e)
		}
	}
	return p.reversed(), nil
}

// headToken begins a token that continues within the head. Other tokens are lines of the
// file.
const headToken = ":"

// parseToken returns the number of events of the head, or the line, that the last page ended
// with.
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
	search string // what the text must contain, in lower case
	events []Event
	last   int64 // the last line examined; 1 is the header, before any row
	looked int   // how many lines and runs were examined
}

func newPage(q Query, last int64) *page {
	return &page{Query: q, search: strings.ToLower(q.Contains), last: last}
}

// reversed returns what was collected from the end.
func (p *page) reversed() Result {
	slices.Reverse(p.events)
	return Result{Events: p.events, ExaminedTo: p.last}
}

// wants reports whether the query selects an event.
func (p *page) wants(e Event) bool {
	return !e.At.Before(p.Since) && p.wantsVerdict(e.Verdict) && (p.Cause.Code == "" || e.Line > 0) && (p.search == "" || strings.Contains(strings.ToLower(e.Text), p.search))
}

func (p *page) wantsVerdict(v importjob.Verdict) bool {
	return len(p.Verdicts) == 0 || slices.Contains(p.Verdicts, v)
}

// wantsRows reports whether the query can select lines of an outcome.
func (p *page) wantsRows(o importjob.Outcome, at time.Time) bool {
	c := p.Cause
	return !at.Before(p.Since) && p.wantsVerdict(o.Verdict) && (c.Code == "" || o.Code == c.Code && o.Column == c.Column && o.Flaw == c.Flaw)
}

// full reports whether the page has reached a limit.
func (p *page) full() bool {
	return len(p.events) >= p.Limit || p.MaxExamined > 0 && p.looked >= p.MaxExamined
}

// look examines one line of an outcome.
func (p *page) look(o importjob.Outcome, line int64, at time.Time) {
	p.last = line
	p.looked++
	if e := event(o, line, at); p.wants(e) {
		p.events = append(p.events, e)
	}
}

// begin adds the events of the head, which come before the lines of the file, from an event
// on. It returns the event to continue with if the page is full, and otherwise -1.
func (p *page) begin(j *importjob.Job, from int) (next int) {
	for i, e := range head(j) {
		if i < from || !p.wants(e) {
			continue
		}
		if len(p.events) >= p.Limit {
			return i
		}
		p.events = append(p.events, e)
	}
	return -1
}

// warningPrefix begins the text of a warning, in place of a verdict.
const warningPrefix = "[WARNING] "

// head returns the events before those of the file: a warning, which only our own log has,
// and the beginning of the stream.
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

// add adds the outcome's lines greater than after. It reports whether the page was full
// before the end of the outcome. A run that is not selected counts as one line.
func (p *page) add(o importjob.Outcome, after int64, at time.Time) (full bool) {
	if o.Last() <= after {
		return false
	}
	if !p.wantsRows(o, at) {
		p.looked++
		p.last = max(p.last, o.Last())
		return p.MaxExamined > 0 && p.looked >= p.MaxExamined
	}
	for line := max(o.Line, after+1); line <= o.Last(); line++ {
		if p.full() {
			return true
		}
		p.look(o, line, at)
	}
	return false
}

// addBackward is add from the end, for lines less than the last one examined.
func (p *page) addBackward(o importjob.Outcome, at time.Time) (full bool) {
	if o.Line >= p.last {
		return false
	}
	if p.full() {
		return true
	}
	if !p.wantsRows(o, at) {
		p.looked++
		p.last = min(p.last, o.Line)
		return false
	}
	for line := min(o.Last(), p.last-1); line >= o.Line; line-- {
		if p.full() {
			return true
		}
		p.look(o, line, at)
	}
	return false
}
