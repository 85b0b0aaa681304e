package poolhouseservice_test

import (
	"fmt"
	"maps"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"poolhouse/internal/access"
	"poolhouse/internal/importjob"
)

// uploadNew begins an upload and uploads its file.
func (f *fixture) uploadNew(pool, csv string, more object) (id string) {
	f.T.Helper()
	in := object{"UserPoolId": pool}
	for name, value := range more {
		in[name] = value
	}
	u := f.Do("CreateUserImportUpload", in)["UserImportUpload"].(object)
	if u["Status"] != "Waiting" || !strings.Contains(u["PreSignedUrl"].(string), u["UploadId"].(string)) || u["FileSize"] != nil {
		f.T.Errorf("the upload: %v", u)
	}
	id = u["UploadId"].(string)
	f.UploadFile(pool, id, csv)
	return id
}

// waitForLook waits for the look at an upload's file.
func (f *fixture) waitForLook(pool, id string, more object) (u object) {
	f.T.Helper()
	in := object{"UserPoolId": pool, "UploadId": id}
	for name, value := range more {
		in[name] = value
	}
	f.Changes.Await(f.T, "the look at the file", func() bool {
		u = f.Do("DescribeUserImportUpload", in)["UserImportUpload"].(object)
		return u["Status"] == "Ready" || u["Status"] == "Failed"
	})
	return u
}

const role = "arn:aws:iam::000000000000:role/x"

// TestUploadToJob: a file is uploaded and looked at, becomes a job, and is imported.
func TestUploadToJob(t *testing.T) {
	f := newFixture(t)
	f.RunEngine()
	f.RunReader()
	pool := f.Pool(object{"AutoVerifiedAttributes": []any{"email"}})
	id := f.uploadNew(pool, "cognito:username,email,email_verified\na,a@example.com,true\nb,b,true\nc,c@example.com,true\n", nil)
	u := f.waitForLook(pool, id, nil)
	if u["Status"] != "Ready" || u["TotalRows"] != 3.0 || u["FailingRows"] != 1.0 || u["ColumnCount"] != 3.0 || u["Problem"] != nil || len(u["FirstRows"].([]any)) != 3 {
		t.Errorf("the look: %v", u)
	}
	cause := u["Causes"].([]any)[0].(object)
	if cause["Column"] != "email" || cause["Rows"] != 1.0 || cause["LineNumber"] != 3.0 || cause["Advice"] == nil {
		t.Errorf("the cause: %v", cause)
	}
	job := object{"UserPoolId": pool, "JobName": "members", "CloudWatchLogsRoleArn": role, "UploadId": id}
	made := f.Do("Poolhouse.CreateUserImportJob", job)["UserImportJob"].(object)
	if made["JobId"] != id || made["Status"] != "Created" || made["JobName"] != "members" {
		t.Errorf("the job: %v", made)
	}
	f.Refused("Poolhouse.CreateUserImportJob", job, "ResourceNotFoundException", "does not exist") // a second press of the button
	f.Refused("DescribeUserImportUpload", object{"UserPoolId": pool, "UploadId": id}, "ResourceNotFoundException", "does not exist")
	f.Do("StartUserImportJob", object{"UserPoolId": pool, "JobId": id})
	if j := f.Ended(importjob.Key{PoolID: pool, JobID: id}); j["Status"] != "Succeeded" || j["ImportedUsers"] != 2.0 || j["FailedUsers"] != 1.0 {
		t.Errorf("the end: %v", j)
	}
}

// TestUploadRead: the file is read with the requested algorithm and for the pool's current
// schema.
func TestUploadRead(t *testing.T) {
	f := newFixture(t)
	f.RunReader()
	pool := f.Pool(object{"AutoVerifiedAttributes": []any{"email"}})
	id := f.uploadNew(pool, "cognito:username,email,email_verified,custom:level\na,a@example.com,true,3\n", nil)
	u := f.waitForLook(pool, id, nil)
	if u["ProblemCode"] != "UnexpectedHeader" || !strings.Contains(u["Problem"].(string), "custom:level") {
		t.Errorf("before there is the attribute: %v", u)
	}
	job := object{"UserPoolId": pool, "JobName": "members", "CloudWatchLogsRoleArn": role, "UploadId": id}
	f.Refused("Poolhouse.CreateUserImportJob", job, "PreconditionNotMetException", "custom:level")
	f.Do("AddCustomAttributes", object{"UserPoolId": pool, "CustomAttributes": []any{object{"Name": "level", "AttributeDataType": "String"}}})
	if u = f.waitForLook(pool, id, nil); u["Problem"] != nil || u["TotalRows"] != 1.0 {
		t.Errorf("with the attribute: %v", u)
	}
	if u = f.waitForLook(pool, id, object{"PasswordHashingAlgorithm": "BCRYPT"}); !strings.Contains(fmt.Sprint(u["Problem"]), "password_hash") || u["PasswordHashingAlgorithm"] != "BCRYPT" {
		t.Errorf("with hashes: %v", u)
	}
	if u = f.waitForLook(pool, id, object{"PasswordHashingAlgorithm": "NONE"}); u["Problem"] != nil || u["PasswordHashingAlgorithm"] != nil {
		t.Errorf("without: %v", u)
	}
	job["PasswordHashingAlgorithm"] = "SCRYPT"
	f.Refused("Poolhouse.CreateUserImportJob", job, "PreconditionNotMetException", "another PasswordHashingAlgorithm")
	job["CloudWatchLogsRoleArn"] = "arn:aws:s3:us-east-1:000000000000:bucket"
	f.Refused("Poolhouse.CreateUserImportJob", job, "InvalidParameterException", "must be the ARN of an IAM role")
}

// TestUploadRefused: an unknown upload is refused, and so is one without a file.
func TestUploadRefused(t *testing.T) {
	f := newFixture(t)
	pool := f.Pool(nil)
	f.Refused("CreateUserImportUpload", object{"UserPoolId": "us-east-1_none"}, "ResourceNotFoundException", "us-east-1_none")
	f.Refused("DescribeUserImportUpload", object{"UserPoolId": pool, "UploadId": "import-none"}, "ResourceNotFoundException", "import-none")
	u := f.Do("CreateUserImportUpload", object{"UserPoolId": pool})["UserImportUpload"].(object)
	f.Refused("Poolhouse.CreateUserImportJob", object{"UserPoolId": pool, "JobName": "a", "CloudWatchLogsRoleArn": role, "UploadId": u["UploadId"]},
		"PreconditionNotMetException", "its file has not arrived")
}

// TestDeleteUpload: only an upload's creator can delete it.
func TestDeleteUpload(t *testing.T) {
	f := newFixture(t)
	f.RunReader()
	pool := f.Pool(nil)
	id := f.uploadNew(pool, "cognito:username,email\na,a@example.com\n", nil)
	in := object{"UserPoolId": pool, "UploadId": id}
	own := f.Caller
	f.Caller = access.Identity{Account: "000000000000", ARN: "arn:aws:iam::000000000000:user/other"}
	f.Refused("DeleteUserImportUpload", in, "ResourceNotFoundException", id)
	f.Caller = own
	f.Do("DeleteUserImportUpload", in)
	f.Refused("DescribeUserImportUpload", in, "ResourceNotFoundException", id)
	f.Refused("DeleteUserImportUpload", in, "ResourceNotFoundException", id)
}

// TestUploadOfAnother: other callers see the format of a file, but no row of it and not the URL
// that replaces it. They cannot have it read in another way or make a job of it.
func TestUploadOfAnother(t *testing.T) {
	f := newFixture(t)
	f.RunReader()
	pool := f.Pool(nil)
	id := f.uploadNew(pool, "cognito:username,email\na,a@example.com\nb,b\n", nil)
	own := f.waitForLook(pool, id, nil)
	if own["PreSignedUrl"] == nil || own["FirstRows"] == nil || own["Rows"] == nil {
		t.Errorf("to its creator: %v", own)
	}
	f.Caller = access.Identity{Account: "000000000000", ARN: "arn:aws:iam::000000000000:user/other"}
	f.Do("AddCustomAttributes", object{"UserPoolId": pool, "CustomAttributes": []any{object{"Name": "level", "AttributeDataType": "String"}}})
	theirs := f.Do("DescribeUserImportUpload", object{"UserPoolId": pool, "UploadId": id, "PasswordHashingAlgorithm": "BCRYPT"})["UserImportUpload"].(object)
	want := maps.Clone(own)
	delete(want, "PreSignedUrl")
	delete(want, "FirstRows")
	delete(want, "Rows")
	columns := make([]any, 0, 2) // without their values
	for _, column := range own["Columns"].([]any) {
		if column.(object)["Samples"] == nil {
			t.Errorf("to its creator: %v", column)
		}
		theirs := maps.Clone(column.(object))
		delete(theirs, "Samples")
		columns = append(columns, theirs)
	}
	want["Columns"] = columns
	if diff := cmp.Diff(want, theirs); diff != "" {
		t.Errorf("to another: %s", diff)
	}
	f.Refused("Poolhouse.CreateUserImportJob", object{"UserPoolId": pool, "JobName": "a", "CloudWatchLogsRoleArn": role, "UploadId": id},
		"ResourceNotFoundException", id)
}
