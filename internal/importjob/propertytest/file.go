package propertytest

import (
	"bytes"
	"fmt"
	"strings"

	"poolhouse/internal/importjob"
	"poolhouse/internal/importjob/memstore"
	"poolhouse/internal/usercsv"
)

// fileSpec describes a file. The text of the file and the expected outcome of each row both
// follow from it; the outcome is not derived from the text.
type fileSpec struct {
	Written     writing `json:",omitempty"`
	Mark        bool    // with a byte order mark
	CRLF        bool
	NoLastBreak bool
	Tail        int // blank lines at the end
	Groups      []rowGroup
	Defect      fileDefect `json:",omitempty"`
}

// rowGroup describes consecutive rows of one kind.
type rowGroup struct {
	Kind   rowKind
	Form   form
	Pad    int // padding characters in each row
	Blanks int // blank lines before each row
	Back   int // the distance to the row whose username is repeated
	Count  int
}

// fileDefect is a defect of a file as a whole.
type fileDefect string

const (
	noDefect      fileDefect = ""
	strangeColumn fileDefect = "strange column"
	missingFile   fileDefect = "missing"
	shorterFile   fileDefect = "shorter" // than the uploaded file
	longerFile    fileDefect = "longer"
)

var fileDefects = []fileDefect{noDefect, strangeColumn, missingFile, shorterFile, longerFile}

// specRow is a row of a described file.
type specRow struct {
	rowValues
	kind   rowKind
	line   int64
	offset int64 // the offset of its first byte
	end    usercsv.Position
	text   string // the row as it stands in the file, without its line end
}

// writer writes a described file.
type writer struct {
	text    strings.Builder
	lines   int64
	rows    []specRow
	present int // users that exist before the job
	way     way
	marked  bool // a quotation mark is open: no later row may close it
}

// write returns the text of the file and its rows.
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

// headerLine is a valid header.
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

// columns returns the file's columns without the unknown one.
func (s fileSpec) columns() []string {
	names := strings.Split(headerLine, ",")
	if s.Written == dayFirst {
		names = append(names, "birthdate")
	}
	return names
}

// strange reports whether the file has an unknown column.
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

// harmless returns the group without quotation marks, which could close one that an earlier
// row left open. The expected outcome would then be hard to state.
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

// presentUser returns the username of a user that exists before the job.
func presentUser(i int) string { return fmt.Sprintf("present%d", i) }

// damage applies the defect to an uploaded file. It never changes a row or the header,
// because the outcome would be unknown.
func (d fileDefect) damage(m *memstore.Store, upload string) {
	m.Mu.Lock()
	defer m.Mu.Unlock()
	data := m.Files[upload]
	switch {
	case d == missingFile:
		delete(m.Files, upload)
	case d == shorterFile && (isPacked(data) || bytes.ContainsAny(data, "\r\n")): // a header alone would become another header
		m.Files[upload] = data[:len(data)-1]
	case d == longerFile && len(data) > 0:
		m.Files[upload] = append(data, '\n')
	}
}

// resized reports whether the defect changes the size of the file.
func (s fileSpec) resized(rows []specRow) bool {
	return s.Defect == longerFile || s.Defect == shorterFile && (len(rows) > 0 || !s.NoLastBreak || s.Written == zipped)
}

// isPacked reports whether a file is compressed. The bytes of such a file say nothing about
// its lines.
func isPacked(data []byte) bool { return bytes.HasPrefix(data, []byte("\x1f\x8b")) }

// defectMessages has the completion messages of jobs whose file has a defect.
var defectMessages = map[fileDefect]string{
	strangeColumn: "Unexpected headers: the file has a column that the user pool does not know: shoe_size.",
	missingFile:   string(importjob.FileMissing),
	shorterFile:   string(importjob.FileTruncated),
	longerFile:    string(importjob.FileChanged),
}

// strangeColumnDetail is the detail in the log for such a file.
const strangeColumnDetail = "Unexpected headers: the file has a column that the user pool does not know: shoe_size " +
	"(take it out, or add an attribute to the user pool with AddCustomAttributes and write custom: before the name). " +
	"GetCSVHeader lists the columns that the user pool knows."
