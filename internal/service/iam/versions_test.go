package iamservice_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"poolhouse/internal/service/servicetest"
)

func TestIAMPolicyVersions(t *testing.T) {
	const policy, later, latest = " PolicyArn=$policy/x/p", "2026-08-01T13:00:00Z", "2026-08-01T14:00:00Z"
	member := func(id string, isDefault bool, at string) string {
		return fmt.Sprintf("member(VersionId=%s IsDefaultVersion=%t CreateDate=%s)", id, isDefault, at)
	}
	f := newFixture(t)
	f.Do("CreatePolicy PolicyName=p Path=/x/ PolicyDocument=$doc")
	described := func(id, updated string) [2]string {
		return [2]string{"GetPolicy" + policy, "Policy(PolicyName=p PolicyId=ANPA Arn=arn:aws:iam::123456789012:policy/x/p Path=/x/ DefaultVersionId=" + id +
			" AttachmentCount=0 PermissionsBoundaryUsageCount=0 IsAttachable=true CreateDate=$now UpdateDate=" + updated + ")"}
	}
	other := strings.Replace(servicetest.Document, "ListUsers", "DescribeUserPool", 1)
	otherEscaped := strings.Replace(escapedDoc, "ListUsers", "DescribeUserPool", 1)
	f.Steps([][2]string{{"ListPolicyVersions" + policy, "Versions(" + member("v1", true, "$now") + ") IsTruncated=false"}, described("v1", "$now")})
	f.Now = f.Now.Add(time.Hour)
	f.Steps([][2]string{
		{"CreatePolicyVersion" + policy + " SetAsDefault=true PolicyDocument=" + other, "PolicyVersion(VersionId=v2 IsDefaultVersion=true CreateDate=" + later + ")"},
		described("v2", later),
	})
	f.Now = f.Now.Add(time.Hour)
	f.Steps([][2]string{
		{"CreatePolicyVersion" + policy + " PolicyDocument=$doc", "PolicyVersion(VersionId=v3 IsDefaultVersion=false CreateDate=" + latest + ")"},
		described("v2", latest),
		{"ListPolicyVersions" + policy, "Versions(" + member("v3", false, latest) + " " + member("v2", true, later) + " " + member("v1", false, "$now") + ") IsTruncated=false"},
		{"GetPolicyVersion VersionId=v2" + policy, "PolicyVersion(Document=" + otherEscaped + " VersionId=v2 IsDefaultVersion=true CreateDate=" + later + ")"},
		{"GetPolicyVersion VersionId=v1" + policy, "PolicyVersion(Document=" + escapedDoc + " VersionId=v1 IsDefaultVersion=false CreateDate=$now)"},
		{"SetDefaultPolicyVersion VersionId=v1" + policy, ""},
		described("v1", latest),
		{"DeletePolicyVersion VersionId=v3" + policy, ""},
		{"CreatePolicyVersion SetAsDefault=false PolicyDocument=$doc" + policy, "PolicyVersion(VersionId=v4 IsDefaultVersion=false CreateDate=" + latest + ")"},
	})
	for size := 1; size <= 4; size++ {
		if got := f.pages("ListPolicyVersions"+policy, "Versions", "VersionId", size); !slices.Equal(got, []string{"v4", "v2", "v1"}) {
			t.Errorf("by %d: %v", size, got)
		}
	}
	f.versionRefusals(policy)
	f.Steps([][2]string{
		{"DeletePolicyVersion VersionId=v2" + policy, ""}, {"DeletePolicyVersion VersionId=v4" + policy, ""},
		{"DeletePolicyVersion VersionId=v5" + policy, ""}, {"DeletePolicyVersion VersionId=v6" + policy, ""}, {"DeletePolicy" + policy, ""},
	})
}

// versionRefusals tries what must be refused for a policy whose versions are v4, v2 and v1, the
// default. It leaves v5 and v6 behind.
func (f *fixture) versionRefusals(policy string) {
	f.T.Helper()
	for _, op := range []string{"GetPolicyVersion", "SetDefaultPolicyVersion", "DeletePolicyVersion"} {
		for _, id := range []string{"v3", "v5", "v99999999999999999999", "v1.2"} {
			f.Refused(op+policy+" VersionId="+id, 404, "NoSuchEntity", "Policy arn:aws:iam::123456789012:policy/x/p version "+id+" does not exist or is not attachable.")
		}
		f.Refused(op+" PolicyArn=$policy/none VersionId=v1", 404, "NoSuchEntity", "policy/none")
		f.Refused(op+" PolicyArn=arn:aws:iam::$account:user/x VersionId=v1", 400, "InvalidInput", "is not valid")
		f.Refused(op+policy+" VersionId=1", 400, "ValidationError", "versionId")
	}
	f.Refused("DeletePolicyVersion VersionId=v1"+policy, 409, "DeleteConflict", "Cannot delete the default version of a policy.")
	f.Refused("DeletePolicy"+policy, 409, "DeleteConflict", "This policy has more than one version.")
	f.Refused("CreatePolicyVersion PolicyDocument={}"+policy, 400, "MalformedPolicyDocument", "Statement")
	f.Refused("CreatePolicyVersion PolicyDocument=$doc PolicyArn=$policy/none", 404, "NoSuchEntity", "policy/none")
	f.Refused("CreatePolicyVersion PolicyDocument="+strings.Replace(servicetest.Document, "ListUsers", strings.Repeat("a", 7000), 1)+policy, 409, "LimitExceeded", "PolicySize")
	f.Refused("ListPolicyVersions Marker=x"+policy, 400, "ValidationError", "Invalid Marker")
	f.Refused("ListPolicyVersions PolicyArn=$policy/none", 404, "NoSuchEntity", "policy/none")
	f.Do("CreatePolicyVersion PolicyDocument=$doc" + policy)
	f.Do("CreatePolicyVersion PolicyDocument=$doc" + policy)
	f.Refused("CreatePolicyVersion PolicyDocument=$doc"+policy, 409, "LimitExceeded",
		"A managed policy can have up to 5 versions. Before you create a new version, you must delete an existing version.")
}

func TestIAMUpdates(t *testing.T) {
	role := func(more string) string {
		return "Role(Path=/ RoleName=r RoleId=AROA Arn=arn:aws:iam::123456789012:role/r CreateDate=$now AssumeRolePolicyDocument=" + escapedTrust + more + ")"
	}
	user := func(path, name string) string {
		return "User(Path=" + path + " UserName=" + name + " UserId=AIDA Arn=arn:aws:iam::123456789012:user" + path + name + " CreateDate=$now)"
	}
	f := newFixture(t)
	f.Do("CreateRole RoleName=r Description=old AssumeRolePolicyDocument=$trust")
	f.Do("CreateUser UserName=ada")
	f.Do("CreateUser UserName=bob")
	f.Steps([][2]string{
		{"UpdateRole RoleName=R MaxSessionDuration=7200", ""},
		{"GetRole RoleName=r", role(" Description=old MaxSessionDuration=7200")},
		{"UpdateRole RoleName=r Description=new", ""},
		{"GetRole RoleName=r", role(" Description=new MaxSessionDuration=7200")},
		{"UpdateRole RoleName=r", ""},
		{"GetRole RoleName=r", role(" Description=new MaxSessionDuration=7200")},
		{"UpdateRoleDescription RoleName=r Description=newer", role(" Description=newer MaxSessionDuration=7200")},
		{"UpdateRoleDescription RoleName=r Description=", role(" MaxSessionDuration=7200")},
		{"UpdateUser UserName=ada", ""},
		{"UpdateUser UserName=ADA NewPath=/x/", ""},
		{"GetUser UserName=ada", user("/x/", "ada")},
		{"UpdateUser UserName=ada NewUserName=Eve", ""},
		{"GetUser UserName=eve", user("/x/", "Eve")},
	})
	f.Refused("GetUser UserName=ada", 404, "NoSuchEntity", "ada")
	f.Refused("UpdateUser UserName=ada NewPath=/", 404, "NoSuchEntity", "ada")
	f.Refused("UpdateUser UserName=eve NewUserName=BOB", 409, "EntityAlreadyExists", "User with name BOB already exists.")
	f.Refused("UpdateUser UserName=eve NewUserName=a/b", 400, "ValidationError", "newUserName")
	f.Refused("UpdateUser UserName=eve NewPath=x", 400, "ValidationError", "ath")
	f.Refused("UpdateRole RoleName=r MaxSessionDuration=1", 400, "ValidationError", "maxSessionDuration")
	f.Refused("UpdateRole RoleName=r MaxSessionDuration=7200 Description=\u65e5", 400, "ValidationError", "description")
	f.Refused("UpdateRole RoleName=x MaxSessionDuration=7200", 404, "NoSuchEntity", "The role with name x")
	f.Refused("UpdateRoleDescription RoleName=x Description=d", 404, "NoSuchEntity", "The role with name x")
}

// TestIAMNone asks for what no user or role has here.
func TestIAMNone(t *testing.T) {
	f := newFixture(t)
	f.Do("CreateUser UserName=ada")
	f.Do("CreateRole RoleName=r AssumeRolePolicyDocument=$trust")
	lists := map[string]string{"ListGroupsForUser": "Groups", "ListMFADevices": "MFADevices", "ListSSHPublicKeys": "SSHPublicKeys",
		"ListSigningCertificates": "Certificates", "ListServiceSpecificCredentials": "ServiceSpecificCredentials"}
	for op, list := range lists {
		want := list + "= IsTruncated=false"
		f.Steps([][2]string{{op + " UserName=ada", want}, {op + " UserName=ADA MaxItems=1", want}})
		f.Refused(op+" UserName=eve", 404, "NoSuchEntity", "The user with name eve cannot be found.")
		f.Refused(op+" UserName=ada Marker=x", 400, "ValidationError", "Invalid Marker: "+op+" gave no such marker for this list.")
		f.Refused(op+" UserName=ada MaxItems=0", 400, "ValidationError", "maxItems")
		if op == "ListGroupsForUser" {
			continue
		}
		f.Refused(op, 400, "ValidationError", "Give UserName: the account's root signed")
		f.Caller = "ada"
		f.Steps([][2]string{{op, want}})
		f.Caller = ""
	}
	f.Steps([][2]string{
		{"ListInstanceProfilesForRole RoleName=r", "InstanceProfiles= IsTruncated=false"},
		{"ListVirtualMFADevices AssignmentStatus=Assigned", "VirtualMFADevices= IsTruncated=false"},
		{"ListServiceSpecificCredentials AllUsers=true", "ServiceSpecificCredentials= IsTruncated=false"},
	})
	f.Refused("ListServiceSpecificCredentials AllUsers=true UserName=ada", 400, "ValidationError", "not both")
	f.Refused("ListInstanceProfilesForRole RoleName=x", 404, "NoSuchEntity", "The role with name x")
	f.Refused("ListInstanceProfilesForRole RoleName=r Marker=x", 400, "ValidationError", "Invalid Marker")
	f.Refused("ListVirtualMFADevices Marker=x", 400, "ValidationError", "Invalid Marker")
	for _, op := range []string{"GetLoginProfile", "DeleteLoginProfile"} {
		f.Refused(op+" UserName=ada", 404, "NoSuchEntity", "Login Profile for User ada cannot be found.")
		f.Refused(op+" UserName=eve", 404, "NoSuchEntity", "The user with name eve cannot be found.")
	}
	key := f.Do("CreateAccessKey UserName=ada").At("AccessKey", "AccessKeyId").Text
	f.Steps([][2]string{{"GetAccessKeyLastUsed AccessKeyId=" + key, "UserName=ada AccessKeyLastUsed(ServiceName=N/A Region=N/A)"}})
	f.Refused("GetAccessKeyLastUsed AccessKeyId=AKIAOFNOBODYATALL234", 403, "AccessDenied", "The Access Key with id AKIAOFNOBODYATALL234")
}

// TestIAMFederatedTrust: a role may trust another identity provider.
func TestIAMFederatedTrust(t *testing.T) {
	f := newFixture(t)
	const trust = `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"Federated":"cognito-identity.amazonaws.com"},"Action":"sts:AssumeRoleWithWebIdentity"}}`
	f.Do("CreateRole RoleName=web AssumeRolePolicyDocument=" + trust)
	f.Do("UpdateAssumeRolePolicy RoleName=web PolicyDocument=" + trust)
	if got := f.Do("GetRole RoleName=web").At("Role", "AssumeRolePolicyDocument").Text; !strings.Contains(got, "Federated") {
		t.Errorf("the trust policy is %s", got)
	}
}
