package poolhouseservice_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"poolhouse/internal/importjob"
	"poolhouse/internal/service/servicetest"
)

// mapped makes a map of alternating columns and attributes.
func mapped(pairs ...string) (m []any) {
	for i := 0; i < len(pairs); i += 2 {
		column := object{"Column": pairs[i]}
		if pairs[i+1] != "" {
			column["Attribute"] = pairs[i+1]
		}
		m = append(m, column)
	}
	return m
}

// TestAskedRefused: jobs and checks refuse what contradicts itself, the pool or the server, and
// say what would be right. No job is made.
func TestAskedRefused(t *testing.T) {
	f := newFixture(t)
	f.RunReader()
	pool := f.Pool(verifying)
	id := f.uploadNew(pool, columns+"a,a@example.com,true,A\n", nil)
	f.waitForLook(pool, id, nil)
	many := make([]any, 0, 1000)
	for i := range 1000 {
		many = append(many, object{"Column": strings.Repeat("ä", 250) + fmt.Sprint(i)})
	}
	tests := []struct {
		more object
		text string
	}{
		{object{"Strict": true, "Format": object{"Separator": "TAB"}}, "Strict reads a file as Amazon Cognito does. Leave out Format and Map, or Strict."},
		{object{"Strict": true, "Map": mapped("Mail", "email")}, "Strict reads"},
		{object{"Format": object{"Escape": "DOUBLED", "Quote": "NONE"}}, "Format.Escape DOUBLED does not fit Format.Quote NONE: with that Escape, Quote is QUOTATION_MARK or APOSTROPHE, or left out."},
		{object{"Format": object{"Escape": "PHP", "Quote": "NONE"}}, "Quote is QUOTATION_MARK or APOSTROPHE, or left out"},
		{object{"Format": object{"Escape": "NONE", "Quote": "APOSTROPHE"}}, "Quote is NONE, or left out"},
		{object{"Format": object{"Separator": "BLANK"}}, "COMMA, SEMICOLON, TAB, PIPE"},
		{object{"Format": object{"Encoding": "latin1"}}, "ISO-8859-1"},
		{object{"Map": mapped("Mail", "mail")}, `Map: "mail" is no column of files of this user pool. GetCSVHeader lists them`},
		{object{"Map": mapped("Mail", "sub")}, `"sub" is no column`},
		{object{"Map": mapped("Mail", "poolhouse:line")}, `"poolhouse:line" is no column`},
		{object{"Map": mapped("Mail", "email", "E-Mail", "email")}, `Map: the columns "Mail" and "E-Mail" are both read as email. Leave one of them out with an empty Attribute.`},
		{object{"Map": mapped("Mail", "email", "Mail", "")}, `Map: the column "Mail" occurs twice.`},
		{object{"Map": many}, "more than 256000 bytes together"},
		{object{"Map": append(many, object{"Column": "x"})}, "less than or equal to 1000"},
		{object{"Map": mapped(strings.Repeat("x", 257), "")}, "less than or equal to 256"},
		{object{"Map": []any{object{"Attribute": "email"}}}, "column"},
	}
	for _, c := range tests {
		for operation, in := range map[string]object{
			"Poolhouse.CreateUserImportJob": {"UserPoolId": pool, "JobName": "members", "CloudWatchLogsRoleArn": role, "UploadId": id},
			"CheckUserImport":               {"UserPoolId": pool, "UploadId": id},
		} {
			for name, value := range c.more {
				in[name] = value
			}
			f.Refused(operation, in, "InvalidParameterException", c.text)
		}
	}
	if jobs := f.Do("Poolhouse.ListUserImportJobs", object{"UserPoolId": pool, "MaxResults": 10})["UserImportJobs"].([]any); len(jobs) != 0 {
		t.Errorf("%v", jobs)
	}
	f.waitForLook(pool, id, nil)
	// Empty members say nothing.
	nothing := object{"Strict": false, "Format": object{}, "Map": []any{}}
	for name, value := range (object{"UserPoolId": pool, "JobName": "members", "CloudWatchLogsRoleArn": role, "UploadId": id}) {
		nothing[name] = value
	}
	made := f.Do("Poolhouse.CreateUserImportJob", nothing)["UserImportJob"].(object)
	if made["Strict"] != nil || made["Map"] != nil || made["Format"] != nil {
		t.Errorf("%v", made)
	}
	if j, err := f.Store.Job(t.Context(), importjob.Key{PoolID: pool, JobID: id}); err != nil || j.Asked != nil {
		t.Errorf("%+v, %v", j, err)
	}
	// The job's creation decided how its file is read.
	f.Refused("CheckUserImport", object{"UserPoolId": pool, "JobId": id, "Strict": true}, "InvalidParameterException", "Leave out Strict, Format and Map: they are for uploads.")
}

// TestAskedOfStrictServer: a server that reads files as Amazon Cognito does refuses any other
// wish.
func TestAskedOfStrictServer(t *testing.T) {
	f := &fixture{servicetest.Strict(t)}
	pool := f.Pool(verifying)
	for _, more := range []object{{"Format": object{"Separator": "TAB"}}, {"Map": mapped("Mail", "email")}} {
		in := object{"UserPoolId": pool, "JobName": "members", "CloudWatchLogsRoleArn": role, "UploadId": "import-x"}
		for name, value := range more {
			in[name] = value
		}
		f.Refused("Poolhouse.CreateUserImportJob", in, "InvalidParameterException", "its setting import-dialect is cognito")
	}
	f.Refused("Poolhouse.CreateUserImportJob", object{"UserPoolId": pool, "JobName": "members", "CloudWatchLogsRoleArn": role, "UploadId": "import-x", "Strict": true}, "ResourceNotFoundException", "does not exist")
}

// TestMapIsRemembered: a pool remembers the map of its last job with a map, even if that job
// fails. A job without a map changes nothing, and other pools do not see it.
func TestMapIsRemembered(t *testing.T) {
	f := newFixture(t)
	f.RunEngine()
	f.RunReader()
	pool, other := f.Pool(verifying), f.Pool(verifying)
	told := func(pool string) any {
		f.T.Helper()
		return f.Do("GetUserImportMap", object{"UserPoolId": pool})["Map"]
	}
	if none := f.Do("GetUserImportMap", object{"UserPoolId": pool}); none["Map"] != nil || none["LastModifiedDate"] != nil || none["UserPoolId"] != pool {
		t.Errorf("before there is one: %v", none)
	}
	make := func(csv string, m []any) string {
		id := f.uploadNew(pool, csv, nil)
		f.waitForLook(pool, id, nil)
		in := object{"UserPoolId": pool, "JobName": "members", "CloudWatchLogsRoleArn": role, "UploadId": id}
		if m != nil {
			in["Map"] = m
		}
		made := f.Do("Poolhouse.CreateUserImportJob", in)["UserImportJob"].(object)
		if diff := cmp.Diff(m, made["Map"]); m != nil && diff != "" {
			t.Errorf("the job's map: %s", diff)
		}
		return id
	}
	first := mapped("Mail", "email", "Notes", "", "", "name", "Old id", "poolhouse:external_id")
	id := make("nonsense\n", first)
	f.Do("StartUserImportJob", object{"UserPoolId": pool, "JobId": id})
	if j := f.Ended(importjob.Key{PoolID: pool, JobID: id}); j["Status"] != "Failed" {
		t.Errorf("%v", j)
	}
	if diff := cmp.Diff(first, told(pool)); diff != "" {
		t.Errorf("after an import that failed: %s", diff)
	}
	make(columns+"a,a@example.com,true,A\n", nil)
	if diff := cmp.Diff(first, told(pool)); diff != "" {
		t.Errorf("after a job without one: %s", diff)
	}
	second := mapped("Name", "name")
	make("nonsense\n", second)
	out := f.Do("GetUserImportMap", object{"UserPoolId": pool})
	if diff := cmp.Diff(second, out["Map"].([]any)); diff != "" || out["LastModifiedDate"].(float64) < 1e9 {
		t.Errorf("%s, %v", diff, out)
	}
	if m := told(other); m != nil {
		t.Errorf("of another pool: %v", m)
	}
	f.Refused("GetUserImportMap", object{"UserPoolId": "us-east-1_nothere"}, "ResourceNotFoundException", "us-east-1_nothere does not exist")
}

// TestJobsWithLargeMaps: a page with large jobs has fewer of them, and all pages together have
// all jobs.
func TestJobsWithLargeMaps(t *testing.T) {
	f := newFixture(t)
	f.RunReader()
	pool := f.Pool(verifying)
	m := make([]any, 0, 900)
	for i := range 900 {
		m = append(m, object{"Column": strings.Repeat("x", 250) + fmt.Sprint(i)})
	}
	const jobs = 9
	for range jobs {
		id := f.uploadNew(pool, columns+"a,a@example.com,true,A\n", nil)
		f.waitForLook(pool, id, nil)
		f.Do("Poolhouse.CreateUserImportJob", object{"UserPoolId": pool, "JobName": "members", "CloudWatchLogsRoleArn": role, "UploadId": id, "Map": m})
	}
	seen, pages := map[any]bool{}, 0
	for in := (object{"UserPoolId": pool, "MaxResults": 60}); ; pages++ {
		out := f.Do("Poolhouse.ListUserImportJobs", in)
		for _, j := range out["UserImportJobs"].([]any) {
			seen[j.(object)["JobId"]] = true
			if len(j.(object)["Map"].([]any)) != len(m) {
				t.Errorf("%v", j)
			}
		}
		if in["NextToken"] = out["NextToken"]; out["NextToken"] == nil {
			break
		}
	}
	if len(seen) != jobs || pages == 0 {
		t.Errorf("%d jobs on %d pages", len(seen), pages+1)
	}
}
