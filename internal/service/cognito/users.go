package cognitoservice

import (
	"context"

	cognitoapi "poolhouse/internal/api/cognito"
	"poolhouse/internal/apicore"
	"poolhouse/internal/dispatch"
	"poolhouse/internal/service"
	"poolhouse/internal/userpool"
)

func (s *Service) registerUsers(d *dispatch.Dispatcher) {
	dispatch.HandleCall(d, cognitoapi.AdminCreateUser, s.adminCreateUser)
	dispatch.Handle(d, cognitoapi.AdminGetUser, s.adminGetUser)
	dispatch.Handle(d, cognitoapi.ListUsers, s.listUsers)
	dispatch.HandleCall(d, cognitoapi.AdminUpdateUserAttributes, s.adminUpdateUserAttributes)
	dispatch.HandleCall(d, cognitoapi.AdminDeleteUserAttributes, s.adminDeleteUserAttributes)
	dispatch.HandleCall(d, cognitoapi.AdminDeleteUser, s.adminDeleteUser)
	dispatch.HandleCall(d, cognitoapi.AdminEnableUser, s.adminEnableUser)
	dispatch.HandleCall(d, cognitoapi.AdminDisableUser, s.adminDisableUser)
}

func (s *Service) adminGetUser(ctx context.Context, in *cognitoapi.AdminGetUserRequest) (*cognitoapi.AdminGetUserResponse, error) {
	_, u, err := s.Store.UserIn(ctx, in.UserPoolId, in.Username)
	if err != nil {
		return nil, err
	}
	preferred, factors := wireFactors(u)
	return &cognitoapi.AdminGetUserResponse{
		Username: u.Username, UserAttributes: wireAttributes(u), Enabled: &u.Enabled, UserStatus: cognitoapi.UserStatusType(u.Status),
		PreferredMfaSetting: preferred, UserMFASettingList: factors,
		UserCreateDate: service.Timestamp(u.Created), UserLastModifiedDate: service.Timestamp(u.Modified), MFAOptions: mfaOptions(u),
	}, nil
}

// wireAttributes returns a user's attributes in the API's form: the sub, then the others.
func wireAttributes(u *userpool.User) []cognitoapi.AttributeType {
	out := make([]cognitoapi.AttributeType, 0, len(u.Attributes)+1)
	out = append(out, cognitoapi.AttributeType{Name: "sub", Value: u.Sub})
	for _, a := range u.Attributes {
		out = append(out, cognitoapi.AttributeType{Name: a.Name, Value: a.Value})
	}
	return out
}

func mfaOptions(u *userpool.User) []cognitoapi.MFAOptionType {
	if !u.SMSMFA {
		return nil
	}
	return []cognitoapi.MFAOptionType{{DeliveryMedium: cognitoapi.DeliveryMediumTypeSms, AttributeName: "phone_number"}}
}

func wireUser(u *userpool.User) cognitoapi.UserType {
	return cognitoapi.UserType{
		Username: u.Username, Attributes: wireAttributes(u), Enabled: &u.Enabled, UserStatus: cognitoapi.UserStatusType(u.Status),
		UserCreateDate: service.Timestamp(u.Created), UserLastModifiedDate: service.Timestamp(u.Modified), MFAOptions: mfaOptions(u),
	}
}

func (s *Service) adminDeleteUser(ctx context.Context, c *dispatch.Call, in *cognitoapi.AdminDeleteUserRequest) (*apicore.Empty, error) {
	p, err := s.Store.Pool(ctx, in.UserPoolId)
	if err != nil {
		return nil, err
	}
	u, err := s.Store.User(ctx, p, in.Username)
	if err != nil {
		return nil, err
	}
	c.Note("sub", u.Sub)
	return nil, s.Store.DeleteUser(ctx, p, in.Username)
}

func (s *Service) adminEnableUser(ctx context.Context, c *dispatch.Call, in *cognitoapi.AdminEnableUserRequest) (*cognitoapi.AdminEnableUserResponse, error) {
	return nil, s.setEnabled(ctx, c, in.UserPoolId, in.Username, true)
}

func (s *Service) adminDisableUser(ctx context.Context, c *dispatch.Call, in *cognitoapi.AdminDisableUserRequest) (*cognitoapi.AdminDisableUserResponse, error) {
	return nil, s.setEnabled(ctx, c, in.UserPoolId, in.Username, false)
}

func (s *Service) setEnabled(ctx context.Context, c *dispatch.Call, poolID, username string, enabled bool) error {
	return s.updateUser(ctx, c, poolID, username, func(_ *userpool.UserPool, u *userpool.User) error {
		u.Enabled = enabled
		return nil
	})
}

// updateUser changes a user of a pool and sets the modification date.
func (s *Service) updateUser(ctx context.Context, c *dispatch.Call, poolID, username string, update func(*userpool.UserPool, *userpool.User) error) error {
	p, err := s.Store.Pool(ctx, poolID)
	if err != nil {
		return err
	}
	sub := ""
	_, err = s.Store.UpdateUser(ctx, p, username, func(u *userpool.User) error {
		sub = u.Sub
		if err := update(p, u); err != nil {
			return err
		}
		u.Modified = wallClock()
		return nil
	})
	if sub != "" {
		c.Note("sub", sub)
	}
	return err
}
