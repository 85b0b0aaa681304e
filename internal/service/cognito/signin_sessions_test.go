package cognitoservice_test

import (
	"strings"
	"testing"
	"time"
)

// refreshInput returns the input of REFRESH_TOKEN_AUTH.
func (a *app) refreshInput(token any) object {
	return object{"ClientId": a.client, "AuthFlow": "REFRESH_TOKEN_AUTH", "AuthParameters": object{"REFRESH_TOKEN": token}}
}

// TestRefresh: a refresh token brings tokens during its life, for its client, until the user is
// signed out, disabled or deleted.
func TestRefresh(t *testing.T) {
	timed(t, func(t *testing.T, f *fixture) {
		a := newApp(f, nil, false, object{"RefreshTokenValidity": 2, "TokenValidityUnits": object{"RefreshToken": "hours"}})
		a.user("ada", right)
		tokens := a.signIn("ada", right)
		refresh := a.refreshInput(tokens["RefreshToken"])
		again := tokensOf(t, a.Do("InitiateAuth", refresh))
		if again["RefreshToken"] != nil {
			t.Error("a refresh brings a refresh token, though they do not rotate")
		}
		tokensOf(t, a.Do("AdminInitiateAuth", with(refresh, object{"UserPoolId": a.pool})))
		tokensOf(t, a.Do("GetTokensFromRefreshToken", object{"ClientId": a.client, "RefreshToken": tokens["RefreshToken"]}))
		text := tokens["RefreshToken"].(string)
		for _, bad := range []string{"x", text[:len(text)-1], "A" + text[1:], text[:len(text)-2] + "AA", tokens["AccessToken"].(string)} {
			a.Refused("InitiateAuth", a.refreshInput(bad), "NotAuthorizedException", "Invalid Refresh Token")
		}
		second := f.fixtureClient(a.pool, object{"ExplicitAuthFlows": allFlows})
		a.Refused("InitiateAuth", with(refresh, object{"ClientId": second}), "NotAuthorizedException", "Invalid Refresh Token")
		a.Do("AdminDisableUser", object{"UserPoolId": a.pool, "Username": "ada"})
		a.Refused("InitiateAuth", refresh, "NotAuthorizedException", "User is disabled.")
		a.Refused("GetUser", object{"AccessToken": tokens["AccessToken"]}, "NotAuthorizedException", "User is disabled.")
		a.Do("AdminEnableUser", object{"UserPoolId": a.pool, "Username": "ada"})
		time.Sleep(time.Hour + time.Second)
		a.Refused("GetUser", object{"AccessToken": tokens["AccessToken"]}, "NotAuthorizedException", "Access Token has expired")
		a.Do("GetUser", object{"AccessToken": tokensOf(t, a.Do("InitiateAuth", refresh))["AccessToken"]})
		time.Sleep(time.Hour)
		a.Refused("InitiateAuth", refresh, "NotAuthorizedException", "Refresh Token has expired")
	})
}

// TestRotation: a rotating refresh token is good once, and again during its grace period.
// Afterwards its use ends the session.
func TestRotation(t *testing.T) {
	timed(t, func(t *testing.T, f *fixture) {
		a := newApp(f, nil, false, object{
			"ExplicitAuthFlows":    []any{"ALLOW_USER_PASSWORD_AUTH"},
			"RefreshTokenRotation": object{"Feature": "ENABLED", "RetryGracePeriodSeconds": 10},
		})
		a.user("ada", right)
		get := func(token any) object { return object{"ClientId": a.client, "RefreshToken": token} }
		first := a.signIn("ada", right)["RefreshToken"]
		a.Refused("InitiateAuth", a.refreshInput(first), "InvalidParameterException", "REFRESH_TOKEN_AUTH flow not enabled for this client")
		out := tokensOf(t, a.Do("GetTokensFromRefreshToken", get(first)))
		second := out["RefreshToken"]
		if second == nil || second == first {
			t.Fatalf("the refresh token does not rotate: %v", out)
		}
		time.Sleep(9 * time.Second)
		if again := tokensOf(t, a.Do("GetTokensFromRefreshToken", get(first)))["RefreshToken"]; again != second {
			t.Error("a call that is tried again gets another token")
		}
		third := tokensOf(t, a.Do("GetTokensFromRefreshToken", get(second)))["RefreshToken"]
		access := tokensOf(t, a.Do("GetTokensFromRefreshToken", get(third)))["AccessToken"]
		a.Do("GetUser", object{"AccessToken": access})
		a.Refused("GetTokensFromRefreshToken", get(second), "RefreshTokenReuseException", "")
		a.Refused("GetTokensFromRefreshToken", get(third), "NotAuthorizedException", "Refresh Token has been revoked")
		a.Refused("GetUser", object{"AccessToken": access}, "NotAuthorizedException", "Access Token has been revoked")
	})
}

// TestSignOut: a global sign-out, by the user or an administrator, ends all sessions. Revoking
// a token ends its own session.
func TestSignOut(t *testing.T) {
	f := newFixture(t)
	a := newApp(f, nil, false, nil)
	a.user("ada", right)
	over := func(tokens object) {
		t.Helper()
		a.Refused("GetUser", object{"AccessToken": tokens["AccessToken"]}, "NotAuthorizedException", "Access Token has been revoked")
		a.Refused("InitiateAuth", a.refreshInput(tokens["RefreshToken"]), "NotAuthorizedException", "Refresh Token has been revoked")
	}
	one, two := a.signIn("ada", right), a.signIn("ada", right)
	revoke := object{"ClientId": a.client, "Token": one["RefreshToken"]}
	a.Do("RevokeToken", revoke)
	a.Do("RevokeToken", revoke)
	over(one)
	a.Do("GetUser", object{"AccessToken": two["AccessToken"]})
	a.Refused("RevokeToken", with(revoke, object{"Token": two["AccessToken"]}), "UnsupportedTokenTypeException", "")
	a.Refused("RevokeToken", with(revoke, object{"Token": "x"}), "InvalidParameterException", "")
	a.Refused("RevokeToken", with(revoke, object{"ClientId": "none"}), "UnauthorizedException", "")
	second := f.fixtureClient(a.pool, object{"ExplicitAuthFlows": allFlows, "EnableTokenRevocation": false})
	a.Refused("RevokeToken", with(revoke, object{"ClientId": second}), "UnsupportedOperationException", "")
	three := a.signIn("ada", right)
	a.Do("GlobalSignOut", object{"AccessToken": two["AccessToken"]})
	over(two)
	over(three)
	four := a.signIn("ada", right)
	a.Do("AdminUserGlobalSignOut", object{"UserPoolId": a.pool, "Username": "ada"})
	over(four)
	five := a.signIn("ada", right)
	a.Do("AdminDeleteUser", object{"UserPoolId": a.pool, "Username": "ada"})
	a.Refused("GetUser", object{"AccessToken": five["AccessToken"]}, "UserNotFoundException", "User does not exist.")
	for _, bad := range []string{"x", five["IdToken"].(string), strings.Repeat("x.", 3)} {
		a.Refused("GetUser", object{"AccessToken": bad}, "NotAuthorizedException", "Invalid Access Token")
	}
}
