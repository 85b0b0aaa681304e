package usercsv

import (
	"bytes"
	"io"
	"math"
	"slices"
	"strings"
	"unicode/utf8"

	"poolhouse/internal/filetext"
	"poolhouse/internal/usercsv/dialect"
)

// detection finds out how a file is written. The beginning of the file gives a guess, and
// the file is read once with that guess. The whole file then decides. If it contradicts
// the guess, the file is read again.
type detection struct {
	open   Open
	limits Limits
	want   Import
	wanted dialect.Want
}

func newDetection(open Open, limits Limits, want Import) *detection {
	return &detection{open: open, limits: limits, want: want, wanted: want.dialects(limits)}
}

// dialects returns what is known about the dialect of a file.
func (want Import) dialects(limits Limits) dialect.Want {
	c := want.Asked.Choice
	w := dialect.Want{Known: want.knownNames(), Typed: want.typedNames(), Style: c.Style, RowBytes: limits.withDefaults().rowBytes(nil), NoQuote: c.Quote == NoQuote}
	if len(c.Separator) == 1 {
		w.Separator = c.Separator[0]
	}
	if len(c.Quote) == 1 {
		w.Quote = c.Quote[0]
	}
	return w
}

// knownNames returns a function that counts the names of a header that clearly mean a
// column of the pool's files, or that the map has.
func (want Import) knownNames() func(names []string) int {
	c := newCatalogue(want.Pool, want.Algorithm)
	mapped := map[string]bool{}
	for _, m := range want.Asked.Map {
		mapped[plainName(m.Column)] = true
	}
	return func(names []string) int {
		found := map[string]bool{}
		for _, name := range names {
			if column := c.clearMeaning(name); column != "" {
				found[column] = true
			} else if plain := plainName(name); plain != "" && mapped[plain] {
				found[plain] = true
			}
		}
		return len(found)
	}
}

// typedNames returns a function that says, for each name of a header, whether its column
// cannot have a text such as NULL as its value.
func (want Import) typedNames() func(names []string) []bool {
	c := newCatalogue(want.Pool, want.Algorithm)
	mapped := map[string]string{}
	for _, m := range want.Asked.Map {
		mapped[plainName(m.Column)] = m.Attribute
	}
	return func(names []string) []bool {
		typed := make([]bool, len(names))
		for i, name := range names {
			column, is := mapped[plainName(name)]
			if !is {
				column = c.clearMeaning(name)
			}
			typed[i] = column == "birthdate" || column == "phone_number" || column == "email" || isBooleanColumn(want.Pool, column)
		}
		return typed
	}
}

// clearMeaning returns the column that a name clearly means, "" if there is none. A name with
// quotation marks comes from a header that was split in the wrong way.
func (c *catalogue) clearMeaning(name string) string {
	if c.knows(name) || strings.HasPrefix(name, NotImported) {
		return name
	}
	if strings.ContainsAny(name, "\"'\\`"+dialect.Separators) {
		return ""
	}
	simple, bare := fold(name), fold(withoutPrefix(name))
	for _, column := range []string{c.folded[simple], c.bare[bare], synonyms[bare]} {
		if column != "" && c.known[column] {
			return column
		}
	}
	return ""
}

// guess is how a file seems to be written, judged by its beginning.
type guess struct {
	form filetext.Form
	sure bool // the encoding is certain: it was chosen, is marked, or is UTF-16
	read []dialect.Reading
}

// guess looks at the beginning of a source.
func (d *detection) guess(s *source) (g guess) {
	beginning, whole := s.beginning()
	g.form, g.sure = d.form(beginning, whole)
	g.form.Packing = s.packing
	text := decoded(beginning, g.form)
	if g.form.CR = filetext.LoneCR(bytes.TrimLeft(text, "\r\n")); g.form.CR {
		text = decoded(beginning, g.form)
	}
	detector := dialect.NewDetector(d.wanted)
	_, _ = detector.Write(bytes.TrimPrefix(text, []byte(byteOrderMark))) // it never fails
	if r, ok := detector.Guess(); ok {
		g.read = []dialect.Reading{r}
	}
	return g
}

// form returns the encoding of a text with this beginning, and whether it is certain.
func (d *detection) form(beginning []byte, whole bool) (form filetext.Form, sure bool) {
	if is := wideText(beginning); is != nil && is == utf32 {
		return form, true
	}
	form.Encoding, form.Mark = filetext.Recognise(beginning[:min(len(beginning), filetext.SampleSize)])
	switch chosen := d.want.Asked.Choice.Encoding; {
	case chosen != "":
		form.Mark = form.Mark && chosen == form.Encoding
		form.Encoding, sure = chosen, true
	case form.Mark || form.Encoding != filetext.UTF8:
		sure = true
	default:
		var e filetext.Evidence
		_, _ = e.Write(beginning) // it never fails
		if whole {
			e.End()
		}
		form.Encoding = e.Encodings()[0]
	}
	if form.Encoding == filetext.UTF8 {
		form.Encoding = ""
	}
	return form, sure
}

// decoded returns the text of the beginning of an uncompressed file.
func decoded(beginning []byte, form filetext.Form) []byte {
	form.Packing = ""
	if form.Plain() {
		return beginning
	}
	r, err := filetext.NewReader(bytes.NewReader(beginning), form, math.MaxInt64)
	if err != nil {
		return beginning
	}
	text, _ := io.ReadAll(r) // it may end in the middle of a character
	for len(text) > 0 && !utf8.RuneStart(text[len(text)-1]) {
		text = text[:len(text)-1]
	}
	return text
}

// format returns the format of a file for a form and its readings, nil for Cognito's own.
// Without a reading, it contains only what was chosen.
func (d *detection) format(form filetext.Form, read []dialect.Reading) *Format {
	f := &Format{Text: form}
	if len(read) > 0 {
		r := read[0]
		f.Before, f.Dialect, f.Short, f.Long, f.Numbered = r.Before, r.Dialect, r.Short, r.Long, r.Numbered
		if slices.ContainsFunc(r.Nulls, func(word string) bool { return word != "" }) {
			f.Nulls, f.QuotedNulls = r.Nulls, r.QuotedNulls
		}
	} else {
		f.Dialect = d.want.Asked.Choice.dialect()
	}
	if f.IsCognito() && f.Text == (filetext.Form{}) {
		return nil
	}
	return f
}

// dialect returns the chosen parts of a dialect, with the rest filled in.
func (c Choice) dialect() dialect.Dialect {
	if c.Separator == "" && c.Quote == "" && c.Style == "" {
		return dialect.Dialect{}
	}
	d := dialect.Dialect{Separator: ',', Quote: '"', Style: dialect.Doubled}
	if len(c.Separator) == 1 {
		d.Separator = c.Separator[0]
	}
	switch {
	case len(c.Quote) == 1:
		d.Quote = c.Quote[0]
	case c.Quote == NoQuote:
		d.Quote, d.Style = 0, dialect.Plain
	}
	if c.Style != "" {
		d.Style = c.Style
	}
	if d.Style == dialect.Plain || d.Style == dialect.Text {
		d.Quote = 0
	}
	return d
}

// survey surveys a file.
func (d *detection) survey() (*Surveyed, error) {
	src, err := openSource(d.open, true, d.limits.LinedBytes())
	if src == nil {
		return nil, err
	}
	defer src.Close()
	if err != nil {
		return src.refused(err)
	}
	g := d.guess(src)
	detector := dialect.NewDetector(d.wanted)
	evidence := &filetext.Evidence{}
	guessed := d.format(g.form, g.read)
	var look io.Writer // receives the bytes
	if !g.sure {
		look = evidence
	}
	looking := newAsyncWriter(detector)
	defer looking.wait()
	s, err := d.pass(src, guessed, g.form, look, looking)
	if err != nil {
		return src.refused(err)
	}
	looking.wait()
	encodings := []filetext.Encoding{g.form.Encoding}
	if !g.sure {
		evidence.End()
		encodings = evidence.Encodings()
		if len(encodings) > 1 && 100*evidence.Bad <= s.Rows {
			encodings = []filetext.Encoding{filetext.UTF8} // few rows are damaged, and they fail one by one
		}
	}
	return d.conclude(s, guessed, g.form, encodings, detector.End())
}

// conclude decides after the whole file was surveyed with the guess.
func (d *detection) conclude(s *Surveyed, guessed *Format, form filetext.Form, encodings []filetext.Encoding, read []dialect.Reading) (*Surveyed, error) {
	if len(read) > 1 && len(read[0].Header) == 1 {
		read = read[:1] // one column shows little
	}
	if len(encodings) > 1 || len(read) > 1 {
		if other, err := d.readings(form, encodings, read); err != nil {
			return nil, err
		} else if len(other) > 1 {
			s.Readings, s.Problems = other, []*FileError{twoReadings(other)}
			return s, nil
		}
	}
	final := d.format(withEncoding(form, encodings[0]), read)
	if final.splitsAs(guessed) {
		return s, nil
	}
	return d.surveyAs(final)
}

// withEncoding returns a form with another encoding.
func withEncoding(form filetext.Form, e filetext.Encoding) filetext.Form {
	if form.Encoding = e; e == filetext.UTF8 {
		form.Encoding = ""
	}
	return form
}

// surveyAs surveys the file in a known format.
func (d *detection) surveyAs(f *Format) (*Surveyed, error) {
	var form filetext.Form
	if f != nil {
		form = f.Text
	}
	src, err := openSource(d.open, form.Packing != "", d.limits.LinedBytes())
	if src == nil {
		return nil, err
	}
	defer src.Close()
	if err != nil {
		return src.refused(err)
	}
	s, err := d.pass(src, f, form, nil, nil)
	if err != nil {
		return src.refused(err)
	}
	return s, nil
}

// pass surveys the text of a source in a format. evidence receives the bytes and detector
// the text, up to the end of the file unless the file is too large.
func (d *detection) pass(src *source, f *Format, form filetext.Form, evidence, detector io.Writer) (*Surveyed, error) {
	text, err := src.text(form, evidence, detector)
	if err != nil {
		return nil, err
	}
	sized := &byteCounter{Reader: text}
	s, err := surveyText(sized, f, d.limits, d.want)
	if err == nil && !tooLarge(s.Problems) { // reading may have ended at the header
		_, err = io.CopyN(io.Discard, sized, max(0, d.limits.LinedBytes()-sized.bytes))
	}
	if err != nil && err != io.EOF {
		return nil, err
	}
	if s.Format != nil && !s.Format.Text.Plain() {
		sizedFormat := *s.Format // the caller may share its own format
		sizedFormat.TextSize = sized.bytes
		s.Format = &sizedFormat
	}
	if s.Size, s.SHA256, err = src.rest(); err != nil {
		return nil, err
	}
	return &s, nil
}

// byteCounter counts the bytes that are read.
type byteCounter struct {
	io.Reader
	bytes int64
}

func (s *byteCounter) Read(p []byte) (int, error) {
	n, err := s.Reader.Read(p)
	s.bytes += int64(n)
	return n, err
}

func tooLarge(problems []*FileError) bool {
	return slices.ContainsFunc(problems, func(e *FileError) bool { return e.Code == CodeFileTooLarge })
}

// splitsAs reports whether two formats split a file into the same values. How the values
// are converted is not compared.
func (f *Format) splitsAs(other *Format) bool {
	if f == nil || other == nil {
		return f == other
	}
	return f.Text == other.Text && f.Before == other.Before && f.Dialect == other.Dialect && slices.Equal(f.Nulls, other.Nulls) &&
		f.QuotedNulls == other.QuotedNulls && f.Short == other.Short && f.Long == other.Long && f.Numbered == other.Numbered
}
