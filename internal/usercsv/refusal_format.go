package usercsv

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"poolhouse/internal/usercsv/dialect"
)

// Refusals returns what Amazon Cognito would refuse or misread in a file in this format,
// as far as the format shows it. [Check] adds what only the rows show.
func (f *Format) Refusals() (out []Refusal) {
	if f == nil {
		return nil
	}
	say := func(when bool, code, message string) {
		if when {
			out = append(out, Refusal{Code: code, Message: message, Line: 1})
		}
	}
	d := f.dialect()
	say(f.Text.Packing != "", RefusedPacking, fmt.Sprintf("The file is compressed with %s. Amazon Cognito accepts only the CSV text itself.", f.Text.Packing))
	say(f.otherEncoding(), RefusedEncoding, fmt.Sprintf("The file is %s. Amazon Cognito accepts UTF-8.", f.Text.Encoding))
	say(f.Text.Mark && !f.otherEncoding(), RefusedByteOrderMark, refusal(RefusedByteOrderMark, 0, 1).Message)
	say(f.Text.CR, RefusedLineEnds, "The lines end with CR alone. Amazon Cognito accepts LF or CR LF.")
	say(f.Before > 0, RefusedBefore, "There is a line before the header. Amazon Cognito reads the first line as the header.")
	say(d.Separator != ',', RefusedSeparator, fmt.Sprintf("The values are separated by %s. Amazon Cognito accepts commas.", separatorNames[d.Separator]))
	say(d.Quote == '\'', RefusedApostrophes, "Values are quoted by apostrophes. For Amazon Cognito these are part of the value.")
	plain := d.Style == dialect.Doubled && d.Separator != ',' // a backslash before a comma has no meaning in such a file
	say(escapeRefusals[d.Style] != "" && !plain, RefusedEscapes, escapeRefusals[d.Style])
	say(f.Nulls != nil, RefusedNoValue, fmt.Sprintf("%s means no value. For Amazon Cognito it is the value: leave the value empty.", strings.Join(f.words(), " or ")))
	say(f.Short, RefusedShortRows, "Rows end early where their last values are empty. Amazon Cognito demands a value for each column, even if it is empty.")
	say(f.Long, RefusedLongRows, "Each row has an empty value more than the header has columns. Amazon Cognito refuses such rows.")
	say(f.Numbered, RefusedNumberedRows, "Each row begins with its number, for which the header has no name. Amazon Cognito refuses such rows.")
	out = append(out, f.columnRefusals()...)
	say(f.Birthdates != "", RefusedBirthdateForm, fmt.Sprintf("Birthdates are written %s. Amazon Cognito accepts mm/dd/yyyy.", f.Birthdates.written()))
	if len(f.Booleans) > 0 {
		columns := slices.Sorted(maps.Keys(f.Booleans))
		say(true, RefusedBooleans, fmt.Sprintf("Values of %s are other words than true and false. Amazon Cognito accepts only these two.", listed(columns)))
	}
	return out
}

// words returns the words for "no value".
func (f *Format) words() (words []string) {
	for _, word := range f.Nulls {
		if word != "" && !slices.Contains(words, word) {
			words = append(words, word)
		}
	}
	return words
}

var escapeRefusals = map[dialect.Style]string{
	dialect.Doubled:   `A backslash is a part of the value, also before a comma. Amazon Cognito reads \, as a comma.`,
	dialect.Backslash: "Backslashes escape characters that are parts of values. Amazon Cognito removes only a backslash before a comma.",
	dialect.Inside:    "Inside of quoted values, backslashes escape characters that are parts of values. Amazon Cognito removes only a backslash before a comma.",
	dialect.Marks:     "Quotation marks inside of quoted values follow a backslash. For Amazon Cognito both are part of the value.",
	dialect.Both:      "Backslashes escape characters that are parts of values. Amazon Cognito removes only a backslash before a comma.",
	dialect.PHP:       "Quotation marks after a backslash are written once. For Amazon Cognito quotation marks are part of the value.",
	dialect.Undoubled: "Quotation marks inside of quoted values are written once. For Amazon Cognito quotation marks are part of the value.",
	dialect.Crossed:   "Inside of quoted values, quotation marks are written before marks that are parts of values. For Amazon Cognito both are part of the value.",
	dialect.Text:      `Backslashes begin escapes such as \n. Amazon Cognito removes only a backslash before a comma.`,
}

// columnRefusals is about the header.
func (f *Format) columnRefusals() (out []Refusal) {
	var other, unread []string
	for i, name := range f.Names {
		if i >= len(f.Columns) || name == f.Columns[i] {
			continue
		}
		if f.Unread[i] != "" {
			unread = append(unread, fmt.Sprintf("%q", shown(name)))
			continue
		}
		other = append(other, fmt.Sprintf("%q for %s", shown(name), shown(f.Columns[i])))
	}
	if len(other) > 0 {
		out = append(out, Refusal{Code: RefusedNames, Message: fmt.Sprintf("Columns have other names than GetCSVHeader lists: %s. Amazon Cognito accepts only those.", listed(other)), Line: 1})
	}
	if len(unread) > 0 {
		out = append(out, Refusal{Code: RefusedColumns, Message: fmt.Sprintf("Columns are not imported: %s. Amazon Cognito accepts only columns that GetCSVHeader lists.", listed(unread)), Line: 1})
	}
	return out
}

// written shows how birthdates are written in a form.
func (b Birthdates) written() string {
	if b == MonthFirst || b == "" {
		return "m/d/yyyy without leading zeros"
	}
	return b.words()
}
