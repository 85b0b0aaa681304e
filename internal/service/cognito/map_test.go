package cognitoservice

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	cognitoapi "poolhouse/internal/api/cognito"
	"poolhouse/internal/filled"
	"poolhouse/internal/userpool"
)

// roundTrip takes settings through the domain and back. out is the API's form of in.
type roundTrip[S any] struct {
	suit func(in *S) // makes a filled value a valid request
	way  func(t *testing.T, in *S) (out S)
	// defaults sets what is answered for settings that the request leaves out.
	defaults func(in *S)
}

var poolRound = roundTrip[cognitoapi.UserPoolSettings]{
	suit: func(in *cognitoapi.UserPoolSettings) {
		in.DeletionProtection = cognitoapi.DeletionProtectionTypeActive
		in.Policies.PasswordPolicy.TemporaryPasswordValidityDays = in.AdminCreateUserConfig.UnusedAccountValidityDays // two names of one setting
	},
	way: func(t *testing.T, in *cognitoapi.UserPoolSettings) cognitoapi.UserPoolSettings {
		p := &userpool.UserPool{PasswordPolicy: userpool.DefaultPasswordPolicy(), MFA: userpool.MFAOff}
		if err := apply(p, in); err != nil {
			t.Fatal(err)
		}
		return wirePoolSettings(p)
	},
	defaults: func(in *cognitoapi.UserPoolSettings) {
		in.DeletionProtection = cognitoapi.DeletionProtectionTypeInactive
		in.MfaConfiguration = cognitoapi.UserPoolMfaTypeOff
		in.EmailConfiguration.EmailSendingAccount = cognitoapi.EmailSendingAccountTypeCognitoDefault
		in.VerificationMessageTemplate.DefaultEmailOption = cognitoapi.DefaultEmailOptionTypeConfirmWithCode
		in.LambdaConfig.PreTokenGenerationConfig.LambdaVersion = ""
		days := userpool.DefaultPasswordPolicy().TemporaryDays
		in.AdminCreateUserConfig.UnusedAccountValidityDays, in.Policies.PasswordPolicy.TemporaryPasswordValidityDays = &days, &days
		in.Policies.PasswordPolicy.PasswordHistorySize = nil
	},
}

var clientRound = roundTrip[cognitoapi.UserPoolClientSettings]{
	suit: func(*cognitoapi.UserPoolClientSettings) {},
	way: func(_ *testing.T, in *cognitoapi.UserPoolClientSettings) cognitoapi.UserPoolClientSettings {
		s := clientSettings(in)
		return wireClientSettings(&s)
	},
	defaults: func(in *cognitoapi.UserPoolClientSettings) { in.RefreshTokenValidity = new(int32(30)) },
}

var mfaRound = roundTrip[cognitoapi.UserPoolMfaSettings]{
	suit: func(*cognitoapi.UserPoolMfaSettings) {},
	way: func(t *testing.T, in *cognitoapi.UserPoolMfaSettings) cognitoapi.UserPoolMfaSettings {
		p := &userpool.UserPool{FirstFactors: []string{userpool.FactorPassword}, MFA: userpool.MFAOptional}
		if err := configureMFA(p, in); err != nil {
			t.Fatal(err)
		}
		return wireMFASettings(p)
	},
	defaults: func(in *cognitoapi.UserPoolMfaSettings) { in.MfaConfiguration = cognitoapi.UserPoolMfaTypeOptional },
}

// TestSettingsGoThroughTheDomain: the answer has the request's settings. It tries every member,
// each flag alone, and empty members. A member of a newer model fails the test until the domain
// has it.
func TestSettingsGoThroughTheDomain(t *testing.T) {
	t.Run("pools", poolRound.test)
	t.Run("clients", clientRound.test)
	t.Run("MFA", mfaRound.test)
}

func (r roundTrip[S]) test(t *testing.T) {
	full := func() *S {
		in := new(S)
		filled.Full(in)
		r.suit(in)
		return in
	}
	asGiven := func(*S) {}
	r.same(t, "all members", full, asGiven)
	for i := range filled.Flags(full()) {
		r.same(t, "one flag is false", func() *S { in := full(); *filled.Flags(in)[i] = false; return in }, asGiven)
	}
	r.same(t, "empty members", func() *S { in := new(S); filled.Empty(in); return in }, r.defaults)
}

// same demands that the answer equals the request, except for defaults. The request must stay
// unchanged, because a store may apply it again.
func (r roundTrip[S]) same(t *testing.T, what string, given func() *S, defaults func(*S)) {
	t.Helper()
	in, want := given(), given()
	defaults(want)
	if diff := cmp.Diff(*want, r.way(t, in)); diff != "" {
		t.Errorf("%s: the answer is another:\n%s", what, diff)
	}
	if diff := cmp.Diff(given(), in); diff != "" {
		t.Errorf("%s: the request was changed:\n%s", what, diff)
	}
}

// TestSettingsOfTheDomainAreAnswered: every stored setting can be requested and is answered. So
// the domain has no member that the API lacks.
func TestSettingsOfTheDomainAreAnswered(t *testing.T) {
	var p userpool.UserPool
	filled.Full(&p.Settings)
	filled.Full(&p.MFASettings)
	pool, mfa := wirePoolSettings(&p), wireMFASettings(&p)
	if diff := cmp.Diff(p.Settings, poolSettings(&pool)); diff != "" {
		t.Errorf("the settings of a pool:\n%s", diff)
	}
	if diff := cmp.Diff(p.MFASettings, mfaSettings(&mfa)); diff != "" {
		t.Errorf("the MFA of a pool:\n%s", diff)
	}
	var client userpool.ClientSettings
	filled.Full(&client)
	wire := wireClientSettings(&client)
	if diff := cmp.Diff(client, clientSettings(&wire)); diff != "" {
		t.Errorf("the settings of an app client:\n%s", diff)
	}
}
