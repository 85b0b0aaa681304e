package usercsv

import (
	"errors"
	"io"

	"poolhouse/internal/userpool"
)

// Report is the result of checking a file before an import: how its header fits a pool, and
// what each row would become, by the rules and by the answers of [Import.Add].
type Report struct {
	Rows    int64        // user rows, as far as the file was read
	Failing int64        // rows that would fail
	Columns []ColumnSeen // in the file's order, at most [columnsTold]
	Count   int          // columns of the header
	Header  []string     // the names of all columns, nil if the header is invalid
	Missing []ColumnMissing
	Causes  []Cause // why rows fail, the most frequent first, at most [causesSeen]
	First   []RowSeen
	Dialect Dialect
	// Problem says why the file as a whole cannot be imported, nil if it can. Problems
	// has all such reasons, Problem first.
	Problem  *FileError
	Problems []*FileError

	// Passing and Skipped count the rows that would be imported and skipped. Without a
	// Problem, Rows is the sum of these and Failing. With a Problem nothing would be
	// imported, and Failing and the other results for rows follow from the rules alone.
	Passing, Skipped int64
	Rejected         []RejectedRow // from [Import.FromLine] on
	NextLine         int64         // the first line with rows that are not included; 0 if all are
	Size             int64         // of the file, in bytes
	SHA256           string        // of the file, in hexadecimal digits
	Refusals         []Refusal     // what Amazon Cognito itself would not take

	Format   *Format        // nil for Cognito's own
	Readings []OtherReading // of a file that can be read in two ways
}

// Verdict is what a row would become that would not be imported.
type Verdict string

// The verdicts, as the result log spells them.
const (
	Skipped Verdict = "SKIPPED" // the user exists
	Failed  Verdict = "FAILED"
)

// ReasonExists is the reason of a skipped row (Developer Guide, viewing the import
// results).
const ReasonExists = "The user already exists."

// RejectedRow is a row that would not be imported.
type RejectedRow struct {
	Line, Number, Offset  int64 // of its first line, of the record (the first user's is 1), of its first byte
	Verdict               Verdict
	Column, Code, Message string
	Flaw                  userpool.Flaw
	Values                []string // one for each column, a hash hidden; nil if the row has another number
	Text                  string   // of a row with another number of values
	Findings              []Finding
}

// Refusal is something in a file that Amazon Cognito does not accept, according to its
// documentation.
type Refusal struct {
	Code    string
	Message string
	Rows    int64 // rows that have it, 0 for the file as a whole
	Line    int64 // the first such line
}

// DefaultRejected bounds how many rejected rows are included by default.
const DefaultRejected = 100

// How much of a file a Report includes.
const (
	columnsTold = 250
	columnsSeen = 50 // of a row
	causesSeen  = 100
	rowsSeen    = 10
	valueSeen   = 256 // characters of a value
)

// ColumnSeen describes a column of a file's header.
type ColumnSeen struct {
	Name string
	// Known says that the pool's files have it. Twice says that it stands there again.
	Known, Twice bool
	Meant        string // the column that the name probably means, "" for none
	Cure         string // what to do, "" for nothing

	ReadAs  string   // the column that it is read as, "" if it is not imported
	Unread  Why      // why it is not imported, or ""
	Filled  int64    // rows with a value in it
	Samples []string // the first different values, at most three, a hash hidden
}

// ColumnMissing is a column that the header lacks.
type ColumnMissing struct {
	Name  string
	Other []string // columns that can replace it
	Why   string   // why it is needed, "" if that is obvious
}

// Cause is a rule that rows break.
type Cause struct {
	Verdict                      Verdict
	Flaw                         userpool.Flaw
	Column, Code, Reason, Advice string
	Rows                         int64
	Line                         int64 // the first
}

// RowSeen is one of the first rows, with its values as they are read. A hash is hidden.
type RowSeen struct {
	Line   int64
	Values []string
	Column string // at fault, "" for none, or for the row as a whole
	Reason string // why the row would not be imported, "" if it would
}

// Dialect is how a file is written.
type Dialect struct {
	ByteOrderMark bool
	ResultFile    bool // it has the columns of a result file, and its values are neutralised
}

// Open returns the bytes of a file from its beginning on.
type Open func() (io.ReadCloser, error)

// Check reads a whole file twice: once as the survey does, and once as the import does
// in the detected format. So its verdicts are those of the import if Add answers as the
// import's store would. Without Add, they follow from the rules alone. An error comes
// from reading the file or from Add. Errors in the file itself are in the result.
//
// It decodes rows on all processors and holds some thousands of them in memory.
func Check(open Open, limits Limits, want Import) (*Report, error) {
	l := &Report{}
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
func (l *Report) survey(open Open, limits Limits, want Import) error {
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
	if l.Count > 0 { // it is certainly a header
		l.refuse(l.Format.Refusals()...)
	}
	return nil
}

// cannotBeRead reports whether no row can be described. The file can be read in two ways,
// or it cannot be decompressed.
func (l *Report) cannotBeRead() bool {
	packed := l.Format != nil && l.Format.Text.Packing != ""
	return len(l.Readings) > 0 || packed && l.Format.TextSize == 0
}

// byteOrderMark precedes the text in files of some programs.
const byteOrderMark = "\xef\xbb\xbf"

// readRows checks the header, and the rows if the header fits.
func (l *Report) readRows(open Open, limits Limits, want Import) error {
	text, err := l.Format.OpenText(func(int64) (io.ReadCloser, error) { return open() }, 0, limits.LinedBytes())
	if err != nil {
		return err
	}
	defer text.Close()
	r := l.Format.NewReader(text, Position{}, limits)
	header, err := r.headerRow()
	l.Dialect.ByteOrderMark = r.marked
	if _, ok := errors.AsType[*FileError](err); ok {
		return nil // the survey has reported it
	}
	if err != nil {
		return err
	}
	readAs := l.Format.ReadAs(header.Fields)
	fits := l.Count > 0 && l.header(readAs, want)
	if l.Count > 0 { // it is certainly a header
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

// header notes what a header lacks, and reports whether rows can be read with it.
func (l *Report) header(readAs []string, want Import) (fits bool) {
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
