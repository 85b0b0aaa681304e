package service

import (
	"context"

	"poolhouse/internal/dispatch"
	"poolhouse/internal/importjob"
)

// MayUpload tells whether the caller may upload the file of an import job: whether the
// job's pre-signed URL is told to the caller. nil tells it to all, as AWS does.
type MayUpload func(ctx context.Context, c *dispatch.Call, j *importjob.Job) (bool, error)

// WithholdURLs removes the pre-signed URLs that the caller may not know from jobs of one
// pool. Who has a URL can replace the file that another principal then starts.
func (may MayUpload) WithholdURLs(ctx context.Context, c *dispatch.Call, jobs ...*importjob.Job) error {
	if may == nil {
		return nil
	}
	known := map[string]bool{} // by the role, which the answer may depend on
	for _, j := range jobs {
		is, asked := known[j.RoleARN]
		if !asked {
			var err error
			if is, err = may(ctx, c, j); err != nil {
				return err
			}
			known[j.RoleARN] = is
		}
		if !is {
			j.UploadURL = ""
		}
	}
	return nil
}

// MayPass returns a refusal unless the caller may do the operation of a call with the role
// of a job, which the call does not name: as with CreateUserImportJob, iam:PassRole is
// needed for it. nil lets all.
type MayPass func(ctx context.Context, c *dispatch.Call, j *importjob.Job) error

// Check refuses a caller who may not.
func (may MayPass) Check(ctx context.Context, c *dispatch.Call, j *importjob.Job) error {
	if may == nil {
		return nil
	}
	return may(ctx, c, j)
}
