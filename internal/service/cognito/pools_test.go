package cognitoservice_test

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"poolhouse/internal/importjob"
)

// TestNewPool creates a pool with only a name, and compares it with the real service's answer
// (AWS CLI examples, create-user-pool).
func TestNewPool(t *testing.T) {
	f := newFixture(t)
	created := f.Do("CreateUserPool", object{"PoolName": "people"})["UserPool"].(object)
	id := created["Id"].(string)
	described := f.Do("DescribeUserPool", object{"UserPoolId": id})["UserPool"].(object)
	if diff := cmp.Diff(created, described); diff != "" {
		t.Errorf("created and described differ:\n%s", diff)
	}
	schema := described["SchemaAttributes"].([]any)
	for _, m := range []string{"SchemaAttributes", "CreationDate", "LastModifiedDate", "Id", "Arn"} {
		delete(described, m)
	}
	want := object{
		"Name": "people", "MfaConfiguration": "OFF", "EstimatedNumberOfUsers": 0.0, "UserPoolTier": "ESSENTIALS", "DeletionProtection": "INACTIVE",
		"Policies": object{
			"PasswordPolicy": object{"MinimumLength": 8.0, "RequireUppercase": true, "RequireLowercase": true, "RequireNumbers": true,
				"RequireSymbols": true, "TemporaryPasswordValidityDays": 7.0},
			"SignInPolicy": object{"AllowedFirstAuthFactors": []any{"PASSWORD"}},
		},
		"LambdaConfig": object{}, "UserPoolTags": object{},
		"EmailConfiguration":          object{"EmailSendingAccount": "COGNITO_DEFAULT"},
		"VerificationMessageTemplate": object{"DefaultEmailOption": "CONFIRM_WITH_CODE"},
		"AdminCreateUserConfig":       object{"AllowAdminCreateUserOnly": false, "UnusedAccountValidityDays": 7.0},
	}
	if diff := cmp.Diff(want, described); diff != "" {
		t.Errorf("the new pool (-want +got):\n%s", diff)
	}
	if !strings.HasPrefix(id, "us-east-1_") || len(id) != len("us-east-1_")+9 || created["Arn"] != "arn:aws:cognito-idp:us-east-1:000000000000:userpool/"+id {
		t.Errorf("id %s, ARN %s", id, created["Arn"])
	}
	checkSchema(t, schema)
}

func checkSchema(t *testing.T, schema []any) {
	t.Helper()
	var names []string
	for _, a := range schema {
		names = append(names, a.(object)["Name"].(string))
	}
	want := strings.Fields("sub name given_name family_name middle_name nickname preferred_username profile picture website email " +
		"email_verified gender birthdate zoneinfo locale phone_number phone_number_verified address updated_at")
	if diff := cmp.Diff(want, names); diff != "" {
		t.Errorf("the schema's order:\n%s", diff)
	}
	for i, want := range map[int]object{
		0: {"Name": "sub", "AttributeDataType": "String", "DeveloperOnlyAttribute": false, "Mutable": false, "Required": true,
			"StringAttributeConstraints": object{"MinLength": "1", "MaxLength": "2048"}},
		11: {"Name": "email_verified", "AttributeDataType": "Boolean", "DeveloperOnlyAttribute": false, "Mutable": true, "Required": false},
		13: {"Name": "birthdate", "AttributeDataType": "String", "DeveloperOnlyAttribute": false, "Mutable": true, "Required": false,
			"StringAttributeConstraints": object{"MinLength": "10", "MaxLength": "10"}},
		19: {"Name": "updated_at", "AttributeDataType": "Number", "DeveloperOnlyAttribute": false, "Mutable": true, "Required": false,
			"NumberAttributeConstraints": object{"MinValue": "0"}},
	} {
		if diff := cmp.Diff(want, schema[i]); diff != "" {
			t.Errorf("attribute %d:\n%s", i, diff)
		}
	}
}

// TestPoolSettingsRoundTrip sets many settings and reads them back. Then an empty update resets
// everything that does not stay (see TestUpdateKeeps).
func TestPoolSettingsRoundTrip(t *testing.T) {
	f := newFixture(t)
	given := object{
		"AutoVerifiedAttributes": []any{"email"}, "AliasAttributes": []any{"email", "preferred_username"}, "MfaConfiguration": "OPTIONAL",
		"UsernameConfiguration": object{"CaseSensitive": false}, "UserPoolTags": object{"team": "red"}, "DeletionProtection": "ACTIVE",
		"UserPoolTier": "PLUS", "EmailVerificationSubject": "Hello", "UserPoolAddOns": object{"AdvancedSecurityMode": "AUDIT"},
		"LambdaConfig":           object{"PreSignUp": "arn:aws:lambda:us-east-1:000000000000:function:f"},
		"AccountRecoverySetting": object{"RecoveryMechanisms": []any{object{"Priority": 1.0, "Name": "verified_email"}}},
		"DeviceConfiguration":    object{"ChallengeRequiredOnNewDevice": false, "DeviceOnlyRememberedOnUserPrompt": true},
	}
	request := maps.Clone(given)
	request["PoolName"] = "people"
	request["Schema"] = []any{
		object{"Name": "email", "Required": true, "Mutable": true, "AttributeDataType": "String"},
		object{"Name": "team", "AttributeDataType": "String", "Mutable": false, "StringAttributeConstraints": object{"MaxLength": "5"}},
		object{"Name": "level", "AttributeDataType": "Number", "DeveloperOnlyAttribute": true},
	}
	id := f.Do("CreateUserPool", request)["UserPool"].(object)["Id"].(string)
	got := f.Do("DescribeUserPool", object{"UserPoolId": id})["UserPool"].(object)
	for member, want := range given {
		if diff := cmp.Diff(want, got[member]); diff != "" {
			t.Errorf("%s:\n%s", member, diff)
		}
	}
	schema := got["SchemaAttributes"].([]any)
	if a := schema[10].(object); a["Name"] != "email" || a["Required"] != true {
		t.Errorf("email is %v", a)
	}
	wantCustom := []any{
		object{"Name": "custom:team", "AttributeDataType": "String", "DeveloperOnlyAttribute": false, "Mutable": false, "Required": false,
			"StringAttributeConstraints": object{"MaxLength": "5"}},
		object{"Name": "dev:custom:level", "AttributeDataType": "Number", "DeveloperOnlyAttribute": true, "Mutable": false, "Required": false,
			"NumberAttributeConstraints": object{}},
	}
	if diff := cmp.Diff(wantCustom, schema[20:]); diff != "" {
		t.Errorf("the custom attributes:\n%s", diff)
	}
	f.Refused("DeleteUserPool", object{"UserPoolId": id}, "InvalidParameterException", "deletion protection")

	f.Do("UpdateUserPool", object{"UserPoolId": id})
	reset := f.Do("DescribeUserPool", object{"UserPoolId": id})["UserPool"].(object)
	for member, want := range (object{"AutoVerifiedAttributes": nil, "DeletionProtection": "INACTIVE", "DeviceConfiguration": nil, "EmailVerificationSubject": nil,
		"UserPoolAddOns": nil, "LambdaConfig": object{}, "AccountRecoverySetting": nil, "AliasAttributes": given["AliasAttributes"],
		"UsernameConfiguration": given["UsernameConfiguration"], "SchemaAttributes": got["SchemaAttributes"], "Name": "people"}) {
		if diff := cmp.Diff(want, reset[member]); diff != "" {
			t.Errorf("%s after an update without members:\n%s", member, diff)
		}
	}
	f.Do("DeleteUserPool", object{"UserPoolId": id})
	f.Refused("DescribeUserPool", object{"UserPoolId": id}, "ResourceNotFoundException", "User pool "+id+" does not exist.")
	f.Refused("DeleteUserPool", object{"UserPoolId": id}, "ResourceNotFoundException", id)
}

func TestRefusedPools(t *testing.T) {
	f := newFixture(t)
	attribute := func(more object) []any {
		a := object{"Name": "team", "AttributeDataType": "String"}
		maps.Copy(a, more)
		return []any{a}
	}
	tests := []struct {
		in              object
		exception, text string
	}{
		{object{"PoolName": ""}, "InvalidParameterException", "at 'poolName'"},
		{object{"PoolName": "a/b"}, "InvalidParameterException", "regular expression"},
		{object{"MfaConfiguration": "MAYBE"}, "InvalidParameterException", "[OFF, ON, OPTIONAL]"},
		{object{"AliasAttributes": []any{"email"}, "UsernameAttributes": []any{"email"}}, "InvalidParameterException", "Only one of"},
		{object{"AliasAttributes": []any{"preferred_username"}, "Schema": []any{object{"Name": "preferred_username", "Required": true}}}, "InvalidParameterException", "preferred_username"},
		{object{"Schema": attribute(object{"Required": true})}, "InvalidParameterException", "Required custom attributes are not supported currently."},
		{object{"Schema": attribute(object{"StringAttributeConstraints": object{"MinLength": "5", "MaxLength": "4"}})}, "InvalidParameterException", "less than min"},
		{object{"Schema": attribute(object{"StringAttributeConstraints": object{"MaxLength": "2049"}})}, "InvalidParameterException", "2048"},
		{object{"Schema": attribute(object{"StringAttributeConstraints": object{"MaxLength": "many"}})}, "InvalidParameterException", "Invalid StringAttributeConstraints for schema attribute team"},
		{object{"Schema": attribute(object{"AttributeDataType": "Number", "NumberAttributeConstraints": object{"MaxValue": "1e308"}})}, "InvalidParameterException",
			"Invalid NumberAttributeConstraints for schema attribute team: MaxValue must be a decimal number from -2^1023 to 2^1023."},
		{object{"Schema": attribute(object{"AttributeDataType": "Number", "NumberAttributeConstraints": object{"MinValue": "few"}})}, "InvalidParameterException", "MinValue must be"},
		{object{"Schema": attribute(object{"AttributeDataType": "Number", "NumberAttributeConstraints": object{"MinValue": "1.5", "MaxValue": "1.49e0"}})}, "InvalidParameterException",
			"user.team: Max value cannot be less than min value."},
		{object{"Schema": append(attribute(nil), attribute(nil)...)}, "InvalidParameterException", "Existing attribute already has name custom:team."},
		{object{"Schema": []any{object{"Name": "email", "AttributeDataType": "Number"}}}, "InvalidParameterException", "AttributeDataType"},
		{object{"Policies": object{"PasswordPolicy": object{"MinimumLength": 5}}}, "InvalidParameterException", "greater than or equal to 6"},
		{object{"Policies": object{"SignInPolicy": object{"AllowedFirstAuthFactors": []any{"EMAIL_OTP"}}}}, "InvalidParameterException", "PASSWORD"},
		{object{"UserPoolTier": "LITE", "Policies": object{"SignInPolicy": object{"AllowedFirstAuthFactors": []any{"PASSWORD", "EMAIL_OTP"}}}}, "FeatureUnavailableInTierException", "LITE"},
		{object{"UserPoolTier": "LITE", "Policies": object{"PasswordPolicy": object{"PasswordHistorySize": 3}}}, "FeatureUnavailableInTierException", "PasswordHistorySize"},
		{object{"MfaConfiguration": "ON", "Policies": object{"SignInPolicy": object{"AllowedFirstAuthFactors": []any{"PASSWORD", "EMAIL_OTP"}}}}, "InvalidParameterException", "Only PASSWORD and WEB_AUTHN"},
		{object{"Schema": []any{object{"Name": "sub", "Mutable": true}}}, "InvalidParameterException", "sub"},
		{object{"Schema": []any{object{"Name": "email", "DeveloperOnlyAttribute": true}}}, "InvalidParameterException", "developerOnlyAttribute"},
		{object{"UserPoolTier": "LITE", "DcrConfiguration": object{"EnableStatus": "Enabled"}}, "FeatureUnavailableInTierException", "DcrConfiguration"},
		{object{"AcrConfiguration": object{"Level1": object{"AcrValue": "x"}, "Level2": object{"AcrValue": "x"}}}, "InvalidParameterException", "the AcrValue x of Level2 is that of Level1"},
		{object{"AcrConfiguration": object{"Level1": object{"AcrValue": "urn:cognito:loa:4"}}}, "InvalidParameterException", "of Level1 is that of Level4"},
		{object{"AcrConfiguration": object{"Level5": object{"AcrValue": "x"}}}, "InvalidParameterException", "acrConfiguration"},
		{object{"UserPoolTags": object{"aws:x": "y"}}, "UserPoolTaggingException", "aws:"},
		{object{"UserPoolTags": manyTags(51)}, "UserPoolTaggingException", "50"},
		{object{"UserPoolTags": object{strings.Repeat("k", 129): "y"}}, "InvalidParameterException", "less than or equal to 128"},
		{object{"AdminCreateUserConfig": object{"UnusedAccountValidityDays": 3}, "Policies": object{"PasswordPolicy": object{"TemporaryPasswordValidityDays": 4}}},
			"InvalidParameterException", "Please use TemporaryPasswordValidityDays"},
		{object{"UserAttributeUpdateSettings": object{"AttributesRequireVerificationBeforeUpdate": []any{"email"}}}, "InvalidParameterException", "AutoVerifiedAttributes"},
		{object{"PoolName": 5}, "SerializationException", ""},
	}
	for _, tt := range tests {
		in := object{"PoolName": "people"}
		maps.Copy(in, tt.in)
		f.Refused("CreateUserPool", in, tt.exception, tt.text)
	}
	if pools := f.Do("ListUserPools", object{"MaxResults": 10})["UserPools"].([]any); len(pools) != 0 {
		t.Errorf("refused requests made pools: %v", pools)
	}
}

func manyTags(n int) object {
	tags := object{}
	for i := range n {
		tags[fmt.Sprintf("tag%d", i)] = "x"
	}
	return tags
}

func TestListUserPools(t *testing.T) {
	f := newFixture(t)
	var want, got []string
	for range 5 {
		want = append(want, f.Pool(nil))
	}
	in := object{"MaxResults": 2}
	for {
		page := f.Do("ListUserPools", in)
		for _, p := range page["UserPools"].([]any) {
			got = append(got, p.(object)["Id"].(string))
		}
		if page["NextToken"] == nil {
			break
		}
		in["NextToken"] = page["NextToken"]
	}
	slices.Sort(want)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	f.Refused("ListUserPools", object{}, "InvalidParameterException", "Value at 'maxResults' failed to satisfy constraint: Member must not be null")
	f.Refused("ListUserPools", object{"MaxResults": 61}, "InvalidParameterException", "less than or equal to 60")
	f.Refused("ListUserPools", object{"MaxResults": 1, "NextToken": "nonsense"}, "InvalidParameterException", "token")
}

func TestAddCustomAttributes(t *testing.T) {
	f := newFixture(t)
	pool := f.Pool(nil)
	f.Do("AddCustomAttributes", object{"UserPoolId": pool, "CustomAttributes": []any{object{"Name": "team", "AttributeDataType": "String"}}})
	f.Refused("AddCustomAttributes", object{"UserPoolId": pool, "CustomAttributes": []any{object{"Name": "other", "AttributeDataType": "String"}, object{"Name": "team", "AttributeDataType": "String"}}},
		"InvalidParameterException", "custom:team: Existing attribute already has name custom:team.")
	f.Refused("AddCustomAttributes", object{"UserPoolId": pool, "CustomAttributes": []any{object{"Name": "other"}}},
		"InvalidParameterException", "Invalid AttributeDataType input, consider using the provided AttributeDataType enum.")
	header := f.Do("GetCSVHeader", object{"UserPoolId": pool})["CSVHeader"].([]any)
	if n := len(header); n != 23 || header[n-2] != "custom:team" || header[n-1] != "password_hash" {
		t.Errorf("the header after one addition and one refusal: %v", header)
	}
	var many []any
	for i := range 25 {
		many = append(many, object{"Name": fmt.Sprintf("a%d", i), "AttributeDataType": "String"})
	}
	f.Do("AddCustomAttributes", object{"UserPoolId": pool, "CustomAttributes": many})
	for _, a := range many {
		a.(object)["Name"] = "b" + a.(object)["Name"].(string)
	}
	f.Refused("AddCustomAttributes", object{"UserPoolId": pool, "CustomAttributes": many}, "InvalidParameterException", "the limit is 50")
}

// TestDeveloperAttributeExists: the message has the attribute's requested and existing name.
func TestDeveloperAttributeExists(t *testing.T) {
	f := newFixture(t)
	banana := []any{object{"Name": "banana", "AttributeDataType": "String", "DeveloperOnlyAttribute": true}}
	pool := f.Pool(object{"Schema": banana})
	_, exception, message := f.Try("AddCustomAttributes", object{"UserPoolId": pool, "CustomAttributes": banana})
	if exception != "InvalidParameterException" || message != "custom:banana: Existing attribute already has name dev:custom:banana." {
		t.Errorf("%s: %s", exception, message)
	}
}

// TestSchemaOfNewPool: a custom attribute needs a type, and a standard one does not. An entry
// for email_verified is a custom attribute.
func TestSchemaOfNewPool(t *testing.T) {
	f := newFixture(t)
	f.Refused("CreateUserPool", object{"PoolName": "x", "Schema": []any{object{"Name": "team"}}},
		"InvalidParameterException", "Invalid AttributeDataType input, consider using the provided AttributeDataType enum.")
	f.Refused("CreateUserPool", object{"PoolName": "x", "Schema": []any{object{"Name": "phone_number_verified", "AttributeDataType": "Boolean"}}},
		"InvalidParameterException", "Member must have length less than or equal to 20")
	pool := f.described(f.Pool(object{"Schema": []any{object{"Name": "email", "Required": true}, object{"Name": "email_verified", "AttributeDataType": "Boolean"}}}))
	var names []string
	for _, a := range pool["SchemaAttributes"].([]any) {
		if a := a.(object); strings.HasSuffix(a["Name"].(string), "email_verified") {
			names = append(names, fmt.Sprint(a["Name"], " ", a["Mutable"]))
		}
	}
	if want := []string{"email_verified true", "custom:email_verified false"}; !slices.Equal(names, want) {
		t.Errorf("the schema has %q, want %q", names, want)
	}
}

// TestDeletePool: nothing of the pool remains, nor its uploaded files.
func TestDeletePool(t *testing.T) {
	f := newFixture(t)
	pool := f.Pool(nil)
	job := f.Do("CreateUserImportJob", object{"UserPoolId": pool, "JobName": "j", "CloudWatchLogsRoleArn": "arn:aws:iam::000000000000:role/x"})
	key := importjob.Key{PoolID: pool, JobID: job["UserImportJob"].(object)["JobId"].(string)}
	f.Upload(key.PoolID, key.JobID, "cognito:username\nada\n")
	j, err := f.Store.Job(t.Context(), key)
	if err != nil {
		t.Fatal(err)
	}
	f.client(pool, nil)
	f.Do("AdminCreateUser", object{"UserPoolId": pool, "Username": "ada"})
	if out := f.Do("DeleteUserPool", object{"UserPoolId": pool}); out != nil {
		t.Errorf("the answer is %v", out)
	}
	for op, in := range map[string]object{
		"ListUsers": {}, "ListUserPoolClients": {}, "ListUserImportJobs": {"MaxResults": 1}, "AdminGetUser": {"Username": "ada"},
	} {
		in["UserPoolId"] = pool
		f.Refused(op, in, "ResourceNotFoundException", "User pool "+pool+" does not exist.")
	}
	f.RunEngine()
	f.Changes.Await(t, "the deletion of what is stored", func() bool {
		left, err := f.Store.DeletedPools(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return len(left) == 0
	})
	if _, err := f.Disk.Open(t.Context(), j.Upload, 0); !errors.Is(err, importjob.FileMissing) {
		t.Errorf("the uploaded file: %v", err)
	}
}
