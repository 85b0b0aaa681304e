package resultfile

import (
	"slices"
	"strings"

	"poolhouse/internal/importjob"
	"poolhouse/internal/usercsv"
)

// Format is the format of a result file.
type Format string

// The formats.
const (
	CSV    Format = "CSV"
	NDJSON Format = "NDJSON"
)

// columnFindings is the NDJSON member that replaces the columns from code to suggestion.
const columnFindings = "poolhouse:findings"

// ownColumns are the columns that follow those of the import file.
var ownColumns = []string{
	usercsv.ColumnLine, usercsv.ColumnRecord, usercsv.ColumnVerdict, usercsv.ColumnCode, usercsv.ColumnAtFault,
	usercsv.ColumnMessage, usercsv.ColumnAdvice, usercsv.ColumnSuggestion, usercsv.ColumnText,
}

// Rejected is a row that was not imported, as it is shown.
type Rejected struct {
	Line    int64 // the line in the file of the first job
	Number  int64 // the number of the row in the job's own file
	Verdict importjob.Verdict
	// Fields has the values in the order of the header. It is nil for a row without a value
	// for each column; then Text is the row.
	Fields   []string
	Text     string
	Findings []usercsv.Finding
}

// NotImported writes the file of the rows that were not imported.
type NotImported struct {
	format  Format
	columns int      // the number of columns of the import file
	places  []int    // the indexes in the import file's header of the written columns
	names   []string // the names of the written columns, followed by ours
	hash    int      // the index of the password hash in the header, or -1
}

// NewNotImported returns a writer for the rows of a file with this header. If the import file
// has columns of ours, because it is a result file itself, they are left out, since they
// would occur twice.
func NewNotImported(format Format, header []string) *NotImported {
	f := &NotImported{format: format, columns: len(header), hash: slices.Index(header, usercsv.ColumnPasswordHash)}
	for i, name := range header {
		if !slices.Contains(ownColumns, name) {
			f.places, f.names = append(f.places, i), append(f.names, name)
		}
	}
	f.names = append(f.names, ownColumns...)
	return f
}

// Header returns the first record of the file with its line end, or "".
func (f *NotImported) Header() string {
	if f.format == NDJSON {
		return ""
	}
	return byteOrderMark + line(f.names)
}

// Record returns the record of a row with its line end.
func (f *NotImported) Record(r *Rejected) string {
	cells, text := make([]string, len(f.places), len(f.names)), ""
	if len(r.Fields) == f.columns {
		for i, place := range f.places {
			cells[i] = r.Fields[place]
			if place == f.hash && cells[i] != "" {
				cells[i] = usercsv.Hidden
			}
		}
	} else {
		text = toUTF8(r.Text)
	}
	if f.format == NDJSON {
		return f.object(r, cells, text)
	}
	return f.row(r, cells, text)
}

// toUTF8 replaces bytes that are not UTF-8 with the replacement character.
func toUTF8(text string) string { return strings.ToValidUTF8(text, "\ufffd") }

// Imported is a row that was imported.
type Imported struct {
	Line   int64 // the line of the row in the file of the first job
	Number int64 // the number of the row in the job's own file
	// Username, ExternalID and Sub are those of the user. They are "" if the user was deleted
	// since.
	Username, ExternalID, Sub string
}

// importedColumns are the columns of the map of the imported rows.
var importedColumns = []string{usercsv.ColumnLine, usercsv.ColumnRecord, usercsv.ColumnUsername, usercsv.ColumnExternalID, "sub"}

// ImportedHeader returns the first record of the map of the imported rows with its line end,
// or "".
func ImportedHeader(format Format) string {
	if format == NDJSON {
		return ""
	}
	return byteOrderMark + line(importedColumns)
}

// Record returns the record of a row with its line end.
func (r *Imported) Record(format Format) string {
	if format == NDJSON {
		var o object
		o.number(usercsv.ColumnLine, r.Line)
		o.number(usercsv.ColumnRecord, r.Number)
		for i, value := range []string{r.Username, r.ExternalID, r.Sub} {
			o.text(importedColumns[2+i], value)
		}
		return o.String()
	}
	return line(neutral([]string{number(r.Line), number(r.Number), r.Username, r.ExternalID, r.Sub}))
}
