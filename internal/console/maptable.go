package console

import (
	"context"
	"html/template"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	poolhouseapi "poolhouse/internal/api/poolhouse"
)

// mapTable is the table that shows what each column of a file is read as, and lets the
// caller change it.
type mapTable struct {
	Rows       []mapRow
	Summary    string
	IsOpen     bool // the table needs attention
	Missing    []poolhouseapi.ImportMissingColumnType
	More       int       // columns that are not shown
	IsListed   bool      // the pool's columns are listed in the menus
	Remembered time.Time // time of the last import's choice, zero if none fits
}

// mapRow is a column of a file.
type mapRow struct {
	Number               int
	Name                 string
	Filled               string // the number of rows with a value, in words
	Samples              []string
	Chosen               string
	Error                string
	State                jobStatus
	options              []string
	IsFixed              bool // cannot be changed
	IsKnown, IsSuggested bool
	IsChosen, IsUnread   bool
}

// ID returns the ID of the menu for what the column is read as.
func (r *mapRow) ID() string { return fieldReadAs + strconv.Itoa(r.Number) }

// NameID returns the name of the field with the column's name.
func (r *mapRow) NameID() string { return fieldColumn + strconv.Itoa(r.Number) }

// Label returns the label of the menu.
func (r *mapRow) Label() string {
	return r.Name + ", read as"
}

// Options returns the options of the menu. They are rendered here, because the template is
// too slow for many columns of a file times many columns of a pool.
func (r *mapRow) Options() template.HTML {
	var b strings.Builder
	one := func(name, text string) {
		b.WriteString(`<option value="` + template.HTMLEscapeString(name) + `"`)
		if name == r.Chosen {
			b.WriteString(" selected")
		}
		b.WriteString(">" + template.HTMLEscapeString(text) + "</option>")
	}
	one("", "Not imported")
	for _, name := range r.options {
		one(name, name)
	}
	if r.Chosen != "" && !slices.Contains(r.options, r.Chosen) {
		one(r.Chosen, r.Chosen)
	}
	return template.HTML(b.String()) // escaped
}

// tableOf returns the table of a file's columns, or nil if there are none.
func (v *visit) tableOf(ctx context.Context, f *jobForm, u *uploadSeen) (*mapTable, error) {
	columns := u.Columns
	if len(columns) == 0 { // the check that lists them failed
		for _, m := range f.Columns.Shown {
			columns = append(columns, poolhouseapi.ImportColumnType{Name: m.Column})
		}
	}
	if len(columns) == 0 {
		return nil, nil
	}
	u.IsMapped = true
	t := &mapTable{IsListed: f.Columns.columns != nil, More: max(0, int(value(u.ColumnCount))-len(columns))}
	taken := f.taken(columns)
	for i := range columns {
		t.Rows = append(t.Rows, f.mapRow(columns, i, u, taken))
	}
	f.showErrors(t)
	t.missing(u)
	t.sum(u)
	return t, v.offerRemembered(ctx, f, t)
}

// taken returns the pool's columns that a column of the file is read as, by default or by
// choice.
func (f *jobForm) taken(columns []poolhouseapi.ImportColumnType) map[string]bool {
	taken := map[string]bool{"": true}
	for i := range columns {
		if as, is := f.Columns.chosen(called(columns, i)); is {
			taken[as] = true
		} else {
			taken[f.Columns.own(called(columns, i))] = true
		}
	}
	return taken
}

// mapRow returns the row of a column. For an unknown column it adds the suggestion to
// taken.
func (f *jobForm) mapRow(columns []poolhouseapi.ImportColumnType, place int, u *uploadSeen, taken map[string]bool) mapRow {
	c, name := &columns[place], called(columns, place)
	row := mapRow{Number: place + 1, Name: name, Filled: "–", Samples: c.Samples, options: f.Columns.columns}
	if c.FilledRows != nil {
		row.Filled = number(*c.FilledRows) + " of " + number(value(u.TotalRows))
	}
	own := f.Columns.own(name)
	if own != "" && !slices.Contains(row.options, own) {
		row.options = append(slices.Clip(row.options), own)
	}
	as, isChosen := f.Columns.chosen(name)
	_, isTold := f.Columns.known[name]
	isAgain := slices.ContainsFunc(columns[:place], func(other poolhouseapi.ImportColumnType) bool { return other.Name == name })
	switch {
	case utf8.RuneCountInString(c.Name) > longestMapped:
		row.IsFixed, row.Chosen, row.State = true, own, jobStatus{"warn quiet", "warn", "Its name has more than 256 characters. Shorten it in the file to choose."}
		if c.NotImported != "" {
			row.State = jobStatus{"idle quiet", "minus", "Not imported. " + whyUnread(c.NotImported)}
		}
	case isAgain:
		row.IsFixed, row.State = true, jobStatus{"err quiet", "err", "It occurs twice. Rename one of them in the file."}
	case isChosen && as == "" && (own != "" || !isTold && c.NotImported == "" || f.Columns.On && c.NotImported != "Empty" && c.NotImported != "RowNumbers"):
		row.IsChosen, row.IsUnread, row.State = true, true, jobStatus{"idle quiet", "minus", "Not imported, as you chose."}
	case isTrue(c.IsRepeated) && !isChosen:
		row.IsChosen, row.Chosen, row.State = true, own, jobStatus{"err quiet", "err", "Another column is read as the same. Choose “Not imported” for one of them."}
	case isChosen && as != own:
		row.IsChosen, row.Chosen, row.State = true, as, jobStatus{"ok quiet", "ok", "As you chose."}
	case own != "":
		row.IsKnown, row.Chosen, row.State = true, own, jobStatus{"ok quiet", "ok", "Recognised."}
	case c.Meant != "" && !taken[c.Meant] && !isChosen:
		taken[c.Meant] = true
		row.Chosen, row.IsSuggested, row.State = c.Meant, true, jobStatus{"info quiet", "info", "Suggested by its name. Look at its values."}
	case c.NotImported != "":
		row.IsUnread, row.State = true, jobStatus{"idle quiet", "minus", "Not imported. " + whyUnread(c.NotImported)}
	default:
		row.State = jobStatus{"warn quiet", "warn", "The pool has no such column."}
	}
	return row
}

// errSameColumn is the error of a choice whose columns are not shown.
const errSameColumn = "Two columns are read as the same column of the pool."

// showErrors puts the errors of the choice at their fields.
func (f *jobForm) showErrors(t *mapTable) {
	for i := range t.Rows {
		row := &t.Rows[i]
		if text := f.Columns.wrongs[row.Name]; text != "" && !row.IsFixed {
			row.Error = text
			f.wrong(row.ID(), text)
		}
	}
	if len(f.Columns.wrongs) > 0 && len(f.problems) == 0 {
		f.wrong(fileField, errSameColumn)
	}
}

// missing sets the required columns that no column of the file is read as.
func (t *mapTable) missing(u *uploadSeen) {
	isRead := func(name string) bool {
		return slices.ContainsFunc(t.Rows, func(r mapRow) bool { return r.Chosen == name })
	}
	for _, m := range u.MissingColumns {
		if !isRead(m.Name) && !slices.ContainsFunc(m.Alternatives, isRead) {
			t.Missing = append(t.Missing, m)
		}
	}
}

// sum sets the summary of the table.
func (t *mapTable) sum(u *uploadSeen) {
	read, known := 0, 0
	t.IsOpen = len(t.Missing) > 0 || u.Problem != ""
	for i := range t.Rows {
		r := &t.Rows[i]
		if r.Chosen != "" {
			read++
		}
		if r.IsKnown {
			known++
		}
		if r.Error != "" || r.IsChosen || !r.IsKnown && !r.IsUnread {
			t.IsOpen = true
		}
	}
	all := len(t.Rows) + t.More
	switch {
	case known == all:
		t.Summary = count(all, "column", "columns") + ", all known"
		if all == 1 {
			t.Summary = "1 column, which is known"
		}
	default:
		t.Summary = count(all, "column", "columns") + ", " + number(read) + " imported"
	}
}

// offerRemembered offers the choice of the pool's last import, if it differs for a column
// of this file.
func (v *visit) offerRemembered(ctx context.Context, f *jobForm, t *mapTable) error {
	in := &poolhouseapi.GetUserImportMapRequest{UserPoolId: f.pool}
	if !may(ctx, v, poolhouseapi.GetUserImportMap, in) {
		return nil
	}
	out, err := do(ctx, v, poolhouseapi.GetUserImportMap, in)
	if err != nil {
		return err
	}
	for _, m := range out.Map {
		if slices.ContainsFunc(t.Rows, func(r mapRow) bool { return !r.IsFixed && r.Name == m.Column && r.Chosen != m.Attribute }) {
			t.Remembered = out.LastModifiedDate.Time
		}
	}
	return nil
}
