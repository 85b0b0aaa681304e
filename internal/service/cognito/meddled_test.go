package cognitoservice_test

import (
	"testing"

	"poolhouse/internal/service/servicetest"
)

// TestRulesHoldWhenWritten: what an operation read may change before the operation writes. A
// rule that depends on it still holds.
func TestRulesHoldWhenWritten(t *testing.T) {
	const noPool = "ResourceNotFoundException"
	for _, tt := range []struct {
		operation string
		in        object
		meddle    func(f *servicetest.Meddling)
		exception string
	}{
		{"StartUserImportJob", object{}, (*servicetest.Meddling).VerifyNothing, "PreconditionNotMetException"},
		{"StartUserImportJob", object{}, (*servicetest.Meddling).StartOther, "PreconditionNotMetException"},
		{"StartUserImportJob", object{}, (*servicetest.Meddling).Remake, noPool},
		{"StopUserImportJob", object{}, (*servicetest.Meddling).Remake, noPool},
		{"CreateUserImportJob", object{"JobName": "x", "CloudWatchLogsRoleArn": "arn:aws:iam::000000000000:role/x"}, (*servicetest.Meddling).Remove, noPool},
		{"CreateUserPoolClient", object{"ClientName": "x", "ExplicitAuthFlows": []any{"ALLOW_USER_AUTH"}}, (*servicetest.Meddling).Cheapen, "FeatureUnavailableInTierException"},
		{"CreateUserPoolClient", object{"ClientName": "x", "ReadAttributes": []any{"custom:a"}}, (*servicetest.Meddling).Remake, "InvalidParameterException"},
		{"UpdateUserPoolClient", object{"ExplicitAuthFlows": []any{"ALLOW_USER_AUTH"}}, (*servicetest.Meddling).Cheapen, "FeatureUnavailableInTierException"},
		{"UpdateUserPoolClient", object{}, (*servicetest.Meddling).Remake, noPool},
		{"UpdateUserPool", object{}, (*servicetest.Meddling).StartOther, "UserImportInProgressException"},
		{"SetUserPoolMfaConfig", object{}, (*servicetest.Meddling).StartOther, "ConcurrentModificationException"},
		{"AddCustomAttributes", object{"CustomAttributes": []any{object{"Name": "b", "AttributeDataType": "String"}}}, (*servicetest.Meddling).StartOther, "UserImportInProgressException"},
		{"DeleteUserPool", object{}, (*servicetest.Meddling).StartOther, "UserImportInProgressException"},
		{"AdminCreateUser", object{"Username": "bob", "UserAttributes": named("custom:a", "1")}, (*servicetest.Meddling).Remake, noPool},
		{"AdminUpdateUserAttributes", object{"Username": "ada", "UserAttributes": named("custom:a", "1")}, (*servicetest.Meddling).Remake, noPool},
		{"AdminDeleteUserAttributes", object{"Username": "ada", "UserAttributeNames": []any{"name"}}, (*servicetest.Meddling).Remake, noPool},
		{"AdminDisableUser", object{"Username": "ada"}, (*servicetest.Meddling).Remake, noPool},
		{"AdminEnableUser", object{"Username": "ada"}, (*servicetest.Meddling).Remake, noPool},
		{"AdminDeleteUser", object{"Username": "ada"}, (*servicetest.Meddling).Remake, noPool},
	} {
		t.Run(tt.operation, func(t *testing.T) {
			f := servicetest.NewMeddling(t)
			in := object{"UserPoolId": f.PoolID}
			switch tt.operation {
			case "StartUserImportJob", "StopUserImportJob":
				in["JobId"] = f.Jobs[0].JobID
			case "UpdateUserPoolClient":
				in["ClientId"] = f.Client
			}
			for name, value := range tt.in {
				in[name] = value
			}
			f.Meddled.Before = func() { tt.meddle(f) }
			f.Refused(tt.operation, in, tt.exception, "")
			if f.Meddled.Before != nil {
				t.Error("nothing was written")
			}
		})
	}
}
