package iamservice

import (
	"context"
	"slices"

	iamapi "poolhouse/internal/api/iam"
	"poolhouse/internal/apicore"
	"poolhouse/internal/dispatch"
	"poolhouse/internal/iam"
	"poolhouse/internal/pagetoken"
	"poolhouse/internal/service"
)

func (s *Service) registerTags(d *dispatch.Dispatcher) {
	dispatch.Handle(d, iamapi.TagUser, s.tagUser)
	dispatch.Handle(d, iamapi.UntagUser, s.untagUser)
	dispatch.Handle(d, iamapi.ListUserTags, s.listUserTags)
	dispatch.Handle(d, iamapi.TagRole, s.tagRole)
	dispatch.Handle(d, iamapi.UntagRole, s.untagRole)
	dispatch.Handle(d, iamapi.ListRoleTags, s.listRoleTags)
	dispatch.HandleCall(d, iamapi.TagPolicy, s.tagPolicy)
	dispatch.HandleCall(d, iamapi.UntagPolicy, s.untagPolicy)
	dispatch.HandleCall(d, iamapi.ListPolicyTags, s.listPolicyTags)
}

func (s *Service) tagUser(ctx context.Context, in *iamapi.TagUserRequest) (*apicore.Empty, error) {
	return nil, s.Store.UpdateUser(ctx, in.UserName, func(u *iam.User) error { return u.Tag(givenTags(in.Tags)) })
}

func (s *Service) untagUser(ctx context.Context, in *iamapi.UntagUserRequest) (*apicore.Empty, error) {
	return nil, s.Store.UpdateUser(ctx, in.UserName, func(u *iam.User) error { u.Untag(in.TagKeys); return nil })
}

func (s *Service) listUserTags(ctx context.Context, in *iamapi.ListUserTagsRequest) (*iamapi.ListUserTagsResponse, error) {
	p, err := s.newTagPage(ownedBy(iamapi.ListUserTags.Name, in.UserName), in.Marker, in.MaxItems)
	if err != nil {
		return nil, err
	}
	u, err := s.Store.User(ctx, in.UserName)
	if err != nil {
		return nil, err
	}
	return listTags(p, u.Tags), nil
}

func (s *Service) tagRole(ctx context.Context, in *iamapi.TagRoleRequest) (*apicore.Empty, error) {
	_, err := s.Store.UpdateRole(ctx, in.RoleName, func(r *iam.Role) error { return r.Tag(givenTags(in.Tags)) })
	return nil, err
}

func (s *Service) untagRole(ctx context.Context, in *iamapi.UntagRoleRequest) (*apicore.Empty, error) {
	_, err := s.Store.UpdateRole(ctx, in.RoleName, func(r *iam.Role) error { r.Untag(in.TagKeys); return nil })
	return nil, err
}

func (s *Service) listRoleTags(ctx context.Context, in *iamapi.ListRoleTagsRequest) (*iamapi.ListRoleTagsResponse, error) {
	p, err := s.newTagPage(ownedBy(iamapi.ListRoleTags.Name, in.RoleName), in.Marker, in.MaxItems)
	if err != nil {
		return nil, err
	}
	r, err := s.Store.Role(ctx, in.RoleName)
	if err != nil {
		return nil, err
	}
	return (*iamapi.ListRoleTagsResponse)(listTags(p, r.Tags)), nil
}

func (s *Service) tagPolicy(ctx context.Context, call *dispatch.Call, in *iamapi.TagPolicyRequest) (*apicore.Empty, error) {
	return s.updatePolicy(ctx, call, in.PolicyArn, func(p *iam.Policy) error { return p.Tag(givenTags(in.Tags)) })
}

func (s *Service) untagPolicy(ctx context.Context, call *dispatch.Call, in *iamapi.UntagPolicyRequest) (*apicore.Empty, error) {
	return s.updatePolicy(ctx, call, in.PolicyArn, func(p *iam.Policy) error { p.Untag(in.TagKeys); return nil })
}

func (s *Service) updatePolicy(ctx context.Context, call *dispatch.Call, arn string, update func(*iam.Policy) error) (*apicore.Empty, error) {
	ref, err := iam.ParsePolicyARN(call.From.Account, arn)
	if err != nil {
		return nil, err
	}
	return nil, s.Store.UpdatePolicy(ctx, ref, update)
}

func (s *Service) listPolicyTags(ctx context.Context, call *dispatch.Call, in *iamapi.ListPolicyTagsRequest) (*iamapi.ListPolicyTagsResponse, error) {
	policy, err := s.policyNamed(ctx, call, in.PolicyArn)
	if err != nil {
		return nil, err
	}
	p, err := s.newTagPage(ownedBy(iamapi.ListPolicyTags.Name, policy.Name), in.Marker, in.MaxItems)
	if err != nil {
		return nil, err
	}
	return (*iamapi.ListPolicyTagsResponse)(listTags(p, policy.Tags)), nil
}

// newTagPage reads Marker and MaxItems of a list of tags. Its marker holds a tag's key, which,
// unlike in other lists, need not be a name.
func (s *Service) newTagPage(list pagetoken.List, marker string, maxItems *int32) (page, error) {
	p, err := s.newPage(list, "", "", maxItems)
	if err != nil {
		return p, err
	}
	if p.After, err = service.OpenPage(s.Pages, p.list, marker); err != nil {
		return p, badMarker(p.list)
	}
	return p, nil
}

// listTags returns the answer for a user; those for roles and policies have the same form.
func listTags(p page, tags iam.Tags) *iamapi.ListUserTagsResponse {
	key := func(tag iam.Tag) string { return tag.Key }
	found, truncated, marker := cutPage(p, behind(p, slices.Clone(tags), key), key)
	return &iamapi.ListUserTagsResponse{Tags: each(found, wireTag), IsTruncated: truncated, Marker: marker}
}

func wireTag(tag iam.Tag) iamapi.Tag { return iamapi.Tag(tag) }

// wireTags returns an entity's tags; it leaves out none.
func wireTags(tags iam.Tags) []iamapi.Tag {
	if len(tags) == 0 {
		return nil
	}
	return each(tags, wireTag)
}

func givenTags(tags []iamapi.Tag) []iam.Tag {
	return each(tags, func(tag iamapi.Tag) iam.Tag { return iam.Tag(tag) })
}
