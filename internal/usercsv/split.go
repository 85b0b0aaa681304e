package usercsv

import (
	"bytes"
	"strings"

	"poolhouse/internal/usercsv/dialect"
)

// splitPlain splits a row without quotation marks. expected is the probable number of
// values.
func splitPlain(row string, expected int) []string {
	fields := make([]string, 0, max(expected, 8))
	if strings.IndexByte(row, '\\') >= 0 {
		return splitEscaped(row, fields)
	}
	for {
		i := strings.IndexByte(row, ',')
		if i < 0 {
			return append(fields, strings.TrimSpace(row))
		}
		fields = append(fields, strings.TrimSpace(row[:i]))
		row = row[i+1:]
	}
}

// splitEscaped splits a row in which a comma may be escaped.
func splitEscaped(row string, fields []string) []string {
	begin := 0
	for i := range len(row) {
		if row[i] == ',' && (i == 0 || row[i-1] != '\\') {
			fields = append(fields, plainValue(row[begin:i]))
			begin = i + 1
		}
	}
	return append(fields, plainValue(row[begin:]))
}

// plainValue returns an unquoted value without escapes.
func plainValue(s string) string {
	return strings.TrimSpace(strings.ReplaceAll(s, `\,`, `,`))
}

// cut is where one value of a row lies, without quotation marks around it.
type cut struct {
	from, to int
	quoted   bool
}

// splitCuts returns the values at the cuts. The row has no line end, but the last cut may
// reach into it.
func splitCuts(row string, cuts []cut) []string {
	fields := make([]string, len(cuts))
	for i, c := range cuts {
		value := row[min(c.from, len(row)):min(c.to, len(row))]
		if c.quoted {
			fields[i] = strings.TrimSpace(strings.ReplaceAll(value, `""`, `"`))
		} else {
			fields[i] = plainValue(value)
		}
	}
	return fields
}

var (
	errOpen  = dialect.ErrOpen
	errStray = dialect.ErrStray
)

// cutRow appends the cuts of the first row of data, quoted values included. It returns
// how many bytes the row has, line end included. whole says that the end of data also
// ends a row. It returns errOpen if data ends before the row does, and errStray.
func cutRow(data []byte, whole bool, cuts []cut) (_ []cut, size int, err error) {
	for at := 0; ; {
		c := cut{from: skipBlanks(data, at)}
		if c.from < len(data) && data[c.from] == '"' {
			c.quoted = true
			c.from++
			if c.to, at, err = closeQuote(data, c.from); err != nil {
				return cuts, 0, err
			}
		} else {
			c.from = at
			at = endOfPlain(data, at)
			c.to = at
		}
		cuts = append(cuts, c)
		switch {
		case at == len(data) && !whole:
			return cuts, 0, errOpen
		case at == len(data):
			return cuts, at, nil
		case data[at] == '\n':
			return cuts, at + 1, nil
		}
		at++
	}
}

// endOfPlain returns the place of the first line feed, or comma without a backslash
// before it, at or after at.
func endOfPlain(data []byte, at int) int {
	for i := at; i < len(data); i++ {
		if data[i] == '\n' || data[i] == ',' && (i == at || data[i-1] != '\\') {
			return i
		}
	}
	return len(data)
}

// closeQuote returns the place of the mark that closes the quoted value at at, and the
// place of the comma, line feed or end after it.
func closeQuote(data []byte, at int) (mark, next int, err error) {
	for {
		i := bytes.IndexByte(data[at:], '"')
		if i < 0 {
			return 0, 0, errOpen
		}
		mark = at + i
		at = mark + 1
		if at < len(data) && data[at] == '"' {
			at++ // two marks mean one
			continue
		}
		next = skipBlanks(data, at)
		if next < len(data) && data[next] != ',' && data[next] != '\n' {
			return 0, 0, errStray
		}
		return mark, next, nil
	}
}

// skipBlanks returns the place of the first byte from at on that is no space, tab or CR.
func skipBlanks(data []byte, at int) int {
	for at < len(data) && (data[at] == ' ' || data[at] == '\t' || data[at] == '\r') {
		at++
	}
	return at
}
