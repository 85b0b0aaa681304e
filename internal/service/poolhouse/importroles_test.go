package poolhouseservice_test

import (
	"strings"
	"testing"
	"time"

	"poolhouse/internal/iam"
	"poolhouse/internal/logrole"
	"poolhouse/internal/service/servicetest"
)

// importRole makes a role with a trust policy, and with one policy unless that is "".
func (f *fixture) importRole(name, trust, policy string) (arn string) {
	f.T.Helper()
	r, err := iam.NewRole(iam.RoleSpec{Name: name, Path: "/service-role/", Trust: trust}, time.Now())
	if err == nil {
		err = f.Store.IAM().CreateRole(f.T.Context(), r)
	}
	if err == nil && policy != "" {
		var p iam.InlinePolicy
		if p, err = iam.NewInlinePolicy("p", policy); err == nil {
			err = f.Store.IAM().PutInlinePolicy(f.T.Context(), iam.RoleOwner(name), p)
		}
	}
	if err != nil {
		f.T.Fatal(err)
	}
	return r.ARN("000000000000")
}

// TestDescribeUserImportRoles: roles are judged as by CreateUserImportJob.
func TestDescribeUserImportRoles(t *testing.T) {
	f := &fixture{servicetest.Open(t, true)}
	pool := f.Pool(nil)
	const lambda = `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"Service":"lambda.amazonaws.com"},"Action":"sts:AssumeRole"}}`
	policy := logrole.Policy("*", "000000000000")
	want := []struct{ arn, lack, reason string }{
		{f.importRole("good", logrole.TrustPolicy, policy), "", ""},
		{f.importRole("untrusted", lambda, policy), "TrustPolicy", "its trust policy does not allow it to cognito-idp.amazonaws.com"},
		{f.importRole("poor", logrole.TrustPolicy, strings.ReplaceAll(policy, "logs:PutLogEvents", "logs:GetLogEvents")), "Policy", "lacks logs:PutLogEvents."},
		{"arn:aws:iam::000000000000:role/gone", "Role", "does not exist"},
		{"arn:aws:iam::999999999999:role/service-role/good", "Role", "another account"},
		{"arn:aws:iam::000000000000:role/a!b/c", "Role", "the path of this role has others"},
		{"arn:aws:iam::000000000000:user/ada", "Role", "must be the ARN of an IAM role"},
	}
	var arns []any
	for _, w := range want {
		arns = append(arns, w.arn)
	}
	got := f.Do("DescribeUserImportRoles", object{"UserPoolId": pool, "RoleArns": arns})["UserImportRoles"].([]any)
	if len(got) != len(want) {
		t.Fatalf("%d roles: %v", len(got), got)
	}
	for i, w := range want {
		r := got[i].(object)
		lack, _ := r["Lack"].(string)
		reason, _ := r["Reason"].(string)
		if r["RoleArn"] != w.arn || r["IsSuitable"] != (w.lack == "") || lack != w.lack || !strings.Contains(reason, w.reason) || (r["Message"] == nil) != (w.lack == "") {
			t.Errorf("%s: %v", w.arn, r)
		}
		_, refused, _ := f.Try("CreateUserImportJob", object{"UserPoolId": pool, "JobName": "x", "CloudWatchLogsRoleArn": w.arn})
		if (refused == "") != (w.lack == "") {
			t.Errorf("%s: CreateUserImportJob answers %q", w.arn, refused)
		}
	}
	f.Refused("DescribeUserImportRoles", object{"UserPoolId": "us-east-1_nothere00", "RoleArns": arns[:1]}, "ResourceNotFoundException", "")
	f.Refused("DescribeUserImportRoles", object{"UserPoolId": pool, "RoleArns": []any{}}, "InvalidParameterException", "")

	f = &fixture{servicetest.Open(t, false)} // skip-log-role-check
	pool = f.Pool(nil)
	got = f.Do("DescribeUserImportRoles", object{"UserPoolId": pool, "RoleArns": []any{role, want[6].arn}})["UserImportRoles"].([]any)
	if got[0].(object)["IsSuitable"] != true || got[1].(object)["IsSuitable"] != false {
		t.Errorf("roles that are not looked at: %v", got)
	}
}
