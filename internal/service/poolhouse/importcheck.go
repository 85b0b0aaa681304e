package poolhouseservice

import (
	"cmp"
	"context"
	"errors"
	"time"

	poolhouseapi "poolhouse/internal/api/poolhouse"
	"poolhouse/internal/dispatch"
	"poolhouse/internal/importfile"
	"poolhouse/internal/importjob"
	"poolhouse/internal/service"
	"poolhouse/internal/usercsv"
	"poolhouse/internal/userpool"
)

// A server checks at most checksAtATime whole files at a time for waiting calls. Another call
// waits up to checkPatience.
const (
	checksAtATime = 2
	checkPatience = 5 * time.Second
)

// unstarted is a file that no job has imported yet: the file of an unstarted job, or of an
// upload.
type unstarted struct {
	what      string // its name in errors
	file      importjob.Upload
	algorithm string
	budget    importjob.Budget
	limits    usercsv.Limits
	again     bool // its rows come from another job's file
	asked     usercsv.Asked
	format    *usercsv.Format // of a file that this program wrote, nil for any other
}

// checkUserImport is one of our own operations. It predicts the verdict of each row of a file,
// for the user pool's current state. It writes nothing.
func (s *Service) checkUserImport(ctx context.Context, c *dispatch.Call, in *poolhouseapi.CheckUserImportRequest) (*poolhouseapi.CheckUserImportResponse, error) {
	pool, err := s.Pools.Pool(ctx, in.UserPoolId)
	if err != nil {
		return nil, err
	}
	u, err := s.unstarted(ctx, c, pool, in)
	if err != nil {
		return nil, err
	}
	var look *usercsv.Report
	checked, err := s.checking.tryWithin(ctx, checkPatience, func() (err error) {
		look, err = importfile.Check(ctx, s.Files, u.file, u.limits, usercsv.Import{
			Pool: pool, Algorithm: u.algorithm, Again: u.again, Asked: u.asked, Format: u.format, Add: importjob.AddFunc(ctx, s.Rows, pool),
			FromLine: service.Value(in.FromLine), MaxRejected: int(service.Value(in.MaxRows)),
		})
		return err
	})
	if err == nil && !checked {
		return nil, userpool.Errorf(userpool.LimitExceeded, "This server is checking %d files, and checks no more at a time. Try again in a moment.", checksAtATime)
	}
	if err := s.sameFile(ctx, c, pool, in, u, err); err != nil {
		return nil, err
	}
	return &poolhouseapi.CheckUserImportResponse{Check: s.importCheck(pool, in, u, look)}, nil
}

// sameFile returns the error of a check. If the file was replaced, or its job was started,
// during the check, the error says so.
func (s *Service) sameFile(ctx context.Context, c *dispatch.Call, pool *userpool.UserPool, in *poolhouseapi.CheckUserImportRequest, u unstarted, err error) error {
	gone, isGone := errors.AsType[importjob.FileGone](err)
	if err != nil && !isGone {
		return err
	}
	now, err := s.unstarted(ctx, c, pool, in)
	switch {
	case err != nil:
		return err
	case now.file != u.file:
		return userpool.Errorf(userpool.PreconditionNotMet, "The file of %s was replaced while it was checked. Check again.", u.what)
	case gone == importjob.FileMissing:
		return userpool.Errorf(userpool.PreconditionNotMet, "The file of %s is missing. Upload it again.", u.what)
	case isGone:
		return userpool.Errorf(userpool.PreconditionNotMet, "The file of %s is not what was uploaded. Upload it again.", u.what)
	}
	return nil
}

// unstarted returns the file that a request wants checked.
func (s *Service) unstarted(ctx context.Context, c *dispatch.Call, pool *userpool.UserPool, in *poolhouseapi.CheckUserImportRequest) (u unstarted, err error) {
	asked, err := s.asked(pool, askedMembers{in.Strict, in.Format, in.Map})
	if err != nil {
		return u, err
	}
	switch {
	case (in.UploadId == "") == (in.JobId == ""):
		return u, userpool.Errorf(userpool.InvalidParameter, "Give either UploadId or JobId.")
	case in.UploadId != "":
		u, err = s.unstartedUpload(ctx, c, in, asked)
	default:
		u, err = s.unstartedJob(ctx, in, asked)
	}
	if err != nil {
		return u, err
	}
	u.asked.Strict = u.asked.Strict || s.Strict
	found, err := s.Files.Find(ctx, importjob.Key{PoolID: in.UserPoolId, JobID: in.UploadId + in.JobId})
	if found.Name != "" {
		u.file = found
	}
	if err == nil && u.file.Name == "" {
		err = userpool.Errorf(userpool.PreconditionNotMet, "The file of %s has not arrived. Upload it to the pre-signed URL.", u.what)
	}
	return u, err
}

// unstartedUpload returns an upload of the caller.
func (s *Service) unstartedUpload(ctx context.Context, c *dispatch.Call, in *poolhouseapi.CheckUserImportRequest, asked *usercsv.Asked) (u unstarted, err error) {
	up, err := s.upload(ctx, importjob.Key{PoolID: in.UserPoolId, JobID: in.UploadId})
	if err == nil && up.Creator != c.From.ARN {
		err = noUpload(in.UploadId)
	}
	if err != nil {
		return u, err
	}
	return unstarted{what: "upload " + up.ID, file: up.File, algorithm: readAs(in.PasswordHashingAlgorithm, up.Algorithm), limits: s.Limits, asked: service.Value(asked)}, nil
}

// unstartedJob returns a job that can still be started.
func (s *Service) unstartedJob(ctx context.Context, in *poolhouseapi.CheckUserImportRequest, asked *usercsv.Asked) (u unstarted, err error) {
	j, err := s.Jobs.Job(ctx, importjob.Key{PoolID: in.UserPoolId, JobID: in.JobId})
	switch {
	case err != nil:
		return u, err
	case j.State != importjob.Created:
		return u, userpool.Errorf(userpool.PreconditionNotMet, "CheckUserImport is not possible: job %s is in status %s, and only a job that has not been started can be checked.", j.ID, j.State)
	case in.PasswordHashingAlgorithm != "" && readAs(in.PasswordHashingAlgorithm, "") != j.HashAlgorithm:
		return u, userpool.Errorf(userpool.InvalidParameter, "The PasswordHashingAlgorithm of job %s is %s. Leave the parameter out: it is for uploads.", j.ID, cmp.Or(j.HashAlgorithm, noAlgorithm))
	case asked != nil:
		return u, userpool.Errorf(userpool.InvalidParameter, "The format of job %s was chosen when the job was created. Leave out Strict, Format and Map: they are for uploads.", j.ID)
	}
	return unstarted{
		what: "import job " + j.ID, file: j.Upload, algorithm: j.HashAlgorithm, budget: j.Budget, limits: j.Limits(s.Limits), again: j.ParentID != "",
		asked: service.Value(j.Asked), format: j.Format,
	}, nil
}

// codePoolVerifiesNothing is the problem of a file if its job could not be started.
const codePoolVerifiesNothing = "NoAutoVerifiedAttributes"

// importCheck returns the result of looking at a file.
func (s *Service) importCheck(pool *userpool.UserPool, in *poolhouseapi.CheckUserImportRequest, u unstarted, l *usercsv.Report) *poolhouseapi.UserImportCheckType {
	state, message := s.completion(l, u.budget)
	out := &poolhouseapi.UserImportCheckType{
		UserPoolId: in.UserPoolId, UploadId: in.UploadId, JobId: in.JobId, CheckedDate: service.Timestamp(time.Now()),
		FileSize: &u.file.Size, FileSha256: cmp.Or(u.file.SHA256, l.SHA256), TotalRows: &l.Rows, PassingRows: &l.Passing, SkippedRows: &l.Skipped, FailingRows: &l.Failing,
		CompletionStatus: string(state), CompletionMessage: message, Problems: importProblems(l), ColumnNames: l.Header,
		Columns: importColumns(l, true), MissingColumns: importMissingColumns(l), Causes: lookCauses(l), CognitoRefusals: cognitoRefusals(l.Refusals), Rows: lookRows(l),
		NextLine: known(l.NextLine), Format: lookFormat(l), Readings: importReadings(l, true),
	}
	if err := pool.CheckImportable(); err != nil { // StartUserImportJob would return the same error
		out.Problems = append([]poolhouseapi.ImportProblemType{{Code: codePoolVerifiesNothing, Message: err.Error()}}, out.Problems...)
		out.CompletionStatus, out.CompletionMessage = string(importjob.Failed), err.Error()
	}
	return out
}

// completion returns the state and message with which a run of the file would end.
func (s *Service) completion(l *usercsv.Report, b importjob.Budget) (importjob.State, string) {
	return importjob.Completion(importjob.Counts{Imported: l.Passing, Skipped: l.Skipped, Failed: l.Failing}, l.Problem, s.FailedShare, b)
}

// readAs returns the algorithm that a request names, or otherwise if it names none.
func readAs(wanted poolhouseapi.ImportReadAsType, otherwise string) string {
	switch wanted {
	case "":
		return otherwise
	case noAlgorithm:
		return ""
	}
	return string(wanted)
}
