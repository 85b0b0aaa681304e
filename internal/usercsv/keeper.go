package usercsv

import (
	"strings"
	"unicode/utf8"
)

// Keeper makes the text of kept rows: a row of a file in Cognito's form, in the columns
// as they are read. It is safe for concurrent use.
type Keeper struct {
	header []string
	chars  int
	format *Format // nil if the file is in that form

	conversions []conversion
}

// NewKeeper returns a keeper for files in a format, nil for Cognito's own. header has the
// columns as they are read.
func NewKeeper(header []string, limits Limits, f *Format) *Keeper {
	k := &Keeper{header: header, chars: limits.withDefaults().RowChars}
	if !f.IsCognito() {
		k.format, k.conversions = f, f.conversions(header)
	}
	return k
}

// Kept returns the text to keep for a row. For a file in Cognito's form it is the row's
// own text. For other files it is [FormatRow] of the values as they are read and
// converted. A row that cannot be split becomes one value with the whole text, which
// fails again in every reading.
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
	if len(whole) > k.chars { // on one line; otherwise its first line would fail and the next ones would be rows
		whole = strings.NewReplacer("\n", " ", "\r", " ").Replace(whole)
	}
	return whole
}
