package console

import (
	"context"

	iamapi "poolhouse/internal/api/iam"
)

func keyOwnersAction() action { return action{path: "/keys", show: showKeyOwners} }

// keyOwnersData is the data of the template keyowners.
type keyOwnersData struct {
	Rows           []keyOwner
	IsNone, MaySee bool
	Pager          pager
}

// keyOwner is an IAM user in the list.
type keyOwner struct {
	iamapi.User
	Keys string // path of the user's keys
}

// mayOwnKeys reports whether the caller is an IAM user who may list that user's own keys.
func (v *visit) mayOwnKeys(ctx context.Context) bool {
	return v.who.UserName != "" && may(ctx, v, iamapi.ListAccessKeys, &iamapi.ListAccessKeysRequest{UserName: v.who.UserName})
}

func showKeyOwners(ctx context.Context, v *visit) (*page, error) {
	if !may(ctx, v, iamapi.ListUsers, &iamapi.ListUsersRequest{}) && v.mayOwnKeys(ctx) {
		return &page{redirect: keysPath(v.who.UserName)}, nil
	}
	marker := v.r.FormValue("token")
	out, err := do(ctx, v, iamapi.ListUsers, &iamapi.ListUsersRequest{Marker: marker, MaxItems: new(int32(entitiesOfPage))})
	if err != nil {
		return nil, err
	}
	d := &keyOwnersData{IsNone: len(out.Users) == 0 && marker == ""}
	for _, u := range out.Users {
		row := keyOwner{User: u}
		if may(ctx, v, iamapi.ListAccessKeys, &iamapi.ListAccessKeysRequest{UserName: u.UserName}) {
			row.Keys = keysPath(u.UserName)
		}
		d.Rows = append(d.Rows, row)
	}
	p := &page{Template: "keyowners", Title: "Users and keys", At: "keys", Apart: true, Data: d, Command: command("iam", "list-users")}
	p.Count = d.Pager.of(pathTo("keys"), marker, out.Marker, len(out.Users))
	return p, nil
}
