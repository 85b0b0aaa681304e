package service_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestIAMPolicyVersions(t *testing.T) {
	const policy, later, latest = " PolicyArn=$policy/x/p", "2026-08-01T13:00:00Z", "2026-08-01T14:00:00Z"
	member := func(id string, isDefault bool, at string) string {
		return fmt.Sprintf("member(VersionId=%s IsDefaultVersion=%t CreateDate=%s)", id, isDefault, at)
	}
	f := newIAMFixture(t)
	f.do("CreatePolicy PolicyName=p Path=/x/ PolicyDocument=$doc")
	described := func(id, updated string) [2]string {
		return [2]string{"GetPolicy" + policy, "Policy(PolicyName=p PolicyId=ANPA Arn=arn:aws:iam::123456789012:policy/x/p Path=/x/ DefaultVersionId=" + id +
			" AttachmentCount=0 PermissionsBoundaryUsageCount=0 IsAttachable=true CreateDate=$now UpdateDate=" + updated + ")"}
	}
	other := strings.Replace(iamDoc, "ListUsers", "DescribeUserPool", 1)
	otherEscaped := strings.Replace(escapedDoc, "ListUsers", "DescribeUserPool", 1)
	f.steps([][2]string{{"ListPolicyVersions" + policy, "Versions(" + member("v1", true, "$now") + ") IsTruncated=false"}, described("v1", "$now")})
	f.now = f.now.Add(time.Hour)
	f.steps([][2]string{
		{"CreatePolicyVersion" + policy + " SetAsDefault=true PolicyDocument=" + other, "PolicyVersion(VersionId=v2 IsDefaultVersion=true CreateDate=" + later + ")"},
		described("v2", later),
	})
	f.now = f.now.Add(time.Hour)
	f.steps([][2]string{
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
	f.steps([][2]string{
		{"DeletePolicyVersion VersionId=v2" + policy, ""}, {"DeletePolicyVersion VersionId=v4" + policy, ""},
		{"DeletePolicyVersion VersionId=v5" + policy, ""}, {"DeletePolicyVersion VersionId=v6" + policy, ""}, {"DeletePolicy" + policy, ""},
	})
}

// versionRefusals tries what may not be with a policy whose versions are v4, v2
// and v1, the default, and leaves v5 and v6 besides.
func (f *iamFixture) versionRefusals(policy string) {
	f.t.Helper()
	for _, op := range []string{"GetPolicyVersion", "SetDefaultPolicyVersion", "DeletePolicyVersion"} {
		for _, id := range []string{"v3", "v5", "v99999999999999999999", "v1.2"} {
			f.refused(op+policy+" VersionId="+id, 404, "NoSuchEntity", "Policy arn:aws:iam::123456789012:policy/x/p version "+id+" does not exist or is not attachable.")
		}
		f.refused(op+" PolicyArn=$policy/none VersionId=v1", 404, "NoSuchEntity", "policy/none")
		f.refused(op+" PolicyArn=arn:aws:iam::$account:user/x VersionId=v1", 400, "InvalidInput", "is not valid")
		f.refused(op+policy+" VersionId=1", 400, "ValidationError", "versionId")
	}
	f.refused("DeletePolicyVersion VersionId=v1"+policy, 409, "DeleteConflict", "Cannot delete the default version of a policy.")
	f.refused("DeletePolicy"+policy, 409, "DeleteConflict", "This policy has more than one version.")
	f.refused("CreatePolicyVersion PolicyDocument={}"+policy, 400, "MalformedPolicyDocument", "Statement")
	f.refused("CreatePolicyVersion PolicyDocument=$doc PolicyArn=$policy/none", 404, "NoSuchEntity", "policy/none")
	f.refused("CreatePolicyVersion PolicyDocument="+strings.Replace(iamDoc, "ListUsers", strings.Repeat("a", 7000), 1)+policy, 409, "LimitExceeded", "PolicySize")
	f.refused("ListPolicyVersions Marker=x"+policy, 400, "ValidationError", "Invalid Marker")
	f.refused("ListPolicyVersions PolicyArn=$policy/none", 404, "NoSuchEntity", "policy/none")
	f.do("CreatePolicyVersion PolicyDocument=$doc" + policy)
	f.do("CreatePolicyVersion PolicyDocument=$doc" + policy)
	f.refused("CreatePolicyVersion PolicyDocument=$doc"+policy, 409, "LimitExceeded",
		"A managed policy can have up to 5 versions. Before you create a new version, you must delete an existing version.")
}

func TestIAMUpdates(t *testing.T) {
	role := func(more string) string {
		return "Role(Path=/ RoleName=r RoleId=AROA Arn=arn:aws:iam::123456789012:role/r CreateDate=$now AssumeRolePolicyDocument=" + escapedTrust + more + ")"
	}
	user := func(path, name string) string {
		return "User(Path=" + path + " UserName=" + name + " UserId=AIDA Arn=arn:aws:iam::123456789012:user" + path + name + " CreateDate=$now)"
	}
	f := newIAMFixture(t)
	f.do("CreateRole RoleName=r Description=old AssumeRolePolicyDocument=$trust")
	f.do("CreateUser UserName=ada")
	f.do("CreateUser UserName=bob")
	f.steps([][2]string{
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
	f.refused("GetUser UserName=ada", 404, "NoSuchEntity", "ada")
	f.refused("UpdateUser UserName=ada NewPath=/", 404, "NoSuchEntity", "ada")
	f.refused("UpdateUser UserName=eve NewUserName=BOB", 409, "EntityAlreadyExists", "User with name BOB already exists.")
	f.refused("UpdateUser UserName=eve NewUserName=a/b", 400, "ValidationError", "newUserName")
	f.refused("UpdateUser UserName=eve NewPath=x", 400, "ValidationError", "ath")
	f.refused("UpdateRole RoleName=r MaxSessionDuration=1", 400, "ValidationError", "maxSessionDuration")
	f.refused("UpdateRole RoleName=r MaxSessionDuration=7200 Description=\u65e5", 400, "ValidationError", "description")
	f.refused("UpdateRole RoleName=x MaxSessionDuration=7200", 404, "NoSuchEntity", "The role with name x")
	f.refused("UpdateRoleDescription RoleName=x Description=d", 404, "NoSuchEntity", "The role with name x")
}

// TestIAMNone asks for what nobody has here.
func TestIAMNone(t *testing.T) {
	f := newIAMFixture(t)
	f.do("CreateUser UserName=ada")
	f.do("CreateRole RoleName=r AssumeRolePolicyDocument=$trust")
	lists := map[string]string{"ListGroupsForUser": "Groups", "ListMFADevices": "MFADevices", "ListSSHPublicKeys": "SSHPublicKeys",
		"ListSigningCertificates": "Certificates", "ListServiceSpecificCredentials": "ServiceSpecificCredentials"}
	for op, list := range lists {
		want := list + "= IsTruncated=false"
		f.steps([][2]string{{op + " UserName=ada", want}, {op + " UserName=ADA MaxItems=1", want}})
		f.refused(op+" UserName=eve", 404, "NoSuchEntity", "The user with name eve cannot be found.")
		f.refused(op+" UserName=ada Marker=x", 400, "ValidationError", "Invalid Marker: "+op+" gave no such marker for this list.")
		f.refused(op+" UserName=ada MaxItems=0", 400, "ValidationError", "maxItems")
		if op == "ListGroupsForUser" {
			continue
		}
		f.refused(op, 400, "ValidationError", "Give UserName: the account's root signed")
		f.caller = "ada"
		f.steps([][2]string{{op, want}})
		f.caller = ""
	}
	f.steps([][2]string{
		{"ListInstanceProfilesForRole RoleName=r", "InstanceProfiles= IsTruncated=false"},
		{"ListVirtualMFADevices AssignmentStatus=Assigned", "VirtualMFADevices= IsTruncated=false"},
		{"ListServiceSpecificCredentials AllUsers=true", "ServiceSpecificCredentials= IsTruncated=false"},
	})
	f.refused("ListServiceSpecificCredentials AllUsers=true UserName=ada", 400, "ValidationError", "not both")
	f.refused("ListInstanceProfilesForRole RoleName=x", 404, "NoSuchEntity", "The role with name x")
	f.refused("ListInstanceProfilesForRole RoleName=r Marker=x", 400, "ValidationError", "Invalid Marker")
	f.refused("ListVirtualMFADevices Marker=x", 400, "ValidationError", "Invalid Marker")
	for _, op := range []string{"GetLoginProfile", "DeleteLoginProfile"} {
		f.refused(op+" UserName=ada", 404, "NoSuchEntity", "Login Profile for User ada cannot be found.")
		f.refused(op+" UserName=eve", 404, "NoSuchEntity", "The user with name eve cannot be found.")
	}
	key := f.do("CreateAccessKey UserName=ada").at("AccessKey", "AccessKeyId").Text
	f.steps([][2]string{{"GetAccessKeyLastUsed AccessKeyId=" + key, "UserName=ada AccessKeyLastUsed(ServiceName=N/A Region=N/A)"}})
	f.refused("GetAccessKeyLastUsed AccessKeyId=AKIAOFNOBODYATALL234", 403, "AccessDenied", "The Access Key with id AKIAOFNOBODYATALL234")
}

// TestIAMFederatedTrust: a role may trust another identity provider.
func TestIAMFederatedTrust(t *testing.T) {
	f := newIAMFixture(t)
	const trust = `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"Federated":"cognito-identity.amazonaws.com"},"Action":"sts:AssumeRoleWithWebIdentity"}}`
	f.do("CreateRole RoleName=web AssumeRolePolicyDocument=" + trust)
	f.do("UpdateAssumeRolePolicy RoleName=web PolicyDocument=" + trust)
	if got := f.do("GetRole RoleName=web").at("Role", "AssumeRolePolicyDocument").Text; !strings.Contains(got, "Federated") {
		t.Errorf("the trust policy is %s", got)
	}
}
