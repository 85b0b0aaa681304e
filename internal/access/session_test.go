package access

import (
	"errors"
	"strings"
	"testing"
	"time"

	cognitoapi "poolhouse/internal/api/cognito"
	iamapi "poolhouse/internal/api/iam"
	stsapi "poolhouse/internal/api/sts"
	"poolhouse/internal/apicore"
	"poolhouse/internal/iam"
	"poolhouse/internal/sigv4"
)

// addRole creates a role with a trust policy and an inline policy.
func (f *fixture) addRole(t *testing.T, trust, policy string) *iam.Role {
	t.Helper()
	role, err := iam.NewRole(iam.RoleSpec{Name: "Watch", Path: "/svc/", Trust: trust}, testNow)
	noError(t, err)
	noError(t, f.store.CreateRole(t.Context(), role))
	if policy != "" {
		p, err := iam.NewInlinePolicy("p", policy)
		noError(t, err)
		noError(t, f.store.PutInlinePolicy(t.Context(), iam.RoleOwner("watch"), p))
	}
	return role
}

// session returns the credentials of a new session.
func (f *fixture) session(t *testing.T, role *iam.Role, policy string) (*iam.Session, sigv4.Signer) {
	t.Helper()
	s, secret, err := iam.NewSession(role, iam.SessionSpec{Account: account, Name: "shift-1", Policy: policy}, testNow)
	noError(t, err)
	return s, sigv4.Signer{AccessKey: s.AccessKeyID, Secret: string(secret), Region: region, SessionToken: f.sealer.SealSession(s, secret)}
}

// enter authenticates a call that the signer signs.
func (f *fixture) enter(t *testing.T, s sigv4.Signer, service string) (Request, error) {
	t.Helper()
	r := signed(t, "", "", region, service)
	s.Service = service
	s.Sign(r, []byte(testBody), testNow)
	return f.authenticator.verify(r, []byte(testBody), service)
}

func trustOf(principal string) string {
	return `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":` + principal + `,"Action":"sts:AssumeRole"}}`
}

const (
	roleARN    = "arn:aws:iam::123456789012:role/svc/Watch"
	sessionARN = "arn:aws:sts::123456789012:assumed-role/Watch/shift-1"
)

func TestSessionIdentity(t *testing.T) {
	f := newFixture(t)
	role := f.addRole(t, trustOf(`{"AWS":"`+account+`"}`), watcher)
	_, signer := f.session(t, role, "")
	who, err := f.enter(t, signer, "cognito-idp")
	noError(t, err)
	if who.ARN != sessionARN || who.UserID != role.ID+":shift-1" || who.UserName != "" || who.IsRoot() || !who.IsSession() || who.AccessKeyID != signer.AccessKey {
		t.Errorf("%+v", who)
	}
	a := f.authorizer()
	noError(t, a.may(who, cognitoapi.ListUserImportJobs.OperationInfo, &cognitoapi.ListUserImportJobsRequest{UserPoolId: pool}))
	said := message(t, a.may(who, cognitoapi.DeleteUserPool.OperationInfo, &cognitoapi.DeleteUserPoolRequest{UserPoolId: pool}))
	if want := "User: " + sessionARN + " is not authorized to perform: cognito-idp:DeleteUserPool on resource: " + poolARN +
		" because no identity-based policy allows the cognito-idp:DeleteUserPool action"; said != want {
		t.Error(said)
	}
}

// TestSessionCredentials alters one part of a session's credentials at a time.
func TestSessionCredentials(t *testing.T) {
	f := newFixture(t)
	role := f.addRole(t, trustOf(`{"AWS":"`+account+`"}`), watcher)
	_, good := f.session(t, role, "")
	_, other := f.session(t, role, "")
	long := sigv4.Signer{AccessKey: f.key.ID, Secret: f.secret, Region: region}
	kind := func(s sigv4.Signer) sigv4.Kind {
		_, err := f.enter(t, s, "cognito-idp")
		if refusal, ok := errors.AsType[*sigv4.Error](err); ok {
			return refusal.Kind
		}
		noError(t, err)
		return -1
	}
	with := func(s sigv4.Signer, change func(*sigv4.Signer)) sigv4.Signer { change(&s); return s }
	cases := []struct {
		name   string
		signer sigv4.Signer
		want   sigv4.Kind
	}{
		{"as it was given", good, -1},
		{"without the token", with(good, func(s *sigv4.Signer) { s.SessionToken = "" }), sigv4.BadToken},
		{"with another session's token", with(good, func(s *sigv4.Signer) { s.SessionToken = other.SessionToken }), sigv4.BadToken},
		{"with another session's secret", with(good, func(s *sigv4.Signer) { s.Secret = other.Secret }), sigv4.Mismatch},
		{"with another session's key", with(good, func(s *sigv4.Signer) { s.AccessKey = other.AccessKey }), sigv4.BadToken},
		{"with a token cut short", with(good, func(s *sigv4.Signer) { s.SessionToken = s.SessionToken[:len(s.SessionToken)-4] }), sigv4.BadToken},
		{"with a token that is none", with(good, func(s *sigv4.Signer) { s.SessionToken = "token" }), sigv4.BadToken},
		{"a user's key with a token", with(long, func(s *sigv4.Signer) { s.SessionToken = good.SessionToken }), sigv4.BadToken},
		{"root's key with a token", sigv4.Signer{AccessKey: testRoot.AccessKeyID, Secret: string(testRoot.Secret), Region: region, SessionToken: good.SessionToken}, sigv4.BadToken},
	}
	for _, c := range cases {
		if got := kind(c.signer); got != c.want {
			t.Errorf("%s: %d, want %d", c.name, got, c.want)
		}
	}
	f.authenticator.now = func() time.Time { return testNow.Add(time.Hour) }
	late := signed(t, "", "", region, "cognito-idp")
	good.Service = "cognito-idp"
	good.Sign(late, []byte(testBody), testNow.Add(time.Hour))
	_, err := f.authenticator.Authenticate(late, []byte(testBody), "cognito-idp")
	isRefused(t, true, err, apicore.ExpiredToken, "is expired")
}

// TestRootLikeASession: root's key may begin like a session's key.
func TestRootLikeASession(t *testing.T) {
	f := newFixture(t)
	root := Credentials{AccessKeyID: "ASIAROOTROOTROOTROOT", Secret: "s"}
	f.authenticator.root = root
	who, err := f.enter(t, sigv4.Signer{AccessKey: root.AccessKeyID, Secret: string(root.Secret), Region: region}, "logs")
	noError(t, err)
	if !who.IsRoot() {
		t.Errorf("%+v", who)
	}
}

// TestSessionEndsWithItsRole deletes the role and creates another with its name.
func TestSessionEndsWithItsRole(t *testing.T) {
	f := newFixture(t)
	role := f.addRole(t, trustOf(`{"AWS":"`+account+`"}`), "")
	_, signer := f.session(t, role, "")
	ended := func(when string) {
		t.Helper()
		_, err := f.enter(t, signer, "cognito-idp")
		if refusal, ok := errors.AsType[*sigv4.Error](err); !ok || refusal.Kind != sigv4.BadToken {
			t.Errorf("%s: %v", when, err)
		}
	}
	_, err := f.enter(t, signer, "cognito-idp")
	noError(t, err)
	noError(t, f.store.DeleteRole(t.Context(), "Watch"))
	ended("the role is gone")
	f.addRole(t, trustOf(`{"AWS":"`+account+`"}`), watcher)
	ended("another role has its name")
}

// TestSessionPolicy restricts a session.
func TestSessionPolicy(t *testing.T) {
	f := newFixture(t)
	role := f.addRole(t, trustOf(`{"AWS":"`+account+`"}`), statements(allowAll))
	_, signer := f.session(t, role, watcher)
	who, err := f.enter(t, signer, "cognito-idp")
	noError(t, err)
	a := f.authorizer()
	noError(t, a.may(who, cognitoapi.ListUserImportJobs.OperationInfo, &cognitoapi.ListUserImportJobsRequest{UserPoolId: pool}))
	said := message(t, a.may(who, cognitoapi.ListUsers.OperationInfo, &cognitoapi.ListUsersRequest{UserPoolId: pool}))
	if !strings.HasSuffix(said, "because no session policy allows the cognito-idp:ListUsers action") {
		t.Error(said)
	}
	_, signer = f.session(t, role, statements(allowAll+`,{"Effect":"Deny","Action":"cognito-idp:*","Resource":"*"}`))
	who, err = f.enter(t, signer, "cognito-idp")
	noError(t, err)
	said = message(t, a.may(who, cognitoapi.ListUsers.OperationInfo, &cognitoapi.ListUsersRequest{UserPoolId: pool}))
	if !strings.HasSuffix(said, "with an explicit deny in a session policy") {
		t.Error(said)
	}
}

// TestSessionConditions allows everything under one condition.
func TestSessionConditions(t *testing.T) {
	f := newFixture(t)
	role := f.addRole(t, trustOf(`{"AWS":"`+account+`"}`), "")
	for condition, allowed := range map[string]bool{
		`"StringEquals":{"aws:PrincipalType":"AssumedRole"}`:                   true,
		`"ArnEquals":{"aws:PrincipalArn":"` + roleARN + `"}`:                   true,
		`"ArnEquals":{"aws:PrincipalArn":"` + sessionARN + `"}`:                false,
		`"StringEquals":{"aws:userid":"` + role.ID + `:shift-1"}`:              true,
		`"Bool":{"aws:MultiFactorAuthPresent":"false"}`:                        true,
		`"Null":{"aws:username":"true"}`:                                       true,
		`"DateGreaterThan":{"aws:TokenIssueTime":"2026-11-21T11:59:59Z"}`:      true,
		`"DateGreaterThan":{"aws:TokenIssueTime":"2026-11-21T12:00:01Z"}`:      false,
		`"DateLessThanIfExists":{"aws:TokenIssueTime":"2026-11-21T12:00:01Z"}`: true,
	} {
		p, err := iam.NewInlinePolicy("p", statements(`{"Effect":"Allow","Action":"*","Resource":"*","Condition":{`+condition+`}}`))
		noError(t, err)
		noError(t, f.store.PutInlinePolicy(t.Context(), iam.RoleOwner("watch"), p))
		_, signer := f.session(t, role, "")
		who, err := f.enter(t, signer, "cognito-idp")
		noError(t, err)
		err = f.authorizer().may(who, cognitoapi.ListUsers.OperationInfo, &cognitoapi.ListUsersRequest{UserPoolId: pool})
		if said := message(t, err); allowed != (said == "") {
			t.Errorf("%s: %q", condition, said)
		}
	}
}

// TestAssumeRole: both policies decide who may assume a role.
func TestAssumeRole(t *testing.T) {
	const may = `{"Effect":"Allow","Action":"sts:AssumeRole","Resource":"` + roleARN + `"}`
	const deny = allowAll + `,{"Effect":"Deny","Action":"sts:*","Resource":"*"}`
	named, inAccount := `{"AWS":"`+adaARN+`"}`, `{"AWS":"`+account+`"}`
	cases := []struct {
		name, trust, own string
		in               stsapi.AssumeRoleRequest
		allowed          bool
	}{
		{"the account is trusted, the policy allows", trustOf(inAccount), may, stsapi.AssumeRoleRequest{}, true},
		{"the account is trusted, no policy allows", trustOf(inAccount), "", stsapi.AssumeRoleRequest{}, false},
		{"the user is trusted", trustOf(named), "", stsapi.AssumeRoleRequest{}, true},
		{"the user is trusted, a policy denies", trustOf(named), deny, stsapi.AssumeRoleRequest{}, false},
		{"everybody is trusted", trustOf(`"*"`), "", stsapi.AssumeRoleRequest{}, false},
		{"everybody is trusted, the policy allows", trustOf(`"*"`), may, stsapi.AssumeRoleRequest{}, true},
		{"another user is trusted", trustOf(`{"AWS":"arn:aws:iam::123456789012:user/bob"}`), may, stsapi.AssumeRoleRequest{}, false},
		{"a service is trusted", trustOf(`{"Service":"cognito-idp.amazonaws.com"}`), statements(allowAll), stsapi.AssumeRoleRequest{}, false},
		{"another case of the role", trustOf(inAccount), may, stsapi.AssumeRoleRequest{RoleArn: "arn:aws:iam::123456789012:role/svc/WATCH"}, false},
		{"without the role's path", trustOf(inAccount), may, stsapi.AssumeRoleRequest{RoleArn: "arn:aws:iam::123456789012:role/Watch"}, false},
		{"another account's role", trustOf(inAccount), allowAll, stsapi.AssumeRoleRequest{RoleArn: "arn:aws:iam::999999999999:role/svc/Watch"}, false},
		{"no role", trustOf(inAccount), allowAll, stsapi.AssumeRoleRequest{RoleArn: "arn:aws:iam::123456789012:role/none"}, false},
		{"with the external id", strings.Replace(trustOf(named), `"Action"`, `"Condition":{"StringEquals":{"sts:ExternalId":"7"}},"Action"`, 1), "",
			stsapi.AssumeRoleRequest{ExternalId: "7"}, true},
		{"without the external id", strings.Replace(trustOf(named), `"Action"`, `"Condition":{"StringEquals":{"sts:ExternalId":"7"}},"Action"`, 1), "",
			stsapi.AssumeRoleRequest{}, false},
		{"the trust policy denies", `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":` + named + `,"Action":"sts:AssumeRole"},
			{"Effect":"Deny","Principal":` + inAccount + `,"Action":"sts:AssumeRole"}]}`, may, stsapi.AssumeRoleRequest{}, false},
	}
	for _, c := range cases {
		f := newFixture(t)
		role := f.addRole(t, c.trust, "")
		if c.own != "" {
			if !strings.HasPrefix(c.own, `{"Version"`) {
				c.own = statements(c.own)
			}
			f.put(t, c.own)
		}
		if c.in.RoleArn == "" {
			c.in.RoleArn = roleARN
		}
		c.in.RoleSessionName = "s"
		who := f.verified(t, "sts")
		about, err := f.authorizer().Authorize(t.Context(), who, stsapi.AssumeRole.OperationInfo, &c.in)
		said := message(t, err)
		if got := about.RoleID; c.allowed != (got == role.ID) || !c.allowed && got != "" {
			t.Errorf("%s: the role that may be assumed is %q", c.name, got)
		}
		want := "User: " + adaARN + " is not authorized to perform: sts:AssumeRole on resource: " + c.in.RoleArn
		if c.allowed {
			want = ""
		}
		if said != want {
			t.Errorf("%s: %q, want %q", c.name, said, want)
		}
	}
}

// TestAssumeRoleByASession: a session can assume a role within its session policy. Root cannot.
func TestAssumeRoleByASession(t *testing.T) {
	f := newFixture(t)
	role := f.addRole(t, trustOf(`{"AWS":["`+roleARN+`"]}`), "")
	in := &stsapi.AssumeRoleRequest{RoleArn: roleARN, RoleSessionName: "s"}
	for policy, allowed := range map[string]bool{"": true, watcher: false, statements(allowAll): true} {
		_, signer := f.session(t, role, policy)
		who, err := f.enter(t, signer, "sts")
		noError(t, err)
		said := message(t, f.authorizer().may(who, stsapi.AssumeRole.OperationInfo, in))
		if allowed != (said == "") {
			t.Errorf("with the session policy %q: %q", policy, said)
		}
	}
	if said := message(t, f.authorizer().may(Request{Identity: Root(account), Region: region}, stsapi.AssumeRole.OperationInfo, in)); said != "Roles may not be assumed by root accounts." {
		t.Error(said)
	}
	_, signer := f.session(t, role, statements(allowAll))
	who, err := f.enter(t, signer, "iam")
	noError(t, err)
	said := message(t, f.authorizer().may(who, iamapi.GetUser.OperationInfo, &iamapi.GetUserRequest{}))
	if !strings.Contains(said, "on resource: "+sessionARN) {
		t.Error(said)
	}
}
