package usercsv

import (
	"cmp"
	"errors"
	"strings"

	"poolhouse/internal/userpool"
)

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
	Offset int64    // of the row's first byte
	End    Position // the place after the row
	Text   string   // the row as the file has it, without its line end; of an endless row, its beginning
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

// FileError says why a file as a whole cannot be imported: it is something
// else, its header is wrong, a column is written in another form.
type FileError struct {
	Code string
	// Reason has at most 128 characters: it becomes the job's completion
	// message.
	Reason string
	// Detail is the whole text where Reason is too short for it, else "".
	Detail string
}

// Error returns the whole text.
func (e *FileError) Error() string { return cmp.Or(e.Detail, e.Reason) }

// FileErrors is everything that is wrong with a file as a whole, where that is more
// than one thing. errors.As finds the first.
type FileErrors []*FileError

// Error returns the whole text of each.
func (e FileErrors) Error() string {
	texts := make([]string, len(e))
	for i, one := range e {
		texts[i] = one.Error()
	}
	return strings.Join(texts, " ")
}

// Unwrap returns each.
func (e FileErrors) Unwrap() []error {
	errs := make([]error, len(e))
	for i, one := range e {
		errs[i] = one
	}
	return errs
}

// FileProblems returns everything that is wrong with a file according to an error of
// [Survey] or [NewDecoder], the first first; nil for an error that says nothing of the
// file.
func FileProblems(err error) []*FileError {
	if all, ok := errors.AsType[FileErrors](err); ok {
		return all
	}
	if one, ok := errors.AsType[*FileError](err); ok {
		return []*FileError{one}
	}
	return nil
}

// fileError is the error that says all of it, nil where there is nothing.
func fileError(all []*FileError) error {
	switch len(all) {
	case 0:
		return nil
	case 1:
		return all[0]
	}
	return FileErrors(all)
}
