package usercsv

import (
	"unicode/utf8"

	"poolhouse/internal/password"
)

// Limits bound a file. The zero value of a field means its default.
type Limits struct {
	RowChars int   // characters of a row, the line end not counted; default 16,000
	Rows     int64 // user rows of a file; default 500,000
	Bytes    int64 // size of a file; default 100,000,000

	Hashes password.Ceilings // of the file's password hashes; default Cognito's
}

// The defaults ("Quotas in Amazon Cognito").
const (
	DefaultRowChars = 16_000
	DefaultRows     = 500_000
	DefaultBytes    = 100_000_000
)

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

// rowBytes is how many bytes the longest row allowed can take, a CR included.
func (l Limits) rowBytes() int { return l.RowChars*utf8.UTFMax + 1 }

// exceeded reports whether the row has too many characters.
func (l Limits) exceeded(row []byte) bool {
	return len(row) > l.RowChars && utf8.RuneCount(row) > l.RowChars
}
