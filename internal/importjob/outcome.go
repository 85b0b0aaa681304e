package importjob

import (
	"iter"
	"time"

	"poolhouse/internal/usercsv"
	"poolhouse/internal/userpool"
)

// Verdict is what became of one row.
type Verdict string

// The verdicts, as the result log spells them.
const (
	RowSucceeded Verdict = "SUCCEEDED"
	RowSkipped   Verdict = "SKIPPED"
	RowFailed    Verdict = "FAILED"
	// RowNotReached is of a row that its job ended before. The result log has no line
	// of it.
	RowNotReached Verdict = "NOT_REACHED"
)

// Outcome is the verdict on a row, or on a run of rows on consecutive lines of
// which the same is to be said.
type Outcome struct {
	Line    int64   `json:"l"`
	To      int64   `json:"t,omitempty"` // the last line of a run, 0 for a single row
	Verdict Verdict `json:"v"`
	Column  string  `json:"c,omitempty"`
	Code    string  `json:"k,omitempty"`
	Reason  string  `json:"r,omitempty"`
	// Flaw says what about the value breaks the rule, if that is known.
	Flaw userpool.Flaw `json:"f,omitempty"`
}

// Last returns the last line that the outcome speaks of.
func (o Outcome) Last() int64 { return max(o.Line, o.To) }

// Advice says what was wrong with the row and what to write instead, "" for one
// that was imported. It is not kept: code and flaw are.
func (o Outcome) Advice() string { return usercsv.Advice(o.Column, o.Code, o.Flaw) }

// Segment is outcomes of one commit, in the order of the file.
type Segment struct {
	At       time.Time
	Outcomes []Outcome
}

// Texts of the result log (Developer Guide, viewing the import results).
const (
	ReasonSucceeded = "The import succeeded."
	ReasonExists    = usercsv.ReasonExists
)

// Row is one row of the file on its way to its verdict: a user to insert, or
// the error that the row failed with.
type Row struct {
	Line   int64
	Offset int64  // of its first byte in the file
	Text   string // as the file has it, without its line end
	End    usercsv.Position
	// Origin is the line on which the row begins in the file of the first job, where this
	// one tries rows of another again; 0 elsewhere.
	Origin int64
	User   *userpool.User
	Err    *usercsv.RowError
}

// Batch is the rows of the file from a position on. One [Store.Commit] settles the
// first of them, as many as it likes.
type Batch struct {
	From usercsv.Position // where the first row begins: the job's checkpoint
	// Rows yields the rows in portions that fit into memory, in the order of the
	// file, for as long as rows are at hand. A portion is the store's until it asks
	// for the next one. The first portion can be had again, until a second one was
	// asked for: afterwards Rows yields nothing. It is ranged over while Commit lasts,
	// by one goroutine at a time.
	Rows iter.Seq[[]Row]
}

// First returns the first portion: all that a store needs that settles no more
// than that at a time. There are no rows in it when there is none.
func (b Batch) First() []Row {
	if b.Rows == nil {
		return nil
	}
	for rows := range b.Rows {
		return rows
	}
	return nil
}

// Tally collects the verdicts of one transaction: the counts to add to the job's,
// the outcomes and rows to keep, and the checkpoint after the last row settled.
type Tally struct {
	Counts   Counts
	Outcomes []Outcome
	Kept     Kept
	End      usercsv.Position
}

// Settle gives the row its verdict. inserted is what the store did with the
// row's user: nil when it is now there, a userpool error of kind
// UsernameExists or AliasExists when it could not be added. It is not looked
// at for a row that failed before. userNo is the number of the user who is now
// there.
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

// add lengthens the last run if the same is said of it, or begins one.
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
