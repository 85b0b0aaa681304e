package iamservice

import (
	"context"

	iamapi "poolhouse/internal/api/iam"
	"poolhouse/internal/apicore"
	"poolhouse/internal/dispatch"
	"poolhouse/internal/iam"
	"poolhouse/internal/pagetoken"
	"poolhouse/internal/service"
)

func (s *Service) registerRoles(d *dispatch.Dispatcher) {
	dispatch.HandleCall(d, iamapi.CreateRole, s.createRole)
	dispatch.HandleCall(d, iamapi.GetRole, s.getRole)
	dispatch.HandleCall(d, iamapi.ListRoles, s.listRoles)
	dispatch.Handle(d, iamapi.UpdateRole, s.updateRole)
	dispatch.HandleCall(d, iamapi.UpdateRoleDescription, s.updateRoleDescription)
	dispatch.Handle(d, iamapi.UpdateAssumeRolePolicy, s.updateAssumeRolePolicy)
	dispatch.Handle(d, iamapi.DeleteRole, s.deleteRole)
}

func (s *Service) createRole(ctx context.Context, call *dispatch.Call, in *iamapi.CreateRoleRequest) (*iamapi.CreateRoleResponse, error) {
	if err := checkServed(in.PermissionsBoundary); err != nil {
		return nil, err
	}
	r, err := iam.NewRole(iam.RoleSpec{
		Name: in.RoleName, Path: in.Path, Description: in.Description,
		MaxSessionSeconds: int(service.Value(in.MaxSessionDuration)), Trust: in.AssumeRolePolicyDocument,
	}, s.now())
	if err != nil {
		return nil, err
	}
	if err := r.Tag(givenTags(in.Tags)); err != nil {
		return nil, err
	}
	if err := s.Store.CreateRole(ctx, r); err != nil {
		return nil, err
	}
	return &iamapi.CreateRoleResponse{Role: accountOf(call).role(r)}, nil
}

func (s *Service) getRole(ctx context.Context, call *dispatch.Call, in *iamapi.GetRoleRequest) (*iamapi.GetRoleResponse, error) {
	r, err := s.Store.Role(ctx, in.RoleName)
	if err != nil {
		return nil, err
	}
	return &iamapi.GetRoleResponse{Role: accountOf(call).role(r)}, nil
}

func (s *Service) listRoles(ctx context.Context, call *dispatch.Call, in *iamapi.ListRolesRequest) (*iamapi.ListRolesResponse, error) {
	p, err := s.newPage(pagetoken.List{iamapi.ListRoles.Name}, in.PathPrefix, in.Marker, in.MaxItems)
	if err != nil {
		return nil, err
	}
	found, err := s.Store.ListRoles(ctx, p.andOne())
	if err != nil {
		return nil, err
	}
	out := new(iamapi.ListRolesResponse)
	found, out.IsTruncated, out.Marker = cutPage(p, found, func(r *iam.Role) string { return iam.NameKey(r.Name) })
	out.Roles = each(found, accountOf(call).role)
	return out, nil
}

func (s *Service) updateAssumeRolePolicy(ctx context.Context, in *iamapi.UpdateAssumeRolePolicyRequest) (*apicore.Empty, error) {
	_, err := s.Store.UpdateRole(ctx, in.RoleName, func(r *iam.Role) error { return r.SetTrust(in.PolicyDocument) })
	return nil, err
}

// updateRole changes only what the request has. Terraform gives only MaxSessionDuration, and
// the description stays. An empty description counts as absent; UpdateRoleDescription removes
// the description.
func (s *Service) updateRole(ctx context.Context, in *iamapi.UpdateRoleRequest) (*iamapi.UpdateRoleResponse, error) {
	_, err := s.Store.UpdateRole(ctx, in.RoleName, func(r *iam.Role) error {
		if in.MaxSessionDuration != nil {
			if err := r.SetMaxSession(int(*in.MaxSessionDuration)); err != nil {
				return err
			}
		}
		if in.Description != "" {
			return r.SetDescription(in.Description)
		}
		return nil
	})
	return nil, err
}

func (s *Service) updateRoleDescription(ctx context.Context, call *dispatch.Call, in *iamapi.UpdateRoleDescriptionRequest) (*iamapi.UpdateRoleDescriptionResponse, error) {
	r, err := s.Store.UpdateRole(ctx, in.RoleName, func(r *iam.Role) error { return r.SetDescription(in.Description) })
	if err != nil {
		return nil, err
	}
	return &iamapi.UpdateRoleDescriptionResponse{Role: new(accountOf(call).role(r))}, nil
}

func (s *Service) deleteRole(ctx context.Context, in *iamapi.DeleteRoleRequest) (*apicore.Empty, error) {
	return nil, s.Store.DeleteRole(ctx, in.RoleName)
}

// role returns a role in the answers' form. RoleLastUsed, which only GetRole would have, is not
// stored.
func (a account) role(r *iam.Role) iamapi.Role {
	return iamapi.Role{
		Path: r.Path, RoleName: r.Name, RoleId: r.ID, Arn: r.ARN(string(a)), CreateDate: service.Timestamp(r.Created),
		AssumeRolePolicyDocument: encodedDocument(r.Trust), Description: r.Description,
		MaxSessionDuration: new(int32(r.MaxSessionSeconds)), Tags: wireTags(r.Tags),
	}
}
