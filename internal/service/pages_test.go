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
)

// pageMembers are the names under which requests take the token of a page.
var pageMembers = []string{"NextToken", "nextToken", "PaginationToken", "Marker"}

// pageMember returns the member of a request that takes a token, "" if none
// does.
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

// pagedList is a list with more than one page.
type pagedList struct {
	operation string
	token     string // the member of the answer that has the token
	in        object
	others    []object // of what differs in requests for other lists
}

// pagedLists fills a server and returns one list of every kind.
func pagedLists(f *fixture) []pagedList {
	f.runEngine()
	var pools, jobs, groups []string
	for range 2 {
		pool := f.pool(object{"AutoVerifiedAttributes": []any{"email"}})
		for i := range 3 {
			f.do("CreateUserPoolClient", object{"UserPoolId": pool, "ClientName": fmt.Sprint("client-", i)})
			f.do("AdminCreateUser", object{"UserPoolId": pool, "Username": fmt.Sprint("jane-", i), "MessageAction": "SUPPRESS",
				"UserAttributes": named("email", fmt.Sprintf("jane-%d@example.com", i))})
		}
		f.importFile(pool, logCSV, nil)
		pools, groups = append(pools, pool), append(groups, "/aws/cognito/userpools/"+pool+"/people")
		jobs = append(jobs, f.importFile(pool, logCSV, nil)["JobId"].(string))
	}
	f.withAudit()
	pool, other := object{"UserPoolId": pools[0]}, object{"UserPoolId": pools[1]}
	with := func(more ...object) object {
		all := object{}
		for _, m := range more {
			maps.Copy(all, m)
		}
		return all
	}
	group, otherGroup := object{"logGroupName": groups[0]}, object{"logGroupName": groups[1]}
	stream := object{"logStreamName": jobs[0] + "/a job"}
	return []pagedList{
		{"ListUsers", "PaginationToken", with(pool, object{"Limit": 1, "Filter": `email ^= "jane"`}), []object{
			other, {"Filter": `email ^= "jan"`}, {"Filter": `username ^= "jane"`}, {"Filter": ""}}},
		{"ListUserPools", "NextToken", object{"MaxResults": 1}, nil},
		{"ListUserPoolClients", "NextToken", with(pool, object{"MaxResults": 1}), []object{other, {"ClientType": "REGULAR"}, {"ClientType": "DCR"}}},
		{"ListUserImportJobs", "PaginationToken", with(pool, object{"MaxResults": 1}), []object{other}},
		{"GetUserImportJobLog", "NextToken", with(pool, object{"JobId": jobs[0], "Limit": 3}), []object{
			with(other, object{"JobId": jobs[1]}), {"Verdicts": []any{"FAILED"}}}},
		{"ListAuditEvents", "NextToken", object{"MaxResults": 1}, []object{{"Operation": "AdminDeleteUser"}, {"Principal": auditAda}}},
		{"DescribeLogGroups", "nextToken", object{"limit": 1}, []object{{"logGroupNamePrefix": "/aws/"}, {"logGroupNamePattern": "people"}, {"logGroupIdentifiers": groups}}},
		{"DescribeLogStreams", "nextToken", with(group, object{"limit": 1}), []object{otherGroup, {"descending": true}, {"orderBy": "LastEventTime"}, {"logStreamNamePrefix": "import"}}},
		{"GetLogEvents", "nextForwardToken", with(group, stream, object{"limit": 1, "startFromHead": true}), []object{
			with(otherGroup, object{"logStreamName": jobs[1] + "/a job"})}},
		{"FilterLogEvents", "nextToken", with(group, object{"limit": 1}), []object{otherGroup, {"filterPattern": "import"}, {"logStreamNamePrefix": "import"}, {"logStreamNames": []any{stream["logStreamName"]}}}},
	}
}

// TestPageTokensAreOfOneList: no list takes the token of another, and no token
// shows a name.
func TestPageTokensAreOfOneList(t *testing.T) {
	f := newFixture(t)
	lists := pagedLists(f)
	takes := map[string]string{} // the member of each operation
	for _, op := range allOperations() {
		if m := pageMember(op.Input); m != "" && f.calls.Serves(op) {
			takes[op.Name] = m
			if !slices.ContainsFunc(lists, func(l pagedList) bool { return l.operation == op.Name }) {
				t.Errorf("%s takes a token, and this test has no list of it", op.Name)
			}
		}
	}
	const invalid = "InvalidParameterException"
	for _, l := range lists {
		in := maps.Clone(l.in)
		token, _ := f.do(l.operation, in)[l.token].(string)
		wantHidden(t, l.operation, token, "jane-0", "jane-1", "example", "client-", "people")
		in[takes[l.operation]] = token
		f.do(l.operation, in)
		for _, differs := range l.others {
			other := maps.Clone(in)
			maps.Copy(other, differs)
			f.refused(l.operation, other, invalid, "oken")
		}
		for _, stranger := range lists {
			if stranger.operation != l.operation {
				other := maps.Clone(stranger.in)
				other[takes[stranger.operation]] = token
				f.refused(stranger.operation, other, invalid, "oken")
			}
		}
	}
}

// wantHidden demands a token that holds none of the texts. A short text could be
// in a random token.
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
	for _, part := range strings.Split(token, "/") { // base64 within base64 too
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

// TestLogPlacesCannotBeMadeUp: the tokens of GetLogEvents have the real
// service's form, and show their place, which only the server can choose.
func TestLogPlacesCannotBeMadeUp(t *testing.T) {
	f := newFixture(t)
	f.runEngine()
	group, streams := logged(f, 1)
	in := object{"logGroupName": group, "logStreamName": streams[0], "limit": 2, "startFromHead": true}
	token := f.do("GetLogEvents", in)["nextForwardToken"].(string)
	if !regexp.MustCompile(`^f/[0-9]{56}/s$`).MatchString(token) {
		t.Fatalf("the token is %s", token)
	}
	for _, made := range []string{"b" + token[1:], token[:3] + "7" + token[4:], token[:50] + "00000000/s", token[:40], strings.Replace(token, "f/0", "f/+", 1), "f/" + strings.Repeat("0", 56) + "/s"} {
		in["nextToken"] = made
		f.refused("GetLogEvents", in, "InvalidParameterException", "nextToken")
	}
}

func TestIAMMarkersAreOfOneList(t *testing.T) {
	f := newIAMFixture(t)
	for _, name := range []string{"adelaide", "bartholomew"} {
		f.do("CreateUser UserName=" + name)
		f.do("CreateRole AssumeRolePolicyDocument=$trust RoleName=" + name)
		f.do("CreateAccessKey UserName=" + name)
		f.do("CreateAccessKey UserName=" + name)
		f.do("CreatePolicy PolicyDocument=$doc PolicyName=" + name)
		f.do("CreatePolicyVersion PolicyDocument=$doc PolicyArn=$policy/" + name)
		const tags = " Tags.member.1.Key=adelaide Tags.member.1.Value=v Tags.member.2.Key=bartholomew Tags.member.2.Value=v"
		f.do("TagUser UserName=" + name + tags)
		f.do("TagRole RoleName=" + name + tags)
		f.do("TagPolicy PolicyArn=$policy/" + name + tags)
	}
	for _, owner := range []string{"adelaide", "bartholomew"} {
		for _, name := range []string{"adelaide", "bartholomew"} {
			f.do("PutUserPolicy PolicyDocument=$doc UserName=" + owner + " PolicyName=" + name)
			f.do("PutRolePolicy PolicyDocument=$doc RoleName=" + owner + " PolicyName=" + name)
			f.do("AttachUserPolicy UserName=" + owner + " PolicyArn=$policy/" + name)
			f.do("AttachRolePolicy RoleName=" + owner + " PolicyArn=$policy/" + name)
		}
	}
	lists := map[string][]string{ // what other lists there are of each
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
	empty := []string{ // lists that have no second page, and so give no marker out
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
		marker := f.do(call + " MaxItems=1").at("Marker").Text
		wantHidden(t, call, marker, "adelaide", "bartholomew")
		f.do(call + " Marker=" + marker)
		for stranger := range lists {
			if stranger != call {
				others = append(others, stranger)
			}
		}
		others = append(others, empty...)
		for _, other := range others {
			f.refused(other+" Marker="+marker, 400, "ValidationError", "no such marker")
		}
	}
}
