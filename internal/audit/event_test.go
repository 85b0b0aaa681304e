package audit_test

import (
	"slices"
	"strings"
	"testing"

	cognitoapi "poolhouse/internal/api/cognito"
	iamapi "poolhouse/internal/api/iam"
	logsapi "poolhouse/internal/api/logs"
	poolhouseapi "poolhouse/internal/api/poolhouse"
	stsapi "poolhouse/internal/api/sts"
	"poolhouse/internal/audit"
)

// reads are all operations that change nothing. Decide for each new operation whether it
// belongs in the record.
const reads = `
AdminGetDevice AdminGetUser AdminGetUserAuthFactors AdminListDevices AdminListGroupsForUser AdminListUserAuthEvents AdminListUserSessions
DescribeIdentityProvider DescribeManagedLoginBranding DescribeManagedLoginBrandingByClient DescribeResourceServer
DescribeRiskConfiguration DescribeTerms DescribeTermsByClient DescribeUserImportJob DescribeUserPool DescribeUserPoolClient DescribeUserPoolDomain
GetCSVHeader GetDevice GetGroup GetIdentityProviderByIdentifier GetLogDeliveryConfiguration GetProvisionedLimit
GetSigningCertificate GetUICustomization GetUser GetUserAuthFactors GetUserPoolClientSessionConfiguration GetUserPoolMfaConfig
GetUserPoolSessionConfiguration
ListDevices ListGroups ListIdentityProviders ListResourceServers ListTagsForResource ListTerms ListUserImportJobs
ListUserPoolClientSecrets ListUserPoolClients ListUserPoolReplicas ListUserPools ListUserSessions ListUsers ListUsersInGroup ListWebAuthnCredentials
CheckUserImport DescribeUserImportRoles DescribeUserImportUpload DescribeUserPoolStatistics GetUserImportJobLog GetUserImportJobProgress
GetUserImportJobReceipt GetUserImportJobResults GetUserImportMap ListAuditEvents ListUserImportJobRows ListUserImportJobUsers ListUserImportJobs
DescribeLogGroups DescribeLogStreams FilterLogEvents GetLogEvents
GetAccessKeyLastUsed GetLoginProfile GetPolicy GetPolicyVersion GetRole GetRolePolicy GetUser GetUserPolicy
ListAccessKeys ListAttachedRolePolicies ListAttachedUserPolicies ListGroupsForUser ListInstanceProfilesForRole ListMFADevices
ListPolicies ListPolicyTags ListPolicyVersions ListRolePolicies ListRoleTags ListRoles ListSSHPublicKeys ListServiceSpecificCredentials
ListSigningCertificates ListUserPolicies ListUserTags ListUsers ListVirtualMFADevices
GetCallerIdentity`

func TestChanges(t *testing.T) {
	var got []string
	changes := 0
	decide := func(operation string) {
		if audit.IsChange(operation) {
			changes++
		} else {
			got = append(got, operation)
		}
	}
	for _, op := range slices.Concat(cognitoapi.Operations(), poolhouseapi.Operations(), logsapi.Operations()) {
		decide(op.Name)
	}
	for _, op := range slices.Concat(iamapi.Operations(), stsapi.Operations()) {
		decide(op.Name)
	}
	if want := strings.Fields(reads); !slices.Equal(got, want) {
		t.Errorf("these operations read: %v, want %v", got, want)
	}
	if changes < 100 {
		t.Errorf("only %d operations change something", changes)
	}
	for _, operation := range []string{"AssumeRole", "GetClientToken", "GetTokensFromRefreshToken", "GetUserAttributeVerificationCode", "InitiateAuth", "ListOutboxMessages", "SomethingNew", ""} {
		if !audit.IsChange(operation) {
			t.Errorf("%s only reads", operation)
		}
	}
}
