package usercsv

import (
	"bytes"
	"strings"
	"unicode/utf8"
)

// drawn reports whether a text is a table drawn with characters, as in Markdown and in
// the output of databases: with vertical bars, and a rule above or below the header.
func drawn(text []byte) bool {
	above, rest, _ := bytes.Cut(text, []byte("\n"))
	below, _, _ := bytes.Cut(rest, []byte("\n"))
	return boxed(above) || bytes.IndexByte(above, '|') >= 0 && isRule(below) || isRule(above) && bytes.IndexByte(below, '|') >= 0
}

func isRule(line []byte) bool {
	return bytes.Contains(line, []byte("--")) && len(bytes.Trim(line, "|+-: \t\r")) == 0
}

// boxed reports whether a line begins with a character for boxes, such as ┌.
func boxed(line []byte) bool {
	r, _ := utf8.DecodeRune(bytes.TrimLeft(line, " \t"))
	return r >= 0x2500 && r < 0x2580
}

// drawnLines recognises tables that are drawn with characters.
func drawnLines(text []byte) *FileError {
	if drawn(text) {
		return drawnTable
	}
	return nil
}

var drawnTable = notCSV("is a table drawn with lines, as in Markdown", "Write a CSV file.", "psql has --csv, sqlite3 -csv and mysql --batch for that.")

// otherSeparators are characters that separate the values of some programs' files, with the
// words for them. No import reads such files.
var otherSeparators = []struct{ text, words string }{
	{" ", "spaces"}, {"\x1f", "the control character 0x1F"}, {"\x01", "the control character 0x01"}, {"\u241f", "the symbol \u241f"},
	{"^", "carets (^)"}, {"~", "tildes (~)"}, {"#", "number signs (#)"}, {"\u00a6", "broken bars (\u00a6)"}, {"\u00a7", "section signs (\u00a7)"}, {"\ufe4d", "the symbol \ufe4d"},
}

// otherSeparator recognises a header with a separator that no import reads. Files with
// control characters between values have one between rows, too.
func otherSeparator(line []byte) *FileError {
	line, _, _ = bytes.Cut(line, []byte("\x1e"))
	line, _, _ = bytes.Cut(line, []byte("\u241e"))
	for _, by := range otherSeparators {
		cells := strings.Split(string(line), by.text)
		if by.text == " " {
			cells = strings.Fields(string(line))
		}
		if n := columnsAmong(cells); n >= 2 && 2*n > len(cells) {
			return notCSV("separates its values by "+by.words, "Separate them by commas, semicolons, tabs or vertical bars.", "")
		}
	}
	return nil
}

// statements recognises the statements of SQL that insert rows.
func statements(beginning []byte) *FileError {
	text := bytes.TrimLeft(beginning, " \t\r\n")
	if len(text) < len("insert into ") || !bytes.EqualFold(text[:len("insert into ")], []byte("insert into ")) {
		return nil
	}
	return notCSV("holds statements of SQL", "Export the table as CSV.", "psql has --csv, sqlite3 -csv and mysql --batch for that.")
}
