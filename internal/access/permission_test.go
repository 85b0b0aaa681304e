package access

import (
	"context"
	"strings"
	"testing"

	cognitoapi "poolhouse/internal/api/cognito"
	iamapi "poolhouse/internal/api/iam"
	"poolhouse/internal/iam"
)

// statements returns a policy with the statements.
func statements(list string) string { return `{"Version":"2012-10-17","Statement":[` + list + `]}` }

const allowAll = `{"Effect":"Allow","Action":"*","Resource":"*"}`

func TestPassRole(t *testing.T) {
	f := newFixture(t)
	role, err := iam.NewRole(iam.RoleSpec{Name: "Logs", Path: "/svc/", Trust: trust}, testNow)
	noError(t, err)
	noError(t, f.store.CreateRole(t.Context(), role))
	const logsRole = "arn:aws:iam::123456789012:role/svc/Logs"
	create := `{"Effect":"Allow","Action":"cognito-idp:CreateUserImportJob","Resource":"` + poolARN + `"}`
	pass := func(resource, service string) string {
		return create + `,{"Effect":"Allow","Action":"iam:PassRole","Resource":"` + resource +
			`","Condition":{"StringEquals":{"iam:PassedToService":"` + service + `"}}}`
	}
	refusal := implicit("iam:PassRole", logsRole)
	cases := []struct{ policy, role, want string }{
		{create, logsRole, refusal},
		{pass(logsRole, "cognito-idp.amazonaws.com"), logsRole, ""},
		{pass(logsRole, "cognito-idp.amazonaws.com"), "arn:aws:iam::123456789012:role/svc/LOGS", ""}, // the same role
		{pass(logsRole, "ec2.amazonaws.com"), logsRole, refusal},
		{pass("arn:aws:iam::123456789012:role/Other", "cognito-idp.amazonaws.com"), logsRole, refusal},
		{pass(logsRole, "cognito-idp.amazonaws.com"), "arn:aws:iam::999999999999:role/svc/Logs",
			implicit("iam:PassRole", "arn:aws:iam::999999999999:role/svc/Logs")},
		{`{"Effect":"Allow","Action":"iam:PassRole","Resource":"*"}`, logsRole, implicit("cognito-idp:CreateUserImportJob", poolARN)},
	}
	for _, c := range cases {
		f.put(t, statements(c.policy))
		in := &cognitoapi.CreateUserImportJobRequest{UserPoolId: pool, JobName: "j", CloudWatchLogsRoleArn: c.role}
		err := f.authorizer().may(f.verified(t, "cognito-idp"), cognitoapi.CreateUserImportJob.OperationInfo, in)
		if said := message(t, err); said != c.want {
			t.Errorf("%s with %s:\n got %s\nwant %s", c.policy, c.role, said, c.want)
		}
	}
}

func TestExplicitDeny(t *testing.T) {
	f := newFixture(t)
	f.put(t, statements(allowAll+`,{"Effect":"Deny","Action":"cognito-idp:Delete*","Resource":"*"},
		{"Effect":"Deny","Action":"iam:*","Resource":"arn:aws:iam::123456789012:user/team/*"}`))
	who, a := f.verified(t, "cognito-idp"), f.authorizer()
	said := message(t, a.may(who, cognitoapi.DeleteUserPool.OperationInfo, &cognitoapi.DeleteUserPoolRequest{UserPoolId: pool}))
	if want := "User: " + adaARN + " is not authorized to perform: cognito-idp:DeleteUserPool on resource: " + poolARN +
		" with an explicit deny in an identity-based policy"; said != want {
		t.Errorf("got %s\nwant %s", said, want)
	}
	said = message(t, a.may(who, iamapi.GetUser.OperationInfo, &iamapi.GetUserRequest{UserName: "aDa"}))
	if want := "User: " + adaARN + " is not authorized to perform: iam:GetUser on resource: " + adaARN +
		" with an explicit deny in an identity-based policy"; said != want {
		t.Errorf("got %s\nwant %s", said, want)
	}
	noError(t, a.may(who, cognitoapi.DescribeUserPool.OperationInfo, &cognitoapi.DescribeUserPoolRequest{UserPoolId: pool}))
}

// TestConditions allows everything under one condition.
func TestConditions(t *testing.T) {
	f := newFixture(t)
	who, err := f.store.User(t.Context(), "ada")
	noError(t, err)
	cases := []struct {
		condition string
		allowed   bool
	}{
		{`"IpAddress":{"aws:SourceIp":"192.0.2.0/24"}`, true}, // httptest's address
		{`"IpAddress":{"aws:SourceIp":"198.51.100.0/24"}`, false},
		{`"Bool":{"aws:SecureTransport":"false"}`, true},
		{`"Bool":{"aws:SecureTransport":"true"}`, false},
		{`"StringEquals":{"aws:UserAgent":"test/1"}`, true},
		{`"StringEquals":{"aws:RequestedRegion":"eu-west-1"}`, true},
		{`"DateGreaterThan":{"aws:CurrentTime":"2026-11-21T11:59:59Z"}`, true},
		{`"DateLessThan":{"aws:CurrentTime":"2026-11-21T12:00:00Z"}`, false},
		{`"NumericEquals":{"aws:EpochTime":"1795262400"}`, true},
		{`"ArnLike":{"aws:PrincipalArn":"arn:aws:iam::*:user/team/*"}`, true},
		{`"StringEquals":{"aws:PrincipalType":"User"}`, true},
		{`"StringEquals":{"aws:ResourceAccount":"${aws:PrincipalAccount}"}`, true},
		{`"Bool":{"aws:PrincipalIsAWSService":"false"}`, true},
		{`"Bool":{"aws:ViaAWSService":"true"}`, false},
		{`"BoolIfExists":{"aws:MultiFactorAuthPresent":"false"}`, true}, // absent for a long-term key
		{`"Bool":{"aws:MultiFactorAuthPresent":"false"}`, false},
		{`"StringEquals":{"aws:username":"Ada"}`, true},
		{`"StringEquals":{"aws:userid":"` + who.ID + `"}`, true},
		{`"StringEquals":{"aws:RequestTag/team":"blue"}`, true},
		{`"StringEquals":{"aws:RequestTag/team":"red"}`, false},
		{`"ForAllValues:StringEquals":{"aws:TagKeys":["team","cost"]}`, true},
		{`"ForAllValues:StringEquals":{"aws:TagKeys":["cost"]}`, false},
		{`"StringEquals":{"aws:ResourceTag/stage":"test"}`, true},
		{`"StringEquals":{"aws:Resource\u0054ag/stage":"test"}`, true},
		{`"StringEquals":{"aws:ResourceTag/stage":"live"}`, false},
	}
	for _, c := range cases {
		f.put(t, statements(`{"Effect":"Allow","Action":"*","Resource":"*","Condition":{`+c.condition+`}}`))
		a := f.authorizer()
		asked := 0
		a.PoolTags = func(_ context.Context, of, id string) (map[string]string, error) {
			if asked++; id != pool || of != region {
				t.Errorf("tags of the pool %q", id)
			}
			return map[string]string{"stage": "test"}, nil
		}
		in := &cognitoapi.UpdateUserPoolRequest{UserPoolId: pool, UserPoolSettings: cognitoapi.UserPoolSettings{UserPoolTags: map[string]string{"team": "blue"}}}
		err := a.may(f.verified(t, "cognito-idp"), cognitoapi.UpdateUserPool.OperationInfo, in)
		if said := message(t, err); c.allowed != (said == "") {
			t.Errorf("%s: %q", c.condition, said)
		}
		if needed := strings.Contains(c.condition, "ag/stage"); needed != (asked == 1) {
			t.Errorf("%s: the pool's tags were asked for %d times", c.condition, asked)
		}
	}
}

// TestDocumentedDenies tests policies of the guide that deny where a key is false (AWS: Denies
// access to AWS based on the source IP; establish a data perimeter).
func TestDocumentedDenies(t *testing.T) {
	f := newFixture(t)
	deny := func(condition string) string {
		return allowAll + `,{"Effect":"Deny","Action":"*","Resource":"*","Condition":{` + condition + `}}`
	}
	for condition, denied := range map[string]bool{
		`"NotIpAddress":{"aws:SourceIp":["198.51.100.0/24"]},"Bool":{"aws:ViaAWSService":"false"}`: true,
		`"NotIpAddress":{"aws:SourceIp":["192.0.2.0/24"]},"Bool":{"aws:ViaAWSService":"false"}`:    false,
		`"StringNotEquals":{"aws:ResourceAccount":"` + account + `"}`:                              false,
		`"StringNotEquals":{"aws:ResourceAccount":"999999999999"}`:                                 true,
		`"StringNotEquals":{"aws:RequestedRegion":"eu-west-1"}`:                                    false,
		`"BoolIfExists":{"aws:PrincipalIsAWSService":"false"}`:                                     true,
	} {
		f.put(t, statements(deny(condition)))
		err := f.authorizer().may(f.verified(t, "cognito-idp"), cognitoapi.ListUsers.OperationInfo, &cognitoapi.ListUsersRequest{UserPoolId: pool})
		if said := message(t, err); denied != (said != "") {
			t.Errorf("%s: %q", condition, said)
		}
	}
}

// TestRegionOfIAM: IAM has one region, for any region in the signature.
func TestRegionOfIAM(t *testing.T) {
	f := newFixture(t)
	f.put(t, statements(allowAll+`,{"Effect":"Deny","Action":"iam:*","Resource":"*","Condition":{"StringEquals":{"aws:RequestedRegion":"us-east-1"}}}`))
	for _, signedFor := range []string{region, "us-east-1"} {
		who, err := f.authenticator.verify(signed(t, f.key.ID, f.secret, signedFor, "iam"), []byte(testBody), "iam")
		noError(t, err)
		if f.authorizer().may(who, iamapi.GetUser.OperationInfo, &iamapi.GetUserRequest{}) == nil {
			t.Errorf("signed for %s it is allowed", signedFor)
		}
	}
}

// TestMoreConditions tests condition keys of further operations.
func TestMoreConditions(t *testing.T) {
	f := newFixture(t)
	policy, err := iam.NewPolicy(iam.PolicySpec{Name: "Admin", Document: watcher}, testNow)
	noError(t, err)
	noError(t, f.store.CreatePolicy(t.Context(), policy))
	f.put(t, statements(allowAll+`,{"Effect":"Deny","Action":"iam:Attach*","Resource":"*","Condition":{"ArnEquals":{"iam:PolicyARN":"`+policy.ARN(account)+`"}}},
		{"Effect":"Deny","Action":"iam:CreateUser","Resource":"*","Condition":{"StringEquals":{"aws:RequestTag/team":"red"}}},
		{"Effect":"Deny","Action":"cognito-idp:UntagResource","Resource":"*","Condition":{"ForAnyValue:StringEquals":{"aws:TagKeys":"team"}}}`))
	who, a := f.verified(t, "iam"), f.authorizer()
	if a.may(who, iamapi.AttachUserPolicy.OperationInfo, &iamapi.AttachUserPolicyRequest{UserName: "ada", PolicyArn: "arn:aws:iam::123456789012:policy/ADMIN"}) == nil {
		t.Error("a policy is attached whose attachment is denied")
	}
	noError(t, a.may(who, iamapi.AttachUserPolicy.OperationInfo, &iamapi.AttachUserPolicyRequest{UserName: "ada", PolicyArn: "arn:aws:iam::123456789012:policy/b"}))
	tagged := &iamapi.CreateUserRequest{UserName: "bob", Tags: []iamapi.Tag{{Key: "Team", Value: "red"}}}
	if a.may(who, iamapi.CreateUser.OperationInfo, tagged) == nil {
		t.Error("a user is created with a tag that is denied")
	}
	if a.may(who, cognitoapi.UntagResource.OperationInfo, &cognitoapi.UntagResourceRequest{ResourceArn: poolARN, TagKeys: []string{"a", "team"}}) == nil {
		t.Error("a tag is taken away that must stay")
	}
}
