package console

import (
	"context"

	cognitoapi "poolhouse/internal/api/cognito"
)

func userDeleteAction() action {
	return action{path: "/pools/{pool}/users/{username}/delete", show: showUserDelete, act: deleteUser}
}

// userDeleteData is what the template user-delete shows.
type userDeleteData struct{ Called, Username, Path, Back string }

func showUserDelete(ctx context.Context, v *visit) (*page, error) {
	pool, name := v.r.PathValue("pool"), v.name("username")
	if err := must(ctx, v, cognitoapi.AdminDeleteUser, &cognitoapi.AdminDeleteUserRequest{UserPoolId: pool, Username: name}); err != nil {
		return nil, err
	}
	d := &userDeleteData{Called: name, Username: name, Path: userPath(pool, name, "delete"), Back: v.afterUser(ctx, pool, name)}
	crumbs := []crumb{usersCrumb(pool)}
	if may(ctx, v, cognitoapi.AdminGetUser, &cognitoapi.AdminGetUserRequest{UserPoolId: pool}) {
		u, err := v.userOf(ctx)
		if err != nil {
			return nil, err
		}
		d.Called, d.Username = calledOf(u.Username, u.UserAttributes), u.Username
		crumbs = append(crumbs, crumb{d.Called, d.Back})
	}
	here, err := v.hereOf(ctx)
	if err != nil {
		return nil, err
	}
	return &page{
		Template: "user-delete", Title: "Delete user?", At: "users", Pool: here, Crumbs: append([]crumb{here.crumb()}, crumbs...), Data: d,
		Command: command("cognito-idp", "admin-delete-user", "--user-pool-id", pool, "--username", d.Username, "--region", v.who.Region),
	}, nil
}

func deleteUser(ctx context.Context, v *visit) (*page, error) {
	pool, name := v.r.PathValue("pool"), v.name("username")
	called := v.called(ctx, pool, name)
	if _, err := do(ctx, v, cognitoapi.AdminDeleteUser, &cognitoapi.AdminDeleteUserRequest{UserPoolId: pool, Username: name}); err != nil {
		return nil, err
	}
	return done(v.afterUsers(ctx, pool), "{} was deleted.", called), nil
}
