package service

import (
	"context"

	"poolhouse/internal/dispatch"
	"poolhouse/internal/importjob"
)

// MayUpload reports whether the caller may upload the file of an import job, and so may see the
// job's pre-signed URL. nil shows it to all callers, as AWS does.
type MayUpload func(ctx context.Context, c *dispatch.Call, j *importjob.Job) (bool, error)

// WithholdURLs removes the pre-signed URLs that the caller may not see from jobs of one pool. A
// caller with a URL could replace a file that another principal then starts.
func (may MayUpload) WithholdURLs(ctx context.Context, c *dispatch.Call, jobs ...*importjob.Job) error {
	if may == nil {
		return nil
	}
	known := map[string]bool{} // by role, because the answer may depend on it
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

// MayPass returns a refusal unless the caller may use the job's role in this call. The call
// does not name the role, but needs iam:PassRole for it, as CreateUserImportJob does. nil
// allows it for all callers.
type MayPass func(ctx context.Context, c *dispatch.Call, j *importjob.Job) error

// Check returns the refusal, or nil if the caller may.
func (may MayPass) Check(ctx context.Context, c *dispatch.Call, j *importjob.Job) error {
	if may == nil {
		return nil
	}
	return may(ctx, c, j)
}
