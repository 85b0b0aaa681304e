package usercsv

import "poolhouse/internal/userpool"

// Position is a place between two rows of a file: how many bytes, lines and
// user rows lie before it. The zero Position is the beginning of the file.
type Position struct {
	Offset int64 // bytes
	Line   int64 // line breaks seen; the next row begins on line Line+1
	Rows   int64 // user rows, the header not counted
}

// Record is one row of the file, split into fields but not understood.
type Record struct {
	Line   int64    // the line on which the row begins; the header is on line 1
	End    Position // the place after the row
	Fields []string
	Err    *RowError // set when the row could not be split; Fields is then nil
}

// RowError says why one row is not a user. Its text names no value of the
// row: it goes into logs that hold no user data.
type RowError struct {
	Line   int64
	Column string        // the column at fault, "" for the row as a whole
	Code   string        // a stable word for the rule that was broken
	Flaw   userpool.Flaw // what about the value breaks it, if that is known
	Reason string        // in words, as Cognito's result log has them
}

// Error returns the reason.
func (e *RowError) Error() string { return e.Reason }

// FileError says why a file as a whole cannot be imported: no header, an
// unknown or missing column. At most 128 characters: it becomes the job's
// completion message.
type FileError struct {
	Code   string
	Reason string
}

// Error returns the reason.
func (e *FileError) Error() string { return e.Reason }
