package cognitoservice_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"poolhouse/internal/service/servicetest"
)

const bcrypt = "$2b$10$CtA.Rcu/szzn9U00wpUjOuN3vrgJRZycv4aOzcP3GzqzO8UDPEFq6"

// TestImportedUsers imports one file into pools with different settings, and compares the
// imported user.
func TestImportedUsers(t *testing.T) {
	f := newFixture(t)
	f.RunEngine()
	row := "cognito:username,email,email_verified,phone_number,phone_number_verified\nada,ada@example.com,TRUE,,\n"
	byEmail := strings.Replace(row, "\nada,", "\nada@example.com,", 1)
	auto := object{"AutoVerifiedAttributes": []any{"email"}}
	with := func(more object) object {
		for k, v := range auto {
			more[k] = v
		}
		return more
	}
	plain := object{"email": "ada@example.com", "email_verified": "true", "phone_number_verified": "false"}
	tests := []struct {
		name       string
		pool       object
		csv        string
		job        object
		user       string
		status     string
		attributes object
	}{
		{"plain", with(object{}), row, nil, "ada", "RESET_REQUIRED", plain},
		{"alias", with(object{"AliasAttributes": []any{"email"}}), row, nil, "ada@example.com", "RESET_REQUIRED", plain},
		{"email as username", with(object{"UsernameAttributes": []any{"email"}}), byEmail, nil, "ada@example.com", "RESET_REQUIRED", plain},
		{"passwordless", with(object{"Policies": object{"SignInPolicy": object{"AllowedFirstAuthFactors": []any{"PASSWORD", "EMAIL_OTP"}}}}), row, nil, "ada", "CONFIRMED", plain},
		{"hash", with(object{}), "cognito:username,email,email_verified,password_hash\nada,ada@example.com,true," + bcrypt + "\n",
			object{"PasswordHashingAlgorithm": "BCRYPT"}, "ada", "CONFIRMED", object{"email": "ada@example.com", "email_verified": "true"}},
		{"empty hash", with(object{}), "cognito:username,email,email_verified,password_hash\nada,ada@example.com,true,\n",
			object{"PasswordHashingAlgorithm": "BCRYPT"}, "ada", "RESET_REQUIRED", object{"email": "ada@example.com", "email_verified": "true"}},
		{"MFA", with(object{"MfaConfiguration": "ON"}), "cognito:username,email,email_verified,cognito:mfa_enabled\nada,ada@example.com,true,TRUE\n",
			nil, "ada", "RESET_REQUIRED", object{"email": "ada@example.com", "email_verified": "true"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			pool := f.Pool(tt.pool)
			job := f.ImportFile(pool, tt.csv, tt.job)
			if job["Status"] != "Succeeded" || job["ImportedUsers"] != 1.0 || job["PasswordHashingAlgorithm"] != tt.job["PasswordHashingAlgorithm"] {
				t.Fatalf("the job: %v", job)
			}
			user := f.Do("AdminGetUser", object{"UserPoolId": pool, "Username": tt.user})
			if user["UserStatus"] != tt.status || user["Enabled"] != true || user["UserCreateDate"] != user["UserLastModifiedDate"] {
				t.Errorf("the user: %v", user)
			}
			if diff := cmp.Diff(tt.attributes, attributes(user["UserAttributes"])); diff != "" {
				t.Errorf("its attributes:\n%s", diff)
			}
			if (user["MFAOptions"] != nil) != (tt.name == "MFA") {
				t.Errorf("its MFAOptions: %v", user["MFAOptions"])
			}
			if p := f.Do("DescribeUserPool", object{"UserPoolId": pool})["UserPool"].(object); p["EstimatedNumberOfUsers"] != 1.0 {
				t.Errorf("the pool has %v users", p["EstimatedNumberOfUsers"])
			}
			again := f.ImportFile(pool, tt.csv, tt.job)
			if again["Status"] != "Failed" || again["SkippedUsers"] != 1.0 || again["CompletionMessage"] != "Too many users have failed or been skipped during the import." {
				t.Errorf("the same file again: %v", again)
			}
		})
	}
}

// TestRefusedJobs makes every call that a job's state can refuse.
func TestRefusedJobs(t *testing.T) {
	f := newFixture(t)
	pool := f.Pool(object{"AutoVerifiedAttributes": []any{"email"}})
	create := func(more object) object {
		in := object{"UserPoolId": pool, "JobName": "a job", "CloudWatchLogsRoleArn": "arn:aws:iam::000000000000:role/x"}
		for k, v := range more {
			in[k] = v
		}
		return in
	}
	for _, tt := range []struct {
		in              object
		exception, text string
	}{
		{object{"JobName": nil}, "InvalidParameterException", "Value at 'jobName' failed to satisfy constraint: Member must not be null"},
		{object{"JobName": "a/b"}, "InvalidParameterException", `Value 'a/b' at 'jobName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\w\s+=,.@-]+`},
		{object{"CloudWatchLogsRoleArn": "role"}, "InvalidParameterException", "2 validation errors detected"},
		{object{"CloudWatchLogsRoleArn": "arn:aws:s3:us-east-1:000000000000:bucket"}, "InvalidParameterException", "IAM role"},
		{object{"PasswordHashingAlgorithm": "MD5"}, "InvalidParameterException", "[BCRYPT, SCRYPT, ARGON2ID, PBKDF2_SHA256]"},
		{object{"UserPoolId": "us-east-1_Nowhere00"}, "ResourceNotFoundException", "User pool us-east-1_Nowhere00 does not exist."},
	} {
		f.Refused("CreateUserImportJob", create(tt.in), tt.exception, tt.text)
	}
	job := f.Do("CreateUserImportJob", create(nil))["UserImportJob"].(object)["JobId"].(string)
	key := object{"UserPoolId": pool, "JobId": job}
	for _, op := range []string{"DescribeUserImportJob", "StartUserImportJob", "StopUserImportJob", "GetUserImportJobLog", "GetUserImportJobProgress"} {
		f.Refused(op, object{"UserPoolId": pool, "JobId": "import-0000000000"}, "ResourceNotFoundException", "import-0000000000")
		f.Refused(op, object{"UserPoolId": "us-east-1_Nowhere00", "JobId": job}, "ResourceNotFoundException", "us-east-1_Nowhere00")
		f.Refused(op, object{"UserPoolId": pool, "JobId": "job"}, "InvalidParameterException", "import-[0-9a-zA-Z-]+")
	}
	f.Refused("StartUserImportJob", key, "PreconditionNotMetException", "No csv file was uploaded for "+job)
	f.Refused("StopUserImportJob", key, "PreconditionNotMetException", "Created")
	f.Upload(pool, job, "cognito:username,email,email_verified\nada,ada@example.com,true\n")
	f.Do("StartUserImportJob", key) // no engine runs: it stays Pending
	f.Refused("StartUserImportJob", key, "PreconditionNotMetException", "Pending")

	second := f.Do("CreateUserImportJob", create(nil))["UserImportJob"].(object)["JobId"].(string)
	f.Upload(pool, second, "x")
	f.Refused("StartUserImportJob", object{"UserPoolId": pool, "JobId": second}, "PreconditionNotMetException", job)
	f.Refused("UpdateUserPool", object{"UserPoolId": pool}, "UserImportInProgressException", pool)
	f.Refused("DeleteUserPool", object{"UserPoolId": pool}, "UserImportInProgressException", pool)
	f.Do("TagResource", object{"ResourceArn": f.described(pool)["Arn"], "Tags": object{"a": "b"}}) // tags do not affect imports
	f.Refused("AddCustomAttributes", object{"UserPoolId": pool, "CustomAttributes": []any{object{"Name": "x"}}}, "UserImportInProgressException", pool)
	f.Refused("SetUserPoolMfaConfig", object{"UserPoolId": pool, "MfaConfiguration": "OFF"}, "ConcurrentModificationException", pool)

	stopped := f.Do("StopUserImportJob", key)["UserImportJob"].(object)
	if stopped["Status"] != "Stopped" || stopped["CompletionMessage"] != "The Import Job was stopped by the developer." || stopped["CompletionDate"] == nil {
		t.Errorf("the stopped job: %v", stopped)
	}
	f.Refused("StopUserImportJob", key, "PreconditionNotMetException", "Stopped")
	f.Do("UpdateUserPool", object{"UserPoolId": pool})
	f.Refused("ListUserImportJobs", object{"UserPoolId": pool}, "InvalidParameterException", "maxResults")
	f.Refused("ListUserImportJobs", object{"UserPoolId": pool, "MaxResults": 5, "PaginationToken": "x"}, "InvalidParameterException", "PaginationToken")
	f.Refused("GetUserImportJobLog", object{"UserPoolId": pool, "JobId": job, "NextToken": "!"}, "InvalidParameterException", "GetUserImportJobLog gave no such token")
}

func TestStartNeedsAutoVerifiedAttributes(t *testing.T) {
	f := newFixture(t)
	pool := f.Pool(nil)
	job := f.Do("CreateUserImportJob", object{"UserPoolId": pool, "JobName": "j", "CloudWatchLogsRoleArn": "arn:aws:iam::000000000000:role/x"})["UserImportJob"].(object)["JobId"].(string)
	f.Upload(pool, job, "cognito:username\nada\n")
	f.Refused("StartUserImportJob", object{"UserPoolId": pool, "JobId": job}, "PreconditionNotMetException", "auto-verified")
}

// refusedByStrictOnly are the files of [TestEndsByFile] that only a strict server refuses. Other servers
// read them as their programs wrote them, and create their users.
var refusedByStrictOnly = []string{"columns in capitals", "semicolons", "Windows-1252", "day first"}

// TestEndsByFile: a fault of a whole file ends the job, creates no user, and the message names
// the fault. A server that reads files only as Amazon Cognito does finds more such faults.
func TestEndsByFile(t *testing.T) {
	t.Run("any", func(t *testing.T) { testEndsByFile(t, newFixture(t), refusedByStrictOnly) })
	t.Run("cognito", func(t *testing.T) { testEndsByFile(t, &fixture{servicetest.Strict(t)}, nil) })
}

func testEndsByFile(t *testing.T, f *fixture, read []string) {
	f.RunEngine()
	pool := f.Pool(object{"AutoVerifiedAttributes": []any{"email"}, "Schema": []any{object{"Name": "name", "Required": true}}})
	good := "cognito:username,email,email_verified,name"
	for name, tt := range map[string]struct{ csv, text string }{
		"empty":               {"", "empty"},
		"header only":         {good + "\n", "no users"},
		"unknown column":      {good + ",shoe_size\na,a@example.com,true,A,9\n", "shoe_size"},
		"twice":               {good + ",name\na,a@example.com,true,A,A\n", "twice"},
		"no username":         {"email,email_verified,name\na@example.com,true,A\n", "cognito:username"},
		"required column":     {"cognito:username,email,email_verified\na,a@example.com,true\n", "name"},
		"hash, no algorithm":  {good + ",password_hash\na,a@example.com,true,A," + bcrypt + "\n", "PasswordHashingAlgorithm"},
		"too many rows":       {good + "\n" + strings.Repeat("a,a@example.com,true,A\n", 1001), "1000"},
		"not text":            {"\x00\x01\xff\xfe\n\x00\n", ""},
		"header is not UTF-8": {"cognito:username,\xff\na,b\n", "UTF-8"},
		"columns in capitals": {"Cognito:Username,Email,Email_Verified,Name\na,a@example.com,true,A\n", "Cognito:Username (write cognito:username)"},
		"no header":           {"a,a@example.com,true,A\n", "the first line is not a header"},
		"semicolons":          {strings.ReplaceAll(good+"\na,a@example.com,true,A\n", ",", ";"), "semicolons"},
		"gzip":                {"\x1f\x8b\x08\x00\x00\x00\x00\x00", "gzip"},
		"JSON":                {"{\"Users\":[{\"Username\":\"a\"}]}\n", "JSON"},
		"path":                {"users.csv", "path"},
		"Windows-1252":        {good + "\na,a@example.com,true,M\xfcller\n", "Windows-1252"},
		"day first": {good + ",birthdate\n" + "a,a@example.com,true,A,03/04/1985\nb,b@example.com,true,B,13/04/1985\n" +
			"c,c@example.com,true,C,31/12/1985\nd,d@example.com,true,D,25/12/1985\n", "dd/mm/yyyy"},
	} {
		t.Run(name, func(t *testing.T) {
			if slices.Contains(read, name) {
				other := f.Pool(object{"AutoVerifiedAttributes": []any{"email"}, "Schema": []any{object{"Name": "name", "Required": true}}})
				if job := f.ImportFile(other, tt.csv, nil); job["Status"] != "Succeeded" || job["FailedUsers"] != 0.0 {
					t.Errorf("%v", job)
				}
				return
			}
			if name == "gzip" && read != nil {
				tt.text = "The compressed file is damaged"
			}
			job := f.ImportFile(pool, tt.csv, nil)
			message := job["CompletionMessage"].(string)
			if job["Status"] != "Failed" || !strings.Contains(message, tt.text) || utf8.RuneCountInString(message) > 128 || job["ImportedUsers"] != 0.0 {
				t.Errorf("ended %v with %v users: %s", job["Status"], job["ImportedUsers"], message)
			}
		})
	}
	t.Run("algorithm, no hash", func(t *testing.T) {
		job := f.ImportFile(pool, good+"\na,a@example.com,true,A\n", object{"PasswordHashingAlgorithm": "BCRYPT"})
		if job["Status"] != "Failed" || !strings.Contains(job["CompletionMessage"].(string), "password_hash") {
			t.Errorf("ended %v: %v", job["Status"], job["CompletionMessage"])
		}
	})
	if p := f.Do("DescribeUserPool", object{"UserPoolId": pool})["UserPool"].(object); p["EstimatedNumberOfUsers"] != 0.0 {
		t.Errorf("%v users were made", p["EstimatedNumberOfUsers"])
	}
}

// TestWholeReasonInLog: if a completion message is too short for the reason, the job's log has
// the whole reason. A reader of failed rows gets it, too.
func TestWholeReasonInLog(t *testing.T) {
	f := &fixture{servicetest.Strict(t)}
	f.RunEngine()
	pool := f.Pool(object{"AutoVerifiedAttributes": []any{"email"}})
	job := f.ImportFile(pool, "Cognito:Username,Email,Email_Verified,shoe_size,Given Name,sub\na,a@example.com,true,9,A,x\n", nil)
	if message := job["CompletionMessage"].(string); utf8.RuneCountInString(message) > 128 || !strings.Contains(message, "See the job's log.") {
		t.Errorf("the completion message is %q", message)
	}
	for _, verdicts := range [][]any{nil, {"FAILED"}} {
		in := object{"UserPoolId": pool, "JobId": job["JobId"]}
		if verdicts != nil {
			in["Verdicts"] = verdicts
		}
		events := f.Do("GetUserImportJobLog", in)["Events"].([]any)
		last := events[len(events)-1].(object)
		for _, part := range []string{"[FAILED] Unexpected headers: ", "Email_Verified (write email_verified)", "shoe_size (", "Given Name (write given_name)",
			"sub (take it out", "lacks the columns cognito:username, email_verified."} {
			if last["Verdict"] != "FAILED" || !strings.Contains(last["Message"].(string), part) {
				t.Errorf("with the verdicts %v the log ends with %v, which does not say %q", verdicts, last, part)
			}
		}
	}
	if events := f.Do("GetUserImportJobLog", object{"UserPoolId": pool, "JobId": job["JobId"], "Verdicts": []any{"SKIPPED"}})["Events"].([]any); len(events) > 0 {
		t.Errorf("rows that were skipped: %v", events)
	}
}

// TestLog reads a job's log in pages.
func TestLog(t *testing.T) {
	f := newFixture(t)
	f.RunEngine()
	pool := f.Pool(object{"AutoVerifiedAttributes": []any{"email"}})
	job := f.ImportFile(pool, "cognito:username,email,email_verified\na,a@example.com,true\na,a@example.com,true\nb,b,true\nc,c@example.com,true\nd,d@example.com,true\n", nil)
	in := object{"UserPoolId": pool, "JobId": job["JobId"], "Limit": 3}
	var lines []string
	for {
		page := f.Do("GetUserImportJobLog", in)
		if page["LogGroupName"] != "/aws/cognito/userpools/"+pool+"/people" || page["LogStreamName"] != fmt.Sprint(job["JobId"], "/a job") {
			t.Fatalf("group %v, stream %v", page["LogGroupName"], page["LogStreamName"])
		}
		for _, e := range page["Events"].([]any) {
			lines = append(lines, e.(object)["Message"].(string))
		}
		if in["NextToken"] = page["NextToken"]; page["NextToken"] == nil {
			break
		}
	}
	want := []string{"Cognito User Pools Import - Test Log", "Cognito User Pools Import - Test Log",
		"[SUCCEEDED] Line Number 2 - The import succeeded.", "[SKIPPED] Line Number 3 - The user already exists.",
		"[FAILED] Line Number 4 - Invalid email address format.", "[SUCCEEDED] Line Number 5 - The import succeeded.", "[SUCCEEDED] Line Number 6 - The import succeeded."}
	if diff := cmp.Diff(want, lines); diff != "" {
		t.Error(diff)
	}
	failed := f.Do("GetUserImportJobLog", object{"UserPoolId": pool, "JobId": job["JobId"], "Verdicts": []any{"FAILED"}})["Events"].([]any)
	if len(failed) != 1 || failed[0].(object)["Code"] != "InvalidEmail" || failed[0].(object)["Column"] != "email" || failed[0].(object)["LineNumber"] != 4.0 {
		t.Errorf("the failed lines: %v", failed)
	}
	lineOf := func(more object) (lines []any) {
		in := object{"UserPoolId": pool, "JobId": job["JobId"]}
		maps.Copy(in, more)
		for _, e := range f.Do("GetUserImportJobLog", in)["Events"].([]any) {
			lines = append(lines, e.(object)["LineNumber"])
		}
		return lines
	}
	for _, c := range []struct {
		in   object
		want []any
	}{
		{object{"FromLine": 4}, []any{4.0, 5.0, 6.0}}, {object{"FromLine": 4, "Limit": 1}, []any{4.0}}, {object{"BeforeLine": 5, "Limit": 2}, []any{3.0, 4.0}},
		{object{"Contains": "ALREADY"}, []any{3.0}}, {object{"Cause": object{"Code": "InvalidEmail", "Column": "email", "Flaw": "NoAtSign"}}, []any{4.0}},
		{object{"Cause": object{"Code": "InvalidEmail", "Column": "email"}}, nil}, {object{"Cause": object{"Code": "UsernameExists"}, "Verdicts": []any{"SKIPPED"}}, []any{3.0}}, {object{"BeforeLine": 6, "Contains": "succeeded", "Verdicts": []any{"SUCCEEDED"}}, []any{2.0, 5.0}},
	} {
		if diff := cmp.Diff(c.want, lineOf(c.in)); diff != "" {
			t.Errorf("%v: %s", c.in, diff)
		}
	}
	f.Refused("GetUserImportJobLog", object{"UserPoolId": pool, "JobId": job["JobId"], "FromLine": 2, "BeforeLine": 4}, "InvalidParameterException", "BeforeLine cannot be given together")
	progress := f.Do("GetUserImportJobProgress", object{"UserPoolId": pool, "JobId": job["JobId"]})
	if progress["TotalRows"] != 5.0 || progress["ImportedUsers"] != 3.0 || progress["SkippedUsers"] != 1.0 || progress["FailedUsers"] != 1.0 || progress["Status"] != "Succeeded" ||
		progress["LogStreamName"] != fmt.Sprint(job["JobId"], "/a job") || progress["FileSize"] == nil || progress["RequestDate"] == nil {
		t.Errorf("the progress: %v", progress)
	}
	const advice = "email: The address has no @. An address has a name, one @ and a domain, for example jane@example.com."
	causes := []any{
		object{"Verdict": "SKIPPED", "Code": "UsernameExists", "Message": "The user already exists", "Rows": 1.0, "LineNumber": 3.0,
			"Advice": "A user with this name exists, or an earlier row of the file created one. An import does not change existing users."},
		object{"Verdict": "FAILED", "Column": "email", "Code": "InvalidEmail", "Flaw": "NoAtSign", "Message": "Invalid email address format", "Advice": advice, "Rows": 1.0, "LineNumber": 4.0},
	}
	if diff := cmp.Diff(causes, progress["Causes"]); diff != "" {
		t.Errorf("the causes: %s", diff)
	}
	if got := failed[0].(object)["Advice"]; got != advice {
		t.Errorf("the advice: %v", got)
	}
	if all := f.Do("FilterLogEvents", object{"logGroupName": "/aws/cognito/userpools/" + pool + "/people"}); strings.Contains(fmt.Sprint(all), advice) {
		t.Errorf("Cognito's log has the advice: %v", all)
	}
}
