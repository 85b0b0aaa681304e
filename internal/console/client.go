package console

import (
	"context"

	cognitoapi "poolhouse/internal/api/cognito"
)

func clientAction() action {
	return action{path: "/pools/{pool}/app-clients/{client}", show: showClient}
}

// clientData is the data of the template client.
type clientData struct {
	Client    *cognitoapi.UserPoolClientType
	Flows     []string
	MayDelete bool
}

// clientOf returns the app client in the path.
func (v *visit) clientOf(ctx context.Context) (*cognitoapi.UserPoolClientType, *poolHere, error) {
	pool, id := v.r.PathValue("pool"), v.r.PathValue("client")
	out, err := do(ctx, v, cognitoapi.DescribeUserPoolClient, &cognitoapi.DescribeUserPoolClientRequest{UserPoolId: pool, ClientId: id})
	if err != nil {
		return nil, nil, err
	}
	here, err := v.hereOf(ctx)
	return out.UserPoolClient, here, err
}

func showClient(ctx context.Context, v *visit) (*page, error) {
	client, here, err := v.clientOf(ctx)
	if err != nil {
		return nil, err
	}
	return &page{
		Template: "client", Title: client.ClientName, IsName: true, At: "clients", Pool: here, Crumbs: []crumb{here.crumb(), {"App clients", pathTo("pools", here.ID, "app-clients")}},
		Data: &clientData{Client: client, Flows: texts(client.ExplicitAuthFlows),
			MayDelete: may(ctx, v, cognitoapi.DeleteUserPoolClient, &cognitoapi.DeleteUserPoolClientRequest{UserPoolId: here.ID, ClientId: client.ClientId})},
		Command: command("cognito-idp", "describe-user-pool-client", "--user-pool-id", here.ID, "--client-id", client.ClientId, "--region", v.who.Region),
	}, nil
}
