package usercsv

import (
	"strings"
	"unicode/utf8"
)

// Keeper tells what is kept of the rows of a file that are not imported: each as a row of
// a file in Cognito's form, in the columns as they are read. It may be used by several
// goroutines at once.
type Keeper struct {
	header []string
	chars  int
	format *Format // nil where the file is in that form

	conversions []conversion
}

// NewKeeper returns a keeper for files in a format, nil for Cognito's own, with these
// columns, as they are read.
func NewKeeper(header []string, limits Limits, f *Format) *Keeper {
	k := &Keeper{header: header, chars: limits.withDefaults().RowChars}
	if !f.IsCognito() {
		k.format, k.conversions = f, f.conversions(header)
	}
	return k
}

// Kept is the text that is kept of a row. Of a file in Cognito's form it is the file's own.
// Of another one it is what [FormatRow] makes of the values as they are read and converted.
// A row that cannot be split has one value, which is all of it: it fails again wherever it
// is read.
func (k *Keeper) Kept(record Record) string {
	switch {
	case k.format == nil:
		return record.Text
	case record.Err == nil:
		row := FormatRow(converted(record.Fields, len(k.header), k.conversions))
		if len(row) > k.chars && utf8.RuneCountInString(row) > k.chars {
			row = FormatRow(record.Fields) // no longer than a row may be
		}
		return row
	}
	whole := FormatRow([]string{record.Text})
	if len(whole) > k.chars { // in one line: else its first line would fail, and the next ones would be rows
		whole = strings.NewReplacer("\n", " ", "\r", " ").Replace(whole)
	}
	return whole
}
