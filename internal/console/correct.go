package console

import (
	"context"
	"net/http"
	"strconv"
	"strings"
	"time"

	cognitoapi "poolhouse/internal/api/cognito"
	poolhouseapi "poolhouse/internal/api/poolhouse"
)

func jobCorrectAction() action {
	return action{path: "/pools/{pool}/import-jobs/{job}/correct", show: showCorrect, act: actOnRows}
}

// correctData is the data of the template correct: rows that were not imported, with fields
// to correct their cells.
type correctData struct {
	View      *rowsView
	Pills     []pill
	Alone     string // name of the cause that filters the rows; "" if there is none or it has a pill
	Grid      grid
	Like      *bulkFix
	Bar       barData
	Lines     string // the lines shown
	First     string
	Prev      string
	Next      string
	GoOn      int64 // line at which the search for rows stopped, 0 at the end
	Why       string
	Until     time.Time // the rows are deleted at this time
	Results   string    // path of the file with the rows, "" if it is not offered
	MayRepeat bool
	Failed    int64
	Children  []relatedJob
	Stays     bool // rows were shown and are still there
}

// pathOfRows returns the path of the page that corrects the rows of a job.
func pathOfRows(pool, job string) string { return jobPath(pool, job, "correct") }

func showCorrect(ctx context.Context, v *visit) (*page, error) {
	return v.correctPage(ctx, v.readRowsView(), nil, http.StatusOK)
}

// mayCorrect reports whether the caller may correct rows of a job.
func (v *visit) mayCorrect(ctx context.Context, pool, job string) bool {
	return may(ctx, v, poolhouseapi.ListUserImportJobRows, &poolhouseapi.ListUserImportJobRowsRequest{UserPoolId: pool, JobId: job}) &&
		may(ctx, v, poolhouseapi.CorrectUserImportJobRows, &poolhouseapi.CorrectUserImportJobRowsRequest{UserPoolId: pool, JobId: job})
}

// mayRetry reports whether the caller may import rows again.
func (v *visit) mayRetry(ctx context.Context, pool, job string) bool {
	return may(ctx, v, poolhouseapi.RetryUserImportJob, &poolhouseapi.RetryUserImportJobRequest{UserPoolId: pool, JobId: job}) &&
		may(ctx, v, cognitoapi.StartUserImportJob, &cognitoapi.StartUserImportJobRequest{UserPoolId: pool, JobId: job})
}

// correctPage returns the page with the rows of a view. A form that could not be saved is
// shown with the text that was typed.
func (v *visit) correctPage(ctx context.Context, view *rowsView, f *form, status int) (*page, error) {
	list := &poolhouseapi.ListUserImportJobRowsRequest{UserPoolId: view.pool, JobId: view.job}
	if err := must(ctx, v, poolhouseapi.ListUserImportJobRows, list); err != nil {
		return nil, err
	}
	now, err := v.jobOrID(ctx)
	if err != nil {
		return nil, err
	}
	here, err := v.hereOf(ctx)
	if err != nil {
		return nil, err
	}
	d := &correctData{View: view, Failed: now.Failed(), MayRepeat: now.Failed() > 0 && v.mayRetry(ctx, view.pool, view.job), Children: now.children(retryRelation)}
	if may(ctx, v, poolhouseapi.GetUserImportJobResults, &poolhouseapi.GetUserImportJobResultsRequest{UserPoolId: view.pool, JobId: view.job}) {
		d.Results = jobPath(view.pool, view.job, "results.csv")
	}
	d.pills(now)
	if err := v.fillGrid(ctx, d, now, f != nil || v.isAgain); err != nil {
		return nil, err
	}
	title := "Correct rows"
	if now.Failed() > 0 {
		title = "Correct " + count(int(now.Failed()), "failed row", "failed rows")
	}
	if d.Grid.ReadOnly {
		title = "Rows that were not imported"
	}
	p := &page{
		Template: "correct", Title: title, About: now.called(), At: "jobs", Pool: here, Crumbs: append(atJob(here), crumb{now.called(), jobPath(here.ID, now.JobId)}),
		Data: d, Form: f, status: status, Command: shell("poolhouse", "results", "--user-pool-id", here.ID, "--job-id", now.JobId),
	}
	if d.Grid.ReadOnly {
		p.Note = "Your key may look at these rows, not correct them."
	}
	return p, nil
}

// fillGrid sets the rows of a page, or the reason why there are none.
func (v *visit) fillGrid(ctx context.Context, d *correctData, now *jobNow, withTyped bool) error {
	view := d.View
	got, err := v.rowsOf(ctx, view, now)
	if err != nil {
		var f form
		if err := f.refused(err); err != nil {
			return err
		}
		d.Why = f.problems[0].Text
		return nil
	}
	d.Stays, d.Until = true, got.until
	d.Grid = grid{Path: view.base(), Names: got.names, ReadOnly: !v.mayCorrect(ctx, view.pool, view.job)}
	d.Grid.choose(got.rows)
	for i := range got.rows {
		row := d.Grid.row(&got.rows[i])
		if withTyped {
			row.typed(v.r.PostForm)
		}
		d.Grid.Rows = append(d.Grid.Rows, row)
	}
	if !d.Grid.ReadOnly && may(ctx, v, poolhouseapi.ApplyUserImportSuggestions, &poolhouseapi.ApplyUserImportSuggestionsRequest{UserPoolId: view.pool, JobId: view.job}) {
		if d.Like, err = v.bulkFixes(ctx, view); err != nil {
			return err
		}
	}
	if d.Bar, err = v.barOf(ctx, view, now, got.corrected, got.passing); err != nil {
		return err
	}
	d.foot(got)
	return nil
}

// TheBar returns the bar below the rows.
func (d *correctData) TheBar() *barData {
	d.Bar.ReadOnly = d.Grid.ReadOnly
	return &d.Bar
}

// foot sets the text about the lines shown, and the links to other pages.
func (d *correctData) foot(got *rowsPage) {
	if n := len(got.rows); n > 0 {
		d.Lines = "Line " + number(value(got.rows[0].LineNumber))
		if n > 1 {
			d.Lines += " to " + number(value(got.rows[n-1].LineNumber))
		}
	}
	if got.next > 0 {
		d.Next = d.View.after(got.next)
		if len(got.rows) == 0 {
			d.GoOn = got.next
		}
	}
	if d.View.line > 0 {
		d.First = d.View.at(0, nil)
		if n := len(d.View.back); n > 0 {
			d.Prev = d.View.at(d.View.back[n-1], d.View.back[:n-1])
		}
	}
}

// rowsView selects rows of a job.
type rowsView struct {
	pool, job string
	all       bool                             // include rows that cannot be corrected in cells
	cause     *poolhouseapi.ImportLogCauseType // nil for all causes
	line      int64                            // first line, 0 for the first row
	back      []int64                          // the first lines of the previous pages
}

// mostBack bounds the previous pages in an address.
const mostBack = 40

// readRowsView returns the view in a request's address or form.
func (v *visit) readRowsView() *rowsView {
	view := &rowsView{pool: v.r.PathValue("pool"), job: v.r.PathValue("job"), all: v.r.FormValue("all") != "", line: lineIn(v.r.FormValue("line"))}
	asked := func(name string) string { return clip(strings.TrimSpace(v.r.FormValue(name)), longestSearch) }
	if code := asked("code"); code != "" {
		view.cause = &poolhouseapi.ImportLogCauseType{Code: code, Column: asked("column"), Flaw: asked("flaw")}
	}
	for _, text := range strings.Split(clip(v.r.FormValue("back"), mostBack*11), ",") {
		if line := lineIn(text); line > 0 || text == "0" {
			view.back = append(view.back, line)
		}
	}
	return view
}

// Base is the path of the page with all rows that can be corrected in cells.
func (view *rowsView) Base() string { return view.base() }

// Column returns the column of the view's cause, or "".
func (view *rowsView) Column() string {
	if view.cause == nil {
		return ""
	}
	return view.cause.Column
}

func (view *rowsView) base() string { return pathOfRows(view.pool, view.job) }

// Hidden returns the view as hidden fields of a form.
func (view *rowsView) Hidden() (fields []option) {
	for i, pairs := 0, view.query(view.line, view.back); i < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			fields = append(fields, option{Value: pairs[i+1], Text: pairs[i]})
		}
	}
	return fields
}

func (view *rowsView) query(line int64, back []int64) []string {
	pairs := []string{"all", "", "code", "", "column", "", "flaw", "", "line", "", "back", ""}
	if view.all {
		pairs[1] = "1"
	}
	if c := view.cause; c != nil {
		pairs[3], pairs[5], pairs[7] = c.Code, c.Column, c.Flaw
	}
	if line > 0 {
		pairs[9] = strconv.FormatInt(line, 10)
	}
	var lines []string
	for _, each := range back[max(0, len(back)-mostBack):] {
		lines = append(lines, strconv.FormatInt(each, 10))
	}
	pairs[11] = strings.Join(lines, ",")
	return pairs
}

// at returns the path of the same view from a line on.
func (view *rowsView) at(line int64, back []int64) string {
	return withQuery(view.base(), view.query(line, back)...)
}

// here returns the path of the page itself.
func (view *rowsView) here() string { return view.at(view.line, view.back) }

// after returns the path of the next page, which begins at a line.
func (view *rowsView) after(line int64) string {
	return view.at(line, append(append([]int64(nil), view.back...), view.line))
}
