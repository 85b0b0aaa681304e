package console

import (
	"context"
	"net/http"

	cognitoapi "poolhouse/internal/api/cognito"
)

func userDeleteAction() action {
	return action{path: "/pools/{pool}/users/{username}/delete", show: showUserDelete, act: deleteUser}
}

// userDeletion asks for confirmation before the user is deleted.
func userDeletion(ctx context.Context, v *visit) (*confirmation, error) {
	u, err := v.userHere(ctx)
	if err != nil {
		return nil, err
	}
	return &confirmation{
		userHere: *u, Path: userPath(u.here.ID, u.Username, "delete"), title: "Delete user?", command: "admin-delete-user",
		Ask: "Delete {} for good? This cannot be undone.", Heading: "What goes with the user",
		Then: sentence{Text: "The password and all attributes. The user cannot sign in any more. To shut the user out and keep both, disable the user instead."},
		Keep: "Keep the user", Act: "Delete user",
	}, nil
}

func showUserDelete(ctx context.Context, v *visit) (*page, error) {
	if err := must(ctx, v, cognitoapi.AdminDeleteUser, &cognitoapi.AdminDeleteUserRequest{UserPoolId: v.r.PathValue("pool"), Username: v.name("username")}); err != nil {
		return nil, err
	}
	c, err := userDeletion(ctx, v)
	if err != nil {
		return nil, err
	}
	return v.confirmPage(c, http.StatusOK), nil
}

func deleteUser(ctx context.Context, v *visit) (*page, error) {
	pool, name := v.r.PathValue("pool"), v.name("username")
	called := v.called(ctx, pool, name)
	return v.confirmed(ctx, func() error {
		_, err := do(ctx, v, cognitoapi.AdminDeleteUser, &cognitoapi.AdminDeleteUserRequest{UserPoolId: pool, Username: name})
		return err
	}, userDeletion, func() (*page, error) { return done(v.afterUsers(ctx, pool), "{} was deleted.", called), nil })
}
