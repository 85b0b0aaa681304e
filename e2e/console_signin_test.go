package e2e

import (
	"path"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	cognito "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/chromedp/chromedp"

	"poolhouse/internal/totp"
)

// walkSignIn gives the user of the page a password, with which the user signs in and sets
// up an authenticator app. Then it turns the app on and off, removes it, signs the user
// out, and resets the password.
func (c *console) walkSignIn(pool, name string) {
	c.t.Helper()
	page := value[string](c, "location.pathname.slice('/console/'.length)")
	const password = "Permanent-1-password"
	c.click(`a[href$="/set-password"]`)
	c.typed("#password", "only-lower-case-1")
	c.click("main button.primary")
	c.sees("Password must have uppercase characters")
	if got := value[string](c, "document.querySelector('#password').value + document.documentElement.outerHTML.includes('only-lower-case-1')"); got != "false" {
		c.t.Errorf("the password came back: %q", got)
	}
	c.looks("user-set-password")
	c.typed("#password", password)
	c.do(chromedp.Click(chromedp.CSS("#kind-permanent")))
	c.click("main button.primary")
	c.sees(name + " has a new password.")

	u := c.appUser(path.Base(pool), name, password)
	c.click(`a[href$="/second-factor"]`)
	c.looks("user-second-factor")
	c.do(chromedp.Click(chromedp.CSS("#app-preferred")))
	c.click("main button.primary")
	c.sees("The authenticator app of " + name + " is on.")
	c.sees("On, and preferred")
	c.looks("user-with-app")
	if challenge := u.begins(); challenge != types.ChallengeNameTypeSoftwareTokenMfa {
		c.t.Errorf("with the app, the challenge is %q", challenge)
	}
	c.click(`a[href$="/remove-app"]`)
	c.looks("user-remove-app")
	c.click("main button.primary")
	c.sees("The authenticator app of " + name + " was removed.")
	if challenge := u.begins(); challenge != "" {
		c.t.Errorf("without the app, the challenge is %q", challenge)
	}
	c.click(`a[href$="/second-factor"]`)
	c.do(chromedp.Click(chromedp.CSS("#app-on")))
	c.click("main button.primary")
	c.sees("User has not verified software token mfa")

	c.open(page)
	c.click(`a[href$="/sign-out"]`)
	c.looks("user-sign-out")
	c.click("main button.primary")
	c.sees(name + " was signed out everywhere.")
	if _, err := c.n.client().GetUser(c.t.Context(), &cognito.GetUserInput{AccessToken: &u.access}); err == nil {
		c.t.Error("the user is still signed in")
	}

	c.click(`a[href$="/reset-password"]`)
	c.looks("user-reset-password")
	c.click("main button.primary")
	c.sees("is in the outbox.")
	c.looks("user-reset")
	c.click(".flash a")
	c.sees("Password reset")
	c.open(page)
}

// appUser is a user who signs in with a password.
type appUser struct {
	c              *console
	client         string
	name, password string
	access         string // access token
}

// appUser signs in a user who sets up an authenticator app, and verifies the user's
// address.
func (c *console) appUser(pool, name, password string) *appUser {
	c.t.Helper()
	ctx, sdk := c.t.Context(), c.n.client()
	_, err := sdk.SetUserPoolMfaConfig(ctx, &cognito.SetUserPoolMfaConfigInput{UserPoolId: &pool, MfaConfiguration: types.UserPoolMfaTypeOptional,
		SoftwareTokenMfaConfiguration: &types.SoftwareTokenMfaConfigType{Enabled: true}})
	c.works(err)
	_, err = sdk.AdminUpdateUserAttributes(ctx, &cognito.AdminUpdateUserAttributesInput{UserPoolId: &pool, Username: &name,
		UserAttributes: []types.AttributeType{{Name: aws.String("email"), Value: &name}, {Name: aws.String("email_verified"), Value: aws.String("true")}}})
	c.works(err)
	made, err := sdk.CreateUserPoolClient(ctx, &cognito.CreateUserPoolClientInput{UserPoolId: &pool, ClientName: aws.String("of the test"),
		ExplicitAuthFlows: []types.ExplicitAuthFlowsType{types.ExplicitAuthFlowsTypeAllowUserPasswordAuth, types.ExplicitAuthFlowsTypeAllowRefreshTokenAuth}})
	c.works(err)
	u := &appUser{c: c, client: *made.UserPoolClient.ClientId, name: name, password: password}
	if challenge := u.begins(); challenge != "" {
		c.t.Fatalf("the challenge is %q", challenge)
	}
	app, err := sdk.AssociateSoftwareToken(ctx, &cognito.AssociateSoftwareTokenInput{AccessToken: &u.access})
	c.works(err)
	code, err := totp.Code(*app.SecretCode, time.Now())
	c.works(err)
	_, err = sdk.VerifySoftwareToken(ctx, &cognito.VerifySoftwareTokenInput{AccessToken: &u.access, UserCode: &code})
	c.works(err)
	return u
}

// works fails the test if there is an error.
func (c *console) works(err error) {
	c.t.Helper()
	if err != nil {
		c.t.Fatal(err)
	}
}

// begins signs the user in by password, and returns the challenge that follows, or "" if
// tokens follow.
func (u *appUser) begins() types.ChallengeNameType {
	u.c.t.Helper()
	out, err := u.c.n.client().InitiateAuth(u.c.t.Context(), &cognito.InitiateAuthInput{ClientId: &u.client, AuthFlow: types.AuthFlowTypeUserPasswordAuth,
		AuthParameters: map[string]string{"USERNAME": u.name, "PASSWORD": u.password}})
	u.c.works(err)
	if out.AuthenticationResult != nil {
		u.access = *out.AuthenticationResult.AccessToken
	}
	return out.ChallengeName
}
