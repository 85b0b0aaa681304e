package iamservice

import (
	"context"

	iamapi "poolhouse/internal/api/iam"
	"poolhouse/internal/apicore"
	"poolhouse/internal/dispatch"
	"poolhouse/internal/iam"
	"poolhouse/internal/service"
)

func (s *Service) registerAccessKeys(d *dispatch.Dispatcher) {
	dispatch.HandleCall(d, iamapi.CreateAccessKey, s.createAccessKey)
	dispatch.HandleCall(d, iamapi.ListAccessKeys, s.listAccessKeys)
	dispatch.Handle(d, iamapi.GetAccessKeyLastUsed, s.getAccessKeyLastUsed)
	dispatch.HandleCall(d, iamapi.UpdateAccessKey, s.updateAccessKey)
	dispatch.HandleCall(d, iamapi.DeleteAccessKey, s.deleteAccessKey)
}

// createAccessKey returns the secret, as no other operation does: "it is accessible only during
// key creation" (CreateAccessKey).
func (s *Service) createAccessKey(ctx context.Context, call *dispatch.Call, in *iamapi.CreateAccessKeyRequest) (*iamapi.CreateAccessKeyResponse, error) {
	name, err := userOrCaller(call, in.UserName)
	if err != nil {
		return nil, err
	}
	if s.Sealer == nil {
		return nil, iam.NoSealer()
	}
	k, secret := iam.NewAccessKey(name, s.Sealer, s.now())
	if err := s.Store.CreateAccessKey(ctx, k); err != nil {
		return nil, err
	}
	return &iamapi.CreateAccessKeyResponse{AccessKey: iamapi.AccessKey{
		UserName: k.UserName, AccessKeyId: k.ID, Status: iamapi.StatusType(k.Status),
		SecretAccessKey: string(secret), CreateDate: service.Timestamp(k.Created),
	}}, nil
}

func (s *Service) listAccessKeys(ctx context.Context, call *dispatch.Call, in *iamapi.ListAccessKeysRequest) (*iamapi.ListAccessKeysResponse, error) {
	name, err := userOrCaller(call, in.UserName)
	if err != nil {
		return nil, err
	}
	p, err := s.newPage(ownedBy(iamapi.ListAccessKeys.Name, name), "", in.Marker, in.MaxItems)
	if err != nil {
		return nil, err
	}
	all, err := s.Store.ListAccessKeys(ctx, name)
	if err != nil {
		return nil, err
	}
	out := new(iamapi.ListAccessKeysResponse)
	found, truncated, marker := cutPage(p, behind(p, all, accessKeyOrder), accessKeyOrder)
	out.AccessKeyMetadata, out.IsTruncated, out.Marker = each(found, accessKeyMetadata), truncated, marker
	return out, nil
}

// accessKeyOrder is the sort key of a user's access keys: the oldest first.
func accessKeyOrder(k *iam.AccessKey) string {
	return k.Created.UTC().Format("20060102150405.000-") + k.ID
}

func accessKeyMetadata(k *iam.AccessKey) iamapi.AccessKeyMetadata {
	return iamapi.AccessKeyMetadata{
		UserName: k.UserName, AccessKeyId: k.ID, Status: iamapi.StatusType(k.Status), CreateDate: service.Timestamp(k.Created),
	}
}

// getAccessKeyLastUsed returns the owner of an access key. The last use is not stored; the API
// has words for that: N/A, and no date (AccessKeyLastUsed). For an unknown key AWS answers
// AccessDenied, although the model names no error.
func (s *Service) getAccessKeyLastUsed(ctx context.Context, in *iamapi.GetAccessKeyLastUsedRequest) (*iamapi.GetAccessKeyLastUsedResponse, error) {
	found, err := s.Store.Access(ctx, in.AccessKeyId)
	if iam.KindOf(err) == iam.NoSuchEntity {
		return nil, &apicore.Error{Name: "AccessDenied", Message: err.Error()}
	}
	if err != nil {
		return nil, err
	}
	const none = "N/A"
	return &iamapi.GetAccessKeyLastUsedResponse{UserName: found.User.Name,
		AccessKeyLastUsed: &iamapi.AccessKeyLastUsed{ServiceName: none, Region: none}}, nil
}

func (s *Service) updateAccessKey(ctx context.Context, call *dispatch.Call, in *iamapi.UpdateAccessKeyRequest) (*apicore.Empty, error) {
	name, err := userOrCaller(call, in.UserName)
	if err != nil {
		return nil, err
	}
	status, err := iam.ParseStatus(string(in.Status))
	if err != nil {
		return nil, err
	}
	return nil, s.Store.SetAccessKeyStatus(ctx, name, in.AccessKeyId, status)
}

func (s *Service) deleteAccessKey(ctx context.Context, call *dispatch.Call, in *iamapi.DeleteAccessKeyRequest) (*apicore.Empty, error) {
	name, err := userOrCaller(call, in.UserName)
	if err != nil {
		return nil, err
	}
	return nil, s.Store.DeleteAccessKey(ctx, name, in.AccessKeyId)
}
