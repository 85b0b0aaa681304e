package poolhouseservice

import (
	"cmp"
	"context"
	"errors"
	"io"
	"iter"
	"slices"
	"strconv"
	"strings"

	poolhouseapi "poolhouse/internal/api/poolhouse"
	"poolhouse/internal/dispatch"
	"poolhouse/internal/importfile"
	"poolhouse/internal/importjob"
	"poolhouse/internal/importrows"
	"poolhouse/internal/service"
	"poolhouse/internal/userpool"
)

// retryUserImportJob is one of our own operations. It makes a job of another job's rows that
// were not imported, with a person's corrections. The job is started like any other. A row
// whose user exists by then is skipped, so rows may be tried any number of times.
func (s *Service) retryUserImportJob(ctx context.Context, c *dispatch.Call, in *poolhouseapi.RetryUserImportJobRequest) (*poolhouseapi.RetryUserImportJobResponse, error) {
	pool, parent, err := s.endedRows(ctx, in.UserPoolId, in.JobId)
	if err != nil {
		return nil, err
	}
	budget, err := budgetOf(in.ErrorBudget)
	if err != nil {
		return nil, err
	}
	again := &rerun{Service: s, call: c, pool: pool, parent: parent, relation: importjob.Retry, name: in.JobName, budget: budget, onlyPassing: service.Value(in.OnlyCorrected)}
	for _, v := range in.Verdicts {
		again.verdicts = append(again.verdicts, importjob.Verdict(v))
	}
	switch {
	case in.UploadId == "" && len(again.verdicts) == 0:
		again.verdicts = []importjob.Verdict{importjob.RowFailed}
	case in.UploadId != "" && again.onlyPassing:
		return nil, userpool.Errorf(userpool.InvalidParameter, "OnlyCorrected is about corrections that the job has: leave it out with an UploadId.")
	case in.UploadId != "":
		if err := again.fromUpload(ctx, in.UploadId); err != nil {
			return nil, err
		}
	}
	child, err := again.create(ctx)
	if err != nil {
		return nil, err
	}
	if in.UploadId != "" {
		s.discardUpload(ctx, importjob.Key{PoolID: pool.ID, JobID: in.UploadId})
	}
	return &poolhouseapi.RetryUserImportJobResponse{UserImportJob: importJob(child)}, nil
}

// resumeUserImportJob is one of our own operations. It makes a job of the rows that a stopped
// job did not reach. The stopped job stays unchanged. A second such job is refused while the
// first one waits, runs or has run.
func (s *Service) resumeUserImportJob(ctx context.Context, c *dispatch.Call, in *poolhouseapi.ResumeUserImportJobRequest) (*poolhouseapi.ResumeUserImportJobResponse, error) {
	pool, parent, err := s.endedRows(ctx, in.UserPoolId, in.JobId)
	if err != nil {
		return nil, err
	}
	if parent.State != importjob.Stopped {
		return nil, userpool.Errorf(userpool.PreconditionNotMet, "Import job %s is %s: only a job that is Stopped can be resumed. RetryUserImportJob imports the other rows again.", parent.ID, parent.State)
	}
	if other, err := s.resumedBy(ctx, parent); err != nil || other != nil {
		return nil, cmp.Or(err, resumed(parent, other))
	}
	budget, err := budgetOf(in.ErrorBudget)
	if err != nil {
		return nil, err
	}
	again := &rerun{Service: s, call: c, pool: pool, parent: parent, relation: importjob.Resume, name: in.JobName, budget: budget, verdicts: []importjob.Verdict{importjob.RowNotReached}}
	child, err := again.create(ctx)
	if err != nil {
		return nil, err
	}
	first, err := s.resumedBy(ctx, parent)
	if err != nil {
		return nil, err
	}
	if first != nil && first.ID != child.ID { // both were made at the same moment
		if _, err := s.Jobs.UpdateJob(ctx, child.Key(), func(j *importjob.Job) error { return j.Expire(now()) }); err != nil {
			return nil, err
		}
		return nil, resumed(parent, first)
	}
	return &poolhouseapi.ResumeUserImportJobResponse{UserImportJob: importJob(child)}, nil
}

// resumedBy returns the first job that resumes a job and waits, runs or has run. It returns nil
// if there is none.
func (s *Service) resumedBy(ctx context.Context, parent *importjob.Job) (*importjob.Job, error) {
	children, err := s.Rows.Children(ctx, parent.Key())
	for _, child := range children {
		neverBegan := child.State.Ended() && child.TotalRows == 0
		if child.Relation == importjob.Resume && !neverBegan {
			return child, nil
		}
	}
	return nil, err
}

func resumed(parent, by *importjob.Job) error {
	if by == nil {
		return nil
	}
	return userpool.Errorf(userpool.PreconditionNotMet, "Import job %s is resumed by job %s already, which is %s.", parent.ID, by.ID, by.State)
}

// rerun makes a job of another job's rows.
type rerun struct {
	*Service
	call        *dispatch.Call
	pool        *userpool.UserPool
	parent      *importjob.Job
	relation    importjob.Relation
	name        string
	budget      importjob.Budget
	verdicts    []importjob.Verdict // of the rows; empty means all
	onlyPassing bool                // rows whose correction was valid when it was written
	sent        *sentBack           // a corrected file that decides about the rows; nil without one
	rows        int                 // the number of written rows
}

// create makes the job with its file. It writes the file first, as the file of an upload. If a
// later step fails, the upload's deletion removes the file.
func (r *rerun) create(ctx context.Context) (*importjob.Job, error) {
	if err := r.anyRows(ctx); err != nil {
		return nil, err
	}
	if err := r.MayPass.Check(ctx, r.call, r.parent); err != nil {
		return nil, err
	}
	child := &importjob.Job{
		PoolID: r.pool.ID, ID: newUploadID(), Name: r.childName(), RoleARN: r.parent.RoleARN, HashAlgorithm: r.parent.HashAlgorithm,
		State: importjob.Created, Created: now(), Creator: r.call.From.ARN, Budget: r.budget,
	}
	child.SetParent(r.parent, r.relation)
	if err := service.CheckLogRole(ctx, r.LogRoles, r.Pools, child, r.Log); err != nil {
		return nil, err
	}
	most, err := r.maxBytes(ctx)
	if err != nil {
		return nil, err
	}
	shelter := &importfile.Upload{PoolID: child.PoolID, ID: child.ID, Creator: child.Creator, Algorithm: child.HashAlgorithm, State: importfile.Waiting, Created: child.Created}
	if err := r.Uploads.CreateUpload(ctx, shelter, importfile.MaxUploads); err != nil {
		return nil, err
	}
	file, err := r.Files.Write(ctx, child.Key(), most, func(w io.Writer) error { return r.write(ctx, w) })
	if err == nil {
		err = r.Uploads.TakeUpload(ctx, child.Key(), child, importjob.MaxJobs, func(u *importfile.Upload, j *importjob.Job) error {
			if u.State == importfile.Expired {
				return noUpload(u.ID)
			}
			j.Upload = file
			return nil
		})
	}
	if err != nil {
		r.discardUpload(ctx, child.Key())
		if gone, ok := errors.AsType[importjob.FileGone](err); ok {
			err = userpool.Errorf(userpool.PreconditionNotMet, "The uploaded file cannot be read: %s", string(gone))
		}
		return nil, err
	}
	r.call.Note("parent", r.parent.ID)
	r.call.Note("rows", strconv.Itoa(r.rows))
	r.call.Note("sha256", file.SHA256)
	return child, nil
}

// maxBytes returns how many bytes the job's file may have. Unchanged rows need no more bytes than
// before, plus what is added to each. Rows of a file in a format other than Cognito's are
// written again. Each value then gets quotation marks, quotation marks inside it are doubled,
// and some values are converted.
func (r *rerun) maxBytes(ctx context.Context) (int64, error) {
	const added = 100     // per row, at most
	const written = 3 + 8 // per value, at most: quotation marks, separator, and growth by conversion
	most := r.Limits.LinedBytes()
	corrected, _, err := r.Rows.CountCorrections(ctx, r.parent.Key())
	if p := r.parent; err == nil && corrected == 0 && r.sent == nil {
		size, row := p.Format.Size(p.Upload.Size)+int64(len(p.Header)), int64(added)
		if !p.Format.IsCognito() {
			size, row = 2*size, row+written*int64(1+strings.Count(p.Header, ","))
		}
		most = min(most, size+(p.Counts.Sum()+notReached(p)+1)*row)
	}
	return most, err
}

// childName returns the new job's name.
func (r *rerun) childName() string {
	if r.name != "" {
		return r.name
	}
	const longest = 128
	suffix := " " + strings.ToLower(string(r.relation))
	name := []rune(r.parent.Name)
	return strings.TrimSpace(string(name[:min(len(name), longest-len(suffix))])) + suffix
}

// discardUpload deletes an upload and its file. If that fails, the sweep of uploads does it
// later.
func (s *Service) discardUpload(ctx context.Context, key importjob.Key) {
	ctx = context.WithoutCancel(ctx)
	_, err := s.Uploads.UpdateUpload(ctx, key, func(u *importfile.Upload) error { u.Expire(); return nil })
	if err == nil {
		err = s.Files.Remove(ctx, key)
	}
	if err == nil {
		err = s.Uploads.DeleteUpload(ctx, key)
	}
	if err != nil && userpool.KindOf(err) != userpool.ResourceNotFound {
		s.Log.Warn("an upload could not be deleted; the sweep will try again", "pool", key.PoolID, "upload", key.JobID, "error", err)
	}
}

// anyRows returns PreconditionNotMet if the job has none of the wanted rows. The error says
// which rows the job has.
func (r *rerun) anyRows(ctx context.Context) error {
	j := r.parent
	counts := map[importjob.Verdict]int64{importjob.RowFailed: j.Counts.Failed, importjob.RowSkipped: j.Counts.Skipped, importjob.RowNotReached: notReached(j)}
	wanted := int64(0)
	for verdict, n := range counts {
		if len(r.verdicts) == 0 || slices.Contains(r.verdicts, verdict) {
			wanted += n
		}
	}
	if wanted == 0 {
		return r.noRows()
	}
	if !allReached(j) && (len(r.verdicts) == 0 || slices.Contains(r.verdicts, importjob.RowNotReached)) {
		return userpool.Errorf(userpool.PreconditionNotMet, "The rows that import job %s did not reach are being kept. Try again in a moment.", j.ID)
	}
	if !r.onlyPassing {
		return nil
	}
	all, passing, err := r.Rows.CountCorrections(ctx, j.Key())
	if err == nil && passing == 0 {
		err = userpool.Errorf(userpool.PreconditionNotMet, "Import job %s has no row with a correction that passes: %d rows have a correction.", j.ID, all)
	}
	return err
}

// noRows returns the error that the job has none of the wanted rows.
func (r *rerun) noRows() error {
	j := r.parent
	var verdicts []string
	for _, v := range r.verdicts {
		verdicts = append(verdicts, string(v))
	}
	wanted := strings.Join(verdicts, " or ")
	if r.onlyPassing {
		wanted += " with a correction that passes"
	}
	return userpool.Errorf(userpool.PreconditionNotMet, "Import job %s has no row that is %s. It has %d FAILED, %d SKIPPED and %d NOT_REACHED.",
		j.ID, strings.TrimSpace(wanted), j.Counts.Failed, j.Counts.Skipped, notReached(j))
}

// write writes the job's file.
func (r *rerun) write(ctx context.Context, w io.Writer) error {
	sheet, err := importrows.NewSheet(r.parent, r.pool, r.Limits)
	if err != nil {
		return err
	}
	r.rows = 0
	if err := importjob.WriteChild(w, r.parent.Header, r.Limits, r.all(ctx, sheet), nil); err != nil {
		return err
	}
	if r.sent != nil {
		if err := r.sent.file.Rest(); err != nil {
			return err
		}
	}
	if r.rows == 0 {
		return r.noRows()
	}
	return nil
}

// all yields the rows of the file, as the file will have them.
func (r *rerun) all(ctx context.Context, sheet *importrows.Sheet) iter.Seq2[importjob.KeptRow, error] {
	query := importrows.Query{Limit: rowsAtOnce, Verdicts: r.verdicts, OnlyCorrected: r.onlyPassing}
	if r.sent != nil {
		query.Verdicts = nil // read all rows, to find a row of the file that is not one of the job's
	}
	return func(yield func(importjob.KeptRow, error) bool) {
		for more := true; more; {
			page, err := importrows.Find(ctx, r.Rows, r.parent.Key(), query)
			if err != nil {
				yield(importjob.KeptRow{}, err)
				return
			}
			for _, f := range page.Rows {
				row, ok, err := r.row(sheet, f)
				if err == nil && !ok {
					continue
				}
				r.rows++
				if !yield(row, err) || err != nil {
					return
				}
			}
			query.After, more = page.Next, page.More
		}
	}
}

// rowsAtOnce is the most rows that are read together.
const rowsAtOnce = 5000

// row returns a row as the file will have it. It reports false if the row does not belong in
// the file.
func (r *rerun) row(sheet *importrows.Sheet, f importrows.Found) (importjob.KeptRow, bool, error) {
	if r.sent != nil {
		return r.sent.row(sheet, f, r.verdicts)
	}
	if r.onlyPassing && !f.Correction.Passes {
		return f.KeptRow, false, nil
	}
	if f.Corrected {
		f.Text = sheet.Text(f.KeptRow, f.Correction)
	}
	return f.KeptRow, true, nil
}
