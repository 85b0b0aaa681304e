package service

import (
	"context"

	"poolhouse/internal/api"
	"poolhouse/internal/pagetoken"
	"poolhouse/internal/userpool"
)

func (s *Service) listUserPools(ctx context.Context, in *api.ListUserPoolsRequest) (*api.ListUserPoolsResponse, error) {
	list := pagetoken.List{api.ListUserPools.Name}
	after, err := openPage(s.Pages, list, in.NextToken)
	if err != nil {
		return nil, err
	}
	// One more than asked for tells whether there is another page.
	pools, err := s.Store.ListPools(ctx, after, int(in.MaxResults)+1)
	if err != nil {
		return nil, err
	}
	out := &api.ListUserPoolsResponse{UserPools: []api.UserPoolDescriptionType{}}
	if len(pools) > int(in.MaxResults) {
		pools = pools[:in.MaxResults]
		out.NextToken = s.Pages.Seal(list, pools[len(pools)-1].ID)
	}
	for _, p := range pools {
		description, err := poolDescription(p)
		if err != nil {
			return nil, err
		}
		out.UserPools = append(out.UserPools, description)
	}
	return out, nil
}

func poolDescription(p *userpool.UserPool) (api.UserPoolDescriptionType, error) {
	settings, err := settingsOf(p)
	if err != nil {
		return api.UserPoolDescriptionType{}, err
	}
	return api.UserPoolDescriptionType{
		Id: p.ID, Name: p.Name, LambdaConfig: orEmpty(settings.LambdaConfig),
		CreationDate: timestamp(p.Created), LastModifiedDate: timestamp(p.Modified),
	}, nil
}
