package console

import (
	"context"
	"slices"

	iamapi "poolhouse/internal/api/iam"
)

func keyEnableAction() action {
	return action{path: "/keys/{user}/{key}/enable", of: "/keys/{user}", act: enableKey}
}

func keyDisableAction() action {
	return action{path: "/keys/{user}/{key}/disable", show: showKeyDisable, act: disableKey}
}

func keyDeleteAction() action {
	return action{path: "/keys/{user}/{key}/delete", show: showKeyDelete, act: deleteKey}
}

// keyChange is the data of the template key-change.
type keyChange struct {
	User, ID, Verb, Path, Back string
	IsOwn, IsDeletion          bool
}

// keyChangePage asks for confirmation before an act that locks programs out.
func (v *visit) keyChangePage(ctx context.Context, verb, at string, words ...string) *page {
	user, id := v.name("user"), v.r.PathValue("key")
	return &page{
		Template: "key-change", Title: verb + " access key?", At: "keys", Apart: true, Crumbs: append(v.keyCrumbs(ctx), crumb{user, keysPath(user)}),
		Data:    &keyChange{User: user, ID: id, Verb: verb, Path: keysPath(user, id, at), Back: keysPath(user), IsOwn: id == v.who.AccessKeyID, IsDeletion: at == "delete"},
		Command: command(slices.Concat([]string{"iam"}, words, []string{"--user-name", user, "--access-key-id", id})...),
	}
}

func showKeyDisable(ctx context.Context, v *visit) (*page, error) {
	if err := must(ctx, v, iamapi.UpdateAccessKey, v.keyUpdate(iamapi.StatusTypeInactive)); err != nil {
		return nil, err
	}
	return v.keyChangePage(ctx, "Disable", "disable", "update-access-key", "--status", "Inactive"), nil
}

func showKeyDelete(ctx context.Context, v *visit) (*page, error) {
	if err := must(ctx, v, iamapi.DeleteAccessKey, &iamapi.DeleteAccessKeyRequest{UserName: v.name("user"), AccessKeyId: v.r.PathValue("key")}); err != nil {
		return nil, err
	}
	return v.keyChangePage(ctx, "Delete", "delete", "delete-access-key"), nil
}

// keyUpdate returns the call that sets the status of the key in the path.
func (v *visit) keyUpdate(status iamapi.StatusType) *iamapi.UpdateAccessKeyRequest {
	return &iamapi.UpdateAccessKeyRequest{UserName: v.name("user"), AccessKeyId: v.r.PathValue("key"), Status: status}
}

func enableKey(ctx context.Context, v *visit) (*page, error) {
	in := v.keyUpdate(iamapi.StatusTypeActive)
	if _, err := do(ctx, v, iamapi.UpdateAccessKey, in); err != nil {
		return nil, err
	}
	return done(keysPath(in.UserName), "{} was enabled.", in.AccessKeyId), nil
}

func disableKey(ctx context.Context, v *visit) (*page, error) {
	in := v.keyUpdate(iamapi.StatusTypeInactive)
	if _, err := do(ctx, v, iamapi.UpdateAccessKey, in); err != nil {
		return nil, err
	}
	return done(keysPath(in.UserName), "{} was disabled. It can be enabled again.", in.AccessKeyId), nil
}

func deleteKey(ctx context.Context, v *visit) (*page, error) {
	in := &iamapi.DeleteAccessKeyRequest{UserName: v.name("user"), AccessKeyId: v.r.PathValue("key")}
	if _, err := do(ctx, v, iamapi.DeleteAccessKey, in); err != nil {
		return nil, err
	}
	return done(keysPath(in.UserName), "{} was deleted.", in.AccessKeyId), nil
}
