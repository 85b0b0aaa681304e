package usercsv

import (
	"bytes"
	"slices"
	"strings"
	"unicode/utf8"
)

// sniffSize is how many bytes of a file are examined to recognise its kind. The longest
// header that is allowed by default fits.
const sniffSize = 4*DefaultRowChars + 1

// recognise says what kind a file has that is not a CSV file. beginning is the beginning
// of its text in the format f, and whole says whether it is the whole text. It returns
// nil if it cannot tell, and for every file whose header names cognito:username, as every
// pool's files do. Only for a file of one line it checks whether that line has more than
// a header.
//
// It is called for files that cannot be imported, to find a better reason. It refuses
// nothing by itself. In strict readings, it also recognises the tables of other programs.
func (want Import) recognise(beginning []byte, whole bool, f *Format) *FileError {
	text := bytes.TrimPrefix(beginning, []byte(byteOrderMark))
	line, rest, several := bytes.Cut(text, []byte("\n"))
	oneLine := !several && whole || !several && len(text) >= sniffSize || len(bytes.TrimSpace(rest)) == 0 && whole
	header, err := f.NewReader(bytes.NewReader(beginning), Position{}, Limits{}).Header()
	if err == nil && want.named(header) {
		if oneLine && holdsValues(header) {
			return lostBreaks(line)
		}
		return nil
	}
	looks := []func() *FileError{
		func() *FileError { return formats(beginning) },
		func() *FileError { return wideText(beginning) },
		func() *FileError { return markup(bytes.TrimLeft(text, " \t\r\n")) },
		func() *FileError { return request(bytes.TrimSpace(text), oneLine && whole) },
		func() *FileError { return statements(text) },
		func() *FileError { return drawnLines(text) },
		func() *FileError { return oneValue(header) },
		func() *FileError { return otherSeparator(line) },
		func() *FileError { return apostrophes(line) },
	}
	if !want.concludes() {
		looks = append(looks, func() *FileError { return separated(line) })
	}
	for _, look := range looks {
		if found := look(); found != nil {
			return found
		}
	}
	return lines(line, text, oneLine)
}

// named reports whether a header names cognito:username, in any accepted spelling.
func (want Import) named(header []string) bool {
	if !want.concludes() {
		return slices.Contains(header, ColumnUsername)
	}
	c := newCatalogue(nil, "")
	return slices.ContainsFunc(header, func(name string) bool { return c.clearMeaning(name) == ColumnUsername })
}

// holdsValues reports whether a line that begins with a header also has values of users.
func holdsValues(cells []string) bool {
	c := newCatalogue(nil, "")
	return slices.ContainsFunc(cells, func(cell string) bool { return !c.knows(cell) && looksLikeValue(cell) })
}

// magic are the first bytes of files of known formats.
var magic = []struct {
	begins string
	is     *FileError
}{
	{"\x1f\x8b", compressed("gzip", "gunzip")},
	{"\x28\xb5\x2f\xfd", compressed("zstd", "unzstd")},
	{"BZh", compressed("bzip2", "bunzip2")},
	{"\xfd7zXZ\x00", compressed("xz", "unxz")},
	{"7z\xbc\xaf\x27\x1c", compressed("7-Zip", "7z x")},
	{"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", notCSV("is an old Excel workbook (.xls)", saveExcel, howExcel)},
	{"%PDF-", notCSV("is a PDF document", "Export the users as CSV from where they are.", "")},
	{"{\\rtf", notCSV("is a rich text document (RTF)", "Save it as plain text in UTF-8.", "")},
	{"SQLite format 3\x00", notCSV("is an SQLite database", "Export the users as CSV: sqlite3 -header -csv.", "")},
	{"PAR1", notCSV("is a Parquet file", "Export the users as CSV.", "")},
}

// formats recognises formats by their first bytes.
func formats(beginning []byte) *FileError {
	if bytes.HasPrefix(beginning, []byte("PK\x03\x04")) || bytes.HasPrefix(beginning, []byte("PK\x05\x06")) {
		return archive(beginning)
	}
	for _, m := range magic {
		if bytes.HasPrefix(beginning, []byte(m.begins)) {
			return m.is
		}
	}
	return nil
}

// archive distinguishes kinds of ZIP archives by the names of their entries.
func archive(beginning []byte) *FileError {
	has := func(name string) bool { return bytes.Contains(beginning, []byte(name)) }
	switch {
	case has("[Content_Types].xml"), has("xl/"):
		return notCSV("is an Excel workbook (.xlsx)", saveExcel, howExcel)
	case has("opendocument.spreadsheet"):
		return notCSV("is an OpenDocument spreadsheet (.ods)", "Save it as Text CSV with the character set UTF-8 and commas.", "")
	case has(".iwa"):
		return notCSV("is a Numbers document", "Export it as CSV with the encoding Unicode (UTF-8).", "")
	}
	return notCSV("is a ZIP archive", "Unpack it and upload the CSV file that is in it.", "")
}

var utf32 = notCSV("is UTF-32 text", saveUTF8, howUTF8)

// wideText recognises text with two or four bytes a character.
func wideText(beginning []byte) *FileError {
	looked := beginning[:min(len(beginning), 64)] // the name of the first column, and more
	zeros := [4]int{}                             // NUL bytes, by place in a group of four
	for i, b := range looked {
		if b == 0 {
			zeros[i%4]++
		}
	}
	most := func(n int) bool { return len(looked) >= 8 && 10*n >= 9*(len(looked)/4) }
	few := func(n int) bool { return 10*n <= len(looked)/4 }
	even, odd := zeros[0]+zeros[2], zeros[1]+zeros[3]
	switch {
	case bytes.HasPrefix(looked, []byte("\xff\xfe\x00\x00")), bytes.HasPrefix(looked, []byte("\x00\x00\xfe\xff")),
		most(zeros[1]) && most(zeros[2]) && (most(zeros[0]) || most(zeros[3])):
		return utf32
	case bytes.HasPrefix(looked, []byte("\xff\xfe")), bytes.HasPrefix(looked, []byte("\xfe\xff")),
		len(looked) >= 8 && 10*odd >= 6*(len(looked)/2) && few(even),
		len(looked) >= 8 && 10*even >= 6*(len(looked)/2) && few(odd):
		return notCSV(`is UTF-16 text ("Unicode Text" in Excel)`, saveUTF8, howUTF8)
	}
	return nil
}

// markup recognises HTML, XML and JSON. text begins with its first non-blank character.
func markup(text []byte) *FileError {
	small := bytes.ToLower(text[:min(len(text), 1024)])
	switch {
	case len(small) < 2:
		return nil
	case bytes.HasPrefix(small, []byte("<!doctype html")), bytes.HasPrefix(small, []byte("<html")),
		small[0] == '<' && bytes.Contains(small, []byte("<html")), bytes.HasPrefix(small, []byte("<table")):
		return notCSV("is an HTML page", "Upload the CSV file itself. Was a login or error page saved in its place?", "")
	case bytes.HasPrefix(small, []byte("<?xml")) && bytes.Contains(small, []byte("office:spreadsheet")):
		return notCSV("is an XML spreadsheet", saveExcel, howExcel)
	case bytes.HasPrefix(small, []byte("<?xml")), small[0] == '<' && isLetter(small[1]):
		return notCSV("is XML", tableInstead, "")
	case bytes.HasPrefix(small, []byte("[object ")):
		return notCSV("holds the text [object Object]: a script uploaded an object", "Upload the CSV text itself.", "")
	case isJSON(text):
		return notCSV("is JSON", tableInstead, "")
	}
	return nil
}

// isJSON reports whether a text begins as an object, an array or a string of JSON with
// line breaks written as \n.
func isJSON(text []byte) bool {
	inner := bytes.TrimLeft(text[1:], " \t\r\n")
	next := byte(0)
	if len(inner) > 0 {
		next = inner[0]
	}
	switch text[0] {
	case '{':
		return next == '"' || next == '}' || next == '\''
	case '[':
		return next == '{' || next == '[' || next == '"' || next == ']'
	case '"':
		text = bytes.TrimSpace(text)
		return bytes.IndexByte(text, '\n') < 0 && bytes.HasSuffix(text, []byte{'"'}) && bytes.Contains(text, []byte(`\n`))
	}
	return false
}

// request recognises what clients upload by mistake in place of the file's content.
func request(text []byte, oneLine bool) *FileError {
	small := strings.ToLower(string(text[:min(len(text), 2048)]))
	if strings.HasPrefix(small, "--") && strings.Contains(small, "content-disposition:") {
		return notCSV("is a form (multipart/form-data)", "Upload the CSV file's bytes alone, as curl -T FILE does.",
			"A browser's FormData, curl -F and files= of Python's requests make such a form; give the file itself as the body.")
	}
	if !oneLine || len(text) > 1024 {
		return nil
	}
	for _, begin := range []string{"/", "./", "../", "~/", "@", `.\`, "file:", "s3://", "http://", "https://", "data:"} {
		if strings.HasPrefix(small, begin) {
			return pathInstead()
		}
	}
	drive := len(small) > 2 && isLetter(small[0]) && small[1] == ':' && (small[2] == '\\' || small[2] == '/')
	if drive || strings.HasSuffix(small, ".csv") || strings.HasSuffix(small, ".xlsx") || strings.HasSuffix(small, ".txt") {
		return pathInstead()
	}
	return nil
}

func pathInstead() *FileError {
	return notCSV("holds a path or URL in place of the users", "Upload the file's content, as curl -T FILE does.",
		"With curl -d, write --data-binary @FILE.")
}

func isLetter(b byte) bool { return b|0x20 >= 'a' && b|0x20 <= 'z' }

// lines recognises wrong line ends, and text that is not UTF-8.
func lines(line, text []byte, oneLine bool) *FileError {
	cells := strings.Split(string(line[:min(len(line), sniffSize)]), ",")
	switch {
	case bytes.IndexByte(bytes.TrimRight(line, "\r"), '\r') >= 0:
		return crAlone()
	case oneLine && columnsAmong(cells) > 0 && holdsValues(cells):
		return lostBreaks(line)
	case bytes.IndexByte(text, 0) >= 0:
		return notCSV("is not text", "Upload a CSV file in UTF-8.", "")
	case !utf8.Valid(line):
		return otherEncoding()
	}
	return nil
}

// columnsAmong counts the cells that are clearly names of columns.
func columnsAmong(cells []string) (n int) {
	c := newCatalogue(nil, "")
	for _, cell := range cells {
		cell = strings.Trim(cell, " \t\r\"'")
		if cell != "" && (c.knows(cell) || c.folded[fold(cell)] != "" || c.bare[fold(cell)] != "") {
			n++
		}
	}
	return n
}

// separated recognises tables whose values are not separated by commas.
func separated(line []byte) *FileError {
	const others = ";\t|"
	names := []string{"semicolons", "tabs", "vertical bars (|)"}
	first := strings.Trim(strings.TrimRight(string(line), "\r"), `"`)
	if by, ok := strings.CutPrefix(strings.ToLower(first), "sep="); ok && utf8.RuneCountInString(by) <= 1 {
		if i := strings.Index(others, by); i >= 0 && by != "" {
			by = names[i]
		}
		return notCSV("begins with a line sep= for Excel: "+shown(by), "Take that line out and separate the values by commas.", howCommas)
	}
	best, most := -1, columnsAmong(strings.Split(string(line), ","))
	for i := range others {
		cells := strings.Split(string(line), others[i:i+1])
		if n := columnsAmong(cells); len(cells) > 1 && n > most {
			best, most = i, n
		}
	}
	if best < 0 {
		return nil
	}
	return notCSV("separates its values by "+names[best], "Separate them by commas.", howCommas)
}

// oneValue recognises a header that is a single value. Either the whole line is quoted,
// because a program quoted a text that was CSV already, or the commas are escaped.
func oneValue(header []string) *FileError {
	if len(header) != 1 || columnsAmong(strings.Split(header[0], ",")) < 2 {
		return nil
	}
	return notCSV("has each line as one value: its commas are in quotation marks or escaped", "Put marks around single values only.", "")
}

// apostrophes recognises single quotation marks around every name.
func apostrophes(line []byte) *FileError {
	cells := strings.Split(strings.TrimRight(string(line), "\r"), ",")
	bare := func(cell string) bool { return len(cell) < 2 || cell[0] != '\'' || cell[len(cell)-1] != '\'' }
	if slices.ContainsFunc(cells, bare) || columnsAmong(cells) == 0 {
		return nil
	}
	return notCSV("has its values in single quotation marks (')", `Use double ones (") or none.`, "")
}
