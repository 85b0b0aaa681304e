package usercsv

import (
	"io"
	"strings"
)

// FormatRow writes values as a row of a file, without a line end: a [Reader] reads the
// same values from it. Every value is in quotation marks: RFC 4180 programs and this
// package read that in the same way, and no value is taken for an escape.
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

// ParseRow splits the text of a single row, as [Record.Text] has it.
func ParseRow(text string, limits Limits) (Record, error) {
	record, err := NewReader(strings.NewReader(text), Position{}, limits).Next()
	if err == io.EOF { // it is blank
		return Record{Line: 1, Text: text, Fields: []string{""}}, nil
	}
	return record, err
}
