package service

import (
	"context"
	"slices"

	"poolhouse/internal/api"
	"poolhouse/internal/userpool"
)

// maxUsersPage is the largest page of ListUsers, and the one that is given
// when the request names none (API Reference, ListUsers).
const maxUsersPage = 60

func (s *Service) listUsers(ctx context.Context, in *api.ListUsersRequest) (*api.ListUsersResponse, error) {
	p, err := s.Store.Pool(ctx, in.UserPoolId)
	if err != nil {
		return nil, err
	}
	filter, err := userpool.ParseFilter(in.Filter)
	if err != nil {
		return nil, err
	}
	for _, name := range in.AttributesToGet {
		if _, ok := p.Schema.Find(name); !ok {
			return nil, userpool.Errorf(userpool.InvalidParameter, "AttributesToGet names %s, which is not in the user pool's schema.", name)
		}
	}
	limit := int(valueOr(in.Limit, maxUsersPage))
	if limit == 0 {
		limit = maxUsersPage
	}
	users, next, err := s.Store.ListUsers(ctx, p, userpool.UserQuery{Filter: filter, After: in.PaginationToken, Limit: limit})
	if err != nil {
		return nil, err
	}
	out := &api.ListUsersResponse{Users: make([]api.UserType, 0, len(users)), PaginationToken: next}
	for _, u := range users {
		w := wireUser(u)
		if in.AttributesToGet != nil {
			w.Attributes = slices.DeleteFunc(w.Attributes, func(a api.AttributeType) bool { return !slices.Contains(in.AttributesToGet, a.Name) })
		}
		out.Users = append(out.Users, w)
	}
	return out, nil
}
