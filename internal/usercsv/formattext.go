package usercsv

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"poolhouse/internal/filetext"
	"poolhouse/internal/usercsv/dialect"
)

// String returns the format in the form in which a job stores it, "" for nil.
func (f *Format) String() string {
	if f == nil {
		return ""
	}
	return keptText(f)
}

// ParseFormat parses what [Format.String] returned. A file must always be read in the
// same way. So a text with members that this version does not know is an error, and so is
// a format that no file can have.
func ParseFormat(text string) (*Format, error) {
	if text == "" {
		return nil, nil
	}
	f := new(Format)
	err := parseKept(text, f)
	if err == nil {
		err = f.check()
	}
	if err != nil {
		return nil, fmt.Errorf("usercsv: the stored format of a file cannot be parsed: %w", err)
	}
	return f, nil
}

// check returns why no file can have this format, nil if one can.
func (f *Format) check() error {
	encodings := []filetext.Encoding{"", filetext.UTF8, filetext.UTF16LE, filetext.UTF16BE, filetext.Windows1252, filetext.Latin1, filetext.MacRoman, filetext.CodePage850}
	packings := []filetext.Packing{"", filetext.Gzip, filetext.Zstd}
	birthdates := []Birthdates{"", MonthFirst, DayFirst, DayFirstDots, DayFirstHyphens, YearFirstSlashes, YearFirstDigits, YearFirstTime, MonthNamed}
	switch {
	case !slices.Contains(encodings, f.Text.Encoding):
		return fmt.Errorf("the encoding %q is unknown", f.Text.Encoding)
	case !slices.Contains(packings, f.Text.Packing):
		return fmt.Errorf("the compression %q is unknown", f.Text.Packing)
	case f.TextSize < 0 || f.Before < 0:
		return errors.New("the size or the number of lines before the header is negative")
	case !slices.Contains(birthdates, f.Birthdates):
		return fmt.Errorf("the form of birthdates %q is unknown", f.Birthdates)
	case len(f.Names) != len(f.Columns):
		return fmt.Errorf("there are %d names for %d columns", len(f.Names), len(f.Columns))
	}
	for i := range f.Unread {
		if i < 0 || i >= len(f.Columns) {
			return fmt.Errorf("column %d does not exist", i)
		}
	}
	for column, b := range f.Booleans {
		if b.True == "" || b.False == "" || b.True == b.False {
			return fmt.Errorf("the column %q has the words %q; they must be two different words", column, b.Name())
		}
	}
	return checkDialect(f.Dialect)
}

// checkDialect returns why no file can have a dialect. The zero dialect is Cognito's.
func checkDialect(d dialect.Dialect) error {
	switch {
	case d == dialect.Dialect{}:
		return nil
	case d.Separator == 0 || !strings.Contains(dialect.Separators, string(rune(d.Separator))):
		return fmt.Errorf("%q is not a separator", rune(d.Separator))
	case d.Quote != 0 && d.Quote != '"' && d.Quote != '\'':
		return fmt.Errorf("%q is not a quotation mark", rune(d.Quote))
	case !slices.Contains(dialect.Styles, d.Style):
		return fmt.Errorf("the style %q is unknown", d.Style)
	}
	return nil
}

// WithoutNames returns the format without the names of columns. It may be stored when nothing
// else of a file is. No file can be read with it.
func (f *Format) WithoutNames() *Format {
	if f == nil || f.Names == nil && f.Columns == nil && f.Unread == nil {
		return f
	}
	g := *f
	g.Names, g.Columns, g.Unread = nil, nil, nil
	return &g
}

// String returns the request in the form in which a job stores it, "" for nil.
func (a *Asked) String() string {
	if a == nil {
		return ""
	}
	return keptText(a)
}

// ParseAsked parses what [Asked.String] returned.
func ParseAsked(text string) (*Asked, error) {
	if text == "" {
		return nil, nil
	}
	a := new(Asked)
	if err := parseKept(text, a); err != nil {
		return nil, fmt.Errorf("usercsv: the stored request of how to read a file cannot be parsed: %w", err)
	}
	return a, nil
}

// WithoutNames returns the request without the names of columns.
func (a *Asked) WithoutNames() *Asked {
	if a == nil || a.Map == nil {
		return a
	}
	b := *a
	b.Map = nil
	return &b
}

// FormatMap returns a map in its stored form.
func FormatMap(m []Mapped) string { return keptText(m) }

// ParseMap parses what [FormatMap] returned.
func ParseMap(text string) (m []Mapped, err error) {
	if err := parseKept(text, &m); err != nil {
		return nil, fmt.Errorf("usercsv: a stored map of columns cannot be parsed: %w", err)
	}
	return m, nil
}

// keptText returns JSON. Values of these types can always be encoded.
func keptText(v any) string {
	text, _ := json.Marshal(v)
	return string(text)
}

// parseKept parses what keptText returned, and demands that nothing follows it.
func parseKept(text string, v any) error {
	if strings.TrimSpace(text) == "null" {
		return errors.New("it is null")
	}
	d := json.NewDecoder(strings.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(v); err != nil {
		return err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return errors.New("text follows the JSON value")
	}
	return nil
}
