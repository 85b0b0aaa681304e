package stsservice_test

import (
	"strings"
	"testing"
	"time"

	"poolhouse/internal/service/servicetest"
)

// TestAssumeRole opens the token in the answer.
func TestAssumeRole(t *testing.T) {
	f := servicetest.NewIAM(t)
	role := f.Do("CreateRole RoleName=Watch Path=/svc/ MaxSessionDuration=7200 AssumeRolePolicyDocument=$trust").At("Role", "RoleId").Text
	f.Assumable = role
	const call = "AssumeRole RoleArn=arn:aws:iam::$account:role/svc/watch RoleSessionName=shift-1"
	out := f.Do(call + " DurationSeconds=900 Policy=$doc")
	if got := out.At("AssumedRoleUser").String(); got != "AssumedRoleUser(AssumedRoleId="+role+":shift-1 Arn=arn:aws:sts::123456789012:assumed-role/Watch/shift-1)" {
		t.Error(got)
	}
	given := out.At("Credentials")
	if ends := given.At("Expiration").Text; ends != "2026-08-01T12:15:00Z" {
		t.Error(ends)
	}
	s, secret, err := f.Sealer.OpenSession(given.At("AccessKeyId").Text, given.At("SessionToken").Text)
	if err != nil || string(secret) != given.At("SecretAccessKey").Text || len(secret) != 40 || !strings.HasPrefix(s.AccessKeyID, "ASIA") {
		t.Fatalf("%v: %s", err, out)
	}
	if s.RoleName != "Watch" || s.RoleID != role || s.Name != "shift-1" || s.Policy != servicetest.Document || s.Expires.Sub(s.Issued) != 15*time.Minute {
		t.Errorf("%+v", s)
	}
	if strings.Contains(f.Logged.String(), string(secret)) {
		t.Error("the log has the secret")
	}
	if ends := f.Do(call+" DurationSeconds=7200").At("Credentials", "Expiration").Text; ends != "2026-08-01T14:00:00Z" {
		t.Error(ends)
	}
	f.Refused(call+" DurationSeconds=7201", 400, "ValidationError", "exceeds the MaxSessionDuration")
	f.Refused(call+" DurationSeconds=899", 400, "ValidationError", "greater than or equal to 900")
	f.Refused(call+" Policy={}", 400, "MalformedPolicyDocument", "")
	f.Refused(call+"!", 400, "ValidationError", "roleSessionName")
	for _, parameter := range []string{"PolicyArns.member.1.arn=$policy/p", "Tags.member.1.Key=k Tags.member.1.Value=v", "TransitiveTagKeys.member.1=k",
		"SerialNumber=GAHT12345678", "TokenCode=123456", "SourceIdentity=ada", "ProvidedContexts.member.1.ProviderArn=arn:aws:iam::aws:contextProvider/x"} {
		name, _, _ := strings.Cut(parameter, ".")
		name, _, _ = strings.Cut(name, "=")
		f.Refused(call+" "+parameter, 400, "ValidationError", name+" is not served")
	}
	f.Assumable = "AROAOTHEROTHEROTHER"
	f.Refused(call, 403, "AccessDenied", "is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::123456789012:role/svc/watch")
	f.Assumable, f.Role = role, true
	f.Refused(call+" DurationSeconds=3601", 400, "ValidationError", "role chaining")
}
