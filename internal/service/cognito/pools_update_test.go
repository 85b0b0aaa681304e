package cognitoservice_test

import (
	"fmt"
	"maps"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"poolhouse/internal/userpool"
)

// described returns DescribeUserPool's answer for a pool.
func (f *fixture) described(pool string) object {
	f.T.Helper()
	return f.Do("DescribeUserPool", object{"UserPoolId": pool})["UserPool"].(object)
}

// TestUpdateKeeps: an update that leaves settings out keeps some of them, by measurement of the
// real service, and resets the others.
func TestUpdateKeeps(t *testing.T) {
	f := newFixture(t)
	password := object{"MinimumLength": 12.0, "RequireUppercase": true, "RequireLowercase": false, "RequireNumbers": false,
		"RequireSymbols": false, "TemporaryPasswordValidityDays": 3.0}
	signIn := object{"AllowedFirstAuthFactors": []any{"PASSWORD", "EMAIL_OTP"}}
	kept := object{
		"Policies": object{"PasswordPolicy": password, "SignInPolicy": signIn}, "UserPoolTier": "PLUS",
		"MfaConfiguration": "OPTIONAL", "UserPoolTags": object{"team": "red"},
		"UserAttributeUpdateSettings": object{"AttributesRequireVerificationBeforeUpdate": []any{"email"}},
	}
	request := maps.Clone(kept)
	request["AutoVerifiedAttributes"] = []any{"email"}
	pool := f.Pool(request)

	f.Refused("UpdateUserPool", object{"UserPoolId": pool}, "InvalidParameterException",
		"All attributes in AttributesRequireVerificationBeforeUpdate must exist in AutoVerifiedAttributes")
	check := func(want object) {
		t.Helper()
		got := f.described(pool)
		for member, w := range want {
			if diff := cmp.Diff(w, got[member]); diff != "" {
				t.Errorf("%s:\n%s", member, diff)
			}
		}
	}
	f.Do("UpdateUserPool", object{"UserPoolId": pool, "AutoVerifiedAttributes": []any{"email"}})
	check(kept)
	f.Do("UpdateUserPool", object{"UserPoolId": pool, "AutoVerifiedAttributes": []any{"email"},
		"Policies": object{"SignInPolicy": object{"AllowedFirstAuthFactors": []any{"PASSWORD"}}}})
	check(object{"Policies": object{"PasswordPolicy": password, "SignInPolicy": object{"AllowedFirstAuthFactors": []any{"PASSWORD"}}}})
	f.Do("UpdateUserPool", object{"UserPoolId": pool, "UserAttributeUpdateSettings": object{"AttributesRequireVerificationBeforeUpdate": []any{}},
		"UserPoolTags": object{}, "MfaConfiguration": "OFF", "UserPoolTier": "LITE"})
	check(object{"UserPoolTags": object{}, "MfaConfiguration": "OFF", "UserPoolTier": "LITE", "AutoVerifiedAttributes": nil,
		"UserAttributeUpdateSettings": object{"AttributesRequireVerificationBeforeUpdate": []any{}}})
}

func TestUpdateNameAndRefusals(t *testing.T) {
	f := newFixture(t)
	pool := f.Pool(nil)
	f.Do("UpdateUserPool", object{"UserPoolId": pool, "PoolName": "folk"})
	if got := f.described(pool)["Name"]; got != "folk" {
		t.Errorf("the new name is %v", got)
	}
	before := f.described(pool)
	for text, in := range map[string]object{
		"Cannot turn MFA functionality ON, once the user pool has been created.": {"MfaConfiguration": "ON"},
		"must contain PASSWORD": {"PoolName": "other", "Policies": object{"SignInPolicy": object{"AllowedFirstAuthFactors": []any{"WEB_AUTHN"}}}},
	} {
		in["UserPoolId"] = pool
		f.Refused("UpdateUserPool", in, "InvalidParameterException", text)
	}
	f.Refused("UpdateUserPool", object{"UserPoolId": pool, "UserPoolTags": object{"AWS:x": "y"}}, "UserPoolTaggingException", "reserved")
	f.Refused("UpdateUserPool", object{"UserPoolId": "us-east-1_Nowhere00"}, "ResourceNotFoundException", "User pool us-east-1_Nowhere00 does not exist.")
	if diff := cmp.Diff(before, f.described(pool)); diff != "" {
		t.Errorf("refused updates changed the pool:\n%s", diff)
	}
}

// TestTemporaryPasswordDays: the days have two names, and 0 means the default.
func TestTemporaryPasswordDays(t *testing.T) {
	f := newFixture(t)
	for _, tt := range []struct {
		name   string
		in     object
		lowest float64
		days   float64
	}{
		{"new name", object{"Policies": object{"PasswordPolicy": object{"MinimumLength": 6, "TemporaryPasswordValidityDays": 30}}}, 6, 30},
		{"old name", object{"AdminCreateUserConfig": object{"UnusedAccountValidityDays": 9}}, 8, 9},
		{"both", object{"AdminCreateUserConfig": object{"UnusedAccountValidityDays": 9}, "Policies": object{"PasswordPolicy": object{"TemporaryPasswordValidityDays": 9}}}, 8, 9},
		{"zero", object{"AdminCreateUserConfig": object{"UnusedAccountValidityDays": 0}, "Policies": object{"PasswordPolicy": object{"TemporaryPasswordValidityDays": 0}}}, 8, 7},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := f.described(f.Pool(tt.in))
			policy := got["Policies"].(object)["PasswordPolicy"].(object)
			admin := got["AdminCreateUserConfig"].(object)
			if policy["TemporaryPasswordValidityDays"] != tt.days || admin["UnusedAccountValidityDays"] != tt.days || policy["MinimumLength"] != tt.lowest {
				t.Errorf("policy %v, admin %v", policy, admin)
			}
		})
	}
}

// TestPairs: settings with two names are answered under both.
func TestPairs(t *testing.T) {
	f := newFixture(t)
	const code, lambda = "Your code is {####}", "arn:aws:lambda:us-east-1:000000000000:function:f"
	got := f.described(f.Pool(object{
		"SmsVerificationMessage":      code,
		"VerificationMessageTemplate": object{"EmailMessage": code, "EmailSubject": "Your code", "DefaultEmailOption": "CONFIRM_WITH_LINK"},
		"LambdaConfig":                object{"PreTokenGeneration": lambda},
	}))
	for member, want := range (object{
		"SmsVerificationMessage": code, "EmailVerificationMessage": code, "EmailVerificationSubject": "Your code",
		"VerificationMessageTemplate": object{"SmsMessage": code, "EmailMessage": code, "EmailSubject": "Your code", "DefaultEmailOption": "CONFIRM_WITH_LINK"},
		"LambdaConfig":                object{"PreTokenGeneration": lambda, "PreTokenGenerationConfig": object{"LambdaArn": lambda, "LambdaVersion": "V1_0"}},
	}) {
		if diff := cmp.Diff(want, got[member]); diff != "" {
			t.Errorf("%s:\n%s", member, diff)
		}
	}
}

// TestPoolModifiedDate: every change updates a pool's modification date.
func TestPoolModifiedDate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFixture(t)
		pool := f.Pool(nil)
		created := f.described(pool)["CreationDate"].(float64)
		for i, op := range []string{"UpdateUserPool", "SetUserPoolMfaConfig", "AddCustomAttributes"} {
			time.Sleep(time.Hour)
			in := object{"UserPoolId": pool}
			if op == "AddCustomAttributes" {
				in["CustomAttributes"] = []any{object{"Name": "team", "AttributeDataType": "String"}}
			}
			f.Do(op, in)
			got := f.described(pool)
			if want := created + 3600*float64(i+1); got["LastModifiedDate"] != want || got["CreationDate"] != created {
				t.Errorf("%s: modified at %v, want %v; created at %v, want %v", op, got["LastModifiedDate"], want, got["CreationDate"], created)
			}
		}
	})
}

// TestLimits: a region can have 1,000 pools, and each pool 1,000 clients.
func TestLimits(t *testing.T) {
	f := newFixture(t)
	pool := f.Pool(nil)
	for i := range 999 {
		if err := f.Store.CreatePool(t.Context(), &userpool.UserPool{ID: fmt.Sprintf("us-east-1_%09d", i)}, 1000); err != nil {
			t.Fatal(err)
		}
	}
	f.Refused("CreateUserPool", object{"PoolName": "one too many"}, "LimitExceededException", "1000")
	for i := range 1000 {
		if err := f.Store.CreateClient(t.Context(), &userpool.Client{PoolID: pool, ID: fmt.Sprint(i)}, func(*userpool.UserPool, *userpool.Client) error { return nil }); err != nil {
			t.Fatal(err)
		}
	}
	f.Refused("CreateUserPoolClient", object{"UserPoolId": pool, "ClientName": "one too many"}, "LimitExceededException", "1000")
}
