package poolhouseservice

import (
	"context"
	"crypto/rand"
	"io"
	"time"

	poolhouseapi "poolhouse/internal/api/poolhouse"
	"poolhouse/internal/dispatch"
	"poolhouse/internal/importfile"
	"poolhouse/internal/importjob"
	"poolhouse/internal/service"
	"poolhouse/internal/userpool"
)

// Files issues upload URLs, finds uploaded files, and stores files that the server writes.
type Files interface {
	importjob.Files
	// URL returns the pre-signed URL, signed at now, for the file of a job or of an upload with
	// that id.
	URL(poolID, jobID string, now time.Time) (string, error)
	// Find returns the file if files do not come through this server, or the zero Upload if there
	// is none. If files do come through this server, it returns the zero Upload, because the
	// upload knows its file.
	Find(ctx context.Context, key importjob.Key) (importjob.Upload, error)
	// Write stores the output of write as the file of a job. It stores the whole file or none,
	// and at most that many bytes. It returns LimitExceeded for a larger file, or if there is no
	// room.
	Write(ctx context.Context, key importjob.Key, most int64, write func(io.Writer) error) (importjob.Upload, error)
}

// FileReader looks at uploaded files, on this node or another: an [importfile.Reader].
type FileReader interface {
	// Wake tells the reader that there is a new file.
	Wake()
	// WakeSweep tells the reader that an upload is to be deleted.
	WakeSweep()
}

// noAlgorithm means no PasswordHashingAlgorithm where leaving it out means no change.
const noAlgorithm = "NONE"

// createUserImportUpload is one of our own operations. It begins an upload that no import job
// owns.
func (s *Service) createUserImportUpload(ctx context.Context, c *dispatch.Call, in *poolhouseapi.CreateUserImportUploadRequest) (*poolhouseapi.CreateUserImportUploadResponse, error) {
	u := &importfile.Upload{
		PoolID: in.UserPoolId, ID: newUploadID(), Creator: c.From.ARN, Algorithm: string(in.PasswordHashingAlgorithm),
		State: importfile.Waiting, Created: time.Now().UTC().Truncate(time.Millisecond),
	}
	var err error
	if u.URL, err = s.Files.URL(u.PoolID, u.ID, u.Created); err != nil {
		return nil, err
	}
	if err := s.Uploads.CreateUpload(ctx, u, importfile.MaxUploads); err != nil {
		return nil, err
	}
	return &poolhouseapi.CreateUserImportUploadResponse{UserImportUpload: s.importUpload(u, c.From.ARN)}, nil
}

// newUploadID returns a unique id, which a job of the upload takes over.
func newUploadID() string { return "import-" + rand.Text()[:16] }

// describeUserImportUpload is one of our own operations. It returns the result of looking at an
// uploaded file. For the upload's creator, an outdated look is repeated; other callers get the
// stored one.
func (s *Service) describeUserImportUpload(ctx context.Context, c *dispatch.Call, in *poolhouseapi.DescribeUserImportUploadRequest) (*poolhouseapi.DescribeUserImportUploadResponse, error) {
	pool, err := s.Pools.Pool(ctx, in.UserPoolId)
	if err != nil {
		return nil, err
	}
	u, err := s.upload(ctx, importjob.Key{PoolID: in.UserPoolId, JobID: in.UploadId})
	if err != nil {
		return nil, err
	}
	if u.Creator != c.From.ARN {
		return &poolhouseapi.DescribeUserImportUploadResponse{UserImportUpload: s.importUpload(u, c.From.ARN)}, nil
	}
	var file importjob.Upload
	if u.State != importfile.Reading {
		if file, err = s.Files.Find(ctx, u.Key()); err != nil {
			return nil, err
		}
	}
	renew := func(u *importfile.Upload) (changed bool, err error) {
		if file.Name != "" && file != u.File {
			if err := u.Attach(file); err != nil {
				return false, err
			}
			changed = true
		}
		return u.Refresh(readAs(in.PasswordHashingAlgorithm, u.Algorithm), pool.Modified) || changed, nil
	}
	tried := *u
	if changed, err := renew(&tried); err != nil || !changed {
		return &poolhouseapi.DescribeUserImportUploadResponse{UserImportUpload: s.importUpload(u, c.From.ARN)}, err
	}
	if u, err = s.Uploads.UpdateUpload(ctx, u.Key(), func(u *importfile.Upload) error { _, err := renew(u); return err }); err != nil {
		return nil, err
	}
	s.Reader.Wake()
	return &poolhouseapi.DescribeUserImportUploadResponse{UserImportUpload: s.importUpload(u, c.From.ARN)}, nil
}

// upload returns an upload. An upload that is being deleted does not exist.
func (s *Service) upload(ctx context.Context, key importjob.Key) (*importfile.Upload, error) {
	u, err := s.Uploads.Upload(ctx, key)
	if err == nil && u.State == importfile.Expired {
		err = noUpload(key.JobID)
	}
	return u, err
}

// deleteUserImportUpload is one of our own operations. The creator of an upload without a job
// deletes it with its file.
func (s *Service) deleteUserImportUpload(ctx context.Context, c *dispatch.Call, in *poolhouseapi.DeleteUserImportUploadRequest) (*poolhouseapi.DeleteUserImportUploadResponse, error) {
	_, err := s.Uploads.UpdateUpload(ctx, importjob.Key{PoolID: in.UserPoolId, JobID: in.UploadId}, func(u *importfile.Upload) error {
		if u.Creator != c.From.ARN || u.State == importfile.Expired {
			return noUpload(u.ID)
		}
		u.Expire()
		return nil
	})
	if err != nil {
		return nil, err
	}
	s.Reader.WakeSweep()
	return &poolhouseapi.DeleteUserImportUploadResponse{}, nil
}

func noUpload(id string) error {
	return userpool.Errorf(userpool.ResourceNotFound, "Upload %s does not exist.", id)
}

// createUserImportJob is Cognito's operation for a file that is uploaded already.
func (s *Service) createUserImportJob(ctx context.Context, c *dispatch.Call, in *poolhouseapi.CreateUserImportJobRequest) (*poolhouseapi.CreateUserImportJobResponse, error) {
	budget, err := budgetOf(in.ErrorBudget)
	if err != nil {
		return nil, err
	}
	pool, err := s.Pools.Pool(ctx, in.UserPoolId)
	if err != nil {
		return nil, err
	}
	asked, err := s.asked(pool, askedMembers{in.Strict, in.Format, in.Map})
	if err != nil {
		return nil, err
	}
	job := &importjob.Job{
		PoolID: pool.ID, ID: in.UploadId, Name: in.JobName, RoleARN: in.CloudWatchLogsRoleArn, HashAlgorithm: string(in.PasswordHashingAlgorithm),
		State: importjob.Created, Created: time.Now().UTC().Truncate(time.Millisecond), Creator: c.From.ARN, Budget: budget, Asked: asked,
	}
	if err := service.CheckLogRole(ctx, s.LogRoles, s.Pools, job, s.Log); err != nil {
		return nil, err
	}
	err = s.Uploads.TakeUpload(ctx, job.Key(), job, importjob.MaxJobs, func(u *importfile.Upload, j *importjob.Job) error {
		if u.Creator != c.From.ARN {
			return noUpload(u.ID)
		}
		return u.Take(j)
	})
	if err != nil {
		return nil, err
	}
	if asked != nil {
		s.keepMap(ctx, job.PoolID, job.ID, asked.Map)
	}
	return &poolhouseapi.CreateUserImportJobResponse{UserImportJob: importJob(job)}, nil
}

// importUpload returns an upload in the API's form. Only its creator gets the rows of its file
// and the URL that replaces it.
func (s *Service) importUpload(u *importfile.Upload, to string) *poolhouseapi.UserImportUploadType {
	out := &poolhouseapi.UserImportUploadType{
		UploadId: u.ID, UserPoolId: u.PoolID, Status: poolhouseapi.UserImportUploadStatusType(u.State), StatusMessage: u.Message,
		CreationDate: service.Timestamp(u.Created), ExpirationDate: service.Timestamp(u.Created.Add(importfile.Life)), PasswordHashingAlgorithm: u.Algorithm,
	}
	if to == u.Creator {
		out.PreSignedUrl = u.URL
	}
	if u.File.Name != "" {
		out.FileSize = &u.File.Size
	}
	l := u.Report
	if l == nil {
		return out
	}
	columns := int64(l.Count)
	out.TotalRows, out.FailingRows, out.ColumnCount, out.HasByteOrderMark = &l.Rows, &l.Failing, &columns, &l.Dialect.ByteOrderMark
	out.Columns, out.MissingColumns, out.Causes = importColumns(l, to == u.Creator), importMissingColumns(l), lookCauses(l)
	if l.SHA256 != "" { // an earlier version looked at other files
		out.PassingRows, out.SkippedRows, out.Problems, out.CognitoRefusals = &l.Passing, &l.Skipped, importProblems(l), cognitoRefusals(l.Refusals)
		out.Format, out.Readings = lookFormat(l), importReadings(l, to == u.Creator)
		state, _ := s.completion(l, importjob.Budget{})
		out.CompletionStatus = string(state)
	}
	if to == u.Creator {
		out.Rows = lookRows(l)
		out.FirstRows = firstRows(l.First)
	}
	if l.Problem != nil {
		out.ProblemCode, out.Problem = l.Problem.Code, l.Problem.Error()
	}
	return out
}
