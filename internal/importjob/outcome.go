package importjob

import (
	"iter"
	"time"

	"poolhouse/internal/usercsv"
	"poolhouse/internal/userpool"
)

// Verdict says what became of a row.
type Verdict string

// The verdicts, spelled as in the result log.
const (
	RowSucceeded Verdict = "SUCCEEDED"
	RowSkipped   Verdict = "SKIPPED"
	RowFailed    Verdict = "FAILED"
	// RowNotReached is the verdict of a row after the point at which its job ended. The
	// result log has no line for it.
	RowNotReached Verdict = "NOT_REACHED"
)

// Outcome is the verdict on a row, or on a run of rows on consecutive lines with the same
// verdict and reason.
type Outcome struct {
	Line    int64   `json:"l"`
	To      int64   `json:"t,omitempty"` // the last line of a run, 0 for a single row
	Verdict Verdict `json:"v"`
	Column  string  `json:"c,omitempty"`
	Code    string  `json:"k,omitempty"`
	Reason  string  `json:"r,omitempty"`
	// Flaw says how the value breaks the rule, if that is known.
	Flaw userpool.Flaw `json:"f,omitempty"`
}

// Last returns the last line of the outcome's rows.
func (o Outcome) Last() int64 { return max(o.Line, o.To) }

// Advice says what was wrong with the row and what to write instead. It is "" for an imported
// row. It is not stored; code and flaw are.
func (o Outcome) Advice() string { return usercsv.Advice(o.Column, o.Code, o.Flaw) }

// Segment has outcomes of one commit, in the order of the file.
type Segment struct {
	At       time.Time
	Outcomes []Outcome
}

// Texts of the result log (Developer Guide, viewing the import results).
const (
	ReasonSucceeded = "The import succeeded."
	ReasonExists    = usercsv.ReasonExists
)

// Row is a row of the file before it is settled: a user to insert, or the error that the row
// failed with.
type Row struct {
	Line   int64
	Offset int64  // the offset of its first byte in the file
	Text   string // the row as it stands in the file, without its line end
	End    usercsv.Position
	// Origin is the line on which the row begins in the file of the first job, if this job is
	// a child, and 0 otherwise.
	Origin int64
	User   *userpool.User
	Err    *usercsv.RowError
}

// Batch has the rows of the file from a position on. One [Store.Commit] settles as many of
// the first rows as it likes.
type Batch struct {
	From usercsv.Position // where the first row begins: the job's checkpoint
	// Rows yields the rows in the order of the file, in portions that fit into memory, as
	// long as rows have been read. A portion belongs to the store until it asks for the next
	// one. The first portion can be read again until the second one is asked for; after that,
	// Rows yields nothing. Rows is used during Commit only, by one goroutine at a time.
	Rows iter.Seq[[]Row]
}

// First returns the first portion, for stores that settle no more than that at a time. It is
// empty if there are no rows.
func (b Batch) First() []Row {
	if b.Rows == nil {
		return nil
	}
	for rows := range b.Rows {
		return rows
	}
	return nil
}

// Tally collects the results of one transaction: the counts to add to the job's, the outcomes
// and rows to keep, and the checkpoint after the last settled row.
type Tally struct {
	Counts   Counts
	Outcomes []Outcome
	Kept     Kept
	End      usercsv.Position
}

// Settle gives the row its verdict. inserted says what the store did with the row's user. It
// is nil if the user was inserted, and a userpool error of kind UsernameExists or AliasExists
// if not. It is ignored for a row that failed before. userNo is the number of the inserted
// user.
func (t *Tally) Settle(row *Row, inserted *userpool.Error, userNo int64) {
	defer t.keep(row, userNo)
	t.End = row.End
	switch {
	case row.Err != nil:
		t.Counts.Failed++
		t.add(Outcome{Line: row.Line, Verdict: RowFailed, Column: row.Err.Column, Code: row.Err.Code, Reason: row.Err.Reason, Flaw: row.Err.Flaw})
	case inserted == nil:
		t.Counts.Imported++
		t.add(Outcome{Line: row.Line, Verdict: RowSucceeded})
	case inserted.Kind == userpool.UsernameExists:
		t.Counts.Skipped++
		t.add(Outcome{Line: row.Line, Verdict: RowSkipped, Code: userpool.CodeUsernameExists, Reason: ReasonExists})
	default:
		t.Counts.Failed++
		t.add(Outcome{Line: row.Line, Verdict: RowFailed, Column: inserted.Attribute, Code: inserted.Code, Reason: inserted.Message, Flaw: inserted.Flaw})
	}
}

// add extends the last run if the outcome is the same, or begins a new one.
func (t *Tally) add(o Outcome) {
	if n := len(t.Outcomes); n > 0 {
		last := &t.Outcomes[n-1]
		if o.continues(*last) {
			last.To = o.Line
			return
		}
	}
	t.Outcomes = append(t.Outcomes, o)
}

func (o Outcome) continues(run Outcome) bool {
	return run.Last() == o.Line-1 && o.Verdict == run.Verdict && o.Column == run.Column && o.Code == run.Code && o.Reason == run.Reason &&
		o.Flaw == run.Flaw
}
