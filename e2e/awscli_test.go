package e2e

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// object is a JSON object as the AWS CLI prints it.
type object = map[string]any

// awsCLI runs one AWS CLI against one server.
type awsCLI struct {
	*node
	t         *testing.T
	cli       *cliProgram
	installed bool // start the program for each command, as a user does
}

// try runs aws cognito-idp and returns what it printed. The endpoint is given
// as an option because Debian's AWS CLI is older than AWS_ENDPOINT_URL.
func (a *awsCLI) try(args ...string) (object, error) { return a.tryIn("cognito-idp", args...) }

// tryIn is try for another service.
func (a *awsCLI) tryIn(service string, args ...string) (object, error) {
	out, err := a.command(append([]string{"--endpoint-url", a.url, service, "--output", "json"}, args...)...)
	if err != nil || strings.TrimSpace(out) == "" {
		return nil, err
	}
	var v object
	return v, json.Unmarshal([]byte(out), &v)
}

func (a *awsCLI) do(args ...string) object {
	a.t.Helper()
	v, err := a.try(args...)
	if err != nil {
		a.t.Fatal(err)
	}
	return v
}

// refused fails the test unless a call fails with the exception and a message that matches.
func (a *awsCLI) refused(exception, message string, args ...string) {
	a.t.Helper()
	_, err := a.try(args...)
	want := "An error occurred (" + exception + ") when calling the "
	if err == nil || !strings.Contains(err.Error(), want) || !regexp.MustCompile(message).MatchString(err.Error()) {
		a.t.Errorf("%v: got %v, want %s with /%s/", args, err, exception, message)
	}
}

func (a *awsCLI) createPool(args ...string) string {
	a.t.Helper()
	pool := a.do(append([]string{"create-user-pool", "--pool-name", "people"}, args...)...)["UserPool"].(object)
	return pool["Id"].(string)
}

func (a *awsCLI) createJob(pool, name string) object {
	a.t.Helper()
	a.makeLogRole()
	return a.do("create-user-import-job", "--user-pool-id", pool, "--job-name", name,
		"--cloud-watch-logs-role-arn", logRole)["UserImportJob"].(object)
}

// curl uploads a file as the Developer Guide says.
func (a *awsCLI) curl(file, url string) {
	a.t.Helper()
	if _, err := exec.LookPath("curl"); err != nil {
		lacking(a.t, "curl")
	}
	out, err := exec.Command("curl", "-v", "--noproxy", "*", "-T", file, "-H", "x-amz-server-side-encryption:aws:kms", url).CombinedOutput()
	if err != nil || !strings.Contains(string(out), "We are completely uploaded and fine") || !strings.Contains(string(out), "200 OK") {
		a.t.Fatalf("curl: %v\n%s", err, out)
	}
}

// await polls the job until it has ended.
func (a *awsCLI) await(pool, job string) (j object) {
	a.t.Helper()
	await(a.t, "the end of the job", time.Minute, func() bool {
		j = a.do("describe-user-import-job", "--user-pool-id", pool, "--job-id", job)["UserImportJob"].(object)
		return slices.Contains([]string{"Succeeded", "Failed", "Stopped", "Expired"}, j["Status"].(string))
	})
	return j
}

func writeFile(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "users.csv")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// keys returns an object's members, sorted.
func keys(o object) []string {
	var out []string
	for k := range o {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}

// forEachCLI tests every version against a server with SQLite and local files, and one
// version against a server on PostgreSQL and S3. Only the settings of the servers differ.
func forEachCLI(t *testing.T, test func(*awsCLI)) {
	clis := awsCLIs(t)
	for version, cli := range clis {
		t.Run(version, func(t *testing.T) {
			t.Parallel()
			test(&awsCLI{node: startNode(t, t.TempDir()), t: t, cli: cli})
		})
	}
	t.Run("on PostgreSQL and S3", func(t *testing.T) {
		t.Parallel()
		c := newCluster(t)
		test(&awsCLI{node: c.add(c.setup()), t: t, cli: clis[slices.Sorted(maps.Keys(clis))[0]]})
	})
}

// newestCLI returns the AWS CLI of the highest version.
func newestCLI(t *testing.T) *cliProgram {
	t.Helper()
	clis := awsCLIs(t)
	return clis[slices.Max(slices.Collect(maps.Keys(clis)))]
}

// forOneCLI tests one version on each kind of server, for behaviour that the versions
// share.
func forOneCLI(t *testing.T, test func(*awsCLI)) {
	cli := newestCLI(t)
	t.Run("alone", func(t *testing.T) {
		t.Parallel()
		test(&awsCLI{node: startNode(t, t.TempDir()), t: t, cli: cli})
	})
	t.Run("on PostgreSQL and S3", func(t *testing.T) {
		t.Parallel()
		c := newCluster(t)
		test(&awsCLI{node: c.add(c.setup()), t: t, cli: cli})
	})
}

// The members of a job in each state (Developer Guide and AWS CLI examples).
var (
	createdMembers = []string{"CloudWatchLogsRoleArn", "CreationDate", "FailedUsers", "ImportedUsers", "JobId", "JobName", "PreSignedUrl", "SkippedUsers", "Status", "UserPoolId"}
	startedMembers = []string{"CloudWatchLogsRoleArn", "CreationDate", "FailedUsers", "ImportedUsers", "JobId", "JobName", "PreSignedUrl", "SkippedUsers", "StartDate", "Status", "UserPoolId"}
	endedMembers   = []string{"CloudWatchLogsRoleArn", "CompletionDate", "CompletionMessage", "CreationDate", "FailedUsers", "ImportedUsers", "JobId", "JobName", "PreSignedUrl", "SkippedUsers", "StartDate", "Status", "UserPoolId"}
)

// TestWalkThrough follows the Developer Guide's chapter on importing users from a CSV file
// step by step, and compares every answer member by member.
func TestWalkThrough(t *testing.T) {
	together(t)
	forEachCLI(t, func(a *awsCLI) {
		t := a.t
		a.installed = !a.inBucket()
		pool := a.createPool("--auto-verified-attributes", "email")

		header := a.do("get-csv-header", "--user-pool-id", pool)
		wantHeader := object{"UserPoolId": pool, "CSVHeader": []any{
			"name", "given_name", "family_name", "middle_name", "nickname", "preferred_username", "profile", "picture", "website",
			"email", "email_verified", "gender", "birthdate", "zoneinfo", "locale", "phone_number", "phone_number_verified",
			"address", "updated_at", "cognito:mfa_enabled", "cognito:username", "password_hash"}}
		if diff := cmp.Diff(wantHeader, header); diff != "" {
			t.Errorf("get-csv-header:\n%s", diff)
		}

		created := a.createJob(pool, "mySecondJob")
		if diff := cmp.Diff(createdMembers, keys(created)); diff != "" {
			t.Errorf("the members of a created job:\n%s", diff)
		}
		job := created["JobId"].(string)
		if !regexp.MustCompile(`^import-[0-9A-Za-z]{10}$`).MatchString(job) {
			t.Errorf("the job's id is %s", job)
		}
		url := created["PreSignedUrl"].(string)
		for _, part := range []string{"/000000000000/" + pool + "/" + job + "?", "X-Amz-Expires=899", "X-Amz-Algorithm=AWS4-HMAC-SHA256",
			"X-Amz-SignedHeaders=host%3Bx-amz-server-side-encryption", "X-Amz-Signature="} {
			if !strings.Contains(url, part) {
				t.Errorf("the pre-signed URL lacks %s: %s", part, url)
			}
		}

		a.refused("PreconditionNotMetException", `: No csv file was uploaded for `+job+`\s*$`,
			"start-user-import-job", "--user-pool-id", pool, "--job-id", job)
		a.curl(writeFile(t, "cognito:username,email,email_verified\nwrong,wrong@example.com,true\n"), url)
		a.curl(writeFile(t, guideFile), url) // the second upload replaces the first

		started := a.do("start-user-import-job", "--user-pool-id", pool, "--job-id", job)["UserImportJob"].(object)
		if diff := cmp.Diff(startedMembers, keys(started)); diff != "" || started["Status"] != "Pending" || started["ImportedUsers"] != 0.0 {
			t.Errorf("the started job is %v:\n%s", started, diff)
		}

		ended := a.await(pool, job)
		if diff := cmp.Diff(endedMembers, keys(ended)); diff != "" {
			t.Errorf("the members of an ended job:\n%s", diff)
		}
		wantJob := object{"Status": "Succeeded", "CompletionMessage": "Import Job Completed Successfully.", "ImportedUsers": 2.0,
			"SkippedUsers": 1.0, "FailedUsers": 1.0, "JobName": "mySecondJob", "PreSignedUrl": url, "UserPoolId": pool,
			"CloudWatchLogsRoleArn": logRole, "CreationDate": created["CreationDate"]}
		for member, want := range wantJob {
			if diff := cmp.Diff(want, ended[member]); diff != "" {
				t.Errorf("%s of the ended job:\n%s", member, diff)
			}
		}
		a.refused("PreconditionNotMetException", "Succeeded", "start-user-import-job", "--user-pool-id", pool, "--job-id", job)
		a.refused("PreconditionNotMetException", "Succeeded", "stop-user-import-job", "--user-pool-id", pool, "--job-id", job)

		user := a.do("admin-get-user", "--user-pool-id", pool, "--username", "john")
		if user["UserStatus"] != "RESET_REQUIRED" || user["Enabled"] != true || user["UserCreateDate"] != user["UserLastModifiedDate"] {
			t.Errorf("the imported user is %v", user)
		}
		wantAttributes := object{"name": "John", "email": "john@example.com", "email_verified": "true", "birthdate": "1974-02-01",
			"phone_number": "+14325551212", "phone_number_verified": "false", "address": "1 High Street, Anytown", "updated_at": "1471453471"}
		if diff := cmp.Diff(wantAttributes, attributesOf(user["UserAttributes"])); diff != "" {
			t.Errorf("the imported user's attributes:\n%s", diff)
		}

		log, err := a.run(binary, "log", "--user-pool-id", pool, "--job-id", job)
		wantLog := "Cognito User Pools Import - Test Log\nCognito User Pools Import - Test Log\n" +
			"[SUCCEEDED] Line Number 2 - The import succeeded.\n[SUCCEEDED] Line Number 3 - The import succeeded.\n" +
			"[SKIPPED] Line Number 4 - The user already exists. A user with this name exists, or an earlier row of the file created one. " +
			"An import does not change existing users.\n" +
			"[FAILED] Line Number 5 - The User Record does not set any of the auto verified attributes to verified. (Example: email_verified to true). " +
			"email_verified: The user pool accepts an imported user only if this is true. Write true, and fill the column of the attribute that is verified.\n"
		if diff := cmp.Diff(wantLog, log); diff != "" || err != nil {
			t.Errorf("poolhouse log: %v\n%s", err, diff)
		}
	})
}

const guideFile = `name,given_name,family_name,middle_name,nickname,preferred_username,profile,picture,website,email,email_verified,gender,birthdate,zoneinfo,locale,phone_number,phone_number_verified,address,updated_at,cognito:mfa_enabled,cognito:username
John,,,,,,,,,john@example.com,TRUE,,02/01/1974,,,+14325551212,FALSE,1 High Street\, Anytown,1471453471,FALSE,john
Jane,,,,,,,,,jane@example.com,TRUE,,,,,+14325551213,TRUE,,1471453471,,jane
Jane,,,,,,,,,jane2@example.com,TRUE,,,,,+14325551213,TRUE,,1471453471,,jane
Joe,,,,,,,,,joe@example.com,FALSE,,,,,,,,,,joe
`

// attributesOf returns a list of attributes as an object without the sub.
func attributesOf(list any) object {
	out := object{}
	for _, a := range list.([]any) {
		if a := a.(object); a["Name"] != "sub" {
			out[a["Name"].(string)] = a["Value"]
		}
	}
	return out
}

// TestStopAndList stops jobs before and during their run, and pages through the list,
// newest first.
func TestStopAndList(t *testing.T) {
	together(t)
	forEachCLI(t, func(a *awsCLI) {
		t := a.t
		pool := a.createPool("--auto-verified-attributes", "email")
		if jobs := a.do("list-user-import-jobs", "--user-pool-id", pool, "--max-results", "2"); len(jobs["UserImportJobs"].([]any)) != 0 {
			t.Errorf("a new pool has jobs: %v", jobs)
		}
		var ids []string
		for i := range 5 {
			ids = append([]string{a.createJob(pool, fmt.Sprintf("job %d", i))["JobId"].(string)}, ids...)
		}
		a.refused("PreconditionNotMetException", "Created", "stop-user-import-job", "--user-pool-id", pool, "--job-id", ids[0])

		var listed []string
		for token := "none"; token != ""; {
			args := []string{"list-user-import-jobs", "--user-pool-id", pool, "--max-results", "2"}
			if token != "none" {
				args = append(args, "--pagination-token", token)
			}
			page := a.do(args...)
			for _, j := range page["UserImportJobs"].([]any) {
				listed = append(listed, j.(object)["JobId"].(string))
			}
			token, _ = page["PaginationToken"].(string)
			if token != "" && !strings.HasPrefix(token, pool+"#import-") {
				t.Errorf("the pagination token is %s", token)
			}
		}
		if diff := cmp.Diff(ids, listed); diff != "" {
			t.Errorf("the list of jobs, newest first:\n%s", diff)
		}

		job := a.createJob(pool, "long")
		id := job["JobId"].(string)
		a.curl(writeFile(t, manyUsers(400_000)), job["PreSignedUrl"].(string))
		a.do("start-user-import-job", "--user-pool-id", pool, "--job-id", id)
		a.refused("UserImportInProgressException", "active import job", "add-custom-attributes", "--user-pool-id", pool, "--custom-attributes", "Name=x,AttributeDataType=String")
		a.refused("UserImportInProgressException", "active import job", "update-user-pool", "--user-pool-id", pool)
		a.refused("UserImportInProgressException", "active import job", "delete-user-pool", "--user-pool-id", pool)
		stopped := a.do("stop-user-import-job", "--user-pool-id", pool, "--job-id", id)["UserImportJob"].(object)
		if diff := cmp.Diff(endedMembers, keys(stopped)); diff != "" || stopped["Status"] != "Stopped" ||
			stopped["CompletionMessage"] != "The Import Job was stopped by the developer." {
			t.Errorf("the stopped job is %v:\n%s", stopped, diff)
		}
		a.refused("PreconditionNotMetException", "Stopped", "start-user-import-job", "--user-pool-id", pool, "--job-id", id)
		a.do("delete-user-pool", "--user-pool-id", pool)
		a.refused("ResourceNotFoundException", "User pool "+pool+" does not exist", "describe-user-pool", "--user-pool-id", pool)
	})
}

// manyUsers returns a file of n valid rows.
func manyUsers(n int) string {
	var b strings.Builder
	b.WriteString("cognito:username,email,email_verified,name\n")
	for i := range n {
		fmt.Fprintf(&b, "user%06d,user%06d@example.com,true,User Number %d\n", i, i, i)
	}
	return b.String()
}
