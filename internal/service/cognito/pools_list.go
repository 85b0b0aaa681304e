package cognitoservice

import (
	"context"

	cognitoapi "poolhouse/internal/api/cognito"
	"poolhouse/internal/dispatch"
	"poolhouse/internal/pagetoken"
	"poolhouse/internal/service"
)

func (s *Service) listUserPools(ctx context.Context, call *dispatch.Call, in *cognitoapi.ListUserPoolsRequest) (*cognitoapi.ListUserPoolsResponse, error) {
	list := pagetoken.List{cognitoapi.ListUserPools.Name, call.From.Region}
	after, err := service.OpenPage(s.Pages, list, in.NextToken)
	if err != nil {
		return nil, err
	}
	// One more than asked for shows whether there is another page.
	pools, err := s.Store.ListPools(ctx, call.From.Region, after, int(in.MaxResults)+1)
	if err != nil {
		return nil, err
	}
	out := &cognitoapi.ListUserPoolsResponse{UserPools: []cognitoapi.UserPoolDescriptionType{}}
	if len(pools) > int(in.MaxResults) {
		pools = pools[:in.MaxResults]
		out.NextToken = s.Pages.Seal(list, pools[len(pools)-1].ID)
	}
	for _, p := range pools {
		out.UserPools = append(out.UserPools, cognitoapi.UserPoolDescriptionType{
			Id: p.ID, Name: p.Name, LambdaConfig: wireTriggers(p.Settings.Triggers),
			CreationDate: service.Timestamp(p.Created), LastModifiedDate: service.Timestamp(p.Modified),
		})
	}
	return out, nil
}
