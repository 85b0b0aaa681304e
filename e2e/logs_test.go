package e2e

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestLogs reads a job's results from Amazon CloudWatch Logs, as the Developer Guide says.
func TestLogs(t *testing.T) {
	together(t)
	forEachCLI(t, func(a *awsCLI) {
		t := a.t
		pool := a.createPool("--auto-verified-attributes", "email")
		job := a.createJob(pool, "the job")
		a.curl(writeFile(t, guideFile), job["PreSignedUrl"].(string))
		a.do("start-user-import-job", "--user-pool-id", pool, "--job-id", job["JobId"].(string))
		a.await(pool, job["JobId"].(string))
		group, stream := "/aws/cognito/userpools/"+pool+"/people", job["JobId"].(string)+"/the job"
		want := []string{"Cognito User Pools Import - Test Log", "Cognito User Pools Import - Test Log",
			"[SUCCEEDED] Line Number 2 - The import succeeded.", "[SUCCEEDED] Line Number 3 - The import succeeded.",
			"[SKIPPED] Line Number 4 - The user already exists.",
			"[FAILED] Line Number 5 - The User Record does not set any of the auto verified attributes to verified. (Example: email_verified to true)."}

		groups := a.logs("describe-log-groups", "--log-group-name-prefix", "/aws/cognito/userpools/")["logGroups"].([]any)
		if len(groups) != 1 || groups[0].(object)["logGroupName"] != group {
			t.Errorf("groups: %v", groups)
		}
		streams := a.logs("describe-log-streams", "--log-group-name", group, "--order-by", "LastEventTime", "--descending")["logStreams"].([]any)
		if len(streams) != 1 || streams[0].(object)["logStreamName"] != stream {
			t.Errorf("streams: %v", streams)
		}
		for _, from := range []string{"--start-from-head", "--no-start-from-head"} {
			page := a.logs("get-log-events", "--log-group-name", group, "--log-stream-name", stream, from)
			if diff := cmp.Diff(want, messagesOf(page)); diff != "" {
				t.Errorf("get-log-events %s:\n%s", from, diff)
			}
		}
		failed := a.logs("filter-log-events", "--log-group-name", group, "--filter-pattern", "FAILED")
		if diff := cmp.Diff(want[5:], messagesOf(failed)); diff != "" {
			t.Errorf("filter-log-events:\n%s", diff)
		}
		some := a.logs("filter-log-events", "--log-group-name", group, "--filter-pattern", "?SUCCEEDED ?SKIPPED", "--page-size", "2")
		if diff := cmp.Diff(want[2:5], messagesOf(some)); diff != "" {
			t.Errorf("filter-log-events page by page:\n%s", diff)
		}
		if _, err := a.tryIn("logs", "get-log-events", "--log-group-name", group, "--log-stream-name", "x"); err == nil ||
			!strings.Contains(err.Error(), "(ResourceNotFoundException)") || !strings.Contains(err.Error(), "The specified log stream does not exist.") {
			t.Errorf("a stream that is not there: %v", err)
		}
		a.wantTail(group, stream, want)

		a.logs("put-retention-policy", "--log-group-name", group, "--retention-in-days", "30")
		groups = a.logs("describe-log-groups")["logGroups"].([]any)
		if days := groups[0].(object)["retentionInDays"]; days != 30.0 {
			t.Errorf("events stay for %v days", days)
		}
		a.logs("delete-log-stream", "--log-group-name", group, "--log-stream-name", stream)
		if groups := a.logs("describe-log-groups")["logGroups"].([]any); len(groups) != 0 {
			t.Errorf("groups without a stream: %v", groups)
		}
	})
}

func (a *awsCLI) logs(args ...string) object {
	a.t.Helper()
	v, err := a.tryIn("logs", args...)
	if err != nil {
		a.t.Fatal(err)
	}
	return v
}

// wantTail fails the test unless "logs tail" prints the lines. Only version 2 of the CLI
// has that command.
func (a *awsCLI) wantTail(group, stream string, want []string) {
	a.t.Helper()
	version, err := a.command("--version")
	if err != nil {
		a.t.Fatal(err)
	}
	if !strings.HasPrefix(version, "aws-cli/2") {
		return
	}
	out, err := a.command("--endpoint-url", a.url, "logs", "tail", group, "--since", "1h", "--format", "detailed")
	if err != nil {
		a.t.Fatal(err)
	}
	for _, line := range want {
		if !strings.Contains(out, stream+" "+line) {
			a.t.Errorf("aws logs tail lacks %q:\n%s", line, out)
		}
	}
}

func messagesOf(page object) (texts []string) {
	for _, e := range page["events"].([]any) {
		texts = append(texts, e.(object)["message"].(string))
	}
	return texts
}
