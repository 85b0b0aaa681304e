package cognitoservice_test

import (
	"strings"
	"sync"
	"testing"
	"time"

	bcrypthash "golang.org/x/crypto/bcrypt"

	"poolhouse/internal/password"
	"poolhouse/internal/signin"
	"poolhouse/internal/userpool"
)

// TestTemporaryPasswordSignIn: a user that an administrator created chooses a password, by
// either flow, and is signed in.
func TestTemporaryPasswordSignIn(t *testing.T) {
	f := newFixture(t)
	a := newApp(f, nil, false, nil)
	for _, name := range []string{"ada", "bob"} {
		a.Do("AdminCreateUser", object{"UserPoolId": a.pool, "Username": name, "TemporaryPassword": right, "MessageAction": "SUPPRESS"})
		var out object
		if name == "ada" {
			out = a.Do("InitiateAuth", a.passwordInput(name, right))
		} else {
			out = a.Do("RespondToAuthChallenge", a.srp(name, right))
		}
		if out["ChallengeName"] != "NEW_PASSWORD_REQUIRED" || out["Session"] == nil || out["ChallengeParameters"].(object)["requiredAttributes"] != "[]" {
			t.Fatalf("%s: %v", name, out)
		}
		a.Refused("RespondToAuthChallenge", a.answerInput(out, name, object{"NEW_PASSWORD": "short"}), "InvalidPasswordException", "not long enough")
		in := a.answerInput(out, name, object{"NEW_PASSWORD": other})
		tokensOf(t, a.Do("RespondToAuthChallenge", in))
		a.Refused("RespondToAuthChallenge", in, "NotAuthorizedException", "Invalid session for the user")
		a.Refused("InitiateAuth", a.passwordInput(name, right), "NotAuthorizedException", "Incorrect username or password.")
		user := a.Do("GetUser", object{"AccessToken": a.signIn(name, other)["AccessToken"]})
		if user["Username"] != name || a.stored(a.pool, name).Status != userpool.Confirmed {
			t.Errorf("%s is %v", name, user)
		}
	}
}

func TestTemporaryPasswordExpires(t *testing.T) {
	timed(t, func(t *testing.T, f *fixture) {
		a := newApp(f, object{"Policies": object{"PasswordPolicy": object{"TemporaryPasswordValidityDays": 2}}}, false, nil)
		a.Do("AdminCreateUser", object{"UserPoolId": a.pool, "Username": "ada", "TemporaryPassword": "right-horse", "MessageAction": "SUPPRESS"})
		time.Sleep(49 * time.Hour)
		a.Refused("InitiateAuth", a.passwordInput("ada", "right-horse"), "NotAuthorizedException", "Temporary password has expired and must be reset by an administrator.")
		a.Refused("InitiateAuth", a.passwordInput("ada", "wrong"), "NotAuthorizedException", "Incorrect username or password.")
	})
}

// TestNewPasswordNeedsAttributes: the new password must come with the required attributes that
// the user lacks.
func TestNewPasswordNeedsAttributes(t *testing.T) {
	f := newFixture(t)
	a := newApp(f, nil, false, nil)
	a.user("ada", "")
	a.Do("AdminSetUserPassword", object{"UserPoolId": a.pool, "Username": "ada", "Password": right})
	out := a.Do("InitiateAuth", a.passwordInput("ada", right))
	for _, c := range []struct{ name, value, exception string }{
		{"email", "eve@example.com", "NotAuthorizedException"}, {"email_verified", "true", "InvalidParameterException"}, {"custom:none", "x", "InvalidParameterException"},
	} {
		in := a.answerInput(out, "ada", object{"NEW_PASSWORD": other, "userAttributes." + c.name: c.value})
		if c.name == "email_verified" {
			a.changeUser("ada", func(u *userpool.User) { u.Attributes.Delete("email_verified") })
		}
		if _, exception, message := a.Try("RespondToAuthChallenge", in); exception != c.exception {
			t.Errorf("%s: %s: %s", c.name, exception, message)
		}
	}
	tokensOf(t, a.Do("RespondToAuthChallenge", a.answerInput(out, "ada", object{"NEW_PASSWORD": other, "userAttributes.given_name": "Ada"})))
	if got := a.stored(a.pool, "ada").Attributes.Get("given_name"); got != "Ada" {
		t.Errorf("given_name is %q", got)
	}
}

// TestImportedUserGetsIn follows a user who was imported without a password.
func TestImportedUserGetsIn(t *testing.T) {
	for _, hides := range []bool{false, true} {
		f := newFixture(t)
		a := newApp(f, object{"UsernameAttributes": []any{"email"}}, hides, nil)
		a.Do("AdminCreateUser", object{"UserPoolId": a.pool, "Username": "ada@example.com", "MessageAction": "SUPPRESS", "UserAttributes": named("email_verified", "true")})
		const name = "ada@example.com"
		a.changeUser(name, func(u *userpool.User) { u.Status, u.Credential = userpool.ResetRequired, userpool.Credential{} })
		wrong := a.srpOrRefusal(name)
		if hides {
			a.Refused("InitiateAuth", a.passwordInput(name, right), "NotAuthorizedException", "Incorrect username or password.")
			a.Refused("RespondToAuthChallenge", wrong, "NotAuthorizedException", "Incorrect username or password.")
		} else {
			a.Refused("InitiateAuth", a.passwordInput(name, right), "PasswordResetRequiredException", "Password reset required for the user")
		}
		admin := with(a.passwordInput(name, right), object{"AuthFlow": "ADMIN_USER_PASSWORD_AUTH", "UserPoolId": a.pool})
		a.Refused("AdminInitiateAuth", admin, "PasswordResetRequiredException", "Password reset required for the user")
		details := a.Do("ForgotPassword", a.forgotInput(name))["CodeDeliveryDetails"].(object)
		if details["Destination"] != "a***@e***" || details["DeliveryMedium"] != "EMAIL" || details["AttributeName"] != "email" {
			t.Errorf("the code goes to %v", details)
		}
		code := a.code()
		a.Refused("ConfirmForgotPassword", a.confirmInput(name, "x"+code, right), "CodeMismatchException", "Invalid verification code provided, please try again.")
		a.Refused("ConfirmForgotPassword", a.confirmInput(name, code, "short"), "InvalidPasswordException", "not long enough")
		a.Do("ConfirmForgotPassword", a.confirmInput(name, code, right))
		exception := map[bool]string{false: "ExpiredCodeException", true: "CodeMismatchException"}[hides]
		a.Refused("ConfirmForgotPassword", a.confirmInput(name, code, other), exception, "")
		tokensOf(t, a.Do("RespondToAuthChallenge", a.srp(name, right)))
		if u := a.stored(a.pool, name); u.Status != userpool.Confirmed {
			t.Errorf("the user is %s", u.Status)
		}
	}
}

// srpOrRefusal returns the answer to a challenge, if there is one.
func (a *app) srpOrRefusal(name string) object {
	a.T.Helper()
	client := a.Do("DescribeUserPoolClient", object{"UserPoolId": a.pool, "ClientId": a.client})["UserPoolClient"].(object)
	if client["PreventUserExistenceErrors"] == "ENABLED" {
		return a.srp(name, right)
	}
	a.Refused("InitiateAuth", object{"ClientId": a.client, "AuthFlow": "USER_SRP_AUTH", "AuthParameters": object{"USERNAME": name, "SRP_A": "1234"}},
		"PasswordResetRequiredException", "Password reset required for the user")
	return nil
}

// TestImportedHash: the first sign-in with the password turns an imported hash into a native
// credential. Before it, no sign-in by SRP succeeds.
func TestImportedHash(t *testing.T) {
	f := newFixture(t)
	a := newApp(f, nil, false, nil)
	a.user("ada", "")
	hash, err := bcrypthash.GenerateFromPassword([]byte(right), bcrypthash.MinCost)
	if err != nil {
		t.Fatal(err)
	}
	a.changeUser("ada", func(u *userpool.User) {
		u.Status, u.Credential = userpool.Confirmed, userpool.Credential{Scheme: password.BCrypt, Secret: string(hash)}
	})
	a.Refused("RespondToAuthChallenge", a.srp("ada", right), "NotAuthorizedException", "Incorrect username or password.")
	for range 2 {
		a.Refused("InitiateAuth", a.passwordInput("ada", other), "NotAuthorizedException", "Incorrect username or password.")
	}
	if scheme := a.stored(a.pool, "ada").Credential.Scheme; scheme != password.BCrypt {
		t.Errorf("after wrong passwords the scheme is %q", scheme)
	}
	// Two simultaneous first sign-ins both succeed.
	var both sync.WaitGroup
	for range 2 {
		both.Go(func() {
			if out, exception, message := a.Try("InitiateAuth", a.passwordInput("ada", right)); exception != "" || out["AuthenticationResult"] == nil {
				t.Errorf("%v, %s: %s", out, exception, message)
			}
		})
	}
	both.Wait()
	if scheme := a.stored(a.pool, "ada").Credential.Scheme; scheme != password.SRP {
		t.Errorf("after the first sign-in the scheme is %q", scheme)
	}
	tokensOf(t, a.Do("RespondToAuthChallenge", a.srp("ada", right)))
}

// TestNothingTellsWhoExists: the client protects the existence of users. Then unknown names,
// users who may not sign in, and wrong passwords get the same answers, in each flow and at each
// step.
func TestNothingTellsWhoExists(t *testing.T) {
	f := newFixture(t)
	a := newApp(f, nil, true, nil)
	for _, name := range []string{"confirmed", "disabled", "reset", "unconfirmed", "temporary"} {
		a.user(name, right)
	}
	a.changeUser("disabled", func(u *userpool.User) { u.Enabled = false })
	a.changeUser("reset", func(u *userpool.User) { u.Status, u.Credential = userpool.ResetRequired, userpool.Credential{} })
	a.changeUser("unconfirmed", func(u *userpool.User) { u.Status = userpool.Unconfirmed })
	a.changeUser("temporary", func(u *userpool.User) { u.Status = userpool.ForceChangePassword })
	for _, name := range []string{"nobody", "confirmed", "disabled", "reset", "unconfirmed", "temporary"} {
		a.Refused("InitiateAuth", a.passwordInput(name, other), "NotAuthorizedException", "Incorrect username or password.")
		in := a.srp(name, other)
		a.Refused("RespondToAuthChallenge", in, "NotAuthorizedException", "Incorrect username or password.")
		details := a.Do("ForgotPassword", a.forgotInput(name))["CodeDeliveryDetails"].(object)
		if destination, _ := details["Destination"].(string); !strings.Contains(destination, "***@") || details["DeliveryMedium"] != "EMAIL" {
			t.Errorf("%s: the code goes to %v", name, details)
		}
		a.Refused("ConfirmForgotPassword", a.confirmInput(name, "wrong", right), "CodeMismatchException", "Invalid verification code provided, please try again.")
	}
	// What stays the same in every challenge for an existing name does so for an unknown name.
	salt := func(name string) any {
		return a.Do("InitiateAuth", object{"ClientId": a.client, "AuthFlow": "USER_SRP_AUTH", "AuthParameters": object{"USERNAME": name, "SRP_A": "1234"}})["ChallengeParameters"].(object)["SALT"]
	}
	if salt("nobody") != salt("nobody") || salt("nobody") == salt("nobody2") || salt("reset") != salt("reset") {
		t.Error("the salts tell which users exist")
	}
	// A caller with the password learns what is wrong.
	a.Refused("InitiateAuth", a.passwordInput("disabled", right), "NotAuthorizedException", "User is disabled.")
	a.Refused("InitiateAuth", a.passwordInput("unconfirmed", right), "UserNotConfirmedException", "User is not confirmed.")
}

// TestLegacyTells: without that protection, answers say what is wrong.
func TestLegacyTells(t *testing.T) {
	f := newFixture(t)
	a := newApp(f, nil, false, nil)
	a.user("disabled", right)
	a.user("unconfirmed", right)
	a.changeUser("disabled", func(u *userpool.User) { u.Enabled = false })
	a.changeUser("unconfirmed", func(u *userpool.User) { u.Status = userpool.Unconfirmed })
	for _, c := range []struct{ name, exception, text string }{
		{"nobody", "UserNotFoundException", "User does not exist."}, {"disabled", "NotAuthorizedException", "User is disabled."},
		{"unconfirmed", "UserNotConfirmedException", "User is not confirmed."},
	} {
		a.Refused("InitiateAuth", a.passwordInput(c.name, other), c.exception, c.text)
		a.Refused("InitiateAuth", object{"ClientId": a.client, "AuthFlow": "USER_SRP_AUTH", "AuthParameters": object{"USERNAME": c.name, "SRP_A": "1234"}}, c.exception, c.text)
	}
	a.Refused("ForgotPassword", a.forgotInput("nobody"), "UserNotFoundException", "Username/client id combination not found.")
	a.Refused("ForgotPassword", a.forgotInput("disabled"), "NotAuthorizedException", "User is disabled.")
}

// TestFlows: a client uses only the flows that it allows, and administrators' flows need a
// signed call.
func TestFlows(t *testing.T) {
	f := newFixture(t)
	a := newApp(f, nil, false, object{"ExplicitAuthFlows": []any{"ALLOW_USER_SRP_AUTH"}})
	a.user("ada", right)
	a.Refused("InitiateAuth", a.passwordInput("ada", right), "InvalidParameterException", "USER_PASSWORD_AUTH flow not enabled for this client")
	for _, flow := range []string{"USER_AUTH", "CUSTOM_AUTH", "REFRESH_TOKEN_AUTH"} {
		a.Refused("InitiateAuth", with(a.passwordInput("ada", right), object{"AuthFlow": flow}), "InvalidParameterException", flow+" flow not enabled for this client")
	}
	a.Refused("InitiateAuth", with(a.passwordInput("ada", right), object{"AuthFlow": "ADMIN_USER_PASSWORD_AUTH"}), "InvalidParameterException", "Initiate Auth method not supported.")
	a.Refused("AdminInitiateAuth", with(a.passwordInput("ada", right), object{"AuthFlow": "ADMIN_USER_PASSWORD_AUTH", "UserPoolId": a.pool}), "InvalidParameterException", "Auth flow not enabled for this client")
	a.Refused("InitiateAuth", with(a.passwordInput("ada", right), object{"ClientId": "none"}), "ResourceNotFoundException", "User pool client none does not exist.")
	a.Refused("AdminInitiateAuth", with(a.passwordInput("ada", right), object{"AuthFlow": "ADMIN_USER_PASSWORD_AUTH", "UserPoolId": f.Pool(nil)}), "ResourceNotFoundException", "does not exist")
	a.Refused("InitiateAuth", object{"ClientId": a.client, "AuthFlow": "USER_SRP_AUTH", "AuthParameters": object{"USERNAME": "ada"}}, "InvalidParameterException", "Missing required parameter SRP_A")
	a.Refused("InitiateAuth", object{"ClientId": a.client, "AuthFlow": "USER_SRP_AUTH", "AuthParameters": object{"SRP_A": "1"}}, "InvalidParameterException", "Missing required parameter USERNAME")
	a.Refused("InitiateAuth", object{"ClientId": a.client, "AuthFlow": "USER_SRP_AUTH", "AuthParameters": object{"USERNAME": "ada", "SRP_A": "0"}}, "InvalidParameterException", "SRP_A")
	a.Refused("RespondToAuthChallenge", object{"ClientId": a.client, "ChallengeName": "SMS_MFA", "Session": strings.Repeat("x", 20)}, "InvalidParameterException", "SMS_MFA is not enabled for this client")
	legacy := f.fixtureClient(a.pool, object{"ExplicitAuthFlows": []any{"ADMIN_NO_SRP_AUTH"}})
	tokensOf(t, a.Do("AdminInitiateAuth", with(a.passwordInput("ada", right), object{"AuthFlow": "ADMIN_NO_SRP_AUTH", "UserPoolId": a.pool, "ClientId": legacy})))
	a.client = legacy
	tokensOf(t, a.Do("RespondToAuthChallenge", a.srp("ada", right)))
}

// TestSecretHash: a client with a secret proves its secret in each call.
func TestSecretHash(t *testing.T) {
	f := newFixture(t)
	a := newApp(f, nil, false, object{"GenerateSecret": true})
	secret := a.Do("DescribeUserPoolClient", object{"UserPoolId": a.pool, "ClientId": a.client})["UserPoolClient"].(object)["ClientSecret"].(string)
	a.user("ada", right)
	hash := signin.SecretHash(secret, "ada", a.client)
	a.Refused("InitiateAuth", a.passwordInput("ada", right), "NotAuthorizedException", "Client "+a.client+" is configured with secret but SECRET_HASH was not received")
	wrong := a.passwordInput("ada", right)
	wrong["AuthParameters"].(object)["SECRET_HASH"] = signin.SecretHash(secret, "bob", a.client)
	a.Refused("InitiateAuth", wrong, "NotAuthorizedException", "Unable to verify secret hash for client "+a.client)
	good := a.passwordInput("ada", right)
	good["AuthParameters"].(object)["SECRET_HASH"] = hash
	tokens := tokensOf(t, a.Do("InitiateAuth", good))
	refresh := object{"ClientId": a.client, "AuthFlow": "REFRESH_TOKEN_AUTH", "AuthParameters": object{"REFRESH_TOKEN": tokens["RefreshToken"]}}
	a.Refused("InitiateAuth", refresh, "NotAuthorizedException", "SECRET_HASH was not received")
	refresh["AuthParameters"].(object)["SECRET_HASH"] = hash
	tokensOf(t, a.Do("InitiateAuth", refresh))
	a.Refused("ForgotPassword", a.forgotInput("ada"), "NotAuthorizedException", "SECRET_HASH was not received")
	a.Do("ForgotPassword", with(a.forgotInput("ada"), object{"SecretHash": hash}))
	a.Refused("ConfirmForgotPassword", a.confirmInput("ada", a.code(), other), "NotAuthorizedException", "SECRET_HASH was not received")
	a.Do("ConfirmForgotPassword", with(a.confirmInput("ada", a.code(), other), object{"SecretHash": hash}))
	get := object{"ClientId": a.client, "RefreshToken": tokens["RefreshToken"]}
	a.Refused("GetTokensFromRefreshToken", get, "NotAuthorizedException", "")
	tokensOf(t, a.Do("GetTokensFromRefreshToken", with(get, object{"ClientSecret": secret})))
	revoke := object{"ClientId": a.client, "Token": tokens["RefreshToken"]}
	a.Refused("RevokeToken", revoke, "UnauthorizedException", "")
	a.Do("RevokeToken", with(revoke, object{"ClientSecret": secret}))
}
