package poolhouseservice

import (
	"context"
	"strconv"

	poolhouseapi "poolhouse/internal/api/poolhouse"
	"poolhouse/internal/importjob"
	"poolhouse/internal/pagetoken"
	"poolhouse/internal/service"
	"poolhouse/internal/userpool"
)

// listUserImportJobUsers is one of our own operations. It lists the users that a job created
// and that still exist, in the order of its file.
func (s *Service) listUserImportJobUsers(ctx context.Context, in *poolhouseapi.ListUserImportJobUsersRequest) (*poolhouseapi.ListUserImportJobUsersResponse, error) {
	const most = 60
	pool, err := s.Pools.Pool(ctx, in.UserPoolId)
	if err != nil {
		return nil, err
	}
	job, err := s.Jobs.Job(ctx, importjob.Key{PoolID: pool.ID, JobID: in.JobId})
	if err != nil {
		return nil, err
	}
	list := pagetoken.List{poolhouseapi.ListUserImportJobUsers.Name, pool.ID, job.ID}
	after, err := openNumber(s.Pages, list, in.NextToken)
	if err != nil {
		return nil, err
	}
	limit := int(service.ValueOr(in.MaxResults, most))
	users, err := s.Rows.JobUsers(ctx, pool, job.Key(), after, limit+1) // one more shows whether there is another page
	if err != nil {
		return nil, err
	}
	next := ""
	if len(users) > limit {
		users = users[:limit]
		next = strconv.FormatInt(users[limit-1].No, 10)
	}
	out := &poolhouseapi.ListUserImportJobUsersResponse{Users: make([]poolhouseapi.ImportedUserType, 0, len(users)), NextToken: service.SealPage(s.Pages, list, next)}
	for _, u := range users {
		out.Users = append(out.Users, importedUser(u.User))
	}
	return out, nil
}

func importedUser(u *userpool.User) poolhouseapi.ImportedUserType {
	out := poolhouseapi.ImportedUserType{
		Username: u.Username, Sub: u.Sub, ExternalId: u.ExternalID, UserStatus: string(u.Status), Enabled: &u.Enabled,
		UserCreateDate: service.Timestamp(u.Created), UserLastModifiedDate: service.Timestamp(u.Modified),
		Attributes: []poolhouseapi.ImportedAttributeType{{Name: "sub", Value: u.Sub}},
	}
	for _, a := range u.Attributes {
		out.Attributes = append(out.Attributes, poolhouseapi.ImportedAttributeType{Name: a.Name, Value: a.Value})
	}
	return out
}

// openNumber returns the number in a token, 0 for no token.
func openNumber(pages *pagetoken.Key, list pagetoken.List, token string) (int64, error) {
	place, err := service.OpenPage(pages, list, token)
	if err != nil || place == "" {
		return 0, err
	}
	n, err := strconv.ParseInt(place, 10, 64)
	if err != nil || n < 0 {
		return 0, userpool.Errorf(userpool.InvalidParameter, "Invalid pagination token given: %s gave no such token for this list.", list[0])
	}
	return n, nil
}
