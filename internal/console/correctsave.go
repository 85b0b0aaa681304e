package console

import (
	"cmp"
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	poolhouseapi "poolhouse/internal/api/poolhouse"
)

// rowTyped is the submitted content of a row's fields.
type rowTyped struct {
	mark  string         // digest of the values that the page showed
	cells map[int]string // by column number
	text  string         // whole text of a row that cannot be split
	whole bool           // text is set
	reset bool           // take back the row's corrections
}

// isNew reports whether the fields differ from what the page showed.
func (r *rowTyped) isNew(line int64) bool {
	values := map[string]string{}
	for n, text := range r.cells {
		values[cellID(line, n)] = text
	}
	if r.whole {
		values[cellID(line, 0)] = r.text
	}
	return r.reset || markOf(values) != r.mark
}

// rowsTyped returns the submitted rows of a form. [cellID] gives the names of the fields; a
// row's digest is in the field w followed by its line.
func rowsTyped(form url.Values) map[int64]*rowTyped {
	rows := map[int64]*rowTyped{}
	at := func(text string) *rowTyped {
		line := lineIn(text)
		if line == 0 {
			return &rowTyped{} // does not belong to a row
		}
		if rows[line] == nil {
			rows[line] = &rowTyped{cells: map[int]string{}}
		}
		return rows[line]
	}
	for name := range form {
		kind, rest := name[:min(1, len(name))], name[min(1, len(name)):]
		switch line, column, is := strings.Cut(rest, "-"); {
		case kind == "w" && !is:
			at(line).mark = form.Get(name)
		case kind == "t" && !is && lineIn(line) > 0:
			row := at(line)
			row.text, row.whole = form.Get(name), true
		case kind == "c" && is && lineIn(line) > 0:
			if n, err := strconv.Atoi(column); err == nil && n > 0 && n <= mostColumns {
				at(line).cells[n] = form.Get(name)
			}
		}
	}
	return rows
}

// mostColumns bounds the column number in a field's name.
const mostColumns = 1000

// put adds the value of a button to the rows: line, column number and value.
func put(rows map[int64]*rowTyped, button string) {
	words := strings.SplitN(button, " ", 3)
	if len(words) != 3 {
		return
	}
	n, err := strconv.Atoi(words[1])
	row := rows[lineIn(words[0])]
	switch {
	case err != nil || row == nil || n < undoColumn || n > mostColumns:
	case n == undoColumn:
		row.reset = true
	case n == 0:
		row.text, row.whole = words[2], true
	default:
		row.cells[n] = words[2]
	}
}

// correction returns the correction to store for a row: the cells whose submitted value
// differs from the current one. Earlier corrections of other cells stay. It is false if
// nothing changes.
func (r *rowTyped) correction(names []string, row *poolhouseapi.ImportRejectedRowType) (c poolhouseapi.ImportCorrectionType, is bool) {
	c.LineNumber = value(row.LineNumber)
	if r.reset {
		c.Reset = new(true)
		return c, true
	}
	if r.whole || !isSplit(row) {
		switch {
		case !r.whole || !isSplit(row) && r.text == cmp.Or(row.CorrectedText, row.Text):
			return c, false
		case r.text == "" || r.text == row.Text:
			c.Reset = new(true)
		default:
			c.Text = r.text
		}
		return c, true
	}
	now := row.Values
	if len(row.CorrectedValues) > 0 {
		now = row.CorrectedValues
	}
	for i := range min(len(now), len(names)) {
		if typed, has := r.cells[i+1]; has && typed != now[i] {
			c.Values = append(c.Values, poolhouseapi.ImportCorrectedValueType{Column: names[i], Value: typed})
		}
	}
	return c, len(c.Values) > 0
}

// saved is the result of saving the rows of a form.
type saved struct {
	names              []string
	rows               []poolhouseapi.ImportRejectedRowType // rows that were judged again
	corrected, passing int64
	isSaved            bool
}

// save stores the submitted values of rows and has these rows judged again. It leaves rows
// without changes alone, because another person may have corrected them meanwhile.
func (v *visit) save(ctx context.Context, view *rowsView, typed map[int64]*rowTyped) (*saved, error) {
	var lines []int64
	for line, row := range typed {
		if row.isNew(line) {
			lines = append(lines, line)
		}
	}
	if len(lines) == 0 {
		return &saved{}, nil
	}
	slices.Sort(lines)
	got, err := v.rowsAt(ctx, view, lines)
	if err != nil {
		return nil, err
	}
	in := &poolhouseapi.CorrectUserImportJobRowsRequest{UserPoolId: view.pool, JobId: view.job}
	for i := range got.rows {
		if c, is := typed[value(got.rows[i].LineNumber)].correction(got.names, &got.rows[i]); is {
			in.Corrections = append(in.Corrections, c)
		}
	}
	if len(in.Corrections) == 0 {
		return &saved{}, nil
	}
	out, err := do(ctx, v, poolhouseapi.CorrectUserImportJobRows, in)
	if err != nil {
		return nil, err
	}
	return &saved{names: got.names, rows: out.Rows, corrected: value(out.CorrectedRows), passing: value(out.PassingCorrectedRows), isSaved: true}, nil
}

// The buttons of the page.
const (
	doImport = "import" // import the corrected rows
	doRepeat = "repeat" // import all failed rows unchanged
	doApply  = "apply"  // apply suggestions; a suffix names the reading
)

// actOnRows saves the submitted rows and then carries out the pressed button.
func actOnRows(ctx context.Context, v *visit) (*page, error) {
	view := v.readRowsView()
	key := &poolhouseapi.CorrectUserImportJobRowsRequest{UserPoolId: view.pool, JobId: view.job}
	if err := must(ctx, v, poolhouseapi.CorrectUserImportJobRows, key); err != nil {
		return nil, err
	}
	typed := rowsTyped(v.r.PostForm)
	put(typed, v.r.PostFormValue("put"))
	if line := lineIn(v.r.PostFormValue("row")); line > 0 && v.fromScript() {
		return v.judged(ctx, view, line, typed[line]), nil
	}
	s, err := v.save(ctx, view, typed)
	if err != nil {
		return v.notSaved(ctx, view, err)
	}
	does, reading, _ := strings.Cut(v.r.PostFormValue("do"), ":")
	switch does {
	case doImport:
		return v.importRows(ctx, view, &poolhouseapi.RetryUserImportJobRequest{UserPoolId: view.pool, JobId: view.job, OnlyCorrected: new(true)})
	case doRepeat:
		return v.importRows(ctx, view, &poolhouseapi.RetryUserImportJobRequest{UserPoolId: view.pool, JobId: view.job,
			Verdicts: []poolhouseapi.ImportRowsVerdictType{poolhouseapi.ImportRowsVerdictTypeFailed}})
	case doApply:
		return v.applyLike(ctx, view, reading)
	}
	if !s.isSaved {
		return &page{redirect: view.here()}, nil
	}
	return done(view.here(), count(len(s.rows), "row was", "rows were")+" judged again and saved.", ""), nil
}

// notSaved shows the form again with its text, or returns the error.
func (v *visit) notSaved(ctx context.Context, view *rowsView, err error) (*page, error) {
	var f form
	if err := f.refused(err); err != nil {
		return nil, err
	}
	return v.correctPage(ctx, view, &f, http.StatusUnprocessableEntity)
}

// importRows creates a job from rows that were not imported, and starts it.
func (v *visit) importRows(ctx context.Context, view *rowsView, in *poolhouseapi.RetryUserImportJobRequest) (*page, error) {
	out, err := do(ctx, v, poolhouseapi.RetryUserImportJob, in)
	if err != nil {
		return v.notSaved(ctx, view, err)
	}
	return v.startChild(ctx, out.UserImportJob)
}

// judged saves one row and returns it with its new findings, and the bar.
func (v *visit) judged(ctx context.Context, view *rowsView, line int64, typed *rowTyped) *page {
	text, err := v.judgedRow(ctx, view, line, typed)
	if err != nil {
		said := "The row could not be judged. Save the page, or try again."
		var f form
		if err := f.refused(err); err == nil {
			said = f.problems[0].Text
		} else if p := v.failed(ctx, err); p.Title != "" {
			said = p.Title + ". " + said
		}
		if text, err = v.fragment(ctx, "correct", "correct-bar", &barData{Problem: said, IsPart: true}); err != nil {
			return v.failed(ctx, err)
		}
	}
	return &page{fragment: text}
}

func (v *visit) judgedRow(ctx context.Context, view *rowsView, line int64, typed *rowTyped) (string, error) {
	now, err := v.jobOrID(ctx)
	if err != nil {
		return "", err
	}
	if typed == nil {
		typed = &rowTyped{}
	}
	s, err := v.save(ctx, view, map[int64]*rowTyped{line: typed})
	if err != nil {
		return "", err
	}
	if !s.isSaved {
		got, err := v.rowsAt(ctx, view, []int64{line})
		if err != nil {
			return "", err
		}
		s = &saved{names: got.names, rows: got.rows, corrected: got.corrected, passing: got.passing}
	}
	if len(s.rows) == 0 {
		return "", errRowGone
	}
	g := &grid{Path: view.base(), Names: s.names}
	var numbers []int
	for _, word := range strings.Fields(v.r.PostFormValue("cols")) {
		if n, err := strconv.Atoi(word); err == nil {
			numbers = append(numbers, n)
		}
	}
	slices.Sort(numbers)
	g.show(slices.Compact(numbers))
	row := g.row(&s.rows[0])
	text, err := v.fragment(ctx, "correct", "correct-row", &rowData{Grid: g, Row: &row})
	if err != nil {
		return "", err
	}
	bar, err := v.barOf(ctx, view, now, s.corrected, s.passing)
	if err != nil {
		return "", err
	}
	bar.IsPart, bar.Saved = true, v.Now()
	more, err := v.fragment(ctx, "correct", "correct-bar", &bar)
	return text + more, err
}
