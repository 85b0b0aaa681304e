package usercsv

import (
	"cmp"
	"errors"
	"strings"

	"poolhouse/internal/userpool"
)

// Position is a place between two rows of a file: the number of bytes, lines and user
// rows before it. The zero Position is the beginning of the file.
type Position struct {
	Offset int64 // bytes
	Line   int64 // line breaks so far; the next row begins on line Line+1
	Rows   int64 // user rows, without the header
}

// Record is one row of the file, split into values that are not interpreted.
type Record struct {
	Line   int64    // the line on which the row begins; the header is on line 1
	Offset int64    // of the row's first byte
	End    Position // the place after the row
	Text   string   // the row as the file has it, without its line end; for an endless row, its beginning
	Fields []string
	Err    *RowError // set if the row could not be split; then Fields is nil
}

// RowError says why a row is not a valid user. Its text contains no value of the row,
// because it goes into logs that hold no user data.
type RowError struct {
	Line   int64
	Column string        // the column at fault, "" for the row as a whole
	Code   string        // a stable word for the broken rule
	Flaw   userpool.Flaw // how the value breaks the rule, if that is known
	Reason string        // in the words of Cognito's result log
}

// Error returns the reason.
func (e *RowError) Error() string { return e.Reason }

// FileError says why a file as a whole cannot be imported. For example, it is not CSV,
// its header is wrong, or a column has another form.
type FileError struct {
	Code string
	// Reason has at most 128 characters, because it becomes the job's completion message.
	Reason string
	// Detail is the whole text if Reason is too short for it, otherwise "".
	Detail string
}

// Error returns the whole text.
func (e *FileError) Error() string { return cmp.Or(e.Detail, e.Reason) }

// FileErrors is everything that is wrong with a file as a whole, if there is more than
// one thing. errors.As finds the first one.
type FileErrors []*FileError

// Error returns the whole text of each error.
func (e FileErrors) Error() string {
	texts := make([]string, len(e))
	for i, one := range e {
		texts[i] = one.Error()
	}
	return strings.Join(texts, " ")
}

// Unwrap returns the errors.
func (e FileErrors) Unwrap() []error {
	errs := make([]error, len(e))
	for i, one := range e {
		errs[i] = one
	}
	return errs
}

// FileProblems returns everything that an error of [Survey] or [NewDecoder] says about
// the file, in order. It returns nil for an error that is not about the file.
func FileProblems(err error) []*FileError {
	if all, ok := errors.AsType[FileErrors](err); ok {
		return all
	}
	if one, ok := errors.AsType[*FileError](err); ok {
		return []*FileError{one}
	}
	return nil
}

// fileError returns one error for all problems, nil for none.
func fileError(all []*FileError) error {
	switch len(all) {
	case 0:
		return nil
	case 1:
		return all[0]
	}
	return FileErrors(all)
}
