package usercsv

import (
	"fmt"
	"maps"
	"slices"
	"unicode/utf8"

	"poolhouse/internal/filetext"
	"poolhouse/internal/usercsv/dialect"
)

// Notes describes how the file is written, in short sentences for people. It says what
// differs from Cognito's own format, and what was concluded from the values. A nil Format
// has no notes.
func (f *Format) Notes() []string {
	if f == nil {
		return nil
	}
	notes := slices.Concat(f.textNotes(), f.dialectNotes(), f.rowNotes(), f.columnNotes())
	if f.Birthdates != "" {
		notes = append(notes, "Birthdates are read as "+f.Birthdates.words()+".")
	}
	if f.Undecided {
		notes = append(notes, "Too few birthdates show whether the month or the day comes first; they are read as mm/dd/yyyy.")
	}
	for _, column := range slices.Sorted(maps.Keys(f.Booleans)) {
		b := f.Booleans[column]
		notes = append(notes, fmt.Sprintf("In %s, %s is read as true and %s as false.", shown(column), shown(b.True), shown(b.False)))
	}
	return notes
}

// textNotes is about encoding and compression.
func (f *Format) textNotes() (notes []string) {
	if f.Text.Packing != "" {
		notes = append(notes, fmt.Sprintf("The file is compressed with %s.", f.Text.Packing))
	}
	if f.otherEncoding() {
		notes = append(notes, fmt.Sprintf("The file is %s.", f.Text.Encoding))
	}
	if f.Text.CR {
		notes = append(notes, "The lines end with CR alone.")
	}
	return notes
}

// otherEncoding reports whether the text is not UTF-8.
func (f *Format) otherEncoding() bool {
	return f.Text.Encoding != "" && f.Text.Encoding != filetext.UTF8
}

// dialectNotes is about separators, quotation marks and escapes.
func (f *Format) dialectNotes() (notes []string) {
	d := f.dialect()
	if d.Separator != ',' {
		notes = append(notes, fmt.Sprintf("The values are separated by %s.", separatorNames[d.Separator]))
	}
	if d.Quote == '\'' {
		notes = append(notes, "Values are quoted by apostrophes (').")
	}
	if note := styleNotes[d.Style]; note != "" && (d.Style != dialect.Text || d.Quote == 0) {
		notes = append(notes, note)
	} else if note != "" {
		notes = append(notes, "A backslash begins an escape, such as \\t for a tab, also inside of quoted values.")
	}
	if d.Style == dialect.Cognito && d.Quote == 0 {
		notes = append(notes, "Nothing is quoted: quotation marks are parts of values.")
	}
	return notes
}

var styleNotes = map[dialect.Style]string{
	dialect.Doubled:   "",
	dialect.Backslash: "A backslash before a quotation mark, a separator or a backslash is removed; the character after it is part of the value.",
	dialect.Inside:    "Inside of quoted values, a backslash before a quotation mark or a backslash is removed; the character after it is part of the value.",
	dialect.Marks:     "A backslash before a quotation mark inside of a quoted value is removed; every other backslash is part of its value.",
	dialect.Both:      "Quotation marks inside of quoted values are written twice. A backslash before a separator or a backslash is removed; the character after it is part of the value.",
	dialect.PHP:       "A quotation mark that follows a backslash is a part of the value, as fputcsv of PHP writes it.",
	dialect.Undoubled: "Quotation marks inside of quoted values are written once.",
	dialect.Crossed:   "Inside of quoted values, a quotation mark stands before each apostrophe and each quotation mark; it is removed.",
	dialect.Text:      "Nothing is quoted. A backslash begins an escape, such as \\t for a tab.",
	dialect.Plain:     "Nothing is quoted: quotation marks and backslashes are parts of values.",
}

// rowNotes is about rows.
func (f *Format) rowNotes() (notes []string) {
	if f.Before > 0 {
		notes = append(notes, "Lines before the header, such as sep= for Excel or a title, are not read.")
	}
	for _, word := range f.words() {
		where := " where it is not quoted."
		if f.QuotedNulls {
			where = ", also where it is quoted."
		}
		notes = append(notes, word+" stands for no value"+where)
	}
	if f.Short {
		notes = append(notes, "Rows end early where their last values are empty.")
	}
	if f.Long {
		notes = append(notes, "Each row has an empty value more than the header has columns; it is not imported.")
	}
	if f.Numbered {
		notes = append(notes, "Each row begins with its number, for which the header has no name; it is not imported.")
	}
	return notes
}

// columnNotes is about columns that are read under another name, or not imported.
func (f *Format) columnNotes() (notes []string) {
	var other []string
	left := map[Why][]string{}
	for i, name := range f.Names {
		if i >= len(f.Columns) || name == f.Columns[i] {
			continue
		}
		called := fmt.Sprintf("%q", shown(name))
		if name == "" {
			called = numbered(i)
		}
		if why := f.Unread[i]; why != "" {
			left[why] = append(left[why], called)
		} else {
			other = append(other, called+" as "+shown(f.Columns[i]))
		}
	}
	if len(other) > 0 {
		notes = append(notes, "Columns are read by other names: "+listed(other)+".")
	}
	for _, why := range whyWords {
		if columns := left[why.why]; len(columns) > 0 {
			notes = append(notes, "Not imported, "+why.words+": "+listed(columns)+".")
		}
	}
	return notes
}

var whyWords = []struct {
	why   Why
	words string
}{{WhyMapped, "as the map says"}, {WhyEmpty, "as there are no values"}, {WhyRowNumbers, "as they number the rows"}}

// listedChars bounds a list of columns, in characters, approximately.
const listedChars = 120

// listed lists columns. If there are many, it ends with how many more there are.
func listed(columns []string) string {
	text := columns[0]
	for i, column := range columns[1:] {
		if utf8.RuneCountInString(text)+utf8.RuneCountInString(column) > listedChars {
			return text + fmt.Sprintf(" and %d more", len(columns)-1-i)
		}
		text += ", " + column
	}
	return text
}

// words returns a form as people write it.
func (b Birthdates) words() string {
	switch b {
	case DayFirst:
		return "dd/mm/yyyy"
	case DayFirstDots:
		return "dd.mm.yyyy"
	case DayFirstHyphens:
		return "dd-mm-yyyy"
	case YearFirstSlashes:
		return "yyyy/mm/dd"
	case YearFirstDigits:
		return "yyyymmdd"
	case YearFirstTime:
		return "yyyy-mm-dd with a time of day"
	case MonthNamed:
		return "dates with the month as a word"
	}
	return "mm/dd/yyyy"
}
