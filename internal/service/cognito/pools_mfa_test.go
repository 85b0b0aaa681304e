package cognitoservice_test

import (
	"maps"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestMfaConfig(t *testing.T) {
	f := newFixture(t)
	pool := f.Pool(nil)
	if got := f.Do("GetUserPoolMfaConfig", object{"UserPoolId": pool}); !cmp.Equal(got, object{"MfaConfiguration": "OFF"}) {
		t.Errorf("a new pool's MFA: %v", got)
	}
	sms := object{"SnsCallerArn": "arn:aws:iam::000000000000:role/sms", "ExternalId": "x", "SnsRegion": "us-east-1"}
	set := object{ // every member of the CLI's example
		"MfaConfiguration":              "OPTIONAL",
		"SmsMfaConfiguration":           object{"SmsAuthenticationMessage": "Your code: {####}", "SmsConfiguration": sms},
		"SoftwareTokenMfaConfiguration": object{"Enabled": true},
		"EmailMfaConfiguration":         object{"Message": "Your code: {####}", "Subject": "A code"},
		"WebAuthnConfiguration":         object{"RelyingPartyId": "auth.example.com", "UserVerification": "preferred"},
	}
	request := maps.Clone(set)
	request["UserPoolId"] = pool
	if diff := cmp.Diff(set, f.Do("SetUserPoolMfaConfig", request)); diff != "" {
		t.Errorf("the answer to the change:\n%s", diff)
	}
	if diff := cmp.Diff(set, f.Do("GetUserPoolMfaConfig", object{"UserPoolId": pool})); diff != "" {
		t.Errorf("after the change:\n%s", diff)
	}
	p := f.described(pool)
	if diff := cmp.Diff([]any{"OPTIONAL", "Your code: {####}", sms}, []any{p["MfaConfiguration"], p["SmsAuthenticationMessage"], p["SmsConfiguration"]}); diff != "" {
		t.Errorf("DescribeUserPool does not agree:\n%s", diff)
	}

	f.Do("UpdateUserPool", object{"UserPoolId": pool, "MfaConfiguration": "OFF"})
	off := object{"MfaConfiguration": "OFF", "WebAuthnConfiguration": set["WebAuthnConfiguration"]}
	if diff := cmp.Diff(off, f.Do("GetUserPoolMfaConfig", object{"UserPoolId": pool})); diff != "" {
		t.Errorf("after UpdateUserPool turned it off:\n%s", diff)
	}
}

// TestMfaConfigCombinations follows measurements of the real service.
func TestMfaConfigCombinations(t *testing.T) {
	f := newFixture(t)
	token := object{"Enabled": true}
	const (
		together = "Invalid MFA configuration given, can't turn off MFA and configure an MFA together."
		disabled = "Invalid MFA configuration given, can't disable all MFAs with a required or optional configuration."
		factors  = "Only PASSWORD and WEB_AUTHN (if configured) can be enabled as an auth factor if MFA is enabled"
	)
	passwordless := object{"Policies": object{"SignInPolicy": object{"AllowedFirstAuthFactors": []any{"PASSWORD", "EMAIL_OTP"}}}}
	for _, tt := range []struct {
		name, refused string
		pool, in      object
	}{
		{"off", "", nil, object{"MfaConfiguration": "OFF"}},
		{"off with passkeys", "", nil, object{"MfaConfiguration": "OFF", "WebAuthnConfiguration": object{"UserVerification": "required"}}},
		{"off with a factor", together, nil, object{"MfaConfiguration": "OFF", "SoftwareTokenMfaConfiguration": token}},
		{"off with a disabled factor", together, nil, object{"MfaConfiguration": "OFF", "SoftwareTokenMfaConfiguration": object{"Enabled": false}}},
		{"nothing but a factor", together, nil, object{"EmailMfaConfiguration": object{"Subject": "A code"}}},
		{"on with a factor", "", nil, object{"MfaConfiguration": "ON", "SoftwareTokenMfaConfiguration": token}},
		{"on without one", disabled, nil, object{"MfaConfiguration": "ON"}},
		{"optional with a disabled factor", disabled, nil, object{"MfaConfiguration": "OPTIONAL", "SoftwareTokenMfaConfiguration": object{"Enabled": false}}},
		{"on with the pool's text messages", "", object{"SmsConfiguration": object{"SnsCallerArn": "arn:aws:iam::000000000000:role/sms"}}, object{"MfaConfiguration": "ON"}},
		{"on and passwordless", factors, passwordless, object{"MfaConfiguration": "ON", "SoftwareTokenMfaConfiguration": token}},
		{"optional and passwordless", "", passwordless, object{"MfaConfiguration": "OPTIONAL", "SoftwareTokenMfaConfiguration": token}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			pool := f.Pool(tt.pool)
			tt.in["UserPoolId"] = pool
			if tt.refused == "" {
				f.Do("SetUserPoolMfaConfig", tt.in)
				return
			}
			f.Refused("SetUserPoolMfaConfig", tt.in, "InvalidParameterException", tt.refused)
			if got := f.described(pool)["MfaConfiguration"]; got != "OFF" {
				t.Errorf("the refused change left %v", got)
			}
		})
	}
	for _, op := range []string{"GetUserPoolMfaConfig", "SetUserPoolMfaConfig"} {
		f.Refused(op, object{"UserPoolId": "us-east-1_Nowhere00"}, "ResourceNotFoundException", "User pool us-east-1_Nowhere00 does not exist.")
	}
}

// TestMfaConfigKeepsItsMode: a call without MfaConfiguration keeps the mode, and changes only
// what it names.
func TestMfaConfigKeepsItsMode(t *testing.T) {
	f := newFixture(t)
	pool := f.Pool(nil)
	f.Do("SetUserPoolMfaConfig", object{"UserPoolId": pool, "MfaConfiguration": "ON", "SoftwareTokenMfaConfiguration": object{"Enabled": true}})
	f.Do("UpdateUserPool", object{"UserPoolId": pool, "MfaConfiguration": "ON"}) // it is on already, so nothing changes
	want := object{"MfaConfiguration": "ON", "SoftwareTokenMfaConfiguration": object{"Enabled": true}}
	for _, members := range []object{
		nil, {"WebAuthnConfiguration": object{"UserVerification": "required"}}, {"EmailMfaConfiguration": object{"Subject": "A code"}}, {"SoftwareTokenMfaConfiguration": object{"Enabled": false}},
	} {
		in := object{"UserPoolId": pool}
		maps.Copy(in, members)
		maps.Copy(want, members)
		if diff := cmp.Diff(want, f.Do("SetUserPoolMfaConfig", in)); diff != "" {
			t.Errorf("%v:\n%s", members, diff)
		}
	}
	off := f.Pool(nil)
	f.Do("SetUserPoolMfaConfig", object{"UserPoolId": off, "WebAuthnConfiguration": object{"UserVerification": "required"}})
	if got := f.Do("SetUserPoolMfaConfig", object{"UserPoolId": off})["MfaConfiguration"]; got != "OFF" {
		t.Errorf("a pool without MFA has %v", got)
	}
}
