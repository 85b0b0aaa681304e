package service

import (
	"context"

	"poolhouse/internal/api"
	"poolhouse/internal/apicore"
	"poolhouse/internal/dispatch"
	"poolhouse/internal/userpool"
)

func (s *Service) registerUsers(d *dispatch.Dispatcher) {
	dispatch.Handle(d, api.AdminCreateUser, s.adminCreateUser)
	dispatch.Handle(d, api.AdminGetUser, s.adminGetUser)
	dispatch.Handle(d, api.ListUsers, s.listUsers)
	dispatch.Handle(d, api.AdminUpdateUserAttributes, s.adminUpdateUserAttributes)
	dispatch.Handle(d, api.AdminDeleteUserAttributes, s.adminDeleteUserAttributes)
	dispatch.Handle(d, api.AdminDeleteUser, s.adminDeleteUser)
	dispatch.Handle(d, api.AdminEnableUser, s.adminEnableUser)
	dispatch.Handle(d, api.AdminDisableUser, s.adminDisableUser)
}

func (s *Service) adminGetUser(ctx context.Context, in *api.AdminGetUserRequest) (*api.AdminGetUserResponse, error) {
	p, err := s.Store.Pool(ctx, in.UserPoolId)
	if err != nil {
		return nil, err
	}
	u, err := s.Store.User(ctx, p, in.Username)
	if err != nil {
		return nil, err
	}
	return &api.AdminGetUserResponse{
		Username: u.Username, UserAttributes: wireAttributes(u), Enabled: &u.Enabled, UserStatus: api.UserStatusType(u.Status),
		UserCreateDate: timestamp(u.Created), UserLastModifiedDate: timestamp(u.Modified), MFAOptions: mfaOptions(u),
	}, nil
}

// wireAttributes tells of a user's attributes: the sub, then the others.
func wireAttributes(u *userpool.User) []api.AttributeType {
	out := make([]api.AttributeType, 0, len(u.Attributes)+1)
	out = append(out, api.AttributeType{Name: "sub", Value: u.Sub})
	for _, a := range u.Attributes {
		out = append(out, api.AttributeType{Name: a.Name, Value: a.Value})
	}
	return out
}

func mfaOptions(u *userpool.User) []api.MFAOptionType {
	if !u.SMSMFA {
		return nil
	}
	return []api.MFAOptionType{{DeliveryMedium: api.DeliveryMediumTypeSms, AttributeName: "phone_number"}}
}

func wireUser(u *userpool.User) api.UserType {
	return api.UserType{
		Username: u.Username, Attributes: wireAttributes(u), Enabled: &u.Enabled, UserStatus: api.UserStatusType(u.Status),
		UserCreateDate: timestamp(u.Created), UserLastModifiedDate: timestamp(u.Modified), MFAOptions: mfaOptions(u),
	}
}

func (s *Service) adminDeleteUser(ctx context.Context, in *api.AdminDeleteUserRequest) (*apicore.Empty, error) {
	p, err := s.Store.Pool(ctx, in.UserPoolId)
	if err != nil {
		return nil, err
	}
	return nil, s.Store.DeleteUser(ctx, p, in.Username)
}

func (s *Service) adminEnableUser(ctx context.Context, in *api.AdminEnableUserRequest) (*api.AdminEnableUserResponse, error) {
	return nil, s.setEnabled(ctx, in.UserPoolId, in.Username, true)
}

func (s *Service) adminDisableUser(ctx context.Context, in *api.AdminDisableUserRequest) (*api.AdminDisableUserResponse, error) {
	return nil, s.setEnabled(ctx, in.UserPoolId, in.Username, false)
}

func (s *Service) setEnabled(ctx context.Context, poolID, username string, enabled bool) error {
	return s.updateUser(ctx, poolID, username, func(_ *userpool.UserPool, u *userpool.User) error {
		u.Enabled = enabled
		return nil
	})
}

// updateUser changes a user of a pool and notes when.
func (s *Service) updateUser(ctx context.Context, poolID, username string, update func(*userpool.UserPool, *userpool.User) error) error {
	p, err := s.Store.Pool(ctx, poolID)
	if err != nil {
		return err
	}
	_, err = s.Store.UpdateUser(ctx, p, username, func(u *userpool.User) error {
		if err := update(p, u); err != nil {
			return err
		}
		u.Modified = wallClock()
		return nil
	})
	return err
}
