package importjob

import (
	"time"

	"poolhouse/internal/userpool"
)

// Kept is what is kept of the rows of a job beside their verdicts: the text of those
// that were not imported, and the users that the others became. Both are in the order
// of the file. A store seals them.
type Kept struct {
	Rejected []KeptRow
	Users    []UserRun
}

// KeptRow is a row that was not imported, as the file has it.
type KeptRow struct {
	Line    int64   // on which the row begins
	Offset  int64   // of its first byte
	Number  int64   // of the record: the first user's is 1
	Verdict Verdict // RowSkipped, RowFailed or RowNotReached
	Column  string  // this and what follows are of the outcome; "" for RowNotReached
	Code    string
	Flaw    userpool.Flaw
	Reason  string
	Text    string // without its line end
}

// UserRun is users that rows on consecutive lines became. Their numbers are
// consecutive, too, and so are their lines in the file of the first job.
type UserRun struct {
	Line   int64 // of the first row
	Origin int64 // its [Row.Origin]
	Number int64 // of the first record
	Rows   int64
	UserNo int64 // the number of the first user in the pool
}

// keep notes what is kept of a row that has just got its verdict.
func (t *Tally) keep(row *Row, userNo int64) {
	o := &t.Outcomes[len(t.Outcomes)-1]
	if o.Verdict != RowSucceeded {
		t.Kept.Rejected = append(t.Kept.Rejected, KeptRow{
			Line: row.Line, Offset: row.Offset, Number: row.End.Rows, Text: row.Text,
			Verdict: o.Verdict, Column: o.Column, Code: o.Code, Flaw: o.Flaw, Reason: o.Reason,
		})
		return
	}
	if n := len(t.Kept.Users); n > 0 {
		last := &t.Kept.Users[n-1]
		next := last.From(last.Rows)
		if next.Line == row.Line && next.Origin == row.Origin && next.Number == row.End.Rows && next.UserNo == userNo {
			last.Rows++
			return
		}
	}
	t.Kept.Users = append(t.Kept.Users, UserRun{Line: row.Line, Origin: row.Origin, Number: row.End.Rows, Rows: 1, UserNo: userNo})
}

// From returns what is left of the run without its first rows.
func (u UserRun) From(rows int64) UserRun {
	left := UserRun{Line: u.Line + rows, Number: u.Number + rows, Rows: u.Rows - rows, UserNo: u.UserNo + rows}
	if u.Origin > 0 {
		left.Origin = u.Origin + rows
	}
	return left
}

// DefaultKeepRows is how long what is kept of a job's rows stays after the job's end.
const DefaultKeepRows = 30 * 24 * time.Hour

// Correction is what a person wrote in place of what a row of a job has.
type Correction struct {
	Line int64 // on which the row begins
	// Values are the cells that are different, by the names of their columns.
	Values map[string]string
	// Text is the whole row in place of the file's, "" where only Values count: a row
	// that cannot be split has no cells.
	Text string
	// Passes says that the row broke no rule with the correction when it was written.
	Passes bool
}
