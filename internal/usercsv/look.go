package usercsv

import (
	"errors"
	"io"

	"poolhouse/internal/userpool"
)

// Look is what is seen of a file before anything of it is imported: how its header
// fits a pool, and what would become of its rows, by the rules and by what
// [Import.Add] says of the users.
type Look struct {
	Rows    int64        // user rows, as far as the file was read
	Failing int64        // rows that would fail
	Columns []ColumnSeen // in the file's order, [columnsTold] at most
	Count   int          // of the columns that the header has
	Header  []string     // the names of all columns, nil where the header is not right
	Missing []ColumnMissing
	Causes  []Cause // why rows fail, the most frequent first, [causesSeen] at most
	First   []RowSeen
	Dialect Dialect
	// Problem says why the file as a whole cannot be imported, nil if it can. Problems is
	// all that is wrong with it as a whole, Problem first.
	Problem  *FileError
	Problems []*FileError

	// Passing and Skipped are the rows that would be imported and skipped. Where there is no
	// Problem, Rows is the sum of these and Failing. Where there is one, nothing would be
	// imported: Failing and what else is told of rows is then by the rules alone.
	Passing, Skipped int64
	Rejected         []RejectedRow // from [Import.FromLine] on
	NextLine         int64         // the first line of which rows are not told; 0 if that are all
	Size             int64         // of the file, in bytes
	SHA256           string        // of the file, in hexadecimal digits
	Refusals         []Refusal     // what Amazon Cognito itself would not take

	Format   *Format        // how the file is written, nil for Cognito's own
	Readings []OtherReading // of a file that can be read in two ways
}

// Verdict is what would become of a row that would not be imported.
type Verdict string

// The verdicts, as the result log spells them.
const (
	Skipped Verdict = "SKIPPED" // the user exists
	Failed  Verdict = "FAILED"
)

// ReasonExists is what is said of a row that is skipped (Developer Guide, viewing the
// import results).
const ReasonExists = "The user already exists."

// RejectedRow is a row that would not be imported.
type RejectedRow struct {
	Line, Number, Offset  int64 // of its first line, of the record (the first user's is 1), of its first byte
	Verdict               Verdict
	Column, Code, Message string
	Flaw                  userpool.Flaw
	Values                []string // one for each column, a hash hidden; nil where the row has others
	Text                  string   // of a row that has not one value for each column
	Findings              []Finding
}

// Refusal is something about a file that Amazon Cognito is documented not to take.
type Refusal struct {
	Code    string
	Message string
	Rows    int64 // that have it, 0 where it is of the file
	Line    int64 // the first
}

// DefaultRejected is how many rows are told at most that would not be imported.
const DefaultRejected = 100

// How much of a file is kept of a look.
const (
	columnsTold = 250
	columnsSeen = 50 // of a row
	causesSeen  = 100
	rowsSeen    = 10
	valueSeen   = 256 // characters of a value
)

// ColumnSeen is a column of a file's header.
type ColumnSeen struct {
	Name string
	// Known says that the pool's files have it; Twice that it stands there again.
	Known, Twice bool
	Meant        string // the column that the name is likely to mean, "" for none
	Cure         string // what to do, "" for nothing

	ReadAs  string   // the column that it is read as, "" for none: it is not imported
	Unread  Why      // why not, "" where it is read
	Filled  int64    // rows that have a value in it
	Samples []string // the first different values, three at most, a hash hidden
}

// ColumnMissing is a column that the header lacks.
type ColumnMissing struct {
	Name  string
	Other []string // columns that will do as well
	Why   string   // it is needed, "" where that goes without saying
}

// Cause is a rule that rows break.
type Cause struct {
	Verdict                      Verdict
	Flaw                         userpool.Flaw
	Column, Code, Reason, Advice string
	Rows                         int64
	Line                         int64 // the first
}

// RowSeen is one of the first rows, with its values as they are read. Of a hash,
// only that it is there is told.
type RowSeen struct {
	Line   int64
	Values []string
	Column string // at fault, "" for none, or for the row as a whole
	Reason string // why the row would not be imported, "" if it would
}

// Dialect is how a file is written.
type Dialect struct {
	ByteOrderMark bool
	ResultFile    bool // it has the columns of a result file; its values are neutralised
}

// Open returns the bytes of a file from its beginning on.
type Open func() (io.ReadCloser, error)

// LookAt reads a whole file twice: as the import surveys it, and as the import reads
// its rows in the format that the survey found. So its verdicts are those of the import, if Add says what the import would
// find; without it, they are so as far as the rules alone decide. An error is one of
// reading the file or of Add; what is wrong with the file itself is in the answer.
//
// It decodes rows on all processors and keeps some thousands of them in memory.
func LookAt(open Open, limits Limits, want Import) (*Look, error) {
	l := &Look{}
	if err := l.survey(open, limits, want); err != nil {
		return nil, err
	}
	if l.cannotBeRead() {
		return l, nil
	}
	if err := l.readRows(open, limits, want); err != nil {
		return nil, err
	}
	return l, nil
}

// survey finds what is wrong with the file as a whole, and its size and digest.
func (l *Look) survey(open Open, limits Limits, want Import) error {
	want.Columns = true
	s, err := survey(open, limits, want)
	if err != nil {
		return err
	}
	l.Count, l.Columns = len(s.Columns), s.Columns[:min(len(s.Columns), columnsTold)]
	l.Size, l.SHA256, l.Format, l.Readings = s.Size, s.SHA256, s.Format, s.Readings
	if l.Rows, l.Problems = s.Rows, s.Problems; len(s.Problems) > 0 {
		l.Problem = s.Problems[0]
	}
	l.refuse(fileRefusals(l.Format.Size(l.Size), s.Rows)...)
	if l.Count > 0 { // it is a header for sure
		l.refuse(l.Format.Refusals()...)
	}
	return nil
}

// cannotBeRead reports whether no row can be told: the file can be read in two ways, or
// cannot be unpacked.
func (l *Look) cannotBeRead() bool {
	packed := l.Format != nil && l.Format.Text.Packing != ""
	return len(l.Readings) > 0 || packed && l.Format.TextSize == 0
}

// byteOrderMark is what some programs put before the text.
const byteOrderMark = "\xef\xbb\xbf"

// readRows looks at the header, and at the rows if the header fits.
func (l *Look) readRows(open Open, limits Limits, want Import) error {
	text, err := l.Format.OpenText(func(int64) (io.ReadCloser, error) { return open() }, 0, limits.LinedBytes())
	if err != nil {
		return err
	}
	defer text.Close()
	r := l.Format.NewReader(text, Position{}, limits)
	header, err := r.headerRow()
	l.Dialect.ByteOrderMark = r.marked
	if _, ok := errors.AsType[*FileError](err); ok {
		return nil // the survey has told of it
	}
	if err != nil {
		return err
	}
	readAs := l.Format.ReadAs(header.Fields)
	fits := l.Count > 0 && l.header(readAs, want)
	if l.Count > 0 { // it is a header for sure
		l.refuse(headerRefusals(l.Dialect.ByteOrderMark, header)...)
	}
	if !fits {
		return nil
	}
	decoder, err := NewDecoder(want.Pool, readAs, want.Algorithm, limits, l.Format)
	if err != nil {
		return err
	}
	l.Dialect.ResultFile = decoder.result
	return l.judge(r, decoder, want)
}

// header tells what a header lacks, and reports whether rows can be read by it.
func (l *Look) header(readAs []string, want Import) (fits bool) {
	f := newCatalogue(want.Pool, want.Algorithm).find(readAs)
	for _, n := range f.missing {
		l.Missing = append(l.Missing, ColumnMissing{Name: n.name, Other: n.other, Why: n.why})
	}
	if !f.none() {
		return false
	}
	l.Header = readAs
	return true
}
