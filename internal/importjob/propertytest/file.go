package propertytest

import (
	"bytes"
	"fmt"
	"strings"

	"poolhouse/internal/importjob"
	"poolhouse/internal/importjob/memstore"
	"poolhouse/internal/usercsv"
)

// fileSpec describes a file. Its text follows from it, and so does, without a
// look at the text, what is to become of its rows.
type fileSpec struct {
	Written     writing `json:",omitempty"`
	Mark        bool    // a byte order mark
	CRLF        bool
	NoLastBreak bool
	Tail        int // blank lines at the end
	Groups      []rowGroup
	Defect      fileDefect `json:",omitempty"`
}

// rowGroup is rows of one kind that follow each other.
type rowGroup struct {
	Kind   rowKind
	Form   form
	Pad    int // characters that make the rows longer
	Blanks int // blank lines before each row
	Back   int // how many rows ago the username of a repeated row was
	Count  int
}

// fileDefect is what is wrong with a file as a whole.
type fileDefect string

const (
	noDefect      fileDefect = ""
	strangeColumn fileDefect = "strange column"
	missingFile   fileDefect = "missing"
	shorterFile   fileDefect = "shorter" // than what was uploaded
	longerFile    fileDefect = "longer"
)

var fileDefects = []fileDefect{noDefect, strangeColumn, missingFile, shorterFile, longerFile}

// specRow is a row of a described file.
type specRow struct {
	rowValues
	kind   rowKind
	line   int64
	offset int64 // of its first byte
	end    usercsv.Position
	text   string // as the file has it, without its line end
}

// writer writes a described file.
type writer struct {
	text    strings.Builder
	lines   int64
	rows    []specRow
	present int // users who are there before the job
	way     way
	marked  bool // a quotation mark was opened and not closed: no row after it may close it
}

// write returns the text of the file, and its rows.
func (s fileSpec) write(present int) (string, []specRow) {
	w := writer{present: present, way: ways[s.Written]}
	w.header(s)
	for _, g := range s.Groups {
		for range g.Count {
			w.row(s, g)
		}
	}
	text := w.text.String()
	if s.NoLastBreak {
		text = strings.TrimRight(text, "\r\n")
		if n := len(w.rows); n > 0 {
			w.rows[n-1].end.Offset = int64(len(text))
		}
		return text, w.rows
	}
	return text + strings.Repeat(s.lineEnd(), s.Tail), w.rows
}

func (s fileSpec) lineEnd() string {
	if s.CRLF && ways[s.Written].breaks {
		return "\r\n"
	}
	return "\n"
}

// headerLine is the header of a file in which nothing is wrong with it.
const headerLine = "cognito:username,email,email_verified,name,cognito:mfa_enabled"

func (w *writer) header(s fileSpec) {
	if s.Mark && !s.marksBytes() {
		w.put("\ufeff")
	}
	names := s.columns()
	if s.strange() {
		names = append(names, "shoe_size")
	}
	separator := ","
	if w.way.foreign {
		separator = w.way.separator
	}
	w.put(strings.Join(names, separator) + s.lineEnd())
}

// columns are the file's columns, but for one that is not known.
func (s fileSpec) columns() []string {
	names := strings.Split(headerLine, ",")
	if s.Written == dayFirst {
		names = append(names, "birthdate")
	}
	return names
}

// strange reports whether the file has a column that is not known.
func (s fileSpec) strange() bool { return s.Defect == strangeColumn && s.Written == cognitos }

func (w *writer) put(text string) {
	w.text.WriteString(text)
	w.lines += int64(strings.Count(text, "\n"))
}

// row writes the next row of the group.
func (w *writer) row(s fileSpec, g rowGroup) {
	g = w.harmless(g)
	for i := range g.Blanks {
		w.put([]string{"", " ", "\t"}[i%3] + s.lineEnd())
	}
	r := specRow{rowValues: w.values(s, g), kind: g.Kind, line: w.lines + 1, offset: int64(w.text.Len())}
	if r.text = r.rowValues.line(g.Kind); w.way.foreign {
		r.text = r.rowValues.foreignLine(g.Kind, w.way)
	}
	if s.Written == numbered {
		r.text = fmt.Sprintf(`"%d",`, len(w.rows)+1) + r.text
	}
	w.put(r.text + s.lineEnd())
	r.end = usercsv.Position{Offset: int64(w.text.Len()), Line: w.lines, Rows: int64(len(w.rows) + 1)}
	w.rows = append(w.rows, r)
}

// harmless returns the group without anything that could close a quotation
// mark that an earlier row left open: what is in such a file would no longer
// be simple to say.
func (w *writer) harmless(g rowGroup) rowGroup {
	mark := g.Kind == openMarkRow || g.Kind == strayTextRow
	if mark && !w.way.marks || g.Kind == notTextRow && !w.way.bytes {
		g.Kind = unverifiedRow
	}
	if w.marked {
		if g.Kind == openMarkRow || g.Kind == strayTextRow {
			g.Kind = unverifiedRow
		}
		if g.Form == quotedForm || g.Form == brokenForm || w.way.foreign {
			g.Form = plainForm
		}
	}
	w.marked = w.marked || g.Kind == openMarkRow
	return g
}

func (w *writer) values(s fileSpec, g rowGroup) rowValues {
	n := len(w.rows)
	v := rowValues{username: fmt.Sprintf("user%d", n), email: fmt.Sprintf("user%d@example.com", n)}
	switch {
	case g.Kind == againRow && n > 0 && w.rows[max(0, n-1-g.Back)].username != "":
		v.username = w.rows[max(0, n-1-g.Back)].username
	case g.Kind == presentRow && w.present > 0:
		v.username = presentUser(n % w.present)
	case g.Kind == takenRow:
		v.email = takenAddress
	case g.Kind == namelessRow:
		v.username = ""
	}
	v.name, v.written = g.Form.value(fmt.Sprintf("row %d", n), strings.Repeat("ö", g.Pad))
	if s.Written == dayFirst {
		v.born, v.bornWritten = born(n)
	}
	return v
}

// presentUser is the username of a user who is there before the job.
func presentUser(i int) string { return fmt.Sprintf("present%d", i) }

// damage does to an uploaded file what its defect says. It never changes a
// row or the header: what would become of that is not known.
func (d fileDefect) damage(m *memstore.Store, upload string) {
	m.Mu.Lock()
	defer m.Mu.Unlock()
	data := m.Files[upload]
	switch {
	case d == missingFile:
		delete(m.Files, upload)
	case d == shorterFile && (isPacked(data) || bytes.ContainsAny(data, "\r\n")): // a header alone would be another
		m.Files[upload] = data[:len(data)-1]
	case d == longerFile && len(data) > 0:
		m.Files[upload] = append(data, '\n')
	}
}

// resized reports whether the file's defect leaves it with another size.
func (s fileSpec) resized(rows []specRow) bool {
	return s.Defect == longerFile || s.Defect == shorterFile && (len(rows) > 0 || !s.NoLastBreak || s.Written == zipped)
}

// isPacked reports whether a file is compressed: its bytes say nothing of its lines.
func isPacked(data []byte) bool { return bytes.HasPrefix(data, []byte("\x1f\x8b")) }

// defectMessages is what jobs end with whose file has a defect.
var defectMessages = map[fileDefect]string{
	strangeColumn: "Unexpected headers: the file has a column that the user pool does not know: shoe_size.",
	missingFile:   string(importjob.FileMissing),
	shorterFile:   string(importjob.FileTruncated),
	longerFile:    string(importjob.FileChanged),
}

// strangeColumnDetail is what the log says of such a file.
const strangeColumnDetail = "Unexpected headers: the file has a column that the user pool does not know: shoe_size " +
	"(take it out, or add an attribute to the user pool with AddCustomAttributes and write custom: before the name). " +
	"GetCSVHeader lists the columns that the user pool knows."
