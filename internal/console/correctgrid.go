package console

import (
	"fmt"
	"hash/fnv"
	"net/url"
	"slices"
	"strconv"
	"strings"

	poolhouseapi "poolhouse/internal/api/poolhouse"
)

// grid is the table whose cells are corrected.
type grid struct {
	Path     string
	Names    []string // names of all columns of the file
	Columns  []gridColumn
	Rows     []gridRow
	IsNamed  bool // a column has the username, which is not correctable
	ReadOnly bool
}

// gridColumn is a column of the file whose cells can be corrected.
type gridColumn struct {
	Number int // place in the file, from 1
	Name   string
}

// choose selects the columns to show for some rows: those with errors or corrections.
func (g *grid) choose(rows []poolhouseapi.ImportRejectedRowType) {
	var numbers []int
	for i := range rows {
		if isSplit(&rows[i]) {
			numbers = append(numbers, g.matter(&rows[i])...)
		}
	}
	slices.Sort(numbers)
	g.show(slices.Compact(numbers))
}

// show selects columns by their numbers.
func (g *grid) show(numbers []int) {
	g.Columns = nil
	for _, n := range numbers {
		if n > 0 && n <= len(g.Names) {
			g.Columns = append(g.Columns, gridColumn{n, g.Names[n-1]})
		}
	}
	name := slices.Index(g.Names, columnUsername) + 1
	g.IsNamed = name > 0 && !slices.Contains(numbers, name)
}

// Numbers returns the numbers of the columns, for a field of a row's form.
func (g *grid) Numbers() string {
	var words []string
	for _, c := range g.Columns {
		words = append(words, strconv.Itoa(c.Number))
	}
	return strings.Join(words, " ")
}

// Width returns the number of table columns that a row's text spans.
func (g *grid) Width() int {
	width := len(g.Columns)
	if g.IsNamed {
		width++
	}
	return max(1, width)
}

// matter returns the numbers of a row's columns that have errors or corrections.
func (g *grid) matter(row *poolhouseapi.ImportRejectedRowType) (numbers []int) {
	numbers = append(numbers, slices.Index(g.Names, row.Column)+1)
	for i := range row.Findings {
		numbers = append(numbers, g.number(&row.Findings[i]))
	}
	for i := range row.CorrectedValues {
		if i < len(row.Values) && row.CorrectedValues[i] != row.Values[i] {
			numbers = append(numbers, i+1)
		}
	}
	return slices.DeleteFunc(numbers, func(n int) bool { return n == 0 || isOurs(g.Names[n-1]) })
}

// isOurs reports whether a column is one that result files add. Such columns cannot be
// corrected.
func isOurs(name string) bool {
	return strings.HasPrefix(name, "poolhouse:") && name != "poolhouse:external_id"
}

// isSplit reports whether a row could be split into cells, in the file or after a
// correction.
func isSplit(row *poolhouseapi.ImportRejectedRowType) bool {
	return len(row.Values) > 0 || len(row.CorrectedValues) > 0
}

// number returns the column number of a finding, 0 for a finding about the whole row.
func (g *grid) number(f *poolhouseapi.ImportFindingType) int {
	if n := int(value(f.ColumnNumber)); n > 0 && n <= len(g.Names) {
		return n
	}
	return slices.Index(g.Names, f.Column) + 1
}

// gridRow is a row that can be corrected.
type gridRow struct {
	Line  int64
	Named string     // the username; "" if it is correctable or not known
	Cells []gridCell // one for each column of the grid
	Other []gridCell // cells with errors in columns that the grid does not show
	Whole *gridCell  // the whole text of a row that cannot be split; such a row has no cells
	Notes []note     // notes about the whole row
	// WasText is the text of a row that could not be split in the file but can be after its
	// correction. IsGood reports whether the corrected row would be imported.
	WasText string
	IsGood  bool
	CanUndo bool
	Mark    string // digest of the values shown; a form with another one has been edited
	// IsFine reports whether the row would be imported without a correction.
	IsFine bool
}

// gridCell is a value that can be corrected.
type gridCell struct {
	ID, Label  string
	Column     string
	Value, Was string
	IsChanged  bool
	Notes      []note
}

// note says what is wrong and what to write instead.
type note struct {
	Text, Setting string
	Suggestions   []proposal
}

// proposal is a button that puts a value into a cell.
type proposal struct {
	Line              int64
	Put, Text, Reason string
}

// cellData is the data of the part that shows a cell, noteData of the part that shows a
// note.
type (
	cellData struct {
		Grid *grid
		Cell gridCell
	}
	noteData struct {
		Grid *grid
		Note note
	}
)

// With returns a row for its part, CellOf a cell, and NoteOf a note.
func (g *grid) With(row gridRow) *rowData { return &rowData{g, &row} }

// CellOf returns the data of a cell's part.
func (g *grid) CellOf(c gridCell) *cellData { return &cellData{g, c} }

// NoteOf returns the data of a note's part.
func (g *grid) NoteOf(n note) *noteData { return &noteData{g, n} }

// rowData is the data of the part that shows a row.
type rowData struct {
	Grid *grid
	Row  *gridRow
}

// Undo returns the value of the button that takes back the row's corrections.
func (r *gridRow) Undo() string { return fmt.Sprintf("%d %d ", r.Line, undoColumn) }

// undoColumn is the column number in the value of an undo button.
const undoColumn = -1

// Text returns the cell with the row's whole text.
func (r *gridRow) Text() gridCell { return *r.Whole }

// IsBad reports whether the cell has an error.
func (c gridCell) IsBad() bool { return len(c.Notes) > 0 }

// IsGood reports whether the cell was corrected and has no error.
func (c gridCell) IsGood() bool { return c.IsChanged && len(c.Notes) == 0 }

// HasMore reports whether something is shown below the value.
func (c gridCell) HasMore() bool { return c.IsChanged || len(c.Notes) > 0 }

// cellID returns the name of a cell's field. Column 0 stands for the row's whole text.
func cellID(line int64, column int) string {
	if column == 0 {
		return "t" + strconv.FormatInt(line, 10)
	}
	return "c" + strconv.FormatInt(line, 10) + "-" + strconv.Itoa(column)
}

// row returns a row as the grid shows it.
func (g *grid) row(in *poolhouseapi.ImportRejectedRowType) gridRow {
	row := gridRow{Line: value(in.LineNumber), IsFine: len(in.Findings) == 0 && !isTrue(in.IsCorrected)}
	notes := map[int][]note{}
	for i := range in.Findings {
		f := &in.Findings[i]
		n := g.number(f)
		if !isSplit(in) {
			n = 0
		}
		notes[n] = append(notes[n], noteOf(f, row.Line, n))
	}
	switch {
	case !isSplit(in):
		text, was := in.Text, in.Text
		if in.CorrectedText != "" {
			text = in.CorrectedText
		}
		row.Whole = &gridCell{ID: cellID(row.Line, 0), Label: "Text of the row, line " + number(row.Line), Value: text, Was: was, IsChanged: text != was, Notes: notes[0]}
	default:
		row.Notes = notes[0]
		if len(in.Values) == 0 {
			row.WasText, row.IsGood = in.Text, len(in.Findings) == 0
		}
		cell := func(n int) gridCell {
			c := gridCell{ID: cellID(row.Line, n), Column: g.Names[n-1], Label: g.Names[n-1] + ", line " + number(row.Line), Was: at(in.Values, n), Notes: notes[n]}
			if c.Value = c.Was; len(in.CorrectedValues) > 0 {
				c.Value = at(in.CorrectedValues, n)
			}
			if len(in.Values) == 0 {
				c.Was = c.Value
			}
			c.IsChanged = c.Value != c.Was
			return c
		}
		for _, c := range g.Columns {
			row.Cells = append(row.Cells, cell(c.Number))
		}
		others := g.matter(in)
		slices.Sort(others)
		for _, n := range slices.Compact(others) {
			if !slices.ContainsFunc(g.Columns, func(c gridColumn) bool { return c.Number == n }) {
				row.Other = append(row.Other, cell(n))
			}
		}
		if name := slices.Index(g.Names, columnUsername) + 1; g.IsNamed && !slices.ContainsFunc(row.Other, func(c gridCell) bool { return c.Column == columnUsername }) {
			row.Named = at(in.Values, name)
			if len(in.Values) == 0 {
				row.Named = at(in.CorrectedValues, name)
			}
		}
	}
	row.CanUndo = isTrue(in.IsCorrected)
	row.Mark = markOf(row.values())
	return row
}

// at returns the value of a column by its number, "" if the row has none.
func at(values []string, number int) string {
	if number > len(values) {
		return ""
	}
	return values[number-1]
}

// values returns the values of the row's fields by their names.
func (r *gridRow) values() map[string]string {
	all := map[string]string{}
	for _, c := range slices.Concat(r.Cells, r.Other) {
		all[c.ID] = c.Value
	}
	if r.Whole != nil {
		all[r.Whole.ID] = r.Whole.Value
	}
	return all
}

// typed puts the submitted values into the row.
func (r *gridRow) typed(form url.Values) {
	put := func(c *gridCell) {
		if form.Has(c.ID) {
			c.Value = form.Get(c.ID)
		}
	}
	for i := range r.Cells {
		put(&r.Cells[i])
	}
	for i := range r.Other {
		put(&r.Other[i])
	}
	if r.Whole != nil {
		put(r.Whole)
	}
}

// markOf returns a short digest of fields and their values.
func markOf(values map[string]string) string {
	names := make([]string, 0, len(values))
	for name := range values {
		names = append(names, name)
	}
	slices.Sort(names)
	h := fnv.New64a()
	for _, name := range names {
		fmt.Fprintf(h, "%s\x00%d\x00%s", name, len(values[name]), values[name])
	}
	return strconv.FormatUint(h.Sum64(), 36)
}

// schemaPrefix begins the API's messages about an attribute's bounds.
const schemaPrefix = "Attributes did not conform to the schema: "

// shortened returns the text shown at the cell: what is wrong and what to write instead.
// Usually this is the advice. For a bound of an attribute and for a whole row the message
// comes first, because the advice lacks it.
func shortened(f *poolhouseapi.ImportFindingType) string {
	advice := strings.TrimPrefix(f.Advice, f.Column+": ")
	bound, isBound := strings.CutPrefix(f.Message, schemaPrefix+f.Column+": ")
	switch {
	case advice == "":
		return f.Message
	case isBound:
		return strings.TrimSuffix(bound, ".") + ". " + advice
	case f.Column == "":
		return f.Message + " " + advice
	}
	return advice
}

// noteOf returns a finding as the note at a column.
func noteOf(f *poolhouseapi.ImportFindingType, line int64, column int) note {
	n := note{Text: shortened(f), Setting: f.Setting}
	if column == 0 && f.Column != "" {
		n.Text = f.Column + ": " + n.Text
	}
	for _, s := range f.Suggestions {
		p := proposal{Line: line, Put: fmt.Sprintf("%d %d %s", line, column, s.Value), Text: s.Value, Reason: s.Reason}
		if p.Text == "" {
			p.Text = "Empty the cell"
		}
		n.Suggestions = append(n.Suggestions, p)
	}
	return n
}
