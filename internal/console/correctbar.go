package console

import (
	"context"
	"errors"
	"time"

	cognitoapi "poolhouse/internal/api/cognito"
	poolhouseapi "poolhouse/internal/api/poolhouse"
)

// errRowGone means that a row is no longer kept.
var errRowGone = errors.New("console: the row is not kept any more")

// barData is the bar below the rows: the number of corrected rows and the buttons to import
// them.
type barData struct {
	Done, Of  int64 // of the rows that can be corrected in cells
	Others    int64 // corrected rows of other causes
	Changed   int64 // corrected rows that would still fail
	Ready     int64 // corrected rows that would be imported
	Saved     time.Time
	Problem   string
	MayImport bool
	ReadOnly  bool
	IsPart    bool // the bar replaces that of a page already shown
}

// Open returns the number of rows that are not corrected yet.
func (b *barData) Open() int64 { return max(0, b.Of-b.Done) }

// Button returns the text of the button that imports the corrected rows.
func (b *barData) Button() string {
	if b.Ready == 1 {
		return "Import the corrected row"
	}
	return "Import the " + number(b.Ready) + " corrected rows"
}

// barOf returns the bar of a view. corrected and passing are the counts of all corrections
// of the job.
func (v *visit) barOf(ctx context.Context, view *rowsView, now *jobNow, corrected, passing int64) (barData, error) {
	b := barData{Of: now.curable(), Ready: passing, Changed: max(0, corrected-passing)}
	for _, c := range now.rejected() {
		if _, is := notInCells(c); !is || passing == 0 {
			continue
		}
		rows, err := v.passingOf(ctx, view, &poolhouseapi.ImportLogCauseType{Column: c.Column, Code: c.Code, Flaw: c.Flaw})
		if err != nil {
			return b, err
		}
		b.Others += rows
	}
	b.Others = min(b.Others, passing)
	b.Done = min(passing-b.Others, b.Of)
	key := &cognitoapi.StartUserImportJobRequest{UserPoolId: view.pool, JobId: view.job}
	b.MayImport = v.mayRetry(ctx, key.UserPoolId, key.JobId)
	return b, nil
}

// passingOf counts the corrected rows of a cause that would be imported, among the rows of
// one call.
func (v *visit) passingOf(ctx context.Context, view *rowsView, cause *poolhouseapi.ImportLogCauseType) (n int64, err error) {
	in := (&rowsView{pool: view.pool, job: view.job, cause: cause}).list(0, rowsOfSearch)
	in.OnlyCorrected = new(true)
	out, err := do(ctx, v, poolhouseapi.ListUserImportJobRows, in)
	if err != nil {
		return 0, err
	}
	for i := range out.Rows {
		if len(out.Rows[i].Findings) == 0 {
			n++
		}
	}
	return n, nil
}
