package usercsv

import (
	"bytes"
	"strings"

	"poolhouse/internal/usercsv/dialect"
)

// splitPlain splits a row without quotation marks. expected is how many
// fields there probably are.
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

// splitEscaped splits a row in which some comma may be escaped.
func splitEscaped(row string, fields []string) []string {
	begin := 0
	for i := 0; i < len(row); i++ {
		if row[i] == ',' && (i == 0 || row[i-1] != '\\') {
			fields = append(fields, plainValue(row[begin:i]))
			begin = i + 1
		}
	}
	return append(fields, plainValue(row[begin:]))
}

// plainValue is what an unquoted value stands for.
func plainValue(s string) string {
	return strings.TrimSpace(strings.ReplaceAll(s, `\,`, `,`))
}

// cut is where one value of a row lies, the quotation marks around it left
// out.
type cut struct {
	from, to int
	quoted   bool
}

// splitCuts returns the values that lie at the cuts. The row is without its line
// end, which the last cut may reach into.
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

// cutRow appends the cuts of the row that data begins with, quoted values
// included, and returns how many bytes the row takes with its line end. whole
// tells whether the end of data ends the row, too. It returns errOpen when
// data ends before the row does, and errStray.
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

// endOfPlain returns the place of the first comma without a backslash before
// it, or of the line feed, at or after at.
func endOfPlain(data []byte, at int) int {
	for i := at; i < len(data); i++ {
		if data[i] == '\n' || data[i] == ',' && (i == at || data[i-1] != '\\') {
			return i
		}
	}
	return len(data)
}

// closeQuote returns the place of the mark that closes the quoted value
// beginning at at, and of the comma, the line feed or the end after it.
func closeQuote(data []byte, at int) (mark, next int, err error) {
	for {
		i := bytes.IndexByte(data[at:], '"')
		if i < 0 {
			return 0, 0, errOpen
		}
		mark = at + i
		at = mark + 1
		if at < len(data) && data[at] == '"' {
			at++ // two marks stand for one
			continue
		}
		next = skipBlanks(data, at)
		if next < len(data) && data[next] != ',' && data[next] != '\n' {
			return 0, 0, errStray
		}
		return mark, next, nil
	}
}

// skipBlanks returns the place of the first character at or after at that is
// no space, tab or CR.
func skipBlanks(data []byte, at int) int {
	for at < len(data) && (data[at] == ' ' || data[at] == '\t' || data[at] == '\r') {
		at++
	}
	return at
}
