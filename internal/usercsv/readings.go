package usercsv

import (
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
	"unicode/utf8"

	"poolhouse/internal/filetext"
	"poolhouse/internal/usercsv/dialect"
)

// readingRows bounds the rows that are shown for a reading.
const readingRows = 5

// readings returns the ways in which a file can be read, the best first, with the rows
// that they read differently. It returns fewer than two if they read all rows in the same
// way. Encodings are compared first, because a letter in one may be a quotation mark in
// another.
func (d *detection) readings(form filetext.Form, encodings []filetext.Encoding, read []dialect.Reading) (all []OtherReading, err error) {
	if len(encodings) > 1 {
		for _, e := range encodings {
			all = append(all, OtherReading{Format: d.format(withEncoding(form, e), read), Choice: Choice{Encoding: e}})
		}
	} else {
		for i, choice := range choices(read) {
			all = append(all, OtherReading{Format: d.format(form, read[i:]), Choice: choice})
		}
	}
	for i := range all {
		all[i].Description = says(all[i], all)
		s, err := d.surveyAs(all[i].Format)
		if err != nil {
			return nil, err
		}
		all[i].Format, all[i].Header = s.Format, s.Header
	}
	all = slices.DeleteFunc(all, func(o OtherReading) bool { return o.Header == nil })
	if err := d.compare(all); err != nil {
		return nil, err
	}
	return slices.DeleteFunc(all, func(o OtherReading) bool { return len(o.First) == 0 }), nil
}

// choices returns the choice that selects each reading, with as few members as
// distinguish them.
func choices(read []dialect.Reading) []Choice {
	parts := func(d dialect.Dialect) [3]string {
		quote := NoQuote
		if d.Quote != 0 {
			quote = string(rune(d.Quote))
		}
		return [3]string{string(rune(d.Separator)), quote, string(d.Style)}
	}
	for _, members := range [][]int{{2}, {1}, {0}, {1, 2}, {0, 2}, {0, 1}, {0, 1, 2}} {
		var out []Choice
		for _, r := range read {
			var kept [3]string
			for _, m := range members {
				kept[m] = parts(r.Dialect)[m]
			}
			c := Choice{Separator: kept[0], Quote: kept[1], Style: dialect.Style(kept[2])}
			if !slices.Contains(out, c) {
				out = append(out, c)
			}
		}
		if len(out) == len(read) {
			return out
		}
	}
	return make([]Choice, 1) // they are one dialect
}

// readingOf is the state of a reading while it goes through the file.
type readingOf struct {
	to     *OtherReading
	text   io.Closer
	reader *Reader
	next   *Record // nil at the end
}

// compare goes through the file in all readings and notes the first rows that they read
// differently.
func (d *detection) compare(all []OtherReading) (err error) {
	var reading []*readingOf
	defer func() {
		for _, r := range reading {
			err = errors.Join(err, r.text.Close())
		}
	}()
	for i := range all {
		r, err := d.begin(&all[i])
		if err != nil {
			return err
		}
		reading = append(reading, r)
	}
	for {
		line, enough := int64(math.MaxInt64), false
		for _, r := range reading {
			if r.next != nil {
				line = min(line, r.next.Line)
			}
			enough = enough || len(r.to.First) == readingRows
		}
		if line == math.MaxInt64 || enough {
			return nil
		}
		if err := step(reading, line); err != nil {
			return err
		}
	}
}

// begin opens the file in a reading.
func (d *detection) begin(o *OtherReading) (*readingOf, error) {
	text, err := o.Format.OpenText(func(int64) (io.ReadCloser, error) { return d.open() }, 0, d.limits.LinedBytes())
	if err != nil {
		return nil, err
	}
	r := &readingOf{to: o, text: text, reader: o.Format.NewReader(text, Position{}, d.limits)}
	if _, err = r.reader.Header(); err == nil {
		err = r.advance()
	}
	if err != nil {
		return nil, errors.Join(err, text.Close())
	}
	return r, nil
}

// advance reads the next row.
func (r *readingOf) advance() error {
	record, err := r.reader.Next()
	switch {
	case errors.Is(err, io.EOF):
		r.next = nil
	case err != nil:
		return err
	default:
		r.next = &record
	}
	return nil
}

// step advances all readings past the rows that begin on a line. It notes these rows if
// the readings differ.
func step(reading []*readingOf, line int64) error {
	first := reading[0].next
	alike := !slices.ContainsFunc(reading, func(r *readingOf) bool { return !equalRows(first, r.next) })
	for _, r := range reading {
		if r.next == nil || r.next.Line != line {
			continue
		}
		if !alike {
			r.to.First = append(r.to.First, seenIn(r.to.Header, *r.next))
		}
		if err := r.advance(); err != nil {
			return err
		}
	}
	return nil
}

// equalRows reports whether two readings have the same row.
func equalRows(a, b *Record) bool {
	if a == nil || b == nil {
		return a == b
	}
	return a.Line == b.Line && a.End.Line == b.End.Line && (a.Err == nil) == (b.Err == nil) && slices.Equal(a.Fields, b.Fields)
}

// seenIn returns a row of a file with this header, shortened and without password hashes.
func seenIn(header []string, record Record) RowSeen {
	row := RowSeen{Line: record.Line}
	hash := slices.Index(header, ColumnPasswordHash)
	values := record.Fields
	if record.Err != nil {
		values, row.Reason = []string{record.Text}, record.Err.Reason
	}
	for i, value := range values[:min(len(values), columnsSeen)] {
		switch {
		case hash == none:
		case len(values) != len(header):
			value, _ = HideHashes(value)
		case i == hash && value != "":
			value = Hidden
		}
		row.Values = append(row.Values, clip(strings.ToValidUTF8(value, "\uFFFD"), valueSeen))
	}
	return row
}

// says describes a reading in words, by what differs from the other readings.
func says(o OtherReading, all []OtherReading) string {
	if o.Choice.Encoding != "" {
		return "the file is " + string(o.Choice.Encoding)
	}
	d := o.Format.dialect()
	differs := func(part func(dialect.Dialect) byte) bool {
		return slices.ContainsFunc(all, func(other OtherReading) bool { return part(other.Format.dialect()) != part(d) })
	}
	var out []string
	if differs(func(d dialect.Dialect) byte { return d.Separator }) {
		out = append(out, "values are separated by "+separatorNames[d.Separator])
	}
	if d.Quote == '\'' && differs(func(d dialect.Dialect) byte { return d.Quote }) {
		out = append(out, "values are quoted by apostrophes")
	}
	return strings.Join(append(out, styleSays(d)), ", ")
}

// dialect returns the dialect of a format.
func (f *Format) dialect() dialect.Dialect {
	if f == nil || f.Dialect == (dialect.Dialect{}) {
		return dialect.Default
	}
	return f.Dialect
}

var separatorNames = map[byte]string{',': "commas", ';': "semicolons", '\t': "tabs", '|': "vertical bars (|)"}

// styleSays describes what quotation marks and backslashes mean in a style.
func styleSays(d dialect.Dialect) string {
	switch d.Style {
	case dialect.Inside:
		return "inside of quoted values, a backslash stands before a character that belongs to the value"
	case dialect.Marks:
		return "a quotation mark inside of a quoted value follows a backslash, and every other backslash is plain text"
	case dialect.Both:
		return "quotation marks inside of quoted values are written twice, and a backslash stands before a character that belongs to the value"
	case dialect.Backslash:
		return "a backslash stands before a character that belongs to the value"
	case dialect.PHP:
		return "a quotation mark after a backslash belongs to the value"
	case dialect.Undoubled:
		return "quotation marks inside of quoted values stand as they are"
	case dialect.Crossed:
		return "inside of quoted values, a quotation mark stands before each mark that belongs to the value"
	case dialect.Text:
		if d.Quote != 0 {
			return "a backslash begins an escape such as \\n, also inside of quoted values"
		}
		return "nothing is quoted, and a backslash begins an escape such as \\n"
	case dialect.Plain:
		return "nothing is quoted, and marks and backslashes are parts of values"
	case dialect.Doubled:
		return "a quotation mark inside of a quoted value is written twice, and a backslash is plain text"
	}
	if d.Quote == 0 {
		return "quotation marks are parts of values, and a backslash stands before a comma that is one"
	}
	return "values are written as Amazon Cognito and spreadsheets write them: a backslash is plain text, except before a comma"
}

// twoReadings is the problem of a file with several readings. It says what to choose.
func twoReadings(all []OtherReading) *FileError {
	ways := fmt.Sprintf("The file can be read in %s ways, which make different users", numberWord(len(all)))
	choose := "Format." + chooses(all)
	e := &FileError{Code: CodeFileTwoReadings, Reason: ways + ": choose " + choose + "."}
	if utf8.RuneCountInString(e.Reason) > maxReason {
		e.Reason = ways + ". Choose one." + more
	}
	var b strings.Builder
	b.WriteString(ways + ". ")
	for i, o := range all {
		fmt.Fprintf(&b, "%s way, %s (%s). ", [...]string{"In one", "In another"}[min(i, 1)], o.Description, o.Choice.says())
	}
	fmt.Fprintf(&b, "They differ on line %d. Choose %s of Poolhouse.CreateUserImportJob, --format of the command line, or in the console. Nothing was imported.",
		all[0].First[0].Line, choose)
	e.Detail = b.String()
	return e
}

// chooses lists the choices. A member that all of them have in common is named once.
func chooses(all []OtherReading) string {
	var words []string
	member, _, one := strings.Cut(all[0].Choice.says(), " ")
	for i, o := range all {
		word := o.Choice.says()
		one = one && !strings.Contains(word, ",") && strings.HasPrefix(word, member+" ")
		if words = append(words, word); i > 0 && one {
			words[i] = strings.TrimPrefix(word, member+" ")
		}
	}
	last := len(words) - 1
	return strings.Join(words[:last], ", ") + " or " + words[last]
}

// says returns a choice in the words of the API.
func (c Choice) says() string {
	w := c.Words()
	var out []string
	for _, member := range [][2]string{{"Encoding", w.Encoding}, {"Separator", w.Separator}, {"Quote", w.Quote}, {"Escape", w.Escape}} {
		if member[1] != "" {
			out = append(out, member[0]+" "+member[1])
		}
	}
	return strings.Join(out, ", ")
}

// numberWord is a small number in words.
func numberWord(n int) string {
	words := []string{2: "two", 3: "three", 4: "four", 5: "five"}
	if n < len(words) && words[n] != "" {
		return words[n]
	}
	return fmt.Sprint(n)
}
