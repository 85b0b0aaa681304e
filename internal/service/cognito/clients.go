package cognitoservice

import (
	"cmp"
	"context"

	cognitoapi "poolhouse/internal/api/cognito"
	"poolhouse/internal/apicore"
	"poolhouse/internal/dispatch"
	"poolhouse/internal/pagetoken"
	"poolhouse/internal/service"
	"poolhouse/internal/userpool"
)

func (s *Service) registerClients(d *dispatch.Dispatcher) {
	dispatch.Handle(d, cognitoapi.CreateUserPoolClient, s.createUserPoolClient)
	dispatch.Handle(d, cognitoapi.DescribeUserPoolClient, s.describeUserPoolClient)
	dispatch.Handle(d, cognitoapi.UpdateUserPoolClient, s.updateUserPoolClient)
	dispatch.Handle(d, cognitoapi.DeleteUserPoolClient, s.deleteUserPoolClient)
	dispatch.Handle(d, cognitoapi.ListUserPoolClients, s.listUserPoolClients)
}

// The lengths of generated ids and secrets, in characters.
const (
	clientIDLength     = 26
	clientSecretLength = 52
)

func (s *Service) createUserPoolClient(ctx context.Context, in *cognitoapi.CreateUserPoolClientRequest) (*cognitoapi.CreateUserPoolClientResponse, error) {
	now := wallClock()
	c := &userpool.Client{PoolID: in.UserPoolId, Name: in.ClientName, Created: now, Modified: now}
	err := identifyClient(c, in)
	if err != nil {
		return nil, err
	}
	err = s.Store.CreateClient(ctx, c, func(p *userpool.UserPool, c *userpool.Client) error {
		return configureClient(p, c, &in.UserPoolClientSettings, "creating")
	})
	if err != nil {
		return nil, err
	}
	return &cognitoapi.CreateUserPoolClientResponse{UserPoolClient: userPoolClient(c)}, nil
}

// identifyClient sets a new client's id and secret: the ones that the request pins, or random
// ones.
func identifyClient(c *userpool.Client, in *cognitoapi.CreateUserPoolClientRequest) error {
	pinned, err := pinsOf(in.LogoutURLs)
	if err != nil {
		return err
	}
	switch generate := service.Value(in.GenerateSecret); {
	case generate && in.ClientSecret != "":
		return userpool.Errorf(userpool.InvalidParameter, "GenerateSecret and ClientSecret cannot be used together.")
	case pinned.secret != "" && (generate || in.ClientSecret != ""):
		return userpool.Errorf(userpool.InvalidParameter, "A pinned secret cannot be used together with GenerateSecret or ClientSecret.")
	case generate:
		c.Secret = randomText(clientSecretLength, digits+lowerLetters)
	default:
		c.Secret = cmp.Or(in.ClientSecret, pinned.secret)
	}
	c.ID = cmp.Or(pinned.id, randomText(clientIDLength, digits+lowerLetters))
	return nil
}

func (s *Service) describeUserPoolClient(ctx context.Context, in *cognitoapi.DescribeUserPoolClientRequest) (*cognitoapi.DescribeUserPoolClientResponse, error) {
	c, err := s.Store.Client(ctx, in.UserPoolId, in.ClientId)
	if err != nil {
		return nil, err
	}
	return &cognitoapi.DescribeUserPoolClientResponse{UserPoolClient: userPoolClient(c)}, nil
}

// updateUserPoolClient sets everything except id and secret. Settings that the request leaves
// out return to their defaults (API Reference, UpdateUserPoolClient). The name has no default
// and stays.
func (s *Service) updateUserPoolClient(ctx context.Context, in *cognitoapi.UpdateUserPoolClientRequest) (*cognitoapi.UpdateUserPoolClientResponse, error) {
	c, err := s.Store.UpdateClient(ctx, in.UserPoolId, in.ClientId, func(p *userpool.UserPool, c *userpool.Client) error {
		if in.ClientName != "" {
			c.Name = in.ClientName
		}
		c.Modified = wallClock()
		return configureClient(p, c, &in.UserPoolClientSettings, "updating")
	})
	if err != nil {
		return nil, err
	}
	return &cognitoapi.UpdateUserPoolClientResponse{UserPoolClient: userPoolClient(c)}, nil
}

func (s *Service) deleteUserPoolClient(ctx context.Context, in *cognitoapi.DeleteUserPoolClientRequest) (*apicore.Empty, error) {
	return nil, s.Store.DeleteClient(ctx, in.UserPoolId, in.ClientId)
}

func (s *Service) listUserPoolClients(ctx context.Context, in *cognitoapi.ListUserPoolClientsRequest) (*cognitoapi.ListUserPoolClientsResponse, error) {
	const defaultLimit = 60
	if _, err := s.Store.Pool(ctx, in.UserPoolId); err != nil {
		return nil, err
	}
	list := pagetoken.List{cognitoapi.ListUserPoolClients.Name, in.UserPoolId, string(in.ClientType)}
	after, err := service.OpenPage(s.Pages, list, in.NextToken)
	if err != nil {
		return nil, err
	}
	if in.ClientType == cognitoapi.ClientTypeTypeDcr { // no client registers itself here
		return &cognitoapi.ListUserPoolClientsResponse{UserPoolClients: []cognitoapi.UserPoolClientDescription{}}, nil
	}
	limit := int(service.ValueOr(in.MaxResults, defaultLimit))
	// One more than asked for shows whether there is another page.
	clients, err := s.Store.ListClients(ctx, in.UserPoolId, after, limit+1)
	if err != nil {
		return nil, err
	}
	out := &cognitoapi.ListUserPoolClientsResponse{UserPoolClients: []cognitoapi.UserPoolClientDescription{}}
	if len(clients) > limit {
		clients = clients[:limit]
		out.NextToken = s.Pages.Seal(list, clients[limit-1].ID)
	}
	for _, c := range clients {
		out.UserPoolClients = append(out.UserPoolClients, cognitoapi.UserPoolClientDescription{ClientId: c.ID, ClientName: c.Name, UserPoolId: c.PoolID})
	}
	return out, nil
}
