package access

import (
	"strings"
	"testing"

	cognitoapi "poolhouse/internal/api/cognito"
	iamapi "poolhouse/internal/api/iam"
	stsapi "poolhouse/internal/api/sts"
	"poolhouse/internal/apicore"
	"poolhouse/internal/iam"
)

// tag gives a user, a role and a policy, each called x, one tag.
func (f *fixture) tag(t *testing.T, key, value string) (u *iam.User, r *iam.Role, p *iam.Policy) {
	t.Helper()
	u, err := iam.NewUser("x", "/a/", testNow)
	noError(t, err)
	r, err = iam.NewRole(iam.RoleSpec{Name: "x", Path: "/a/", Trust: trustOf(`{"AWS":"` + account + `"}`)}, testNow)
	noError(t, err)
	p, err = iam.NewPolicy(iam.PolicySpec{Name: "x", Path: "/a/", Document: watcher}, testNow)
	noError(t, err)
	tags := []iam.Tag{{Key: key, Value: value}}
	for _, err := range []error{u.Tag(tags), r.Tag(tags), p.Tag(tags), f.store.CreateUser(t.Context(), u), f.store.CreateRole(t.Context(), r), f.store.CreatePolicy(t.Context(), p)} {
		noError(t, err)
	}
	return u, r, p
}

// TestTagsBelowAnyPath: a path may have colons, as ARNs do. A Deny with a condition on tags
// holds there, too.
func TestTagsBelowAnyPath(t *testing.T) {
	f := newFixture(t)
	for _, path := range []string{"/", "/a/", "/a:b/", "/a/b:c/"} {
		u, err := iam.NewUser("u"+strings.NewReplacer("/", "-", ":", "+").Replace(path), path, testNow)
		noError(t, err)
		noError(t, u.Tag([]iam.Tag{{Key: "team", Value: "red"}}))
		noError(t, f.store.CreateUser(t.Context(), u))
		f.put(t, statements(`{"Effect":"Allow","Action":"*","Resource":"*"},
			{"Effect":"Deny","Action":"*","Resource":"*","Condition":{"StringEquals":{"aws:ResourceTag/team":"red"}}}`))
		op := iamapi.GetUser.OperationInfo
		err = f.authorizer().may(f.verified(t, op.API.Service), op, &iamapi.GetUserRequest{UserName: u.Name})
		if message(t, err) == "" {
			t.Errorf("%s: the tags are not seen", u.ARN(account))
		}
	}
}

// TestTagsOfIAM: policies can test the tags of the user, role or policy of a call.
func TestTagsOfIAM(t *testing.T) {
	f := newFixture(t)
	_, r, p := f.tag(t, "team", "red")
	calls := map[string]struct {
		op apicore.OperationInfo
		in any
	}{
		"user":             {iamapi.GetUser.OperationInfo, &iamapi.GetUserRequest{UserName: "X"}},
		"role":             {iamapi.DeleteRole.OperationInfo, &iamapi.DeleteRoleRequest{RoleName: "X"}},
		"policy":           {iamapi.DeletePolicy.OperationInfo, &iamapi.DeletePolicyRequest{PolicyArn: "arn:aws:iam::123456789012:policy/a/X"}},
		"role to assume":   {stsapi.AssumeRole.OperationInfo, &stsapi.AssumeRoleRequest{RoleArn: r.ARN(account), RoleSessionName: "s"}},
		"version":          {iamapi.DeletePolicyVersion.OperationInfo, &iamapi.DeletePolicyVersionRequest{PolicyArn: p.ARN(account), VersionId: "v1"}},
		"user to rename":   {iamapi.UpdateUser.OperationInfo, &iamapi.UpdateUserRequest{UserName: "x", NewUserName: "y"}},
		"tags to take off": {iamapi.UntagUser.OperationInfo, &iamapi.UntagUserRequest{UserName: "x", TagKeys: []string{"team"}}},
	}
	for condition, allowed := range map[string]bool{
		`"StringEquals":{"aws:ResourceTag/team":"red"}`:      true,
		`"StringEquals":{"iam:ResourceTag/Team":"red"}`:      true,
		`"StringEquals":{"aws:ResourceTag/team":"blue"}`:     false,
		`"StringEquals":{"iam:Resource\u0054ag/team":"red"}`: true,
		`"Null":{"aws:ResourceTag/other":"true"}`:            true,
	} {
		f.put(t, statements(`{"Effect":"Allow","Action":"*","Resource":"*","Condition":{`+condition+`}}`))
		for what, c := range calls {
			err := f.authorizer().may(f.verified(t, c.op.API.Service), c.op, c.in)
			if said := message(t, err); allowed != (said == "") {
				t.Errorf("%s of a %s: %q", condition, what, said)
			}
		}
		passed := &cognitoapi.CreateUserImportJobRequest{UserPoolId: pool, JobName: "j", CloudWatchLogsRoleArn: r.ARN(account)}
		f.put(t, statements(`{"Effect":"Allow","Action":"cognito-idp:*","Resource":"*"},{"Effect":"Allow","Action":"iam:PassRole","Resource":"*","Condition":{`+condition+`}}`))
		err := f.authorizer().may(f.verified(t, "cognito-idp"), cognitoapi.CreateUserImportJob.OperationInfo, passed)
		if said := message(t, err); allowed != (said == "") {
			t.Errorf("%s of a role to pass: %q", condition, said)
		}
	}
	f.put(t, statements(allowAll+`,{"Effect":"Deny","Action":"*","Resource":"*","Condition":{"StringEquals":{"aws:ResourceTag/team":"red"}}}`))
	for what, c := range calls {
		if f.authorizer().may(f.verified(t, c.op.API.Service), c.op, c.in) == nil {
			t.Errorf("what is denied of a %s is allowed", what)
		}
	}
	noError(t, f.authorizer().may(f.verified(t, "iam"), iamapi.GetUser.OperationInfo, &iamapi.GetUserRequest{UserName: "ada"}))
}

// TestTagsOfTheCaller: policies can test the current tags of a user, and of a session's role.
func TestTagsOfTheCaller(t *testing.T) {
	f := newFixture(t)
	const red = `{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"StringEquals":{"aws:PrincipalTag/team":"red"}}}`
	f.put(t, statements(red))
	role := f.addRole(t, trustOf(`{"AWS":"`+account+`"}`), statements(red))
	_, signer := f.session(t, role, "")
	may := func(want bool) {
		t.Helper()
		session, err := f.enter(t, signer, "cognito-idp")
		noError(t, err)
		for _, ctx := range []struct {
			who string
			err error
		}{
			{"the user", f.authorizer().may(f.verified(t, "cognito-idp"), cognitoapi.ListUsers.OperationInfo, &cognitoapi.ListUsersRequest{UserPoolId: pool})},
			{"the session", f.authorizer().may(session, cognitoapi.ListUsers.OperationInfo, &cognitoapi.ListUsersRequest{UserPoolId: pool})},
		} {
			if said := message(t, ctx.err); want != (said == "") {
				t.Errorf("%s: %q", ctx.who, said)
			}
		}
	}
	set := func(value string) {
		t.Helper()
		tags := []iam.Tag{{Key: "Team", Value: value}}
		noError(t, f.store.UpdateUser(t.Context(), "ada", func(u *iam.User) error { return u.Tag(tags) }))
		_, err := f.store.UpdateRole(t.Context(), "watch", func(r *iam.Role) error { return r.Tag(tags) })
		noError(t, err)
	}
	may(false)
	set("red")
	may(true)
	set("blue")
	may(false)
}

// TestTagsAtCreation: setting tags at creation needs an action of its own.
func TestTagsAtCreation(t *testing.T) {
	f := newFixture(t)
	tags := []iamapi.Tag{{Key: "team", Value: "red"}}
	for kind, c := range map[string]struct {
		op         apicore.OperationInfo
		plain, tag any
		resource   string
	}{
		"User": {iamapi.CreateUser.OperationInfo, &iamapi.CreateUserRequest{UserName: "n"}, &iamapi.CreateUserRequest{UserName: "n", Tags: tags}, "user/n"},
		"Role": {iamapi.CreateRole.OperationInfo, &iamapi.CreateRoleRequest{RoleName: "n"}, &iamapi.CreateRoleRequest{RoleName: "n", Tags: tags}, "role/n"},
		"Policy": {iamapi.CreatePolicy.OperationInfo, &iamapi.CreatePolicyRequest{PolicyName: "n"}, &iamapi.CreatePolicyRequest{PolicyName: "n", Tags: tags},
			"policy/n"},
	} {
		ask := func(in any) string {
			t.Helper()
			return message(t, f.authorizer().may(f.verified(t, "iam"), c.op, in))
		}
		f.put(t, statements(`{"Effect":"Allow","Action":"iam:Create*","Resource":"*"}`))
		if said := ask(c.plain); said != "" {
			t.Error(said)
		}
		if said := ask(c.tag); said != implicit("iam:Tag"+kind, "arn:aws:iam::123456789012:"+c.resource) {
			t.Error(said)
		}
		f.put(t, statements(`{"Effect":"Allow","Action":"iam:Create*","Resource":"*"},{"Effect":"Allow","Action":"iam:Tag`+kind+`","Resource":"*",
			"Condition":{"StringEquals":{"aws:RequestTag/team":"red"}}}`))
		if said := ask(c.tag); said != "" {
			t.Error(said)
		}
	}
}
