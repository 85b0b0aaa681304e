package console

import (
	"context"
	"time"

	cognitoapi "poolhouse/internal/api/cognito"
	poolhouseapi "poolhouse/internal/api/poolhouse"
	"poolhouse/internal/userpool"
)

// Rows on a page, rows of a call if some are left out, and the most such calls of a page.
const (
	rowsOfPage   = 50
	rowsOfSearch = 1000
	mostSearches = 20
)

// codeInternal is the code of a row that failed because of the server.
const codeInternal = "InternalError"

// notInCells returns the name of a cause that cannot be corrected in a cell. It is false
// for other causes.
func notInCells(c poolhouseapi.ImportCauseType) (text string, is bool) {
	switch c.Code {
	case userpool.CodeUsernameExists:
		return "Username has an account", true
	case userpool.CodeAliasExists:
		if name := attributeNames[c.Column]; name != "" {
			return capital(name) + " has an account", true
		}
		return "Another user signs in with it", true
	case codeInternal:
		return "Failed in the server", true
	}
	return "", false
}

// rejected returns the causes of all rows that were not imported, the most frequent first.
func (n *jobNow) rejected() []poolhouseapi.ImportCauseType {
	if n.Progress == nil {
		return nil
	}
	return n.Progress.Causes
}

// curable counts the failed rows that can be corrected in their cells.
func (n *jobNow) curable() int64 {
	rows := n.Failed()
	for _, c := range n.failures() {
		if _, is := notInCells(c); is {
			rows -= value(c.Rows)
		}
	}
	return max(0, rows)
}

// pills sets the filters by cause.
func (d *correctData) pills(now *jobNow) {
	view := d.View
	only := func(c *poolhouseapi.ImportLogCauseType) string {
		return (&rowsView{pool: view.pool, job: view.job, cause: c}).at(0, nil)
	}
	d.Pills = []pill{
		{Text: "All", Path: (&rowsView{pool: view.pool, job: view.job, all: true}).at(0, nil), Count: now.Failed() + now.Skipped(), Here: view.all && view.cause == nil},
		{Text: "Can be corrected here", Path: view.base(), Count: now.curable(), Here: !view.all && view.cause == nil},
	}
	if view.cause != nil {
		d.Alone = view.cause.Code
	}
	for _, c := range now.rejected() {
		key := &poolhouseapi.ImportLogCauseType{Column: c.Column, Code: c.Code, Flaw: c.Flaw}
		here := view.cause != nil && *view.cause == *key
		if here {
			d.Alone = c.Message
		}
		if text, is := notInCells(c); is {
			d.Pills = append(d.Pills, pill{Text: text, Path: only(key), Count: value(c.Rows), Here: here})
			if here {
				d.Alone = ""
			}
		}
	}
}

// verdicts returns the verdicts of the view's rows.
func (view *rowsView) verdicts() []poolhouseapi.ImportRowsVerdictType {
	if view.all || view.cause != nil {
		return []poolhouseapi.ImportRowsVerdictType{poolhouseapi.ImportRowsVerdictTypeFailed, poolhouseapi.ImportRowsVerdictTypeSkipped}
	}
	return []poolhouseapi.ImportRowsVerdictType{poolhouseapi.ImportRowsVerdictTypeFailed}
}

// list returns the call that lists rows of the view from a line on.
func (view *rowsView) list(line int64, most int) *poolhouseapi.ListUserImportJobRowsRequest {
	in := &poolhouseapi.ListUserImportJobRowsRequest{UserPoolId: view.pool, JobId: view.job, Verdicts: view.verdicts(), Cause: view.cause, MaxResults: new(int32(most))}
	if line > 0 {
		in.FromLine = &line
	}
	return in
}

// has reports whether a row belongs to the view.
func (view *rowsView) has(row *poolhouseapi.ImportRejectedRowType) bool {
	if view.all || view.cause != nil {
		return true
	}
	_, is := notInCells(poolhouseapi.ImportCauseType{Code: row.Code, Column: row.Column})
	return !is
}

// rowsPage is a page of rows.
type rowsPage struct {
	names              []string // columns of the file
	rows               []poolhouseapi.ImportRejectedRowType
	next               int64 // first line of the next page, 0 if there is none
	corrected, passing int64
	until              time.Time
}

// take keeps the parts of an answer other than its rows.
func (got *rowsPage) take(out *poolhouseapi.ListUserImportJobRowsResponse) {
	if out.File != nil {
		got.names = out.File.ColumnNames
	}
	got.corrected, got.passing, got.until = value(out.CorrectedRows), value(out.PassingCorrectedRows), out.KeptUntil.Time
}

// rowsOf returns the rows of a page of the view. It looks at a bounded number of rows,
// because most may not belong to the view.
func (v *visit) rowsOf(ctx context.Context, view *rowsView, now *jobNow) (*rowsPage, error) {
	got := &rowsPage{}
	in := view.list(view.line, rowsOfPage+1)
	if !view.all && view.cause == nil && now.curable() < now.Failed() {
		in.MaxResults = new(int32(rowsOfSearch))
	}
	for range mostSearches {
		out, err := do(ctx, v, poolhouseapi.ListUserImportJobRows, in)
		if err != nil {
			return nil, err
		}
		got.take(out)
		last := int64(0)
		for i := range out.Rows {
			row := &out.Rows[i]
			last = value(row.LineNumber)
			if !view.has(row) {
				continue
			}
			if len(got.rows) == rowsOfPage {
				got.next = last
				return got, nil
			}
			got.rows = append(got.rows, *row)
		}
		if out.NextToken == "" {
			got.next = 0
			return got, nil
		}
		got.next, in.NextToken, in.FromLine = last+1, out.NextToken, nil
	}
	return got, nil
}

// rowsAt returns the rows on some lines, in order. Rows that are no longer kept are left
// out.
func (v *visit) rowsAt(ctx context.Context, view *rowsView, lines []int64) (*rowsPage, error) {
	got, wanted := &rowsPage{}, map[int64]bool{}
	for _, line := range lines {
		wanted[line] = true
	}
	first, last := lines[0], lines[len(lines)-1]
	anywhere := &rowsView{pool: view.pool, job: view.job, all: true}
	if view.cause != nil {
		anywhere.cause = view.cause
	}
	in := anywhere.list(first, rowsOfSearch)
	if first == last {
		in.MaxResults = new(int32(1))
	}
	for range mostSearches {
		out, err := do(ctx, v, poolhouseapi.ListUserImportJobRows, in)
		if err != nil {
			return nil, err
		}
		got.take(out)
		line := int64(0)
		for i := range out.Rows {
			if line = value(out.Rows[i].LineNumber); wanted[line] {
				got.rows = append(got.rows, out.Rows[i])
			}
		}
		if out.NextToken == "" || line >= last {
			break
		}
		in.NextToken, in.FromLine = out.NextToken, nil
	}
	return got, nil
}

// jobOrID returns the job in the path. A caller who may not describe the job gets its ID
// without counts.
func (v *visit) jobOrID(ctx context.Context) (*jobNow, error) {
	pool, job := v.r.PathValue("pool"), v.r.PathValue("job")
	if may(ctx, v, cognitoapi.DescribeUserImportJob, &cognitoapi.DescribeUserImportJobRequest{UserPoolId: pool, JobId: job}) {
		return v.jobNow(ctx)
	}
	return &jobNow{UserImportJobType: &cognitoapi.UserImportJobType{UserPoolId: pool, JobId: job}, At: v.Now()}, nil
}

// called returns the job's name, or its ID if the name is not known.
func (n *jobNow) called() string {
	if n.JobName == "" {
		return n.JobId
	}
	return n.JobName
}
