package console

import (
	"context"
	"net/http"

	cognitoapi "poolhouse/internal/api/cognito"
)

func userResetAction() action {
	return action{path: "/pools/{pool}/users/{username}/reset-password", show: showUserReset, act: resetUserPassword}
}

// passwordReset asks for confirmation before the user's password is reset. It says where
// the code for a new password goes, or why no code can be sent.
func passwordReset(ctx context.Context, v *visit) (*confirmation, error) {
	u, err := v.userHere(ctx)
	if err != nil {
		return nil, err
	}
	c := &confirmation{
		userHere: *u, Path: userPath(u.here.ID, u.Username, "reset-password"), title: "Reset password?", command: "admin-reset-user-password",
		Ask: "Reset the password of {}?", Heading: "What happens then",
		Then: sentence{Text: "The password is no longer valid. The message with the code for a new one goes to the outbox."},
		Keep: "Keep the password", Act: "Reset password",
	}
	if u.pool == nil || u.user == nil {
		return c, nil
	}
	to, err := recipientOf(u.pool, u.user)
	if err == nil {
		c.Then = sentence{"The password is no longer valid. The message with the code for a new one, " + mediums[to.Medium] + " to {}, goes to the outbox.", to.Destination}
		return c, nil
	}
	c.Impossible, c.Heading, c.Then = true, "No code can be sent", sentence{Text: sentenceOf(err)}
	if may(ctx, v, cognitoapi.AdminSetUserPassword, &cognitoapi.AdminSetUserPasswordRequest{UserPoolId: u.here.ID}) {
		c.Instead = crumb{"Set a password instead", userPath(u.here.ID, u.Username, "set-password")}
	}
	return c, nil
}

func showUserReset(ctx context.Context, v *visit) (*page, error) {
	if err := must(ctx, v, cognitoapi.AdminResetUserPassword, &cognitoapi.AdminResetUserPasswordRequest{UserPoolId: v.r.PathValue("pool")}); err != nil {
		return nil, err
	}
	c, err := passwordReset(ctx, v)
	if err != nil {
		return nil, err
	}
	return v.confirmPage(c, http.StatusOK), nil
}

func resetUserPassword(ctx context.Context, v *visit) (*page, error) {
	pool, name := v.r.PathValue("pool"), v.name("username")
	if err := must(ctx, v, cognitoapi.AdminResetUserPassword, &cognitoapi.AdminResetUserPasswordRequest{UserPoolId: pool}); err != nil {
		return nil, err
	}
	c, err := passwordReset(ctx, v) // before the reset: the address that receives the code
	if named(err, missing) {
		err, c = nil, nil // the operation reports it, and the refusal is audited
	}
	if err != nil {
		return nil, err
	}
	return v.confirmed(ctx, func() error {
		_, err := do(ctx, v, cognitoapi.AdminResetUserPassword, &cognitoapi.AdminResetUserPasswordRequest{UserPoolId: pool, Username: name})
		return err
	}, passwordReset, func() (*page, error) { return v.wasReset(ctx, c, name) })
}

// wasReset reports the result of a reset and where to find its code.
func (v *visit) wasReset(ctx context.Context, c *confirmation, name string) (*page, error) {
	text, called := "The password of {} was reset. The message with the code for a new one is in the outbox.", name
	if c != nil {
		name, called = c.Username, c.Called
	}
	if c != nil && c.Then.Name != "" {
		text, called = "The password was reset. The message with the code for a new one, to {}, is in the outbox.", c.Then.Name
	}
	p := done(v.afterUser(ctx, v.r.PathValue("pool"), name), text, called)
	if path := v.outboxOf(ctx, name); path != "" {
		p.flash.Path, p.flash.Link = path, "Read it"
	}
	return p, nil
}
