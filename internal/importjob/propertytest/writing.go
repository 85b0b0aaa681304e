package propertytest

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"fmt"
	"slices"
	"strings"
	"unicode/utf16"

	"poolhouse/internal/usercsv"
)

// writing names a way in which files are written. The zero value is Cognito's format.
type writing string

const (
	cognitos    writing = ""
	semicolons  writing = "semicolons"  // quotation marks are doubled
	backslashes writing = "backslashes" // before quotation marks and backslashes
	psqls       writing = "psql"        // PostgreSQL's text format
	numbered    writing = "numbered"    // each row begins with its number
	wide        writing = "UTF-16"      // with tabs
	returns     writing = "CR"          // lines end with CR alone
	zipped      writing = "gzip"
	dayFirst    writing = "day first" // in birthdates
)

var writings = []writing{cognitos, semicolons, backslashes, psqls, numbered, wide, returns, zipped, dayFirst}

// way describes a writing.
type way struct {
	foreign   bool   // rows are not split as in Cognito's format, and are kept in another form than the file's
	separator string // "" for a comma and values as in Cognito's guide
	value     func(string) string
	marks     bool // quotation marks can be left open
	bytes     bool // rows can have bytes that are not text
	breaks    bool // CR LF can end lines
	format    func(*usercsv.Format)
}

// ways has all writings. Fields that are not set are as in Cognito's format.
var ways = map[writing]way{
	cognitos: {marks: true, bytes: true, breaks: true},
	semicolons: {foreign: true, separator: ";", value: doubledMarks, marks: true, bytes: true, breaks: true, format: func(f *usercsv.Format) {
		f.Dialect.Separator, f.Dialect.Quote, f.Dialect.Style = ';', '"', "doubled"
	}},
	backslashes: {foreign: true, separator: ",", value: escapedMarks, bytes: true, breaks: true, format: func(f *usercsv.Format) {
		f.Dialect.Separator, f.Dialect.Quote, f.Dialect.Style = ',', '"', "backslash"
	}},
	psqls: {foreign: true, separator: "\t", value: escapedText, bytes: true, format: func(f *usercsv.Format) {
		f.Dialect.Separator, f.Dialect.Style = '\t', "text"
		f.Nulls = slices.Repeat([]string{`\N`}, strings.Count(headerLine, ",")+1)
	}},
	numbered: {foreign: true, separator: ",", value: doubledMarks, bytes: true, breaks: true, format: func(f *usercsv.Format) {
		f.Dialect.Separator, f.Dialect.Quote, f.Dialect.Style, f.Numbered = ',', '"', "doubled", true
	}},
	wide: {foreign: true, separator: "\t", value: doubledMarks, marks: true, breaks: true, format: func(f *usercsv.Format) {
		f.Text.Encoding = "UTF-16LE"
		f.Dialect.Separator, f.Dialect.Quote, f.Dialect.Style = '\t', '"', "doubled"
	}},
	returns:  {marks: true, bytes: true, format: func(f *usercsv.Format) { f.Text.CR = true }},
	zipped:   {marks: true, bytes: true, breaks: true, format: func(f *usercsv.Format) { f.Text.Packing = "gzip" }},
	dayFirst: {marks: true, bytes: true, breaks: true, format: func(f *usercsv.Format) { f.Birthdates = usercsv.DayFirst }},
}

// format returns the format of a file with this text, or nil for Cognito's.
func (s fileSpec) format(text string) *usercsv.Format {
	of := ways[s.Written].format
	if of == nil {
		return nil
	}
	f := &usercsv.Format{}
	of(f)
	if !f.Text.Plain() {
		f.Text.Mark = s.Mark
		f.TextSize = int64(len(text))
	}
	return f
}

// file returns the bytes of a file with this text.
func (s fileSpec) file(text string) string {
	mark := ""
	if s.Mark && s.marksBytes() {
		mark = "\ufeff"
	}
	switch s.Written {
	case returns:
		return mark + strings.ReplaceAll(text, "\n", "\r")
	case wide:
		var out []byte
		for _, unit := range utf16.Encode([]rune(mark + text)) {
			out = binary.LittleEndian.AppendUint16(out, unit)
		}
		return string(out)
	case zipped:
		var out bytes.Buffer
		w := gzip.NewWriter(&out)
		if _, err := w.Write([]byte(mark + text)); err != nil {
			panic(err)
		}
		if err := w.Close(); err != nil {
			panic(err)
		}
		return out.String()
	}
	return text
}

// marksBytes reports whether a byte order mark belongs to the bytes and not to the text.
func (s fileSpec) marksBytes() bool {
	return s.Written == returns || s.Written == wide || s.Written == zipped
}

// doubledMarks writes a value as in RFC 4180.
func doubledMarks(value string) string {
	if !strings.ContainsAny(value, ",;\t\n\"") {
		return value
	}
	return `"` + strings.ReplaceAll(value, `"`, `""`) + `"`
}

// escapedMarks writes a value with backslashes before characters with a meaning.
func escapedMarks(value string) string {
	if len(value)%2 == 0 && !strings.ContainsAny(value, "\n") { // also outside of quotation marks
		return strings.NewReplacer(`\`, `\\`, `"`, `\"`, `,`, `\,`).Replace(value)
	}
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(value) + `"`
}

// escapedText writes a value as PostgreSQL's COPY does.
func escapedText(value string) string {
	if value == "" {
		return `\N`
	}
	return strings.NewReplacer(`\`, `\\`, "\n", `\n`, "\t", `\t`).Replace(value)
}

// keptForm returns a row in the form in which rows of other formats are kept: each value in
// quotation marks, with those inside doubled.
func keptForm(values ...string) string {
	for i, value := range values {
		values[i] = `"` + strings.ReplaceAll(value, `"`, `""`) + `"`
	}
	return strings.Join(values, ",")
}

// born returns the birthdate of a row, and its form in a file that writes the day first.
func born(n int) (date, written string) {
	day, month, year := 1+n%28, 1+n%12, 1950+n%50
	return fmt.Sprintf("%d-%02d-%02d", year, month, day), fmt.Sprintf("%02d/%02d/%d", day, month, year)
}
