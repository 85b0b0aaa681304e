package iamservice

import (
	"context"
	"slices"
	"strings"

	iamapi "poolhouse/internal/api/iam"
	"poolhouse/internal/apicore"
	"poolhouse/internal/dispatch"
	"poolhouse/internal/iam"
)

func (s *Service) registerAttached(d *dispatch.Dispatcher) {
	dispatch.HandleCall(d, iamapi.AttachUserPolicy, s.attachUserPolicy)
	dispatch.HandleCall(d, iamapi.AttachRolePolicy, s.attachRolePolicy)
	dispatch.HandleCall(d, iamapi.DetachUserPolicy, s.detachUserPolicy)
	dispatch.HandleCall(d, iamapi.DetachRolePolicy, s.detachRolePolicy)
	dispatch.HandleCall(d, iamapi.ListAttachedUserPolicies, s.listAttachedUserPolicies)
	dispatch.HandleCall(d, iamapi.ListAttachedRolePolicies, s.listAttachedRolePolicies)
}

func (s *Service) attachUserPolicy(ctx context.Context, call *dispatch.Call, in *iamapi.AttachUserPolicyRequest) (*apicore.Empty, error) {
	return s.attach(ctx, call, iam.UserOwner(in.UserName), in.PolicyArn)
}

func (s *Service) attachRolePolicy(ctx context.Context, call *dispatch.Call, in *iamapi.AttachRolePolicyRequest) (*apicore.Empty, error) {
	return s.attach(ctx, call, iam.RoleOwner(in.RoleName), in.PolicyArn)
}

func (s *Service) attach(ctx context.Context, call *dispatch.Call, o iam.Owner, arn string) (*apicore.Empty, error) {
	ref, err := iam.ParsePolicyARN(call.From.Account, arn)
	if err != nil {
		return nil, err
	}
	return nil, s.Store.AttachPolicy(ctx, o, ref)
}

func (s *Service) detachUserPolicy(ctx context.Context, call *dispatch.Call, in *iamapi.DetachUserPolicyRequest) (*apicore.Empty, error) {
	return s.detach(ctx, call, iam.UserOwner(in.UserName), in.PolicyArn)
}

func (s *Service) detachRolePolicy(ctx context.Context, call *dispatch.Call, in *iamapi.DetachRolePolicyRequest) (*apicore.Empty, error) {
	return s.detach(ctx, call, iam.RoleOwner(in.RoleName), in.PolicyArn)
}

func (s *Service) detach(ctx context.Context, call *dispatch.Call, o iam.Owner, arn string) (*apicore.Empty, error) {
	ref, err := iam.ParsePolicyARN(call.From.Account, arn)
	if err != nil {
		return nil, err
	}
	return nil, s.Store.DetachPolicy(ctx, o, ref)
}

func (s *Service) listAttachedUserPolicies(ctx context.Context, call *dispatch.Call, in *iamapi.ListAttachedUserPoliciesRequest) (*iamapi.ListAttachedUserPoliciesResponse, error) {
	p, err := s.newPage(ownedBy(iamapi.ListAttachedUserPolicies.Name, in.UserName), in.PathPrefix, in.Marker, in.MaxItems)
	if err != nil {
		return nil, err
	}
	return s.listAttached(ctx, call, iam.UserOwner(in.UserName), p)
}

func (s *Service) listAttachedRolePolicies(ctx context.Context, call *dispatch.Call, in *iamapi.ListAttachedRolePoliciesRequest) (*iamapi.ListAttachedRolePoliciesResponse, error) {
	p, err := s.newPage(ownedBy(iamapi.ListAttachedRolePolicies.Name, in.RoleName), in.PathPrefix, in.Marker, in.MaxItems)
	if err != nil {
		return nil, err
	}
	out, err := s.listAttached(ctx, call, iam.RoleOwner(in.RoleName), p)
	return (*iamapi.ListAttachedRolePoliciesResponse)(out), err
}

// listAttached returns the answer for a user; the answer for a role has the same form.
func (s *Service) listAttached(ctx context.Context, call *dispatch.Call, o iam.Owner, p page) (*iamapi.ListAttachedUserPoliciesResponse, error) {
	all, err := s.Store.ListAttachedPolicies(ctx, o)
	if err != nil {
		return nil, err
	}
	all = slices.DeleteFunc(all, func(m *iam.Policy) bool { return !strings.HasPrefix(m.Path, p.PathPrefix) })
	found, truncated, marker := cutPage(p, behind(p, all, policyOrder), policyOrder)
	return &iamapi.ListAttachedUserPoliciesResponse{
		AttachedPolicies: each(found, accountOf(call).attachedPolicy), IsTruncated: truncated, Marker: marker,
	}, nil
}

func (a account) attachedPolicy(p *iam.Policy) iamapi.AttachedPolicy {
	return iamapi.AttachedPolicy{PolicyName: p.Name, PolicyArn: p.ARN(string(a))}
}
