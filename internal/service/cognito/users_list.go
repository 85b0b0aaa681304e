package cognitoservice

import (
	"context"
	"slices"

	cognitoapi "poolhouse/internal/api/cognito"
	"poolhouse/internal/pagetoken"
	"poolhouse/internal/service"
	"poolhouse/internal/userpool"
)

// maxUsersPage is the largest page of ListUsers, and the default (API Reference, ListUsers).
const maxUsersPage = 60

func (s *Service) listUsers(ctx context.Context, in *cognitoapi.ListUsersRequest) (*cognitoapi.ListUsersResponse, error) {
	p, err := s.Store.Pool(ctx, in.UserPoolId)
	if err != nil {
		return nil, err
	}
	query, list, err := s.userQuery(p, in)
	if err != nil {
		return nil, err
	}
	users, next, err := s.Store.ListUsers(ctx, p, query)
	if err != nil {
		return nil, err
	}
	out := &cognitoapi.ListUsersResponse{Users: make([]cognitoapi.UserType, 0, len(users)), PaginationToken: service.SealPage(s.Pages, list, next)}
	for _, u := range users {
		w := wireUser(u)
		if in.AttributesToGet != nil { // an empty list asks for none, as on the real service
			w.Attributes = slices.DeleteFunc(w.Attributes, func(a cognitoapi.AttributeType) bool { return !slices.Contains(in.AttributesToGet, a.Name) })
		}
		out.Users = append(out.Users, w)
	}
	return out, nil
}

// userQuery reads a request for users, and names the requested list.
func (s *Service) userQuery(p *userpool.UserPool, in *cognitoapi.ListUsersRequest) (q userpool.UserQuery, list pagetoken.List, err error) {
	if q.Filter, err = userpool.ParseFilter(in.Filter); err != nil {
		return q, nil, err
	}
	for _, name := range in.AttributesToGet {
		if _, ok := p.Schema.Find(name); !ok {
			return q, nil, userpool.Errorf(userpool.InvalidParameter, "One or more requested attributes do not exist.").
				Detailed("AttributesToGet: %s is not in the user pool's schema", name)
		}
	}
	list = pagetoken.List{cognitoapi.ListUsers.Name, p.ID, q.Filter.String()}
	if q.After, err = service.OpenPage(s.Pages, list, in.PaginationToken); err != nil {
		return q, nil, err
	}
	q.Limit = int(service.Value(in.Limit))
	if q.Limit == 0 {
		q.Limit = maxUsersPage
	}
	return q, list, nil
}
