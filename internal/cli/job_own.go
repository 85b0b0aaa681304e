package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/aws/smithy-go"

	"poolhouse/internal/plaintext"
)

// uploadLook is the server's report about an uploaded file that no job owns: a part of
// UserImportUploadType.
type uploadLook struct {
	UploadId, PreSignedUrl, Status, StatusMessage, Problem string
	ProblemCode                                            string
	TotalRows, FailingRows, ColumnCount                    int64
	Causes                                                 []cause
	Format                                                 *fileFormat
	Readings                                               []otherReading
}

// seen is an answer that contains an upload.
type seen struct{ UserImportUpload uploadLook }

// ownSteps are the steps of an import on Poolhouse after the role: the file is uploaded and
// read before the job is created. On another server they return [errNotOffered] and have
// done nothing.
func (r *importRun) ownSteps(ctx context.Context, path string, spec jobSpec) error {
	if isAWS(r.cfg.BaseEndpoint) {
		return errNotOffered
	}
	u, err := r.send(ctx, path, spec.algorithm)
	if err != nil {
		return err
	}
	if !spec.asked.none() {
		if u, err = r.askedLook(ctx, u.UploadId, spec.asked); err != nil {
			return err
		}
	}
	r.tell(u)
	if ofColumns(u.ProblemCode) {
		printMapHint(r.out, path, r.poolID)
	}
	if u.Problem != "" {
		return fmt.Errorf("%s\n%s", plaintext.Line(u.Problem), r.fate())
	}
	return r.createOf(ctx, spec, u.UploadId)
}

// askedLook returns the server's report about an uploaded file that is to be read in a
// chosen format. The upload's own report ignores that choice.
func (r *importRun) askedLook(ctx context.Context, id string, a readingAsked) (uploadLook, error) {
	c, err := r.checkPage(ctx, checkQuery{UserPoolId: r.poolID, UploadId: id, MaxRows: 1, readingAsked: a})
	if err != nil {
		return uploadLook{}, err
	}
	u := uploadLook{UploadId: id, TotalRows: c.TotalRows, FailingRows: c.FailingRows, ColumnCount: int64(max(len(c.ColumnNames), len(c.Columns))), Causes: c.Causes, Format: c.Format, Readings: c.Readings}
	var problems []string
	for _, p := range c.Problems {
		problems = append(problems, p.Message)
		u.ProblemCode = cmp.Or(u.ProblemCode, p.Code)
	}
	u.Problem = strings.Join(problems, " ")
	return u, nil
}

// send uploads a file without a job, and returns the server's report. It returns
// [errNotOffered] if the server is not Poolhouse.
func (r *importRun) send(ctx context.Context, path, algorithm string) (uploadLook, error) {
	u, err := r.begin(ctx, algorithm)
	if err != nil {
		return u, err
	}
	if err := r.upload(ctx, path, u.PreSignedUrl); err != nil {
		return u, err
	}
	return r.look(ctx, u.UploadId)
}

// begin creates an upload that no job owns.
func (r *importRun) begin(ctx context.Context, algorithm string) (uploadLook, error) {
	in := struct {
		UserPoolId               string
		PasswordHashingAlgorithm string `json:",omitempty"`
	}{r.poolID, algorithm}
	var out seen
	err := call(ctx, r.cfg, "Poolhouse.CreateUserImportUpload", in, &out)
	return out.UserImportUpload, err
}

// look waits until the server has read the file.
func (r *importRun) look(ctx context.Context, id string) (u uploadLook, err error) {
	in := struct{ UserPoolId, UploadId string }{r.poolID, id}
	pause := r.every / 20 // a small file is read at once
	for began := time.Now(); ; pause = min(2*pause, r.every) {
		err := r.patiently(ctx, func(ctx context.Context) error {
			var out seen
			err := call(ctx, r.cfg, "Poolhouse.DescribeUserImportUpload", in, &out)
			u = out.UserImportUpload
			return err
		})
		switch {
		case err != nil:
			return u, fmt.Errorf("the state of the upload is not known: %w", refusal(err))
		case u.Status == "Ready":
			return u, nil
		case u.Status == "Failed":
			return u, errors.New("the file cannot be read: " + plaintext.Line(u.StatusMessage))
		case u.Status == "Waiting" && time.Since(began) >= r.wait:
			return u, fmt.Errorf("the file was uploaded, but the server does not find it for %v", r.wait)
		}
		select {
		case <-ctx.Done():
			return u, ctx.Err()
		case <-time.After(pause):
		}
	}
}

// tell prints the server's report.
func (r *importRun) tell(u uploadLook) {
	r.told = u.Format.notes()
	defer func() {
		printNotes(r.out, labelWidth, r.told)
		printReadings(r.out, u.Readings)
	}()
	if u.Problem != "" { // with a wrong header the rows are not read
		say(r.out, "looked at %s; the file cannot be imported\n", counted(u.ColumnCount, "column"))
		return
	}
	say(r.out, "looked at %s, %s; %s\n", counted(u.TotalRows, "row"), counted(u.ColumnCount, "column"), u.expected())
	printCauses(r.out, "          ", u.Causes)
}

// expected says how many rows would not be imported.
func (u *uploadLook) expected() string {
	var skipped int64
	for _, c := range u.Causes {
		if c.Verdict == "SKIPPED" {
			skipped += c.Rows
		}
	}
	switch {
	case skipped+u.FailingRows == 0:
		return "all pass the rules of the user pool"
	case u.FailingRows == 0:
		return counted(skipped, "row") + " would be skipped:"
	case skipped == 0:
		return counted(u.FailingRows, "row") + " would fail:"
	}
	return counted(skipped, "row") + " would be skipped, " + grouped(u.FailingRows) + " would fail:"
}

// counted returns a number with its noun.
func counted(n int64, one string) string {
	if n == 1 {
		return "1 " + one
	}
	return grouped(n) + " " + one + "s"
}

// createOf creates the job of an uploaded file.
func (r *importRun) createOf(ctx context.Context, spec jobSpec, id string) error {
	in := struct {
		createRequest
		UploadId    string
		ErrorBudget *errorBudget `json:",omitempty"`
		readingAsked
	}{r.request(spec), id, spec.budget, spec.asked}
	return r.make(ctx, "CreateUserImportJob", in)
}

// make calls an operation of Poolhouse that creates a job with a file, and prints the job's
// ID.
func (r *importRun) make(ctx context.Context, operation string, in any) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	calling, done := lingering(ctx)
	defer done()
	r.stage = stageCreating
	var out struct {
		UserImportJob struct {
			JobId     string
			TotalRows int64
		}
	}
	err := callOwn(calling, longer(r.cfg, fileLimit), operation, in, &out)
	if _, refused := errors.AsType[smithy.APIError](err); refused || isUnsent(err) || errors.Is(err, errNotOffered) {
		r.stage = stageNone
	}
	if err != nil {
		return err
	}
	r.jobID, r.stage, r.own = out.UserImportJob.JobId, stageUploaded, true
	if out.UserImportJob.TotalRows > 0 {
		r.rows = out.UserImportJob.TotalRows
	}
	say(r.out, "created   %s\n", r.jobID)
	return ctx.Err()
}
