package cognitoservice_test

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	cognitoapi "poolhouse/internal/api/cognito"
	"poolhouse/internal/apicore"
)

const (
	anyARN  = "arn:aws:lambda:us-east-1:000000000000:function:f"
	anyCode = "Your code is {####}."
)

// poolSample has all members of CreateUserPool that fit together; usernameSample has the
// remaining one.
func poolSample() object {
	function := object{"LambdaVersion": "V1_0", "LambdaArn": anyARN}
	return object{
		"PoolName": "people",
		"Policies": object{
			"PasswordPolicy": object{"MinimumLength": 9.0, "RequireUppercase": true, "RequireLowercase": true, "RequireNumbers": true, "RequireSymbols": true,
				"PasswordHistorySize": 3.0, "TemporaryPasswordValidityDays": 5.0},
			"SignInPolicy": object{"AllowedFirstAuthFactors": []any{"PASSWORD", "EMAIL_OTP"}},
		},
		"DeletionProtection": "ACTIVE",
		"LambdaConfig": object{"PreSignUp": anyARN, "CustomMessage": anyARN, "PostConfirmation": anyARN, "PreAuthentication": anyARN, "PostAuthentication": anyARN,
			"DefineAuthChallenge": anyARN, "CreateAuthChallenge": anyARN, "VerifyAuthChallengeResponse": anyARN, "PreTokenGeneration": anyARN, "UserMigration": anyARN,
			"PreTokenGenerationConfig": object{"LambdaVersion": "V2_0", "LambdaArn": anyARN}, "CustomSMSSender": function, "CustomEmailSender": function,
			"KMSKeyID": anyARN, "InboundFederation": function},
		"AutoVerifiedAttributes": []any{"email"}, "AliasAttributes": []any{"email"},
		"SmsVerificationMessage": anyCode, "EmailVerificationMessage": anyCode, "EmailVerificationSubject": "A code",
		"VerificationMessageTemplate": object{"SmsMessage": anyCode, "EmailMessage": anyCode, "EmailSubject": "A code",
			"EmailMessageByLink": "Click {##here##}", "EmailSubjectByLink": "A link", "DefaultEmailOption": "CONFIRM_WITH_LINK"},
		"SmsAuthenticationMessage": anyCode, "MfaConfiguration": "OPTIONAL",
		"UserAttributeUpdateSettings": object{"AttributesRequireVerificationBeforeUpdate": []any{"email"}},
		"DeviceConfiguration":         object{"ChallengeRequiredOnNewDevice": true, "DeviceOnlyRememberedOnUserPrompt": true},
		"EmailConfiguration": object{"SourceArn": anyARN, "ReplyToEmailAddress": "a@example.com", "EmailSendingAccount": "DEVELOPER",
			"From": "b@example.com", "ConfigurationSet": "set"},
		"SmsConfiguration": object{"SnsCallerArn": anyARN, "ExternalId": "x", "SnsRegion": "us-east-1", "EumsSms": object{"CallerArn": anyARN, "ExternalId": "x",
			"OriginationIdentity": "i", "ConfigurationSetName": "c", "InEntityId": "e", "InTemplateId": "t", "Region": "us-east-1"}},
		"UserPoolTags": object{"team": "blue"},
		"AdminCreateUserConfig": object{"AllowAdminCreateUserOnly": true, "UnusedAccountValidityDays": 5.0,
			"InviteMessageTemplate": object{"SMSMessage": "{username} {####}", "EmailMessage": "{username} {####}", "EmailSubject": "Welcome"}},
		"Schema": []any{
			object{"Name": "email", "AttributeDataType": "String", "DeveloperOnlyAttribute": false, "Mutable": true, "Required": true,
				"StringAttributeConstraints": object{"MinLength": "3", "MaxLength": "99"}},
			object{"Name": "level", "AttributeDataType": "Number", "DeveloperOnlyAttribute": true, "Mutable": true, "Required": false,
				"NumberAttributeConstraints": object{"MinValue": "1", "MaxValue": "9"}},
		},
		"UserPoolAddOns": object{"AdvancedSecurityMode": "AUDIT", "AdvancedSecurityAdditionalFlows": object{"CustomAuthMode": "AUDIT"}},
		"DcrConfiguration": object{"EnableStatus": "Enabled", "OpenDcrEnabled": true, "AuthenticatedGrantTypes": []any{"client_credentials"},
			"OpenDcrGrantTypes": []any{"code"}, "AllowedScopes": []any{"api/read"}},
		"UsernameConfiguration":  object{"CaseSensitive": true},
		"AccountRecoverySetting": object{"RecoveryMechanisms": []any{object{"Priority": 1.0, "Name": "verified_email"}}},
		"UserPoolTier":           "PLUS",
		"KeyConfiguration":       object{"KeyType": "CUSTOMER_MANAGED_KEY", "KmsKeyArn": anyARN},
		"IssuerConfiguration":    object{"Type": "UPDATED"},
		"AcrConfiguration":       object{"Level1": object{"AcrValue": "low"}, "Level3": object{"AcrValue": "high"}},
	}
}

func usernameSample() object {
	return object{"PoolName": "people", "UsernameAttributes": []any{"email", "phone_number"}}
}

// clientSample has all members of CreateUserPoolClient that fit together; secretSample has the
// remaining one.
func clientSample() object {
	return object{
		"ClientName": "app", "GenerateSecret": true, "RefreshTokenValidity": 20.0, "AccessTokenValidity": 10.0, "IdTokenValidity": 11.0,
		"TokenValidityUnits": object{"AccessToken": "minutes", "IdToken": "minutes", "RefreshToken": "hours"},
		"ReadAttributes":     []any{"email", "name"}, "WriteAttributes": []any{"email"}, "ExplicitAuthFlows": []any{"ALLOW_USER_AUTH"},
		"SupportedIdentityProviders": []any{"COGNITO"}, "CallbackURLs": []any{"https://example.com"}, "LogoutURLs": []any{"https://example.com/out"},
		"DefaultRedirectURI": "https://example.com", "AllowedOAuthFlows": []any{"code"}, "AllowedOAuthScopes": []any{"openid"}, "AllowedOAuthFlowsUserPoolClient": true,
		"AnalyticsConfiguration":     object{"ApplicationId": "abc", "ApplicationArn": anyARN, "RoleArn": anyARN, "ExternalId": "x", "UserDataShared": true},
		"PreventUserExistenceErrors": "ENABLED", "EnableTokenRevocation": true, "EnablePropagateAdditionalUserContextData": true, "AuthSessionValidity": 5.0,
		"RefreshTokenRotation": object{"Feature": "ENABLED", "RetryGracePeriodSeconds": 9.0},
	}
}

func secretSample() object {
	return object{"ClientName": "app", "ClientSecret": "a_secret_of_the_owners_own_choice"}
}

func mfaSample() object {
	return object{
		"MfaConfiguration": "OPTIONAL", "SoftwareTokenMfaConfiguration": object{"Enabled": true},
		"SmsMfaConfiguration":   object{"SmsAuthenticationMessage": anyCode, "SmsConfiguration": poolSample()["SmsConfiguration"]},
		"EmailMfaConfiguration": object{"Message": anyCode, "Subject": "A code"},
		"WebAuthnConfiguration": object{"RelyingPartyId": "auth.example.com", "UserVerification": "required", "FactorConfiguration": "MULTI_FACTOR_WITH_USER_VERIFICATION"},
	}
}

// TestSettingsAreKept sends every member of the model, at any depth, and looks for it in
// Describe's answer. It does so once with the samples and once with all flags inverted. A
// member of a newer model fails the test until a sample has it.
func TestSettingsAreKept(t *testing.T) {
	f := newFixture(t)
	for _, tt := range []struct {
		input   *apicore.Shape
		samples []object
		round   func(object) (answer object) // sends a request and returns what was stored of it
	}{
		{cognitoapi.CreateUserPool.Input, []object{poolSample(), usernameSample()}, f.keptByCreatePool},
		{cognitoapi.UpdateUserPool.Input, []object{only(poolSample(), cognitoapi.UpdateUserPool.Input)}, f.keptByUpdatePool},
		{cognitoapi.CreateUserPoolClient.Input, []object{clientSample(), secretSample()}, f.keptByCreateClient},
		{cognitoapi.UpdateUserPoolClient.Input, []object{only(clientSample(), cognitoapi.UpdateUserPoolClient.Input)}, f.keptByUpdateClient},
		{cognitoapi.SetUserPoolMfaConfig.Input, []object{mfaSample()}, f.keptByMfaConfig},
	} {
		given := map[string]bool{"UserPoolId": true, "ClientId": true}
		for _, sample := range tt.samples {
			paths(sample, "", given)
			for _, request := range []object{sample, flipped(sample).(object)} {
				for _, path := range lost("", request, tt.round(request)) {
					t.Errorf("%s is neither kept nor refused", path)
				}
			}
		}
		for _, path := range shapePaths(tt.input, "") {
			if !given[path] {
				t.Errorf("the samples lack %s", path)
			}
		}
	}
}

// asAnswered returns a pool in the form of requests.
func (f *fixture) asAnswered(pool string) object {
	got := f.described(pool)
	got["PoolName"] = got["Name"]
	got["Schema"] = slices.DeleteFunc(got["SchemaAttributes"].([]any), func(a any) bool {
		a.(object)["Name"] = strings.TrimPrefix(strings.TrimPrefix(a.(object)["Name"].(string), "dev:"), "custom:")
		return a.(object)["Name"] != "email" && a.(object)["Name"] != "level"
	})
	return got
}

func (f *fixture) keptByCreatePool(in object) object {
	return f.asAnswered(f.Do("CreateUserPool", in)["UserPool"].(object)["Id"].(string))
}

func (f *fixture) keptByUpdatePool(in object) object {
	pool := f.Pool(nil)
	f.Do("UpdateUserPool", with(in, object{"UserPoolId": pool}))
	return f.asAnswered(pool)
}

// clientAsAnswered returns a client in the form of requests.
func (f *fixture) clientAsAnswered(pool string, client object) object {
	got := f.Do("DescribeUserPoolClient", object{"UserPoolId": pool, "ClientId": client["ClientId"]})["UserPoolClient"].(object)
	_, got["GenerateSecret"] = got["ClientSecret"]
	return got
}

func (f *fixture) keptByCreateClient(in object) object {
	pool := f.Pool(nil)
	return f.clientAsAnswered(pool, f.Do("CreateUserPoolClient", with(in, object{"UserPoolId": pool}))["UserPoolClient"].(object))
}

func (f *fixture) keptByUpdateClient(in object) object {
	pool := f.Pool(nil)
	client := f.client(pool, object{"ClientName": "before"})
	f.Do("UpdateUserPoolClient", with(in, object{"UserPoolId": pool, "ClientId": client["ClientId"]}))
	return f.clientAsAnswered(pool, client)
}

func (f *fixture) keptByMfaConfig(in object) object {
	pool := f.Pool(nil)
	f.Do("SetUserPoolMfaConfig", with(in, object{"UserPoolId": pool}))
	return f.Do("GetUserPoolMfaConfig", object{"UserPoolId": pool})
}

func with(a, b object) object {
	both := maps.Clone(a)
	maps.Copy(both, b)
	return both
}

// only returns the members of a sample that a request has.
func only(sample object, input *apicore.Shape) object {
	maps.DeleteFunc(sample, func(name string, _ any) bool {
		return !slices.ContainsFunc(input.Members, func(m apicore.Member) bool { return m.Name == name })
	})
	return sample
}

// flipped returns a value with every flag inverted.
func flipped(v any) any {
	switch v := v.(type) {
	case bool:
		return !v
	case object:
		out := object{}
		for name, member := range v {
			out[name] = flipped(member)
		}
		switch out["Name"] {
		case "level": // a custom attribute cannot be required
			out["Required"] = false
		case "email": // a standard attribute cannot be a developer attribute
			out["DeveloperOnlyAttribute"] = false
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i := range v {
			out[i] = flipped(v[i])
		}
		return out
	}
	return v
}

// lost returns the paths of values that an answer lacks or has differently.
func lost(path string, want, got any) (all []string) {
	switch want := want.(type) {
	case object:
		got, _ := got.(object)
		for name, member := range want {
			all = append(all, lost(path+"."+name, member, got[name])...)
		}
	case []any:
		got, _ := got.([]any)
		if len(got) != len(want) {
			return []string{fmt.Sprintf("%s: %v is %v", path, want, got)}
		}
		for i := range want {
			all = append(all, lost(path+"[]", want[i], got[i])...)
		}
	default:
		if !reflect.DeepEqual(want, got) {
			all = append(all, fmt.Sprintf("%s: %v is %v", path, want, got))
		}
	}
	return all
}

// paths collects the paths of all values.
func paths(v any, path string, into map[string]bool) {
	switch v := v.(type) {
	case object:
		for name, member := range v {
			paths(member, strings.TrimPrefix(path+"."+name, "."), into)
		}
	case []any:
		for i := range v {
			paths(v[i], path+"[]", into)
		}
	default:
		into[path] = true
	}
}

// shapePaths returns the paths of all values of a shape. Keys of maps are those of the samples.
func shapePaths(s *apicore.Shape, path string) (all []string) {
	switch s.Type {
	case apicore.Structure:
		for _, m := range s.Members {
			all = append(all, shapePaths(m.Shape, strings.TrimPrefix(path+"."+m.Name, "."))...)
		}
	case apicore.List:
		return shapePaths(s.Element, path+"[]")
	case apicore.Map:
		key := map[string]string{"UserPoolTags": "team", "AcrConfiguration": "Level3"}[path]
		return shapePaths(s.Element, path+"."+key)
	default:
		return []string{path}
	}
	return all
}
