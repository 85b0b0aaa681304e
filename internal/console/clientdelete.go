package console

import (
	"context"

	cognitoapi "poolhouse/internal/api/cognito"
)

func clientDeleteAction() action {
	return action{path: "/pools/{pool}/app-clients/{client}/delete", show: showClientDelete, act: deleteClient}
}

func showClientDelete(ctx context.Context, v *visit) (*page, error) {
	in := &cognitoapi.DeleteUserPoolClientRequest{UserPoolId: v.r.PathValue("pool"), ClientId: v.r.PathValue("client")}
	if err := must(ctx, v, cognitoapi.DeleteUserPoolClient, in); err != nil {
		return nil, err
	}
	client, here, err := v.clientOf(ctx)
	if err != nil {
		return nil, err
	}
	clients := pathTo("pools", here.ID, "app-clients")
	return &page{
		Template: "client-delete", Title: "Delete app client?", At: "clients", Pool: here,
		Crumbs: []crumb{here.crumb(), {"App clients", clients}, {client.ClientName, clients + "/" + client.ClientId}}, Data: client,
		Command: command("cognito-idp", "delete-user-pool-client", "--user-pool-id", here.ID, "--client-id", client.ClientId, "--region", v.who.Region),
	}, nil
}

func deleteClient(ctx context.Context, v *visit) (*page, error) {
	pool, id := v.r.PathValue("pool"), v.r.PathValue("client")
	in := &cognitoapi.DeleteUserPoolClientRequest{UserPoolId: pool, ClientId: id}
	if err := must(ctx, v, cognitoapi.DeleteUserPoolClient, in); err != nil {
		return nil, err
	}
	client, _, err := v.clientOf(ctx)
	if err != nil {
		return nil, err
	}
	if _, err := do(ctx, v, cognitoapi.DeleteUserPoolClient, in); err != nil {
		return nil, err
	}
	return done(pathTo("pools", pool, "app-clients"), "{} was deleted.", client.ClientName), nil
}
