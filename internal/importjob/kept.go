package importjob

import (
	"time"

	"poolhouse/internal/userpool"
)

// Kept is what is kept of the rows of a job in addition to their verdicts: the text of those
// that were not imported, and the users that the others became. Both are in the order of the
// file. A store seals them.
type Kept struct {
	Rejected []KeptRow
	Users    []UserRun
}

// KeptRow is a row that was not imported, as it stands in the file.
type KeptRow struct {
	Line    int64   // the line on which the row begins
	Offset  int64   // the offset of its first byte
	Number  int64   // the number of the row; the first one has 1
	Verdict Verdict // RowSkipped, RowFailed or RowNotReached
	Column  string  // this and the next fields are those of the outcome, empty for RowNotReached
	Code    string
	Flaw    userpool.Flaw
	Reason  string
	Text    string // the row without its line end
}

// UserRun is a run of users made from rows on consecutive lines. The numbers of the users are
// consecutive, too, and so are the lines in the file of the first job.
type UserRun struct {
	Line   int64 // the line of the first row
	Origin int64 // the [Row.Origin] of the first row
	Number int64 // the number of the first row
	Rows   int64
	UserNo int64 // the number of the first user in the pool
}

// keep records what is kept of a row that has just been settled.
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

// From returns the run without its first rows.
func (u UserRun) From(rows int64) UserRun {
	left := UserRun{Line: u.Line + rows, Number: u.Number + rows, Rows: u.Rows - rows, UserNo: u.UserNo + rows}
	if u.Origin > 0 {
		left.Origin = u.Origin + rows
	}
	return left
}

// DefaultKeepRows is the default of [Config].KeepRows.
const DefaultKeepRows = 30 * 24 * time.Hour

// Correction is what a person wrote to replace values of a row of a job.
type Correction struct {
	Line int64 // the line on which the row begins
	// Values has the replaced cells by column name.
	Values map[string]string
	// Text replaces the whole row. It is "" if only Values count. A row that cannot be split
	// into cells can only be replaced as a whole.
	Text string
	// Passes says that the corrected row broke no rule when the correction was written.
	Passes bool
}
