package resultfile

import (
	"bytes"
	"encoding/binary"
	"maps"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"

	"golang.org/x/text/encoding/charmap"

	"poolhouse/internal/usercsv"
	"poolhouse/internal/userpool"
)

// saved has the formats in which spreadsheets save a table: the separator, and the encoding
// of the text.
var saved = map[string]struct {
	separator string
	quote     string
	all       bool // all values are quoted, not only those that must be
	bytes     func(text string) string
}{
	"semicolons, UTF-8 with mark":   {";", `"`, false, func(text string) string { return "\ufeff" + text }},
	"semicolons, windows-1252":      {";", `"`, false, windows1252},
	"commas, windows-1252":          {",", `"`, false, windows1252},
	"tabs":                          {"\t", `"`, false, func(text string) string { return text }},
	"tabs, UTF-16 with mark":        {"\t", `"`, false, utf16LE},
	"semicolons, quoted, sep= line": {";", `"`, true, func(text string) string { return "sep=;\r\n" + text }},
	"semicolons, apostrophes":       {";", "'", false, func(text string) string { return text }},
	"commas, apostrophes, quoted":   {",", "'", true, windows1252},
	"commas, quoted, CR":            {",", `"`, true, func(text string) string { return strings.ReplaceAll(text, "\r\n", "\r") }},
}

func windows1252(text string) string {
	out, err := charmap.Windows1252.NewEncoder().String(text)
	if err != nil {
		panic(err)
	}
	return out
}

func utf16LE(text string) string {
	var out bytes.Buffer
	out.WriteString("\xff\xfe")
	for _, unit := range utf16.Encode([]rune(text)) {
		_ = binary.Write(&out, binary.LittleEndian, unit) // writing to a buffer cannot fail
	}
	return out.String()
}

// save writes a result file again as a spreadsheet saves it.
func save(t *testing.T, text, separator, quote string, all bool) string {
	t.Helper()
	r := usercsv.NewReader(strings.NewReader(text), usercsv.Position{}, usercsv.Limits{})
	row, err := r.Header()
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	for {
		for i, value := range row {
			if i > 0 {
				out.WriteString(separator)
			}
			if all || strings.ContainsAny(value, separator+quote+"\r\n") {
				value = quote + strings.ReplaceAll(value, quote, quote+quote) + quote
			}
			out.WriteString(value)
		}
		out.WriteString("\r\n")
		record, err := r.Next()
		if err != nil {
			return out.String()
		}
		row = record.Fields
	}
}

// TestSavedBySpreadsheets: a result file that a spreadsheet saved in its own format is read
// correctly, in any order of its rows and without the columns that no import reads.
func TestSavedBySpreadsheets(t *testing.T) {
	names := append(slices.Clone(header), "poolhouse:ignore:Notiz")
	values := slices.DeleteFunc(slices.Clone(awkward), func(value string) bool { return strings.ContainsAny(value, "•𝄞") })
	values = append(values, "Zoë Müller", "1,5; 2", "it's", `C:\temp\new`, `\\server\share`, `\"x`)
	for name, form := range saved {
		values := values
		if form.quote != `"` { // one that begins with a quotation mark is taken for a slip there
			values = slices.DeleteFunc(slices.Clone(values), func(value string) bool { return strings.HasPrefix(value, `"`) })
		}
		for _, without := range []bool{false, true} {
			own := names
			if without {
				own = header
			}
			f := NewNotImported(CSV, own)
			text := f.Header()
			for i, value := range values {
				row := &Rejected{Line: int64(10*i + 2), Number: int64(i + 1), Verdict: "FAILED", Fields: []string{"user", value, "true", "", value}}
				if !without {
					row.Fields = append(row.Fields, value)
				}
				text += f.Record(row)
			}
			if strings.Contains(name, "CR") {
				text = strings.ReplaceAll(text, "\nb", " b") // a line break in a cell becomes CR as well
			}
			file := &opened{text: form.bytes(save(t, text, form.separator, form.quote, form.all))}
			c, err := ReadCorrected(file.open, names, usercsv.Limits{})
			if err != nil {
				t.Errorf("%s: %v", name, err)
				continue
			}
			for i := len(values) - 1; i >= 0; i-- {
				value := values[i]
				if strings.Contains(name, "CR") {
					value = strings.ReplaceAll(value, "\nb", " b")
				}
				sent, ok, err := c.Of(int64(10*i + 2))
				want := map[string]string{"cognito:username": "user", "email": Plain(value), "email_verified": "true", "password_hash": "", "name": Plain(value)}
				delete(sent.Values, "poolhouse:ignore:Notiz")
				if err != nil || !ok || !maps.Equal(sent.Values, want) || sent.Text != "" {
					t.Errorf("%s: %q comes back as %+v, %t, %v", name, value, sent, ok, err)
				}
			}
			if err := c.Rest(); err != nil || c.Len() != len(values) {
				t.Errorf("%s: %d rows, %v", name, c.Len(), err)
			}
		}
	}
}

// TestSavedWithSlips: a quotation mark that a person left open is reported in every format.
// It does not become part of a value.
func TestSavedWithSlips(t *testing.T) {
	const own = "cognito:username;email;email_verified;password_hash;name;poolhouse:line\n"
	for text, want := range map[string]string{
		own + "a;b;true;;n;2\nc;d;true;;\"x;3\n":                     "quotation mark",
		own + "a;b;true;;n;2\nc;d;true;;\"x\"y;3\n":                  "quotation mark",
		own + "a;b;true;;n;2\nc;d;true;;n;zwei\n":                    "poolhouse:line is no line number",
		strings.ReplaceAll(own, "poolhouse:line", "poolhouse:linie"): "",
		"\x1f\x8b\x08 and no more":                                   "compressed",
	} {
		file := &opened{text: text}
		_, err := ReadCorrected(file.open, header, usercsv.Limits{})
		if userpool.KindOf(err) != userpool.InvalidParameter || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want …%s…", text, err, want)
		}
	}
}
