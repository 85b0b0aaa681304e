package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/aws/smithy-go"

	"poolhouse/internal/awsarn"
	"poolhouse/internal/config"
	"poolhouse/internal/logrole"
	"poolhouse/internal/usercsv"
)

// importRun is one import. It uses the API as any client does.
type importRun struct {
	cfg    aws.Config
	client *cognitoidentityprovider.Client
	poolID string
	waiter
	rows int64 // rows of the file, 0 if not known yet

	name  string // name of the job
	jobID string // "" before it is created
	stage stage
	own   bool     // the job was created by an operation of Poolhouse
	told  []string // what was printed about the format before the job was created

	status types.UserImportJobStatusType // status at the end of the job
}

// stage is the progress of the job, as far as it is known.
type stage int

const (
	stageNone     stage = iota // there is no job
	stageCreating              // there may be a job
	stageCreated               // there is a job without a file
	stageUploaded              // the job has a file
	stageStarting              // the job may be started
	stageStarted
	stageEnded
)

// jobSpec is the input of CreateUserImportJob. Without a role it uses the one that AWS's
// console would create.
type jobSpec struct {
	name, roleARN, algorithm string
	budget                   *errorBudget // nil for the server's rule
	asked                    readingAsked // how to read the file
}

// run imports the file and returns the job at its end. Its error says what happened to the
// job. When ctx ends, a started job is stopped, and run returns both the job and an error.
func (r *importRun) run(ctx context.Context, path string, spec jobSpec) (*types.UserImportJobType, error) {
	r.name = spec.name
	return r.outcome(ctx, func(ctx context.Context) (*types.UserImportJobType, error) { return r.steps(ctx, path, spec) })
}

// outcome runs the steps up to the end of a job. If they fail, the error says what happened
// to the job. Steps that end early without an error return no job.
func (r *importRun) outcome(ctx context.Context, steps func(context.Context) (*types.UserImportJobType, error)) (*types.UserImportJobType, error) {
	job, err := steps(ctx)
	switch {
	case r.stage == stageEnded || err == nil:
		return job, nil
	case ctx.Err() != nil:
		return r.interrupted()
	}
	if r.stage == stageNone {
		return nil, refusal(err)
	}
	code := exitRefused
	if r.stage >= stageStarting {
		code = exitPartly
	}
	return nil, &exit{code, fmt.Errorf("%w\n%s", refusal(err), r.fate())}
}

// steps are the steps of an import. Each records its progress in r.stage.
func (r *importRun) steps(ctx context.Context, path string, spec jobSpec) (*types.UserImportJobType, error) {
	if spec.budget != nil && isAWS(r.cfg.BaseEndpoint) {
		return nil, errNoBudget
	}
	if err := r.lookOver(ctx, path, spec); err != nil {
		return nil, err
	}
	if spec.roleARN == "" {
		var err error
		if spec.roleARN, err = r.role(ctx); err != nil {
			return nil, err
		}
	}
	err := r.ownSteps(ctx, path, spec)
	if errors.Is(err, errNotOffered) {
		switch {
		case spec.budget != nil:
			return nil, errNoBudget
		case !spec.asked.none():
			return nil, errNotRead
		}
		err = r.cognitoSteps(ctx, path, spec)
	}
	if err != nil {
		return nil, err
	}
	if err := r.start(ctx); err != nil {
		return nil, err
	}
	return r.watch(ctx)
}

// lookOver surveys the file locally, in the format in which the server will read it.
func (r *importRun) lookOver(ctx context.Context, path string, spec jobSpec) error {
	asked := spec.asked.local()
	asked.Strict = asked.Strict || isAWS(r.cfg.BaseEndpoint)
	err := r.survey(ctx, path, spec.algorithm, asked)
	if problem, is := errors.AsType[*usercsv.FileError](err); is && !asked.Strict && ofColumns(problem.Code) {
		printMapHint(r.out, path, r.poolID)
	}
	return err
}

// cognitoSteps are the steps of an import with Cognito's own calls: the job is created
// first, and its file is read when it runs. Only Cognito's own form is accepted.
func (r *importRun) cognitoSteps(ctx context.Context, path string, spec jobSpec) error {
	if err := r.survey(ctx, path, spec.algorithm, usercsv.Asked{Strict: true}); err != nil {
		return err
	}
	url, err := r.create(ctx, spec)
	if err != nil {
		return err
	}
	if err := r.upload(ctx, path, url); err != nil {
		return err
	}
	r.stage = stageUploaded
	return nil
}

// survey counts the rows and refuses a file that no server would import: it says what the
// file is and how to save it. The limits are the largest that a server may have, because
// the server checks its own.
func (r *importRun) survey(ctx context.Context, path, algorithm string, asked usercsv.Asked) error {
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	if !info.Mode().IsRegular() {
		return fmt.Errorf("%s is not a regular file: the file is read twice, first to look it over, then to upload it", path)
	}
	limits := usercsv.Limits{Rows: config.MaxRows, Bytes: config.MaxBytes, RowChars: config.MaxRowCharacters}
	seen, err := usercsv.Survey(func() (io.ReadCloser, error) { return openUntil(ctx, path) }, limits, usercsv.Import{Algorithm: algorithm, Asked: asked})
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if err == nil {
		r.rows = seen.Rows
	} else if seen != nil {
		printReadings(r.out, readingsBy(seen.Readings))
	}
	return err
}

// role returns the ARN of the default role. On a server of one's own it creates the role.
// In a real AWS account it creates nothing that was not asked for.
func (r *importRun) role(ctx context.Context) (string, error) {
	if isAWS(r.cfg.BaseEndpoint) {
		return "", errors.New("this import would go to AWS itself. There, name a role of your account that writes the log: " +
			"--role-arn " + awsarn.Entity("ACCOUNT", "role", logrole.DefaultPath, logrole.DefaultName) + " is the one that the console of Cognito creates.\n" + nameYourServer)
	}
	arn, made, err := importLogRole(ctx, r.cfg)
	if isDenied(err) {
		return "", fmt.Errorf("the role that writes the log could not be created; --role-arn names another one: %w", refusal(err))
	}
	if err != nil {
		return "", fmt.Errorf("the role that writes the log could not be found or created: %w", refusal(err))
	}
	if made {
		say(r.out, "role      %s, created now\n", arn)
	}
	return arn, nil
}

// createRequest is CreateUserImportJob's input with a member that the SDK's model lacks.
type createRequest struct {
	UserPoolId, JobName, CloudWatchLogsRoleArn string
	PasswordHashingAlgorithm                   string `json:",omitempty"`
}

// request returns the input of CreateUserImportJob.
func (r *importRun) request(spec jobSpec) createRequest {
	return createRequest{UserPoolId: r.poolID, JobName: spec.name, CloudWatchLogsRoleArn: spec.roleARN, PasswordHashingAlgorithm: spec.algorithm}
}

// create creates a job, prints its ID, and returns its upload URL.
func (r *importRun) create(ctx context.Context, spec jobSpec) (uploadURL string, err error) {
	in := r.request(spec)
	var out struct {
		UserImportJob struct{ JobId, PreSignedUrl string }
	}
	if err := ctx.Err(); err != nil {
		return "", err
	}
	calling, done := lingering(ctx)
	defer done()
	r.stage = stageCreating
	err = call(calling, r.cfg, "AWSCognitoIdentityProviderService.CreateUserImportJob", in, &out)
	if _, refused := errors.AsType[smithy.APIError](err); refused || isUnsent(err) {
		r.stage = stageNone
	}
	if err != nil {
		return "", err
	}
	r.jobID, r.stage = out.UserImportJob.JobId, stageCreated
	say(r.out, "created   %s\n", r.jobID)
	return out.UserImportJob.PreSignedUrl, nil
}

// linger is how long a call continues after an interrupt, if its answer says whether there
// is something to stop.
const linger = 3 * time.Second

// lingering returns a context that ends linger after ctx.
func lingering(ctx context.Context) (context.Context, context.CancelFunc) {
	calling, cancel := context.WithCancel(context.WithoutCancel(ctx))
	stop := context.AfterFunc(ctx, func() { time.AfterFunc(linger, cancel) })
	return calling, func() { stop(); cancel() }
}
