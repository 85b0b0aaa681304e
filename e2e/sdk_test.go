package e2e

import (
	"errors"
	"net/http"
	"os"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/ratelimit"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/credentials"
	cognito "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

// client returns the AWS SDK for Go for the server: one client as long as the server keeps
// its address, so that connections are reused.
//
// It retries more often than by default and with short waits: a list of many thousand users
// would take minutes otherwise. Without retries, about one in a hundred answers of more
// than 4 KB fails on loopback: net/http on the client's side reports EOF for the request it
// has sent and closes its own connection. It was seen against a bare net/http server too,
// but far more rarely, and not with a plain net/http client. The reason is not known.
func (n *node) client() *cognito.Client {
	if n.sdk == nil || n.sdkURL != n.url {
		n.sdkURL = n.url
		n.sdk = cognito.NewFromConfig(aws.Config{
			Region: n.getenv("AWS_REGION"), BaseEndpoint: aws.String(n.url),
			Retryer: func() aws.Retryer {
				return retry.NewStandard(func(o *retry.StandardOptions) {
					o.MaxAttempts, o.MaxBackoff, o.RateLimiter = 10, 10*time.Millisecond, ratelimit.None
				})
			},
			Credentials: credentials.NewStaticCredentialsProvider(n.getenv("AWS_ACCESS_KEY_ID"), n.getenv("AWS_SECRET_ACCESS_KEY"), ""),
		})
	}
	return n.sdk
}

// importFile imports a file into a new pool. meanwhile is called once the job is started.
func (n *node) importFile(file string, meanwhile func(pool, job string)) outcome {
	n.t.Helper()
	pool, job := n.begin(file)
	meanwhile(pool, job)
	return n.outcome(pool, job)
}

// begin starts the import of a file into a new pool.
func (n *node) begin(file string) (pool, job string) {
	n.t.Helper()
	pool, created := n.poolWithJob()
	n.put(file, *created.PreSignedUrl)
	if _, err := n.client().StartUserImportJob(n.t.Context(), &cognito.StartUserImportJobInput{UserPoolId: &pool, JobId: created.JobId}); err != nil {
		n.t.Fatal(err)
	}
	return pool, *created.JobId
}

// poolWithJob creates a pool with a job.
func (n *node) poolWithJob() (pool string, job *types.UserImportJobType) {
	n.t.Helper()
	n.makeLogRole()
	ctx, c := n.t.Context(), n.client()
	made, err := c.CreateUserPool(ctx, &cognito.CreateUserPoolInput{PoolName: aws.String("people"),
		AutoVerifiedAttributes: []types.VerifiedAttributeType{types.VerifiedAttributeTypeEmail}})
	if err != nil {
		n.t.Fatal(err)
	}
	created, err := c.CreateUserImportJob(ctx, &cognito.CreateUserImportJobInput{UserPoolId: made.UserPool.Id, JobName: aws.String("all"),
		CloudWatchLogsRoleArn: aws.String(logRole)})
	if err != nil {
		n.t.Fatal(err)
	}
	return *made.UserPool.Id, created.UserImportJob
}

func (n *node) put(file, url string) {
	n.t.Helper()
	f, err := os.Open(file)
	if err != nil {
		n.t.Fatal(err)
	}
	defer f.Close()
	request, err := http.NewRequestWithContext(n.t.Context(), http.MethodPut, url, f) // chunked: without a Content-Length
	if err != nil {
		n.t.Fatal(err)
	}
	if n.inBucket() { // S3 itself accepts nothing without a length
		info, err := f.Stat()
		if err != nil {
			n.t.Fatal(err)
		}
		request.ContentLength = info.Size()
	}
	request.Header.Set("x-amz-server-side-encryption", "aws:kms")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		n.t.Fatal(err)
	}
	response.Body.Close()
	if response.StatusCode != http.StatusOK || response.Header.Get("ETag") == "" {
		n.t.Fatalf("the upload was answered %s", response.Status)
	}
}

func (n *node) describe(pool, job string) *types.UserImportJobType {
	n.t.Helper()
	out, err := n.client().DescribeUserImportJob(n.t.Context(), &cognito.DescribeUserImportJobInput{UserPoolId: &pool, JobId: &job})
	if err != nil {
		n.t.Fatal(err)
	}
	return out.UserImportJob
}

// counts fails the test unless every way of counting a pool's users gives the same number.
func (n *node) counts(pool string, want int) {
	n.t.Helper()
	counted := n.own("DescribeUserPoolStatistics", object{"UserPoolId": pool})["UserPoolStatistics"].(object)
	for _, by := range []string{"Statuses", "Days"} {
		var sum float64
		for _, each := range counted[by].([]any) {
			sum += each.(object)["Users"].(float64)
		}
		if int(sum) != want || counted["Users"] != sum {
			n.t.Errorf("the pool counts %v users by %s and %v in all, and has %d", sum, by, counted["Users"], want)
		}
	}
}

// outcome waits for the job's end and returns its result.
func (n *node) outcome(pool, job string) outcome {
	n.t.Helper()
	d := n.ended(pool, job)
	log, err := n.run(binary, "log", "--user-pool-id", pool, "--job-id", job)
	if err != nil {
		n.t.Fatal(err)
	}
	p, err := n.client().DescribeUserPool(n.t.Context(), &cognito.DescribeUserPoolInput{UserPoolId: &pool})
	if err != nil {
		n.t.Fatal(err)
	}
	n.counts(pool, int(p.UserPool.EstimatedNumberOfUsers))
	return outcome{string(d.Status), aws.ToString(d.CompletionMessage), int32(d.ImportedUsers), int32(d.SkippedUsers), int32(d.FailedUsers),
		log, p.UserPool.EstimatedNumberOfUsers}
}

// as reports whether err has the SDK's type of an exception.
func as[E error](err error) bool {
	_, ok := errors.AsType[E](err)
	return ok
}

// TestErrorClasses causes errors and expects the SDK's own error types.
func TestErrorClasses(t *testing.T) {
	together(t)
	n := sharedNode(t)
	c, ctx := n.client(), t.Context()
	n.makeLogRole()
	role := aws.String(logRole)
	nowhere, noJob := aws.String("us-east-1_Nowhere00"), aws.String("import-0000000000")
	pool := func(in *cognito.CreateUserPoolInput) *string {
		in.PoolName = aws.String("people")
		out, err := c.CreateUserPool(ctx, in)
		if err != nil {
			t.Fatal(err)
		}
		return out.UserPool.Id
	}
	plain := pool(&cognito.CreateUserPoolInput{}) // verifies nothing automatically
	byEmail := pool(&cognito.CreateUserPoolInput{UsernameAttributes: []types.UsernameAttributeType{types.UsernameAttributeTypeEmail}})
	protected := pool(&cognito.CreateUserPoolInput{DeletionProtection: types.DeletionProtectionTypeActive})
	user := func(p *string, name string) error {
		_, err := c.AdminCreateUser(ctx, &cognito.AdminCreateUserInput{UserPoolId: p, Username: &name})
		return err
	}
	if err := user(plain, "ada"); err != nil {
		t.Fatal(err)
	}
	if err := user(byEmail, "ada@example.com"); err != nil {
		t.Fatal(err)
	}
	isInvalid, isMissing := as[*types.InvalidParameterException], as[*types.ResourceNotFoundException]
	tests := []struct {
		name string
		is   func(error) bool
		call func() error
	}{
		{"header of no pool", isMissing, func() error {
			_, err := c.GetCSVHeader(ctx, &cognito.GetCSVHeaderInput{UserPoolId: nowhere})
			return err
		}},
		{"job in no pool", isMissing, func() error {
			_, err := c.CreateUserImportJob(ctx, &cognito.CreateUserImportJobInput{UserPoolId: nowhere, JobName: aws.String("a"), CloudWatchLogsRoleArn: role})
			return err
		}},
		{"job name not allowed", isInvalid, func() error {
			_, err := c.CreateUserImportJob(ctx, &cognito.CreateUserImportJobInput{UserPoolId: plain, JobName: aws.String("a/b"), CloudWatchLogsRoleArn: role})
			return err
		}},
		{"role that is none", isInvalid, func() error {
			_, err := c.CreateUserImportJob(ctx, &cognito.CreateUserImportJobInput{UserPoolId: plain, JobName: aws.String("a"), CloudWatchLogsRoleArn: aws.String("arn:aws:s3:us-east-1:000000000000:bucket")})
			return err
		}},
		{"describe no job", isMissing, func() error {
			_, err := c.DescribeUserImportJob(ctx, &cognito.DescribeUserImportJobInput{UserPoolId: plain, JobId: noJob})
			return err
		}},
		{"start no job", isMissing, func() error {
			_, err := c.StartUserImportJob(ctx, &cognito.StartUserImportJobInput{UserPoolId: plain, JobId: noJob})
			return err
		}},
		{"stop no job", isMissing, func() error {
			_, err := c.StopUserImportJob(ctx, &cognito.StopUserImportJobInput{UserPoolId: plain, JobId: noJob})
			return err
		}},
		{"list too many", isInvalid, func() error {
			_, err := c.ListUserImportJobs(ctx, &cognito.ListUserImportJobsInput{UserPoolId: plain, MaxResults: aws.Int32(61)})
			return err
		}},
		{"list with another's token", isInvalid, func() error {
			_, err := c.ListUserImportJobs(ctx, &cognito.ListUserImportJobsInput{UserPoolId: plain, MaxResults: aws.Int32(1), PaginationToken: aws.String(*byEmail + "#import-1#1")})
			return err
		}},
		{"user exists", as[*types.UsernameExistsException], func() error { return user(plain, "ada") }},
		{"email exists", as[*types.UsernameExistsException], func() error { return user(byEmail, "ada@example.com") }},
		{"username is no email", isInvalid, func() error { return user(byEmail, "ada") }},
		{"user missing", as[*types.UserNotFoundException], func() error {
			_, err := c.AdminGetUser(ctx, &cognito.AdminGetUserInput{UserPoolId: plain, Username: aws.String("nobody")})
			return err
		}},
		{"weak password", as[*types.InvalidPasswordException], func() error {
			_, err := c.AdminCreateUser(ctx, &cognito.AdminCreateUserInput{UserPoolId: plain, Username: aws.String("bob"), TemporaryPassword: aws.String("short")})
			return err
		}},
		{"attribute not in the schema", isInvalid, func() error {
			_, err := c.AdminUpdateUserAttributes(ctx, &cognito.AdminUpdateUserAttributesInput{UserPoolId: plain, Username: aws.String("ada"),
				UserAttributes: []types.AttributeType{{Name: aws.String("shoe_size"), Value: aws.String("9")}}})
			return err
		}},
		{"filter that cannot be read", isInvalid, func() error {
			_, err := c.ListUsers(ctx, &cognito.ListUsersInput{UserPoolId: plain, Filter: aws.String("email is x")})
			return err
		}},
		{"deletion protection", isInvalid, func() error {
			_, err := c.DeleteUserPool(ctx, &cognito.DeleteUserPoolInput{UserPoolId: protected})
			return err
		}},
		{"invitation again", as[*types.CodeDeliveryFailureException], func() error {
			_, err := c.AdminCreateUser(ctx, &cognito.AdminCreateUserInput{UserPoolId: plain, Username: aws.String("ada"), MessageAction: types.MessageActionTypeResend})
			return err
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if err := tt.call(); err == nil || !tt.is(err) {
				t.Errorf("got %v", err)
			}
		})
	}
	t.Run("start in a pool without auto-verified attributes", func(t *testing.T) {
		job, err := c.CreateUserImportJob(ctx, &cognito.CreateUserImportJobInput{UserPoolId: plain, JobName: aws.String("a"), CloudWatchLogsRoleArn: role})
		if err != nil {
			t.Fatal(err)
		}
		n.put(writeFile(t, "cognito:username,email\na,a@example.com\n"), *job.UserImportJob.PreSignedUrl)
		_, err = c.StartUserImportJob(ctx, &cognito.StartUserImportJobInput{UserPoolId: plain, JobId: job.UserImportJob.JobId})
		if !as[*types.PreconditionNotMetException](err) {
			t.Errorf("got %v", err)
		}
	})
}
