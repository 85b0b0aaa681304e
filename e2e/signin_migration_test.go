package e2e

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	cognito "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"golang.org/x/crypto/bcrypt"
)

// TestMigration migrates a user of another system with the user's password, as people did
// it in 2026. The pool has the tier LITE, its usernames are addresses, it requires a second
// factor, and it does not reveal which users exist.
func TestMigration(t *testing.T) {
	together(t)
	forOneCLI(t, func(a *awsCLI) {
		t := a.t
		const ada = "ada@example.com"
		hash, err := bcrypt.GenerateFromPassword([]byte(firstPassword), 12)
		if err != nil {
			t.Fatal(err)
		}
		made := a.signed(service+"CreateUserPool", object{"PoolName": "people", "UserPoolTier": "LITE", // Debian's AWS CLI does not have this member
			"UsernameAttributes": []any{"email"}, "AutoVerifiedAttributes": []any{"email"}})["UserPool"].(object)
		if made["UserPoolTier"] != "LITE" {
			t.Errorf("the pool is %v", made)
		}
		pool := made["Id"].(string)
		a.do("set-user-pool-mfa-config", "--user-pool-id", pool, "--mfa-configuration", "ON", "--software-token-mfa-configuration", "Enabled=true")
		client := a.do("create-user-pool-client", "--user-pool-id", pool, "--client-name", "web", "--prevent-user-existence-errors", "ENABLED",
			"--explicit-auth-flows", "ALLOW_ADMIN_USER_PASSWORD_AUTH", "ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH")["UserPoolClient"].(object)["ClientId"].(string)
		var header []string
		for _, name := range a.do("get-csv-header", "--user-pool-id", pool)["CSVHeader"].([]any) {
			header = append(header, name.(string))
		}
		a.mustImport(pool, "BCRYPT", headerAndRow(t, header, map[string]string{
			"cognito:username": ada, "email": ada, "email_verified": "true", "cognito:mfa_enabled": "", "password_hash": string(hash),
		}), 1)
		user := a.do("admin-get-user", "--user-pool-id", pool, "--username", ada)
		if user["UserStatus"] != "CONFIRMED" || attributesOf(user["UserAttributes"])["email_verified"] != "true" {
			t.Errorf("the user is %v", user)
		}

		begin := func(password string) []string {
			return []string{"admin-initiate-auth", "--user-pool-id", pool, "--client-id", client, "--auth-flow", "ADMIN_USER_PASSWORD_AUTH",
				"--auth-parameters", "USERNAME=" + ada + ",PASSWORD=" + password}
		}
		a.refused("NotAuthorizedException", "Incorrect username or password.", begin(wrongPassword)...)
		begun := a.do(begin(firstPassword)...)
		if begun["ChallengeName"] != "MFA_SETUP" || begun["ChallengeParameters"].(object)["MFAS_CAN_SETUP"] != `["SOFTWARE_TOKEN_MFA"]` || begun["AuthenticationResult"] != nil {
			t.Fatalf("the sign-in goes on with %v", begun)
		}
		associated := a.do("associate-software-token", "--session", begun["Session"].(string))
		phone := &authenticator{secret: associated["SecretCode"].(string)}
		verified := a.do("verify-software-token", "--session", associated["Session"].(string), "--user-code", phone.next(t), "--friendly-device-name", "phone")
		if verified["Status"] != "SUCCESS" {
			t.Fatalf("the code is answered %v", verified)
		}
		answer := func(challenge string, session any, responses string) object {
			t.Helper()
			return a.do("admin-respond-to-auth-challenge", "--user-pool-id", pool, "--client-id", client, "--challenge-name", challenge,
				"--session", session.(string), "--challenge-responses", responses)
		}
		granted := answer("MFA_SETUP", verified["Session"], "USERNAME="+ada)["AuthenticationResult"].(object)
		got := a.do("get-user", "--access-token", granted["AccessToken"].(string))
		if attributes := attributesOf(got["UserAttributes"]); attributes["email"] != ada || attributes["email_verified"] != "true" {
			t.Errorf("get-user: %v", got)
		}
		// The next sign-in asks for the app's code.
		again := a.do(begin(firstPassword)...)
		if again["ChallengeName"] != "SOFTWARE_TOKEN_MFA" {
			t.Fatalf("the next sign-in goes on with %v", again)
		}
		granted = answer("SOFTWARE_TOKEN_MFA", again["Session"], "USERNAME="+ada+",SOFTWARE_TOKEN_MFA_CODE="+phone.next(t))["AuthenticationResult"].(object)
		if granted["RefreshToken"] == nil || granted["IdToken"] == nil {
			t.Errorf("the tokens are %v", keys(granted))
		}
	})
}

// TestImportedWithoutPassword signs in a user who was imported without a password: a code,
// a new password, and SRP.
func TestImportedWithoutPassword(t *testing.T) {
	together(t)
	for _, hides := range []types.PreventUserExistenceErrorTypes{types.PreventUserExistenceErrorTypesLegacy, types.PreventUserExistenceErrorTypesEnabled} {
		t.Run(string(hides), func(t *testing.T) {
			n := signInNode(t)
			a := n.newApp(&cognito.CreateUserPoolInput{UsernameAttributes: []types.UsernameAttributeType{types.UsernameAttributeTypeEmail}},
				&cognito.CreateUserPoolClientInput{PreventUserExistenceErrors: hides})
			const ada = "ada@example.com"
			a.mustImport(a.pool, "", "cognito:username,email,email_verified,cognito:mfa_enabled\nada@example.com,ada@example.com,true,false\n", 1)
			_, err := a.byPassword(ada, firstPassword)
			if hides == types.PreventUserExistenceErrorTypesEnabled {
				refused(t, err, "NotAuthorizedException", "Incorrect username or password.")
				_, err = a.node.client().AdminInitiateAuth(t.Context(), &cognito.AdminInitiateAuthInput{UserPoolId: &a.pool, ClientId: &a.client,
					AuthFlow: types.AuthFlowTypeAdminUserPasswordAuth, AuthParameters: map[string]string{"USERNAME": ada, "PASSWORD": firstPassword}})
			}
			refused(t, err, "PasswordResetRequiredException", "Password reset required for the user")
			if _, err := a.bySRP(ada, firstPassword); hides == types.PreventUserExistenceErrorTypesEnabled {
				refused(t, err, "NotAuthorizedException", "Incorrect username or password.")
			} else {
				refused(t, err, "PasswordResetRequiredException", "Password reset required for the user")
			}
			a.reset(ada, firstPassword)
			access := a.signedIn(ada, firstPassword).AccessToken
			got, err := a.node.client().GetUser(t.Context(), &cognito.GetUserInput{AccessToken: access})
			if err != nil {
				t.Fatal(err)
			}
			user, err := a.node.client().AdminGetUser(t.Context(), &cognito.AdminGetUserInput{UserPoolId: &a.pool, Username: got.Username})
			if err != nil || user.UserStatus != types.UserStatusTypeConfirmed {
				t.Errorf("the user is %v, %v", user, err)
			}
		})
	}
}

// reset has a user set a new password by a code.
func (a *app) reset(name, password string) {
	a.t.Helper()
	ctx, c := a.t.Context(), a.node.client()
	sent, err := c.ForgotPassword(ctx, &cognito.ForgotPasswordInput{ClientId: &a.client, Username: &name})
	if err != nil {
		a.t.Fatal(err)
	}
	if to := sent.CodeDeliveryDetails; to == nil || aws.ToString(to.Destination) != "a***@e***" || to.DeliveryMedium != types.DeliveryMediumTypeEmail || aws.ToString(to.AttributeName) != "email" {
		a.t.Errorf("the code goes to %+v", to)
	}
	confirm := func(code string) error {
		_, err := c.ConfirmForgotPassword(ctx, &cognito.ConfirmForgotPasswordInput{ClientId: &a.client, Username: &name, ConfirmationCode: &code, Password: &password})
		return err
	}
	code := a.code(a.pool)
	wrong := "000000"
	if code == wrong {
		wrong = "000001"
	}
	refused(a.t, confirm(wrong), "CodeMismatchException", "Invalid verification code provided, please try again.")
	if err := confirm(code); err != nil {
		a.t.Fatal(err)
	}
	if err := confirm(code); err == nil {
		a.t.Error("a code is good twice")
	}
}
