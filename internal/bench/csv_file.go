package bench

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"unicode/utf16"

	"github.com/klauspost/compress/zstd"
)

// written is a file of the same users as the others, in some format.
type written struct {
	file
	name string
	text int64 // its size in UTF-8, in bytes
}

// way is a way of writing a table as a file.
type way struct {
	name      string
	separator byte
	row       func(separator byte, values []string) string
	encode    func(io.Writer) io.WriteCloser // nil for UTF-8
}

// ways has the ways that are measured: Cognito's format, what most programs write, and less
// common ones.
var ways = []way{
	{"Cognito's form", ',', escapedCommas, nil},
	{"RFC 4180", ',', doubledMarks, nil},
	{"semicolons", ';', doubledMarks, nil},
	{"tabs", '\t', doubledMarks, nil},
	{"backslashes before quotation marks", ',', escapedMarks, nil},
	{"PostgreSQL's text format", '\t', postgresText, nil},
	{"RFC 4180, lines that end with CR", ',', doubledMarks, func(w io.Writer) io.WriteCloser { return encoder{w, loneCR} }},
	{"RFC 4180, UTF-16", ',', doubledMarks, func(w io.Writer) io.WriteCloser { return encoder{w, toUTF16} }},
	{"RFC 4180, windows-1252", ',', doubledMarks, func(w io.Writer) io.WriteCloser { return encoder{w, toLatin} }},
	{"RFC 4180, gzip", ',', doubledMarks, func(w io.Writer) io.WriteCloser { return gzip.NewWriter(w) }},
	{"RFC 4180, zstd", ',', doubledMarks, func(w io.Writer) io.WriteCloser {
		z, err := zstd.NewWriter(w)
		if err != nil {
			panic(err) // the options are constant and valid
		}
		return z
	}},
}

// writeAll writes a table of rows in every way into a directory.
func writeAll(dir string, rows int) (all []written, err error) {
	for i, w := range ways {
		one, err := w.write(dir, fmt.Sprintf("way-%d", i), rows)
		if err != nil {
			return nil, err
		}
		all = append(all, one)
	}
	return all, nil
}

// write writes the table. The bytes are always the same.
func (w way) write(dir, name string, rows int) (out written, err error) {
	out = written{file{path: filepath.Join(dir, name+".csv"), rows: rows}, w.name, 0}
	f, err := os.Create(out.path)
	if err != nil {
		return out, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	buffered := bufio.NewWriterSize(f, 1<<20)
	var to io.WriteCloser = encoder{buffered, slices.Clone[[]byte]}
	if w.encode != nil {
		to = w.encode(buffered)
	}
	row := newRowWriter()
	for i := -1; i < rows; i++ {
		values := strings.Split(header, ",")
		if i >= 0 {
			values = valuesOf(row, i)
		}
		line := w.row(w.separator, values) + "\n"
		out.text += int64(len(line))
		if _, err := io.WriteString(to, line); err != nil {
			return out, err
		}
	}
	if err := errors.Join(to.Close(), buffered.Flush()); err != nil {
		return out, err
	}
	info, err := f.Stat()
	if err == nil {
		out.size = info.Size()
	}
	return out, err
}

// The columns whose values are changed so that they need quotation or an encoding.
var (
	nickname = slices.Index(strings.Split(header, ","), "nickname")
	address  = slices.Index(strings.Split(header, ","), "address")
)

// valuesOf returns the values of a user's row. They are those of other files, with commas in
// some values, and with quotation marks and non-ASCII letters in others.
func valuesOf(w *rowWriter, user int) []string {
	values := strings.Split(strings.TrimSuffix(string(w.line(user, false, false)), "\n"), ",")
	if user%2 == 0 {
		values[address] += ", Oakhurst"
	}
	if user%10 == 0 {
		values[nickname] = `Zoë "Kit" Müller`
	}
	return values
}

// joined joins written values with a separator.
func joined(separator byte, values []string, write func(string) string) string {
	var row strings.Builder
	for i, v := range values {
		if i > 0 {
			row.WriteByte(separator)
		}
		row.WriteString(write(v))
	}
	return row.String()
}

func escapedCommas(separator byte, values []string) string {
	return joined(separator, values, func(v string) string { return strings.ReplaceAll(v, ",", `\,`) })
}

func doubledMarks(separator byte, values []string) string {
	return joined(separator, values, func(v string) string { return inMarks(v, separator, `""`) })
}

func escapedMarks(separator byte, values []string) string {
	return joined(separator, values, func(v string) string { return inMarks(strings.ReplaceAll(v, `\`, `\\`), separator, `\"`) })
}

// inMarks writes a value, in quotation marks if it needs them.
func inMarks(v string, separator byte, mark string) string {
	if !strings.ContainsAny(v, `"`+string(separator)) {
		return v
	}
	return `"` + strings.ReplaceAll(v, `"`, mark) + `"`
}

var textEscapes = strings.NewReplacer(`\`, `\\`, "\t", `\t`)

// postgresText writes \N for an empty value.
func postgresText(separator byte, values []string) string {
	return joined(separator, values, func(v string) string {
		if v == "" {
			return `\N`
		}
		return textEscapes.Replace(v)
	})
}

// encoder writes whole lines in another encoding.
type encoder struct {
	to     io.Writer
	encode func(line []byte) []byte
}

func (e encoder) Write(line []byte) (int, error) {
	_, err := e.to.Write(e.encode(line))
	return len(line), err
}

func (e encoder) Close() error { return nil }

func loneCR(line []byte) []byte { return bytes.ReplaceAll(line, []byte("\n"), []byte("\r")) }

// toUTF16 encodes little-endian without a byte order mark.
func toUTF16(line []byte) (out []byte) {
	for _, unit := range utf16.Encode([]rune(string(line))) {
		out = append(out, byte(unit), byte(unit>>8))
	}
	return out
}

// toLatin encodes the letters of our values, which have one byte each.
func toLatin(line []byte) (out []byte) {
	for _, r := range string(line) {
		out = append(out, byte(r))
	}
	return out
}
