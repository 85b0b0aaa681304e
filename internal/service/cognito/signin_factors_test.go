package cognitoservice_test

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// setUp answers MFA_SETUP, and returns the authenticator app's secret.
func (a *app) setUp(out object, name string) (tokens object, secret string) {
	a.T.Helper()
	if out["ChallengeName"] != "MFA_SETUP" || out["ChallengeParameters"].(object)["MFAS_CAN_SETUP"] != `["SOFTWARE_TOKEN_MFA"]` {
		a.T.Fatalf("the challenge is %v", out)
	}
	a.Refused("RespondToAuthChallenge", a.answerInput(out, name, nil), "InvalidParameterException", "VerifySoftwareToken")
	associated := a.Do("AssociateSoftwareToken", object{"Session": out["Session"]})
	secret = associated["SecretCode"].(string)
	verify := object{"Session": associated["Session"], "UserCode": appCode(a.T, secret), "FriendlyDeviceName": "phone"}
	a.Refused("VerifySoftwareToken", with(verify, object{"Session": out["Session"]}), "SoftwareTokenMFANotFoundException", "")
	wrong := "000000"
	if wrong == verify["UserCode"] {
		wrong = "111111"
	}
	a.Refused("VerifySoftwareToken", with(verify, object{"UserCode": wrong}), "EnableSoftwareTokenMFAException", "Code mismatch")
	verified := a.Do("VerifySoftwareToken", verify)
	if verified["Status"] != "SUCCESS" {
		a.T.Fatalf("the answer is %v", verified)
	}
	a.Refused("VerifySoftwareToken", verify, "SoftwareTokenMFANotFoundException", "")
	out["Session"] = verified["Session"]
	return tokensOf(a.T, a.Do("RespondToAuthChallenge", a.answerInput(out, name, nil))), secret
}

// TestMFASetUp: in a pool with MFA ON a user must set up an authenticator app. From then on
// each sign-in needs a code, and a code is good once.
func TestMFASetUp(t *testing.T) {
	timed(t, func(t *testing.T, f *fixture) {
		a := newApp(f, nil, true, nil)
		a.withMFA("ON")
		a.user("ada", right)
		first, early := a.Do("InitiateAuth", a.passwordInput("ada", right)), a.Do("InitiateAuth", a.passwordInput("ada", right))
		tokens, secret := a.setUp(first, "ada")
		user := a.Do("GetUser", object{"AccessToken": tokens["AccessToken"]})
		if diff := cmp.Diff([]any{"SOFTWARE_TOKEN_MFA"}, user["UserMFASettingList"]); diff != "" || user["PreferredMfaSetting"] != "SOFTWARE_TOKEN_MFA" {
			t.Errorf("the user is %v", user)
		}
		// An earlier challenge cannot replace the authenticator app.
		a.Refused("AssociateSoftwareToken", object{"Session": early["Session"]}, "SoftwareTokenMFANotFoundException", "")
		out := a.Do("RespondToAuthChallenge", a.srp("ada", right))
		if out["ChallengeName"] != "SOFTWARE_TOKEN_MFA" || out["ChallengeParameters"].(object)["FRIENDLY_DEVICE_NAME"] != "phone" {
			t.Fatalf("the challenge is %v", out)
		}
		code := func() object { return a.answerInput(out, "ada", object{"SOFTWARE_TOKEN_MFA_CODE": appCode(t, secret)}) }
		a.Refused("RespondToAuthChallenge", code(), "ExpiredCodeException", "Your software token has already been used once.")
		a.Refused("RespondToAuthChallenge", a.answerInput(out, "ada", object{"SOFTWARE_TOKEN_MFA_CODE": "12345"}), "CodeMismatchException", "Invalid code received for user")
		time.Sleep(30 * time.Second)
		tokensOf(t, a.Do("RespondToAuthChallenge", code()))
		a.Refused("RespondToAuthChallenge", code(), "ExpiredCodeException", "")
		out = a.Do("InitiateAuth", a.passwordInput("ada", right))
		time.Sleep(30 * time.Second)
		for range 5 {
			a.Refused("RespondToAuthChallenge", a.answerInput(out, "ada", object{"SOFTWARE_TOKEN_MFA_CODE": "12345"}), "CodeMismatchException", "")
		}
		a.Refused("RespondToAuthChallenge", code(), "NotAuthorizedException", "Password attempts exceeded")
		a.Do("AdminDeleteSoftwareToken", object{"UserPoolId": a.pool, "Username": "ada"})
		if out := a.Do("InitiateAuth", a.passwordInput("ada", right)); out["ChallengeName"] != "MFA_SETUP" {
			t.Errorf("without the app the challenge is %v", out)
		}
	})
}

// TestMFAOptional: a signed-in user sets up an authenticator app, prefers it, replaces it, and
// turns it off.
func TestMFAOptional(t *testing.T) {
	f := newFixture(t)
	a := newApp(f, nil, false, nil)
	a.user("ada", right)
	access := a.signIn("ada", right)["AccessToken"]
	prefer := object{"AccessToken": access, "SoftwareTokenMfaSettings": object{"Enabled": true, "PreferredMfa": true}}
	a.Refused("AssociateSoftwareToken", object{"AccessToken": access}, "SoftwareTokenMFANotFoundException", "")
	a.withMFA("OPTIONAL")
	a.Refused("SetUserMFAPreference", prefer, "InvalidParameterException", "User has not verified software token mfa")
	a.Refused("VerifySoftwareToken", object{"AccessToken": access, "UserCode": "123456"}, "SoftwareTokenMFANotFoundException", "")
	secret := a.Do("AssociateSoftwareToken", object{"AccessToken": access})["SecretCode"].(string)
	a.Refused("SetUserMFAPreference", prefer, "InvalidParameterException", "User has not verified software token mfa")
	a.Do("VerifySoftwareToken", object{"AccessToken": access, "UserCode": appCode(t, secret)})
	a.signIn("ada", right) // not preferred yet
	a.Do("SetUserMFAPreference", prefer)
	if out := a.Do("InitiateAuth", a.passwordInput("ada", right)); out["ChallengeName"] != "SOFTWARE_TOKEN_MFA" {
		t.Errorf("the challenge is %v", out)
	}
	factors := a.Do("GetUserAuthFactors", object{"AccessToken": access})
	admin := a.Do("AdminGetUserAuthFactors", object{"UserPoolId": a.pool, "Username": "ada"})
	if diff := cmp.Diff(factors, admin); diff != "" || !slices.Equal(factors["ConfiguredUserAuthFactors"].([]any), []any{"PASSWORD"}) || factors["PreferredMfaSetting"] != "SOFTWARE_TOKEN_MFA" {
		t.Errorf("the factors are %v\n%s", factors, diff)
	}
	if got := a.Do("AdminGetUser", object{"UserPoolId": a.pool, "Username": "ada"}); got["PreferredMfaSetting"] != "SOFTWARE_TOKEN_MFA" {
		t.Errorf("AdminGetUser says %v", got)
	}
	// The next authenticator app replaces the first only after it has shown a code.
	next := a.Do("AssociateSoftwareToken", object{"AccessToken": access})["SecretCode"].(string)
	if got := a.stored(a.pool, "ada").Factors; got.TOTPSecret != secret || got.TOTPPending != next {
		t.Errorf("the factors are %+v", got)
	}
	a.Do("VerifySoftwareToken", object{"AccessToken": access, "UserCode": appCode(t, next)})
	if got := a.stored(a.pool, "ada").Factors; got.TOTPSecret != next || got.TOTPPending != "" {
		t.Errorf("the factors are %+v", got)
	}
	for _, settings := range []string{"SMSMfaSettings", "EmailMfaSettings", "WebAuthnMfaSettings"} {
		a.Refused("SetUserMFAPreference", object{"AccessToken": access, settings: object{"Enabled": true}}, "InvalidParameterException", "User does not have delivery config set to turn on")
	}
	a.Do("AdminSetUserMFAPreference", object{"UserPoolId": a.pool, "Username": "ada", "SoftwareTokenMfaSettings": object{"Enabled": false}})
	a.signIn("ada", right)
	a.Refused("AssociateSoftwareToken", object{}, "InvalidParameterException", "Either AccessToken or Session")
}
