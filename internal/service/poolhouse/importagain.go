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

// retryUserImportJob is an operation of our own: it makes a job of rows of another one
// that were not imported, with what a person wrote in their place. The job is started as
// any other one. A row whose user came meanwhile is skipped then, so that rows may be
// tried as often as one likes.
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

// resumeUserImportJob is an operation of our own: it makes a job of the rows that a
// stopped one did not reach. The stopped job stays as it is. A second such job is refused
// as long as the first one is to run, or has run.
func (s *Service) resumeUserImportJob(ctx context.Context, c *dispatch.Call, in *poolhouseapi.ResumeUserImportJobRequest) (*poolhouseapi.ResumeUserImportJobResponse, error) {
	pool, parent, err := s.endedRows(ctx, in.UserPoolId, in.JobId)
	if err != nil {
		return nil, err
	}
	if parent.State != importjob.Stopped {
		return nil, userpool.Errorf(userpool.PreconditionNotMet, "Import job %s is %s: only a job that is Stopped can be resumed. RetryUserImportJob tries the rows again that were not imported.", parent.ID, parent.State)
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
	if first != nil && first.ID != child.ID { // it was made at the same moment
		if _, err := s.Jobs.UpdateJob(ctx, child.Key(), func(j *importjob.Job) error { return j.Expire(now()) }); err != nil {
			return nil, err
		}
		return nil, resumed(parent, first)
	}
	return &poolhouseapi.ResumeUserImportJobResponse{UserImportJob: importJob(child)}, nil
}

// resumedBy returns the first job that resumes a job and is to run or has begun to, nil
// where there is none.
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

// rerun makes a job of rows of another one.
type rerun struct {
	*Service
	call        *dispatch.Call
	pool        *userpool.UserPool
	parent      *importjob.Job
	relation    importjob.Relation
	name        string
	budget      importjob.Budget
	verdicts    []importjob.Verdict // of the rows; none stands for all
	onlyPassing bool                // rows whose correction passed when it was written
	sent        *sentBack           // a corrected file that decides about the rows; nil without one
	rows        int                 // that were written
}

// create makes the job with its file. The file is written before the job is there, under
// the name of an upload: where anything fails in between, it goes with that.
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
	child.FromRowsOf(r.parent, r.relation)
	if err := service.CheckLogRole(ctx, r.LogRoles, r.Pools, child, r.Log); err != nil {
		return nil, err
	}
	most, err := r.most(ctx)
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

// most is how many bytes the job's file may have. Rows that follow as they are take no
// more than they took, beside what is added to each. Those of a file in a form of its own
// are written anew: each value in quotation marks, which inside of it are doubled, and some
// are converted.
func (r *rerun) most(ctx context.Context) (int64, error) {
	const added = 100     // to a row at most
	const written = 3 + 8 // to a value at most: its marks, its separator, and what converting adds
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

// childName is the name of the job.
func (r *rerun) childName() string {
	if r.name != "" {
		return r.name
	}
	const longest = 128
	suffix := " " + strings.ToLower(string(r.relation))
	name := []rune(r.parent.Name)
	return strings.TrimSpace(string(name[:min(len(name), longest-len(suffix))])) + suffix
}

// discardUpload deletes an upload with its file. What fails here is done by the sweep of
// uploads.
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
		s.Log.Warn("an upload was not deleted; this is tried again", "pool", key.PoolID, "upload", key.JobID, "error", err)
	}
}

// anyRows returns PreconditionNotMet where the job has no row that is wanted, and says
// which it has.
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
		return r.nothing()
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

// nothing says that there is no row that is wanted.
func (r *rerun) nothing() error {
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
		return r.nothing()
	}
	return nil
}

// all yields the rows of the file, as they are to stand in it.
func (r *rerun) all(ctx context.Context, sheet *importrows.Sheet) iter.Seq2[importjob.KeptRow, error] {
	query := importrows.Query{Limit: rowsAtOnce, Verdicts: r.verdicts, OnlyCorrected: r.onlyPassing}
	if r.sent != nil {
		query.Verdicts = nil // all rows are looked at, so that a row of the file that is none of the job's is found
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

// rowsAtOnce is how many rows are read together, at most.
const rowsAtOnce = 5000

// row returns a row as it is to stand in the file, and reports false for one that does not
// belong there.
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
