package usercsv

import (
	"errors"
	"io"
	"strings"
)

// FormatRow writes values as a row of a file, without a line end. A [Reader] reads the
// same values from it, wherever in a file the row stands, if they are such as a reader
// can return: UTF-8, without white space around them. Of other values it reads what
// [strings.TrimSpace] leaves of them; a row that is not UTF-8, or longer than the
// limits allow, fails.
//
// A value is in quotation marks where programs for RFC 4180 or this package would
// otherwise read another one, and only there: both read the row in the same way.
func FormatRow(fields []string) string {
	var row strings.Builder
	size := len(fields)
	for _, value := range fields {
		size += len(value) + 2
	}
	row.Grow(size)
	for i, value := range fields {
		if i > 0 {
			row.WriteByte(',')
		}
		if plain(value) && (value != "" || len(fields) > 1) {
			row.WriteString(value)
			continue
		}
		row.WriteByte('"')
		row.WriteString(strings.ReplaceAll(value, `"`, `""`))
		row.WriteByte('"')
	}
	return row.String()
}

// plain reports whether a value is read in the same way without quotation marks. With
// them are those with what separates values and rows, with a mark or a backslash; with
// control characters, which a file may not end with; those that begin with what a
// byte order mark is; and those with white space around them.
func plain(value string) bool {
	for i := 0; i < len(value); i++ {
		if c := value[i]; c < ' ' || c == 0x7f || c == ',' || c == '"' || c == '\\' {
			return false
		}
	}
	return !strings.HasPrefix(value, byteOrderMark) && strings.TrimSpace(value) == value
}

// ParseRow splits the text of a single row, as [Record.Text] has it, with the same
// result as a [Reader] that reads it in a file. It is on line 1. Text that holds more
// than one row is a record with an error. Blank text, which no row of a file is, is one
// empty value. The error is always nil: of a text, reading cannot fail.
func ParseRow(text string, limits Limits) (Record, error) {
	r := NewReader(strings.NewReader(text+"\n"), Position{}, limits) // so that nothing in it is the end of a file
	record, err := r.Next()
	if errors.Is(err, io.EOF) { // it is blank
		return Record{Line: 1, Text: text, Fields: []string{""}}, nil
	}
	if err != nil {
		return record, err
	}
	if _, err := r.Next(); !errors.Is(err, io.EOF) || record.Line != 1 {
		record = Record{Line: record.Line, Text: text, End: record.End,
			Err: &RowError{Line: record.Line, Code: CodeFieldCount, Flaw: FlawSeveralRows, Reason: "The text is more than one row."}}
	}
	return record, nil
}
