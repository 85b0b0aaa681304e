package usercsv

import (
	"bytes"
	"cmp"
	"unicode/utf8"

	"poolhouse/internal/password"
)

// Limits bound a file. A zero field means its default.
type Limits struct {
	RowChars int   // characters of a row, the line end not counted; default 16,000
	Rows     int64 // user rows of a file; default 500,000
	Bytes    int64 // size of a file; default 100,000,000

	Hashes password.Ceilings // of the file's password hashes; default Cognito's

	// Lined says that each row begins with the value of [ColumnLine], which does not
	// count towards the row's length. A reading from the beginning of a file takes this
	// from the header; see [Limits.For].
	Lined bool

	columns   int  // of the header, 0 if unknown
	separator byte // 0 for a comma
}

// For returns the limits for the rows of a file with this header.
func (l Limits) For(header []string) Limits {
	l.Lined = len(header) > 0 && header[0] == ColumnLine
	l.columns = len(header)
	return l
}

// The defaults ("Quotas in Amazon Cognito").
const (
	DefaultRowChars = 16_000
	DefaultRows     = 500_000
	DefaultBytes    = 100_000_000
)

// WithDefaults returns the limits with defaults for unset fields.
func (l Limits) WithDefaults() Limits { return l.withDefaults() }

func (l Limits) withDefaults() Limits {
	if l.RowChars == 0 {
		l.RowChars = DefaultRowChars
	}
	if l.Rows == 0 {
		l.Rows = DefaultRows
	}
	if l.Bytes == 0 {
		l.Bytes = DefaultBytes
	}
	return l
}

// LinedBytes returns the limit for a file in which each row begins with the value of
// [ColumnLine], in bytes. It is the limit of any other file plus these values.
func (l Limits) LinedBytes() int64 {
	l = l.withDefaults()
	return l.Bytes + (l.Rows+1)*maxLineCell
}

// bytes returns the limit for a file with this many rows, in bytes.
func (l Limits) bytes(rows int64) int64 {
	if !l.Lined {
		return l.Bytes
	}
	return l.Bytes + (rows+1)*maxLineCell
}

// rowBytes returns the most bytes that a row with this beginning may take, a CR included.
func (l Limits) rowBytes(row []byte) int { return l.RowChars*utf8.UTFMax + 1 + l.lineCell(row) }

// exceeded reports whether the row has too many characters.
func (l Limits) exceeded(row []byte) bool {
	row = row[l.lineCell(row):]
	return len(row) > l.RowChars && utf8.RuneCount(row) > l.RowChars
}

// ColumnLine has the line of a row in another file: the file of the job whose row is
// tried again, or whose result it is.
const ColumnLine = "poolhouse:line"

// maxLineCell is the longest value of [ColumnLine], with quotation marks and separator,
// in bytes.
const maxLineCell = 24

// lineCell returns how many bytes the line number at the beginning of the row takes.
func (l Limits) lineCell(row []byte) int {
	if !l.Lined {
		return 0
	}
	return bytes.IndexByte(row[:min(len(row), maxLineCell)], cmp.Or(l.separator, ',')) + 1
}
