package console

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"time"

	iamapi "poolhouse/internal/api/iam"
)

func keysAction() action { return action{path: "/keys/{user}", show: showKeys} }

func keyCreateAction() action {
	return action{path: "/keys/{user}/create", of: "/keys/{user}", act: createKey}
}

// keysPath returns the path of the keys of an IAM user.
func keysPath(user string, further ...string) string {
	return pathTo(slices.Concat([]string{"keys", nameStep(user)}, further)...)
}

// keysData is the data of the template keys.
type keysData struct {
	form
	User      string
	Rows      []keyRow
	Had       string // IDs of the keys on the page
	Create    string // path, "" if the caller may not create keys
	MayChange bool
}

// keyRow is an access key in the list.
type keyRow struct {
	ID                      string
	Status                  userStatus
	IsOwn                   bool // the caller is signed in with it
	Created                 time.Time
	Enable, Disable, Delete string // paths, "" for acts that the caller may not do
}

// keysOf returns the access keys of an IAM user. There are at most two.
func (v *visit) keysOf(ctx context.Context, user string) ([]iamapi.AccessKeyMetadata, error) {
	out, err := do(ctx, v, iamapi.ListAccessKeys, &iamapi.ListAccessKeysRequest{UserName: user})
	if err != nil {
		return nil, err
	}
	return out.AccessKeyMetadata, nil
}

// idsOf joins the IDs of keys.
func idsOf(keys []iamapi.AccessKeyMetadata) string {
	var ids []string
	for _, k := range keys {
		ids = append(ids, k.AccessKeyId)
	}
	return strings.Join(ids, ",")
}

func showKeys(ctx context.Context, v *visit) (*page, error) {
	keys, err := v.keysOf(ctx, v.name("user"))
	if err != nil {
		return nil, err
	}
	return v.keysPage(ctx, &keysData{}, keys, http.StatusOK), nil
}

func (v *visit) keysPage(ctx context.Context, d *keysData, keys []iamapi.AccessKeyMetadata, status int) *page {
	d.User, d.Had = v.name("user"), idsOf(keys)
	if may(ctx, v, iamapi.CreateAccessKey, &iamapi.CreateAccessKeyRequest{UserName: d.User}) {
		d.Create = keysPath(d.User, "create")
	}
	mayUpdate := may(ctx, v, iamapi.UpdateAccessKey, &iamapi.UpdateAccessKeyRequest{UserName: d.User})
	mayDelete := may(ctx, v, iamapi.DeleteAccessKey, &iamapi.DeleteAccessKeyRequest{UserName: d.User})
	d.MayChange = mayUpdate || mayDelete
	for _, k := range keys {
		row := keyRow{ID: k.AccessKeyId, Status: userStatus{Kind: "ok", Icon: "ok", Text: "Enabled"}, IsOwn: k.AccessKeyId == v.who.AccessKeyID, Created: k.CreateDate.Time}
		isActive := k.Status == iamapi.StatusTypeActive
		if !isActive {
			row.Status = userStatus{Kind: "idle", Icon: "minus", Text: "Disabled"}
		}
		if mayUpdate && isActive {
			row.Disable = keysPath(d.User, k.AccessKeyId, "disable")
		}
		if mayUpdate && !isActive {
			row.Enable = keysPath(d.User, k.AccessKeyId, "enable")
		}
		if mayDelete {
			row.Delete = keysPath(d.User, k.AccessKeyId, "delete")
		}
		d.Rows = append(d.Rows, row)
	}
	p := &page{
		Template: "keys", Title: d.User, IsName: true, At: "keys", Apart: true, Crumbs: v.keyCrumbs(ctx), Form: &d.form, Data: d, status: status,
		Command: command("iam", "list-access-keys", "--user-name", d.User),
	}
	if d.Create == "" {
		p.Note = "Your key may look at these keys, not create one."
	}
	return p
}

// keyCrumbs returns the crumbs to the keys of a user.
func (v *visit) keyCrumbs(ctx context.Context) []crumb {
	if !may(ctx, v, iamapi.ListUsers, &iamapi.ListUsersRequest{}) {
		return nil
	}
	return []crumb{{"Users and keys", pathTo("keys")}}
}

// keyMade is the data of the template key-made, which is shown once.
type keyMade struct {
	Key  iamapi.AccessKey
	Back string
}

// createKey answers with the new secret, which is neither stored nor shown again. So it
// cannot redirect to another page. To make a repeated form create one key only, the form
// has the IDs of the keys that existed when it was shown.
func createKey(ctx context.Context, v *visit) (*page, error) {
	user := v.name("user")
	if err := must(ctx, v, iamapi.CreateAccessKey, &iamapi.CreateAccessKeyRequest{UserName: user}); err != nil {
		return nil, err
	}
	keys, err := v.keysOf(ctx, user)
	if err != nil {
		return nil, err
	}
	d := &keysData{}
	if v.r.PostFormValue("had") != idsOf(keys) {
		d.wrong("", "The keys of this user changed since the page was shown. Look at them, and create one if it is still wanted.")
		return v.keysPage(ctx, d, keys, http.StatusConflict), nil
	}
	out, err := do(ctx, v, iamapi.CreateAccessKey, &iamapi.CreateAccessKeyRequest{UserName: user})
	if err != nil {
		if err = d.refused(err); err != nil {
			return nil, err
		}
		return v.keysPage(ctx, d, keys, http.StatusUnprocessableEntity), nil
	}
	return &page{
		Template: "key-made", Title: "Access key created", At: "keys", Apart: true, Crumbs: append(v.keyCrumbs(ctx), crumb{user, keysPath(user)}),
		Data: &keyMade{out.AccessKey, keysPath(user)}, Command: command("iam", "create-access-key", "--user-name", user),
	}, nil
}
