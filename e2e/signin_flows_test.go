package e2e

import (
	"encoding/base64"
	"encoding/json"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	cognito "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/google/go-cmp/cmp"

	"poolhouse/internal/signin"
)

// TestFlows runs each flow with the AWS SDK for Go, whose types and errors are the API's.
func TestFlows(t *testing.T) {
	together(t)
	for name, walk := range map[string]func(*testing.T, *node){
		"sessions": walkSessions, "rotation": walkRotation, "passwords": walkPasswords, "factors": walkFactors, "secret": walkSecret,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			walk(t, signInNode(t))
		})
	}
}

// plain returns an app client without settings except its flows, in a pool without
// settings.
func (n *node) plain() *app {
	n.t.Helper()
	return n.newApp(&cognito.CreateUserPoolInput{}, &cognito.CreateUserPoolClientInput{})
}

// refresh is REFRESH_TOKEN_AUTH.
func (a *app) refresh(token *string) (*cognito.InitiateAuthOutput, error) {
	return a.begin(types.AuthFlowTypeRefreshTokenAuth, map[string]string{"REFRESH_TOKEN": aws.ToString(token)})
}

// over fails the test unless a session has ended.
func (a *app) over(of *types.AuthenticationResultType) {
	a.t.Helper()
	_, err := a.node.client().GetUser(a.t.Context(), &cognito.GetUserInput{AccessToken: of.AccessToken})
	refused(a.t, err, "NotAuthorizedException", "Access Token has been revoked")
	_, err = a.refresh(of.RefreshToken)
	refused(a.t, err, "NotAuthorizedException", "Refresh Token has been revoked")
}

// claimsOf returns the claims of a token without verifying it.
func claimsOf(t *testing.T, token *string) (claims object) {
	t.Helper()
	part := strings.Split(aws.ToString(token), ".")
	if len(part) != 3 {
		t.Fatalf("%q is no JSON Web Token", aws.ToString(token))
	}
	text, err := base64.RawURLEncoding.DecodeString(part[1])
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, &claims); err != nil {
		t.Fatal(err)
	}
	return claims
}

// walkSessions signs a user in by each flow, and ends the sessions in each way.
func walkSessions(t *testing.T, n *node) {
	a := n.plain()
	a.user("ada", firstPassword)
	ctx, c := t.Context(), n.client()
	_, err := a.byPassword("ada", wrongPassword)
	refused(t, err, "NotAuthorizedException", "Incorrect username or password.")
	_, err = a.bySRP("ada", wrongPassword)
	refused(t, err, "NotAuthorizedException", "Incorrect username or password.")
	_, err = a.byPassword("eve", firstPassword)
	refused(t, err, "UserNotFoundException", "User does not exist.")
	byPassword := func() *types.AuthenticationResultType {
		t.Helper()
		out, err := a.byPassword("ada", firstPassword)
		if err != nil {
			t.Fatal(err)
		}
		return tokens(t, out.AuthenticationResult, nil)
	}
	one, two := byPassword(), a.signedIn("ada", firstPassword)
	admin, err := c.AdminInitiateAuth(ctx, &cognito.AdminInitiateAuthInput{UserPoolId: &a.pool, ClientId: &a.client,
		AuthFlow: types.AuthFlowTypeAdminUserPasswordAuth, AuthParameters: map[string]string{"USERNAME": "ada", "PASSWORD": firstPassword}})
	if err != nil {
		t.Fatal(err)
	}
	three := tokens(t, admin.AuthenticationResult, nil)
	refreshed, err := a.refresh(one.RefreshToken)
	if err != nil {
		t.Fatal(err)
	}
	again := tokens(t, refreshed.AuthenticationResult, nil)
	before, after := claimsOf(t, one.IdToken), claimsOf(t, again.IdToken)
	if again.RefreshToken != nil || before["sub"] != after["sub"] || before["origin_jti"] != after["origin_jti"] || before["auth_time"] != after["auth_time"] || before["jti"] == after["jti"] {
		t.Errorf("before the refresh %v, after it %v", before, after)
	}
	if _, err := c.RevokeToken(ctx, &cognito.RevokeTokenInput{ClientId: &a.client, Token: one.RefreshToken}); err != nil {
		t.Fatal(err)
	}
	a.over(one)
	user, err := c.GetUser(ctx, &cognito.GetUserInput{AccessToken: two.AccessToken})
	if err != nil || *user.Username != "ada" || len(user.UserAttributes) != 3 {
		t.Errorf("%+v, %v", user, err)
	}
	if _, err := c.GlobalSignOut(ctx, &cognito.GlobalSignOutInput{AccessToken: two.AccessToken}); err != nil {
		t.Fatal(err)
	}
	a.over(two)
	a.over(three)
	four := byPassword()
	if _, err := c.AdminUserGlobalSignOut(ctx, &cognito.AdminUserGlobalSignOutInput{UserPoolId: &a.pool, Username: aws.String("ada")}); err != nil {
		t.Fatal(err)
	}
	a.over(four)
}

// walkRotation replaces refresh tokens. Reuse of one ends its session.
func walkRotation(t *testing.T, n *node) {
	a := n.newApp(&cognito.CreateUserPoolInput{}, &cognito.CreateUserPoolClientInput{
		RefreshTokenRotation: &types.RefreshTokenRotationType{Feature: types.FeatureTypeEnabled, RetryGracePeriodSeconds: aws.Int32(0)}})
	a.user("ada", firstPassword)
	get := func(token *string) (*types.AuthenticationResultType, error) {
		out, err := n.client().GetTokensFromRefreshToken(t.Context(), &cognito.GetTokensFromRefreshTokenInput{ClientId: &a.client, RefreshToken: token})
		if err != nil {
			return nil, err
		}
		return out.AuthenticationResult, nil
	}
	first := a.signedIn("ada", firstPassword).RefreshToken
	_, err := a.refresh(first)
	refused(t, err, "InvalidParameterException", "REFRESH_TOKEN_AUTH flow not enabled for this client")
	r, err := get(first)
	second := tokens(t, r, err)
	if aws.ToString(second.RefreshToken) == "" || *second.RefreshToken == *first {
		t.Fatal("the refresh token was not replaced")
	}
	r, err = get(second.RefreshToken)
	third := tokens(t, r, err)
	_, err = get(second.RefreshToken)
	if !as[*types.RefreshTokenReuseException](err) {
		t.Errorf("a refresh token that is used again: %v", err)
	}
	_, err = get(third.RefreshToken)
	refused(t, err, "NotAuthorizedException", "Refresh Token has been revoked")
}

// walkPasswords changes passwords in each possible way.
func walkPasswords(t *testing.T, n *node) {
	a := n.plain()
	a.user("ada", "")
	ctx, c, ada := t.Context(), n.client(), aws.String("ada")
	n.temporary(a.pool, "ada", firstPassword)
	begun, err := a.bySRP("ada", firstPassword)
	if err != nil || begun.ChallengeName != types.ChallengeNameTypeNewPasswordRequired {
		t.Fatalf("%+v, %v", begun, err)
	}
	var told map[string]string
	if err := json.Unmarshal([]byte(begun.ChallengeParameters["userAttributes"]), &told); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(map[string]string{"email": "ada@example.com", "email_verified": "true"}, told); diff != "" || begun.ChallengeParameters["requiredAttributes"] != "[]" {
		t.Errorf("the challenge tells %v:\n%s", begun.ChallengeParameters, diff)
	}
	_, err = a.answer(begun.ChallengeName, begun.Session, map[string]string{"USERNAME": "ada", "NEW_PASSWORD": "Short-1"})
	refused(t, err, "InvalidPasswordException", "Password not long enough")
	answered, err := c.AdminRespondToAuthChallenge(ctx, &cognito.AdminRespondToAuthChallengeInput{UserPoolId: &a.pool, ClientId: &a.client,
		ChallengeName: begun.ChallengeName, Session: begun.Session, ChallengeResponses: map[string]string{"USERNAME": "ada", "NEW_PASSWORD": secondPassword}})
	if err != nil {
		t.Fatal(err)
	}
	access := tokens(t, answered.AuthenticationResult, nil).AccessToken
	change := func(old, new string) error {
		_, err := c.ChangePassword(ctx, &cognito.ChangePasswordInput{AccessToken: access, PreviousPassword: &old, ProposedPassword: &new})
		return err
	}
	refused(t, change(wrongPassword, firstPassword), "NotAuthorizedException", "Incorrect username or password.")
	if err := change(secondPassword, firstPassword); err != nil {
		t.Fatal(err)
	}
	a.signedIn("ada", firstPassword)
	if _, err := c.AdminResetUserPassword(ctx, &cognito.AdminResetUserPasswordInput{UserPoolId: &a.pool, Username: ada}); err != nil {
		t.Fatal(err)
	}
	_, err = a.byPassword("ada", firstPassword)
	refused(t, err, "PasswordResetRequiredException", "Password reset required for the user")
	if _, err := c.ConfirmForgotPassword(ctx, &cognito.ConfirmForgotPasswordInput{ClientId: &a.client, Username: ada, ConfirmationCode: aws.String(n.code(a.pool)), Password: aws.String(secondPassword)}); err != nil {
		t.Fatal(err)
	}
	a.signedIn("ada", secondPassword)
	a.reset("ada", firstPassword)
	a.signedIn("ada", firstPassword)
}

// walkFactors sets up an authenticator app by access token, signs in with it, and turns it
// off.
func walkFactors(t *testing.T, n *node) {
	a := n.plain()
	a.withMFA(types.UserPoolMfaTypeOptional)
	a.user("ada", firstPassword)
	ctx, c, ada := t.Context(), n.client(), aws.String("ada")
	access := a.signedIn("ada", firstPassword).AccessToken
	prefer := &cognito.SetUserMFAPreferenceInput{AccessToken: access, SoftwareTokenMfaSettings: &types.SoftwareTokenMfaSettingsType{Enabled: true, PreferredMfa: true}}
	_, err := c.SetUserMFAPreference(ctx, prefer)
	refused(t, err, "InvalidParameterException", "User has not verified software token mfa")
	associated, err := c.AssociateSoftwareToken(ctx, &cognito.AssociateSoftwareTokenInput{AccessToken: access})
	if err != nil {
		t.Fatal(err)
	}
	phone := &authenticator{secret: *associated.SecretCode}
	verified, err := c.VerifySoftwareToken(ctx, &cognito.VerifySoftwareTokenInput{AccessToken: access, UserCode: aws.String(phone.next(t))})
	if err != nil || verified.Status != types.VerifySoftwareTokenResponseTypeSuccess {
		t.Fatalf("%+v, %v", verified, err)
	}
	if _, err := c.SetUserMFAPreference(ctx, prefer); err != nil {
		t.Fatal(err)
	}
	factors, err := c.GetUserAuthFactors(ctx, &cognito.GetUserAuthFactorsInput{AccessToken: access})
	if err != nil || aws.ToString(factors.PreferredMfaSetting) != "SOFTWARE_TOKEN_MFA" || !cmp.Equal(factors.UserMFASettingList, []string{"SOFTWARE_TOKEN_MFA"}) {
		t.Errorf("%+v, %v", factors, err)
	}
	asked, err := a.bySRP("ada", firstPassword)
	if err != nil || asked.ChallengeName != types.ChallengeNameTypeSoftwareTokenMfa {
		t.Fatalf("%+v, %v", asked, err)
	}
	code := phone.next(t)
	good := map[string]string{"USERNAME": "ada", "SOFTWARE_TOKEN_MFA_CODE": code}
	answered, err := a.answer(asked.ChallengeName, asked.Session, good)
	if err != nil {
		t.Fatal(err)
	}
	tokens(t, answered.AuthenticationResult, nil)
	if _, err := a.answer(asked.ChallengeName, asked.Session, good); err == nil {
		t.Error("a challenge is answered twice")
	}
	if asked, err = a.bySRP("ada", firstPassword); err != nil {
		t.Fatal(err)
	}
	_, err = a.answer(asked.ChallengeName, asked.Session, good)
	refused(t, err, "ExpiredCodeException", "Your software token has already been used once.")
	if _, err := c.AdminSetUserMFAPreference(ctx, &cognito.AdminSetUserMFAPreferenceInput{UserPoolId: &a.pool, Username: ada,
		SoftwareTokenMfaSettings: &types.SoftwareTokenMfaSettingsType{}}); err != nil {
		t.Fatal(err)
	}
	a.signedIn("ada", firstPassword)
}

// walkSecret signs a user in with a client that has a secret.
func walkSecret(t *testing.T, n *node) {
	a := n.newApp(&cognito.CreateUserPoolInput{}, &cognito.CreateUserPoolClientInput{GenerateSecret: true})
	a.user("ada", firstPassword)
	described, err := n.client().DescribeUserPoolClient(t.Context(), &cognito.DescribeUserPoolClientInput{UserPoolId: &a.pool, ClientId: &a.client})
	if err != nil {
		t.Fatal(err)
	}
	hash := signin.SecretHash(*described.UserPoolClient.ClientSecret, "ada", a.client)
	_, err = a.byPassword("ada", firstPassword)
	refused(t, err, "NotAuthorizedException", "is configured with secret but SECRET_HASH was not received")
	with := map[string]string{"USERNAME": "ada", "PASSWORD": firstPassword, "SECRET_HASH": hash + "x"}
	_, err = a.begin(types.AuthFlowTypeUserPasswordAuth, with)
	refused(t, err, "NotAuthorizedException", "Unable to verify secret hash for client "+a.client)
	with["SECRET_HASH"] = hash
	out, err := a.begin(types.AuthFlowTypeUserPasswordAuth, with)
	if err != nil {
		t.Fatal(err)
	}
	refreshed, err := a.begin(types.AuthFlowTypeRefreshTokenAuth, map[string]string{
		"REFRESH_TOKEN": *tokens(t, out.AuthenticationResult, nil).RefreshToken, "SECRET_HASH": hash})
	if err != nil {
		t.Fatal(err)
	}
	tokens(t, refreshed.AuthenticationResult, nil)
}
