package console

import (
	"context"

	cognitoapi "poolhouse/internal/api/cognito"
)

func userEnableAction() action {
	return action{path: "/pools/{pool}/users/{username}/enable", of: "/pools/{pool}/users/{username}", act: enableUser}
}

func userDisableAction() action {
	return action{path: "/pools/{pool}/users/{username}/disable", of: "/pools/{pool}/users/{username}", act: disableUser}
}

func enableUser(ctx context.Context, v *visit) (*page, error) {
	pool, name := v.r.PathValue("pool"), v.name("username")
	if _, err := do(ctx, v, cognitoapi.AdminEnableUser, &cognitoapi.AdminEnableUserRequest{UserPoolId: pool, Username: name}); err != nil {
		return nil, err
	}
	return done(v.afterUser(ctx, pool, name), "{} was enabled, and can sign in again.", v.called(ctx, pool, name)), nil
}

func disableUser(ctx context.Context, v *visit) (*page, error) {
	pool, name := v.r.PathValue("pool"), v.name("username")
	if _, err := do(ctx, v, cognitoapi.AdminDisableUser, &cognitoapi.AdminDisableUserRequest{UserPoolId: pool, Username: name}); err != nil {
		return nil, err
	}
	return done(v.afterUser(ctx, pool, name), "{} was disabled, and cannot sign in. Nothing was deleted: Enable takes it back.", v.called(ctx, pool, name)), nil
}

// afterUser returns the page to show after an act on a user: the user's page if the caller
// may see it.
func (v *visit) afterUser(ctx context.Context, pool, name string) string {
	if may(ctx, v, cognitoapi.AdminGetUser, &cognitoapi.AdminGetUserRequest{UserPoolId: pool}) {
		return userPath(pool, name)
	}
	return v.afterUsers(ctx, pool)
}

// afterUsers is [visit.afterUser] if the user has no page.
func (v *visit) afterUsers(ctx context.Context, pool string) string {
	if may(ctx, v, cognitoapi.ListUsers, &cognitoapi.ListUsersRequest{UserPoolId: pool}) {
		return pathTo("pools", pool, "users")
	}
	return pathTo("pools")
}

// called returns the name that people use for a user, or the username if the caller may not
// see more.
func (v *visit) called(ctx context.Context, pool, name string) string {
	in := &cognitoapi.AdminGetUserRequest{UserPoolId: pool, Username: name}
	if !may(ctx, v, cognitoapi.AdminGetUser, in) {
		return name
	}
	out, err := do(ctx, v, cognitoapi.AdminGetUser, in)
	if err != nil {
		return name
	}
	return calledOf(out.Username, out.UserAttributes)
}
