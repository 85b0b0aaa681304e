package iamservice_test

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	iamapi "poolhouse/internal/api/iam"
	stsapi "poolhouse/internal/api/sts"
	"poolhouse/internal/apicore"
	iamservice "poolhouse/internal/service/iam"
	"poolhouse/internal/service/servicetest"
)

func TestIAMNow(t *testing.T) {
	before := time.Now()
	if now := iamservice.New(iamservice.Config{}).Now(); now.Before(before) || now.After(time.Now()) {
		t.Errorf("by default it is %v", now)
	}
}

func TestIAMServesAll(t *testing.T) {
	f := newFixture(t)
	for _, op := range slices.Concat(iamapi.Operations(), stsapi.Operations()) {
		if !f.Calls.Serves(op) {
			t.Errorf("%s is not served", op.Name)
		}
	}
}

// TestIAMOthersSaySo: the error for an operation that is known only by name says where to look.
// The error for an unknown name does not.
func TestIAMOthersSaySo(t *testing.T) {
	f := newFixture(t)
	others := slices.Concat(iamapi.Others(), stsapi.Others())
	for _, op := range others {
		f.Version = op.API.Version
		f.Refused(op.Name, 400, "InvalidAction", op.Name+" is not served by this Poolhouse version; see docs/coverage.md.")
	}
	if len(others) < 100 {
		t.Errorf("%d operations are known by name", len(others))
	}
	for _, name := range []string{"CreateGroup", "ListAccountAliases", "GetSessionToken"} {
		if !slices.ContainsFunc(others, func(op apicore.OperationInfo) bool { return op.Name == name }) {
			t.Errorf("%s is not known", name)
		}
	}
	f.Version = iamapi.API.Version
	f.Refused("CreateGrop", 400, "InvalidAction", "There is no operation")
	f.Refused("GetSessionToken", 400, "InvalidAction", "There is no operation") // of the other API
}

const escapedTrust = "%7B%22Version%22%3A%222012-10-17%22%2C%22Statement%22%3A%7B%22Effect%22%3A%22Allow%22%2C%22Principal%22%3A%7B%22AWS%22%3A%22123456789012%22%7D%2C" +
	"%22Action%22%3A%22sts%3AAssumeRole%22%7D%7D"

const escapedDoc = "%7B%22Version%22%3A%222012-10-17%22%2C%22Statement%22%3A%7B%22Effect%22%3A%22Allow%22%2C%22Action%22%3A%22cognito-idp%3AListUsers%22%2C" +
	"%22Resource%22%3A%22%2A%22%7D%7D"

func TestIAMUsers(t *testing.T) {
	const ada = "Path=/ UserName=Ada UserId=AIDA Arn=arn:aws:iam::123456789012:user/Ada CreateDate=$now"
	const bob = "Path=/a/b/ UserName=bob UserId=AIDA Arn=arn:aws:iam::123456789012:user/a/b/bob CreateDate=$now"
	f := newFixture(t)
	f.Steps([][2]string{
		{"ListUsers", "Users= IsTruncated=false"},
		{"CreateUser UserName=bob Path=/a/b/", "User(" + bob + ")"},
		{"CreateUser UserName=Ada", "User(" + ada + ")"},
		{"GetUser UserName=ada", "User(" + ada + ")"},
		{"ListUsers", "Users(member(" + ada + ") member(" + bob + ")) IsTruncated=false"},
		{"ListUsers PathPrefix=/a/", "Users(member(" + bob + ")) IsTruncated=false"},
		{"DeleteUser UserName=Ada", ""},
		{"ListUsers", "Users(member(" + bob + ")) IsTruncated=false"},
	})
	if first, second := f.Do("GetUser UserName=bob").String(), f.Do("ListUsers").At("Users", "member", "UserId").Text; !strings.Contains(first, second) {
		t.Errorf("no %s in %s", second, first)
	}
}

// TestIAMCaller leaves out UserName.
func TestIAMCaller(t *testing.T) {
	f := newFixture(t)
	f.Do("CreateUser UserName=ada")
	calls := []string{"GetUser", "CreateAccessKey", "ListAccessKeys", "UpdateAccessKey AccessKeyId=$key Status=Inactive", "DeleteAccessKey AccessKeyId=$key"}
	for _, call := range calls {
		f.Role = false
		f.Refused(strings.ReplaceAll(call, "$key", "AKIAEXAMPLEEXAMPLE"), 400, "ValidationError", "Give UserName: the account's root signed")
		f.Role = true
		f.Refused(strings.ReplaceAll(call, "$key", "AKIAEXAMPLEEXAMPLE"), 400, "ValidationError", "that a user signed")
	}
	f.Role, f.Caller = false, "ada"
	key := ""
	for _, call := range calls {
		answer := f.Do(strings.ReplaceAll(call, "$key", key))
		if call == "CreateAccessKey" {
			key = answer.At("AccessKey", "AccessKeyId").Text
		}
		if call == "GetUser" && answer.At("User", "UserName").Text != "ada" || call == "ListAccessKeys" && answer.At("AccessKeyMetadata", "member", "AccessKeyId").Text != key {
			t.Errorf("%s: %s", call, answer)
		}
	}
}

func TestIAMAccessKeys(t *testing.T) {
	f := newFixture(t)
	f.Do("CreateUser UserName=ada")
	f.Steps([][2]string{
		{"ListAccessKeys UserName=ada", "AccessKeyMetadata= IsTruncated=false"},
		{"CreateAccessKey UserName=ada", "AccessKey(UserName=ada AccessKeyId=AKIA Status=Active SecretAccessKey=… CreateDate=$now)"},
		{"ListAccessKeys UserName=ada", "AccessKeyMetadata(member(UserName=ada AccessKeyId=AKIA Status=Active CreateDate=$now)) IsTruncated=false"},
	})
	id := f.Do("ListAccessKeys UserName=ada").At("AccessKeyMetadata", "member", "AccessKeyId").Text
	f.Steps([][2]string{
		{"UpdateAccessKey UserName=ada Status=Inactive AccessKeyId=" + id, ""},
		{"ListAccessKeys UserName=ada", "AccessKeyMetadata(member(UserName=ada AccessKeyId=AKIA Status=Inactive CreateDate=$now)) IsTruncated=false"},
		{"DeleteAccessKey UserName=ada AccessKeyId=" + id, ""},
		{"ListAccessKeys UserName=ada", "AccessKeyMetadata= IsTruncated=false"},
	})
}

// TestIAMSecretIsToldOnce searches all other answers and the log for secrets.
func TestIAMSecretIsToldOnce(t *testing.T) {
	f := newFixture(t)
	f.Do("CreateUser UserName=ada")
	first := f.Do("CreateAccessKey UserName=ada").At("AccessKey")
	second := f.Do("CreateAccessKey UserName=ada").At("AccessKey")
	key := " UserName=ada AccessKeyId=" + first.At("AccessKeyId").Text
	seen := f.Logged
	for _, call := range []string{"CreateAccessKey UserName=ada", "ListAccessKeys UserName=ada", "GetUser UserName=ada", "ListUsers", "DeleteUser UserName=ada",
		"UpdateAccessKey Status=Expired" + key, "UpdateAccessKey Status=Active" + key, "DeleteAccessKey" + key, "DeleteAccessKey" + key} {
		_, _, body := f.Call(call)
		seen.WriteString(body)
	}
	for _, k := range []servicetest.Element{first, second} {
		if secret := k.At("SecretAccessKey").Text; len(secret) != 40 || strings.Contains(seen.String(), secret) || strings.Contains(seen.String(), url.QueryEscape(secret)) {
			t.Errorf("the secret %q is told again, or is none", secret)
		}
	}
	if first.At("SecretAccessKey").Text == second.At("SecretAccessKey").Text {
		t.Error("two keys have one secret")
	}
}

func TestIAMRoles(t *testing.T) {
	role := func(path, name, more string) string {
		return "Path=" + path + " RoleName=" + name + " RoleId=AROA Arn=arn:aws:iam::123456789012:role" + path + name +
			" CreateDate=$now AssumeRolePolicyDocument=" + escapedTrust + more
	}
	importer, plain := role("/x/", "importer", " Description=imports MaxSessionDuration=7200"), role("/", "plain", " MaxSessionDuration=3600")
	f := newFixture(t)
	f.Steps([][2]string{
		{"ListRoles", "Roles= IsTruncated=false"},
		{"CreateRole RoleName=plain AssumeRolePolicyDocument=$trust", "Role(" + plain + ")"},
		{"CreateRole RoleName=importer Path=/x/ Description=imports MaxSessionDuration=7200 AssumeRolePolicyDocument=$trust", "Role(" + importer + ")"},
		{"GetRole RoleName=IMPORTER", "Role(" + importer + ")"},
		{"ListRoles", "Roles(member(" + importer + ") member(" + plain + ")) IsTruncated=false"},
		{"ListRoles PathPrefix=/x", "Roles(member(" + importer + ")) IsTruncated=false"},
		{"UpdateAssumeRolePolicy RoleName=plain PolicyDocument=" + strings.ReplaceAll(servicetest.Trust, servicetest.Account, "*"), ""},
		{"GetRole RoleName=plain", "Role(" + strings.ReplaceAll(plain, "%22AWS%22%3A%22123456789012%22", "%22AWS%22%3A%22%2A%22") + ")"},
		{"DeleteRole RoleName=plain", ""},
		{"ListRoles", "Roles(member(" + importer + ")) IsTruncated=false"},
	})
}

func TestIAMInlinePolicies(t *testing.T) {
	for _, kind := range []string{"User", "Role"} {
		f := newFixture(t)
		f.Do("CreateUser UserName=x")
		f.Do("CreateRole RoleName=x AssumeRolePolicyDocument=$trust")
		owner := kind + "Name=x"
		list := fmt.Sprintf("List%sPolicies %s", kind, owner)
		f.Steps([][2]string{
			{list, "PolicyNames= IsTruncated=false"},
			{fmt.Sprintf("Put%sPolicy %s PolicyName=one PolicyDocument=%s", kind, owner, strings.ReplaceAll(servicetest.Document, "ListUsers", "*")), ""},
			{fmt.Sprintf("Put%sPolicy %s PolicyName=two PolicyDocument=$doc", kind, owner), ""},
			{fmt.Sprintf("Put%sPolicy %s PolicyName=One PolicyDocument=$doc", kind, owner), ""},
			{list, "PolicyNames(member=One member=two) IsTruncated=false"},
			{fmt.Sprintf("Get%sPolicy %s PolicyName=one", kind, owner), owner + " PolicyName=One PolicyDocument=" + escapedDoc},
			{fmt.Sprintf("Delete%sPolicy %s PolicyName=one", kind, owner), ""},
			{list, "PolicyNames(member=two) IsTruncated=false"},
		})
	}
}

func TestIAMManagedPolicies(t *testing.T) {
	policy := func(path, name, attached, more string) string {
		return "PolicyName=" + name + " PolicyId=ANPA Arn=arn:aws:iam::123456789012:policy" + path + name + " Path=" + path +
			" DefaultVersionId=v1 AttachmentCount=" + attached + " PermissionsBoundaryUsageCount=0 IsAttachable=true" + more + " CreateDate=$now UpdateDate=$now"
	}
	const none = "Policies= IsTruncated=false"
	f := newFixture(t)
	f.Do("CreateUser UserName=u")
	f.Do("CreateRole RoleName=r AssumeRolePolicyDocument=$trust")
	one, two := policy("/", "one", "0", ""), policy("/p/", "two", "2", "")
	f.Steps([][2]string{
		{"ListPolicies", none},
		{"CreatePolicy PolicyName=one PolicyDocument=$doc", "Policy(" + one + ")"},
		{"CreatePolicy PolicyName=two Path=/p/ Description=reads PolicyDocument=$doc", "Policy(" + policy("/p/", "two", "0", "") + ")"},
		{"GetPolicy PolicyArn=$policy/p/two", "Policy(" + policy("/p/", "two", "0", " Description=reads") + ")"},
		{"GetPolicyVersion PolicyArn=$policy/p/two VersionId=v1", "PolicyVersion(Document=" + escapedDoc + " VersionId=v1 IsDefaultVersion=true CreateDate=$now)"},
		{"ListPolicies OnlyAttached=true", none},
		{"ListAttachedUserPolicies UserName=u", "AttachedPolicies= IsTruncated=false"},
		{"AttachUserPolicy UserName=u PolicyArn=$policy/p/two", ""},
		{"AttachUserPolicy UserName=u PolicyArn=$policy/p/two", ""},
		{"AttachRolePolicy RoleName=r PolicyArn=$policy/p/two", ""},
		{"ListPolicies", "Policies(member(" + one + ") member(" + two + ")) IsTruncated=false"},
		{"ListPolicies Scope=All OnlyAttached=true", "Policies(member(" + two + ")) IsTruncated=false"},
		{"ListPolicies Scope=Local PathPrefix=/p/ PolicyUsageFilter=PermissionsPolicy", "Policies(member(" + two + ")) IsTruncated=false"},
		{"ListPolicies Scope=AWS", none},
		{"ListPolicies PolicyUsageFilter=PermissionsBoundary", none},
		{"AttachUserPolicy UserName=u PolicyArn=$policy/one", ""},
		{"ListAttachedUserPolicies UserName=u", "AttachedPolicies(member(PolicyName=one PolicyArn=arn:aws:iam::123456789012:policy/one) " +
			"member(PolicyName=two PolicyArn=arn:aws:iam::123456789012:policy/p/two)) IsTruncated=false"},
		{"ListAttachedUserPolicies UserName=u PathPrefix=/p/", "AttachedPolicies(member(PolicyName=two PolicyArn=arn:aws:iam::123456789012:policy/p/two)) IsTruncated=false"},
		{"ListAttachedRolePolicies RoleName=r", "AttachedPolicies(member(PolicyName=two PolicyArn=arn:aws:iam::123456789012:policy/p/two)) IsTruncated=false"},
		{"DetachUserPolicy UserName=u PolicyArn=$policy/p/two", ""},
		{"DetachRolePolicy RoleName=r PolicyArn=$policy/p/two", ""},
		{"DeletePolicy PolicyArn=$policy/p/two", ""},
		{"ListPolicies PathPrefix=/p/", none},
	})
}

func TestIAMCallerIdentity(t *testing.T) {
	f := newFixture(t)
	f.Steps([][2]string{{"GetCallerIdentity", "UserId=AIDAEXAMPLEEXAMPLE Account=123456789012 Arn=arn:aws:iam::123456789012:user/ada"}})
}
