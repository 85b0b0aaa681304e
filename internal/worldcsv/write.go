package worldcsv

import (
	"bytes"
	"compress/gzip"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/text/encoding"
)

// Setting is one way in which a program may write the table.
type Setting struct {
	Separator string
	Quote     string // the quotation mark, "" for none
	Always    bool   // every value is quoted
	Escape    Escape
	LineEnd   string
	Null      string // the word for no value; it is never quoted
	Booleans  [2]string
	Date      string // a layout of package time
	Header    func(name string) string
	Encoding  encoding.Encoding // nil for UTF-8
	Mark      string            // the bytes of a byte order mark
	Gzip      bool

	SepLine, RowNumbers, Trailing, Nameless, BlankLines, Padding, NoLastEnd bool
}

// Escape is how a special character is written inside a value.
type Escape string

// The ways to escape.
const (
	Doubled   Escape = "doubled"   // a quotation mark inside a quoted value is written twice
	Backslash Escape = "backslash" // a backslash precedes a mark and a backslash, and in unquoted values a separator and a line end
	Crossed   Escape = "crossed"   // a quotation mark precedes each mark in a value that is quoted by apostrophes
	Letters   Escape = "letters"   // as Backslash, but \n, \r and \t for line ends and tabs
	Cognito   Escape = "cognito"   // a backslash precedes a separator, and nothing is quoted
	Unescaped Escape = "unescaped" // as it is
)

// Columns are the columns of the table, in the order of the files.
var Columns = []string{username, "name", "given_name", "family_name", "email", "email_verified", "birthdate", "phone_number", "phone_number_verified", "address", "custom:note"}

// Write writes the table. The returned File names the users with values that the setting
// cannot write.
func (w *World) Write(s Setting) (text []byte, f File) {
	var out strings.Builder
	if s.SepLine {
		out.WriteString("sep=" + s.Separator + s.LineEnd)
	}
	names := make([]string, len(Columns))
	for i, name := range Columns {
		if names[i] = name; s.Header != nil {
			names[i] = s.Header(name)
		}
	}
	s.row(&out, "", names, s.Quote != "" && s.Always)
	for n, name := range slices.Sorted(maps.Keys(w.users)) {
		values := s.values(w.users[name])
		if s.loses(values) {
			f.NotCounted = append(f.NotCounted, name)
		}
		s.row(&out, strconv.Itoa(n+1), values, s.Quote != "" && s.Always)
		if s.BlankLines && n%17 == 0 {
			out.WriteString(s.LineEnd)
		}
	}
	all := out.String()
	if s.NoLastEnd {
		all = strings.TrimSuffix(all, s.LineEnd)
	}
	return s.bytes(all), f
}

// values returns the values of a user as the setting writes them.
func (s Setting) values(u map[string]string) []string {
	values := make([]string, len(Columns))
	for i, column := range Columns {
		value := u[column]
		switch at, err := time.Parse(time.DateOnly, value); {
		case strings.HasSuffix(column, "_verified"):
			if value = strings.ToLower(value); value == "" {
				value = "false"
			}
			value = map[string]string{"true": s.Booleans[0], "false": s.Booleans[1]}[value]
		case column == "birthdate" && err == nil:
			value = at.Format(s.Date)
		}
		values[i] = value
	}
	return values
}

// loses reports whether the setting cannot write one of the values.
func (s Setting) loses(values []string) bool {
	return slices.ContainsFunc(values, func(value string) bool {
		if s.Encoding != nil {
			if _, err := s.Encoding.NewEncoder().String(value); err != nil {
				return true
			}
		}
		if s.Quote != "" {
			return false
		}
		if value != "" && value == s.Null {
			return true
		}
		switch s.Escape {
		case Letters, Backslash:
			return false
		case Cognito:
			return strings.ContainsAny(value, "\r\n\"") || strings.HasSuffix(value, `\`) || strings.Contains(value, `\`+s.Separator)
		}
		return strings.Contains(value, s.Separator) || strings.ContainsAny(value, "\r\n")
	})
}

// row writes a row.
func (s Setting) row(out *strings.Builder, number string, values []string, quote bool) {
	if s.RowNumbers {
		values = append([]string{number}, values...)
	}
	if s.Nameless {
		values = append(slices.Clone(values), "", "")
	}
	for i, value := range values {
		if i > 0 {
			out.WriteString(s.Separator)
		}
		if s.Padding && i%2 == 1 {
			out.WriteByte(' ')
		}
		out.WriteString(s.value(value, quote))
		if s.Padding {
			out.WriteByte(' ')
		}
	}
	if s.Trailing {
		out.WriteString(s.Separator)
	}
	out.WriteString(s.LineEnd)
}

// value writes a value.
func (s Setting) value(value string, always bool) string {
	if value == "" {
		return s.Null
	}
	if s.Quote == "" {
		return s.escaped(value)
	}
	needs := always || strings.Contains(value, s.Separator) || strings.Contains(value, s.Quote) || strings.ContainsAny(value, "\r\n") ||
		value != strings.TrimSpace(value) || value == s.Null || (s.Escape == Backslash || s.Escape == Letters) && strings.Contains(value, `\`)
	if !needs {
		return value
	}
	return s.Quote + s.escaped(value) + s.Quote
}

// escaped returns a value with its special characters escaped.
func (s Setting) escaped(value string) string {
	switch s.Escape {
	case Doubled:
		return strings.ReplaceAll(value, s.Quote, s.Quote+s.Quote)
	case Crossed:
		return strings.NewReplacer(`"`, `""`, s.Quote, `"`+s.Quote).Replace(value)
	case Cognito:
		return strings.ReplaceAll(value, s.Separator, `\`+s.Separator)
	case Unescaped:
		return value
	}
	pairs := []string{`\`, `\\`}
	if s.Quote != "" {
		pairs = append(pairs, s.Quote, `\`+s.Quote)
	} else {
		pairs = append(pairs, s.Separator, `\`+s.Separator, "\n", "\\\n", "\r", "\\\r")
	}
	if s.Escape == Letters {
		pairs = []string{`\`, `\\`, "\t", `\t`, "\n", `\n`, "\r", `\r`}
	}
	return strings.NewReplacer(pairs...).Replace(value)
}

// bytes encodes and compresses a text.
func (s Setting) bytes(text string) []byte {
	if s.Encoding != nil {
		text, _ = encoding.ReplaceUnsupported(s.Encoding.NewEncoder()).String(text) // characters outside the encoding are replaced
	}
	text = s.Mark + text
	if !s.Gzip {
		return []byte(text)
	}
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	w.Write([]byte(text)) // in memory, so it cannot fail
	w.Close()
	return packed.Bytes()
}
