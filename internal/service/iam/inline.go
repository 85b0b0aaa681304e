package iamservice

import (
	"context"

	iamapi "poolhouse/internal/api/iam"
	"poolhouse/internal/apicore"
	"poolhouse/internal/dispatch"
	"poolhouse/internal/iam"
)

func (s *Service) registerInline(d *dispatch.Dispatcher) {
	dispatch.Handle(d, iamapi.PutUserPolicy, s.putUserPolicy)
	dispatch.Handle(d, iamapi.PutRolePolicy, s.putRolePolicy)
	dispatch.Handle(d, iamapi.GetUserPolicy, s.getUserPolicy)
	dispatch.Handle(d, iamapi.GetRolePolicy, s.getRolePolicy)
	dispatch.Handle(d, iamapi.ListUserPolicies, s.listUserPolicies)
	dispatch.Handle(d, iamapi.ListRolePolicies, s.listRolePolicies)
	dispatch.Handle(d, iamapi.DeleteUserPolicy, s.deleteUserPolicy)
	dispatch.Handle(d, iamapi.DeleteRolePolicy, s.deleteRolePolicy)
}

func (s *Service) putUserPolicy(ctx context.Context, in *iamapi.PutUserPolicyRequest) (*apicore.Empty, error) {
	return s.putInline(ctx, iam.UserOwner(in.UserName), in.PolicyName, in.PolicyDocument)
}

func (s *Service) putRolePolicy(ctx context.Context, in *iamapi.PutRolePolicyRequest) (*apicore.Empty, error) {
	return s.putInline(ctx, iam.RoleOwner(in.RoleName), in.PolicyName, in.PolicyDocument)
}

func (s *Service) putInline(ctx context.Context, o iam.Owner, name, document string) (*apicore.Empty, error) {
	p, err := iam.NewInlinePolicy(name, document)
	if err != nil {
		return nil, err
	}
	return nil, s.Store.PutInlinePolicy(ctx, o, p)
}

func (s *Service) getUserPolicy(ctx context.Context, in *iamapi.GetUserPolicyRequest) (*iamapi.GetUserPolicyResponse, error) {
	p, err := s.Store.InlinePolicy(ctx, iam.UserOwner(in.UserName), in.PolicyName)
	if err != nil {
		return nil, err
	}
	return &iamapi.GetUserPolicyResponse{UserName: in.UserName, PolicyName: p.Name, PolicyDocument: encodedDocument(p.Document)}, nil
}

func (s *Service) getRolePolicy(ctx context.Context, in *iamapi.GetRolePolicyRequest) (*iamapi.GetRolePolicyResponse, error) {
	p, err := s.Store.InlinePolicy(ctx, iam.RoleOwner(in.RoleName), in.PolicyName)
	if err != nil {
		return nil, err
	}
	return &iamapi.GetRolePolicyResponse{RoleName: in.RoleName, PolicyName: p.Name, PolicyDocument: encodedDocument(p.Document)}, nil
}

func (s *Service) listUserPolicies(ctx context.Context, in *iamapi.ListUserPoliciesRequest) (*iamapi.ListUserPoliciesResponse, error) {
	p, err := s.newPage(ownedBy(iamapi.ListUserPolicies.Name, in.UserName), "", in.Marker, in.MaxItems)
	if err != nil {
		return nil, err
	}
	return s.listInline(ctx, iam.UserOwner(in.UserName), p)
}

func (s *Service) listRolePolicies(ctx context.Context, in *iamapi.ListRolePoliciesRequest) (*iamapi.ListRolePoliciesResponse, error) {
	p, err := s.newPage(ownedBy(iamapi.ListRolePolicies.Name, in.RoleName), "", in.Marker, in.MaxItems)
	if err != nil {
		return nil, err
	}
	out, err := s.listInline(ctx, iam.RoleOwner(in.RoleName), p)
	return (*iamapi.ListRolePoliciesResponse)(out), err
}

// listInline returns the answer for a user; the answer for a role has the same form.
func (s *Service) listInline(ctx context.Context, o iam.Owner, p page) (*iamapi.ListUserPoliciesResponse, error) {
	all, err := s.Store.ListInlinePolicies(ctx, o)
	if err != nil {
		return nil, err
	}
	names, truncated, marker := cutPage(p, behind(p, all, iam.NameKey), iam.NameKey)
	if names == nil {
		names = []string{}
	}
	return &iamapi.ListUserPoliciesResponse{PolicyNames: names, IsTruncated: truncated, Marker: marker}, nil
}

func (s *Service) deleteUserPolicy(ctx context.Context, in *iamapi.DeleteUserPolicyRequest) (*apicore.Empty, error) {
	return nil, s.Store.DeleteInlinePolicy(ctx, iam.UserOwner(in.UserName), in.PolicyName)
}

func (s *Service) deleteRolePolicy(ctx context.Context, in *iamapi.DeleteRolePolicyRequest) (*apicore.Empty, error) {
	return nil, s.Store.DeleteInlinePolicy(ctx, iam.RoleOwner(in.RoleName), in.PolicyName)
}
