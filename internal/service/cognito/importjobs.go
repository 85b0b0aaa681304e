package cognitoservice

import (
	"context"
	"strconv"
	"time"

	cognitoapi "poolhouse/internal/api/cognito"
	"poolhouse/internal/dispatch"
	"poolhouse/internal/importjob"
	"poolhouse/internal/service"
	"poolhouse/internal/usercsv"
	"poolhouse/internal/userpool"
)

// stopWait is how long StopUserImportJob waits for the engine to give up the job before it
// answers Stopping.
const stopWait = time.Second

// stopLook is the interval of checks whether another node has given up the job.
const stopLook = 50 * time.Millisecond

func (s *Service) registerImportJobs(d *dispatch.Dispatcher) {
	dispatch.Handle(d, cognitoapi.GetCSVHeader, s.getCSVHeader)
	dispatch.HandleCall(d, cognitoapi.CreateUserImportJob, s.createUserImportJob)
	dispatch.HandleCall(d, cognitoapi.DescribeUserImportJob, s.describeUserImportJob)
	dispatch.HandleCall(d, cognitoapi.ListUserImportJobs, s.listUserImportJobs)
	dispatch.HandleCall(d, cognitoapi.StartUserImportJob, s.startUserImportJob)
	dispatch.HandleCall(d, cognitoapi.StopUserImportJob, s.stopUserImportJob)
}

func (s *Service) getCSVHeader(ctx context.Context, in *cognitoapi.GetCSVHeaderRequest) (*cognitoapi.GetCSVHeaderResponse, error) {
	pool, err := s.Store.Pool(ctx, in.UserPoolId)
	if err != nil {
		return nil, err
	}
	return &cognitoapi.GetCSVHeaderResponse{UserPoolId: pool.ID, CSVHeader: usercsv.Header(pool)}, nil
}

func (s *Service) createUserImportJob(ctx context.Context, c *dispatch.Call, in *cognitoapi.CreateUserImportJobRequest) (*cognitoapi.CreateUserImportJobResponse, error) {
	now := wallClock()
	job := &importjob.Job{
		PoolID: in.UserPoolId, ID: newImportJobID(), Name: in.JobName,
		RoleARN: in.CloudWatchLogsRoleArn, HashAlgorithm: string(in.PasswordHashingAlgorithm),
		State: importjob.Created, Created: now, Creator: c.From.ARN,
	}
	err := service.CheckLogRole(ctx, s.LogRoles, s.Store, job, s.Log)
	if err != nil {
		return nil, err
	}
	if job.UploadURL, err = s.Uploads.URL(job.PoolID, job.ID, now); err != nil {
		return nil, err
	}
	if err := s.Jobs.CreateJob(ctx, job, importjob.MaxJobs); err != nil {
		return nil, err
	}
	return &cognitoapi.CreateUserImportJobResponse{UserImportJob: importJob(job)}, nil
}

func (s *Service) describeUserImportJob(ctx context.Context, c *dispatch.Call, in *cognitoapi.DescribeUserImportJobRequest) (*cognitoapi.DescribeUserImportJobResponse, error) {
	job, err := s.importJob(ctx, in.UserPoolId, in.JobId)
	if err != nil {
		return nil, err
	}
	if err := s.MayUpload.WithholdURLs(ctx, c, job); err != nil {
		return nil, err
	}
	return &cognitoapi.DescribeUserImportJobResponse{UserImportJob: importJob(job)}, nil
}

// importJob finds a job. If the pool is missing, the error says so, not that the job is
// missing.
func (s *Service) importJob(ctx context.Context, poolID, jobID string) (*importjob.Job, error) {
	job, err := s.Jobs.Job(ctx, importjob.Key{PoolID: poolID, JobID: jobID})
	if userpool.KindOf(err) == userpool.ResourceNotFound { // the pool itself may be missing
		if _, err := s.Store.Pool(ctx, poolID); err != nil {
			return nil, err
		}
	}
	return job, err
}

func (s *Service) startUserImportJob(ctx context.Context, c *dispatch.Call, in *cognitoapi.StartUserImportJobRequest) (*cognitoapi.StartUserImportJobResponse, error) {
	key := importjob.Key{PoolID: in.UserPoolId, JobID: in.JobId}
	if _, err := s.Store.Pool(ctx, key.PoolID); err != nil { // before the bucket is asked
		return nil, err
	}
	found, err := s.Uploads.Find(ctx, key)
	if err != nil {
		return nil, err
	}
	job, err := s.Jobs.StartJob(ctx, key, func(j *importjob.Job, pool *userpool.UserPool) error {
		if found.Name != "" && j.State == importjob.Created {
			if err := s.take(j, found); err != nil {
				return err
			}
		}
		if err := j.Start(c.From.ARN, wallClock()); err != nil {
			return err
		}
		return pool.CheckImportable()
	})
	if err != nil {
		return nil, err
	}
	c.Note("size", strconv.FormatInt(job.Upload.Size, 10))
	if job.Upload.SHA256 != "" {
		c.Note("sha256", job.Upload.SHA256)
	} else {
		c.Note("etag", job.Upload.ETag)
	}
	s.Engine.Wake()
	return &cognitoapi.StartUserImportJobResponse{UserImportJob: importJob(job)}, nil
}

// take gives a job the file that was found for it. The server itself wrote the file of a job
// that tries rows again, within the limits.
func (s *Service) take(j *importjob.Job, found importjob.Upload) error {
	if s.MaxFileBytes > 0 && found.Size > s.MaxFileBytes && j.ParentID == "" {
		return userpool.Errorf(userpool.PreconditionNotMet, "The file that was uploaded for %s has %d bytes, and %d are allowed. Split it into several files.",
			j.ID, found.Size, s.MaxFileBytes)
	}
	if found.ETag == j.Upload.ETag && found.Size == j.Upload.Size {
		found.SHA256 = j.Upload.SHA256
	}
	j.Upload = found
	return nil
}

func (s *Service) stopUserImportJob(ctx context.Context, c *dispatch.Call, in *cognitoapi.StopUserImportJobRequest) (*cognitoapi.StopUserImportJobResponse, error) {
	if _, err := s.Store.Pool(ctx, in.UserPoolId); err != nil {
		return nil, err
	}
	key := importjob.Key{PoolID: in.UserPoolId, JobID: in.JobId}
	job, err := s.Jobs.UpdateJob(ctx, key, func(j *importjob.Job) error { return j.Stop(c.From.ARN, wallClock()) })
	if err != nil {
		return nil, err
	}
	s.Engine.Wake()
	switch job.State {
	case importjob.Stopped: // it was Pending
		s.Engine.StoppedBeforeBegin()
	case importjob.Stopping:
		if job, err = s.awaitStopped(ctx, key); err != nil {
			return nil, err
		}
	}
	if err := s.MayUpload.WithholdURLs(ctx, c, job); err != nil {
		return nil, err
	}
	return &cognitoapi.StopUserImportJobResponse{UserImportJob: importJob(job)}, nil
}

// awaitStopped waits a moment for the engine to give up the job, so that most stops are
// answered with Stopped, as by the real service. This node's engine signals it; for another
// node the store is read.
func (s *Service) awaitStopped(ctx context.Context, key importjob.Key) (*importjob.Job, error) {
	wait, cancel := context.WithTimeout(ctx, stopWait)
	defer cancel()
	select {
	case <-s.Engine.Interrupt(key):
	case <-wait.Done():
	}
	look := time.NewTicker(stopLook)
	defer look.Stop()
	for {
		job, err := s.Jobs.Job(ctx, key)
		if err != nil || job.State != importjob.Stopping || wait.Err() != nil {
			return job, err
		}
		select {
		case <-look.C:
		case <-wait.Done():
		}
	}
}

// importJob returns a job in the API's form. It leaves out what does not apply to the job's
// state; the counts are always present.
func importJob(j *importjob.Job) *cognitoapi.UserImportJobType {
	return &cognitoapi.UserImportJobType{
		JobName:                  j.Name,
		JobId:                    j.ID,
		UserPoolId:               j.PoolID,
		PreSignedUrl:             j.UploadURL,
		CreationDate:             service.Timestamp(j.Created),
		StartDate:                service.Timestamp(j.Started),
		CompletionDate:           service.Timestamp(j.Completed),
		Status:                   cognitoapi.UserImportJobStatusType(j.State),
		CloudWatchLogsRoleArn:    j.RoleARN,
		ImportedUsers:            &j.Counts.Imported,
		SkippedUsers:             &j.Counts.Skipped,
		FailedUsers:              &j.Counts.Failed,
		CompletionMessage:        j.Message,
		PasswordHashingAlgorithm: cognitoapi.PasswordHashingAlgorithmType(j.HashAlgorithm),
	}
}
