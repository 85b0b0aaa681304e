package usercsv

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/klauspost/compress/zstd"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"

	"poolhouse/internal/filetext"
	"poolhouse/internal/usercsv/dialect"
)

// checkFormat demands of a text in a format what a reader promises: rows and what is
// between them are the whole text; positions grow, and are those that a reading comes by;
// reading on from each of them gives the same rows, and so does reading in pieces; a
// survey counts as many. It returns the rows.
func checkFormat(t *testing.T, f *Format, text []byte, limits Limits, piece int) (header []string, rows []Record) {
	t.Helper()
	r := f.NewReader(bytes.NewReader(text), Position{}, limits)
	header, err := r.Header()
	if fileCode(t, err) != "" {
		return nil, nil
	}
	begin := r.Position()
	if rows, err = readAll(r); err != nil {
		t.Fatal(err)
	}
	if r.Position().Offset != int64(len(text)) {
		t.Fatalf("reading ended at byte %d of %d", r.Position().Offset, len(text))
	}
	checkPositions(t, string(text), rows)
	checkTiles(t, f, text, begin, rows)
	checkAgain(t, f, text, limits, piece, rows)
	limits = limits.For(header)
	for i := -1; i < len(rows); i++ {
		at := begin
		if i >= 0 {
			at = rows[i].End
		}
		resumed := f.NewReader(bytes.NewReader(text[at.Offset:]), at, limits)
		resumed.in.data = make([]byte, 0, len(text)+64) // a file's buffer is many times as large
		again, err := readAll(resumed)
		if err != nil || !slices.EqualFunc(again, rows[i+1:], sameRecord) {
			t.Fatalf("from %+v: %s, %v, want %s", at, show(again), err, show(rows[i+1:]))
		}
	}
	for _, i := range []int{0, len(rows) / 2, len(rows) - 1} {
		if i < 0 || i >= len(rows) {
			continue
		}
		if is, err := f.Passes(bytes.NewReader(text), rows[i].End, limits); err != nil || !is {
			t.Fatalf("a reading does not come by %+v: %v", rows[i].End, err)
		}
	}
	return header, rows
}

// checkTiles demands that nothing but blank lines is between rows, and line ends or a part
// of a row that fails within them.
func checkTiles(t *testing.T, f *Format, text []byte, begin Position, rows []Record) {
	t.Helper()
	at := begin.Offset
	between := func(end int64) {
		lines := strings.TrimRight(string(text[at:end]), "\r\n"+tailBytes)
		if f != nil && f.Dialect.Style == dialect.Text && end == int64(len(text)) {
			lines = strings.TrimSuffix(strings.TrimSpace(lines), `\.`)
		}
		for line := range strings.Lines(lines) {
			if !blank([]byte(line)) {
				t.Fatalf("%q at byte %d is in no row", text[at:end], at)
			}
		}
	}
	for _, r := range rows {
		between(r.Offset)
		if r.End.Offset < r.Offset+int64(len(r.Text)) || (r.Err == nil) == (r.Fields == nil) || r.Err != nil && r.Err.Line != r.Line {
			t.Fatalf("the row %+v", r)
		}
		at = r.End.Offset
	}
	between(int64(len(text)))
}

// checkAgain demands the same of other readings of the whole text.
func checkAgain(t *testing.T, f *Format, text []byte, limits Limits, piece int, rows []Record) {
	t.Helper()
	r := f.NewReader(&inPieces{text, piece}, Position{}, limits)
	_, err := r.Header()
	if err != nil {
		t.Fatal(err)
	}
	pieces, err := readAll(r)
	if err != nil || !slices.EqualFunc(rows, pieces, sameRecord) {
		t.Fatalf("at once %s, in pieces %s, %v", show(rows), show(pieces), err)
	}
	r = f.NewReader(bytes.NewReader(text), Position{}, limits)
	if _, err := r.Header(); err != nil {
		t.Fatal(err)
	}
	for {
		s, err := r.scan()
		if errors.Is(err, io.EOF) {
			break
		}
		if err == nil {
			err = r.pass(s)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if r.Position().Rows != int64(len(rows)) {
		t.Fatalf("%d rows are counted, and %d are read", r.Position().Rows, len(rows))
	}
}

// styles are all styles of writing.
var styles = []dialect.Style{dialect.Cognito, dialect.Doubled, dialect.Backslash, dialect.PHP, dialect.Undoubled, dialect.Text, dialect.Plain,
	dialect.Inside, dialect.Marks, dialect.Both}

// formatOf is the format that some numbers choose.
func formatOf(how uint32) *Format {
	pick := func(n int) int {
		chosen := int(how % uint32(n))
		how /= uint32(n)
		return chosen
	}
	f := in(dialect.Separators[pick(len(dialect.Separators))], "\"'\x00"[pick(3)], styles[pick(len(styles))])
	f.Before, f.Short, f.Long, f.Numbered = pick(3), pick(2) > 0, pick(2) > 0, pick(2) > 0
	f.Nulls = [][]string{nil, {"", "NULL"}, {`\N`, `\N`, `\N`}}[pick(3)]
	return f
}

// FuzzFormatReader holds a reader to what it promises in every format.
func FuzzFormatReader(f *testing.F) {
	for i, s := range []string{
		"h;i\na;\"b\"\"c\"\n", "h\ti\na\\\nb\t\\N\n\\.\n", "h,i\n\"a\\\"\n\\\r\nb\",c\\,d\n", "sep=;\n\nh;i\n'a\nb';NULL\n\x00\x1a",
		"h|i\n\"a\"b|c\"\n\"|\n", "h,i\na\\\n" + strings.Repeat("\\\n", 20) + "b", "h,i\n1,a\n2,b,\n\n3,,,,,", "\xef\xbb\xbfh\t\xff\n\\.\n\n \n", "h\n" + strings.Repeat("\\\\", 60) + "\n\\\r\n",
	} {
		f.Add([]byte(s), uint32(i*977), uint8(i))
	}
	f.Fuzz(func(t *testing.T, text []byte, how uint32, piece uint8) {
		if len(text) > 1000 {
			return // checking is quadratic
		}
		format := formatOf(how)
		checkFormat(t, format, text, Limits{RowChars: 16}, int(piece%16)+1)
		plain := &Format{Dialect: dialect.Default, Before: format.Before}
		header, rows := checkFormat(t, plain, text, Limits{RowChars: 16}, int(piece%16)+1)
		if plain.Before > 0 || header == nil {
			return
		}
		if _, want := checkFormat(t, nil, text, Limits{RowChars: 16}, 1); !slices.EqualFunc(rows, want, sameRecord) {
			t.Fatalf("in Cognito's dialect %s, without a format %s", show(rows), show(want))
		}
	})
}

// written writes a row as a program does that writes a dialect. Values must be such as
// the dialect can have.
func written(d dialect.Dialect, fields []string, always bool) string {
	separator, quote := string(d.Separator), string(d.Quote)
	var row []string
	for _, value := range fields {
		quoted := d.Quote != 0 && (always || d.Style == dialect.Undoubled || strings.ContainsAny(value, separator+quote+"\r\n"))
		switch {
		case d.Style == dialect.Text:
			value = strings.NewReplacer(`\`, `\\`, "\t", `\t`, "\n", "\\\n", "\r", `\r`, separator, `\`+separator, quote, `\`+quote).Replace(value)
		case d.Style == dialect.Both && quoted:
			value = strings.NewReplacer(`\`, `\\`, quote, quote+quote).Replace(value)
		case (d.Style == dialect.Backslash || d.Style == dialect.Inside) && quoted:
			value = strings.NewReplacer(`\`, `\\`, quote, `\`+quote).Replace(value)
		case d.Style == dialect.Marks && quoted:
			value = strings.ReplaceAll(value, quote, `\`+quote)
		case d.Style == dialect.Backslash || d.Style == dialect.Both:
			value = strings.NewReplacer(`\`, `\\`, separator, `\`+separator, "\n", "\\\n").Replace(value)
		case d.Style == dialect.Cognito && !quoted:
			value = strings.ReplaceAll(value, separator, `\`+separator)
		case quoted && d.Style != dialect.Undoubled:
			value = strings.ReplaceAll(value, quote, quote+quote)
		}
		if quoted {
			value = quote + value + quote
		}
		row = append(row, value)
	}
	return strings.Join(row, separator)
}

// lettersOf are what the values of a dialect may be made of.
func lettersOf(d dialect.Dialect) []string {
	letters := []string{"a", "b", "é", "日本", "🦊", " ", ",", ";", "|", "'", `"`, `\`, "\t", "\n", "\r\n", "NULL", `\N`}
	take := func(not string) {
		letters = slices.DeleteFunc(letters, func(l string) bool { return strings.ContainsAny(l, not) })
	}
	switch {
	case d.Style == dialect.Plain:
		take("\n" + string(d.Separator))
	case d.Style == dialect.Cognito && d.Quote == 0:
		take("\n\\")
	case d.Style == dialect.Cognito: // a value that ends with a backslash has to be quoted
		take("\\")
	case d.Style == dialect.Undoubled: // a mark before a separator closes
		take("\n" + string(d.Quote))
	case d.Style == dialect.PHP:
		take("\\")
	case d.Style == dialect.Marks: // a mark before a separator or a line end may close
		take("\\\n" + string(d.Separator))
	}
	return letters
}

// everyDialect is each separator, mark and style that go together.
func everyDialect() (all []dialect.Dialect) {
	for i := range len(dialect.Separators) {
		s := dialect.Separators[i]
		for _, style := range styles {
			switch style {
			case dialect.Plain:
				all = append(all, dialect.Dialect{Separator: s, Style: style})
			case dialect.Text:
				all = append(all, dialect.Dialect{Separator: s, Style: style}, dialect.Dialect{Separator: s, Quote: '"', Style: style})
			default:
				all = append(all, dialect.Dialect{Separator: s, Quote: '"', Style: style}, dialect.Dialect{Separator: s, Quote: '\'', Style: style})
			}
		}
	}
	return append(all, dialect.Dialect{Separator: ',', Style: dialect.Cognito})
}

// everyForm is each way of writing a text as bytes.
func everyForm() (all []filetext.Form) {
	for _, packing := range []filetext.Packing{"", filetext.Gzip, filetext.Zstd} {
		for _, encoding := range []filetext.Encoding{"", filetext.UTF16LE, filetext.UTF16BE, filetext.Windows1252} {
			for _, mark := range []bool{false, true} {
				if mark && encoding == filetext.Windows1252 {
					continue
				}
				all = append(all, filetext.Form{Packing: packing, Encoding: encoding, Mark: mark}, filetext.Form{Packing: packing, Encoding: encoding, Mark: mark, CR: true})
			}
		}
	}
	return all
}

// TestEveryDialectAndForm writes the same kind of table in each dialect and each form, and
// reads it: from the beginning, and from the end of each row.
func TestEveryDialectAndForm(t *testing.T) {
	random := rand.New(rand.NewPCG(17, 3))
	forms := everyForm()
	for i, d := range everyDialect() {
		for _, form := range []filetext.Form{{}, forms[(2*i)%len(forms)], forms[(2*i+1)%len(forms)]} {
			name := fmt.Sprintf("%q %q %s, %+v", d.Separator, d.Quote, d.Style, form)
			text, want := table(random, d, form)
			checkForm(t, name, &Format{Text: form, Dialect: d}, text, want)
		}
	}
}

// table writes a table of some rows: it returns its text and its values.
func table(random *rand.Rand, d dialect.Dialect, form filetext.Form) (string, [][]string) {
	letters := lettersOf(d)
	if form.Encoding == filetext.Windows1252 {
		letters = slices.DeleteFunc(letters, func(l string) bool { return strings.ContainsAny(l, "日🦊") })
	}
	end := []string{"\n", "\r\n"}[random.IntN(2)]
	text, want := "h1"+string(d.Separator)+"h2"+string(d.Separator)+"h3"+end, [][]string(nil)
	for row := range 12 {
		fields := []string{fmt.Sprint("user", row), "", ""}
		for i := range 2 {
			for range random.IntN(6) {
				fields[i+1] += letters[random.IntN(len(letters))]
			}
			fields[i+1] = strings.TrimSpace(fields[i+1])
			if d.Quote == 0 || d.Style == dialect.Backslash || d.Style == dialect.Cognito {
				continue
			}
			fields[i+1] = strings.TrimLeft(fields[i+1], string(d.Quote)+" \t\r\n")
		}
		text += written(d, fields, random.IntN(3) == 0) + end
		if random.IntN(4) == 0 {
			text += []string{"", "  "}[random.IntN(2)] + end
		}
		want = append(want, fields)
	}
	return text, want
}

// checkForm demands that a text that is written as a file in a format is read with these
// values, and that each place in it can be opened.
func checkForm(t *testing.T, name string, f *Format, text string, want [][]string) {
	t.Helper()
	file := fileOf(t, f.Text, text)
	open := func(offset int64) (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(file[offset:])), nil }
	whole := openedAt(t, f, open, 0)
	if f.Text.CR {
		text = strings.ReplaceAll(whole, "\r\n", "\n")
		for _, fields := range want {
			for i := range fields {
				fields[i] = strings.ReplaceAll(fields[i], "\r\n", "\n")
			}
		}
	}
	if got := strings.TrimPrefix(whole, byteOrderMark); !f.Text.CR && got != text {
		t.Fatalf("%s: the text %q is %q", name, got, text)
	}
	_, rows := checkFormat(t, f, []byte(whole), Limits{}, 7)
	if len(rows) != len(want) {
		t.Fatalf("%s: %d rows of %q", name, len(rows), whole)
	}
	for i, r := range rows {
		got := slices.Clone(r.Fields)
		if f.Text.CR {
			for k := range got {
				got[k] = strings.ReplaceAll(got[k], "\r\n", "\n")
			}
		}
		if !slices.Equal(got, want[i]) {
			t.Fatalf("%s: %q is read as %q, want %q", name, r.Text, got, want[i])
		}
		if at := openedAt(t, f, open, r.End.Offset); at != whole[r.End.Offset:] {
			t.Fatalf("%s: at byte %d there is %q, want %q", name, r.End.Offset, at, whole[r.End.Offset:])
		}
	}
}

// fileOf writes a text as bytes.
func fileOf(t testing.TB, form filetext.Form, text string) []byte {
	t.Helper()
	if form.CR {
		text = strings.NewReplacer("\r\n", "\r", "\n", "\r").Replace(text)
	}
	if form.Mark {
		text = byteOrderMark + text
	}
	return packedAs(t, form.Packing, encodedAs(t, form.Encoding, text))
}

// openedAt is the text of a file from an offset on.
func openedAt(t testing.TB, f *Format, open OpenAt, offset int64) string {
	t.Helper()
	r, err := f.OpenText(open, offset, 1<<30)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	text, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// encodedAs writes a text in an encoding.
func encodedAs(t testing.TB, e filetext.Encoding, text string) []byte {
	t.Helper()
	var of encoding.Encoding = encoding.Nop
	switch e {
	case filetext.UTF16LE:
		of = unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM)
	case filetext.UTF16BE:
		of = unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM)
	case filetext.Windows1252:
		of = charmap.Windows1252
	}
	data, err := of.NewEncoder().Bytes([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// packedAs packs a file.
func packedAs(t testing.TB, p filetext.Packing, data []byte) []byte {
	t.Helper()
	var out bytes.Buffer
	var w io.WriteCloser
	switch p {
	case filetext.Gzip:
		w = gzip.NewWriter(&out)
	case filetext.Zstd:
		var err error
		if w, err = zstd.NewWriter(&out, zstd.WithEncoderConcurrency(1), zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithLowerEncoderMem(true)); err != nil {
			t.Fatal(err)
		}
	default:
		return data
	}
	if _, err := w.Write(data); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// TestWorldPositions reads the files of many programs from each place where a row ends.
func TestWorldPositions(t *testing.T) {
	files, err := filepath.Glob("testdata/world/*.csv*")
	if err != nil || len(files) < 63 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		open := func(offset int64) (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(data[offset:])), nil }
		f := worldFormat(t, file, open)
		text := openedAt(t, f, open, 0)
		_, rows := checkFormat(t, f, []byte(text), Limits{}, 4096)
		broken := slices.DeleteFunc(slices.Clone(rows), func(r Record) bool { return r.Err == nil })
		if len(rows) < 79 || len(broken) > 1 { // a program lost users, and a mark in one
			t.Errorf("%s has %d rows, and these cannot be split: %s", file, len(rows), show(broken))
		}
		for i := 0; i < len(rows); i += 11 {
			if got := openedAt(t, f, open, rows[i].End.Offset); got != text[rows[i].End.Offset:] {
				t.Fatalf("%s: at byte %d there is something else", file, rows[i].End.Offset)
			}
		}
	}
}

// worldFormat finds out how a file is written.
func worldFormat(t *testing.T, file string, open OpenAt) *Format {
	t.Helper()
	f := &Format{}
	beginning := func() []byte {
		text := openedAt(t, f, open, 0)
		return []byte(text[:min(len(text), filetext.SampleSize)])
	}
	f.Text.Packing = filetext.RecognisePacking(beginning())
	f.Text.Encoding, f.Text.Mark = filetext.Recognise(beginning())
	if f.Text.Encoding == filetext.UTF8 {
		var e filetext.Evidence
		e.Write([]byte(openedAt(t, f, open, 0)))
		e.End()
		f.Text.Encoding = e.Encodings()[0]
	}
	f.Text.CR = filetext.LoneCR(beginning())
	d := dialect.NewDetector(dialect.Want{Known: func(names []string) int {
		if !slices.Contains(names, ColumnUsername) {
			return 0
		}
		return len(slices.DeleteFunc(slices.Clone(names), func(name string) bool { return !slices.Contains(header11, name) }))
	}})
	d.Write([]byte(strings.TrimPrefix(openedAt(t, f, open, 0), byteOrderMark)))
	readings := d.End()
	if len(readings) == 0 {
		t.Fatalf("%s is in no dialect", file)
	}
	r := readings[0]
	f.Dialect, f.Before, f.Nulls, f.Short, f.Long, f.Numbered = r.Dialect, r.Before, r.Nulls, r.Short, r.Long, r.Numbered
	return f
}

// header11 is the header of the files of many programs.
var header11 = []string{ColumnUsername, "name", "given_name", "family_name", "email", "email_verified", "birthdate",
	"phone_number", "phone_number_verified", "address", "custom:note"}
