package console

import (
	"context"
	"net/http"
	"regexp"
	"slices"
	"strings"

	cognitoapi "poolhouse/internal/api/cognito"
)

func poolCreateAction() action {
	return action{path: "/pools/create", show: showPoolCreate, act: createPool}
}

// poolForm is the form that creates a user pool.
type poolForm struct {
	form
	Name          string
	SignIn        []string // username, email, phone_number
	Verified      []string // email, phone_number
	MFA           string   // OFF, OPTIONAL or ON
	CaseSensitive bool
	Custom        []customForm
}

// newPoolForm returns the form with its defaults.
func newPoolForm() *poolForm {
	return &poolForm{SignIn: []string{"email"}, Verified: []string{"email"}, MFA: string(cognitoapi.UserPoolMfaTypeOff)}
}

// readPoolForm returns the submitted form.
func readPoolForm(r *http.Request) *poolForm {
	return &poolForm{
		Name: strings.TrimSpace(r.PostFormValue("name")), SignIn: r.PostForm["signin"], Verified: r.PostForm["verified"],
		MFA: r.PostFormValue("mfa"), CaseSensitive: r.PostFormValue("case") == "sensitive", Custom: readCustomForms(r),
	}
}

// nameForm is the form of the names of user pools and app clients (UserPoolNameType,
// ClientNameType).
var nameForm = regexp.MustCompile(`^[\w\s+=,.@-]+$`)

const (
	longestName    = 128
	nameConstraint = "1 to 128 letters, digits, spaces and + = , . @ - _"
)

// checkName adds the error of a name that does not have that form.
func (f *form) checkName(field, what, name string) {
	switch {
	case name == "":
		f.wrong(field, "Type a name for the "+what+".")
	case len(name) > longestName:
		f.wrong(field, "A name has at most 128 characters.")
	case !nameForm.MatchString(name):
		f.wrong(field, "The name may have letters, digits, spaces and + = , . @ - _")
	}
}

// Signs and Verifies report whether a box is ticked.
func (f *poolForm) Signs(with string) bool { return slices.Contains(f.SignIn, with) }

// Verifies reports whether an attribute is to be verified.
func (f *poolForm) Verifies(attribute string) bool { return slices.Contains(f.Verified, attribute) }

// NameField returns the field of the name.
func (f *poolForm) NameField() input { return f.field("name", "Name", f.Name, nameConstraint) }

func (f *poolForm) check() bool {
	f.checkName("name", "user pool", f.Name)
	if len(f.SignIn) == 0 {
		f.wrong("signin-username", "Choose what users sign in with.")
	}
	for i := range f.Custom {
		f.Custom[i].check(&f.form, i)
	}
	return len(f.problems) == 0
}

// input returns the form's call. If users have a username, email and phone number are
// aliases; otherwise they are the username (Developer Guide, customizing sign-in
// attributes).
func (f *poolForm) input() *cognitoapi.CreateUserPoolRequest {
	in := &cognitoapi.CreateUserPoolRequest{PoolName: f.Name, UsernameConfiguration: &cognitoapi.UsernameConfigurationType{CaseSensitive: f.CaseSensitive}}
	in.MfaConfiguration = cognitoapi.UserPoolMfaType(f.MFA)
	for _, name := range f.SignIn {
		switch {
		case name == "username":
		case f.Signs("username"):
			in.AliasAttributes = append(in.AliasAttributes, cognitoapi.AliasAttributeType(name))
		default:
			in.UsernameAttributes = append(in.UsernameAttributes, cognitoapi.UsernameAttributeType(name))
		}
	}
	for _, name := range f.Verified {
		in.AutoVerifiedAttributes = append(in.AutoVerifiedAttributes, cognitoapi.VerifiedAttributeType(name))
	}
	for i := range f.Custom {
		in.Schema = append(in.Schema, f.Custom[i].attribute())
	}
	return in
}

func (f *poolForm) page(v *visit, status int) *page {
	return &page{Template: "pool-create", Title: "Create user pool", At: "pools", Form: &f.form, Data: f, status: status, Command: f.command(v)}
}

// command returns the command that does the same as the form.
func (f *poolForm) command(v *visit) string {
	name := f.Name
	if name == "" {
		name = "NAME"
	}
	words := []string{"cognito-idp", "create-user-pool", "--pool-name", name}
	in := f.input()
	for _, each := range []struct {
		flag   string
		values []string
	}{
		{"--username-attributes", texts(in.UsernameAttributes)}, {"--alias-attributes", texts(in.AliasAttributes)},
		{"--auto-verified-attributes", texts(in.AutoVerifiedAttributes)},
	} {
		if len(each.values) > 0 {
			words = append(append(words, each.flag), each.values...)
		}
	}
	words = append(words, "--mfa-configuration", f.MFA)
	if !f.CaseSensitive {
		words = append(words, "--username-configuration", "CaseSensitive=false")
	}
	if len(f.Custom) > 0 {
		words = append(words, "--schema")
		for i := range f.Custom {
			words = append(words, f.Custom[i].shorthand())
		}
	}
	return command(append(words, "--region", v.who.Region)...)
}

func texts[T ~string](values []T) (all []string) {
	for _, value := range values {
		all = append(all, string(value))
	}
	return all
}

func showPoolCreate(ctx context.Context, v *visit) (*page, error) {
	if err := must(ctx, v, cognitoapi.CreateUserPool, &cognitoapi.CreateUserPoolRequest{}); err != nil {
		return nil, err
	}
	f := newPoolForm()
	if v.isAgain {
		f = readPoolForm(v.r)
	}
	return f.page(v, http.StatusOK), nil
}

func createPool(ctx context.Context, v *visit) (*page, error) {
	f := readPoolForm(v.r)
	if changed := f.changeRows(v.r.PostFormValue("do")); changed {
		return f.page(v, http.StatusOK), nil
	}
	if !f.check() {
		return f.page(v, http.StatusUnprocessableEntity), nil
	}
	out, err := do(ctx, v, cognitoapi.CreateUserPool, f.input())
	if err != nil {
		if err = f.refused(err); err != nil {
			return nil, err
		}
		return f.page(v, http.StatusUnprocessableEntity), nil
	}
	return done(pathTo("pools", out.UserPool.Id), "{} was created. It has no users yet.", f.Name), nil
}
