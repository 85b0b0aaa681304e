package cognitoservice_test

import (
	"strings"
	"testing"
	"time"

	"poolhouse/internal/iam"
	"poolhouse/internal/importjob"
	"poolhouse/internal/service/servicetest"
)

const (
	logsTrust  = `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"Service":"cognito-idp.amazonaws.com"},"Action":"sts:AssumeRole"}}`
	noTrust    = `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"Service":"lambda.amazonaws.com"},"Action":"sts:AssumeRole"}}`
	logsPolicy = `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Resource":"arn:aws:logs:us-east-1:000000000000:log-group:/aws/cognito/*",
		"Action":["logs:CreateLogGroup","logs:CreateLogStream","logs:DescribeLogStreams","logs:PutLogEvents"]}}`
	noStreams = `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Resource":"*","Action":["logs:CreateLogGroup","logs:CreateLogStream","logs:PutLogEvents"]}}`
	fewerLogs = `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"logs:Create*","Resource":"*"}}`
)

const usersFile = "cognito:username,email,email_verified\nada,ada@example.com,true\n"

// role makes a role, with a policy unless that is "".
func (f *fixture) role(name, trust, policy string) {
	f.T.Helper()
	r, err := iam.NewRole(iam.RoleSpec{Name: name, Trust: trust}, time.Now())
	if err == nil {
		err = f.Store.IAM().CreateRole(f.T.Context(), r)
	}
	if err == nil && policy != "" {
		f.setPolicy(name, policy)
	}
	if err != nil {
		f.T.Fatal(err)
	}
}

func (f *fixture) setPolicy(role, policy string) {
	f.T.Helper()
	p, err := iam.NewInlinePolicy("logs", policy)
	if err == nil {
		err = f.Store.IAM().PutInlinePolicy(f.T.Context(), iam.RoleOwner(role), p)
	}
	if err != nil {
		f.T.Fatal(err)
	}
}

// TestRolesOfImportJobs: a job with an unsuitable role is refused and not stored.
func TestRolesOfImportJobs(t *testing.T) {
	f := &fixture{servicetest.Open(t, true)}
	f.RunEngine()
	f.role("x", logsTrust, logsPolicy)
	f.role("untrusting", noTrust, logsPolicy)
	f.role("poor", logsTrust, fewerLogs)
	pool := f.Pool(object{"AutoVerifiedAttributes": []any{"email"}})
	create := func(pool, role string) object {
		return object{"UserPoolId": pool, "JobName": "a job", "CloudWatchLogsRoleArn": "arn:aws:iam::" + role}
	}
	for role, text := range map[string]string{
		"000000000000:user/x":          "must be the ARN of an IAM role",
		"000000000000:role/y":          "arn:aws:iam::000000000000:role/y does not exist",
		"111111111111:role/x":          "this server's account is 000000000000",
		"000000000000:role/untrusting": "cannot be assumed",
		"000000000000:role/poor": "must allow logs:DescribeLogStreams, logs:PutLogEvents on arn:aws:logs:us-east-1:000000000000:log-group:/aws/cognito/userpools/" +
			pool + "/people:*",
	} {
		f.Refused("CreateUserImportJob", create(pool, role), "InvalidParameterException", text)
	}
	f.Refused("CreateUserImportJob", create("us-east-1_Nowhere00", "000000000000:role/x"), "ResourceNotFoundException", "us-east-1_Nowhere00")
	if jobs := f.Do("ListUserImportJobs", object{"UserPoolId": pool, "MaxResults": 60})["UserImportJobs"].([]any); len(jobs) != 0 {
		t.Errorf("refused jobs were kept: %v", jobs)
	}
	if job := f.ImportFile(pool, usersFile, nil); job["Status"] != "Succeeded" {
		t.Errorf("with a good role the job ended %v: %v", job["Status"], job["CompletionMessage"])
	}
}

// TestRoleThatMayNotLookAtStreams: the job runs, and from its creation on its log says what the
// role lacks. If the role is corrected before the job begins, the log no longer says so.
func TestRoleThatMayNotLookAtStreams(t *testing.T) {
	const want = "[WARNING] The role arn:aws:iam::000000000000:role/x does not allow logs:DescribeLogStreams on arn:aws:logs:us-east-1:000000000000:log-group:/aws/cognito/userpools/"
	for name, atBegin := range map[string]string{"still": noStreams, "corrected": logsPolicy} {
		t.Run(name, func(t *testing.T) {
			f := &fixture{servicetest.Open(t, true)}
			f.role("x", logsTrust, noStreams)
			pool := f.Pool(object{"AutoVerifiedAttributes": []any{"email"}})
			created := f.Do("CreateUserImportJob", object{"UserPoolId": pool, "JobName": "a job", "CloudWatchLogsRoleArn": "arn:aws:iam::000000000000:role/x"})
			key := object{"UserPoolId": pool, "JobId": created["UserImportJob"].(object)["JobId"]}
			warns := func() bool {
				t.Helper()
				events := f.Do("GetUserImportJobLog", key)["Events"].([]any)
				return len(events) > 0 && strings.HasPrefix(events[0].(object)["Message"].(string), want)
			}
			if !warns() {
				t.Error("the log of a new job has no warning")
			}
			f.setPolicy("x", atBegin)
			f.Upload(pool, key["JobId"].(string), usersFile)
			f.Do("StartUserImportJob", key)
			f.RunEngine()
			if job := f.Ended(importjob.Key{PoolID: pool, JobID: key["JobId"].(string)}); job["Status"] != "Succeeded" {
				t.Errorf("the job ended %v: %v", job["Status"], job["CompletionMessage"])
			}
			if got := warns(); got != (name == "still") {
				t.Errorf("in the end the log warns: %v", got)
			}
		})
	}
}

// TestRoleThatGoesBeforeTheStart: the start is answered as usual, and the job ends Failed
// before it begins.
func TestRoleThatGoesBeforeTheStart(t *testing.T) {
	const missing, distrusts = "The CloudWatch Logs role does not exist.", "The CloudWatch Logs role cannot be assumed: its trust policy does not allow it to cognito-idp.amazonaws.com."
	roles := func(f *fixture) iam.Store { return f.Store.IAM() }
	for want, change := range map[string]func(f *fixture) error{
		missing: func(f *fixture) error {
			if err := roles(f).DeleteInlinePolicy(f.T.Context(), iam.RoleOwner("x"), "logs"); err != nil {
				return err
			}
			return roles(f).DeleteRole(f.T.Context(), "x")
		},
		distrusts: func(f *fixture) error {
			_, err := roles(f).UpdateRole(f.T.Context(), "x", func(r *iam.Role) error { return r.SetTrust(noTrust) })
			return err
		},
		"The CloudWatch Logs role's policy lacks logs:DescribeLogStreams, logs:PutLogEvents.": func(f *fixture) error {
			f.setPolicy("x", fewerLogs)
			return nil
		},
	} {
		t.Run(want, func(t *testing.T) {
			f := &fixture{servicetest.Open(t, true)}
			f.role("x", logsTrust, logsPolicy)
			pool := f.Pool(object{"AutoVerifiedAttributes": []any{"email"}})
			created := f.Do("CreateUserImportJob", object{"UserPoolId": pool, "JobName": "a job", "CloudWatchLogsRoleArn": "arn:aws:iam::000000000000:role/x"})
			key := object{"UserPoolId": pool, "JobId": created["UserImportJob"].(object)["JobId"]}
			f.Upload(pool, key["JobId"].(string), usersFile)
			if err := change(f); err != nil {
				t.Fatal(err)
			}
			if started := f.Do("StartUserImportJob", key)["UserImportJob"].(object); started["Status"] != "Pending" {
				t.Errorf("the start answers %v", started["Status"])
			}
			f.RunEngine()
			job := f.Ended(importjob.Key{PoolID: pool, JobID: key["JobId"].(string)})
			if job["Status"] != "Failed" || job["CompletionMessage"] != want || job["ImportedUsers"] != 0.0 {
				t.Errorf("the job ended %v with %v users: %v", job["Status"], job["ImportedUsers"], job["CompletionMessage"])
			}
			if lines := f.Do("GetUserImportJobLog", key)["Events"].([]any); len(lines) != 1 {
				t.Errorf("the log has %d lines: %v", len(lines), lines)
			}
		})
	}
}
