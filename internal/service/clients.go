package service

import (
	"context"
	"encoding/json"
	"slices"
	"strings"

	"poolhouse/internal/api"
	"poolhouse/internal/awsjson"
	"poolhouse/internal/userpool"
)

func (s *Service) registerClients(r *awsjson.Router) {
	awsjson.Handle(r, api.CreateUserPoolClient, s.createUserPoolClient)
	awsjson.Handle(r, api.DescribeUserPoolClient, s.describeUserPoolClient)
	awsjson.Handle(r, api.UpdateUserPoolClient, s.updateUserPoolClient)
	awsjson.Handle(r, api.DeleteUserPoolClient, s.deleteUserPoolClient)
	awsjson.Handle(r, api.ListUserPoolClients, s.listUserPoolClients)
}

// The lengths of generated ids and secrets, in characters.
const (
	clientIDLength     = 26
	clientSecretLength = 51
)

func (s *Service) createUserPoolClient(ctx context.Context, in *api.CreateUserPoolClientRequest) (*api.CreateUserPoolClientResponse, error) {
	p, err := s.Store.Pool(ctx, in.UserPoolId)
	if err != nil {
		return nil, err
	}
	now := wallClock()
	c := &userpool.Client{PoolID: p.ID, ID: randomText(clientIDLength, digits+lowerLetters), Name: in.ClientName, Created: now, Modified: now}
	switch generate := value(in.GenerateSecret); {
	case generate && in.ClientSecret != "":
		return nil, userpool.Errorf(userpool.InvalidParameter, "GenerateSecret and ClientSecret cannot be used together.")
	case generate:
		c.Secret = randomText(clientSecretLength, digits+lowerLetters)
	default:
		c.Secret = in.ClientSecret
	}
	if err := configureClient(p, c, in); err != nil {
		return nil, err
	}
	if err := s.Store.CreateClient(ctx, c); err != nil {
		return nil, err
	}
	out, err := userPoolClient(c)
	return &api.CreateUserPoolClientResponse{UserPoolClient: out}, err
}

func (s *Service) describeUserPoolClient(ctx context.Context, in *api.DescribeUserPoolClientRequest) (*api.DescribeUserPoolClientResponse, error) {
	c, err := s.Store.Client(ctx, in.UserPoolId, in.ClientId)
	if err != nil {
		return nil, err
	}
	out, err := userPoolClient(c)
	return &api.DescribeUserPoolClientResponse{UserPoolClient: out}, err
}

// updateUserPoolClient sets everything but id and secret; what the request
// leaves out returns to its default (API Reference, UpdateUserPoolClient).
func (s *Service) updateUserPoolClient(ctx context.Context, in *api.UpdateUserPoolClientRequest) (*api.UpdateUserPoolClientResponse, error) {
	p, err := s.Store.Pool(ctx, in.UserPoolId)
	if err != nil {
		return nil, err
	}
	c, err := s.Store.UpdateClient(ctx, in.UserPoolId, in.ClientId, func(c *userpool.Client) error {
		if in.ClientName != "" {
			c.Name = in.ClientName
		}
		c.Modified = wallClock()
		return configureClient(p, c, in)
	})
	if err != nil {
		return nil, err
	}
	out, err := userPoolClient(c)
	return &api.UpdateUserPoolClientResponse{UserPoolClient: out}, err
}

func (s *Service) deleteUserPoolClient(ctx context.Context, in *api.DeleteUserPoolClientRequest) (*awsjson.Empty, error) {
	return nil, s.Store.DeleteClient(ctx, in.UserPoolId, in.ClientId)
}

func (s *Service) listUserPoolClients(ctx context.Context, in *api.ListUserPoolClientsRequest) (*api.ListUserPoolClientsResponse, error) {
	const defaultLimit = 60
	if _, err := s.Store.Pool(ctx, in.UserPoolId); err != nil {
		return nil, err
	}
	after, err := parsePageToken("ListUserPoolClients", in.NextToken)
	if err != nil {
		return nil, err
	}
	limit := int(valueOr(in.MaxResults, defaultLimit))
	clients, err := s.Store.ListClients(ctx, in.UserPoolId, after, limit+1)
	if err != nil {
		return nil, err
	}
	out := &api.ListUserPoolClientsResponse{UserPoolClients: []api.UserPoolClientDescription{}}
	if len(clients) > limit {
		clients = clients[:limit]
		out.NextToken = pageToken("ListUserPoolClients", clients[limit-1].ID)
	}
	for _, c := range clients {
		out.UserPoolClients = append(out.UserPoolClients, api.UserPoolClientDescription{ClientId: c.ID, ClientName: c.Name, UserPoolId: c.PoolID})
	}
	return out, nil
}

// configureClient keeps the settings of a request to create or update a
// client, with the defaults that the real service answers.
func configureClient(p *userpool.UserPool, c *userpool.Client, in any) error {
	settings, err := convert[api.UserPoolClientType](in)
	if err != nil {
		return err
	}
	settings.UserPoolId, settings.ClientId, settings.ClientSecret, settings.ClientName = "", "", "", ""
	if err := checkAuthFlows(settings.ExplicitAuthFlows); err != nil {
		return err
	}
	for _, name := range slices.Concat(settings.ReadAttributes, settings.WriteAttributes) {
		if _, ok := p.Schema.Find(name); !ok {
			return userpool.Errorf(userpool.InvalidParameter, "Invalid read or write attributes specified while creating a client: %s is not in the schema.", name)
		}
	}
	setDefault(&settings.RefreshTokenValidity, 30)
	setDefault(&settings.EnableTokenRevocation, true)
	setDefault(&settings.EnablePropagateAdditionalUserContextData, false)
	setDefault(&settings.AllowedOAuthFlowsUserPoolClient, false)
	setDefault(&settings.AuthSessionValidity, 3)
	if settings.TokenValidityUnits == nil {
		settings.TokenValidityUnits = new(api.TokenValidityUnitsType)
	}
	if *settings.RefreshTokenValidity == 0 { // the API's way to ask for the default
		*settings.RefreshTokenValidity = 30
	}
	c.Settings, err = json.Marshal(settings)
	return err
}

func setDefault[T any](p **T, v T) {
	if *p == nil {
		*p = &v
	}
}

// checkAuthFlows refuses to mix the flows that begin with ALLOW_ with those
// that came before them (API Reference, ExplicitAuthFlows).
func checkAuthFlows(flows []api.ExplicitAuthFlowsType) error {
	isNew := func(f api.ExplicitAuthFlowsType) bool { return strings.HasPrefix(string(f), "ALLOW_") }
	if slices.ContainsFunc(flows, isNew) && slices.ContainsFunc(flows, func(f api.ExplicitAuthFlowsType) bool { return !isNew(f) }) {
		return userpool.Errorf(userpool.InvalidParameter,
			"ExplicitAuthFlows cannot have values with and without the prefix ALLOW_ at once.")
	}
	return nil
}

func userPoolClient(c *userpool.Client) (*api.UserPoolClientType, error) {
	out, err := convert[api.UserPoolClientType](c.Settings)
	if err != nil {
		return nil, err
	}
	out.UserPoolId, out.ClientId, out.ClientName, out.ClientSecret = c.PoolID, c.ID, c.Name, c.Secret
	out.CreationDate, out.LastModifiedDate = timestamp(c.Created), timestamp(c.Modified)
	return &out, nil
}
