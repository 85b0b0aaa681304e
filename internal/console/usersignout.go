package console

import (
	"context"
	"net/http"

	cognitoapi "poolhouse/internal/api/cognito"
)

func userSignOutAction() action {
	return action{path: "/pools/{pool}/users/{username}/sign-out", show: showUserSignOut, act: signUserOut}
}

// userSignOut asks for confirmation before the user is signed out.
func userSignOut(ctx context.Context, v *visit) (*confirmation, error) {
	u, err := v.userHere(ctx)
	if err != nil {
		return nil, err
	}
	return &confirmation{
		userHere: *u, Path: userPath(u.here.ID, u.Username, "sign-out"), title: "Sign out everywhere?", command: "admin-user-global-sign-out",
		Ask: "Sign {} out of all applications and devices?", Heading: "What happens then",
		Then: sentence{Text: "Refresh tokens are no longer valid, and this server accepts no earlier access token. An application that verifies tokens itself accepts them until they expire. The user can sign in again at once: to prevent that, disable the user."},
		Keep: "Keep the user signed in", Act: "Sign out everywhere",
	}, nil
}

func showUserSignOut(ctx context.Context, v *visit) (*page, error) {
	if err := must(ctx, v, cognitoapi.AdminUserGlobalSignOut, &cognitoapi.AdminUserGlobalSignOutRequest{UserPoolId: v.r.PathValue("pool")}); err != nil {
		return nil, err
	}
	c, err := userSignOut(ctx, v)
	if err != nil {
		return nil, err
	}
	return v.confirmPage(c, http.StatusOK), nil
}

func signUserOut(ctx context.Context, v *visit) (*page, error) {
	pool, name := v.r.PathValue("pool"), v.name("username")
	return v.confirmed(ctx, func() error {
		_, err := do(ctx, v, cognitoapi.AdminUserGlobalSignOut, &cognitoapi.AdminUserGlobalSignOutRequest{UserPoolId: pool, Username: name})
		return err
	}, userSignOut, func() (*page, error) {
		return done(v.afterUser(ctx, pool, name), "{} was signed out everywhere.", v.called(ctx, pool, name)), nil
	})
}
