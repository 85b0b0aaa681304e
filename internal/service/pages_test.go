package service_test

import (
	"encoding/base64"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	iamapi "poolhouse/internal/api/iam"
	stsapi "poolhouse/internal/api/sts"
	"poolhouse/internal/apicore"
	"poolhouse/internal/service/servicetest"
)

// pageMembers are the request members that can hold a page token.
var pageMembers = []string{"NextToken", "nextToken", "PaginationToken", "Marker"}

// pageMember returns the request member for a page token, "" if there is none.
func pageMember(s *apicore.Shape) string {
	if s != nil {
		for _, m := range s.Members {
			if slices.Contains(pageMembers, m.Name) {
				return m.Name
			}
		}
	}
	return ""
}

// pagedList is a list with several pages.
type pagedList struct {
	operation string
	token     string // the answer's member with the token
	in        servicetest.Object
	others    []servicetest.Object // members that differ in requests for other lists
}

// pagedLists fills a server and returns a list of every kind.
func pagedLists(f *servicetest.Fixture) []pagedList {
	f.RunEngine()
	var pools, jobs, groups, makers []string // makers are jobs that created users
	for range 2 {
		pool := f.Pool(servicetest.Object{"AutoVerifiedAttributes": []any{"email"}})
		for i := range 3 {
			f.Do("CreateUserPoolClient", servicetest.Object{"UserPoolId": pool, "ClientName": fmt.Sprint("client-", i)})
			f.Do("AdminCreateUser", servicetest.Object{"UserPoolId": pool, "Username": fmt.Sprint("jane-", i),
				"UserAttributes": servicetest.Named("email", fmt.Sprintf("jane-%d@example.com", i))})
		}
		makers = append(makers, f.ImportFile(pool, servicetest.LogCSV, nil)["JobId"].(string))
		pools, groups = append(pools, pool), append(groups, "/aws/cognito/userpools/"+pool+"/people")
		jobs = append(jobs, f.ImportFile(pool, servicetest.LogCSV, nil)["JobId"].(string))
	}
	var long []string // jobs with two pages of result files
	for _, pool := range pools {
		long = append(long, f.ImportFile(pool, "cognito:username,email,email_verified\n"+strings.Repeat("x,x,true\n", 1000), nil)["JobId"].(string))
	}
	f.WithAudit()
	pool, other := servicetest.Object{"UserPoolId": pools[0]}, servicetest.Object{"UserPoolId": pools[1]}
	with := func(more ...servicetest.Object) servicetest.Object {
		all := servicetest.Object{}
		for _, m := range more {
			maps.Copy(all, m)
		}
		return all
	}
	group, otherGroup := servicetest.Object{"logGroupName": groups[0]}, servicetest.Object{"logGroupName": groups[1]}
	stream := servicetest.Object{"logStreamName": jobs[0] + "/a job"}
	return []pagedList{
		{"ListUsers", "PaginationToken", with(pool, servicetest.Object{"Limit": 1, "Filter": `email ^= "jane"`}), []servicetest.Object{
			other, {"Filter": `email ^= "jan"`}, {"Filter": `username ^= "jane"`}, {"Filter": ""}}},
		{"ListUserPools", "NextToken", servicetest.Object{"MaxResults": 1}, nil},
		{"ListUserPoolClients", "NextToken", with(pool, servicetest.Object{"MaxResults": 1}), []servicetest.Object{other, {"ClientType": "REGULAR"}, {"ClientType": "DCR"}}},
		{"ListUserImportJobs", "PaginationToken", with(pool, servicetest.Object{"MaxResults": 1}), []servicetest.Object{other}},
		{"Poolhouse.ListUserImportJobs", "NextToken", with(pool, servicetest.Object{"MaxResults": 1}), []servicetest.Object{other}},
		{"GetUserImportJobLog", "NextToken", with(pool, servicetest.Object{"JobId": jobs[0], "Limit": 3}), []servicetest.Object{
			with(other, servicetest.Object{"JobId": jobs[1]}), {"Verdicts": []any{"FAILED"}}, {"Contains": "line"}, {"Cause": servicetest.Object{"Code": "InvalidEmail"}}}},
		{"ListUserImportJobRows", "NextToken", with(pool, servicetest.Object{"JobId": jobs[0], "MaxResults": 1}), []servicetest.Object{
			with(other, servicetest.Object{"JobId": jobs[1]}), {"Verdicts": []any{"FAILED"}}, {"OnlyOpen": true}, {"OnlyCorrected": true}, {"Cause": servicetest.Object{"Code": "InvalidEmail"}}}},
		{"GetUserImportJobResults", "NextToken", with(pool, servicetest.Object{"JobId": long[0]}), []servicetest.Object{
			with(other, servicetest.Object{"JobId": long[1]}), {"Format": "NDJSON"}, {"Content": "IMPORTED"}, {"Verdicts": []any{"FAILED"}}}},
		{"ListUserImportJobUsers", "NextToken", with(pool, servicetest.Object{"JobId": makers[0], "MaxResults": 1}), []servicetest.Object{with(other, servicetest.Object{"JobId": makers[1]})}},
		{"ListAuditEvents", "NextToken", servicetest.Object{"MaxResults": 1}, []servicetest.Object{{"Operation": "AdminDeleteUser"}, {"Principal": servicetest.Ada}}},
		{"ListOutboxMessages", "NextToken", with(pool, servicetest.Object{"MaxResults": 1}), []servicetest.Object{
			other, {"Username": "jane-0"}, {"AfterMessageId": "00000000-0000-0000-0000-000000000000"}}},
		{"DescribeLogGroups", "nextToken", servicetest.Object{"limit": 1}, []servicetest.Object{{"logGroupNamePrefix": "/aws/"}, {"logGroupNamePattern": "people"}, {"logGroupIdentifiers": groups}}},
		{"DescribeLogStreams", "nextToken", with(group, servicetest.Object{"limit": 1}), []servicetest.Object{otherGroup, {"descending": true}, {"orderBy": "LastEventTime"}, {"logStreamNamePrefix": "import"}}},
		{"GetLogEvents", "nextForwardToken", with(group, stream, servicetest.Object{"limit": 1, "startFromHead": true}), []servicetest.Object{
			with(otherGroup, servicetest.Object{"logStreamName": jobs[1] + "/a job"})}},
		{"FilterLogEvents", "nextToken", with(group, servicetest.Object{"limit": 1}), []servicetest.Object{otherGroup, {"filterPattern": "import"}, {"logStreamNamePrefix": "import"}, {"logStreamNames": []any{stream["logStreamName"]}}}},
	}
}

// TestPageTokensAreOfOneList: no list accepts the token of another, and no token shows a name.
func TestPageTokensAreOfOneList(t *testing.T) {
	f := servicetest.New(t)
	lists := pagedLists(f)
	takes := map[string]string{} // the token's member of each operation
	for _, op := range servicetest.Operations() {
		if m := pageMember(op.Input); m != "" && f.Calls.Serves(op) {
			name := servicetest.Name(op)
			takes[name] = m
			if !slices.ContainsFunc(lists, func(l pagedList) bool { return l.operation == name }) {
				t.Errorf("%s takes a token, and this test has no list of it", name)
			}
		}
	}
	const invalid = "InvalidParameterException"
	for _, l := range lists {
		in := maps.Clone(l.in)
		token, _ := f.Do(l.operation, in)[l.token].(string)
		wantHidden(t, l.operation, token, "jane-0", "jane-1", "example", "client-", "people")
		in[takes[l.operation]] = token
		f.Do(l.operation, in)
		for _, differs := range l.others {
			other := maps.Clone(in)
			maps.Copy(other, differs)
			f.Refused(l.operation, other, invalid, "oken")
		}
		for _, stranger := range lists {
			if stranger.operation != l.operation {
				other := maps.Clone(stranger.in)
				other[takes[stranger.operation]] = token
				f.Refused(stranger.operation, other, invalid, "oken")
			}
		}
	}
}

// wantHidden demands a token without the texts. A short text could occur in it by chance.
func wantHidden(t *testing.T, list, token string, texts ...string) {
	t.Helper()
	for _, text := range texts {
		if len(text) < 6 {
			t.Fatalf("%q is too short to be looked for in a random token", text)
		}
	}
	if token == "" {
		t.Fatalf("%s has no second page", list)
	}
	all := token
	for _, part := range strings.Split(token, "/") { // base64 inside base64, too
		for b, err := base64.RawURLEncoding.DecodeString(part); err == nil && len(b) > 0; b, err = base64.RawURLEncoding.DecodeString(string(b)) {
			all += "\n" + string(b)
		}
	}
	for _, text := range texts {
		if strings.Contains(strings.ToLower(all), text) {
			t.Errorf("the token of %s shows %s: %q", list, text, all)
		}
	}
}

// TestLogPlacesCannotBeMadeUp: tokens of GetLogEvents have the real service's form. They show
// their place, but only the server can choose it.
func TestLogPlacesCannotBeMadeUp(t *testing.T) {
	f := servicetest.New(t)
	f.RunEngine()
	group, streams := f.Logged(1)
	in := servicetest.Object{"logGroupName": group, "logStreamName": streams[0], "limit": 2, "startFromHead": true}
	token := f.Do("GetLogEvents", in)["nextForwardToken"].(string)
	if !regexp.MustCompile(`^f/[0-9]{56}/s$`).MatchString(token) {
		t.Fatalf("the token is %s", token)
	}
	for _, made := range []string{"b" + token[1:], token[:3] + "7" + token[4:], token[:50] + "00000000/s", token[:40], strings.Replace(token, "f/0", "f/+", 1), "f/" + strings.Repeat("0", 56) + "/s"} {
		in["nextToken"] = made
		f.Refused("GetLogEvents", in, "InvalidParameterException", "nextToken")
	}
}

func TestIAMMarkersAreOfOneList(t *testing.T) {
	f := servicetest.NewIAM(t)
	for _, name := range []string{"adelaide", "bartholomew"} {
		f.Do("CreateUser UserName=" + name)
		f.Do("CreateRole AssumeRolePolicyDocument=$trust RoleName=" + name)
		f.Do("CreateAccessKey UserName=" + name)
		f.Do("CreateAccessKey UserName=" + name)
		f.Do("CreatePolicy PolicyDocument=$doc PolicyName=" + name)
		f.Do("CreatePolicyVersion PolicyDocument=$doc PolicyArn=$policy/" + name)
		const tags = " Tags.member.1.Key=adelaide Tags.member.1.Value=v Tags.member.2.Key=bartholomew Tags.member.2.Value=v"
		f.Do("TagUser UserName=" + name + tags)
		f.Do("TagRole RoleName=" + name + tags)
		f.Do("TagPolicy PolicyArn=$policy/" + name + tags)
	}
	for _, owner := range []string{"adelaide", "bartholomew"} {
		for _, name := range []string{"adelaide", "bartholomew"} {
			f.Do("PutUserPolicy PolicyDocument=$doc UserName=" + owner + " PolicyName=" + name)
			f.Do("PutRolePolicy PolicyDocument=$doc RoleName=" + owner + " PolicyName=" + name)
			f.Do("AttachUserPolicy UserName=" + owner + " PolicyArn=$policy/" + name)
			f.Do("AttachRolePolicy RoleName=" + owner + " PolicyArn=$policy/" + name)
		}
	}
	lists := map[string][]string{ // the other lists of each operation
		"ListUsers":                                     {"ListUsers PathPrefix=/a/"},
		"ListRoles":                                     {"ListRoles PathPrefix=/a/"},
		"ListPolicies":                                  {"ListPolicies PathPrefix=/a/", "ListPolicies OnlyAttached=true"},
		"ListAccessKeys UserName=adelaide":              {"ListAccessKeys UserName=bartholomew"},
		"ListUserPolicies UserName=adelaide":            {"ListUserPolicies UserName=bartholomew"},
		"ListRolePolicies RoleName=adelaide":            {"ListRolePolicies RoleName=bartholomew"},
		"ListAttachedUserPolicies UserName=adelaide":    {"ListAttachedUserPolicies UserName=bartholomew", "ListAttachedUserPolicies UserName=adelaide PathPrefix=/a/"},
		"ListAttachedRolePolicies RoleName=adelaide":    {"ListAttachedRolePolicies RoleName=bartholomew", "ListAttachedRolePolicies RoleName=adelaide PathPrefix=/a/"},
		"ListPolicyVersions PolicyArn=$policy/adelaide": {"ListPolicyVersions PolicyArn=$policy/bartholomew"},
		"ListUserTags UserName=adelaide":                {"ListUserTags UserName=bartholomew"},
		"ListRoleTags RoleName=adelaide":                {"ListRoleTags RoleName=bartholomew"},
		"ListPolicyTags PolicyArn=$policy/adelaide":     {"ListPolicyTags PolicyArn=$policy/bartholomew"},
	}
	empty := []string{ // lists without a second page, so they give out no marker
		"ListGroupsForUser UserName=adelaide", "ListInstanceProfilesForRole RoleName=adelaide", "ListMFADevices UserName=adelaide", "ListVirtualMFADevices",
		"ListSSHPublicKeys UserName=adelaide", "ListSigningCertificates UserName=adelaide", "ListServiceSpecificCredentials UserName=adelaide",
	}
	for _, op := range slices.Concat(iamapi.Operations(), stsapi.Operations()) {
		covered := slices.ContainsFunc(append(slices.Collect(maps.Keys(lists)), empty...), func(call string) bool { name, _, _ := strings.Cut(call, " "); return name == op.Name })
		if pageMember(op.Input) != "" && !covered {
			t.Errorf("%s takes a marker, and this test has no list of it", op.Name)
		}
	}
	for call, others := range lists {
		marker := f.Do(call + " MaxItems=1").At("Marker").Text
		wantHidden(t, call, marker, "adelaide", "bartholomew")
		f.Do(call + " Marker=" + marker)
		for stranger := range lists {
			if stranger != call {
				others = append(others, stranger)
			}
		}
		others = append(others, empty...)
		for _, other := range others {
			f.Refused(other+" Marker="+marker, 400, "ValidationError", "no such marker")
		}
	}
}
