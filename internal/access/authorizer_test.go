package access

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	cognitoapi "poolhouse/internal/api/cognito"
	iamapi "poolhouse/internal/api/iam"
	logsapi "poolhouse/internal/api/logs"
	poolhouseapi "poolhouse/internal/api/poolhouse"
	stsapi "poolhouse/internal/api/sts"
	"poolhouse/internal/apicore"
	"poolhouse/internal/apineeds"
	"poolhouse/internal/iam"
)

// watcher is a policy that allows reading the import jobs of one pool.
const watcher = `{"Version":"2012-10-17","Statement":{"Effect":"Allow",
	"Action":["cognito-idp:DescribeUserImportJob","cognito-idp:ListUserImportJobs"],"Resource":"` + poolARN + `"}}`

// message returns the message of a refusal, "" for none.
func message(t *testing.T, err error) string {
	t.Helper()
	if err == nil {
		return ""
	}
	e, ok := errors.AsType[*apicore.Refusal](err)
	if !ok || e.Reason != apicore.Denied {
		t.Fatalf("%v, want a denial", err)
	}
	return e.Message
}

func implicit(action, resource string) string {
	return "User: " + adaARN + " is not authorized to perform: " + action + " on resource: " + resource +
		" because no identity-based policy allows the " + action + " action"
}

// cognitoActions maps our own operations to the Cognito actions that they need. These
// operations report, or do, more of the same.
var cognitoActions = map[string]string{
	"CreateUserImportJob": "cognito-idp:CreateUserImportJob", "CreateUserImportUpload": "cognito-idp:CreateUserImportJob",
	"DescribeUserImportRoles": "cognito-idp:CreateUserImportJob", "DescribeUserImportUpload": "cognito-idp:CreateUserImportJob", "DeleteUserImportUpload": "cognito-idp:CreateUserImportJob", "GetUserImportMap": "cognito-idp:CreateUserImportJob",
	"DescribeUserPoolStatistics": "cognito-idp:DescribeUserPool",
	"ListUserImportJobs":         "cognito-idp:ListUserImportJobs",
	"ListUserImportJobUsers":     "cognito-idp:ListUsers",
}

// TestCognitoOperations goes through every operation of Cognito and of our own
// with a user who may do two things in one pool.
func TestCognitoOperations(t *testing.T) {
	f := newFixture(t)
	f.put(t, watcher)
	who, a := f.verified(t, "cognito-idp"), f.authorizer()
	values := map[string]string{"UserPoolId": pool, "ResourceArn": poolARN}
	elsewhere := map[string]string{"UserPoolId": "eu-west-1_Other", "ResourceArn": "arn:aws:cognito-idp:us-east-1:999999999999:userpool/x"}
	var about []string
	operations := slices.Concat(cognitoapi.Operations(), poolhouseapi.Operations())
	for _, op := range operations {
		said := message(t, a.may(who, op, inputOf(op.Needs, values)))
		action := "cognito-idp:" + op.Name
		if op.API == &poolhouseapi.API {
			action = "poolhouse:" + op.Name
		}
		if own, ok := cognitoActions[op.Name]; ok && op.API == &poolhouseapi.API {
			action = own
		}
		switch allowed := !op.Signed || op.Name == "DescribeUserImportJob" || op.Name == "ListUserImportJobs"; {
		case allowed && said != "", !allowed && said != implicit(action, poolARN) && said != implicit(action, "*"):
			t.Errorf("%s: %s", op.Name, said)
		case said == implicit(action, "*"):
			about = append(about, op.Name)
		}
		if said := message(t, a.may(who, op, inputOf(op.Needs, elsewhere))); op.Signed == (said == "") {
			t.Errorf("%s elsewhere: %q", op.Name, said)
		}
		noError(t, a.may(Request{Identity: Root(account), Region: region}, op, inputOf(op.Needs, values)))
	}
	want := []string{"CreateUserPool", "DescribeUserPoolDomain", "GetClientToken", "GetProvisionedLimit", "ListUserPools", "UpdateProvisionedLimit", "ListAuditEvents"}
	if !slices.Equal(about, want) || len(operations) != 162 {
		t.Errorf("of %d operations, these are about no pool: %v", len(operations), about)
	}
}

// TestResources compares the resource of each operation of the other APIs, as refusals show it.
func TestResources(t *testing.T) {
	f := newFixture(t)
	role, err := iam.NewRole(iam.RoleSpec{Name: "Logs", Path: "/svc/", Trust: trust}, testNow)
	noError(t, err)
	noError(t, f.store.CreateRole(t.Context(), role))
	policy, err := iam.NewPolicy(iam.PolicySpec{Name: "Read", Path: "/p/", Document: watcher}, testNow)
	noError(t, err)
	noError(t, f.store.CreatePolicy(t.Context(), policy))
	who, a := f.verified(t, "logs"), f.authorizer()
	values := map[string]string{"LogGroupName": "", "LogGroupIdentifier": "/g", "LogStreamName": "s", "Path": "/new/", "PathPrefix": "/division/",
		"UserName": "ADA", "RoleName": "LOGS", "RoleArn": "arn:aws:iam::123456789012:role/svc/LOGS",
		"PolicyArn": "arn:aws:iam::123456789012:policy/p/READ", "PolicyName": "n", "AccessKeyId": f.key.ID}
	for _, op := range logsapi.Operations() {
		if op.Name == "PutRetentionPolicy" || strings.HasPrefix(op.Name, "Delete") {
			values["LogGroupName"] = "/g"
		} else {
			values["LogGroupName"] = ""
		}
		said := message(t, a.may(who, op, inputOf(op.Needs, values)))
		if want := "arn:aws:logs:eu-west-1:123456789012:log-group:" + logResource(op.Name); said != implicit("logs:"+op.Name, want) {
			t.Errorf("%s: %s", op.Name, said)
		}
	}
	for _, op := range slices.Concat(iamapi.Operations(), stsapi.Operations()) {
		about, err := a.Authorize(t.Context(), who, op, inputOf(op.Needs, values))
		said := message(t, err)
		want := implicit(op.API.Service+":"+op.Name, asNamed(iamResource(op.Name)))
		if got := about.Resource; op.API.Service == "iam" && got != iamResource(op.Name) {
			t.Errorf("%s is about %s", op.Name, got)
		}
		switch op.Name {
		case "GetCallerIdentity":
			want = ""
		case "AssumeRole": // it needs two policies
			want = "User: " + adaARN + " is not authorized to perform: sts:AssumeRole on resource: " + values["RoleArn"]
		}
		if said != want {
			t.Errorf("%s:\n got %s\nwant %s", op.Name, said, want)
		}
	}
}

// asNamed returns the resource in the form in which calls name it.
func asNamed(resource string) string {
	return strings.NewReplacer("role/svc/Logs", "role/LOGS", "policy/p/Read", "policy/p/READ").Replace(resource)
}

// TestRefusalsTellNobodyWhoIsThere asks about an existing user with another path, and about a
// missing user. Both refusals are the same.
func TestRefusalsTellNobodyWhoIsThere(t *testing.T) {
	f := newFixture(t)
	eve, err := iam.NewUser("eve", "/secret/", testNow)
	noError(t, err)
	noError(t, f.store.CreateUser(t.Context(), eve))
	key, _ := iam.NewAccessKey("eve", f.sealer, testNow)
	noError(t, f.store.CreateAccessKey(t.Context(), key))
	who, a := f.verified(t, "iam"), f.authorizer()
	for _, id := range []string{key.ID, "AKIAOFNOBODYATALL234"} {
		said := message(t, a.may(who, iamapi.GetAccessKeyLastUsed.OperationInfo, &iamapi.GetAccessKeyLastUsedRequest{AccessKeyId: id}))
		if said != implicit("iam:GetAccessKeyLastUsed", "access key "+id) {
			t.Error(said)
		}
	}
	for _, name := range []string{"eve", "bob"} {
		want := "arn:aws:iam::123456789012:user/" + name
		for _, op := range []apicore.OperationInfo{iamapi.GetUser.OperationInfo, iamapi.CreateAccessKey.OperationInfo, iamapi.PutUserPolicy.OperationInfo} {
			said := message(t, a.may(who, op, inputOf(op.Needs, map[string]string{"UserName": name})))
			if said != implicit("iam:"+op.Name, want) {
				t.Errorf("%s: %s", op.Name, said)
			}
		}
	}
	role, err := iam.NewRole(iam.RoleSpec{Name: "Logs", Path: "/svc/", Trust: trust}, testNow)
	noError(t, err)
	noError(t, f.store.CreateRole(t.Context(), role))
	f.put(t, statements(`{"Effect":"Allow","Action":"cognito-idp:*","Resource":"*"}`))
	in := &cognitoapi.CreateUserImportJobRequest{UserPoolId: pool, JobName: "j", CloudWatchLogsRoleArn: "arn:aws:iam::123456789012:role/svc/LOGS"}
	said := message(t, a.may(f.verified(t, "cognito-idp"), cognitoapi.CreateUserImportJob.OperationInfo, in))
	if want := implicit("iam:PassRole", in.CloudWatchLogsRoleArn); said != want {
		t.Error(said)
	}
}

func logResource(operation string) string {
	switch operation {
	case "DescribeLogGroups":
		return ":log-stream:"
	case "GetLogEvents", "DeleteLogStream":
		return "/g:log-stream:s"
	}
	return "/g:log-stream:"
}

func iamResource(operation string) string {
	const in = "arn:aws:iam::123456789012:"
	switch {
	case operation == "CreateUser":
		return in + "user/new/ADA"
	case operation == "CreateRole":
		return in + "role/new/LOGS"
	case operation == "CreatePolicy":
		return in + "policy/new/n"
	case operation == "ListUsers":
		return in + "user/division/"
	case operation == "ListRoles":
		return in + "role/division/"
	case operation == "ListPolicies":
		return "policy path /division/"
	case operation == "ListVirtualMFADevices":
		return in + "mfa/"
	case strings.Contains(operation, "User") || strings.Contains(operation, "AccessKey"):
		return adaARN
	case slices.Contains([]string{"GetLoginProfile", "DeleteLoginProfile", "ListMFADevices", "ListSSHPublicKeys", "ListServiceSpecificCredentials",
		"ListSigningCertificates"}, operation):
		return adaARN
	case strings.Contains(operation, "Role"):
		return in + "role/svc/Logs"
	}
	return in + "policy/p/Read"
}

const trust = `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"Service":"cognito-idp.amazonaws.com"},"Action":"sts:AssumeRole"}}`

// TestResourcesUnknown: the resource of calls that name no user, or one that does not exist.
func TestResourcesUnknown(t *testing.T) {
	f := newFixture(t)
	who, a := f.verified(t, "iam"), f.authorizer()
	cases := []struct {
		needs *apineeds.Operation
		in    any
		want  string
	}{
		{iamapi.CreateAccessKey.Needs, &iamapi.CreateAccessKeyRequest{}, adaARN},
		{iamapi.GetUser.Needs, &iamapi.GetUserRequest{UserName: "bob"}, "arn:aws:iam::123456789012:user/bob"},
		{iamapi.GetRole.Needs, &iamapi.GetRoleRequest{RoleName: "r"}, "arn:aws:iam::123456789012:role/r"},
		{iamapi.GetPolicy.Needs, &iamapi.GetPolicyRequest{PolicyArn: "arn:aws:iam::aws:policy/x"}, "arn:aws:iam::aws:policy/x"},
		{iamapi.GetPolicy.Needs, &iamapi.GetPolicyRequest{PolicyArn: "arn:aws:iam::123456789012:policy/x"}, "arn:aws:iam::123456789012:policy/x"},
		{iamapi.CreateUser.Needs, &iamapi.CreateUserRequest{UserName: "bob"}, "arn:aws:iam::123456789012:user/bob"},
		{logsapi.GetLogEvents.Needs, &logsapi.GetLogEventsRequest{LogGroupIdentifier: "arn:aws:logs:us-east-1:1:log-group:g:*", LogStreamName: "s"},
			"arn:aws:logs:us-east-1:1:log-group:g:log-stream:s"},
		{iamapi.GetAccessKeyLastUsed.Needs, &iamapi.GetAccessKeyLastUsedRequest{AccessKeyId: "AKIAOFNOBODYATALL234"}, "*"},
		{cognitoapi.TagResource.Needs, &cognitoapi.TagResourceRequest{ResourceArn: poolARN}, poolARN},
	}
	for _, c := range cases {
		in, err := readInput("x:X", c.needs, c.in)
		noError(t, err)
		if got, err := (&inquiry{a, who}).resource(t.Context(), in.named); got != c.want || err != nil {
			t.Errorf("%T: %s, %v, want %s", c.in, got, err, c.want)
		}
	}
}

// TestAbout: Authorize returns the same resource for every caller, allowed or refused.
func TestAbout(t *testing.T) {
	f := newFixture(t)
	root, err := f.authenticator.verify(signed(t, testRoot.AccessKeyID, string(testRoot.Secret), region, "cognito-idp"), []byte(testBody), "cognito-idp")
	noError(t, err)
	ada := f.verified(t, "cognito-idp")
	for _, who := range []Request{root, ada} {
		for _, c := range []struct {
			op   apicore.OperationInfo
			in   any
			want string
		}{
			{cognitoapi.ListUsers.OperationInfo, &cognitoapi.ListUsersRequest{UserPoolId: pool}, poolARN},
			{cognitoapi.ListUsers.OperationInfo, &cognitoapi.ListUsersRequest{}, "*"},
			{stsapi.AssumeRole.OperationInfo, &stsapi.AssumeRoleRequest{RoleArn: "arn:aws:iam::123456789012:role/r"}, "arn:aws:iam::123456789012:role/r"},
		} {
			about, _ := f.authorizer().Authorize(t.Context(), who, c.op, c.in)
			if about.Resource != c.want {
				t.Errorf("%s is about %s, want %s", c.op.Name, about.Resource, c.want)
			}
		}
	}
}

// TestUnauthorizable shows that an error of the evaluation allows nothing.
func TestUnauthorizable(t *testing.T) {
	f := newFixture(t)
	a := f.authorizer()
	if err := a.may(Request{}, cognitoapi.ListUsers.OperationInfo, &cognitoapi.ListUsersRequest{}); !errors.Is(err, errNoIdentity) {
		t.Errorf("a call from nobody: %v", err)
	}
	if err := a.may(Request{Identity: Root(account)}, cognitoapi.ListUsers.OperationInfo, &cognitoapi.ListUsersRequest{UserPoolId: pool}); !errors.Is(err, errNoRegion) {
		t.Errorf("a call for no region: %v", err)
	}
	strange := apicore.OperationInfo{Name: "X", API: &apicore.API{TargetPrefix: "Strange"}, Signed: true}
	if err := a.may(Request{Identity: Root(account), Region: region}, strange, nil); err == nil {
		t.Error("an operation of no known service is allowed")
	}
	broken := Request{Region: region, Identity: UserOf(account, &iam.Access{Documents: []string{watcher, "{"}})}
	err := a.may(broken, cognitoapi.ListUserImportJobs.OperationInfo, &cognitoapi.ListUserImportJobsRequest{UserPoolId: pool})
	if _, refusal := errors.AsType[*apicore.Refusal](err); err == nil || refusal {
		t.Errorf("with a policy that cannot be read: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := a.Authorize(ctx, f.verified(t, "iam"), iamapi.GetUser.OperationInfo, &iamapi.GetUserRequest{UserName: "bob"}); !errors.Is(err, context.Canceled) {
		t.Errorf("with a store that does not answer: %v", err)
	}
}

// TestListsOfAPath: lists of users and roles have the requested path as their resource, so a
// policy can allow or deny one path. The list of policies has no resource of its own.
func TestListsOfAPath(t *testing.T) {
	users := func(path string) any { return &iamapi.ListUsersRequest{PathPrefix: path} }
	roles := func(path string) any { return &iamapi.ListRolesRequest{PathPrefix: path} }
	policies := func(path string) any { return &iamapi.ListPoliciesRequest{PathPrefix: path} }
	statement := func(effect, resource string) string {
		return `{"Effect":"` + effect + `","Action":"iam:List*","Resource":"` + resource + `"}`
	}
	const in = "arn:aws:iam::123456789012:"
	for _, c := range []struct {
		statements string
		op         apicore.OperationInfo
		input      func(path string) any
		path       string
		allowed    bool
	}{
		{statement("Allow", "*"), iamapi.ListUsers.OperationInfo, users, "", true},
		{statement("Allow", in+"user/*"), iamapi.ListUsers.OperationInfo, users, "", true},
		{statement("Allow", in+"user/*"), iamapi.ListUsers.OperationInfo, users, "/team/", true},
		{statement("Allow", in+"user/*"), iamapi.ListRoles.OperationInfo, roles, "", false},
		{statement("Allow", in+"user/team/*"), iamapi.ListUsers.OperationInfo, users, "/team/", true},
		{statement("Allow", in+"user/team/*"), iamapi.ListUsers.OperationInfo, users, "/team/red/", true},
		{statement("Allow", in+"user/team/*"), iamapi.ListUsers.OperationInfo, users, "/", false},
		{statement("Allow", in+"user/team/*"), iamapi.ListUsers.OperationInfo, users, "/other/", false},
		{statement("Allow", "*") + "," + statement("Deny", in+"user/*"), iamapi.ListUsers.OperationInfo, users, "", false},
		{statement("Allow", "*") + "," + statement("Deny", in+"role/svc/*"), iamapi.ListRoles.OperationInfo, roles, "/svc/", false},
		{statement("Allow", "*") + "," + statement("Deny", in+"role/svc/*"), iamapi.ListRoles.OperationInfo, roles, "", true},
		{statement("Allow", in+"*"), iamapi.ListPolicies.OperationInfo, policies, "", false},
		{statement("Allow", "*"), iamapi.ListPolicies.OperationInfo, policies, "/p/", true},
	} {
		f := newFixture(t)
		f.put(t, statements(c.statements))
		if said := message(t, f.authorizer().may(f.verified(t, "iam"), c.op, c.input(c.path))); (said == "") != c.allowed {
			t.Errorf("%s of %q under %s: %q", c.op.Name, c.path, c.statements, said)
		}
	}
}
