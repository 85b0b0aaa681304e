package console

import (
	"context"
	"slices"
	"strconv"
	"time"

	poolhouseapi "poolhouse/internal/api/poolhouse"
)

// uploadSeen is an uploaded file with the server's findings, as the page shows it.
type uploadSeen struct {
	*poolhouseapi.UserImportUploadType
	names   []string  // column names of the rows, if they differ from Columns
	Checked time.Time // time of the last check, zero if there was none
	// IsOpen reports whether the file still has to be checked in the chosen format. Until
	// then the findings belong to another format.
	IsOpen bool
	// IsMapped reports whether a table shows and changes what the columns are read as.
	IsMapped bool
}

// uploadOf returns the upload of a form with the form's password algorithm. It returns nil
// if there is none, or if it no longer exists.
func (v *visit) uploadOf(ctx context.Context, f *jobForm) (*uploadSeen, error) {
	if f.UploadID == "" {
		return nil, nil
	}
	in := &poolhouseapi.DescribeUserImportUploadRequest{UserPoolId: f.pool, UploadId: f.UploadID, PasswordHashingAlgorithm: poolhouseapi.ImportReadAsType(f.Algorithm)}
	if f.Algorithm == "" {
		in.PasswordHashingAlgorithm = poolhouseapi.ImportReadAsTypeNone
	}
	out, err := do(ctx, v, poolhouseapi.DescribeUserImportUpload, in)
	if named(err, missing) || named(err, invalid) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return &uploadSeen{UserImportUploadType: out.UserImportUpload}, nil
}

// invalid are the error names for a malformed ID.
var invalid = []string{"InvalidParameterException"}

// IsWaiting, IsReading, IsReady and IsFailed tell the upload's state.
func (u *uploadSeen) IsWaiting() bool {
	return u.Status == poolhouseapi.UserImportUploadStatusTypeWaiting
}

// IsReading reports whether the file is being read.
func (u *uploadSeen) IsReading() bool {
	return u.Status == poolhouseapi.UserImportUploadStatusTypeReading
}

// IsReady reports whether the findings are available.
func (u *uploadSeen) IsReady() bool { return u.Status == poolhouseapi.UserImportUploadStatusTypeReady }

// IsFailed reports whether the file cannot be read.
func (u *uploadSeen) IsFailed() bool {
	return u.Status == poolhouseapi.UserImportUploadStatusTypeFailed
}

// IsGood reports whether a job can be created from the file.
func (u *uploadSeen) IsGood() bool { return u != nil && u.IsReady() && u.Problem == "" }

// Size returns the size of the file.
func (u *uploadSeen) Size() string { return size(value(u.FileSize)) }

// Passing counts the rows that would be imported.
func (u *uploadSeen) Passing() int64 {
	if u.PassingRows != nil {
		return *u.PassingRows
	}
	return value(u.TotalRows) - value(u.FailingRows)
}

// Sum says how many rows would be imported.
func (u *uploadSeen) Sum() string {
	return count(int(value(u.TotalRows)), "row", "rows") + ": " + number(u.Passing()) + " would be imported, " +
		number(value(u.FailingRows)) + " would fail, " + number(value(u.SkippedRows)) + " would be skipped"
}

// AllPass reports whether every row would be imported.
func (u *uploadSeen) AllPass() bool {
	return value(u.TotalRows) > 0 && u.Passing() == value(u.TotalRows)
}

// WouldEndBadly reports whether the job would fail although some rows are imported.
func (u *uploadSeen) WouldEndBadly() bool {
	return u.CompletionStatus == string(importFailed) && u.Problem == ""
}

// Wrongs returns all problems of the file, each once.
func (u *uploadSeen) Wrongs() (texts []string) {
	for _, p := range u.Problems {
		texts = append(texts, p.Message)
	}
	if u.Problem != "" && !slices.Contains(texts, u.Problem) {
		texts = append([]string{u.Problem}, texts...)
	}
	return texts
}

// importFailed is the status of a failed job.
const importFailed = "Failed"

// wrongCell is a cell with an error, or a row with an error as a whole, in the table of the
// first failing rows.
type wrongCell struct {
	Line    int64
	IsFirst bool // first cell of its row
	Column  string
	Value   string
	note
}

// wrongShown is the number of cells in the table of the first failing rows.
const wrongShown = 20

// WrongCells returns the first cells with errors.
func (u *uploadSeen) WrongCells() []wrongCell {
	all := u.wrongCells()
	return all[:min(len(all), wrongShown)]
}

// MoreWrong says that there are more of them, "" if there are none.
func (u *uploadSeen) MoreWrong() string {
	if len(u.wrongCells()) <= wrongShown && int64(len(u.Rows)) >= value(u.FailingRows)+value(u.SkippedRows) {
		return ""
	}
	return "These are the first. After the import all are listed, and can be corrected in their cells."
}

// FirstCauses returns the most frequent causes.
func (u *uploadSeen) FirstCauses() []poolhouseapi.ImportCauseType {
	return u.Causes[:min(len(u.Causes), causesShown)]
}

// MoreCauses says how many causes FirstCauses leaves out, "" for none.
func (u *uploadSeen) MoreCauses() string {
	if n := len(u.Causes) - causesShown; n > 0 {
		return count(n, "more cause", "more causes")
	}
	return ""
}

// wrongCells returns the cells with errors in the first failing rows.
func (u *uploadSeen) wrongCells() (cells []wrongCell) {
	names := u.names
	if len(names) == 0 {
		for i := range u.Columns {
			names = append(names, u.Columns[i].Name)
		}
	}
	g := &grid{Names: names}
	for i := range u.Rows {
		row := &u.Rows[i]
		for k := range row.Findings {
			f := &row.Findings[k]
			cell := wrongCell{Line: value(row.LineNumber), IsFirst: k == 0, Column: f.Column, Value: row.Text, note: noteOf(f, value(row.LineNumber), g.number(f))}
			if n := g.number(f); len(row.Values) > 0 {
				cell.Value = ""
				if n > 0 {
					cell.Value = at(row.Values, n)
				}
			}
			cells = append(cells, cell)
		}
	}
	return cells
}

// Known counts the columns that are imported, among those listed.
func (u *uploadSeen) Known() (n int) {
	for i := range u.Columns {
		if readAs(&u.Columns[i]) != "" && !isTrue(u.Columns[i].IsRepeated) {
			n++
		}
	}
	return n
}

// readAs returns the pool's column that a column of the file is read as, "" for none.
func readAs(c *poolhouseapi.ImportColumnType) string {
	switch {
	case c.ReadAs != "" || c.NotImported != "":
		return c.ReadAs
	case isTrue(c.IsKnown):
		return c.Name
	}
	return ""
}

// More counts the columns that are not listed.
func (u *uploadSeen) More() int { return int(value(u.ColumnCount)) - len(u.Columns) }

// Button returns the text of the primary button, with the number of rows.
func (u *uploadSeen) Button() string {
	if !u.IsGood() || u.IsOpen {
		return "Create and start job"
	}
	return "Create job and import " + count(int(value(u.TotalRows)), "row", "rows")
}

// WouldFail says how many rows would fail, "" for none.
func (u *uploadSeen) WouldFail() string {
	switch n := value(u.FailingRows); n {
	case 0:
		return ""
	case 1:
		return "1 row would fail and is listed afterwards."
	default:
		return number(n) + " rows would fail and are listed afterwards."
	}
}

// cell is a value of one of the first rows.
type cell struct {
	Text string
	Bad  bool
}

// firstRow is one of the first rows of the file.
type firstRow struct {
	Line   string
	Cells  []cell
	Reason string
}

// Heads returns the columns of the table of the first rows. The bound is also the number of
// values that the API returns of a row.
func (u *uploadSeen) Heads() []poolhouseapi.ImportColumnType {
	return u.Columns[:min(len(u.Columns), headsShown)]
}

// headsShown bounds the columns in the table of the first rows.
const headsShown = 50

// Over returns one element for each further column: some row has more values than the
// header has names.
func (u *uploadSeen) Over() []struct{} {
	return make([]struct{}, u.width()-len(u.Heads()))
}

// width returns the number of columns in the table of the first rows.
func (u *uploadSeen) width() int {
	width := len(u.Heads())
	for i := range u.FirstRows {
		width = max(width, len(u.FirstRows[i].Values))
	}
	return width
}

// First returns the first rows, with failing values marked.
func (u *uploadSeen) First() (rows []firstRow) {
	width := u.width()
	for i := range u.FirstRows {
		r := &u.FirstRows[i]
		row := firstRow{Line: strconv.FormatInt(value(r.LineNumber), 10), Reason: r.Message}
		for k, text := range r.Values {
			row.Cells = append(row.Cells, cell{text, r.Column != "" && k < len(u.Columns) && u.Columns[k].Name == r.Column})
		}
		row.Cells = append(row.Cells, make([]cell, width-len(row.Cells))...)
		rows = append(rows, row)
	}
	return rows
}

// Read describes what happens to each column.
func (u *uploadSeen) Read() (columns []columnRead) {
	for i := range u.Columns {
		c := &u.Columns[i]
		read := columnRead{Name: c.Name, Number: i + 1, State: jobStatus{"ok quiet", "ok", "Recognised"}}
		switch {
		case c.NotImported != "":
			read.State = jobStatus{"idle quiet", "minus", "Not imported. " + whyUnread(c.NotImported)}
		case isTrue(c.IsRepeated):
			read.State = jobStatus{"err quiet", "err", "The column occurs twice."}
		case !isTrue(c.IsKnown) && c.Advice != "":
			read.State = jobStatus{"err quiet", "err", "No such column: " + c.Advice + "."}
		case !isTrue(c.IsKnown):
			read.State = jobStatus{"err quiet", "err", "The column has no name."}
		}
		columns = append(columns, read)
	}
	return columns
}

// columnRead is a column of the file and what happens to it.
type columnRead struct {
	Name   string
	Number int
	State  jobStatus
}
