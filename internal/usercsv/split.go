package usercsv

import (
	"errors"
	"strings"
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
	for {
		i := endOfPlain(row)
		fields = append(fields, plainValue(row[:i]))
		if i == len(row) {
			return fields
		}
		row = row[i+1:]
	}
}

// endOfPlain returns where the value that s begins with ends: at the first
// comma without a backslash before it.
func endOfPlain(s string) int {
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case ',':
			return i
		case '\\':
			if i+1 < len(s) && s[i+1] == ',' {
				i++
			}
		}
	}
	return len(s)
}

// plainValue is what an unquoted value stands for.
func plainValue(s string) string {
	return strings.TrimSpace(strings.ReplaceAll(s, `\,`, `,`))
}

var (
	errOpen  = errors.New("a quoted value is not closed in this text")
	errStray = errors.New("something follows a quoted value")
)

// splitQuoted splits the row that text begins with, quoted values included,
// and returns how many bytes it takes with its line end. whole tells whether
// the text holds the rest of the file, or a whole line: its end then ends the
// row.
func splitQuoted(text []byte, whole bool, expected int) (fields []string, used int, err error) {
	s := string(text)
	fields = make([]string, 0, max(expected, 8))
	for at := 0; ; {
		var value string
		var next int
		if begin := skipBlanks(s, at); begin < len(s) && s[begin] == '"' {
			if value, next, err = quotedValue(s, begin+1); err != nil {
				return nil, 0, err
			}
		} else {
			next = at + endOfLineOrPlain(s[at:])
			value = plainValue(strings.TrimSuffix(s[at:next], "\r"))
		}
		fields = append(fields, value)
		switch {
		case next == len(s) && !whole:
			return nil, 0, errOpen
		case next == len(s):
			return fields, next, nil
		case s[next] == '\n':
			return fields, next + 1, nil
		}
		at = next + 1
	}
}

func endOfLineOrPlain(s string) int {
	if i := strings.IndexByte(s, '\n'); i >= 0 {
		s = s[:i]
	}
	return endOfPlain(s)
}

// quotedValue returns the value whose opening mark is just before at, and
// where the comma, the line feed or the end after it is.
func quotedValue(s string, at int) (value string, next int, err error) {
	var b strings.Builder
	for {
		i := strings.IndexByte(s[at:], '"')
		if i < 0 {
			return "", 0, errOpen
		}
		b.WriteString(s[at : at+i])
		at += i + 1
		if at < len(s) && s[at] == '"' {
			b.WriteByte('"')
			at++
			continue
		}
		next = skipBlanks(s, at)
		if next < len(s) && s[next] == '\r' {
			next++
		}
		if next < len(s) && s[next] != ',' && s[next] != '\n' {
			return "", 0, errStray
		}
		return strings.TrimSpace(b.String()), next, nil
	}
}

// skipBlanks returns the place of the first character at or after at that is
// no space or tab.
func skipBlanks(s string, at int) int {
	for at < len(s) && (s[at] == ' ' || s[at] == '\t') {
		at++
	}
	return at
}
