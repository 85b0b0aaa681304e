package poolhouseservice_test

import "testing"

// TestListUserImportJobs: the list has more about each job than Cognito's: who created, started
// and stopped it and when, and how many rows its file has. The list has pages.
func TestListUserImportJobs(t *testing.T) {
	const root = "arn:aws:iam::000000000000:root"
	f := newFixture(t)
	pool := f.Pool(object{"AutoVerifiedAttributes": []any{"email"}})
	var ids []string
	for _, name := range []string{"first", "second", "third"} {
		made := f.Do("CreateUserImportJob", object{"UserPoolId": pool, "JobName": name, "CloudWatchLogsRoleArn": "arn:aws:iam::000000000000:role/x"})["UserImportJob"].(object)
		ids = append(ids, made["JobId"].(string))
	}
	key := object{"UserPoolId": pool, "JobId": ids[1]}
	f.Upload(pool, ids[1], "cognito:username,email,email_verified\nada,ada@example.com,true\n")
	f.Do("StartUserImportJob", key) // no engine runs: it stays Pending
	f.Do("StopUserImportJob", key)
	var jobs []object
	in := object{"UserPoolId": pool, "MaxResults": 2}
	for {
		page := f.Do("Poolhouse.ListUserImportJobs", in)
		for _, j := range page["UserImportJobs"].([]any) {
			jobs = append(jobs, j.(object))
		}
		if in["NextToken"] = page["NextToken"]; page["NextToken"] == nil {
			break
		}
	}
	if len(jobs) != 3 || jobs[0]["JobId"] != ids[2] || jobs[2]["JobId"] != ids[0] {
		t.Fatalf("the jobs are %v", jobs)
	}
	for name, j := range map[string]object{"the list": jobs[1], "the progress": f.Do("GetUserImportJobProgress", key)} {
		if j["Creator"] != root || j["StartedBy"] != root || j["StoppedBy"] != root || j["Status"] != "Stopped" ||
			j["RequestDate"] == nil || j["StopRequestDate"] == nil || j["FileSize"] != 63.0 {
			t.Errorf("%s tells %v", name, j)
		}
	}
	if j := jobs[0]; j["Creator"] != root || j["StartedBy"] != nil || j["StoppedBy"] != nil || j["RequestDate"] != nil || j["StopRequestDate"] != nil || j["TotalRows"] != nil {
		t.Errorf("a job that was not started is %v", j)
	}
	f.RunEngine()
	f.ImportFile(pool, "cognito:username,email,email_verified\nada,ada@example.com,true\n", nil)
	if j := f.Do("Poolhouse.ListUserImportJobs", object{"UserPoolId": pool})["UserImportJobs"].([]any)[0].(object); j["TotalRows"] != 1.0 || j["ImportedUsers"] != 1.0 || j["CompletionMessage"] == nil {
		t.Errorf("a job that ended is %v", j)
	}
	f.Refused("Poolhouse.ListUserImportJobs", object{"UserPoolId": "us-east-1_Nowhere00"}, "ResourceNotFoundException", "us-east-1_Nowhere00")
	f.Refused("Poolhouse.ListUserImportJobs", object{"UserPoolId": pool, "MaxResults": 1001}, "InvalidParameterException", "1000")
}
