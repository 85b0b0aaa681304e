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
// Every value is in quotation marks: programs for RFC 4180 and this package read the row
// in the same way, no value is taken for an escape, a byte order mark or the end of a
// file, and no row is blank. The row has two characters more for each value, and for
// each mark in one.
func FormatRow(fields []string) string {
	var row strings.Builder
	for i, value := range fields {
		if i > 0 {
			row.WriteByte(',')
		}
		row.WriteByte('"')
		row.WriteString(strings.ReplaceAll(value, `"`, `""`))
		row.WriteByte('"')
	}
	return row.String()
}

// ParseRow splits the text of a single row, as [Record.Text] has it, with the same
// result as a [Reader] that reads it in a file. It is on line 1. Of text that holds more
// than one row it returns the text of the first, with an error. Blank text, which no row of a file is, is one
// empty value. The error is always nil: of a text, reading cannot fail.
func ParseRow(text string, limits Limits) (Record, error) {
	r := NewReader(strings.NewReader(text+"\n"), Position{}, limits) // so that nothing in it is the end of a file
	const beyond = 64                                                // for the read that finds the end
	r.in.data = make([]byte, 0, len(text)+beyond)                    // a file's buffer is many times as large as a row
	record, err := r.Next()
	if errors.Is(err, io.EOF) { // it is blank
		return Record{Line: 1, Text: text, Fields: []string{""}}, nil
	}
	if err != nil {
		return record, err
	}
	if _, err := r.Next(); !errors.Is(err, io.EOF) || record.Line != 1 {
		record = Record{Line: record.Line, Text: record.Text, End: record.End,
			Err: &RowError{Line: record.Line, Code: CodeFieldCount, Flaw: FlawSeveralRows, Reason: "The text is more than one row."}}
	}
	return record, nil
}
