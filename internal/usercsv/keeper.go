package usercsv

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// Keeper tells what is kept of the rows of a file that are not imported: each as a row of
// a file in Cognito's form, in the columns as they are read. It may be used by several
// goroutines at once.
type Keeper struct {
	header  []string
	chars   int
	foreign bool // the file is not in that form

	conversions []conversion
}

// NewKeeper returns a keeper for files in a format, nil for Cognito's own, with these
// columns, as they are read.
func NewKeeper(header []string, limits Limits, f *Format) *Keeper {
	k := &Keeper{header: header, chars: limits.withDefaults().RowChars}
	if f != nil {
		k.foreign, k.conversions = !f.IsCognito(), f.conversions(header)
	}
	return k
}

// Kept is the text that is kept of a row. Of a file in Cognito's form it is the file's own,
// unless a value is converted. Of another one it is what [FormatRow] makes of the values as they are read and converted.
// A row that cannot be split has one value, which is all of it: it fails again wherever it
// is read.
func (k *Keeper) Kept(record Record) string {
	if !k.foreign && (record.Err != nil || len(k.conversions) == 0) {
		return record.Text
	}
	if record.Err == nil {
		fields := converted(record.Fields, len(k.header), k.conversions)
		if !k.foreign && slices.Equal(fields, record.Fields) {
			return record.Text
		}
		row := FormatRow(fields)
		if len(row) > k.chars && utf8.RuneCountInString(row) > k.chars {
			if !k.foreign {
				return record.Text
			}
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
