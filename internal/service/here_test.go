package service_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"poolhouse/internal/access"
	cognitoapi "poolhouse/internal/api/cognito"
	iamapi "poolhouse/internal/api/iam"
	logsapi "poolhouse/internal/api/logs"
	poolhouseapi "poolhouse/internal/api/poolhouse"
	stsapi "poolhouse/internal/api/sts"
	"poolhouse/internal/apicore"
	"poolhouse/internal/apineeds"
	"poolhouse/internal/dispatch"
	"poolhouse/internal/service"
	"poolhouse/internal/service/servicetest"
)

// nameNoPool are the operations on user pools and log groups whose requests name none.
// TestListsOfARegion tests those that list or create them.
var nameNoPool = []string{"CreateUserPool", "ListUserPools", "DescribeLogGroups", "ListAuditEvents"}

// poolMembers are the request members that name a pool or its log group.
var poolMembers = []string{"UserPoolId", "ResourceArn", "logGroupName", "logGroupIdentifier"}

// inRegion is a pool in a region, with everything that requests may name.
type inRegion struct {
	region, pool string
	values       servicetest.Object // of members, by name
}

func newInRegion(f *servicetest.Fixture, region string) inRegion {
	f.Region = region
	pool := f.Pool(servicetest.Object{"AutoVerifiedAttributes": []any{"email"}})
	job := f.ImportFile(pool, servicetest.LogCSV, nil)["JobId"].(string)
	upload := f.Do("CreateUserImportUpload", servicetest.Object{"UserPoolId": pool})["UserImportUpload"].(servicetest.Object)["UploadId"]
	client := f.Do("CreateUserPoolClient", servicetest.Object{"UserPoolId": pool, "ClientName": "c"})["UserPoolClient"].(servicetest.Object)["ClientId"]
	group := "/aws/cognito/userpools/" + pool + "/people"
	return inRegion{region, pool, servicetest.Object{
		"UserPoolId": pool, "ResourceArn": "arn:aws:cognito-idp:" + region + ":000000000000:userpool/" + pool, "logGroupName": group,
		"logGroupIdentifier": "arn:aws:logs:" + region + ":000000000000:log-group:" + group,
		"ClientId":           client, "JobId": job, "UploadId": upload, "logStreamName": job + "/a job", "Username": "a", "ClientName": "new", "JobName": "new",
		"CloudWatchLogsRoleArn": "arn:aws:iam::000000000000:role/x", "RoleArns": []any{"arn:aws:iam::000000000000:role/x"}, "MaxResults": 1, "retentionInDays": 7, "AuthFlow": "USER_SRP_AUTH", "ChallengeName": "MFA_SETUP", "Password": "a-password", "TagKeys": []any{"a"},
		"Cause": servicetest.Object{"Code": "InvalidEmail"}, "Corrections": []any{servicetest.Object{"LineNumber": 4, "Reset": true}},
		"ErrorBudget": servicetest.Object{"FailedRows": 7}, "Tags": servicetest.Object{"a": "b"}, "UserAttributeNames": []any{"name"}, "UserAttributes": servicetest.Named("name", "Ada"),
		"CustomAttributes": []any{servicetest.Object{"Name": "x", "AttributeDataType": "String"}},
	}}
}

// requests returns requests of an operation with all required members. There is one request for
// each member that can name a pool.
func (r inRegion) requests(t *testing.T, op apicore.OperationInfo) (all []servicetest.Object) {
	t.Helper()
	in := servicetest.Object{}
	for _, m := range op.Input.Members {
		value, known := r.values[m.Name]
		switch {
		case slices.Contains(poolMembers, m.Name):
		case (m.Required || m.Name == "logStreamName") && known:
			in[m.Name] = value
		case m.Required:
			t.Errorf("%s requires %s, for which the test has no value", op.Name, m.Name)
		}
	}
	for _, m := range op.Input.Members {
		if slices.Contains(poolMembers, m.Name) {
			request := maps.Clone(in)
			request[m.Name] = r.values[m.Name]
			all = append(all, request)
		}
	}
	return all
}

// elsewhere reports whether an answer says that the pool does not exist.
func (r inRegion) elsewhere(exception, message string) bool {
	return exception == "ResourceNotFoundException" &&
		(message == "User pool "+r.pool+" does not exist." || message == "The specified log group does not exist.")
}

// TestPoolsOfAnotherRegion calls every served operation that can name a pool or its log group,
// in each way to name it. Signed for another region, the call must not find the pool or change
// it. Signed for the pool's region, the call must find it.
func TestPoolsOfAnotherRegion(t *testing.T) {
	f := servicetest.New(t)
	f.RunEngine()
	west := newInRegion(f, "us-west-2")
	before := f.Do("DescribeUserPool", servicetest.Object{"UserPoolId": west.pool})
	var tried []apicore.OperationInfo
	f.Region = "us-east-1"
	for _, op := range servicetest.Operations() {
		if !f.Calls.Serves(op) {
			continue
		}
		if slices.Contains(nameNoPool, op.Name) || !op.Signed { // an unsigned call is for no region
			continue
		}
		requests := west.requests(t, op)
		if len(requests) == 0 {
			t.Errorf("%s names a pool in no way that the test knows", op.Name)
		}
		for _, in := range requests {
			tried = append(tried, op)
			_, exception, message := f.Try(op.Target(), in)
			if !west.elsewhere(exception, message) {
				t.Errorf("%s %v of another region: %q: %q", op.Name, in, exception, message)
			}
		}
	}
	if len(tried) < 35 {
		t.Errorf("only %d requests were tried", len(tried))
	}
	f.Region = "us-west-2"
	if after := f.Do("DescribeUserPool", servicetest.Object{"UserPoolId": west.pool}); fmt.Sprint(after) != fmt.Sprint(before) {
		t.Errorf("the pool was changed from another region: %v, and before %v", after, before)
	}
	for _, op := range tried {
		own := west
		if strings.HasPrefix(op.Name, "Delete") {
			own = newInRegion(f, "us-west-2")
		}
		for _, in := range own.requests(t, op) {
			if _, exception, message := f.Try(op.Target(), in); own.elsewhere(exception, message) && op.Name != "DeleteLogGroup" {
				t.Errorf("%s %v of its own region: %q: %q", op.Name, in, exception, message)
			}
		}
	}
}

// TestHere: every form of naming is checked. A call without a region, which is an unsigned one,
// passes.
func TestHere(t *testing.T) {
	const (
		pool  = "us-west-2_a"
		arn   = ":000000000000:userpool/"
		group = "/aws/cognito/userpools/"
	)
	for _, c := range []struct {
		op   apicore.OperationInfo
		in   any
		here bool // in us-west-2
	}{
		{cognitoapi.ListUsers.OperationInfo, &cognitoapi.ListUsersRequest{UserPoolId: pool}, true},
		{cognitoapi.ListUsers.OperationInfo, &cognitoapi.ListUsersRequest{UserPoolId: "us-east-1_a"}, false},
		{cognitoapi.ListUsers.OperationInfo, &cognitoapi.ListUsersRequest{UserPoolId: "us-west-22_a"}, false},
		{cognitoapi.ListUsers.OperationInfo, &cognitoapi.ListUsersRequest{UserPoolId: "us-west-2"}, false},
		{cognitoapi.ListUsers.OperationInfo, &cognitoapi.ListUsersRequest{UserPoolId: "local_a"}, false},
		{cognitoapi.TagResource.OperationInfo, &cognitoapi.TagResourceRequest{ResourceArn: "arn:aws:cognito-idp:us-west-2" + arn + pool}, true},
		{cognitoapi.TagResource.OperationInfo, &cognitoapi.TagResourceRequest{ResourceArn: "arn:aws:cognito-idp:us-east-1" + arn + pool}, false},
		{cognitoapi.TagResource.OperationInfo, &cognitoapi.TagResourceRequest{ResourceArn: "arn:aws:cognito-idp:us-west-2" + arn + "us-east-1_a"}, false},
		{cognitoapi.TagResource.OperationInfo, &cognitoapi.TagResourceRequest{ResourceArn: "arn:aws:cognito-idp:us-east-1" + arn + "us-east-1_a"}, false},
		{cognitoapi.TagResource.OperationInfo, &cognitoapi.TagResourceRequest{ResourceArn: "arn:aws:s3:::bucket"}, true}, // the operation refuses it
		{logsapi.GetLogEvents.OperationInfo, &logsapi.GetLogEventsRequest{LogGroupName: group + pool + "/x", LogStreamName: "s"}, true},
		{logsapi.GetLogEvents.OperationInfo, &logsapi.GetLogEventsRequest{LogGroupName: group + "us-east-1_a/x", LogStreamName: "s"}, false},
		{logsapi.GetLogEvents.OperationInfo, &logsapi.GetLogEventsRequest{LogGroupIdentifier: group + pool + "/x", LogStreamName: "s"}, true},
		{logsapi.GetLogEvents.OperationInfo, &logsapi.GetLogEventsRequest{LogGroupIdentifier: group + "us-east-1_a/x", LogStreamName: "s"}, false},
		{logsapi.GetLogEvents.OperationInfo, &logsapi.GetLogEventsRequest{LogGroupIdentifier: "arn:aws:logs:us-west-2:000000000000:log-group:" + group + pool + "/x:*", LogStreamName: "s"}, true},
		{logsapi.GetLogEvents.OperationInfo, &logsapi.GetLogEventsRequest{LogGroupIdentifier: "arn:aws:logs:us-east-1:000000000000:log-group:" + group + pool + "/x:*", LogStreamName: "s"}, false},
		{logsapi.GetLogEvents.OperationInfo, &logsapi.GetLogEventsRequest{LogGroupIdentifier: "arn:aws:logs:us-west-2:000000000000:log-group:" + group + "us-east-1_a/x", LogStreamName: "s"}, false},
		{logsapi.GetLogEvents.OperationInfo, &logsapi.GetLogEventsRequest{LogGroupName: group + pool + "/x", LogGroupIdentifier: group + "us-east-1_a/x", LogStreamName: "s"}, false},
		{logsapi.GetLogEvents.OperationInfo, &logsapi.GetLogEventsRequest{LogGroupName: "/aws/lambda/x", LogStreamName: "s"}, true}, // the operation refuses it
	} {
		call := &dispatch.Call{Operation: c.op, From: access.Request{Region: "us-west-2"}}
		if err := service.CheckRegion(call, c.in); (err == nil) != c.here {
			t.Errorf("%s %+v: %v", c.op.Name, c.in, err)
		}
		call.From.Region = ""
		if err := service.CheckRegion(call, c.in); err != nil {
			t.Errorf("%s %+v of no region: %v", c.op.Name, c.in, err)
		}
	}
}

// TestHereKnowsEveryKind: Here decides about the region of every kind of resource. A kind that
// is added later must be decided about, too.
func TestHereKnowsEveryKind(t *testing.T) {
	type thing struct{ ID string }
	here := func(k apineeds.Kind) error {
		needs := &apineeds.Operation{Resource: apineeds.Resource{Kind: k, Name: apineeds.TextOf("ID", func(in *thing) string { return in.ID })}}
		return service.CheckRegion(&dispatch.Call{Operation: apicore.OperationInfo{Needs: needs}, From: access.Request{Region: "us-west-2"}}, &thing{"x"})
	}
	seen := map[apineeds.Kind]bool{}
	for _, op := range slices.Concat(servicetest.Operations(), iamapi.Operations(), stsapi.Operations(), poolhouseapi.Operations()) {
		if op.Needs != nil {
			seen[op.Needs.Resource.Kind] = true
		}
	}
	if len(seen) < 15 {
		t.Errorf("only %d kinds were seen", len(seen))
	}
	for kind := range seen {
		if err := here(kind); err != nil && service.ErrorOf(err) == nil {
			t.Errorf("%s: %v", kind, err)
		}
	}
	if err := here("thing"); err == nil {
		t.Error("a kind that nothing is known of passes")
	}
}

// TestListsOfARegion: pools are created in the call's region and listed only there, with their
// log groups, page by page. A token is good for one region.
func TestListsOfARegion(t *testing.T) {
	f := servicetest.New(t)
	f.RunEngine()
	made := map[string][]string{}
	for range 2 {
		for _, region := range []string{"us-east-1", "us-west-2", "eu-west-1"} {
			made[region] = append(made[region], newInRegion(f, region).pool)
		}
	}
	for region, pools := range made {
		slices.Sort(pools)
		f.Region = region
		described := f.Do("DescribeUserPool", servicetest.Object{"UserPoolId": pools[0]})["UserPool"].(servicetest.Object)
		if want := "arn:aws:cognito-idp:" + region + ":000000000000:userpool/" + pools[0]; described["Arn"] != want || !strings.HasPrefix(pools[0], region+"_") {
			t.Errorf("the ARN of %s is %v, want %s", pools[0], described["Arn"], want)
		}
		first := f.Do("ListUserPools", servicetest.Object{"MaxResults": 1})
		second := f.Do("ListUserPools", servicetest.Object{"MaxResults": 1, "NextToken": first["NextToken"]})
		listed := []any{first["UserPools"].([]any)[0].(servicetest.Object)["Id"], second["UserPools"].([]any)[0].(servicetest.Object)["Id"]}
		if fmt.Sprint(listed) != fmt.Sprint(pools) || second["NextToken"] != nil {
			t.Errorf("%s lists %v and then %v, want %v", region, listed, second["NextToken"], pools)
		}
		groups := f.Do("DescribeLogGroups", servicetest.Object{"limit": 1})
		token := groups["nextToken"]
		more := f.Do("DescribeLogGroups", servicetest.Object{"limit": 1, "nextToken": token})
		for i, page := range []servicetest.Object{groups, more} {
			group := page["logGroups"].([]any)[0].(servicetest.Object)
			if want := "arn:aws:logs:" + region + ":000000000000:log-group:/aws/cognito/userpools/" + pools[i] + "/people"; group["logGroupArn"] != want {
				t.Errorf("%s has the log group %v, want %s", region, group["logGroupArn"], want)
			}
		}
		if more["nextToken"] != nil {
			t.Errorf("%s has more log groups", region)
		}
		f.Region = "ap-south-1"
		f.Refused("ListUserPools", servicetest.Object{"MaxResults": 1, "NextToken": first["NextToken"]}, "InvalidParameterException", "token")
		f.Refused("DescribeLogGroups", servicetest.Object{"limit": 1, "nextToken": token}, "InvalidParameterException", "oken")
		if none := f.Do("ListUserPools", servicetest.Object{"MaxResults": 1}); len(none["UserPools"].([]any)) > 0 {
			t.Errorf("a region without pools lists %v", none)
		}
	}
}

// TestPinnedInARegion: a pinned id is one of the call's region.
func TestPinnedInARegion(t *testing.T) {
	f := servicetest.New(t)
	f.Region = "us-west-2"
	if got := f.Pool(servicetest.Object{"UserPoolTags": servicetest.Object{"poolhouse:pool-id": "us-west-2_local1"}}); got != "us-west-2_local1" {
		t.Errorf("the pool is %s", got)
	}
	f.Refused("CreateUserPool", servicetest.Object{"PoolName": "p", "UserPoolTags": servicetest.Object{"poolhouse:pool-id": "us-east-1_local1"}},
		"InvalidParameterException", "such as us-west-2_local1")
}
