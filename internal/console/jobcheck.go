package console

import (
	"context"
	"time"

	poolhouseapi "poolhouse/internal/api/poolhouse"
)

func jobCheckAction() action {
	return action{path: "/pools/{pool}/import-jobs/{job}/check", show: showJobCheck}
}

// checkedRows is the number of failing rows in a check.
const checkedRows = 50

// jobCheckData is the data of the template job-check.
type jobCheckData struct {
	Seen *uploadSeen
	How  *howRead
	Why  string // why there is no check, "" if there is one
	Here string // path of the page
	At   time.Time
}

// mayCheck reports whether the caller may check a file against the pool.
func (v *visit) mayCheck(ctx context.Context, pool string) bool {
	return may(ctx, v, poolhouseapi.CheckUserImport, &poolhouseapi.CheckUserImportRequest{UserPoolId: pool})
}

func showJobCheck(ctx context.Context, v *visit) (*page, error) {
	in := &poolhouseapi.CheckUserImportRequest{UserPoolId: v.r.PathValue("pool"), JobId: v.r.PathValue("job"), MaxRows: new(int32(checkedRows))}
	if err := must(ctx, v, poolhouseapi.CheckUserImport, in); err != nil {
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
	d := &jobCheckData{Here: jobPath(here.ID, in.JobId, "check")}
	out, err := do(ctx, v, poolhouseapi.CheckUserImport, in)
	if err != nil {
		var f form
		if err := f.refused(err); err != nil {
			return nil, err
		}
		d.Why = f.problems[0].Text
	} else {
		d.Seen = &uploadSeen{UserImportUploadType: &poolhouseapi.UserImportUploadType{Status: poolhouseapi.UserImportUploadStatusTypeReady}}
		d.Seen.take(out.Check)
		d.How = howOf(out.Check.Format, out.Check.CognitoRefusals, nil)
		d.At = out.Check.CheckedDate.Time
	}
	return &page{
		Template: "job-check", Title: "Check", About: now.called(), At: "jobs", Pool: here, Crumbs: append(atJob(here), crumb{now.called(), jobPath(here.ID, in.JobId)}), Data: d,
		Command: shell("poolhouse", "import", "--check", "FILE.csv", "--user-pool-id", here.ID),
	}, nil
}

// look returns the state of a form's uploaded file. The upload itself tells how the server
// would read the file on its own. If a format or columns are chosen, or again is set, look
// runs a check.
func (v *visit) look(ctx context.Context, f *jobForm, again bool) (*uploadSeen, error) {
	if f.seen != nil && f.seen.UploadId == f.UploadID {
		return f.seen, nil
	}
	u, err := v.uploadOf(ctx, f)
	if err != nil || u == nil || !u.IsReady() {
		return u, err
	}
	f.seen = u
	if err := v.poolColumns(ctx, f); err != nil {
		return nil, err
	}
	f.Columns.fit(u.Columns)
	asks := f.asks()
	if !asks && (!again || len(f.Columns.wrongs) > 0) {
		return u, nil
	}
	u.IsOpen = asks
	if !v.mayCheck(ctx, f.pool) {
		return u, nil
	}
	return u, v.checkAgain(ctx, f, u)
}

// asks reports whether anything is chosen about how the file is read.
func (f *jobForm) asks() bool {
	strict, format, columns := f.asked()
	return strict != nil || format != nil || columns != nil
}

// asked returns the choices about how the file is read, in the API's form.
func (f *jobForm) asked() (strict *bool, format *poolhouseapi.ImportFormatChoiceType, columns []poolhouseapi.ImportMappedColumnType) {
	if f.Read.Strict {
		return new(true), nil, nil
	}
	return nil, f.Read.format(), f.Columns.api()
}

// checkAgain checks the file against the pool in its present state, with the choices of the
// form.
func (v *visit) checkAgain(ctx context.Context, f *jobForm, u *uploadSeen) error {
	in := &poolhouseapi.CheckUserImportRequest{UserPoolId: f.pool, UploadId: f.UploadID, PasswordHashingAlgorithm: poolhouseapi.ImportReadAsType(f.Algorithm), MaxRows: new(int32(checkedRows))}
	if f.Algorithm == "" {
		in.PasswordHashingAlgorithm = poolhouseapi.ImportReadAsTypeNone
	}
	in.Strict, in.Format, in.Map = f.asked()
	out, err := do(ctx, v, poolhouseapi.CheckUserImport, in)
	if err != nil {
		if err := f.refused(err); err != nil {
			return err
		}
		f.problems[len(f.problems)-1].Field = fileField
		return nil
	}
	if u.IsOpen = false; in.Strict != nil || in.Format != nil {
		u.FirstRows = nil // they come from another format
	}
	u.take(out.Check)
	return nil
}

// take replaces the previous results by those of a check.
func (u *uploadSeen) take(c *poolhouseapi.UserImportCheckType) {
	u.TotalRows, u.PassingRows, u.SkippedRows, u.FailingRows, u.CompletionStatus = c.TotalRows, c.PassingRows, c.SkippedRows, c.FailingRows, c.CompletionStatus
	u.Causes, u.CognitoRefusals, u.Rows, u.Problems, u.MissingColumns = c.Causes, c.CognitoRefusals, c.Rows, c.Problems, c.MissingColumns
	if len(c.Columns) > 0 {
		u.Columns, u.ColumnCount = c.Columns, new(int64(max(len(c.Columns), len(c.ColumnNames))))
	}
	if u.FileSize == nil {
		u.FileSize = c.FileSize
	}
	u.Problem = ""
	if len(c.Problems) > 0 {
		u.Problem = c.Problems[0].Message
	}
	u.names, u.Checked, u.Format, u.Readings = c.ColumnNames, c.CheckedDate.Time, c.Format, c.Readings
}
