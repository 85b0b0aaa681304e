package usercsv

import (
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"poolhouse/internal/filetext"
	"poolhouse/internal/usercsv/dialect"
)

// written writes a row as a program with this dialect does. The values must be possible
// in the dialect.
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
		case d.Style == dialect.Crossed && quoted:
			value = strings.NewReplacer(`"`, `""`, quote, `"`+quote).Replace(value)
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

// lettersOf are the possible parts of a value in a dialect.
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
	case d.Style == dialect.Cognito: // a value that ends with a backslash must be quoted
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

// everyDialect lists each separator with each style and its quotation marks.
func everyDialect() (all []dialect.Dialect) {
	for i := range len(dialect.Separators) {
		s := dialect.Separators[i]
		for _, style := range styles {
			switch style {
			case dialect.Plain:
				all = append(all, dialect.Dialect{Separator: s, Style: style})
			case dialect.Crossed:
				all = append(all, dialect.Dialect{Separator: s, Quote: '\'', Style: style})
			case dialect.Text:
				all = append(all, dialect.Dialect{Separator: s, Style: style}, dialect.Dialect{Separator: s, Quote: '"', Style: style})
			default:
				all = append(all, dialect.Dialect{Separator: s, Quote: '"', Style: style}, dialect.Dialect{Separator: s, Quote: '\'', Style: style})
			}
		}
	}
	return append(all, dialect.Dialect{Separator: ',', Style: dialect.Cognito})
}

// everyForm lists each way to store a text as bytes.
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

// TestEveryDialectAndForm writes a table in each dialect and each form. It reads the
// table from the beginning, and from the end of each row.
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

// table writes a table of some rows. It returns its text and its values.
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

// checkForm demands that a text, stored as a file in a format, is read with these values,
// and can be opened at each position.
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
