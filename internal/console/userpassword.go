package console

import (
	"context"
	"errors"
	"net/http"

	cognitoapi "poolhouse/internal/api/cognito"
	"poolhouse/internal/apicore"
)

func userPasswordAction() action {
	return action{path: "/pools/{pool}/users/{username}/set-password", show: showUserPassword, act: setUserPassword}
}

// The kinds of a password that an administrator sets.
const (
	isTemporary = "temporary"
	isPermanent = "permanent"
)

// passwordForm is the form that sets a user's password. The password is never sent back.
type passwordForm struct {
	form
	userHere
	Kind     string
	Path     string
	password string
}

// PasswordField returns the field of the password, with the pool's rules.
func (f *passwordForm) PasswordField() input {
	in := f.field("password", "New password", "", policyOf(f.pool))
	in.Type, in.Complete = "password", "new-password"
	return in
}

// Kinds returns the kinds to choose from.
func (f *passwordForm) Kinds() []choice {
	temporary := "The user has to set another at the next sign-in."
	if policy := passwordPolicyOf(f.pool); policy != nil && policy.TemporaryPasswordValidityDays != nil && *policy.TemporaryPasswordValidityDays > 0 {
		temporary = "The user has to set another at the next sign-in, within " + count(int(*policy.TemporaryPasswordValidityDays), "day", "days") + "."
	}
	return []choice{
		newChoice("radio", "kind", isTemporary, "Temporary", temporary, f.Kind != isPermanent),
		newChoice("radio", "kind", isPermanent, "Permanent", "The user keeps it.", f.Kind == isPermanent),
	}
}

// passwordPolicyOf returns a pool's password policy, nil if it is not known.
func passwordPolicyOf(pool *cognitoapi.UserPoolType) *cognitoapi.PasswordPolicyType {
	if pool == nil || pool.Policies == nil {
		return nil
	}
	return pool.Policies.PasswordPolicy
}

// policyOf describes a pool's password policy: "At least 8 characters, with a digit and a
// symbol."
func policyOf(pool *cognitoapi.UserPoolType) string {
	p := passwordPolicyOf(pool)
	if p == nil {
		return "Your key may not see the password rules of the pool."
	}
	text := "Up to 256 characters"
	if p.MinimumLength != nil {
		text = "At least " + count(int(*p.MinimumLength), "character", "characters")
	}
	var with []string
	for _, each := range []struct {
		demanded *bool
		word     string
	}{{p.RequireUppercase, "an uppercase letter"}, {p.RequireLowercase, "a lowercase letter"}, {p.RequireNumbers, "a digit"}, {p.RequireSymbols, "a symbol"}} {
		if isTrue(each.demanded) {
			with = append(with, each.word)
		}
	}
	if len(with) > 0 {
		text += ", with " + list(with)
	}
	text += "."
	if p.PasswordHistorySize != nil && *p.PasswordHistorySize > 0 {
		text += " Not one of the last " + number(*p.PasswordHistorySize) + "."
	}
	return text
}

// passwordRefusals are the API's error names for a refused password.
var passwordRefusals = []string{"InvalidPasswordException", "PasswordHistoryPolicyViolationException"}

// refusedPassword is [form.refused], except that it puts the refusal of a password at its
// field.
func (f *passwordForm) refusedPassword(err error) error {
	if e, ok := errors.AsType[*apicore.Error](err); ok && named(err, passwordRefusals) {
		f.wrong("password", e.Message)
		return nil
	}
	return f.refused(err)
}

func (f *passwordForm) read(r *http.Request) {
	f.Kind, f.password = r.PostFormValue("kind"), r.PostFormValue("password")
}

// passwordFormOf returns the form of the user in the path.
func (v *visit) passwordFormOf(ctx context.Context) (*passwordForm, error) {
	id := v.r.PathValue("pool")
	if err := must(ctx, v, cognitoapi.AdminSetUserPassword, &cognitoapi.AdminSetUserPasswordRequest{UserPoolId: id}); err != nil {
		return nil, err
	}
	u, err := v.userHere(ctx)
	if err != nil {
		return nil, err
	}
	return &passwordForm{userHere: *u, Kind: isTemporary, Path: userPath(id, u.Username, "set-password")}, nil
}

func (v *visit) passwordPage(f *passwordForm, status int) *page {
	p := f.page("user-password", "Set password")
	kind := "--no-permanent"
	if f.Kind == isPermanent {
		kind = "--permanent"
	}
	p.Form, p.Data, p.status = &f.form, f, status
	p.Command = command("cognito-idp", "admin-set-user-password", "--user-pool-id", f.here.ID, "--username", f.Username, "--password", "PASSWORD", kind, "--region", v.who.Region)
	return p
}

func showUserPassword(ctx context.Context, v *visit) (*page, error) {
	f, err := v.passwordFormOf(ctx)
	if err != nil {
		return nil, err
	}
	if v.isAgain {
		f.read(v.r)
	}
	return v.passwordPage(f, http.StatusOK), nil
}

func setUserPassword(ctx context.Context, v *visit) (*page, error) {
	f, err := v.passwordFormOf(ctx)
	if err != nil {
		return nil, err
	}
	f.read(v.r)
	switch {
	case f.password == "":
		f.wrong("password", "Type a password.")
	case f.Kind != isPermanent && f.Kind != isTemporary:
		f.wrong("kind-"+isTemporary, "Choose how long the password is valid.")
	default:
		in := &cognitoapi.AdminSetUserPasswordRequest{UserPoolId: f.here.ID, Username: f.Username, Password: f.password, Permanent: new(f.Kind == isPermanent)}
		if _, err = do(ctx, v, cognitoapi.AdminSetUserPassword, in); err == nil {
			text := "{} has a new password."
			if f.Kind == isTemporary {
				text = "{} has a temporary password, and has to set another at the next sign-in."
			}
			return done(f.Back, text+" No message was sent.", f.Called), nil
		}
		if err = f.refusedPassword(err); err != nil {
			return nil, err
		}
	}
	return v.passwordPage(f, http.StatusUnprocessableEntity), nil
}
