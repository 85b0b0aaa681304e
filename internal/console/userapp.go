package console

import (
	"context"
	"net/http"

	cognitoapi "poolhouse/internal/api/cognito"
)

func userAppAction() action {
	return action{path: "/pools/{pool}/users/{username}/remove-app", show: showUserApp, act: removeUserApp}
}

// appRemoval asks for confirmation before the user's authenticator app is removed.
func appRemoval(ctx context.Context, v *visit) (*confirmation, error) {
	u, err := v.userHere(ctx)
	if err != nil {
		return nil, err
	}
	then := "Codes of the app are no longer valid. The user signs in without a second factor, and can set an app up again."
	if u.pool == nil || u.pool.MfaConfiguration == cognitoapi.UserPoolMfaTypeOn {
		then = "Codes of the app are no longer valid. If the pool requires a second factor, the user sets up an app at the next sign-in. Another person who knows the password can do the same."
	}
	return &confirmation{
		userHere: *u, Path: userPath(u.here.ID, u.Username, "remove-app"), title: "Remove authenticator app?", command: "admin-delete-software-token",
		Ask: "Remove the authenticator app of {}? This cannot be undone.", Heading: "What happens then", Then: sentence{Text: then},
		Keep: "Keep the app", Act: "Remove app",
	}, nil
}

func showUserApp(ctx context.Context, v *visit) (*page, error) {
	if err := must(ctx, v, cognitoapi.AdminDeleteSoftwareToken, &cognitoapi.AdminDeleteSoftwareTokenRequest{UserPoolId: v.r.PathValue("pool")}); err != nil {
		return nil, err
	}
	c, err := appRemoval(ctx, v)
	if err != nil {
		return nil, err
	}
	return v.confirmPage(c, http.StatusOK), nil
}

func removeUserApp(ctx context.Context, v *visit) (*page, error) {
	pool, name := v.r.PathValue("pool"), v.name("username")
	return v.confirmed(ctx, func() error {
		_, err := do(ctx, v, cognitoapi.AdminDeleteSoftwareToken, &cognitoapi.AdminDeleteSoftwareTokenRequest{UserPoolId: pool, Username: name})
		return err
	}, appRemoval, func() (*page, error) {
		return done(v.afterUser(ctx, pool, name), "The authenticator app of {} was removed.", v.called(ctx, pool, name)), nil
	})
}
