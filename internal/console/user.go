package console

import (
	"context"
	"strings"

	cognitoapi "poolhouse/internal/api/cognito"
)

func userAction() action {
	return action{path: "/pools/{pool}/users/{username}", show: showUser}
}

// userData is the data of the template user.
type userData struct {
	User                                    *cognitoapi.AdminGetUserResponse
	Called                                  string
	IsEnabled                               bool
	Status                                  userStatus
	Means                                   sentence // what the status means for the person
	SignIn                                  *signInData
	Rows                                    []valueRow
	Without                                 int  // attributes of the pool without a value, which are not shown
	IsAll                                   bool // attributes without a value are shown
	MayEdit, MayEnable, MayDisable, MayDrop bool
	Edit, Enable, Disable, Delete, All      string // paths
}

// valueRow is an attribute of a user.
type valueRow struct {
	Name, Value  string
	IsVerifiable bool
	IsVerified   bool
}

// userOf returns the user in the path.
func (v *visit) userOf(ctx context.Context) (*cognitoapi.AdminGetUserResponse, error) {
	return do(ctx, v, cognitoapi.AdminGetUser, &cognitoapi.AdminGetUserRequest{UserPoolId: v.r.PathValue("pool"), Username: v.name("username")})
}

// usersCrumb returns the crumb of a pool's users.
func usersCrumb(pool string) crumb { return crumb{"Users", pathTo("pools", pool, "users")} }

func showUser(ctx context.Context, v *visit) (*page, error) {
	u, err := v.userOf(ctx)
	if err != nil {
		return nil, err
	}
	pool, here, err := v.knownPool(ctx)
	if err != nil {
		return nil, err
	}
	d := &userData{
		User: u, IsEnabled: isTrue(u.Enabled), Called: calledOf(u.Username, u.UserAttributes), Status: statusOfUser(u.UserStatus), Means: meansOf(pool, u),
		MayEdit:    may(ctx, v, cognitoapi.AdminUpdateUserAttributes, &cognitoapi.AdminUpdateUserAttributesRequest{UserPoolId: here.ID}),
		MayEnable:  !isTrue(u.Enabled) && may(ctx, v, cognitoapi.AdminEnableUser, &cognitoapi.AdminEnableUserRequest{UserPoolId: here.ID}),
		MayDisable: isTrue(u.Enabled) && may(ctx, v, cognitoapi.AdminDisableUser, &cognitoapi.AdminDisableUserRequest{UserPoolId: here.ID}),
		MayDrop:    may(ctx, v, cognitoapi.AdminDeleteUser, &cognitoapi.AdminDeleteUserRequest{UserPoolId: here.ID}),
	}
	if d.SignIn, err = v.signInOf(ctx, pool, u); err != nil {
		return nil, err
	}
	to := func(page string) string { return userPath(here.ID, u.Username, page) }
	d.Edit, d.Enable, d.Disable, d.Delete = to("edit"), to("enable"), to("disable"), to("delete")
	d.Rows = valueRows(u.UserAttributes)
	if pool != nil {
		d.IsAll, d.All = v.r.FormValue("all") != "", withQuery(userPath(here.ID, u.Username), "all", "1")
		d.addEmpty(pool)
	}
	p := &page{
		Template: "user", Title: d.Called, IsName: true, At: "users", Pool: here, Crumbs: []crumb{here.crumb(), usersCrumb(here.ID)}, Data: d,
		Command: command("cognito-idp", "admin-get-user", "--user-pool-id", here.ID, "--username", u.Username, "--region", v.who.Region),
	}
	if !d.MayEdit {
		p.Note = "Your key may look at this user, not change attributes."
	}
	return p, nil
}

// addEmpty adds the pool's attributes that have no value, or counts them.
func (d *userData) addEmpty(pool *cognitoapi.UserPoolType) {
	for _, a := range pool.SchemaAttributes {
		switch {
		case strings.HasSuffix(a.Name, verifiedSuffix) || valueIn(d.User.UserAttributes, a.Name) != "":
		case d.IsAll:
			d.Rows = append(d.Rows, valueRow{Name: a.Name})
		default:
			d.Without++
		}
	}
}

// verifiedSuffix ends the names of the attributes that say whether an address is verified.
const verifiedSuffix = "_verified"

// valueRows returns attributes as a user's page shows them: the verified flag of an address
// stands beside the address.
func valueRows(all []cognitoapi.AttributeType) (rows []valueRow) {
	for _, a := range all {
		if address, isFlag := strings.CutSuffix(a.Name, verifiedSuffix); isFlag && valueIn(all, address) != "" {
			continue
		}
		row := valueRow{Name: a.Name, Value: a.Value, IsVerifiable: a.Name == "email" || a.Name == "phone_number"}
		row.IsVerified = row.IsVerifiable && valueIn(all, a.Name+verifiedSuffix) == "true"
		rows = append(rows, row)
	}
	return rows
}
