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

func (s *Service) registerUsers(d *dispatch.Dispatcher) {
	dispatch.HandleCall(d, iamapi.CreateUser, s.createUser)
	dispatch.HandleCall(d, iamapi.GetUser, s.getUser)
	dispatch.HandleCall(d, iamapi.ListUsers, s.listUsers)
	dispatch.Handle(d, iamapi.UpdateUser, s.updateUser)
	dispatch.Handle(d, iamapi.DeleteUser, s.deleteUser)
}

func (s *Service) createUser(ctx context.Context, call *dispatch.Call, in *iamapi.CreateUserRequest) (*iamapi.CreateUserResponse, error) {
	if err := checkServed(in.PermissionsBoundary); err != nil {
		return nil, err
	}
	u, err := iam.NewUser(in.UserName, in.Path, s.now())
	if err != nil {
		return nil, err
	}
	if err := u.Tag(givenTags(in.Tags)); err != nil {
		return nil, err
	}
	if err := s.Store.CreateUser(ctx, u); err != nil {
		return nil, err
	}
	return &iamapi.CreateUserResponse{User: new(accountOf(call).user(u))}, nil
}

func (s *Service) getUser(ctx context.Context, call *dispatch.Call, in *iamapi.GetUserRequest) (*iamapi.GetUserResponse, error) {
	name, err := userOrCaller(call, in.UserName)
	if err != nil {
		return nil, err
	}
	u, err := s.Store.User(ctx, name)
	if err != nil {
		return nil, err
	}
	return &iamapi.GetUserResponse{User: accountOf(call).user(u)}, nil
}

func (s *Service) listUsers(ctx context.Context, call *dispatch.Call, in *iamapi.ListUsersRequest) (*iamapi.ListUsersResponse, error) {
	p, err := s.newPage(pagetoken.List{iamapi.ListUsers.Name}, in.PathPrefix, in.Marker, in.MaxItems)
	if err != nil {
		return nil, err
	}
	found, err := s.Store.ListUsers(ctx, p.andOne())
	if err != nil {
		return nil, err
	}
	out := new(iamapi.ListUsersResponse)
	found, out.IsTruncated, out.Marker = cutPage(p, found, func(u *iam.User) string { return iam.NameKey(u.Name) })
	out.Users = each(found, accountOf(call).user)
	return out, nil
}

func (s *Service) updateUser(ctx context.Context, in *iamapi.UpdateUserRequest) (*apicore.Empty, error) {
	return nil, s.Store.UpdateUser(ctx, in.UserName, func(u *iam.User) error { return u.Move(in.NewUserName, in.NewPath) })
}

func (s *Service) deleteUser(ctx context.Context, in *iamapi.DeleteUserRequest) (*apicore.Empty, error) {
	return nil, s.Store.DeleteUser(ctx, in.UserName)
}

// user returns a user in the answers' form. PasswordLastUsed is absent: users have no
// passwords.
func (a account) user(u *iam.User) iamapi.User {
	return iamapi.User{Path: u.Path, UserName: u.Name, UserId: u.ID, Arn: u.ARN(string(a)), CreateDate: service.Timestamp(u.Created), Tags: wireTags(u.Tags)}
}
