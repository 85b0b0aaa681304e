package console

import (
	"context"
	"net/http"

	cognitoapi "poolhouse/internal/api/cognito"
)

func userEditAction() action {
	return action{path: "/pools/{pool}/users/{username}/edit", show: showUserEdit, act: editUser}
}

// userEditData is the data of the template user-edit.
type userEditData struct {
	*userForm
	Path, Back string
}

// editable returns the form of the user in the path, with the mutable attributes of the
// pool.
func (v *visit) editable(ctx context.Context) (u *cognitoapi.AdminGetUserResponse, here *poolHere, f *userForm, err error) {
	in := &cognitoapi.AdminUpdateUserAttributesRequest{UserPoolId: v.r.PathValue("pool"), Username: v.name("username")}
	if err := must(ctx, v, cognitoapi.AdminUpdateUserAttributes, in); err != nil {
		return nil, nil, nil, err
	}
	pool, here, err := v.poolOf(ctx)
	if err != nil {
		return nil, nil, nil, err
	}
	if u, err = v.userOf(ctx); err != nil {
		return nil, nil, nil, err
	}
	var changeable []cognitoapi.SchemaAttributeType
	for _, a := range pool.SchemaAttributes {
		if a.Name != "sub" && isTrue(a.Mutable) {
			changeable = append(changeable, a)
		}
	}
	return u, here, newUserForm(changeable, u.UserAttributes), nil
}

func (v *visit) userEditPage(u *cognitoapi.AdminGetUserResponse, here *poolHere, f *userForm, status int) *page {
	back := userPath(here.ID, u.Username)
	words := []string{"cognito-idp", "admin-update-user-attributes", "--user-pool-id", here.ID, "--username", u.Username, "--user-attributes"}
	if changed := attributeWords(f.changes()); len(changed) > 0 {
		words = append(words, changed...)
	} else {
		words = append(words, "Name=NAME,Value=VALUE")
	}
	return &page{
		Template: "user-edit", Title: "Edit attributes", At: "users", Pool: here,
		Crumbs: []crumb{here.crumb(), usersCrumb(here.ID), {calledOf(u.Username, u.UserAttributes), back}},
		Form:   &f.form, Data: &userEditData{f, userPath(here.ID, u.Username, "edit"), back}, status: status,
		Command: command(append(words, "--region", v.who.Region)...),
	}
}

func showUserEdit(ctx context.Context, v *visit) (*page, error) {
	u, here, f, err := v.editable(ctx)
	if err != nil {
		return nil, err
	}
	if v.isAgain {
		f.read(v.r)
	}
	return v.userEditPage(u, here, f, http.StatusOK), nil
}

func editUser(ctx context.Context, v *visit) (*page, error) {
	u, here, f, err := v.editable(ctx)
	if err != nil {
		return nil, err
	}
	f.read(v.r)
	to, called := userPath(here.ID, u.Username), calledOf(u.Username, u.UserAttributes)
	changed := f.changes()
	if len(changed) == 0 {
		return leave(to, "info", "{} was not changed: all values are as they were.", called), nil
	}
	_, err = do(ctx, v, cognitoapi.AdminUpdateUserAttributes, &cognitoapi.AdminUpdateUserAttributesRequest{UserPoolId: here.ID, Username: u.Username, UserAttributes: changed})
	if err == nil {
		return done(to, "{} was changed: "+count(len(changed), "attribute", "attributes")+".", called), nil
	}
	if err = f.refused(err); err != nil {
		return nil, err
	}
	return v.userEditPage(u, here, f, http.StatusUnprocessableEntity), nil
}
