package iamservice_test

import (
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"testing"

	"poolhouse/internal/iam"
	iamservice "poolhouse/internal/service/iam"
	"poolhouse/internal/service/servicetest"
)

func TestIAMRefusals(t *testing.T) {
	f := newFixture(t)
	f.Do("CreateUser UserName=ada")
	f.Do("CreateUser UserName=bob")
	f.Do("CreateRole RoleName=r AssumeRolePolicyDocument=$trust")
	f.Do("CreatePolicy PolicyName=p PolicyDocument=$doc")
	f.Do("AttachUserPolicy UserName=ada PolicyArn=$policy/p")
	f.Do("PutRolePolicy RoleName=r PolicyName=i PolicyDocument=$doc")
	f.Do("CreateAccessKey UserName=bob")
	key := " AccessKeyId=" + f.Do("CreateAccessKey UserName=bob").At("AccessKey", "AccessKeyId").Text
	large := strings.Replace(servicetest.Document, "ListUsers", strings.Repeat("a", 7000), 1)
	const none, exists, conflict, limit, malformed, input, value = "NoSuchEntity", "EntityAlreadyExists", "DeleteConflict",
		"LimitExceeded", "MalformedPolicyDocument", "InvalidInput", "ValidationError"
	for _, tt := range []struct {
		call          string
		status        int
		code, message string
	}{
		{"GetUser UserName=eve", 404, none, "The user with name eve cannot be found."},
		{"DeleteUser UserName=eve", 404, none, "eve"},
		{"CreateAccessKey UserName=eve", 404, none, "eve"},
		{"ListAccessKeys UserName=eve", 404, none, "eve"},
		{"ListUserPolicies UserName=eve", 404, none, "eve"},
		{"ListAttachedUserPolicies UserName=eve", 404, none, "eve"},
		{"PutUserPolicy UserName=eve PolicyName=i PolicyDocument=$doc", 404, none, "eve"},
		{"AttachUserPolicy UserName=eve PolicyArn=$policy/p", 404, none, "eve"},
		{"UpdateAccessKey UserName=ada Status=Active" + key, 404, none, "Access Key"},
		{"DeleteAccessKey UserName=ada" + key, 404, none, "Access Key"},
		{"GetUserPolicy UserName=ada PolicyName=i", 404, none, "user policy with name i"},
		{"DeleteUserPolicy UserName=ada PolicyName=i", 404, none, "user policy with name i"},
		{"GetRole RoleName=x", 404, none, "The role with name x"},
		{"DeleteRole RoleName=x", 404, none, "The role with name x"},
		{"ListRolePolicies RoleName=x", 404, none, "The role with name x"},
		{"ListAttachedRolePolicies RoleName=x", 404, none, "The role with name x"},
		{"UpdateAssumeRolePolicy RoleName=x PolicyDocument=$trust", 404, none, "The role with name x"},
		{"GetRolePolicy RoleName=r PolicyName=x", 404, none, "role policy with name x"},
		{"DeleteRolePolicy RoleName=r PolicyName=x", 404, none, "role policy with name x"},
		{"GetPolicy PolicyArn=$policy/x", 404, none, "policy/x"},
		{"GetPolicy PolicyArn=arn:aws:iam::aws:policy/AdministratorAccess", 404, none, "AdministratorAccess"},
		{"GetPolicyVersion PolicyArn=$policy/p VersionId=v2", 404, none, "policy/p version v2 does not exist"},
		{"GetPolicyVersion PolicyArn=$policy/x VersionId=v1", 404, none, "policy/x"},
		{"DeletePolicy PolicyArn=$policy/x", 404, none, "policy/x"},
		{"DetachRolePolicy RoleName=r PolicyArn=$policy/p", 404, none, "policy/p"},
		{"AttachRolePolicy RoleName=r PolicyArn=$policy/other/p", 404, none, "policy/other/p"},

		{"CreateUser UserName=ADA", 409, exists, "User with name ADA"},
		{"CreateRole RoleName=r AssumeRolePolicyDocument=$trust", 409, exists, "Role with name r"},
		{"CreatePolicy PolicyName=P Path=/x/ PolicyDocument=$doc", 409, exists, "A policy called P"},

		{"DeleteUser UserName=ada", 409, conflict, "detach all policies"},
		{"DeleteUser UserName=bob", 409, conflict, "delete access keys"},
		{"DeleteRole RoleName=r", 409, conflict, "delete policies"},
		{"DeletePolicy PolicyArn=$policy/p", 409, conflict, "attached"},

		{"CreateAccessKey UserName=bob", 409, limit, "AccessKeysPerUser: 2"},
		{"CreatePolicy PolicyName=large PolicyDocument=" + large, 409, limit, "PolicySize"},
		{"PutUserPolicy UserName=ada PolicyName=large PolicyDocument=" + large, 409, limit, "for user ada"},
		{"UpdateAssumeRolePolicy RoleName=r PolicyDocument=" + strings.Replace(servicetest.Trust, "{", `{"Id":"`+strings.Repeat("a", 3000)+`",`, 1), 409, limit, "ACLSizePerRole"},

		{"PutUserPolicy UserName=ada PolicyName=i PolicyDocument={}", 400, malformed, "Statement"},
		{"PutRolePolicy RoleName=r PolicyName=i PolicyDocument=$trust", 400, malformed, "Principal"},
		{"CreatePolicy PolicyName=x PolicyDocument=x", 400, malformed, ""},
		{"CreateRole RoleName=x AssumeRolePolicyDocument=$doc", 400, malformed, "trust policy"},
		{"UpdateAssumeRolePolicy RoleName=r PolicyDocument=$doc", 400, malformed, "trust policy"},

		{"GetPolicy PolicyArn=arn:aws:iam::$account:user/x", 400, input, "is not valid"},
		{"GetPolicyVersion PolicyArn=arn:aws:s3:::abcdefghijkl VersionId=v1", 400, input, "is not valid"},
		{"DeletePolicy PolicyArn=xxxxxxxxxxxxxxxxxxxxxxxx", 400, input, "is not valid"},
		{"AttachUserPolicy UserName=ada PolicyArn=xxxxxxxxxxxxxxxxxxxxxxxx", 400, input, "is not valid"},
		{"DetachUserPolicy UserName=ada PolicyArn=xxxxxxxxxxxxxxxxxxxxxxxx", 400, input, "is not valid"},
		{"CreateUser UserName=x Tags.member.1.Key=k Tags.member.1.Value=v Tags.member.2.Key=K Tags.member.2.Value=w", 400, input, "Duplicate tag keys found: K"},
		{"CreateUser UserName=x Tags.member.1.Key=AWS:k Tags.member.1.Value=v", 400, input, "The key \"AWS:k\" of a tag begins with aws:"},
		{"CreateUser UserName=x PermissionsBoundary=$policy/p", 400, input, "PermissionsBoundary is not served"},
		{"CreateRole RoleName=x AssumeRolePolicyDocument=$trust Tags.member.1.Key=k Tags.member.1.Value=aws:v", 400, input, "The value \"aws:v\" of a tag"},
		{"CreateRole RoleName=x AssumeRolePolicyDocument=$trust PermissionsBoundary=$policy/p", 400, input, "PermissionsBoundary is not served"},
		{"CreatePolicy PolicyName=x PolicyDocument=$doc Tags.member.1.Key=k Tags.member.1.Value=v Tags.member.2.Key=k Tags.member.2.Value=v", 400, input, "Duplicate tag keys"},
		{"TagUser UserName=eve Tags.member.1.Key=k Tags.member.1.Value=v", 404, none, "eve"},
		{"TagRole RoleName=x Tags.member.1.Key=k Tags.member.1.Value=v", 404, none, "The role with name x"},
		{"TagPolicy PolicyArn=$policy/x Tags.member.1.Key=k Tags.member.1.Value=v", 404, none, "policy/x"},
		{"TagUser UserName=ada Tags.member.1.Key=aws:k Tags.member.1.Value=v", 400, input, "reserved"},
		{"TagRole RoleName=r Tags.member.1.Key=aws:k Tags.member.1.Value=v", 400, input, "reserved"},
		{"TagPolicy PolicyArn=$policy/p Tags.member.1.Key=aws:k Tags.member.1.Value=v", 400, input, "reserved"},
		{"TagUser UserName=ada Tags.member.1.Key=a!b Tags.member.1.Value=v", 400, value, "tags.1.member.key"},
		{"TagUser UserName=ada", 400, value, "tags"},
		{"UntagUser UserName=eve TagKeys.member.1=k", 404, none, "eve"},
		{"UntagRole RoleName=x TagKeys.member.1=k", 404, none, "The role with name x"},
		{"UntagPolicy PolicyArn=$policy/x TagKeys.member.1=k", 404, none, "policy/x"},
		{"UntagPolicy PolicyArn=arn:aws:iam::$account:user/x TagKeys.member.1=k", 400, input, "is not valid"},
		{"ListUserTags UserName=eve", 404, none, "eve"},
		{"ListRoleTags RoleName=x", 404, none, "The role with name x"},
		{"ListPolicyTags PolicyArn=$policy/x", 404, none, "policy/x"},
		{"ListUserTags UserName=ada Marker=x", 400, value, "Invalid Marker"},

		{"CreateUser UserName=a/b", 400, value, "userName"},
		{"CreateUser UserName=x Path=x", 400, value, "path"},
		{"CreateRole RoleName=x MaxSessionDuration=60 AssumeRolePolicyDocument=$trust", 400, value, "maxSessionDuration"},
		{"UpdateAccessKey UserName=bob Status=Expired" + key, 400, value, "status"},
		{"ListUsers MaxItems=0", 400, value, "maxItems"},
		{"ListUsers Marker=x", 400, value, "Invalid Marker: ListUsers gave no such marker for this list."},
		{"ListUsers Marker=" + base64.RawURLEncoding.EncodeToString([]byte("ListUsers\n'")), 400, value, "Invalid Marker"},
		{"ListRoles Marker=x", 400, value, "Invalid Marker"},
		{"ListPolicies Marker=x", 400, value, "Invalid Marker"},
		{"ListAccessKeys UserName=bob Marker=x", 400, value, "Invalid Marker"},
		{"ListUserPolicies UserName=bob Marker=x", 400, value, "Invalid Marker"},
		{"ListRolePolicies RoleName=r Marker=x", 400, value, "Invalid Marker"},
		{"ListAttachedUserPolicies UserName=bob Marker=x", 400, value, "Invalid Marker"},
		{"ListAttachedRolePolicies RoleName=r Marker=x", 400, value, "Invalid Marker"},
	} {
		f.Refused(tt.call, tt.status, tt.code, tt.message)
	}
	if n := len(f.Do("ListUsers").At("Users").Elements) + len(f.Do("ListRoles").At("Roles").Elements) + len(f.Do("ListPolicies").At("Policies").Elements); n != 4 {
		t.Errorf("what was refused is there: %d", n)
	}
}

// TestIAMAttachedQuota attaches one policy too many.
func TestIAMAttachedQuota(t *testing.T) {
	f := newFixture(t)
	f.Do("CreateRole RoleName=r AssumeRolePolicyDocument=$trust")
	for i := range iam.MaxAttachedPolicies + 1 {
		f.Do(fmt.Sprintf("CreatePolicy PolicyName=p%d PolicyDocument=$doc", i))
		if i < iam.MaxAttachedPolicies {
			f.Do(fmt.Sprintf("AttachRolePolicy RoleName=r PolicyArn=$policy/p%d", i))
		}
	}
	f.Refused("AttachRolePolicy RoleName=r PolicyArn=$policy/p10", 409, "LimitExceeded", "PoliciesPerRole: 10")
}

func TestIAMErrorOf(t *testing.T) {
	for _, err := range []error{nil, errors.New("other"), &iam.Refusal{Kind: iam.Internal}, &iam.Refusal{Kind: 99}} {
		if e := iamservice.ErrorOf(err); e != nil {
			t.Errorf("%v: %v", err, e)
		}
	}
	if e := iamservice.ErrorOf(fmt.Errorf("in a store: %w", iam.NoUser("x"))); e == nil || e.Name != "NoSuchEntity" || e.Status != 404 || e.Message != iam.NoUser("x").Error() {
		t.Errorf("%v", e)
	}
}
