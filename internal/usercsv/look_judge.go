package usercsv

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"runtime"
	"slices"

	"poolhouse/internal/userpool"
)

// groupRows is how many rows are decoded together, and given to [Import.Add] together.
const groupRows = 1000

// group is some rows of a file that is checked.
type group struct {
	records  []Record
	users    []*userpool.User // of the records, nil for one that breaks a rule
	problems []*RowError      // of the records, nil for one that breaks no rule
	signs    signs
	decoded  chan struct{} // closed when the three fields above are set

	err      error // how reading ended; nil if it continues
	panicked any
}

// judge gives each row the verdict that the import will give.
func (l *Report) judge(r *Reader, d *Decoder, want Import) (err error) {
	groups, stop := make(chan *group, 2*runtime.GOMAXPROCS(0)), make(chan struct{})
	go readGroups(r, d, groups, stop)
	defer func() {
		close(stop)
		for g := range groups { // wait until reading has ended, because the file may be closed then
			<-g.decoded
		}
	}()
	j := &judgement{look: l, decoder: d, want: want, causes: map[Cause]*Cause{}}
	for g := range groups {
		<-g.decoded
		if g.panicked != nil {
			panic(g.panicked)
		}
		if err := j.judge(g); err != nil {
			return err
		}
		if g.err != nil && !errors.Is(g.err, io.EOF) {
			return g.err
		}
	}
	l.sortCauses(j.causes)
	l.refuse(j.signs.refusals()...)
	return nil
}

// readGroups sends the file's rows in groups, up to the limits. The groups are decoded
// concurrently. It closes the channel when reading has ended.
func readGroups(r *Reader, d *Decoder, groups chan<- *group, stop <-chan struct{}) {
	defer close(groups)
	send := func(g *group) (goOn bool) {
		select {
		case groups <- g:
			return g.err == nil && g.panicked == nil
		case <-stop:
			return false
		}
	}
	defer func() {
		if p := recover(); p != nil {
			g := &group{panicked: p, decoded: make(chan struct{})}
			close(g.decoded)
			send(g)
		}
	}()
	for {
		g := &group{decoded: make(chan struct{})}
		for g.err == nil && len(g.records) < groupRows {
			if r.at.Rows >= r.limits.Rows || r.at.Offset > r.limits.bytes(r.at.Rows) {
				g.err = io.EOF
				break
			}
			var record Record
			if record, g.err = r.Next(); g.err == nil {
				g.records = append(g.records, record)
			}
		}
		go g.decode(d)
		if !send(g) {
			return
		}
	}
}

// decode makes users of the rows.
func (g *group) decode(d *Decoder) {
	defer close(g.decoded)
	g.users, g.problems = make([]*userpool.User, len(g.records)), make([]*RowError, len(g.records))
	for i := range g.records {
		g.users[i], g.problems[i] = d.decodeSafely(g.records[i])
		g.signs.add(d, g.records[i], g.users[i])
	}
}

// decodeSafely is Decode, except that a panic fails its row only, as in an import.
func (d *Decoder) decodeSafely(record Record) (u *userpool.User, problem *RowError) {
	defer func() {
		if recover() != nil {
			u, problem = nil, &RowError{Line: record.Line, Code: CodeInternal, Reason: "Internal error."}
		}
	}()
	return d.Decode(record)
}

// judgement collects the verdicts on the rows of a file.
type judgement struct {
	look         *Report
	decoder      *Decoder
	want         Import
	causes       map[Cause]*Cause
	signs        signs
	rejectedSize int // bytes of the rejected rows that are included
}

// rejectedBytes bounds the rejected rows that are included, in bytes, approximately.
const rejectedBytes = 4 << 20

// judge gives the rows of a group their verdicts.
func (j *judgement) judge(g *group) error {
	refused, err := j.add(g.users)
	if err != nil {
		return err
	}
	for i, record := range g.records {
		problem, verdict := g.problems[i], Failed
		if problem == nil && len(refused) > 0 {
			problem, verdict = notAdded(record.Line, refused[0])
			refused = refused[1:]
		}
		j.row(record, verdict, problem)
	}
	j.signs.merge(g.signs)
	return nil
}

// add asks why users could not be added. The answer has an entry for each non-nil user,
// or none at all.
func (j *judgement) add(users []*userpool.User) ([]*userpool.Error, error) {
	users = slices.DeleteFunc(slices.Clone(users), func(u *userpool.User) bool { return u == nil })
	if j.want.Add == nil || j.look.Problem != nil || len(users) == 0 {
		return nil, nil
	}
	refused, err := j.want.Add(users)
	if err == nil && len(refused) != len(users) {
		err = fmt.Errorf("usercsv: Add returned %d answers for %d users", len(refused), len(users))
	}
	return refused, err
}

// notAdded returns the verdict on a row whose user cannot be added, in the words of an
// import; nil for a user that can be added.
func notAdded(line int64, e *userpool.Error) (*RowError, Verdict) {
	switch {
	case e == nil:
		return nil, ""
	case e.Kind == userpool.UsernameExists:
		return &RowError{Line: line, Code: userpool.CodeUsernameExists, Reason: ReasonExists}, Skipped
	}
	return &RowError{Line: line, Column: e.Attribute, Code: e.Code, Flaw: e.Flaw, Reason: e.Message}, Failed
}

// row counts a verdict, and includes the row in the result if required.
func (j *judgement) row(record Record, verdict Verdict, problem *RowError) {
	l := j.look
	if len(l.First) < rowsSeen {
		l.First = append(l.First, j.decoder.rowSeen(record, problem))
	}
	switch {
	case problem == nil:
		l.Passing++
		return
	case verdict == Skipped:
		l.Skipped++
	default:
		l.Failing++
	}
	j.cause(verdict, record.Line, problem)
	j.reject(record, verdict, problem)
}

// rulesAtMost bounds how many causes are counted separately: a text may contain a number.
const rulesAtMost = 10_000

func (j *judgement) cause(verdict Verdict, line int64, problem *RowError) {
	rule := Cause{Verdict: verdict, Column: problem.Column, Code: problem.Code, Flaw: problem.Flaw, Reason: problem.Reason,
		Advice: Advice(problem.Column, problem.Code, problem.Flaw)}
	if known := j.causes[rule]; known != nil {
		known.Rows++
	} else if len(j.causes) < rulesAtMost {
		found := rule
		found.Rows, found.Line = 1, line
		j.causes[rule] = &found
	}
}

// reject includes a row that would not be imported, or notes that there are more.
func (j *judgement) reject(record Record, verdict Verdict, problem *RowError) {
	most := cmp.Or(j.want.MaxRejected, DefaultRejected)
	switch l := j.look; {
	case most < 0 || l.NextLine > 0 || record.Line < j.want.FromLine:
	case len(l.Rejected) >= most || j.rejectedSize >= rejectedBytes:
		l.NextLine = record.Line
	default:
		j.rejectedSize += len(record.Text)
		l.Rejected = append(l.Rejected, j.decoder.rejected(record, verdict, problem))
	}
}

// rejected describes a row that would not be imported.
func (d *Decoder) rejected(record Record, verdict Verdict, problem *RowError) RejectedRow {
	row := RejectedRow{
		Line: record.Line, Number: record.End.Rows, Offset: record.Offset, Verdict: verdict,
		Column: problem.Column, Code: problem.Code, Message: problem.Reason, Flaw: problem.Flaw,
		Findings: d.Findings(record),
	}
	if record.Err == nil && len(record.Fields) == d.columns {
		row.Values = d.Shown(record)
	} else {
		row.Text = d.ShownText(record)
	}
	if len(row.Findings) == 0 { // the rules accept the row, but the pool does not
		row.Findings = []Finding{d.Finding(problem)}
	}
	return row
}

// rowSeen returns a row as it was read, shortened.
func (d *Decoder) rowSeen(record Record, problem *RowError) RowSeen {
	row := RowSeen{Line: record.Line}
	values := d.Shown(record)
	for _, value := range values[:min(len(values), columnsSeen)] {
		row.Values = append(row.Values, clip(value, valueSeen))
	}
	if problem != nil {
		row.Column, row.Reason = problem.Column, problem.Reason
	}
	return row
}

// sortCauses keeps the most frequent causes. Equally frequent ones are in the order of
// the file.
func (l *Report) sortCauses(found map[Cause]*Cause) {
	for _, c := range found {
		l.Causes = append(l.Causes, *c)
	}
	slices.SortFunc(l.Causes, func(a, b Cause) int {
		return cmp.Or(cmp.Compare(b.Rows, a.Rows), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Verdict, b.Verdict), cmp.Compare(a.Column, b.Column),
			cmp.Compare(a.Reason, b.Reason))
	})
	l.Causes = l.Causes[:min(len(l.Causes), causesSeen)]
}
