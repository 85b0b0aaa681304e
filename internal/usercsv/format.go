package usercsv

import (
	"errors"
	"io"
	"strings"
)

// FormatRow writes values as a row of a file, without a line end. A [Reader] reads the
// same values from it, anywhere in a file, if the values are such as a reader returns:
// UTF-8, without white space around them. It reads any other value as [strings.TrimSpace]
// of it. A row that is not UTF-8, or longer than the limits allow, fails.
//
// Every value is in quotation marks. So programs for RFC 4180 read the row as this
// package does. No value can be taken for an escape, a byte order mark or the end of a
// file, and no row is blank. Each value takes two characters more, and each mark inside
// it one more.
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

// ParseRow splits the text of a single row, as [Record.Text] has it. The result is the
// same as when a [Reader] reads the row in a file, on line 1. For text with several rows
// it returns the text of the first row, with an error in the record. Blank text is not a
// row of any file; here it is one empty value. The error is always nil, because reading a
// text cannot fail.
func ParseRow(text string, limits Limits) (Record, error) {
	r := NewReader(strings.NewReader(text+"\n"), Position{}, limits) // the line end keeps any part of it from being the end of a file
	const beyond = 64                                                // for the read that finds the end
	r.in.data = make([]byte, 0, len(text)+beyond)                    // a file's buffer is much larger than a row
	record, err := r.Next()
	if errors.Is(err, io.EOF) { // blank text
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
