package cognitoservice_test

import (
	"maps"
	"testing"
	"testing/synctest"
	"time"

	"poolhouse/internal/password/srpclient"
	"poolhouse/internal/totp"
	"poolhouse/internal/userpool"
)

// allFlows are the flows of these tests' clients.
var allFlows = []any{"ALLOW_USER_PASSWORD_AUTH", "ALLOW_USER_SRP_AUTH", "ALLOW_ADMIN_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"}

const (
	right = "Right-horse-1"
	other = "Other-horse-2"
)

// app is an app client, and the user that signs in with it.
type app struct {
	*fixture
	pool, client string
}

// newApp makes a pool and a client. hides protects the existence of users.
func newApp(f *fixture, pool object, hides bool, client object) *app {
	f.T.Helper()
	a := &app{fixture: f, pool: f.Pool(pool)}
	in := object{"ExplicitAuthFlows": allFlows}
	if hides {
		in["PreventUserExistenceErrors"] = "ENABLED"
	}
	maps.Copy(in, client)
	a.client = f.fixtureClient(a.pool, in)
	return a
}

func (f *fixture) fixtureClient(pool string, in object) string {
	return f.Fixture.Do("CreateUserPoolClient", with(object{"UserPoolId": pool, "ClientName": "app"}, in))["UserPoolClient"].(object)["ClientId"].(string)
}

// user makes a user with a verified address, and with a permanent password unless that is "".
func (a *app) user(name, text string) {
	a.T.Helper()
	a.Do("AdminCreateUser", object{"UserPoolId": a.pool, "Username": name, "MessageAction": "SUPPRESS",
		"UserAttributes": named("email", name+"@example.com", "email_verified", "true")})
	if text != "" {
		a.Do("AdminSetUserPassword", object{"UserPoolId": a.pool, "Username": name, "Password": text, "Permanent": true})
	}
}

// changeUser changes a stored user.
func (a *app) changeUser(name string, change func(*userpool.User)) {
	a.T.Helper()
	p, err := a.Store.Pool(a.T.Context(), a.pool)
	if err != nil {
		a.T.Fatal(err)
	}
	if _, err := a.Store.UpdateUser(a.T.Context(), p, name, func(u *userpool.User) error { change(u); return nil }); err != nil {
		a.T.Fatal(err)
	}
}

// passwordInput returns the input of InitiateAuth with a password.
func (a *app) passwordInput(name, text string) object {
	return object{"ClientId": a.client, "AuthFlow": "USER_PASSWORD_AUTH", "AuthParameters": object{"USERNAME": name, "PASSWORD": text}}
}

// signIn signs in a user with a password.
func (a *app) signIn(name, text string) (tokens object) {
	a.T.Helper()
	return tokensOf(a.T, a.Do("InitiateAuth", a.passwordInput(name, text)))
}

func tokensOf(t *testing.T, out object) object {
	t.Helper()
	tokens, ok := out["AuthenticationResult"].(object)
	if !ok || tokens["AccessToken"] == "" || tokens["IdToken"] == "" || tokens["TokenType"] != "Bearer" {
		t.Fatalf("no tokens: %v", out)
	}
	return tokens
}

// srp begins a sign-in by SRP, and returns the answer to its challenge.
func (a *app) srp(name, text string) object {
	a.T.Helper()
	c := srpclient.New(a.pool, text)
	out := a.Do("InitiateAuth", object{"ClientId": a.client, "AuthFlow": "USER_SRP_AUTH", "AuthParameters": object{"USERNAME": name, "SRP_A": c.A()}})
	if out["ChallengeName"] != "PASSWORD_VERIFIER" {
		a.T.Fatalf("the challenge is %v", out)
	}
	params := map[string]string{}
	for k, v := range out["ChallengeParameters"].(object) {
		params[k] = v.(string)
	}
	return object{"ClientId": a.client, "ChallengeName": "PASSWORD_VERIFIER", "ChallengeResponses": c.Answer(params, time.Now())}
}

// answerInput returns an input of RespondToAuthChallenge.
func (a *app) answerInput(out object, name string, responses object) object {
	return object{"ClientId": a.client, "ChallengeName": out["ChallengeName"], "Session": out["Session"], "ChallengeResponses": with(object{"USERNAME": name}, responses)}
}

// code returns the code that was sent last.
func (a *app) code() string {
	a.T.Helper()
	messages := a.Do("ListOutboxMessages", object{"UserPoolId": a.pool})["Messages"].([]any)
	return messages[0].(object)["Code"].(string)
}

// forgotInput returns the input of ForgotPassword.
func (a *app) forgotInput(name string) object { return object{"ClientId": a.client, "Username": name} }

// confirmInput returns the input of ConfirmForgotPassword.
func (a *app) confirmInput(name, code, text string) object {
	return object{"ClientId": a.client, "Username": name, "ConfirmationCode": code, "Password": text}
}

// appCode returns the current code of an authenticator app.
func appCode(t *testing.T, secret string) string {
	t.Helper()
	code, err := totp.Code(secret, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	return code
}

// timed runs a test in simulated time.
func timed(t *testing.T, test func(t *testing.T, f *fixture)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) { test(t, newFixture(t)) })
}

// withMFA turns on authenticator apps in a pool.
func (a *app) withMFA(mfa string) {
	a.T.Helper()
	a.Do("SetUserPoolMfaConfig", object{"UserPoolId": a.pool, "MfaConfiguration": mfa, "SoftwareTokenMfaConfiguration": object{"Enabled": true}})
}
