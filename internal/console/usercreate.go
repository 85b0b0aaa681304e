package console

import (
	"context"
	"net/http"
	"strings"

	cognitoapi "poolhouse/internal/api/cognito"
)

func userCreateAction() action {
	return action{path: "/pools/{pool}/users/create", show: showUserCreate, act: createUser}
}

// userCreateForm is the form that creates a user. The temporary password is never sent
// back.
type userCreateForm struct {
	*userForm
	pool     *cognitoapi.UserPoolType
	Username string
	password string
}

// newUserCreateForm returns the form for a pool. If users are called by one attribute, that
// attribute is the username.
func newUserCreateForm(pool *cognitoapi.UserPoolType) *userCreateForm {
	var settable []cognitoapi.SchemaAttributeType
	for _, a := range pool.SchemaAttributes {
		if a.Name == "sub" || len(pool.UsernameAttributes) == 1 && a.Name == string(pool.UsernameAttributes[0]) {
			continue
		}
		settable = append(settable, a)
	}
	f := &userCreateForm{userForm: newUserForm(settable, nil), pool: pool}
	for i := range f.all {
		f.all[i].isNamed = f.all[i].isFlag && len(pool.UsernameAttributes) == 1 && strings.TrimSuffix(f.all[i].Name, verifiedSuffix) == string(pool.UsernameAttributes[0])
	}
	return f
}

// NameField returns the field of the username.
func (f *userCreateForm) NameField() input {
	label, constraint, why := "Username", "1 to 128 characters, without spaces", "What the user signs in with. It cannot be changed later."
	if names := texts(f.pool.UsernameAttributes); len(names) > 0 {
		for i := range names {
			names[i] = attributeNames[names[i]]
		}
		label, constraint, why = capital(strings.Join(names, " or ")), "", "What the user signs in with."
	}
	return f.field("username", label, f.Username, constraint).Why(why)
}

// PasswordField returns the field of the temporary password.
func (f *userCreateForm) PasswordField() input {
	in := f.field("password", "Temporary password", "", "The user has to set another at the first sign-in. Without one, the server makes one and does not show it.")
	in.Type, in.Complete = "password", "new-password"
	return in
}

// readAll reads the submitted fields.
func (f *userCreateForm) readAll(r *http.Request) {
	f.read(r)
	f.Username, f.password = strings.TrimSpace(r.PostFormValue("username")), r.PostFormValue("password")
}

func (f *userCreateForm) check() bool {
	if f.Username == "" {
		f.wrong("username", "Type what the user signs in with.")
	}
	for i, a := range f.all {
		if a.isFirst && a.Value == "" && f.isRequired(a.Name) {
			f.wrong(fieldID("v", i), "Type a value for "+a.Name+": users of this pool must have one.")
		}
	}
	return len(f.problems) == 0
}

func (f *userCreateForm) isRequired(name string) bool {
	for _, a := range f.pool.SchemaAttributes {
		if a.Name == name {
			return isTrue(a.Required)
		}
	}
	return false
}

// input returns the form's call. No message is sent, because the caller knows the password.
func (f *userCreateForm) input() *cognitoapi.AdminCreateUserRequest {
	return &cognitoapi.AdminCreateUserRequest{
		UserPoolId: f.pool.Id, Username: f.Username, UserAttributes: f.given(), TemporaryPassword: f.password, MessageAction: cognitoapi.MessageActionTypeSuppress,
	}
}

// given returns the attributes with a value, except the one that is the username.
func (f *userCreateForm) given() (all []cognitoapi.AttributeType) {
	for _, field := range f.all {
		if field.Value == "" || field.isFlag && field.Value != "true" && f.value(strings.TrimSuffix(field.Name, verifiedSuffix)) == "" && !field.isNamed {
			continue
		}
		all = append(all, cognitoapi.AttributeType{Name: field.Name, Value: field.Value})
	}
	return all
}

// creatable returns the form for the pool in the path.
func (v *visit) creatable(ctx context.Context) (*poolHere, *userCreateForm, error) {
	if err := must(ctx, v, cognitoapi.AdminCreateUser, &cognitoapi.AdminCreateUserRequest{UserPoolId: v.r.PathValue("pool")}); err != nil {
		return nil, nil, err
	}
	pool, here, err := v.poolOf(ctx)
	if err != nil {
		return nil, nil, err
	}
	return here, newUserCreateForm(pool), nil
}

func (v *visit) userCreatePage(here *poolHere, f *userCreateForm, status int) *page {
	name := f.Username
	if name == "" {
		name = "NAME"
	}
	words := []string{"cognito-idp", "admin-create-user", "--user-pool-id", here.ID, "--username", name, "--message-action", "SUPPRESS"}
	if given := attributeWords(f.given()); len(given) > 0 {
		words = append(append(words, "--user-attributes"), given...)
	}
	return &page{
		Template: "user-create", Title: "Create user", At: "users", Pool: here, Crumbs: []crumb{here.crumb(), usersCrumb(here.ID)},
		Form: &f.form, Data: f, status: status, Command: command(append(words, "--region", v.who.Region)...),
	}
}

func showUserCreate(ctx context.Context, v *visit) (*page, error) {
	here, f, err := v.creatable(ctx)
	if err != nil {
		return nil, err
	}
	if v.isAgain {
		f.readAll(v.r)
	}
	return v.userCreatePage(here, f, http.StatusOK), nil
}

func createUser(ctx context.Context, v *visit) (*page, error) {
	here, f, err := v.creatable(ctx)
	if err != nil {
		return nil, err
	}
	f.readAll(v.r)
	if f.check() {
		out, err := do(ctx, v, cognitoapi.AdminCreateUser, f.input())
		if err == nil {
			return done(v.afterUser(ctx, here.ID, out.User.Username), "{} was created. No message was sent.", calledOf(out.User.Username, out.User.Attributes)), nil
		}
		if err = f.refused(err); err != nil {
			return nil, err
		}
	}
	return v.userCreatePage(here, f, http.StatusUnprocessableEntity), nil
}
