package api_test

import (
	"slices"
	"testing"

	cognitoapi "poolhouse/internal/api/cognito"
	iamapi "poolhouse/internal/api/iam"
	logsapi "poolhouse/internal/api/logs"
	poolhouseapi "poolhouse/internal/api/poolhouse"
	stsapi "poolhouse/internal/api/sts"
	"poolhouse/internal/apicore"
)

// typed is an operation with constructors of its types.
type typed struct {
	apicore.OperationInfo
	newInput, newOutput func() any
}

func of[In, Out any](op apicore.Operation[In, Out]) typed {
	return typed{op.OperationInfo, func() any { return new(In) }, func() any { return new(Out) }}
}

// TestEveryOperation: the list below has all declared operations.
func TestEveryOperation(t *testing.T) {
	listed := map[string]bool{}
	for _, op := range every() {
		listed[op.Action()] = true
	}
	for _, op := range slices.Concat(cognitoapi.Operations(), poolhouseapi.Operations(), logsapi.Operations(), iamapi.Operations(), stsapi.Operations()) {
		if !listed[op.Action()] {
			t.Errorf("%s is not in the list of every operation: add of(%s) there", op.Action(), op.Name)
		}
	}
}

// every returns all operations of all services.
func every() []typed {
	return []typed{
		of(cognitoapi.AddCustomAttributes), of(cognitoapi.AddUserPoolClientSecret), of(cognitoapi.AdminAddUserToGroup), of(cognitoapi.AdminConfirmSignUp),
		of(cognitoapi.AdminCreateUser), of(cognitoapi.AdminDeleteSoftwareToken), of(cognitoapi.AdminDeleteUser), of(cognitoapi.AdminDeleteUserAttributes),
		of(cognitoapi.AdminDisableProviderForUser), of(cognitoapi.AdminDisableUser), of(cognitoapi.AdminEnableUser), of(cognitoapi.AdminForgetDevice),
		of(cognitoapi.AdminGetDevice), of(cognitoapi.AdminGetUser), of(cognitoapi.AdminGetUserAuthFactors), of(cognitoapi.AdminInitiateAuth),
		of(cognitoapi.AdminLinkProviderForUser), of(cognitoapi.AdminListDevices), of(cognitoapi.AdminListGroupsForUser),
		of(cognitoapi.AdminListUserAuthEvents), of(cognitoapi.AdminListUserSessions), of(cognitoapi.AdminRemoveUserFromGroup),
		of(cognitoapi.AdminResetUserPassword), of(cognitoapi.AdminRespondToAuthChallenge), of(cognitoapi.AdminRevokeUserSession),
		of(cognitoapi.AdminSetUserMFAPreference), of(cognitoapi.AdminSetUserPassword), of(cognitoapi.AdminSetUserSettings),
		of(cognitoapi.AdminUpdateAuthEventFeedback), of(cognitoapi.AdminUpdateDeviceStatus), of(cognitoapi.AdminUpdateUserAttributes),
		of(cognitoapi.AdminUserGlobalSignOut), of(cognitoapi.AssociateSoftwareToken), of(cognitoapi.ChangePassword),
		of(cognitoapi.CompleteWebAuthnRegistration), of(cognitoapi.ConfirmDevice), of(cognitoapi.ConfirmForgotPassword), of(cognitoapi.ConfirmSignUp),
		of(cognitoapi.CreateGroup), of(cognitoapi.CreateIdentityProvider), of(cognitoapi.CreateManagedLoginBranding), of(cognitoapi.CreateResourceServer),
		of(cognitoapi.CreateTerms), of(cognitoapi.CreateUserImportJob), of(cognitoapi.CreateUserPool), of(cognitoapi.CreateUserPoolClient),
		of(cognitoapi.CreateUserPoolDomain), of(cognitoapi.CreateUserPoolReplica), of(cognitoapi.DeleteGroup), of(cognitoapi.DeleteIdentityProvider),
		of(cognitoapi.DeleteManagedLoginBranding), of(cognitoapi.DeleteResourceServer), of(cognitoapi.DeleteTerms), of(cognitoapi.DeleteUser),
		of(cognitoapi.DeleteUserAttributes), of(cognitoapi.DeleteUserPool), of(cognitoapi.DeleteUserPoolClient), of(cognitoapi.DeleteUserPoolClientSecret),
		of(cognitoapi.DeleteUserPoolDomain), of(cognitoapi.DeleteUserPoolReplica), of(cognitoapi.DeleteWebAuthnCredential),
		of(cognitoapi.DescribeIdentityProvider), of(cognitoapi.DescribeManagedLoginBranding), of(cognitoapi.DescribeManagedLoginBrandingByClient),
		of(cognitoapi.DescribeResourceServer), of(cognitoapi.DescribeRiskConfiguration), of(cognitoapi.DescribeTerms),
		of(cognitoapi.DescribeTermsByClient), of(cognitoapi.DescribeUserImportJob), of(cognitoapi.DescribeUserPool), of(cognitoapi.DescribeUserPoolClient),
		of(cognitoapi.DescribeUserPoolDomain), of(cognitoapi.ForgetDevice), of(cognitoapi.ForgotPassword), of(cognitoapi.GetCSVHeader),
		of(cognitoapi.GetClientToken), of(cognitoapi.GetDevice), of(cognitoapi.GetGroup), of(cognitoapi.GetIdentityProviderByIdentifier),
		of(cognitoapi.GetLogDeliveryConfiguration), of(cognitoapi.GetProvisionedLimit), of(cognitoapi.GetSigningCertificate),
		of(cognitoapi.GetTokensFromRefreshToken), of(cognitoapi.GetUICustomization), of(cognitoapi.GetUser),
		of(cognitoapi.GetUserAttributeVerificationCode), of(cognitoapi.GetUserAuthFactors), of(cognitoapi.GetUserPoolClientSessionConfiguration),
		of(cognitoapi.GetUserPoolMfaConfig), of(cognitoapi.GetUserPoolSessionConfiguration), of(cognitoapi.GlobalSignOut), of(cognitoapi.InitiateAuth),
		of(cognitoapi.ListDevices), of(cognitoapi.ListGroups), of(cognitoapi.ListIdentityProviders), of(cognitoapi.ListResourceServers),
		of(cognitoapi.ListTagsForResource), of(cognitoapi.ListTerms), of(cognitoapi.ListUserImportJobs), of(cognitoapi.ListUserPoolClientSecrets),
		of(cognitoapi.ListUserPoolClients), of(cognitoapi.ListUserPoolReplicas), of(cognitoapi.ListUserPools), of(cognitoapi.ListUserSessions),
		of(cognitoapi.ListUsers), of(cognitoapi.ListUsersInGroup), of(cognitoapi.ListWebAuthnCredentials), of(cognitoapi.ResendConfirmationCode),
		of(cognitoapi.RespondToAuthChallenge), of(cognitoapi.RevokeToken), of(cognitoapi.RevokeUserSession), of(cognitoapi.SetLogDeliveryConfiguration),
		of(cognitoapi.SetRiskConfiguration), of(cognitoapi.SetUICustomization), of(cognitoapi.SetUserMFAPreference),
		of(cognitoapi.SetUserPoolClientSessionConfiguration), of(cognitoapi.SetUserPoolMfaConfig), of(cognitoapi.SetUserPoolSessionConfiguration),
		of(cognitoapi.SetUserSettings), of(cognitoapi.SignUp), of(cognitoapi.StartUserImportJob), of(cognitoapi.StartWebAuthnRegistration),
		of(cognitoapi.StopUserImportJob), of(cognitoapi.TagResource), of(cognitoapi.UntagResource), of(cognitoapi.UpdateAuthEventFeedback),
		of(cognitoapi.UpdateDeviceStatus), of(cognitoapi.UpdateGroup), of(cognitoapi.UpdateIdentityProvider), of(cognitoapi.UpdateManagedLoginBranding),
		of(cognitoapi.UpdateProvisionedLimit), of(cognitoapi.UpdateResourceServer), of(cognitoapi.UpdateTerms), of(cognitoapi.UpdateUserAttributes),
		of(cognitoapi.UpdateUserPool), of(cognitoapi.UpdateUserPoolClient), of(cognitoapi.UpdateUserPoolDomain), of(cognitoapi.UpdateUserPoolReplica),
		of(cognitoapi.VerifySoftwareToken), of(cognitoapi.VerifyUserAttribute),
		of(poolhouseapi.ApplyUserImportSuggestions), of(poolhouseapi.CheckUserImport), of(poolhouseapi.CorrectUserImportJobRows),
		of(poolhouseapi.CreateUserImportJob), of(poolhouseapi.CreateUserImportUpload), of(poolhouseapi.DeleteUserImportUpload),
		of(poolhouseapi.GetUserImportJobReceipt), of(poolhouseapi.GetUserImportJobResults), of(poolhouseapi.ListUserImportJobRows),
		of(poolhouseapi.ListUserImportJobUsers), of(poolhouseapi.ResumeUserImportJob), of(poolhouseapi.RetryUserImportJob),
		of(poolhouseapi.UpdateUserImportJob), of(poolhouseapi.DescribeUserImportRoles), of(poolhouseapi.DescribeUserImportUpload), of(poolhouseapi.DescribeUserPoolStatistics),
		of(poolhouseapi.GetUserImportJobLog), of(poolhouseapi.GetUserImportJobProgress), of(poolhouseapi.GetUserImportMap), of(poolhouseapi.ListAuditEvents), of(poolhouseapi.ListOutboxMessages),
		of(poolhouseapi.ListUserImportJobs),
		of(poolhouseapi.ApplyUserImportSuggestions), of(poolhouseapi.CheckUserImport), of(poolhouseapi.CorrectUserImportJobRows), of(poolhouseapi.GetUserImportJobReceipt),
		of(poolhouseapi.GetUserImportJobResults), of(poolhouseapi.ListUserImportJobRows), of(poolhouseapi.ListUserImportJobUsers),
		of(poolhouseapi.ResumeUserImportJob), of(poolhouseapi.RetryUserImportJob), of(poolhouseapi.UpdateUserImportJob),
		of(logsapi.DeleteLogGroup), of(logsapi.DeleteLogStream), of(logsapi.DeleteRetentionPolicy), of(logsapi.DescribeLogGroups),
		of(logsapi.DescribeLogStreams), of(logsapi.FilterLogEvents), of(logsapi.GetLogEvents), of(logsapi.PutRetentionPolicy),
		of(iamapi.AttachRolePolicy), of(iamapi.AttachUserPolicy), of(iamapi.CreateAccessKey), of(iamapi.CreatePolicy), of(iamapi.CreatePolicyVersion),
		of(iamapi.CreateRole), of(iamapi.CreateUser), of(iamapi.DeleteAccessKey), of(iamapi.DeleteLoginProfile), of(iamapi.DeletePolicy),
		of(iamapi.DeletePolicyVersion), of(iamapi.DeleteRole), of(iamapi.DeleteRolePolicy), of(iamapi.DeleteUser), of(iamapi.DeleteUserPolicy),
		of(iamapi.DetachRolePolicy), of(iamapi.DetachUserPolicy), of(iamapi.GetAccessKeyLastUsed), of(iamapi.GetLoginProfile), of(iamapi.GetPolicy),
		of(iamapi.GetPolicyVersion), of(iamapi.GetRole), of(iamapi.GetRolePolicy), of(iamapi.GetUser), of(iamapi.GetUserPolicy), of(iamapi.ListAccessKeys),
		of(iamapi.ListAttachedRolePolicies), of(iamapi.ListAttachedUserPolicies), of(iamapi.ListGroupsForUser), of(iamapi.ListInstanceProfilesForRole),
		of(iamapi.ListMFADevices), of(iamapi.ListPolicies), of(iamapi.ListPolicyTags), of(iamapi.ListPolicyVersions), of(iamapi.ListRolePolicies),
		of(iamapi.ListRoleTags), of(iamapi.ListRoles), of(iamapi.ListSSHPublicKeys), of(iamapi.ListServiceSpecificCredentials),
		of(iamapi.ListSigningCertificates), of(iamapi.ListUserPolicies), of(iamapi.ListUserTags), of(iamapi.ListUsers), of(iamapi.ListVirtualMFADevices),
		of(iamapi.PutRolePolicy), of(iamapi.PutUserPolicy), of(iamapi.SetDefaultPolicyVersion), of(iamapi.TagPolicy), of(iamapi.TagRole),
		of(iamapi.TagUser), of(iamapi.UntagPolicy), of(iamapi.UntagRole), of(iamapi.UntagUser), of(iamapi.UpdateAccessKey),
		of(iamapi.UpdateAssumeRolePolicy), of(iamapi.UpdateRole), of(iamapi.UpdateRoleDescription), of(iamapi.UpdateUser),
		of(stsapi.AssumeRole), of(stsapi.GetCallerIdentity),
	}
}
