package logsservice_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"poolhouse/internal/importjob"
	"poolhouse/internal/service/servicetest"
)

var logLines = []string{"Cognito User Pools Import - Test Log", "Cognito User Pools Import - Test Log",
	"[SUCCEEDED] Line Number 2 - The import succeeded.", "[SKIPPED] Line Number 3 - The user already exists.",
	"[FAILED] Line Number 4 - Invalid email address format.", "[SUCCEEDED] Line Number 5 - The import succeeded."}

func messages(page object) (texts []string) {
	for _, e := range page["events"].([]any) {
		texts = append(texts, e.(object)["message"].(string))
	}
	return texts
}

// TestGetLogEvents reads a stream page by page in both directions. It ends as the AWS CLI does,
// when the given token comes back.
func TestGetLogEvents(t *testing.T) {
	f := newFixture(t)
	f.RunEngine()
	group, streams := f.Logged(1)
	for _, limit := range []int{1, 2, 4, 6, 100} {
		for token, fromHead := range map[string]bool{"nextForwardToken": true, "nextBackwardToken": false} {
			in := object{"logGroupName": group, "logStreamName": streams[0], "limit": limit, "startFromHead": fromHead}
			var got []string
			for {
				page := f.Do("GetLogEvents", in)
				if texts := messages(page); fromHead {
					got = append(got, texts...)
				} else {
					got = append(texts, got...)
				}
				if page[token] == in["nextToken"] {
					break
				}
				in["nextToken"] = page[token]
			}
			if diff := cmp.Diff(logLines, got); diff != "" {
				t.Errorf("limit %d, from the head: %t\n%s", limit, fromHead, diff)
			}
		}
	}
	// A page's tokens lead to the events beside it.
	page := f.Do("GetLogEvents", object{"logGroupName": group, "logStreamName": streams[0], "limit": 2})
	if diff := cmp.Diff(logLines[4:], messages(page)); diff != "" {
		t.Error(diff)
	}
	if rest := f.Do("GetLogEvents", object{"logGroupName": group, "logStreamName": streams[0], "nextToken": page["nextForwardToken"]}); len(messages(rest)) > 0 {
		t.Errorf("behind the end: %v", rest)
	}
	before := f.Do("GetLogEvents", object{"logGroupName": group, "logStreamName": streams[0], "limit": 2, "nextToken": page["nextBackwardToken"]})
	if diff := cmp.Diff(logLines[2:4], messages(before)); diff != "" {
		t.Error(diff)
	}
}

func TestDescribeLogs(t *testing.T) {
	f := newFixture(t)
	f.RunEngine()
	f.Pool(nil) // without a job there is no group
	group, streams := f.Logged(3)
	other, _ := f.Logged(1)
	var names []any
	in := object{"limit": 1}
	for {
		page := f.Do("DescribeLogGroups", in)
		for _, g := range page["logGroups"].([]any) {
			names = append(names, g.(object)["logGroupName"])
		}
		if in["nextToken"] = page["nextToken"]; page["nextToken"] == nil {
			break
		}
	}
	want := []any{min(group, other), max(group, other)}
	if diff := cmp.Diff(want, names); diff != "" {
		t.Error(diff)
	}
	if got := f.Do("DescribeLogGroups", object{"logGroupClass": "INFREQUENT_ACCESS"})["logGroups"].([]any); len(got) != 0 {
		t.Errorf("groups of another class: %v", got)
	}
	for _, in := range []object{{"logGroupNamePrefix": group}, {"logGroupNamePrefix": group, "logGroupClass": "STANDARD"}, {"logGroupNamePattern": group[10:]}, {"logGroupIdentifiers": []any{"arn:aws:logs:us-east-1:000000000000:log-group:" + group}}} {
		groups := f.Do("DescribeLogGroups", in)["logGroups"].([]any)
		if len(groups) != 1 || groups[0].(object)["arn"] != "arn:aws:logs:us-east-1:000000000000:log-group:"+group+":*" {
			t.Errorf("%v: %v", in, groups)
		}
	}
	for _, tt := range []struct {
		in   object
		want []string
	}{
		{object{"orderBy": "LastEventTime"}, streams},
		{object{"orderBy": "LastEventTime", "descending": true}, []string{streams[2], streams[1], streams[0]}},
		{object{"logStreamNamePrefix": streams[1][:20]}, streams[1:2]},
	} {
		tt.in["logGroupName"], tt.in["limit"] = group, 2
		var got []string
		for {
			page := f.Do("DescribeLogStreams", tt.in)
			for _, s := range page["logStreams"].([]any) {
				s := s.(object)
				got = append(got, s["logStreamName"].(string))
				if s["firstEventTimestamp"].(float64) > s["lastEventTimestamp"].(float64) || s["creationTime"].(float64) < 1e12 {
					t.Errorf("times: %v", s)
				}
			}
			if tt.in["nextToken"] = page["nextToken"]; page["nextToken"] == nil {
				break
			}
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%v: %s", tt.in, diff)
		}
	}
}

func TestFilterLogEvents(t *testing.T) {
	f := newFixture(t)
	f.RunEngine()
	group, streams := f.Logged(2)
	const again = "[SKIPPED] Line Number %d - The user already exists."
	second := append([]string{}, logLines...)
	second[2], second[5] = fmt.Sprintf(again, 2), fmt.Sprintf(again, 5)
	for _, tt := range []struct {
		in   object
		want []string
	}{
		{object{}, append(append([]string{}, logLines...), second...)},
		{object{"filterPattern": "FAILED"}, []string{logLines[4], second[4]}},
		{object{"filterPattern": `"Number 5"`, "interleaved": true}, []string{logLines[5], second[5]}},
		{object{"filterPattern": "-SUCCEEDED -Test", "logStreamNames": []any{streams[0]}}, logLines[3:5]},
		{object{"filterPattern": "?FAILED ?SKIPPED", "logStreamNamePrefix": streams[1]}, second[2:]},
		{object{"endTime": 1000}, nil},
		{object{"startTime": 1000}, append(append([]string{}, logLines...), second...)},
	} {
		for _, limit := range []int{1, 3, 1000} {
			in := object{"logGroupIdentifier": group, "limit": limit}
			for k, v := range tt.in {
				in[k] = v
			}
			var got []string
			ids := map[any]bool{}
			for {
				page := f.Do("FilterLogEvents", in)
				got = append(got, messages(page)...)
				for _, e := range page["events"].([]any) {
					ids[e.(object)["eventId"]] = true
				}
				if in["nextToken"] = page["nextToken"]; page["nextToken"] == nil {
					break
				}
			}
			if diff := cmp.Diff(tt.want, got); diff != "" || len(ids) != len(got) {
				t.Errorf("%v: %d ids of %d events\n%s", in, len(ids), len(got), diff)
			}
		}
	}
}

func TestRefusedLogRequests(t *testing.T) {
	f := newFixture(t)
	f.RunEngine()
	group, streams := f.Logged(1)
	pool := strings.Split(group, "/")[4]
	const none, parameter = "ResourceNotFoundException", "InvalidParameterException"
	for _, tt := range []struct {
		operation       string
		in              object
		exception, text string
	}{
		{"GetLogEvents", object{"logGroupName": group, "logStreamName": "import-x/y"}, none, "The specified log stream does not exist."},
		{"GetLogEvents", object{"logGroupName": group + "x", "logStreamName": streams[0]}, none, "The specified log group does not exist."},
		{"GetLogEvents", object{"logGroupName": "/aws/cognito/userpools/us-east-1_none/x", "logStreamName": streams[0]}, none, "log group"},
		{"GetLogEvents", object{"logGroupName": "/aws/lambda/x", "logStreamName": streams[0]}, none, "log group"},
		{"GetLogEvents", object{"logGroupName": "/aws/cognito/userpools/", "logStreamName": streams[0]}, none, "log group"},
		{"GetLogEvents", object{"logStreamName": streams[0]}, parameter, "Give logGroupName"},
		{"GetLogEvents", object{"logGroupName": group, "logGroupIdentifier": group, "logStreamName": streams[0]}, parameter, "not both"},
		{"GetLogEvents", object{"logGroupName": group, "logStreamName": streams[0], "nextToken": "f/-1/s"}, parameter, "nextToken"},
		{"GetLogEvents", object{"logGroupName": group, "logStreamName": streams[0], "nextToken": "x"}, parameter, "nextToken"},
		{"FilterLogEvents", object{"logGroupName": group, "filterPattern": "{ $.a = 1 }"}, parameter, "not understood"},
		{"FilterLogEvents", object{"logGroupName": group, "nextToken": pool}, parameter, "nextToken"},
		{"FilterLogEvents", object{"logGroupName": group, "logStreamNames": []any{"x"}}, none, "log stream"},
		{"FilterLogEvents", object{"logGroupName": group, "logStreamNames": []any{"x"}, "logStreamNamePrefix": "x"}, parameter, "not both"},
		{"DescribeLogStreams", object{"logGroupName": group, "orderBy": "LastEventTime", "logStreamNamePrefix": "x"}, parameter, "LastEventTime"},
		{"DescribeLogStreams", object{"logGroupName": group, "nextToken": "x"}, parameter, "nextToken"},
		{"DescribeLogGroups", object{"logGroupNamePattern": "x", "logGroupNamePrefix": "x"}, parameter, "not both"},
	} {
		f.Refused(tt.operation, tt.in, tt.exception, tt.text)
	}
	f.Do("DeleteUserPool", object{"UserPoolId": pool})
	f.Refused("DescribeLogStreams", object{"logGroupName": group}, none, "log group")
}

// TestKeptLogs: results can be deleted, and can be kept for some days only.
func TestKeptLogs(t *testing.T) {
	f := newFixture(t)
	f.RunEngine()
	group, streams := f.Logged(2)
	pool := strings.Split(group, "/")[4]
	retention := func() any {
		return f.Do("DescribeLogGroups", object{"logGroupNamePrefix": group})["logGroups"].([]any)[0].(object)["retentionInDays"]
	}
	f.Refused("PutRetentionPolicy", object{"logGroupName": group, "retentionInDays": 2}, "InvalidParameterException", "2 days")
	f.Do("PutRetentionPolicy", object{"logGroupName": group, "retentionInDays": 3})
	if days := retention(); days != 3.0 {
		t.Errorf("events stay for %v days", days)
	}
	if got := messages(f.Do("FilterLogEvents", object{"logGroupName": group})); len(got) != 2*len(logLines) {
		t.Errorf("of today's events there are %q", got)
	}
	_, err := f.Store.UpdateJob(t.Context(), importjob.Key{PoolID: pool, JobID: streams[0][:strings.Index(streams[0], "/")]}, func(j *importjob.Job) error {
		j.Requested, j.Started = j.Requested.AddDate(0, 0, -4), j.Started.AddDate(0, 0, -4)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(logLines[2:], messages(f.Do("GetLogEvents", object{"logGroupName": group, "logStreamName": streams[0]}))); diff != "" {
		t.Errorf("test lines of four days ago: %s", diff)
	}
	f.Do("DeleteRetentionPolicy", object{"logGroupName": group})
	if days := retention(); days != nil {
		t.Errorf("events stay for %v days", days)
	}

	f.Do("DeleteLogStream", object{"logGroupName": group, "logStreamName": streams[0]})
	f.Refused("DeleteLogStream", object{"logGroupName": group, "logStreamName": streams[0]}, "ResourceNotFoundException", "log stream")
	f.Refused("GetUserImportJobLog", object{"UserPoolId": pool, "JobId": streams[0][:strings.Index(streams[0], "/")]}, "ResourceNotFoundException", "were deleted")
	if left := f.Do("DescribeLogStreams", object{"logGroupName": group})["logStreams"].([]any); len(left) != 1 || left[0].(object)["logStreamName"] != streams[1] {
		t.Errorf("left: %v", left)
	}
	f.Do("DeleteLogGroup", object{"logGroupName": group})
	f.Refused("DescribeLogStreams", object{"logGroupName": group}, "ResourceNotFoundException", "log group")
	f.ImportFile(pool, servicetest.LogCSV, nil)
	if made := f.Do("DescribeLogStreams", object{"logGroupName": group})["logStreams"].([]any); len(made) != 1 {
		t.Errorf("after another job: %v", made)
	}
}

// TestRenamedPool: a renamed pool's log group keeps its name, for jobs from before and after,
// in every operation. The new name has no group.
func TestRenamedPool(t *testing.T) {
	f := newFixture(t)
	f.RunEngine()
	group, streams := f.Logged(1)
	pool := strings.Split(group, "/")[4]
	f.Do("UpdateUserPool", object{"UserPoolId": pool, "PoolName": "renamed", "AutoVerifiedAttributes": []any{"email"}})
	job := f.ImportFile(pool, servicetest.LogCSV, object{"JobName": "after"})
	for _, in := range []object{{"logGroupNamePrefix": group}, {"logGroupNamePattern": "people"}, {}} {
		if found := f.Do("DescribeLogGroups", in)["logGroups"].([]any); len(found) != 1 || found[0].(object)["logGroupName"] != group {
			t.Errorf("%v: %v", in, found)
		}
	}
	if found := f.Do("DescribeLogStreams", object{"logGroupName": group})["logStreams"].([]any); len(found) != 2 {
		t.Errorf("the streams are %v", found)
	}
	for _, stream := range []string{streams[0], fmt.Sprint(job["JobId"], "/after")} {
		if page := f.Do("GetLogEvents", object{"logGroupName": group, "logStreamName": stream}); len(messages(page)) == 0 {
			t.Errorf("%s has no events", stream)
		}
	}
	if page := f.Do("FilterLogEvents", object{"logGroupName": group}); len(messages(page)) == 0 {
		t.Error("the group has no events")
	}
	renamed := strings.TrimSuffix(group, "people") + "renamed"
	for operation, in := range map[string]object{
		"GetLogEvents": {"logStreamName": streams[0]}, "FilterLogEvents": {}, "DescribeLogStreams": {}, "DeleteLogGroup": {}, "PutRetentionPolicy": {"retentionInDays": 3},
	} {
		in["logGroupName"] = renamed
		f.Refused(operation, in, "ResourceNotFoundException", "log group")
	}
	for _, operation := range []string{"GetUserImportJobLog", "GetUserImportJobProgress"} {
		if told := f.Do(operation, object{"UserPoolId": pool, "JobId": job["JobId"]})["LogGroupName"]; told != group {
			t.Errorf("%s tells the log group %v", operation, told)
		}
	}
}
